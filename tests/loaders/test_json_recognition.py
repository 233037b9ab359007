"""No format of JSON claims another's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loaders import doccano, prodigy
from loaders.files import File
from loaders.formats import recognised
from loaders.label_studio import reading as label_studio
from loaders.mapping import parse_mapping
from loaders.web_annotation import reading as web_annotation
from tests.loaders.json_formats import ontology, read_unrecognised, saved

OURS = [label_studio.FORMAT, doccano.FORMAT, prodigy.FORMAT, web_annotation.FORMAT]
TEXT = "The Varnaks left."
SAMPLES: dict[str, Any] = {
    "label-studio": {"id": 1, "data": {"text": TEXT}, "annotations": [{"result": []}]},
    "doccano": {"id": 1, "text": TEXT, "label": [[4, 11, "GROUP"]]},
    "prodigy": {"text": TEXT, "spans": [{"start": 4, "end": 11, "label": "GROUP"}], "answer": "accept"},
    "web-annotation": {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "Annotation",
        "body": "x",
        "target": {"source": "x.txt"},
    },
}
OTHERS: dict[str, Any] = {
    "re3d entities": {"_id": "A", "begin": 4, "end": 11, "type": "X", "value": "Varnaks", "documentId": "A"},
    "re3d documents": {"_id": "A", "text": TEXT, "title": "x", "sourceUrl": "https://x.example"},
    "PLOVER": {"id": 1, "text": TEXT, "type": "X", "source": ["A"], "label": "AGREE", "meta": {}},
    "STIX": {"type": "bundle", "id": "bundle--1", "objects": [{"type": "report", "labels": ["x"]}]},
    "FollowTheMoney": {"id": "A", "schema": "Person", "properties": {"name": ["A"]}},
    "Wikidata": {"type": "item", "id": "Q7", "labels": {"en": {"value": "A"}}, "claims": {}},
    "GATE": {"annotation_sets": {"": {"annotations": []}}, "text": TEXT, "offset_type": "p", "features": {}},
    "CAS": {"%TYPES": {}, "%FEATURE_STRUCTURES": [{"%ID": 1, "sofaString": TEXT}]},
    "JSON-LD of another kind": {"@context": "https://schema.org", "@type": "NewsArticle", "text": TEXT},
    "a list": [1, 2, 3],
    "no annotations": {"id": 1, "text": TEXT},
}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("how", ["object", "array", "lines"])
def test_each_knows_its_own_and_no_other_s(tmp_path: Path, name: str, how: str) -> None:
    value = [SAMPLES[name], SAMPLES[name]]
    content = SAMPLES[name] if how == "object" else value
    file = saved(tmp_path / "x.json", content, lines=how == "lines")
    assert [format.name for format in OURS if format.recognise(file)] == [name]


@pytest.mark.parametrize("name", OTHERS)
def test_other_formats_are_left_alone(tmp_path: Path, name: str) -> None:
    for content in (OTHERS[name], [OTHERS[name]] * 2):
        file = saved(tmp_path / "x.json", content)
        assert [format.name for format in OURS if format.recognise(file)] == []


def test_the_native_format_is_nobody_else_s(tmp_path: Path) -> None:
    record = {"attest": 1, "text": TEXT, "label": [[0, 3, "X"]], "answer": "accept"}
    found = recognised(saved(tmp_path / "x.json", record))
    assert found is not None
    assert found.name == "native"


def test_a_record_longer_than_the_head_is_known_by_what_comes_after(tmp_path: Path) -> None:
    for name in ("doccano", "prodigy", "label-studio"):
        long = json.loads(json.dumps(SAMPLES[name]).replace(TEXT, TEXT + " word" * 50_000))
        for lines in (True, False):
            found = recognised(saved(tmp_path / "x.jsonl", [long, long], lines=lines))
            assert found is not None
            assert found.name == name


def test_the_shared_corpora(shared_dir: Path) -> None:
    for path in sorted((shared_dir / "corpora").rglob("*")):
        if path.is_file() and path.parent.name not in ("doccano", "prodigy"):
            file = File(path.name, path.name, path, path.parent)
            assert not [format.name for format in OURS if format.recognise(file)], path


def _nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("depth", [100, 900, 940, 970, 985, 100_000])
@pytest.mark.parametrize("name", SAMPLES)
def test_deep_nesting_anywhere_is_survived(tmp_path: Path, name: str, depth: int) -> None:
    format = next(one for one in OURS if one.name == name)
    sample = json.loads(json.dumps(SAMPLES[name]))
    sample |= {
        "accept": "@",
        "Comments": ["@"],
        "meta": "@",
        "creator": "@",
        "relations": ["@"],
        "cats": {"a": "@"},
    }
    if name == "label-studio":
        sample["annotations"] = [
            {"result": [{"value": {"choices": "@", "start": "@"}, "type": "@", "id": "a"}]}
        ]
    if name == "web-annotation":
        sample["body"] = {"value": "@", "source": "@"}
        sample["target"] = {
            "source": {"value": TEXT},
            "selector": {"type": "TextQuoteSelector", "refinedBy": "@"},
        }
    content = json.dumps(sample).replace('"@"', _nested(depth)).encode()
    for document in read_unrecognised(format, saved(tmp_path / "x.json", content + b"\n" + content)):
        assert document is not None
    minimal = b'{"annotation_id": 1, "annotator": 1, "lead_time": 1, "text": "x", "l": [{"choices": [], "start": %s}]}'
    read_unrecognised(label_studio.FORMAT, saved(tmp_path / "y.json", minimal % _nested(depth).encode()))


@pytest.mark.parametrize("page", ["label-studio", "doccano", "prodigy", "web-annotation"])
def test_the_mappings_in_the_documentation_can_be_used(page: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "formats" / f"{page}.md").read_text(encoding="utf-8")
    shown = text[text.index("    types: {") :].split("\n\n")[0]
    lines = [line.removeprefix("    ") for line in shown.splitlines() if line.startswith("    ")]
    parse_mapping("\n".join(lines).encode(), ontology(), name=page, file=page)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_head_that_ends_within_words_is_known(tmp_path: Path, name: str) -> None:
    """The marks of JSON are no structure where they stand in a text, of which only the beginning is in sight."""
    tail = {"id": 2, "text": 'a, {b}, [c] \\", ' * 10_000}
    file = saved(tmp_path / "x.json", [SAMPLES[name], SAMPLES[name], tail])
    assert recognised(file) is next(format for format in OURS if format.name == name)
