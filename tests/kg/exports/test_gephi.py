"""GEXF, GraphML and CSV, opened by Gephi's own importers."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kg.exports.columns import Form
from kg.network import Network
from ontology.dates import OPEN_FUTURE, OPEN_PAST
from tests.conftest import IN_CI
from tests.kg.exports.conftest import Exported
from tests.kg.exports.elements import FORMS, edges, edges_of, nodes
from tests.kg.exports.test_graph_files import in_xml
from tests.kg.exports.test_tables import in_cell
from tests.servers.contract import Unavailable
from tests.servers.java import jars, java

READER = Path(__file__).with_name("GephiReader.java")
pytestmark = pytest.mark.server


class Found(NamedTuple):
    """What Gephi holds after it has opened a file."""

    nodes: dict[str, dict[str, Any]]
    edges: dict[str, dict[str, Any]]
    issues: list[str]


@pytest.fixture(scope="module")
def gephi() -> Callable[..., Found]:
    try:
        path, command = jars("gephi"), java(17)
    except Unavailable as reason:
        if IN_CI:
            raise
        pytest.skip(f"Gephi: {reason}")

    def open_(*files: Path) -> Found:
        done = subprocess.run(
            [command, "-Xmx512m", "-Djava.awt.headless=true", "-Duser.timezone=UTC", f"-Duser.home={files[0].parent}",
             "-cp", f"{path}{os.sep}*", str(READER), *map(str, files)],
            capture_output=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()[-3000:]
        lines = [json.loads(line) for line in done.stdout.decode().split("\n") if line]
        told = {what: [one[what] for one in lines if what in one] for what in ("node", "edge", "issue")}
        return Found(
            {one.pop("Id"): one for one in told["node"]},
            {one.pop("Id"): one for one in told["edge"]},
            [f"{one['level']}: {one['message']}" for one in told["issue"] if one["level"] != "INFO"],
        )

    return open_


def copy(exported: Path, folder: Path, name: str) -> Path:
    """Gephi knows files by their endings."""
    return Path(shutil.copy(exported, folder / name))


@pytest.mark.parametrize("form", FORMS)
def test_gexf_is_opened_whole_and_its_time_line_moves(
    network: Network, exported: Exported, form: Form, gephi: Callable[..., Found], tmp_path: Path
) -> None:
    found = gephi(copy(exported("gexf", "--edges", form), tmp_path, "graph.gexf"))
    assert found.issues == []
    wanted = nodes(network, flat=True, text=in_xml)
    assert set(found.nodes) == set(wanted)
    for id, told in found.nodes.items():
        expected = wanted[id]
        expected["Label"] = expected.pop("label")
        expected.pop("color", None)
        assert told == expected
    expected_edges = edges(network, form, flat=True, text=in_xml)
    assert set(found.edges) == set(expected_edges)
    spells = {edge.id: _spells(edge) for edge in edges_of(network, form)}
    for id, told in found.edges.items():
        expected = expected_edges[id]
        expected["Label"] = expected.pop("label")
        expected.pop("color")
        assert told.pop("edge kind").startswith(expected["type"])
        assert told.pop("directed") is True
        assert [(float(low), float(high)) for low, high in told.pop("spells", [])] == spells[id]
        told.pop("Weight")
        assert told == expected
    assert sum(map(bool, spells.values())) > len(spells) / 2


def _spells(edge: Any) -> list[tuple[float, float]]:
    """Spells as Gephi holds them: milliseconds since 1970."""
    held = edge.spells if hasattr(edge, "spells") else (edge.spell,)
    if any(since == OPEN_PAST and until == OPEN_FUTURE for since, until in held):
        return []
    return [(_moment(since, -math.inf), _moment(until, math.inf)) for since, until in held]


def _moment(ordinal: int, open_: float) -> float:
    if ordinal in (OPEN_PAST, OPEN_FUTURE):
        return open_
    return (max(ordinal, 1) - date(1970, 1, 1).toordinal()) * 86_400_000


def test_graphml_is_opened_and_parallel_edges_are_merged(
    network: Network, exported: Exported, gephi: Callable[..., Found], tmp_path: Path
) -> None:
    """Gephi merges what GraphML has between the same two nodes: docs/exports.md says so."""
    found = gephi(copy(exported("graphml"), tmp_path, "graph.graphml"))
    assert found.issues == []
    labels = {id: told["Label"] for id, told in found.nodes.items()}
    assert labels == {node.id: in_xml(node.name) for node in network.nodes()}
    pairs = {(edge.subject, edge.object) for edge in network.relationships()}
    assert {(told["source"], told["target"]) for told in found.edges.values()} == pairs


@pytest.mark.parametrize("form", FORMS)
def test_csv_pairs_are_opened_whole(
    network: Network, exported: Exported, form: Form, gephi: Callable[..., Found]
) -> None:
    folder = exported("csv", "--edges", form)
    found = gephi(folder / "nodes.csv", folder / "edges.csv")
    assert found.issues == []
    assert {id: told["Label"] for id, told in found.nodes.items()} == {
        node.id: in_cell(node.name).strip() for node in network.nodes()
    }
    assert {id: (one["source"], one["target"], one["status"]) for id, one in found.edges.items()} == {
        edge.id: (edge.subject, edge.object, edge.status) for edge in edges_of(network, form)
    }
    quotes = {id: one.get("quote") for id, one in found.edges.items()}
    if form == "claims":
        assert quotes == {edge.id: in_cell(edge.quote) for edge in edges_of(network, form)}
