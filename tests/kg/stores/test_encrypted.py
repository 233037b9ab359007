"""Stores behind TLS: certificates are checked against the system's authorities, or against one of the owner's own."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives import serialization

import kg
from kg.stores.place import Place
from ontology.errors import StoreError
from tests.kg.made import Writer
from tests.servers.contract import Server
from tests.servers.neo4j import Neo4j
from tests.servers.sparql import Oxigraph

Own = Callable[[Server], Server]


class Authority:
    """An authority that signed a certificate for this machine; `file` is what those who trust it are given."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder, self.file = folder, folder / "authority.pem"
        made = trustme.CA()
        made.cert_pem.write_to_path(str(self.file))
        self.certificate = made.issue_cert(*names, key_type=trustme.KeyType.RSA)
        # Neo4j reads keys as PKCS#8 alone.
        key = serialization.load_pem_private_key(self.certificate.private_key_pem.bytes(), None)
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        chain = b"".join(blob.bytes() for blob in self.certificate.cert_chain_pems)
        (folder / "certificate.pem").write_bytes(chain)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "localhost")


@pytest.fixture
def encrypted(own_server: Own, authority: Authority) -> Iterator[int]:
    """The port on which an Oxigraph server is reached within TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.certificate.configure_cert(context)
    server = own_server(Oxigraph()).port
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", server)
        await asyncio.gather(passed_on(reader, ours), passed_on(theirs, writer))

    opening = asyncio.start_server(welcome, "127.0.0.1", 0, ssl=context)
    door = asyncio.run_coroutine_threadsafe(opening, loop).result()
    yield int(door.sockets[0].getsockname()[1])
    asyncio.run_coroutine_threadsafe(_ended(door), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """All that one side says, to the other."""
    with contextlib.suppress(OSError), contextlib.closing(writer):
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()


async def _ended(door: asyncio.Server) -> None:
    door.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def kept(folder: Path, place: Place) -> None:
    """A graph whose store is there answers."""
    kg.Graph.create(folder, store=place)
    writer = Writer("article-1")
    front = writer.entity("Red Heron Front", "ArmedGroup")
    writer.claim(front, "trained", writer.entity("Lantern Brigade", "ArmedGroup"))
    with kg.Graph.open(folder, write=True) as graph:
        assert kg.ingest(graph, [writer.done()]).clean
        assert kg.verify(graph) == []
    with kg.Graph.open(folder) as graph:
        answer = kg.ask(graph, "between", "Red Heron Front", "Lantern Brigade")
        assert [row["relation"] for row in answer.rows] == ["trained"]


def test_an_endpoint_is_believed_where_its_authority_is_trusted(
    encrypted: int, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = f"https://localhost:{encrypted}"
    place = Place(f"{base}/query", update=f"{base}/update", data=f"{base}/store")
    with pytest.raises(
        StoreError, match=r"certificate or encryption is not trusted.*SSL_CERT_FILE"
    ) as refused:
        kept(tmp_path / "stranger", place)
    assert "\n" not in str(refused.value)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    kept(tmp_path / "friend", place)


def test_a_certificate_for_another_name_is_refused(
    encrypted: int, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with pytest.raises(StoreError, match=r"not trusted.*127\.0\.0\.1"):
        kept(tmp_path / "graph", Place(f"https://127.0.0.1:{encrypted}/query"))


def test_neo4j_is_believed_where_its_authority_is_trusted(
    own_server: Own, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = "dbms.ssl.policy.bolt"
    server = Neo4j(
        auth=False,
        settings={
            "server.bolt.tls_level": "OPTIONAL",  # whether it has started is asked without
            f"{policy}.enabled": "true",
            f"{policy}.base_directory": str(authority.folder),
            f"{policy}.private_key": "key.pem",
            f"{policy}.public_certificate": "certificate.pem",
            f"{policy}.client_auth": "NONE",
        },
    )
    port = own_server(server).port
    for scheme in ("bolt+s", "neo4j+s"):
        with pytest.raises(StoreError, match=r"certificate.*SSL_CERT_FILE") as refused:
            kept(tmp_path / f"stranger {scheme}", Place(f"{scheme}://localhost:{port}"))
        assert "\n" not in str(refused.value)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    kept(tmp_path / "friend", Place(f"neo4j+s://localhost:{port}"))
