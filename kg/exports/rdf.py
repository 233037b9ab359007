"""A graph as RDF: Turtle, N-Triples, or JSON-LD with the ontology's context, written as it is read from the ledger.

The same ledger gives the same bytes. JSON-LD has one object a subject; a direct edge, which holds while some live claim
affirms it outright, is an object of its own with the same id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, groupby
from typing import Any

import pyoxigraph as ox

from kg.exports.formats import Export, Format
from kg.following import rest_of
from kg.network import Network
from kg.network.selection import chunks
from kg.projection import Projection
from kg.rdf import RDF, TURTLE_HEADER, XSD, turtle
from kg.recorded import ClaimRow
from ontology import context
from ontology.namespaces import ONTOLOGY

_PIECE = 4000


def as_turtle(what: Export) -> Iterator[str]:
    """The graph in Turtle, piece by piece."""
    yield TURTLE_HEADER
    yield from _statements(what.network)


def as_ntriples(what: Export) -> Iterator[str]:
    """The graph in N-Triples, piece by piece."""
    for quads in _quads(what.network):
        yield "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in quads)


def as_jsonld(what: Export) -> Iterator[str]:
    """The graph in JSON-LD 1.1, piece by piece."""
    made = context.context(what.network.ontology)["@context"]
    names = _names(made)
    yield '{\n"@context": ' + json.dumps(made, ensure_ascii=False) + ',\n"@graph": ['
    separator = "\n"
    for quads in _quads(what.network):
        for subject, of_subject in groupby(quads, key=lambda quad: quad.subject):
            node = _object(str(subject.value), list(of_subject), names)
            yield separator + json.dumps(node, ensure_ascii=False)
            separator = ",\n"
    yield "\n]\n}\n"


def _statements(network: Network) -> Iterator[str]:
    """Claims, then relationships with their direct edges, then all that these speak of.

    Of a selection, counts and status of a relationship are of the claims in it, as everywhere.
    """
    projection: Projection = network.graph.projection
    whole = network.selection.is_whole
    spoken: set[int] = set()
    quantities: set[int] = set(network.value_numbers())
    for some in chunks(network.claim_numbers(), 1000):
        rows = projection.claim_rows("id IN (SELECT value FROM json_each(?)) ORDER BY id", [some])
        if not whole:
            _note_mentioned(rows, spoken, quantities)
        yield "".join([turtle(*claim) for claim in projection.claims(rows)])
    numbers = None if whole else list(network.relationship_numbers())
    counting = network.condition
    for iri, statements, edge in projection.relationships(numbers, counting.sql, counting.values):
        yield turtle(iri, statements)
        if edge.held:
            yield f"{edge.subject} {edge.predicate} {edge.object} .\n"
    if whole:
        subjects = rest_of(projection)
    else:
        nodes = network.nodes_of_entities(spoken) | set(network.node_numbers()) | network.place_numbers()
        subjects = chain(
            projection.relations(),
            projection.lists(),
            projection.articles(network.article_numbers()),
            projection.values(quantities),
            projection.nodes(nodes),
        )
    for subject in subjects:
        yield turtle(*subject)


def _note_mentioned(rows: list[ClaimRow], entities: set[int], quantities: set[int]) -> None:
    """What claims speak of beside their ends."""
    for row in rows:
        body = json.loads(row.body)
        entities.update(body.get("speakers", ()))
        entities.update(body[name] for name in ("place", "event", "about", "instrument") if name in body)
        if "quantity" in body:
            quantities.add(body["quantity"])


def _quads(network: Network) -> Iterator[list[ox.Quad]]:
    """The statements, some subjects' at a time."""
    pieces: list[str] = []
    size = 0
    for piece in _statements(network):
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


TURTLE, NTRIPLES, JSONLD = FORMATS = tuple(
    Format(name=name, title=title, suffix=suffix, opens=opens, loses="nothing", write=write, forms=())
    for name, title, suffix, opens, write in (
        ("turtle", "Turtle", ".ttl", "rdflib, Jena, Oxigraph and all that read RDF", as_turtle),
        ("ntriples", "N-Triples", ".nt", "the same", as_ntriples),
        ("jsonld", "JSON-LD with the ontology's context", ".jsonld", "the same", as_jsonld),
    )
)
