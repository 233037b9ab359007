"""Reads from the ledger which relationships the nodes of a network have, and on which sources each rests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from kg import identity
from kg.network import Network
from kg.status import AFFIRMED, DENIED, HEDGED, Source, independent, status

Said: TypeAlias = tuple[int, int, int | None]
"""Where a claim that affirms or hedges is said, in the ledger's numbers: sentence, article, speaker's node or None."""

_ONLY = {AFFIRMED: "asserted", HEDGED: "hedged", DENIED: "denied"}
"""The status of a relationship that one claim of this standing is all about."""


class Related(NamedTuple):
    """A relationship between two nodes, in the ledger's numbers.

    `affirmed` tells whether some claim affirms it outright, `said` where it is affirmed or hedged, claim by claim:
    without any it links nobody.
    """

    number: int
    subject: int
    relation: str
    object: int
    status: str
    affirmed: bool
    said: tuple[Said, ...]


def related(network: Network) -> Iterator[Related]:
    """The relationships of a network between nodes, in the ledger's order."""
    within = network.condition
    kept = None if network.selection.is_by_claims_alone else set(network.relationship_numbers())
    rows = network.graph.ledger.db.execute(
        "SELECT c.relationship, c.standing, c.first_day, c.last_day, c.sentence, c.article, s.node,"
        " r.subject, c.relation, r.object"
        " FROM claims c JOIN relationships r ON r.id = c.relationship LEFT JOIN entities s ON s.id = c.speaker"
        f" WHERE c.live AND r.object > 0{within.sql} ORDER BY c.relationship",
        within.values,
    )
    for number, group in groupby(rows, key=itemgetter(0)):
        if kept is None or number in kept:
            yield _related(number, list(group))


def _related(number: int, claims: list[Any]) -> Related:
    _, standing, _, _, sentence, article, speaker, subject, relation, object_ = claims[0]
    if len(claims) == 1:
        # Most relationships rest on one claim.
        said = ((sentence, article, speaker),) if standing in (AFFIRMED, HEDGED) else ()
        kind = _ONLY.get(standing, "prospective")
        return Related(number, subject, relation, object_, kind, standing == AFFIRMED, said)
    return Related(
        number,
        subject,
        relation,
        object_,
        status([one[1:4] for one in claims]),
        any(one[1] == AFFIRMED for one in claims),
        tuple(one[4:7] for one in claims if one[1] in (AFFIRMED, HEDGED)),
    )


class Sources:
    """Counts the independent sources behind claims."""

    def __init__(self, network: Network) -> None:
        db = network.graph.ledger.db
        self._origins: dict[int, str] = dict(db.execute("SELECT id, origin FROM articles"))
        self._named = named(network)

    def count(self, said: Iterable[Said]) -> int:
        """How many: named ones and the articles' own voices, and, one an origin, unnamed ones."""
        claims = list(said)
        if len(claims) == 1:
            return 1
        return sum(
            independent(
                Source(speaker, speaker in self._named, self._origins[article], sentence, article)
                for sentence, article, speaker in claims
            )
        )


def actors(network: Network) -> set[int]:
    """The nodes that are actors, in the ledger's numbers."""
    kinds = frozenset(network.ontology.subtypes("Actor"))
    rows = network.graph.ledger.db.execute(
        "SELECT node, value FROM facts WHERE kind=? AND uses > 0", (identity.TYPE,)
    )
    return {node for node, kind in rows if kind in kinds}


def named(network: Network) -> set[int]:
    """The nodes that are named, in the ledger's numbers."""
    rows = network.graph.ledger.db.execute(
        "SELECT node FROM facts WHERE kind=? AND uses > 0", (identity.NAMED,)
    )
    return {node for (node,) in rows}


def ids(network: Network, numbers: set[int]) -> dict[int, str]:
    """The ids of nodes, by the ledger's number."""
    rows = network.graph.ledger.db.execute("SELECT id, canonical FROM nodes")
    return {number: id for number, id in rows if number in numbers}
