"""How offsets that count differently are settled, in documents that say which words are where."""

from __future__ import annotations

import time

import pytest

from loaders.offsets import Claimed, settle_offsets
from loaders.source import SourceDocument, Span
from ontology.errors import SourceError, UsageError

TEXT = "🦩 The Varnaks of Borrin met the Tel Arun council.\r\nThe Varnaks left."


def settled(text: str, claims: list[tuple[int, int, str | None]], **how: str) -> SourceDocument:
    document = SourceDocument(text, "x.json", "test")
    claimed = [
        Claimed(Span(id=f"T{n}", label="Group", fragments=()), ((start, end),), words)
        for n, (start, end, words) in enumerate(claims)
    ]
    settle_offsets(document, claimed, **how)  # type: ignore[arg-type]
    assert document.read == len(claims)
    return document


def at(text: str, words: str, start: int = 0, shift: int = 0) -> tuple[int, int, str]:
    place = text.index(words, start)
    return place + shift, place + shift + len(words), words


def test_offsets_as_counted_are_kept_without_a_word() -> None:
    document = settled(TEXT, [at(TEXT, "Varnaks"), at(TEXT, "Borrin")])
    assert (len(document.spans), document.rejected, document.remarks) == (2, [], [])


def test_all_spans_of_a_shifted_document_are_moved_and_said_to_be() -> None:
    document = settled(TEXT, [at(TEXT, "Varnaks", shift=7), at(TEXT, "Tel Arun council", shift=7)])
    assert [span.mention.words for span in document.spans] == ["Varnaks", "Tel Arun council"]
    assert document.remarks == ["x.json: its offsets count from +7; converted"]


def test_one_span_alone_is_not_moved_to_wherever_its_words_are() -> None:
    with pytest.raises(SourceError, match="fit no way of counting"):
        settled(TEXT, [at(TEXT, "Varnaks", shift=9)])


def test_where_most_match_as_counted_the_others_are_rejected() -> None:
    claims = [at(TEXT, "Varnaks"), at(TEXT, "Borrin"), at(TEXT, "left", shift=1)]
    document = settled(TEXT, claims)
    assert [span.mention.words for span in document.spans] == ["Varnaks", "Borrin"]
    assert [r.id for r in document.rejected] == ["T2"]
    assert document.remarks == []


def test_a_document_of_which_less_than_half_fits_is_refused() -> None:
    claims = [at(TEXT, "Varnaks"), at(TEXT, "Borrin", shift=1), at(TEXT, "left", shift=2)]
    with pytest.raises(SourceError, match=r"of 3 spans .* at most 1 are"):
        settled(TEXT, claims)


def test_utf_16_fits_most_where_code_points_fit_fewer_than_half() -> None:
    claims = [at(TEXT, w, shift=1) for w in ("Varnaks", "Borrin", "council", "left")] + [(0, 3, "xyz")]
    document = settled(TEXT, claims)
    assert [span.mention.words for span in document.spans] == ["Varnaks", "Borrin", "council", "left"]
    assert document.remarks == ["x.json: its offsets count UTF-16 units; converted"]
    assert [r.id for r in document.rejected] == ["T4"]


def test_quotation_marks_and_white_space_are_compared_by_kind_and_the_texts_own_kept() -> None:
    text = "He said: “We\u00a0will  not go”, and left."
    document = settled(text, [(9, 26, '"We will not go"'[:17]), at(text, "left")])
    assert document.spans[0].mention.words == "“We\u00a0will  not go”"


def test_spans_without_words_follow_those_that_have_some() -> None:
    place = TEXT.index("Tel Arun")
    document = settled(TEXT, [at(TEXT, "Varnaks", shift=1), (place + 1, place + 9, None)])
    assert [span.mention.words for span in document.spans] == ["Varnaks", "Tel Arun"]


@pytest.mark.parametrize(
    ("counting", "start", "end"),
    [("grapheme clusters", 3, 6), ("UTF-16 units", 14, 17), ("UTF-8 bytes", 29, 32), ("", 10, 13)],
)
def test_a_way_of_counting_that_is_known_is_taken(counting: str, start: int, end: int) -> None:
    text = "👨‍👩‍👧‍👦e\u0301 the Front"  # a family of seven code points, and an e with its accent apart
    document = settled(text, [(start, end, None)], counted=counting)
    assert document.spans[0].mention.words == "the"


def test_a_way_of_counting_that_there_is_not_is_the_caller_s_mistake() -> None:
    with pytest.raises(UsageError, match="grapheme clusters"):
        settled("abc", [(0, 1, None)], counted="feet")


def test_out_of_the_text_or_backwards_is_rejected_with_the_reason() -> None:
    document = settled("abc", [(2, 9, None), (2, 1, None), (0, 10**30, None), (0, 3, None)])
    assert len(document.spans) == 1
    assert [r.reason[:16] for r in document.rejected] == [
        "lies outside the",
        "ends before it s",
        "lies outside the",
    ]


@pytest.mark.parametrize("words", [True, False])
def test_many_spans_take_seconds(words: bool) -> None:
    text = "The Varnaks of Borrin 🦩 met. " * 5_000
    claims: list[tuple[int, int, str | None]] = []
    for number in range(50_000):
        start = (number * 7) % (len(text) - 10)
        claims.append((start, start + 8, text[start + 1 : start + 9] if words else None))
    began = time.perf_counter()
    document = settled(text, claims)
    assert time.perf_counter() - began < 20
    assert len(document.spans) == 50_000


def test_spans_that_cover_everything_again_and_again_do_not_fill_memory() -> None:
    text = "x" * 1_000_000
    document = settled(text, [(n % 5, 1_000_000 - n % 7, None) for n in range(2_000)])
    assert 0 < len(document.spans) < 100
    assert "times over" in document.rejected[0].reason
