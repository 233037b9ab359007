"""All shortest paths, each once, in an order that leaves no two equal; and who says so of each step."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.analysis import Findings, Snapshot, central, paths, snapshot
from kg.analysis.paths import in_order, shortest
from kg.network import Selection
from ontology.errors import UsageError
from tests.kg.analysis.conftest import Made

NAMES = [f"Group {letter}" for letter in "ABCDEFGH"]
RELATIONS = ["alliedWith", "trained", "funded"]
EDGES = st.lists(
    st.tuples(
        st.sampled_from(NAMES), st.sampled_from(RELATIONS), st.sampled_from(NAMES), st.integers(1, 3)
    ).filter(lambda edge: edge[0] != edge[2]),
    min_size=1,
    max_size=16,
    unique_by=lambda edge: (frozenset((edge[0], edge[2])), edge[1]),
)


def found(
    taken: Snapshot, first: str, last: str, *, length: int = 20, directed: bool = False
) -> list[list[str]]:
    between = shortest(taken, taken.place_of_id[first], taken.place_of_id[last], length, directed=directed)
    if between is None:
        return []
    listed = [[taken.ids[at] for at in path] for path in in_order(taken, between, directed=directed)]
    assert len(listed) == between.number
    return listed


def expected(network: Any, first: str, last: str) -> list[list[str]]:
    """What networkx finds, in the order that is promised."""
    if not networkx.has_path(network, first, last):
        return []
    names = network.nodes(data="name")

    def key(path: list[str]) -> Any:
        weakest = min(network.edges[step]["weight"] for step in pairwise(path))
        return -weakest, [(names[id], id) for id in path]

    return sorted(networkx.all_shortest_paths(network, first, last), key=key)


@settings(max_examples=20)
@given(EDGES)
def test_they_are_those_of_networkx_in_order(made: Made, edges: list[tuple[str, str, str, int]]) -> None:
    taken = made(edges)
    for directed in (False, True):
        network = taken.to_networkx(directed=directed)
        for first in taken.ids:
            for last in taken.ids:
                if first != last:
                    assert found(taken, first, last, directed=directed) == expected(network, first, last)


def test_in_a_larger_network_too(by_chance: Snapshot) -> None:
    network, directed = by_chance.to_networkx(), by_chance.to_networkx(directed=True)
    several = 0
    for first in by_chance.ids[:12]:
        for last in by_chance.ids[12:40]:
            theirs = expected(network, first, last)
            assert found(by_chance, first, last) == theirs
            assert found(by_chance, first, last, directed=True) == expected(directed, first, last)
            several += len(theirs) > 2
            if theirs:
                steps = len(theirs[0]) - 1
                assert found(by_chance, first, last, length=steps) == theirs
                assert found(by_chance, first, last, length=steps - 1) == []
    assert several > 20


def test_what_is_around_a_node(by_chance: Snapshot) -> None:
    network = by_chance.to_networkx()
    for id in by_chance.ids[:10]:
        near = networkx.single_source_shortest_path_length(network, id, cutoff=3)
        assert by_chance.around(id, 3) == dict(near)
    assert by_chance.around("nobody", 2) == {}


def test_the_strongest_weakest_step_comes_first(made: Made) -> None:
    taken = made(
        [
            ("Group A", "trained", "Group B", 3),
            ("Group B", "trained", "Group D", 1),
            ("Group A", "trained", "Group C", 2),
            ("Group D", "funded", "Group C", 2),
        ]
    )
    findings = paths(taken, "Group A", "Group D")
    assert list(dict.fromkeys(findings.sections)) == [
        "path 1: Group A → Group C ← Group D (weakest step: 2 sources)",
        "path 2: Group A → Group B → Group D (weakest step: 1 source)",
    ]
    one_way = paths(taken, "Group A", "Group D", directed=True)
    assert list(dict.fromkeys(one_way.sections)) == [
        "path 1: Group A → Group B → Group D (weakest step: 1 source)"
    ]
    back = paths(taken, "Group D", "Group A", directed=True)
    assert back.rows == []
    assert back.notes[0] == "no path in this direction; there is one where direction does not count"
    first = paths(taken, "Group A", "Group D", limit=1)
    assert first.notes[0] == "2 shortest paths of 2 steps, the first 1 shown; --limit 0 shows all"
    assert first.rows == [row for row in findings.rows if row["path"] == 1]


@pytest.fixture(scope="module")
def taken(examples: kg.Graph) -> Snapshot:
    return snapshot(examples)


def steps(findings: Findings) -> set[tuple[int, str, str, str, str]]:
    return {
        (row["step"], row["subject"]["name"], row["relation"], row["object"]["name"], row["status"])
        for row in findings.rows
    }


def test_each_step_says_who_claims_it_and_who_denies_it(taken: Snapshot) -> None:
    findings = paths(taken, "River Guard", "Mara Quill")
    assert (1, "Red Heron Front", "fightsAgainst", "River Guard", "asserted") in steps(findings)
    assert (3, "Mara Quill", "leads", "Lantern Brigade", "asserted") in steps(findings)
    allied = next(row for row in findings.rows if row["relation"] == "alliedWith")
    assert allied["status"] == "disputed"
    assert allied["said_by"] == ["Bureau of Inquiry", "Piet Aldous", "Pell Orrin denies it"]
    assert (allied["affirmed"], allied["denied"], allied["speakers"], allied["deniers"]) == (3, 1, 2, 1)
    for row in findings.rows:
        assert row["claims"]
        for claim in row["claims"]:
            cited = findings.citations[claim]
            assert cited["relation"] == row["relation"]
            assert cited["article"]
            assert cited["sentences"]
    on = findings.picture["relationships"]
    assert len(on) == len(findings.rows)
    assert all(one == {"path": [1]} for one in on.values())


def test_a_denial_links_nobody(examples: kg.Graph) -> None:
    """Vask's denial that a Brigade instructor trained the Front is the only thing said of the two."""
    plain = snapshot(examples, Selection(relations=("trained",)))
    network = plain.to_networkx()
    names = {name: id for id, name in network.nodes(data="name")}
    assert "Brigade instructor" not in names
    assert any("only denied" in note for note in plain.notes)
    found_none = paths(plain, "Brigade instructor", "Red Heron Front")
    assert (found_none.rows, found_none.notes[0]) == (
        [], "no path: Brigade instructor has no relationship in this network",
    )  # fmt: skip


def test_doubts_can_be_left_out(examples: kg.Graph) -> None:
    def linked(*without: str) -> set[tuple[str, str, str]]:
        taken = snapshot(examples, without=without)
        return {
            (one.relation, one.status, "affirmed" if one.affirmed else "hedged")
            for one in (taken.relationships[at] for at in taken.linking)
        }

    everything = linked()
    assert {status for _, status, _ in everything} == {"asserted", "hedged", "disputed", "changed"}
    assert {how for *_, how in linked("hedged")} == {"affirmed"}
    assert {status for _, status, _ in linked("disputed")} == {"asserted", "hedged", "changed"}
    assert {status for _, status, _ in linked("denied", "hedged")} == {"asserted"}


def test_no_path_is_told(taken: Snapshot) -> None:
    far = paths(taken, "River Guard", "Bureau of Inquiry")
    assert (far.rows, far.notes[0]) == ([], "no path: they are in parts of this network that nothing links")
    near = paths(taken, "River Guard", "Mara Quill", length=2)
    assert (near.rows, near.notes[0]) == (
        [], "no path that short: the shortest have 3 steps; --length 3 shows them",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("Nobody At All", "Mara Quill", "start: nothing is called 'Nobody At All'"),
        (
            "Mara Quill",
            "officers of the Lantern Brigade",
            "end: 'officers of the Lantern Brigade' may be any of 2",
        ),
        ("Mara Quill", "Mara Quill", "'Mara Quill' and 'Mara Quill' are the same"),
        ("Mara Quill", "Upper Sarne", "end: 'Upper Sarne' is no actor; --among all"),
    ],
)
def test_wrong_actors_are_told(taken: Snapshot, start: str, end: str, why: str) -> None:
    with pytest.raises(UsageError, match=why.replace("(", r"\(")):
        paths(taken, start, end)


def test_those_who_are_not_named_can_be_left_out(examples: kg.Graph) -> None:
    named, everybody = snapshot(examples, among="named"), snapshot(examples)
    assert set(named.ids) < set(everybody.ids)
    names = set(dict(named.to_networkx().nodes(data="name")).values())
    assert {"Red Heron Front", "Tomas Reed"} <= names
    assert not {"officers of the Lantern Brigade", "more than 150 recruits"} & names
    assert any("with actors that are not named" in note for note in named.notes)


def test_events_link_only_where_all_is_wanted(examples: kg.Graph) -> None:
    everything = snapshot(examples, among="all")
    assert len(everything) > len(snapshot(examples))
    assert paths(everything, "Tomas Reed", "Upper Sarne").rows
    assert not any("--among all" in note for note in everything.notes)
    assert not {row["actor"]["name"] for row in central(everything, limit=None).rows} & {
        "900 fighters",
        "2031-03-12",
    }
