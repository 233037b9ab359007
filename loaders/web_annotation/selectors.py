"""Where in a text a selector of the Web Annotation model selects: by position, by quotation, by range.

Positions count code points. A quotation must be at one place, told apart by its prefix and suffix. Several selectors of
one target select the same, each in its own way, and must agree; those that need a page's markup (CSS, XPath, SVG) are
passed over where another one can be read.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from loaders.json_documents import offset

_CHARACTERS = re.compile(r"char=(\d{1,12}),(\d{1,12})(?:;.*)?")
_DEEPEST = 8


class Unselectable(ValueError):
    """A selector selects nothing that can be had; the message says why."""


class Selected(NamedTuple):
    """Where something is, and which words are said to be there."""

    start: int
    end: int
    words: str | None


def select(text: str, selector: Any, within: Selected | None = None, depth: int = 0) -> Selected:
    """What a selector, or several that agree, select in the text; `within` is what they refine. Raises Unselectable."""
    if depth > _DEEPEST:
        raise Unselectable("its selectors are nested too deeply")
    several = selector if isinstance(selector, list) else [selector]
    if len(several) == 1 and isinstance(several[0], dict) and isinstance(several[0].get("items"), list):
        several = several[0]["items"]  # a Choice
    positions: list[Selected] = []
    quotes: list[dict[str, Any]] = []
    refined: list[Selected] = []
    unread: list[str] = []
    for one in several:
        if not isinstance(one, dict):
            raise Unselectable("a selector must be an object")
        what = one.get("type", one.get("@type"))
        what = what if isinstance(what, str) else "no type"
        if "refinedBy" in one and what in (
            "TextPositionSelector",
            "TextQuoteSelector",
            "RangeSelector",
            "FragmentSelector",
        ):
            outer = select(
                text, {key: value for key, value in one.items() if key != "refinedBy"}, within, depth + 1
            )
            refined.append(select(text, one["refinedBy"], outer, depth + 1))
        elif what == "TextPositionSelector":
            positions.append(_position(one.get("start"), one.get("end"), within))
        elif (
            what == "FragmentSelector"
            and isinstance(one.get("value"), str)
            and (match := _CHARACTERS.fullmatch(one["value"]))
        ):
            positions.append(_position(int(match[1]), int(match[2]), within))
        elif what == "TextQuoteSelector":
            quotes.append(one)
        elif what == "RangeSelector":
            positions += _range(text, one, within, depth, unread)
        else:
            unread.append(what)
    return _agreed(text, positions + refined, quotes, within, unread)


def _agreed(
    text: str,
    places: list[Selected],
    quotes: list[dict[str, Any]],
    within: Selected | None,
    unread: list[str],
) -> Selected:
    exact = [_words(quote, "exact") for quote in quotes]
    if len({(one.start, one.end) for one in places}) > 1 or len(set(exact)) > 1:
        raise Unselectable("its selectors do not agree")
    if places:
        place = places[0]
        return Selected(place.start, place.end, exact[0] if exact else place.words)
    found = [_quoted(text, quote, within) for quote in quotes]
    if len({(one.start, one.end) for one in found}) > 1:
        raise Unselectable("its selectors do not agree")
    if not found:
        raise Unselectable(
            f"has no selector that can be read: {', '.join(dict.fromkeys(unread))[:200] or 'none'}"
        )
    return found[0]


def _position(start: Any, end: Any, within: Selected | None) -> Selected:
    if not (offset(start) and offset(end)):
        raise Unselectable("a TextPositionSelector must have whole numbers as start and end")
    if within is None:
        return Selected(start, end, None)
    if within.start + end > within.end:
        raise Unselectable("refines a selection beyond its end")
    return Selected(within.start + start, within.start + end, None)


def _range(
    text: str, selector: dict[str, Any], within: Selected | None, depth: int, unread: list[str]
) -> list[Selected]:
    """From the beginning of what the one selects to the beginning of what the other does."""
    ends = [selector.get("startSelector"), selector.get("endSelector")]
    if not all(isinstance(end, dict) for end in ends):
        unread.append("RangeSelector")
        return []
    first, second = (select(text, end, within, depth + 1) for end in ends)
    return [Selected(first.start, second.start, None)]


def _words(selector: dict[str, Any], key: str) -> str:
    words = selector.get(key, "")
    if not isinstance(words, str) or (key == "exact" and not words):
        raise Unselectable(f"a TextQuoteSelector must have words as {key}")
    return words


def _quoted(text: str, selector: dict[str, Any], within: Selected | None) -> Selected:
    """The one place of a quotation."""
    exact, before, after = (_words(selector, key) for key in ("exact", "prefix", "suffix"))
    low, high = (within.start, within.end) if within is not None else (0, len(text))
    whole = before + exact + after
    # What is before and after may lie outside of what is refined.
    found = text.find(whole, max(0, low - len(before)), min(len(text), high + len(after)))
    if found < 0:
        raise Unselectable(f"quotes {exact[:60]!r}, which the text does not have there")
    if text.find(whole, found + 1, min(len(text), high + len(after))) >= 0:
        raise Unselectable(
            f"quotes {exact[:60]!r}, which the text has more than once: give a prefix, suffix or position"
        )
    start = found + len(before)
    return Selected(start, start + len(exact), exact)
