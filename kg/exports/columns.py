"""What every node and edge is told of, in one order and under one name in all formats of nodes and edges.

Where a format has lists, a list stays one; elsewhere it is joined by semicolons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

from kg.network import ClaimEdge, Node, Ref, RelationshipEdge
from ontology.dates import OPEN_FUTURE, OPEN_PAST, day

Form: TypeAlias = Literal["relationships", "claims"]
Edge: TypeAlias = RelationshipEdge | ClaimEdge
Kind: TypeAlias = Literal["text", "texts", "integer", "number", "boolean"]

FORMS: tuple[Form, ...] = ("relationships", "claims")
"""One edge a relationship, or one a claim."""

JOINT = "; "


class Column(NamedTuple):
    """One thing told of every node or edge: its name, of what kind it is, and how it is had.

    An unknown text is empty, an unknown number None.
    """

    name: str
    kind: Kind
    of: Callable[[Any], Any]

    def flat(self, element: Any) -> Any:
        """The same as one value, for formats without lists."""
        value = self.of(element)
        return JOINT.join(value) if self.kind == "texts" else value

    @property
    def flat_kind(self) -> Kind:
        """The kind of what `flat` gives."""
        return "text" if self.kind == "texts" else self.kind


def _field(name: str, kind: Kind, attribute: str = "") -> Column:
    attribute = attribute or name
    return Column(name, kind, lambda element: getattr(element, attribute))


def _ref(name: str) -> tuple[Column, Column]:
    """A node beside the ends, by name and by id."""

    def of(element: ClaimEdge, part: str) -> str:
        ref: Ref | None = getattr(element, name)
        return getattr(ref, part) if ref else ""

    return Column(name, "text", lambda one: of(one, "name")), Column(
        f"{name}_id", "text", lambda one: of(one, "id")
    )


NODE: tuple[Column, ...] = (
    _field("label", "text", "name"),
    _field("type", "text"),
    _field("types", "texts"),
    _field("classes", "texts"),
    _field("named", "boolean"),
    _field("identifiers", "texts"),
    _field("aliases", "texts"),
    _field("color", "text"),
    _field("is_value", "boolean"),
    _field("minimum", "number"),
    _field("maximum", "number"),
    _field("unit", "text"),
    _field("date", "text"),
)
"""What is told of a node beside its id."""

_BOTH: tuple[Column, ...] = (
    _field("label", "text"),
    _field("type", "text"),
    _field("relation", "text"),
    _field("family", "text"),
    _field("color", "text"),
    _field("symmetric", "boolean"),
    _field("status", "text"),
)
_COUNTS = (
    "claims",
    "affirmed",
    "hedged",
    "denied",
    "prospective",
    "speakers",
    "unnamed",
    "deniers",
    "undated",
)

RELATIONSHIP: tuple[Column, ...] = (
    *_BOTH,
    *(_field(name, "integer") for name in _COUNTS),
    _field("first", "text"),
    _field("last", "text"),
    _field("place", "text", "place_name"),
    _field("place_id", "text", "place"),
    Column("held", "texts", lambda one: [interval(*spell) for spell in one.spells]),
    _field("claim_ids", "texts"),
)
"""What is told of a relationship beside its id and ends."""

CLAIM: tuple[Column, ...] = (
    *_BOTH,
    _field("relationship", "text"),
    *(_field(name, "text") for name in ("standing", "polarity", "certainty", "modality", "basis")),
    _field("quote", "text"),
    _field("sentence", "text"),
    *_ref("speaker"),
    Column("speaker_named", "boolean", lambda one: one.speaker is not None and one.speaker.named),
    Column("relayed_by", "texts", lambda one: [who.name for who in one.speakers[:-1]]),
    *(_field(name, "text") for name in ("article", "title", "publisher", "origin", "published", "url")),
    *(_field(name, "text") for name in ("said", "start", "until")),
    _field("ended", "boolean"),
    _field("words", "text"),
    _field("role", "text"),
    *_ref("place"),
    *_ref("event"),
    *_ref("about"),
    *_ref("instrument"),
    _field("quantity", "text"),
    Column("held", "text", lambda one: interval(*one.spell)),
    Column("fragments", "texts", lambda one: [f"{start}-{end}" for start, end in one.fragments]),
)
"""What is told of a claim beside its id and ends."""


def columns(form: Form) -> tuple[Column, ...]:
    """The columns of one form of edges."""
    return RELATIONSHIP if form == "relationships" else CLAIM


def interval(since: int, until: int) -> str:
    """Days as an EDTF interval, or one day; empty where both ends are open."""
    if since <= OPEN_PAST and until >= OPEN_FUTURE:
        return ""
    return day(since) if since == until else f"{day(since)}/{day(until)}"


def spells(edge: Edge) -> tuple[tuple[int, int], ...]:
    """The days between which an edge of either form holds."""
    return edge.spells if isinstance(edge, RelationshipEdge) else (edge.spell,)


def apart(edges: Iterable[Edge]) -> Iterator[tuple[Edge, str]]:
    """Edges with their types, numbered from the second on between the same two nodes: Gephi merges equal ones."""
    parallel: Counter[tuple[str, str, str]] = Counter()
    for edge in edges:
        ends = (edge.subject, edge.object, edge.type)
        parallel[ends] += 1
        yield edge, edge.type if parallel[ends] == 1 else f"{edge.type} {parallel[ends]}"


def plain(element: Node | Edge, columns: tuple[Column, ...]) -> dict[str, Any]:
    """An element's columns as JSON has them: lists stay lists, and what is unknown is left out."""
    return {
        column.name: list(value) if column.kind == "texts" else value
        for column in columns
        if (value := column.of(element)) not in (None, "", (), [])
    }
