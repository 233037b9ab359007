"""The IRIs of the graph: of the ontology's terms, and of the things that are said to exist."""

from __future__ import annotations

import re

ONTOLOGY = "urn:attest:ontology:"
"""Prefix of every term Attest ships (`kg:` in Turtle and SPARQL)."""

BASE = "urn:attest:"
"""Default base of data IRIs; a graph may be given another."""

KINDS = ("node", "claim", "relationship", "article", "value", "list")
"""What a data IRI may name."""

PREFIXES = {
    "kg": ONTOLOGY,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "sh": "http://www.w3.org/ns/shacl#",
    "prov": "http://www.w3.org/ns/prov#",
    "org": "http://www.w3.org/ns/org#",
    "oa": "http://www.w3.org/ns/oa#",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "ftm": "https://schema.followthemoney.tech/#",
    "plover": "https://github.com/openeventdata/PLOVER#",
}
"""Prefixes used in the ontology, the exports and the prepared questions."""

_PLAIN = re.compile(r"[A-Za-z0-9._~:-]+")
_SAFE = ":@!$()*,;="


def term(name: str) -> str:
    """The IRI of a shipped term: `term("trained")` is `urn:attest:ontology:trained`."""
    return ONTOLOGY + name


def local_name(iri: str) -> str:
    """What a term is called inside Attest: the part of its IRI after the last `#`, `/` or `:`."""
    return re.split(r"[#/:]", iri)[-1]


def data_iri(kind: str, id: str, base: str = BASE) -> str:
    """The IRI of a node, claim, relationship, article or value, its `id` percent-encoded where need be."""
    if _PLAIN.fullmatch(id):
        return f"{base}{kind}:{id}"
    from urllib.parse import quote

    return f"{base}{kind}:{quote(id, safe=_SAFE, errors='surrogatepass')}"


def data_id(iri: str, base: str = BASE) -> tuple[str, str] | None:
    """The kind and id that `data_iri` made `iri` of, or None where it is none of ours."""
    kind, colon, encoded = iri.removeprefix(base).partition(":")
    if not iri.startswith(base) or not colon or kind not in KINDS:
        return None
    if "%" not in encoded:
        return kind, encoded
    from urllib.parse import unquote

    return kind, unquote(encoded, errors="surrogatepass")


def edge_name(relation: str) -> str:
    """A relation's relationship type in a property graph: `edge_name("alliedWith")` is `ALLIED_WITH`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", relation).upper()


def shorten(iri: str) -> str:
    """`iri` with its known prefix (`wdt:P463`), or `<iri>` where no prefix fits."""
    for prefix, namespace in PREFIXES.items():
        rest = iri.removeprefix(namespace)
        if rest != iri and re.fullmatch(r"[A-Za-z_][\w-]*", rest, re.ASCII):
            return f"{prefix}:{rest}"
    return f"<{iri}>"
