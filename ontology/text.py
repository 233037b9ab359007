"""Sentences of an article's text.

ICU's sentence break iterator with the suppressions of `en_US@ss=standard`, which does not split at "U.N. monitors" or
"Dec. 3" (Unicode Standard Annex #29 and CLDR's segmentation suppressions).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

_LOCALE = "en_US@ss=standard"
# A paragraph always ends a sentence, so texts joined by one are split as if each stood alone.
_JOINT = "\n\n"


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as half-open code point spans that cover it without gaps, trailing space included."""
    return sentences_of([text])[0]


def sentences_of(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """The sentences of each of several texts.

    Setting up ICU's suppression list costs ten times what splitting one article does; texts given together share it.
    """
    from icu4py.breakers import SentenceBreaker

    # Spans are summed up from the pieces: icu4py's own offsets count UTF-16 units, not code points.
    ends: list[int] = []
    position = 0
    for piece in SentenceBreaker(_JOINT.join(texts), _LOCALE):
        position += len(piece)
        ends.append(position)
    found: list[list[tuple[int, int]]] = []
    base, index = 0, 0
    for text in texts:
        limit = base + len(text)
        spans: list[tuple[int, int]] = []
        start = base
        while start < limit:
            while ends[index] <= start:
                index += 1
            end = min(ends[index], limit)
            spans.append((start - base, end - base))
            start = end
        found.append(spans)
        base = limit + len(_JOINT)
    return found


def covering(spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """The stretch from the first to the last sentence that the span `start:end` touches."""
    if not spans:
        return start, end
    first = spans[max(bisect_right(spans, (start, spans[-1][1] + 1)) - 1, 0)]
    last = spans[max(bisect_right(spans, (max(end - 1, start), spans[-1][1] + 1)) - 1, 0)]
    return first[0], last[1]


def sentences_around(
    text: str, spans: Sequence[tuple[int, int]], fragments: Iterable[tuple[int, int]]
) -> list[tuple[int, str]]:
    """The sentences that contain the fragments, each once, with where they start, without white space around them."""
    chosen: dict[tuple[int, int], None] = {}
    for start, end in sorted(fragments):
        low, high = covering(spans, start, end)
        for span in spans:
            if span[0] >= high:
                break
            if span[0] >= low:
                chosen[span] = None
    found: list[tuple[int, str]] = []
    for start, end in sorted(chosen):
        words = text[start:end]
        found.append((end - len(words.lstrip()), words.strip()))
    return found
