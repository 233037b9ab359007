"""What the live claims of one relationship amount to: its status and how far it is corroborated.

Computed here, once, when a relationship is projected, so that every query language only reads the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

AFFIRMED, HEDGED, DENIED, NOT_ACTUAL = "affirmed", "hedged", "denied", "notActual"
STATUSES = ("disputed", "changed", "asserted", "hedged", "denied", "prospective")


def standing(polarity: str, certainty: str, modality: str) -> str:
    """A claim's standing: affirmed (A), hedged (U), denied (D) or notActual (P).

    >>> standing("affirmed", "probable", "actual")
    'hedged'
    """
    if modality != "actual":
        return NOT_ACTUAL
    if polarity == "denied":
        return DENIED
    return HEDGED if certainty in ("probable", "possible") else AFFIRMED


def status(facts: Iterable[tuple[str, int, int]]) -> str:
    """The status of a relationship from its live claims' (standing, first day, last day), days inclusive.

    The days bound when the claim could hold: an undated claim reaches from the open past to the day it was said.

    >>> status([("affirmed", 1, 10), ("denied", 20, 30)])
    'changed'
    """
    affirmed = hedged = False
    positive: list[tuple[int, int]] = []
    negative: list[tuple[int, int]] = []
    for kind, first, last in facts:
        if kind in (AFFIRMED, HEDGED):
            positive.append((first, last))
            affirmed = affirmed or kind == AFFIRMED
            hedged = hedged or kind == HEDGED
        elif kind == DENIED:
            negative.append((first, last))
    if positive and negative:
        return "disputed" if _any_overlap(positive, negative) else "changed"
    if affirmed:
        return "asserted"
    if hedged:
        return "hedged"
    return "denied" if negative else "prospective"


def _any_overlap(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> bool:
    """Whether an interval of one list shares a day with one of the other; n log n, for relationships with thousands."""
    left, right = sorted(left), sorted(right)
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i][0] <= right[j][1] and right[j][0] <= left[i][1]:
            return True
        # The one that ends first can meet nothing later: all that follow in the other list start no earlier than
        # the one it has just missed.
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return False


class Source(NamedTuple):
    """Who stands behind one claim, for counting independent sources.

    `speaker` is the innermost speaker's node or None for the article's own voice; `named` whether that node is named;
    `origin` the agency or paper the article was taken from; `sentence` identifies the evidence sentence's words.
    """

    speaker: int | None
    named: bool
    origin: str
    sentence: int
    article: int


def independent(sources: Iterable[Source]) -> tuple[int, int]:
    """How many independent sources make these claims: (named or own voice, unnamed).

    Named speakers count once each, the article's own voice once an origin, unnamed speakers apart and once an origin.
    A sentence counts in one article only, however often it is reprinted: ten copies of a wire story are one source,
    even where each copy's annotation made an unnamed official anew.
    """
    prints: dict[int, dict[int, list[Source]]] = {}
    for source in sources:
        prints.setdefault(source.sentence, {}).setdefault(source.article, []).append(source)
    known: set[tuple[int | None, str]] = set()
    unnamed: set[str] = set()
    for copies in prints.values():
        # The copy that names most speakers stands for all; the oldest among equals.
        chosen = min(copies, key=lambda article: (-sum(s.named for s in copies[article]), article))
        spoken = any(source.named for source in copies[chosen])
        for source in copies[chosen]:
            if source.speaker is None:
                # Two annotators of one sentence, of whom one names the speaker, have not found two sources.
                if not spoken:
                    known.add((None, source.origin))
            elif source.named:
                known.add((source.speaker, ""))
            else:
                unnamed.add(source.origin)
    return len(known), len(unnamed)
