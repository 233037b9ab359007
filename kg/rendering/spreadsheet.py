"""Comma-separated values that a spreadsheet opens without running what they say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.rendering.characters import visible
from kg.rendering.listings import called
from queries.catalogue import NAMED_COLUMNS

if TYPE_CHECKING:
    from kg.answer import Answer

_NAMED = NAMED_COLUMNS | {"nodes"}
# What makes a spreadsheet read a cell as a formula, the full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def answer_as_csv(answer: Answer) -> str:
    """One line a row; a node is its name, with its id in a further column NAME_id; claims are ids, space-separated.

    Where a cell holds several nodes, names and ids are each joined by semicolons.
    """
    titles: list[str] = []
    for column in answer.columns:
        titles += [column.name, f"{column.name}_id"] if column.type in _NAMED else [column.name]
    rows: list[list[Any]] = []
    for row in answer.rows:
        cells: list[Any] = []
        for column in answer.columns:
            value = row[column.name]
            if column.type in _NAMED:
                things = value if isinstance(value, list) else [value] if value else []
                cells += [[called(one) for one in things], [one["id"] for one in things]]
            elif column.type == "claims":
                cells.append(" ".join(value or ()))
            else:
                cells.append(value)
        rows.append(cells)
    return as_csv(titles, rows)


def as_csv(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV; lists are joined by semicolons, text that would be a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def streamed_csv(titles: Iterable[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Rows as CSV, a piece a row, whose cells are written as they are; titles are made harmless."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([harmless(name) for name in titles])
    for row in rows:
        writer.writerow(row)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        value = called(value)
    text = "; ".join(str(one) for one in value) if isinstance(value, (list, tuple)) else str(value)
    return harmless(text)


def harmless(text: str) -> str:
    """Text that a spreadsheet runs nothing of, and a terminal neither."""
    # The apostrophe is put before what was written, and control characters are then made visible.
    return ("'" if text.startswith(_FORMULA) else "") + visible(text)


def defused(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
