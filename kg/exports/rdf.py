"""A graph as RDF: Turtle, N-Triples, or JSON-LD with the ontology's context, written as it is read from the ledger.

The same ledger gives the same bytes. JSON-LD has one object a subject; a direct edge, which holds while some live claim
affirms it outright, is an object of its own with the same id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from kg.following import all_claims, rest_of
from kg.graph import Graph
from kg.rdf import RDF, TURTLE_HEADER, XSD, turtle
from ontology import context
from ontology.namespaces import ONTOLOGY

_PIECE = 4000


def as_turtle(graph: Graph) -> Iterator[str]:
    """The graph in Turtle, piece by piece."""
    yield TURTLE_HEADER
    yield from _statements(graph)


def as_ntriples(graph: Graph) -> Iterator[str]:
    """The graph in N-Triples, piece by piece."""
    for quads in _quads(graph):
        yield "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in quads)


def as_jsonld(graph: Graph) -> Iterator[str]:
    """The graph in JSON-LD 1.1, piece by piece."""
    made = context.context(graph.ontology)["@context"]
    names = _names(made)
    yield '{\n"@context": ' + json.dumps(made, ensure_ascii=False) + ',\n"@graph": ['
    separator = "\n"
    for quads in _quads(graph):
        for subject, of_subject in groupby(quads, key=lambda quad: quad.subject):
            node = _object(str(subject.value), list(of_subject), names)
            yield separator + json.dumps(node, ensure_ascii=False)
            separator = ",\n"
    yield "\n]\n}\n"


WRITERS = {"turtle": as_turtle, "ntriples": as_ntriples, "jsonld": as_jsonld}
"""By the names that `kg export` knows them by."""


def _statements(graph: Graph) -> Iterator[str]:
    projection = graph.projection
    graph.ledger.settle()
    for claims in all_claims(projection, 1000):
        yield "".join([turtle(*claim) for claim in claims])
    for iri, statements, edge in projection.relationships():
        yield turtle(iri, statements)
        if edge.held:
            yield f"{edge.subject} {edge.predicate} {edge.object} .\n"
    for subject in rest_of(projection):
        yield turtle(*subject)


def _quads(graph: Graph) -> Iterator[list[ox.Quad]]:
    """The statements, some subjects' at a time."""
    pieces: list[str] = []
    size = 0
    for piece in _statements(graph):
        pieces.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield list(ox.parse(TURTLE_HEADER + "".join(pieces), format=ox.RdfFormat.TURTLE))
            pieces, size = [], 0
    yield list(ox.parse(TURTLE_HEADER + "".join(pieces), format=ox.RdfFormat.TURTLE))


def _names(terms: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    """IRI → its term in the context, and how the context types its values."""
    found = {}
    for name, said in terms.items():
        iri = said["@id"] if isinstance(said, dict) else said
        if not isinstance(iri, str) or iri.startswith("@"):
            continue
        for prefix, namespace in (("kg:", ONTOLOGY), ("rdf:", RDF)):
            if iri.startswith(prefix):
                iri = namespace + iri.removeprefix(prefix)
        found[iri] = (name, said.get("@type") if isinstance(said, dict) else None)
    return found


def _object(subject: str, quads: list[ox.Quad], names: dict[str, tuple[str, str | None]]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": subject}
    values: dict[str, list[Any]] = {}
    for quad in quads:
        if quad.predicate.value == RDF + "type":
            name, value = "type", names.get(str(quad.object.value), (quad.object.value, ""))[0]  # type: ignore[union-attr]
        else:
            name, typed = names.get(quad.predicate.value, (quad.predicate.value, ""))
            value = _value(quad.object, typed)
        values.setdefault(name, []).append(value)
    for name, found in values.items():
        node[name] = found[0] if len(found) == 1 else found
    return node


def _value(value: Any, typed: str | None) -> Any:
    if isinstance(value, ox.NamedNode):
        return value.value if typed == "@id" else {"@id": value.value}
    kind = value.datatype.value
    if kind == XSD + "integer" and typed is None:
        return int(value.value)
    if kind == XSD + "boolean":
        return value.value == "true"
    if kind == XSD + "string" and typed is None:
        return value.value
    if typed and typed.startswith("xsd:") and kind == XSD + typed.removeprefix("xsd:"):
        return value.value
    return {"@value": value.value, "@type": kind}
