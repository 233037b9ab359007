"""RDF of a selection, opened by rdflib and by Jena."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
import rdflib

import kg
from kg.cli import main
from kg.network import Network, Selection, select
from tests.conftest import IN_CI
from tests.kg.exports.conftest import NAMES, Exported
from tests.servers.contract import Unavailable
from tests.servers.sparql import Fuseki

KG = rdflib.Namespace("urn:attest:ontology:")
NOTATIONS = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld"}
TYPES = {"turtle": "text/turtle", "ntriples": "application/n-triples", "jsonld": "application/ld+json"}
SELECTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("--actor", "Red Heron Front"), {"actors": ("Red Heron Front",)}),
    (("--status", "denied"), {"statuses": ("denied",)}),
    (("--as-of", "2031", "--family", "alliance"), {"as_of": "2031", "families": ("alliance",)}),
    (("--publisher", "The Kestrin Herald"), {"publishers": ("The Kestrin Herald",)}),
    (("--no-values", "--relation", "trained"), {"values": False, "relations": ("trained",)}),
]


@pytest.mark.filterwarnings(
    "ignore:ConjunctiveGraph is deprecated:DeprecationWarning"
)  # rdflib's own use of it
@pytest.mark.parametrize(("words", "selection"), SELECTIONS, ids=str)
@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_selection_in_rdf_is_the_same_selection(
    graph: kg.Graph, exported: Exported, notation: str, words: tuple[str, ...], selection: dict[str, Any]
) -> None:
    found = rdflib.Graph().parse(exported(notation, *words), format=NOTATIONS[notation])
    network = select(graph, Selection(**selection))
    edges = {edge.id: edge for edge in network.relationships()}
    assert {str(id) for one in of(found, KG.Relationship) for id in found.objects(one, KG.id)} == set(edges)
    for one in of(found, KG.Relationship):
        edge = edges[str(found.value(one, KG.id))]
        assert str(found.value(one, KG.status)) == edge.status
        for name in ("claims", "affirmed", "hedged", "denied", "speakers", "deniers"):
            assert int(str(found.value(one, KG[name]))) == getattr(edge, name), name
        direct = (
            found.value(one, rdflib.RDF.subject),
            KG[edge.relation],
            found.value(one, rdflib.RDF.object),
        )
        assert (direct in found) == (edge.affirmed > 0)
    claims = {claim.id for claim in network.claims()}
    assert {str(id) for one in of(found, KG.Claim) for id in found.objects(one, KG.id)} == claims
    # Everything that is spoken of is there itself.
    for role in (
        "speaker",
        "relayedBy",
        "place",
        "event",
        "about",
        "article",
        "relationship",
        "quantity",
        "listedIn",
    ):
        for named in found.objects(None, KG[role]):
            assert (named, rdflib.RDF.type, None) in found, role
    for end in (rdflib.RDF.subject, rdflib.RDF.object):
        for named in found.objects(None, end):
            assert (named, rdflib.RDF.type, None) in found


def of(found: rdflib.Graph, type: rdflib.URIRef) -> list[Any]:
    return list(found.subjects(rdflib.RDF.type, type))


def test_a_selection_conforms_to_the_shapes(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "some.ttl"
    assert main(["-g", str(folder), "export", "turtle", "--actor", "Red Heron Front", "-o", str(target)]) == 0
    assert main(["-g", str(folder), "verify", "--shapes", str(target)]) == 0


@pytest.fixture(scope="module")
def fuseki() -> Iterator[Fuseki]:
    try:
        with Fuseki() as server:
            yield server
    except Unavailable as reason:
        if IN_CI:
            raise
        pytest.skip(f"Fuseki: {reason}")


@pytest.mark.server
@pytest.mark.parametrize("notation", NOTATIONS)
def test_jena_reads_every_notation(
    network: Network, exported: Exported, notation: str, fuseki: Fuseki
) -> None:
    content = exported(notation).read_bytes()
    with fuseki.dataset() as address:
        headers = {"Content-Type": TYPES[notation]}
        urlopen(Request(f"{address.graphs}?default", content, headers, method="PUT")).close()
        ask = "PREFIX kg: <urn:attest:ontology:> SELECT ?id ?name WHERE { ?n a kg:Thing ; kg:id ?id ; kg:name ?name }"
        with urlopen(
            Request(f"{address.query}?query={quote(ask)}", headers={"Accept": "application/json"})
        ) as said:
            rows = json.load(said)["results"]["bindings"]
    found = {row["id"]["value"]: row["name"]["value"] for row in rows}
    assert found == {node.id: node.name for node in network.nodes() if not node.is_value}
    assert {*NAMES} <= set(found.values())
