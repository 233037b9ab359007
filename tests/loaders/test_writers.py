"""What writers for annotators write of any document is read as it was, and what they leave out is named."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import parts, slots
from loaders.brat import writing as brat_writing
from loaders.formats import Options
from loaders.label_studio import writing as label_studio_writing
from loaders.own_labels import CONTINUED, REFERENCE
from loaders.reading import documents
from loaders.source import (
    Annotation,
    Argument,
    Attribute,
    Equivalence,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
)
from loaders.web_annotation import writing as web_annotation_writing
from ontology.models import Article, Fragment
from tests.loaders.made_articles import ONTOLOGY, TEXTS, fragments

LABELS = ("Group", "Place", "trained", "said")
ROLES = ("Subject", "Object", "Time", "Content")
SAID = st.sampled_from(("x", "الجبهة 🙂", "a  b", "1;2", '{"said": "2031"}', "<b>&amp;"))


@st.composite
def made(draw: st.DrawFn) -> SourceDocument:
    """A document with every kind of annotation, on whatever there may be."""
    text = draw(TEXTS)
    document = SourceDocument(
        text, "a", "x", Article(path="a", title=draw(SAID).strip()), draw(st.sampled_from(("", "jane", "Ян"))),
        draw(st.sampled_from(("", "second"))),
    )  # fmt: skip
    for number in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        empty = (Fragment(at, at, ""),)
        place = draw(st.one_of(fragments(text), st.just(empty)))
        document.add(Span(id=f"T{number}", label=draw(st.sampled_from(LABELS)), fragments=place))
    spans = st.sampled_from([span.id for span in document.spans])
    for number in range(draw(st.integers(0, 4))):
        trigger = draw(st.one_of(st.none(), spans))
        known = st.one_of(spans, st.sampled_from([f"E{one}" for one in range(number)])) if number else spans
        count = draw(st.integers(0 if trigger else 2, 3))
        roles = draw(st.lists(st.sampled_from(ROLES), min_size=count, max_size=count))
        label = next((s.label for s in document.spans if s.id == trigger and draw(st.booleans())), "trained")
        arguments = tuple(Argument(role, draw(known)) for role in roles)
        document.add(Link(id=f"E{number}", label=label, trigger=trigger, arguments=arguments))
    anything = st.sampled_from([one.id for one in document.annotations()])
    for number in range(draw(st.integers(0, 4))):
        value = draw(st.one_of(st.none(), SAID))
        document.add(
            Attribute(
                id=f"A{number}",
                label=draw(st.sampled_from(("Sure", "No"))),
                target=draw(anything),
                value=value,
            )
        )
    if draw(st.booleans()):
        document.add(
            Equivalence(
                id="X",
                label="Same",
                members=tuple(draw(st.lists(spans, min_size=1, max_size=3, unique=True))),
            )
        )
    if draw(st.booleans()):
        entry = draw(st.sampled_from(("Q42", "a b", "https://example.org/a:b")))
        name = draw(st.one_of(st.just(""), SAID))
        document.add(
            Normalisation(
                id="N", label=REFERENCE, target=draw(anything), scheme="url", value=entry, text=name
            )
        )
    if draw(st.booleans()):
        anything = st.sampled_from([one.id for one in document.annotations()])
        document.add(Note(id="#", label="Remark", target=draw(anything), text=draw(SAID)))
    return document


def back(files: dict[str, bytes]) -> SourceDocument:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        (found,) = documents([folder], Options(ONTOLOGY))
    document = found.document
    assert isinstance(document, SourceDocument)
    assert document.rejected == []
    return document


def saying(document: SourceDocument, without: frozenset[str] = frozenset()) -> Counter[Any]:
    """What a document says, whatever its annotations are called; without those so called."""
    by_id = {one.id: one for one in document.annotations()}

    def what(id: str) -> Any:
        return described(by_id[id])

    def described(one: Annotation) -> Any:
        if isinstance(one, Span):
            return ("span", one.label, one.fragments)
        if isinstance(one, Link):
            ends = tuple((role, what(target)) for role, target in one.arguments)
            return ("link", one.label, one.trigger and what(one.trigger), ends)
        return one.kind

    def said(one: Annotation) -> Any:
        match one:
            case Attribute():
                return ("attribute", one.label, one.value, what(one.target))
            case Note():
                return ("note", one.label, one.text, what(one.target))
            case Normalisation():
                return ("identifier", one.scheme, one.value, one.text, what(one.target))
            case Equivalence():
                return ("same", one.label, tuple(map(what, one.members)))
        return described(one)

    return Counter(said(one) for one in document.annotations() if one.title not in without)


def named(lost: list[str]) -> frozenset[str]:
    return frozenset(one.partition(": ")[0].partition(" ")[2] for one in lost)


@pytest.mark.parametrize("format", ["brat", "web-annotation"])
@given(document=made())
def test_what_is_written_is_read_and_what_is_not_is_named(format: str, document: SourceDocument) -> None:
    write = {"brat": brat_writing.write, "web-annotation": web_annotation_writing.write}[format]
    written = write(document, "a")
    again = back(written.files)
    assert again.text == document.text
    assert (again.annotator, again.layer, again.article.title) == (
        document.annotator, document.layer, document.article.title,
    )  # fmt: skip
    lost = named(written.lost)
    assert saying(again) == saying(document, lost)
    if format == "web-annotation":
        assert not any(one.startswith("mention ") for one in written.lost)


@given(document=made())
def test_label_studio_has_the_same_in_its_own_forms(document: SourceDocument) -> None:
    written = label_studio_writing.write(document, "a")
    again = back(written.files)
    assert (again.text, again.annotator, again.layer) == (document.text, document.annotator, document.layer)
    parts.join(again, {CONTINUED})
    slots.gather(again, ROLES, ())
    assert again.rejected == []
    lost = named([one for one in written.lost if "entry's name" not in one])
    assert saying(again) == saying(in_label_studio(document), lost)
    assert not any(one.startswith("mention ") for one in written.lost)


def in_label_studio(document: SourceDocument) -> SourceDocument:
    """The document as Label Studio has it: equivalences are relations; marks, notes and identifiers answers."""
    made = SourceDocument(document.text, "a", "x", spans=document.spans)
    for link in document.links:
        ends = link.arguments
        if link.trigger is None:
            ends = tuple(
                Argument(role, end.target) for role, end in zip(("source", "target"), ends, strict=False)
            )
        made.add(Link(id=link.id, label=link.label, trigger=link.trigger, arguments=ends))
    for same in document.equivalences:
        for other in same.members[1:]:
            ends = (Argument("source", same.members[0]), Argument("target", other))
            made.add(Link(id=same.id, label=same.label, arguments=ends))
    for attribute in document.attributes:
        value = attribute.value or "yes"
        made.add(Attribute(id=attribute.id, label=attribute.label, target=attribute.target, value=value))
    for one in document.normalisations:
        made.add(Attribute(id=one.id, label=REFERENCE, target=one.target, value=f"{one.scheme}:{one.value}"))
    for note in document.notes:
        made.add(Attribute(id=note.id, label=note.label, target=note.target, value=note.text))
    return made
