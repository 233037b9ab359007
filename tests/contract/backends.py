"""The backends that every store test goes over, each with a real server behind it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import kg
from kg.stores.place import EMBEDDED, Place
from tests.servers.contract import Address
from tests.servers.plugin import Databases


class Kind(NamedTuple):
    """A backend by name, the server it needs (none: it has none), and the language that it is asked in."""

    name: str
    server: str = ""
    dialect: str = "sparql"


BACKENDS = {
    one.name: one
    for one in (
        Kind("embedded"),
        Kind("memory"),
        Kind("fuseki", "fuseki"),
        Kind("oxigraph-server", "oxigraph"),
        Kind("neo4j-5.26", "neo4j", "cypher"),
        Kind("neo4j-calendar", "neo4j-calendar", "cypher"),
    )
}
QUICK = ("embedded", "memory", "fuseki", "neo4j-5.26")
"""Those of `make test`."""
FULL = os.environ.get("PARITY") == "full"
"""Whether every backend, corpus and case is gone through (`make parity`), or those of `make test`."""
TRIED = tuple(BACKENDS) if FULL else QUICK


class Backend:
    """Somewhere to keep a graph's store, with room for any number of graphs one after the other."""

    def __init__(self, kind: Kind, databases: Databases) -> None:
        self.name, self.dialect = kind.name, kind.dialect
        self._server, self._databases = kind.server, databases

    @contextmanager
    def place(self) -> Iterator[Place]:
        """An empty place for one graph, emptied afterwards."""
        if not self._server:
            yield Place("memory") if self.name == "memory" else EMBEDDED
            return
        with self._databases(self._server) as address, patch.dict(os.environ, _login(address)):
            if self.dialect == "cypher":
                yield Place(address.url)
            else:
                yield Place(address.query or "", update=address.update or "", data=address.graphs or "")

    @contextmanager
    def moved(self, folder: Path, to: Path) -> Iterator[kg.Graph]:
        """The graph of a folder as its owner would move it here: one setting and one rebuild."""
        with self.place() as place:
            leave = shutil.ignore_patterns("store", "checkpoints", "lock")
            shutil.copytree(folder, to, ignore=leave)
            settings = json.loads((to / "settings.json").read_text("utf-8"))
            (to / "settings.json").write_text(json.dumps(settings | {"store": place.to_json()}), "utf-8")
            with kg.Graph.open(to, write=True) as graph:
                graph.rebuild()
            with kg.Graph.open(to) as graph:
                yield graph


def _login(address: Address) -> dict[str, str]:
    user, password = address.credentials or ("", "")
    return {"KG_STORE_USER": user, "KG_STORE_PASSWORD": password} if user else {}
