"""Rows that are no answers (questions, articles, types …) in the same formats as answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kg.rendering.characters import Style, json_safe
from kg.rendering.tables import Heading, table


def cell(value: Any) -> str:
    """A cell in words; "" where there is nothing to say."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.15g}"
    if isinstance(value, Mapping):
        return called(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(one) for one in value)
    return str(value)


def called(thing: Mapping[str, Any]) -> str:
    """What a node or article of an answer is called: its name or title, else its id."""
    return str(thing.get("name") or thing.get("title") or thing["id"])


def counted(count: int, what: str) -> str:
    """`1 claim`, `2,000 claims`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def as_json(data: Any) -> str:
    """Indented JSON in which names stay readable and nothing can act on a terminal."""
    return json_safe(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def listed(
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    format: str,
    style: Style,
    *,
    empty: str = "none",
) -> str:
    """Rows with the columns named, in one of the formats; a table without rows is the words of `empty`."""
    if format == "json":
        return as_json([dict(row) for row in rows])
    if format == "csv":
        from kg.rendering.spreadsheet import as_csv

        return as_csv(columns, [[row.get(name) for name in columns] for row in rows])
    words = [[cell(row.get(name)) for name in columns] for row in rows]
    titles = [name.replace("_", " ") for name in columns]
    if format == "md":
        from kg.rendering.markdown import as_markdown

        return as_markdown(titles, words)
    if not rows:
        return empty + "\n"
    headings = [
        Heading(
            title,
            right=all(isinstance(row.get(name), int) for row in rows),
            solid=name in ("id", "name", "published"),
        )
        for name, title in zip(columns, titles, strict=True)
    ]
    return "\n".join(table(headings, words, style)) + "\n"
