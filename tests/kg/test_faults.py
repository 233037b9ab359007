"""What goes wrong around a run: other processes, full disks, kill -9, folders that are no graph."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from ontology.errors import AttestError, GraphError, LockedError
from tests.kg.made import Writer

ROOT = Path(__file__).resolve().parents[2]

# Ingests made articles for ever, and says after each commit how many are done.
ENDLESS = """
import itertools, sys, kg
from kg import ingestion
from tests.kg.made import Writer
ingestion._ARTICLES = 20
def documents():
    for number in itertools.count():
        writer = Writer(f"article-{number}")
        one, other = writer.entity(f"Front {number % 7} Sarne"), writer.entity("Karsk Front")
        writer.claim(one, "alliedWith", other)
        yield writer.done()
with kg.Graph.open(sys.argv[1], write=True) as graph:
    kg.ingest(graph, documents(), progress=lambda report: print(report.documents, flush=True))
"""


def python(code: str, *arguments: object, **rest: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **rest,  # type: ignore[call-overload]
    )  # fmt: skip


def some(number: int) -> Writer:
    writer = Writer(f"article-{number}")
    one, other = writer.entity(f"Front {number % 7} Sarne"), writer.entity("Karsk Front")
    writer.claim(one, "alliedWith", other)
    return writer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    kg.Graph.create(tmp_path / "graph")
    return tmp_path / "graph"


@pytest.mark.parametrize("already", [0, 5])
def test_killed_in_the_middle_nothing_reported_done_is_lost(path: Path, already: int) -> None:
    if already:
        with kg.Graph.open(path, write=True) as graph:
            kg.ingest(graph, [some(number).done() for number in range(already)])
    with python(ENDLESS, path) as process:
        assert process.stdout is not None
        reported = 0
        while reported < 60:
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            reported = int(line)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with kg.Graph.open(path) as graph:
        articles = graph.ledger.db.execute("SELECT count(*) FROM articles").fetchone()[0]
        assert articles >= reported
        assert graph.sequence == graph.ledger.sequence, "a reader brings the store up to the ledger"
    with kg.Graph.open(path, write=True) as graph:
        assert kg.verify(graph) == []
        report = kg.ingest(graph, [some(number).done() for number in range(articles + 5)])
        assert report.claims.added == 5
        assert report.claims.unchanged == articles
        assert kg.verify(graph) == []
        assert [outcome for (outcome,) in graph.ledger.db.execute("SELECT outcome FROM runs ORDER BY id")][
            -2:
        ] == [
            None,
            "done",
        ]


def test_a_reader_sees_whole_commits_while_a_writer_works(path: Path) -> None:
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [some(1).done()])
        with kg.Graph.open(path) as reader:
            before = reader.sequence
            kg.ingest(graph, [some(2).done()])
            assert reader.sequence == before
        with kg.Graph.open(path) as reader:
            assert reader.sequence == graph.ledger.sequence > before


def test_two_writers_are_one_too_many(path: Path) -> None:
    with (
        kg.Graph.open(path, write=True),
        pytest.raises(LockedError, match=rf"another process \(process {os.getpid()}\) is writing"),
    ):
        kg.Graph.open(path, write=True)


FULL = """
import resource, signal, sys, kg
from tests.kg.test_faults import some
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with kg.Graph.open(sys.argv[1], write=True) as graph:
    limit = int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        kg.ingest(graph, (some(number).done() for number in range(3000)))
    except kg.AttestError as error:
        print(type(error).__name__, error)
        sys.exit(error.exit_code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files by POSIX means")
@pytest.mark.parametrize("limit", [120_000, 400_000, 1_000_000])
def test_a_full_disk_is_said_and_leaves_whole_articles(path: Path, limit: int) -> None:
    with python(FULL, path, limit) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 3, (out, err)
    assert out.startswith("StoreError"), (out, err)
    assert len(out.splitlines()) == 1
    with kg.Graph.open(path, write=True) as graph:
        graph.catch_up()
        assert kg.verify(graph) == []
        kg.ingest(graph, (some(number).done() for number in range(20)))
        assert kg.verify(graph) == []


def test_a_folder_that_is_no_graph(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("mine")
    with pytest.raises(GraphError, match=r"not a graph.*kg init"):
        kg.Graph.open(tmp_path / "other")
    with pytest.raises(GraphError, match=r"no graph here.*kg init"):
        kg.Graph.open(tmp_path / "nowhere")
    with pytest.raises(GraphError, match="not an empty folder"):
        kg.Graph.create(tmp_path / "other")
    assert (tmp_path / "other" / "file").read_text() == "mine"


def test_a_graph_of_a_newer_version(path: Path) -> None:
    settings = json.loads((path / "settings.json").read_text())
    (path / "settings.json").write_text(json.dumps({**settings, "format": 99}))
    with pytest.raises(GraphError, match=r"newer version \(format 99.*upgrade"):
        kg.Graph.open(path)
    (path / "settings.json").write_text("{")
    with pytest.raises(GraphError, match="damaged"):
        kg.Graph.open(path)


@pytest.mark.parametrize(
    "content", [b"", b"not a database at all, but long enough to be looked at as one" * 40]
)
def test_a_damaged_ledger(path: Path, content: bytes) -> None:
    for file in path.glob("ledger.sqlite*"):
        file.write_bytes(content)
    with pytest.raises(GraphError, match=r"backup|not a ledger"):
        kg.Graph.open(path, write=True)


def test_a_store_changed_behind_the_ledgers_back_is_found_and_mended(path: Path) -> None:
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [some(number).done() for number in range(5)])
        graph.store._update("DELETE WHERE { ?claim <urn:attest:ontology:quote> ?words }")
        graph.store._update(
            "INSERT DATA { <urn:x:a> <urn:attest:ontology:alliedWith> <urn:x:b> ; a <urn:x:T> }"
        )
        problems = kg.verify(graph)
        assert any("lacks" in problem for problem in problems)
        assert any("against the ledger, the edge <urn:x:a>" in problem for problem in problems)
        graph.rebuild()
        assert kg.verify(graph) == []


def test_a_store_that_is_gone_is_built_again(path: Path) -> None:
    import shutil

    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [some(number).done() for number in range(5)])
    shutil.rmtree(path / "store")
    shutil.rmtree(path / "checkpoints")
    with kg.Graph.open(path, write=True) as graph:
        graph.catch_up()
        assert kg.verify(graph) == []
    with kg.Graph.open(path) as graph:
        assert graph.sequence == graph.ledger.sequence


def test_a_text_changed_in_the_ledger_is_found(path: Path) -> None:
    from kg.ledger import pack

    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [some(1).done()])
        graph.ledger.db.execute(
            "UPDATE revisions SET text=?", (pack("Something else entirely, and longer."),)
        )
        problems = kg.verify(graph)
    assert any("not 'Karsk Front'" in problem for problem in problems)


def test_an_error_in_the_source_keeps_what_was_committed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg import ingestion

    monkeypatch.setattr(ingestion, "_ARTICLES", 2)

    def documents():  # type: ignore[no-untyped-def]
        for number in range(5):
            yield some(number).done()
        raise AttestError("the source broke off")

    with kg.Graph.open(path, write=True) as graph:
        with pytest.raises(AttestError, match="broke off"):
            kg.ingest(graph, documents())
        assert graph.ledger.highest("articles") == 4
        assert kg.verify(graph) == []
    with kg.Graph.open(path) as graph:
        assert graph.sequence == graph.ledger.sequence
