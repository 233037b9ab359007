"""Projects for annotation tools have the ontology's labels, and what is annotated in them is loaded."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from loaders.brat import configuration as brat_conf
from loaders.formats import Options
from loaders.mapping import parse_mapping
from loaders.own_labels import ATTRIBUTES, CONTENT, ROLES, SAYS
from loaders.projects import brat, doccano, inception, label_studio, prodigy
from loaders.projects.terms import claims, fitting, ink, things
from loaders.reading import read
from ontology.models import AnnotatedArticle
from ontology.vocabulary import load
from tests.conftest import ROOT

ONTOLOGY = load(sorted((ROOT / "examples" / "extension").glob("*.ttl")))
TYPES = {*ONTOLOGY.types, "Date", "Quantity"}
RELATIONS = {*ONTOLOGY.relations, SAYS}
TOOLS = {
    "brat": brat,
    "doccano": doccano,
    "inception": inception,
    "label-studio": label_studio,
    "prodigy": prodigy,
}


@pytest.mark.parametrize("tool", TOOLS)
def test_every_project_has_a_mapping_that_knows_its_labels(tool: str) -> None:
    files = TOOLS[tool].files(ONTOLOGY)
    mapping = parse_mapping(files["mapping.yaml"], ONTOLOGY, name="own", file="mapping.yaml")
    assert mapping.types.keys() >= TYPES
    assert mapping.links.keys() >= RELATIONS
    assert mapping.roles.keys() | {CONTENT} >= {*ROLES, CONTENT}


def test_types_are_once_in_the_tree_and_under_a_parent() -> None:
    terms = things(ONTOLOGY)
    assert sorted(term.name for term in terms) == sorted(TYPES)
    seen = {""}
    for term in terms:
        assert term.parent in seen
        seen.add(term.name)
        if term.name in ONTOLOGY.types:
            kind = ONTOLOGY.types[term.name]
            assert term.parent in (kind.parents or ("",))
            assert kind.definition in term.meaning
    assert next(term for term in terms if term.name == "FerryLanding").parent == "Place"


def test_writing_on_a_colour_can_be_read() -> None:
    assert ink("#000000") == "#ffffff"
    assert ink("#ffffff") == "#000000"
    assert ink("#0000ff") == "#ffffff"
    assert ink("#ffff00") == "#000000"
    assert ink("") == "#000000"


# -- brat


def brat_project() -> brat_conf.Project:
    return brat_conf.parse(brat.files(ONTOLOGY)["annotation.conf"].decode())


def test_brats_configuration_allows_what_the_ontology_does() -> None:
    project = brat_project()
    assert list(project.undefined()) == []
    assert project.entities.keys() == TYPES
    assert {name for name, label in project.events.items() if not label.is_heading} == RELATIONS
    assert project.attributes.keys() == ATTRIBUTES.keys()
    assert project.relations["Same"].settings["<REL-TYPE>"] == "symmetric-transitive"
    for relation in ONTOLOGY.relations.values():
        for labels in (project.relations, project.events):
            roles = labels[relation.name].roles
            for subject in TYPES:
                for object_ in TYPES:
                    allowed = subject in roles["Subject"].types and object_ in roles["Object"].types
                    accepted = ONTOLOGY.accepts(relation.name, subject, object_) is None
                    assert allowed == accepted, (relation.name, subject, object_)
        symmetric = project.relations[relation.name].settings.get("<REL-TYPE>") == "symmetric"
        assert symmetric == relation.symmetric
    event = project.events["trained"].roles
    assert event["Subject"] == brat_conf.Slot(event["Subject"].types, 1, None)
    assert event["Speaker"].most is None
    assert event["Time"] == brat_conf.Slot(("Date",), 0, 1)
    assert project.attributes["Certainty"].roles["Value"].types == ATTRIBUTES["Certainty"].values
    assert "Value" not in project.attributes["Denied"].roles


def test_brats_labels_and_colours_name_what_there_is() -> None:
    text = brat.files(ONTOLOGY)["visual.conf"].decode()
    labels, drawing = text.split("[labels]")[1].split("[drawing]")
    project = brat_project()
    known = (
        project.entities.keys() | project.events.keys() | project.relations.keys() | project.attributes.keys()
    )
    for line in filter(None, labels.splitlines()):
        name, _, label = line.partition(" | ")
        assert name in known
        assert label.strip()
        assert not re.search(r"[|<>\t]", label)
    drawn = {}
    for line in filter(None, drawing.splitlines()):
        name, settings = line.split("\t")
        assert name in known or name.endswith("_DEFAULT")
        drawn[name] = dict(one.strip().split(":", 1) for one in settings.split(","))
        assert not any(re.search(r"\s", value) for value in drawn[name].values())
    assert drawn["Person"]["bgColor"] == ONTOLOGY.types["Person"].color
    assert drawn["trained"]["color"] == ONTOLOGY.relations["trained"].color
    assert set(drawn) >= TYPES | RELATIONS


def test_words_that_brat_reads_otherwise_are_not_in_its_labels(tmp_path: Path) -> None:
    own = next((ROOT / "examples" / "extension").glob("*.ttl"))
    text = own.read_text(encoding="utf-8").replace('"ferry landing"', '"# a <b> | c"')
    (tmp_path / "own.ttl").write_text(text, encoding="utf-8")
    ontology = load([tmp_path / "own.ttl"])
    visual = brat.files(ontology)["visual.conf"].decode()
    assert "\nFerryLanding | a (b)/c\n" in visual


# -- INCEpTION


def test_inceptions_layers_have_the_keys_of_its_exports() -> None:
    layers = json.loads(inception.files(ONTOLOGY)["layers.json"])
    assert [(layer["uiName"], layer["type"]) for layer in layers] == [
        ("Mention", "span"), ("Claim", "span"), ("Relation", "relation"),
    ]  # fmt: skip
    assert layers[2]["attach_type"] == {"name": layers[0]["name"]}
    tags = {}
    for layer in layers:
        rules = json.loads(layer["traits"])["coloringRules"]["rules"]
        assert all(re.fullmatch(r"#[0-9A-Fa-f]{6}", rule["color"]) for rule in rules)
        names = [feature["name"] for feature in layer["features"]]
        assert len(names) == len(set(names))
        for feature in layer["features"]:
            if feature["tag_set"]:
                tags[layer["uiName"], feature["name"]] = {
                    tag["tag_name"] for tag in feature["tag_set"]["tags"]
                }
                assert any(
                    re.fullmatch(rules[0]["pattern"], tag) for tag in tags[layer["uiName"], feature["name"]]
                ) or feature["name"] not in ("value", "relation")
            if feature["link_mode"] == "WITH_ROLE":
                assert feature["link_type_name"].startswith(layer["name"])
                assert feature["type"] in [one["name"] for one in layers]
    assert tags["Mention", "value"] == TYPES
    assert tags["Claim", "relation"] == RELATIONS
    assert tags["Claim", "arguments"] == ROLES.keys()
    assert tags["Relation", "relation"] == {*ONTOLOGY.relations, "Same", "Continued"}
    assert tags["Claim", "Modality"] == set(ATTRIBUTES["Modality"].values)


TEXT = "Ministers 👩\u200d👩\u200d👧 of Borrin denied that the Front trained 40 men in Tel Arun (الجبهة)."


@pytest.fixture
def annotated(tmp_path: Path) -> Path:
    """XMI as INCEpTION exports it from a project with our layers, made with cassis."""
    cassis = pytest.importorskip("cassis")
    files = inception.files(ONTOLOGY)
    system = cassis.TypeSystem()
    made = {}
    layers: list[dict[str, Any]] = json.loads(files["layers.json"])
    for layer in layers:
        made[layer["name"]] = system.create_type(layer["name"], "uima.tcas.Annotation")
    for layer in layers:
        for feature in layer["features"]:
            if feature["link_mode"] == "NONE":
                system.create_feature(made[layer["name"]], feature["name"], feature["type"])
                continue
            link = system.create_type(feature["link_type_name"], "uima.cas.TOP")
            system.create_feature(link, feature["link_type_role_feature_name"], "uima.cas.String")
            system.create_feature(link, feature["link_type_target_feature_name"], made[feature["type"]])
            system.create_feature(
                made[layer["name"]],
                feature["name"],
                "uima.cas.FSArray",
                elementType=link,
                multipleReferencesAllowed=False,
            )
        if layer["type"] == "relation":
            for end in ("Dependent", "Governor"):
                system.create_feature(made[layer["name"]], end, made[layer["attach_type"]["name"]])
    cas = cassis.Cas(system)
    cas.sofa_string = TEXT

    def mark(layer: str, words: str, **features: Any) -> Any:
        start = TEXT.index(words)
        type_ = system.get_type(f"{inception.PACKAGE}.{layer}")
        one = type_(begin=start, end=start + len(words), **features)
        cas.add(one)
        return one

    def slots(feature: str, *filled: tuple[str | None, Any]) -> Any:
        link = system.get_type(f"{inception.CLAIM}{feature[0].upper()}{feature[1:]}Link")
        array = system.get_type("uima.cas.FSArray")
        return array(elements=[link(role=role, target=target) for role, target in filled])

    ministers = mark("Mention", "Ministers", value="Group", Unnamed="yes")
    further = mark("Mention", "of Borrin", value="Group")
    front = mark("Mention", "the Front", value="ArmedGroup", Named="yes", Reference="wikidata:Q42")
    arabic = mark("Mention", "الجبهة", value="ArmedGroup")
    men = mark("Mention", "40 men", value="Quantity", AnnotatorNotes="40 men")
    place = mark("Mention", "Tel Arun", value="Place")
    trained = mark(
        "Claim", "trained", relation="hasStrength", Denied="yes", Certainty="probable",
        Attest='{"words": "then"}',
        arguments=slots("arguments", ("Subject", front), ("Object", men), ("Place", place)),
    )  # fmt: skip
    mark(
        "Claim", "denied", relation="Says",
        arguments=slots("arguments", ("Speaker", ministers)), Content=slots("Content", (None, trained)),
    )  # fmt: skip
    for relation, one, other in (
        ("Same", front, arabic),
        ("Continued", ministers, further),
        ("basedIn", front, place),
    ):
        mark("Relation", TEXT[other.begin : other.end], relation=relation, Governor=one, Dependent=other)
    cas.to_xmi(tmp_path / "report.xmi")
    system.to_xml(tmp_path / "TypeSystem.xml")
    (tmp_path / "mapping.yaml").write_bytes(files["mapping.yaml"])
    return tmp_path


def test_what_is_annotated_in_inception_is_loaded(annotated: Path) -> None:
    def find(name: str) -> Any:
        return parse_mapping(Path(name).read_bytes(), ONTOLOGY, name="own", file=name)

    (article,) = read([annotated], Options(ONTOLOGY), find)
    assert isinstance(article, AnnotatedArticle)
    assert article.tally.rejected == []
    assert article.tally.read == article.tally.loaded + sum(article.tally.ignored.values())
    entities = {entity.id: entity for entity in article.entities}
    words = [[mention.words for mention in entity.mentions] for entity in article.entities]
    assert words == [["Ministers of Borrin"], ["the Front", "الجبهة"], ["Tel Arun"]]
    ministers, front, place = article.entities
    assert (ministers.named, front.named, place.named) == (False, True, None)
    assert front.identifiers == ("wikidata:Q42",)
    based = next(claim for claim in article.claims if claim.relation == "basedIn")
    assert (based.subject, based.object, based.polarity) == (front.id, place.id, "affirmed")
    figure = next(claim for claim in article.claims if claim.relation == "hasStrength")
    assert entities[figure.subject] is front
    assert str(getattr(figure.object, "minimum", None)) == "40"
    assert (figure.polarity, figure.certainty, figure.basis, figure.words) == (
        "denied",
        "probable",
        "stated",
        "then",
    )
    assert figure.speakers == (ministers.id,)
    assert figure.place == place.id


# -- Label Studio


def test_label_studios_configuration_offers_every_label_and_asks_for_every_attribute() -> None:
    root = ET.fromstring(label_studio.files(ONTOLOGY)["labeling-config.xml"])
    labels = {one.get("name"): one for one in root.iter("Labels")}
    assert {one.get("value") for one in labels["thing"]} == TYPES
    assert {one.get("value") for one in labels["claim"]} == RELATIONS
    person = next(one for one in labels["thing"] if one.get("value") == "Person")
    assert person.get("background") == ONTOLOGY.types["Person"].color
    assert ONTOLOGY.types["Person"].definition in (person.get("hint") or "")
    offered = {one.get("value") for one in root.iter("Relation")}
    assert offered >= {*ROLES, CONTENT, "Same", "Continued", *ONTOLOGY.relations}
    asked = {one.get("name"): [choice.get("value") for choice in one] for one in root.iter("Choices")}
    assert asked.keys() == ATTRIBUTES.keys()
    assert asked["Certainty"] == list(ATTRIBUTES["Certainty"].values)
    assert {one.get("name") for one in root.iter("TextArea")} == {"Reference", "AnnotatorNotes", "Attest"}
    names = [one.get("name") for one in root.iter() if one.get("name")]
    assert len(names) == len(set(names))
    assert all(one.get("toName") in names for one in root.iter() if one.get("toName"))


# -- doccano, Prodigy


def test_doccanos_label_types_are_unique_and_have_unique_keys() -> None:
    files = doccano.files(ONTOLOGY)
    for name, wanted in (
        ("span_types.json", TYPES | RELATIONS),
        ("relation_types.json", {*ROLES, CONTENT, "Same"}),
    ):
        types = json.loads(files[name])
        names = [one["text"] for one in types]
        assert len(names) == len(set(names))
        assert set(names) >= wanted
        keys = [(one["prefix_key"], one["suffix_key"]) for one in types if one["suffix_key"]]
        assert len(keys) == len(set(keys))
        for one in types:
            assert one["prefix_key"] in (None, "shift")
            assert one["suffix_key"] is not None or one["prefix_key"] is None
            assert re.fullmatch(r"#[0-9A-Fa-f]{6}", one["background_color"])
            assert one["text_color"] == ink(one["background_color"])


def test_prodigys_command_names_every_label() -> None:
    files = prodigy.files(ONTOLOGY)
    command = files["command.txt"].decode().splitlines()[0].split()
    spans = set(command[command.index("--span-label") + 1].split(","))
    relations = set(command[command.index("--label") + 1].split(","))
    assert spans == TYPES | RELATIONS
    assert relations >= {*ROLES, CONTENT, "Same", "Continued"}
    settings = json.loads(files["prodigy.json"])
    assert settings["custom_theme"]["labels"].keys() >= spans | relations


def test_fitting_types_are_those_below_and_values() -> None:
    assert fitting(ONTOLOGY, ("Quantity", "Attack")) == ("Quantity", "Attack", "Airstrike")
    assert {term.name for term in claims(ONTOLOGY)} == RELATIONS
