"""A snapshot has what the selection has: the same relationships, statuses and independent sources."""

from __future__ import annotations

import pytest

import kg
from kg.analysis import snapshot
from kg.network import Selection, select

SELECTIONS = [
    Selection(),
    Selection(actors=("Red Heron Front",), hops=2),
    Selection(actors=("Tomas Reed",), hops=0),
    Selection(families=("alliance", "conflict"), as_of="2031", until="2031-10"),
    Selection(relations=("memberOf",), statuses=("asserted", "hedged")),
    Selection(min_speakers=2),
    Selection(publishers=("The Border Review",), since="2031"),
    Selection(statuses=("denied",)),
]


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
@pytest.mark.parametrize("among", ["actors", "named", "all"])
def test_it_has_the_relationships_of_the_selection(
    examples: kg.Graph, selection: Selection, among: str
) -> None:
    taken = snapshot(examples, selection, among=among)
    network = select(examples, selection)
    nodes = {
        node.id
        for node in network.nodes()
        if not node.is_value
        and (among == "all" or ("Actor" in node.classes and (among == "actors" or node.named)))
    }
    theirs = {
        edge.id: edge
        for edge in network.relationships()
        if edge.subject in nodes and edge.object in nodes and edge.subject != edge.object
    }
    ours = taken.network.relationships_of(one.number for one in taken.relationships)
    assert {edge.id: edge for edge in ours.values()} == theirs
    assert {edge.id for edge in ours.values() if edge.affirmed or edge.hedged} == {
        ours[taken.relationships[at].number].id for at in taken.linking
    }
    for one in taken.relationships:
        edge = ours[one.number]
        assert (one.status, one.affirmed, len(one.said)) == (
            edge.status,
            edge.affirmed > 0,
            edge.affirmed + edge.hedged,
        )
    for tie, behind, weight in zip(taken.ties, taken.behind, taken.weights, strict=True):
        edges = [ours[taken.relationships[at].number] for at in behind]
        assert {frozenset((edge.subject, edge.object)) for edge in edges} == {
            frozenset(taken.ids[at] for at in tie)
        }
        counts = [edge.speakers + edge.unnamed for edge in edges]
        assert max(counts) <= weight <= sum(counts)
        assert len(edges) > 1 or [weight] == counts
    assert taken.ids == sorted(taken.ids)


def test_one_sentence_is_one_source_for_all_that_it_says(examples: kg.Graph) -> None:
    """Pell Orrin says in one sentence that the Brigade gave money and rifles: two relationships, one source."""
    taken = snapshot(
        examples,
        Selection(relations=("funded", "armed"), actors=("Red Heron Front", "Lantern Brigade"), hops=0),
    )
    assert len(taken.ties) == 1
    edges = taken.network.relationships_of(taken.relationships[at].number for at in taken.behind[0]).values()
    assert sum(edge.speakers + edge.unnamed for edge in edges) == 3
    assert taken.weights == [2]


def test_it_is_of_one_moment_and_for_other_libraries(examples: kg.Graph) -> None:
    taken = snapshot(examples)
    assert taken.undirected.get_edgelist() == taken.ties
    assert taken.directed.get_edgelist() == list(taken.arcs)
    network = taken.to_networkx(directed=True)
    for (a, b), weight in taken.arc_weights.items():
        assert network.edges[taken.ids[a], taken.ids[b]]["weight"] == weight
    for (a, b), behind in taken.arcs.items():
        for at in behind:
            one = taken.relationships[at]
            if not taken.ontology.relations[one.relation].symmetric:
                assert (taken.place[one.subject], taken.place[one.object]) == (a, b)
            else:
                assert at in taken.arcs[b, a]
