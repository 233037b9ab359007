"""A store in an Oxigraph database of this process: reading it and following the ledger, wherever the database is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg.rdf import NODE_PREDICATES, SPARQL_HEADER, Edge, triple, triple_of, triples
from kg.stores.contract import Solutions
from ontology.errors import StoreError
from ontology.namespaces import ONTOLOGY
from queries.binding import Bound

SELF = ox.NamedNode("urn:attest:store")
"""What a store says of itself is said of this."""
SEQUENCE = ox.NamedNode(ONTOLOGY + "sequence")
BUILT_WITH = ox.NamedNode(ONTOLOGY + "ontology")
_NODE_PREDICATES = [ox.NamedNode(iri) for iri in NODE_PREDICATES]


class EngineStore:
    """A store on a database that this process holds, called `name` in messages.

    Raises StoreError if the database cannot be read or written.
    """

    dialect = "sparql"
    embedded = True
    loads_along = True

    def __init__(self, database: ox.Store, name: str) -> None:
        self._store, self._name = database, name

    # Reading

    def select(self, bound: Bound) -> Solutions:
        """The rows of a SELECT."""
        try:
            return _solutions(self._store.query(bound.text))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{self._name}: the store cannot be read ({error}); run `kg verify`") from error

    @property
    def sequence(self) -> int:
        """The ledger sequence that this store reflects; -1 for a store that has never been filled."""
        for quad in self._store.quads_for_pattern(SELF, SEQUENCE, None):
            return int(quad.object.value)  # type: ignore[union-attr]
        return -1

    @property
    def ontology(self) -> str:
        """The digest of the ontology that this store was built with; empty for one that was never filled."""
        for quad in self._store.quads_for_pattern(SELF, BUILT_WITH, None):
            return str(quad.object.value)  # type: ignore[union-attr]
        return ""

    def statements(self, subjects: Sequence[str], nodes: Collection[str] = ()) -> Mapping[str, list[str]]:
        """What the store says of each subject; of a node without the direct edges that start from it."""
        return {iri: list(self._lines(iri, iri in nodes)) for iri in subjects}

    def _lines(self, iri: str, own: bool) -> Iterator[str]:
        term = ox.NamedNode(iri[1:-1])
        for predicate in _NODE_PREDICATES if own else [None]:
            for quad in self._store.quads_for_pattern(term, predicate, None):
                yield triple_of(iri, quad)

    def edges(self, relations: Iterable[str]) -> Iterator[str]:
        """The direct edges of these relations."""
        for relation in relations:
            yield from map(triple, self._store.quads_for_pattern(None, ox.NamedNode(relation), None))

    def everything(self) -> Iterator[str]:
        """Every statement, but for the store's own sequence and ontology."""
        return map(triple, self._quads(None, None, None))

    def count(self) -> int:
        """The number of statements; a scan."""
        return len(self._store) - sum(1 for _ in self._store.quads_for_pattern(SELF, None, None))

    def matching(self, subject: Any, predicate: Any, object: Any) -> Iterator[tuple[Any, Any, Any]]:
        """The statements that have these terms, as terms; None stands for any."""
        return (
            (quad.subject, quad.predicate, quad.object) for quad in self._quads(subject, predicate, object)
        )

    def query(self, text: str, *, asks: bool) -> Solutions | bool:
        """The answer to a SELECT, or to an ASK, as it is written."""
        answer = self._store.query(text)
        return bool(answer) if asks else _solutions(answer)

    def _quads(self, subject: Any, predicate: Any, object: Any) -> Iterator[ox.Quad]:
        for quad in self._store.quads_for_pattern(subject, predicate, object):
            if quad.subject != SELF:
                yield quad

    # Writing

    def replace(
        self,
        sequence: int,
        subjects: Mapping[str, str],
        *,
        nodes: Collection[str] = (),
        edges: Iterable[Edge] = (),
    ) -> None:
        """Bring subjects to what their lines say, in one atomic update; empty lines remove a subject."""
        removed, added = difference(subjects, self.statements(list(subjects), nodes), edges)
        counter = f"{SELF} {SEQUENCE}"
        self._update(
            f"{SPARQL_HEADER}DELETE WHERE {{ {counter} ?n }};"
            + (f"DELETE DATA {{\n{chr(10).join(removed)}\n}};\n" if removed else "")
            + f"INSERT DATA {{\n{chr(10).join(added)}\n{counter} {sequence} .\n}}"
        )

    def _update(self, text: str) -> None:
        try:
            self._store.update(text)
        except (OSError, RuntimeError, SyntaxError) as error:
            raise not_written(self._name, error) from error


def _solutions(answer: object) -> Solutions:
    assert isinstance(answer, ox.QuerySolutions)
    return Solutions([one.value for one in answer.variables], list(answer))


def difference(
    subjects: Mapping[str, str], held: Mapping[str, list[str]], edges: Iterable[Edge]
) -> tuple[list[str], list[str]]:
    """The lines to remove from a store that holds these, and those to add, each sorted."""
    new: set[str] = set()
    old: set[str] = set()
    for iri, statements in subjects.items():
        new.update(triples(iri, statements))
        old.update(held.get(iri, ()))
    direct: dict[str, bool] = {}
    for subject, predicate, object_, is_held in edges:
        line = f"{subject} {predicate} {object_} ."
        direct[line] = direct.get(line, False) or is_held
    for line, is_held in direct.items():
        (new if is_held else old).add(line)
    return sorted(old - new), sorted(new - old)


def mark(database: ox.Store, sequence: int, ontology: str) -> None:
    """Say which ledger sequence and ontology a database that was just filled reflects."""
    database.add(ox.Quad(SELF, SEQUENCE, ox.Literal(sequence)))
    database.add(ox.Quad(SELF, BUILT_WITH, ox.Literal(ontology)))


def not_written(name: str, error: BaseException) -> StoreError:
    """The error that says what to do where a store could not be written."""
    return StoreError(
        f"{name}: could not be written ({error}); the ledger is complete, and `kg rebuild` brings the store up to it"
    )
