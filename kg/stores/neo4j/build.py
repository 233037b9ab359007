"""Fills a database in place: marked as being filled, emptied, filled by batches, and marked as whole."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable

from neo4j import ManagedTransaction

from kg.rdf import Edge
from kg.stores.contract import Subject
from kg.stores.neo4j.connection import Connection
from kg.stores.neo4j.items import Item, item
from kg.stores.neo4j.schema import CONSTRAINTS, INDEXES, KEYS, STATE, Names
from kg.stores.neo4j.writing import EndMissing, create
from ontology.errors import StoreError

# Nodes sent in one transaction, with the relationships that start from them.
_BATCH = 2000
# Batches that may wait for the sending thread.
_WAITING = 2
_DELETED = 20_000


class Neo4jBuild:
    """A database being filled; one background thread sends while the next batch is made.

    A batch that leads to nodes not there yet is kept until the end. An error of the thread is raised by the next call.
    """

    def __init__(self, connection: Connection, names: Names, graph: str) -> None:
        self._connection, self._names, self._graph = connection, names, graph
        self._items: list[Item] = []
        self._early: list[list[Item]] = []
        self._batches: queue.Queue[list[Item] | None] = queue.Queue(_WAITING)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._send, name="store-loader", daemon=True)
        self._thread.start()

    def begin(self) -> Neo4jBuild:
        """Mark the store as being filled, and empty it."""
        for statement in CONSTRAINTS.values():
            self._connection.alter(statement)
        self._mark(-1, "")
        # Indexes are cheaper made of what is there than kept right while it comes and goes.
        for name in INDEXES:
            self._connection.alter(f"DROP INDEX {name} IF EXISTS")
        self._connection.alter(
            f"MATCH (n:{'|'.join(KEYS)})-[link]->() CALL (link) {{ DELETE link }} IN TRANSACTIONS OF {_DELETED} ROWS"
        )
        self._connection.alter(
            f"MATCH (n:{'|'.join(KEYS)}) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {_DELETED} ROWS"
        )
        return self

    def _mark(self, sequence: int, ontology: str) -> None:
        def work(transaction: ManagedTransaction) -> None:
            transaction.run(
                f"MERGE (s:{STATE} {{id: 'attest'}}) SET s.graph = $graph, s.sequence = $sequence,"
                " s.ontology = $ontology",
                graph=self._graph,
                sequence=sequence,
                ontology=ontology,
            ).consume()

        self._connection.write(work)

    def add(self, subjects: Iterable[Subject]) -> None:
        """Take some subjects."""
        names = self._names
        for iri, statements in subjects:
            self._items.append(item(names, iri, statements))
            if len(self._items) >= _BATCH:
                self._hand_over()

    def add_edge(self, edge: Edge) -> None:
        """Nothing: a direct edge follows from its Relationship."""

    def finish(self, sequence: int, ontology: str) -> None:
        """Wait until all is in, and mark the store as reflecting a ledger sequence and an ontology."""
        self.flush()
        self._stop()
        for statement in INDEXES.values():
            self._connection.alter(statement)
        self._connection.alter("CALL db.awaitIndexes(86400)")
        self._mark(sequence, ontology)

    def flush(self) -> None:
        """Wait until all that was taken is in."""
        self._hand_over()
        self._batches.join()
        self._check()
        waiting, self._early = self._early, []
        while waiting:
            still = [items for items in waiting if not self._create(items)]
            if len(still) == len(waiting):
                raise StoreError(
                    f"{self._connection.place.url}: the ledger's claims lead to nodes that it does not have;"
                    " run `kg verify`"
                )
            waiting = still

    def abandon(self) -> None:
        """Stop; what was filled stays, marked as unfinished, until it is filled anew."""
        if self._error is None:
            self._error = RuntimeError("abandoned")
        self._stop()

    def _hand_over(self) -> None:
        self._check()
        if self._items:
            self._batches.put(self._items)
            self._items = []

    def _stop(self) -> None:
        if self._thread.is_alive():
            self._batches.put(None)
            self._thread.join()

    def _send(self) -> None:
        while (items := self._batches.get()) is not None:
            if self._error is None:
                try:
                    if not self._create(items):
                        self._early.append(items)
                except BaseException as error:  # noqa: BLE001 - raised again in the thread that fills
                    self._error = error
            self._batches.task_done()

    def _create(self, items: list[Item]) -> bool:
        """Make a batch's nodes in one transaction; False where some lead to nodes that are not there yet."""

        def work(transaction: ManagedTransaction) -> None:
            create(transaction, items)

        try:
            self._connection.write(work)
        except EndMissing:
            return False
        return True

    def _check(self) -> None:
        if self._error is not None:
            raise self._error
