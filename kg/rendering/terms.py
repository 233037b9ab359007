"""What a SPARQL query gave, in the formats of the field: SPARQL's JSON results, CSV, Turtle, and tables to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.adhoc.results import Head, Row
from kg.rendering.characters import Style, json_safe, turtle_safe, visible
from kg.rendering.spreadsheet import harmless, streamed_csv
from kg.rendering.tables import Heading, table
from ontology.errors import UsageError

FORMATS = ("table", "json", "csv", "md", "turtle", "ntriples")
STREAMED = ("json", "csv")
"""Those that are written as rows come; of the others all is held first."""

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(
    _XSD + name for name in (
        "integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger",
        "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort",
        "unsignedByte",
    )
)  # fmt: skip
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
# What can stand after a prefix without an escape.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_:.-]*[A-Za-z0-9_:-])?")


def rendered(
    head: Head, rows: Iterable[Row], format: str, style: Style, prefixes: Mapping[str, str]
) -> Iterator[str]:
    """The answer piece by piece; raises UsageError where the format cannot hold it."""
    if format in ("turtle", "ntriples"):
        if head.kind != "triples":
            raise UsageError(
                f"--format {format} is for CONSTRUCT and DESCRIBE; this query's answer is table, json, csv or md"
            )
        return _as_rdf(rows, format, prefixes)
    if format == "json":
        return _as_json(head, rows)
    if head.kind == "boolean":
        return iter([_yes_or_no(head, format)])
    if format == "csv":
        return _as_csv(head, rows)
    if format == "md":
        return _as_markdown(head, rows, prefixes)
    if head.kind == "triples":
        return _as_rdf(rows, "turtle", prefixes)
    return _as_table(head, rows, style, prefixes)


def _yes_or_no(head: Head, format: str) -> str:
    if format == "csv":
        return f"boolean\n{'true' if head.boolean else 'false'}\n"
    return "yes\n" if head.boolean else "no\n"


def _as_json(head: Head, rows: Iterable[Row]) -> Iterator[str]:
    """SPARQL 1.1 Query Results JSON Format."""
    if head.kind == "boolean":
        yield json.dumps({"head": {}, "boolean": head.boolean}) + "\n"
        return
    yield f'{{"head": {json_safe(_dumped({"vars": list(head.columns)}))}, "results": {{"bindings": ['
    separator = "\n"
    for row in rows:
        bound = {name: term for name, term in zip(head.columns, row, strict=True) if term is not None}
        yield separator + json_safe(_dumped(bound))
        separator = ",\n"
    yield "\n]}}\n"


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def _as_csv(head: Head, rows: Iterable[Row]) -> Iterator[str]:
    """SPARQL 1.1 Query Results CSV, but that no text in it is a formula or acts on a terminal."""
    yield from streamed_csv(head.columns, ([_csv_cell(term) for term in row] for row in rows))


def _csv_cell(term: Mapping[str, Any] | None) -> str:
    if term is None:
        return ""
    if term["type"] == "triple":
        return harmless(full(term))
    value = str(term["value"])
    if _NUMBER.fullmatch(value) and value.isascii():
        return value
    return harmless(f"_:{value}" if term["type"] == "bnode" else value)


def _as_markdown(head: Head, rows: Iterable[Row], prefixes: Mapping[str, str]) -> Iterator[str]:
    from kg.rendering.markdown import as_markdown

    yield as_markdown(head.columns, [[cell(term, prefixes) for term in row] for row in rows])


def _as_table(head: Head, rows: Iterable[Row], style: Style, prefixes: Mapping[str, str]) -> Iterator[str]:
    held = list(rows)
    if not held:
        yield "no rows\n"
        return
    headings = [
        Heading(
            visible(name),
            right=all(row[number] is None or row[number].get("datatype") in _NUMBERS for row in held),
            solid=any(row[number] is not None and row[number]["type"] == "uri" for row in held),
        )
        for number, name in enumerate(head.columns)
    ]
    lines = table(headings, [[cell(term, prefixes) for term in row] for row in held], style)
    yield "\n".join(lines or [f"{len(held):,} row{'' if len(held) == 1 else 's'} without a value"]) + "\n"


def cell(term: Mapping[str, Any] | None, prefixes: Mapping[str, str]) -> str:
    """A term to read: an IRI as it can be written in the next query, a literal as its text, with its language."""
    if term is None:
        return ""
    if term["type"] == "uri":
        return shortened(term["value"], prefixes)
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    if term["type"] == "triple":
        return f"<<( {' '.join(cell(part, prefixes) for part in term['value'].values())} )>>"
    language = term.get("xml:lang")
    return f"{term['value']}@{language}" if language else str(term["value"])


def shortened(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI with the longest prefix that fits, or in angle brackets."""
    best = ""
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
            short = f"{prefix}:{iri[len(namespace) :]}"
            best = short if not best or len(short) < len(best) else best
    return best or f"<{iri}>"


def full(term: Mapping[str, Any]) -> str:
    """A term as N-Triples have it."""
    from kg.adhoc.sparql import term as as_term

    return str(as_term(dict(term)))


def _as_rdf(rows: Iterable[Row], format: str, prefixes: Mapping[str, str]) -> Iterator[str]:
    """Triples, each once, sorted, so that the same graph gives the same bytes."""
    import pyoxigraph as ox

    from kg.adhoc.sparql import term as as_term

    triples = {ox.Triple(*(as_term(dict(term)) for term in row)) for row in rows}
    ordered = sorted(triples, key=str)
    if format == "ntriples":
        yield from (turtle_safe(f"{triple} .\n") for triple in ordered)
        return
    used = {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if any(
            part.value.startswith(namespace)
            for triple in ordered
            for part in (triple.subject, triple.predicate, triple.object)
            if isinstance(part, ox.NamedNode)
        )
    }
    written = ox.serialize(ordered, format=ox.RdfFormat.TURTLE, prefixes=used)
    assert written is not None
    # Line breaks and tabs that are not escaped are the writer's own.
    yield turtle_safe(written.decode().replace("\n\t", "\n    ")) if ordered else "# no triples\n"
