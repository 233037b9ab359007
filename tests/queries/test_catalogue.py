"""The prepared questions' files: what their headers give, and what is refused."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ontology.errors import QuestionError, UsageError
from queries.binding import check_query
from queries.catalogue import Catalogue, parse
from tests.conftest import ROOT

NAMES = [
    "actor-search", "actor", "relationships", "between", "who-says", "said-about", "disputed", "trained", "allies",
    "killed", "members", "timeline", "strength", "article", "sources", "counts", "single-source", "anonymous-only",
    "positions", "events", "event", "neighbourhood", "common", "changed-since",
]  # fmt: skip

FILE = """\
# mine
# Question:   Who did it?
# Parameters: actor (actor), as_of (date, optional), least (integer, optional)
# Columns:    who (actor), claims (claims)

PREFIX kg: <urn:attest:ontology:>
SELECT ?who ?claims WHERE {
  VALUES ?who { $actor }
  ?claim kg:speaker ?who ; kg:id ?claims ; kg:saidDay ?day .
#scope ?claim
#if least
  FILTER(?day > $least)
#end
}
ORDER BY ?claims
"""


def added(folder: Path, text: str = FILE, name: str = "mine") -> Catalogue:
    (folder / f"{name}.rq").write_text(text, encoding="utf-8")
    return Catalogue.load([folder])


def test_every_question_of_the_design_is_there_and_each_can_be_run() -> None:
    catalogue = Catalogue.load()
    assert set(NAMES) <= set(catalogue.names)
    for question in catalogue:
        check_query(question)
        assert question.question.endswith("?")
        assert question.columns


def test_the_internal_ones_can_be_run_too_and_are_not_listed() -> None:
    catalogue = Catalogue.load()
    internal = [path.stem for path in (ROOT / "queries" / "sparql").glob("_*.rq")]
    assert internal
    for name in internal:
        assert name not in catalogue.names
        check_query(catalogue[name])


@pytest.mark.parametrize("name", [path.stem for path in (ROOT / "queries" / "sparql").glob("[!_]*.rq")])
def test_rows_are_ordered_and_end_in_an_id_or_are_told_apart_by_all_they_hold(name: str) -> None:
    question = Catalogue.load()[name]
    order = question.text.rstrip().splitlines()[-1]
    assert order.startswith("ORDER BY ")
    last = order.split()[-1]
    # IRIs are ASCII, whatever the ids; `origin` and `kind` are what their rows are grouped by.
    assert last in {"?id", "?claims", "?first_claim", "?relationship"} or (name, last) in {
        ("actor", "?actor"),
        ("actor-search", "?actor"),
        ("allies", "?ally"),
        ("killed", "?place"),
        ("articles", "?article"),
        ("events", "?event"),
        ("sources", "?origin_order"),
        ("counts", "?kind"),
    }
    assert "LCASE" not in question.text
    assert "substitutions" not in question.text


def test_a_file_of_the_owner_is_read_like_a_shipped_one(tmp_path: Path) -> None:
    question = added(tmp_path)["mine"]
    assert question.question == "Who did it?"
    assert [(one.name, one.type, one.required) for one in question.parameters] == [
        ("actor", "actor", True),
        ("as_of", "date", False),
        ("least", "integer", False),
    ]
    assert [(one.name, one.type) for one in question.columns] == [("who", "actor"), ("claims", "claims")]


def test_a_header_line_may_go_on_below_and_the_file_may_have_a_mark_and_crlf(tmp_path: Path) -> None:
    text = FILE.replace("as_of (date, optional), ", "as_of (date, optional),\n#             ")
    (tmp_path / "mine.rq").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    question = Catalogue.load([tmp_path])["mine"]
    assert len(question.parameters) == 3


def test_only_the_file_asked_for_is_read(tmp_path: Path) -> None:
    (tmp_path / "broken.rq").write_text("nothing of a question")
    catalogue = added(tmp_path)
    assert catalogue["mine"].name == "mine"
    with pytest.raises(QuestionError, match=r"broken\.rq:1: no header"):
        catalogue["broken"]


def test_a_name_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=r"allies.*is taken by"):
        added(tmp_path, FILE.replace("# mine", "# allies"), "allies")


@pytest.mark.parametrize("name", ["Mine", "_mine", "my question", "é"])
def test_a_file_name_that_nobody_can_type_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionError, match="name it in lower-case words"):
        added(tmp_path, FILE, name)


def test_an_unknown_question_is_told_what_is_near() -> None:
    with pytest.raises(UsageError, match="did you mean members"):
        Catalogue.load()["membres"]


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        ("# mine", "# other", 1, "is called 'other'"),
        ("# Question:   Who did it?\n", "", 1, "no Question"),
        ("# Question: ", "# Ask: ", 2, "not a header line"),
        ("# Columns:    who", "# Question: again\n# Columns:    who", 4, "a second Question"),
        ("least (integer, optional)", "least (integr, optional)", 3, "unknown type 'integr'"),
        ("least (integer, optional)", "least integer", 3, "is not name"),
        ("least (integer, optional)", "least (integer)", 3, "follows an optional one"),
        ("least (integer, optional)", "actor (integer, optional)", 3, "the name actor is taken"),
        ("least (integer, optional)", "limit (integer, optional)", 3, "the name limit is taken"),
        ("as_of (date, optional)", "as_of (text, optional)", 3, "as_of must be"),
        ("who (actor), claims (claims)", "who (actor), claims (text)", 4, "need a column of claims"),
        ("who (actor),", "who (actor), who (text),", 4, "two columns give who"),
        ("who (actor),", "who (actor, optional),", 4, "is not name (type)"),
        ("$actor }", "$acter }", 8, "$acter is no parameter"),
        ("$actor }", "$as_of }", 8, "$as_of is no parameter"),
        ("#if least", "#if lest", 11, "names no parameter: lest"),
        ("#end\n", "", 11, "#if without #end"),
        ("#if least\n", "", 12, "#end without #if"),
        ("#scope ?claim\n", "#scope claim\n", 10, "write #scope ?claim"),
        ("#scope ?claim\n", "", 1, "as_of is not used"),
        ("  VALUES ?who { $actor }\n", "", 1, "actor is not used"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_line(old: str, new: str, where: int, reason: str) -> None:
    assert old in FILE
    with pytest.raises(QuestionError) as caught:
        parse(FILE.replace(old, new, 1), "mine", "queries/mine.rq")
    message = str(caught.value)
    assert message.startswith(f"queries/mine.rq:{where}: ")
    assert reason in message
    assert "\n" not in message


def test_a_file_of_the_owner_reaches_no_server_by_what_only_looks_like_a_string(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        hidden = f"FILTER(1<2#>'''\n) SERVICE <{address}> {{ ?who ?x ?claims }} #'''\n"
        text = (
            "# mine\n# Question:   Who did it?\n# Parameters: none\n"
            "# Columns:    who (actor), claims (claims)\n\n"
            f"SELECT ?who ?claims {{ {hidden} }} ORDER BY ?claims\n"
        )
        catalogue = added(tmp_path, text)
        with pytest.raises(QuestionError, match="not a query that can be run"):
            catalogue["mine"]
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (
            "  ?claim kg:speaker",
            "  SERVICE <http://example.org/> { ?x ?y ?z }\n  ?claim kg:speaker",
            "SERVICE is not",
        ),
        (
            "  ?claim kg:speaker",
            "  service silent <http://example.org/> {}\n  ?claim kg:speaker",
            "SERVICE is not",
        ),
        (
            "  ?claim kg:speaker",
            "  \\u0053ERVICE <http://example.org/> {}\n  ?claim kg:speaker",
            "a \\u escape",
        ),
        ("SELECT ?who ?claims WHERE", "CONSTRUCT { ?who kg:id ?claims } WHERE", "CONSTRUCT is not"),
        ("ORDER BY ?claims\n", "ORDER BY ?claims ;\nDROP ALL\n", "DROP is not"),
        ("ORDER BY ?claims\n", "ORDER BY ?claims\n}\n", "not a query"),
        ("SELECT ?who ?claims", "SELECT ?claims", "the header has who"),
        (
            "  ?claim kg:speaker",
            "  BIND(" + "(" * 5000 + "1" + ")" * 5000 + " AS ?x)\n  ?claim kg:speaker",
            "nested",
        ),
        ("  ?claim kg:speaker", "  FILTER(" + "! " * 5000 + "true)\n  ?claim kg:speaker", "nested"),
        ("# mine\n", "# mine\n#" + "x" * 30_000 + "\n", "longer than"),
    ],
)
def test_a_file_of_the_owner_can_only_be_one_select(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in FILE
    catalogue = added(tmp_path, FILE.replace(old, new, 1))
    with pytest.raises(QuestionError) as caught:
        catalogue["mine"]
    assert reason in str(caught.value)
    assert str(tmp_path / "mine.rq") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_words_that_would_be_refused_may_stand_in_strings_names_and_comments(tmp_path: Path) -> None:
    harmless = (
        '  FILTER("SERVICE { DROP" != ?claims) # no SERVICE here\n'
        "  ?claim kg:saidDay ?load .\n  ?claim kg:speaker"
    )
    assert added(tmp_path, FILE.replace("  ?claim kg:speaker", harmless))["mine"]


def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_bytes(FILE.encode().replace(b"Who did it?", b"Who did \xff?"))
    with pytest.raises(QuestionError, match=r"mine\.rq:2: not UTF-8"):
        Catalogue.load([tmp_path])["mine"]
