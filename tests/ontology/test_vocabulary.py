"""The shipped ontology says what the documentation promises."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ontology.errors import UsageError
from ontology.vocabulary import load

ROOT = Path(__file__).resolve().parents[2]

TYPES = """Thing Actor Person Official Group ArmedGroup Government GovernmentBody SecurityForce IntelligenceAgency
IntergovernmentalOrganization PoliticalParty MediaOrganization ResearchOrganization Company Community Delegation State
Place Event Attack Killing Operation Clash Airstrike War Arrest Meeting Negotiation Signing Training Withdrawal
Statement Agreement Position Document""".split()

RELATIONS = {
    "belonging": "memberOf leads holdsPosition positionIn speaksFor partOf embeddedIn splitFrom founded recruited"
    " succeeded relativeOf",
    "alliance": "alliedWith linkedTo supported trained advised funded armed harbours allegianceTo fightsAlongside",
    "conflict": "hostileTo fightsAgainst threatens attacked killed arrested designated",
    "talks": "metWith negotiatedWith communicatedWith consulted mediated praised criticised",
    "agreements": "signed committedTo compliesWith violated",
    "events": "killedIn carriedOut tookPartIn targetedIn tookPlaceIn partOfEvent happenedAt",
    "places": "operatesIn basedIn controls locatedIn",
    "figures": "hasStrength",
}

SYMMETRIC = {
    "relativeOf", "alliedWith", "linkedTo", "fightsAlongside", "hostileTo", "fightsAgainst",
    "metWith", "negotiatedWith", "communicatedWith",
}  # fmt: skip


def test_every_type_and_relation_is_there() -> None:
    ontology = load()
    assert list(ontology.types) == TYPES
    found = {
        family: " ".join(r.name for r in ontology.relations.values() if r.family == family)
        for family in ontology.families
    }
    assert found == RELATIONS


def test_the_tree_of_types() -> None:
    ontology = load()
    assert ontology.types["ArmedGroup"].ancestors == ("ArmedGroup", "Group", "Actor", "Thing")
    assert set(ontology.types["State"].parents) == {"Actor", "Place"}
    assert ontology.is_a("State", "Actor")
    assert ontology.is_a("State", "Place")
    assert ontology.is_a("Official", "Person")
    assert not ontology.is_a("Person", "Official")
    assert not ontology.is_a("Nonsense", "Thing")
    assert all(ontology.is_a(name, "Thing") for name in ontology.types)
    assert {"Group", "ArmedGroup", "Delegation"} <= set(ontology.subtypes("Group"))


def test_everything_is_explained() -> None:
    ontology = load()
    for term in (*ontology.types.values(), *ontology.relations.values()):
        assert term.label, term.name
        assert term.definition.endswith("."), term.name
        assert term.example.endswith("."), term.name
        assert term.color.startswith("#"), term.name
        assert term.shipped, term.name
    for relation in ontology.relations.values():
        assert relation.inverse_label, relation.name
        assert (relation.inverse_label == relation.label) == relation.symmetric, relation.name


def test_symmetric_relations_and_tenses() -> None:
    relations = load().relations
    assert {name for name, relation in relations.items() if relation.symmetric} == SYMMETRIC
    for act in "trained killed killedIn founded funded armed signed violated attacked happenedAt".split():
        assert relations[act].tense == "act", act
    for state in "memberOf partOf leads committedTo harbours controls hasStrength alliedWith".split():
        assert relations[state].tense == "state", state


def test_mappings_to_other_vocabularies() -> None:
    relations = load().relations
    wikidata = "http://www.wikidata.org/prop/direct/"
    assert ("exactMatch", wikidata + "P463") in relations["memberOf"].mappings
    assert ("exactMatch", wikidata + "P39") in relations["holdsPosition"].mappings
    assert ("exactMatch", wikidata + "P945") in relations["allegianceTo"].mappings
    assert ("relatedMatch", wikidata + "P802") in relations["trained"].mappings
    assert ("exactMatch", wikidata + "P1344") in relations["tookPartIn"].mappings
    assert ("inverseMatch", wikidata + "P157") in relations["killed"].mappings


@pytest.mark.parametrize(
    ("relation", "subject", "object"),
    [
        ("memberOf", "Person", "ArmedGroup"),
        ("memberOf", "State", "IntergovernmentalOrganization"),
        ("memberOf", "Group", "Person"),
        ("leads", "Person", "Person"),
        ("leads", "Group", "State"),
        ("partOf", "Group", "State"),
        ("partOf", "Person", "Group"),
        ("trained", "Group", "Person"),
        ("holdsPosition", "Official", "Position"),
        ("positionIn", "Position", "State"),
        ("positionIn", "Position", "Place"),
        ("speaksFor", "Official", "Group"),
        ("killedIn", "Group", "Operation"),
        ("killed", "State", "Person"),
        ("attacked", "ArmedGroup", "Place"),
        ("attacked", "Group", "Group"),
        ("targetedIn", "Place", "Airstrike"),
        ("committedTo", "Group", "Agreement"),
        ("consulted", "Group", "Person"),
        ("mediated", "State", "Negotiation"),
        ("tookPlaceIn", "War", "State"),
        ("happenedAt", "Attack", "Date"),
        ("happenedAt", "Agreement", "Date"),
        ("hasStrength", "ArmedGroup", "Quantity"),
        ("operatesIn", "ArmedGroup", "State"),
        ("locatedIn", "Place", "State"),
        ("designated", "GovernmentBody", "Person"),
    ],
)
def test_claims_that_reports_make_are_accepted(relation: str, subject: str, object: str) -> None:
    assert load().accepts(relation, subject, object) is None


@pytest.mark.parametrize(
    ("relation", "subject", "object", "reason"),
    [
        ("trained", "Group", "Place", "trained takes Actor as its object, not Place"),
        ("attacked", "Event", "Place", "attacked takes Actor as its subject, not Event"),
        ("attacked", "Group", "Position", "attacked takes Actor or Place as its object, not Position"),
        ("hasStrength", "Group", "Date", "hasStrength takes Quantity as its object, not Date"),
        ("hasStrength", "Group", "Group", "hasStrength takes Quantity as its object, not Group"),
        ("memberOf", "Quantity", "Group", "memberOf takes Actor as its subject, not Quantity"),
        ("befriended", "Group", "Group", "there is no relation 'befriended'"),
        ("trained", "Team", "Group", "there is no type 'Team'"),
    ],
)
def test_claims_that_make_no_sense_are_not(relation: str, subject: str, object: str, reason: str) -> None:
    assert load().accepts(relation, subject, object) == reason


def test_disjoint_types() -> None:
    ontology = load()
    assert ontology.disjoint("Person", "Company")
    assert ontology.disjoint("Attack", "State")
    assert ontology.disjoint("State", "Attack")
    assert not ontology.disjoint("State", "Group")
    assert not ontology.disjoint("Group", "Place")
    assert not ontology.disjoint("Person", "Official")
    assert not ontology.disjoint("Nonsense", "Person")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no relation 'Train'; did you mean trained"):
        load().relation("Train")
    with pytest.raises(UsageError, match="did you mean ArmedGroup"):
        load().type("armedgroup")
    with pytest.raises(UsageError, match="kg ontology"):
        load().type("xyzzy")
    assert load().relation("trained").edge == "TRAINED"


def test_loading_is_quick_and_brings_nothing_heavy() -> None:
    program = (
        "import sys; from ontology.vocabulary import load; load();"
        "print([m for m in ('rdflib', 'pydantic', 'yaml', 'dataclasses', 'importlib.resources') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.strip() == "[]"
    start = time.perf_counter()
    for _ in range(1000):
        load()
    assert time.perf_counter() - start < 0.5
