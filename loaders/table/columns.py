"""The columns of a table of claims: what they may be called, and which of them a header has.

Case, spaces and punctuation in a heading do not count: "Said by", "said_by" and "SAID-BY" are one.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import NamedTuple

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("claim id", "row id"),
    "subject": ("subject name", "actor", "actor 1", "head"),
    "relation": ("predicate", "relationship", "relation type", "verb"),
    "object": ("object name", "target", "actor 2", "tail"),
    "quote": ("quotation", "evidence", "excerpt", "passage", "sentence"),
    "subject_type": ("subject class",),
    "object_type": ("object class",),
    "subject_id": ("subject identifier", "subject ids"),
    "object_id": ("object identifier", "object ids"),
    "speaker": ("speakers", "said by", "according to", "attributed to", "claimed by"),
    "speaker_type": (),
    "speaker_id": (),
    "relayed_by": ("relayed", "quoted by", "reported by"),
    "polarity": (),
    "denied": ("negated", "is denied"),
    "certainty": (),
    "modality": (),
    "basis": (),
    "time": ("date", "when", "event date"),
    "from": ("since", "start", "start date", "valid from"),
    "until": ("till", "end", "end date", "valid until"),
    "ended": ("former", "is over"),
    "said": ("said on", "date said", "statement date"),
    "place": ("location", "where"),
    "event": (),
    "event_type": (),
    "about": (),
    "about_type": (),
    "role": ("as", "capacity"),
    "quantity": ("number", "amount", "how many"),
    "minimum": ("min", "at least"),
    "maximum": ("max", "at most"),
    "unit": ("units",),
    "url": ("link", "article url", "source url"),
    "article": ("article id", "document", "document id", "doc id"),
    "title": ("headline", "article title"),
    "publisher": ("newspaper", "outlet", "publication"),
    "origin": ("agency", "news agency"),
    "authors": ("author", "byline"),
    "published": ("published on", "publication date", "date published", "article date"),
    "language": ("lang",),
    "text_file": ("article file",),
    "annotator": ("coder", "annotated by"),
}
"""Each column with its other names, in words."""

REQUIRED = ("subject", "relation", "object", "quote")

_KNOWN = {
    heading: column for column, others in COLUMNS.items() for heading in (column.replace("_", " "), *others)
}
_PUNCTUATION = re.compile(r"[\W_]+")


class Header(NamedTuple):
    """Where the known columns of a table are, how wide it is, and what its other columns are called."""

    places: dict[str, int]
    width: int
    others: list[str]


def heading(cell: str) -> str:
    """A heading in its plain form."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell[:100])
    return _PUNCTUATION.sub(" ", spaced.casefold()).strip()


def known(cells: list[str]) -> int:
    """How many of the required columns a header has."""
    found = {_KNOWN.get(heading(cell)) for cell in cells[:1000]}
    return sum(column in found for column in REQUIRED)


def parse(cells: list[str]) -> Header | str:
    """A table's header, or what is wrong with it."""
    places: dict[str, int] = {}
    others: list[str] = []
    for place, cell in enumerate(cells[:1000]):
        column = _KNOWN.get(heading(cell))
        if column is None:
            if cell.strip():
                others.append(cell.strip()[:60])
        elif column in places:
            first = cells[places[column]].strip()
            return (
                f"has two columns for {column}: {first!r} ({places[column] + 1}) and {cell.strip()!r}"
                f" ({place + 1}); rename one"
            )
        else:
            places[column] = place
    needed = [c for c in REQUIRED if c not in places and not (c == "object" and _gives_quantity(places))]
    if not needed:
        return Header(places, len(cells), others)
    return f"lacks the column{'s' * (len(needed) > 1)} {', '.join(map(repr, needed))}{_hint(needed, others, places)}"


def _gives_quantity(places: dict[str, int]) -> bool:
    return not {"quantity", "minimum", "maximum"}.isdisjoint(places)


def _hint(needed: list[str], others: list[str], places: dict[str, int]) -> str:
    by_heading = {heading(other): other for other in others[:200]}
    near = []
    for column in needed:
        names = (column, *COLUMNS[column])
        close = [match for name in names for match in get_close_matches(name, by_heading, 1, 0.75)]
        if close:
            near.append(f"{by_heading[close[0]]!r} is nearest to {column}")
    found = ", ".join([*places, *map(repr, others[:20])]) or "nothing"
    return f"; it has {found}" + (f"; {'; '.join(near)}: rename it" if near else "")
