"""`kg analyse` as a user meets it: the tables of the examples as they are printed, every format, and wrong calls."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.cli import main
from kg.commands.analyse import ANALYSES
from tests.conftest import ROOT
from tests.kg.analysis.conftest import ingest
from tests.kg.desk import UNSAFE
from tests.kg.made import Writer

GOLDEN = Path(__file__).with_name("golden")
CALLS = {
    "central": ["central", "--metric", "betweenness", "--limit", "4", "--sentences", "1"],
    "communities": ["communities", "--limit", "4"],
    "bridges": ["bridges", "--limit", "5", "--sentences", "1"],
    "paths": ["paths", "River Guard", "Mara Quill", "--without", "hedged"],
    "brokers": ["brokers", "--limit", "4"],
    "change": ["change", "2029", "2032", "--family", "alliance"],
    "change-by-actor": ["change", "2029", "2032", "--by", "actor", "--limit", "3", "--sentences", "0"],
}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def said(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[str, str, int]:
    code = main(["-g", str(folder), "analyse", *words])
    out, err = capsys.readouterr()
    return out, err, code


@pytest.mark.parametrize("name", CALLS)
def test_tables_are_as_they_were_approved(
    name: str, examples_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err, code = said(capsys, examples_folder, *CALLS[name])
    assert (err, code) == ("", 0)
    assert out == (GOLDEN / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", CALLS)
def test_every_format_has_the_same_rows(
    name: str, examples_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _, code = said(capsys, examples_folder, *CALLS[name], "--format", "json")
    data: dict[str, Any] = json.loads(out)
    assert (data["question"], code) == (name.partition("-")[0], 0)
    assert data["rows"]
    for row in data["rows"]:
        assert row["claims"]
        assert set(row["claims"]) <= data["citations"].keys()
    out, err, _ = said(capsys, examples_folder, *CALLS[name], "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["claims"].split() for row in rows] == [row["claims"] for row in data["rows"]]
    assert "note: " in err
    out, _, _ = said(capsys, examples_folder, *CALLS[name], "--format", "md")
    assert out.count("\n| ") == len(rows) + 1
    assert "[^1]: " in out


def test_the_documentation_shows_what_is_printed(
    examples_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "114")
    blocks = re.findall(
        r"^    \$ kg analyse (.*)\n((?:    .*\n|\n(?=    ))*)",
        (ROOT / "docs" / "analysis.md").read_text("utf-8"),
        re.M,
    )
    assert {words.split()[0] for words, _ in blocks} == set(ANALYSES)
    for words, shown in blocks:
        out, _, _ = said(capsys, examples_folder, *shlex.split(words))
        assert out == textwrap.dedent(shown), words


def test_hostile_names_do_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = Writer("bad")
    names = [
        "=cmd|' /C calc'!A0",
        "\x1b[31mRed\x07",
        "Two\nLines | <b>bold</b>",
        "\u202eback\u202c",
        "[x](javascript:y)",
    ]
    handles = [
        one.entity(f"Actor {number}", "ArmedGroup", given=(name,)) for number, name in enumerate(names)
    ]
    for subject, object_ in pairwise(handles):
        one.claim(subject, "trained", object_)
    folder = ingest(tmp_path / "graph", [one])
    for words in (["central"], ["communities"], ["bridges"], ["brokers"], ["change", "2000", "2040"],
                  ["paths", names[0], names[4]]):  # fmt: skip
        for format in ("table", "csv", "json", "md"):
            out, err, code = said(capsys, folder, *words, "--format", format)
            assert code == 0, err
            assert not UNSAFE.search(out + err)
            if format == "csv":
                cells = [cell for row in csv.reader(io.StringIO(out)) for cell in row]
                assert not any(cell.startswith(("=", "@", "+")) for cell in cells)
            if format == "md":
                assert "<b>" not in out
                assert "[x](" not in out
            if format == "json":
                assert json.loads(out)["rows"]


def test_a_picture_is_written_whole(
    examples_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "central.json"
    _, err, code = said(
        capsys, examples_folder, "central", "--metric", "pagerank", "--limit", "1", "--picture", str(target)
    )
    assert code == 0
    assert "for `kg export html|svg|png --analysis`" in err
    drawn = json.loads(target.read_text("utf-8"))
    assert (drawn["analysis"], drawn["parameters"]["metric"]) == ("central", "pagerank")
    assert len(drawn["nodes"]) == 48
    assert all(one.keys() == {"score", "rank"} for one in drawn["nodes"].values())
    with kg.Graph.open(examples_folder) as graph:
        assert drawn["nodes"].keys() <= set(graph.to_networkx())
    _, err, code = said(capsys, examples_folder, "central", "--picture", str(tmp_path / "none" / "x.json"))
    assert code == 3
    assert "cannot be written" in err
    assert [path.name for path in tmp_path.iterdir()] == ["central.json"]


def test_an_empty_graph_and_a_selection_of_nothing_are_told(
    examples_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kg.Graph.create(tmp_path / "empty")
    for name in ("central", "communities", "bridges", "brokers", "change"):
        words = CALLS[name][:3] if name == "change" else [name]
        out, err, code = said(capsys, tmp_path / "empty", *words)
        assert (err, code) == ("", 0), name
        assert out.startswith("nothing found for ")
        assert "0 actors" in out
        out, err, code = said(capsys, examples_folder, *words, "--publisher", "The Unknown Post")
        assert (err, code) == ("", 0), name
        assert out.startswith("nothing found for ")
        assert "nothing here is published by 'The Unknown Post'" in out
    for metric in ("closeness", "eigenvector", "pagerank"):
        assert said(capsys, tmp_path / "empty", "central", "--metric", metric)[2] == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "name an analysis: central, communities"),
        (("centrl",), "there is no analysis 'centrl'; did you mean central?"),
        (("central", "--metric", "pagernk"), "there is no metric 'pagernk'; did you mean pagerank?"),
        (("central", "--metric", "zzz"), "there is no metric 'zzz'; there are degree, weighted-degree"),
        (("central", "--weight", "votes"), "weight: 'votes' is not speakers or none"),
        (("central", "--sample", "5"), "degree is not sampled"),
        (("central", "--without", "denials"), "nothing called 'denials' to leave out; did you mean denied?"),
        (("central", "--among", "people"), "among: 'people' is not actors, named or all"),
        (("central", "--status", "maybe"), "there is no status 'maybe'"),
        (("central", "--family", "aliance"), "there is no family 'aliance'; did you mean alliance"),
        (("central", "--actor", "Nobody"), "nothing is called 'Nobody'"),
        (("central", "--as-of", "soon"), "soon"),
        (("communities", "--method", "leyden"), "there is no method 'leyden'; did you mean leiden?"),
        (("communities", "--resolution", "0"), "resolution must be above 0"),
        (("communities", "--resolution", "nan"), "resolution must be above 0"),
        (("brokers", "--metric", "holes"), "there is no metric 'holes'"),
        (("bridges", "--least", "0"), "least must be at least 1"),
        (("paths", "Mara Quill"), "required: TO"),
        (("paths", "Mara Quill", "River Guard", "--length", "0"), "length must be at least 1"),
        (("change", "2029"), "required: TO-DATE"),
        (("change", "2029", "2032", "--as-of", "2030"), "change takes its two dates as arguments"),
        (("central", "--after", "-1"), "'-1' is not a number"),
    ],
)
def test_wrong_calls_are_one_line(
    words: tuple[str, ...], why: str, examples_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err, code = said(capsys, examples_folder, *words)
    assert (out, code) == ("", 2)
    assert why in err
    assert err.count("\n") == 1


def test_a_missing_library_is_told_with_how_to_get_it(
    examples_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "igraph", None)
    _, err, code = said(capsys, examples_folder, "central")
    assert code == 2
    assert "pip install 'attest-kg[analysis]'" in err
    assert err.count("\n") == 1
    # What needs no library does without.
    for name in ("paths", "bridges", "change"):
        assert said(capsys, examples_folder, *CALLS[name])[2] == 0


def test_asking_does_not_load_the_libraries() -> None:
    program = (
        "import sys, kg.commands.ask, kg.commands.analyse; print({'igraph', 'networkx'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("name", ["central", "communities", "bridges", "paths", "brokers", "change"])
def test_help_tells_the_options(name: str, examples_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, _, code = said(capsys, examples_folder, name, "--help")
    assert code == 0
    assert f"kg analyse {name}" in out
    assert "--without" in out
    assert "links nobody" in out
