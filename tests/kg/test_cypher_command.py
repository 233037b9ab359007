"""`kg cypher` on a real Neo4j: what it gives, what stops it, and that nothing written comes of it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import neo4j
import pytest
from neo4j.graph import Node, Relationship
from neo4j.graph import Path as NeoPath
from neo4j.time import Date

import kg
import kg.adhoc.cypher
from kg.adhoc.checking import check_cypher
from ontology.errors import StoppedError, UsageError
from tests.conftest import ROOT
from tests.kg.desk import Desk, Said, interruptible
from tests.servers.contract import Address
from tests.servers.plugin import Databases

HOSTILE = {
    "formula": "=cmd()|'/C calc'!A0",
    "escape": "\u202eFront\x1b[31m\x9b2J\x07",
    "emoji": "Фронт 甲 👩‍👩‍👧 \U000e0041",
}
pytestmark = pytest.mark.xdist_group("neo4j")
FOREVER = "MATCH (a:Number), (b:Number), (c:Number), (d:Number) WHERE a.n + b.n + c.n + d.n < 0 RETURN a"


@pytest.fixture(scope="module")
def address(server_database: Databases) -> Iterator[Address]:
    """A Neo4j with a few actors, one tie, and numbers to count with."""
    with server_database("neo4j") as address:
        with driver(address) as opened:
            opened.execute_query(
                "CREATE (a:Thing:ArmedGroup {id: 'front', name: 'Red Heron Front', alias: ['Front', 'Herons']})"
                "-[:ALLIED_WITH {id: 'r1', status: 'disputed', affirmed: 2}]->"
                "(b:Thing:ArmedGroup {id: 'brigade', name: 'Lantern Brigade'})"
            )
            opened.execute_query("UNWIND range(1, 2000) AS n CREATE (:Number {n: n})")
            opened.execute_query("UNWIND $names AS name CREATE (:Hostile {name: name})",
                                 names=list(HOSTILE.values()))  # fmt: skip
        yield address


def driver(address: Address) -> neo4j.Driver:
    return neo4j.GraphDatabase.driver(address.url, auth=address.credentials)


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of the embedded store."""
    folder = tmp_path_factory.mktemp("cypher") / "graph"
    kg.Graph.create(folder)
    return folder


@pytest.fixture
def desk(graph: Path, address: Address, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A graph whose settings name that Neo4j."""
    settings = json.loads((graph / "settings.json").read_text("utf-8"))
    (graph / "settings.json").write_text(json.dumps(settings | {"store": address.url}), "utf-8")
    user, password = address.credentials or ("", "")
    monkeypatch.setenv("KG_STORE_USER", user)
    monkeypatch.setenv("KG_STORE_PASSWORD", password)
    return Desk(graph.parent)


def counts(address: Address) -> tuple[int, int]:
    with driver(address) as opened:
        nodes = opened.execute_query("MATCH (n) RETURN count(n)").records[0][0]
        ties = opened.execute_query("MATCH ()-[r]->() RETURN count(r)").records[0][0]
        return nodes, ties


# What it gives

EVERYTHING = (
    "MATCH path = (a {id: 'front'})-[tie]->(b) RETURN a, tie, path, a.alias AS names, {day: date('2031-01-02'),"
    " share: 0.5, none: null} AS map, true AS yes, 9007199254740993 AS large, 0.0 / 0 AS nan,"
    " duration('P1DT2S') AS lasting, localdatetime('2031-01-02T03:04:05') AS clock, point({x: 1, y: 2}) AS point,"
    " {`$type`: 'mine'} AS odd"
)


@pytest.mark.server
def test_every_type_of_value_is_told_in_json(desk: Desk) -> None:
    said = desk.kg("cypher", EVERYTHING, "--format", "json")
    assert (said.code, said.err) == (0, "")
    (row,) = json.loads(said.out)["rows"]
    front = row["a"]["_value"]
    assert row["a"]["$type"] == "Node"
    assert front["_labels"] == ["ArmedGroup", "Thing"]
    assert front["_properties"] == {
        "alias": ["Front", "Herons"],
        "id": "front",
        "name": "Red Heron Front",
    }
    tie = row["tie"]["_value"]
    assert (row["tie"]["$type"], tie["_type"]) == ("Relationship", "ALLIED_WITH")
    assert tie["_start_node_element_id"] == front["_element_id"]
    assert [one["$type"] for one in row["path"]["_value"]] == ["Node", "Relationship", "Node"]
    assert row["names"] == ["Front", "Herons"]
    assert row["map"] == {"day": {"$type": "Date", "_value": "2031-01-02"}, "share": 0.5, "none": None}
    assert (row["yes"], row["large"]) == (True, 9007199254740993)
    assert row["nan"] == {"$type": "Float", "_value": "NaN"}
    assert row["lasting"] == {"$type": "Duration", "_value": "P1DT2S"}
    assert row["clock"] == {"$type": "LocalDateTime", "_value": "2031-01-02T03:04:05.000000000"}
    assert row["point"] == {"$type": "Point", "_value": "SRID=7203;POINT (1.0 2.0)"}
    assert row["odd"] == {"$type": "Map", "_value": {"$type": "mine"}}


@pytest.mark.server
def test_a_table_and_csv_show_them_in_words(desk: Desk) -> None:
    table = " ".join(desk.kg("cypher", "MATCH p = (a {id: 'front'})-->(b) RETURN p").out.split())
    assert (
        '(:ArmedGroup:Thing {name: "Red Heron Front", id: "front"})-[:ALLIED_WITH {status: "disputed", id: "r1"}]->'
        '(:ArmedGroup:Thing {name: "Lantern Brigade", id: "brigade"})'
    ) in table
    backwards = " ".join(desk.kg("cypher", "MATCH p = (b {id: 'brigade'})<--(a) RETURN p").out.split())
    assert '<-[:ALLIED_WITH {status: "disputed", id: "r1"}]-' in backwards
    (row,) = csv.DictReader(io.StringIO(desk.kg("cypher", EVERYTHING, "--format", "csv").out))
    assert json.loads(row["a"])["_value"]["_properties"]["name"] == "Red Heron Front"
    assert (row["names"], row["yes"], row["large"]) == ('["Front", "Herons"]', "true", "9007199254740993")
    assert (row["nan"], row["lasting"], row["clock"]) == ("NaN", "P1DT2S", "2031-01-02T03:04:05.000000000")


@pytest.mark.server
def test_python_gets_the_drivers_values(desk: Desk) -> None:
    with kg.Graph.open(desk.graph) as graph:
        found = kg.cypher(graph, EVERYTHING)
        a, tie, path, names, map_, *_ = found.rows[0]
        assert (found.columns[:3], found.complete) == (["a", "tie", "path"], True)
        assert isinstance(a, Node)
        assert isinstance(tie, Relationship)
        assert isinstance(path, NeoPath)
        assert (names, map_["day"]) == (["Front", "Herons"], Date(2031, 1, 2))
        found = kg.cypher(graph, "MATCH (n:Number) WHERE n.n < $below RETURN n.n", {"below": 50}, limit=3)
        assert (len(found.rows), found.complete) == (3, False)
        with pytest.raises(StoppedError):
            kg.cypher(graph, FOREVER, timeout=0.5)


@pytest.mark.server
def test_parameters_are_values_and_no_text(desk: Desk) -> None:
    query = "MATCH (a:ArmedGroup) WHERE a.name = $name RETURN a.id AS id"
    said = desk.kg("cypher", query, "--param", 'name="Red Heron Front"', "--format", "csv")
    assert said == Said("id\nfront\n", "", 0)
    with kg.Graph.open(desk.graph) as graph:
        for name in ("' OR true //", '" }) DETACH DELETE (a) //', *HOSTILE.values()):
            assert kg.cypher(graph, "RETURN $name AS name", {"name": name}).rows == [(name,)]
            assert kg.cypher(graph, query, {"name": name}).rows == []
    several = desk.kg("cypher", "RETURN $a + $b AS c", "--param", "a=[1]", "--param", "b=[{}]")
    assert "[1, {}]" in several.out


@pytest.mark.server
def test_hostile_words_are_shown_harmlessly(desk: Desk) -> None:
    query = "MATCH (n:Hostile) RETURN n.name AS name, n"
    said = desk.kg("cypher", query, "--format", "json")
    assert {row["name"] for row in json.loads(said.out)["rows"]} == set(HOSTILE.values())
    cells = list(csv.DictReader(io.StringIO(desk.kg("cypher", query, "--format", "csv").out)))
    assert "'" + HOSTILE["formula"] in {row["name"] for row in cells}
    assert not any(cell.startswith("=") for row in cells for cell in row.values())
    # That nothing acts on a terminal is what every call of a command is held to.
    assert "\\x1b[31m" in desk.kg("cypher", query).out
    assert "\\x1b" in desk.kg("cypher", query, "--format", "md").out
    assert desk.kg("cypher", "RETURN 1 AS `=\u202e\x1b[31m`").code == 0


# What stops it


@pytest.mark.server
def test_rows_are_cut_at_the_limit_and_that_is_said(desk: Desk) -> None:
    query = "MATCH (n:Number) RETURN n.n"
    for arguments, lines, words in (
        (("--limit", "5"), 6, "stopped after 5 rows; --limit N gives more, --limit 0 all\n"),
        ((), 1001, "stopped after 1,000 rows; --limit N gives more, --limit 0 all\n"),
        (("--limit", "2000"), 2001, ""),
        (("--limit", "0"), 2001, ""),
    ):
        said = desk.kg("cypher", query, "--format", "csv", *arguments)
        assert (said.code, len(said.out.splitlines()), said.err) == (0, lines, words)


@pytest.mark.server
@pytest.mark.parametrize("query", [
    FOREVER,
    "MATCH (a:Number), (b:Number), (c:Number), (d:Number) RETURN a.n, b.n ORDER BY a.n + b.n + c.n",
    # The server looks at the clock between rows only: it computes on, and is not waited for.
    "RETURN reduce(sum = 0, n IN range(1, 300000000) | sum + n)",
])  # fmt: skip
def test_what_would_run_for_hours_is_stopped_in_time(desk: Desk, address: Address, query: str) -> None:
    began = time.monotonic()
    said = desk.kg("cypher", query, "--timeout", "1")
    assert time.monotonic() - began < 15
    assert (said.code, said.out) == (3, "")
    assert said.err == "kg: stopped after 1 s; narrow the query or raise the time limit\n"
    if "reduce" not in query:
        assert running(address) == []


def running(address: Address) -> list[str]:
    """What the server still computes for others."""
    deadline = time.monotonic() + 10
    while True:
        with driver(address) as opened:
            rows = opened.execute_query("SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery").records
        left = [row[0] for row in rows if "Number" in row[0]]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.2)


@pytest.mark.server
def test_rows_found_before_time_ran_out_are_shown(desk: Desk) -> None:
    query = "MATCH (a:Number), (b:Number), (c:Number) WITH a, b, c WHERE a.n = 1 OR a.n < 0 RETURN a.n AS n"
    said = desk.kg("cypher", query, "--timeout", "2", "--limit", "0", "--format", "csv")
    assert said.code == 3
    assert said.out.startswith("n\n1\n")
    assert said.err.startswith("kg: stopped after 2 s, with ")


@pytest.mark.server
def test_what_would_take_all_memory_is_stopped_by_the_server(desk: Desk) -> None:
    said = desk.kg("cypher", "UNWIND range(1, 1000000000000) AS n RETURN collect(n)", "--timeout", "60")
    assert (said.code, said.out) == (3, "")
    assert said.err == "kg: stopped: the query needs more memory than the server gives one; narrow it\n"


@pytest.mark.server
def test_an_interrupted_query_ends_on_the_server_too(desk: Desk, address: Address) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "cypher", "-g", str(desk.graph), "--timeout", "600", FOREVER],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy(),
        preexec_fn=interruptible,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    with driver(address) as opened:
        while time.monotonic() < deadline:
            rows = opened.execute_query("SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery").records
            if any(row[0] == FOREVER for row in rows):
                break
            time.sleep(0.1)
        else:
            pytest.fail("it never ran")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "kg: interrupted\n")
    assert running(address) == []


# What is refused

WRITES = [
    "CREATE (n)",
    "MATCH (n) DETACH DELETE n",
    "MATCH (n) SET n.name = 'x'",
    "MATCH (n) REMOVE n.name",
    "MERGE (n:New)",
    "/* MATCH (n) RETURN n */ CREATE (n) // RETURN 1",
    "MATCH (n) FOREACH (x IN [1] | CREATE (m)) RETURN n",
    "MATCH (n) CALL { WITH n DETACH DELETE n } IN TRANSACTIONS",
    "CALL { CREATE (n) RETURN n } RETURN n",
    "\\u0043REATE (n)",
    "RETURN 1; CREATE (n)",
    "RETURN 1 ;\n// \nMATCH (n) DETACH DELETE n",
    "CYPHER runtime=slotted CREATE (n)",
    "EXPLAIN CREATE (n)",
    "PROFILE CREATE (n)",
    "CREATE INDEX FOR (n:Thing) ON (n.name)",
    "DROP INDEX x IF EXISTS",
    "CREATE USER other SET PASSWORD 'secret-secret'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'secret-secret'",
    "CALL db.createLabel('New')",
    "CALL db.create.setNodeVectorProperty(null, 'x', [1.0])",
]
REACHES = [
    "LOAD CSV FROM 'URL' AS row RETURN row",
    "LOAD /* */ CSV FROM 'URL' AS row RETURN row",
    "load\u00a0csv FROM 'URL' AS row RETURN row",
    "LOAD\\u0020CSV FROM 'URL' AS row RETURN row",
    "RETURN COLLECT { LOAD CSV FROM 'URL' AS row RETURN row } AS rows",
    "RETURN CASE WHEN true THEN COUNT { LOAD CSV FROM 'URL' AS row RETURN row } END AS n",
    "CALL apoc.load.json('URL')",
    "CALL apoc.load.json('URL') YIELD value RETURN value",
    "CALL `apoc`.`load` . /* */ `json`('URL')",
    "CALL dbms.listConfig()",
    "CALL dbms . `listConfig`",
    "CALL db.prepareForReplanning()",
    "CALL db.clearQueryCaches()",
    "CALL tx.setMetaData({a: 1})",
    "RETURN apoc.cypher.runFirstColumnSingle(\"LOAD CSV FROM 'URL' AS row RETURN row\", {})",
    "RETURN `apoc`.cypher.runFirstColumnSingle('x', {})",
    "RETURN genai.vector.encode('x', 'OpenAI', {})",
    "SHOW TRANSACTIONS",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
]


@pytest.mark.server
@pytest.mark.parametrize("query", WRITES)
def test_nothing_is_written(desk: Desk, address: Address, query: str) -> None:
    before = counts(address)
    with kg.Graph.open(desk.graph) as graph, pytest.raises(UsageError) as refused:
        kg.cypher(graph, query)
    assert "\n" not in str(refused.value)
    assert counts(address) == before


@pytest.mark.server
def test_a_write_on_the_command_line_is_one_line(desk: Desk) -> None:
    said = desk.kg("cypher", "CREATE (n)")
    assert (said.code, said.out) == (2, "")
    assert said.err == "kg: the query would change the store, and is refused: `kg cypher` only reads\n"


@pytest.mark.server
@pytest.mark.parametrize("query", WRITES)
def test_the_server_refuses_writes_were_nothing_else_to(
    desk: Desk, address: Address, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the look at the text and at the plan."""
    monkeypatch.setattr(kg.adhoc.cypher, "check_cypher", lambda text: None)
    monkeypatch.setattr(kg.adhoc.cypher, "_check_plan", lambda summary: None)
    before = counts(address)
    with kg.Graph.open(desk.graph) as graph:
        if query.startswith("EXPLAIN"):
            assert kg.cypher(graph, query).rows == []
        else:
            with pytest.raises(UsageError):
                kg.cypher(graph, query)
    assert counts(address) == before


@pytest.mark.server
@pytest.mark.parametrize("query", REACHES)
def test_nothing_else_is_reached(
    desk: Desk, listener: tuple[str, list[bytes]], query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, came = listener
    with kg.Graph.open(desk.graph) as graph:
        with pytest.raises(UsageError, match=r"refused|\\u escape"):
            kg.cypher(graph, query.replace("URL", url))
        # The server's plan says so too, were the text not looked through; but for functions, which it does not name.
        monkeypatch.setattr(kg.adhoc.cypher, "check_cypher", lambda text: None)
        if not query.startswith("RETURN"):
            with pytest.raises(UsageError):
                kg.cypher(graph, query.replace("URL", url))
    assert came == []


@pytest.mark.server
def test_what_reads_is_not_refused(desk: Desk) -> None:
    for query in (
        "CALL db.labels()",
        "CALL db.labels() YIELD label RETURN label ORDER BY label",
        "MATCH (set:ArmedGroup) WHERE set.create IS NULL RETURN set.name AS delete;",
        "MATCH (n:Number) WHERE n.n IN ([1, 2]) AND (n.n <> 5) RETURN date.truncate('year', date('2031-02-03')) AS day",
        "RETURN 'CREATE (n); CALL apoc.load.json(1) LOAD CSV' AS `call me; CREATE (n)` // ; CREATE (n)",
        "CALL (*) { MATCH (n:Number) RETURN count(n) AS n } RETURN n",
        "UNWIND [1] AS call RETURN call, point.distance(point({x: 1, y: 2}), point({x: 1, y: 3})) AS far",
    ):
        with kg.Graph.open(desk.graph) as graph:
            assert kg.cypher(graph, query).rows or "Number" not in query, query


@pytest.mark.parametrize(
    "query", ["", "// nothing", "RETURN 1; RETURN 2", "RETURN '\x00'", "RETURN '\ud800'"]
)
def test_what_is_no_query_is_refused_before_it_is_sent(query: str) -> None:
    with pytest.raises(UsageError):
        check_cypher(query)


# What goes wrong


@pytest.mark.server
@pytest.mark.parametrize(("arguments", "words"), [
    (("MATCH (n) RETURN x",), "Variable `x` not defined (line 1, column 18)"),
    (("MATCH (n)\nRETURN x",), "(line 2, column 8)"),
    (("RETURN $x",), "parameter(s): x"),
    (("RETURN $x", "--param", "x"), "NAME=JSON"),
    (("RETURN $x", "--param", "x=y"), "NAME=JSON"),
    (("RETURN $x", "--param", "x=99999999999999999999"), "cannot be run"),
    (("RETURN 1/0",), "/ by zero"),
    (("RETURN " + "(" * 20_000 + "1" + ")" * 20_000, "--timeout", "2"), ""),
])  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    said = desk.kg("cypher", *arguments)
    assert said.code in (2, 3)
    assert (said.out, len(said.lines)) == ("", 1)
    assert words in said.err


@pytest.mark.server
def test_each_command_names_the_other_where_it_is_the_wrong_one(desk: Desk, tmp_path: Path) -> None:
    said = desk.kg("sparql", "ASK {}")
    assert (said.code, said.out) == (2, "")
    assert "use `kg cypher`" in said.err
    embedded = Desk(tmp_path)
    assert embedded.kg("init").code == 0
    said = embedded.kg("cypher", "RETURN 1")
    assert (said.code, said.out) == (2, "")
    assert "use `kg sparql`" in said.err


@pytest.mark.server
def test_who_may_not_ask_is_told_without_the_password(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE_PASSWORD", "not-the-password")
    said = desk.kg("cypher", "RETURN 1")
    assert (said.code, said.out, len(said.lines)) == (3, "", 1)
    assert "KG_STORE_PASSWORD" in said.err
    assert "not-the-password" not in said.err


@pytest.mark.server
def test_a_server_that_is_not_there_is_not_waited_for(desk: Desk, graph: Path) -> None:
    settings: dict[str, Any] = json.loads((graph / "settings.json").read_text("utf-8"))
    (graph / "settings.json").write_text(json.dumps(settings | {"store": "bolt://127.0.0.1:1"}), "utf-8")
    began = time.monotonic()
    said = desk.kg("cypher", "RETURN 1")
    assert time.monotonic() - began < 15
    assert (said.code, said.out, len(said.lines)) == (3, "", 1)
    assert "bolt://127.0.0.1:1: cannot be asked" in said.err


@pytest.mark.server
def test_the_documented_queries_are_read(desk: Desk) -> None:
    page = (ROOT / "docs" / "querying.md").read_text("utf-8")
    queries = re.findall(r"^```cypher\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert queries
    with kg.Graph.open(desk.graph) as graph:
        for query in queries:
            assert "title" in kg.cypher(graph, query).columns or "ally" in kg.cypher(graph, query).columns
