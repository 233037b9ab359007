"""A SPARQL 1.1 endpoint as store: a whole dataset's default graph, or one named graph, of whatever server.

Beside the statements it holds what it is, in the same updates that change them:

    <urn:attest:store> kg:graph "id of the ledger" ; kg:sequence 12 ; kg:ontology "digest"

It belongs to one graph. What holds anything else is refused and left as it is. It is filled in place: while it is, it
has no sequence, and readers refuse it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kg.rdf import NODE_PREDICATES, SPARQL_HEADER, TURTLE_HEADER, Edge, line, text, turtle
from kg.stores.chunks import Chunks
from kg.stores.contract import Solutions, Subject
from kg.stores.credentials import credentials
from kg.stores.engine import difference
from kg.stores.place import Place
from kg.stores.protocol import Endpoint
from ontology.errors import StoreError
from ontology.namespaces import ONTOLOGY
from queries.binding import Bound

_SELF = "<urn:attest:store>"
_OWN_NODE = ", ".join(f"<{iri}>" for iri in NODE_PREDICATES)
# Subjects asked about in one query; statements removed by one update.
_SUBJECTS, _REMOVED = 500, 50_000
# Characters sent at once: of Turtle by the graph store protocol, of an INSERT DATA, which costs servers more memory.
_CHUNK, _INSERTED = 2_000_000, 1_000_000
# Characters of an update that is sent as one; a larger change is sent in pieces, and readers wait for the last.
_UPDATE = 16_000_000

# Seconds for which a reader that has asked nothing since remembers what the store reflects.
_REMEMBERED = 0.5


class State(NamedTuple):
    """What a store says of itself: whose it is, and what it reflects."""

    graph: str = ""
    sequence: int = -1
    ontology: str = ""


class EndpointStore:
    """The store of the graph with that id, opened for reading or for writing.

    Raises StoreError where the endpoint cannot be reached, refuses, fails, or belongs to another graph.
    """

    dialect = "sparql"
    embedded = False
    loads_along = True

    def __init__(self, place: Place, graph: str, *, write: bool = False) -> None:
        self.place, self.write = place, write
        self._graph = graph
        self._named = place.named
        self._endpoint = Endpoint(place, credentials(place.url))
        try:
            if write:
                place.update_address()
            self._state: State | None = self._read_state()
        except BaseException:
            self._endpoint.close()
            raise

    # What it says of itself

    def _read_state(self) -> State:
        self._read_at = time.monotonic()
        found: dict[str, set[str]] = {}
        for name, value in self._endpoint.solutions(f"SELECT ?p ?o WHERE {{ {_SELF} ?p ?o }}").rows:
            found.setdefault(name.value.removeprefix(ONTOLOGY), set()).add(value.value)
        others = found.get("graph", set()) - {self._graph}
        if others and self._graph:
            raise StoreError(
                f"{self._where}: keeps another graph ({min(others)}, this is {self._graph}); choose another dataset, or"
                " a named graph of its own"
            )
        sequences, ontologies = found.get("sequence", set()), found.get("ontology", set())
        whole = len(sequences) == 1 and "graph" in found
        return State(
            min(found.get("graph", {""})),
            int(min(sequences)) if whole else -1,
            min(ontologies, default="") if whole else "",
        )

    @property
    def _where(self) -> str:
        return f"{self.place.url} (graph {self._named})" if self._named else self.place.url

    def _current(self) -> State:
        """Its state. The writer, who alone changes it, remembers; a reader's is not older than its last question."""
        if self._state is None or (not self.write and time.monotonic() > self._read_at + _REMEMBERED):
            self._state = self._read_state()
        return self._state

    @property
    def sequence(self) -> int:
        """The ledger sequence that it reflects; -1 while it has none."""
        return self._current().sequence

    @property
    def ontology(self) -> str:
        """The digest of the ontology that it was built with."""
        return self._current().ontology

    # Reading

    def select(self, bound: Bound) -> Solutions:
        """The rows of a SELECT."""
        if not self.write:
            self._state = None
        return self._endpoint.solutions(bound.text)

    def statements(self, subjects: Sequence[str], nodes: Collection[str] = ()) -> Mapping[str, list[str]]:
        """What it holds of each subject that it knows; of a node without the direct edges that start from it."""
        found: dict[str, list[str]] = {}
        whole = [iri for iri in subjects if iri not in nodes]
        own = [iri for iri in subjects if iri in nodes]
        for some, restriction in ((whole, ""), (own, f" FILTER(?p IN ({_OWN_NODE}))")):
            for start in range(0, len(some), _SUBJECTS):
                for subject, predicate, object_ in self._endpoint.solutions(
                    f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {' '.join(some[start : start + _SUBJECTS])} }}"
                    f" ?s ?p ?o{restriction} }}"
                ).rows:
                    iri = f"<{subject.value}>"
                    found.setdefault(iri, []).append(line(iri, predicate, object_))
        return found

    def edges(self, relations: Iterable[str]) -> Iterator[str]:
        """The direct edges of these relations."""
        names = " ".join(f"<{relation}>" for relation in relations)
        if names:
            yield from self._lines(f"SELECT ?s ?p ?o WHERE {{ VALUES ?p {{ {names} }} ?s ?p ?o }}")

    def everything(self) -> Iterator[str]:
        """Every statement, but for those about itself, as they arrive."""
        return self._lines("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")

    def _lines(self, query: str) -> Iterator[str]:
        for subject, predicate, object_ in self._endpoint.stream(query):
            iri = f"<{subject.value}>"
            if iri != _SELF:
                yield line(iri, predicate, object_)

    def count(self) -> int:
        """The number of statements; a scan by the server."""
        query = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s ?p ?o FILTER(?s != {_SELF}) }}"
        return int(self._endpoint.solutions(query).rows[0][0].value)

    def matching(self, subject: Any, predicate: Any, object: Any) -> Iterator[tuple[Any, Any, Any]]:
        """The statements that have these terms, as terms; None stands for any."""
        given = (subject, predicate, object)
        pattern = " ".join(
            f"?{name}" if one is None else str(one) for name, one in zip("spo", given, strict=True)
        )
        if None not in given:
            if self._endpoint.ask(f"ASK {{ {pattern} }}"):
                yield given
            return
        free = " ".join(f"?{name}" for name, one in zip("spo", given, strict=True) if one is None)
        for solution in self._endpoint.stream(f"SELECT {free} WHERE {{ {pattern} }}"):
            found = iter(solution)
            terms = tuple(next(found) if one is None else one for one in given)
            if str(terms[0]) != _SELF:
                yield terms

    def query(self, text: str, *, asks: bool) -> Solutions | bool:
        """The answer to a SELECT, or to an ASK, as it is written."""
        return self._endpoint.ask(text) if asks else self._endpoint.solutions(text)

    # Writing

    def replace(
        self,
        sequence: int,
        subjects: Mapping[str, str],
        *,
        nodes: Collection[str] = (),
        edges: Iterable[Edge] = (),
    ) -> None:
        """Bring subjects to what their lines say, in one update; empty lines remove a subject.

        An update may be sent twice: removing and adding the same statements again changes nothing. A store that was
        emptied behind our back is left as it is, and has no sequence that could be brought forward.
        """
        known, state = self._current(), self._read_state()
        if known.sequence >= 0 and state != known:
            raise StoreError(
                f"{self._where}: was changed by somebody else during this run; the ledger is complete, and `kg rebuild`"
                " brings the store up to it"
            )
        if state.sequence < 0:
            self._claim()
        removed, added = difference(subjects, self.statements(list(subjects), nodes), edges)
        # Whatever comes of it, what the store reflects is to be asked anew until this is done.
        self._state = None
        size = sum(map(len, removed)) + sum(map(len, added))
        if size <= _UPDATE:
            self._update(
                self._data("DELETE", removed),
                self._data("INSERT", added),
                self._forward(sequence)
                if state.sequence >= 0
                else self._data("INSERT", [f"{_SELF} kg:sequence {sequence} ."]),
            )
        else:
            self._update(self._forget(f"{_SELF} kg:sequence ?n"))
            for verb, lines in (("DELETE", removed), ("INSERT", added)):
                for piece in _pieces(lines, _INSERTED):
                    self._update(self._data(verb, piece))
            self._update(self._data("INSERT", [f"{_SELF} kg:sequence {sequence} ."]))
        self._state = State(self._graph, sequence, state.ontology)

    def publish(self) -> None:
        """Readers ask the server, and see what it holds."""

    def published(self) -> bool:
        """Readers see it as it is."""
        return True

    def sweep(self) -> None:
        """What a run that was ended left here has no sequence, and is built anew."""

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def _in_graph(self, patterns: str) -> str:
        return f"GRAPH <{self._named}> {{ {patterns} }}" if self._named else patterns

    def _data(self, verb: str, lines: Sequence[str]) -> str:
        """DELETE DATA or INSERT DATA of some lines; nothing for none."""
        return f"{verb} DATA {{ {self._in_graph(chr(10).join(lines) + chr(10))} }}" if lines else ""

    def _forget(self, patterns: str) -> str:
        return f"DELETE WHERE {{ {self._in_graph(patterns)} }}"

    def _forward(self, sequence: int) -> str:
        """Bring its sequence forward, where it has one."""
        return (
            f"DELETE {{ {self._in_graph(f'{_SELF} kg:sequence ?n')} }}"
            f" INSERT {{ {self._in_graph(f'{_SELF} kg:sequence {sequence}')} }}"
            f" WHERE {{ {self._in_graph(f'{_SELF} kg:sequence ?n ; kg:graph {text(self._graph)}')} }}"
        )

    def _update(self, *operations: str) -> None:
        """Run these operations as one update, which servers do whole or not at all."""
        self._endpoint.update(SPARQL_HEADER + " ;\n".join(filter(None, operations)))

    # Building anew

    def build(self) -> Build:
        """Begin to fill it anew, in place: from here on it has no sequence until the build's `finish`."""
        self._claim()
        self._clear()
        return Build(self)

    def join(self) -> Build:
        """Take part in a filling that another process began here and will finish."""
        if self._read_state() != State(self._graph):
            raise StoreError(f"{self._where}: is not being built; run `kg rebuild`")
        return Build(self)

    def adopt(self, build: Build) -> None:
        """The build is this store."""
        self._state = None

    def _claim(self) -> None:
        """Make it this graph's, being built. Raises StoreError where it holds anything else."""
        if not self._read_state().graph:
            for solution in self._endpoint.solutions("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1").rows:
                raise StoreError(
                    f"{self._where}: holds statements that are not of this graph, such as about {_shown(solution[0])};"
                    " nothing there was changed; choose an empty dataset, or a named graph of its own (--named-graph)"
                )
        self._state = None
        self._update(
            self._forget(f"{_SELF} ?p ?o"), self._data("INSERT", [f"{_SELF} kg:graph {text(self._graph)} ."])
        )
        self._expect(State(self._graph))

    def _expect(self, state: State) -> None:
        """Make sure that what was written by one address is seen by the other."""
        found = self._read_state()
        if found != state:
            raise StoreError(
                f"{self.place.update_address()}: took an update that {self._where} does not show; give addresses of one"
                " dataset, and a query address that shows what was written at once"
            )

    def _clear(self) -> None:
        """Remove every statement of this graph, some at a time; the store is marked as this graph's before."""
        pattern = self._in_graph(f"?s ?p ?o FILTER(?s != {_SELF})")
        for _ in range(-(-self.count() // _REMOVED)):
            self._update(
                f"DELETE {{ {self._in_graph('?s ?p ?o')} }}"
                f" WHERE {{ {{ SELECT ?s ?p ?o WHERE {{ {pattern} }} LIMIT {_REMOVED} }} }}"
            )
        if left := self.count():
            raise StoreError(
                f"{self._where}: {left:,} statements could not be removed; is somebody else writing there?"
            )

    # What a build does

    def fill(self, lines: str) -> None:
        """Add Turtle without its prefixes."""
        if self.place.data:
            self._endpoint.add((TURTLE_HEADER + lines).encode())
        else:
            self._update(f"INSERT DATA {{ {self._in_graph(lines)} }}")

    def holds(self, subject: str) -> bool:
        """Whether it has anything about a subject."""
        return self._endpoint.ask(f"ASK {{ {subject} ?p ?o }}")

    def complete(self, sequence: int, ontology: str) -> None:
        """Mark it as reflecting a ledger sequence and an ontology."""
        self._update(
            self._forget(f"{_SELF} kg:sequence ?n"),
            self._forget(f"{_SELF} kg:ontology ?o"),
            self._data("INSERT", [f"{_SELF} kg:sequence {sequence} ; kg:ontology {text(ontology)} ."]),
        )
        self._expect(State(self._graph, sequence, ontology))


class Build:
    """A store on an endpoint being filled by chunks of Turtle, each sent while the next is made."""

    def __init__(self, store: EndpointStore) -> None:
        self._store = store
        self._seen = ""
        self._chunks = Chunks(self._load, _CHUNK if store.place.data else _INSERTED)

    def _load(self, lines: str) -> None:
        self._store.fill(lines)
        if not self._seen:
            self._seen = lines.partition(" ")[0]
            if not self._store.holds(self._seen):
                raise StoreError(
                    f"{self._store.place.data or self._store.place.update_address()}: took statements that"
                    f" {self._store.place.url} does not show; give addresses of one dataset"
                )

    def add(self, subjects: Iterable[Subject]) -> None:
        """Take some subjects."""
        self._chunks.take("".join([turtle(*subject) for subject in subjects]))

    def add_edge(self, edge: Edge) -> None:
        """Take a direct edge."""
        if edge.held:
            self._chunks.take(f"{edge.subject} {edge.predicate} {edge.object} .\n")

    def flush(self) -> None:
        """Wait until all that was taken is there."""
        self._chunks.flush()

    def finish(self, sequence: int, ontology: str) -> None:
        """Wait until all is sent and mark the store as whole."""
        self._chunks.finish()
        self._store.complete(sequence, ontology)

    def abandon(self) -> None:
        """Stop; what was sent stays, without a sequence, until the store is built anew."""
        self._chunks.abandon()


def _pieces(lines: Sequence[str], size: int) -> Iterator[list[str]]:
    """The lines some at a time, of about so many characters together."""
    piece: list[str] = []
    length = 0
    for one in lines:
        piece.append(one)
        length += len(one)
        if length >= size:
            yield piece
            piece, length = [], 0
    if piece:
        yield piece


def _shown(term: Any) -> str:
    """A term in a message."""
    return str(term)[:200]
