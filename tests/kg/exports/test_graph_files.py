"""GraphML, GEXF, node-link and Cytoscape JSON, opened by networkx and igraph: the same nodes, edges and attributes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import igraph
import networkx
import pytest

from kg.exports.columns import Form
from kg.network import Network
from ontology.dates import OPEN_FUTURE, OPEN_PAST, day
from tests.kg.exports.conftest import NAMES, Exported
from tests.kg.exports.elements import FORMS, edges, edges_of, known, nodes


def in_xml(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd", text)


def read(path: Path, format: str) -> Any:
    if format == "graphml":
        return networkx.read_graphml(path, force_multigraph=True)
    if format == "gexf":
        return networkx.read_gexf(path, version="1.3")
    content = json.loads(path.read_text("utf-8"))
    if format == "node-link":
        return networkx.node_link_graph(content, edges="edges")
    return networkx.cytoscape_graph(content)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("format", ["graphml", "gexf", "node-link", "cyjs"])
def test_networkx_reads_what_was_there(network: Network, exported: Exported, format: str, form: Form) -> None:
    found = read(exported(format, "--edges", form), format)
    flat, text = format in ("graphml", "gexf"), in_xml if format in ("graphml", "gexf") else None
    own = {"viz", "spells", "kind", "weight", "id", "name", "value", "source", "target", "interaction", "key"}
    wanted_nodes = nodes(network, flat=flat, text=text)
    assert found.is_directed()
    assert found.is_multigraph()
    assert set(found) == set(wanted_nodes)
    for id, data in found.nodes(data=True):
        expected = wanted_nodes[id]
        if format == "gexf":
            expected.pop("color", None)
        assert {key: one for key, one in known(data).items() if key not in own} == expected
    wanted = edges(network, form, flat=flat, text=text)
    assert found.number_of_edges() == len(wanted)
    for source, target, key, data in found.edges(keys=True, data=True):
        id = data.get("id", key)
        expected = dict(wanted.pop(id))
        assert (source, target) == (expected.pop("source"), expected.pop("target"))
        if format == "gexf":
            expected.pop("color", None)
        assert {name: one for name, one in known(data).items() if name not in own} == expected
    assert wanted == {}


@pytest.mark.parametrize("form", FORMS)
def test_igraph_reads_the_same_graphml(network: Network, exported: Exported, form: Form) -> None:
    found = igraph.Graph.Read_GraphML(str(exported("graphml", "--edges", form)))
    assert found.is_directed()
    wanted = nodes(network, flat=True, text=in_xml)
    assert found.vs["id"] == list(wanted)
    assert found.vs["label"] == [one["label"] for one in wanted.values()]
    told = list(edges(network, form, flat=True, text=in_xml).values())
    assert found.ecount() == len(told)
    assert found.es["status"] == [one["status"] for one in told]
    assert found.es["type"] == [one["type"] for one in told]
    ends = [(found.vs[edge.source]["id"], found.vs[edge.target]["id"]) for edge in found.es]
    assert ends == [(one["source"], one["target"]) for one in told]


def test_every_hostile_name_is_there_letter_by_letter(exported: Exported) -> None:
    found = read(exported("node-link"), "node-link")
    assert {*NAMES} <= {data["label"] for _, data in found.nodes(data=True)}
    found = read(exported("graphml"), "graphml")
    assert {in_xml(name) for name in NAMES} <= {data["label"] for _, data in found.nodes(data=True)}


@pytest.mark.parametrize("form", FORMS)
def test_the_time_line_of_gexf_is_what_the_questions_ask(
    network: Network, exported: Exported, form: Form
) -> None:
    found = networkx.read_gexf(exported("gexf", "--edges", form), version="1.3")
    told = {data["id"]: data.get("spells", []) for *_, data in found.edges(data=True)}
    moving = 0
    for edge in edges_of(network, form):
        held = edge.spells if hasattr(edge, "spells") else (edge.spell,)
        # networkx gives an open end as the word None.
        expected = [
            (
                "None" if since == OPEN_PAST else day(max(since, 1)),
                "None" if until == OPEN_FUTURE else day(max(until, 1)),
            )
            for since, until in held
        ]
        if ("None", "None") in expected:
            expected = []
        assert [(str(start), str(end)) for start, end in told[edge.id]] == expected
        moving += bool(expected)
    assert moving > len(told) / 2


def test_what_xml_cannot_hold_is_counted(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from kg.cli import main

    assert main(["-g", str(folder), "export", "graphml", "-o", str(tmp_path / "a.graphml")]) == 0
    assert re.search(
        r"^note: \d+ characters that XML cannot hold are replaced$", capsys.readouterr().err, re.M
    )
