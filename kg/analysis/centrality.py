"""Who stands at the centre of a network, by several measures."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kg.analysis.findings import LIMIT, Findings, Rows, ordered, page, strongest
from kg.analysis.snapshot import Snapshot, igraph
from ontology.errors import UsageError
from ontology.suggestions import did_you_mean
from queries.catalogue import Column

DIGITS = 12
"""Scores are rounded to so many decimals, so that the last bits of an addition rank nobody."""

EXACT, SAMPLE = 5_000, 1_000
"""Betweenness is exact up to so many nodes, and estimated from so many of more, unless told otherwise."""

_COLUMNS = (
    Column("rank", "integer"),
    Column("actor", "actor"),
    Column("score", "score"),
    Column("neighbours", "integer"),
    Column("through", "texts"),
    Column("claims", "claims"),
)


class Asked(NamedTuple):
    """How a score is computed: over arcs with a direction or ties without, with weights or none.

    `sources` are places from which alone paths are counted, None for all.
    """

    directed: bool
    weighted: bool
    sources: list[int] | None = None


class Metric(NamedTuple):
    """A measure: what it tells, whether it takes weights unless told otherwise, and the scores in order of places."""

    help: str
    weighted: bool
    of: Callable[[Snapshot, Asked], list[float]]


def central(
    snapshot: Snapshot, metric: str = "degree", *, directed: bool = False, weight: str | None = None,
    sample: int | None = None, limit: int | None = LIMIT, after: int = 0,
) -> Findings:  # fmt: skip
    """The nodes of greatest score, each with the ties that most sources stand behind.

    `weight` is "speakers" or "none"; None takes what is usual for the metric. With weights a tie of more independent
    sources counts more, and is shorter: 1 / sources. `sample` estimates betweenness from so many nodes, 0 from all.
    Raises UsageError for an unknown metric or weight, and without the extra `analysis`.
    """
    if metric not in METRICS:
        hint = did_you_mean(metric, METRICS, f"there are {', '.join(METRICS)}")
        raise UsageError(f"there is no metric {metric!r}{hint}")
    chosen = METRICS[metric]
    if sample is not None and metric != "betweenness":
        raise UsageError(f"{metric} is not sampled; leave sample out, it is for betweenness")
    sources = sampled(snapshot, sample) if metric == "betweenness" else None
    asked = Asked(directed, weighs(weight, chosen.weighted), sources)
    notes = estimated(snapshot, sources)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scores = chosen.of(snapshot, asked) if len(snapshot) else []
    notes += [f"{metric}: {' '.join(str(one.message).split())}" for one in caught]
    if metric == "eigenvector" and scores and (apart := _outside_largest(snapshot)):
        notes.append(
            f"{apart:,} nodes outside the largest connected part score 0: eigenvectors compare within one part"
        )
    told = {"metric": metric, "weight": "speakers" if asked.weighted else "none", "directed": directed}
    return _ranked(snapshot, scores, told, limit, after, notes)


def ranked(
    snapshot: Snapshot,
    scores: Mapping[str, float],
    name: str = "score",
    *,
    limit: int | None = LIMIT,
    after: int = 0,
) -> Findings:
    """Scores by node id, computed elsewhere (such as on `to_networkx()`), as findings that cite.

    Nodes that the network does not have are left out; those without a score score 0.
    """
    return _ranked(
        snapshot, [float(scores.get(id, 0.0)) for id in snapshot.ids], {"metric": name}, limit, after, []
    )


def _ranked(
    snapshot: Snapshot,
    scores: list[float],
    told: dict[str, Any],
    limit: int | None,
    after: int,
    notes: list[str],
) -> Findings:
    scores = [round(score, DIGITS) + 0.0 for score in scores]
    start, end, more = page(limit, after, len(scores))
    order = ordered(snapshot, {at: (-score,) for at, score in enumerate(scores)}, end)
    ranks = ranks_of(scores)
    rows = Rows(snapshot)
    found: list[dict[str, Any]] = []
    for at in order[start:end]:
        row: dict[str, Any] = {
            "rank": ranks[at],
            "actor": rows.node(at),
            "score": scores[at],
            "neighbours": len(snapshot.neighbours[at]),
        }
        rows.carried(row, strongest(snapshot, at, scores), at)
        found.append(row)
    rows.finish()
    drawn = {id: {"score": scores[at], "rank": ranks[at]} for at, id in enumerate(snapshot.ids)}
    return rows.findings(
        "central", "Who stands at the centre of the network?", told, _COLUMNS, found,
        more=more, notes=notes, picture={"nodes": drawn},
    )  # fmt: skip


def ranks_of(scores: list[float], *, least_first: bool = False) -> list[int]:
    """The rank of each, from 1 for the greatest; equal scores share theirs."""
    ranks = [0] * len(scores)
    order = sorted(range(len(scores)), key=scores.__getitem__, reverse=not least_first)
    for position, at in enumerate(order):
        before = order[position - 1]
        ranks[at] = ranks[before] if position and scores[before] == scores[at] else position + 1
    return ranks


def weighs(weight: str | None, usual: bool) -> bool:
    """Whether sources count; raises UsageError for a weight there is not."""
    if weight not in (None, "speakers", "none"):
        raise UsageError(f"weight: {weight!r} is not speakers or none")
    return usual if weight is None else weight == "speakers"


def sampled(snapshot: Snapshot, sample: int | None) -> list[int] | None:
    """So many places, evenly spread over all, or None for all: for a sample of 0, and for None up to EXACT nodes."""
    if sample is None:
        sample = 0 if len(snapshot) <= EXACT else SAMPLE
    if sample < 0:
        raise UsageError(f"sample must be 0 or more, not {sample}")
    if not 0 < sample < len(snapshot):
        return None
    return [at * len(snapshot) // sample for at in range(sample)]


def estimated(snapshot: Snapshot, sources: list[int] | None) -> list[str]:
    """That betweenness is estimated, where it is."""
    if sources is None:
        return []
    return [
        f"betweenness is estimated from {len(sources):,} of {len(snapshot):,} nodes, evenly spread by id; --sample 0"
        " computes it from all"
    ]


def _graph(snapshot: Snapshot, asked: Asked) -> tuple[Any, list[float] | None]:
    """The graph, and each edge's weight or None."""
    if asked.directed:
        return snapshot.directed, list(map(float, snapshot.arc_weights.values())) if asked.weighted else None
    return snapshot.undirected, list(map(float, snapshot.weights)) if asked.weighted else None


def _lengths(snapshot: Snapshot, asked: Asked) -> tuple[Any, list[float] | None]:
    """The graph, and each edge's length or None for 1."""
    graph, weights = _graph(snapshot, asked)
    return graph, weights and [1 / weight for weight in weights]


def _degree(snapshot: Snapshot, asked: Asked) -> list[float]:
    graph, weights = _graph(snapshot, asked)
    return [float(one) for one in (graph.strength(weights=weights) if weights else graph.degree())]


def betweenness(snapshot: Snapshot, asked: Asked) -> list[float]:
    """The part of all pairs' shortest paths that each node is on, 0 to 1."""
    graph, lengths = _lengths(snapshot, asked)
    size = len(snapshot)
    if size < 3:
        return [0.0] * size
    raw = graph.betweenness(directed=asked.directed, weights=lengths, sources=asked.sources)
    pairs = (size - 1) * (size - 2) / (1 if asked.directed else 2)
    scale = 1.0
    if asked.sources is not None:
        # Of a path without direction each half is counted, once from either end.
        scale = size / len(asked.sources)
    return [scale * one / pairs for one in raw]


def _closeness(snapshot: Snapshot, asked: Asked) -> list[float]:
    """By how few steps a node is reached, times the part of the network from which it is reached at all."""
    graph, lengths = _lengths(snapshot, asked)
    size = len(snapshot)
    if asked.directed:
        reached = graph.neighborhood_size(order=size, mode="in")
    else:
        parts = graph.connected_components()
        reached = [parts.size(part) for part in parts.membership]
    near = graph.closeness(mode="in" if asked.directed else "all", weights=lengths)
    return [
        one * (count - 1) / (size - 1) if count > 1 else 0.0 for one, count in zip(near, reached, strict=True)
    ]


def _harmonic(snapshot: Snapshot, asked: Asked) -> list[float]:
    graph, lengths = _lengths(snapshot, asked)
    found = graph.harmonic_centrality(mode="in" if asked.directed else "all", weights=lengths)
    return [float(one) for one in found]


def _pagerank(snapshot: Snapshot, asked: Asked) -> list[float]:
    graph, weights = _graph(snapshot, asked)
    return [float(one) for one in graph.pagerank(directed=asked.directed, weights=weights)]


def _eigenvector(snapshot: Snapshot, asked: Asked) -> list[float]:
    """Within the largest connected part, the greatest score 1: parts have eigenvectors of their own."""
    graph, weights = _graph(snapshot, asked)
    inside = _largest(snapshot)
    place = {at: number for number, at in enumerate(inside)}
    edges = [(a, b, weight) for (a, b), weight in zip(
        graph.get_edgelist(), weights or [1.0] * graph.ecount(), strict=True) if a in place]  # fmt: skip
    part = igraph().Graph(
        n=len(inside), edges=[(place[a], place[b]) for a, b, _ in edges], directed=asked.directed
    )
    # igraph ignores `directed` where there is no direction, but for False, which it refuses.
    found = part.eigenvector_centrality(directed=True, weights=[weight for *_, weight in edges])
    scores = [0.0] * len(snapshot)
    for at, score in zip(inside, found, strict=True):
        scores[at] = max(float(score), 0.0)
    return scores


def _largest(snapshot: Snapshot) -> list[int]:
    """The nodes of the largest connected part; of equal ones that of the first node."""
    parts: list[list[int]] = list(snapshot.undirected.connected_components())
    return max(parts, key=len)


def _outside_largest(snapshot: Snapshot) -> int:
    return len(snapshot) - len(_largest(snapshot))


METRICS = {
    "degree": Metric("how many others it is linked with", False, _degree),
    "weighted-degree": Metric("the independent sources behind its ties, added up", True, _degree),
    "betweenness": Metric("the part of all shortest paths that it is on", False, betweenness),
    "closeness": Metric("in how few steps others reach it", False, _closeness),
    "harmonic": Metric(
        "the same, added up as 1 / steps, which suits networks in several parts", False, _harmonic
    ),
    "pagerank": Metric("how often a walk from tie to tie comes by", True, _pagerank),
    "eigenvector": Metric("linked with those that are linked with many", True, _eigenvector),
}
"""The measures by name."""
