"""doccano's exports, whatever their columns are called."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.doccano import FORMAT
from loaders.files import File
from loaders.source import SourceDocument
from ontology.errors import SourceError
from tests.loaders.json_formats import (
    broken,
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

TEXT = "The Varnaks 🦩 trained\r\nthe Tel Arun militia."
LABELS = [[4, 11, "GROUP"], [27, 43, "GROUP"]]
RELATIONS = {
    "id": 8,
    "text": TEXT,
    "entities": [
        {"id": 0, "label": "GROUP", "start_offset": 4, "end_offset": 11},
        {"id": 1, "label": "GROUP", "start_offset": 27, "end_offset": 43},
    ],
    "relations": [{"id": 0, "from_id": 0, "to_id": 1, "type": "TRAINED"}],
    "cats": ["war"],
    "Comments": ["check this"],
}


@pytest.mark.parametrize(
    ("text", "label"),
    [("text", "label"), ("data", "labels"), ("column_data", "column_label"), ("Satz", "Marken")],
)
def test_columns_are_known_by_what_is_in_them(tmp_path: Path, text: str, label: str) -> None:
    record = {"id": 7, text: TEXT, label: LABELS, "title": "A report", "Comments": []}
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", [record], lines=True)))
    assert words(document) == [("GROUP", "Varnaks"), ("GROUP", "Tel Arun militia")]
    assert (document.text, document.article.title, document.article.path) == (TEXT, "A report", "x.jsonl#7")


def test_entities_and_relations_have_their_own_numbers(tmp_path: Path) -> None:
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", [RELATIONS], lines=True)))
    assert links(document) == [("TRAINED", {"source": "Varnaks", "target": "Tel Arun militia"})]
    assert reasons(document) == ["is about the whole document"] * 2
    assert {r.kind for r in document.rejected} == {"attribute", "note"}


def test_an_array_is_read_like_lines(tmp_path: Path) -> None:
    file = saved(tmp_path / "x.json", [{"id": n, "text": TEXT, "label": LABELS} for n in (1, 2, 3)])
    documents = read(FORMAT, file)
    assert [d.article.path for d in documents if isinstance(d, SourceDocument)] == [
        "x.json#1",
        "x.json#2",
        "x.json#3",
    ]


@pytest.mark.parametrize("array", [True, False])
def test_indented_json_is_read_whatever_the_file_is_called(tmp_path: Path, array: bool) -> None:
    records = [{"id": number, "text": TEXT, "label": LABELS} for number in (1, 2)]
    path = tmp_path / "x.jsonl"
    whole = json.dumps(records, indent=1)
    path.write_text(whole if array else "\n".join(json.dumps(one, indent=1) for one in records), "utf-8")
    found = read(FORMAT, File(str(path), path.name, path, tmp_path))
    assert [words(one) for one in found if isinstance(one, SourceDocument)] == [
        [("GROUP", "Varnaks"), ("GROUP", "Tel Arun militia")]
    ] * 2


def test_classes_of_whole_texts_are_rejected_as_that(tmp_path: Path) -> None:
    records = [{"id": 1, "text": TEXT, "label": ["war", "news"], "Comments": []}]
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", records, lines=True)))
    assert reasons(document) == ["is about the whole document"] * 2


def test_old_exports_have_everyone_s_annotations_in_one_list(tmp_path: Path) -> None:
    own = [
        {"label": 1, "start_offset": 4, "end_offset": 11, "user": 1},
        {"label": 2, "start_offset": 27, "end_offset": 43, "user": 2},
    ]
    file = saved(tmp_path / "x.jsonl", [{"id": 1, "text": TEXT, "annotations": own, "meta": {}}], lines=True)
    first, second = read(FORMAT, file)
    assert isinstance(first, SourceDocument)
    assert isinstance(second, SourceDocument)
    assert (first.annotator, words(first)) == ("1", [("1", "Varnaks")])
    assert (second.annotator, words(second)) == ("2", [("2", "Tel Arun militia")])
    assert only(read(FORMAT, file, annotator="2")).annotator == "2"
    with pytest.raises(SourceError, match="nothing by '3'"):
        read(FORMAT, file, annotator="3")


def test_offsets_that_count_what_a_reader_sees_can_be_said_to(tmp_path: Path) -> None:
    text = "👨‍👩‍👧‍👦 met the Varnaks"
    file = saved(tmp_path / "x.jsonl", [{"text": text, "label": [[10, 17, "GROUP"]]}], lines=True)
    assert words(only(read(FORMAT, file, counting="grapheme clusters"))) == [("GROUP", "Varnaks")]


def test_what_is_no_label_is_rejected_by_itself(tmp_path: Path) -> None:
    wrong: list[Any] = [
        [0, 99, "X"],
        [5, 3, "X"],
        [-1, 2, "X"],
        [0, 1.5, "X"],
        [0, 1, ""],
        [0, 1],
        7,
        None,
        True,
    ]
    record = {
        "text": TEXT,
        "label": [LABELS[0], *wrong],
        "relations": [5, {}, {"from_id": 1, "to_id": 2, "type": "X"}],
    }
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", [record], lines=True)))
    assert len(document.spans) == 1
    assert len(document.rejected) == len(wrong) + 3


def test_a_text_that_is_missing_is_said_to_be(tmp_path: Path) -> None:
    file = saved(tmp_path / "x.jsonl", [{"id": 5, "text": None, "label": LABELS, "x": 1}], lines=True)
    assert refusal(read_unrecognised(FORMAT, file)) == "the example has no text"


def test_fifty_thousand_labels_take_seconds(tmp_path: Path) -> None:
    text = "word " * 20_000
    label = [[(n * 7) % 90_000, (n * 7) % 90_000 + 4, "X"] for n in range(50_000)]
    file = saved(tmp_path / "x.jsonl", [{"text": text, "label": label}], lines=True)
    began = time.perf_counter()
    assert len(only(read(FORMAT, file)).spans) == 50_000
    assert time.perf_counter() - began < 20


def test_the_shared_exports_by_a_naive_count(shared_dir: Path) -> None:
    for path in sorted((shared_dir / "corpora" / "doccano").glob("*.jsonl")):
        raw = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        documents = read(FORMAT, File(path.name, path.name, path, path.parent))
        assert len(documents) == len(raw)
        for document, one in zip(documents, raw, strict=True):
            assert isinstance(document, SourceDocument)
            marks = one.get("entities", one.get("column_label"))
            told = [
                tuple(m) if isinstance(m, list) else (m["start_offset"], m["end_offset"], m["label"])
                for m in marks
            ]
            assert [(s.fragments[0].start, s.fragments[0].end, s.label) for s in document.spans] == told
            assert [k.label for k in document.links] == [r["type"] for r in one.get("relations", [])]
            assert document.rejected == []


@given(damaged([{"id": 7, "text": TEXT, "label": LABELS}, RELATIONS]))
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_values_are_accounted_for(tmp_path: Path, value: Any) -> None:
    read_unrecognised(
        FORMAT, saved(tmp_path / "x.jsonl", value if isinstance(value, list) else [value], lines=True)
    )


@given(st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_broken_bytes_raise_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    content = data.draw(broken(json.dumps(RELATIONS, ensure_ascii=False).encode()))
    read_unrecognised(FORMAT, saved(tmp_path / "x.json", content))
