"""A graph whose store is a SPARQL endpoint: what is particular to it, on real servers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.rdf import Edge, text
from kg.stores import endpoint
from kg.stores.endpoint import EndpointStore
from kg.stores.place import Place
from kg.verification import canonical_dump
from ontology.errors import GraphError, StoreError
from ontology.models import AnnotatedArticle
from queries.binding import Bound
from queries.in_sparql import string
from tests.kg.desk import Desk
from tests.kg.made import Writer
from tests.servers.contract import Address
from tests.servers.plugin import Databases
from tests.servers.sparql import send

THEIRS = "<urn:borrin:jetty> <urn:borrin:depth> 12 ."


@pytest.fixture(scope="module", params=["fuseki", "oxigraph"])
def server(request: pytest.FixtureRequest, server_database: Databases) -> Iterator[Address]:
    """An empty database on each server."""
    with server_database(request.param) as address:
        yield address


@pytest.fixture
def address(server: Address, monkeypatch: pytest.MonkeyPatch) -> Address:
    """The same, with the user's name and password where they are asked for."""
    if server.user and server.password:
        monkeypatch.setenv("KG_STORE_USER", server.user)
        monkeypatch.setenv("KG_STORE_PASSWORD", server.password)
    return server


@pytest.fixture
def place(address: Address) -> Place:
    """A named graph of the test's own."""
    return at(address, named=f"urn:borrin:{secrets.token_hex(8)}")


def at(address: Address, *, named: str = "", data: bool = True) -> Place:
    assert None not in (address.query, address.update, address.graphs)
    return Place(
        address.query, update=address.update, data=address.graphs if data else "", named=named
    ).checked()


def run(address: Address, update: str) -> None:
    assert address.update
    send(address.update, {"update": update}, address.credentials)


def answer(address: Address, query: str) -> Any:
    assert address.query
    said = send(
        address.query, {"query": query}, address.credentials, accept="application/sparql-results+json"
    )
    return json.loads(said)


def article(number: int, second: str = "Lantern Brigade") -> AnnotatedArticle:
    writer = Writer(f"article-{number}")
    front = writer.entity("Red Heron Front", "ArmedGroup")
    writer.claim(front, "alliedWith", writer.entity(second, "ArmedGroup"))
    writer.claim(front, "trained", writer.entity(f"Company {number}", "ArmedGroup"))
    return writer.done()


def embedded(folder: Path, *runs: list[AnnotatedArticle]) -> list[str]:
    """What the embedded store says after these runs."""
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as graph:
        for one in runs:
            kg.ingest(graph, one)
        return list(canonical_dump(graph))


@pytest.mark.parametrize("data", [True, False], ids=["graph store protocol", "updates alone"])
def test_it_holds_what_the_embedded_store_would(
    address: Address, tmp_path: Path, data: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "_CHUNK", 2_000)
    monkeypatch.setattr(endpoint, "_INSERTED", 2_000)
    runs = [[article(1), article(2)], [article(2, "Ostmark Guard"), article(3)]]
    place = at(address, named=f"urn:borrin:{secrets.token_hex(8)}", data=data)
    kg.Graph.create(tmp_path / "graph", store=place)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        for one in runs:
            kg.ingest(graph, one)
        assert kg.verify(graph) == []
        followed = list(canonical_dump(graph))
        assert graph.store.count() == len(list(graph.store.everything()))
        graph.rebuild()
        assert list(canonical_dump(graph)) == followed == embedded(tmp_path / "other", *runs)
    with kg.Graph.open(tmp_path / "graph") as graph:
        assert graph.sequence == graph.ledger.sequence
        rows = kg.ask(graph, "allies", "Red Heron Front").rows
    assert [row["ally"]["name"] for row in rows] == ["Lantern Brigade", "Ostmark Guard"]


@pytest.mark.parametrize("kind", ["fuseki", "oxigraph"])
def test_a_whole_dataset_is_refused_where_others_have_statements_and_used_where_it_is_empty(
    kind: str, server_database: Databases, tmp_path: Path
) -> None:
    with server_database(kind) as address:
        if address.user:
            pytest.skip("the server that was named asks for a user")
        run(address, f"INSERT DATA {{ {THEIRS} }}")
        with pytest.raises(StoreError, match=r"not of this graph, such as about <urn:borrin:jetty>"):
            kg.Graph.create(tmp_path / "graph", store=at(address))
        assert not (tmp_path / "graph").exists()
        assert answer(address, f"ASK {{ {THEIRS} }}")["boolean"]
        assert len(answer(address, "SELECT * { ?s ?p ?o }")["results"]["bindings"]) == 1

        run(address, f"DELETE DATA {{ {THEIRS} }}")
        kg.Graph.create(tmp_path / "graph", store=at(address))
        with kg.Graph.open(tmp_path / "graph", write=True) as graph:
            kg.ingest(graph, [article(1)])
            assert kg.verify(graph) == []
            assert list(canonical_dump(graph)) == embedded(tmp_path / "other", [article(1)])


def test_what_others_keep_beside_a_named_graph_stays(address: Address, tmp_path: Path) -> None:
    theirs = f"urn:borrin:{secrets.token_hex(8)}"
    run(address, f"INSERT DATA {{ GRAPH <{theirs}> {{ {THEIRS} }} }}")
    kg.Graph.create(tmp_path / "graph", store=at(address, named=theirs + ":ours"))
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1)])
        graph.rebuild()
        assert not any("jetty" in line for line in graph.store.everything())
        assert kg.verify(graph) == []
    assert answer(address, f"ASK {{ GRAPH <{theirs}> {{ {THEIRS} }} }}")["boolean"]
    assert not answer(address, "ASK { ?s a <urn:attest:ontology:Claim> }")["boolean"]


def test_a_store_belongs_to_one_graph(place: Place, tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "one", store=place)
    with kg.Graph.open(tmp_path / "one", write=True) as graph:
        kg.ingest(graph, [article(1)])
        before = sorted(graph.store.everything())
    with pytest.raises(StoreError, match="keeps another graph"):
        kg.Graph.create(tmp_path / "two", store=place)
    assert not (tmp_path / "two").exists()
    with kg.Graph.open(tmp_path / "one") as graph:
        assert sorted(graph.store.everything()) == before


def test_readers_refuse_what_is_being_built_and_the_next_run_mends_it(place: Place, tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph", store=place)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1)])
    with kg.Graph.open(tmp_path / "graph") as reader:
        assert reader.sequence > 0
        with kg.Graph.open(tmp_path / "graph", write=True) as graph:
            graph.store.build().abandon()
        for _ in range(2):
            with pytest.raises(StoreError, match="is being built"):
                kg.ask(reader, "allies", "Red Heron Front")
    with kg.Graph.open(tmp_path / "graph") as reader, pytest.raises(StoreError, match="kg rebuild"):
        kg.ask(reader, "allies", "Red Heron Front")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(2)])
        assert kg.verify(graph) == []
    with kg.Graph.open(tmp_path / "graph") as reader:
        assert kg.ask(reader, "allies", "Red Heron Front").rows


def test_a_run_that_loads_nothing_leaves_a_store_to_be_read(place: Place, tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph", store=place)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [])
    with kg.Graph.open(tmp_path / "graph") as graph:
        assert kg.ask(graph, "articles").rows == []


def test_what_was_changed_behind_the_ledgers_back_is_found_and_mended(
    address: Address, place: Place, tmp_path: Path
) -> None:
    kg.Graph.create(tmp_path / "graph", store=place)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1)])
        before = sorted(graph.store.everything())
    run(
        address,
        f"DELETE WHERE {{ GRAPH <{place.named}> {{ ?s <urn:attest:ontology:alliedWith> ?o }} }} ;"
        f" INSERT DATA {{ GRAPH <{place.named}> {{ {THEIRS} }} }}",
    )
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        problems = kg.verify(graph)
        assert [one.partition(" <")[0] for one in problems] == [
            "store: lacks the edge",
            "store: has, against the ledger,",
        ]
        assert "kg:alliedWith" in problems[0]
        assert "jetty" in problems[1]
        graph.rebuild()
        assert kg.verify(graph) == []
        assert sorted(graph.store.everything()) == before


def test_a_store_that_was_emptied_during_a_run_is_not_taken_for_whole(
    address: Address, place: Place, tmp_path: Path
) -> None:
    kg.Graph.create(tmp_path / "graph", store=place)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1)])

        def emptied() -> Iterator[AnnotatedArticle]:
            run(address, f"CLEAR SILENT GRAPH <{place.named}>")
            yield article(2)

        with pytest.raises(StoreError, match="changed by somebody else"):
            kg.ingest(graph, emptied())
    with kg.Graph.open(tmp_path / "graph") as graph, pytest.raises(StoreError, match="kg rebuild"):
        kg.ask(graph, "articles")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        graph.rebuild()
        assert kg.verify(graph) == []


def test_a_change_too_large_for_one_update_is_made_in_pieces(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "_UPDATE", 500)
    monkeypatch.setattr(endpoint, "_INSERTED", 700)
    monkeypatch.setattr(endpoint, "_REMOVED", 50)
    kg.Graph.create(tmp_path / "graph", store=place)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1)])
        kg.ingest(graph, [article(1, "Ostmark Guard"), article(2)])
        assert kg.verify(graph) == []
        graph.rebuild()
        assert kg.verify(graph) == []
    with kg.Graph.open(tmp_path / "graph") as graph:
        assert graph.sequence == graph.ledger.sequence


def test_an_update_that_was_sent_twice_did_once(place: Place, tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph", store=place)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        store = graph.store
        assert isinstance(store, EndpointStore)
        once = store._endpoint.update

        def twice(update: str) -> None:
            once(update)
            once(update)

        store._endpoint.update = twice  # type: ignore[method-assign]
        kg.ingest(graph, [article(1)])
        kg.ingest(graph, [article(1, "Ostmark Guard")])
        assert kg.verify(graph) == []
        assert list(canonical_dump(graph)) == embedded(
            tmp_path / "other", [article(1)], [article(1, "Ostmark Guard")]
        )


@pytest.fixture(scope="module")
def open_store(server: Address) -> Iterator[EndpointStore]:
    """A store with nothing in it, for many examples."""
    if server.user:
        pytest.skip("the server that was named asks for a user")
    store = EndpointStore(at(server, named=f"urn:borrin:{secrets.token_hex(8)}"), "test", write=True)
    store.build().finish(0, "none")
    yield store
    store.close()


FRAGMENTS = [
    *('"', "'", '"""', "\\", "\\\\", "\\u0041", "\\\\u0022", "\\U0001F600", "%00"),
    *("\n", "\r\n", "\t", "\x01", "\x7f", "\x85", "\u2028", "\ufeff", "\ud7ff\ue000", "\U0010ffff"),
    *("{", "}", "<", ">", "#", "$actor", "?x", "^^xsd:integer", "@en"),
    *(" . } ; DROP ALL ; {", "DELETE WHERE { ?s ?p ?o }"),
    *("e\u0301", "é", "ﬁ", "النور", "😀"),
]
WORDS = st.lists(
    st.sampled_from(FRAGMENTS) | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")),
    max_size=6,
).map("".join)


@settings(max_examples=60)
@given(words=st.lists(WORDS, min_size=1, max_size=4), loaded=st.booleans())
def test_any_words_come_back_as_they_were_and_are_found(
    open_store: EndpointStore, words: list[str], loaded: bool
) -> None:
    subject = f"<urn:borrin:{secrets.token_hex(4)}>"
    statements = "\n".join(f"kg:alias {text(one)}" for one in words)
    lines = {f"{subject} kg:alias {text(one)} ." for one in words}
    if loaded:
        build = open_store.build()
        build.add([(subject, statements)])
        build.finish(1, "none")
        open_store.adopt(build)
    else:
        open_store.replace(1, {subject: statements})
    assert set(open_store.statements([subject])[subject]) == lines
    for one in words:
        asked = f"SELECT ?s WHERE {{ ?s <urn:attest:ontology:alias> {string(one)} }}"
        found = open_store.select(Bound(asked))
        assert [str(row[0]) for row in found.rows].count(subject) == 1
    open_store.replace(1, {subject: ""})
    assert subject not in open_store.statements([subject])


@settings(max_examples=30)
@given(
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Co", "Cn"), exclude_characters='<>"{}|^`\\'),
        min_size=1,
    )
)  # fmt: skip
def test_any_id_makes_an_edge_that_is_found_and_goes(open_store: EndpointStore, id: str) -> None:
    from ontology.namespaces import data_iri

    ends = [f"<{data_iri('node', one, 'urn:borrin:')}>" for one in (id, f"{id}'s other")]
    edge = Edge(ends[0], "kg:trained", ends[1], True)
    open_store.replace(1, {ends[0]: "kg:named true"}, nodes=ends[:1], edges=[edge])
    line = f"{ends[0]} kg:trained {ends[1]} ."
    assert line in list(open_store.edges(["urn:attest:ontology:trained"]))
    assert open_store.statements(ends[:1], ends[:1])[ends[0]] == [f"{ends[0]} kg:named true ."]
    open_store.replace(1, {ends[0]: ""}, nodes=ends[:1], edges=[edge._replace(held=False)])
    assert list(open_store.edges(["urn:attest:ontology:trained"])) == []


def options(place: Place) -> list[str]:
    return [
        *("--store", place.url, "--update-url", place.update),
        *("--data-url", place.data, "--named-graph", place.named),
    ]


def test_a_graph_is_moved_there_and_back_by_one_command(desk: Desk, place: Place) -> None:
    with kg.Graph.open(desk.graph) as graph:
        before = list(canonical_dump(graph))
    moved = desk.kg("rebuild", *options(place))
    assert (moved.code, moved.err) == (0, "")
    assert moved.out == (
        f"moved the store of graph to {place.url} at sequence 1; the one before, oxigraph, was left as it is\n"
    )
    kept = json.loads((desk.graph / "settings.json").read_text("utf-8"))["store"]
    assert kept == {name: value for name, value in place._asdict().items() if value}
    desk.unharmed()
    with kg.Graph.open(desk.graph) as graph:
        assert list(canonical_dump(graph)) == before
    back = desk.kg("rebuild", "--store", "oxigraph")
    assert back.out == (
        f"moved the store of graph to oxigraph at sequence 1; the one before, {place.url}, was left as it is\n"
    )
    desk.unharmed()
    again = desk.kg("rebuild", *options(place))
    assert again.code == 0
    desk.unharmed()


def test_a_move_that_fails_leaves_the_graph_with_the_store_it_has(
    desk: Desk, address: Address, place: Place
) -> None:
    run(address, f"INSERT DATA {{ GRAPH <{place.named}> {{ {THEIRS} }} }}")
    before = (desk.graph / "settings.json").read_bytes()
    failed = desk.kg("rebuild", *options(place))
    assert failed.code == 3
    assert len(failed.lines) == 1
    assert "holds statements that are not of this graph" in failed.err
    assert (desk.graph / "settings.json").read_bytes() == before
    desk.unharmed()


def test_a_graph_is_made_with_its_store_there(tmp_path: Path, place: Place) -> None:
    desk = Desk(tmp_path)
    made = desk.kg("init", *options(place))
    assert made.out.startswith(f"made an empty graph in graph with its store at {place.url}; next: ")
    assert desk.kg("verify").out == "graph: sound\n"
    assert not (desk.graph / "store").exists()


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (["--update-url", "http://h/u"], "--update-url says more of a store: give --store URL, too"),
        (["--store", "oxigraph", "--named-graph", "urn:x:y"], "takes no named"),
        (["--store", "http://h/query", "--database", "x"], "takes no database"),
        (["--store", "http://h/query", "--named-graph", "urn:x> } DROP ALL #"], "not an IRI"),
        (["--store", "http://127.0.0.1:9/repositories/x"], "give it with --update-url"),
        (["--store", "http://ann:s3cret@h/query"], "KG_STORE_USER"),
        (["--store", "ftp://h/query"], "not a store"),
    ],
)
def test_a_place_that_cannot_be_is_refused_in_one_line(
    desk: Desk, tmp_path: Path, given_: list[str], said: str
) -> None:
    for command in (["rebuild"], ["init", "-g", "new"]):
        failed = desk.kg(*command, *given_)
        assert failed.code in (2, 3)
        assert len(failed.lines) == 1
        assert said in failed.err
        assert "s3cret" not in failed.err
    assert not (tmp_path / "new").exists()
    desk.unharmed()


def test_where_updates_go_is_told_by_many_query_addresses() -> None:
    for query, update in (
        ("http://h/ds/query", "http://h/ds/update"),
        ("http://h/ds/sparql", "http://h/ds/update"),
        ("https://h:8890/sparql", "https://h:8890/update"),
        ("http://h/query?key=1", "http://h/update?key=1"),
    ):
        assert Place(query).checked().update_address() == update
    assert Place("http://h/a", update="http://h/b").update_address() == "http://h/b"
    with pytest.raises(GraphError, match="--update-url"):
        Place("http://h/repositories/x").update_address()


def test_several_processes_fill_it_together(place: Place, tmp_path: Path) -> None:
    articles = [article(number) for number in range(6)]
    kg.Graph.create(tmp_path / "graph", store=place)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, articles)
        before = list(canonical_dump(graph))
        graph.rebuild(2)
        assert list(canonical_dump(graph)) == before
        assert kg.verify(graph) == []
