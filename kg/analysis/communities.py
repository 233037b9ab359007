"""Which nodes stand together: communities by modularity, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from kg.analysis.centrality import weighs
from kg.analysis.findings import FEW, LIMIT, Findings, Rows, named, page
from kg.analysis.snapshot import Snapshot, igraph
from ontology.errors import UsageError
from ontology.suggestions import did_you_mean
from queries.catalogue import Column

METHODS = ("leiden", "louvain")
MEMBERS = 8
"""Members named, unless told otherwise."""

_COLUMNS = (
    Column("community", "integer"),
    Column("size", "integer"),
    Column("members", "nodes"),
    Column("inside", "integer"),
    Column("outside", "integer"),
    Column("disputed", "integer"),
    Column("through", "texts"),
    Column("claims", "claims"),
)


def divided(
    snapshot: Snapshot,
    method: str = "leiden",
    *,
    weighted: bool = True,
    resolution: float = 1.0,
    seed: int = 1,
) -> list[list[int]]:
    """The communities as places in order, the largest first, of equal ones that of the first place.

    Raises UsageError for an unknown method and without the extra `analysis`.
    """
    if method not in METHODS:
        raise UsageError(
            f"there is no method {method!r}{did_you_mean(method, METHODS)}; there are {' and '.join(METHODS)}"
        )
    if not 0 < resolution < 1e6:
        raise UsageError(f"resolution must be above 0, not {resolution:g}")
    if not len(snapshot):
        return []
    weights = snapshot.weights if weighted else None
    module, graph = igraph(), snapshot.undirected
    # The library takes chance from one place for the whole process: it is given back as it is by default.
    module.set_random_number_generator(Random(seed))
    try:
        if method == "leiden":
            found = graph.community_leiden(
                "modularity", weights=weights, resolution=resolution, n_iterations=-1
            )
        else:
            found = graph.community_multilevel(weights=weights, resolution=resolution)
    finally:
        module.set_random_number_generator(Random())
    return sorted((sorted(one) for one in found if one), key=lambda one: (-len(one), one[0]))


def communities(
    snapshot: Snapshot, method: str = "leiden", *, weight: str | None = None, resolution: float = 1.0, seed: int = 1,
    members: int | None = MEMBERS, limit: int | None = LIMIT, after: int = 0,
) -> Findings:  # fmt: skip
    """The communities, largest first, each with its leading members: those with most sources behind their ties inside.

    `inside` and `outside` count the pairs it links within and with others, `disputed` the relationships inside that are
    disputed; these come first in what a row cites.
    """
    weighted = weighs(weight, True)
    found = divided(snapshot, method, weighted=weighted, resolution=resolution, seed=seed)
    start, end, more = page(limit, after, len(found))
    of = membership(found, len(snapshot))
    inside, outside, led = _counted(snapshot, of)
    rows = Rows(snapshot)
    made: list[dict[str, Any]] = []
    for number in range(start, end):
        some = found[number]
        leading = led_by(snapshot, some, led, members)
        ties = inside.get(number, [])
        disputed = [
            at
            for tie in ties
            for at in snapshot.behind[tie]
            if snapshot.relationships[at].status == "disputed"
        ]
        row: dict[str, Any] = {
            "community": number + 1,
            "size": len(some),
            "members": [rows.node(at) for at in leading],
            "inside": len(ties),
            "outside": outside[number],
            "disputed": len(disputed),
        }
        strong = sorted(ties, key=lambda tie: (-snapshot.weights[tie], tie))[:FEW]
        first = [tie for tie in ties if any(at in set(disputed) for at in snapshot.behind[tie])][:FEW]
        rows.carried(row, list(dict.fromkeys([*first, *strong])))
        made.append(row)
    rows.finish()
    notes: list[str] = []
    if found:
        modularity = snapshot.undirected.modularity(of, weights=snapshot.weights if weighted else None)
        notes.append(f"{len(found):,} communities, modularity {modularity:.3f} ({method}, seed {seed})")
    told = {
        "method": method,
        "weight": "speakers" if weighted else "none",
        "resolution": resolution,
        "seed": seed,
    }
    drawn = {id: {"community": of[at] + 1} for at, id in enumerate(snapshot.ids)}
    return rows.findings(
        "communities", "Who stands together in the network?", told, _COLUMNS, made,
        more=more, notes=notes, picture={"nodes": drawn},
    )  # fmt: skip


def membership(found: list[list[int]], size: int) -> list[int]:
    """The community of each place, from 0."""
    of = [0] * size
    for number, some in enumerate(found):
        for at in some:
            of[at] = number
    return of


def _counted(snapshot: Snapshot, of: list[int]) -> tuple[dict[int, list[int]], Counter[int], list[int]]:
    """The ties inside each community, how many lead out of it, and the sources behind each node's ties inside."""
    inside: dict[int, list[int]] = {}
    outside: Counter[int] = Counter()
    led = [0] * len(snapshot)
    for tie, (a, b) in enumerate(snapshot.ties):
        if of[a] == of[b]:
            inside.setdefault(of[a], []).append(tie)
            led[a] += snapshot.weights[tie]
            led[b] += snapshot.weights[tie]
        else:
            outside[of[a]] += 1
            outside[of[b]] += 1
    return inside, outside, led


def led_by(snapshot: Snapshot, some: list[int], score: list[int], count: int | None) -> list[int]:
    """The members of greatest score, then by name and id."""
    first = sorted(some, key=lambda at: (-score[at], at))
    if count is not None and len(first) > count:
        least = score[first[count - 1]]
        first = [at for at in first if score[at] >= least]
    refs = named(snapshot, first)
    return sorted(first, key=lambda at: (-score[at], refs[at].name, refs[at].id))[:count]
