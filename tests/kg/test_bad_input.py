"""What strangers hand in, as a user meets it: through the command line, with the exit code and one line that helps.

Whatever is wrong, what was loaded before is still answered and `kg verify` finds the graph sound.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generator import Corpus
from tests.conftest import ROOT
from tests.kg.desk import ANN, BEFORE, NATIVE, Desk, claim, document

MAPPING = """\
types: {Group: ArmedGroup, Day: date}
relations: {Trained: trained, Ties: {relation: alliedWith, roles: {Party: party}}}
roles: {Agent: subject, Target: object, When: time}
notes: {AnnotatorNotes: values}
"""


# Files that are rejected, each with the one line that says why


YAML = 'attest: 1\narticle: {id: new, title: "Café"}\ntext: The Café is shut.\n'


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
        (
            {"a__xlsx": b"PK\x03\x04"},
            "a.xlsx: is a spreadsheet program's own file: save the table as CSV UTF-8",
        ),
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
    assert said.out.startswith("1 article, rejected whole\n")
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

# `kg ingest -`, which leaves its own peak in a file: what the system tells of a child includes what its parent held.
INGEST = """
import sys
from pathlib import Path
from benchmarks.measuring import peak_megabytes
from kg.cli import main
code = main(["ingest", "-", "--format", "json"])
Path(sys.argv[1]).write_text(str(peak_megabytes()))
sys.exit(code)
"""


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
    told = tmp_path / "peak"
    process = subprocess.Popen(
        [sys.executable, "-c", INGEST, str(told)],
        cwd=desk.folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        written: list[int] = []
        into: Any = process.stdin
        writer = threading.Thread(target=lambda: written.append(stream(megabytes, into)))
        writer.start()
        out = process.stdout.read()
        writer.join()
    report = json.loads(out)
    assert process.returncode == 0
    assert report["documents"] == written[0]
    assert report["annotations"]["rejected_count"] == 0
    assert report["claims"]["added"] > 5 * written[0]
    peak = float(told.read_text())
    assert peak < 400, f"{megabytes:.0f} MB, {written[0]:,} articles, {report['seconds']:.1f} s"
    assert '"name"' in desk.kg("ask", "sources", "--format", "json", "--limit", "3").out
