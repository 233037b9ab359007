"""GATE documents as users have them: on the command line, real ones, hostile ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.gate import bdoc as gate_json
from loaders.gate import xml_format as gate_xml
from loaders.mapping import apply, parse_mapping
from loaders.source import SourceDocument
from tests.loaders.gate_made import OPTIONS, SAMPLES, layers, must_hold, spans

# -- from a user's side ----------------------------------------------------------------------------------------------


def test_a_mapping_makes_claims_of_it() -> None:
    mapping = parse_mapping(
        b"""
types: {Person: Person, Organization: ArmedGroup, Location: Place, Gap: ignore}
relations: {leads: leads}
roles: {source: subject, target: object}
equivalences: {matches: same}
attributes:
  certainty: {certainty: {probable: probable}}
  gender: ignore
  orgType: ignore
  rule: ignore
  certain: ignore
  lat: ignore
""",
        OPTIONS.ontology,
        name="acme",
        file="acme.yaml",
    )
    article = apply(mapping, layers(SAMPLES / "gate-xml/relations.xml")[""], OPTIONS.ontology)
    (claim,) = article.claims
    assert (claim.relation, claim.certainty) == ("leads", "probable")
    orrin = next(e for e in article.entities if e.id == claim.subject)
    assert [m.words for m in orrin.mentions] == ["Pell Orrin", "He"]
    tally = article.tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    assert [r.id for r in tally.rejected] == ["21"]


# -- real documents --------------------------------------------------------------------------------------------------


def counted_json(path: Path) -> Counter[tuple[str, str]]:
    """What is in a bdocjs file by layer and kind, without our loader."""
    counts: Counter[tuple[str, str]] = Counter()
    for name, content in json.loads(path.read_bytes())["annotation_sets"].items():
        for annotation in content["annotations"]:
            counts[name, "mention"] += 1
            values = [v for v in annotation["features"].values() if v is not None and v != ""]
            counts[name, "attribute"] += len(values)
    return counts


def counted_xml(path: Path) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for one in ElementTree.parse(path).getroot().iter("AnnotationSet"):
        counts[one.get("Name", ""), "mention"] += len(one.findall("Annotation"))
        counts[one.get("Name", ""), "attribute"] += len(one.findall("Annotation/Feature"))
    return counts


def counted(documents: dict[str, SourceDocument]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for name, document in documents.items():
        assert not document.rejected
        for annotation in document.annotations():
            counts[name, annotation.kind] += 1
    return counts


def test_real_documents_are_read_whole(shared_dir: Path) -> None:
    found = 0
    for path in sorted((shared_dir / "corpora/gate").glob("*.*")):
        raw = {".bdocjs": counted_json, ".xml": counted_xml}.get(path.suffix)
        if raw is not None:
            assert counted(layers(path)) == +raw(path), path.name
            found += 1
    assert found


def test_a_real_document_is_the_same_in_both_formats(shared_dir: Path) -> None:
    folder = shared_dir / "corpora/gate"
    as_json, as_xml = layers(folder / "testdoc1.bdocjs"), layers(folder / "testdoc1.xml")
    assert as_json.keys() == as_xml.keys()
    for layer, document in as_json.items():
        assert document.text == as_xml[layer].text
        assert spans(document) == spans(as_xml[layer])
        assert [(a.target, a.label) for a in document.attributes] == [
            (a.target, a.label) for a in as_xml[layer].attributes
        ]


def test_words_of_a_real_arabic_document_are_where_it_says(shared_dir: Path) -> None:
    path = shared_dir / "corpora/gate/debugdoc_ar01.bdocjs"
    (document,) = layers(path).values()
    raw = json.loads(path.read_bytes())
    assert [(s.id, s.fragments[0].exact) for s in document.spans] == [
        (str(one["id"]), raw["text"][one["start"] : one["end"]])
        for one in raw["annotation_sets"][""]["annotations"]
    ]
    # A feature repeats the words, but for what the tool divided within a word.
    words = {s.id: s.fragments[0].exact for s in document.spans}
    said = [(a.value, words[a.target]) for a in document.attributes if a.label == "text"]
    assert sum(one == other for one, other in said) > len(said) * 3 / 4 > 0


# -- hostile input ---------------------------------------------------------------------------------------------------


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, one in inner for place in places(one, (*at, key)))]


@settings(max_examples=80)
@given(data=st.data())
def test_json_with_other_values_in_it_raises_only_our_errors(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = json.loads((SAMPLES / "gate-json/garrison.bdocjs").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from([p for p in places(content) if p] or [("text",)]))
        holder = content
        for key in way:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[last] = data.draw(JSON_VALUES)
        else:
            del holder[last]
    path = tmp_path_factory.mktemp("fuzz") / "one.bdocjs"
    path.write_text(json.dumps(content), encoding="utf-8")
    must_hold(path, gate_json)


@settings(max_examples=80)
@given(
    name=st.sampled_from(["gate-xml/relations.xml", "gate-json/garrison.bdocjs"]),
    cut=st.tuples(st.integers(0, 6000), st.integers(0, 60)),
    piece=st.sampled_from(
        [b"", b"\x00", b"<", b"&", b"\xff", b'"', b"-1", b"<Node/>", b"9" * 30, b"\xed\xa0\xbd"]
    ),
)
def test_files_with_pieces_cut_out_raise_only_our_errors(
    name: str, cut: tuple[int, int], piece: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = (SAMPLES / name).read_bytes()
    start = cut[0] % len(content)
    path = tmp_path_factory.mktemp("fuzz") / Path(name).name
    path.write_bytes(content[:start] + piece + content[start + cut[1] :])
    must_hold(path, gate_xml if name.endswith("xml") else gate_json)
