"""The small grammar of WebAnno TSV's cells: stacks, disambiguation ids, references, backslash escapes.

    PER[1]|ORG[2]      two annotations on one token, and by which ids other rows know them
    seller;goods       the roles of one slot feature
    1-2;2-3[4]         what fills its slots
    1-1[0_2]           a relation that comes from the annotation on 1-1 and goes to the one with id 2
    coref->1-3         the third member of chain 1

The format is described in INCEpTION's user guide (WebAnno TSV 3.3); where the guide is silent, INCEpTION's own reader
and writer decide.
"""

from __future__ import annotations

import re
from typing import NamedTuple

NOTHING = "_"
"""A cell without annotation."""

NO_VALUE = "*"
"""An annotation whose feature has no value."""

# A backslash takes what follows it out of the grammar, a second backslash too.
_STACK = re.compile(r"\\.|\|", re.DOTALL)
_SLOT = re.compile(r"\\.|;", re.DOTALL)
_ESCAPE = re.compile(r"\\(->|[\\\[\]|_;tn*])")
_WRITTEN = {"t": "\t", "n": "\n"}

# Nine digits: no number in a document that could be read is longer.
_ID = re.compile(r"[0-9]{1,9}")
_MEMBER = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_REFERENCE = re.compile(r"([0-9]{1,9}-[0-9]{1,9}(?:\.[0-9]{1,9})?)(?:\[([0-9]{1,9})(?:_([0-9]{1,9}))?\])?")


class Item(NamedTuple):
    """One value of a cell, still escaped, and the id of the annotation (or chain) whose it is, where it says so."""

    value: str
    id: int | None


class Member(NamedTuple):
    """A chain's member: what leads from it to the next (still escaped), its chain, and its place in it."""

    value: str
    chain: int
    place: int


class Reference(NamedTuple):
    """An annotation on another row. `id` is its own, 0 where the row alone tells which; `to` is that of the annotation
    at the other end of a relation, on the row where the cell stands.
    """

    unit: str
    id: int = 0
    to: int = 0


def stacked(cell: str) -> list[str]:
    """The values of a cell, one for each annotation that is stacked on its row."""
    return _split(_STACK, cell, "|") if "|" in cell else [cell]


def slots(value: str) -> list[str]:
    """The roles or the fillers of a slot feature: none where it says that there are none."""
    if value == NOTHING:
        return []
    return _split(_SLOT, value, ";") if ";" in value else [value]


def _split(pattern: re.Pattern[str], text: str, separator: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for match in pattern.finditer(text):
        if match[0] == separator:
            pieces.append(text[start : match.start()])
            start = match.end()
    pieces.append(text[start:])
    return pieces


def numbered(value: str) -> Item:
    """A value and the id behind it: `PER[1]`."""
    if value.endswith("]"):
        before, bracket, number = value[:-1].rpartition("[")
        if bracket and _ID.fullmatch(number) and not _escaped(before):
            return Item(before, int(number))
    return Item(value, None)


def member(value: str) -> Member | None:
    """A chain's member: `coref->1-3`; None where the cell does not say which."""
    before, arrow, place = value.rpartition("->")
    match = _MEMBER.fullmatch(place)
    if not arrow or match is None or _escaped(before):
        return None
    return Member(before, int(match[1]), int(match[2]))


def reference(value: str) -> Reference | None:
    """Where a relation comes from, or what fills a slot; None where the value is not of that form."""
    match = _REFERENCE.fullmatch(value)
    return Reference(match[1], int(match[2] or 0), int(match[3] or 0)) if match else None


def plain(value: str) -> str:
    """A feature's value without its escapes; empty where it has none."""
    if value in (NOTHING, NO_VALUE):
        return ""
    return _ESCAPE.sub(lambda found: _WRITTEN.get(found[1], found[1]), value) if "\\" in value else value


def _escaped(before: str) -> bool:
    """Whether what follows these characters is escaped by them."""
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
