"""Find words quoted from an article at their one place in it, so that nobody has to count characters.

A quote is found exactly as written or not at all. Where it is absent or ambiguous, the error shows what the article
does have: the same words in other white space, quotation marks or dashes, the nearest text, or every place with its
surroundings.
"""

from __future__ import annotations

import json
import re
import unicodedata
from difflib import SequenceMatcher

from ontology.models import Fragment

# Suggestions cost milliseconds where finding costs microseconds: a document of nothing but wrong quotes stays cheap.
_SUGGESTIONS_A_TEXT = 40
_COUNTED = 1000
_SUGGESTED = 5000
_COMPARED = 240
_LONGEST_WORD = 40
_NEAR_ENOUGH = 0.5

_SAME_CHARACTER = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    "\u2026": "...",
}
_CLUSTERS = re.compile(
    r"\s+|.[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]*"
)

# Scripts written without spaces between words: there a word may begin and end anywhere.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

_BREAKS = frozenset(["", *" \n\t.,;:!?()\"'‘’“”"])  # what nearly every word ends at


class QuoteError(ValueError):
    """A quote is not in the text, or at several places of it; the message says what is."""


def shown(words: str, limit: int = 160) -> str:
    """Words as they would be written in JSON, on one line, the middle of long ones left out."""
    if len(words) > limit:
        words = f"{words[: limit // 2]} … {words[-limit // 2 :]}"
    return json.dumps(words, ensure_ascii=False)


def whole_word(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` neither begins nor ends inside a word."""
    if (start == 0 or text[start - 1] in _BREAKS) and text[end : end + 1] in _BREAKS:
        return True
    return not (start > 0 and _joined(text[start - 1], text[start])) and not (
        end < len(text) and _joined(text[end - 1], text[end])
    )


def _joined(left: str, right: str) -> bool:
    if right > "\u02ff" and unicodedata.category(right)[0] == "M":
        return True  # a combining mark belongs to the character before it, in every script
    if not (left == "_" or left.isalnum() or (left > "\u02ff" and unicodedata.category(left)[0] == "M")):
        return False
    if not (right == "_" or right.isalnum()):
        return False
    return not (_UNSPACED.match(left) or _UNSPACED.match(right))


class QuotableText:
    """An article's text, as quotes and names are looked up in it."""

    __slots__ = ("_folded", "_lowered", "_suggestions", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded: tuple[str, list[int]] | None = None
        self._lowered: str | None = None
        self._suggestions = 0

    def find(self, quote: str) -> Fragment:
        """The quote at the only place where it occurs; raises QuoteError if there is none or more than one."""
        text = self.text
        start = text.find(quote)
        if start < 0:
            raise self._absent(quote)
        if text.find(quote, start + 1) >= 0:
            raise self._ambiguous(quote, "", "")
        return Fragment(start, start + len(quote), quote)

    def select(
        self, quote: str, prefix: str = "", suffix: str = "", occurrence: int | None = None
    ) -> Fragment:
        """The quote between `prefix` and `suffix`, the `occurrence`-th (from 1) where that is not yet one place."""
        text, whole = self.text, prefix + quote + suffix
        start = text.find(whole)
        if start < 0:
            raise self._absent(quote, prefix, suffix)
        if occurrence is None:
            if text.find(whole, start + 1) >= 0:
                raise self._ambiguous(quote, prefix, suffix)
        else:
            for found in range(1, occurrence):
                start = text.find(whole, start + 1)
                if start < 0:
                    raise QuoteError(f"quote {shown(quote)} occurs {_times(found)}, not {_times(occurrence)}")
        start += len(prefix)
        return Fragment(start, start + len(quote), quote)

    def find_word(self, words: str) -> Fragment:
        """The first place where the words are not part of a longer word; raises QuoteError if there is none."""
        text, length = self.text, len(words)
        start = text.find(words)
        for _ in range(_COUNTED):
            if start < 0:
                break
            if whole_word(text, start, start + length):
                return Fragment(start, start + length, words)
            start = text.find(words, start + 1)
        inside = text.find(words)
        if inside < 0:
            raise self._absent(words)
        raise QuoteError(
            f"{shown(words)} occurs only inside longer words ({self._context(inside, inside + length)}): "
            "point at it with {quote, prefix, suffix}"
        )

    def _absent(self, quote: str, prefix: str = "", suffix: str = "") -> QuoteError:
        if (prefix or suffix) and quote in self.text:
            places = self._places(quote)
            return QuoteError(
                f"quote {shown(quote)} is in the text, but nowhere right between the prefix {shown(prefix)} and the "
                f"suffix {shown(suffix)} (spaces count); it occurs {places}"
            )
        missing = f"quote {shown(quote)} is not in the text"
        if not quote.strip() or len(quote) > _SUGGESTED or self._suggestions >= _SUGGESTIONS_A_TEXT:
            return QuoteError(missing)
        self._suggestions += 1
        if (same := self._same_words(quote)) is not None:
            return QuoteError(
                f"{missing} character for character: mind white space, quotation marks, dashes and accents; "
                f"the article has {shown(same, 1000)}"
            )
        near = self._nearest(quote)
        return QuoteError(
            f"{missing}; nearest is {shown(near)}" if near else f"{missing}, nor anything like it"
        )

    def _ambiguous(self, quote: str, prefix: str, suffix: str) -> QuoteError:
        return QuoteError(
            f"quote {shown(quote)} occurs {self._places(quote, prefix, suffix)}; "
            "add prefix, suffix or occurrence, or quote more"
        )

    def _places(self, quote: str, prefix: str = "", suffix: str = "") -> str:
        """ "3 times: 1 …, 2 …, 3 …": how often the quote occurs and between which words."""
        starts: list[int] = []
        whole, start = prefix + quote + suffix, -1
        while len(starts) <= _COUNTED and (start := self.text.find(whole, start + 1)) >= 0:
            starts.append(start + len(prefix))
        count = _times(len(starts)) if len(starts) <= _COUNTED else f"more than {_COUNTED:,} times"
        places = [f"{n} {self._context(s, s + len(quote))}" for n, s in enumerate(starts[:5], 1)]
        return f"{count}: {', '.join(places)}{', …' if len(starts) > 5 else ''}"

    def _context(self, start: int, end: int) -> str:
        before, after = self.text[max(0, start - 24) : start], self.text[end : end + 24]
        return shown(f"{before}[{shown(self.text[start:end], 40)[1:-1]}]{after}")

    def _same_words(self, quote: str) -> str | None:
        """The article's own characters where it says the same in other white space, marks or composition."""
        if self._folded is None:
            self._folded = _fold(self.text)
        folded, origins = self._folded
        wanted = _fold(quote.strip())[0]
        if not wanted or (at := folded.find(wanted)) < 0:
            return None
        end = origins[at + len(wanted)] if at + len(wanted) < len(origins) else len(self.text)
        return self.text[origins[at] : end].strip()

    def _nearest(self, quote: str) -> str:
        """The stretch of text most like the quote, or "" where nothing is.

        The quote's longest words vote for where it would begin; only the best few windows are compared.
        """
        if self._lowered is None:
            lowered = self.text.lower()
            self._lowered = lowered if len(lowered) == len(self.text) else self.text
        quote = quote[:_COMPARED].lower()
        votes: dict[int, int] = {}
        bucket = max(8, len(quote) // 4)
        for word in sorted(re.finditer(r"\w+", quote), key=lambda m: m.start() - m.end())[:12]:
            at = -1
            for _ in range(50):
                at = self._lowered.find(word[0], at + 1)
                if at < 0:
                    break
                start = max(0, at - word.start()) // bucket
                votes[start] = votes.get(start, 0) + len(word[0])
        best, best_ratio = "", _NEAR_ENOUGH
        for start in sorted(votes, key=lambda s: (-votes[s], s))[:4]:
            low = max(0, start * bucket - bucket // 2)
            high = min(len(self.text), low + len(quote) + 2 * bucket)
            matcher = SequenceMatcher(None, quote, self._lowered[low:high], autojunk=False)
            blocks = [b for b in matcher.get_matching_blocks() if b.size > 2]
            if not blocks:
                continue
            found, end = low + blocks[0].b, low + blocks[-1].b + blocks[-1].size
            found, end = self._widened(found, end)
            ratio = SequenceMatcher(None, quote, self._lowered[found:end], autojunk=False).ratio()
            if ratio > best_ratio:
                best, best_ratio = self.text[found:end].strip(), ratio
        return best

    def _widened(self, start: int, end: int) -> tuple[int, int]:
        """The stretch with the words it begins and ends in made whole, as far as words go."""
        text = self.text
        for _ in range(_LONGEST_WORD):
            if not start or not _joined(text[start - 1], text[start]):
                break
            start -= 1
        for _ in range(_LONGEST_WORD):
            if end == len(text) or not _joined(text[end - 1], text[end]):
                break
            end += 1
        return start, end


def _fold(text: str) -> tuple[str, list[int]]:
    """The text with white space, quotation marks, dashes and composition made one way, and each character's origin."""
    pieces: list[str] = []
    origins: list[int] = []
    for cluster in _CLUSTERS.finditer(text):
        words = cluster[0]
        piece = " " if words.isspace() else unicodedata.normalize("NFC", words)
        piece = _SAME_CHARACTER.get(piece, piece)
        pieces.append(piece)
        origins.extend([cluster.start()] * len(piece))
    return "".join(pieces), origins


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
