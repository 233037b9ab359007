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
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from tests.servers.contract import Address, Server, Unavailable
from tests.servers.java import JavaServer, jars

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


# Fuseki's other way to ask for users, not used here, would not let anyone but its own admin make datasets.
OPEN_TO_ALL = "[main]\nssl.enabled = false\n[urls]\n/** = anon\n"

# The reader has the endpoints that only read.
WITH_USERS = """\
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
[] a fuseki:Server ; fuseki:auth "basic" ; fuseki:passwd "users" ; fuseki:allowedUsers "*" .
[] a fuseki:Service ; fuseki:name "ds" ;
    fuseki:endpoint
        [ fuseki:operation fuseki:query ; fuseki:name "query" ; fuseki:allowedUsers "writer", "reader" ] ,
        [ fuseki:operation fuseki:gsp-r ; fuseki:name "get" ; fuseki:allowedUsers "writer", "reader" ] ,
        [ fuseki:operation fuseki:update ; fuseki:name "update" ; fuseki:allowedUsers "writer" ] ,
        [ fuseki:operation fuseki:gsp-rw ; fuseki:name "data" ; fuseki:allowedUsers "writer" ] ;
    fuseki:dataset [ a tdb2:DatasetTDB2 ; tdb2:location "ds" ] .
"""


class Fuseki(JavaServer):
    """Jena Fuseki with TDB2 datasets on disk, one named `ds` from the start, more by `dataset`.

    With `auth` it asks for user and password (HTTP Basic): `address` is the user who may write, `reader` the one
    who may only read `ds`, by its endpoints `query` and `get`; others are refused by 403, strangers by 401.
    `timeout` bounds each query, in milliseconds.
    """

    kind = "fuseki"
    title = "Jena Fuseki"

    def __init__(
        self,
        folder: Path | None = None,
        *,
        auth: bool = False,
        heap: str = "512m",
        quick: bool = False,
        timeout: int | None = None,
    ) -> None:
        super().__init__(folder, heap=heap, quick=quick)
        self.timeout = timeout
        self.passwords = {name: secrets.token_urlsafe(15) for name in ("writer", "reader")} if auth else None

    def command(self) -> list[str]:
        """The server's jar; users and datasets are in its base folder."""
        base = self.folder / "base"
        base.mkdir(exist_ok=True)
        (base / "shiro.ini").write_text(OPEN_TO_ALL, encoding="utf-8")
        (self.folder / "ds").mkdir(exist_ok=True)
        if self.passwords:
            users = self.folder / "users"
            users.touch(mode=0o600)
            lines = (f"{name}: {password}\n" for name, password in self.passwords.items())
            users.write_text("".join(lines), encoding="utf-8")
            (self.folder / "ds.ttl").write_text(WITH_USERS, encoding="utf-8")
            datasets = ["--config=ds.ttl"]
        else:
            datasets = ["--tdb2", "--loc=ds", "--update", "/ds"]
        (jar,) = jars(self.kind).iterdir()
        return [
            *(*self.java_command(), "-jar", str(jar)),
            *("--localhost", f"--port={self.port}", "--ping"),
            *([f"--timeout={self.timeout}"] if self.timeout else []),
            *datasets,
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
        return reached(f"{self.root}/$/ping", self.address.credentials)

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
        password = self.passwords[user] if self.passwords else None
        address = self.endpoints(f"{self.root}/{name}", user if self.passwords else None, password)
        return replace(address, graphs=f"{address.url}/get") if user == "reader" else address

    @classmethod
    def endpoints(cls, url: str, user: str | None, password: str | None) -> Address:
        """The endpoints of a dataset, as Fuseki names them."""
        return Address(cls.kind, url, user, password, f"{url}/query", f"{url}/update", f"{url}/data")

    @classmethod
    def found_at(cls, url: str, user: str | None, password: str | None) -> Address:
        """By the address of a dataset."""
        return replace(cls.endpoints(url.rstrip("/"), user, password), found=True)

    def dataset(self) -> AbstractContextManager[Address]:
        """A new dataset, empty, on disk; it is deleted at the end."""
        return new_dataset(self.address)


@contextlib.contextmanager
def new_dataset(first: Address) -> Iterator[Address]:
    """A new dataset on the Fuseki of another one, on disk; it is deleted at the end."""
    root = first.url.rpartition("/")[0]
    name = f"t{secrets.token_hex(8)}"
    send(f"{root}/$/datasets", {"dbName": name, "dbType": "tdb2"}, first.credentials)
    try:
        yield Fuseki.endpoints(f"{root}/{name}", first.user, first.password)
    finally:
        with contextlib.suppress(urllib.error.URLError):  # the test may have ended the server
            send(f"{root}/$/datasets/{name}", credentials=first.credentials, method="DELETE")


class Oxigraph(Server):
    """The Oxigraph server, one database in its folder; `timeout` bounds each query, in seconds."""

    kind = "oxigraph"
    title = "Oxigraph server"

    def __init__(
        self, folder: Path | None = None, *, quick: bool = False, timeout: int | None = None
    ) -> None:
        super().__init__(folder, quick=quick)
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
        return self.endpoints(f"http://127.0.0.1:{self.port}", None, None)

    @classmethod
    def endpoints(cls, url: str, user: str | None, password: str | None) -> Address:
        """The endpoints, as the Oxigraph server names them."""
        return Address(cls.kind, url, user, password, f"{url}/query", f"{url}/update", f"{url}/store")

    @classmethod
    def found_at(cls, url: str, user: str | None, password: str | None) -> Address:
        """By the address of the server; it asks for a user only behind something else that does."""
        return replace(cls.endpoints(url.rstrip("/"), user, password), found=True)
