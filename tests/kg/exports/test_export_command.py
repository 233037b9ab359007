"""`kg export` as a user meets it: what it says, what it leaves behind, and when it fails."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from kg.cli import main
from kg.exports.formats import formats
from tests.conftest import ROOT
from tests.kg.exports.conftest import Exported

FORMATS = list(formats())
IN_ONE_FILE = [name for name, one in formats().items() if one.write]
IN_FOLDERS = [name for name, one in formats().items() if one.fill]
Said = pytest.CaptureFixture[str]


def test_every_format_is_listed_with_its_readers(capsys: Said) -> None:
    assert main(["export", "--help"]) == 0
    said = capsys.readouterr().out
    for name, one in formats().items():
        assert f"  {name}" in said
        assert one.title in said
    for option in (
        "--actor",
        "--hops",
        "--family",
        "--as-of",
        "--status",
        "--min-speakers",
        "--publisher",
        "--edges",
    ):
        assert option in said


def test_every_format_is_in_the_documentation_with_its_reader_and_its_losses() -> None:
    page = (ROOT / "docs" / "exports.md").read_text("utf-8")
    table = [line for line in page.splitlines() if line.startswith("| `") and "`--" not in line.split("|")[1]]
    assert [line.split("`")[1] for line in table] == FORMATS
    for line in table:
        assert len([cell for cell in line.split("|")[1:-1] if cell.strip()]) == 4


def digest(path: Path) -> dict[str, str]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_ledger_gives_the_same_bytes_whatever_the_store(
    folder: Path, exported: Exported, tmp_path: Path, name: str
) -> None:
    first = digest(exported(name))
    with kg.Graph.open(folder, write=True) as graph:
        graph.rebuild()
    again = subprocess.run(
        [sys.executable, "-m", "kg.cli", "-g", str(folder), "export", name, "-o", str(tmp_path / "again")],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland"},
        capture_output=True,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    second = digest(tmp_path / "again")
    assert list(second.values()) == list(first.values())
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


@pytest.mark.parametrize("name", IN_ONE_FILE)
def test_without_a_file_it_goes_to_standard_output(folder: Path, exported: Exported, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", "-g", str(folder), "export", name],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == exported(name).read_bytes()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("empty", ["selection", "graph"])
def test_what_matches_nothing_is_an_empty_export_that_says_so(
    folder: Path, tmp_path: Path, name: str, empty: str, capsys: Said
) -> None:
    graph, words = folder, ["--publisher", "Nobody's Gazette"]
    if empty == "graph":
        graph, words = tmp_path / "graph", []
        kg.Graph.create(graph)
    target = tmp_path / "out"
    assert main(["-g", str(graph), "export", name, "-o", str(target), *words]) == 0
    assert target.exists()
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith(
        "note: nothing in the graph is like this: " if words else "note: the graph is empty: "
    )
    _open(name, target)


def _open(name: str, target: Path) -> None:
    """Its reader takes the empty export."""
    import json

    import networkx
    import pyarrow.parquet
    import stix2

    if name == "graphml":
        assert len(networkx.read_graphml(target)) == 0
    elif name == "gexf":
        assert len(networkx.read_gexf(target, version="1.3")) == 0
    elif name in ("cyjs", "node-link"):
        json.loads(target.read_text("utf-8"))
    elif name == "stix":
        stix2.parse(target.read_text("utf-8"), version="2.1")
    elif name == "csv":
        assert [len(path.read_text("utf-8").splitlines()) for path in target.iterdir()] == [1, 1]
    elif name == "parquet":
        for path in target.iterdir():
            assert pyarrow.parquet.read_table(path).num_rows == 0
    elif name == "followthemoney":
        assert target.read_bytes() == b""


@pytest.mark.parametrize("name", IN_ONE_FILE)
def test_a_disk_that_fills_up_leaves_what_was_there(graph: kg.Graph, tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    target.write_text("before", "utf-8")
    done = _with_little_room(graph, name, target)
    assert done.returncode == 3, done
    said = done.stderr.decode().splitlines()
    assert said == [f"kg: {target}: cannot be written (File too large); choose another --output"]
    assert target.read_text("utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", IN_FOLDERS)
def test_a_disk_that_fills_up_leaves_no_half_folder(graph: kg.Graph, tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    done = _with_little_room(graph, name, target)
    assert done.returncode == 3, done
    assert len(done.stderr.decode().splitlines()) == 1
    assert done.stderr.decode().startswith(f"kg: {target}: cannot be written (")
    assert list(tmp_path.iterdir()) == []


def _with_little_room(graph: kg.Graph, name: str, target: Path) -> subprocess.CompletedProcess[bytes]:
    """Run where no file may grow; the graph is open here, so that nothing of the ledger's needs to."""
    graph.ledger.settle()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    return subprocess.run(
        [sys.executable, "-m", "kg.cli", "-g", str(graph.path), "export", name, "-o", str(target)],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        preexec_fn=limit,
    )


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        (["grapml"], 2, "there is no format 'grapml'; did you mean graphml?"),
        (["pdf"], 2, "there is no format 'pdf'; there are graphml, gexf"),
        (["gexf", "--edges", "both"], 2, "--edges"),
        (["stix", "--edges", "claims"], 2, "stix has relationships and claims both; leave --edges out"),
        (["csv"], 2, "csv is a folder of files; name it with --output FOLDER"),
        (["gexf", "-o", "."], 3, "is a folder, and gexf is one file; name the file in it"),
        (["csv", "-o", "pyproject.toml"], 3, "is a file, and csv is a folder; choose another --output"),
        (["csv", "-o", "docs"], 3, "holds other things ("),
        (["gexf", "-o", "/nowhere/at/all.gexf"], 3, "cannot be written (No such file or directory)"),
        (["csv", "-o", "/nowhere/at/all"], 3, "cannot be written (No such file or directory)"),
        (["gexf", "--actor", "Nobody at All"], 2, "nothing is called 'Nobody at All'"),
        (["gexf", "--hops", "many"], 2, "--hops"),
        (["gexf", "--status", "denyed"], 2, "there is no status 'denyed'; did you mean denied"),
        (["gexf", "--as-of", "2031-13"], 2, "as_of: "),
    ],
)
def test_a_wrong_call_is_one_line(
    folder: Path, words: list[str], code: int, reason: str, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["-g", str(folder), "export", *words]) == code
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1


def test_what_the_dates_leave_out_is_said(folder: Path, tmp_path: Path, capsys: Said) -> None:
    command = ["-g", str(folder), "export", "graphml", "--as-of", "1999", "-o", str(tmp_path / "a")]
    assert main(command) == 0
    assert "undated claims are left out: said outside the time asked about" in capsys.readouterr().err


def test_something_that_is_no_file_is_written_to(folder: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with (tmp_path / "read").open("wb") as read:
        reader = subprocess.Popen(["cat", str(pipe)], stdout=read)
    assert main(["-g", str(folder), "export", "graphml", "-o", str(pipe)]) == 0
    assert reader.wait(60) == 0
    assert (tmp_path / "read").read_bytes().endswith(b"</graphml>\n")
    assert pipe.is_fifo()


def test_asking_imports_nothing_of_this(folder: Path) -> None:
    program = (
        "import sys; from kg.cli import main;"
        f" main(['-g', {str(folder)!r}, 'ask', 'allies', 'Red Heron Front']);"
        " print([name for name in sys.modules if name.startswith(('kg.exports', 'kg.network', 'networkx', 'igraph',"
        " 'pandas', 'pyarrow', 'stix2'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"
