"""All shortest paths between two nodes, those whose weakest step most sources stand behind first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Any, NamedTuple

from kg.analysis.findings import RELATIONSHIP, Findings, Rows, as_row, named
from kg.analysis.snapshot import Snapshot
from kg.network import Ref, RelationshipEdge
from kg.rendering.listings import counted
from ontology.errors import UsageError
from queries.catalogue import Column

PATHS = 10
"""Paths, unless told otherwise."""

LONGEST = 6
"""Steps, unless told otherwise."""

_COLUMNS = (Column("path", "integer"), Column("step", "integer"), *RELATIONSHIP)


class Shortest(NamedTuple):
    """All shortest paths between two nodes: on each layer the nodes that are so many steps from the first, on a path.

    `steps` leads from each node to those of the next layer that it is linked with.
    """

    layers: list[set[int]]
    steps: dict[int, set[int]]

    @property
    def length(self) -> int:
        """How many steps."""
        return len(self.layers) - 1

    @property
    def number(self) -> int:
        """How many paths."""
        ways = dict.fromkeys(self.layers[-1], 1)
        for layer in reversed(self.layers[:-1]):
            ways = {at: sum(ways[following] for following in self.steps[at]) for at in layer}
        return sum(ways.values())


def shortest(
    snapshot: Snapshot, first: int, last: int, length: int, *, directed: bool = False
) -> Shortest | None:
    """The shortest paths between two places, if they are of at most so many steps.

    Steps are taken from both ends in turn, from the one that has fewer nodes to go on from.
    """
    onward = snapshot.successors if directed else snapshot.neighbours
    back = snapshot.predecessors if directed else snapshot.neighbours
    ahead, behind = [{first}], [{last}]
    seen_ahead, seen_behind = {first}, {last}
    while not ahead[-1] & behind[-1]:
        if len(ahead) + len(behind) - 2 >= length or not ahead[-1] or not behind[-1]:
            return None
        if len(ahead[-1]) <= len(behind[-1]):
            ahead.append(_next(ahead[-1], onward) - seen_ahead)
            seen_ahead |= ahead[-1]
        else:
            behind.append(_next(behind[-1], back) - seen_behind)
            seen_behind |= behind[-1]
    layers = [ahead[-1] & behind[-1]]
    for layer in reversed(ahead[:-1]):
        layers.insert(0, layer & _next(layers[0], back))
    for layer in reversed(behind[:-1]):
        layers.append(layer & _next(layers[-1], onward))
    steps = {at: onward[at] & following for layer, following in pairwise(layers) for at in layer}
    return Shortest(layers, steps)


def _next(frontier: set[int], links: Sequence[set[int]]) -> set[int]:
    return set().union(*[links[at] for at in frontier])


def in_order(snapshot: Snapshot, found: Shortest, *, directed: bool = False) -> Iterator[tuple[int, ...]]:
    """Each of the paths: that of the strongest weakest step first, then by the names and the ids on the way.

    One after the other without having all: there may be more than could ever be listed.
    """
    refs = named(snapshot, sorted({at for layer in found.layers for at in layer}))
    arcs = snapshot.arc_weights if directed else None
    weights = {
        (at, following): arcs[at, following]
        if arcs is not None
        else snapshot.weights[snapshot.tie(at, following)]
        for at, steps in found.steps.items()
        for following in steps
    }
    (first,) = found.layers[0]
    for least in sorted(set(weights.values()), reverse=True):
        yield from _of_strength(found, weights, least, refs, first)
    if not weights:
        yield (first,)


def _of_strength(
    found: Shortest, weights: dict[tuple[int, int], int], least: int, refs: dict[int, Ref], first: int
) -> Iterator[tuple[int, ...]]:
    """The paths whose weakest step is of just this strength, by names and ids."""
    # From which nodes the end can be reached by steps that are strong enough, and by one that is just so strong.
    strong, exact = set(found.layers[-1]), set[int]()
    for layer in reversed(found.layers[:-1]):
        for at in layer:
            ways = [
                (one, weights[at, one])
                for one in found.steps[at]
                if one in strong and weights[at, one] >= least
            ]
            if ways:
                strong.add(at)
            if any(weight == least or one in exact for one, weight in ways):
                exact.add(at)
    if first not in exact:
        return
    stack: list[tuple[tuple[int, ...], bool]] = [((first,), False)]
    while stack:
        path, has = stack.pop()
        steps = found.steps.get(path[-1])
        if not steps:
            yield path
            continue
        onward = [
            (one, has or weights[path[-1], one] == least)
            for one in steps
            if one in strong and weights[path[-1], one] >= least
        ]
        onward = [(one, now) for one, now in onward if now or one in exact]
        onward.sort(key=lambda way: (refs[way[0]].name, refs[way[0]].id), reverse=True)
        stack.extend(((*path, one), now) for one, now in onward)


def paths(
    snapshot: Snapshot, start: str, end: str, *, length: int = LONGEST, directed: bool = False,
    limit: int | None = PATHS,
) -> Findings:  # fmt: skip
    """All shortest paths between two actors, if they are of at most `length` steps; a row a relationship.

    A step may be made of several relationships, each with who says it; in either direction, unless `directed`. Of many
    paths the first `limit`. Raises UsageError where an actor is absent, several, or both are the same.
    """
    if length < 1:
        raise UsageError(f"length must be at least 1, not {length}")
    if limit is not None and limit < 1:
        raise UsageError("limit must be at least 1")
    (first_number, first), (last_number, last) = snapshot.find(start, "start"), snapshot.find(end, "end")
    if first_number == last_number:
        raise UsageError(f"{start!r} and {end!r} are the same; give two different actors")
    rows = Rows(snapshot)
    ends = snapshot.network.refs((first_number, last_number))
    told = {
        "start": {"id": ends[first_number].id, "name": ends[first_number].name},
        "end": {"id": ends[last_number].id, "name": ends[last_number].name},
        "length": length,
        "directed": directed,
    }
    lone = [ends[number].name for number, at in ((first_number, first), (last_number, last)) if at is None]
    found = None
    if first is not None and last is not None:
        found = shortest(snapshot, first, last, length, directed=directed)
    if found is None or first is None or last is None:
        note = _why_none(snapshot, first, last, lone, directed)
        return rows.findings("paths", _QUESTION, told, _COLUMNS, [], notes=[note])
    chosen = list(islice(in_order(snapshot, found, directed=directed), limit))
    made, titles = _rows(snapshot, rows, chosen, directed)
    count = found.number
    notes = [f"{counted(count, 'shortest path')} of {counted(found.length, 'step')}"]
    if len(chosen) < count:
        notes[0] += f", the first {len(chosen):,} shown; --limit 0 shows all"
    drawn: dict[str, Any] = {"nodes": {}, "relationships": {}}
    for row in made:
        for one in (row["subject"], row["object"]):
            _add(drawn["nodes"], one["id"], row["path"])
        _add(drawn["relationships"], row.pop("id"), row["path"])
    return rows.findings(
        "paths", _QUESTION, told, _COLUMNS, made, notes=notes, picture=drawn, sections=titles
    )


_QUESTION = "By what shortest ways are these two linked, and who says so of each step?"


def _add(drawn: dict[str, Any], id: str, path: int) -> None:
    on = drawn.setdefault(id, {"path": []})["path"]
    if path not in on:
        on.append(path)


def _why_none(
    snapshot: Snapshot, first: int | None, last: int | None, lone: list[str], directed: bool
) -> str:
    if first is None or last is None:
        return f"no path: {' and '.join(lone)} {'has' if len(lone) == 1 else 'have'} no relationship in this network"
    longer = shortest(snapshot, first, last, len(snapshot), directed=directed)
    if longer:
        return f"no path that short: the shortest have {longer.length:,} steps; --length {longer.length} shows them"
    if directed and shortest(snapshot, first, last, len(snapshot)):
        return "no path in this direction; there is one where direction does not count"
    return "no path: they are in parts of this network that nothing links"


def _rows(
    snapshot: Snapshot, rows: Rows, chosen: list[tuple[int, ...]], directed: bool
) -> tuple[list[dict[str, Any]], list[str]]:
    """A row for each relationship on the paths, and the title of its path."""
    made: list[dict[str, Any]] = []
    titles: list[str] = []
    steps: list[tuple[int, int, tuple[int, ...], list[RelationshipEdge]]] = []
    for number, path in enumerate(chosen, 1):
        for step, (a, b) in enumerate(pairwise(path), 1):
            behind = snapshot.arcs[a, b] if directed else snapshot.behind[snapshot.tie(a, b)]
            told: list[RelationshipEdge] = []
            rows.tell(behind, told.extend)
            steps.append((number, step, path, told))
    rows.finish()
    refs = named(snapshot, sorted({at for path in chosen for at in path}))
    arrows: dict[int, list[str]] = {}
    for number, step, path, told in steps:
        arrows.setdefault(number, []).append(_arrow(told, refs[path[step - 1]].id))
    for number, step, path, told in steps:
        words = refs[path[0]].name + "".join(
            f" {arrow} {refs[at].name}" for arrow, at in zip(arrows[number], path[1:], strict=True)
        )
        weakest = min(
            snapshot.arc_weights[a, b] if directed else snapshot.weights[snapshot.tie(a, b)]
            for a, b in pairwise(path)
        )
        title = f"path {number}: {words} (weakest step: {counted(weakest, 'source')})"
        # A step's strongest relationship first.
        for edge in sorted(told, key=lambda one: (-one.speakers - one.unnamed, one.relation, one.subject)):
            made.append({"path": number, "step": step, "id": edge.id, **as_row(edge)})
            titles.append(title)
    return made, titles


def _arrow(told: list[RelationshipEdge], before: str) -> str:
    """Which way the relationships of a step go, seen from where it begins."""
    ways = {"–" if one.symmetric else "→" if one.subject == before else "←" for one in told}
    return ways.pop() if len(ways) == 1 else "↔" if "–" not in ways else "–"
