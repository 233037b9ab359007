"""What the graph's subjects are called in Neo4j: labels, properties, relationship types, constraints and indexes.

a kg:ArmedGroup                  label ArmedGroup, and those of every class above it
kg:name "…", kg:startDay 42      properties name, startDay
rdf:predicate kg:alliedWith      property predicate: "alliedWith"
rdf:subject, kg:article, …       relationships SUBJECT, IN_ARTICLE, …
the direct edge                  a relationship ALLIED_WITH for each Relationship that is affirmed, with its figures
"""

from __future__ import annotations

from typing import NamedTuple

from kg.rdf import term
from ontology.errors import OntologyError
from ontology.namespaces import ONTOLOGY, data_id, data_iri, edge_name
from ontology.vocabulary import ROOT, VALUES, Ontology

KEYS = {
    "Relation": "",
    "ReferenceList": "list",
    "Article": "article",
    "Value": "value",
    "Thing": "node",
    "Relationship": "relationship",
    "Claim": "claim",
}
"""The labels whose `id` is unique, with what their IRIs say they are; each points only to those before it."""

STATE = "Store"
"""The label of the one node that holds the store's own state."""

LINKS = {
    "rdf:subject": "SUBJECT",
    "rdf:object": "OBJECT",
    "kg:article": "IN_ARTICLE",
    "kg:relationship": "OF",
    "kg:speaker": "SPEAKER",
    "kg:relayedBy": "RELAYED_BY",
    "kg:place": "PLACE",
    "kg:event": "EVENT",
    "kg:about": "ABOUT",
    "kg:instrument": "INSTRUMENT",
    "kg:quantity": "QUANTITY",
    "kg:listedIn": "LISTED_IN",
}
"""The predicates that lead to other subjects, as relationship types."""

ALWAYS = frozenset(("SUBJECT", "OBJECT", "IN_ARTICLE", "OF"))
"""The relationships that a subject cannot be without; it has one of each."""

LISTS = frozenset(("kind", "alias", "nameKey", "identifier", "weakAlias", "weakKey", "author"))
"""The properties that may have several values, and are lists always."""

EDGE_PROPERTIES = (
    "id", "status", "affirmed", "hedged", "denied", "prospective", "claims", "speakers", "deniers", "unnamed", "first",
    "last", "firstDay", "lastDay",
)  # fmt: skip
"""What the direct edge repeats of its Relationship."""

CONSTRAINTS = {
    f"attest_{label.lower()}_id": f"CREATE CONSTRAINT attest_{label.lower()}_id IF NOT EXISTS FOR (n:{label})"
    " REQUIRE n.id IS UNIQUE"
    for label in (STATE, *KEYS)
}
"""The statements that make ids unique and quick to find, by the constraints' names."""

# Only of numbers and short words: a value of more than 8 kB, as a title or a sort key may be, cannot be written at all
# where a range or text index would hold it.
_RANGES = {
    "Claim": ("predicate", "standing", "saidDay", "startDay", "recordedDay"),
    "Relationship": ("predicate", "status", "lastDay"),
    "Article": ("publishedDay",),
}

# Tokens of these analyzers end after 255 characters. A whole name as one token would be the natural thing to look up,
# but one of 32 kB brings the server down, so what a look-up finds is compared with the key itself.
_FULL_TEXTS = {
    "attest_names": (("name", "alias", "weakAlias"), "standard-no-stop-words"),
    "attest_keys": (("nameKey", "weakKey"), "whitespace"),
}

INDEXES = {
    f"attest_{label.lower()}_{name}": f"CREATE INDEX attest_{label.lower()}_{name} IF NOT EXISTS"
    f" FOR (n:{label}) ON (n.{name})"
    for label, names in _RANGES.items()
    for name in names
} | {
    index: f"CREATE FULLTEXT INDEX {index} IF NOT EXISTS FOR (n:{ROOT})"
    f" ON EACH [{', '.join(f'n.{one}' for one in names)}]"
    f" OPTIONS {{indexConfig: {{`fulltext.analyzer`: '{analyzer}'}}}}"
    for index, (names, analyzer) in _FULL_TEXTS.items()
}
"""The statements that make the indexes besides those of the constraints, by the indexes' names."""


class Reference(NamedTuple):
    """A node of the property graph: its key label and its id."""

    key: str
    id: str


class Names:
    """Which term is called what; raises OntologyError where two would be called the same."""

    def __init__(self, ontology: Ontology, base: str) -> None:
        self.base = base
        self.relations = {term(relation.iri): name for name, relation in ontology.relations.items()}
        self.predicates = {name: predicate for predicate, name in self.relations.items()}
        self.edges = {relation.edge: term(relation.iri) for relation in ontology.relations.values()}
        self.labels = {term(type.iri): name for name, type in ontology.types.items()}
        self.classes = {name: class_ for class_, name in self.labels.items()}
        own = {*KEYS, STATE, *VALUES} - {ROOT}
        for name in self.classes:
            if name in own:
                raise OntologyError(
                    f"type {name!r}: Neo4j keeps this label for the graph itself; rename the type"
                )
        for relation in ontology.relations.values():
            if relation.edge in LINKS.values():
                raise OntologyError(
                    f"relation {relation.name!r}: Neo4j keeps {relation.edge} for the graph itself; rename the relation"
                )
        self._prefix = f"<{base}"
        self._key_of = {kind: key for key, kind in KEYS.items() if kind}

    def reference(self, iri: str) -> Reference:
        """What a subject's term names."""
        if iri.startswith(self._prefix):
            kind, _, id = iri[len(self._prefix) : -1].partition(":")
            if key := self._key_of.get(kind):
                if "%" in id:
                    found = data_id(iri[1:-1], self.base)
                    id = found[1] if found else id
                return Reference(key, id)
        return Reference(
            "Relation", self.relations.get(iri) or self.relations.get(term(iri[1:-1]), iri[1:-1])
        )

    def iri(self, key: str | None, id: str) -> str:
        """The term of a node of the property graph; of one that nobody of ours wrote, no IRI."""
        if key == "Relation":
            predicate = self.predicates.get(id) or foreign(id)
            return f"<{ONTOLOGY}{predicate[3:]}>" if predicate.startswith("kg:") else predicate
        return f"<{data_iri(KEYS[key], str(id), self.base)}>" if key else f"_:{id}"

    def label(self, class_: str) -> str:
        """A class's label."""
        return self.labels.get(class_) or class_.removeprefix("kg:")

    def class_(self, label: str) -> str:
        """A label's class."""
        return self.classes.get(label) or foreign(label)

    def edge(self, predicate: str) -> str:
        """The relationship type of a relation's direct edges."""
        return edge_name(self.relations.get(predicate, predicate))


def foreign(name: str) -> str:
    """The term that a label, a property or a type amounts to by its name alone."""
    return term(data_iri("ontology", name))


def quoted(name: str) -> str:
    """A label or a type in the text of a query."""
    return "`" + name.replace("`", "``") + "`"
