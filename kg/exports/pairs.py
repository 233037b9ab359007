"""Nodes and edges as two tables of comma-separated values, with the headings that Gephi looks for.

Cells are data, not spreadsheets' formulas: text that would be one begins with an apostrophe, as in all our CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.exports.columns import NODE
from kg.exports.formats import Export, Format
from kg.network import RelationshipEdge
from kg.rendering.spreadsheet import defused

NODES, EDGES = "nodes.csv", "edges.csv"
REPLACED = "NUL characters are replaced"


def fill(what: Export, folder: Path) -> None:
    """Write the two tables into a folder."""
    node_columns = [column for column in NODE if column.name != "label"]
    edge_columns = [column for column in what.columns if column.name != "label"]
    _table(
        what,
        folder / NODES,
        ["Id", "Label", *(_heading(column.name) for column in node_columns)],
        ([one.id, one.name, *(column.flat(one) for column in node_columns)] for one in what.network.nodes()),
    )
    _table(
        what,
        folder / EDGES,
        [
            "Source",
            "Target",
            "Type",
            "Id",
            "Label",
            "Weight",
            *(_heading(column.name) for column in edge_columns),
        ],
        (
            [
                one.subject,
                one.object,
                "Directed",
                one.id,
                one.label,
                max(1, one.speakers) if isinstance(one, RelationshipEdge) else 1,
                *(column.flat(one) for column in edge_columns),
            ]
            for one in what.edges()
        ),
    )


def _heading(name: str) -> str:
    """Headings are told apart without regard to case, and Type is Gephi's."""
    return "kind" if name == "type" else name


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
    return defused(value)


FORMAT = Format(
    name="csv",
    title="two tables, of nodes and edges (a folder)",
    suffix="",
    files=(NODES, EDGES),
    opens="Gephi, Neo4j LOAD CSV, pandas, spreadsheets",
    loses="lists are joined by semicolons; text that a spreadsheet would run gets an apostrophe before it; no time"
    " line",
    fill=fill,
)
