"""The graph as objects of networkx, igraph, pandas and rdflib."""

from __future__ import annotations

import pytest

import kg
from kg.exports.columns import CLAIM, NODE, RELATIONSHIP, Form
from kg.network import Network, Selection
from kg.rdf import TURTLE_HEADER
from ontology.errors import UsageError
from tests.kg.exports.elements import FORMS, edges, edges_of, known, nodes


@pytest.mark.parametrize("form", FORMS)
def test_networkx(graph: kg.Graph, network: Network, form: Form) -> None:
    made = graph.to_networkx(edges=form)
    assert {id: known(data) for id, data in made.nodes(data=True)} == {
        id: {
            name: tuple(one) if isinstance(one, list) and name != "held" else one
            for name, one in data.items()
        }
        for id, data in nodes(network, flat=False).items()
    }
    told = {
        key: (source, target, data["status"])
        for source, target, key, data in made.edges(keys=True, data=True)
    }
    assert told == {
        id: (one["source"], one["target"], one["status"])
        for id, one in edges(network, form, flat=False).items()
    }


@pytest.mark.parametrize("form", FORMS)
def test_igraph(graph: kg.Graph, network: Network, form: Form) -> None:
    made = graph.to_igraph(edges=form)
    wanted = edges_of(network, form)
    assert made.vs["name"] == [node.id for node in network.nodes()]
    assert made.vs["label"] == [node.name for node in network.nodes()]
    assert made.es["id"] == [edge.id for edge in wanted]
    assert made.es["type"] == [edge.type for edge in wanted]
    assert [(made.vs[one.source]["name"], made.vs[one.target]["name"]) for one in made.es] == [
        (edge.subject, edge.object) for edge in wanted
    ]


def test_pandas(graph: kg.Graph, network: Network) -> None:
    tables = graph.to_pandas()
    assert list(tables.nodes["label"]) == [node.name for node in network.nodes()]
    assert list(tables.relationships["status"]) == [edge.status for edge in network.relationships()]
    assert list(tables.claims["sentence"]) == [edge.sentence for edge in network.claims()]
    assert {one.name for one in NODE} < set(tables.nodes)
    assert {one.name for one in RELATIONSHIP} < set(tables.relationships)
    assert {one.name for one in CLAIM} < set(tables.claims)


def test_rdflib(graph: kg.Graph) -> None:
    import rdflib

    held = rdflib.Graph().parse(data=TURTLE_HEADER + "\n".join(graph.store.everything()), format="turtle")
    made = graph.to_rdflib()
    assert len(made) == len(held)
    assert set(made) == set(held)


def test_a_selection_is_what_they_hold(graph: kg.Graph) -> None:
    made = graph.to_networkx(Selection(statuses=("denied",)))
    assert made.number_of_edges() > 0
    assert {data["status"] for *_, data in made.edges(data=True)} == {"denied"}
    assert all(data["type"].startswith("denied ") for *_, data in made.edges(data=True))
    assert all(degree for _, degree in made.degree())


def test_another_form_of_edges_is_refused(graph: kg.Graph) -> None:
    with pytest.raises(UsageError, match="edges are relationships or claims, not 'claim'"):
        graph.to_networkx(edges="claim")
