"""Names that lists print in one string, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.lists.names import distinct, taken_apart
from ontology.lists import ListedName


def names(text: str, quality: str = "strong") -> list[tuple[str, str, str]]:
    return [tuple(name) for name in taken_apart(text, quality, [])]  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  MIRA \n OREN ", [("MIRA OREN", "", "strong")]),
        ("ميرا أورين (Mira Oren)", [("ميرا أورين", "und-Arab", "strong"), ("Mira Oren", "", "strong")]),
        ("Mira Oren (ميرا أورين\n),", [("Mira Oren", "", "strong"), ("ميرا أورين", "und-Arab", "strong")]),
        ("Mira Oren ميرا أورين", [("Mira Oren", "", "strong"), ("ميرا أورين", "und-Arab", "strong")]),
        ("Mira (original script: Мира)", [("Mira", "", "strong"), ("Мира", "und-Cyrl", "strong")]),
        ("ميرا (Mira Oren; Myra Oren)", [("ميرا", "und-Arab", "strong"), ("Mira Oren", "", "strong"),
                                           ("Myra Oren", "", "strong")]),
        ("Sarne Relief; Sarne Aid", [("Sarne Relief", "", "strong"), ("Sarne Aid", "", "strong")]),
        ("SARNE RELIEF / SARNE AID", [("SARNE RELIEF", "", "strong"), ("SARNE AID", "", "strong")]),
        ("a.k.a. Old Mill f.k.a. Mill Co.", [("Old Mill", "", "strong"), ("Mill Co.", "", "strong")]),
        ("Aka Ndong", [("Aka Ndong", "", "strong")]),
        ("Harvest Foundation (Borrin)", [("Harvest Foundation (Borrin)", "", "strong")]),
        ("Lantern Front Brigades (LFB)", [("Lantern Front Brigades", "", "strong"), ("LFB", "", "weak")]),
        ("HARVEST FOUNDATION (KARSK)", [("HARVEST FOUNDATION (KARSK)", "", "strong")]),
        ('"The Heron"', [("The Heron", "", "strong")]),
        ("ميرا 🙂 Oren", [("ميرا 🙂", "und-Arab", "strong"), ("Oren", "", "strong")]),
        ("Tešta Ñandú", [("Tešta Ñandú", "", "strong")]),
        ("", []),
        (" ( ; ) ", []),
        ("((((", []),
    ],
)  # fmt: skip
def test_each_name_is_had_for_itself(text: str, found: list[tuple[str, str, str]]) -> None:
    assert names(text) == found


def test_of_a_preferred_string_the_first_name_is_preferred() -> None:
    assert [quality for *_, quality in names("SARNE RELIEF (SR); SARNE AID", "preferred")] == [
        "preferred",
        "weak",
        "strong",
    ]


def test_a_remark_in_brackets_is_no_name_and_is_kept() -> None:
    notes: list[str] = []
    assert [name.text for name in taken_apart("Pell Orrin (combat name)", "weak", notes)] == ["Pell Orrin"]
    assert notes == ["Pell Orrin: combat name"]


def test_a_name_given_twice_counts_once_with_its_best_quality() -> None:
    twice = [ListedName("Oren", "", "weak"), ListedName("Oren"), ListedName("Mira Oren")]
    assert list(distinct(twice)) == [ListedName("Oren"), ListedName("Mira Oren")]


@given(st.text(alphabet="Ab (;)\"'/.kaأبМи🙂\n,-", max_size=60))
def test_no_name_is_empty_and_no_letter_of_it_invented(text: str) -> None:
    for name in taken_apart(text, "strong", []):
        assert name.text == " ".join(name.text.split())
        assert any(map(str.isalnum, name.text))
        assert set(name.text) <= {*text, " "}


def test_a_long_string_takes_no_longer_than_it_is_long() -> None:
    assert len(names("; ".join(f"Oren {number}" for number in range(1_500)))) == 1_500
    assert names("(" * 20_000) == []
    assert names("x" * 30_000) == []
