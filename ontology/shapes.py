"""SHACL shapes made from the ontology, by which any tool can check an exported graph.

    python -m ontology.shapes --write     # ontology/shapes.ttl, for the shipped ontology

For each relation: what its subjects and objects may be, both on direct edges and inside claims and
relationships. For each kind of record: which properties it has, how often, with which values. For disjoint
types: that no node has both. An exported graph carries each node's types up the tree, so the shapes need no
inference.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ontology.namespaces import PREFIXES, shorten
from ontology.records import Property, records
from ontology.vocabulary import NodeType, Ontology, Relation, load

_HEADER = """\
# Made from the ontology by `python -m ontology.shapes --write`; edit actors.ttl or claims.ttl instead.
"""


def shapes(ontology: Ontology) -> str:
    """The shapes of an ontology as Turtle, the same text for the same ontology."""
    prefixes = "".join(
        f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("kg", "rdf", "rdfs", "sh", "xsd")
    )
    parts = [
        _HEADER + "\n" + prefixes + "@prefix shape: <urn:attest:shape:> .",
        *_record_shapes(ontology),
        *(_disjoint_shape(kind, ontology) for kind in ontology.types.values() if _excluded(kind, ontology)),
        *(_relation_shapes(relation, ontology) for relation in ontology.relations.values()),
    ]
    return "\n\n".join(parts) + "\n"


def _relation_shapes(relation: Relation, ontology: Ontology) -> str:
    """What stands on either side of a relation.

    The relation itself is the node looked at: one path leads from it to the subjects of all claims that use
    it, so that no claim need be tried against every relation.
    """
    subject = f"{relation.name} takes {' or '.join(relation.domain)} as its subject"
    object = f"{relation.name} takes {' or '.join(relation.range)} as its object"
    domain, range = _any_of(relation.domain, ontology), _any_of(relation.range, ontology)
    term = _term(relation.iri)
    return f"""\
shape:{relation.name} a sh:NodeShape ;
    rdfs:label {_text(relation.label)} ;
    sh:targetNode {term} ;
    sh:property [
        sh:path ( [ sh:inversePath rdf:predicate ] rdf:subject ) ;
        {domain} ;
        sh:message {_text(subject)} ] ;
    sh:property [
        sh:path ( [ sh:inversePath rdf:predicate ] rdf:object ) ;
        {range} ;
        sh:message {_text(object)} ] .
shape:{relation.name}-subject a sh:NodeShape ;
    sh:targetSubjectsOf {term} ;
    {domain} ;
    sh:message {_text(subject)} .
shape:{relation.name}-object a sh:NodeShape ;
    sh:targetObjectsOf {term} ;
    {range} ;
    sh:message {_text(object)} ."""


def _record_shapes(ontology: Ontology) -> Iterator[str]:
    for record in records().values():
        rows = [_property(found, ontology) for found in record.properties]
        if record.name in ("Claim", "Relationship"):
            predicates = " ".join(_term(relation.iri) for relation in ontology.relations.values())
            rows = [
                "sh:property [ sh:path rdf:subject ; sh:minCount 1 ; sh:maxCount 1 ; sh:class kg:Thing ]",
                f"sh:property [ sh:path rdf:predicate ; sh:minCount 1 ; sh:maxCount 1 ; sh:in ( {predicates} ) ]",
                "sh:property [ sh:path rdf:object ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ]",
                *rows,
            ]
        yield (
            " ;\n    ".join(
                [
                    f"shape:{record.name} a sh:NodeShape",
                    f"sh:targetClass kg:{record.name}",
                    "sh:nodeKind sh:IRI",
                    *rows,
                ]
            )
            + " ."
        )


def _property(found: Property, ontology: Ontology) -> str:
    parts = [f"sh:path kg:{found.name}"]
    if found.least:
        parts.append(f"sh:minCount {found.least}")
    if found.most is not None:
        parts.append(f"sh:maxCount {found.most}")
    if isinstance(found.values, tuple):
        parts.append(f"sh:in ( {' '.join(_text(word) for word in found.values)} )")
    elif found.values == "decimal":
        parts.append("sh:or ( [ sh:datatype xsd:decimal ] [ sh:datatype xsd:integer ] )")
    elif found.values in ontology.types or found.values in records():
        parts.append(f"sh:class kg:{found.values}")
    else:
        parts.append(f"sh:datatype xsd:{found.values}")
    return f"sh:property [ {' ; '.join(parts)} ]"


def _excluded(kind: NodeType, ontology: Ontology) -> list[NodeType]:
    """The types this one excludes by its own declaration, each pair once; its ancestors' shapes see to theirs."""
    inherited = {other for parent in kind.parents for other in ontology.types[parent].disjoint}
    order = list(ontology.types)
    return [
        ontology.types[other]
        for other in sorted(kind.disjoint - inherited, key=order.index)
        if order.index(kind.name) < order.index(other)
    ]


def _disjoint_shape(kind: NodeType, ontology: Ontology) -> str:
    return "\n".join(
        f"""\
shape:{kind.name}-is-not-{other.name} a sh:NodeShape ;
    sh:targetClass {_term(kind.iri)} ;
    sh:not [ sh:class {_term(other.iri)} ] ;
    sh:message {_text(f"nothing is both {kind.name} and {other.name}")} ."""
        for other in _excluded(kind, ontology)
    )


def _any_of(names: Iterable[str], ontology: Ontology) -> str:
    classes = [_term(ontology.types[name].iri) if name in ontology.types else f"kg:{name}" for name in names]
    if len(classes) == 1:
        return f"sh:class {classes[0]}"
    return "sh:or ( " + " ".join(f"[ sh:class {name} ]" for name in classes) + " )"


def _term(iri: str) -> str:
    """A term as Turtle, shortened only with the prefixes the file declares."""
    short = shorten(iri)
    return short if short.startswith("kg:") else f"<{iri}>"


def _text(text: str) -> str:
    """A Turtle string; the ontology refuses control characters, so two escapes are enough."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    from ontology.generated import main

    sys.exit(main("ontology.shapes", Path(__file__).with_name("shapes.ttl"), shapes(load())))
