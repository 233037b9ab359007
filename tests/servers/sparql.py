"""The servers that speak the SPARQL 1.1 protocols: Jena Fuseki and the Oxigraph server."""

from __future__ import annotations

import base64
import contextlib
import http.client
import secrets
import shutil
import sysconfig
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.servers.contract import Address, Server, Unavailable
from tests.servers.java import jars, java

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback never goes by a proxy


def send(
    url: str,
    form: dict[str, str] | None = None,
    credentials: tuple[str, str] | None = None,
    *,
    method: str | None = None,
    accept: str = "*/*",
) -> bytes:
    """One request: GET, or POST of a form; raises OSError (HTTPError with the status) where it is refused."""
    request = urllib.request.Request(url, method=method, headers={"Accept": accept})
    if form is not None:
        request.data = urllib.parse.urlencode(form).encode()
    if credentials is not None:
        token = base64.b64encode(":".join(credentials).encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    with OPENER.open(request, timeout=60) as answer:
        body: bytes = answer.read()
    return body


def reached(url: str, credentials: tuple[str, str] | None = None) -> bool:
    """Whether a GET of the address succeeds."""
    try:
        send(url, credentials=credentials)
    except (OSError, http.client.HTTPException):
        return False
    return True


# Who may do what, where users are asked for: the reader has the endpoints that only read, and nothing else.
USERS = """\
[main]
ssl.enabled = false
matcher = org.apache.shiro.authc.credential.SimpleCredentialsMatcher
iniRealm.credentialsMatcher = $matcher
[users]
writer = {writer}, writing
reader = {reader}
[roles]
writing = *
[urls]
/$/ping = anon
/*/query = authcBasic
/*/sparql = authcBasic
/*/get = authcBasic
/** = authcBasic, roles[writing]
"""
NO_USERS = """\
[main]
ssl.enabled = false
[urls]
/** = anon
"""


class Fuseki(Server):
    """Jena Fuseki with TDB2 datasets on disk, one named `ds` from the start, more by `dataset`.

    With `auth` it asks for user and password (HTTP Basic): `address` is the user who may write, `reader` the one
    who may only read, by the endpoints `query` and `get`. `timeout` bounds each query, in milliseconds.
    """

    kind = "fuseki"
    title = "Jena Fuseki"

    def __init__(
        self,
        folder: Path | None = None,
        *,
        auth: bool = False,
        heap: str = "512m",
        timeout: int | None = None,
    ) -> None:
        super().__init__(folder)
        self.heap = heap
        self.timeout = timeout
        self.passwords = {name: secrets.token_urlsafe(15) for name in ("writer", "reader")} if auth else None

    def command(self) -> list[str]:
        """The server's jar; users and datasets are in its base folder."""
        base = self.folder / "base"
        base.mkdir(exist_ok=True)
        rules = base / "shiro.ini"
        rules.touch(mode=0o600)
        rules.write_text(USERS.format(**self.passwords) if self.passwords else NO_USERS, encoding="utf-8")
        data = self.folder / "ds"
        data.mkdir(exist_ok=True)
        (jar,) = jars(self.kind).iterdir()
        return [
            *(java(17), f"-Xmx{self.heap}", "-jar", str(jar), "--localhost", f"--port={self.port}", "--ping"),
            *([f"--timeout={self.timeout}"] if self.timeout else []),
            *("--tdb2", f"--loc={data}", "--update", "/ds"),
        ]

    def environment(self) -> dict[str, str]:
        """The base folder is named by the environment alone."""
        return {**super().environment(), "FUSEKI_BASE": str(self.folder / "base")}

    @property
    def root(self) -> str:
        """The address of the server itself."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """It answers a ping."""
        return reached(f"{self.root}/$/ping")

    @property
    def address(self) -> Address:
        """Its first dataset, as the user who may write where users are asked for."""
        return self.at("ds")

    @property
    def reader(self) -> Address:
        """Its first dataset, as the user who may only read; started with `auth` only."""
        return self.at("ds", "reader")

    def at(self, name: str, user: str = "writer") -> Address:
        """A dataset's address for one of the users."""
        url = f"{self.root}/{name}"
        return Address(
            kind=self.kind,
            url=url,
            user=user if self.passwords else None,
            password=self.passwords[user] if self.passwords else None,
            query=f"{url}/query",
            update=f"{url}/update",
            graphs=f"{url}/get" if user == "reader" else f"{url}/data",
        )

    @contextlib.contextmanager
    def dataset(self) -> Iterator[Address]:
        """A new dataset, empty, on disk; it is deleted at the end."""
        name = f"t{secrets.token_hex(8)}"
        new = self.at(name)
        send(f"{self.root}/$/datasets", {"dbName": name, "dbType": "tdb2"}, new.credentials)
        try:
            yield new
        finally:
            if self.running:
                send(f"{self.root}/$/datasets/{name}", credentials=new.credentials, method="DELETE")


class Oxigraph(Server):
    """The Oxigraph server, one database in its folder; `timeout` bounds each query, in seconds."""

    kind = "oxigraph"
    title = "Oxigraph server"

    def __init__(self, folder: Path | None = None, *, timeout: int | None = None) -> None:
        super().__init__(folder)
        self.timeout = timeout

    def command(self) -> list[str]:
        """The program that the development environment holds."""
        program = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))
        if program is None:
            raise Unavailable(
                "needs the package oxigraph of the development environment: make .venv/installed"
            )
        return [
            *(program, "serve", "--location", str(self.folder / "data")),
            *("--bind", f"127.0.0.1:{self.port}"),
            *(["--timeout-s", str(self.timeout)] if self.timeout else []),
        ]

    def answers(self) -> bool:
        """It answers a query."""
        return reached(f"{self.address.query}?query=ASK%7B%7D")

    @property
    def address(self) -> Address:
        """Its three endpoints."""
        url = f"http://127.0.0.1:{self.port}"
        return Address(
            kind=self.kind, url=url, query=f"{url}/query", update=f"{url}/update", graphs=f"{url}/store"
        )
