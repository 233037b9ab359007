"""Moves entities between nodes when the tokens that hold them together have joined or come apart."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from kg import identity
from kg.ledger import Ledger, batches, marks
from kg.relationships import Relationships

if TYPE_CHECKING:
    from kg.nodes import Nodes


class Moved(NamedTuple):
    """What moved: nodes that gained or lost entities, relationships that gained or lost claims, annotation sets."""

    nodes: set[int]
    relationships: set[int]
    sets: set[int]


def regroup(ledger: Ledger, suspects: set[int], nodes: Nodes, sequence: int) -> Moved:
    """Give every token of the suspect nodes, and of the nodes these are linked to, to the component it is now in."""
    tokens, uses = _tokens_of(ledger, suspects)
    linked = identity.links_of(ledger, tokens)
    # A name that was ambiguous may link beyond its own node: what it may rejoin is looked at too.
    while beyond := set(linked).union(*linked.values()) - set(tokens) if linked else set():
        reached = {
            node
            for some in batches(list(beyond))
            for (node,) in ledger.db.execute(f"SELECT node FROM tokens WHERE token IN ({marks(some)})", some)
        }
        more, more_uses = _tokens_of(ledger, reached)
        if not set(more) - set(tokens):
            break
        tokens.update(more)
        uses.update(more_uses)
        linked = identity.links_of(ledger, tokens)

    owner = _owners(tokens, uses, identity.components(set(tokens), linked), nodes)
    changed = {token: node for token, node in owner.items() if tokens[token] != node}
    if not changed:
        return Moved(set(), set(), set())
    ledger.db.executemany(
        "UPDATE tokens SET node=? WHERE token=?", [(node, token) for token, node in changed.items()]
    )
    return _move_entities(ledger, {tokens[token] for token in changed}, owner, nodes, sequence)


def _tokens_of(ledger: Ledger, nodes: set[int]) -> tuple[dict[str, int], Counter[str]]:
    found: dict[str, int] = {}
    uses: Counter[str] = Counter()
    for some in batches(sorted(nodes)):
        for token, node, count in ledger.db.execute(
            f"SELECT token, node, uses FROM tokens WHERE node IN ({marks(some)}) AND uses > 0", some
        ):
            found[token] = node
            uses[token] = count
    return found, uses


def _owners(
    tokens: dict[str, int], uses: Counter[str], components: list[set[str]], nodes: Nodes
) -> dict[str, int]:
    """A node for each component: the one that already holds most of it, so that few entities move."""
    claims: list[tuple[int, int, int]] = []
    for index, component in enumerate(components):
        weight: Counter[int] = Counter()
        for token in component:
            weight[tokens[token]] += uses[token]
        claims.extend((-count, node, index) for node, count in weight.items())
    taken: set[int] = set()
    chosen: dict[int, int] = {}
    for _, node, index in sorted(claims):
        if index not in chosen and node not in taken:
            chosen[index] = node
            taken.add(node)
    return {
        token: chosen[index] if index in chosen else chosen.setdefault(index, nodes.make())
        for index, component in enumerate(components)
        for token in sorted(component)
    }


def _move_entities(
    ledger: Ledger, left: set[int], owner: dict[str, int], nodes: Nodes, sequence: int
) -> Moved:
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
            target = next((owner[token] for token in who.tokens if token in owner), node)
            if target == node:
                continue
            moves.append((target, entity))
            if live:
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
    return Moved(touched, _move_claims(ledger, sets, nodes.relationships, sequence), sets)


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
