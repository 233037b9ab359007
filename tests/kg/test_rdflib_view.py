"""A graph as rdflib sees it, whatever keeps its store."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.namespace import RDF, XSD

import kg
from kg.exports.formats import Export
from kg.exports.rdf import as_ntriples
from kg.network import select
from kg.stores.place import Place
from ontology.errors import UsageError
from ontology.models import Quantity
from tests.kg.made import Writer
from tests.servers.plugin import Databases

KG = rdflib.Namespace("urn:attest:ontology:")
NAME = 'The "Red\\Heron"\nFront of e\u0301 é 😀'


NEO4J = pytest.param("on neo4j", marks=pytest.mark.xdist_group("neo4j"))


@contextmanager
def placed(kind: str, server_database: Databases | None) -> Iterator[Place]:
    if server_database is None:
        yield Place(kind)
        return
    with server_database(kind) as address:
        if address.user and kind in ("fuseki", "oxigraph"):
            pytest.skip("the server that was named asks for a user")
        with pytest.MonkeyPatch.context() as patch:
            if address.user and address.password:
                patch.setenv("KG_STORE_USER", address.user)
                patch.setenv("KG_STORE_PASSWORD", address.password)
            if address.query and address.update and address.graphs:
                yield Place(address.query, update=address.update, data=address.graphs)
            else:
                yield Place(address.url)


@pytest.fixture(scope="module", params=["embedded", "memory", "on fuseki", "on oxigraph", NEO4J])
def graph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.Graph]:
    on, _, kind = request.param.partition(" ")
    database = request.getfixturevalue("server_database") if kind else None
    name = kind or {"embedded": "oxigraph", "memory": "memory"}[on]
    with placed(name, database) as place:
        folder = tmp_path_factory.mktemp("rdflib") / "graph"
        kg.Graph.create(folder, store=place)
        writer = Writer("article-1")
        front = writer.entity("Red Heron Front", "ArmedGroup", given=(NAME,))
        writer.claim(front, "trained", writer.entity("Lantern Brigade", "ArmedGroup"))
        writer.claim(front, "hasStrength", Quantity(10, 20.5, "fighters"))
        with kg.Graph.open(folder, write=True) as writing:
            kg.ingest(writing, [writer.done()])
        with kg.Graph.open(folder) as reading:
            yield reading


@pytest.fixture
def exported(graph: kg.Graph) -> rdflib.Graph:
    """The same as read from an export."""
    return rdflib.Graph().parse(
        data="".join(as_ntriples(Export(select(graph), "relationships"))), format="nt"
    )


def test_it_has_every_statement_of_the_export_and_no_other(graph: kg.Graph, exported: rdflib.Graph) -> None:
    view = graph.as_rdflib()
    assert len(view) == len(exported) == graph.store.count()
    assert set(view) == set(exported)


def test_it_is_asked_by_pattern(graph: kg.Graph) -> None:
    view = graph.as_rdflib()
    (front,) = view.subjects(KG.name, rdflib.Literal(NAME))
    assert (front, RDF.type, KG.ArmedGroup) in view
    assert (front, RDF.type, KG.Article) not in view
    assert len(list(view.objects(front, KG.trained))) == 1
    assert [str(one) for one in view.predicates(front, rdflib.Literal(NAME))] == [str(KG.name)]
    assert len(list(view.triples((None, RDF.type, KG.Claim)))) == 2
    claims = view.subjects(RDF.type, KG.Claim)
    (claim,) = [one for one in claims if (one, RDF.predicate, KG.trained) in view]
    assert view.value(claim, KG.dated) == rdflib.Literal(False)
    bounds = set(view.objects(None, KG.maximum))
    assert bounds == {rdflib.Literal("20.5", datatype=XSD.decimal)}
    assert list(view.triples((rdflib.BNode(), None, None))) == []
    assert list(view.triples((rdflib.URIRef("not an iri"), None, None))) == []
    assert list(view.triples((None, rdflib.Literal("x"), None))) == []


def test_it_is_asked_in_sparql(graph: kg.Graph) -> None:
    view = graph.as_rdflib()
    asked = "SELECT ?name { ?actor kg:name ?name ; a kg:ArmedGroup . FILTER(CONTAINS(?name, 'Heron')) }"
    assert [str(row.name) for row in view.query(asked)] == [NAME]
    assert view.query("ASK { ?claim a kg:Claim ; rdf:predicate kg:trained }").askAnswer
    assert not view.query("ASK { ?claim a kg:Claim ; rdf:predicate kg:killed }").askAnswer
    bound = view.query("SELECT ?s { ?s a ?type }", initBindings={"type": KG.Claim})
    assert len(bound) == 2
    made = view.query("CONSTRUCT { ?s kg:said ?o } WHERE { ?s kg:trained ?o }").graph
    assert made is not None
    assert len(made) == 1
    (row,) = view.query("SELECT ?a ?none { ?a a kg:Article OPTIONAL { ?a kg:nothing ?none } }")
    assert row.none is None


@pytest.mark.parametrize("notation", ["turtle", "nt", "json-ld", "pretty-xml"])
def test_what_it_writes_is_read_back_the_same(graph: kg.Graph, exported: rdflib.Graph, notation: str) -> None:
    written = graph.as_rdflib().serialize(format=notation)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own
        assert isomorphic(
            rdflib.Graph().parse(data=written, format=notation.removeprefix("pretty-")), exported
        )


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")  # of rdflib by rdflib
def test_a_dataset_has_it_in_its_default_graph(graph: kg.Graph, exported: rdflib.Graph) -> None:
    view = graph.as_rdflib_dataset()
    assert {one[:3] for one in view.quads()} == set(exported)
    (within,) = {one[3] for one in view.quads((None, RDF.type, KG.Claim, None))}
    assert within in (None, DATASET_DEFAULT_GRAPH_ID)  # releases of rdflib differ
    assert [one.identifier for one in view.graphs()] == [DATASET_DEFAULT_GRAPH_ID]
    assert len(view.get_context("urn:borrin:other")) == 0
    (row,) = view.query("SELECT (COUNT(*) AS ?n) { ?s a <urn:attest:ontology:Claim> }")
    assert row.n.toPython() == 2


@pytest.mark.parametrize(
    "write",
    [
        lambda view: view.add((KG.a, KG.b, KG.c)),
        lambda view: view.remove((None, None, None)),
        lambda view: view.update("DELETE WHERE { ?s ?p ?o }"),
        lambda view: view.parse(data="<urn:a> <urn:b> <urn:c> .", format="nt"),
        lambda view: view.set((KG.a, KG.b, KG.c)),
        lambda view: view.commit(),
    ],
    ids=["add", "remove", "update", "parse", "set", "commit"],
)
def test_it_cannot_be_written(graph: kg.Graph, write: object) -> None:
    view = graph.as_rdflib()
    before = len(view)
    with pytest.raises(UsageError, match="for reading"):
        write(view)  # type: ignore[operator]
    with pytest.raises(UsageError, match="for reading"):
        graph.as_rdflib_dataset().graph("urn:borrin:new")
    assert len(view) == before
