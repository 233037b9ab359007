"""When two names are the same, how they sort, and whether words are a name at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.names import _collator, is_named, name_key, sort_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Al-Qaeda", "the al Qaeda"),
        ("U.N.", "UN"),
        ("Köln", "KOLN"),
        ("O’Neill", "O'Neill"),
        ("ﬁrst  Army", "First Army"),
        ("الطَّالبان", "الطالبان"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("किताब", "कुताब"), ("Front", "Fronts"), ("—", "–"), ("النور", "النار")]
)
def test_names_that_are_not(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(max_size=60))
def test_a_key_is_its_own_key_and_knows_no_normal_form(text: str) -> None:
    import unicodedata

    assert name_key(name_key(text)) == name_key(text) or name_key(text).startswith(("the ", "a ", "an "))
    assert name_key(unicodedata.normalize("NFD", text)) == name_key(unicodedata.normalize("NFC", text))


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=40))
def test_ascii_sort_keys_are_the_collation_algorithms_own(text: str) -> None:
    assert sort_key(text) == "".join(f"{weight:04x}" for weight in _collator().sort_key(text))


def test_names_sort_as_people_expect() -> None:
    names = ["Zebra", "apple", "Äpfel", "Apple", "éclair", "zebra", "al-Qaeda", "Afghanistan"]
    assert sorted(names, key=sort_key) == [
        "Afghanistan", "al-Qaeda", "Äpfel", "apple", "Apple", "éclair", "zebra", "Zebra",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "al-Qaeda",
        "the Pentagon",
        "National Directorate of Security",
        "U.S.",
        "Abdul Salam Hanafi",
        "eBay",
        "M23 Movement",
    ],
)
def test_proper_names(words: str) -> None:
    assert is_named(words)


@pytest.mark.parametrize(
    "words",
    [
        "Taliban leaders",
        "They",
        "We",
        "an Afghan security official",
        "the 1990s",
        "Ghazni province",
        "القاعدة",
        "",
        "…",
    ],
)
def test_mere_words(words: str) -> None:
    assert not is_named(words)
