"""Keeps apart entities of disjoint types that hold the same tokens: nothing is both a Person and an ArmedGroup.

A component of tokens whose entities are of disjoint types is divided. Its entities are held together only within
classes of types, those that exclude the same of the component's other types (see `Kinds.excluded`), and there by the
tokens and links of that class alone. So what belongs together is told by what is live, in whatever order it came, and
a component is whole again once the mistyped entity is gone. The ledger's table `divided` keeps the node of each token
by type while it lasts.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kg import identity
from kg.ledger import Ledger, batches, marks

if TYPE_CHECKING:
    from kg.identity import Kinds
    from kg.nodes import Nodes

# Articles named in a note, for each side.
_NAMED = 3


class Reach(NamedTuple):
    """All that some nodes may be joined or parted with.

    `tokens` lead to their node or are DIVIDED; `uses` tell how many entities have each, `divided` the nodes of divided
    ones by type, `linked` every link between them; `claimed` tells by which records a name is claimed, `records` which
    identifiers stand for records.
    """

    nodes: set[int]
    tokens: dict[str, int]
    uses: Counter[str]
    divided: dict[tuple[str, str], int]
    linked: dict[str, set[str]]
    claimed: dict[str, set[str]]
    records: set[str]


class Owners(NamedTuple):
    """The node that each token belongs to; for divided ones by type."""

    whole: dict[str, int]
    divided: dict[tuple[str, str], int]

    def of(self, tokens: tuple[str, ...], type_name: str) -> int:
        """The node of an entity: where the first of its tokens leads; 0 if none of them is known."""
        for token in tokens:
            if node := self.whole.get(token) or self.divided.get((token, type_name)):
                return node
        return 0


class _Member(NamedTuple):
    """A live entity."""

    node: int
    type: str
    tokens: tuple[str, ...]


class _Group(NamedTuple):
    """What becomes one node: the tokens of a whole component, or tokens by type of a divided one.

    `weight` is how much of it each node holds already.
    """

    weight: Counter[int]
    tokens: set[str]
    parts: set[tuple[str, str]]


def divide(
    ledger: Ledger,
    reach: Reach,
    components: list[set[str]],
    joined: Callable[[str, str], bool],
    nodes: Nodes,
) -> tuple[Owners, set[int]]:
    """A node for each component, or for each part of one with disjoint types; and the nodes that were looked into.

    Entities are read only where there may be disjoint types, for that takes as long as there are entities.
    """
    mixed = _mixed(ledger, reach, components, nodes.kinds)
    left, members = _members(ledger, reach, mixed, nodes) if mixed else (set(), {})
    groups: list[_Group] = []
    for index, component in enumerate(components):
        those = members.get(index, [])
        excluded = nodes.kinds.excluded({one.type for one in those})
        if not any(excluded.values()):
            groups.append(_whole(component, those, reach))
            continue
        classes: dict[frozenset[str], list[_Member]] = defaultdict(list)
        for one in those:
            classes[excluded[one.type]].append(one)
        for same in classes.values():
            groups.extend(_parts(component, same, joined))
    owners = Owners({}, {})
    for group, node in zip(groups, _chosen(groups, nodes), strict=True):
        owners.whole.update(dict.fromkeys(group.tokens, node))
        owners.divided.update(dict.fromkeys(group.parts, node))
    return owners, left


def _chosen(groups: list[_Group], nodes: Nodes) -> list[int]:
    """A node for each group: the one that already holds most of it, so that few entities move; else a new one."""
    wishes = sorted(
        (-count, node, index) for index, group in enumerate(groups) for node, count in group.weight.items()
    )
    taken: set[int] = set()
    chosen: dict[int, int] = {}
    for _, node, index in wishes:
        if index not in chosen and node not in taken:
            chosen[index] = node
            taken.add(node)
    return [chosen[index] if index in chosen else nodes.make() for index in range(len(groups))]


def _mixed(ledger: Ledger, reach: Reach, components: list[set[str]], kinds: Kinds) -> dict[int, set[str]]:
    """The components that are divided, or whose nodes are of disjoint types between them, by index."""
    types: dict[int, set[str]] = defaultdict(set)
    for some in batches(sorted(reach.nodes)):
        for node, type_name in ledger.db.execute(
            f"SELECT node, value FROM facts WHERE node IN ({marks(some)}) AND kind=? AND uses > 0",
            [*some, identity.TYPE],
        ):
            types[node].add(type_name)
    found: dict[int, set[str]] = {}
    for index, component in enumerate(components):
        held = {reach.tokens[token] for token in component}
        those = set().union(*(types[node] for node in held))
        if identity.DIVIDED in held or (len(those) > 1 and any(kinds.excluded(those).values())):
            found[index] = component
    return found


def _members(
    ledger: Ledger, reach: Reach, mixed: dict[int, set[str]], nodes: Nodes
) -> tuple[set[int], dict[int, list[_Member]]]:
    """The nodes that entities of some components may be in, and those live entities: whose first token is in one."""
    index = {token: number for number, component in mixed.items() for token in component}
    holders = {reach.tokens[token] for token in index}
    holders.update(node for (token, _), node in reach.divided.items() if token in index)
    holders |= nodes.unsettled
    holders.discard(identity.DIVIDED)
    members: dict[int, list[_Member]] = defaultdict(list)
    for some in batches(sorted(holders)):
        for node, type_name, body in ledger.db.execute(
            f"SELECT node, type, body FROM entities WHERE live AND node IN ({marks(some)}) ORDER BY id", some
        ):
            tokens = identity.identity_of_row(type_name, json.loads(body), nodes.kinds.of(type_name)).tokens
            if tokens and tokens[0] in index:
                members[index[tokens[0]]].append(_Member(node, type_name, tokens))
    return holders, members


def _whole(component: set[str], members: list[_Member], reach: Reach) -> _Group:
    weight = Counter(one.node for one in members)
    for token in component:
        if reach.tokens[token] != identity.DIVIDED:
            weight[reach.tokens[token]] += reach.uses[token]
    return _Group(weight, component, set())


def _parts(
    component: set[str], members: list[_Member], joined: Callable[[str, str], bool]
) -> Iterator[_Group]:
    """What the entities of one class in a divided component hold together."""
    linked: dict[str, set[str]] = defaultdict(set)
    held: set[str] = set()
    for one in members:
        tokens = component.intersection(one.tokens)
        held |= tokens
        for a, b in identity.pairs(one.tokens):
            if a in tokens and b in tokens:
                linked[a].add(b)
                linked[b].add(a)
    for tokens in identity.components(held, linked, joined):
        yield _Group(
            Counter(one.node for one in members if one.tokens[0] in tokens),
            set(),
            {(token, one.type) for one in members for token in tokens.intersection(one.tokens)},
        )


# What is told of it


def clashes(ledger: Ledger, kinds: Kinds, tokens: Iterable[str]) -> Iterator[str]:
    """A note on each of some tokens that is divided between nodes: which it is, which types, in which articles."""
    for token in sorted(tokens):
        sides: dict[int, set[str]] = defaultdict(set)
        for type_name, node in ledger.db.execute(
            "SELECT type, node FROM divided WHERE token=? ORDER BY type", (token,)
        ):
            sides[node].add(type_name)
        if len(sides) < 2:
            continue
        told = " with ".join(
            f"{' and '.join(sorted(types))} ({', '.join(_articles(ledger, kinds, token, node, types))})"
            for node, types in sides.items()
        )
        what = token[2:] if token.startswith("i:") else f"the name {token.split(':', 2)[2]!r}"
        yield (
            f"{what} is on types that exclude each other, so it does not join {told}; correct the one that is wrong"
        )


def _articles(ledger: Ledger, kinds: Kinds, token: str, node: int, types: set[str]) -> list[str]:
    found: dict[str, None] = {}
    for type_name, body, article in ledger.db.execute(
        "SELECT e.type, e.body, coalesce(a.key, l.key) FROM entities e LEFT JOIN sets s ON s.id = e.set_id"
        " LEFT JOIN articles a ON a.id = s.article LEFT JOIN lists l ON l.id = -e.set_id"
        " WHERE e.node=? AND e.live ORDER BY e.id",
        (node,),
    ):
        if article in found or type_name not in types:
            continue
        if token in identity.identity_of_row(type_name, json.loads(body), kinds.of(type_name)).tokens:
            if len(found) == _NAMED:
                return [*found, "…"]
            found[article] = None
    return list(found)
