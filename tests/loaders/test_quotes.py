"""Quotes are found exactly where they are, or the error shows what the article has instead."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.native.quotes import QuotableText, QuoteError

ARTICLE = (
    "The Harn Front trained the River Guard in the spring, an aide to the minister said.\n\n"
    "“We trained them — all of them,” he said. The River Guard’s commander denies it."
)

# Letters with what makes offsets go wrong: emoji beyond the BMP, Arabic, combining marks, CRLF, no-break spaces.
CHARACTERS = st.sampled_from(
    ["a", "b", " ", "\r\n", "\u00a0", "é", "e\u0301", "😀", "👩‍🚀", "ط", "الحرس", "字", "“", "—"]
)
TEXTS = st.lists(CHARACTERS, min_size=1, max_size=40).map("".join)


def complaint(quote: str, **selector: str | int) -> str:
    text = QuotableText(ARTICLE)
    with pytest.raises(QuoteError) as caught:
        text.select(quote, **selector) if selector else text.find(quote)  # type: ignore[arg-type]
    message = str(caught.value)
    assert "\n" not in message
    return message


@given(TEXTS, st.data())
def test_any_stretch_of_any_text_is_found_at_its_place(words: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    found = QuotableText(words).select(words[start:end], prefix=words[:start], suffix=words[end:])
    assert found == (start, end, words[start:end])


@given(TEXTS, st.data())
def test_every_occurrence_can_be_selected_by_its_number(words: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    quote = words[start : data.draw(st.integers(start + 1, len(words)))]
    places = [i for i in range(len(words)) if words.startswith(quote, i)]
    text = QuotableText(words)
    assert [text.select(quote, occurrence=n).start for n in range(1, len(places) + 1)] == places
    with pytest.raises(QuoteError):
        text.select(quote, occurrence=len(places) + 1)


@given(TEXTS, TEXTS)
def test_a_quote_is_found_only_where_it_is_the_only_one(words: str, quote: str) -> None:
    places = [i for i in range(len(words)) if words.startswith(quote, i)]
    if len(places) == 1:
        assert QuotableText(words).find(quote) == (places[0], places[0] + len(quote), quote)
        return
    with pytest.raises(QuoteError) as caught:
        QuotableText(words).find(quote)
    assert "\n" not in str(caught.value)


def test_a_quote_that_occurs_twice_is_refused_with_both_places() -> None:
    message = complaint("trained")
    assert "occurs twice" in message
    assert "The Harn Front [trained] the River Guard" in message
    assert "“We [trained] them — all of them" in message
    assert "prefix, suffix or occurrence" in message


def test_prefix_and_suffix_choose_among_occurrences() -> None:
    text = QuotableText(ARTICLE)
    assert text.select("trained", prefix="We ").start == ARTICLE.index("We trained") + 3
    assert text.select("trained", suffix=" the ").start == ARTICLE.index("trained the ")
    assert "nowhere right between" in complaint("trained", prefix="We  ")
    assert "occurs twice, not 3 times" in complaint("trained", occurrence=3)


@pytest.mark.parametrize(
    ("quote", "own"),
    [
        ('"We trained them', "“We trained them"),
        ("the minister said. “We", r"the minister said.\n\n“We"),
        ("Guard's commander", "Guard’s commander"),
        ("them - all of them", "them — all of them"),
        ("in the\u00a0spring", "in the spring"),
    ],
)
def test_other_white_space_or_marks_are_refused_with_the_articles_own(quote: str, own: str) -> None:
    message = complaint(quote)
    assert "character for character" in message
    assert f'the article has "{own}"' in message


def test_composition_is_not_normalised_in_silence() -> None:
    with pytest.raises(QuoteError, match="character for character"):
        QuotableText("Two cafe\u0301s closed.").find("caf\u00e9s")


@pytest.mark.parametrize(
    ("quote", "nearest"),
    [
        ("The Harn Front has trained the River Guard", "The Harn Front trained the River Guard"),
        ("an aide to minister said", "an aide to the minister said"),
        ("the river guard's commander denied it", "The River Guard’s commander denies it"),
    ],
)
def test_an_absent_quote_is_refused_with_the_nearest_text(quote: str, nearest: str) -> None:
    assert f'nearest is "{nearest}"' in complaint(quote)


def test_what_resembles_nothing_is_said_to() -> None:
    assert "nor anything like it" in complaint("zebra crossings vanish")


@pytest.mark.parametrize(
    ("text", "name", "start"),
    [
        ("Harnish men met Harn’s leader.", "Harn", 16),
        ("The (Harn) front", "Harn", 5),
        ("pre-Harn days", "Harn", 4),
        ("Cafe\u0301 and Cafe", "Cafe", 10),
        ("阿卜杜拉说话", "阿卜杜拉", 0),
        ("وطالبان وطالبان طالبان", "طالبان", 16),
        ("X_Harn Harn", "Harn", 7),
        ("😀Harn", "Harn", 1),
    ],
)
def test_a_name_is_found_as_a_whole_word(text: str, name: str, start: int) -> None:
    assert QuotableText(text).find_word(name) == (start, start + len(name), name)


def test_a_name_inside_longer_words_only_is_refused() -> None:
    with pytest.raises(QuoteError, match="only inside longer words"):
        QuotableText("Harnish men").find_word("Harn")


def test_many_wrong_quotes_on_a_long_text_stay_cheap() -> None:
    text = QuotableText("the guard of the river said so. " * 30_000)
    started = time.perf_counter()
    for number in range(300):
        with pytest.raises(QuoteError):
            text.find(f"the guards {number} of the river has said")
        with pytest.raises(QuoteError):
            text.find("the")
    with pytest.raises(QuoteError):
        QuotableText("a" * 1_000_000).find_word("a")
    assert time.perf_counter() - started < 20
