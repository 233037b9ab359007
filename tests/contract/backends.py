"""The backends that every store test goes over, each with real servers behind it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import kg
from kg.stores.place import EMBEDDED, Place


class Backend(ABC):
    """Somewhere to keep a graph's store, with room for any number of graphs one after the other."""

    name: ClassVar[str]
    dialect: ClassVar[str] = "sparql"

    @abstractmethod
    @contextmanager
    def place(self) -> Iterator[Place]:
        """An empty place for one graph, emptied afterwards."""

    def close(self) -> None:  # noqa: B027 - most have started nothing
        """End what it started."""

    @contextmanager
    def moved(self, folder: Path, to: Path) -> Iterator[kg.Graph]:
        """The graph of a folder as its owner would move it here: one setting and one rebuild."""
        if self.name == "embedded":
            with kg.Graph.open(folder) as graph:
                yield graph
            return
        with self.place() as place:
            leave = shutil.ignore_patterns("store", "checkpoints", "lock")
            shutil.copytree(folder, to, ignore=leave)
            settings = json.loads((to / "settings.json").read_text("utf-8"))
            (to / "settings.json").write_text(json.dumps(settings | {"store": place.to_json()}), "utf-8")
            try:
                with kg.Graph.open(to, write=True) as graph:
                    graph.rebuild()
                with kg.Graph.open(to) as graph:
                    yield graph
            finally:
                shutil.rmtree(to)


class Embedded(Backend):
    """Oxigraph in the graph's folder."""

    name = "embedded"

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Its own folder."""
        yield EMBEDDED


class Memory(Backend):
    """Oxigraph in the process."""

    name = "memory"

    @contextmanager
    def place(self) -> Iterator[Place]:
        """This process."""
        yield Place("memory")


class Endpoint(Backend):
    """A SPARQL server, a named graph for each graph of ours."""

    @cached_property
    @abstractmethod
    def server(self) -> Any:
        """The running server."""

    def close(self) -> None:
        """End the server."""
        if "server" in self.__dict__:
            self.server.close()

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A named graph, dropped afterwards."""
        from tests.servers.sparql import send

        address = self.server.address
        named = f"urn:test:{secrets.token_hex(8)}"
        try:
            yield Place(address.query, "", address.update, address.graphs, named)
        finally:
            send(address.update, {"update": f"DROP SILENT GRAPH <{named}>"})


class Fuseki(Endpoint):
    """Jena Fuseki, TDB2 on disk."""

    name = "fuseki"

    @cached_property
    def server(self) -> Any:
        from tests.servers.sparql import Fuseki

        return Fuseki().start()


class OxigraphServer(Endpoint):
    """The Oxigraph server."""

    name = "oxigraph-server"

    @cached_property
    def server(self) -> Any:
        from tests.servers.sparql import Oxigraph

        return Oxigraph().start()


class Neo4j(Backend):
    """Neo4j 5.26; the community edition has one database, so one graph at a time."""

    name = "neo4j-5.26"
    dialect = "cypher"

    @cached_property
    def server(self) -> Any:
        """The running server."""
        from tests.servers.neo4j import Neo4j

        return Neo4j(auth=False).start()

    def close(self) -> None:
        """End the server."""
        if "server" in self.__dict__:
            self.server.close()

    @contextmanager
    def place(self) -> Iterator[Place]:
        """The database, emptied afterwards."""
        try:
            yield Place(self.server.address.url)
        finally:
            self._empty()

    def _empty(self) -> None:
        import neo4j

        with neo4j.GraphDatabase.driver(self.server.address.url) as driver, driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()


class Neo4jCalendar(Neo4j):
    """The current calendar version of Neo4j."""

    name = "neo4j-calendar"

    @cached_property
    def server(self) -> Any:
        """The running server."""
        from tests.servers.neo4j import Neo4jCalendar

        return Neo4jCalendar(auth=False).start()


BACKENDS = {one.name: one for one in (Embedded, Memory, Fuseki, OxigraphServer, Neo4j, Neo4jCalendar)}
FULL = os.environ.get("PARITY") == "full"
"""Whether every backend, corpus and case is gone through (`make parity`), or those of `make test`."""
QUICK = ("embedded", "memory", "fuseki", "neo4j-5.26")
"""Those of `make test`."""
TRIED = tuple(BACKENDS) if FULL else QUICK
