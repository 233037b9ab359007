"""A network as the objects that Python's own tools work on: networkx, igraph, pandas, rdflib.

Attributes are those of `kg.exports.columns`, lists as lists. Parallel edges stay apart, and every edge is directed;
which are symmetric is an attribute. Each needs the extra it is named with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kg.exports.columns import CLAIM, FORMS, NODE, RELATIONSHIP, Column, Edge, Form, columns
from kg.exports.formats import Export
from kg.exports.parquet import EDGE_KEYS, NODE_KEYS
from kg.network import Network
from ontology.errors import UsageError
from ontology.extras import needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import igraph
    import networkx
    import pandas
    import rdflib


class Tables(NamedTuple):
    """Three data frames: of nodes, relationships and claims."""

    nodes: pandas.DataFrame
    relationships: pandas.DataFrame
    claims: pandas.DataFrame


def to_networkx(network: Network, edges: Form = "relationships") -> networkx.MultiDiGraph[str]:
    """A MultiDiGraph; nodes are called by their ids, and each edge's key is its id. Extra `analysis`."""
    made = needs("networkx", "analysis").MultiDiGraph()
    for node in network.nodes():
        made.add_node(node.id, **_told(node, NODE))
    for edge in _edges(network, edges):
        made.add_edge(edge.subject, edge.object, key=edge.id, **_told(edge, columns(edges)))
    return made  # type: ignore[no-any-return]


def to_igraph(network: Network, edges: Form = "relationships") -> igraph.Graph:
    """A directed Graph; vertices have their ids as `name`, edges theirs as `id`. Extra `analysis`."""
    nodes = list(network.nodes())
    place = {node.id: number for number, node in enumerate(nodes)}
    found = list(_edges(network, edges))
    made = needs("igraph", "analysis").Graph(
        n=len(nodes), edges=[(place[edge.subject], place[edge.object]) for edge in found], directed=True
    )
    made.vs["name"] = [node.id for node in nodes]
    for column in NODE:
        made.vs[column.name] = [column.of(node) for node in nodes]
    made.es["id"] = [edge.id for edge in found]
    for column in columns(edges):
        made.es[column.name] = [column.of(edge) for edge in found]
    return made


def to_pandas(network: Network) -> Tables:
    """Data frames of nodes, relationships and claims. Extra `tables`."""
    frame = needs("pandas", "tables").DataFrame

    def of(elements: Iterable[Any], wanted: tuple[Column, ...]) -> Any:
        rows = list(elements)
        return frame({column.name: [column.of(row) for row in rows] for column in wanted})

    return Tables(
        of(network.nodes(), (*NODE_KEYS, *NODE)),
        of(network.relationships(), (*EDGE_KEYS, *RELATIONSHIP)),
        of(network.claims(), (*EDGE_KEYS, *CLAIM)),
    )


def to_rdflib(network: Network) -> rdflib.Graph:
    """A Graph of the statements that docs/graph.md tells of. Extra `rdf`."""
    made = needs("rdflib", "rdf").Graph()
    from kg.exports.rdf import NTRIPLES

    assert NTRIPLES.write is not None
    for piece in NTRIPLES.write(Export(network, "relationships")):
        made.parse(data=piece, format="nt")
    return made  # type: ignore[no-any-return]


def _edges(network: Network, form: Form) -> Iterator[Edge]:
    if form not in FORMS:
        raise UsageError(f"edges are {' or '.join(FORMS)}, not {form!r}")
    yield from network.relationships() if form == "relationships" else network.claims()


def _told(element: Any, wanted: tuple[Column, ...]) -> dict[str, Any]:
    return {column.name: column.of(element) for column in wanted}
