"""What claims amount to: status, and independent sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.status import (
    AFFIRMED,
    DENIED,
    HEDGED,
    NOT_ACTUAL,
    Source,
    _any_overlap,
    independent,
    standing,
    status,
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([(AFFIRMED, 1, 10)], "asserted"),
        ([(AFFIRMED, 1, 10), (HEDGED, 1, 10)], "asserted"),
        ([(HEDGED, 1, 10)], "hedged"),
        ([(DENIED, 1, 10)], "denied"),
        ([(NOT_ACTUAL, 1, 10)], "prospective"),
        ([(NOT_ACTUAL, 1, 10), (DENIED, 5, 6)], "denied"),
        ([(AFFIRMED, 1, 10), (DENIED, 10, 20)], "disputed"),
        ([(HEDGED, 1, 10), (DENIED, 10, 20)], "disputed"),
        ([(AFFIRMED, 1, 10), (DENIED, 11, 20)], "changed"),
    ],
)
def test_status(facts: list[tuple[str, int, int]], expected: str) -> None:
    assert status(facts) == expected


intervals = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 8)).map(lambda p: (p[0], p[0] + p[1])), max_size=8
)


@given(intervals, intervals)
def test_overlap_is_found_whatever_the_order(
    left: list[tuple[int, int]], right: list[tuple[int, int]]
) -> None:
    assert _any_overlap(left, right) == any(a <= d and c <= b for a, b in left for c, d in right)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (("affirmed", "unstated", "actual"), AFFIRMED),
        (("affirmed", "certain", "actual"), AFFIRMED),
        (("affirmed", "possible", "actual"), HEDGED),
        (("denied", "probable", "actual"), DENIED),
        (("denied", "unstated", "pledged"), NOT_ACTUAL),
    ],
)
def test_standing(claim: tuple[str, str, str], expected: str) -> None:
    assert standing(*claim) == expected


def test_ten_copies_of_a_wire_story_are_one_source() -> None:
    assert independent(Source(None, False, f"Paper {n}", 77, n) for n in range(10)) == (1, 0)
    # An unnamed official, annotated anew in each copy, is still one.
    assert independent(Source(100 + n, False, f"Paper {n}", 77, n) for n in range(10)) == (0, 1)


def test_two_speakers_of_one_sentence_are_two_however_often_it_is_printed() -> None:
    copies = [Source(speaker, True, f"Paper {n}", 77, n) for n in range(3) for speaker in (1, 2)]
    assert independent(copies) == (2, 0)


def test_a_speaker_in_two_articles_is_one_and_own_voices_count_by_origin() -> None:
    assert independent([Source(1, True, "A", 1, 1), Source(1, True, "B", 2, 2)]) == (1, 0)
    assert independent([Source(None, False, "A", 1, 1), Source(None, False, "A", 2, 2)]) == (1, 0)
    assert independent([Source(None, False, "A", 1, 1), Source(None, False, "B", 2, 2)]) == (2, 0)


def test_a_sentence_of_which_one_annotator_names_the_speaker_is_one_source() -> None:
    assert independent([Source(1, True, "A", 77, 1), Source(None, False, "A", 77, 1)]) == (1, 0)
