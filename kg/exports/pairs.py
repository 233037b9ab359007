"""Nodes and edges as two tables of comma-separated values, with the headings that Gephi looks for.

Cells are data, not spreadsheets' formulas: text that would be one begins with an apostrophe, as in all our CSV.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.exports.columns import NODE, Edge, apart
from kg.exports.formats import Export, Format
from kg.network import RelationshipEdge
from kg.rendering.spreadsheet import defused

NODES, EDGES = "nodes.csv", "edges.csv"
REPLACED = "NUL characters are replaced"
ESCAPES = "backslashes are replaced by full-width ones: Gephi and Neo4j would read them as escapes"
# What a backslash stands before where Gephi or Neo4j take it for the beginning of an escape.
_ESCAPE = re.compile(r'\\(?=[rntbf"\\,\r\n]|\Z)')


def fill(what: Export, folder: Path) -> None:
    """Write the two tables into a folder."""
    node_columns = [column for column in NODE if column.name != "label"]
    edge_columns = [column for column in what.columns if column.name != "label"]
    nodes = (
        [one.id, one.name, *(column.flat(one) for column in node_columns)] for one in what.network.nodes()
    )
    # Type is what Gephi calls the direction, in whatever case.
    headings = ["node_type" if column.name == "type" else column.name for column in node_columns]
    _table(what, folder / NODES, ["Id", "Label", *headings], nodes)
    edges = (
        [one.subject, one.object, "Directed", kind, one.id, one.label, _weight(one)]
        + [column.flat(one) for column in edge_columns]
        for one, kind in apart(what.edges())
    )
    headings = ["edge_type" if column.name == "type" else column.name for column in edge_columns]
    _table(
        what, folder / EDGES, ["Source", "Target", "Type", "Kind", "Id", "Label", "Weight", *headings], edges
    )


def _weight(edge: Edge) -> int:
    """Independent named speakers, one at least."""
    return max(1, edge.speakers) if isinstance(edge, RelationshipEdge) else 1


def _table(what: Export, path: Path, headings: list[str], rows: Iterable[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(headings)
        for row in rows:
            writer.writerow([_cell(value, what) for value in row])


def _cell(value: Any, what: Export) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return value
    if "\0" in value:
        what.left_out[REPLACED] += value.count("\0")
        value = value.replace("\0", "\ufffd")
    if "\\" in value:
        value, count = _ESCAPE.subn("\uff3c", value)
        what.left_out[ESCAPES] += count
    return defused(value)


FORMAT = Format(
    name="csv",
    title="two tables, of nodes and edges (a folder)",
    suffix="",
    files=(NODES, EDGES),
    opens="Gephi, Neo4j LOAD CSV, pandas, spreadsheets",
    loses="lists are joined by semicolons; text that a spreadsheet would run gets an apostrophe before it;"
    " backslashes that Gephi or Neo4j would take for escapes become full-width ones; no time line",
    fill=fill,
)
