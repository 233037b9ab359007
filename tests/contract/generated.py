"""Histories made up by hypothesis: what articles say, when they are loaded, changed and withdrawn.

Few names, ids and dates, so that they meet; and such as engines read differently. What is drawn are plain values that
tell what happened when they are printed, and become real annotated articles here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

import kg
from ontology.models import AnnotatedArticle, DateValue, Quantity
from tests.kg.made import Writer

EMOJI, PRIVATE = "\U0001f9a9", "\ue000"
"""By code points the emoji comes last, by UTF-16 units the private character does."""

NAMES = (
    "Karsk Front",
    "karsk front",
    "\u00c9mile Orr",
    "E\u0301mile Orr",
    f"{EMOJI} Front",
    f"{PRIVATE} Front",
    "\u0627\u0644\u0646\u0648\u0631",
    "\uff2darsh Guard",
    'Bob\'s "Brig\\ade" } UNION { ?s ?p ?o } # ${x} $actor',
    "line\u2028break\tand\u200bmore",
    "an aide",
    "Tessaly",
)
TYPES = ("Group", "ArmedGroup", "Person", "Official", "State", "Place", "Attack")
IDENTIFIERS = ((), (), (), ("wikidata:Q1",), ("wikidata:Q2",), ("wikidata:Q1", "lei:5493001KJTIIGC8Y1R12"))
ARTICLES = ("a", f"{PRIVATE}", f"{EMOJI}", "x/\u00e9 \"'\\}<>|`{")
PUBLISHERS = (
    "",
    "The Borrin Courier",
    f"{EMOJI} Post",
    f"{PRIVATE} Post",
    "\u00c9cho",
    "E\u0301cho",
    "'\"\\",
)
ORIGINS = ("", "", "Borrin Press Agency", f"{EMOJI} Wire", f"{PRIVATE} Wire")
ANNOTATORS = ("", "jane", "\u00e9")
RELATIONS = (
    "alliedWith", "linkedTo", "trained", "memberOf", "partOf", "killed", "hostileTo", "metWith", "hasStrength",
    "happenedAt", "killedIn", "tookPlaceIn", "operatesIn", "attacked", "leads",
)  # fmt: skip
DATES = (
    None,
    None,
    "2020",
    "2019-03/2020-02",
    "2021/..",
    "../2020-06-15",
    "2020-02-29",
    "2020~",
    "-0044",
    "2020/..",
)
FIGURES = (Quantity(10, 20, "fighters"), Quantity(10, None, "fighters"), Quantity(None, 15, "fighters"),
           Quantity(400, 400), Quantity(0.5, 2.5, "tonnes"))  # fmt: skip


class Thing(NamedTuple):
    """Something that an article speaks of."""

    name: str
    type: str
    identifiers: tuple[str, ...] = ()


class Says(NamedTuple):
    """A claim; ends, speaker, place and event are positions among the article's things."""

    subject: int
    relation: str
    object: int
    when: str | None = None
    speakers: tuple[int, ...] = ()
    polarity: str = "affirmed"
    certainty: str = "unstated"
    modality: str = "actual"
    place: int | None = None
    event: int | None = None
    said: str | None = None
    words: str = ""
    role: str = ""

    def __repr__(self) -> str:
        """What differs from a plain claim."""
        told = [repr(self.subject), self.relation, repr(self.object)]
        told += [
            f"{name}={value!r}"
            for name, value in self._asdict().items()
            if name in self._field_defaults and value != self._field_defaults[name]
        ]
        return f"Says({', '.join(told)})"


class Told(NamedTuple):
    """One annotator's work on one article."""

    article: str
    things: tuple[Thing, ...]
    claims: tuple[Says, ...]
    publisher: str = ""
    origin: str = ""
    published: str | None = None
    annotator: str = ""


class Load(NamedTuple):
    """A run that loads articles."""

    articles: tuple[Told, ...]


class Retract(NamedTuple):
    """A run that withdraws an article."""

    article: str


class Rebuild(NamedTuple):
    """The store built anew."""


Step = Load | Retract | Rebuild

_positions = st.integers(0, 4)
_maybe = st.one_of(st.none(), _positions)
things = st.builds(Thing, st.sampled_from(NAMES), st.sampled_from(TYPES), st.sampled_from(IDENTIFIERS))
claims = st.builds(
    Says,
    _positions,
    st.sampled_from(RELATIONS),
    _positions,
    when=st.sampled_from(DATES),
    speakers=st.lists(_positions, max_size=2).map(tuple),
    polarity=st.sampled_from(["affirmed", "affirmed", "affirmed", "denied"]),
    certainty=st.sampled_from(["unstated", "unstated", "probable", "possible", "certain"]),
    modality=st.sampled_from(["actual", "actual", "actual", "pledged"]),
    place=_maybe,
    event=_maybe,
    said=st.sampled_from([None, None, "2020-05", "2031-03-01"]),
    words=st.sampled_from(["", "They did.", f'{EMOJI} "so" it is\\.']),
    role=st.sampled_from(["", "", "chief \u00e9"]),
)
told = st.builds(
    Told,
    st.sampled_from(ARTICLES),
    st.lists(things, min_size=5, max_size=5).map(tuple),
    st.lists(claims, max_size=8).map(tuple),
    publisher=st.sampled_from(PUBLISHERS),
    origin=st.sampled_from(ORIGINS),
    published=st.sampled_from([None, "2031", "2031-03-04", "2030-12"]),
    annotator=st.sampled_from(ANNOTATORS),
)
steps = st.one_of(
    st.lists(told, min_size=1, max_size=3).map(lambda made: Load(tuple(made))),
    st.lists(told, min_size=1, max_size=3).map(lambda made: Load(tuple(made))),
    st.sampled_from(ARTICLES).map(Retract),
    st.just(Rebuild()),
)
histories = st.lists(steps, min_size=1, max_size=5)


def written(made: Told) -> AnnotatedArticle:
    """The annotated article; claims between things that their relation does not go with are rejected on the way."""
    writer = Writer(made.article, made.publisher, made.origin, made.published, made.annotator)
    handles = [writer.entity(one.name, one.type, identifiers=one.identifiers) for one in made.things]
    for number, one in enumerate(made.claims):
        start, _, until = (one.when or "").partition("/")
        writer.claim(
            handles[one.subject],
            one.relation,
            _object(one, handles),
            one.words,
            speakers=tuple(handles[speaker] for speaker in one.speakers),
            polarity=one.polarity,
            certainty=one.certainty,
            modality=one.modality,
            start=None if start in ("", "..") else start,
            until=None if until == ".." else until or start or None,
            said=one.said,
            place=None if one.place is None else handles[one.place],
            event=None if one.event is None else handles[one.event],
            role=one.role,
            quantity=FIGURES[number % len(FIGURES)] if one.relation == "killedIn" else None,
        )
    return writer.done()


def _object(one: Says, handles: list[str]) -> Any:
    if one.relation == "hasStrength":
        return FIGURES[one.object % len(FIGURES)]
    if one.relation == "happenedAt":
        return DateValue(one.when or "2020-05")
    return handles[one.object]


def take(graph: kg.Graph, step: Step) -> None:
    """Let a graph, open for writing, go through a step of its history."""
    match step:
        case Load(articles):
            kg.ingest(graph, [written(one) for one in articles])
        case Retract(article):
            known = graph.ledger.db.execute("SELECT 1 FROM articles WHERE key=?", (article,)).fetchone()
            if known:
                kg.retract(graph, article)
        case Rebuild():
            graph.rebuild()
