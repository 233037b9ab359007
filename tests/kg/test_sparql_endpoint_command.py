"""`kg sparql` where the store is a SPARQL endpoint, on real servers, and where it is in memory."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pyoxigraph as ox
import pytest

import kg
import kg.adhoc.sparql
from kg.graph import Graph
from kg.stores.place import Place
from ontology.errors import StoppedError, StoreError, UsageError
from tests.conftest import ROOT
from tests.kg.desk import Desk
from tests.servers.contract import Address
from tests.servers.plugin import Databases

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"


@pytest.fixture(scope="module", params=["fuseki", "oxigraph"])
def address(request: pytest.FixtureRequest, server_database: Databases) -> Iterator[Address]:
    with server_database(request.param) as address:
        yield address


def filled(folder: Path, place: Place) -> Path:
    """A graph of the examples whose store is there."""
    Graph.create(folder, store=place)
    with Graph.open(folder, write=True) as graph:
        kg.ingest(graph, kg.load([str(ROOT / "examples" / "native")], graph))
    return folder


@pytest.fixture(scope="module")
def desk(address: Address, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    assert address.query
    place = Place(address.query, update=address.update or "", data=address.graphs or "",
                  named=f"urn:test:{uuid4()}")  # fmt: skip
    folder = tmp_path_factory.mktemp("endpoint")
    filled(folder / "graph", place)
    return Desk(folder)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("embedded") / "graph", Place())


QUERIES = [
    "SELECT ?name ?status { ?tie a kg:Relationship ; kg:status ?status ; rdf:subject/kg:name ?name }"
    " ORDER BY ?name ?status",
    'PREFIX ours: <urn:attest:ontology:> ASK { ?a ours:name "Red Heron Front" }',
    "CONSTRUCT { ?a kg:alliedWith ?b } WHERE { ?a kg:alliedWith ?b }",
    "SELECT ?claim ?day ?dated ?quote { ?claim a kg:Claim ; kg:scopeFrom ?day ; kg:dated ?dated ; kg:quote ?quote }"
    " ORDER BY ?claim",
    'SELECT * { VALUES (?a ?b ?c ?d) { ("x"@fr "2031"^^xsd:gYear UNDEF <urn:x:y>) } }',
    'SELECT ?name { ?a kg:name ?name FILTER(CONTAINS(?name, "Service") || ?name = "Bureau of Inquiry") }',
]


@pytest.mark.server
@pytest.mark.parametrize("query", QUERIES)
def test_an_endpoint_gives_what_the_embedded_store_gives(desk: Desk, embedded: Path, query: str) -> None:
    with Graph.open(desk.graph) as there, Graph.open(embedded) as here:
        answer, expected = kg.sparql(there, query), kg.sparql(here, query)
    if query.startswith("CONSTRUCT"):
        assert set(answer.rows) == set(expected.rows)
        assert answer.rows
    elif query.startswith("SELECT *"):
        assert dict(zip(answer.columns, answer.rows[0], strict=True)) == dict(
            zip(expected.columns, expected.rows[0], strict=True)
        )
    else:
        assert answer == expected
    assert answer.rows or answer.boolean


@pytest.mark.server
def test_limits_hold_on_an_endpoint(desk: Desk) -> None:
    said = desk.kg("sparql", "SELECT * { ?a ?b ?c . ?d ?e ?f }", "--limit", "5", "--format", "csv")
    assert (said.code, len(said.out.splitlines())) == (0, 6)
    assert said.err == "stopped after 5 rows; --limit N gives more, --limit 0 all\n"
    began = time.monotonic()
    said = desk.kg("sparql", FOREVER, "--timeout", "1")
    assert time.monotonic() - began < 15
    assert (said.code, said.out) == (3, "")
    assert said.err == "kg: stopped after 1 s; narrow the query or raise the time limit\n"
    with Graph.open(desk.graph) as graph, pytest.raises(StoppedError):
        kg.sparql(graph, FOREVER, timeout=0.5)


@pytest.mark.server
@pytest.mark.parametrize("update", [
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "# SELECT\nDELETE WHERE { ?a ?b ?c }",
    "\\u0049NSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "ASK {} ; DROP ALL",
    "LOAD <http://127.0.0.1:1/>",
])  # fmt: skip
def test_nothing_is_written_to_an_endpoint(desk: Desk, update: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Graph.open(desk.graph) as graph:
        before = graph.store.count()
        with pytest.raises(UsageError):
            kg.sparql(graph, update)
        # Were the text not looked at: the address itself takes queries only.
        monkeypatch.setattr(kg.adhoc.sparql, "check_sparql", lambda text: None)
        with pytest.raises((UsageError, StoreError)):
            kg.sparql(graph, update)
        assert graph.store.count() == before


@pytest.mark.server
@pytest.mark.parametrize("query", [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
    "SELECT * { FILTER(1<2#>'''\n) SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } #'''\n}",
])  # fmt: skip
def test_an_endpoint_is_not_sent_on_to_another(desk: Desk, query: str) -> None:
    with Graph.open(desk.graph) as graph, pytest.raises(UsageError, match=r"^SERVICE"):
        kg.sparql(graph, query)


@pytest.mark.server
def test_what_an_endpoint_refuses_is_one_line(desk: Desk) -> None:
    said = desk.kg("sparql", "SELECT *\n{ ?a kg:b }")
    assert (said.code, said.out, len(said.lines)) == (2, "", 1)
    assert "line 2" in said.err or "at 2:" in said.err
    said = desk.kg("sparql", "SELECT * { ?a foo:b ?c }")
    assert (said.code, said.out, len(said.lines)) == (2, "", 1)
    assert "no PREFIX declares foo:" in said.err


def test_an_endpoint_that_is_not_there_is_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    Graph.create(folder)
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    (folder / "settings.json").write_text(
        json.dumps(settings | {"store": "http://127.0.0.1:1/ds/query"}), "utf-8"
    )
    said = Desk(tmp_path).kg("sparql", "ASK {}")
    assert (said.code, said.out, len(said.lines)) == (3, "", 1)
    assert "http://127.0.0.1:1/ds/query" in said.err


def test_a_store_in_memory_is_asked_in_another_process_too(tmp_path: Path, embedded: Path) -> None:
    filled(tmp_path / "graph", Place("memory"))
    with Graph.open(tmp_path / "graph") as there, Graph.open(embedded) as here:
        assert kg.sparql(there, QUERIES[0]) == kg.sparql(here, QUERIES[0])
        assert kg.sparql(there, "SELECT ?a { ?a a kg:Claim }", limit=1).complete is False
        with pytest.raises(StoppedError):
            kg.sparql(there, FOREVER, timeout=2)
    assert ox.Literal("asserted") in {row[1] for row in kg_rows(tmp_path / "graph")}


def kg_rows(folder: Path) -> list[tuple[object, ...]]:
    with Graph.open(folder) as graph:
        return kg.sparql(graph, QUERIES[0]).rows
