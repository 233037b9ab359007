"""Offsets as annotation tools count them, turned into code points of the text as it is stored.

Tools disagree on what one character is: a CRLF line end is one or two, an emoji one or two, a byte order mark one or
none. The covered text that stands beside the offsets tells which. If all of a document's spans match their text as
counted, or all under one other way of counting, that is the way. Else it is as counted where that fits half of them
or more, and the spans that do not match are rejected one by one; a document that no way fits half of is rejected.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from loaders.source import SourceDocument, Span
from ontology.errors import SourceError, UsageError
from ontology.models import Fragment, Rejection

_WHITE = re.compile(r"\s+")
_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b`\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
)

# Spans without covered text may lie on top of each other so many times over; beyond it a small file could ask for
# gigabytes of words.
_LAYERS = 20
_ALLOWED_ANYWAY = 1 << 22

_PLACES_TRIED = 100
"""Of how many occurrences of one span's words it is tried whether they make a constant shift."""


@dataclass(slots=True)
class Claimed:
    """A span as its file claims it: where it is, and which words are there.

    `words` is None where the format has no covered text beside its offsets. `more` are the lines after it that may be
    the rest of words with a line end in them.
    """

    span: Span
    ranges: tuple[tuple[int, int], ...]
    words: str | None
    more: Sequence[tuple[int, str]] = ()


Locate = Callable[[int], "int | None"]
"""From an offset as the tool counted to a code point offset, or None where it falls inside a character."""


def settle_offsets(
    document: SourceDocument,
    claimed: list[Claimed],
    *,
    byte_order_mark: bool = False,
    majority: bool = False,
    counted: str = "",
) -> None:
    """Add every span that matches its text to the document, with true offsets, and reject the others.

    `counted` names the way of counting where it is known (one of COUNTINGS). `majority`: the way that fits most spans
    is taken, however few. Otherwise raises SourceError where no way fits half of the spans with covered text.
    """
    text = document.text
    claimed = _within_allowance(document, claimed)
    as_counted = known_counting(text, counted)
    way = _settled(text, claimed, as_counted, byte_order_mark, majority)
    if way.name:
        document.remarks.append(f"{document.source}: its offsets count {way.name}; converted")
    spans = document.spans
    for claim, match in zip(claimed, way.matches, strict=True):
        if match is None:
            match = _match(text, claim, way.locate, trimmed=True)
        if match is not None:
            claim.span.fragments = match.fragments
            spans.append(claim.span)
        else:
            document.reject(claim.span, _why_not(text, claim, way.locate))
        if claim.more:
            for line, words in claim.more[match.lines_used if match else 0 :]:
                if words.strip():
                    reason = "is not a brat annotation"
                    document.rejected.append(Rejection(claim.span.file, reason, line))


def allowance(text: str) -> int:
    """How many characters spans without covered text may cover together."""
    return _LAYERS * len(text) + _ALLOWED_ANYWAY


def _within_allowance(document: SourceDocument, claimed: list[Claimed]) -> list[Claimed]:
    """The claims, without those that would copy the text over and over again."""
    left = allowance(document.text)
    if len(claimed) * len(document.text) <= left:
        return claimed
    beyond: set[int] = set()
    for number, claim in enumerate(claimed):
        if claim.words is None:
            left -= sum(max(0, min(end, len(document.text)) - max(0, start)) for start, end in claim.ranges)
            if left < 0:
                beyond.add(number)
                reason = f"the spans before it already cover the text {_LAYERS} times over"
                document.reject(claim.span, reason)
    return [c for number, c in enumerate(claimed) if number not in beyond] if beyond else claimed


class _Way(NamedTuple):
    """A way of counting, with what it makes of each claim and how many of those with words it makes match."""

    name: str
    locate: Locate
    matches: list[_Match | None]
    fits: int


def _settled(
    text: str, claimed: list[Claimed], as_counted: Locate, byte_order_mark: bool, majority: bool
) -> _Way:
    told = len([claim for claim in claimed if claim.words is not None])
    first = best = _tried(text, claimed, "", as_counted)
    if first.fits == told:
        return first
    for name, locate in _ways_of_counting(text, byte_order_mark):
        way = _tried(text, claimed, name, locate)
        if way.fits == told and not majority:
            return way
        if way.fits > best.fits:
            best = way
    if majority:
        return best
    for name, locate in _shifts(text, claimed):
        if all(c.words is None or _match(text, c, locate) is not None for c in claimed):
            return _tried(text, claimed, name, locate)
    if 2 * first.fits >= told:
        return first
    if 2 * best.fits >= told:
        return best
    raise SourceError(
        f"its offsets fit no way of counting: of {told:,} spans with their words beside them"
        f" {f'at most {best.fits:,} are' if best.fits else 'none is'} where they say; was the text changed since?"
    )


def _tried(text: str, claimed: list[Claimed], name: str, locate: Locate) -> _Way:
    matches: list[_Match | None] = []
    fits = 0
    for claim in claimed:
        match = _match(text, claim, locate)
        matches.append(match)
        if match is not None and claim.words is not None:
            fits += 1
    return _Way(name, locate, matches, fits)


def _shifts(text: str, claimed: list[Claimed]) -> Iterator[tuple[str, Locate]]:
    """The constant shift that would put the longest words where they are; two spans or more must be there to agree."""
    told = [c for c in claimed if c.words and len(c.ranges) == 1]
    if len({(c.ranges[0], c.words) for c in told}) < 2:
        return
    longest = max(told, key=lambda claim: len(claim.words or ""))
    words, start = longest.words or "", longest.ranges[0][0]
    places: list[int] = []
    at = text.find(words)
    while at >= 0 and len(places) < _PLACES_TRIED:
        places.append(at)
        at = text.find(words, at + 1)
    for place in sorted(places, key=lambda place: abs(place - start)):
        if place != start:
            yield f"from {start - place:+,}", _shifted(place - start)


def _shifted(by: int) -> Locate:
    return lambda offset: offset + by


class _Match(NamedTuple):
    """Where a claim's words are, and how many of the lines after it belong to them."""

    fragments: tuple[Fragment, ...]
    lines_used: int


def _match(text: str, claim: Claimed, locate: Locate, *, trimmed: bool = False) -> _Match | None:
    """The claim's words in the text. `trimmed`: white space at their end may be missing from its file, as editors
    remove it; that is too weak a likeness to tell ways of counting apart by."""
    words, more = claim.words, claim.more
    if locate is _same and len(claim.ranges) == 1:  # as good as always
        ((start, end),) = claim.ranges
        if words is None:
            good = 0 <= start <= end <= len(text)
            return _Match((Fragment(start, end, text[start:end]),), 0) if good else None
        if end - start == len(words) and start >= 0 and text.startswith(words, start):
            return _Match((Fragment(start, end, words),), 0)
    ranges = _located(text, claim, locate)
    if ranges is None:
        return None
    if words is None:
        return _Match(tuple(Fragment(start, end, text[start:end]) for start, end in ranges), 0)
    size = sum(end - start for start, end in ranges)
    if size > 2 * (len(words) + sum(len(line) for _, line in more)) + 100:
        return None  # far from what it says; not worth the copying that a hostile file would like us to do
    fragments = tuple(Fragment(start, end, text[start:end]) for start, end in ranges)
    covered = " ".join(fragment.exact for fragment in fragments)
    if words == covered:
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

    White space is compared by presence, because tools write a line end as a space, or a CRLF as two, or as it is;
    quotation marks by being some, because texts are prettied after they were annotated.
    """
    most = min(covered.count("\n"), len(claim.more))
    covered = _folded(covered)
    pieces = [_folded(claim.words or "")]
    size, used = len(pieces[0]), 0
    while size < len(covered) and used < most:
        piece = _folded("\n" + claim.more[used][1])
        if pieces[-1].endswith(" "):
            piece = piece[1:]
        if piece:
            pieces.append(piece)
        size += len(piece)
        used += 1
    words = "".join(pieces)
    return used if covered in (words, words.rstrip()) else None


def _folded(words: str) -> str:
    return _WHITE.sub(" ", words).translate(_QUOTES)


def _why_not(text: str, claim: Claimed, locate: Locate) -> str:
    if any(start > end for start, end in claim.ranges):
        return "ends before it starts"
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


def known_counting(text: str, name: str) -> Locate:
    """The conversion from a way of counting that is known, one of COUNTINGS; "" is code points. Raises UsageError."""
    if not name:
        return _same
    if name not in COUNTINGS:
        raise UsageError(f"there is no way of counting {name!r}; there are {', '.join(COUNTINGS)}")
    return _by_widths(COUNTINGS[name](text))


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


def _graphemes(text: str) -> list[int]:
    """What a reader takes for one character counts at its last code point, so that no offset falls inside it."""
    from icu4py.breakers import CharacterBreaker

    if text.isascii() and "\r\n" not in text:
        return [1] * len(text)
    widths: list[int] = []
    for cluster in CharacterBreaker(text, "en"):
        widths += [0] * (len(cluster) - 1) + [1]
    return widths


COUNTINGS: dict[str, Callable[[str], list[int]]] = {
    "grapheme clusters": _graphemes,
    "UTF-16 units": _utf16,
    "UTF-8 bytes": _utf8,
}
"""Ways of counting by name, each as the width of every code point."""
