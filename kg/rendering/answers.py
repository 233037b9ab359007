"""An answer as a table with the sentences that back each row; as JSON, CSV or Markdown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kg.rendering import citations as cited
from kg.rendering.characters import BEGIN, END, Style, paragraph, visible
from kg.rendering.listings import as_json, called, cell
from kg.rendering.tables import TIE, Heading, natural_width, table
from queries.catalogue import BOUNDS

if TYPE_CHECKING:
    from kg.answer import Answer
    from queries.catalogue import Column

FORMATS = ("table", "json", "csv", "md")
SENTENCES = 5
"""Claims shown for each row, unless told otherwise."""

# Counts that one cell tells in words, because seven columns of them leave no room for names.
_CLAIMS = ("affirmed", "hedged", "denied")
_SOURCES = {"speakers": "named", "unnamed": "unnamed", "deniers": "denying"}
_COUNTED = {**dict.fromkeys(_CLAIMS, "claims"), "undated": "claims", **dict.fromkeys(_SOURCES, "sources")}
_STATUS_COLOURS = {
    "disputed": 31,
    "changed": 33,
    "hedged": 33,
    "denied": 31,
    "prospective": 36,
    "asserted": 32,
}
_TRIPLE = ("subject", "relation", "object")
_CROWDED = 1.25  # times as much room as there is: then one column of three is better
_DEFAULTS = {"certainty": ("unstated",), "modality": ("actual",)}  # what goes without saying
_NUMBERS = ("integer", "number", "score")


def rendered(
    answer: Answer, format: str, style: Style, *, sentences: int | None = SENTENCES, after: int = 0
) -> str:
    """The answer in one of FORMATS, ending in a line break.

    A table shows `sentences` claims a row (None: all) and numbers its rows from `after` + 1, so that a number means
    one row on all pages.
    """
    if format == "json":
        return as_json(answer.to_json())
    if format == "csv":
        from kg.rendering.spreadsheet import answer_as_csv

        return answer_as_csv(answer)
    if format == "md":
        from kg.rendering.markdown import answer_as_markdown

        return answer_as_markdown(answer, after)
    return "\n".join(_lines(answer, style, sentences, after)) + "\n"


def remarks(answer: Answer, after: int = 0) -> list[str]:
    """What is to be said besides the rows: the answer's notes, and how to see more."""
    said = [f"note: {visible(note)}" for note in answer.notes]
    if answer.more:
        said.append(f"more rows: --after {after + len(answer.rows)}")
    return said


def nothing(answer: Answer, after: int = 0) -> str:
    """The sentence that stands for a table without rows."""
    given = ", ".join(
        f"{name.replace('_', ' ')} {visible(cell(value))}"
        for name, value in answer.parameters.items()
        if value not in (None, False, "")
    )
    return f"nothing {'more ' if after else ''}found{f' for {given}' if given else ''}"


def columns_in_words(answer: Answer, *, compact: bool = False) -> tuple[list[Heading], list[list[str]]]:
    """The table of an answer: headings and cells, counts told in words, ids where names alone would confuse.

    `compact` puts subject, relation and object into one column, where three would each be too narrow to read.
    """
    same = _shared_names(answer)
    headings: list[Heading] = []
    readers: list[Callable[[Mapping[str, Any]], str]] = []
    told: set[str] = set()
    # Most claims are undated; it matters where a time is asked about.
    bounded = any(name in answer.parameters for name in BOUNDS)
    names = {column.name for column in answer.columns}
    for column in _in_order(answer.columns):
        if column.type == "claims":
            continue
        group = _COUNTED.get(column.name) if column.type == "integer" and "status" in names else None
        if group == "claims":
            if group not in told:
                headings.append(Heading("claims"))
                readers.append(lambda row: tied(claims_in_words(row, undated=bounded)))
        elif group == "sources":
            if group not in told:
                headings.append(Heading("sources"))
                readers.append(lambda row: tied(sources_in_words(row)))
        elif compact and column.name == "subject" and names.issuperset(_TRIPLE):
            headings.append(Heading("claim" if "standing" in names else "relationship"))
            triple = [_reader(one, same) for one in answer.columns if one.name in _TRIPLE]  # in this order
            readers.append(lambda row, triple=triple: " ".join(read(row) for read in triple))  # type: ignore[misc]
        elif compact and column.name in ("relation", "object", "via") and names.issuperset(_TRIPLE):
            continue  # told with the subject; what a row comes by is one of its ends
        elif compact and column.name == "status" and "status_with_parts" in names:
            headings.append(Heading("status"))
            readers.append(_both_statuses)
        elif compact and column.name == "status_with_parts":
            continue
        elif column.name == "first" and "last" in names:
            headings.append(Heading("said", solid=True))
            readers.append(first_and_last)
        elif not (column.name == "last" and "first" in names):
            headings.append(_heading(column))
            readers.append(_reader(column, same))
        told.add(group or "")
    return headings, [[read(row) for read in readers] for row in answer.rows]


def _lines(answer: Answer, style: Style, sentences: int | None, after: int) -> Iterator[str]:
    if answer.rows:
        headings, cells = columns_in_words(answer)
        if natural_width(headings, cells) > _CROWDED * style.table_width:
            headings, cells = columns_in_words(answer, compact=True)
        painted = [heading._replace(paint=painter(style)) if heading.title.startswith("status") else heading
                   for heading in headings]  # fmt: skip
        numbered = [[str(number), *row] for number, row in enumerate(cells, after + 1)]
        headings = [Heading("#", right=True, solid=True), *painted]
        yield from table(headings, numbered, style, answer.sections)
        yield from _evidence(answer, style, sentences, after)
    else:
        yield nothing(answer, after)
    said = remarks(answer, after)
    if said:
        yield ""
        for remark in said:
            yield from paragraph(remark, style.text_width, rest="  ")


def painter(style: Style) -> Callable[[str, str], str]:
    """How the cells of a status are coloured."""
    return lambda cell, line: style.tint(line, _STATUS_COLOURS.get(cell.rpartition(" ")[2], 39))


def _evidence(answer: Answer, style: Style, limit: int | None, after: int) -> Iterator[str]:
    """The sentences of each row under its number; claims that rest on the same sentence stand under it together."""
    column = next((column.name for column in answer.columns if column.type == "claims"), None)
    if column is None or limit == 0:
        return
    for number, row in enumerate(answer.rows, after + 1):
        claims, left = cited.in_rows(row[column] or (), answer.citations, limit)
        groups: dict[str, list[str]] = {}
        for claim in claims:
            groups.setdefault(cited.quotation(answer.citations[claim]), []).append(claim)
        if not groups:
            continue
        yield ""
        label = f"[{number}] "
        indent = " " * len(label)
        for quotation, members in groups.items():
            yield from quoted(quotation, style, label)
            for claim in members:
                yield from source(answer.citations[claim], claim, style, indent)
            label = indent
        if left:
            yield f"{indent}… and {left:,} more claims; --sentences all shows them"


def quoted(quotation: str, style: Style, label: str) -> list[str]:
    """A quotation as lines after its label, the evidence in bold or between guillemets."""
    text = quotation if style.bold else cited.in_marks(quotation)
    first, *rest = paragraph(text, style.text_width, label)
    lines = [style.strong(label) + first[len(label) :] if label.strip() else first, *rest]
    return [style.set_emphasis(line) for line in lines]


def source(citation: cited.Citation, claim: str, style: Style, indent: str) -> list[str]:
    """Who says it, as lines under the quotation; the claim's id last, for `kg claim`."""
    words = cited.attribution(citation)
    words = words if style.bold else words.replace(BEGIN, "").replace(END, "")
    lines = paragraph(f"{words} [{cited.short_id(claim)}]", style.text_width, f"{indent}— ")
    return [style.set_emphasis(line) for line in lines]


def _heading(column: Column) -> Heading:
    title = column.name.replace("_", " ")
    return Heading(title, right=column.type in _NUMBERS, solid=column.type == "date")


def _reader(column: Column, same: frozenset[str]) -> Callable[[Mapping[str, Any]], str]:
    name = column.name

    def words(value: Any) -> str:
        if isinstance(value, Mapping):
            thing = called(value)
            return f"{thing} ({value['id']})" if thing in same else thing
        if isinstance(value, list):
            return ", ".join(words(one) for one in value)
        if value in _DEFAULTS.get(name, ()):
            return ""
        if value is not None and column.type == "score":
            return score_in_words(value)
        return cited.date_in_words(value) if value and column.type == "date" else cell(value)

    def read(row: Mapping[str, Any]) -> str:
        value = row[name]
        return "(the article)" if value is None and name == "speaker" else words(value)

    return read


def _in_order(columns: Sequence[Column]) -> list[Column]:
    """The columns with the status that counts parts right after the strict one, to be compared with it."""
    first = [column for column in columns if column.name != "status_with_parts"]
    rest = [column for column in columns if column.name == "status_with_parts"]
    at = next((number for number, column in enumerate(first, 1) if column.name == "status"), len(first))
    return [*first[:at], *rest, *first[at:]]


def _shared_names(answer: Answer) -> frozenset[str]:
    """Names that stand for more than one thing in this answer."""
    ids: dict[str, set[str]] = defaultdict(set)
    for row in answer.rows:
        for value in row.values():
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, Mapping):
                    ids[called(one)].add(one["id"])
    return frozenset(name for name, several in ids.items() if len(several) > 1)


def _both_statuses(row: Mapping[str, Any]) -> str:
    """The strict status, and the one that counts parts where it is another: `asserted; with parts disputed`."""
    strict, wide = row["status"], row["status_with_parts"]
    return cell(strict) if strict == wide else f"{strict}; with parts {wide}"


def claims_in_words(row: Mapping[str, Any], *, undated: bool = False) -> str:
    """`2 affirmed, 1 denied (1 undated)`; what is none of the three is pledged, predicted or the like."""
    counts = {name: row.get(name) or 0 for name in _CLAIMS}
    counts["prospective"] = len(row.get("claims") or ()) - sum(counts.values())
    words = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count > 0)
    return words + (f" ({row['undated']:,} undated)" if undated and row.get("undated") else "")


def first_and_last(row: Mapping[str, Any]) -> str:
    """When it was first and last said: `2031-09-11 – 2032-02`."""
    first, last = (cited.date_in_words(row[name] or "") for name in ("first", "last"))
    return first if first == last else f"{first}{TIE}– {last}"


def score_in_words(value: float) -> str:
    """A score with four digits that tell: `0.02041`, never `2.041e-02`."""
    from decimal import Decimal

    return format(Decimal(f"{value:.4g}"), ",f")


def tied(counts: str) -> str:
    """Counts that stay on one line with what they count."""
    return re.sub(r"(?<=\d) ", TIE, counts)


def sources_in_words(row: Mapping[str, Any]) -> str:
    """`2 named, 1 unnamed, 1 denying`: independent ones, as they are counted."""
    return ", ".join(f"{row[name]:,} {word}" for name, word in _SOURCES.items() if row.get(name))
