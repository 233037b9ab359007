"""Moves entities between nodes when the tokens that hold them together have joined or come apart."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kg import identity, listed
from kg.dividing import Owners, Reach, divide
from kg.identity import DIVIDED
from kg.ledger import Ledger, batches, marks
from kg.relationships import Relationships

if TYPE_CHECKING:
    from kg.nodes import Nodes


class Moved(NamedTuple):
    """What moved: nodes whose members or identifiers changed, relationships that gained or lost claims, annotation
    sets, and tokens that came to be divided otherwise."""

    nodes: set[int]
    relationships: set[int]
    sets: set[int]
    divided: set[str]


def regroup(ledger: Ledger, suspects: set[int], nodes: Nodes, sequence: int) -> Moved:
    """Give every token of the suspect nodes, and of the nodes these are linked to, to the component it is now in."""
    reach = _reach(ledger, suspects)
    joined = identity.joins(reach.tokens, reach.linked)
    components = listed.attach(reach, identity.components(reach.tokens.keys(), reach.linked, joined))
    owners, left = divide(ledger, reach, components, joined, nodes)

    leads = owners.whole | {token: DIVIDED for token, _ in owners.divided}
    changed = {token: node for token, node in leads.items() if reach.tokens[token] != node}
    redivided = {token for (token, _), _ in owners.divided.items() ^ reach.divided.items()}
    if not changed and not redivided:
        return Moved(set(), set(), set(), set())
    ledger.many("UPDATE tokens SET node=? WHERE token=?", [(node, token) for token, node in changed.items()])
    ledger.many("DELETE FROM divided WHERE token=?", [(token,) for token in redivided])
    ledger.many(
        "INSERT INTO divided VALUES (?,?,?)",
        [(*part, node) for part, node in owners.divided.items() if part[0] in redivided],
    )
    left |= {reach.tokens[token] for token in changed}
    touched, sets = _move_entities(ledger, left, owners, nodes, sequence)
    if redivided:
        # An identifier may have become, or ceased to be, one node's own without any entity moving.
        touched |= {*owners.whole.values(), *owners.divided.values()}
    return Moved(touched, _move_claims(ledger, sets, nodes.relationships, sequence), sets, redivided)


def _reach(ledger: Ledger, suspects: set[int]) -> Reach:
    """All that the suspect nodes may be joined or parted with, over links that are cut too: they may hold again."""
    reach = Reach(set(), {}, Counter(), {}, {}, {}, set())
    waiting = suspects - {0, DIVIDED}
    while waiting:
        reach.nodes.update(waiting)
        fresh: set[str] = set()
        for some in batches(sorted(waiting)):
            for token, node, uses in ledger.db.execute(
                f"SELECT token, node, uses FROM tokens WHERE node IN ({marks(some)}) AND uses > 0 UNION"
                " SELECT token, t.node, uses FROM divided d JOIN tokens t USING (token)"
                f" WHERE d.node IN ({marks(some)})",
                some + some,
            ):
                if token not in reach.tokens:
                    reach.tokens[token], reach.uses[token] = node, uses
                    fresh.add(token)
        reach.divided.update(_parts(ledger, {token for token in fresh if reach.tokens[token] == DIVIDED}))
        for token, others in identity.links_of(ledger, fresh).items():
            reach.linked.setdefault(token, set()).update(others)
        beyond = listed.claims(ledger, fresh, reach.claimed, reach.records)
        waiting = {node for (token, _), node in reach.divided.items() if token in fresh}
        for some in batches([token for token in {*reach.linked, *beyond} if token not in reach.tokens]):
            waiting |= {
                node
                for (node,) in ledger.db.execute(
                    f"SELECT node FROM tokens WHERE token IN ({marks(some)}) UNION"
                    f" SELECT node FROM divided WHERE token IN ({marks(some)})",
                    some + some,
                )
            }
        waiting -= {DIVIDED, *reach.nodes}
    return reach


def _parts(ledger: Ledger, tokens: set[str]) -> dict[tuple[str, str], int]:
    return {
        (token, type_name): node
        for some in batches(sorted(tokens))
        for token, type_name, node in ledger.db.execute(
            f"SELECT token, type, node FROM divided WHERE token IN ({marks(some)})", some
        )
    }


def _move_entities(
    ledger: Ledger, left: set[int], owners: Owners, nodes: Nodes, sequence: int
) -> tuple[set[int], set[int]]:
    """Move what belongs elsewhere; the nodes that gained or lost something live, and whose annotation sets it is."""
    db = ledger.db
    facts: Counter[tuple[int, str, str]] = Counter()
    moves: list[tuple[int, int]] = []
    touched: set[int] = set()
    sets: set[int] = set()
    for node in sorted(left):
        for entity, type_name, live, body, set_id in db.execute(
            "SELECT id, type, live, body, set_id FROM entities WHERE node=?", (node,)
        ).fetchall():
            who = identity.identity_of_row(type_name, json.loads(body), nodes.kinds.of(type_name))
            target = owners.of(who.tokens, type_name) or node
            if target == node:
                continue
            moves.append((target, entity))
            if live:
                if set_id > 0:  # a list has no claims to move
                    sets.add(set_id)
                touched.update((node, target))
                for fact in who.facts:
                    facts[node, *fact] -= 1
                    facts[target, *fact] += 1
    db.executemany(f"UPDATE entities SET node=?, seq={sequence} WHERE id=?", moves)
    db.executemany(
        "INSERT INTO facts VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET uses = uses + excluded.uses",
        [(*fact, count) for fact, count in facts.items() if count],
    )
    db.executemany(
        "DELETE FROM facts WHERE node=? AND kind=? AND value=? AND uses <= 0",
        [fact for fact, count in facts.items() if count < 0],
    )
    return touched, sets


def _move_claims(ledger: Ledger, sets: set[int], relationships: Relationships, sequence: int) -> set[int]:
    """Put each live claim of some annotation sets under the relationship between the nodes its ends now are."""
    db = ledger.db
    touched: set[int] = set()
    moved: list[tuple[int, int]] = []
    for some in batches(sorted(sets)):
        node_of = dict(
            db.execute(f"SELECT id, node FROM entities WHERE set_id IN ({marks(some)})", some).fetchall()
        )
        rows = db.execute(
            f"SELECT id, subject, relation, object, relationship, body FROM claims WHERE set_id IN ({marks(some)})"
            " AND live",
            some,
        ).fetchall()
        places: dict[int, int] = defaultdict(int)
        for claim, _, relation, _, _, body in rows:
            if relationships.is_figure(relation):
                places[claim] = node_of.get(json.loads(body).get("place", 0), 0)
        for claim, subject, relation, object_, was, _ in rows:
            ends = (node_of[subject], relation, node_of[object_] if object_ > 0 else object_, places[claim])
            now = relationships.between(*ends)
            if now != was:
                moved.append((now, claim))
                touched.update((was, now))
    db.executemany(f"UPDATE claims SET relationship=?, seq={sequence} WHERE id=?", moved)
    relationships.write()
    return touched
