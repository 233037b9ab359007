"""The vocabulary of claims and their sources (claims.ttl), as data: what each kind of record has, and how often."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import pyoxigraph as ox

from ontology.namespaces import ONTOLOGY, PREFIXES, local_name
from ontology.vocabulary import source

_RDF, _RDFS, _OWL, _SKOS = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "skos"))


class Property(NamedTuple):
    """A property of a kind of record.

    `values` is an XSD datatype ("string"), a class ("Article"), or the words allowed; `least` and `most` say
    how many there are (`most` None: any number).
    """

    name: str
    label: str
    definition: str
    values: str | tuple[str, ...]
    least: int
    most: int | None


class Record(NamedTuple):
    """A kind of thing the graph keeps: node, relation, value, article, claim or relationship."""

    name: str
    definition: str
    parents: tuple[str, ...]
    properties: tuple[Property, ...]


@lru_cache(maxsize=1)
def records() -> dict[str, Record]:
    """Every kind of record by name, in the order of the files; "Thing" stands for the nodes."""
    store = ox.Store()
    for name in ("actors.ttl", "claims.ttl"):
        store.load(source(name), ox.RdfFormat.TURTLE)
    reader = _Reader(store)
    names = (
        "Thing", "Relation", "Claim", "Relationship", "Article", "ReferenceList", "Value", "Quantity", "Date",
    )  # fmt: skip
    return {name: reader.record(name) for name in names}


class _Reader:
    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.order = [
            local_name(subject.value)
            for quad in ox.parse(source("claims.ttl"), ox.RdfFormat.TURTLE)
            if isinstance(subject := quad.subject, ox.NamedNode) and quad.predicate.value == _RDF + "type"
        ]

    def objects(self, subject: object, predicate: str) -> list[object]:
        """The objects of a subject's property."""
        assert isinstance(subject, ox.NamedNode | ox.BlankNode)
        return [q.object for q in self.store.quads_for_pattern(subject, ox.NamedNode(predicate), None)]

    def words(self, subject: object, predicate: str) -> str:
        """The text of a property, "" where it has none."""
        return next(
            (value.value for value in self.objects(subject, predicate) if isinstance(value, ox.Literal)), ""
        )

    def members(self, head: object) -> list[object]:
        """The members of an RDF list."""
        found = []
        while isinstance(head, ox.BlankNode):
            found += self.objects(head, _RDF + "first")
            (head,) = self.objects(head, _RDF + "rest")
        return found

    def record(self, name: str) -> Record:
        node = ox.NamedNode(ONTOLOGY + name)
        parents, least, most = [], dict[str, int](), dict[str, int]()
        for parent in self.objects(node, _RDFS + "subClassOf"):
            if isinstance(parent, ox.NamedNode):
                parents.append(local_name(parent.value))
                continue
            (on,) = self.objects(parent, _OWL + "onProperty")
            assert isinstance(on, ox.NamedNode)
            least[local_name(on.value)] = 1
            if self.objects(parent, _OWL + "cardinality"):
                most[local_name(on.value)] = 1
        properties = [
            self.property(name, least.get(name, 0), most.get(name))
            for name in dict.fromkeys(self.order)
            if name in least or node in self.domain(name)
        ]
        return Record(name, self.words(node, _SKOS + "definition"), tuple(parents), tuple(properties))

    def domain(self, name: str) -> list[object]:
        """The classes that have a property."""
        found: list[object] = []
        for domain in self.objects(ox.NamedNode(ONTOLOGY + name), _RDFS + "domain"):
            union = self.objects(domain, _OWL + "unionOf")
            found += self.members(union[0]) if union else [domain]
        return found

    def property(self, name: str, least: int, most: int | None) -> Property:
        node = ox.NamedNode(ONTOLOGY + name)
        (values,) = self.objects(node, _RDFS + "range")
        allowed: str | tuple[str, ...]
        if isinstance(values, ox.NamedNode):
            allowed = local_name(values.value)
        else:
            (one_of,) = self.objects(values, _OWL + "oneOf")
            allowed = tuple(word.value for word in self.members(one_of) if isinstance(word, ox.Literal))
        if ox.NamedNode(_OWL + "FunctionalProperty") in self.objects(node, _RDF + "type"):
            most = 1
        definition = self.words(node, _SKOS + "definition")
        return Property(name, self.words(node, _RDFS + "label"), definition, allowed, least, most)
