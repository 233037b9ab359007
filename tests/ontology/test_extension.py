"""A user's own files add to the shipped ontology; what is contradictory or incomplete in them is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontology.errors import OntologyError
from ontology.vocabulary import load

PREFIXES = """\
@prefix : <https://example.org/drones#> .
@prefix other: <https://example.org/others#> .
@prefix kg: <urn:attest:ontology:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def drone(extra: str = "", parent: str = "kg:Thing", name: str = ":Drone") -> str:
    return (
        f'{name} a owl:Class ; rdfs:subClassOf {parent} ; rdfs:label "drone" ;'
        f' skos:definition "An aircraft without a pilot." {extra} .\n'
    )


def supplied(extra: str = "", *, without: str = "", name: str = ":supplied", **changed: str) -> str:
    """A relation, complete but for what a test takes away or changes."""
    said = {
        "rdfs:label": '"supplied"',
        "kg:inverseLabel": '"was supplied by"',
        "skos:definition": '"Handed over."',
        "rdfs:domain": "kg:Actor",
        "rdfs:range": "kg:Actor",
        "kg:family": '"alliance"',
        "kg:tense": '"act"',
    }
    said |= {key.replace("__", ":"): value for key, value in changed.items()}
    said.pop(without, None)
    rows = " ; ".join(f"{key} {value}" for key, value in said.items())
    return f"{name} a owl:ObjectProperty ; {rows} {extra} .\n"


def write(tmp_path: Path, text: str, name: str = "mine.ttl") -> Path:
    path = tmp_path / name
    path.write_text(PREFIXES + text, encoding="utf-8")
    return path


def test_a_file_adds_types_and_relations(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        drone(
            '; skos:example "It fell." ; kg:color "#aabbcc" ; owl:disjointWith kg:Actor ;'
            " skos:closeMatch <http://www.wikidata.org/entity/Q484000>"
        )
        + drone(parent=":Drone", name="other:SeaDrone")
        + supplied(
            rdfs__domain="[ a owl:Class ; owl:unionOf ( kg:Group kg:State ) ]",
            rdfs__range="[ a owl:Class ; owl:unionOf ( :Drone kg:Quantity ) ]",
        ),
    )
    ontology = load([path])
    kind = ontology.types["SeaDrone"]
    assert kind.iri == "https://example.org/others#SeaDrone"
    assert kind.ancestors == ("SeaDrone", "Drone", "Thing")
    assert kind.color == "#AABBCC"
    assert not kind.shipped
    assert ontology.types["Drone"].mappings == (("closeMatch", "http://www.wikidata.org/entity/Q484000"),)
    assert ontology.disjoint("SeaDrone", "Person")
    assert ontology.disjoint("Person", "SeaDrone")
    relation = ontology.relations["supplied"]
    assert (relation.iri, relation.edge) == ("https://example.org/drones#supplied", "SUPPLIED")
    assert relation.color == ontology.families["alliance"].color
    assert ontology.accepts("supplied", "Company", "SeaDrone") is None
    assert ontology.accepts("supplied", "Company", "Quantity") is None
    assert ontology.accepts("supplied", "Person", "SeaDrone") is not None
    assert ontology.accepts("trained", "Group", "Group") is None
    assert "Drone" not in load().types


def test_files_may_build_on_each_other_in_any_order(tmp_path: Path) -> None:
    below = write(tmp_path, drone(parent="other:Machine"), "below.ttl")
    above = write(tmp_path, drone(name="other:Machine"), "above.ttl")
    assert load([below, above]).types["Drone"].ancestors == ("Drone", "Machine", "Thing")
    assert load([below, above, below]).is_a("Drone", "Machine")


def test_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = write(tmp_path, drone())
    assert load([path]) is load([path])
    write(tmp_path, drone(name=":Glider"))
    assert "Glider" in load([path]).types


def test_a_relation_may_be_symmetric_without_an_inverse_label(tmp_path: Path) -> None:
    path = write(tmp_path, supplied("; a owl:SymmetricProperty", without="kg:inverseLabel"))
    relation = load([path]).relations["supplied"]
    assert relation.symmetric
    assert relation.inverse_label == "supplied"


def test_labels_may_be_in_several_languages(tmp_path: Path) -> None:
    path = write(tmp_path, drone('; rdfs:label "Drohne"@de , "dron"@pl').replace('"drone" ;', '"drone"@en ;'))
    assert load([path]).types["Drone"].label == "drone"


def test_what_ontology_editors_write_is_understood(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        '<https://example.org/drones> a owl:Ontology ; rdfs:label "Drones" .\n'
        ':note a owl:AnnotationProperty ; rdfs:label "note" .\n'
        + drone('; :note "checked" ; rdfs:subClassOf owl:Thing')
        + drone(name=":Balloon")
        + "[] a owl:AllDisjointClasses ; owl:members ( :Drone :Balloon kg:Event ) .\n",
    )
    ontology = load([path])
    assert ontology.types["Drone"].parents == ("Thing",)
    assert ontology.disjoint("Drone", "Balloon")
    assert ontology.disjoint("Attack", "Balloon")


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(PREFIXES + drone(), encoding="utf-8-sig")
    assert "Drone" in load([path]).types


def chain(length: int) -> str:
    return "".join(
        drone(name=f":C{number}", parent=f":C{number - 1}" if number else "kg:Thing")
        for number in range(length)
    )


def test_a_wide_tree_is_no_error_and_an_endless_one_is_refused_at_once(tmp_path: Path) -> None:
    wide = "".join(drone(name=f":W{number}", parent=":C0") for number in range(2000))
    assert load([write(tmp_path, chain(90) + wide)]).types["C89"].ancestors[-1] == "Thing"
    # The farthest first: a naive walk would recurse or try every path.
    deep = "".join(reversed(chain(5000).splitlines(keepends=True)))
    with pytest.raises(OntologyError, match="more than 100 types above it"):
        load([write(tmp_path, deep)])


REFUSED = {
    "class without a label": (drone().replace('rdfs:label "drone" ;', ""), "Drone>?: has no rdfs:label"),
    "class without a definition": (
        drone().replace('skos:definition "An aircraft without a pilot."', 'rdfs:comment "x"'),
        "has no skos:definition",
    ),
    "class without a parent": (
        drone().replace("rdfs:subClassOf kg:Thing ;", ""),
        "Drone: has no rdfs:subClassOf that leads up to kg:Thing",
    ),
    "class under owl:Thing only": (drone(parent="owl:Thing"), "leads up to kg:Thing"),
    "class under a value": (drone(parent="kg:Quantity"), "leads up to kg:Thing"),
    "class under a node and a value": (drone(parent="kg:Thing , kg:Date"), "both a node and a value"),
    "class with an unknown parent": (
        drone(parent=":Machine"),
        "Drone: its parent <https://example.org/drones#Machine> is not defined",
    ),
    "class under a relation": (drone(parent=":supplied") + supplied(), "is not defined"),
    "class with an anonymous parent": (
        drone(parent="[ a owl:Restriction ]"),
        "must be the IRI of a named term",
    ),
    "class above itself": (
        drone(parent=":B", name=":A") + drone(parent=":C", name=":B") + drone(parent=":A", name=":C"),
        "is above itself: A → B → C → A",
    ),
    "class that is its own parent": (drone(parent=":Drone"), "is above itself: Drone → Drone"),
    "class under two disjoint ones": (
        drone(parent="kg:Person , kg:Group"),
        "Drone: is both Person and Group, which are disjoint",
    ),
    "class under two the user declares disjoint": (
        drone("; owl:disjointWith :B", name=":A") + drone(name=":B") + drone(parent=":A , :B", name=":C"),
        "C: is both A and B, which are disjoint",
    ),
    "shipped classes declared disjoint": (
        "[] a owl:AllDisjointClasses ; owl:members ( kg:Actor kg:Place ) .",
        "State: is both Actor and Place, which are disjoint",
    ),
    "class disjoint with its parent": (drone("; owl:disjointWith kg:Thing"), "are disjoint"),
    "class disjoint with itself": (drone("; owl:disjointWith :Drone"), "disjoint with itself"),
    "class disjoint with nothing known": (drone("; owl:disjointWith :Ghost"), "Ghost>, which is not defined"),
    "two labels": (drone('; rdfs:label "robot"'), "more than one rdfs:label"),
    "label that is no text": (drone().replace('"drone"', ":Drone"), "rdfs:label must be text"),
    "endless label": (drone().replace('"drone"', '"' + "d" * 101 + '"'), "longer than 100 characters"),
    "label with control characters": (drone().replace('"drone"', r'"dr\u001B[31mone"'), "control characters"),
    "color that is none": (drone('; kg:color "red"'), "#RRGGBB"),
    "equivalent class": (drone("; owl:equivalentClass kg:Actor"), "owl:equivalentClass is not understood"),
    "shipped class redefined": (drone(name="kg:Actor"), "Actor: a shipped term cannot be redefined"),
    "statement about a shipped class": ("kg:Actor owl:disjointWith kg:Place .", "neither an owl:Class nor"),
    "shipped relation redefined": (
        supplied(name="kg:trained"),
        "trained: a shipped term cannot be redefined",
    ),
    "property of claims redefined": (supplied(name="kg:speaker"), "cannot be redefined"),
    "local name of a shipped term": (
        drone(name=":Actor"),
        "has the local name of <urn:attest:ontology:Actor>",
    ),
    "local name of a claim's property": (supplied(name=":speaker"), "has the local name of"),
    "two IRIs with one local name": (
        drone() + drone(name="other:Drone"),
        "has the local name of <https://example.org/drones#Drone> in .*mine.ttl; rename one",
    ),
    "two relations with one relationship type": (
        supplied(name=":signedEUDeal") + supplied(name=":signedEuDeal"),
        "relationship type SIGNED_EU_DEAL, as signedEUDeal does",
    ),
    "relationship type of the claims": (supplied(name=":of"), "relationship type OF"),
    "type with a small letter": (drone(name=":drone"), "not an upper-case ASCII letter"),
    "relation with a capital": (supplied(name=":Supplied"), "not a lower-case ASCII letter"),
    "name with a hyphen": (drone(name=":Sea-drone"), "not an upper-case ASCII letter"),
    "name beyond ASCII": (drone(name=":Dröhne"), "not an upper-case ASCII letter"),
    "name with escapes": (
        drone(name=r"<https://example.org/D%20x`>".replace("`", "%60")),
        "upper-case ASCII",
    ),
    "empty name": (drone(name="<https://example.org/>"), "upper-case ASCII letter"),
    "endless name": (drone(name=":" + "D" * 65), "up to 63 letters"),
    "class and relation at once": (drone() + supplied(name=":Drone"), "both a class and a relation"),
    "term without a type": (':Drone rdfs:label "drone" .', "neither an owl:Class nor an owl:ObjectProperty"),
    "datatype property": (
        ':weight a owl:DatatypeProperty ; rdfs:label "weight" .',
        "neither an owl:Class nor",
    ),
    "individual": (drone() + ":one a :Drone .", "neither an owl:Class nor"),
    "owl:imports": (
        "<https://example.org/d> a owl:Ontology ; owl:imports <https://example.org/e> .",
        "not followed",
    ),
    "anonymous axiom": (
        drone() + "[] a owl:Axiom ; owl:annotatedSource :Drone .",
        "anonymous class or axiom outside a domain or range is not understood",
    ),
    "relation without a label": (supplied(without="rdfs:label"), "supplied>?: has no rdfs:label"),
    "relation without an inverse label": (supplied(without="kg:inverseLabel"), "has no kg:inverseLabel"),
    "relation without a definition": (supplied(without="skos:definition"), "has no skos:definition"),
    "relation without a domain": (supplied(without="rdfs:domain"), "has no rdfs:domain"),
    "relation without a range": (supplied(without="rdfs:range"), "has no rdfs:range"),
    "relation without a family": (supplied(without="kg:family"), "has no kg:family"),
    "relation without a tense": (supplied(without="kg:tense"), "has no kg:tense"),
    "family that is none": (
        supplied(kg__family='"trade"'),
        "kg:family is 'trade'; write one of belonging, alli",
    ),
    "tense that is none": (supplied(kg__tense='"future"'), 'write "act" .* or "state"'),
    "two domains": (supplied(rdfs__domain="kg:Group , kg:State"), "several rdfs:domain"),
    "unknown domain": (supplied(rdfs__domain=":Ghost"), "its rdfs:domain <.*Ghost> is no type of node"),
    "unknown class in a union": (
        supplied(rdfs__range="[ a owl:Class ; owl:unionOf ( kg:Group :Ghost ) ]"),
        "its rdfs:range <.*Ghost> is no type of node",
    ),
    "domain of values": (supplied(rdfs__domain="kg:Quantity"), "is no type of node"),
    "range of literals": (supplied(rdfs__range="rdfs:Literal"), "nor kg:Quantity or kg:Date"),
    "range that is text": (supplied(rdfs__range='"Drone"'), "must be a class or an owl:unionOf"),
    "range that is an intersection": (
        supplied(rdfs__range="[ a owl:Class ; owl:intersectionOf ( kg:Group kg:State ) ]"),
        "must be a class or an owl:unionOf",
    ),
    "empty union": (supplied(rdfs__range="[ a owl:Class ; owl:unionOf () ]"), "is an empty list"),
    "list without an end": (
        supplied(rdfs__range="[ a owl:Class ; owl:unionOf _:l ]") + "_:l rdf:first kg:Group .",
        "not a well-formed list",
    ),
    "list that never ends": (
        supplied(rdfs__range="[ a owl:Class ; owl:unionOf _:l ]") + "_:l rdf:first kg:Group ; rdf:rest _:l .",
        "not a well-formed list",
    ),
    "list that forks": (
        supplied(rdfs__range="[ a owl:Class ; owl:unionOf _:l ]")
        + "_:l rdf:first kg:Group , kg:State ; rdf:rest rdf:nil .",
        "not a well-formed list",
    ),
    "list of text": (
        supplied(rdfs__range='[ a owl:Class ; owl:unionOf ( "Group" ) ]'),
        "must list named classes",
    ),
    "two lists": (
        supplied(rdfs__range="[ a owl:Class ; owl:unionOf ( kg:Group ) , ( kg:State ) ]"),
        "well-formed",
    ),
    "symmetric with differing ends": (
        supplied("; a owl:SymmetricProperty", kg__inverseLabel='"supplied"', rdfs__range="kg:Place"),
        "is symmetric, so its rdfs:domain and rdfs:range must be the same",
    ),
    "symmetric with an inverse label": (supplied("; a owl:SymmetricProperty"), "must be its rdfs:label"),
    "transitive": (supplied("; a owl:TransitiveProperty"), "no relation is transitive"),
    "inverse": (supplied("; owl:inverseOf kg:trained"), "write kg:inverseLabel instead"),
    "subproperty": (supplied("; rdfs:subPropertyOf kg:supported"), "upgrade one relation to another"),
    "mapping to text": (supplied('; skos:exactMatch "P463"'), "must be the IRI of a named term"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_contradictory_or_incomplete_file_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(OntologyError, match=reason) as refusal:
        load([path])
    message = str(refusal.value)
    assert "\n" not in message
    assert "\x1b" not in message
    assert message.startswith(str(path))


def test_a_syntax_error_names_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, drone() + ":Balloon a owl:Class\n:Glider a owl:Class .\n")
    with pytest.raises(OntologyError) as refusal:
        load([path])
    assert str(refusal.value).startswith(f"{path}:10: not valid Turtle: ")
    assert "\n" not in str(refusal.value)


def test_a_term_defined_in_two_files_is_refused(tmp_path: Path) -> None:
    first, second = write(tmp_path, drone(), "first.ttl"), write(tmp_path, drone(), "second.ttl")
    with pytest.raises(OntologyError, match=r"second\.ttl: Drone: is already defined in .*first\.ttl"):
        load([first, second])


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'<x:a> <x:b> "\xff" .', b"\x00" * 100, b"[" * 9000])
def test_a_file_that_is_no_turtle_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.ttl"
    path.write_bytes(content)
    with pytest.raises(OntologyError, match="not valid Turtle") as refusal:
        load([path])
    assert str(refusal.value).isprintable()


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "# " + "x" * 1_000_000)
    with pytest.raises(OntologyError, match="larger than 1,000,000 bytes"):
        load([path])


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.ttl", tmp_path / "nul\0l"):
        with pytest.raises(OntologyError, match="ontology file"):
            load([path])
