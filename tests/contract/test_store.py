"""One body of tests that every store passes, whichever engine keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import kg
from kg.following import all_claims, catch_up, fill_rest, rest_of
from kg.rdf import Edge, triples
from kg.stores.contract import Store
from kg.verification import canonical_dump
from ontology.errors import StoreError
from ontology.models import Quantity
from queries.binding import bind
from queries.catalogue import Catalogue
from tests.contract.backends import TRIED, Backend
from tests.contract.corpora import ODD
from tests.contract.generated import take
from tests.kg.made import Writer

pytestmark = pytest.mark.parametrize("backend", TRIED, indirect=True)
PREFIXES = "PREFIX kg: <urn:attest:ontology:>\n"


class State(NamedTuple):
    """What a ledger says at one moment: statements by subject, direct edges."""

    sequence: int
    subjects: dict[str, str]
    edges: list[Edge]

    @property
    def lines(self) -> list[str]:
        """All of it as sorted lines."""
        held = {f"{one.subject} {one.predicate} {one.object} ." for one in self.edges if one.held}
        return sorted(held.union(*(triples(*one) for one in self.subjects.items())))

    @property
    def nodes(self) -> set[str]:
        """The subjects that are nodes."""
        return {iri for iri in self.subjects if iri.startswith("<urn:attest:node:")}


def state(graph: kg.Graph) -> State:
    """What the ledger of a graph says now."""
    projection = graph.projection
    subjects = {iri: lines for claims in all_claims(projection) for iri, lines in claims}
    edges: list[Edge] = []
    for iri, lines, edge in projection.relationships():
        subjects[iri] = lines
        edges.append(edge)
    subjects.update(rest_of(projection))
    return State(graph.ledger.sequence, subjects, edges)


def step(store: Store, old: State, new: State) -> None:
    """Bring a store from one state to another: only what differs, with the edges of both."""
    subjects = {iri: "" for iri in old.subjects if iri not in new.subjects}
    subjects.update((iri, lines) for iri, lines in new.subjects.items() if old.subjects.get(iri) != lines)
    edges = [*new.edges, *(edge._replace(held=False) for edge in old.edges)]
    store.replace(new.sequence, subjects, nodes=old.nodes | new.nodes, edges=edges)


@pytest.fixture
def graph(backend: Backend, tmp_path: Path) -> Iterator[kg.Graph]:
    """An empty graph, open for writing."""
    with backend.place() as place:
        kg.Graph.create(tmp_path / "graph", store=place)
        with kg.Graph.open(tmp_path / "graph", write=True) as graph:
            yield graph


@pytest.fixture
def states(graph: kg.Graph, tmp_path: Path) -> list[State]:
    """What an eventful ledger said after each run, by a graph of its own in the embedded store."""
    kg.Graph.create(tmp_path / "other")
    with kg.Graph.open(tmp_path / "other", write=True) as other:
        found = [state(other)]
        for one in ODD:
            take(other, one)
            found.append(state(other))
    return found


def filled(graph: kg.Graph, of: State) -> Store:
    """The graph's store, built anew with a state."""
    build = graph.store.build()
    build.add(of.subjects.items())
    for edge in of.edges:
        build.add_edge(edge)
    build.finish(of.sequence, "digest")
    graph.store.adopt(build)
    return graph.store


def test_a_store_holds_what_it_was_built_with(graph: kg.Graph, states: list[State]) -> None:
    store, last = filled(graph, states[-1]), states[-1]
    assert (store.sequence, store.ontology) == (last.sequence, "digest")
    assert sorted(store.everything()) == last.lines
    assert store.count() == len(last.lines)


def test_an_edge_may_be_told_more_than_once_and_is_held_if_any_of_them_is(
    graph: kg.Graph, states: list[State]
) -> None:
    last = states[-1]
    store = filled(graph, last._replace(edges=[*last.edges, *reversed(last.edges)]))
    assert sorted(store.everything()) == last.lines


def test_a_subjects_statements_are_given_and_a_nodes_without_its_edges(
    graph: kg.Graph, states: list[State]
) -> None:
    store, last = filled(graph, states[-1]), states[-1]
    found = store.statements([*last.subjects, "<urn:attest:node:none>"], last.nodes)
    for iri, lines in last.subjects.items():
        assert sorted(found[iri]) == sorted(set(triples(iri, lines))), iri
    assert not found.get("<urn:attest:node:none>")
    assert not store.statements([])


def test_the_edges_of_some_relations_are_given_each_once(graph: kg.Graph, states: list[State]) -> None:
    store, last = filled(graph, states[-1]), states[-1]
    relations = [one.iri for one in graph.ontology.relations.values()]
    held = {f"{one.subject} {one.predicate} {one.object} ." for one in last.edges if one.held}
    assert sorted(store.edges(relations)) == sorted(held)
    some = graph.ontology.relation("alliedWith").iri
    assert sorted(store.edges([some])) == sorted(line for line in held if " kg:alliedWith " in line)
    assert list(store.edges([])) == []


def test_replacing_brings_it_from_any_state_to_any_other(graph: kg.Graph, states: list[State]) -> None:
    store = filled(graph, states[0])
    there = states[0]
    for next in (*states[1:], *reversed(states), states[-1], states[1], states[-1]):
        step(store, there, next)
        assert store.sequence == next.sequence
        assert sorted(store.everything()) == next.lines
        there = next
    assert store.ontology == "digest"


def test_replacing_twice_is_replacing_once(graph: kg.Graph, states: list[State]) -> None:
    store = filled(graph, states[1])
    for _ in range(2):
        step(store, states[1], states[2])
        assert sorted(store.everything()) == states[2].lines
    for _ in range(2):
        store.replace(99, {})
        assert (store.sequence, sorted(store.everything())) == (99, states[2].lines)


def test_what_is_removed_may_not_have_been_there(graph: kg.Graph, states: list[State]) -> None:
    store = filled(graph, states[1])
    gone = ["<urn:attest:node:none>", "<urn:attest:claim:none>", "<urn:attest:relationship:none>"]
    store.replace(7, dict.fromkeys(gone, ""), nodes=gone[:1])
    assert sorted(store.everything()) == states[1].lines


def test_a_node_that_changes_keeps_its_edges(graph: kg.Graph, states: list[State]) -> None:
    last = states[-1]
    store = filled(graph, last)
    subject = next(one.subject for one in last.edges if one.held)
    renamed = "\n".join(
        'kg:name "Renamed \U0001f9a9"' if line.startswith("kg:name ") else line
        for line in last.subjects[subject].split("\n")
    )
    store.replace(last.sequence, {subject: renamed}, nodes=[subject])
    assert sorted(store.everything()) == last._replace(subjects=last.subjects | {subject: renamed}).lines


def test_a_store_that_was_let_go_of_is_there_again(graph: kg.Graph, backend: Backend) -> None:
    for one in ODD:
        take(graph, one)
    before = list(canonical_dump(graph))
    graph.close()
    with kg.Graph.open(graph.path, write=True) as again:
        again.catch_up()
        assert list(canonical_dump(again)) == before
    with kg.Graph.open(graph.path) as reading:
        assert reading.sequence == reading.ledger.sequence
        assert list(canonical_dump(reading)) == before


def test_a_build_that_is_abandoned_leaves_what_was_there_or_nothing_that_passes_for_it(
    graph: kg.Graph, states: list[State]
) -> None:
    take(graph, ODD[0])
    before, sequence = sorted(graph.store.everything()), graph.store.sequence
    build = graph.store.build()
    build.add(list(states[-1].subjects.items())[:20])
    build.abandon()
    assert graph.store.sequence in (-1, sequence)
    if graph.store.sequence == sequence:
        assert sorted(graph.store.everything()) == before
    else:
        graph.catch_up()
        assert graph.store.sequence == sequence
        assert sorted(graph.store.everything()) == before
    assert kg.verify(graph) == []


def test_a_build_is_not_taken_for_finished_before_it_is(graph: kg.Graph) -> None:
    take(graph, ODD[0])
    build = graph.store.build()
    fill_rest(build, graph.projection)
    if not graph.store.embedded:
        assert graph.store.sequence == -1
        with pytest.raises(StoreError, match="being built"), kg.Graph.open(graph.path) as reading:
            kg.ask(reading, "counts")
    build.abandon()
    graph.rebuild()
    assert kg.verify(graph) == []


def test_a_finished_store_is_built_over(graph: kg.Graph, states: list[State]) -> None:
    for one in (states[1], states[3], states[2], states[0]):
        assert sorted(filled(graph, one).everything()) == one.lines


def test_an_empty_graph_is_asked_like_any_other(graph: kg.Graph) -> None:
    assert kg.ask(graph, "counts").rows == [{"what": "articles", "kind": "", "count": 0}]
    for name in ("killed", "articles", "sources", "disputed", "events", "strength"):
        assert kg.ask(graph, name).rows == []


def test_nothing_is_done_where_it_is_up_to_date(graph: kg.Graph) -> None:
    take(graph, ODD[0])
    assert not catch_up(graph.store, graph.projection)
    assert graph.store.published()


def test_rows_come_with_the_names_of_their_columns(graph: kg.Graph) -> None:
    take(graph, ODD[0])
    question = Catalogue.load(dialect=graph.store.dialect)["counts"]
    found = graph.store.select(bind(question, {}))
    assert set(found.columns) >= {"what", "kind", "count"}
    assert len(found.rows) > 3
    assert all(len(row) == len(found.columns) for row in found.rows)
    nothing = graph.store.select(
        bind(Catalogue.load(dialect=graph.store.dialect)["killed"], {}, limit=1, after=99)
    )
    assert (len(nothing.rows), len(nothing.columns) > 5) == (0, True)


def test_an_edge_of_figures_at_several_places_goes_with_the_last_of_them(graph: kg.Graph) -> None:
    def article(name: str, place: str | None) -> Writer:
        writer = Writer(name)
        front = writer.entity("Karsk Front", "ArmedGroup", identifiers=("wikidata:Q9",))
        where = writer.entity(place, "Place") if place else None
        writer.claim(front, "hasStrength", Quantity(10, 20, "fighters"), place=where)
        return writer

    relation = graph.ontology.relation("hasStrength").iri
    kg.ingest(
        graph, [article("a", "Tessaly").done(), article("b", "Sarne").done(), article("c", None).done()]
    )
    (edge,) = graph.store.edges([relation])
    for name, left in (("a", [edge]), ("c", [edge]), ("b", [])):
        kg.retract(graph, name)
        assert list(graph.store.edges([relation])) == left
        assert kg.verify(graph) == []


def test_a_relationship_that_is_affirmed_no_more_has_no_edge(graph: kg.Graph) -> None:
    def article(name: str, **rest: str) -> Writer:
        writer = Writer(name)
        ends = [writer.entity(one, "Group") for one in ("Karsk Front", "Marsh Guard")]
        writer.claim(*ends[:1], "trained", ends[1], **rest)
        return writer

    relation = graph.ontology.relation("trained").iri
    kg.ingest(
        graph, [article("denies", polarity="denied").done(), article("doubts", certainty="possible").done()]
    )
    assert list(graph.store.edges([relation])) == []
    kg.ingest(graph, [article("affirms").done()])
    assert len(list(graph.store.edges([relation]))) == 1
    kg.retract(graph, "affirms")
    assert list(graph.store.edges([relation])) == []
    assert kg.verify(graph) == []
    (row,) = kg.ask(graph, "between", "Karsk Front", "Marsh Guard").rows
    assert (row["affirmed"], row["hedged"], row["denied"]) == (0, 1, 1)
