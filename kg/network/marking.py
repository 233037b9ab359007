"""Where the evidence is in the sentences around it."""

from __future__ import annotations

from collections.abc import Sequence


def marked(
    around: Sequence[tuple[int, str]], fragments: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Fragments of a text as places in the words of sentences of it, these joined by a space.

    `around` are the sentences, each with where it starts. Places that overlap or touch are one.

    >>> marked([(10, "He left."), (30, "They stayed.")], [(13, 17), (35, 41)])
    ((3, 7), (14, 20))
    """
    found: list[tuple[int, int]] = []
    at = 0
    for begin, words in around:
        for first, last in fragments:
            low, high = max(first, begin) - begin, min(last, begin + len(words)) - begin
            if low < high:
                found.append((at + low, at + high))
        at += len(words) + 1
    marks: list[tuple[int, int]] = []
    for low, high in sorted(found):
        if marks and low <= marks[-1][1]:
            marks[-1] = (marks[-1][0], max(marks[-1][1], high))
        else:
            marks.append((low, high))
    return tuple(marks)
