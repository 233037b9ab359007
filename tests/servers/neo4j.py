"""Neo4j, community edition: the long-term version 5.26 and a current calendar version.

The community edition has one database and no roles: a user who may only read cannot be had. `read_only=True` starts
a server whose database refuses writes to everyone, which is the nearest to it.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import ClassVar

from tests.servers.contract import Address, Unavailable
from tests.servers.java import JavaServer, jars

# What Neo4j's own start script gives its Java.
JAVA_OPTIONS = """
-XX:-OmitStackTraceInFastThrow
-XX:+DisableExplicitGC
-Djdk.nio.maxCachedBufferSize=1024
-Dio.netty.tryReflectionSetAccessible=true
-Dlog4j2.disable.jmx=true
--add-opens=java.base/java.nio=ALL-UNNAMED
--add-opens=java.base/java.io=ALL-UNNAMED
--add-opens=java.base/sun.nio.ch=ALL-UNNAMED
--add-opens=java.base/java.util.concurrent=ALL-UNNAMED
--enable-native-access=ALL-UNNAMED
""".split()

SETTINGS = """\
server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
dbms.security.auth_enabled={auth}
server.databases.default_to_read_only={read_only}
server.memory.heap.initial_size={heap}
server.memory.heap.max_size={heap}
server.memory.pagecache.size={pages}
db.tx_log.preallocate=false
db.tx_log.rotation.size=32m
internal.server.bolt.thread_pool_shutdown_wait_time=0s
"""


def first_user(password: str) -> str:
    """The file from which a new server takes its first user, as `neo4j-admin dbms set-initial-password` writes it.

    That program would be a second Java to wait for, with the password among its arguments.
    """
    salt = secrets.token_bytes(32)
    digest = hashlib.sha256(salt + password.encode()).digest()
    for _ in range(ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return f"neo4j:SHA-256,{digest.hex()},{salt.hex()},{ROUNDS}:\n"


ROUNDS = 1024


class Neo4j(JavaServer):
    """Neo4j 5.26 on a Bolt port; `heap` and `pages` are the memory of its Java and of its page cache."""

    kind = "neo4j"
    title = "Neo4j 5.26"
    main: ClassVar[str] = "org.neo4j.server.CommunityEntryPoint"

    def __init__(
        self,
        folder: Path | None = None,
        *,
        auth: bool = True,
        read_only: bool = False,
        heap: str = "512m",
        quick: bool = False,
        pages: str = "128m",
        settings: dict[str, str] | None = None,
    ) -> None:
        super().__init__(folder, heap=heap, quick=quick)
        self.auth = auth
        self.read_only = read_only
        self.pages = pages
        self.settings = settings or {}
        self.password = secrets.token_urlsafe(15) if auth else None
        self._log_before = 0

    def command(self) -> list[str]:
        """Neo4j's main class on its jars."""
        library = jars(self.kind)
        for name in ("conf", "data", "logs", "run", "plugins", "import"):
            (self.folder / name).mkdir(exist_ok=True)
        text = SETTINGS.format(
            port=self.port,
            auth=str(self.auth).lower(),
            read_only=str(self.read_only).lower(),
            heap=self.heap,
            pages=self.pages,
        )
        text += "".join(f"{name}={value}\n" for name, value in self.settings.items())
        (self.folder / "conf" / "neo4j.conf").write_text(text, encoding="utf-8")
        if self.password and not (users := self.folder / "data" / "dbms" / "auth.ini").exists():
            users.parent.mkdir()
            users.touch(mode=0o600)
            users.write_text(first_user(self.password), encoding="utf-8")
        self._log_before = len(self._said(0))
        return [
            *(*self.java_command(), *JAVA_OPTIONS),
            *("-cp", f"{library}/*", self.main),
            *(f"--home-dir={self.folder}", f"--config-dir={self.folder / 'conf'}"),
        ]

    def log_files(self) -> list[Path]:
        """Its debug log only tells more than its own log when the latter is silent about the cause."""
        return [self.output, self.folder / "logs" / "debug.log", self.folder / "logs" / "neo4j.log"]

    @property
    def address(self) -> Address:
        """Its Bolt address; one server routes to itself, so `neo4j://` works as well."""
        return Address(
            kind=self.kind,
            url=f"bolt://127.0.0.1:{self.port}",
            user="neo4j" if self.auth else None,
            password=self.password,
        )

    @classmethod
    def found_at(cls, url: str, user: str | None, password: str | None) -> Address:
        """By its Bolt address, in the user's default database."""
        return Address(kind=cls.kind, url=url, user=user, password=password, found=True)

    def answers(self) -> bool:
        """A query comes back."""
        try:
            import neo4j
            from neo4j.exceptions import DriverError, Neo4jError
        except ImportError:
            raise Unavailable("needs the driver: install the extra neo4j") from None
        if "Started." not in self._said(self._log_before):
            return False
        try:
            with (
                neo4j.GraphDatabase.driver(self.address.url, auth=self.address.credentials) as driver,
                driver.session() as session,
            ):
                session.run("RETURN 1").consume()
        except (DriverError, Neo4jError):
            return False
        return True

    def _said(self, since: int) -> str:
        """What its log says of this start: the one before, on the same data, said the same words."""
        log = self.folder / "logs" / "neo4j.log"
        return log.read_text(encoding="utf-8")[since:] if log.is_file() else ""


class Neo4jCalendar(Neo4j):
    """The pinned calendar version of Neo4j."""

    kind = "neo4j-calendar"
    title = "Neo4j, calendar version"
    oldest_java = 21
    main = "org.neo4j.server.Neo4jCommunity"
