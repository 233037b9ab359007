"""The store in a database of the owner's Neo4j, which it has to itself.

One node, (:Store {id: 'attest'}), says which graph this is, which ledger sequence and ontology it reflects, and, by the
sequence -1, that it is being filled. A database that holds anything else is never touched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.rdf import Edge
from kg.stores.contract import Solutions
from kg.stores.neo4j.build import Neo4jBuild
from kg.stores.neo4j.connection import Connection
from kg.stores.neo4j.items import item
from kg.stores.neo4j.reading import Reader
from kg.stores.neo4j.schema import CONSTRAINTS, INDEXES, KEYS, STATE, Names, Reference
from kg.stores.neo4j.writing import EndMissing, change
from kg.stores.place import Place
from ontology.errors import StoreError
from ontology.vocabulary import Ontology
from queries.binding import Bound

if TYPE_CHECKING:
    from neo4j import ManagedTransaction


class Neo4jStore:
    """A graph's store in Neo4j, opened for reading or writing.

    `graph` is what tells the graph from others. Raises StoreError where the server cannot be reached, or the database
    is another graph's or holds what is not ours.
    """

    dialect = "cypher"
    embedded = False
    loads_along = False

    def __init__(
        self, place: Place, folder: Path, graph: str, ontology: Ontology, base: str, *, write: bool = False
    ) -> None:
        self.place, self.write, self._graph = place, write, graph
        self._names = Names(ontology, base)
        self._connection = Connection(place, folder)
        self._reader = Reader(self._connection, self._names)
        try:
            held = self._state()
            if held is None and not write:
                raise StoreError(f"{place.url}: holds nothing of this graph yet; run `kg rebuild`")
            if held is None:
                self._refuse_foreign()
            elif write and held[0] >= 0:
                self._complete_schema()
        except BaseException:
            self.close()
            raise

    # Its own state

    def _state(self) -> tuple[int, str] | None:
        """The sequence and the ontology; None where the database has no graph yet."""
        _, rows = self._connection.read(
            f"MATCH (s:{STATE} {{id: 'attest'}}) RETURN s.graph, s.sequence, s.ontology"
        )
        if not rows:
            return None
        graph, sequence, ontology = rows[0]
        if graph != self._graph:
            raise StoreError(f"{self._where}: is the store of another graph; give an empty database")
        return int(sequence), str(ontology)

    @property
    def _where(self) -> str:
        return f"{self.place.url} {self.place.database}".rstrip()

    def _refuse_foreign(self) -> None:
        """Raise StoreError where there are nodes that are not of a graph of ours."""
        held = self._state() is not None
        ours = f"n:{'|'.join((STATE, *KEYS))}" if held else "false"
        _, rows = self._connection.read(f"MATCH (n) WHERE NOT ({ours}) RETURN labels(n) LIMIT 1")
        if rows:
            labels = " ".join(f":{label}" for label in rows[0][0]) or "without a label"
            raise StoreError(
                f"{self._where}: holds what is not this graph's (a node {labels}); give an empty database, or take it"
                " out of this one first"
            )

    def _complete_schema(self) -> None:
        """Make the constraints and indexes that are missing, as they are after an import from files."""
        _, rows = self._connection.read("SHOW INDEXES YIELD name")
        held = {name for (name,) in rows}
        for name, statement in (CONSTRAINTS | INDEXES).items():
            if name not in held:
                self._connection.alter(statement)

    @property
    def sequence(self) -> int:
        """The ledger sequence that it reflects; -1 for one never filled or being filled."""
        held = self._state()
        return held[0] if held else -1

    @property
    def ontology(self) -> str:
        """The digest of the ontology it was built with."""
        held = self._state()
        return held[1] if held else ""

    # Reading

    def select(self, bound: Bound) -> Solutions:
        """The rows of a question, which may not write."""
        return Solutions(*self._connection.read(bound.text, bound.parameters))

    def statements(self, subjects: Sequence[str], nodes: Collection[str] = ()) -> Mapping[str, list[str]]:
        """What the store says of each subject; of a node without the direct edges that start from it."""
        return self._reader.statements(subjects, nodes)

    def edges(self, relations: Iterable[str]) -> Iterator[str]:
        """The direct edges of these relations."""
        return self._reader.edges(relations)

    def everything(self) -> Iterator[str]:
        """Every statement and direct edge."""
        return self._reader.everything()

    def count(self) -> int:
        """How many lines `everything` gives; two scans."""
        return self._reader.count()

    # Writing

    def replace(
        self,
        sequence: int,
        subjects: Mapping[str, str],
        *,
        nodes: Collection[str] = (),
        edges: Iterable[Edge] = (),
    ) -> None:
        """Bring subjects to what their statements say, in one transaction. A direct edge follows its Relationship."""
        items = [item(self._names, iri, lines) for iri, lines in subjects.items() if lines]
        removed: list[Reference] = [
            self._names.reference(iri) for iri, lines in subjects.items() if not lines
        ]

        def work(transaction: ManagedTransaction) -> None:
            change(transaction, items, removed, self._graph, sequence)

        try:
            self._connection.write(work)
        except EndMissing:
            raise StoreError(
                f"{self._where}: lacks a node that a change leads to; run `kg verify`, then `kg rebuild`"
            ) from None

    def publish(self) -> None:
        """Let readers on every member of a cluster wait for what was written."""
        self._connection.save()

    def published(self) -> bool:
        """Whether they do."""
        return self._connection.saved

    def sweep(self) -> None:
        """Nothing is left half-done but a filling, which the next one does anew."""

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()

    # Building anew

    def build(self) -> Neo4jBuild:
        """Begin to fill it anew, in place: until that is finished, readers are told so."""
        self._refuse_foreign()
        return Neo4jBuild(self._connection, self._names, self._graph).begin()

    def join(self) -> Neo4jBuild:
        """Take part in a filling that another process began."""
        return Neo4jBuild(self._connection, self._names, self._graph)

    def adopt(self, build: Any) -> None:
        """A finished build is in its place already."""
