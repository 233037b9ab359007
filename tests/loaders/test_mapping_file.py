"""Mapping files: the shipped ones hold, and a wrong one is refused with file, line and what to write instead."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from loaders.mapping import load_mapping, parse_mapping, shipped
from loaders.mapping_schema import FIELDS, LINK_KEYS, ROLES, SECTIONS
from ontology.errors import MappingError
from ontology.vocabulary import load

ONTOLOGY = load()


@pytest.mark.parametrize("name", shipped())
def test_shipped_mappings_fit_the_ontology(name: str) -> None:
    mapping = load_mapping(name, ONTOLOGY)
    assert mapping.name == name
    assert mapping.types
    for label, rule in mapping.links.items():
        if rule.relation and "Quantity" in ONTOLOGY.relations[rule.relation].range:
            assert "object" in rule.roles.values(), f"{label} has no role for its quantity"


def test_a_file_is_named_after_itself(tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text("types: {Militia: ArmedGroup}\n")
    mapping = load_mapping(path, ONTOLOGY)
    assert (mapping.name, mapping.types) == ("ours", {"Militia": "ArmedGroup"})
    path.write_text("types: {Militia: Group}\n")
    assert load_mapping(path, ONTOLOGY).digest != mapping.digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("types:\n  Militia: ArmdGroup", "m.yaml:2: types.Militia: 'ArmdGroup' is no type; did you mean ArmedGroup"),
        ("relations:\n  Aided: suported", "m.yaml:2: relations.Aided: 'suported' is no relation; did you mean sup"),
        ("relations:\n  Aided: {inverse: true}", "needs a relation, a type, or `speech: true`"),
        ("relations:\n  A:\n    relation: armed\n    inverse: yes", "m.yaml:4: relations.A.inverse: 'yes' is no value"),
        ("relations:\n  A: {relation: supported, rols: {}}", "'rols' is no key; expected"),
        ("relations:\n  A:\n    relation: armed\n    roles:\n      X: doer", "m.yaml:5: relations.A.roles: 'doer'"),
        ("relations:\n  A: {relation: trained, roles: {X: {relation: trained, as: object}}}", "needs a `type` for A"),
        ("relations:\n  A: {type: Attack, roles: {X: {relation: trained, as: both}}}", "'both' is no end"),
        ("relations:\n  A: {speech: true, relation: trained}", "a speech label has roles and nothing else"),
        ("relations:\n  A: {speech: true, roles: {X: place}}", "a speech label's roles are"),
        ("relations:\n  A: {relation: trained, roles: {X: content}}", "`content` is for labels with `speech: true`"),
        ("relations:\n  A: {relation: linkedTo, roles: {X: party, Y: object}}", "`party` is both subject and object"),
        ("relations:\n  A: {relation: trained, polarity: maybe}", "'maybe' is no polarity; expected affirmed, denied"),
        ("relations:\n  A: {relation: trained, ended_if: []}", "expected words, such as [former, ex-]"),
        ("relations: [A]", "m.yaml:1: relations: expected `label: meaning` lines"),
        ("roles:\n  Agent: doer", "m.yaml:2: roles.Agent: 'doer' is no role"),
        ("roles:\n  Agent:", "m.yaml:2: roles.Agent: a role is missing"),
        ("attributes:\n  Sure: {certainty: {High: sure}}", "'sure' is no certainty"),
        ("attributes:\n  Sure: {certainty: certain, polarity: denied}", "expected one field"),
        ("attributes:\n  Sure: {tone: x}", "'tone' is no field"),
        ("equivalences: {Alias: equal}", "'equal' is no equivalence; expected same, ignore"),
        ("notes: {N: dates}", "'dates' is no use; expected values, fields, comment, ignore"),
        ("identifiers: {W: Wiki Data}", "expected an identifier scheme in lower case"),
        ("article: {published: soon}", "m.yaml:1: published: "),
        ("typs: {}", "m.yaml:1: typs: 'typs' is no section; did you mean types?"),
        ("- a", "m.yaml:1: expected `label: meaning` lines"),
        ("types: !x {}", "m.yaml:1: tags"),
        ("types: {A: Group, A: Group}", "m.yaml:1: the key 'A' occurs twice"),
        ("", "m.yaml: the file is empty"),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(text: str, message: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(text.encode(), ONTOLOGY, name="m", file="m.yaml")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nonesuch", "no mapping 'nonesuch': give a .yaml file or one of brat-news"),
        ("absent.yaml", "cannot be read"),
    ],
)
def test_mappings_that_do_not_exist(name: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        load_mapping(name, ONTOLOGY)


def test_the_documentation_names_everything_a_mapping_may_say() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "mapping.md").read_text()
    for name in (
        *SECTIONS,
        *LINK_KEYS,
        *ROLES,
        *FIELDS,
        *(value for values in FIELDS.values() for value in values),
    ):
        assert re.search(rf"\b{name}\b", page), name
    for name in shipped():
        assert f"`{name}`" in page


def test_the_documentation_s_examples_hold() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "mapping.md").read_text()
    blocks = re.findall(r"(?:^    .*\n)+", page, re.MULTILINE)
    for block in map(textwrap.dedent, blocks):
        whole = block if block.split(":")[0] in SECTIONS else "relations:\n" + textwrap.indent(block, "  ")
        parse_mapping(whole.encode(), ONTOLOGY, name="m", file="docs/mapping.md")
    assert len(blocks) > 3
