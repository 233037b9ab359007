"""Graphs that are none, mappings, options and questions that are wrong: one line that helps, and nothing is harmed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

import kg
from tests.kg.desk import ANN, NATIVE, Desk, Said, document

# Graphs that are none


@pytest.mark.parametrize(
    "command", [("ingest", "a.json"), ("ask", "disputed"), ("verify",), ("retract", "x")]
)
def test_a_folder_that_is_no_graph_is_said_and_left_alone(tmp_path: Path, command: tuple[str, ...]) -> None:
    desk = Desk(tmp_path)
    desk.write(a__json=NATIVE, file="")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").write_text("mine")
    assert desk.kg(*command, "-g", "other") == Said(
        "", "kg: other: not a graph (no settings.json); name the folder that `kg init` made\n", 3
    )
    assert desk.kg(*command, "-g", "gone") == Said(
        "", "kg: gone: no graph here; make one with `kg init -g gone`\n", 3
    )
    assert desk.kg(*command, "-g", "file") == Said(
        "", "kg: file: a file, not a graph; name the folder that `kg init` made\n", 3
    )
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.json", "file", "mine", "other"]


def test_a_graph_of_a_newer_version_is_left_alone(desk: Desk) -> None:
    desk.write(a__json=NATIVE)
    path = desk.graph / "settings.json"
    settings = path.read_text()
    path.write_text(json.dumps({**json.loads(settings), "format": 99}))
    for command in (("ingest", "a.json"), ("ask", "disputed"), ("rebuild",)):
        said = desk.kg(*command)
        assert said.code == 3
        assert said.err == (
            "kg: graph: made by a newer version (format 99, this one reads 1); upgrade attest-kg\n"
        )
    path.write_text(settings)
    desk.unharmed()


def test_a_graph_that_another_process_writes_can_be_asked_but_not_written(desk: Desk) -> None:
    desk.write(a__json=NATIVE)
    with kg.Graph.open(desk.graph, write=True):
        for command in (("ingest", "a.json"), ("retract", "before"), ("rebuild",), ("verify",)):
            assert desk.kg(*command) == Said(
                "",
                f"kg: graph: another process (process {os.getpid()}) is writing to this graph;"
                " try again when it is done\n",
                3,
            )
        assert "Lantern Brigade" in desk.kg("ask", "allies", "Red Heron Front").out
    desk.unharmed()


def closed(path: Path, mode: int) -> bool:
    """Whether permissions keep us out; they do not keep out an administrator."""
    path.chmod(mode)
    return not os.access(path, os.W_OK)


def test_what_may_not_be_read_is_rejected_by_name(desk: Desk) -> None:
    folder = desk.folder / "articles"
    (folder / "shut").mkdir(parents=True)
    (folder / "a.json").write_text(NATIVE)
    (folder / "b.json").write_text(NATIVE)
    try:
        if not closed(folder / "shut", 0) or not closed(folder / "b.json", 0):
            pytest.skip("needs a user whom permissions keep out")
        said = desk.kg("ingest", "articles")
        assert said.lines == [
            "rejected articles/b.json: cannot be read; check its permissions",
            "rejected articles/shut: cannot be read: Permission denied; check its permissions",
        ]
        assert said.code == 1
        named = desk.kg("ingest", "articles/b.json")
        assert named.code == 3
        assert named.err == "kg: articles/b.json: cannot be read: Permission denied\n"
        desk.unharmed(new=1)
    finally:
        (folder / "shut").chmod(0o700)


def test_a_graph_that_may_not_be_written_is_said_and_still_answers(desk: Desk) -> None:
    desk.write(a__json=NATIVE)
    inside = [desk.graph, *(path for path in desk.graph.rglob("*"))]
    try:
        for path in inside:
            path.chmod(0o555 if path.is_dir() else 0o444)
        if os.access(desk.graph, os.W_OK):
            pytest.skip("needs a user whom permissions keep out")
        said = desk.kg("ingest", "a.json")
        assert said.code == 3
        assert said.lines == ["kg: graph/lock: Permission denied; check the folder's permissions"]
        assert "Lantern Brigade" in desk.kg("ask", "allies", "Red Heron Front").out
    finally:
        for path in inside:
            path.chmod(0o755 if path.is_dir() else 0o644)
    desk.unharmed()


# Mappings, options and questions


def test_a_wrong_mapping_is_refused_before_anything_is_loaded(desk: Desk) -> None:
    desk.write(
        a__json=NATIVE, b__ann=ANN, b__txt="Front and Brigade", wrong__yaml="relations:\n  Trains: traned\n",
        types__yaml="types: {Group: Militia}\n", bomb__yaml="types: &a {x: ignore}\nroles: *a\n", empty__yaml="",
    )  # fmt: skip
    for mapping, words in (
        ("nowhere", "no mapping 'nowhere': give a .yaml file or one of brat-news, "),
        ("wrong.yaml", "wrong.yaml:2: relations.Trains: 'traned' is no relation; did you mean trained"),
        ("types.yaml", "types.yaml:1: types.Group: 'Militia' is no "),
        ("bomb.yaml", "bomb.yaml:1: anchors (&a) are not allowed: write the value out"),
        ("empty.yaml", "empty.yaml: the file is empty"),
    ):
        said = desk.kg("ingest", "a.json", "b.ann", "--mapping", mapping)
        assert said.code == 3
        assert len(said.lines) == 1
        assert said.err.startswith(f"kg: {words}")
        assert said.out == ""
    desk.unharmed()


def test_what_has_no_mapping_is_rejected_by_name_and_the_rest_loads(desk: Desk) -> None:
    desk.write(a__json=NATIVE, b__ann=ANN, b__txt="Front and Brigade")
    said = desk.kg("ingest", ".")
    assert (said.code, said.lines) == (
        1,
        [
            "rejected b.ann: brat's labels need a mapping to the ontology: give --mapping NAME or FILE, or put a"
            " mapping.yaml beside the files"
        ],
    )
    assert said.out.startswith("2 articles, 1 of them rejected whole\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ingest", "gone.json"), "gone.json: no such file or folder"),
        (("ingest", "\x1b[2J\n"), "\\x1b[2J : no such file or folder"),
        (("ingest", "-", "--published", "last week"), "--published: 'last week' is not a date: expected EDTF"),
        (("ingest", "-", "--max-characters", "-5"), "ingest: argument --max-characters: '-5' is not a number"),
        (("ingest", "-", "--publisher", b"\xff"), "ingest: argument --publisher: '\\udcff' is not valid Unicode"),
        (("retract", b"\xff"), "retract: argument ID: '\\udcff' is not valid Unicode"),
        (("retract", "gone"), "no article or list 'gone'; `kg articles` and `kg lists` list them"),
        (("ask", "allies", "Nobody"), "actor: nothing is called 'Nobody'; `kg ask actor-search WORDS` looks for"),
        (("ask", "allies", "Red Hern"), "actor: nothing is called 'Red Hern'; near it: Red Heron Front (e"),
        (("ask", "allies", " "), "actor: is empty; give a person, group or state: name, alias or id"),
        (("ask", "allies", b"\xff"), "\\udcff: not valid Unicode"),
        (("ask", "allies", 'x" } ; DROP ALL #'), "actor: nothing is called 'x\" } ; DROP ALL #'"),
        (("ask", "allies", "Red Heron Front", "--as-of", "31.2.2020"),
         "as_of: '31.2.2020' is not a date: expected EDTF"),
        (("ask", "allies", "Red Heron Front", "--as-of", "2031-02-30"), "as_of: '2031-02-30'"),
        (("ask", "allies", "Red Heron Front", "--limit", "-3"),
         "ask allies: argument --limit: '-3' is not a number of rows"),
        (("ask", "allies", "Red Heron Front", "--after", "-3"),
         "ask allies: argument --after: '-3' is not a number of rows"),
        (("show", "Nobody"), "actor: nothing is called 'Nobody'"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_line_that_helps(
    reading: Desk, arguments: tuple[str | bytes, ...], words: str
) -> None:
    said = reading.kg(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert len(said.lines) == 1
    assert said.err.startswith(f"kg: {words}")


def test_a_name_that_fits_several_is_answered_with_their_ids(desk: Desk) -> None:
    people = {
        f"p{number}": {"type": "Person", "names": ["Tam Wick"], "identifiers": [f"wikidata:Q{number}"]}
        for number in (1, 2)
    }
    desk.write(
        a__json=json.dumps(document("Tam Wick met Tam Wick.", "a", entities={"p1": people["p1"]}, claims=[])),
        b__json=json.dumps(document("Tam Wick met Tam Wick.", "b", entities={"p2": people["p2"]}, claims=[])),
    )
    assert desk.kg("ingest", "a.json", "b.json").code == 0
    said = desk.kg("ask", "actor", "Tam Wick")
    assert said.code == 2
    assert len(said.lines) == 1
    ids = re.findall(r"(wikidata:Q[12]) \(Tam Wick, Person, 0 claims\)", said.err)
    assert len(ids) == 2
    assert "may be any of 2: " in said.err
    assert said.err.endswith("; give the id of one\n")
    assert desk.kg("ask", "actor", ids[0]).code == 0


HEAD = "# mine\n# Question:   Which?\n# Parameters: none\n# Columns:    claims (claims)\n\n"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("DELETE WHERE { ?claims ?p ?o }", "DELETE is not allowed; a question is one SELECT on this graph"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT is not allowed"),
        ("SELECT ?claims { SERVICE <http://127.0.0.1:9/> { ?claims ?p ?o } }", "SERVICE is not allowed"),
        ("LOAD <file:///etc/passwd>", "LOAD is not allowed"),
        ("SELECT ?claims { ?claims ?p", "not a query that can be run: "),
        ("SELECT ?other { ?other ?p ?o }", "the header has claims, but the query does not give it"),
        ("SELECT ?claims { " + "{" * 5000 + "}" * 5000 + " }", "nested more than 100 deep; write it flatter"),
    ],
)
def test_a_question_of_ones_own_can_only_read(desk: Desk, query: str, words: str) -> None:
    (desk.graph / "queries" / "mine.rq").write_text(HEAD + query)
    said = desk.kg("ask", "mine")
    assert said.code == 3
    assert len(said.lines) == 1
    assert said.err.startswith(f"kg: graph/queries/mine.rq: {words}")
    (desk.graph / "queries" / "mine.rq").write_bytes(b"\xff\xfe")
    assert desk.kg("ask", "mine").code == 3
    desk.unharmed()
