"""A Cypher script that makes the network in a property graph, a statement a line, for cypher-shell or any driver.

Nodes are labelled with their classes up the tree, values with Value and Quantity or Date; each edge is a relationship
called by the relation (ALLIED_WITH) where it is affirmed outright, and DENIED_ALLIED_WITH, HEDGED_ALLIED_WITH,
PROSPECTIVE_ALLIED_WITH otherwise. The script takes no parameters and may be run again: what is there is set anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kg.exports.columns import NODE, plain
from kg.exports.formats import Export, Format
from ontology.namespaces import edge_name

_BATCH = 200
_HEAD = """\
// Made by attest-kg. Load it into an empty database: cypher-shell --file FILE
CREATE CONSTRAINT attest_thing IF NOT EXISTS FOR (n:Thing) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT attest_value IF NOT EXISTS FOR (n:Value) REQUIRE n.id IS UNIQUE;
"""
_encode = json.JSONEncoder(ensure_ascii=False).encode
_NODE = tuple(column for column in NODE if column.name not in ("label", "type"))
# What a script may be read as before its strings are: controls, line separators, escapes of any kind.
_UNSAFE = re.compile(r"[\\\x00-\x1f\x7f-\x9f\u2028\u2029]")


def write(what: Export) -> Iterator[str]:
    """The script, some hundred rows a statement."""
    yield _HEAD
    batches = _Batches()
    for node in what.network.nodes():
        properties = {"id": node.id, "name": node.name, **plain(node, _NODE)}
        labels = "".join(f":{name_of(one)}" for one in node.classes)
        key = "Value" if node.is_value else "Thing"
        yield batches.add(f"MERGE (n:{key} {{id: row.id}}) SET n += row SET n{labels}", properties)
    yield batches.rest()
    values = {node.id for node in what.network.nodes() if node.is_value}
    for edge in what.edges():
        properties = {"id": edge.id, **plain(edge, what.columns)}
        row = {"s": edge.subject, "o": edge.object, "p": properties}
        key = "Value" if edge.object in values else "Thing"
        called = name_of(edge_name(edge.type.replace(" ", "_")))
        yield batches.add(
            f"MATCH (s:Thing {{id: row.s}}) MATCH (o:{key} {{id: row.o}})"
            f" MERGE (s)-[e:{called} {{id: row.p.id}}]->(o) SET e += row.p",
            row,
        )
    yield batches.rest()


class _Batches:
    """Rows by the statement that takes them, until there are enough."""

    def __init__(self) -> None:
        self._rows: dict[str, list[str]] = {}

    def add(self, statement: str, row: dict[str, Any]) -> str:
        """The statement with its rows where they are enough, else nothing yet."""
        rows = self._rows.setdefault(statement, [])
        rows.append(literal(row))
        return self._take(statement) if len(rows) == _BATCH else ""

    def rest(self) -> str:
        """Every statement that rows are left for."""
        return "".join(self._take(statement) for statement in list(self._rows))

    def _take(self, statement: str) -> str:
        return f"UNWIND [{', '.join(self._rows.pop(statement))}] AS row {statement};\n"


def literal(value: Any) -> str:
    """A value as Cypher writes it, on one line.

    Neo4j replaces \\uXXXX before it looks for the ends of strings, and so would let a text end its string: a backslash
    and what else could be read otherwise are written as such an escape of themselves, which ends nothing.
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name_of(key)}: {literal(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    if isinstance(value, str):
        return '"' + _UNSAFE.sub(_escape, value).replace('"', '\\"') + '"'
    return _encode(value)


def _escape(match: re.Match[str]) -> str:
    return "\\u005C\\u005C" if match[0] == "\\" else f"\\u{ord(match[0]):04X}"


def name_of(name: str) -> str:
    """A label, type or key: as it is where it is a plain word, else between backticks."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return name
    return "`" + name.replace("`", "``") + "`"


FORMAT = Format(
    name="cypher",
    title="Cypher script",
    suffix=".cypher",
    opens="Neo4j (cypher-shell)",
    loses="nothing; a speaker is a property of the edge and no node of the script's making",
    write=write,
)
