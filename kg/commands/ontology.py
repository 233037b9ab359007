"""`kg ontology`: the types and relations of this graph."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from kg.folder import own_ontology
from kg.rendering.characters import Style, padded, paragraph, visible
from kg.rendering.listings import as_json, listed
from ontology import vocabulary
from ontology.errors import UsageError
from ontology.suggestions import did_you_mean
from ontology.vocabulary import NodeType, Ontology, Relation

SUMMARY = "list types and relations, or show one"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Lists the types of nodes and the relations between them: Attest's, and yours from Turtle files in the"
        " graph's folder ontology/. With a name, shows that one: definition, example, what it relates, mappings."
    )
    parser.epilog = "example: kg ontology alliedWith"
    parser.add_argument("name", nargs="?", help="a type (ArmedGroup) or relation (alliedWith)")


def run(args: argparse.Namespace) -> int:
    """List or show."""
    ontology = vocabulary.load(own_ontology(args.graph))
    if args.name is None:
        _list(ontology, args.format)
        return 0
    term = _term(ontology, args.name)
    facts = _type(term, ontology) if isinstance(term, NodeType) else _relation(term)
    if args.format == "json":
        sys.stdout.write(as_json(facts))
    elif args.format == "table":
        print("\n".join(_shown(facts, Style.of(sys.stdout))))
    else:
        rows = [{"field": name, "value": value} for name, value in facts.items() if value]
        sys.stdout.write(listed(("field", "value"), rows, args.format, Style.of(sys.stdout)))
    return 0


def _term(ontology: Ontology, name: str) -> NodeType | Relation:
    """The type or relation of that name or label, in any case."""
    terms: list[NodeType | Relation] = [*ontology.types.values(), *ontology.relations.values()]
    known = {term.label.casefold(): term for term in terms} | {term.name.casefold(): term for term in terms}
    found = ontology.types.get(name) or ontology.relations.get(name) or known.get(name.casefold())
    if found is None:
        near = did_you_mean(name, [term.name for term in terms], "`kg ontology` lists them")
        raise UsageError(f"there is no type or relation {name!r}{near}")
    return found


def _list(ontology: Ontology, format: str) -> None:
    types = [
        {"name": one.name, "under": ", ".join(one.parents), "definition": one.definition}
        for one in ontology.types.values()
    ]
    relations = [
        {
            "name": one.name,
            "family": one.family,
            "relates": f"{' | '.join(one.domain)} {'–' if one.symmetric else '→'} {' | '.join(one.range)}",
            "definition": one.definition,
        }
        for one in ontology.relations.values()
    ]
    if format == "json":
        data = {
            "types": [_type(one, ontology) for one in ontology.types.values()],
            "relations": [_relation(one) for one in ontology.relations.values()],
        }
        sys.stdout.write(as_json(data))
        return
    style = Style.of(sys.stdout)
    if format == "csv":
        rows: list[dict[str, Any]] = [{"what": "type", **one} for one in types]
        rows += [{"what": "relation", **one} for one in relations]
        columns = ("what", "name", "under", "family", "relates", "definition")
        sys.stdout.write(listed(columns, rows, format, style))
        return
    sys.stdout.write(listed(("name", "under", "definition"), types, format, style))
    print()
    sys.stdout.write(listed(("name", "family", "relates", "definition"), relations, format, style))
    if format == "table":
        print("\n`kg ontology NAME` shows one with an example.")


def _type(term: NodeType, ontology: Ontology) -> dict[str, Any]:
    below = [name for name in ontology.subtypes(term.name) if term.name in ontology.types[name].parents]
    return {
        "name": term.name,
        "what": "type",
        "label": term.label,
        "definition": term.definition,
        "example": term.example,
        "under": list(term.ancestors[1:]),
        "directly below": below,
        "never also": sorted(term.disjoint),
        "subject of": [
            one.name for one in ontology.relations.values() if _fits(ontology, term.name, one.domain)
        ],
        "object of": [
            one.name for one in ontology.relations.values() if _fits(ontology, term.name, one.range)
        ],
        "mappings": [f"{how} {iri}" for how, iri in term.mappings],
        "iri": term.iri,
    }


def _fits(ontology: Ontology, name: str, allowed: tuple[str, ...]) -> bool:
    return any(ontology.is_a(name, one) for one in allowed)


def _relation(term: Relation) -> dict[str, Any]:
    return {
        "name": term.name,
        "what": "symmetric relation" if term.symmetric else "relation",
        "label": term.label,
        "read backwards": "" if term.symmetric else term.inverse_label,
        "definition": term.definition,
        "example": term.example,
        "family": term.family,
        "tense": term.tense
        + (" (asked with --as-of)" if term.tense == "state" else " (asked with --since, --until)"),
        "subject": list(term.domain),
        "object": list(term.range),
        "mappings": [f"{how} {iri}" for how, iri in term.mappings],
        "iri": term.iri,
    }


def _shown(facts: dict[str, Any], style: Style) -> list[str]:
    size = max(len(title) for title in facts)
    lines: list[str] = []
    for title, value in facts.items():
        if not value:
            continue
        label = padded(title, size) + "  "
        parts = value if title == "mappings" else [", ".join(value) if isinstance(value, list) else value]
        for number, part in enumerate(parts):
            first, *rest = paragraph(
                visible(part), style.text_width, label if not number else " " * len(label)
            )
            lines += [style.strong(first[: len(label)]) + first[len(label) :] if not number else first, *rest]
    return lines
