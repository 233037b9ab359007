"""What a graph asks of its store, whichever engine keeps it: three small contracts, many backends.

A store holds the projection of a ledger: subjects with their statements, as `kg.projection` gives them and `kg.rdf`
writes them, and the direct edges. It remembers the ledger sequence and the ontology that it reflects, and changes
them in the same transaction as what it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from kg.rdf import Edge
from queries.binding import Bound

Subject: TypeAlias = tuple[str, str]
"""A subject's term and its statements, a line each."""


class Solutions(NamedTuple):
    """What a question's text gave: the names of its columns, and rows of as many terms or values."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


class Store(Protocol):
    """A store, opened for reading or for writing.

    `dialect` is the language it is asked in ("sparql" gives RDF terms, "cypher" plain values); an `embedded` one
    belongs to this process alone; one that `loads_along` is filled while a first run goes on, others after it. Every
    method raises StoreError, in one line, where the engine cannot be reached, refuses, or fails.
    """

    dialect: str
    embedded: bool
    loads_along: bool

    @property
    def sequence(self) -> int:
        """The ledger sequence that it reflects; -1 while it has none: never filled, or being built anew."""
        ...

    @property
    def ontology(self) -> str:
        """The digest of the ontology that it was built with; empty where it has none."""
        ...

    def select(self, bound: Bound) -> Solutions:
        """The rows of a bound question."""
        ...

    def statements(self, subjects: Sequence[str], nodes: Collection[str] = ()) -> Mapping[str, list[str]]:
        """What it holds of each subject, as lines that `kg.rdf.triples` would write; subjects unknown may be absent.

        Of those that are `nodes` without the direct edges that start from them.
        """
        ...

    def edges(self, relations: Iterable[str]) -> Iterator[str]:
        """The direct edges of these relations (IRIs), as lines, each once."""
        ...

    def everything(self) -> Iterator[str]:
        """Every statement and direct edge, as lines, but for its own sequence and ontology."""
        ...

    def count(self) -> int:
        """How many lines `everything` gives."""
        ...

    def replace(
        self,
        sequence: int,
        subjects: Mapping[str, str],
        *,
        nodes: Collection[str] = (),
        edges: Iterable[Edge] = (),
    ) -> None:
        """Bring subjects to what their statements say, and the sequence with them, in one transaction.

        Empty statements remove a subject. `nodes` says which subjects are nodes: their direct edges are left alone,
        and are given by `edges`; an edge is there if any of those given for it is held. Doing it twice is doing it
        once.
        """
        ...

    def build(self) -> Build:
        """Begin to fill it anew."""
        ...

    def adopt(self, build: Any) -> None:
        """Put a finished build of its own in the place of what was there."""
        ...

    def publish(self) -> None:
        """Let readers see it as it is now."""
        ...

    def published(self) -> bool:
        """Whether readers see it as it is now."""
        ...

    def sweep(self) -> None:
        """Remove what writers that were ended left half-done; for the one who holds the graph's lock."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Build(Protocol):
    """A store being filled: subjects in any order, each once, then `finish`, or `abandon`.

    Filling goes fastest if what others point to comes first, as `kg.following.rebuild` does.
    """

    def add(self, subjects: Iterable[Subject]) -> None:
        """Take some subjects."""
        ...

    def add_edge(self, edge: Edge) -> None:
        """Take a direct edge, which may have been taken before; one that is not held is none."""
        ...

    def finish(self, sequence: int, ontology: str) -> None:
        """Wait until all is in, and mark it as reflecting a ledger sequence and an ontology."""
        ...

    def abandon(self) -> None:
        """Stop, and remove what can be removed."""
        ...


class ServerStore(Store, Protocol):
    """A store on a server, which several processes can fill together; see `kg.filling`."""

    def build(self) -> ServerBuild:
        """Begin to fill it anew."""
        ...

    def join(self) -> ServerBuild:
        """Take part in a filling that another process began here and will finish."""
        ...


class ServerBuild(Build, Protocol):
    """A store on a server being filled by this process among others."""

    def flush(self) -> None:
        """Wait until all that was taken is in: what comes next, from any process, may point to it."""
        ...
