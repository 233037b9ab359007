"""Checks RDF against the ontology's SHACL shapes: this graph's own, or a file that was exported and perhaps edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.exports.formats import Export
from kg.exports.rdf import as_ntriples
from kg.folder import own_ontology
from kg.graph import Graph
from kg.network import select
from ontology.errors import SourceError, UsageError
from ontology.extras import needs
from ontology.shapes import shapes
from ontology.vocabulary import source

_NOTATIONS = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".jsonld": ox.RdfFormat.JSON_LD}


def violations(graph: Graph, file: Path | None = None) -> list[str]:
    """What does not conform, a line each: the node, what is wrong with it. Empty where everything does.

    Raises UsageError without the extra that this needs, SourceError for a file that is no RDF.
    """
    rdflib, pyshacl = needs("rdflib", "rdf"), needs("pyshacl", "rdf")
    data = rdflib.Graph()
    if file is None:
        data.parse(data="".join(as_ntriples(Export(select(graph), "relationships"))), format="nt")
    else:
        _read(data, file)
    terms = rdflib.Graph()
    terms.parse(data=source("actors.ttl"), format="turtle")
    for own in own_ontology(graph.path):
        terms.parse(data=own.read_bytes(), format="turtle")
    rules = rdflib.Graph().parse(data=shapes(graph.ontology), format="turtle")
    _, found, _ = pyshacl.validate(data, shacl_graph=rules, ont_graph=terms, inference="none")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    lines = []
    for result in found.subjects(rdflib.RDF.type, sh.ValidationResult):
        about, path, value, message = (
            found.value(result, one) for one in (sh.focusNode, sh.resultPath, sh.value, sh.resultMessage)
        )
        where = f" {str(path).rpartition(':')[2]}" if isinstance(path, rdflib.URIRef) else ""
        what = f" ({value})" if value is not None else ""
        lines.append(f"{about}{where}: {message}{what}")
    return sorted(lines)


def _read(data: Any, file: Path) -> None:
    """Through the engine's own parsers, which fetch no context and no import."""
    notation = _NOTATIONS.get(file.suffix.lower())
    if notation is None:
        raise UsageError(f"{file}: expected a file called {', '.join(f'*{suffix}' for suffix in _NOTATIONS)}")
    try:
        content = file.read_bytes()
        triples = [quad.triple for quad in ox.parse(content, format=notation)]
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", file=str(file)) from None
    except (SyntaxError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise SourceError(f"is no {notation.name}: {reason}", file=str(file)) from None
    written = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    data.parse(data=written, format="nt")
