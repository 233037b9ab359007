"""Offsets as annotation tools count them, turned into code points of the text as it is stored.

Tools disagree on what one character is: a CRLF line end is one or two, an emoji one or two, a byte order mark one or
none. The covered text that stands beside the offsets tells which: the way of counting under which most spans of a
document match their text is taken for all of it, and spans that still do not match are rejected.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from loaders.source import SourceDocument, Span
from ontology.models import Fragment, Rejection

_WHITE = re.compile(r"\s+")


@dataclass(slots=True)
class Claimed:
    """A span as its file claims it: where it is, and which words are there.

    `words` is None where the format has no covered text beside its offsets. `more` are the lines after it that may be
    the rest of words with a line end in them.
    """

    span: Span
    ranges: tuple[tuple[int, int], ...]
    words: str | None
    more: list[tuple[int, str]] = field(default_factory=list)


Locate = Callable[[int], "int | None"]
"""From an offset as the tool counted to a code point offset, or None where it falls inside a character."""


def settle_offsets(
    document: SourceDocument, claimed: list[Claimed], *, byte_order_mark: bool = False
) -> None:
    """Add every span that matches its text to the document, with true offsets, and reject the others."""
    best: Locate = _same
    best_found, how = _matches(document.text, claimed, best), ""
    if len(best_found) < len(claimed):
        for other, locate in _ways_of_counting(document.text, byte_order_mark):
            found = _matches(document.text, claimed, locate)
            if len(found) > len(best_found):
                best, best_found, how = locate, found, other
    if how:
        document.remarks.append(f"{document.source}: its offsets count {how}; converted")
    for number, claim in enumerate(claimed):
        match = best_found.get(number) or _match(document.text, claim, best, trimmed=True)
        if match is not None:
            claim.span.fragments = match.fragments
            document.add(claim.span)
        else:
            document.reject(claim.span, _why_not(document.text, claim, best))
        for line, words in claim.more[match.lines_used if match else 0 :]:
            if words.strip():
                reason = "is not a brat annotation"
                document.rejected.append(Rejection(claim.span.file, reason, line))


class _Match(NamedTuple):
    """Where a claim's words are, and how many of the lines after it belong to them."""

    fragments: tuple[Fragment, ...]
    lines_used: int


def _matches(text: str, claimed: list[Claimed], locate: Locate) -> dict[int, _Match]:
    """The claims that match under one way of counting, by their place in the list."""
    matches = ((number, _match(text, claim, locate)) for number, claim in enumerate(claimed))
    return {number: match for number, match in matches if match is not None}


def _match(text: str, claim: Claimed, locate: Locate, *, trimmed: bool = False) -> _Match | None:
    """The claim's words in the text. `trimmed`: white space at their end may be missing from its file, as editors
    remove it; that is too weak a likeness to tell ways of counting apart by."""
    ranges = _located(text, claim, locate)
    if ranges is None:
        return None
    if claim.words is None:
        return _Match(tuple(Fragment(start, end, text[start:end]) for start, end in ranges), 0)
    size = sum(end - start for start, end in ranges)
    if size > 2 * (len(claim.words) + sum(len(words) for _, words in claim.more)) + 100:
        return None  # far from what it says; not worth the copying that a hostile file would like us to do
    fragments = tuple(Fragment(start, end, text[start:end]) for start, end in ranges)
    covered = " ".join(fragment.exact for fragment in fragments)
    if claim.words == covered:
        return _Match(fragments, 0)
    used = _lines_used(claim, covered.rstrip() if trimmed else covered)
    return _Match(fragments, used) if used is not None else None


def _located(text: str, claim: Claimed, locate: Locate) -> list[tuple[int, int]] | None:
    ranges = []
    for start_as_counted, end_as_counted in claim.ranges:
        start, end = locate(start_as_counted), locate(end_as_counted)
        if start is None or end is None or not 0 <= start <= end <= len(text):
            return None
        ranges.append((start, end))
    return ranges


def _lines_used(claim: Claimed, covered: str) -> int | None:
    """How many of the lines after the span's own its covered text needs; None if it does not match at all.

    White space is compared by presence, because tools write a line end as a space, or a CRLF as two, or as it is.
    """
    most = min(covered.count("\n"), len(claim.more))
    covered = _WHITE.sub(" ", covered)
    pieces = [_WHITE.sub(" ", claim.words or "")]
    size, used = len(pieces[0]), 0
    while size < len(covered) and used < most:
        piece = _WHITE.sub(" ", "\n" + claim.more[used][1])
        if pieces[-1].endswith(" "):
            piece = piece[1:]
        if piece:
            pieces.append(piece)
        size += len(piece)
        used += 1
    words = "".join(pieces)
    return used if covered in (words, words.rstrip()) else None


def _why_not(text: str, claim: Claimed, locate: Locate) -> str:
    ranges = _located(text, claim, locate)
    if ranges is None:
        return f"lies outside the text, which has {len(text):,} characters"
    covered = " ".join(text[start : min(end, start + 100)] for start, end in ranges[:10])
    return f"says {_short(claim.words or '')}, but the text there is {_short(covered)}"


def _short(words: str) -> str:
    return repr(words if len(words) <= 60 else words[:57] + "…")


def _same(offset: int) -> int:
    return offset


def _ways_of_counting(text: str, byte_order_mark: bool) -> Iterator[tuple[str, Locate]]:
    """Every other way a tool may have counted this text, in words and as a conversion."""
    ways: list[tuple[str, Callable[[str], list[int]]]] = []
    if "\r\n" in text:
        ways.append(("a CRLF line end as one character", _crlf_as_one))
    if re.search(r"(?<!\r)\n", text):
        ways.append(("a line end as two characters", _line_end_as_two))
    if not text.isascii():
        if max(text) > "\uffff":
            ways.append(("UTF-16 units", _utf16))
        ways.append(("UTF-8 bytes", _utf8))
    if byte_order_mark:
        yield "the byte order mark", _after_mark(_same, 1)
    for how, widths in ways:
        locate = _by_widths(widths(text))
        yield how, locate
        if byte_order_mark:
            yield f"{how} and the byte order mark", _after_mark(locate, 3 if widths is _utf8 else 1)


def _by_widths(widths: list[int]) -> Locate:
    positions = list(accumulate(widths, initial=0))

    def locate(offset: int) -> int | None:
        # Of two characters at one offset (the CR of a CRLF counted as one has no width) the first is meant.
        index = bisect_left(positions, offset)
        return index if index < len(positions) and positions[index] == offset else None

    return locate


def _after_mark(locate: Locate, width: int) -> Locate:
    def after(offset: int) -> int | None:
        return locate(offset - width) if offset >= width else None

    return after


def _crlf_as_one(text: str) -> list[int]:
    return [0 if c == "\r" and text[i + 1 : i + 2] == "\n" else 1 for i, c in enumerate(text)]


def _line_end_as_two(text: str) -> list[int]:
    return [2 if c == "\n" and text[i - 1 : i] != "\r" else 1 for i, c in enumerate(text)]


def _utf16(text: str) -> list[int]:
    return [2 if c > "\uffff" else 1 for c in text]


def _utf8(text: str) -> list[int]:
    return [len(c.encode()) for c in text]
