"""Who stands between others: between communities, or where those around are not linked among themselves."""

from __future__ import annotations

from typing import Any

from kg.analysis.centrality import DIGITS, estimated, ranks_of, sampled, weighs
from kg.analysis.communities import divided, membership
from kg.analysis.findings import FEW, LIMIT, Findings, Rows, ordered, page
from kg.analysis.snapshot import Snapshot
from ontology.errors import UsageError
from ontology.suggestions import did_you_mean
from queries.catalogue import Column

METRICS = ("between", "constraint")

_COLUMNS = (
    Column("rank", "integer"),
    Column("actor", "actor"),
    Column("between", "score"),
    Column("constraint", "score"),
    Column("community", "integer"),
    Column("joins", "integer"),
    Column("neighbours", "integer"),
    Column("through", "texts"),
    Column("claims", "claims"),
)


def brokers(
    snapshot: Snapshot, metric: str = "between", *, weight: str | None = None, sample: int | None = None, seed: int = 1,
    limit: int | None = LIMIT, after: int = 0,
) -> Findings:  # fmt: skip
    """The nodes that stand between others, each with its strongest tie to each other community it is linked with.

    `between` is the part of the shortest paths between nodes of different communities that a node is on, in steps;
    `constraint` is Burt's: low where those around a node are not linked among themselves, so that it is ranked least
    first, over nodes with at least two neighbours. `joins` counts the other communities that it is linked with.
    `weight` concerns communities and constraint.
    """
    if metric not in METRICS:
        raise UsageError(
            f"there is no metric {metric!r}{did_you_mean(metric, METRICS)}; there are {' and '.join(METRICS)}"
        )
    weighted = weighs(weight, True)
    sources = sampled(snapshot, sample)
    found = divided(snapshot, weighted=weighted, seed=seed)
    of = membership(found, len(snapshot))
    between = [round(one, DIGITS) + 0.0 for one in _between(snapshot, found, sources)]
    constraint = _constraint(snapshot, weighted)
    if metric == "between":
        kept: dict[int, tuple[float, ...]] = {at: (-score,) for at, score in enumerate(between) if score > 0}
        ranks = dict(enumerate(ranks_of(between)))
    else:
        least = {at: score for at, score in enumerate(constraint) if len(snapshot.neighbours[at]) > 1}
        kept = {at: (score,) for at, score in least.items()}
        ranks = dict(zip(least, ranks_of(list(least.values()), least_first=True), strict=True))
    start, end, more = page(limit, after, len(kept))
    rows = Rows(snapshot)
    made: list[dict[str, Any]] = []
    for at in ordered(snapshot, kept, end)[start:end]:
        ties = _to_others(snapshot, at, of)
        row: dict[str, Any] = {
            "rank": ranks[at],
            "actor": rows.node(at),
            "between": between[at],
            "constraint": constraint[at],
            "community": of[at] + 1,
            "joins": len(ties),
            "neighbours": len(snapshot.neighbours[at]),
        }
        rows.carried(row, ties[:FEW] or _strongest(snapshot, at), at)
        made.append(row)
    rows.finish()
    notes = (
        [f"{len(found):,} communities (leiden, seed {seed}); `kg analyse communities` shows them"]
        if found
        else []
    )
    notes += estimated(snapshot, sources)
    told = {"metric": metric, "weight": "speakers" if weighted else "none", "seed": seed}
    scores = between if metric == "between" else constraint
    drawn = {
        snapshot.ids[at]: {"score": scores[at], "rank": ranks[at], "community": of[at] + 1}
        for at in sorted(kept)
    }
    return rows.findings(
        "brokers",
        "Who stands between others?",
        told,
        _COLUMNS,
        made,
        more=more,
        notes=notes,
        picture={"nodes": drawn},
    )


def _between(snapshot: Snapshot, found: list[list[int]], sources: list[int] | None) -> list[float]:
    """The part of the shortest paths between different communities: of all paths without those inside one."""
    size = len(snapshot)
    if len(found) < 2 or size < 3:
        return [0.0] * size
    graph = snapshot.undirected
    begin = sources if sources is not None else list(range(size))
    chosen = set(begin)
    left = graph.betweenness(sources=begin) if sources is not None else graph.betweenness()
    for some in found:
        if ends := [at for at in some if at in chosen]:
            inside = graph.betweenness(sources=ends, targets=some)
            left = [whole - part for whole, part in zip(left, inside, strict=True)]
    pairs = (size * size - sum(len(some) ** 2 for some in found)) / 2
    scale = size / len(begin) / pairs
    # What differences of sums leave behind is nothing.
    return [scale * one if one > 1e-9 else 0.0 for one in left]


def _constraint(snapshot: Snapshot, weighted: bool) -> list[float]:
    if not len(snapshot):
        return []
    found = snapshot.undirected.constraint(weights=snapshot.weights if weighted else None)
    return [round(float(one), DIGITS) for one in found]


def _to_others(snapshot: Snapshot, at: int, of: list[int]) -> list[int]:
    """A node's strongest tie to each other community, the strongest first."""
    best: dict[int, int] = {}
    for other in sorted(snapshot.neighbours[at]):
        if of[other] != of[at]:
            tie = snapshot.tie(at, other)
            held = best.get(of[other])
            if held is None or snapshot.weights[tie] > snapshot.weights[held]:
                best[of[other]] = tie
    return sorted(best.values(), key=lambda tie: (-snapshot.weights[tie], tie))


def _strongest(snapshot: Snapshot, at: int) -> list[int]:
    ties = [snapshot.tie(at, other) for other in snapshot.neighbours[at]]
    return sorted(ties, key=lambda tie: (-snapshot.weights[tie], tie))[:FEW]
