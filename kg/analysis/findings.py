"""What an analysis found: an answer as questions give it, whose rows cite, and how it goes onto a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kg.analysis.snapshot import Snapshot
from kg.answer import Answer
from kg.citations import citations
from kg.ledger import batches, marks
from kg.network import Ref, RelationshipEdge
from kg.rendering.citations import outlet
from ontology.errors import UsageError
from queries.catalogue import Column, Question

RELATIONSHIP = (
    Column("subject", "node"),
    Column("relation", "relation"),
    Column("object", "node"),
    Column("status", "text"),
    Column("affirmed", "integer"),
    Column("hedged", "integer"),
    Column("denied", "integer"),
    Column("speakers", "integer"),
    Column("unnamed", "integer"),
    Column("deniers", "integer"),
    Column("first", "date"),
    Column("last", "date"),
    Column("said_by", "texts"),
    Column("claims", "claims"),
)
"""The columns of a row that is a relationship, as in answers; `said_by` tells who says it."""

LIMIT = 20
"""Rows, unless told otherwise."""

FEW = 3
"""Ties that are told of a row that many carry."""

MOST_CLAIMS = 12
"""Claims that such a row cites."""


@dataclass(slots=True)
class Findings(Answer):
    """An answer whose question is an analysis. `picture` has what may be drawn, for all that was found.

    It is what `kg.analysis.picture` writes and reads: its `nodes` and `relationships` are by id.
    """

    picture: dict[str, Any] = field(default_factory=dict)


class Rows:
    """Makes the rows of findings: collects what is spoken of, and looks it all up at once at the end."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._nodes: dict[int, dict[str, Any]] = {}
        self._later: list[Callable[[dict[int, RelationshipEdge]], None]] = []
        self._wanted: set[int] = set()

    def node(self, at: int) -> dict[str, Any]:
        """The cell of a node, by its place; its name comes with `finish`."""
        return self.cell(self.snapshot.numbers[at])

    def cell(self, number: int) -> dict[str, Any]:
        """The same by the ledger's number."""
        return self._nodes.setdefault(number, {"id": self.snapshot.id_of.get(number, ""), "name": ""})

    def tell(self, relationships: Iterable[int], then: Callable[[list[RelationshipEdge]], None]) -> None:
        """Have `then` called with relationships, given as places, once they are read."""
        numbers = [self.snapshot.relationships[at].number for at in relationships]
        self._wanted.update(numbers)
        self._later.append(lambda edges: then([edges[number] for number in numbers]))

    def carried(self, row: dict[str, Any], ties: Iterable[int], seen_from: int | None = None) -> None:
        """Fill a row's `through` and `claims` from some ties: what each says, seen from that node, and few claims."""
        row["through"], row["claims"] = [], []
        number = None if seen_from is None else self.snapshot.numbers[seen_from]

        def fill(edges: list[RelationshipEdge]) -> None:
            id = None if number is None else self._nodes[number]["id"]
            first, *others = sorted(edges, key=lambda one: -one.speakers - one.unnamed)
            words = in_words(self.snapshot, first, id)
            row["through"].append(f"{words} and {len(others)} more" if others else words)
            row["claims"] = few(
                self.snapshot, [*row["claims"], *(id for edge in edges for id in edge.claim_ids)]
            )

        for tie in ties:
            self.tell(self.snapshot.behind[tie], fill)

    def finish(self) -> None:
        """Look up the names and relationships."""
        network = self.snapshot.network
        for number, ref in network.refs(sorted(self._nodes)).items():
            self._nodes[number].update(id=ref.id, name=ref.name)
        edges = network.relationships_of(self._wanted)
        for fill in self._later:
            fill(edges)

    def findings(
        self, name: str, question: str, parameters: dict[str, Any], columns: Sequence[Column],
        rows: list[dict[str, Any]], *, more: bool = False, notes: Iterable[str] = (),
        picture: dict[str, Any] | None = None, sections: Iterable[str] = (),
    ) -> Findings:  # fmt: skip
        """The findings, with the citations of what their rows claim."""
        cited = citations(
            self.snapshot.graph.ledger, (claim for row in rows for claim in row.get("claims", ()))
        )
        names = [one.name for one in columns]
        if "said_by" in names:
            for row in rows:
                row["said_by"] = said_by(cited[claim] for claim in row["claims"] if claim in cited)
        asked = Question(name, question, (), tuple(columns), "", "kg/analysis")
        parameters = {**parameters, **described(self.snapshot)}
        return Findings(
            asked,
            parameters,
            tuple(columns),
            [{one: row.get(one) for one in names} for row in rows],
            cited,
            [*notes, *self.snapshot.notes],
            more,
            list(sections),
            {"analysis": name, "parameters": parameters, "nodes": {}, "relationships": {}, **(picture or {})},
        )


def described(snapshot: Snapshot) -> dict[str, Any]:
    """What the network was made by, as an answer repeats it."""
    return {
        "among": snapshot.among,
        **({"without": list(snapshot.without)} if snapshot.without else {}),
        **{
            name: value
            for name, value in snapshot.selection.told().items()
            if name not in ("values", "isolated")
        },
    }


def as_row(edge: RelationshipEdge) -> dict[str, Any]:
    """What RELATIONSHIP shows of a relationship, but who says it."""
    return {
        "subject": {"id": edge.subject, "name": edge.subject_name},
        "relation": edge.relation,
        "object": {"id": edge.object, "name": edge.object_name},
        "status": edge.status,
        "affirmed": edge.affirmed,
        "hedged": edge.hedged,
        "denied": edge.denied,
        "speakers": edge.speakers,
        "unnamed": edge.unnamed,
        "deniers": edge.deniers,
        "first": edge.first or None,
        "last": edge.last or None,
        "claims": list(edge.claim_ids),
    }


def in_words(snapshot: Snapshot, edge: RelationshipEdge, seen_from: str | None) -> str:
    """A relationship seen from one of its ends, with its status unless asserted: `trained by Velden (disputed)`."""
    relation = snapshot.ontology.relations[edge.relation]
    mark = "" if edge.status == "asserted" else f" ({edge.status})"
    if seen_from == edge.object and not edge.symmetric:
        return f"{relation.inverse_label} {edge.subject_name}{mark}"
    if seen_from is None:
        return f"{edge.subject_name} {relation.label} {edge.object_name}{mark}"
    return f"{relation.label} {edge.subject_name if seen_from == edge.object else edge.object_name}{mark}"


def said_by(cited: Iterable[dict[str, Any]]) -> list[str]:
    """Who says something, each once: `Jora Linn`, `The Borrin Courier itself`, `Ovo Brask denies it`."""
    words: dict[str, None] = {}
    for one in cited:
        who = one["speakers"][-1]["name"] if one["speakers"] else f"{outlet(one, str)} itself"
        if one["polarity"] == "denied":
            who += " denies it"
        doubt = [one["modality"]] if one["modality"] != "actual" else []
        doubt += [one["certainty"]] if one["certainty"] in ("probable", "possible") else []
        words[f"{who} ({', '.join(doubt)})" if doubt else who] = None
    return list(words)


def few(snapshot: Snapshot, claims: Sequence[str], limit: int = MOST_CLAIMS) -> list[str]:
    """Some of many claims, in order; of each standing the first is among them, so that no denial is left out."""
    known = list(dict.fromkeys(claims))
    if len(known) <= limit:
        return known
    standing: dict[str, str] = {}
    for some in batches(known):
        standing.update(
            snapshot.graph.ledger.db.execute(
                f"SELECT key, standing FROM claims WHERE live AND key IN ({marks(some)})", some
            ).fetchall()
        )
    first: dict[str, str] = {}
    for claim in known:
        first.setdefault(standing.get(claim, ""), claim)
    chosen = set(list(dict.fromkeys([*first.values(), *known]))[:limit])
    return [claim for claim in known if claim in chosen]


def strongest(snapshot: Snapshot, at: int, score: Sequence[float], count: int = FEW) -> list[int]:
    """The ties of a node that most independent sources stand behind; of equal ones, to those of greater score first."""
    ties = [(snapshot.tie(at, other), other) for other in snapshot.neighbours[at]]
    ties.sort(key=lambda one: (-snapshot.weights[one[0]], -score[one[1]], one[1]))
    return [tie for tie, _ in ties[:count]]


def ordered(snapshot: Snapshot, keys: dict[int, tuple[float, ...]], last: int) -> list[int]:
    """The first nodes by key, smaller first, then by name and id: enough of them for rows up to `last`."""
    by_key = sorted(keys, key=lambda at: (keys[at], at))
    if len(by_key) > last:
        edge = keys[by_key[last - 1]]
        by_key = [at for at in by_key if keys[at] <= edge]
    refs = named(snapshot, by_key)
    return sorted(by_key, key=lambda at: (keys[at], refs[at].name, refs[at].id))


def named(snapshot: Snapshot, places: Iterable[int]) -> dict[int, Ref]:
    """Nodes with their names, by place."""
    wanted = list(places)
    refs = snapshot.network.refs(snapshot.numbers[at] for at in wanted)
    return {at: refs[snapshot.numbers[at]] for at in wanted}


def page(limit: int | None, after: int, count: int) -> tuple[int, int, bool]:
    """(first row, row after the last, whether there are more) of so many; raises UsageError for impossible ones."""
    if (limit is not None and limit < 1) or after < 0:
        raise UsageError("limit must be at least 1 and after at least 0")
    end = count if limit is None else min(after + limit, count)
    return min(after, end), end, end < count
