"""FollowTheMoney entities as records."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.lists import ListedName
from tests.loaders.lists import damaged, listed, mutated

COMPANY: dict[str, Any] = {
    "id": "bo-17",
    "schema": "Company",
    "properties": {
        "name": ["Sarne Mills", "SARNE MILLS LTD"],
        "alias": ["Mühlen von Sarne 🙂"],
        "previousName": ["Old Mill"],
        "weakAlias": ["The Mill"],
        "leiCode": ["5493001KJTIIGC8Y1R12"],
        "wikidataId": ["Q900017", "nonsense"],
        "jurisdiction": ["bo"],
        "incorporationDate": ["1999-04"],
        "addressEntity": ["addr-1"],
    },
}
PERSON: dict[str, Any] = {
    "id": "NK-oren",
    "schema": "Person",
    "properties": {"name": ["Mira Oren"], "birthDate": ["1964", "spring 1964"], "position": ["Envoy"]},
    "datasets": ["bo_list"],
    "first_seen": "2031-01-01T00:00:00",
}
OWNERSHIP: dict[str, Any] = {
    "id": "o-1",
    "schema": "Ownership",
    "properties": {"owner": ["NK-oren"], "asset": ["bo-17"]},
}
ENTITIES = [COMPANY, PERSON, OWNERSHIP]


def lines(*entities: Any) -> str:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entities)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "registry.ftm.json"


def test_entities_become_records_and_relations_are_ignored_by_name(file: Path) -> None:
    file.write_text(lines(*ENTITIES), "utf-8")
    found = listed(file)
    assert (found.made.id, found.complete) == ("registry.ftm.json", True)
    assert found.made.tally.ignored == {"Ownership": 1}
    company = found.record("bo-17")
    assert company.type == "Company"
    assert company.names == (
        ListedName("Sarne Mills", "", "preferred"),
        ListedName("SARNE MILLS LTD"),
        ListedName("Mühlen von Sarne 🙂"),
        ListedName("Old Mill"),
        ListedName("The Mill", "", "weak"),
    )
    assert company.identifiers == ("wikidata:Q900017", "lei:5493001KJTIIGC8Y1R12")
    assert "nonsense" in found.made.tally.notes[0]
    assert company.facts["jurisdiction"] == ("bo",)
    assert company.facts["incorporationDate"] == ("1999-04",)
    assert "addressEntity" not in company.facts
    person = found.record("NK-oren")
    assert person.identifiers == ("opensanctions:NK-oren",), "its export says when it was first seen"
    assert (person.facts["born"], person.facts["birth note"]) == (("1964",), ("spring 1964",))
    assert person.line == 2


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (json.dumps(ENTITIES, indent=1), 2),
        ("\ufeff" + lines(*ENTITIES).replace("\n", "\r\n"), 2),
        (json.dumps(COMPANY), 1),
    ],
)
def test_an_array_and_lines_are_one_format(file: Path, content: str, count: int) -> None:
    file.write_text(content, "utf-8", newline="")
    found = listed(file)
    assert len(found.records) == count
    assert found.complete


def test_one_bad_line_costs_itself(file: Path) -> None:
    bad = [{**COMPANY, "schema": "Castle"}, {**COMPANY, "properties": {}}, {"id": 1}, {**COMPANY, "id": " "}]
    file.write_text(
        lines(PERSON) + '{"id": "x", \n[NaN]\n' + '"\\ud800"\n' + "[" * 100_000 + "\n" + lines(*bad, COMPANY),
        "utf-8",
    )
    found = listed(file)
    assert [record.id for record in found.records] == ["NK-oren", "bo-17"]
    reasons = [reason for _, reason in found.rejected]
    for part, reason in zip(
        ("not JSON", "NaN", "surrogate", "nested", "no schema", "no name", "no entity", "id is empty"),
        reasons, strict=True,
    ):  # fmt: skip
        assert part in reason
    assert [one.line for one in found.made.tally.rejected] == [2, 3, 4, 5, 6, 7, 8, 9]


def test_a_sidecar_names_the_list_and_its_edition(file: Path) -> None:
    file.write_text(lines(COMPANY), "utf-8")
    file.with_name("registry.ftm.json.meta.yaml").write_text(
        "id: borrin-registry\ntitle: Registry of Borrin\npublished: 2031-05\n", "utf-8"
    )
    made = listed(file).made
    assert (made.id, made.title, made.edition) == ("borrin-registry", "Registry of Borrin", "2031-05")
    file.with_name("registry.ftm.json.meta.yaml").write_text("id: [", "utf-8")
    assert "registry.ftm.json.meta.yaml" in listed(file).made.problem


@settings(max_examples=150)
@given(st.one_of(mutated(ENTITIES).map(lambda data: json.dumps(data).encode()),
                 damaged(lines(*ENTITIES).encode())))  # fmt: skip
def test_whatever_the_bytes_only_our_errors_come(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.ftm.json"
        path.write_bytes(content)
        listed(path, "followthemoney")
