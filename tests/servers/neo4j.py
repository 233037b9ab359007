"""Neo4j, community edition: the long-term version 5.26 and a current calendar version.

The community edition has one database and no roles: a user who may only read cannot be had. `read_only=True` starts
a server whose database refuses writes to everyone, which is the nearest to it.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import ClassVar

from tests.servers.contract import Address, Server, Unavailable
from tests.servers.java import jars, java

# What Neo4j's own start script gives its Java.
JAVA_OPTIONS = """
-XX:+UseG1GC
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

FIRST_PASSWORD = "neo4j"  # every new server's, good for nothing but to change it


class Neo4j(Server):
    """Neo4j 5.26 on a Bolt port; `heap` and `pages` are the memory of its Java and of its page cache."""

    kind = "neo4j"
    title = "Neo4j 5.26"
    oldest_java: ClassVar[int] = 17
    main: ClassVar[str] = "org.neo4j.server.CommunityEntryPoint"

    def __init__(
        self,
        folder: Path | None = None,
        *,
        auth: bool = True,
        read_only: bool = False,
        heap: str = "512m",
        pages: str = "128m",
        settings: dict[str, str] | None = None,
    ) -> None:
        super().__init__(folder)
        self.auth = auth
        self.read_only = read_only
        self.heap = heap
        self.pages = pages
        self.settings = settings or {}
        self.password = secrets.token_urlsafe(15) if auth else None
        self._password_set = False

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
        return [
            *(java(self.oldest_java), f"-Xms{self.heap}", f"-Xmx{self.heap}", *JAVA_OPTIONS),
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

    def answers(self) -> bool:
        """A query comes back; on the first start after the password was changed to this server's own."""
        try:
            import neo4j
            from neo4j.exceptions import DriverError, Neo4jError
        except ImportError:
            raise Unavailable("needs the driver: install the extra neo4j") from None
        if "Started." not in self._own_log():
            return False
        first = self.auth and not self._password_set
        credentials = ("neo4j", FIRST_PASSWORD) if first else self.address.credentials
        try:
            with neo4j.GraphDatabase.driver(self.address.url, auth=credentials) as driver:
                if first:
                    change = "ALTER CURRENT USER SET PASSWORD FROM $first TO $own"
                    driver.execute_query(change, first=FIRST_PASSWORD, own=self.password, database_="system")
                    self._password_set = True
                    return False
                driver.execute_query("RETURN 1")
        except (DriverError, Neo4jError):
            return False
        return True

    def _own_log(self) -> str:
        """What its log says of this start: the one before, on the same data, said the same words."""
        log = self.folder / "logs" / "neo4j.log"
        return log.read_text(encoding="utf-8").rpartition("Starting...")[2] if log.is_file() else ""


class Neo4jCalendar(Neo4j):
    """The pinned calendar version of Neo4j."""

    kind = "neo4j-calendar"
    title = "Neo4j, calendar version"
    oldest_java = 21
    main = "org.neo4j.server.Neo4jCommunity"
