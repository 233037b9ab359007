"""The graph as RDF: three notations of the same statements, and checked against the shapes."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.cli import main
from kg.rdf import TURTLE_HEADER
from tests.conftest import ROOT

NOTATIONS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}
BROKEN = """@prefix kg: <urn:attest:ontology:> .
<urn:attest:node:e1> a kg:Thing , kg:Place ; kg:id "e1" ; kg:name "Kestrin" ; kg:sortKey "00" ; kg:named true ;
    kg:kind "Place" ; kg:nameKey "kestrin" ; kg:alliedWith <urn:attest:node:e1> .
"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rdf") / "graph"
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as opened:
        kg.ingest(opened, kg.load([ROOT / "examples" / "native", ROOT / "examples" / "brat"], opened))
    return folder


def statements(content: bytes, notation: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(content, format=NOTATIONS[notation])}


@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_notation_says_what_the_store_holds(graph: Path, tmp_path: Path, notation: str) -> None:
    target = tmp_path / "out"
    assert main(["-g", str(graph), "export", notation, "-o", str(target)]) == 0
    with kg.Graph.open(graph) as opened:
        held = statements((TURTLE_HEADER + "\n".join(opened.store.everything())).encode(), "turtle")
    assert len(held) > 1000
    assert statements(target.read_bytes(), notation) == held
    first = target.read_bytes()
    with kg.Graph.open(graph, write=True) as opened:
        opened.rebuild()
    assert main(["-g", str(graph), "export", notation, "-o", str(target)]) == 0
    assert target.read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_that_cannot_be_written_is_named(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-g", str(graph), "export", "turtle", "-o", "/nowhere/at/all.ttl"]) == 3
    assert capsys.readouterr().err.startswith("kg: /nowhere/at/all.ttl: cannot be written")


@pytest.mark.parametrize(
    ("notation", "suffix"), [("turtle", ".ttl"), ("ntriples", ".nt"), ("jsonld", ".jsonld")]
)
def test_an_exported_graph_conforms_to_the_shapes(
    graph: Path, tmp_path: Path, notation: str, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / f"out{suffix}"
    assert main(["-g", str(graph), "export", notation, "-o", str(target)]) == 0
    assert main(["-g", str(graph), "verify", "--shapes", str(target)]) == 0
    assert capsys.readouterr().out == f"{target}: sound\n"


def test_what_does_not_conform_is_named(
    graph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.ttl").write_text(BROKEN, encoding="utf-8")
    assert main(["-g", str(graph), "verify", "--shapes", str(tmp_path / "broken.ttl")]) == 1
    assert "urn:attest:node:e1: alliedWith takes Actor as its subject" in capsys.readouterr().out
    assert main(["-g", str(graph), "verify", "--shapes"]) == 0


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.ttl", b"<a> <b> .", "is no Turtle: "),
        ("a.jsonld", b"{", "is no JSON-LD: "),
        ("a.jsonld", b'{"@context": "https://example.org/c.jsonld"}', "to load remote contexts"),
        ("a.rdf", b"", "expected a file called *.ttl, *.nt, *.jsonld"),
    ],
)
def test_files_that_are_no_such_rdf_are_refused(
    graph: Path, tmp_path: Path, name: str, content: bytes, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    assert main(["-g", str(graph), "verify", "--shapes", str(tmp_path / name)]) in (2, 3)
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1
