"""Tables that fit: columns share the width there is, cells wrap, and what cannot be a table becomes a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kg.rendering.characters import Style, padded, visible, width, wrapped

TIE = "\xa0"
"""A space at which cells are not broken; written as a space."""

_GAP = "  "
# Below this a column of words is not read but deciphered.
_NARROWEST = 8
# Rows that decide how the width is shared.
_SAMPLE = 20


class Heading(NamedTuple):
    """A column's title and manner: numbers to the right; solid cells (dates, ids) are broken last of all.

    `paint` colours a cell, given the cell's whole text and one padded line of it.
    """

    title: str
    right: bool = False
    solid: bool = False
    paint: Callable[[str, str], str] | None = None


def table(
    headings: Sequence[Heading], rows: Sequence[Sequence[str]], style: Style, sections: Sequence[str] = ()
) -> list[str]:
    """The lines of a table; columns without a single word are left out.

    `sections` has a title for each row: where it changes, it stands on a line of its own.
    """
    cells = [[visible(cell) for cell in row] for row in rows]
    kept = [number for number in range(len(headings)) if any(row[number] for row in cells)]
    columns = [headings[number] for number in kept]
    cells = [[row[number] for number in kept] for row in cells]
    if not columns:
        return []
    room = style.table_width - len(_GAP) * (len(columns) - 1)
    widths = _shared(columns, cells, room)
    if widths is None:
        return _as_list(columns, cells, style)
    lines = _row([heading.title for heading in columns], columns, widths, lambda _, text: style.strong(text))
    lines.append(style.faint(_GAP.join("─" * cells_ for cells_ in widths)))
    for number, row in enumerate(cells):
        if sections and (not number or sections[number] != sections[number - 1]):
            lines += ["", style.strong(visible(sections[number]))]
        lines.extend(_row(row, columns, widths, None))
    return lines


def _row(
    row: Sequence[str],
    columns: Sequence[Heading],
    widths: Sequence[int],
    paint: Callable[[str, str], str] | None,
) -> list[str]:
    """One row as the lines its tallest cell needs."""
    wraps = [wrapped(cell, cells) for cell, cells in zip(row, widths, strict=True)]
    lines: list[str] = []
    for number in range(max(len(lines_) for lines_ in wraps)):
        parts: list[str] = []
        for cell, heading, cells, lines_ in zip(row, columns, widths, wraps, strict=True):
            text = padded(lines_[number] if number < len(lines_) else "", cells, right=heading.right)
            colour = paint or heading.paint
            parts.append(colour(cell, text) if colour and text.strip() else text)
        lines.append(_GAP.join(parts).replace(TIE, " ").rstrip())
    return lines


def _shared(columns: Sequence[Heading], cells: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """A width for each column; None where not even the narrowest readable ones fit."""
    wanted: list[int] = []
    least: list[int] = []
    for number, heading in enumerate(columns):
        column = [row[number] for row in cells]
        title, word = _longest(heading.title), max(map(_longest, column), default=0)
        wanted.append(max(title, *(width(cell) for cell in column)))
        least.append(max(title, word if heading.solid else min(word, 2 * _NARROWEST)))
    for tolerable in (_NARROWEST + 3, _NARROWEST + 2, 0):
        if sum(least) > room:
            least = [
                given if given <= tolerable else min(given, max(_NARROWEST, _longest(heading.title)))
                for given, heading in zip(least, columns, strict=True)
            ]
    if sum(least) > room:
        return None
    if sum(wanted) <= room:
        return wanted
    sizes = [[[width(word) for word in row[number].split(" ")] for row in cells[:_SAMPLE]]
             for number in range(len(columns))]  # fmt: skip
    return _given(sizes, least, room)


def _longest(text: str) -> int:
    return max(width(word) for word in text.split(" "))


def natural_width(headings: Sequence[Heading], rows: Sequence[Sequence[str]]) -> int:
    """Cells that the table would take if nothing were wrapped, columns without a word aside."""
    widths = [
        max((width(visible(row[number])) for row in rows), default=0) for number in range(len(headings))
    ]
    return sum(widths) + len(_GAP) * sum(map(bool, widths))


def _given(columns: Sequence[Sequence[Sequence[int]]], least: Sequence[int], room: int) -> list[int]:
    """Widths that fit in the room, for columns of cells of words of so many terminal cells: the lowest rows found.

    From the least widths on, room goes where a cell of it saves most: first lines of rows, then lines of cells.
    """
    widths, spare = list(least), room - sum(least)
    heights: dict[tuple[int, int], list[int]] = {}

    def lines(number: int, given: int) -> list[int]:
        if (number, given) not in heights:
            heights[number, given] = [_height(words, given) for words in columns[number]]
        return heights[number, given]

    while True:
        best = (0.0, 0, 0)  # saved for each cell of room, column, room it takes
        now = [lines(number, given) for number, given in enumerate(widths)]
        for number, given in enumerate(widths):
            others = [max(row) for row in zip(*(now[:number] + now[number + 1 :]), strict=True)] or [0] * len(
                now[0]
            )
            before = sum(now[number])
            rows = sum(map(max, others, now[number]))
            for extra in range(1, spare + 1 if before > len(now[number]) else 0):
                after = lines(number, given + extra)
                if sum(after) < before:
                    saved = len(after) * (rows - sum(map(max, others, after))) + before - sum(after)
                    best = max(best, (saved / extra, number, extra))
        if not best[2]:
            return widths
        widths[best[1]] += best[2]
        spare -= best[2]


def _height(words: Sequence[int], cells: int) -> int:
    """Lines that words of these widths take; as `wrapped` breaks them, but for where inside a word it does."""
    lines, used = 1, -1
    for size in words:
        if used + 1 + size <= cells:
            used += 1 + size
            continue
        if used >= 0:
            lines += 1
        lines += (size - 1) // cells if size else 0
        used = size if size <= cells else size % cells
    return lines


def _as_list(columns: Sequence[Heading], cells: Sequence[Sequence[str]], style: Style) -> list[str]:
    """Each row as lines of `title  value`, for a terminal too narrow for the table."""
    margin = max(width(heading.title) for heading in columns)
    lines: list[str] = []
    for row in cells:
        if lines:
            lines.append("")
        for heading, cell in zip(columns, row, strict=True):
            if cell:
                parts = wrapped(cell, max(style.table_width - margin - len(_GAP), 12))
                title = style.strong(padded(heading.title, margin))
                lines.append(title + _GAP + (heading.paint(cell, parts[0]) if heading.paint else parts[0]))
                lines.extend(" " * margin + _GAP + part for part in parts[1:])
    return [line.replace(TIE, " ") for line in lines]
