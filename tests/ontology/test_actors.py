"""actors.ttl and claims.ttl are OWL that any tool reads, and say the same to it as to Attest."""

from __future__ import annotations

import pytest

from ontology.vocabulary import load, source

rdflib = pytest.importorskip("rdflib", reason="rdflib is not installed")
OWL, RDF, RDFS, SKOS = rdflib.OWL, rdflib.RDF, rdflib.RDFS, rdflib.SKOS

FILES = ("actors.ttl", "claims.ttl")


@pytest.fixture(scope="module")
def graph() -> rdflib.Graph:
    both = rdflib.Graph()
    for name in FILES:
        both.parse(data=source(name), format="turtle")
    return both


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_an_ontology_with_a_version(name: str) -> None:
    graph = rdflib.Graph().parse(data=source(name), format="turtle")
    (header,) = graph.subjects(RDF.type, OWL.Ontology)
    assert graph.value(header, OWL.versionInfo)
    assert graph.value(header, OWL.versionIRI)


def test_every_term_has_a_label_and_a_definition(graph: rdflib.Graph) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    terms = {
        term for kind in kinds for term in graph.subjects(RDF.type, kind) if isinstance(term, rdflib.URIRef)
    }
    assert len(terms) > 140
    for term in terms:
        assert graph.value(term, RDFS.label), term
        assert graph.value(term, SKOS.definition), term


def test_every_term_that_is_used_is_declared(graph: rdflib.Graph) -> None:
    declared = {subject for subject in graph.subjects(RDF.type) if isinstance(subject, rdflib.URIRef)}
    used = {term for triple in graph for term in triple if str(term).startswith("urn:attest:ontology:")}
    versions = set(graph.objects(None, OWL.versionIRI))
    assert used - declared - versions == set()


def test_no_property_is_both_for_nodes_and_for_text(graph: rdflib.Graph) -> None:
    properties = [
        set(graph.subjects(RDF.type, kind))
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    ]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        assert properties[first] & properties[second] == set()


def test_another_reader_finds_the_same_types_and_relations(graph: rdflib.Graph) -> None:
    ontology = load()
    for kind in ontology.types.values():
        iri = rdflib.URIRef(kind.iri)
        parents = {str(p) for p in graph.objects(iri, RDFS.subClassOf) if isinstance(p, rdflib.URIRef)}
        assert parents == {ontology.types[parent].iri for parent in kind.parents}
    families = rdflib.URIRef("urn:attest:ontology:family")
    described = set(graph.subjects(families, None))
    assert described == {rdflib.URIRef(relation.iri) for relation in ontology.relations.values()}
    for relation in ontology.relations.values():
        iri = rdflib.URIRef(relation.iri)
        assert ((iri, RDF.type, OWL.SymmetricProperty) in graph) == relation.symmetric
        assert str(graph.value(iri, RDFS.label)) == relation.label


def test_examples_name_no_one_real(graph: rdflib.Graph) -> None:
    real = ("taliban", "qaeda", "afghan", "kabul", "united states", "russia", "u.n.", "hanafi", "pompeo")
    for example in graph.objects(None, SKOS.example):
        assert not any(name in str(example).casefold() for name in real), example
