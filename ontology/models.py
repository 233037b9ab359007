"""An annotated article and what it says: the one shape that every loader produces.

These are plain slotted dataclasses, because a nightly run makes millions of them; `validate` (below) checks one from
untrusted data through pydantic, and `schema` gives their JSON Schema.

Names of types and relations are the local names of the ontology ("ArmedGroup", "trained"). Entities and claims are
addressed inside one annotated article by `id`, a local handle that is never stored as identity. Dates are EDTF
strings, checked where they are read (`ontology.dates`). Offsets are Unicode code points into `AnnotatedArticle.text`,
half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Polarity = Literal["affirmed", "denied"]
Certainty = Literal["certain", "probable", "possible", "unstated"]
Modality = Literal["actual", "pledged", "predicted", "hypothetical", "obliged"]
Basis = Literal["stated", "implied"]


class Fragment(NamedTuple):
    """One stretch of an article's text: `text[start:end] == exact`."""

    start: int
    end: int
    exact: str


class Mention(NamedTuple):
    """The words that name or describe something: one fragment, or several in reading order."""

    fragments: tuple[Fragment, ...]

    @property
    def words(self) -> str:
        """The mention's words, the fragments joined by single spaces."""
        fragments = self.fragments
        return fragments[0][2] if len(fragments) == 1 else " ".join([fragment[2] for fragment in fragments])


class Name(NamedTuple):
    """A name given by the annotator or a reference list, beyond the words of the mentions."""

    text: str
    language: str = ""


@dataclass(slots=True)
class Article:
    """One text as published: "The Borrin Courier reported on 3 March 2031 …".

    `id` is the declared identity, or None to fall back on the normalised URL, then on `path`, the article's path in
    its feed. `origin` is the agency or paper the text was taken from, where it differs from the publisher.
    `published` is EDTF or None (unknown).
    """

    id: str | None = None
    title: str = ""
    publisher: str = ""
    origin: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    url: str = ""
    language: str = ""
    path: str = ""


@dataclass(slots=True)
class Entity:
    """What one annotation set's mentions of one thing refer to (a coreference group).

    `mentions` are in reading order and never empty. `named` is True or False where the annotator said so, None to let
    the words decide. `identifiers` are "scheme:value" ("wikidata:Q42418").
    """

    id: str
    type: str
    mentions: tuple[Mention, ...]
    names: tuple[Name, ...] = ()
    identifiers: tuple[str, ...] = ()
    named: bool | None = None


@dataclass(slots=True)
class Quantity:
    """A number as claimed: a range, an exact figure, or a bound open at one end ("at least 1,000": minimum only)."""

    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""


@dataclass(slots=True)
class DateValue:
    """A date as the object of a claim ("the summit happened on …"), in EDTF."""

    edtf: str


@dataclass(slots=True)
class Claim:
    """One proposition as one speaker put it in one article: "X says that SUBJECT RELATION OBJECT".

    `subject`, `place`, `event`, `about`, `instrument` and the members of `speakers` are entity ids; `object` is an
    entity id or a value. `speakers` is the chain outermost first: the last one said it, the earlier ones relay it;
    empty is the article's own voice. `start` and `until` bound when it held or happened (EDTF); `ended` says it was
    over by the day it was said. `said` is when it was said (None: when the article was published). `words` are the
    date's words as printed. `evidence` is the trigger or quote (for a relation without trigger its arguments'
    fragments); `arguments` are the mentions the annotation points at.
    """

    id: str
    subject: str
    relation: str
    object: str | Quantity | DateValue
    evidence: tuple[Fragment, ...]
    arguments: tuple[Mention, ...] = ()
    speakers: tuple[str, ...] = ()
    polarity: Polarity = "affirmed"
    certainty: Certainty = "unstated"
    modality: Modality = "actual"
    basis: Basis = "stated"
    start: str | None = None
    until: str | None = None
    ended: bool = False
    said: str | None = None
    words: str = ""
    place: str | None = None
    event: str | None = None
    about: str | None = None
    instrument: str | None = None
    role: str = ""
    quantity: Quantity | None = None


@dataclass(slots=True)
class Rejection:
    """A source annotation (or whole document) that could not be loaded: where it is and why.

    `kind` is what it is ("mention", "relation", "event", "attribute", …) where that is known.
    """

    file: str
    reason: str
    line: int | None = None
    id: str | None = None
    kind: str = ""


@dataclass(slots=True)
class Tally:
    """What became of a document's source annotations: read == loaded + sum(ignored) + len(rejected).

    `kinds` has the same by kind of annotation ("mention", "relation", "event", "attribute", …): how many were loaded,
    ignored by name and rejected.
    """

    read: int = 0
    loaded: int = 0
    ignored: dict[str, int] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kinds: dict[str, list[int]] = field(default_factory=dict)

    def count(self, kind: str, *, loaded: int = 0, ignored: int = 0, rejected: int = 0) -> None:
        """Add to what became of one kind of annotation."""
        counts = self.kinds.setdefault(kind, [0, 0, 0])
        counts[0] += loaded
        counts[1] += ignored
        counts[2] += rejected

    def lose(self, rejection: Rejection) -> None:
        """Count one that was loaded as rejected after all."""
        self.rejected.append(rejection)
        self.loaded -= 1
        kind = rejection.kind or next(
            (kind for kind, counts in self.kinds.items() if counts[0]), "unreadable"
        )
        self.count(kind, loaded=-1, rejected=1)


@dataclass(slots=True)
class AnnotatedArticle:
    """One article as annotated by one annotator or tool in one layer: the annotation set and its article.

    `source` is the file it came from, as the user named it; `loader` and `mapping` name what read it.
    """

    article: Article
    text: str
    entities: list[Entity] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    annotator: str = ""
    layer: str = ""
    loader: str = ""
    mapping: str = ""
    source: str = ""
    tally: Tally = field(default_factory=Tally)


@dataclass(slots=True)
class RejectedDocument:
    """A document of which nothing could be loaded. `read` counts its annotations where they could be counted."""

    rejection: Rejection
    read: int = 0
    source: str = ""


def validate(data: Any) -> AnnotatedArticle:
    """An annotated article from plain data (dicts and lists), checked by pydantic; raises pydantic.ValidationError."""
    from pydantic import TypeAdapter

    return TypeAdapter(AnnotatedArticle).validate_python(data)
