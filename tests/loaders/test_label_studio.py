"""Label Studio's exports, full and minimal."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.label_studio.reading import FORMAT
from loaders.source import SourceDocument
from ontology.errors import SourceError
from ontology.models import RejectedDocument
from tests.loaders.json_formats import (
    broken,
    check,
    damaged,
    links,
    only,
    read,
    read_unrecognised,
    reasons,
    refusal,
    saved,
    words,
)

TEXT = "🦩 The Varnaks trained الفرقة in Tel Arun."
HTML = (
    "<!DOCTYPE html><html><head><title>x</title></head><body>\n<h1>The <b>Varnaks</b></h1>"
    "<!-- no --><p>met &amp; left</p></body></html>"
)


def region(
    id: str, label: str, at: str, *more: str, text: str = TEXT, shift: int = 0, **extra: Any
) -> dict[str, Any]:
    start = text.index(at)
    value = {"start": start + shift, "end": start + len(at) + shift, "text": at, "labels": [label, *more]}
    return {"id": id, "type": "labels", "from_name": "label", "to_name": "text", "value": value, **extra}


def answer(id: str, kind: str, name: str, value: Any, at: str = "") -> dict[str, Any]:
    place = {"start": TEXT.index(at), "end": TEXT.index(at) + len(at)} if at else {}
    key = "text" if kind == "textarea" else kind
    return {"id": id, "type": kind, "from_name": name, "to_name": "text", "value": {**place, key: value}}


def relation(source: str, target: str, *labels: str, direction: str = "right") -> dict[str, Any]:
    return {
        "type": "relation",
        "from_id": source,
        "to_id": target,
        "direction": direction,
        "labels": list(labels),
    }


REGIONS = [region("a", "Group", "Varnaks"), region("b", "Group", "الفرقة"), region("c", "Place", "Tel Arun")]
RESULT = [*REGIONS, relation("a", "b", "Trained"), answer("a", "choices", "sure", ["yes"], "Varnaks")]


def annotation(result: list[Any], **more: Any) -> dict[str, Any]:
    return {
        "id": 3,
        "completed_by": 1,
        "was_cancelled": False,
        "ground_truth": False,
        "result": result,
        **more,
    }


def task(*annotations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "annotations": list(annotations),
        "drafts": [],
        "predictions": [],
        "data": {"text": TEXT, "title": "A report", "url": "https://courier.example/7"},
        "project": 1,
        **more,
    }


def load(tmp_path: Path, *tasks: dict[str, Any], **options: Any) -> list[SourceDocument | RejectedDocument]:
    return read(FORMAT, saved(tmp_path / "export.json", list(tasks)), **options)


def test_regions_relations_and_answers_are_read(tmp_path: Path) -> None:
    document = only(load(tmp_path, task(annotation(RESULT))))
    assert words(document) == [("Group", "Varnaks"), ("Group", "الفرقة"), ("Place", "Tel Arun")]
    assert links(document) == [("Trained", {"source": "Varnaks", "target": "الفرقة"})]
    assert [(a.label, a.target, a.value) for a in document.attributes] == [("sure", "a", "yes")]
    assert (document.annotator, document.article.path) == ("1", "export.json#7")
    assert (document.article.title, document.article.url) == ("A report", "https://courier.example/7")
    assert (document.rejected, document.remarks, document.structure) == ([], [], {})


def test_lines_are_read_like_an_array(tmp_path: Path) -> None:
    file = saved(tmp_path / "x.jsonl", [task(annotation(RESULT)), task(annotation(RESULT), id=8)], lines=True)
    assert [d.article.path for d in read(FORMAT, file) if isinstance(d, SourceDocument)] == [
        "x.jsonl#7",
        "x.jsonl#8",
    ]


def test_further_labels_of_a_region_are_attributes_of_it(tmp_path: Path) -> None:
    both = region("a", "Group", "Varnaks", "Militia", "Tribe")
    again = {**region("a", "Hostile", "Varnaks"), "from_name": "stance"}
    document = only(load(tmp_path, task(annotation([both, again]))))
    assert words(document) == [("Group", "Varnaks")]
    assert [(a.label, a.value) for a in document.attributes] == [
        ("label", "Militia"),
        ("label", "Tribe"),
        ("stance", "Hostile"),
    ]


def test_another_region_of_the_same_id_is_rejected(tmp_path: Path) -> None:
    document = only(load(tmp_path, task(annotation([REGIONS[0], region("a", "Place", "Tel Arun")]))))
    assert words(document) == [("Group", "Varnaks")]
    assert "already used" in reasons(document)[0]


def test_answers_of_every_kind_about_a_region(tmp_path: Path) -> None:
    at = "Varnaks"
    said = [
        answer("a", "taxonomy", "kind", [["Actor", "Armed"], ["Actor"]], at),
        answer("a", "textarea", "id", ["Q7"], at),
        answer("a", "rating", "stars", 4, at),
        answer("a", "number", "size", 2.5, at),
    ]
    document = only(load(tmp_path, task(annotation([REGIONS[0], *said]))))
    told = [(a.label, a.value) for a in document.attributes]
    assert told == [
        ("kind", "Actor > Armed"),
        ("kind", "Actor"),
        ("id", "Q7"),
        ("stars", "4"),
        ("size", "2.5"),
    ]


def test_a_note_on_a_region_is_a_note(tmp_path: Path) -> None:
    noted = {**REGIONS[0], "meta": {"text": ["check"]}}
    (note,) = only(load(tmp_path, task(annotation([noted])))).notes
    assert (note.target, note.text) == ("a", "check")


@pytest.mark.parametrize(
    ("direction", "told"),
    [
        ("right", [("source", "a"), ("target", "b")]),
        ("left", [("source", "b"), ("target", "a")]),
        ("bi", [("party", "a"), ("party", "b")]),
    ],
)
def test_directions_of_relations(tmp_path: Path, direction: str, told: list[tuple[str, str]]) -> None:
    document = only(load(tmp_path, task(annotation([*REGIONS, relation("a", "b", direction=direction)]))))
    assert [(k.label, [tuple(a) for a in k.arguments]) for k in document.links] == [("relation", told)]


def test_each_label_of_a_relation_is_one(tmp_path: Path) -> None:
    document = only(load(tmp_path, task(annotation([*REGIONS, relation("a", "b", "Trained", "Paid")]))))
    assert [link.label for link in document.links] == ["Trained", "Paid"]
    single = {**relation("a", "b"), "labels": "Trained"}
    assert [link.label for link in only(load(tmp_path, task(annotation([*REGIONS, single])))).links] == [
        "Trained"
    ]


def test_answers_about_the_whole_text_are_rejected_as_that(tmp_path: Path) -> None:
    document = only(load(tmp_path, task(annotation([answer("z", "choices", "topic", ["war", "peace"])]))))
    assert reasons(document) == ["is about the whole document"] * 2


def test_several_annotators_make_a_document_each(tmp_path: Path) -> None:
    omar = annotation(REGIONS[:1], id=4, completed_by={"id": 2, "email": "omar@borrin.example"})
    again = annotation(REGIONS[:2], id=5)
    documents = load(tmp_path, task(annotation(RESULT), omar, again))
    made = [(d.annotator, d.layer, len(d.spans)) for d in documents if isinstance(d, SourceDocument)]
    assert made == [("1", "", 3), ("omar@borrin.example", "", 1), ("1", "annotation 5", 2)]
    assert (
        only(load(tmp_path, task(annotation(RESULT), omar), annotator="2")).annotator == "omar@borrin.example"
    )
    with pytest.raises(SourceError, match="nothing by 'mira'; there is work of '1', 'omar"):
        load(tmp_path, task(annotation(RESULT), omar), annotator="mira")


def test_what_is_not_loaded_is_counted_under_its_name(tmp_path: Path) -> None:
    made = task(
        annotation(RESULT),
        annotation(REGIONS, was_cancelled=True),
        drafts=[{"result": REGIONS[:1]}],
        predictions=[{"result": REGIONS[:2]}, 5],
    )
    document = only(load(tmp_path, made))
    assert document.structure == {"cancelled": 3, "draft": 1, "prediction": 3}
    assert len(document.remarks) == 3


def test_predictions_alone_are_not_taken_for_annotations(tmp_path: Path) -> None:
    document = only(load(tmp_path, task(predictions=[{"model_version": "m", "result": REGIONS}])))
    assert (document.spans, document.structure) == ([], {"prediction": 3})


def test_the_ground_truth_is_preferred(tmp_path: Path) -> None:
    truth = annotation(REGIONS, id=9, completed_by=5, ground_truth=True)
    document = only(load(tmp_path, task(annotation(RESULT), truth)))
    assert (document.annotator, document.structure) == ("5", {"not ground truth": 5})
    assert only(load(tmp_path, task(annotation(RESULT), truth), annotator="1")).annotator == "1"


def test_offsets_in_utf_16_units_are_found_out(tmp_path: Path) -> None:
    moved = [region(id, "Group", at, shift=1) for id, at in (("a", "Varnaks"), ("b", "الفرقة"))]
    document = only(load(tmp_path, task(annotation(moved))))
    assert words(document) == [("Group", "Varnaks"), ("Group", "الفرقة")]
    assert "UTF-16" in document.remarks[0]


def test_one_annotator_s_wrong_offsets_are_not_the_other_s(tmp_path: Path) -> None:
    wrong = annotation([region("a", "Group", "Varnaks", shift=9)], id=4, completed_by=2)
    first, second = load(tmp_path, task(wrong, annotation(RESULT)))
    assert isinstance(first, RejectedDocument)
    assert "fit no way of counting" in first.rejection.reason
    assert isinstance(second, SourceDocument)


@pytest.mark.parametrize(
    ("data", "to_name"),
    [
        ({"article": TEXT, "longer": "x" * 100}, "article"),
        ({"text": TEXT, "longer": "x" * 100}, "txt-1"),
        ({"body": TEXT, "link": "https://courier.example/" + "x" * 100}, "doc"),
    ],
)
def test_which_text_it_is(tmp_path: Path, data: dict[str, Any], to_name: str) -> None:
    made = [{**REGIONS[0], "to_name": to_name}]
    assert words(only(load(tmp_path, task(annotation(made), data=data)))) == [("Group", "Varnaks")]


def test_regions_in_two_texts_make_two_documents(tmp_path: Path) -> None:
    head = {**region("h", "Group", "Front", text="The Front"), "to_name": "headline"}
    made = annotation([head, *REGIONS, relation("h", "a", "Same"), relation("a", "b", "Trained")])
    first, second = load(tmp_path, task(made, data={"headline": "The Front", "text": TEXT}))
    assert isinstance(first, SourceDocument)
    assert isinstance(second, SourceDocument)
    assert (first.article.path, words(first)) == ("export.json#7/headline", [("Group", "Front")])
    assert reasons(first) == ["joins regions of two texts"]
    assert (second.article.path, len(second.spans), len(second.links)) == ("export.json#7", 3, 1)


def test_html_is_read_by_its_words(tmp_path: Path) -> None:
    shown = "\nThe Varnaks" + "met & left"
    spread = {"start": shown.index("met & left"), "end": len(shown)}
    value = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0, "endOffset": 10}
    value |= {"globalOffsets": spread, "text": "met & left", "hypertextlabels": ["Meeting"]}
    good = {"id": "a", "type": "hypertextlabels", "from_name": "l", "to_name": "html", "value": value}
    bare = {**good, "id": "b", "value": {k: v for k, v in value.items() if k != "globalOffsets"}}
    silent = {**good, "id": "c", "value": {k: v for k, v in value.items() if k != "text"}}
    document = only(load(tmp_path, task(annotation([good, bare, silent]), data={"html": HTML})))
    assert (document.text, words(document)) == (shown, [("Meeting", "met & left")])
    assert [reason.partition(",")[0] for reason in reasons(document)] == [
        "its place is given as an XPath",
        "is in HTML",
    ]
    assert "its tags left out" in document.remarks[0]


def test_dialogues_are_read_by_paragraph(tmp_path: Path) -> None:
    said = [{"author": "Mira", "text": "We met 🦩"}, {"author": "Omar", "text": "The Varnaks?"}]
    value = {
        "start": "1",
        "end": "1",
        "startOffset": 4,
        "endOffset": 11,
        "text": "Varnaks",
        "paragraphlabels": ["Group"],
    }
    good = {"id": "a", "type": "paragraphlabels", "from_name": "l", "to_name": "d", "value": value}
    bad = {**good, "id": "b", "value": {**value, "end": "7"}}
    document = only(load(tmp_path, task(annotation([good, bad]), data={"d": said})))
    assert words(document) == [("Group", "Varnaks")]
    assert reasons(document) == ["lies outside its paragraph"]


def test_what_is_no_region_of_a_text_is_rejected_by_itself(tmp_path: Path) -> None:
    box = {
        "id": "x",
        "type": "rectanglelabels",
        "value": {"x": 1, "y": 2, "rectanglelabels": ["Car"]},
        "to_name": "img",
    }
    unlabelled = region("u", "", "Varnaks")
    unlabelled["value"]["labels"] = []
    wrong = [box, unlabelled, relation("a", "zz", "X"), relation("", "a", "X"), 5, {"type": "video"}]
    document = only(load(tmp_path, task(annotation([*REGIONS, *wrong]))))
    assert len(document.spans) == 3
    assert len(document.rejected) == len(wrong)


def test_a_task_without_text_is_refused(tmp_path: Path) -> None:
    image = task(annotation([]), data={"image": "https://courier.example/1.jpg"})
    assert "an address" in refusal(load(tmp_path, image))


def test_the_minimal_export(tmp_path: Path) -> None:
    values = [one["value"] for one in REGIONS]
    record = {
        "id": 7,
        "text": TEXT,
        "topic": "war",
        "label": values,
        "sure": [
            {"start": values[0]["start"], "end": values[0]["end"], "text": "Varnaks", "choices": ["yes"]}
        ],
        "all": {"choices": ["a", "b"]},
        "annotator": 1,
        "annotation_id": 3,
        "created_at": "2031-03-04T10:00:00Z",
        "updated_at": "2031-03-04T10:00:00Z",
        "lead_time": 8.4,
    }
    document = only(load(tmp_path, record))
    assert words(document) == [("Group", "Varnaks"), ("Group", "الفرقة"), ("Place", "Tel Arun")]
    assert [(a.label, a.value) for a in document.attributes] == [("sure", "yes")]
    assert reasons(document) == ["is about the whole document"] * 2
    assert document.annotator == "1"


def test_a_long_export_is_recognised_by_its_annotations(tmp_path: Path) -> None:
    many = [region(f"r{n}", "Group", "Varnaks") for n in range(2_000)]
    assert len(only(load(tmp_path, task(annotation(many)))).spans) == 2_000


def test_fifty_thousand_regions_take_seconds(tmp_path: Path) -> None:
    many: list[Any] = [region(f"r{n}", "Group", "Varnaks", shift=1) for n in range(50_000)]
    many += [relation(f"r{n}", f"r{n + 1}", "Near") for n in range(0, 40_000, 10)]
    file = saved(tmp_path / "x.jsonl", [task(annotation(many))], lines=True)
    began = time.perf_counter()
    assert len(only(read(FORMAT, file)).spans) == 50_000
    assert time.perf_counter() - began < 30


FUZZED = [
    task(annotation(RESULT), predictions=[{"result": REGIONS}]),
    task(
        annotation(
            [{**REGIONS[0], "value": {**REGIONS[0]["value"], "globalOffsets": {"start": 6, "end": 13}}}]
        ),
        data={"text": f"<p>{TEXT}</p>", "talk": [{"author": "a", "text": "b"}]},
    ),
]


@given(damaged(FUZZED))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_values_are_accounted_for(tmp_path: Path, value: Any) -> None:
    read_unrecognised(
        FORMAT, saved(tmp_path / "x.jsonl", value if isinstance(value, list) else [value], lines=True)
    )


@given(st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_broken_bytes_raise_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    content = data.draw(broken(json.dumps(FUZZED, ensure_ascii=False).encode()))
    for document in read_unrecognised(FORMAT, saved(tmp_path / "x.json", content)):
        if isinstance(document, SourceDocument):
            check(document)
