"""Ids become IRIs and come back; terms become names that every store takes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.namespaces import KINDS, data_id, data_iri, edge_name, local_name, shorten, term

# Everything Python may hand over, lone surrogates included.
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)


@given(st.sampled_from(KINDS), anything, st.sampled_from(["urn:attest:", "https://graph.example.org/"]))
def test_an_id_round_trips_through_a_valid_iri(kind: str, id: str, base: str) -> None:
    iri = data_iri(kind, id, base)
    assert data_id(iri, base) == (kind, id)
    assert ox.NamedNode(iri).value == iri
    assert iri.isascii()


def test_iris_stay_readable() -> None:
    assert data_iri("node", "wikidata:Q42418") == "urn:attest:node:wikidata:Q42418"
    assert data_iri("article", "https://a.example/ü") == "urn:attest:article:https:%2F%2Fa.example%2F%C3%BC"


def test_foreign_iris_have_no_id() -> None:
    assert data_id("https://example.org/") is None
    assert data_id("urn:attest:ontology:trained") is None
    assert data_id("urn:attest:node") is None


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("urn:attest:ontology:trained", "trained"),
        ("https://example.org/drones#Drone", "Drone"),
        ("https://example.org/drones/Drone", "Drone"),
    ],
)
def test_local_names(iri: str, name: str) -> None:
    assert local_name(iri) == name


def test_relationship_types_of_a_property_graph() -> None:
    assert edge_name("trained") == "TRAINED"
    assert edge_name("alliedWith") == "ALLIED_WITH"
    assert edge_name("partOfEU") == "PART_OF_EU"
    assert edge_name("signedEUDeal") == "SIGNED_EU_DEAL"


def test_short_forms() -> None:
    assert shorten(term("trained")) == "kg:trained"
    assert shorten("http://www.wikidata.org/prop/direct/P463") == "wdt:P463"
    assert shorten("https://example.org/x") == "<https://example.org/x>"
