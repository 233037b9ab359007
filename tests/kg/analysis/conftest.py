"""A graph of the project's examples, one made by chance but settled, and small ones of given relationships."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

import pytest

import kg
from kg.analysis import Snapshot, snapshot
from tests.conftest import ROOT
from tests.kg.made import Writer

pytest.importorskip("igraph")

Made = Callable[[Iterable[tuple[str, str, str, int]]], Snapshot]


@pytest.fixture(scope="session")
def examples_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analysis") / "graph"
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as graph:
        assert kg.ingest(
            graph, kg.load([ROOT / "examples" / "native", ROOT / "examples" / "brat"], graph)
        ).clean
    return folder


@pytest.fixture(scope="session")
def examples(examples_folder: Path) -> Iterator[kg.Graph]:
    with kg.Graph.open(examples_folder) as graph:
        yield graph


def ingest(folder: Path, articles: Iterable[Writer]) -> Path:
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as graph:
        report = kg.ingest(graph, [one.done() for one in articles])
        assert report.clean, report.to_json()
    return folder


def writers(edges: Iterable[tuple[str, str, str, int]]) -> list[Writer]:
    """Articles that say (subject, relation, object): as many papers as it has sources, each in its own voice."""
    made: dict[int, Writer] = {}
    handles: dict[tuple[int, str], str] = {}
    for subject, relation, object_, sources in edges:
        for number in range(sources):
            one = made.setdefault(
                number, Writer(f"article-{number}", publisher=f"The Borrin Courier {number}")
            )
            for name in (subject, object_):
                if (number, name) not in handles:
                    handles[number, name] = one.entity(name, "ArmedGroup", given=(name,), named=True)
            words = f"{subject} {relation} {object_}, says paper {number}."
            one.claim(handles[number, subject], relation, handles[number, object_], words)
    return list(made.values())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Makes the snapshot of a graph of these relationships."""
    opened: list[kg.Graph] = []

    def make(edges: Iterable[tuple[str, str, str, int]]) -> Snapshot:
        graph = kg.Graph.open(ingest(tmp_path_factory.mktemp("made") / "graph", writers(edges)))
        opened.append(graph)
        return snapshot(graph)

    yield make
    for graph in opened:
        graph.close()


@pytest.fixture(scope="module")
def by_chance(made: Made) -> Snapshot:
    """Some sixty groups in two parts, linked by chance, some pairs by several relationships and sources."""
    chance = Random(11)
    names = [f"{first} {second}" for first in ("Heron", "Lantern", "Quarry", "Ferry", "Mill", "Harl")
             for second in ("Front", "Brigade", "Guard", "Council", "Union", "Post", "Watch", "League", "Artel",
                            "House")]  # fmt: skip
    edges: dict[tuple[str, str, str], int] = {}
    for _ in range(110):
        part = names[:48] if chance.random() < 0.9 else names[48:]
        subject, object_ = chance.sample(part, 2)
        relation = chance.choice(["trained", "funded", "alliedWith", "hostileTo", "memberOf"])
        edges[subject, relation, object_] = chance.choice([1, 1, 1, 2, 3])
    return made((*ends, sources) for ends, sources in edges.items())
