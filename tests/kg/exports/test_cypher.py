"""The Cypher script, and the CSV pairs, loaded into a real Neo4j."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kg.exports.columns import NODE, Form, columns, plain
from kg.exports.cypher import literal
from kg.network import Network
from ontology.namespaces import edge_name
from tests.conftest import IN_CI
from tests.kg.exports.conftest import NAMES, Exported
from tests.kg.exports.elements import FORMS, edges_of
from tests.kg.exports.test_tables import in_cell
from tests.servers.contract import Unavailable
from tests.servers.neo4j import Neo4j

pytestmark = pytest.mark.server
TRICKS = (
    *NAMES,
    "\\u0022}) MATCH (n) DETACH DELETE n //",
    "\\\\u0022}) MATCH (n) DETACH DELETE n //",
    '"}) MATCH (n) DETACH DELETE n //',
    "'; // \\' ` \\` $x {y} \u2028 \x00 \x85",
    "\\",
    "\\\\\\",
    "\\n\\t\\x41\\101",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4j]:
    try:
        made = Neo4j(
            tmp_path_factory.mktemp("neo4j"), settings={"db.import.csv.legacy_quote_escaping": "true"}
        )
        made.start()
    except Unavailable as reason:
        if IN_CI:
            raise
        pytest.skip(f"Neo4j: {reason}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def session(server: Neo4j) -> Iterator[Any]:
    import neo4j

    address = server.address
    with (
        neo4j.GraphDatabase.driver(address.url, auth=address.credentials) as driver,
        driver.session() as opened,
    ):
        yield opened


@pytest.fixture
def empty(session: Any) -> Any:
    session.run("MATCH (n) DETACH DELETE n").consume()
    return session


@pytest.mark.parametrize("text", TRICKS)
def test_a_text_is_what_it_was_and_ends_nothing(session: Any, text: str) -> None:
    assert session.run(f"RETURN {literal(text)} AS text").single()["text"] == text


@pytest.mark.parametrize("form", FORMS)
def test_the_script_makes_the_network_and_may_be_run_twice(
    network: Network, exported: Exported, form: Form, empty: Any
) -> None:
    script = exported("cypher", "--edges", form).read_text("utf-8")
    for _ in range(2):
        for statement in script.split(";\n"):
            if statement.strip():
                empty.run(statement).consume()
    _compare(empty, network, form)


def _compare(session: Any, network: Network, form: Form) -> None:
    found = {row["n"]["id"]: row["n"] for row in session.run("MATCH (n) RETURN n")}
    wanted = list(network.nodes())
    assert set(found) == {node.id for node in wanted}
    for node in wanted:
        expected = plain(node, tuple(one for one in NODE if one.name not in ("label", "type")))
        assert dict(found[node.id]) == {"id": node.id, "name": node.name, **expected}
        assert found[node.id].labels == set(node.classes)
    rows = session.run(
        "MATCH (s)-[e]->(o) RETURN s.id AS s, type(e) AS type, properties(e) AS told, o.id AS o"
    )
    told = {row["told"]["id"]: row for row in rows}
    edges = edges_of(network, form)
    assert len(told) == len(edges)
    for edge in edges:
        row = told[edge.id]
        assert (row["s"], row["o"]) == (edge.subject, edge.object)
        assert row["told"] == {"id": edge.id, **plain(edge, columns(form))}
        prefix = "" if edge.type == edge.relation else edge.type.split(" ")[0].upper() + "_"
        assert row["type"] == prefix + edge_name(edge.relation)


def test_no_denial_is_an_edge_of_the_relation(exported: Exported, empty: Any) -> None:
    for statement in exported("cypher", "--status", "denied").read_text("utf-8").split(";\n"):
        if statement.strip():
            empty.run(statement).consume()
    types = {row["type"] for row in empty.run("MATCH ()-[e]->() RETURN DISTINCT type(e) AS type")}
    assert types
    assert all(type.startswith("DENIED_") for type in types)


@pytest.mark.parametrize("form", FORMS)
def test_load_csv_reads_the_pairs(network: Network, exported: Exported, form: Form, empty: Any) -> None:
    """With the escaping that Neo4j has by default."""
    folder = exported("csv", "--edges", form).as_uri()
    empty.run(
        "LOAD CSV WITH HEADERS FROM $file AS row CREATE (:Node {id: row.Id, name: row.Label})",
        file=f"{folder}/nodes.csv",
    )
    empty.run(
        "LOAD CSV WITH HEADERS FROM $file AS row MATCH (s:Node {id: row.Source})"
        " MATCH (o:Node {id: row.Target}) CREATE (s)-[:SAID {id: row.Id, status: row.status, quote: row.quote}]->(o)",
        file=f"{folder}/edges.csv",
    ).consume()
    names = {row["id"]: row["name"] for row in empty.run("MATCH (n:Node) RETURN n.id AS id, n.name AS name")}
    assert names == {node.id: in_cell(node.name) for node in network.nodes()}
    rows = empty.run("MATCH (s)-[e]->(o) RETURN s.id AS s, o.id AS o, properties(e) AS told")
    assert {row["told"]["id"]: (row["s"], row["o"], row["told"]["status"]) for row in rows} == {
        edge.id: (edge.subject, edge.object, edge.status) for edge in edges_of(network, form)
    }
