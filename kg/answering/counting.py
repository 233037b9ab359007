"""Counts a row's claims anew, where a question looks at some of a relationship's claims only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from kg.answering.running import Row
from kg.ledger import Ledger, batches, marks
from kg.status import AFFIRMED, DENIED, HEDGED, Source, independent, status


class Fact(NamedTuple):
    """What the ledger knows of one claim that bears on status, corroboration and parts.

    `first`, `last` and `said_day` are days; `subject` and `object` canonical node ids, `object` "" for a value.
    """

    subject: str
    relation: str
    object: str
    standing: str
    first: int
    last: int
    said_day: int
    said: str | None
    dated: bool
    source: Source


def facts(ledger: Ledger, claim_ids: Iterable[str]) -> dict[str, Fact]:
    """The facts of each claim."""
    found: dict[str, Fact] = {}
    for some in batches(list(dict.fromkeys(claim_ids))):
        for row in ledger.db.execute(
            "SELECT c.key, ns.canonical, c.relation, coalesce(no.canonical, ''), c.standing, c.first_day, c.last_day,"
            " c.said_day, c.said, coalesce(json_extract(c.body, '$.dated'), 0), s.node,"
            " EXISTS (SELECT 1 FROM facts f WHERE f.node = s.node AND f.kind = 'N' AND f.uses > 0),"
            " a.origin, c.sentence, c.article"
            " FROM claims c JOIN articles a ON a.id = c.article"
            " JOIN entities es ON es.id = c.subject JOIN nodes ns ON ns.id = es.node"
            " LEFT JOIN entities eo ON eo.id = c.object LEFT JOIN nodes no ON no.id = eo.node"
            " LEFT JOIN entities s ON s.id = c.speaker"
            f" WHERE c.key IN ({marks(some)}) ORDER BY c.live, c.id",
            some,
        ):
            *plain, dated, speaker, named, origin, sentence, article = row[1:]
            source = Source(speaker, bool(named), origin, sentence, article)
            found[row[0]] = Fact._make((*plain, bool(dated), source))
    return found


def recount(row: Row, known: Iterable[Fact]) -> None:
    """Set the status and counts that a row has to what these claims alone amount to."""
    these = list(known)
    affirming = [fact.source for fact in these if fact.standing in (AFFIRMED, HEDGED)]
    denying = [fact.source for fact in these if fact.standing == DENIED]
    speakers, unnamed = independent(affirming)
    said = sorted((fact.said_day, fact.said) for fact in these if fact.said)
    counted: dict[str, Any] = {
        "status": status([(fact.standing, fact.first, fact.last) for fact in these]),
        "affirmed": sum(fact.standing == AFFIRMED for fact in these),
        "hedged": sum(fact.standing == HEDGED for fact in these),
        "denied": len(denying),
        "speakers": speakers,
        "unnamed": unnamed,
        "deniers": sum(independent(denying)),
        "first": said[0][1] if said else None,
        "said": said[0][1] if said else None,
        "last": said[-1][1] if said else None,
        "undated": sum(not fact.dated for fact in these),
    }
    row.update({name: value for name, value in counted.items() if name in row})
