"""What strangers hand in, as a user meets it: through the command line, with the exit code and one line that helps.

Whatever is wrong, what was loaded before is still answered and `kg verify` finds the graph sound.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import kg
from benchmarks.generator import Corpus
from tests.conftest import ROOT

FORMATS = ("table", "json", "csv", "md")
# What acts on a terminal: controls but for the line break, bidirectional overrides and isolates, tag characters.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
BEFORE = "The Red Heron Front and the Lantern Brigade are allies, an aide said."
MAPPING = """\
types: {Group: ArmedGroup, Day: date}
relations: {Trained: trained, Ties: {relation: alliedWith, roles: {Party: party}}}
roles: {Agent: subject, Target: object, When: time}
notes: {AnnotatorNotes: values}
"""


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    out: str
    err: str
    code: int

    @property
    def lines(self) -> list[str]:
        """The lines on standard error."""
        return self.err.splitlines()


class Desk:
    """A folder to work in, with a graph that holds one article."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.graph = folder, folder / "graph"

    def kg(self, *arguments: str | bytes, given: bytes = b"") -> Said:
        """Run a command in the folder."""
        env = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8:backslashreplace",
            "COLUMNS": "500",
        }
        command = [sys.executable, "-m", "kg.cli", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, input=given, capture_output=True, timeout=60, env=env, check=False
        )
        said = Said(done.stdout.decode(), done.stderr.decode(), done.returncode)
        assert not UNSAFE.search(said.out + said.err), said
        assert "Traceback" not in said.err
        assert "unexpected" not in said.err
        return said

    def write(self, **files: str | bytes) -> list[str]:
        """Write files, `__` for the dots in their names; the names."""
        names = [name.replace("__", ".") for name in files]
        for name, content in zip(names, files.values(), strict=True):
            (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return names

    def unharmed(self, **claims: int) -> None:
        """What was there is answered still, the graph is sound, and so many claims are new by article."""
        assert self.kg("verify") == Said("graph: sound\n", "", 0)
        with kg.Graph.open(self.graph) as graph:
            answer = kg.ask(graph, "allies", "Red Heron Front")
            listed = graph.ledger.db.execute(
                "SELECT a.key, count(c.id) FROM articles a JOIN sets s ON s.article = a.id AND s.live"
                " LEFT JOIN claims c ON c.set_id = s.id AND c.live GROUP BY a.id"
            ).fetchall()
        assert [row["ally"]["name"] for row in answer.rows] == ["Lantern Brigade"]
        sentences = {one["article"]: one["sentences"] for one in answer.citations.values()}
        assert sentences["before"] == [BEFORE]
        assert dict(listed) == {"before": 1} | claims


def document(text: str = BEFORE, id: str = "new", **rest: Any) -> dict[str, Any]:
    """A native document in which two groups of the text, or those of BEFORE, are allies."""
    return {
        "attest": 1,
        "article": {"id": id},
        "text": text,
        "entities": {
            "front": {"type": "ArmedGroup", "names": ["Red Heron Front"]},
            "brigade": {"type": "ArmedGroup", "names": ["Lantern Brigade"]},
        },
        "claims": [
            {"subject": "front", "relation": "alliedWith", "object": "brigade", "quote": "are allies"},
        ],
    } | rest


def claim(**rest: Any) -> dict[str, Any]:
    return dict(document()["claims"][0]) | rest


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of one article, to copy."""
    desk = Desk(tmp_path_factory.mktemp("template"))
    assert desk.kg("init").code == 0
    desk.write(before__json=json.dumps(document(id="before")))
    assert desk.kg("ingest", "before.json").code == 0
    desk.unharmed()
    return desk.graph


@pytest.fixture
def desk(tmp_path: Path, template: Path) -> Desk:
    shutil.copytree(template, tmp_path / "graph")
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def reading(template: Path) -> Desk:
    """The same graph, for tests that change nothing."""
    return Desk(template.parent)


# Files that are rejected, each with the one line that says why


NATIVE = json.dumps(document())
YAML = 'attest: 1\narticle: {id: new, title: "Café"}\ntext: The Café is shut.\n'
ANN = "T1\tGroup 0 5\tFront\nT2\tGroup 10 17\tBrigade\nR1\tTies Party:T1 Party:T2\n"


@pytest.mark.parametrize(
    ("files", "line"),
    [
        ({"a__yaml": YAML.encode("latin-1")}, "a.yaml:2: is not UTF-8 (byte 0xe9): convert it"),
        ({"a__json": '{"attest": 1, "text": "Café"}'.encode("latin-1")},
         "a.json:1: is not UTF-8 (byte 0xe9): convert it"),
        ({"a__yaml": YAML.encode("utf-16")}, "a.yaml:1: is UTF-16: save it as UTF-8"),
        ({"a__json": NATIVE.encode("utf-16")}, "a.json:1: is UTF-16: save it as UTF-8"),
        ({"a__jsonl": NATIVE.encode("utf-16")}, "a.jsonl:1: is UTF-16: save it as UTF-8"),
        ({"a__ann": ANN, "a__txt": "Front, un allié".encode("latin-1")},
         "a.txt:1: is not UTF-8 (byte 0xe9): convert it"),
        ({"a__ann": ANN, "a__txt": "Front".encode("utf-16")},
         "a.txt: is UTF-16: convert it to UTF-8"),
        ({"a__ann": ANN.encode("utf-16"), "a__txt": "Front and Brigade"}, "a.ann: is UTF-16: convert it to UTF-8"),
        ({"a__ann": ANN.encode() + b"#1\tNote T1\tali\xe9\n", "a__txt": "Front and Brigade"},
         "a.ann:4: is not UTF-8 (byte 0xe9): convert it"),
        ({"a__ann": ANN}, "a.ann: the text a.txt is missing beside it"),
        ({"a__yaml": "attest: 1\narticle: {id: new}\ntext_file: gone.txt\n"},
         "a.yaml:3: text_file 'gone.txt' does not exist or is no regular file"),
        ({"a__yaml": "attest: 1\narticle: {id: new}\ntext_file: ../../secret\n"}, "a.yaml:3: "),
        ({"a__yaml": b""}, "a.yaml: the file is empty"),
        ({"a__json": b""}, "a.json: the file is empty"),
        ({"a__yaml": 'attest: 1\ntext: !!python/object/apply:os.system ["touch pwned"]\n'},
         "a.yaml:2: tags ('tag:yaml.org,2002:python/object/apply:os.system') are not allowed: write the plain value"),
        ({"a__yaml": "attest: 1\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntext: *c\n"},
         "a.yaml:2: anchors (&a) are not allowed: write the value out"),
        ({"a__json": NATIVE.replace("an aide", "an \\ud800 aide")},
         "a.json:1: \\ud800 is half a surrogate pair: write the whole character"),
        ({"a__json": NATIVE.replace('"new"', '"ne\\u0000w"')},
         "a.json:1: 'article.id' must be on one line, without control characters"),
        ({"a__json": NATIVE.replace('"new"', '"new", "published": "last week"')},
         "a.json:1: 'published': 'last week' is not a date"),
        ({"a__json": NATIVE[:-1]}, "a.json:1: not JSON: "),
        ({"a__json": "[" * 200_000 + NATIVE}, "a.json: in no known format; `kg loaders` lists those there are"),
        ({"a__json": NATIVE[:-1] + ', "claims": ' + "[" * 200_000 + "]" * 200_000 + "}"},
         "a.json:1: nested too deeply"),
        ({"a__json": NATIVE.replace('"attest": 1', '"attest": 2')}, "a.json:1: written in version 2 of the format"),
        ({"a__bin": bytes(range(256))}, "a.bin: in no known format; `kg loaders` lists those there are"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_rejected_by_name(
    desk: Desk, files: dict[str, str | bytes], line: str
) -> None:
    names = desk.write(mapping__yaml=MAPPING, **files)
    said = desk.kg("ingest", names[1])
    assert said.code == 1
    assert len(set(said.lines)) == 1
    assert said.err.startswith(f"rejected {line}")
    assert said.out.startswith("1 article, 1 of them rejected whole\n")
    assert not (desk.folder / "pwned").exists()
    desk.unharmed()


def test_a_stream_that_is_empty_or_of_another_kind(desk: Desk) -> None:
    assert desk.kg("ingest", "-").lines == ["rejected standard input:1: the file is empty"]
    assert desk.kg("ingest", "-", given=os.urandom(1000) + b"\xff").code == 1
    said = desk.kg("ingest", "-", given=b"\x89PNG\r\n\x1a\n" + bytes(100_000))
    assert said.code == 1
    assert said.err.startswith("rejected standard input:")
    desk.unharmed()


# Annotations that are rejected, while the rest is loaded


def test_brat_annotations_that_are_wrong_cost_only_themselves(desk: Desk) -> None:
    desk.write(
        mapping__yaml=MAPPING,
        a__txt="Front and Brigade met.",
        a__ann=ANN
        + "T3\tGroup 18 99\tmet\n"
        + "T4\tGroup 0 5\tFrond\n"
        + "T5\tKnight 0 5\tFront\n"
        + "T6\tTrained 18 21\tmet\n"
        + "E1\tTrained:T6 Agent:T1 Target:T2 Squire:T1\n"
        + "T7\tTrained 18 21\tmet\n"
        + "E2\tTrained:T7 Agent:E3 Target:T2\n"
        + "E3\tTrained:T7 Agent:E2 Target:T2\n"
        + "T8\tDay 18 21\tmet\n"
        + "#1\tAnnotatorNotes T8\t2031-02-30\n"
        + "R2\tDuels Party:T1 Party:T2\n"
        + "R3\tTies Party:T1 Party:T99\n"
        + "T9\tGroup -1 5\tFront\n"
        + "T10\tGr\x1b[2Joup\u202e 0 5\tFront\n"
        + "nonsense \x1b]0;x\x07\n"
        + "\x00\n",
    )
    said = desk.kg("ingest", "a.ann")
    assert said.code == 1
    circle = "its arguments go round in a circle: E2 → E3 → E2"
    assert said.lines[:12] == [
        "rejected a.ann:4 [T3]: lies outside the text, which has 22 characters",
        "rejected a.ann:5 [T4]: says 'Frond', but the text there is 'Front'",
        "rejected a.ann:6 [T5]: label Knight is not in mapping mapping",
        "rejected a.ann:7 [T6]: is the trigger of E1, which was rejected",
        "rejected a.ann:8 [E1]: role Squire of label Trained is not in mapping mapping",
        "rejected a.ann:9 [T7]: is the trigger of no event that could be read",
        f"rejected a.ann:10 [E2]: {circle}",
        f"rejected a.ann:11 [E3]: {circle}",
        "rejected a.ann:13 [#1]: '2031-02-30' is no date: expected EDTF such as 2020, 2020-10, 2020-10-05, 199X,"
        " 2020~, 1990/1999 or 2020-02-29/..",
        "rejected a.ann:14 [R2]: label Duels is not in mapping mapping",
        "rejected a.ann:15 [R3]: refers to T99, which does not exist",
        "rejected a.ann:16 [T9]: expected `Label start end`, or `Label start end;start end`",
    ]
    assert "rejected a.ann:17 [T10]: label Gr\\x1b[2Joup\\u202e is not in mapping mapping" in said.lines
    assert len(said.lines) == 15
    assert "  note: label Knight is not in mapping mapping: 1×" in said.out.splitlines()
    report = json.loads(desk.kg("runs", "2", "--format", "json").out)["annotations"]
    assert report["read"] == report["loaded"] + report["rejected_count"] == 19
    assert report["rejected"][12]["reason"].startswith("label Gr\x1b[2Joup\u202e")
    desk.unharmed(**{"a.txt": 1})


def test_native_claims_that_are_wrong_cost_only_themselves(desk: Desk) -> None:
    claims = [
        claim(),
        claim(quote="are enemies"),
        claim(quote="he"),
        claim(relation="aliedWith"),
        claim(time="2031-02-30"),
        claim(object="nobody"),
        claim(role="x", rôle="y"),
        claim(relation="al\x1b[2J\u202e\nx"),
    ]
    entities = document()["entities"] | {
        "ghost": {"type": "Group", "mentions": ["the ghost"]},
        "odd": {"type": "Gruop", "names": ["an aide"]},
        "a\x1b[3J": {"type": "Group", "names": ["an aide"]},
    }
    desk.write(a__json=json.dumps(document(entities=entities, claims=claims)))
    said = desk.kg("ingest", "a.json")
    assert said.code == 1
    expected = [
        "[ghost]: ", "[odd]: 'Gruop' is not a type of the ontology; nearest is 'Group'",
        '[claims[1]]: quote "are enemies" is not in the text; nearest is', '[claims[2]]: quote "he" ',
        "[claims[3]]: 'aliedWith' is not a relation of the ontology; nearest is 'alliedWith'",
        "[claims[4]]: 'time': '2031-02-30': there is no such day in the calendar",
        "[claims[5]]: ", "[claims[6]]: ", "[claims[7]]: ",
    ]  # fmt: skip
    assert len(said.lines) == len(expected)
    for words in expected:
        assert sum(line.startswith(f"rejected a.json:1 {words}") for line in said.lines) == 1, words
    desk.unharmed(new=1)


def test_an_article_that_is_too_long_is_rejected_and_the_rest_loads(desk: Desk) -> None:
    long = document(BEFORE + " And so on." * 1000, id="long")
    stream = "\n".join(json.dumps(one) for one in (document(id="a"), long, document(id="b")))
    said = desk.kg("ingest", "-", "--max-characters", "5000", given=stream.encode())
    assert said.code == 1
    assert len(set(said.lines)) == 1
    assert re.match(r"rejected standard input:2: .*11,0\d\d.*5,000", said.err), said.err
    desk.write(c__txt="Front and Brigade " * 1000, c__ann=ANN, mapping__yaml=MAPPING)
    said = desk.kg("ingest", "c.ann", "--max-characters", "5000")
    assert said.code == 1
    assert re.match(r"rejected c.(ann|txt).*18,000.*5,000", said.err), said.err
    desk.unharmed(a=1, b=1)


def test_two_annotation_sets_that_are_one_are_not_both_loaded(desk: Desk) -> None:
    other = document(claims=[claim(polarity="denied")])
    desk.write(a__json=NATIVE, b__json=json.dumps(other))
    for _ in range(2):
        said = desk.kg("ingest", "a.json", "b.json")
        assert said.code == 1
        assert set(said.lines) == {
            "rejected b.json: the same annotation set as a.json (article 'new', annotator ''); give one of them another"
            " article id, annotator or layer"
        }
        desk.unharmed(new=1)


# A long stream


def stream(megabytes: float, into: io.BufferedWriter) -> int:
    """Write so many megabytes of articles, which differ by their ids; how many."""
    made = [json.dumps(one, ensure_ascii=False) for one in Corpus(500)]
    written = number = 0
    while written < megabytes * 1e6:
        id = json.loads(made[number % len(made)])["article"]["id"]
        line = made[number % len(made)].replace(f'"{id}"', f'"stream-{number}"', 1).encode() + b"\n"
        into.write(line)
        written += len(line)
        number += 1
    into.close()
    return number


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="measures memory by POSIX means")
def test_a_long_stream_loads_in_bounded_memory(tmp_path: Path) -> None:
    """ATTEST_STREAM_MB=200 tries a longer one."""
    desk = Desk(tmp_path)
    assert desk.kg("init").code == 0
    megabytes = float(os.environ.get("ATTEST_STREAM_MB") or 20)
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "ingest", "-", "--format", "json"],
        cwd=desk.folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdout:
        written: list[int] = []
        into: Any = process.stdin
        writer = threading.Thread(target=lambda: written.append(stream(megabytes, into)))
        writer.start()
        out = process.stdout.read()
        writer.join()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    report = json.loads(out)
    assert process.returncode == 0
    assert report["documents"] == written[0]
    assert report["annotations"]["rejected_count"] == 0
    assert report["claims"]["added"] > 5 * written[0]
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    assert peak < 400, f"{megabytes:.0f} MB, {written[0]:,} articles, {report['seconds']:.1f} s"
    assert '"name"' in desk.kg("ask", "sources", "--format", "json", "--limit", "3").out


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
        ("nowhere", "no mapping 'nowhere': give a .yaml file or one of brat-news, seed"),
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
    said = desk.kg("ingest", "b.ann")
    assert said == Said(
        "",
        "kg: .: brat's labels need a mapping to the ontology: give --mapping NAME or FILE, or put a mapping.yaml beside"
        " the files\n",
        2,
    )
    desk.unharmed()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ingest", "gone.json"), "gone.json: no such file or folder"),
        (("ingest", "\x1b[2J\n"), "\\x1b[2J : no such file or folder"),
        (("ingest", "-", "--published", "last week"), "--published: 'last week' is not a date: expected EDTF"),
        (("ingest", "-", "--max-characters", "-5"), "ingest: argument --max-characters: '-5' is not a number"),
        (("ingest", "-", "--publisher", b"\xff"), "ingest: argument --publisher: '\\udcff' is not valid Unicode"),
        (("retract", b"\xff"), "retract: argument article: '\\udcff' is not valid Unicode"),
        (("retract", "gone"), "no article 'gone'; `kg articles` lists them"),
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


# What is read is hostile, and travels unharmed


NAMES = {
    "formula": "=cmd()|'/C calc'!A0",
    "escape": "\u202e\u2066Front\x1b[31m\x9b2J\x07",
    "sparql": 'Bob\'s "Brig\\ade" } UNION { ?s ?p ?o } # ${x} $actor <urn:x>',
    "html": "<script>alert(1)</script> | ![x](javascript:1) `y` **z** [^1]",
    "nul": "Nul\x00Group",
    "plus": "+1 Front",
    "emoji": "Фронт 甲 👩‍👩‍👧 \U000e0041",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A graph of one article whose every word is hostile."""
    desk = Desk(tmp_path_factory.mktemp("hostile"))
    said = "\n".join(f"Begin {name} and {NAMES['formula']}; DROP ALL; End." for name in NAMES.values())
    entities = {
        handle: {"type": "Group", "named": True, "mentions": [{"quote": name, "occurrence": 1}]}
        for handle, name in NAMES.items()
    }
    claims = [
        {"subject": "formula", "relation": "alliedWith", "object": handle, "speakers": "sparql",
         "role": "=role | <b>", "quote": f"Begin {name} and {NAMES['formula']}; DROP ALL; End."}
        for handle, name in NAMES.items() if handle != "formula"
    ]  # fmt: skip
    article = {
        "id": "id} \"'\\ <x>|=1;{",
        "title": "=cmd|'x'!A0 | <b>title</b> ![i](javascript:1)",
        "publisher": '@Press "q" \\ {x} | `y` $HOME',
        "authors": ["=author"],
        "url": "https://x.example/a%20b?c=%3Cscript%3E&d='(1)'#=e",
        "published": "2031-03-04",
    }
    document = {"attest": 1, "article": article, "text": said, "annotator": "=a'\"}"}
    desk.write(a__json=json.dumps(document | {"entities": entities, "claims": claims}))
    assert desk.kg("init").code == 0
    loaded = desk.kg("ingest", "a.json")
    assert (loaded.code, loaded.err) == (0, "")
    return desk


def shown(name: str) -> str:
    """A name as people are shown it."""
    return UNSAFE.sub(
        lambda match: (
            f"\\x{ord(match[0]):02x}"
            if ord(match[0]) < 0x100
            else f"\\u{ord(match[0]):04x}"
            if ord(match[0]) < 0x10000
            else f"\\U{ord(match[0]):08x}"
        ),
        name,
    )


def test_hostile_words_come_out_as_they_went_in(hostile: Desk) -> None:
    allies = {name for handle, name in NAMES.items() if handle != "formula"}
    said = {format: hostile.kg("ask", "allies", NAMES["formula"], "--format", format) for format in FORMATS}
    assert {one.code for one in said.values()} == {0}

    answer = json.loads(said["json"].out)
    assert {row["ally"]["name"] for row in answer["rows"]} == allies
    for citation in answer["citations"].values():
        assert citation["article"] == "id} \"'\\ <x>|=1;{"
        assert citation["url"] == "https://x.example/a%20b?c=%3Cscript%3E&d='(1)'#=e"
        assert citation["role"] == "=role | <b>"
        assert citation["speakers"][0]["name"] == NAMES["sparql"]
        (fragment,) = citation["fragments"]
        assert fragment["exact"].startswith(f"Begin {citation['object']['name']} and") or fragment[
            "exact"
        ].startswith(f"Begin {citation['subject']['name']} and")

    table = said["table"].out
    assert all(shown(name) in table for name in allies)

    rows = list(csv.DictReader(io.StringIO(said["csv"].out)))
    assert {row["ally"] for row in rows} == {
        ("'" if name.startswith("+") else "") + shown(name) for name in allies
    }
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())

    lines = said["md"].out.splitlines()
    cells = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines if line.startswith("|")}
    assert len(cells) == 1, "no pipe divides a cell"
    assert not re.search(r"(?<!\\)(?:\\\\)*[<`]", said["md"].out)
    assert not re.search(r"(?<!\\)\]\(", said["md"].out)


@pytest.mark.parametrize("name", [name for name in NAMES.values() if "\x00" not in name])
def test_hostile_names_can_be_asked_for(hostile: Desk, name: str) -> None:
    answer = json.loads(hostile.kg("ask", "allies", "--format", "json", "--", name).out)
    assert answer["parameters"]["actor"]["name"] == name
    assert hostile.kg("show", "--", name).code == 0


def test_hostile_ids_are_found_listed_and_withdrawn(hostile: Desk, tmp_path: Path) -> None:
    id = "id} \"'\\ <x>|=1;{"
    for format in FORMATS:
        assert hostile.kg("articles", "--format", format).code == 0
        assert hostile.kg("ask", "article", id, "--format", format).code == 0
        assert hostile.kg("ask", "sources", "--format", format).code == 0
    assert json.loads(hostile.kg("articles", "--format", "json").out)[0]["id"] == id
    (claim, *_) = json.loads(hostile.kg("ask", "article", id, "--format", "json").out)["citations"]
    assert "Begin" in hostile.kg("claim", claim).out
    assert hostile.kg("verify").code == 0
    assert hostile.kg("rebuild").code == 0
    assert hostile.kg("verify").code == 0
    shutil.copytree(hostile.graph, tmp_path / "graph")
    desk = Desk(tmp_path)
    assert "6 retracted" in desk.kg("retract", id).out
    assert desk.kg("verify").code == 0


def test_hostile_file_names_are_shown_harmlessly(desk: Desk) -> None:
    new = document()
    del new["article"]["id"]
    bad = json.dumps(new | {"claims": [claim(quote="no such words at all")]}).encode()
    names = [b"a\x1b[2J\n.json", b"caf\xe9.json", "\u202egnp.json".encode(), b"=cmd()|x.json"]
    (desk.folder / "in").mkdir()
    for name in names:
        try:
            with open(os.path.join(os.fsencode(desk.folder / "in"), name), "wb") as file:
                file.write(bad)
        except OSError:
            pytest.skip("this file system does not allow such names")
    for arguments in (("in",), ("in", "--format", "json")):
        said = desk.kg("ingest", *arguments)
        assert said.code == 1
    assert json.loads(said.out)["documents"] == 4
    said = desk.kg("ingest", "in")
    assert len(said.lines) == 4
    assert any(line.startswith("rejected in/a\\x1b[2J .json:1 [claims[0]]: quote") for line in said.lines)
    assert desk.kg("ingest", b"in/caf\xe9.json").code == 1
    for command in (("runs",), ("runs", "2"), ("runs", "2", "--format", "json"), ("articles",)):
        assert desk.kg(*command).code == 0
    assert len(json.loads(desk.kg("articles", "--format", "json").out)) >= 5
    assert desk.kg("verify") == Said("graph: sound\n", "", 0)
