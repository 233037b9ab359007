"""The same scores as networkx gives for the same network; communities, bridges and brokers that hold by themselves."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import Any

import networkx
import pytest
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

import kg
from kg.analysis import METRICS, Findings, Snapshot, bridges, brokers, central, communities, ranked, snapshot

CLOSE = 1e-9


@pytest.fixture(params=["examples", "by chance"])
def taken(request: pytest.FixtureRequest) -> Snapshot:
    if request.param == "by chance":
        return request.getfixturevalue("by_chance")  # type: ignore[no-any-return]
    return snapshot(request.getfixturevalue("examples"))


def scores(findings: Findings, column: str = "score") -> dict[str, float]:
    return {row["actor"]["id"]: row[column] for row in findings.rows}


def close(ours: dict[str, float], theirs: dict[str, float]) -> None:
    assert ours.keys() == theirs.keys()
    assert {id: ours[id] for id in ours if abs(ours[id] - theirs[id]) > CLOSE} == {}


def lengths(network: Any) -> Any:
    """The network with the length of each tie: 1 / sources, exactly, so that paths of equal length are equal."""
    for _, _, told in network.edges(data=True):
        told["length"] = Fraction(1, told["weight"])
    return network


def expected(metric: str, network: Any, weighted: bool) -> dict[str, float]:
    weight, length = ("weight", "length") if weighted else (None, None)
    size = len(network)
    if metric in ("degree", "weighted-degree"):
        return {id: float(degree) for id, degree in network.degree(weight=weight)}
    if metric == "betweenness":
        return dict(networkx.betweenness_centrality(network, weight=length))
    if metric == "closeness":
        return dict(networkx.closeness_centrality(network, distance=length))
    if metric == "harmonic":
        found = networkx.harmonic_centrality(network, distance=length)
        return {id: score / (size - 1) for id, score in found.items()}
    if metric == "pagerank":
        return dict(_pagerank_python(network, weight=weight, tol=1e-15, max_iter=10_000))
    parts = networkx.connected_components(network.to_undirected())
    largest = network.subgraph(max(sorted(map(sorted, parts)), key=len))
    found = networkx.eigenvector_centrality(largest, weight=weight, tol=1e-15, max_iter=100_000)
    most = max(found.values())
    return {id: found.get(id, 0.0) / most for id in network}


@pytest.mark.parametrize("weight", ["none", "speakers"])
@pytest.mark.parametrize("metric", METRICS)
def test_scores_are_those_of_networkx(taken: Snapshot, metric: str, weight: str) -> None:
    ours = scores(central(taken, metric, weight=weight, limit=None))
    close(ours, expected(metric, lengths(taken.to_networkx()), weight == "speakers"))


@pytest.mark.parametrize("metric", [one for one in METRICS if one != "eigenvector"])
def test_scores_with_a_direction_are_those_of_networkx(by_chance: Snapshot, metric: str) -> None:
    ours = scores(central(by_chance, metric, directed=True, weight="none", limit=None))
    close(ours, expected(metric, lengths(by_chance.to_networkx(directed=True)), False))


def test_betweenness_from_all_nodes_but_sampled_is_the_exact_one(by_chance: Snapshot) -> None:
    exact = scores(central(by_chance, "betweenness", limit=None))
    sampled = central(by_chance, "betweenness", sample=len(by_chance) - 1, limit=None)
    assert sampled.notes[0].startswith(
        f"betweenness is estimated from {len(by_chance) - 1} of {len(by_chance)} nodes"
    )
    assert max(abs(exact[id] - score) for id, score in scores(sampled).items()) < 0.02
    assert (
        central(by_chance, "betweenness", sample=10_000, limit=None).rows
        == central(by_chance, "betweenness", limit=None).rows
    )


def test_rows_are_totally_ordered_and_cite(taken: Snapshot) -> None:
    findings = central(taken, limit=None)
    keys = [(-row["score"], row["actor"]["name"], row["actor"]["id"]) for row in findings.rows]
    assert keys == sorted(set(keys))
    for row in findings.rows:
        assert row["claims"]
        assert all(findings.citations[claim]["sentences"] for claim in row["claims"])
        equal = [one for one in findings.rows if one["score"] > row["score"]]
        assert row["rank"] == len(equal) + 1
    parts = [central(taken, limit=7, after=after) for after in range(0, len(taken), 7)]
    assert [row for part in parts for row in part.rows] == findings.rows
    assert [part.more for part in parts] == [True] * (len(parts) - 1) + [False]


def test_scores_made_elsewhere_come_back_to_their_claims(examples: kg.Graph) -> None:
    taken = snapshot(examples)
    found = ranked(taken, networkx.clustering(taken.to_networkx()), "clustering", limit=3)
    assert found.parameters["metric"] == "clustering"
    assert all(row["claims"] and row["score"] > 0 for row in found.rows)


@pytest.mark.parametrize("method", ["leiden", "louvain"])
def test_communities_divide_the_network_well(taken: Snapshot, method: str) -> None:
    findings = communities(taken, method, members=None, limit=None)
    network = taken.to_networkx()
    groups = [{one["id"] for one in row["members"]} for row in findings.rows]
    assert networkx.community.is_partition(network, groups)
    assert [len(group) for group in groups] == [row["size"] for row in findings.rows]
    modularity = networkx.community.modularity(network, groups, weight="weight")
    assert f"modularity {modularity:.3f}" in findings.notes[0]
    theirs = networkx.community.louvain_communities(network, weight="weight", seed=1)
    assert modularity > networkx.community.modularity(network, theirs, weight="weight") - 0.02
    for group, row in zip(groups, findings.rows, strict=True):
        assert row["inside"] == network.subgraph(group).number_of_edges()
        assert row["outside"] == len(list(networkx.edge_boundary(network, group)))
        told = [
            status for *_, statuses in network.subgraph(group).edges(data="statuses") for status in statuses
        ]
        assert row["disputed"] == told.count("disputed")
        assert networkx.is_connected(network.subgraph(group))
    drawn = {id: one["community"] for id, one in findings.picture["nodes"].items()}
    assert all({drawn[id] for id in group} == {number} for number, group in enumerate(groups, 1))


def test_communities_are_the_same_in_every_process(examples: kg.Graph) -> None:
    program = (
        "import sys, kg; from kg.analysis import snapshot, communities\n"
        "with kg.Graph.open(sys.argv[1]) as graph:\n"
        "    print([[one['id'] for one in row['members']] for row in communities(snapshot(graph), members=None).rows])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program, str(examples.path)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


def test_bridges_are_those_without_which_parts_fall_apart(taken: Snapshot) -> None:
    findings = bridges(taken, least=1, limit=None)
    network = taken.to_networkx()
    ties = {frozenset((row["actor"]["id"], row["other"]["id"])) for row in findings.rows if row["other"]}
    assert ties == {frozenset(one) for one in networkx.bridges(network)}
    nodes = {row["actor"]["id"] for row in findings.rows if not row["other"]}
    assert nodes == set(networkx.articulation_points(network))
    for row in findings.rows:
        without = network.copy()
        part = networkx.node_connected_component(network, row["actor"]["id"]).copy()
        if row["other"]:
            without.remove_edge(row["actor"]["id"], row["other"]["id"])
        else:
            without.remove_node(row["actor"]["id"])
            part.discard(row["actor"]["id"])
        parts = sorted(networkx.connected_components(without.subgraph(part)), key=len)
        assert row["cuts_off"] == sum(map(len, parts[:-1]))
        assert row["parts"] == len(parts) - 1
        assert {one["id"] for one in row["without_it"]} <= part
        assert row["claims"]
    sizes = [row["cuts_off"] for row in findings.rows]
    assert sizes == sorted(sizes, reverse=True)
    assert [row for row in findings.rows if row["cuts_off"] > 1] == bridges(taken, limit=None).rows


def test_constraint_is_that_of_networkx(taken: Snapshot) -> None:
    network = taken.to_networkx()
    theirs = networkx.constraint(network, weight="weight")
    findings = brokers(taken, "constraint", limit=None)
    ours = scores(findings, "constraint")
    close(ours, {id: theirs[id] for id, degree in network.degree if degree > 1})
    assert list(ours.values()) == sorted(ours.values())
    assert [row["rank"] for row in findings.rows] == sorted(row["rank"] for row in findings.rows)


def test_brokers_are_on_paths_between_communities(taken: Snapshot) -> None:
    groups = [
        [one["id"] for one in row["members"]] for row in communities(taken, members=None, limit=None).rows
    ]
    network = taken.to_networkx()
    total = dict.fromkeys(network, 0.0)
    for group in groups:
        others = [id for id in network if id not in group]
        for id, score in networkx.betweenness_centrality_subset(network, group, others).items():
            total[id] += score
    pairs = (len(network) ** 2 - sum(len(group) ** 2 for group in groups)) / 2
    theirs = {id: score / pairs for id, score in total.items() if score > CLOSE}
    findings = brokers(taken, limit=None)
    close(scores(findings, "between"), theirs)
    assert all(row["claims"] and row["through"] for row in findings.rows)
