"""The shapes pass a graph as Attest writes it, and catch what the ontology does not allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontology.reference import EXAMPLE
from ontology.shapes import shapes
from ontology.vocabulary import Ontology, load

pyshacl = pytest.importorskip("pyshacl", reason="pyshacl is not installed")
rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

GRAPH = """\
@prefix kg: <urn:attest:ontology:> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix n: <urn:attest:node:> .
@prefix v: <urn:attest:value:> .

n:front a kg:ArmedGroup, kg:Group, kg:Actor, kg:Thing ; kg:kind "ArmedGroup" ; kg:id "front" ;
    kg:name "Red Heron Front" ; kg:sortKey "2a" ; kg:nameKey "red heron front", "front" ; kg:alias "the Front" ;
    kg:named true .
n:brigade a kg:Group, kg:Actor, kg:Thing ; kg:kind "Group" ; kg:id "brigade" ; kg:name "Lantern Brigade" ;
    kg:sortKey "2b" ; kg:nameKey "lantern brigade" ; kg:named true ; kg:identifier "wikidata:Q1" .
n:port a kg:Place, kg:Thing ; kg:kind "Place" ; kg:id "port" ; kg:name "Port Maress" ; kg:sortKey "2c" ;
    kg:nameKey "port maress" ; kg:named true .
v:several a kg:Value, kg:Quantity ; kg:id "several" ; kg:name "400–600 fighters" ; kg:sortKey "2d" ;
    kg:minimum 400 ; kg:maximum 600.5 ; kg:unit "fighters" .
<urn:attest:article:a> a kg:Article ; kg:id "a" ; kg:name "Talks" ; kg:sortKey "2e" ; kg:titleKey "talks" ;
    kg:origin "The Borrin Courier" ; kg:originKey "2f" ; kg:publisher "The Borrin Courier" ; kg:publisherKey "2f" ;
    kg:publishedDay 741504 ; kg:published "2031-03-03" ; kg:author "A", "B" .
<urn:attest:claim:c1> a kg:Claim ; kg:id "c1" ; rdf:subject n:brigade ; rdf:predicate kg:trained ; rdf:object n:front ;
    kg:relationship <urn:attest:relationship:r1> ; kg:article <urn:attest:article:a> ; kg:polarity "affirmed" ;
    kg:certainty "unstated" ; kg:modality "actual" ; kg:basis "stated" ; kg:standing "affirmed" ; kg:speaker n:front ;
    kg:dated false ; kg:startDay -10000000 ; kg:untilDay 741504 ; kg:scopeFrom 741504 ; kg:scopeUntil 741504 ;
    kg:saidDay 741504 ; kg:recordedDay 741505 ; kg:said "2031-03-03" ; kg:place n:port ;
    kg:quote "trained" ; kg:fragments "8-15" .
<urn:attest:relationship:r1> a kg:Relationship ; kg:id "r1" ; rdf:subject n:brigade ; rdf:predicate kg:trained ;
    rdf:object n:front ; kg:status "asserted" ; kg:affirmed 1 ; kg:hedged 0 ; kg:denied 0 ; kg:prospective 0 ;
    kg:claims 1 ; kg:speakers 1 ; kg:deniers 0 ; kg:unnamed 0 ; kg:firstDay 741504 ; kg:lastDay 741504 .
<urn:attest:claim:c2> a kg:Claim ; kg:id "c2" ; rdf:subject n:front ;
    rdf:predicate kg:hasStrength ; rdf:object v:several ;
    kg:relationship <urn:attest:relationship:r2> ; kg:article <urn:attest:article:a> ; kg:polarity "affirmed" ;
    kg:certainty "probable" ; kg:modality "actual" ; kg:basis "stated" ; kg:standing "hedged" ;
    kg:dated false ; kg:startDay -10000000 ; kg:untilDay 741504 ; kg:scopeFrom 741504 ; kg:scopeUntil 10000000 ;
    kg:saidDay 741504 ; kg:recordedDay 741505 ; kg:quote "range from" ; kg:fragments "40-50" .
<urn:attest:relationship:r2> a kg:Relationship ; kg:id "r2" ; rdf:subject n:front ; rdf:predicate kg:hasStrength ;
    rdf:object v:several ; kg:place n:port ; kg:status "hedged" ; kg:affirmed 0 ; kg:hedged 1 ; kg:denied 0 ;
    kg:prospective 0 ; kg:claims 1 ; kg:speakers 0 ; kg:deniers 0 ; kg:unnamed 1 ; kg:firstDay 741504 ;
    kg:lastDay 741504 .
n:brigade kg:trained n:front .
kg:trained a kg:Relation ; kg:id "trained" ; kg:name "trained" ; kg:sortKey "2f" ; kg:inverseName "was trained by" ;
    kg:family "alliance" ; kg:tense "act" ; kg:symmetric false .
"""


def report(graph: str, ontology: Ontology) -> tuple[bool, str]:
    """Whether the graph conforms, and what is said of it."""
    data = rdflib.Graph().parse(data=graph, format="turtle")
    rules = rdflib.Graph().parse(data=shapes(ontology), format="turtle")
    conforms, _, text = pyshacl.validate(data, shacl_graph=rules, inference="none")
    return conforms, text


def test_a_graph_as_attest_writes_it_conforms() -> None:
    conforms, text = report(GRAPH, load())
    assert conforms, text


WRONG = {
    "direct edge to a place": (
        "n:brigade kg:trained n:front .",
        "n:brigade kg:trained n:port .",
        "trained takes Actor as its object",
    ),
    "direct edge from a place": (
        "n:brigade kg:trained n:front .",
        "n:port kg:trained n:front .",
        "trained takes Actor as its subject",
    ),
    "claim about a place": (
        "rdf:predicate kg:trained ; rdf:object n:front ;\n    kg:relationship",
        "rdf:predicate kg:trained ; rdf:object n:port ;\n    kg:relationship",
        "trained takes Actor as its object",
    ),
    "relationship about a value": (
        "rdf:subject n:brigade ; rdf:predicate kg:trained ;\n    rdf:object n:front",
        "rdf:subject n:brigade ; rdf:predicate kg:trained ;\n    rdf:object v:several",
        "trained takes Actor as its object",
    ),
    "strength that is a node": (
        "rdf:predicate kg:hasStrength ; rdf:object v:several",
        "rdf:predicate kg:hasStrength ; rdf:object n:port",
        "hasStrength takes Quantity as its object",
    ),
    "unknown relation": ("rdf:predicate kg:hasStrength", "rdf:predicate kg:befriended", "sh:in"),
    "claim without an article": (
        "kg:article <urn:attest:article:a> ; kg:polarity",
        "kg:polarity",
        "MinCount",
    ),
    "claim with two standings": ('kg:standing "hedged"', 'kg:standing "hedged", "denied"', "MaxCount"),
    "polarity that is none": ('kg:polarity "affirmed"', 'kg:polarity "maybe"', "maybe"),
    "day that is text": ("kg:publishedDay 741504", 'kg:publishedDay "2031"', "Datatype"),
    "node without a name": ('kg:name "Port Maress" ;', "", "MinCount"),
    "node with two names": ('kg:name "Port Maress" ;', 'kg:name "Port Maress", "Maress" ;', "MaxCount"),
    "article as a speaker": ("kg:speaker n:front", "kg:speaker <urn:attest:article:a>", "Class"),
    "disjoint types": (
        "n:port a kg:Place, kg:Thing ;",
        "n:port a kg:Place, kg:Event, kg:Thing ;",
        "nothing is both Place and Event",
    ),
}


@pytest.mark.parametrize(("right", "wrong", "reason"), WRONG.values(), ids=WRONG)
def test_a_graph_that_breaks_the_ontology_does_not(right: str, wrong: str, reason: str) -> None:
    assert right in GRAPH
    conforms, text = report(GRAPH.replace(right, wrong, 1), load())
    assert not conforms
    assert reason in text


def test_relations_of_the_users_own_have_shapes(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(EXAMPLE, encoding="utf-8")
    ontology = load([path])
    edge = "n:brigade <https://example.org/drones#supplied> n:port ."
    assert report(GRAPH + edge, load())[0]
    conforms, text = report(GRAPH + edge, ontology)
    assert not conforms
    assert "supplied takes Drone as its object" in text


def test_the_same_ontology_gives_the_same_text() -> None:
    assert shapes(load()) == shapes(load())
    assert shapes(load()).isascii()
