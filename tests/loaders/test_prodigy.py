"""Prodigy's tasks as `db-out` writes them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.prodigy import FORMAT
from loaders.source import SourceDocument
from ontology.errors import SourceError
from ontology.models import RejectedDocument
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

TEXT = "🦩 The Varnaks trained الفرقة in Tel Arun."


def span(words: str, label: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    return {"start": start, "end": start + len(words), "label": label, "text": words, **more}


def task(**more: Any) -> dict[str, Any]:
    return {
        "text": TEXT,
        "spans": [
            span("Varnaks", "GROUP", token_start=2, token_end=2),
            span("الفرقة", "GROUP", token_start=4, token_end=4, kb_id="Q7"),
            span("Tel Arun", "PLACE", token_start=6, token_end=7),
        ],
        "relations": [
            {
                "head": 2,
                "child": 4,
                "head_span": span("Varnaks", "GROUP"),
                "child_span": span("الفرقة", "GROUP"),
                "label": "TRAINED",
            }
        ],
        "tokens": [
            {"text": "🦩", "start": 0, "end": 1, "id": 0},
            {"text": "The", "start": 2, "end": 5, "id": 1},
        ],
        "answer": "accept",
        "_task_hash": 17,
        "_annotator_id": "borrin-jane",
        "meta": {"source": "The Borrin Courier", "date": "2031-03-04T10:00:00"},
        **more,
    }


def test_spans_relations_and_entries_are_read(tmp_path: Path) -> None:
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", [task()], lines=True)))
    assert words(document) == [("GROUP", "Varnaks"), ("GROUP", "الفرقة"), ("PLACE", "Tel Arun")]
    assert links(document) == [("TRAINED", {"source": "Varnaks", "target": "الفرقة"})]
    assert [(a.label, a.target, a.value) for a in document.attributes] == [("kb_id", "T2", "Q7")]
    assert document.structure == {"token": 2}
    assert document.annotator == "borrin-jane"
    assert document.article.path == "x.jsonl#17"
    assert (document.article.publisher, document.article.published) == ("The Borrin Courier", "2031-03-04")
    assert document.rejected == []


def test_an_end_is_found_by_its_token_where_there_is_no_place(tmp_path: Path) -> None:
    relations = [{"head": 7, "child": 2, "label": "NEAR"}, {"head": 0, "child": 2, "label": "NEAR"}]
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", [task(relations=relations)], lines=True)))
    assert links(document) == [("NEAR", {"source": "Tel Arun", "target": "Varnaks"})]
    assert reasons(document) == ["its head is no span of the task"]


@pytest.mark.parametrize("answer", ["reject", "ignore", "perhaps", 7])
def test_a_task_that_was_not_accepted_is_ignored_by_name(tmp_path: Path, answer: object) -> None:
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", [task(answer=answer)], lines=True)))
    name = f"answer: {answer if answer in ('reject', 'ignore') else 'unknown'}"
    assert document.structure == {"token": 2, name: 4}
    assert document.spans == document.links == []
    assert any("were not loaded" in remark for remark in document.remarks)


def test_what_is_said_of_the_whole_text_is_rejected_as_that(tmp_path: Path) -> None:
    about = task(spans=[], relations=[], accept=["war", "peace"], cats={"news": 1.0}, label="WAR")
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", [about], lines=True)))
    assert reasons(document) == ["is about the whole document"] * 4
    assert {r.kind for r in document.rejected} == {"attribute"}


def test_one_annotator_can_be_picked(tmp_path: Path) -> None:
    file = saved(tmp_path / "x.jsonl", [task(), task(_annotator_id="borrin-omar")], lines=True)
    assert len(read(FORMAT, file)) == 2
    assert only(read(FORMAT, file, annotator="omar")).annotator == "borrin-omar"
    with pytest.raises(SourceError, match="nothing by 'mira'; there is work of 'borrin-jane', 'borrin-omar'"):
        read(FORMAT, file, annotator="mira")


def test_offsets_in_utf_16_units_are_found_out(tmp_path: Path) -> None:
    moved = [{**s, "start": s["start"] + 1, "end": s["end"] + 1} for s in task()["spans"]]
    document = only(read(FORMAT, saved(tmp_path / "x.jsonl", [task(spans=moved, relations=[])], lines=True)))
    assert words(document)[1] == ("GROUP", "الفرقة")
    assert any("UTF-16" in remark for remark in document.remarks)


def test_a_broken_line_does_not_spoil_the_others(tmp_path: Path) -> None:
    lines = [
        json.dumps(task()),
        '{"text": "x", "spans": [',
        "[1]",
        '{"text": 5, "answer": "accept", "spans": [1, 2]}',
    ]
    lines += [
        '{"text": "a", "text": "b"}',
        '{"text": "\\ud83e"}',
        '{"text": NaN}',
        json.dumps(task(_task_hash="x")),
    ]
    documents = read(FORMAT, saved(tmp_path / "x.jsonl", "\n".join(lines).encode()))
    told = [d.rejection for d in documents if isinstance(d, RejectedDocument)]
    assert [r.line for r in told] == [2, 3, 4, 5, 6, 7]
    assert "twice" in told[3].reason
    assert "surrogate" in told[4].reason
    assert isinstance(documents[-1], SourceDocument)
    assert documents[-1].article.path == "x.jsonl#8"


def test_a_text_that_is_too_long_is_refused(tmp_path: Path) -> None:
    file = saved(tmp_path / "x.jsonl", [task()], lines=True)
    assert "the limit is 10" in refusal(read(FORMAT, file, max_characters=10))


def test_sentences_of_one_article_do_not_replace_each_other(tmp_path: Path) -> None:
    meta = {"url": "https://courier.example/1"}
    tasks = [task(meta=meta), task(meta=meta, text=TEXT + " More.", _task_hash=18)]
    first, second = read(FORMAT, saved(tmp_path / "x.jsonl", tasks, lines=True))
    assert isinstance(first, SourceDocument)
    assert isinstance(second, SourceDocument)
    assert (first.article.id, first.article.url) == (None, "https://courier.example/1")
    assert (second.article.id, second.article.url) == ("x.jsonl#18", "https://courier.example/1")


def test_the_shared_corpus_by_a_naive_count(shared_dir: Path) -> None:
    path = shared_dir / "corpora" / "prodigy" / "relations.jsonl"
    raw = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    naive = Counter({key: sum(len(one[key]) for one in raw) for key in ("spans", "relations", "tokens")})
    from loaders.files import File

    documents = read(FORMAT, File(path.name, path.name, path, path.parent))
    assert len(documents) == len(raw)
    ours: Counter[str] = Counter()
    for document, one in zip(documents, raw, strict=True):
        assert isinstance(document, SourceDocument)
        assert document.rejected == []
        ours.update(
            spans=len(document.spans), relations=len(document.links), tokens=document.structure["token"]
        )
        by_id = {s.id: (s.fragments[0].start, s.label) for s in document.spans}
        told = [(r["label"], r["head_span"]["start"], r["child_span"]["start"]) for r in one["relations"]]
        assert [(k.label, *(by_id[a.target][0] for a in k.arguments)) for k in document.links] == told
    assert ours == naive


@given(damaged([task(), task(_annotator_id=None, _session_id="s")]))
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_values_are_accounted_for(tmp_path: Path, value: Any) -> None:
    read_unrecognised(
        FORMAT, saved(tmp_path / "x.jsonl", value if isinstance(value, list) else [value], lines=True)
    )
    read_unrecognised(FORMAT, saved(tmp_path / "x.json", value))


@given(st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_broken_bytes_raise_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    content = data.draw(broken(json.dumps(task(), ensure_ascii=False).encode()))
    read_unrecognised(FORMAT, saved(tmp_path / "x.jsonl", content))
