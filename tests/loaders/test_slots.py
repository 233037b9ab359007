"""Events that were drawn as relations from their trigger are events, and each relation is counted."""

from __future__ import annotations

from typing import Any

from loaders.mapping import apply, parse_mapping
from loaders.source import Argument, Attribute, Link, Note, SourceDocument, Span
from ontology.models import AnnotatedArticle, Fragment
from ontology.vocabulary import load

ONTOLOGY = load()
TEXT = "The Brigade denied that the Red Heron Front trained it in Tel Arun."
MAPPING = """
slots: [Who, Whom, Says, What]
types: {Group: Group, Place: Place}
relations:
  Trained: trained
  Said: {speech: true}
  Near: ignore
roles: {Who: subject, Whom: object, Says: speaker, What: content}
attributes: {No: {polarity: denied}}
notes: {Remark: comment}
"""


def span(id: str, label: str, words: str) -> Span:
    start = TEXT.index(words)
    return Span(id=id, label=label, fragments=(Fragment(start, start + len(words), words),))


def drawn(id: str, label: str, source: str, target: str) -> Link:
    return Link(id=id, label=label, arguments=(Argument("source", source), Argument("target", target)))


def loaded(*more: Any) -> AnnotatedArticle:
    document = SourceDocument(TEXT, "a.json", "x")
    for annotation in (
        span("front", "Group", "Red Heron Front"),
        span("brigade", "Group", "Brigade"),
        span("t", "Trained", "trained"),
        span("s", "Said", "denied"),
        drawn("1", "Who", "t", "front"),
        *more,
    ):
        document.add(annotation)
    return apply(parse_mapping(MAPPING.encode(), ONTOLOGY, name="m", file="m"), document, ONTOLOGY)


def test_relations_from_one_trigger_are_one_event() -> None:
    article = loaded(
        drawn("2", "Whom", "t", "brigade"),
        drawn("3", "Says", "s", "brigade"),
        drawn("4", "What", "s", "t"),
        drawn("5", "Near", "front", "brigade"),
        Attribute(id="6", label="No", target="t"),
        Note(id="7", label="Remark", target="2", text="sure?"),
    )
    (claim,) = article.claims
    assert (claim.subject, claim.relation, claim.object) == ("front", "trained", "brigade")
    assert (claim.polarity, claim.speakers) == ("denied", ("brigade",))
    assert [fragment.exact for fragment in claim.evidence] == ["trained"]
    tally = article.tally
    assert (tally.read, tally.loaded, tally.ignored, tally.rejected) == (11, 10, {"Near": 1}, [])
    assert tally.kinds["relation"] == [4, 1, 0]


def test_what_becomes_of_the_event_becomes_of_each_relation() -> None:
    article = loaded(drawn("3", "Says", "s", "brigade"), drawn("4", "What", "s", "t"))
    reasons = {rejection.id: rejection.reason for rejection in article.tally.rejected}
    assert article.claims == []
    assert reasons["1"] == "has no role that gives an object"
    assert "which was rejected" in reasons["3"]
    assert reasons["3"] == reasons["4"]
    assert article.tally.read == 7 == article.tally.loaded + len(article.tally.rejected)
