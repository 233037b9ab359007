"""STIX bundles, opened by the stix2 library, which checks every object against the specification."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import stix2

from kg.cli import main
from kg.network import Network
from tests.kg.exports.conftest import NAMES, Exported

TELLABLE = ("affirmed", "hedged")


@pytest.fixture(scope="module")
def bundle(exported: Exported) -> list[Any]:
    parsed = stix2.parse(exported("stix").read_text("utf-8"), allow_custom=False)
    assert isinstance(parsed, stix2.v21.Bundle)
    return list(parsed.objects)


def of(bundle: list[Any], *types: str) -> list[Any]:
    return [one for one in bundle if one["type"] in types]


def test_actors_places_and_events_are_there_by_name(network: Network, bundle: list[Any]) -> None:
    wanted = sorted(node.name for node in network.nodes() if {"Actor", "Place", "Event"} & set(node.classes))
    publishers = {claim.publisher for claim in network.claims()}
    found = sorted(one["name"] for one in of(bundle, "identity", "location", "incident"))
    for name in publishers & set(found):
        found.remove(name)
    assert found == [name for name in wanted if name not in publishers]
    assert {*NAMES} <= set(found)


def test_relationships_that_someone_affirms_are_there_and_no_others(
    network: Network, bundle: list[Any]
) -> None:
    names = {one["id"]: one["name"] for one in of(bundle, "identity", "location", "incident")}
    ends = {node.id for node in network.nodes() if {"Actor", "Place", "Event"} & set(node.classes)}
    wanted = sorted(
        (edge.subject_name, edge.object_name, edge.status)
        for edge in network.relationships()
        if edge.affirmed + edge.hedged and {edge.subject, edge.object} <= ends
    )
    found = of(bundle, "relationship")
    assert wanted == sorted(
        (names[one["source_ref"]], names[one["target_ref"]], one["labels"][0]) for one in found
    )
    assert {one["labels"][0] for one in found} <= {"asserted", "disputed", "hedged", "changed"}
    for one in found:
        assert ("confidence" in one) == (one["labels"][0] == "hedged")


def test_each_claim_that_can_be_told_is_a_note_with_its_sentence_and_speaker(
    network: Network, bundle: list[Any]
) -> None:
    related = {one["id"] for one in of(bundle, "relationship")}
    notes = of(bundle, "note")
    assert {ref for note in notes for ref in note["object_refs"]} == related
    sentences = sorted(
        claim.sentence
        for claim in network.claims()
        if claim.standing in TELLABLE and _ends_fit(network, claim.subject, claim.object)
    )
    assert sorted(note["content"] for note in notes) == sentences
    for report in of(bundle, "report"):
        assert set(report["object_refs"]) <= related | {note["id"] for note in notes}


def _ends_fit(network: Network, *ends: str) -> bool:
    fitting = {node.id for node in network.nodes() if {"Actor", "Place", "Event"} & set(node.classes)}
    return fitting.issuperset(ends)


def test_what_stix_cannot_tell_is_counted(
    network: Network, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["-g", str(folder), "export", "stix", "-o", str(tmp_path / "a.json")]) == 0
    said = capsys.readouterr().err
    untold = sum(claim.standing not in TELLABLE for claim in network.claims())
    unaffirmed = sum(not edge.affirmed + edge.hedged for edge in network.relationships())
    assert re.search(rf"^note: {untold} claims that deny, pledge or predict are left out", said, re.M)
    assert re.search(rf"^note: {unaffirmed} relationships that nobody affirms are left out", said, re.M)


def test_only_denials_make_a_bundle_without_a_relationship(exported: Exported) -> None:
    content = exported("stix", "--status", "denied").read_text("utf-8")
    kinds = {one["type"] for one in json.loads(content)["objects"]}
    assert kinds <= {"identity", "location", "incident"}
    stix2.parse(content)


def test_our_own_loader_reads_the_bundle_back(exported: Exported, tmp_path: Path) -> None:
    """Actors and what was affirmed come back as an article of their own."""
    target = tmp_path / "bundle.json"
    target.write_bytes(exported("stix", "--relation", "memberOf").read_bytes())
    assert main(["-g", str(tmp_path / "graph"), "init"]) == 0
    assert main(["-g", str(tmp_path / "graph"), "ingest", str(target)]) in (0, 1)
