"""Sentences: they cover the text, in code points, and abbreviations do not end them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ontology.text import sentences, sentences_around, sentences_of


def split(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text)]


def test_abbreviations_and_dates() -> None:
    text = "U.N. monitors said so on Dec. 3. Mr. Oren did not. “It is so,” he said."
    assert split(text) == ["U.N. monitors said so on Dec. 3.", "Mr. Oren did not.", "“It is so,” he said."]


def test_offsets_are_code_points_behind_emoji() -> None:
    assert split("😀😀 One. Two 😀. القاعدة هنا.") == ["😀😀 One.", "Two 😀.", "القاعدة هنا."]


@given(st.lists(st.text(max_size=80), max_size=5))
def test_spans_cover_each_text_as_if_it_stood_alone(texts: list[str]) -> None:
    together = sentences_of(texts)
    for text, spans in zip(texts, together, strict=True):
        assert "".join(text[start:end] for start, end in spans) == text
        assert all(start < end for start, end in spans)


def test_sentences_around_fragments_know_where_they_start() -> None:
    text = "  One is here.  Two is there. Three."
    found = sentences_around(text, sentences(text), [(18, 21), (2, 5)])
    assert found == [(2, "One is here."), (16, "Two is there.")]
    assert all(text[start : start + len(words)] == words for start, words in found)
