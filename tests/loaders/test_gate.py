"""GATE documents, as JSON and as XML: what is marked, in which layer, and what is said of what cannot be read."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from loaders.formats import Options
from loaders.gate import bdoc as gate_json
from ontology.errors import SourceError
from tests.loaders.gate_made import OPTIONS, SAMPLES, attributes, layers, must_hold, read, spans

# -- what a document says --------------------------------------------------------------------------------------------


def test_annotations_have_their_words_behind_an_emoji() -> None:
    document = layers(SAMPLES / "gate-json/garrison.bdocjs")[""]
    assert [(s.label, s.fragments[0].exact) for s in document.spans] == [
        ("Person", "Pell Orrin"),
        ("Organization", "Red Heron Front"),
        ("Location", "تل عرون"),
        ("Person", "He"),
        ("Gap", ""),
    ]
    assert document.text.startswith("Pell Orrin 😀 led the Red Heron Front.\r\nHe e\u0301tait")


def test_code_points_and_utf16_units_and_xml_nodes_come_to_the_same() -> None:
    points = layers(SAMPLES / "gate-json/garrison.bdocjs")
    units = layers(SAMPLES / "gate-json/garrison-utf16.bdocjs")
    xml = layers(SAMPLES / "gate-xml/garrison.xml")
    for layer in ("", "Key"):
        assert points[layer].text == units[layer].text == xml[layer].text
        assert spans(points[layer]) == spans(units[layer]) == spans(xml[layer])
        assert attributes(points[layer]) == attributes(units[layer])
        complex_ = {"rule"}
        assert [a for a in attributes(points[layer]) if a[1] not in complex_] == [
            a for a in attributes(xml[layer]) if a[1] not in complex_
        ]
        assert [e.members for e in points[layer].equivalences] == [e.members for e in xml[layer].equivalences]


def test_each_annotation_set_is_a_layer_of_one_article() -> None:
    found = layers(SAMPLES / "gate-json/garrison.bdocjs")
    assert list(found) == ["", "Key"]  # the empty set is none
    assert {d.article.path for d in found.values()} == {"garrison.bdocjs"}
    for document in found.values():
        assert document.article.url == "https://example.org/tel-arun"
        assert document.article.title == "The garrison"
        assert document.article.published == "2031-03-04"
        assert document.article.authors == ("Mira Oren",)
    assert any("MimeType" in remark for remark in found[""].remarks)
    assert found["Key"].remarks == []


def test_features_are_attributes_and_those_without_value_are_nothing() -> None:
    document = layers(SAMPLES / "gate-json/garrison.bdocjs")[""]
    assert attributes(document) == [
        ("1", "gender", "male"),
        ("1", "rule", '{"name": "PersonFinal", "priority": [10, 2.5]}'),
        ("1", "certain", "true"),
        ("2", "orgType", "armed"),
        ("3", "lat", "1"),
    ]


def test_a_java_object_is_kept_as_the_xml_it_is() -> None:
    document = layers(SAMPLES / "gate-xml/garrison.xml")[""]
    rule = next(a.value for a in document.attributes if a.label == "rule")
    assert rule is not None
    assert rule.startswith("<?xml version='1.1'?><gate.corpora.ObjectWrapper>")


@pytest.mark.parametrize("name", ["gate-json/garrison.bdocjs", "gate-xml/garrison.xml"])
def test_a_coreference_chain_is_one_equivalence(name: str) -> None:
    document = layers(SAMPLES / name)[""]
    assert [(e.label, e.members) for e in document.equivalences] == [("matches", ("1", "4"))]


def test_relations_run_from_source_to_target_and_longer_ones_are_numbered() -> None:
    document = layers(SAMPLES / "gate-xml/relations.xml")[""]
    (relation,) = document.links
    assert (relation.id, relation.label) == ("20", "leads")
    assert [tuple(a) for a in relation.arguments] == [("source", "1"), ("target", "2")]
    assert ("20", "certainty", "probable") in attributes(document)
    (lost,) = document.rejected
    assert (lost.id, lost.reason) == ("21", "refers to 77, which does not exist")


def test_what_lies_outside_the_text_is_rejected_with_its_features() -> None:
    for name in ("gate-json/garrison.bdocjs", "gate-xml/garrison.xml"):
        document = layers(SAMPLES / name)["Key"]
        assert document.read == 4
        assert [(r.id, r.kind) for r in document.rejected] == [("10", "mention"), (None, "attribute")]
        assert "outside the text" in document.rejected[0].reason
        assert document.rejected[1].reason == "refers to 10, which was rejected"


# -- documents made for one point ------------------------------------------------------------------------------------


def bdoc(tmp_path: Path, *annotations: Any, **more: Any) -> Path:
    data = {
        "text": "Pell Orrin left.",
        "features": {},
        "offset_type": "p",
        "annotation_sets": {"": {"name": "", "annotations": list(annotations), "next_annid": 9}},
        **more,
    }
    path = tmp_path / "one.bdocjs"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def a(id: Any, type: Any = "Person", start: Any = 0, end: Any = 4, **features: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "start": start, "end": end, "features": features}


@pytest.mark.parametrize(
    ("annotation", "reason"),
    [
        (a(1, start=4, end=0), "ends (0) before it starts (4)"),
        (a(1, end=17), "lies outside the text, which has 16 characters, or inside one of them"),
        (a(1, start="0"), "lies outside the text, which has 16 characters, or inside one of them"),
        (a(1, start=True, end=True), "lies outside the text, which has 16 characters, or inside one of them"),
        (a(1, end=10**30), "lies outside the text, which has 16 characters, or inside one of them"),
        (a(1, start=-1), "lies outside the text, which has 16 characters, or inside one of them"),
        (a(1, type=["Person"]), "has no type"),
        ("Person", "is no annotation: expected an object with type, start and end"),
        (None, "is no annotation: expected an object with type, start and end"),
    ],
)
def test_an_annotation_that_cannot_be_is_rejected_with_the_reason(
    annotation: Any, reason: str, tmp_path: Path
) -> None:
    (document,) = layers(bdoc(tmp_path, annotation, a(2))).values()
    assert [r.reason for r in document.rejected] == [reason]
    assert document.read == 2


def test_of_two_annotations_with_one_id_the_first_keeps_its_own_features(tmp_path: Path) -> None:
    (document,) = layers(bdoc(tmp_path, a(1, kind="x"), a(1, kind="y"), a(None, kind="z"))).values()
    assert attributes(document) == [("1", "kind", "x"), ("?1", "kind", "z")]
    assert [r.reason for r in document.rejected] == [
        "the id 1 is already used",
        "refers to 1 (again), which was rejected",
    ]


def test_ids_that_are_made_up_do_not_meet_the_files_own(tmp_path: Path) -> None:
    (document,) = layers(bdoc(tmp_path, a("?1"), a(None), a(None), a(True), a([]), a("?1"))).values()
    assert [s.id for s in document.spans] == ["?1", "?2", "?3", "?4", "?5"]
    assert document.read == 6


def test_fifty_thousand_annotations_of_one_id_take_seconds(tmp_path: Path) -> None:
    count = 50_000
    annotations = [a(f"1 (again){n}") for n in range(count // 2)] + [a(1) for _ in range(count // 2)]
    path = bdoc(tmp_path, *annotations)
    start = time.process_time()
    (document,) = layers(path).values()
    assert (document.read, len(document.rejected)) == (count, count // 2 - 1)
    assert time.process_time() - start < 20


@pytest.mark.parametrize("depth", [100, 500, 900, 950, 980, 990, 1500])
def test_features_nested_at_any_depth(depth: int, tmp_path: Path) -> None:
    path = bdoc(tmp_path, a(1, deep="HERE"))
    path.write_text(path.read_text("utf-8").replace('"HERE"', "[" * depth + "]" * depth), encoding="utf-8")
    must_hold(path, gate_json)


def test_zero_length_annotations_are_kept(tmp_path: Path) -> None:
    (document,) = layers(bdoc(tmp_path, a(1, start=16, end=16))).values()
    assert spans(document) == [("1", "Person", [(16, 16, "")])]


def test_a_document_without_annotations_is_an_article_on_which_nothing_is_marked(tmp_path: Path) -> None:
    (document,) = layers(bdoc(tmp_path)).values()
    assert (document.layer, document.read) == ("", 0)


def test_a_byte_order_mark_before_the_text_is_removed_and_counted_with(tmp_path: Path) -> None:
    path = bdoc(tmp_path, a(1, start=1, end=5), text="\ufeffPell Orrin left.")
    (document,) = layers(path).values()
    assert spans(document) == [("1", "Person", [(0, 4, "Pell")])]
    assert any("byte order mark" in remark for remark in document.remarks)


def test_a_feature_that_only_looks_like_a_chain_is_an_attribute(tmp_path: Path) -> None:
    (document,) = layers(
        bdoc(tmp_path, a(1, matches="2"), a(2, matches=[True, 1]), a(3, other=[1, 2]))
    ).values()
    assert not document.equivalences
    assert [v for *_, v in attributes(document)] == ["2", "[true, 1]", "[1, 2]"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"text": "x", "offset_type": "b", "annotation_sets": {}}', "offset_type is 'b'"),
        ('{"text": " ", "offset_type": "p", "annotation_sets": {}}', "has no text"),
        ('{"offset_type": "p", "annotation_sets": {}}', "no GATE document"),
        ('{"text": "x", "annotation_sets": {"": {"name": "", "annotations": {"a": 1}}}}', "are no list"),
        ('{"text": "x\\ud83d", "annotation_sets": {}}', "half a surrogate pair"),
        ('{"text": "x", "text": "y", "annotation_sets": {}}', "occurs twice"),
        ('{"text": "x", "annotation_sets": {}, "features": {"n": NaN}}', "NaN is not a number"),
        ('{"text": "x", "annotation_sets": {}, "features": {"n": ' + "9" * 5000 + "}}", "too many digits"),
        ('{"annotation_sets": {}, "text": ' + "[" * 100_000, "nested too deeply"),
        ('{"annotation_sets": {}, "text": "x', "not JSON"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "one.bdocjs"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=reason):
        read(path)


def xml(body: str, version: str = "3") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><GateDocument version="{version}">{body}</GateDocument>'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (xml("<TextWithNodes>x</TextWithNodes>", "4"), "version 4"),
        (xml("<AnnotationSet/><TextWithNodes>x</TextWithNodes>"), "before its text"),
        (xml("<TextWithNodes>x</TextWithNodes><TextWithNodes>y</TextWithNodes>"), "more than one text"),
        (xml("<TextWithNodes><b>x</b></TextWithNodes>"), "has b in its text"),
        (xml("<TextWithNodes/>"), "has no text"),
        (xml(""), "expected the element TextWithNodes"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><GateDocument>&b;</GateDocument>', "declares the entity 'b'"),
        ('<GateDocument version="3"><TextWithNodes>x', "no well-formed XML"),
    ],
)
def test_xml_that_cannot_be_read_says_why(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=reason):
        read(path)


def test_nodes_count_where_they_are_not_what_they_are_called(tmp_path: Path) -> None:
    """GATE's ids are UTF-16 offsets in a text with CRLF; XML makes one character of both."""
    path = tmp_path / "one.xml"
    body = (
        '<TextWithNodes>😀\r\n<Node id="4"/>Pell<Node id="8"/> left.</TextWithNodes>'
        '<AnnotationSet><Annotation Id="1" Type="Person" StartNode="4" EndNode="8"/></AnnotationSet>'
    )
    path.write_bytes(xml(body).encode())
    (document,) = layers(path).values()
    assert spans(document) == [("1", "Person", [(2, 6, "Pell")])]


def test_a_list_of_ids_as_older_versions_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    value = '<Value className="java.util.ArrayList" itemClassName="java.lang.Integer">1;2</Value>'
    feature = f"<Feature><Name>matches</Name>{value}</Feature>"
    words = feature.replace("matches", "seen").replace("Integer", "String")
    body = (
        '<TextWithNodes><Node id="0"/>Pell<Node id="4"/> left.</TextWithNodes><AnnotationSet>'
        f'<Annotation Id="1" Type="P" StartNode="0" EndNode="4">{feature}{words}</Annotation>'
        f'<Annotation Id="2" Type="P" StartNode="0" EndNode="4">{feature}</Annotation></AnnotationSet>'
    )
    path.write_text(xml(body), encoding="utf-8")
    (document,) = layers(path).values()
    assert [e.members for e in document.equivalences] == [("1", "2")]
    assert attributes(document) == [("1", "seen", '["1", "2"]')]


def test_a_set_in_two_pieces_is_one_layer(tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    one = '<AnnotationSet Name="Key"><Annotation Id="{}" Type="P" StartNode="0" EndNode="4"/></AnnotationSet>'
    text = '<TextWithNodes><Node id="0"/>Pell<Node id="4"/> left.</TextWithNodes>'
    path.write_text(xml(text + one.format(1) + one.format(2)), encoding="utf-8")
    assert len(layers(path)["Key"].spans) == 2


def test_a_file_beyond_the_limit_is_refused_before_it_is_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    body = '<TextWithNodes>x</TextWithNodes><AnnotationSet Name="' + "n" * (17 << 20) + '"/>'
    path.write_text(xml(body), encoding="utf-8")
    with pytest.raises(SourceError, match="the limit of what is read in one piece"):
        read(path, Options(OPTIONS.ontology, max_characters=100))


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_fifty_thousand_annotations_take_seconds(kind: str, tmp_path: Path) -> None:
    count = 50_000
    text = "Pell " * count
    chain = list(range(200))
    if kind == "json":
        annotations = [
            a(n, start=5 * n, end=5 * n + 4, **({"matches": chain} if n < 200 else {"n": n}))
            for n in range(count)
        ]
        path = bdoc(tmp_path, *annotations, text=text)
    else:
        path = tmp_path / "one.xml"
        nodes = "".join(f'<Node id="{5 * n}"/>Pell<Node id="{5 * n + 4}"/> ' for n in range(count))
        marked = "".join(
            f'<Annotation Id="{n}" Type="Person" StartNode="{5 * n}" EndNode="{5 * n + 4}"/>'
            for n in range(count)
        )
        path.write_text(
            xml(f"<TextWithNodes>{nodes}</TextWithNodes><AnnotationSet>{marked}</AnnotationSet>"), "utf-8"
        )
    start = time.process_time()
    (document,) = layers(path).values()
    assert len(document.spans) == count
    assert time.process_time() - start < 20
