"""A Cypher script that makes the network in a property graph, a statement a line, for cypher-shell or any driver.

Nodes are labelled with their classes up the tree, values with Value and Quantity or Date; each edge is a relationship
called by the relation (ALLIED_WITH) where it is affirmed outright, and DENIED_ALLIED_WITH, HEDGED_ALLIED_WITH,
PROSPECTIVE_ALLIED_WITH otherwise. The script takes no parameters and may be run again: what is there is set anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from kg.exports.columns import NODE, Column, Kind
from kg.exports.formats import Export, Format
from ontology.namespaces import edge_name

_BATCH = 500
_LINE, _FIELD, _ITEM = "\x1e", "\x1f", "\x1d"
"""What stands between rows, between a row's fields, and between the items of a list."""

_HEAD = """\
// Made by attest-kg. Load it into an empty database: cypher-shell --file FILE
CREATE CONSTRAINT attest_thing IF NOT EXISTS FOR (n:Thing) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT attest_value IF NOT EXISTS FOR (n:Value) REQUIRE n.id IS UNIQUE;
"""
REPLACED = "control characters that stand between values in the script are replaced"
# What a script may be read as before its strings are: controls, line separators, escapes of any kind.
_UNSAFE = re.compile(r"[\\\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SEPARATORS = re.compile("[\x1d-\x1f]")
_ID = Column("id", "text", lambda one: one.id)
_NODE = (
    _ID,
    Column("name", "text", lambda one: one.name),
    *(column for column in NODE if column.name not in ("label", "type")),
)


def write(what: Export) -> Iterator[str]:
    """The script, some hundred rows a statement.

    A statement's rows are one string that the database takes apart: a list of hundreds of maps takes it seconds to
    plan, and a plan that differs only in a string is made once.
    """
    yield _HEAD
    batches = _Batches(what.left_out)
    values: set[str] = set()
    for node in what.network.nodes():
        if node.is_value:
            values.add(node.id)
        labels = "".join(f":{name_of(one)}" for one in node.classes)
        key = "Value" if node.is_value else "Thing"
        statement = f"MERGE (n:{key} {{id: f[0]}}) SET n += {_properties(_NODE, 0)} SET n{labels}"
        yield batches.add(statement, [column.of(node) for column in _NODE])
    yield batches.rest()
    columns = (_ID, *what.columns)
    properties = _properties(columns, 2)
    for edge in what.edges():
        key = "Value" if edge.object in values else "Thing"
        called = name_of(edge_name(edge.type.replace(" ", "_")))
        yield batches.add(
            f"MATCH (s:Thing {{id: f[0]}}) MATCH (o:{key} {{id: f[1]}})"
            f" MERGE (s)-[e:{called} {{id: f[2]}}]->(o) SET e += {properties}",
            [edge.subject, edge.object, *(column.of(edge) for column in columns)],
        )
    yield batches.rest()


def _properties(columns: Sequence[Column], first: int) -> str:
    """A map of the columns, whose values stand in the fields from the first on; what is empty is absent."""
    of: dict[Kind, str] = {
        "text": "CASE f[{0}] WHEN '' THEN null ELSE f[{0}] END",
        "texts": f"CASE f[{{0}}] WHEN '' THEN null ELSE split(f[{{0}}], {literal(_ITEM)}) END",
        "integer": "toInteger(f[{0}])",
        "number": "toFloat(f[{0}])",
        "boolean": "f[{0}] = 'true'",
    }
    told = (f"{name_of(one.name)}: {of[one.kind].format(at)}" for at, one in enumerate(columns, first))
    return "{" + ", ".join(told) + "}"


class _Batches:
    """Rows by the statement that takes them, until there are enough."""

    def __init__(self, counts: Counter[str]) -> None:
        self._rows: dict[str, list[str]] = {}
        self._counts = counts

    def add(self, statement: str, row: list[Any]) -> str:
        """The statement with its rows where they are enough, else nothing yet."""
        rows = self._rows.setdefault(statement, [])
        rows.append(_FIELD.join(map(self._field, row)))
        return self._take(statement) if len(rows) == _BATCH else ""

    def _field(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (list, tuple)):
            return _ITEM.join(map(self._field, value))
        text, count = _SEPARATORS.subn("\ufffd", str(value))
        if count:
            self._counts[REPLACED] += count
        return text

    def rest(self) -> str:
        """Every statement that rows are left for."""
        return "".join(self._take(statement) for statement in list(self._rows))

    def _take(self, statement: str) -> str:
        rows = literal(_LINE.join(self._rows.pop(statement)))
        return f"UNWIND split({rows}, {literal(_LINE)}) AS row WITH split(row, {literal(_FIELD)}) AS f {statement};\n"


def literal(text: str) -> str:
    """A text as Cypher writes it, on one line.

    Neo4j replaces \\uXXXX before it looks for the ends of strings, and so would let a text end its string: a backslash
    and what else could be read otherwise are written as such an escape of themselves, which ends nothing.
    """
    return '"' + _UNSAFE.sub(_escape, text).replace('"', '\\"') + '"'


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
    loses="a speaker is a property of the edge; three control characters (U+001D to U+001F) are replaced",
    write=write,
)
