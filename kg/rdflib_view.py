"""A graph's store as a read-only rdflib Graph or Dataset, for people who live in rdflib.

with kg.Graph.open("graph") as graph:
    view = graph.as_rdflib()
    for claim in view.subjects(RDF.type, KG.Claim): ...
    view.query("SELECT …")
    view.serialize("graph.ttl")

Whatever keeps the store is asked as the view is: by patterns, and by SELECT and ASK as they are where it speaks
SPARQL (such a query also sees the few statements in which the store says what it reflects). A store in Neo4j is read
whole into memory first. The view ends with the graph that it was taken of. Needs the extra `rdf`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeVar

import pyoxigraph as ox

from kg.rdf import RDF, TURTLE_HEADER, XSD
from kg.stores.contract import Solutions
from ontology.errors import StoreError, UsageError
from ontology.namespaces import ONTOLOGY

try:
    from rdflib import BNode, Dataset, Literal, URIRef, Variable
    from rdflib import Graph as RdflibGraph
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
    from rdflib.plugins.sparql.parser import parseQuery
    from rdflib.query import Result
    from rdflib.store import Store as RdflibStore
except ImportError:
    raise UsageError("this needs rdflib; install it with: pip install 'attest-kg[rdf]'") from None

if TYPE_CHECKING:
    from kg.graph import Graph

_LINES = 20_000
_Kind = TypeVar("_Kind", bound=RdflibGraph)


class Source(Protocol):
    """What a view is of: a store whose statements can be asked for by pattern, and by queries."""

    def matching(self, subject: Any, predicate: Any, object: Any) -> Iterator[tuple[Any, Any, Any]]:
        """The statements that have these terms; None stands for any."""
        ...

    def query(self, text: str, *, asks: bool) -> Solutions | bool:
        """The answer to a SELECT, or to an ASK."""
        ...

    def count(self) -> int:
        """The number of statements."""
        ...


def as_graph(graph: Graph) -> RdflibGraph:
    """The store of an open graph as an rdflib Graph."""
    view = View(_source(graph))
    return _named(RdflibGraph(view, DATASET_DEFAULT_GRAPH_ID, bind_namespaces="none"))


def as_dataset(graph: Graph) -> Dataset:
    """The store of an open graph as an rdflib Dataset, in whose default graph everything is."""
    return _named(Dataset(store=View(_source(graph))))


def _named(graph: _Kind) -> _Kind:
    for prefix, iri in (("kg", ONTOLOGY), ("rdf", RDF), ("xsd", XSD)):
        graph.bind(prefix, iri)
    return graph


def _source(graph: Graph) -> Source:
    """The store, or, where it cannot be asked by pattern, a copy of it in memory."""
    store: Any = graph.store
    if hasattr(store, "matching"):
        found: Source = store
        return found
    from kg.stores.engine import EngineStore

    database, lines = ox.Store(), iter(store.everything())
    while some := list(islice(lines, _LINES)):
        turtle = TURTLE_HEADER + "\n".join(some)
        database.bulk_load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    return EngineStore(database, "the view")


class View(RdflibStore):
    """rdflib's idea of a store, with one graph, which is not written to."""

    context_aware = True
    graph_aware = True
    formula_aware = False
    transaction_aware = False

    def __init__(self, source: Source) -> None:
        self._source = source
        self._prefixes: dict[str, URIRef] = {}
        super().__init__()
        self._all = RdflibGraph(store=self, identifier=DATASET_DEFAULT_GRAPH_ID, bind_namespaces="none")

    # Reading

    def triples(
        self, triple_pattern: Any, context: Any = None
    ) -> Iterator[tuple[tuple[Any, Any, Any], Iterator[Any]]]:
        """The statements that match a pattern, each with the one graph that it is in."""
        if not _is_ours(context):
            return
        try:
            pattern = [None if one is None else _to_engine(one) for one in triple_pattern]
        except _Nowhere:
            return
        if any(isinstance(one, ox.Literal) for one in pattern[:2]):
            return
        for subject, predicate, object_ in self._source.matching(*pattern):
            yield (_to_rdflib(subject), _to_rdflib(predicate), _to_rdflib(object_)), iter((self._all,))

    def __len__(self, context: Any = None) -> int:
        return self._source.count() if _is_ours(context) else 0

    def contexts(self, triple: Any = None) -> Generator[Any, None, None]:
        """The one graph, if it has the statement."""
        if triple is None or next(self.triples(triple), None) is not None:
            yield self._all

    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],
        initBindings: Mapping[str, Any],
        queryGraph: Any,
        **kwargs: Any,
    ) -> Result:
        """A SELECT or ASK, by the store's own engine; others are left to rdflib's, which asks by patterns."""
        if not isinstance(query, str) or initBindings or kwargs or queryGraph != DATASET_DEFAULT_GRAPH_ID:
            raise NotImplementedError
        form = parseQuery(query)[1].name
        if form not in ("SelectQuery", "AskQuery"):
            raise NotImplementedError
        text = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in initNs.items()) + query
        answer = self._source.query(text, asks=form == "AskQuery")
        if isinstance(answer, bool):
            result = Result("ASK")
            result.askAnswer = answer
            return result
        result = Result("SELECT")
        result.vars = [Variable(name) for name in answer.columns]
        result.bindings = [
            {name: _to_rdflib(term) for name, term in zip(result.vars, row, strict=True) if term is not None}
            for row in answer.rows
        ]
        return result

    # Prefixes, which are the view's own

    def bind(self, prefix: str, namespace: URIRef, override: bool = True) -> None:
        """Remember a prefix."""
        bound = self.prefix(namespace)
        if not override and (bound is not None or prefix in self._prefixes):
            return
        if bound is not None:
            del self._prefixes[bound]
        self._prefixes[prefix] = namespace

    def namespace(self, prefix: str) -> URIRef | None:
        """What a prefix stands for."""
        return self._prefixes.get(prefix)

    def prefix(self, namespace: URIRef) -> str | None:
        """The prefix that stands for an IRI."""
        return next((prefix for prefix, iri in self._prefixes.items() if iri == namespace), None)

    def namespaces(self) -> Iterator[tuple[str, URIRef]]:
        """Every prefix with what it stands for."""
        return iter(list(self._prefixes.items()))

    # Writing

    def add_graph(self, graph: Any) -> None:
        """The one graph is there; another cannot be added."""
        if not _is_ours(graph):
            self._refuse()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise UsageError(
            "the rdflib view of a graph is for reading; change the graph by `kg ingest` and `kg retract`"
        )

    add = addN = remove = remove_graph = update = create = destroy = commit = rollback = _refuse


class _Nowhere(Exception):
    """A term that no statement of a graph of ours can have."""


def _is_ours(context: Any) -> bool:
    return context is None or getattr(context, "identifier", context) == DATASET_DEFAULT_GRAPH_ID


def _to_engine(term: Any) -> ox.NamedNode | ox.Literal:
    try:
        if isinstance(term, URIRef):
            return ox.NamedNode(str(term))
        if isinstance(term, Literal):
            if term.language:
                return ox.Literal(str(term), language=term.language)
            return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or XSD + "string")))
    except ValueError:
        raise _Nowhere from None
    raise _Nowhere


def _to_rdflib(term: Any) -> Any:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        kind = term.datatype.value
        # As it is written: rdflib would write some numbers and dates in its own way.
        return Literal(term.value, datatype=None if kind == XSD + "string" else URIRef(kind), normalize=False)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    raise StoreError(f"{term}: rdflib has no such term")
