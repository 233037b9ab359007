"""Markdown tables with footnotes for sentences, in which nothing that was read is markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.rendering import citations as cited
from kg.rendering.answers import columns_in_words, nothing, remarks
from kg.rendering.characters import BEGIN, END, visible
from kg.rendering.tables import TIE

if TYPE_CHECKING:
    from kg.answer import Answer

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>|~#&$^!@]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def escaped(text: str) -> str:
    """Text that Markdown (CommonMark and GitHub's tables, links, mathematics, mentions) shows as it is."""
    return _SPECIAL.sub(r"\\\g<0>", visible(text))


def as_markdown(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of plain words."""
    return _table([escaped(title) for title in titles], [[escaped(cell) for cell in row] for row in rows])


def answer_as_markdown(answer: Answer, after: int = 0) -> str:
    """The table, each row with the marks of its footnotes, and the footnotes: a sentence and who says so."""
    if answer.rows:
        headings, cells = columns_in_words(answer)
        column = next((column.name for column in answer.columns if column.type == "claims"), None)
        numbers: dict[str, int] = {}
        titles = [escaped(heading.title) for heading in headings]
        rows = [[escaped(cell.replace(TIE, " ")) for cell in row] for row in cells]
        if column is not None:
            titles.append("sentences")
            for row, claims in zip(rows, (row[column] or () for row in answer.rows), strict=True):
                known = [claim for claim in claims if claim in answer.citations]
                row.append(" ".join(f"[^{numbers.setdefault(claim, len(numbers) + 1)}]" for claim in known))
        text = _table(titles, rows)
        if numbers:
            text += "\n" + "\n".join(
                f"[^{number}]: {_footnote(answer.citations[claim])}" for claim, number in numbers.items()
            ) + "\n"  # fmt: skip
    else:
        text = escaped(nothing(answer, after)) + "\n"
    for remark in remarks(answer, after):
        text += f"\n{escaped(remark)}\n"
    return text


def _footnote(citation: cited.Citation) -> str:
    quotation = cited.quotation(citation, escaped)
    # Asterisks are emphasis only where they touch the words that they stand around.
    words = f"{quotation} — {cited.attribution(citation, escaped)}"
    return re.sub(rf"{BEGIN}( ?)(.*?)( ?){END}", r"\1**\2**\3", words)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
