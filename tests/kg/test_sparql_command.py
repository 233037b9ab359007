"""`kg sparql` on the embedded store: what it gives, what stops it, and that nothing written comes of it."""

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
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import kg
import kg.adhoc.sparql
from ontology.errors import StoppedError, UsageError
from tests.conftest import ROOT
from tests.kg.desk import Desk, document, interruptible

HOSTILE = {
    "formula": "=cmd()|'/C calc'!A0",
    "escape": "\u202eFront\x1b[31m\x9b2J\x07",
    "emoji": "Фронт 甲 👩‍👩‍👧 \U000e0041",
}
TIES = "SELECT ?s ?r ?o { ?tie a kg:Relationship ; rdf:subject ?s ; rdf:predicate ?r ; rdf:object ?o }"
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
# The first row is there at once, the second never.
ONE_ROW = "SELECT DISTINCT ?n { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l BIND(1 AS ?n) }"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A graph of one article of two allies, of one whose names are hostile, and of the examples."""
    desk = Desk(tmp_path_factory.mktemp("sparql"))
    assert desk.kg("init").code == 0
    text = "\n".join(f"Begin {name} and {HOSTILE['formula']}; End." for name in HOSTILE.values())
    entities = {
        handle: {"type": "Group", "named": True, "mentions": [{"quote": name, "occurrence": 1}]}
        for handle, name in HOSTILE.items()
    }
    claims = [
        {"subject": "formula", "relation": "alliedWith", "object": handle,
         "quote": f"Begin {name} and {HOSTILE['formula']}; End."}
        for handle, name in HOSTILE.items() if handle != "formula"
    ]  # fmt: skip
    desk.write(
        before__json=json.dumps(document(id="before")),
        hostile__json=json.dumps(document(text, "hostile", entities=entities, claims=claims)),
    )
    examples = [str(ROOT / "examples" / name) for name in ("native", "brat")]
    said = desk.kg("ingest", "before.json", "hostile.json", *examples)
    assert (said.code, said.err) == (0, "")
    return desk


def bindings(text: str) -> list[dict[str, Any]]:
    """The rows of SPARQL JSON results as the engine's own reader sees them."""
    results = ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)
    assert isinstance(results, ox.QuerySolutions)
    return [{one.value: row[one] for one in results.variables} for row in results]


# What it gives


def test_a_table_has_names_to_read_and_iris_to_write(desk: Desk) -> None:
    said = desk.kg("sparql", TIES + " ORDER BY ?s ?r ?o")
    assert (said.code, said.err) == (0, "")
    title, _, *rows = said.out.splitlines()
    assert title.split() == ["s", "r", "o"]
    assert any(line.split()[1] == "kg:alliedWith" for line in rows)
    subject = rows[0].split()[0]
    assert subject.startswith("node:")
    again = desk.kg("sparql", f"SELECT ?name {{ {subject} kg:name ?name }}")
    assert again.code == 0
    assert len(again.out.splitlines()) == 3


def test_json_is_what_readers_of_sparql_results_read(desk: Desk) -> None:
    query = (
        "SELECT ?name ?dated ?day ?nothing { ?claim a kg:Claim ; kg:dated ?dated ; kg:scopeFrom ?day ;"
        " rdf:subject/kg:name ?name }"
    )
    rows = bindings(desk.kg("sparql", query, "--format", "json").out)
    with kg.Graph.open(desk.graph) as graph:
        found = kg.sparql(graph, query)
    assert found.columns == ["name", "dated", "day", "nothing"]
    assert found.complete
    assert [tuple(row.values()) for row in rows] == found.rows
    name, dated, day, nothing = found.rows[0]
    assert {"^^" in str(name), nothing} == {False, None}
    assert (dated.datatype.value.rpartition("#")[2], day.datatype.value.rpartition("#")[2]) == (
        "boolean",
        "integer",
    )
    assert {row["name"].value for row in rows} >= {HOSTILE["formula"]}


def test_every_kind_of_term_is_shown_and_read_back(desk: Desk) -> None:
    query = (
        'SELECT * { VALUES (?a ?b ?c ?d) { ("x"@fr "2031"^^xsd:gYear -1.50 <urn:x:y>) } BIND(BNODE() AS ?e)'
        " BIND(<<( <urn:a> <urn:b> 1 )>> AS ?f) }"
    )
    with kg.Graph.open(desk.graph) as graph:
        ((a, b, c, d, e, f),) = kg.sparql(graph, query).rows
    assert (a, d) == (ox.Literal("x", language="fr"), ox.NamedNode("urn:x:y"))
    assert (b.value, b.datatype.value) == ("2031", "http://www.w3.org/2001/XMLSchema#gYear")
    assert (c.value, c.datatype.value) == ("-1.5", "http://www.w3.org/2001/XMLSchema#decimal")
    assert isinstance(e, ox.BlankNode)
    assert f == ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal(1))
    assert bindings(desk.kg("sparql", query, "--format", "json").out)[0]["f"] == f
    (row,) = csv.DictReader(io.StringIO(desk.kg("sparql", query, "--format", "csv").out))
    assert (row["a"], row["b"], row["c"], row["d"]) == ("x", "2031", "-1.5", "urn:x:y")
    assert "x@fr" in desk.kg("sparql", query).out


def test_ask_says_yes_or_no(desk: Desk) -> None:
    assert desk.kg("sparql", "ASK { ?x a kg:Claim }").out == "yes\n"
    assert desk.kg("sparql", "ASK { ?x a kg:Nothing }").out == "no\n"
    assert json.loads(desk.kg("sparql", "ASK {}", "--format", "json").out) == {"head": {}, "boolean": True}
    assert desk.kg("sparql", "ASK {}", "--format", "csv").out == "boolean\ntrue\n"
    with kg.Graph.open(desk.graph) as graph:
        assert kg.sparql(graph, "ASK {}").boolean is True


@pytest.mark.parametrize("query", [
    "CONSTRUCT { ?a kg:alliedWith ?b } WHERE { ?a kg:alliedWith ?b }",
    'DESCRIBE ?a { ?a kg:name "=cmd()|\'/C calc\'!A0" }',
    "CONSTRUCT { ?a kg:name ?name } WHERE { ?a kg:name ?name }",
])  # fmt: skip
def test_triples_are_turtle_and_the_same_each_time(desk: Desk, query: str) -> None:
    said = {
        format: desk.kg("sparql", query, *(("--format", format) if format else ()))
        for format in ("", "turtle", "ntriples", "json")
    }
    assert said[""] == said["turtle"] == desk.kg("sparql", query)
    turtle = {one.triple for one in ox.parse(said["turtle"].out, format=ox.RdfFormat.TURTLE)}
    plain = {one.triple for one in ox.parse(said["ntriples"].out, format=ox.RdfFormat.N_TRIPLES)}
    rows = {ox.Triple(*row.values()) for row in bindings(said["json"].out)}
    assert turtle == plain == rows
    assert turtle
    assert said["ntriples"].out.splitlines() == sorted(said["ntriples"].out.splitlines())


def test_rows_are_not_turtle(desk: Desk) -> None:
    said = desk.kg("sparql", TIES, "--format", "turtle")
    assert (said.code, said.out) == (2, "")
    assert "CONSTRUCT" in said.err


def test_hostile_words_are_shown_harmlessly(desk: Desk) -> None:
    query = "SELECT ?name { ?x a kg:Group ; kg:name ?name } ORDER BY ?name"
    names = [row["name"].value for row in bindings(desk.kg("sparql", query, "--format", "json").out)]
    assert set(HOSTILE.values()) < set(names)
    cells = [row["name"] for row in csv.DictReader(io.StringIO(
        desk.kg("sparql", query, "--format", "csv").out))]  # fmt: skip
    assert "'" + HOSTILE["formula"] in cells
    assert not any(cell.startswith("=") for cell in cells)
    # That nothing acts on a terminal is what every call of a command is held to.
    assert "\\x1b[31m" in desk.kg("sparql", query).out
    assert "\\x1b" in desk.kg("sparql", query, "--format", "md").out
    column = 'SELECT ("x" AS ?名) (1 AS ?b) {}'
    assert desk.kg("sparql", column).out.split()[0] == "名"


def test_a_prefix_of_ones_own_goes_before_ours(desk: Desk) -> None:
    assert "<urn:mine:x>" in desk.kg("sparql", "PREFIX kg: <urn:mine:> SELECT (kg:x AS ?x) {}").out


def test_the_query_may_be_in_a_file_or_come_in(desk: Desk) -> None:
    desk.write(q__rq="\ufeff# ours\nASK {}")
    assert desk.kg("sparql", "--file", "q.rq").out == "yes\n"
    assert desk.kg("sparql", "--file", "-", given=b"ASK {}").out == "yes\n"


def test_a_writer_asks_what_it_has_published(tmp_path: Path, desk: Desk) -> None:
    with kg.Graph.open(desk.graph, write=True) as graph:
        assert kg.sparql(graph, "ASK { ?x a kg:Claim }").boolean is True


# What stops it


def test_rows_are_cut_at_the_limit_and_that_is_said(desk: Desk) -> None:
    said = desk.kg("sparql", "SELECT * { ?a ?b ?c }", "--limit", "5", "--format", "csv")
    assert (said.code, len(said.out.splitlines())) == (0, 6)
    assert said.err == "stopped after 5 rows; --limit N gives more, --limit 0 all\n"
    said = desk.kg("sparql", "SELECT * { ?a ?b ?c }", "--format", "csv")
    assert (said.code, len(said.out.splitlines())) == (0, 1001)
    assert "stopped after 1,000 rows" in said.err
    said = desk.kg("sparql", "SELECT * { ?a ?b ?c }", "--limit", "0", "--format", "csv")
    assert len(said.out.splitlines()) > 1001
    assert said.err == ""
    exactly = desk.kg("sparql", "SELECT * { ?a ?b ?c } LIMIT 5", "--limit", "5")
    assert exactly.err == ""


def test_a_row_more_is_not_waited_for_long(desk: Desk) -> None:
    began = time.monotonic()
    said = desk.kg("sparql", ONE_ROW, "--limit", "1")
    assert time.monotonic() - began < 15
    assert (said.code, said.out.split()[-1]) == (0, "1")
    assert said.err.startswith("stopped after 1 row;")


@pytest.mark.parametrize("query", [
    FOREVER,
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?d && ?a != ?d) }",
    "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?d && ?a != ?d) }",
    "CONSTRUCT { ?a ?b ?n } WHERE { { SELECT ?a ?b (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    " GROUP BY ?a ?b } }",
])  # fmt: skip
def test_what_would_run_for_hours_is_stopped_in_time(desk: Desk, query: str) -> None:
    began = time.monotonic()
    said = desk.kg("sparql", query, "--timeout", "1")
    assert time.monotonic() - began < 10
    assert (said.code, said.out) == (3, "")
    assert said.err == "kg: stopped after 1 s; narrow the query or raise the time limit\n"
    assert not children_of_ours()


def children_of_ours() -> list[str]:
    """Processes that still run a query on a graph of these tests."""
    found = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if line.split()[0] in ("1", str(os.getpid()))
            and "adhoc/child.py" in line]  # fmt: skip


def test_rows_found_before_time_ran_out_are_shown(desk: Desk) -> None:
    for format in ("table", "json"):
        said = desk.kg("sparql", ONE_ROW, "--timeout", "4", "--format", format)
        assert said.code == 3
        assert said.err == "kg: stopped after 4 s, with 1 row; narrow the query or raise the time limit\n"
    (row,) = bindings(said.out)
    assert row["n"] == ox.Literal(1)


@pytest.mark.parametrize("query", [
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY DESC(?g)",
])  # fmt: skip
def test_what_would_take_all_memory_is_stopped(desk: Desk, query: str) -> None:
    said = desk.kg("sparql", query, "--memory", "100", "--timeout", "50")
    assert (said.code, said.out) == (3, "")
    assert (
        said.err
        == "kg: stopped: the query needs more than 100 MB of memory; narrow it or raise the memory limit\n"
    )


@pytest.mark.parametrize("query", [
    "SELECT * {" + "{" * 20_000 + "}" * 20_000 + "}",
    "SELECT (1 + " + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) {}",
    "SELECT (" + "!" * 200_000 + "true AS ?x) {}",
])  # fmt: skip
def test_nesting_that_brings_down_the_engine_is_one_line(desk: Desk, query: str) -> None:
    said = desk.kg("sparql", "--file", "-", given=query.encode())
    assert (said.code, said.out) == (3, "")
    assert said.err == "kg: the query is nested deeper than the engine can read; write it flatter\n"


def test_limits_hold_in_python(desk: Desk) -> None:
    with kg.Graph.open(desk.graph) as graph:
        found = kg.sparql(graph, "SELECT * { ?a ?b ?c }", limit=3)
        assert (len(found.rows), found.complete) == (3, False)
        with pytest.raises(StoppedError):
            kg.sparql(graph, FOREVER, timeout=0.5)
        for wrong in ({"timeout": 0}, {"limit": 0}, {"memory": 1}):
            with pytest.raises(UsageError):
                kg.sparql(graph, "ASK {}", **wrong)


def test_an_interrupted_query_leaves_no_process(desk: Desk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "sparql", "-g", str(desk.graph), FOREVER],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=interruptible,
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not child_of(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    child = child_of(process.pid)
    assert child
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "kg: interrupted\n")
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def child_of(parent: int) -> int:
    found = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    return next(
        (int(line.split()[0]) for line in found.splitlines()[1:] if int(line.split()[1]) == parent), 0
    )


def test_a_reader_that_goes_away_ends_it_quietly(desk: Desk) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "sparql", "-g", str(desk.graph), "--limit", "0", "--format", "json",
         "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(20) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


# What is refused

REACHES = [
    "SELECT * { SERVICE <URL> { ?a ?b ?c } }",
    "SELECT * { SERVICE SILENT <URL> { ?a ?b ?c } }",
    "SELECT * { { SELECT * { ?x a kg:Claim . sErViCe <URL> { ?a ?b ?c } } } }",
    "SELECT * { BIND(<URL> AS ?s) SERVICE ?s { ?a ?b ?c } }",
    "SELECT * { ?x a kg:Claim FILTER EXISTS { SERVICE <URL> { ?a ?b ?c } } }",
    "PREFIX e: <urn:e:> SELECT * { ?x a kg:Claim, e:a\\' . SERVICE <URL> { ?a ?b ?c } ?x ?y e:b\\' }",
    "PREFIX e: <urn:e:> SELECT * { OPTIONAL { ?x a e:a\\# . SERVICE <URL> { ?a ?b ?c } } }",
    "SELECT * { FILTER(1<2#>'''\n) SERVICE <URL> { ?a ?b ?c } #'''\n}",
    'SELECT * { FILTER(?x<?y#>"""\n) SERVICE <URL> { ?a ?b ?c } #"""\n}',
    "ASK {SERVICE<URL>{?a ?b ?c}}",
    "SELECT * { SERV\\u0049CE <URL> { ?a ?b ?c } }",
    "SELECT * { \\U00000053ERVICE <URL> { ?a ?b ?c } }",
]


@pytest.mark.parametrize("query", REACHES)
def test_no_other_server_is_asked(desk: Desk, listener: tuple[str, list[bytes]], query: str) -> None:
    url, came = listener
    with kg.Graph.open(desk.graph) as graph, pytest.raises(UsageError, match=r"^SERVICE|\\u escape"):
        kg.sparql(graph, query.replace("URL", url))
    assert came == []


def test_the_engine_itself_is_asked_whether_a_query_reaches_out(
    desk: Desk, listener: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the look at the text to miss it."""
    monkeypatch.setattr(kg.adhoc.sparql, "check_sparql", lambda text: None)
    url, came = listener
    for query in REACHES:
        with kg.Graph.open(desk.graph) as graph, pytest.raises(UsageError):
            kg.sparql(graph, query.replace("URL", url))
    assert came == []


def test_the_word_service_is_no_harm(desk: Desk) -> None:
    query = (
        "# SERVICE\nPREFIX service: <urn:service:> SELECT (service:SERVICE AS ?service)"
        ' { FILTER("SERVICE" != "x") }'
    )
    assert desk.kg("sparql", query).out.split()[-1] == "<urn:service:SERVICE>"


@pytest.mark.parametrize("clause", ["FROM <URL>", "FROM NAMED <URL>"])
def test_graphs_are_not_fetched(desk: Desk, listener: tuple[str, list[bytes]], clause: str) -> None:
    url, came = listener
    said = desk.kg("sparql", f"SELECT * {clause.replace('URL', url)} {{ ?a ?b ?c }}")
    assert (said.code, said.out) == (0, "no rows\n")
    assert came == []


@pytest.mark.parametrize("update", [
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "# SELECT * { ?a ?b ?c }\nINSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "PREFIX a: <urn:a>\nBASE <urn:b> delete where { ?a ?b ?c }",
    "\\u0049NSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "LOAD <http://127.0.0.1:1/>",
    "CLEAR ALL",
    "DROP DEFAULT",
    "WITH <urn:g> DELETE { ?a ?b ?c } WHERE { ?a ?b ?c }",
    "ASK {} ; INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "SELECT * { ?a ?b ?c }\nINSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "SELECT * { ?a ?b ?c } ; DROP ALL",
])  # fmt: skip
def test_nothing_is_written(desk: Desk, update: str) -> None:
    with kg.Graph.open(desk.graph) as graph, pytest.raises(UsageError) as refused:
        kg.sparql(graph, update)
    assert "\n" not in str(refused.value)


def test_a_write_on_the_command_line_is_one_line(desk: Desk) -> None:
    said = desk.kg("sparql", "INSERT DATA { <urn:a> <urn:b> <urn:c> }")
    assert (said.code, said.out) == (2, "")
    assert said.err == "kg: INSERT would change the store, and is refused: `kg sparql` only reads\n"
    assert desk.kg("verify").out == "graph: sound\n"


@pytest.mark.parametrize(("arguments", "words"), [
    ((), "give one query"),
    (("ASK {}", "--file", "x"), "give one query"),
    (("",), "is empty"),
    (("# nothing",), "is empty"),
    (("SELECT * { ?a ?b",), "line 1, column 17 (its end)"),
    (("SELECT *\n{ ?a ?b ?c FILTER }",), "line 2, column"),
    (("SELECT * { ?a foo:b ?c }",), "no PREFIX declares foo:"),
    (("SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c }",), "the SELECT contains a variable that is unbound"),
    (("ASK {}", "--timeout", "0"), "not a number of seconds"),
    (("ASK {}", "--timeout", "nan"), "not a number of seconds"),
    (("ASK {}", "--limit", "-1"), "not a number of rows"),
    (("ASK {}", "--memory", "5"), "too few"),
    (("ASK {}", "-g", "none"), "no graph here"),
    (("--file", "none.rq"), "none.rq: No such file"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(desk: Desk, arguments: tuple[str, ...], words: str) -> None:
    said = desk.kg("sparql", *arguments)
    assert said.code in (2, 3)
    assert said.out == ""
    assert words in said.err
    assert len(said.lines) == 1


@pytest.mark.parametrize("content", [b"ASK {} # \xff", b"ASK {} # \x00", b"#" * 1_000_001])
def test_bytes_that_are_no_query_are_refused(desk: Desk, content: bytes) -> None:
    said = desk.kg("sparql", "--file", "-", given=content)
    assert (said.code, said.out, len(said.lines)) == (2, "", 1)


# The documentation


def test_the_documented_queries_give_rows(desk: Desk) -> None:
    page = (ROOT / "docs" / "querying.md").read_text("utf-8")
    queries = re.findall(r"^```sparql\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert queries
    with kg.Graph.open(desk.graph) as graph:
        for query in queries:
            found = kg.sparql(graph, query)
            assert found.rows, query
            assert any(all(row) for row in found.rows), query
