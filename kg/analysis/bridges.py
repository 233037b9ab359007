"""What holds a network together: pairs and nodes without which something is cut off from the rest of its part."""

from __future__ import annotations

from typing import Any, NamedTuple

from kg.analysis.communities import led_by
from kg.analysis.findings import FEW, LIMIT, Findings, Rows, named, page
from kg.analysis.snapshot import Snapshot
from kg.rendering.listings import counted
from ontology.errors import UsageError
from queries.catalogue import Column

_COLUMNS = (
    Column("kind", "text"),
    Column("actor", "node"),
    Column("other", "node"),
    Column("sources", "integer"),
    Column("cuts_off", "integer"),
    Column("parts", "integer"),
    Column("without_it", "nodes"),
    Column("through", "texts"),
    Column("claims", "claims"),
)
_NAMED = 5


class Cut(NamedTuple):
    """A node, or a tie (`other` is its second node), without which its part of the network falls into several.

    `tops` are the nodes below which what it holds was met; `size` is how many are cut off from the largest that stays.
    """

    at: int
    other: int | None
    tie: int | None
    tops: tuple[int, ...]
    size: int

    def parts(self, tree: Tree) -> list[list[int]]:
        """The places that are cut off, part by part, the largest part that stays left out."""
        parts = [_below(tree, top) for top in self.tops]
        if rest := _rest(tree, self.tops, self.at if self.tie is None else None):
            parts.append(rest)
        parts.sort(key=lambda part: (-len(part), part[0]))
        return parts[1:]


class Tree(NamedTuple):
    """A walk through all of a network, depth first: when each node was met, from which, and how many were met below it.

    `low` is the earliest that a node or those below it are linked with besides by the way they were met.
    """

    order: list[int]
    met: list[int]
    parent: list[int]
    size: list[int]
    low: list[int]
    root: list[int]


def walked(neighbours: list[set[int]]) -> Tree:
    """Walk through all parts, from their first nodes, to neighbours in order of place."""
    count = len(neighbours)
    tree = Tree([], [-1] * count, [-1] * count, [1] * count, [0] * count, [-1] * count)
    order, met, parent, size, low, root = tree
    for begin in range(count):
        if met[begin] >= 0:
            continue
        stack = [begin]
        met[begin], low[begin], root[begin] = len(order), len(order), begin
        order.append(begin)
        ways = {begin: iter(sorted(neighbours[begin]))}
        while stack:
            at = stack[-1]
            for one in ways[at]:
                if met[one] < 0:
                    met[one] = low[one] = len(order)
                    parent[one], root[one] = at, begin
                    order.append(one)
                    ways[one] = iter(sorted(neighbours[one]))
                    stack.append(one)
                    break
                if one != parent[at]:
                    low[at] = min(low[at], met[one])
            else:
                stack.pop()
                del ways[at]
                if parent[at] >= 0:
                    low[parent[at]] = min(low[parent[at]], low[at])
                    size[parent[at]] += size[at]
    return tree


def cuts(snapshot: Snapshot, tree: Tree) -> list[Cut]:
    """All ties and nodes that hold something, from one walk, whatever the network's size."""
    found: list[Cut] = []
    branches: dict[int, list[int]] = {}
    for at in tree.order:
        above = tree.parent[at]
        if above < 0:
            continue
        if tree.low[at] >= tree.met[above]:
            branches.setdefault(above, []).append(at)
        if tree.low[at] > tree.met[above]:
            size = min(tree.size[at], tree.size[tree.root[at]] - tree.size[at])
            tie = snapshot.tie(above, at)
            found.append(Cut(*snapshot.ties[tie], tie, (at,), size))
    for at, tops in branches.items():
        sizes = [tree.size[top] for top in tops]
        sizes.append(tree.size[tree.root[at]] - 1 - sum(sizes))
        if size := sum(sizes) - max(sizes):
            found.append(Cut(at, None, None, tuple(tops), size))
    return found


def _below(tree: Tree, top: int) -> list[int]:
    """The nodes met from a node on, itself included."""
    return sorted(tree.order[tree.met[top] : tree.met[top] + tree.size[top]])


def _rest(tree: Tree, tops: tuple[int, ...], at: int | None) -> list[int]:
    """The nodes of the same part that are neither below these nor `at`."""
    root = tree.root[tops[0]]
    whole = range(tree.met[root], tree.met[root] + tree.size[root])
    below = {place for top in tops for place in range(tree.met[top], tree.met[top] + tree.size[top])}
    return sorted(tree.order[place] for place in whole if place not in below and tree.order[place] != at)


def bridges(snapshot: Snapshot, *, least: int = 2, limit: int | None = LIMIT, after: int = 0) -> Findings:
    """The pairs (`tie`) and actors (`node`) that hold the network together, those that cut off most first.

    A row names what is cut off from the largest part that stays: how many, in how many parts, and the first of them.
    `least` leaves out what cuts off fewer.
    """
    if least < 1:
        raise UsageError("least must be at least 1")
    tree = walked(snapshot.neighbours)
    every = cuts(snapshot, tree)
    found = [one for one in every if one.size >= least]
    start, end, more = page(limit, after, len(found))
    refs = named(snapshot, sorted({at for one in found for at in (one.at, one.other) if at is not None}))

    def key(one: Cut) -> tuple[Any, ...]:
        ends = [refs[at] for at in (one.at, one.other) if at is not None]
        return -one.size, one.tie is not None, [end.name for end in ends], [end.id for end in ends]

    degree = [len(some) for some in snapshot.neighbours]
    rows = Rows(snapshot)
    made: list[dict[str, Any]] = []
    for one in sorted(found, key=key)[start:end]:
        parts = one.parts(tree)
        ties = [one.tie] if one.tie is not None else _into(snapshot, one.at, parts)
        off = [at for part in parts for at in part]
        row: dict[str, Any] = {
            "kind": "node" if one.tie is None else "tie",
            "actor": rows.node(one.at),
            "other": None if one.other is None else rows.node(one.other),
            "sources": None if one.tie is None else snapshot.weights[one.tie],
            "cuts_off": one.size,
            "parts": len(parts),
            "without_it": [rows.node(at) for at in led_by(snapshot, off, degree, _NAMED)],
        }
        rows.carried(row, ties, None if one.tie is not None else one.at)
        made.append(row)
    rows.finish()
    drawn: dict[str, Any] = {"nodes": {}, "relationships": {}}
    ties_drawn = [one for one in found if one.tie is not None]
    edges = snapshot.network.relationships_of(
        snapshot.relationships[at].number for one in ties_drawn for at in snapshot.behind[one.tie or 0]
    )
    drawn["relationships"] = {edge.id: {"bridge": True} for edge in edges.values()}
    drawn["nodes"] = {snapshot.ids[one.at]: {"score": one.size} for one in found if one.tie is None}
    notes = [
        f"{counted(sum(one.tie is None for one in found), 'node')} and {counted(len(ties_drawn), 'tie')} without which"
        f" at least {least:,} are cut off from the rest"
    ]
    if len(every) > len(found):
        notes[0] += f"; {len(every) - len(found):,} that cut off fewer are left out"
    return rows.findings(
        "bridges", "What holds the network together?", {"least": least}, _COLUMNS, made,
        more=more, notes=notes, picture=drawn,
    )  # fmt: skip


def _into(snapshot: Snapshot, at: int, parts: list[list[int]]) -> list[int]:
    """The strongest tie of a node into each of the first parts that it holds."""
    found: list[int] = []
    for part in parts[:FEW]:
        ties = [snapshot.tie(at, other) for other in sorted(snapshot.neighbours[at].intersection(part))]
        found.append(max(ties, key=lambda tie: (snapshot.weights[tie], -tie)))
    return found
