"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import kg
from kg.cli import main
from kg.commands import GROUPS
from kg.graph import Graph
from tests.conftest import ROOT

EXAMPLES = [ROOT / "examples" / "native", ROOT / "examples" / "brat"]


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    out: str
    err: str
    code: int


Run = Callable[..., Said]


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The articles of examples/, loaded; for reading."""
    folder = tmp_path_factory.mktemp("cli") / "graph"
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as opened:
        kg.ingest(opened, kg.load(EXAMPLES, opened))
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, graph: Path) -> Run:
    """Run a command on that graph, 100 cells wide."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("KG_GRAPH", str(graph))

    def run(*arguments: str) -> Said:
        code = main(arguments)
        printed = capsys.readouterr()
        return Said(printed.out, printed.err, code)

    return run


def program(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg.cli", *arguments],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=60,
        **options,
    )


# Help


def test_help_groups_the_commands_and_shows_a_first_session(run: Run) -> None:
    said = run("--help")
    assert said.code == 0
    for group, names in GROUPS.items():
        assert f"\n{group}:\n" in said.out
        for name in names:
            assert re.search(rf"^  {name} +\S", said.out, re.MULTILINE)
    session = said.out.partition("a first session:")[2]
    assert len(re.findall(r"^  kg ", session, re.MULTILINE)) == 4
    assert run() == said


def test_every_command_has_a_module_and_every_module_is_in_the_help() -> None:
    known = {name for names in GROUPS.values() for name in names}
    files = {path.stem for path in (ROOT / "kg" / "commands").glob("*.py")} - {
        "__init__",
        "asking",
        "places",
        "reporting",
        "selecting",
    }
    assert files == known


@pytest.mark.parametrize("command", [name for names in GROUPS.values() for name in names])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    said = run(command, "--help")
    assert said.code == 0
    assert said.out.startswith(f"usage: kg {command}")
    assert "--graph" in said.out
    assert said.err == ""


def test_the_version_is_told(run: Run) -> None:
    assert run("--version") == Said(f"kg {kg.__version__}\n", "", 0)


def test_ask_help_lists_the_questions(run: Run) -> None:
    lines = run("ask", "--help").out.splitlines()
    names = [one["name"] for one in json.loads(run("questions", "--format", "json").out)]
    for name in names:
        assert sum(line.split()[:1] == [name] for line in lines) == 1
    assert "between" in names


@pytest.mark.parametrize("arguments", [("ask", "between", "--help"), ("ask", "-g", "none", "between", "-h")])
def test_a_question_explains_itself(run: Run, arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert said.code == 0
    assert said.out.startswith("usage: kg ask between ACTOR OTHER [--OPTION …]\n")
    assert "example: kg ask between 'Red Heron Front' 'Lantern Brigade'" in said.out
    for words in ("--as-of DATE", "--with-parts", "--limit N", "status", "ACTOR  a person"):
        assert words in said.out


def test_every_question_explains_itself_and_its_example_is_a_call_of_it(run: Run) -> None:
    for question in json.loads(run("questions", "--format", "json").out):
        said = run("ask", question["name"], "--help")
        assert said.code == 0
        assert f"example: kg ask {question['name']}" in said.out
        for column in question["columns"]:
            assert f"\n  {column['name']}  " in said.out.replace(
                column["name"] + "   ", column["name"] + "  "
            )


# Options


def test_shared_options_stand_before_or_after_the_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = os.environ["KG_GRAPH"]
    monkeypatch.delenv("KG_GRAPH")
    before = run("-g", graph, "--format", "json", "articles")
    after = run("articles", f"--graph={graph}", "--format=json")
    assert before == after
    assert json.loads(before.out)
    assert run("articles", f"-g{graph}", "--format", "json") == after


def test_without_a_graph_the_error_says_how_to_make_one(run: Run, tmp_path: Path) -> None:
    said = run("articles", "-g", str(tmp_path / "none"))
    assert said == Said(
        "", f"kg: {tmp_path}/none: no graph here; make one with `kg init -g {tmp_path}/none`\n", 3
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("artcles",), "there is no command 'artcles'; did you mean articles?"),
        (("zzz",), "there is no command 'zzz'; there are init, ingest"),
        (("articles", "--formt", "json"), "articles: there is no option --formt; did you mean --format?"),
        (("articles", "one"), "articles: 'one' is one argument too many"),
        (("articles", "--format", "xml"), "invalid choice: 'xml'"),
        (("show",), "the following arguments are required: ACTOR; see `kg show --help`"),
        (("ask",), "name a question: kg ask NAME …; `kg questions` lists them"),
        (("ask", "betwen"), "no question 'betwen'; did you mean between?"),
        (("ask", "between", "Front"), "between needs OTHER: a person, group or state: name, alias or id"),
        (
            ("ask", "between", "a", "b", "--asof", "2000"),
            "ask between: there is no option --asof; did you mean --as-of",
        ),
        (("ask", "disputed", "--limit", "many"), "'many' is not a number of rows"),
        (("claim", "c0"), "'c0' is too short"),
        (("claim", "cccccccc"), "no claim 'cccccccc'"),
        (("ontology", "alliedwih"), "there is no type or relation 'alliedwih'; did you mean alliedWith?"),
    ],
)
def test_a_wrong_call_is_one_line_and_code_2(run: Run, arguments: tuple[str, ...], words: str) -> None:
    said = run(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert words in said.err
    assert said.err.startswith("kg: ")
    assert said.err.count("\n") == 1


# Errors


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(errno.ENOSPC, "No space left on device", "/graph"), 3, "/graph: No space left on device"),
        (
            RuntimeError("odd\nthing \x1b[2J"),
            3,
            "unexpected RuntimeError: odd thing \\x1b[2J; --debug shows the rest",
        ),
        (MemoryError(), 3, "unexpected MemoryError; --debug shows the rest"),
    ],
)
def test_whatever_fails_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, words: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Graph, "open", fail)
    assert run("articles") == Said("", f"kg: {words}\n", code)
    debugged = run("articles", "--debug")
    assert debugged.code == code
    assert debugged.err.startswith("Traceback")


def test_a_reader_that_has_seen_enough_is_no_error(graph: Path) -> None:
    command = f"{sys.executable} -m kg.cli -g {graph} ontology --format json | head -c 10"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, text=True, capture_output=True, timeout=60)
    assert done.stderr == ""
    assert len(done.stdout) == 10


def test_a_full_disk_is_one_line(graph: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kg.cli", "-g", str(graph), "articles"],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == "kg: No space left on device\n"


def test_a_terminal_without_unicode_shows_numbers(graph: Path) -> None:
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = program("-g", str(graph), "articles", env=env)
    assert done.returncode == 0
    assert "\\u201cOne army with two flags\\u201d" in done.stdout
    encoded = subprocess.run([sys.executable, "-m", "kg.cli", "-g", str(graph), "articles", "--format", "json"],
                             cwd=ROOT, capture_output=True, timeout=60, env=env)  # fmt: skip
    assert "“One army with two flags”" in encoded.stdout.decode("utf-8")


# Commands


def test_a_first_session(run: Run, tmp_path: Path) -> None:
    folder = str(tmp_path / "new")
    assert run("init", "-g", folder).code == 0
    assert run("articles", "-g", folder).out == "no articles; load some with `kg ingest FILES…`\n"
    assert run("ingest", "-g", folder, *map(str, EXAMPLES)).code == 0
    assert "Former quartermaster" in run("articles", "-g", folder).out
    withdrawn = run("retract", "-g", folder, "harbour-gazette/2031-10-07/one-army")
    assert withdrawn.code == 0
    listed = run("articles", "-g", folder).out
    assert "one-army" not in listed
    assert listed.endswith("\n1 more, retracted\n")


def test_articles_are_listed_under_their_publisher(run: Run) -> None:
    assert """
The Harbour Gazette
  2031-10-07  “One army with two flags” (14 claims)
              harbour-gazette/2031-10-07/one-army
""" in run("articles").out  # fmt: skip
    rows = json.loads(run("articles", "--format", "json").out)
    wire = next(row for row in rows if row["id"] == "kestrin-herald/2031-10-22/clearwater")
    assert (wire["publisher"], wire["origin"]) == ("The Kestrin Herald", "Meridian Wire")
    assert (
        run("articles", "--format", "csv").out.splitlines()[0] == "id,published,publisher,origin,title,claims"
    )


def test_questions_are_listed_with_what_they_take(run: Run) -> None:
    assert re.search(
        r"^between +Which relationships .* actor other \[as-of\]", run("questions").out, re.MULTILINE
    )
    assert run("questions", "--format", "md").out.startswith("| name | question | takes |\n")


def test_a_graphs_own_question_is_listed_and_explained(run: Run, tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph")
    (tmp_path / "graph" / "queries" / "places.rq").write_text(
        "# places\n# Question:   Which places are there?\n# Parameters: none\n# Columns:    place (place)\n\n"
        "SELECT ?place ?place_name WHERE { ?place a <urn:attest:ontology:Place> ;"
        " <urn:attest:ontology:name> ?place_name } ORDER BY ?place\n"
    )
    assert "places" in run("questions", "-g", str(tmp_path / "graph")).out
    assert "Which places are there?" in run("ask", "-g", str(tmp_path / "graph"), "--help").out
    assert run("ask", "places", "-g", str(tmp_path / "graph"), "--help").code == 0
    assert run("ask", "places").code == 2


def test_a_graphs_own_question_is_listed_with_the_languages_it_is_in(run: Run, tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph")
    (tmp_path / "graph" / "queries" / "places.cypher").write_text(
        "// places\n// Question:   Which places are there?\n// Parameters: none\n// Columns:    place (place)\n\n"
        "MATCH (found:Place) RETURN found.id AS place, found.name AS place_name ORDER BY found.sortKey\n"
    )
    at = ("-g", str(tmp_path / "graph"))
    assert re.search(r"^places +Which places are there\? +cypher$", run("questions", *at).out, re.MULTILINE)
    listed = {
        one["name"]: one["languages"] for one in json.loads(run("questions", *at, "--format", "json").out)
    }
    assert (listed["places"], listed["between"]) == (["cypher"], ["cypher", "sparql"])
    assert run("ask", "places", *at, "--help").code == 0
    refused = run("ask", "places", *at)
    assert refused.code == 3
    assert refused.err.count("\n") == 1
    assert (
        "is in Cypher only, and this graph's store is asked in SPARQL; write places.rq beside it"
        in refused.err
    )


def test_a_claim_is_shown_with_the_sentences_around_it(run: Run, graph: Path) -> None:
    with kg.Graph.open(graph) as opened:
        (claim,) = opened.ledger.db.execute(
            "SELECT c.key FROM claims c JOIN articles a ON a.id = c.article WHERE c.relation = 'fightsAgainst'"
            " AND a.key = 'radio-maress/2031-11-14/recruits'"
        ).fetchone()
    said = run("claim", claim[:9])
    assert said.code == 0
    for line in (
        "claim         Red Heron Front fightsAgainst Lantern Brigade",
        "speaker       a doctor in Aldwater (unnamed)",
        "relayed by    Five Rivers Union",
        "held          dated 2031-11-02",
        "annotated by  omar",
    ):
        assert line in said.out
    assert "«clash»" in said.out
    assert said.out.rstrip().endswith("It would be the first between the two.")
    data = json.loads(run("claim", claim, "--format", "json").out)
    assert data["id"] == claim
    assert data["after"] == "It would be the first between the two."
    assert data["annotator"] == "omar"
    assert run("claim", claim, "--format", "csv").out.startswith("field,value\n")


def test_the_ontology_is_listed_and_shown(run: Run) -> None:
    listed = run("ontology").out
    assert re.search(r"^ArmedGroup +Group ", listed, re.MULTILINE)
    assert re.search(r"^alliedWith +alliance +Actor – Actor ", listed, re.MULTILINE)
    shown = run("ontology", "allied with").out
    assert "what            symmetric relation" in shown
    assert "example" in shown
    data = json.loads(run("ontology", "State", "--format", "json").out)
    assert data["under"] == ["Actor", "Place", "Thing"]
    assert "basedIn" in data["object of"]
    assert set(json.loads(run("ontology", "--format", "json").out)) == {"types", "relations"}


def test_a_graphs_own_terms_are_shown(run: Run, tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph")
    extension = (ROOT / "examples" / "extension" / "ferries.ttl").read_bytes()
    (tmp_path / "graph" / "ontology" / "ferries.ttl").write_bytes(extension)
    assert "blockaded" in run("ontology", "-g", str(tmp_path / "graph")).out
    assert run("ontology", "blockaded", "-g", str(tmp_path / "graph")).code == 0
    assert run("ontology", "blockaded").code == 2


def test_loaders_say_what_they_carry_and_lose(run: Run) -> None:
    said = run("loaders").out
    assert re.search(r"^native ", said, re.MULTILINE)
    assert re.search(r"^brat ", said, re.MULTILINE)
    data = json.loads(run("loaders", "--format", "json").out)
    assert all(one["carries"] and one["loses"] for one in data["formats"])
    assert "brat-news" in data["mappings"]


# Asking


def test_an_answer_has_the_sentences_under_its_rows(run: Run) -> None:
    said = run("ask", "between", "Red Heron Front", "Lantern Brigade")
    assert said.code == 0
    assert said.err == ""
    assert re.search(r"^1 .*alliedWith.* disputed +3 affirmed, ", said.out, re.MULTILINE)
    assert (
        "    ‘“«There is no alliance»,” he said, “«and there never was one».”’\n"
        "    — Pell Orrin, The Harbour Gazette, 2031-10-07; denied ["
    ) in said.out
    assert max(map(len, said.out.splitlines())) <= 100


def test_the_claims_of_an_answer_can_be_shown(run: Run) -> None:
    ids = re.findall(r"\[(c\w+)\]$", run("ask", "disputed").out, re.MULTILINE)
    assert ids
    for id in ids:
        assert run("claim", id).code == 0


@pytest.mark.parametrize("format", ["table", "json", "csv", "md"])
def test_nothing_found_is_no_error(run: Run, format: str) -> None:
    said = run("ask", "killed", "Mara Quill", "--format", format)
    assert said.code == 0
    if format in ("table", "md"):
        assert said.out.startswith("nothing found for actor Mara Quill")


def test_an_answer_comes_in_pages(run: Run) -> None:
    every = json.loads(run("ask", "counts", "--limit", "0", "--format", "json").out)
    assert every["more"] is False
    first = run("ask", "counts", "--limit", "2")
    assert first.out.endswith("\nmore rows: --after 2\n")
    rest = run("ask", "counts", "--after", "2")
    assert re.search(r"^ ?3 ", rest.out, re.MULTILINE)
    assert "more rows" not in rest.out
    assert len(every["rows"]) > 3
    assert run("ask", "counts", "--after", "999").out == "nothing more found\n"
    csv = run("ask", "counts", "--limit", "2", "--format", "csv")
    assert len(csv.out.splitlines()) == 3
    assert csv.err == "more rows: --after 2\n"


def test_options_of_a_question_come_from_its_header(run: Run) -> None:
    data = json.loads(
        run("ask", "between", "al-Qaeda", "--with-parts", "Taliban", "--as-of=2020", "--format", "json").out
    )
    assert data["parameters"]["with_parts"] is True
    assert data["parameters"]["as_of"] == "2020"
    assert {"name": "status_with_parts", "type": "text"} in data["columns"]
    same = run("ask", "disputed", "Lantern Brigade")
    assert same.out == run("ask", "disputed", "--actor", "Lantern Brigade").out
    assert same.code == 0


def test_what_is_left_out_is_said(run: Run) -> None:
    assert re.search(
        r"^note: \d+ undated claims? .*left out", run("ask", "timeline", "Lantern Brigade").out, re.MULTILINE
    )


def test_the_other_formats_carry_the_same_rows(run: Run) -> None:
    call = ("ask", "allies", "Lantern Brigade", "--format")
    data = json.loads(run(*call, "json").out)
    assert set(data["citations"]) == {claim for row in data["rows"] for claim in row["claims"]}
    assert len(run(*call, "csv").out.splitlines()) == 1 + len(data["rows"])
    markdown = run(*call, "md").out
    assert "[^1]: " in markdown
    assert len(re.findall(r"^\[\^\d+\]: ", markdown, re.MULTILINE)) == len(data["citations"])


def test_a_profile_has_names_identifiers_and_relationships_by_family(run: Run) -> None:
    said = run("show", "Taliban")
    assert said.code == 0
    assert "  identifier   wikidata:Q42418 https://www.wikidata.org/wiki/Q42418\n" in said.out
    headings = [line for line in said.out.splitlines() if re.fullmatch("[a-z]+", line)]
    assert headings[:2] == ["belonging", "alliance"]
    assert re.search(r"^was funded by +al-Qaeda +changed +1 affirmed, ", said.out, re.MULTILINE)
    data = json.loads(run("show", "wikidata:Q42418", "--format", "json").out)
    assert data["identifiers"] == [{"id": "wikidata:Q42418", "url": "https://www.wikidata.org/wiki/Q42418"}]
    assert run("show", "Taliban", "--format", "csv").out.startswith(
        "family,relation,other,status,claims,sources,said\n"
    )
    assert "more relationships: --limit 4" in run("show", "Taliban", "--limit", "2").out
    assert run("show", "Nobody at all").code == 2


# Start


def test_asking_imports_neither_models_nor_rdf_tools(graph: Path) -> None:
    code = (
        "import sys, kg.cli; code = kg.cli.main(['ask', 'between', 'Red Heron Front', 'Lantern Brigade']);"
        "print(sorted({'pydantic', 'rdflib', 'rich', 'yaml', 'edtf', 'pyuca'} & set(sys.modules)), file=sys.stderr);"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, timeout=60,
                          env=os.environ | {"KG_GRAPH": str(graph)})  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == "[]\n"
