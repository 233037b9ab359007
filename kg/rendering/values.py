"""What a Cypher query gave, with every value's type: nodes, relationships, paths, lists, maps, dates and points.

In JSON, what JSON itself has is written as it is, and the rest as Neo4j's own interface has it, as an object with
`$type` and `_value`.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time

from kg.adhoc.results import Head, Row
from kg.rendering.characters import Style, json_safe, visible
from kg.rendering.spreadsheet import harmless, streamed_csv
from kg.rendering.tables import Heading, table

FORMATS = ("table", "json", "csv", "md")

# By which a node or relationship is known in a table, where it has them; of others all properties are shown.
_TELLING = ("name", "status", "id")


def rendered(head: Head, rows: Iterable[Row], format: str, style: Style) -> Iterator[str]:
    """The answer piece by piece."""
    if format == "json":
        return _as_json(head, rows)
    if format == "csv":
        return _as_csv(head, rows)
    if format == "md":
        return _as_markdown(head, rows)
    return _as_table(head, rows, style)


def _as_json(head: Head, rows: Iterable[Row]) -> Iterator[str]:
    yield f'{{"columns": {_dumped(list(head.columns))}, "rows": ['
    separator = "\n"
    for row in rows:
        yield separator + _dumped({name: typed(value) for name, value in zip(head.columns, row, strict=True)})
        separator = ",\n"
    yield "\n]}\n"


def _dumped(data: Any) -> str:
    return json_safe(json.dumps(data, ensure_ascii=False, allow_nan=False))


def _as_csv(head: Head, rows: Iterable[Row]) -> Iterator[str]:
    """Plain values as they are, lists, maps and what has parts as JSON; no text is a formula."""
    yield from streamed_csv(head.columns, ([_csv_cell(value) for value in row] for row in rows))


def _csv_cell(value: Any) -> Any:
    if isinstance(value, float):
        return _float(value)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, str):
        return harmless(value)
    written = typed(value)
    if isinstance(written, Mapping) and isinstance(written.get("_value"), str):
        return harmless(written["_value"])
    return harmless(json.dumps(written, ensure_ascii=False, allow_nan=False))


def _as_markdown(head: Head, rows: Iterable[Row]) -> Iterator[str]:
    from kg.rendering.markdown import as_markdown

    yield as_markdown(head.columns, [[cell(value) for value in row] for row in rows])


def _as_table(head: Head, rows: Iterable[Row], style: Style) -> Iterator[str]:
    held = list(rows)
    if not held:
        yield "no rows\n"
        return
    headings = [
        Heading(visible(name), right=all(_is_number(row[number]) for row in held))
        for number, name in enumerate(head.columns)
    ]
    lines = table(headings, [[cell(value) for value in row] for row in held], style)
    yield "\n".join(lines or [f"{len(held):,} row{'' if len(held) == 1 else 's'} without a value"]) + "\n"


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def typed(value: Any) -> Any:
    """A value as JSON that says what it is."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else _of_type("Float", _float(value))
    if isinstance(value, Node):
        return _of_type("Node", {
            "_element_id": value.element_id, "_labels": sorted(value.labels), "_properties": _properties(value),
        })  # fmt: skip
    if isinstance(value, Relationship):
        start, end = (one.element_id if one else None for one in value.nodes)
        return _of_type("Relationship", {
            "_element_id": value.element_id, "_start_node_element_id": start, "_end_node_element_id": end,
            "_type": value.type, "_properties": _properties(value),
        })  # fmt: skip
    if isinstance(value, Path):
        return _of_type("Path", [typed(one) for one in _steps(value)])
    # A point and a duration are tuples too.
    if isinstance(value, Date | Time | DateTime | Duration | Point | bytes | bytearray):
        return _of_type(*_named(value))
    if isinstance(value, Mapping):
        written = {str(name): typed(one) for name, one in value.items()}
        return _of_type("Map", written) if "$type" in written else written
    if isinstance(value, Sequence):
        return [typed(one) for one in value]
    return _of_type(type(value).__name__, str(value))


def _of_type(name: str, value: Any) -> dict[str, Any]:
    return {"$type": name, "_value": value}


def _named(value: Any) -> tuple[str, str]:
    """The type's name and the value in words."""
    if isinstance(value, Date):
        return "Date", value.iso_format()
    if isinstance(value, Time):
        return "LocalTime" if value.tzinfo is None else "Time", value.iso_format()
    if isinstance(value, DateTime):
        if value.tzinfo is None:
            return "LocalDateTime", value.iso_format()
        zone = getattr(value.tzinfo, "key", None) or getattr(value.tzinfo, "zone", None)
        words = value.iso_format()
        return ("ZonedDateTime", f"{words}[{zone}]") if zone else ("OffsetDateTime", words)
    if isinstance(value, Duration):
        return "Duration", value.iso_format()
    if isinstance(value, Point):
        numbers = " ".join(_float(one) for one in value)
        return "Point", f"SRID={value.srid};POINT {'Z ' if len(value) == 3 else ''}({numbers})"
    return "Base64", base64.b64encode(value).decode()


def _float(value: float) -> str:
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))


def _properties(thing: Node | Relationship) -> dict[str, Any]:
    return {name: typed(value) for name, value in sorted(thing.items())}


def _steps(path: Path) -> list[Node | Relationship]:
    """Nodes and relationships in turn."""
    steps: list[Node | Relationship] = list(path.nodes[:1])
    for relationship, node in zip(path.relationships, path.nodes[1:], strict=True):
        steps += [relationship, node]
    return steps


def cell(value: Any) -> str:
    """A value to read, as Cypher would write it, but that plain text stands without quotes."""
    return value if isinstance(value, str) else "" if value is None else _written(value)


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return _float(value)
    if isinstance(value, Node):
        return f"({''.join(f':{label}' for label in sorted(value.labels))}{_told(value)})"
    if isinstance(value, Relationship):
        return f"[:{value.type}{_told(value)}]"
    if isinstance(value, Path):
        words = _written(value.nodes[0])
        for relationship, before, after in zip(
            value.relationships, value.nodes, value.nodes[1:], strict=False
        ):
            forward = relationship.start_node == before
            words += f"{'-' if forward else '<-'}{_written(relationship)}{'->' if forward else '-'}{_written(after)}"
        return words
    if isinstance(value, Date | Time | DateTime | Duration | Point | bytes | bytearray):
        return _named(value)[1]
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_written(one)}" for name, one in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_written(one) for one in value) + "]"
    return str(value)


def _told(thing: Node | Relationship) -> str:
    held = {name: thing[name] for name in _TELLING if name in thing} or dict(sorted(thing.items()))
    return f" {_written(held)}" if held else ""
