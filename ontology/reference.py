"""The reference page of the ontology, made from the ontology.

python -m ontology.reference --write     # docs/ontology.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ontology.namespaces import shorten
from ontology.records import Property, records
from ontology.vocabulary import ROOT, NodeType, Ontology, Relation, load

_INTRODUCTION = """\
# What can be said

<!-- Made from the ontology by `python -m ontology.reference --write`; edit actors.ttl or claims.ttl instead. -->

{types} types of nodes and {relations} relations, version {version}. The source is
[actors.ttl](../ontology/actors.ttl), which opens in any OWL tool; the vocabulary of the claims themselves is
[claims.ttl](../ontology/claims.ttl), and [shapes.ttl](../ontology/shapes.ttl) checks an exported graph (SHACL).
The examples are set in Borrin, which does not exist.

- [Types of nodes](#types-of-nodes)
- Relations: {families}
- [Claims and their sources](#claims-and-their-sources)
- [Types and relations of your own](#types-and-relations-of-your-own)

Mappings to other vocabularies follow a dash: = the same, ≈ nearly, ⊂ narrower than, ⊃ wider than, ~ related.

An **act** happened, at some time; a **state** holds, over some time. A **symmetric** relation says the same in both
directions and is stored once. No relation is transitive, and none is upgraded to another.
"""

EXAMPLE = """\
@prefix : <https://example.org/drones#> .
@prefix kg: <urn:attest:ontology:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

:Drone a owl:Class ;
    rdfs:subClassOf kg:Thing ;
    rdfs:label "drone" ;
    skos:definition "An aircraft without a pilot on board." ;
    skos:example "A drone fell near the saw mill." ;
    owl:disjointWith kg:Actor , kg:Place .

:supplied a owl:ObjectProperty ;
    rdfs:label "supplied" ;
    kg:inverseLabel "was supplied by" ;
    skos:definition "Handed the thing over, for money or not." ;
    skos:example "Sarne Timber supplied two drones." ;
    rdfs:domain [ a owl:Class ; owl:unionOf ( kg:Group kg:State ) ] ;
    rdfs:range :Drone ;
    kg:family "alliance" ;
    kg:tense "act" .
"""

_EXTENSION = f"""\
## Types and relations of your own

Put Turtle files into the graph's `ontology/` folder. Each class needs `rdfs:label`, `skos:definition` and an
`rdfs:subClassOf` that leads up to `kg:Thing`; each relation `rdfs:label`, `kg:inverseLabel` (unless symmetric),
`skos:definition`, `rdfs:domain`, `rdfs:range`, `kg:family` (one of those above) and `kg:tense` (`"act"` or
`"state"`). Several domains or ranges make one `owl:unionOf`; a range may also be `kg:Quantity` or `kg:Date`.
`owl:SymmetricProperty`, `owl:disjointWith`, `kg:color` and the SKOS mapping properties are understood too, other
OWL axioms are refused rather than passed over. Your terms may have any namespace; their local names are what Attest
calls them, so they must be unique, ASCII, and begin with a capital (types) or a small letter (relations).

```turtle
{EXAMPLE}```
"""


def reference(ontology: Ontology) -> str:
    """The page as Markdown, the same text for the same ontology."""
    families = [family for family in ontology.families.values() if _members(ontology, family.name)]
    parts = [
        _INTRODUCTION.format(
            types=len(ontology.types),
            relations=len(ontology.relations),
            version=ontology.version,
            families=", ".join(f"[{family.label}](#{_anchor(family.label)})" for family in families),
        ),
        "## Types of nodes\n",
        "\n".join(_tree(ontology, ROOT)) + "\n",
    ]
    for family in families:
        parts.append(f"## {family.label[0].upper()}{family.label[1:]}\n")
        parts += [_relation(relation) for relation in _members(ontology, family.name)]
    parts += ["## Claims and their sources\n", *_records(), _EXTENSION]
    return "\n".join(parts)


def _members(ontology: Ontology, family: str) -> list[Relation]:
    return [relation for relation in ontology.relations.values() if relation.family == family]


def _tree(ontology: Ontology, name: str, depth: int = 0) -> Iterator[str]:
    """A nested list; a type with several parents stands under each, and is explained under the first."""
    kind = ontology.types[name]
    yield "  " * depth + f"- **{name}**: {_type(kind)}"
    for child in ontology.types.values():
        if name in child.parents and child.parents[0] == name:
            yield from _tree(ontology, child.name, depth + 1)
        elif name in child.parents:
            yield "  " * (depth + 1) + f"- **{child.name}** (see above)"


def _type(kind: NodeType) -> str:
    text = _escape(kind.definition)
    if kind.example:
        text += f" *{_escape(kind.example)}*"
    return text + _mappings(kind.mappings)


def _relation(relation: Relation) -> str:
    ends = "symmetric" if relation.symmetric else f"inverse: *{_escape(relation.inverse_label)}*"
    return (
        f"### {relation.name}\n\n"
        f"{' or '.join(relation.domain)} **{_escape(relation.label)}** {' or '.join(relation.range)}"
        f" · {relation.tense} · {ends}\n\n"
        f"{_escape(relation.definition)} *{_escape(relation.example)}*{_mappings(relation.mappings)}\n"
    )


def _records() -> Iterator[str]:
    for record in records().values():
        name = f"{record.name} (any node)" if record.name == ROOT else record.name
        yield f"### {name}\n\n{_escape(record.definition)}\n"
        if record.name in ("Claim", "Relationship"):
            yield "Its proposition is in `rdf:subject`, `rdf:predicate` and `rdf:object`.\n"
        if record.properties:
            rows = [_row(found) for found in record.properties]
            yield "\n".join(["| property | how many | values | meaning |", "|---|---|---|---|", *rows]) + "\n"


def _row(found: Property) -> str:
    count = {(0, None): "any", (0, 1): "0–1", (1, 1): "1", (1, None): "1 or more"}[found.least, found.most]
    values = (
        found.values if isinstance(found.values, str) else ", ".join(f"`{word}`" for word in found.values)
    )
    return f"| kg:{found.name} | {count} | {values} | {_escape(found.definition)} |"


def _mappings(mappings: tuple[tuple[str, str], ...]) -> str:
    """Where the term is found elsewhere, after a dash."""
    words = {
        "exactMatch": "=", "closeMatch": "≈", "broadMatch": "⊂", "narrowMatch": "⊃",
        "relatedMatch": "~", "inverseMatch": "inverse of",
    }  # fmt: skip
    return (
        " — " + ", ".join(f"{words[how]} `{shorten(iri).strip('<>')}`" for how, iri in mappings)
        if mappings
        else ""
    )


def _anchor(heading: str) -> str:
    return heading.casefold().replace(" ", "-")


def _escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)


if __name__ == "__main__":
    from ontology.generated import main

    page = Path(__file__).resolve().parent.parent / "docs" / "ontology.md"
    sys.exit(main("ontology.reference", page, reference(load())))
