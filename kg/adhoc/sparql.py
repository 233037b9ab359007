"""A SPARQL query of the user's own, on whatever store the graph has that is asked in SPARQL.

found = kg.sparql(graph, "SELECT ?name { ?actor a kg:ArmedGroup ; kg:name ?name }")
for (name,) in found.rows:
    print(name.value)
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.adhoc.checking import check_sparql, undeclared
from kg.adhoc.results import Found, Limits, Reading
from kg.graph import Graph
from kg.rdf import TURTLE_HEADER
from ontology.errors import UsageError
from ontology.namespaces import KINDS, PREFIXES


def sparql(
    graph: Graph, text: str, *, timeout: float = 30.0, limit: int | None = 1000, memory: int = 2000
) -> Found:
    """What a SELECT, ASK, CONSTRUCT or DESCRIBE gives, its terms as pyoxigraph's.

    `timeout` in seconds, `limit` in rows (None: all), `memory` in MB, the last of an embedded store only. Raises
    UsageError where it is no query or would write, StoppedError where time or memory ran out.
    """
    with read_sparql(graph, text, Limits(timeout, limit, memory)) as reading:
        rows = [tuple(None if one is None else term(one) for one in row) for row in reading]
        return Found(list(reading.head.columns), rows, not reading.more, reading.head.boolean)


def read_sparql(graph: Graph, text: str, limits: Limits) -> Reading:
    """Start a query; what it gives is read from what comes back. The errors of `sparql`."""
    limits = limits.checked()
    if graph.settings.store.kind == "neo4j":
        raise UsageError(f"{graph.settings.store.url}: is asked in Cypher; use `kg cypher`")
    check_sparql(text)
    prefixes = known_prefixes(graph)
    try:
        return _read(graph, text, prefixes, limits)
    except UsageError as error:
        unknown = [one for one in undeclared(text) if one not in prefixes]
        if not unknown:
            raise
        names = ", ".join(f"{one}:" for one in unknown[:3])
        raise UsageError(f"{error}; no PREFIX declares {names}") from None


def _read(graph: Graph, text: str, prefixes: dict[str, str], limits: Limits) -> Reading:
    from kg.adhoc.embedded import ChildReading

    place = graph.settings.store
    if place.kind == "sparql":
        from kg.adhoc.endpoint import read_endpoint

        return read_endpoint(place, text, prefixes, limits)
    from kg.stores.oxigraph import OxigraphStore

    if place.kind == "memory":
        held = _Written(graph.store.everything())
        return ChildReading(held.path, text, prefixes, limits, held)
    store = graph.store
    if isinstance(store, OxigraphStore) and store.checkpoint is not None:
        return ChildReading(store.checkpoint, text, prefixes, limits)
    # What a writer has in hand cannot be opened by another process: its newest checkpoint is asked.
    newest = OxigraphStore(graph.path)
    return ChildReading(newest.checkpoint, text, prefixes, limits, newest)


class _Written:
    """What a store in memory holds, in a file that another process can read; it goes when it is closed."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._file = tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".ttl")  # noqa: SIM115
        self._file.write(TURTLE_HEADER)
        self._file.writelines(f"{line}\n" for line in lines)
        self._file.flush()
        self.path = Path(self._file.name)

    def close(self) -> None:
        """Remove it."""
        self._file.close()


def known_prefixes(graph: Graph) -> dict[str, str]:
    """Prefixes that need no declaration: the ontology's, and one for each kind of thing in this graph."""
    return PREFIXES | {kind: f"{graph.settings.base}{kind}:" for kind in KINDS}


def term(written: dict[str, Any]) -> Any:
    """A term of SPARQL's JSON results as one of pyoxigraph."""
    type, value = written["type"], written["value"]
    if type == "uri":
        return ox.NamedNode(value)
    if type == "bnode":
        return ox.BlankNode(value)
    if type == "triple":
        return ox.Triple(*(term(value[part]) for part in ("subject", "predicate", "object")))
    if language := written.get("xml:lang"):
        return ox.Literal(value, language=language)
    datatype = written.get("datatype")
    return ox.Literal(value, datatype=ox.NamedNode(datatype)) if datatype else ox.Literal(value)
