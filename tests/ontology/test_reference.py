"""The reference page lists everything that can be said, and what it tells users to write works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ontology import generated
from ontology.records import records
from ontology.reference import EXAMPLE, reference
from ontology.vocabulary import load


def test_every_type_relation_and_property_is_on_the_page() -> None:
    ontology, page = load(), reference(load())
    for kind in ontology.types.values():
        assert f"- **{kind.name}**: {kind.definition}" in page
    for relation in ontology.relations.values():
        assert f"### {relation.name}\n" in page
        assert relation.definition in page
        assert relation.example in page
    for record in records().values():
        for found in record.properties:
            assert f"| kg:{found.name} |" in page


def test_links_within_the_page_lead_somewhere() -> None:
    page = reference(load())
    anchors = {
        heading.casefold().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    }
    assert set(re.findall(r"\(#([^)]*)\)", page)) <= anchors


def test_the_example_for_users_loads(tmp_path: Path) -> None:
    page = reference(load())
    assert EXAMPLE in page
    path = tmp_path / "drones.ttl"
    path.write_text(EXAMPLE, encoding="utf-8")
    ontology = load([path])
    assert ontology.accepts("supplied", "Company", "Drone") is None
    extended = reference(ontology)
    assert "- **Drone**: An aircraft without a pilot on board." in extended
    assert "### supplied\n\nGroup or State **supplied** Drone" in extended


def test_a_type_with_two_parents_is_explained_once() -> None:
    page = reference(load())
    assert page.count("- **State**: ") == 1
    assert page.count("- **State** (see above)") == 1


def test_records_say_what_each_kind_has() -> None:
    claim = {found.name: found for found in records()["Claim"].properties}
    assert claim["polarity"].values == ("affirmed", "denied")
    assert (claim["article"].values, claim["article"].least, claim["article"].most) == ("Article", 1, 1)
    assert (claim["speaker"].least, claim["speaker"].most) == (0, 1)
    assert (claim["relayedBy"].least, claim["relayedBy"].most) == (0, None)
    relationship = {found.name: found for found in records()["Relationship"].properties}
    assert relationship["place"].most == 1
    assert "disputed" in relationship["status"].values


def test_a_generated_file_is_written_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.md"
    assert generated.main("ontology.reference", path, "text é\n", ["--check"]) == 1
    assert "run python -m ontology.reference --write" in capsys.readouterr().err
    assert generated.main("ontology.reference", path, "text é\n", ["--write"]) == 0
    assert path.read_bytes() == "text é\n".encode()
    assert generated.main("ontology.reference", path, "text é\n", ["--check"]) == 0
    assert generated.main("ontology.reference", path, "other\n", ["--check"]) == 1
    with pytest.raises(SystemExit):
        generated.main("ontology.reference", path, "text\n", [])
