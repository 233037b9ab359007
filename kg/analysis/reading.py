"""Reads from the ledger which relationships the nodes of a network have, and on which sources each rests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from kg import identity
from kg.network import Network
from kg.network.selection import chunks
from kg.status import AFFIRMED, DENIED, HEDGED, Source, independent, status
from ontology.vocabulary import Ontology

_ONLY = {AFFIRMED: "asserted", HEDGED: "hedged", DENIED: "denied"}
"""The status of a relationship that one claim of this standing is all about."""


class Related(NamedTuple):
    """A relationship between two nodes, in the ledger's numbers.

    Of a symmetric one the subject has the smaller id. `affirmed` tells whether some claim affirms it outright,
    `sources` who affirms or hedges it, claim by claim: without any it links nobody.
    """

    number: int
    subject: int
    relation: str
    object: int
    status: str
    affirmed: bool
    sources: tuple[Source, ...]


def related(network: Network, ids: dict[int, str]) -> list[Related]:
    """The relationships of a network between nodes, by the ids of subject and object; `ids` are set to those of all."""
    symmetric = {name for name, one in network.ontology.relations.items() if one.symmetric}
    found = [
        Related(number, subject, relation, object_, *_amount(claims))
        for number, subject, relation, object_, claims in _grouped(network)
    ]
    ends = {one.subject for one in found} | {one.object for one in found}
    for some in chunks(sorted(ends)):
        ids.update(
            network.graph.ledger.db.execute(
                "SELECT id, canonical FROM nodes WHERE id IN (SELECT value FROM json_each(?))", (some,)
            ).fetchall()
        )
    found = [
        one._replace(subject=one.object, object=one.subject)
        if one.relation in symmetric and ids[one.object] < ids[one.subject]
        else one
        for one in found
    ]
    return sorted(found, key=lambda one: (ids[one.subject], one.relation, ids[one.object], one.number))


def _grouped(network: Network) -> Iterator[tuple[int, int, str, int, list[Any]]]:
    """Each relationship with its claims that count, as (standing, first day, last day, sentence, article, speaker)."""
    within = network.condition
    kept = set(network.relationship_numbers())
    rows = network.graph.ledger.db.execute(
        "SELECT c.relationship, r.subject, c.relation, r.object, c.standing, c.first_day, c.last_day, c.sentence,"
        " c.article, s.node"
        " FROM claims c JOIN relationships r ON r.id = c.relationship LEFT JOIN entities s ON s.id = c.speaker"
        f" WHERE c.live AND r.object > 0{within.sql} ORDER BY c.relationship, c.id",
        within.values,
    )
    speakers = _Speakers(network)
    for (number, subject, relation, object_), group in groupby(rows, key=lambda row: row[:4]):
        if number in kept:
            yield (
                number,
                subject,
                relation,
                object_,
                [(*row[4:7], speakers.source(*row[7:])) for row in group],
            )


class _Speakers:
    """Who stands behind a claim, from the ledger's numbers."""

    def __init__(self, network: Network) -> None:
        db = network.graph.ledger.db
        self._origins: dict[int, str] = dict(db.execute("SELECT id, origin FROM articles"))
        self._named = {
            node
            for (node,) in db.execute("SELECT node FROM facts WHERE kind=? AND uses > 0", (identity.NAMED,))
        }

    def source(self, sentence: int, article: int, speaker: int | None) -> Source:
        """The source of a claim."""
        return Source(speaker, speaker in self._named, self._origins[article], sentence, article)


def _amount(claims: list[Any]) -> tuple[str, bool, tuple[Source, ...]]:
    """The status of a relationship, whether it is affirmed outright, and its sources."""
    if len(claims) == 1:
        standing, _, _, source = claims[0]
        kind = _ONLY.get(standing, "prospective")
        return kind, standing == AFFIRMED, (source,) if standing in (AFFIRMED, HEDGED) else ()
    return (
        status([one[:3] for one in claims]),
        any(one[0] == AFFIRMED for one in claims),
        tuple(one[3] for one in claims if one[0] in (AFFIRMED, HEDGED)),
    )


def strength(sources: list[Source]) -> int:
    """How many independent sources these are: named ones and the articles' own voices, and, one an origin, unnamed."""
    return 1 if len(sources) == 1 else sum(independent(sources))


def actors(network: Network) -> set[int]:
    """The nodes that are actors, in the ledger's numbers."""
    return of_type(network, network.ontology, "Actor")


def of_type(network: Network, ontology: Ontology, name: str) -> set[int]:
    """The nodes of a type or of one below it, in the ledger's numbers."""
    kinds = ontology.subtypes(name)
    return {
        node
        for node, kind in network.graph.ledger.db.execute(
            "SELECT node, value FROM facts WHERE kind=? AND uses > 0", (identity.TYPE,)
        )
        if kind in kinds
    }
