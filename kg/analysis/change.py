"""What changed in a network between two dates: what appeared, ended, was denied, or is spoken of in another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.analysis.findings import LIMIT, RELATIONSHIP, Findings, Rows, as_row, few, page
from kg.analysis.reading import Related
from kg.analysis.snapshot import Snapshot, snapshot
from kg.network import RelationshipEdge, Selection
from ontology import dates
from ontology.errors import UsageError
from queries.catalogue import Column

if TYPE_CHECKING:
    from kg.graph import Graph

KINDS = ("appeared", "first said", "again", "ended", "denied", "status", "prospective")
"""What may become of a relationship. `first said`: it is there now, but no claim says since when; `again`: an act that
was done before is done again; `status`: it is there as before, but disputed now, or no longer; `prospective`: newly
pledged, predicted or supposed."""

COUNTS = dict(
    zip(KINDS, ("appeared", "first_said", "again", "ended", "denials", "restated", "announced"), strict=True)
)
"""What the number of each is called in an actor's row."""

BY = ("relationship", "actor")

_OF_RELATIONSHIP = (
    Column("change", "text"),
    *RELATIONSHIP[:3],
    Column("before", "text"),
    *RELATIONSHIP[3:],
)
_OF_ACTOR = (
    Column("actor", "actor"),
    Column("before", "integer"),
    Column("after", "integer"),
    Column("difference", "integer"),
    *(Column(name, "integer") for name in COUNTS.values()),
    Column("claims", "claims"),
)
_QUESTION = "What changed between these dates?"


class Changed(NamedTuple):
    """What became of a relationship, in the ledger's numbers; `was` and `now` are None where nobody spoke of it."""

    kind: str
    number: int
    was: Related | None
    now: Related | None

    @property
    def ends(self) -> tuple[int, int]:
        """Its nodes."""
        one = self.now or self.was
        assert one is not None
        return one.subject, one.object


def change(
    graph: Graph, before: str, later: str, selection: Selection | None = None, *, by: str = "relationship",
    among: str = "actors", without: Collection[str] = (), limit: int | None = LIMIT, after: int = 0,
) -> Findings:  # fmt: skip
    """What changed from one date (EDTF) to a later one, by relationship or by actor.

    States are those that held on either date; acts are those done until then, so that an act appears when it is done
    and never ends. What is undated counts from the day it was said, and is told apart as `first said`. Raises
    UsageError where a date is none, the second is not later, or the selection has dates of its own.
    """
    selection = selection or Selection()
    if by not in BY:
        raise UsageError(f"by: {by!r} is not {' or '.join(BY)}")
    if selection.bounded:
        raise UsageError("change takes its two dates as arguments; leave out --as-of, --since and --until")
    plain = replace(selection, statuses=())
    old, new = (
        snapshot(graph, replace(plain, as_of=day, until=day), among=among, without=without)
        for day in (before, later)
    )
    if dates.parse(old.selection.as_of or "").earliest >= dates.parse(new.selection.as_of or "").latest:
        raise UsageError(f"{later!r} is not later than {before!r}; give the earlier date first")
    wanted = selection.statuses
    found = [
        one
        for one in _compared(old, new)
        if not wanted or any(side and side.status in wanted for side in (one.was, one.now))
    ]
    edges = _Edges(old, new)
    edges.read(found)
    found = [edges.as_dated(one) for one in found]
    found.sort(key=edges.key)
    rows = Rows(new)
    made, columns, more = (
        _by_relationship(edges, found, limit, after)
        if by == "relationship"
        else _by_actor(edges, rows, found, limit, after)
    )
    rows.finish()
    drawn = {edges.edge(one).id: {"change": one.kind} for one in found}
    told = {"from": before, "to": later, "by": by}
    made_of = rows.findings(
        "change", _QUESTION, told, columns, made, more=more, picture={"relationships": drawn}
    )
    for name in ("as_of", "until"):
        made_of.parameters.pop(name, None)
    if selection.statuses:
        made_of.parameters["statuses"] = list(selection.statuses)
    counts = Counter(one.kind for one in found)
    made_of.notes = [
        ", ".join(f"{counts[kind]:,} {kind}" for kind in KINDS if counts[kind]) or "nothing changed",
        f"{before}: {old.notes[0]}",
        f"{later}: {new.notes[0]}",
        *new.notes[1:],
    ]
    return made_of


def _compared(old: Snapshot, new: Snapshot) -> Iterator[Changed]:
    """What became of each relationship of either; what is as it was is left out."""
    was = {one.number: one for one in old.relationships}
    now = {one.number: one for one in new.relationships}
    linked = {old.relationships[at].number for at in old.linking}
    linking = {new.relationships[at].number for at in new.linking}
    acts = {name for name, one in new.ontology.relations.items() if one.tense == "act"}
    for number in sorted({*was, *now}):
        one, other = was.get(number), now.get(number)
        kind = ""
        if number in linking and number not in linked:
            kind = "appeared"
        elif number in linked and number not in linking:
            kind = "denied" if other and not other.said and other.status == "denied" else "ended"
        elif one and other and one.status != other.status:
            kind = "denied" if other.status == "denied" else "status"
        elif (
            number in linking and one and other and other.relation in acts and len(other.said) > len(one.said)
        ):
            kind = "again"
        elif other and not one:
            kind = other.status if other.status in KINDS else "status"
        if kind:
            yield Changed(kind, number, one, other)


class _Edges:
    """The relationships that changed, as they were and as they are."""

    def __init__(self, old: Snapshot, new: Snapshot) -> None:
        self._old, self._new = old, new
        self._was: dict[int, RelationshipEdge] = {}
        self._now: dict[int, RelationshipEdge] = {}

    def read(self, found: list[Changed]) -> None:
        """Read these."""
        self._was = self._old.network.relationships_of(one.number for one in found if one.was)
        self._now = self._new.network.relationships_of(one.number for one in found if one.now)

    def as_dated(self, one: Changed) -> Changed:
        """What only seems to begin told as such: none of its claims says when, so that they count from being said."""
        now = self._now.get(one.number)
        return (
            one._replace(kind="first said")
            if one.kind == "appeared" and now and now.undated == now.claims
            else one
        )

    def key(self, one: Changed) -> tuple[Any, ...]:
        """What they are sorted by: what became of them, then names, then the id."""
        edge = self.edge(one)
        return KINDS.index(one.kind), edge.subject_name, edge.relation, edge.object_name, edge.id

    def edge(self, one: Changed) -> RelationshipEdge:
        """As it is now, or as it was last."""
        return self._now.get(one.number) or self._was[one.number]

    def degree(self, number: int) -> tuple[int, int]:
        """How many others a node was linked with, and is."""
        was, now = (
            0 if (at := one.place.get(number)) is None else len(one.neighbours[at])
            for one in (self._old, self._new)
        )
        return was, now

    def claims(self, one: Changed) -> list[str]:
        """The claims that tell of the change: the new ones; where there are none, those that it had before."""
        was = self._was[one.number].claim_ids if one.was else ()
        now = self._now[one.number].claim_ids if one.now else ()
        new = [claim for claim in now if claim not in set(was)]
        return new or list(was or now)


def _by_relationship(
    edges: _Edges, found: list[Changed], limit: int | None, after: int
) -> tuple[list[dict[str, Any]], tuple[Column, ...], bool]:
    start, end, more = page(limit, after, len(found))
    made: list[dict[str, Any]] = []
    for one in found[start:end]:
        row = as_row(edges.edge(one))
        row["status"] = one.now.status if one.now else None
        made.append(
            {
                **row,
                "change": one.kind,
                "before": one.was.status if one.was else None,
                "claims": edges.claims(one),
            }
        )
    return made, _OF_RELATIONSHIP, more


def _by_actor(
    edges: _Edges, rows: Rows, found: list[Changed], limit: int | None, after: int
) -> tuple[list[dict[str, Any]], tuple[Column, ...], bool]:
    of: dict[int, list[Changed]] = {}
    for one in found:
        for end in one.ends:
            of.setdefault(end, []).append(one)
    start, end, more = page(limit, after, len(of))
    degrees = {number: edges.degree(number) for number in of}
    refs = rows.snapshot.network.refs(sorted(of))

    def key(number: int) -> tuple[Any, ...]:
        was, now = degrees[number]
        return -abs(now - was), -len(of[number]), refs[number].name, refs[number].id

    made: list[dict[str, Any]] = []
    for number in sorted(of, key=key)[start:end]:
        was, now = degrees[number]
        kinds = Counter(one.kind for one in of[number])
        claims = [claim for one in of[number] for claim in edges.claims(one)]
        made.append(
            {
                "actor": rows.cell(number), "before": was, "after": now, "difference": now - was,
                **{COUNTS[kind]: kinds[kind] for kind in KINDS}, "claims": few(rows.snapshot, claims),
            }
        )  # fmt: skip
    return made, _OF_ACTOR, more
