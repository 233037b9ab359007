"""The JSON-LD context made from the ontology: an exported graph in JSON reads by plain names.

    python -m ontology.context --write     # ontology/context.jsonld, for the shipped ontology

Types, relations and the properties of records go by their local names; `type` is `@type`. Ends of relations and
references between records are IRIs; days, counts and flags are JSON numbers and booleans; everything else is a string.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ontology.namespaces import ONTOLOGY, PREFIXES
from ontology.records import Property, records
from ontology.vocabulary import Ontology, load

_NATIVE = ("string", "integer", "boolean")
"""Datatypes that JSON has itself."""


def context(ontology: Ontology) -> dict[str, Any]:
    """The context of an ontology, the same for the same ontology."""
    terms: dict[str, Any] = {"@version": 1.1, "kg": ONTOLOGY, "rdf": PREFIXES["rdf"], "xsd": PREFIXES["xsd"]}
    terms["type"] = "@type"
    for name in ("subject", "predicate", "object"):
        terms[name] = {"@id": f"rdf:{name}", "@type": "@id"}
    for kind in ontology.types.values():
        terms[kind.name] = _short(kind.iri)
    for record in records().values():
        if record.name not in terms:
            terms[record.name] = _short(ONTOLOGY + record.name)
        for found in record.properties:
            terms[found.name] = _property(found, ontology)
    for relation in ontology.relations.values():
        terms[relation.name] = {"@id": _short(relation.iri), "@type": "@id"}
    return {"@context": terms}


def text(ontology: Ontology) -> str:
    """The context as the file has it."""
    return json.dumps(context(ontology), indent=2, ensure_ascii=False) + "\n"


def _property(found: Property, ontology: Ontology) -> Any:
    iri = _short(ONTOLOGY + found.name)
    if isinstance(found.values, tuple) or found.values in _NATIVE:
        return iri
    if found.values in ontology.types or found.values in records():
        return {"@id": iri, "@type": "@id"}
    return {"@id": iri, "@type": f"xsd:{found.values}"}


def _short(iri: str) -> str:
    return f"kg:{iri.removeprefix(ONTOLOGY)}" if iri.startswith(ONTOLOGY) else iri


if __name__ == "__main__":
    from ontology.generated import main

    sys.exit(main("ontology.context", Path(__file__).with_name("context.jsonld"), text(load())))
