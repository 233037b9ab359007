"""A graph whose store is in memory: everything but its files."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.verification import canonical_dump
from ontology.models import AnnotatedArticle
from tests.kg.desk import Desk
from tests.kg.made import Writer


def article(number: int, name: str = "Lantern Brigade") -> AnnotatedArticle:
    writer = Writer(f"article-{number}")
    writer.claim(
        writer.entity("Red Heron Front", "ArmedGroup"), "alliedWith", writer.entity(name, "ArmedGroup")
    )
    return writer.done()


def test_it_holds_what_the_embedded_store_would_and_leaves_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.stores.memory._CHUNK", 2_000)
    dumps = []
    for store in ("memory", "oxigraph"):
        kg.Graph.create(tmp_path / store, store=store)
        with kg.Graph.open(tmp_path / store, write=True) as graph:
            kg.ingest(graph, [article(1), article(2)])
            kg.ingest(graph, [article(2, "Ostmark Guard")])
            kg.retract(graph, "article-1")
            assert kg.verify(graph) == []
        with kg.Graph.open(tmp_path / store) as graph:
            dumps.append(list(canonical_dump(graph)))
            assert graph.sequence == graph.ledger.sequence
            rows = kg.ask(graph, "allies", "Red Heron Front").rows
        assert [row["ally"]["name"] for row in rows] == ["Ostmark Guard"]
    assert dumps[0] == dumps[1]
    assert not (tmp_path / "memory" / "store").exists()
    assert not (tmp_path / "memory" / "checkpoints").exists()


def test_a_reader_keeps_to_the_moment_at_which_it_looked(tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph", store="memory")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1)])
    with kg.Graph.open(tmp_path / "graph") as reader:
        assert len(kg.ask(reader, "articles").rows) == 1
        with kg.Graph.open(tmp_path / "graph", write=True) as graph:
            kg.ingest(graph, [article(2)])
        assert len(kg.ask(reader, "articles").rows) == 1
    with kg.Graph.open(tmp_path / "graph") as reader:
        assert len(kg.ask(reader, "articles").rows) == 2


def test_the_commands_move_a_graph_there_and_back(desk: Desk) -> None:
    assert desk.kg("rebuild", "--store", "memory").out == (
        "moved the store of graph to memory at sequence 1; the one before, oxigraph, was left as it is\n"
    )
    desk.unharmed()
    assert desk.kg("rebuild", "--store", "oxigraph").code == 0
    desk.unharmed()
