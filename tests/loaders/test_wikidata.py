"""Wikidata items as records."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.lists.wikidata_dates import date_of
from ontology.lists import ListedName
from tests.loaders.lists import damaged, listed, mutated


def text(language: str, value: str) -> dict[str, str]:
    return {"language": language, "value": value}


def statement(value: Any, rank: str = "normal") -> dict[str, Any]:
    return {
        "mainsnak": {"snaktype": "value", "datavalue": {"value": value}},
        "rank": rank,
        "type": "statement",
    }


def time(value: str, precision: int, calendar: str = "Q1985727") -> dict[str, Any]:
    model = f"http://www.wikidata.org/entity/{calendar}"
    return {
        "time": value,
        "precision": precision,
        "calendarmodel": model,
        "before": 0,
        "after": 0,
        "timezone": 0,
    }


FRONT: dict[str, Any] = {
    "type": "item",
    "id": "Q900001",
    "labels": {
        "de": text("de", "Rote-Reiher-Front"),
        "en": text("en", "Red Heron Front"),
        "ar": text("ar", "جبهة"),
    },
    "aliases": {"en": [text("en", "RHF"), text("en", "Heron Front")], "mul": [text("mul", "Herons 🙂")]},
    "descriptions": {"en": text("en", "armed group in Borrin")},
    "claims": {
        "P31": [statement({"id": "Q43229"}), statement({"id": "Q17149090"})],
        "P214": [statement("75121530"), statement("75121531", "deprecated")],
        "P1278": [statement("not one")],
        "P571": [statement(time("+2019-00-00T00:00:00Z", 9))],
    },
    "sitelinks": {"enwiki": {"site": "enwiki", "title": "Red Heron Front"}},
}
PERSON: dict[str, Any] = {
    "type": "item",
    "id": "Q900002",
    "labels": {"mul": text("mul", "Mira Oren")},
    "claims": {
        "P31": [statement({"id": "Q5"})],
        "P569": [
            statement(time("+1964-07-00T00:00:00Z", 10)),
            statement(time("+1964-07-09T00:00:00Z", 11), "preferred"),
        ],
    },
}
PAPER: dict[str, Any] = {
    "type": "item",
    "id": "Q900003",
    "labels": {},
    "claims": {"P31": [statement({"id": "Q900099"})]},
}
BARE: dict[str, Any] = {
    "type": "item",
    "id": "Q900004",
    "labels": {"en": text("en", "Something")},
    "claims": [],
}
PROPERTY: dict[str, Any] = {"type": "property", "id": "P31", "labels": {}}
ITEMS = [FRONT, PERSON, PAPER, BARE, PROPERTY]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "wd.json"


def dump(*items: Any) -> str:
    return "[\n" + ",\n".join(json.dumps(one, ensure_ascii=False) for one in items) + "\n]\n"


@pytest.mark.parametrize(
    "content",
    [
        dump(*ITEMS),
        "".join(json.dumps(one) + "\n" for one in ITEMS),
        json.dumps({"entities": {one["id"]: one for one in ITEMS}, "success": 1}, indent=1),
    ],
)
def test_a_dump_lines_and_an_answer_of_the_api_say_the_same(file: Path, content: str) -> None:
    file.write_text(content, "utf-8")
    found = listed(file)
    assert found.complete
    assert found.made.tally.ignored == {"instance of Q900099": 1, "without a class (P31)": 1, "property": 1}
    front = found.record("Q900001")
    assert front.type == "ArmedGroup", "the class that tells most"
    assert front.names == (
        ListedName("Rote-Reiher-Front", "de"),
        ListedName("Red Heron Front", "en", "preferred"),
        ListedName("جبهة", "ar"),
        ListedName("RHF", "en"),
        ListedName("Heron Front", "en"),
        ListedName("Herons 🙂", ""),
    )
    assert front.identifiers == ("wikidata:Q900001", "viaf:75121530", "wikipedia:en:Red_Heron_Front")
    assert "'lei:not one' is not a legal entity identifier" in found.made.tally.notes[0]
    assert front.facts == {"description": ("armed group in Borrin",), "founded": ("2019",)}
    person = found.record("Q900002")
    assert (person.type, person.names) == ("Person", (ListedName("Mira Oren", "", "preferred"),))
    assert person.facts["born"] == ("1964-07-09", "1964-07"), "the preferred statement first"


def test_a_class_of_an_old_dump_has_its_number_alone(file: Path) -> None:
    old = {**FRONT, "claims": {"P31": [statement({"entity-type": "item", "numeric-id": 17149090})]}}
    wrong = [
        {"entity-type": "item", "numeric-id": "5"},
        {"entity-type": "property", "numeric-id": 5},
        {"id": 5},
    ]
    others = [{**FRONT, "id": f"Q{n}", "claims": {"P31": [statement(one)]}} for n, one in enumerate(wrong, 1)]
    file.write_text(json.dumps([old, *others]), "utf-8")
    found = listed(file)
    assert found.record("Q900001").type == "ArmedGroup"
    assert found.made.tally.ignored == {"without a class (P31)": 3}


@pytest.mark.parametrize(
    ("value", "edtf"),
    [
        (time("+1964-07-17T00:00:00Z", 11), "1964-07-17"),
        (time("+1964-07-00T00:00:00Z", 10), "1964-07"),
        (time("+1964-00-00T00:00:00Z", 9), "1964"),
        (time("+0064-01-01T00:00:00Z", 9), "0064"),
        (time("+1960-01-01T00:00:00Z", 8), "196X"),
        (time("+1900-01-01T00:00:00Z", 7), "1801/1900"),
        (time("+1901-01-01T00:00:00Z", 7), "1901/2000"),
        (time("+1500-01-01T00:00:00Z", 6), "1001/2000"),
        (time("-0044-00-00T00:00:00Z", 9), "-0043"),
        (time("+1564-02-15T00:00:00Z", 11, "Q1985786"), ""),
        (time("+1964-02-31T00:00:00Z", 11), ""),
        (time("+13798000000-00-00T00:00:00Z", 3), ""),
    ],
)
def test_dates_keep_their_precision(value: dict[str, Any], edtf: str) -> None:
    found, words = date_of(value)
    assert found == edtf
    assert bool(words) != bool(found), "what is no EDTF stays words"


@pytest.mark.parametrize("value", [None, "1964", {}, {"time": 1}, {"time": "+1964-00-00T", "precision": "9"}])
def test_what_is_no_time_is_no_date(value: Any) -> None:
    assert date_of(value) == ("", "")


def test_missing_items_and_wrong_ones_are_told(file: Path) -> None:
    wrong = [
        {"id": "Q1", "missing": ""},
        {**FRONT, "id": "900"},
        {**FRONT, "labels": {}, "aliases": {}},
        7,
        [FRONT],
    ]
    file.write_text(dump(PERSON, *wrong), "utf-8")
    found = listed(file)
    assert found.made.tally.ignored == {"missing item": 1}
    assert [record.id for record in found.records] == ["Q900002"]
    assert [reason.split(":")[0] for _, reason in found.rejected] == [
        "'900' is no item's id",
        "has no label",
        "is no item",
        "is no item",
    ]


@settings(max_examples=150)
@given(st.one_of(mutated(ITEMS).map(lambda data: json.dumps(data).encode()),
                 mutated({"entities": {"Q900001": FRONT}}).map(lambda data: json.dumps(data).encode()),
                 damaged(dump(*ITEMS).encode())))  # fmt: skip
def test_whatever_the_bytes_only_our_errors_come(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wd.json"
        path.write_bytes(content)
        listed(path, "wikidata")


def test_many_items_in_one_file_take_seconds(file: Path) -> None:
    with file.open("w", encoding="utf-8") as stream:
        for number in range(50_000):
            stream.write(json.dumps({**PERSON, "id": f"Q{number + 1}"}) + "\n")
    assert len(listed(file).records) == 50_000
