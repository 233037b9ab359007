"""Spans that were drawn in parts, and notes and identifiers that tools have as attributes, mean what they would."""

from __future__ import annotations

from typing import Any

from loaders.mapping import apply, parse_mapping
from loaders.source import Argument, Attribute, Equivalence, Link, Normalisation, Note, SourceDocument, Span
from ontology.models import AnnotatedArticle, Fragment
from ontology.vocabulary import load

ONTOLOGY = load()
TEXT = "Ministers and officers of Borrin trained the Front in Tel Arun."
MAPPING = """
parts: [Continued]
slots: [Who, Whom]
types: {Group: Group, Place: Place, Day: date}
relations: {Trained: trained}
roles: {Who: subject, Whom: object}
equivalences: {Same: same}
notes: {Remark: values, Names: fields}
attributes: {Entry: {identifier: any}, No: {polarity: denied}}
"""


def span(id: str, label: str, words: str) -> Span:
    start = TEXT.index(words)
    return Span(id=id, label=label, fragments=(Fragment(start, start + len(words), words),))


def drawn(id: str, label: str, source: str, target: str) -> Link:
    return Link(id=id, label=label, arguments=(Argument("source", source), Argument("target", target)))


def loaded(*more: Any) -> AnnotatedArticle:
    document = SourceDocument(TEXT, "a.json", "x")
    for annotation in (
        span("m2", "Group", "of Borrin"),
        span("m1", "Group", "Ministers"),
        span("front", "Group", "the Front"),
        *more,
    ):
        document.add(annotation)
    read = document.read
    found = apply(parse_mapping(MAPPING.encode(), ONTOLOGY, name="m", file="m.yaml"), document, ONTOLOGY)
    tally = found.tally
    assert tally.read == read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    return found


def test_parts_are_one_mention_and_each_is_counted() -> None:
    article = loaded(drawn("r1", "Continued", "m1", "m2"))
    assert [[m.words for m in e.mentions] for e in article.entities] == [
        ["Ministers of Borrin"],
        ["the Front"],
    ]
    assert article.tally.loaded == article.tally.read == 4


def test_what_refers_to_a_part_refers_to_the_whole() -> None:
    article = loaded(
        span("t1", "Trained", "trained"),
        span("t2", "Trained", "Arun"),
        drawn("r1", "Continued", "m1", "m2"),
        drawn("r2", "Continued", "t2", "t1"),
        drawn("r3", "Who", "t2", "m2"),
        drawn("r4", "Whom", "t1", "front"),
        Attribute(id="a", label="No", target="t2"),
        Attribute(id="b", label="Entry", target="m2", value="wikidata:Q42"),
        Note(id="n", label="Remark", target="m2", text="who?"),
        Normalisation(id="x", label="y", target="m2", scheme="unknown", value="1"),
    )
    (claim,) = article.claims
    assert [words for _, _, words in claim.evidence] == ["trained", "Arun"]
    assert claim.polarity == "denied"
    assert article.entities[0].identifiers == ("wikidata:Q42",)
    assert [r.reason for r in article.tally.rejected] == ["identifier scheme unknown is not in mapping m"]


def test_members_of_an_equivalence_may_be_parts() -> None:
    same = Equivalence(id="s", label="Same", members=("m2", "front"))
    article = loaded(drawn("r1", "Continued", "m1", "m2"), same)
    assert [[m.words for m in e.mentions] for e in article.entities] == [["Ministers of Borrin", "the Front"]]


def test_parts_that_cannot_be_one_stay_apart() -> None:
    article = loaded(
        span("tel", "Place", "Tel Arun"),
        span("wide", "Group", "Ministers and"),
        drawn("r1", "Continued", "m1", "tel"),
        drawn("r2", "Continued", "front", "front"),
        drawn("r3", "Continued", "m1", "wide"),
        drawn("r4", "Continued", "m1", "r1"),
        Note(id="n", label="Remark", target="r2", text="?"),
    )
    assert [r.reason for r in article.tally.rejected] == [
        "joins a Group and a Place, which cannot be parts of one: label them alike",
        "joins a region with itself",
        "joins something that is no region of the text",
        "joins parts that overlap",
        "refers to r2, which was rejected",
    ]
    assert len(article.entities) == 5


def test_a_part_of_a_part_is_a_part_of_the_whole_however_many_there_are() -> None:
    words = " ".join(f"w{number}" for number in range(20_000))
    document = SourceDocument(words, "a.json", "x")
    at = 0
    for number in range(20_000):
        end = at + len(f"w{number}")
        document.add(Span(id=f"s{number}", label="Group", fragments=(Fragment(at, end, words[at:end]),)))
        at = end + 1
    for number in range(19_999, 0, -1):
        document.add(drawn(f"r{number}", "Continued", f"s{number}", f"s{number - 1}"))
    mapping = parse_mapping(MAPPING.encode(), ONTOLOGY, name="m", file="m.yaml")
    article = apply(mapping, document, ONTOLOGY)
    (entity,) = article.entities
    assert len(entity.mentions[0].fragments) == 20_000
    assert article.tally.loaded == 39_999


def test_notes_that_are_attributes_are_notes() -> None:
    article = loaded(
        span("day", "Day", "Tel Arun"),
        span("t1", "Trained", "trained"),
        drawn("r3", "Who", "t1", "m2"),
        drawn("r4", "Whom", "t1", "front"),
        Attribute(id="a", label="Remark", target="t1", value="2031-10"),
        Attribute(id="b", label="Names", target="front", value='{"names": ["FF"]}'),
        Attribute(id="c", label="Remark", target="day", value="2031-99-99"),
        Attribute(id="d", label="Names", target="t1", value='{"words": "last year"}'),
    )
    (claim,) = article.claims
    assert (claim.start, claim.until, claim.words) == ("2031-10", "2031-10", "last year")
    assert [name.text for e in article.entities for name in e.names] == ["FF"]
    (lost,) = article.tally.rejected
    assert lost.id == "c"
    assert "is no date" in lost.reason
