"""Which of a Label Studio task's data is the text, and where in it a region is.

A text is a string; HTML, of which the words count and not the tags; or a dialogue, a list of paragraphs. Regions of
plain text have `start` and `end`, counted in code points or, by older versions, in UTF-16 units. Those of HTML have
`globalOffsets` into its words, those of dialogues the paragraph's number and the offset in it.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from itertools import accumulate
from typing import Any, NamedTuple

from loaders.json_documents import offset

_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]*://|/data/)\S*$", re.IGNORECASE)
_UNREAD = re.compile(r"<(script|style|head|title)\b", re.IGNORECASE)


class Place(NamedTuple):
    """Where a region says that it is, and the words that it says are there."""

    start: int
    end: int
    words: str | None


class Texts:
    """The texts of one task's data, by their keys. `is_hypertext`: what has tags in it was shown without them."""

    def __init__(self, data: dict[str, Any], *, is_hypertext: bool = False) -> None:
        self._data, self._is_hypertext = data, is_hypertext
        self._made: dict[str, str] = {}
        self._html: set[str] = set()
        self._starts: dict[str, list[int]] = {}
        self._known: dict[tuple[str, str], str] = {}
        self.main = self._main()

    def key_of(self, result: dict[str, Any]) -> str:
        """The key of the text that a result is about: what its control's value names, else the control's own name, else
        the main text."""
        source, name = result.get("source"), result.get("to_name")
        pair = (source if isinstance(source, str) else "", name if isinstance(name, str) else "")
        key = self._known.get(pair)
        if key is None:
            named = (pair[0].removeprefix("$"), pair[1])
            key = next((one for one in named if one and self.text(one) is not None), self.main)
            self._known[pair] = key
        return key

    def text(self, key: str) -> str | None:
        """The text under a key; None where there is none."""
        if key in self._made:
            return self._made[key]
        value = self._data.get(key)
        if isinstance(value, str):
            text = value
            if self._is_hypertext and "<" in value:
                text = _words_of(value)
                self._html.add(key)
        elif isinstance(value, list) and _is_dialogue(value):
            paragraphs = [_said(paragraph) for paragraph in value]
            text = "\n".join(paragraphs)
            self._starts[key] = list(accumulate((len(said) + 1 for said in paragraphs), initial=0))
        else:
            return None
        self._made[key] = text
        return text

    def is_html(self, key: str) -> bool:
        """Whether the text is what is left of HTML without its tags."""
        return key in self._html

    def why_none(self) -> str:
        """Why there is no text."""
        if any(isinstance(value, str) and _ADDRESS.match(value) for value in self._data.values()):
            return "the task has no text but an address; export it with its text"
        return "the task has no text in its data"

    def place(self, key: str, value: dict[str, Any]) -> Place | str:
        """Where a region is in the text, or why that cannot be told."""
        words = value.get("text")
        if words is not None and not isinstance(words, str):
            return "its text is not words"
        text = self._made[key]
        if words and "\\n" in words and "\n" in text and words not in text:
            words = words.replace("\\n", "\n")  # older versions write line ends so
        if key in self._starts:
            return self._in_dialogue(key, value, words)
        start, end = value.get("start"), value.get("end")
        # As good as always: whole numbers in plain text.
        if type(start) is int and type(end) is int and "globalOffsets" not in value and key not in self._html:
            return Place(start, end, words)
        if "globalOffsets" in value or not (offset(start) and offset(end)):
            spread = value.get("globalOffsets")
            if not isinstance(spread, dict):
                if isinstance(start, str):
                    return "its place is given as an XPath, without globalOffsets"
                return "has no whole numbers as start and end"
            start, end = spread.get("start"), spread.get("end")
            if not (offset(start) and offset(end)):
                return "its globalOffsets are no whole numbers"
        if words is None and self.is_html(key):
            return "is in HTML, and without its words beside it its place cannot be checked"
        assert isinstance(start, int)
        assert isinstance(end, int)
        return Place(start, end, words)

    def _in_dialogue(self, key: str, value: dict[str, Any], words: str | None) -> Place | str:
        starts = self._starts[key]
        ends = []
        for paragraph, within in (("start", "startOffset"), ("end", "endOffset")):
            number, far = value.get(paragraph), value.get(within)
            if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 10:
                number = int(number)
            if type(number) is not int or type(far) is not int or far < 0:
                return "is in a dialogue: expected a paragraph's number and an offset in it"
            if not 0 <= number < len(starts) - 1 or starts[number] + far >= starts[number + 1]:
                return "lies outside its paragraph"
            ends.append(starts[number] + far)
        if (
            words is not None
            and "\n" not in words
            and bisect_right(starts, ends[0]) != bisect_right(starts, ends[1])
        ):
            words = None  # of several paragraphs, joined who knows how
        return Place(ends[0], ends[1], words)

    def _main(self) -> str:
        """`text` if there is one, else the longest string that is no address, else the first dialogue."""
        if isinstance(self._data.get("text"), str):
            return "text"
        strings = [k for k, v in self._data.items() if isinstance(v, str) and not _ADDRESS.match(v)]
        if strings:
            return max(strings, key=lambda key: len(self._data[key]))
        return next(
            (key for key, value in self._data.items() if isinstance(value, list) and _is_dialogue(value)), ""
        )


def _is_dialogue(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and _has_said(one) for one in value)
    )


def _has_said(paragraph: dict[str, Any]) -> bool:
    return any(isinstance(paragraph.get(key), str) for key in ("text", "content", "utterance"))


def _said(paragraph: dict[str, Any]) -> str:
    return next(v for key in ("text", "content", "utterance") if isinstance(v := paragraph.get(key), str))


def _words_of(source: str) -> str:
    """The words of some HTML: without tags, comments, scripts and what is in its head. Looks at each character once."""
    pieces: list[str] = []
    at, size = 0, len(source)
    never: set[str] = set()  # what does not occur any more need not be looked for again

    def find(what: str, start: int) -> int:
        found = -1 if what in never else source.find(what, start)
        if found < 0:
            never.add(what)
        return found

    while at < size:
        mark = source.find("<", at)
        if mark < 0:
            break
        pieces.append(source[at:mark])
        unread = _UNREAD.match(source, mark)
        if source.startswith("<!--", mark):
            end, width = find("-->", mark), 3
        elif unread and (closed := find(f"</{unread[1]}", mark)) >= 0:
            end, width = find(">", closed), 1
        elif source[mark + 1 : mark + 2].isalpha() or source[mark + 1 : mark + 2] in ("/", "!", "?"):
            end, width = find(">", mark), 1
        else:
            pieces.append("<")
            at = mark + 1
            continue
        if end < 0:
            at = mark
            break
        at = end + width
    pieces.append(source[at:])
    words = "".join(pieces)
    try:
        return html.unescape(words)
    except ValueError:  # a character reference of thousands of digits
        return words
