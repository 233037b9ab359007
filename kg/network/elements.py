"""The plain values that a network is made of: nodes, edges of two kinds, and the articles behind them.

What is unknown is an empty text, so that every format writes the same columns.
"""

from __future__ import annotations

from typing import NamedTuple


class Ref(NamedTuple):
    """A node that is spoken of beside the ends of an edge: a speaker, a place."""

    id: str
    name: str
    named: bool


class Node(NamedTuple):
    """An actor, event, place, agreement, position or document, or a value (`is_value`: a quantity or a date).

    `types` are its most specific types, `classes` these and all above them. `color` is the one in which the ontology
    draws its first type, #RRGGBB or empty. `minimum`, `maximum` and `unit` are a quantity's, `date` a date's (EDTF).
    """

    id: str
    name: str
    types: tuple[str, ...]
    classes: tuple[str, ...]
    named: bool
    identifiers: tuple[str, ...]
    aliases: tuple[str, ...]
    color: str
    is_value: bool = False
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    date: str = ""

    @property
    def type(self) -> str:
        """The first of its types, for where there is room for one."""
        return self.types[0]


class RelationshipEdge(NamedTuple):
    """A relationship, with what its claims amount to.

    `type` is the relation where some claim affirms it outright, and otherwise says what there is instead: "denied
    alliedWith", "hedged alliedWith", "prospective alliedWith", "disputed alliedWith" (hedged and denied). `label` is
    the same for people, with the status unless it is asserted: "disputed: is allied with". Counts are of claims but for
    `speakers`, `unnamed` and `deniers`, which count independent sources. `first` and `last` are when it was said, EDTF
    or empty. `spells` are the days between which it holds by the claims that affirm or hedge it, by all where none
    does: what `as_of`, `since` and `until` compare with; ordinals, inclusive, with the sentinels of ontology.dates for
    open ends. `claim_ids` are in order of saying.
    """

    id: str
    subject: str
    subject_name: str
    relation: str
    object: str
    object_name: str
    type: str
    label: str
    family: str
    color: str
    symmetric: bool
    status: str
    claims: int
    affirmed: int
    hedged: int
    denied: int
    prospective: int
    speakers: int
    unnamed: int
    deniers: int
    undated: int
    first: str
    last: str
    place: str
    place_name: str
    spells: tuple[tuple[int, int], ...]
    claim_ids: tuple[str, ...]


class ClaimEdge(NamedTuple):
    """A claim as an edge of its own.

    `type` and `label` are like a relationship's, by the claim's own standing (affirmed, hedged, denied, notActual);
    `status` is the relationship's. `speakers` are outermost first; empty is the article's own voice. Dates are EDTF or
    empty, `spell` days as in a relationship's. `fragments` are the evidence as (start, end), code points of the text;
    `marked` is the same in `sentence`.
    """

    id: str
    relationship: str
    subject: str
    subject_name: str
    relation: str
    object: str
    object_name: str
    type: str
    label: str
    family: str
    color: str
    symmetric: bool
    status: str
    standing: str
    polarity: str
    certainty: str
    modality: str
    basis: str
    quote: str
    sentence: str
    fragments: tuple[tuple[int, int], ...]
    speakers: tuple[Ref, ...]
    article: str
    title: str
    publisher: str
    origin: str
    published: str
    url: str
    said: str
    start: str
    until: str
    ended: bool
    words: str
    role: str
    place: Ref | None
    event: Ref | None
    about: Ref | None
    instrument: Ref | None
    quantity: str
    spell: tuple[int, int]
    marked: tuple[tuple[int, int], ...] = ()

    @property
    def speaker(self) -> Ref | None:
        """Who says it; None is the article's own voice."""
        return self.speakers[-1] if self.speakers else None


class Standing(NamedTuple):
    """What a claim counts for, in the ledger's numbers: when it could hold, in days, and who stands behind it.

    `speaker` is None for the article's own voice; `sentence` is equal where the words of the evidence's sentence are.
    """

    claim: str
    first: int
    last: int
    speaker: int | None
    named: bool
    origin: str
    sentence: int
    article: int


class ArticleEntry(NamedTuple):
    """An article that a claim of the network is in."""

    id: str
    title: str
    publisher: str
    origin: str
    published: str
    url: str
    authors: tuple[str, ...]
