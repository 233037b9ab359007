"""The graph that the examples make is what the shapes say a graph is."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).resolve().parents[2]


def test_the_examples_graph_conforms_to_the_shapes(tmp_path: Path) -> None:
    rdflib, pyshacl = pytest.importorskip("rdflib"), pytest.importorskip("pyshacl")
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, kg.load([ROOT / "examples" / "native", ROOT / "examples" / "brat"], graph))
        data = rdflib.Graph()
        for quad in graph.store.everything():
            data.parse(data=f"{quad.subject} {quad.predicate} {quad.object} .", format="nt")
    shapes = rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl")
    types = rdflib.Graph().parse(ROOT / "ontology" / "actors.ttl")
    conforms, _, words = pyshacl.validate(data, shacl_graph=shapes, ont_graph=types, inference="none")
    assert conforms, words[:3000]
