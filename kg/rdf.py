"""RDF as text: prefixes, terms, and the statements of one subject.

The statements of a subject are lines of "predicate object", the same characters in Turtle and in SPARQL's INSERT DATA,
and the same again when a statement is read back from a store, so that two sets of lines can be compared.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from ontology.namespaces import ONTOLOGY

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_PREFIXES = {"kg": ONTOLOGY, "rdf": RDF, "xsd": XSD}
TURTLE_HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in _PREFIXES.items())
SPARQL_HEADER = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in _PREFIXES.items())

NODE_PREDICATES = [f"{RDF}type"] + [
    ONTOLOGY + name for name in (
        "kind", "id", "name", "sortKey", "nameKey", "alias", "identifier", "named", "weakAlias", "weakKey", "listedIn",
    )
]  # fmt: skip
"""What belongs to a node itself, as against the direct edges that start from it."""

_ESCAPES = str.maketrans(
    {
        **{chr(code): f"\\u{code:04X}" for code in (*range(32), 127)},
        "\\": "\\\\",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
    }
)

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
"""What an engine gives for the object of a statement."""


class Edge(NamedTuple):
    """A direct edge, `held` while some live claim affirms it outright."""

    subject: str
    predicate: str
    object: str
    held: bool


def text(value: str) -> str:
    """A plain string literal, on one line."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return '"' + value.translate(_ESCAPES) + '"'


def number(value: float) -> str:
    """A whole number as xsd:integer, another as xsd:decimal."""
    return (
        str(value) if isinstance(value, int) else f'"{_shortest(f"{Decimal(repr(value)):f}")}"^^xsd:decimal'
    )


def _shortest(decimal: str) -> str:
    """A decimal without idle zeros: some engines keep them, and some do not."""
    return decimal.rstrip("0").rstrip(".") if "." in decimal else decimal


def boolean(value: object) -> str:
    """An xsd:boolean."""
    return "true" if value else "false"


@lru_cache(maxsize=1024)
def term(iri: str) -> str:
    """An IRI, shortened where it is one of the ontology's or RDF's own."""
    for prefix, namespace in _PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.isidentifier() and local.isascii():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def turtle(subject: str, statements: str) -> str:
    """A subject with its statements, in Turtle."""
    return f"{subject} " + statements.replace("\n", " ;\n") + " .\n"


def triples(subject: str, statements: str) -> list[str]:
    """A subject's statements one by one, as in INSERT DATA."""
    return [f"{subject} {statement} ." for statement in statements.split("\n")] if statements else []


def triple(quad: ox.Quad) -> str:
    """A statement read from a store, written as `triples` writes it."""
    return triple_of(f"<{quad.subject.value}>", quad)  # type: ignore[union-attr]


def triple_of(subject: str, quad: ox.Quad) -> str:
    """The same where the subject's term is at hand already."""
    return line(subject, quad.predicate, quad.object)


def line(subject: str, predicate: ox.NamedNode, object: Term) -> str:
    """The same of a subject's term, and predicate and object as they were read."""
    return f"{subject} {_predicate(predicate.value)} {_object(object)} ."


@lru_cache(maxsize=1024)
def _predicate(iri: str) -> str:
    return "a" if iri == RDF + "type" else term(iri)


def _object(value: Term) -> str:
    if isinstance(value, ox.NamedNode):
        return _node(value.value)
    if isinstance(value, ox.Literal):
        kind = value.datatype.value
        if kind == XSD + "string":
            return text(value.value)
        if kind in (XSD + "integer", XSD + "boolean"):
            return value.value
        if kind == XSD + "decimal":
            return f'"{_shortest(value.value)}"^^xsd:decimal'
        return f"{text(value.value)}^^{term(kind)}"
    return str(value)


def _node(iri: str) -> str:
    # Data IRIs are many and never shortened; only the ontology's are worth remembering.
    return term(iri) if iri.startswith((ONTOLOGY, RDF)) else f"<{iri}>"
