"""W3C Web Annotations: the model's own ways of selecting, and the profile by which kinds are told apart."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.source import SourceDocument
from loaders.web_annotation.reading import FORMAT
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

TEXT = "🦩 The Varnaks trained الفرقة in Tel Arun. The Varnaks left."
SOURCE = "https://courier.example/7"
CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def position(at: str, shift: int = 0) -> dict[str, Any]:
    start = TEXT.index(at)
    return {"type": "TextPositionSelector", "start": start + shift, "end": start + len(at) + shift}


def quote(exact: str, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}


def tag(value: str, purpose: str = "tagging", **more: Any) -> dict[str, Any]:
    return {"type": "TextualBody", "value": value, "purpose": purpose, **more}


def note(id: str, body: Any, *selectors: Any, **more: Any) -> dict[str, Any]:
    selector = selectors[0] if len(selectors) == 1 else list(selectors)
    return {
        "id": id,
        "type": "Annotation",
        "body": body,
        "target": {"source": SOURCE, "selector": selector},
        **more,
    }


def link(id: str, body: Any, *targets: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "type": "Annotation",
        "motivation": "linking",
        "body": body,
        "target": list(targets),
        **more,
    }


def page(*items: Any, **more: Any) -> dict[str, Any]:
    text = {"id": SOURCE, "type": "Text", "value": TEXT, "title": "A report", "published": "2031-03-04"}
    return {"@context": CONTEXT, "type": "AnnotationPage", "text": text, "items": list(items), **more}


def load(tmp_path: Path, value: Any, **options: Any) -> list[SourceDocument | RejectedDocument]:
    return read(FORMAT, saved(tmp_path / "x.json", value), **options)


GROUPS = [note("#1", tag("Group"), position("Varnaks")), note("#2", tag("Group"), position("الفرقة"))]


def test_a_page_with_its_text(tmp_path: Path) -> None:
    document = only(load(tmp_path, page(*GROUPS, creator={"name": "Jane"})))
    assert words(document) == [("Group", "Varnaks"), ("Group", "الفرقة")]
    assert (document.annotator, document.text) == ("Jane", TEXT)
    article = document.article
    assert (article.url, article.title, article.published) == (SOURCE, "A report", "2031-03-04")
    assert (document.rejected, document.remarks) == ([], [])


def test_collections_and_pages_line_by_line(tmp_path: Path) -> None:
    collection = {
        "@context": CONTEXT,
        "type": "AnnotationCollection",
        "first": page(*GROUPS[:1]),
        "text": TEXT,
    }
    other = page(GROUPS[1], next="https://courier.example/page2")
    file = saved(tmp_path / "x.jsonl", [collection, other], lines=True)
    first, second = read(FORMAT, file)
    assert isinstance(first, SourceDocument)
    assert isinstance(second, SourceDocument)
    assert (words(first), words(second)) == ([("Group", "Varnaks")], [("Group", "الفرقة")])
    assert "page2 is not in the file" in second.remarks[0]


@pytest.mark.parametrize("lines", [True, False])
def test_single_annotations_of_a_text_beside(tmp_path: Path, lines: bool) -> None:
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    notes = [{**one, "target": {**one["target"], "source": "https://x.example/a/report"}} for one in GROUPS]
    document = only(read(FORMAT, saved(tmp_path / f"x.{'jsonl' if lines else 'json'}", notes, lines=lines)))
    assert words(document) == [("Group", "Varnaks"), ("Group", "الفرقة")]
    assert document.article.path.startswith("x.json")


@pytest.mark.parametrize("name", ["report.json", "report.w3c.json"])
def test_targets_that_name_no_source_are_of_the_text_called_like_their_file(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    notes = [{**one, "target": {"selector": one["target"]["selector"]}} for one in GROUPS]
    document = only(read(FORMAT, saved(tmp_path / name, notes)))
    assert words(document) == [("Group", "Varnaks"), ("Group", "الفرقة")]
    assert document.article.url in (None, "")
    assert "do not name" in refusal(read(FORMAT, saved(tmp_path / "other.json", notes)))


def test_a_text_within_a_target_serves_the_others(tmp_path: Path) -> None:
    first, second = (json.loads(json.dumps(one)) for one in GROUPS)
    second["target"]["source"] = {"id": SOURCE, "type": "Text", "value": TEXT}
    assert len(only(load(tmp_path, [first, second])).spans) == 2
    unnamed = [{**one, "target": {**one["target"], "source": {"value": TEXT}}} for one in GROUPS]
    assert len(only(load(tmp_path, unnamed)).spans) == 2


def test_a_text_that_is_nowhere_is_said_to_be(tmp_path: Path) -> None:
    assert "neither in the file nor beside it" in refusal(load(tmp_path, GROUPS))
    escape = note("#1", tag("Group"), position("Varnaks"))
    escape["target"]["source"] = "file:///etc/../../passwd"
    assert "neither" in refusal(load(tmp_path, [escape]))


@pytest.mark.parametrize(
    ("selectors", "at"),
    [
        ([position("Tel Arun")], "Tel Arun"),
        ([quote("Tel Arun")], "Tel Arun"),
        ([quote("Varnaks", "The ", " left")], "Varnaks"),
        ([position("Tel Arun"), quote("Tel Arun")], "Tel Arun"),
        ([{"type": "XPathSelector", "value": "/p[1]"}, quote("Tel Arun")], "Tel Arun"),
        (
            [
                {
                    "type": "FragmentSelector",
                    "conformsTo": "http://tools.ietf.org/rfc/rfc5147",
                    "value": "char=6,13",
                }
            ],
            "Varnaks",
        ),
        (
            [{"type": "RangeSelector", "startSelector": quote("trained"), "endSelector": quote(" in ")}],
            "trained الفرقة",
        ),
        (
            [{**quote("in Tel Arun"), "refinedBy": {"type": "TextPositionSelector", "start": 3, "end": 6}}],
            "Tel",
        ),
        ([{**position("The Varnaks trained"), "refinedBy": quote("Varnaks")}], "Varnaks"),
        ([{"type": "TextPositionSelector", "start": 2, "end": 2}], ""),
        ([{"type": "Choice", "items": [position("Tel Arun")]}], "Tel Arun"),
    ],
)
def test_ways_of_selecting(tmp_path: Path, selectors: list[Any], at: str) -> None:
    assert words(only(load(tmp_path, page(note("#1", tag("X"), *selectors))))) == [("X", at)]


@pytest.mark.parametrize(
    ("selectors", "reason"),
    [
        ([quote("Varnaks")], "more than once"),
        ([quote("nowhere")], "does not have there"),
        ([position("Varnaks"), position("Tel Arun")], "do not agree"),
        ([quote("Varnaks", "The "), quote("Tel Arun")], "do not agree"),
        ([{"type": "CssSelector", "value": "p"}], "no selector that can be read: CssSelector"),
        ([{"type": "TextPositionSelector", "start": 0, "end": 999}], "lies outside the text"),
        ([{"type": "TextPositionSelector", "start": 5, "end": 2}], "ends before it starts"),
        (
            [{**quote("in Tel"), "refinedBy": {"type": "TextPositionSelector", "start": 3, "end": 16}}],
            "beyond its end",
        ),
        (["x"], "must be an object"),
    ],
)
def test_what_selects_nothing_is_rejected(tmp_path: Path, selectors: list[Any], reason: str) -> None:
    document = only(load(tmp_path, page(note("#1", tag("X"), *selectors), *GROUPS)))
    assert len(document.spans) == 2
    assert reason in reasons(document)[0]


def test_positions_in_utf_16_units_are_found_out_by_quotations(tmp_path: Path) -> None:
    notes = [note(f"#{at}", tag("X"), position(at, 1), quote(at)) for at in ("trained", "Tel Arun")]
    document = only(load(tmp_path, page(*notes)))
    assert words(document) == [("X", "trained"), ("X", "Tel Arun")]
    assert "UTF-16" in document.remarks[0]


def test_a_composite_is_one_span_and_several_targets_are_several(tmp_path: Path) -> None:
    parts = [{"source": SOURCE, "selector": one} for one in (position("Varnaks"), position("Tel Arun"))]
    one = {
        "id": "#1",
        "type": "Annotation",
        "body": tag("X"),
        "target": {"type": "Composite", "items": parts},
    }
    two = {"id": "#2", "type": "Annotation", "body": tag("Y"), "target": parts}
    document = only(load(tmp_path, page(one, two)))
    assert words(document) == [("X", "Varnaks Tel Arun"), ("Y", "Varnaks"), ("Y", "Tel Arun")]
    assert len(document.spans[0].fragments) == 2


def test_bodies_are_label_attribute_identifier_and_note(tmp_path: Path) -> None:
    bodies = [
        tag("Group", "classifying"),
        tag("Militia"),
        tag("probable", "assessing", name="Certainty"),
        {"type": "SpecificResource", "source": "http://www.wikidata.org/entity/Q7", "purpose": "identifying"},
        tag("borrin:12", "identifying", name="the Varnaks"),
        tag("see page 2", "commenting"),
    ]
    document = only(load(tmp_path, page(note("#1", bodies, position("Varnaks")))))
    assert words(document) == [("Group", "Varnaks")]
    assert [(a.label, a.value) for a in document.attributes] == [
        ("tagging", "Militia"),
        ("Certainty", "probable"),
    ]
    assert [(n.scheme, n.value, n.text) for n in document.normalisations] == [
        ("http://www.wikidata.org/entity/", "Q7", ""),
        ("borrin", "12", "the Varnaks"),
    ]
    assert [(n.label, n.text) for n in document.notes] == [("commenting", "see page 2")]


def test_what_has_no_tag_is_called_by_its_motivation(tmp_path: Path) -> None:
    notes = [
        note("#1", {"type": "TextualBody", "value": "why?"}, position("Varnaks"), motivation="questioning"),
        {**note("#2", None, position("Tel Arun")), "bodyValue": "Place", "motivation": "tagging"},
    ]
    document = only(load(tmp_path, page(*notes)))
    assert words(document) == [("questioning", "Varnaks"), ("Place", "Tel Arun")]
    assert [(n.label, n.text) for n in document.notes] == [("questioning", "why?")]


def test_links_lead_from_target_to_body_or_by_role(tmp_path: Path) -> None:
    made = page(
        *GROUPS,
        note("#3", tag("Trained"), position("trained")),
        link("#4", [tag("Trained"), "#2"], "#1"),
        link("#5", tag("Trained"), "#1", "#2"),
        link(
            "#6",
            [tag("Trained"), tag("denied", "assessing", name="Polarity")],
            {"source": "#3", "role": "trigger"},
            {"source": "#1", "role": "Agent"},
            {"source": "#2", "role": "Target"},
        ),
        link("#7", tag("Said"), {"source": "#1", "role": "Speaker"}, {"source": "#6", "role": "Content"}),
        {"id": "#8", "type": ["Annotation", "Equivalence"], "body": tag("Alias"), "target": ["#1", "#2"]},
        {"id": "#9", "type": "Annotation", "body": tag("sure?", "commenting"), "target": "#6"},
    )
    document = only(load(tmp_path, made))
    both = {"source": "Varnaks", "target": "الفرقة"}
    assert links(document) == [
        ("Trained", both),
        ("Trained", both),
        ("Trained", {"Agent": "Varnaks", "Target": "الفرقة"}),
        ("Said", {"Speaker": "Varnaks", "Content": "#6"}),
    ]
    assert [one.trigger for one in document.links] == [None, None, "#3", None]
    assert [(a.label, a.target, a.value) for a in document.attributes] == [("Polarity", "#6", "denied")]
    assert [(e.label, e.members) for e in document.equivalences] == [("Alias", ("#1", "#2"))]
    assert [(n.target, n.text) for n in document.notes] == [("#6", "sure?")]


def test_a_collection_of_pages_elsewhere_is_said_to_be(tmp_path: Path) -> None:
    elsewhere = {
        "@context": CONTEXT,
        "type": "AnnotationCollection",
        "first": "https://courier.example/page1",
    }
    assert "page1 is not in the file" in refusal(load(tmp_path, elsewhere))
    assert "no annotations" in refusal(
        load(tmp_path, {"@context": CONTEXT, "type": "AnnotationPage", "items": []})
    )


def test_each_creator_has_a_document(tmp_path: Path) -> None:
    made = page({**GROUPS[0], "creator": "Jane"}, {**GROUPS[1], "creator": {"id": "mailto:omar@x.example"}})
    documents = load(tmp_path, made)
    assert [d.annotator for d in documents if isinstance(d, SourceDocument)] == [
        "Jane",
        "mailto:omar@x.example",
    ]
    assert only(load(tmp_path, made, annotator="Jane")).annotator == "Jane"
    with pytest.raises(SourceError, match="nothing by 'mira'"):
        load(tmp_path, made, annotator="mira")


def test_two_texts_make_two_documents(tmp_path: Path) -> None:
    text = [{"id": "urn:a", "value": TEXT}, {"id": "urn:b", "value": "Tel Arun"}]
    first, second = (json.loads(json.dumps(one)) for one in GROUPS)
    first["target"]["source"] = "urn:a"
    second["target"] = {"source": "urn:b", "selector": quote("Arun")}
    both = {**first, "id": "#3", "target": [first["target"], second["target"]]}
    documents = load(tmp_path, page(first, second, both, text=text))
    made = [(d.article.path, words(d)) for d in documents if isinstance(d, SourceDocument)]
    assert made == [
        ("x.json#urn:a", [("Group", "Varnaks"), ("Group", "Varnaks")]),
        ("x.json#urn:b", [("Group", "Arun")]),
    ]
    assert "in another text" in "".join(reasons(documents[0]))  # type: ignore[arg-type]


def test_about_the_whole_text_and_unfit_things_are_rejected(tmp_path: Path) -> None:
    whole = {"id": "#w", "type": "Annotation", "body": tag("war"), "target": SOURCE}
    made = page(
        *GROUPS, whole, 5, {"type": "Note"}, {"type": "Annotation", "body": "x"}, link("#l", tag("X"), "#1")
    )
    document = only(load(tmp_path, made))
    assert len(document.spans) == 2
    assert [reason.split()[0] for reason in sorted(reasons(document))] == [
        "expected",
        "expected",
        "has",
        "is",
        "links",
    ]


def test_links_to_what_was_rejected_are_too(tmp_path: Path) -> None:
    made = page(GROUPS[0], note("#2", tag("X"), quote("nowhere")), link("#3", tag("Y"), "#1", "#2"))
    assert reasons(only(load(tmp_path, made)))[-1] == "refers to #2, which was rejected"


def test_fifty_thousand_annotations_take_seconds(tmp_path: Path) -> None:
    notes = [note(f"#{n}", tag("X"), position("Varnaks", 1), quote("Varnaks")) for n in range(50_000)]
    notes += [link(f"#l{n}", tag("Y"), f"#{n}", f"#{n + 1}") for n in range(0, 20_000, 10)]
    file = saved(tmp_path / "x.json", page(*notes))
    began = time.perf_counter()
    assert len(only(read(FORMAT, file)).spans) == 50_000
    assert time.perf_counter() - began < 30


def test_fifty_thousand_creators_take_seconds(tmp_path: Path) -> None:
    notes = [{**link(f"#{n}", tag("Y"), f"#{n + 1}"), "creator": f"c{n}"} for n in range(50_000)]
    file = saved(tmp_path / "x.jsonl", [GROUPS[0], *notes], lines=True)
    began = time.perf_counter()
    for _ in FORMAT.read(*_unit(file)):
        pass
    assert time.perf_counter() - began < 30


def _unit(file: Any) -> tuple[Any, Any]:
    from loaders.formats import Options, Unit
    from tests.loaders.json_formats import ontology

    return Unit(file), Options(ontology())


FUZZED = page(
    *GROUPS,
    link("#4", [tag("Trained"), "#2"], "#1"),
    link("#5", tag("Said"), {"source": "#1", "role": "Speaker"}, {"source": "#4", "role": "Content"}),
    note("#6", [tag("X"), tag("a:b", "identifying")], {**quote("in Tel Arun"), "refinedBy": position("🦩")}),
    {"id": "#8", "type": ["Annotation", "Equivalence"], "body": tag("Alias"), "target": ["#1", "#2"]},
    {"id": "#1", "type": "Annotation", "target": {"type": "Composite", "items": [GROUPS[0]["target"]]}},
)


def test_a_text_whose_name_has_a_line_end_is_refused_in_one_line(tmp_path: Path) -> None:
    item = {**GROUPS[0], "target": {**GROUPS[0]["target"], "source": "urn:a\nb"}}
    assert "the text urn:a b is neither" in refusal(load(tmp_path, page(item, text=None)))


@given(damaged(FUZZED))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_values_are_accounted_for(tmp_path: Path, value: Any) -> None:
    read_unrecognised(FORMAT, saved(tmp_path / "x.json", value))
    read_unrecognised(FORMAT, saved(tmp_path / "y.json", value.get("items")))


@given(st.data())
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_broken_bytes_raise_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    content = data.draw(broken(json.dumps(FUZZED, ensure_ascii=False).encode()))
    read_unrecognised(FORMAT, saved(tmp_path / "x.json", content))
