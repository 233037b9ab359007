"""The store in memory: filled from the ledger when it is opened, gone with its process.

For tests, notebooks and small graphs: nothing but the ledger is on disk, and every opening costs a filling.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.rdf import TURTLE_HEADER, Edge, turtle
from kg.stores.contract import Subject
from kg.stores.engine import EngineStore, mark, not_written

# Characters of Turtle loaded at once.
_CHUNK = 3_000_000


class MemoryStore(EngineStore):
    """A store in this process's memory, empty when it is made."""

    def __init__(self) -> None:
        super().__init__(ox.Store(), "the store in memory")

    def publish(self) -> None:
        """Nobody else sees it."""

    def published(self) -> bool:
        """Nobody else waits to see it."""
        return True

    def sweep(self) -> None:
        """A process that was ended left nothing."""

    def close(self) -> None:
        """Let go of what it holds."""
        self._store = ox.Store()

    def build(self) -> Build:
        """Start a database beside this one."""
        return Build()

    def adopt(self, build: Build) -> None:
        """Take a finished database in the place of this one."""
        self._store = build.database


class Build:
    """A database in memory being filled."""

    def __init__(self) -> None:
        self.database = ox.Store()
        self._pending: list[str] = []
        self._size = 0

    def add(self, subjects: Iterable[Subject]) -> None:
        """Take some subjects."""
        self._take("".join([turtle(*subject) for subject in subjects]))

    def add_edge(self, edge: Edge) -> None:
        """Take a direct edge."""
        if edge.held:
            self._take(f"{edge.subject} {edge.predicate} {edge.object} .\n")

    def _take(self, lines: str) -> None:
        self._pending.append(lines)
        self._size += len(lines)
        if self._size >= _CHUNK:
            self._load()

    def _load(self) -> None:
        lines = TURTLE_HEADER + "".join(self._pending)
        self._pending, self._size = [], 0
        try:
            self.database.bulk_load(lines.encode(), format=ox.RdfFormat.TURTLE)
        except (OSError, RuntimeError, SyntaxError) as error:
            raise not_written("the store in memory", error) from error

    def finish(self, sequence: int, ontology: str) -> None:
        """Load the rest and mark it."""
        self._load()
        mark(self.database, sequence, ontology)

    def abandon(self) -> None:
        """Forget it."""
        self.database = ox.Store()
        self._pending, self._size = [], 0
