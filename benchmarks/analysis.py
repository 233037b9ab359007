"""Analyses beside bare igraph on the same arrays, and paths and neighbourhoods from a warm snapshot.

    python -m benchmarks.analysis [--articles 20000] [--rounds 3] [--sample 500] [--exact 5000] [--graph DIR]

Bare igraph is given the ties and weights that the snapshot has, makes its graph of them, and computes; ours does the
same from the snapshot, all scores rounded and by node. Reading the snapshot from the ledger is shown apart, and
included in the last column. Betweenness is exact up to as many nodes as --exact says; above, from so many nodes as
--sample says, by both. Whole findings have rows, names, claims and citations besides.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import igraph

import kg
from benchmarks.measuring import ROOT, Spread, machine, peak_megabytes
from kg.analysis import Snapshot, central, communities, paths, snapshot
from kg.analysis.centrality import METRICS, Asked, sampled
from kg.analysis.communities import divided
from kg.analysis.paths import in_order, shortest

PAIRS = 200


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=500)
    parser.add_argument("--exact", type=int, default=5_000)
    parser.add_argument("--graph", help="a graph that is there, instead of made articles")
    options = parser.parse_args()
    print(
        f"Measured on {machine()}, igraph {igraph.__version__}. Medians, with least and greatest in brackets.\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        place = Path(options.graph) if options.graph else made(Path(folder), options.articles)
        with kg.Graph.open(place) as graph:
            measured(graph, options.rounds, options.exact, options.sample)


def made(folder: Path, articles: int) -> Path:
    """A graph of made articles."""
    source = folder / "articles.jsonl"
    with source.open("wb") as out:
        command = [sys.executable, "-m", "benchmarks.generator", str(articles)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=out)
    kg.Graph.create(folder / "graph")
    with kg.Graph.open(folder / "graph", write=True) as graph:
        kg.ingest(graph, kg.load([source], graph))
    return folder / "graph"


def seconds(call: Callable[[], Any]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def measured(graph: kg.Graph, rounds: int, exact: int, sample: int) -> None:
    """Print the tables of one graph."""
    snapshot(graph)  # the ontology, and the file's pages
    taken = snapshot(graph)
    reading = Spread.of([seconds(lambda: snapshot(graph)) for _ in range(rounds)])
    print(
        f"## {len(taken):,} actors, {len(taken.ties):,} ties of {len(taken.linking):,} relationships\n\n"
        f"Reading the snapshot: {reading.show()} s; {peak_megabytes():.0f} MB at most.\n"
    )
    print("| | bare igraph, s | ours, s | ratio, pair by pair | with the snapshot read | whole findings, s |")
    print("|---|---|---|---|---|---|")
    total = [0.0, 0.0]
    for name, bare, ours, whole in _analyses(taken, 0 if len(taken) <= exact else sample):
        pairs = [(seconds(bare), _afresh(taken, ours)) for _ in range(rounds)]
        theirs, mine = Spread.of([one for one, _ in pairs]), Spread.of([one for _, one in pairs])
        total = [total[0] + theirs.median, total[1] + mine.median]
        print(
            f"| {name} | {theirs.show(3)} | {mine.show(3)} | {Spread.of([b / a for a, b in pairs]).show()} |"
            f" {(mine.median + reading.median) / theirs.median:.2f} | {seconds(whole):.2f} |"
        )
    with_reading = (total[1] + reading.median) / total[0]
    print(
        f"| all three, of one snapshot | {total[0]:.3f} | {total[1]:.3f} | {total[1] / total[0]:.2f} |"
        f" {with_reading:.2f} | |\n"
    )
    _near(taken)


def _afresh(taken: Snapshot, call: Callable[[], Any]) -> float:
    """How long a call takes that has to make igraph's graph first, as the bare one does."""
    taken.__dict__.pop("undirected", None)
    return seconds(call)


def _analyses(
    taken: Snapshot, count: int
) -> list[tuple[str, Callable[[], Any], Callable[[], Any], Callable[[], Any]]]:
    """What each is called, bare, ours, and ours with rows and citations; betweenness from `count` nodes, 0 from all."""
    size, weights = len(taken), [float(one) for one in taken.weights]
    sources = sampled(taken, count)

    def bare() -> igraph.Graph:
        return igraph.Graph(n=size, edges=taken.ties)

    def scores(metric: str, weighted: bool) -> Callable[[], Any]:
        return lambda: METRICS[metric].of(taken, Asked(False, weighted, sources))

    exactly = "exact" if sources is None else f"from {len(sources):,} nodes"
    return [
        (
            f"betweenness, {exactly}",
            lambda: bare().betweenness(sources=sources) if sources else bare().betweenness(),
            scores("betweenness", False),
            lambda: central(taken, "betweenness", sample=count),
        ),
        (
            "PageRank",
            lambda: bare().pagerank(directed=False, weights=weights),
            scores("pagerank", True),
            lambda: central(taken, "pagerank"),
        ),
        (
            "communities (Leiden)",
            lambda: bare().community_leiden("modularity", weights=weights, n_iterations=-1),
            lambda: divided(taken),
            lambda: communities(taken),
        ),
    ]


def _near(taken: Snapshot) -> None:
    """Paths and neighbourhoods of actors drawn by chance, those of many ties as likely as others."""
    chance = Random(5)
    pairs = [(chance.randrange(len(taken)), chance.randrange(len(taken))) for _ in range(PAIRS)]
    graph = taken.undirected
    # In the largest part, where there is something to walk through.
    inside = max(graph.connected_components(), key=len)
    pairs = [(inside[one % len(inside)], inside[other % len(inside)]) for one, other in pairs]
    pairs = [(one, other) for one, other in pairs if one != other]

    def found(one: int, other: int) -> Any:
        return shortest(taken, one, other, 6)

    def first_paths(one: int, other: int) -> Any:
        ways = found(one, other)
        return list(islice(in_order(taken, ways), 10)) if ways else []

    def whole(one: int, other: int) -> Any:
        return paths(taken, taken.ids[one], taken.ids[other])

    first_paths(*pairs[0])
    asked: list[tuple[str, Callable[[int, int], Any], int]] = [
        ("all shortest paths found", found, PAIRS),
        ("and the first ten in order", first_paths, PAIRS),
        ("neighbourhood of 3 hops", lambda one, _: taken.around(taken.ids[one], 3), PAIRS),
        ("bare igraph: one shortest path", graph.get_shortest_path, PAIRS),
        ("bare igraph: neighbourhood of 3 hops", lambda one, _: graph.neighborhood(one, 3), PAIRS),
        ("whole findings, with names, claims and citations", whole, 40),
    ]
    rows = [
        (name, sorted(seconds(partial(call, *pair)) for pair in pairs[:count])) for name, call, count in asked
    ]
    print(f"From a warm snapshot, {len(pairs)} pairs of actors drawn evenly, milliseconds:\n")
    print("| | median | 95 in 100 below | greatest |\n|---|---|---|---|")
    for name, times in rows:
        print(
            f"| {name} | {times[len(times) // 2] * 1e3:.2f} | {times[len(times) * 95 // 100] * 1e3:.2f} |"
            f" {times[-1] * 1e3:.2f} |"
        )


if __name__ == "__main__":
    main()
