"""FollowTheMoney entities, one JSON object a line, as Aleph and OpenSanctions read them.

Nodes become entities of the schema that the loader reads the other way, relationships (or claims) entities of their
own: Membership, Occupancy and Family where these fit, else UnknownLink with the relation as its role. The model has
no way to deny or predict: what is only denied or only foreseen is left out and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from kg.exports.formats import Export, Format
from kg.network import ClaimEdge, Node, RelationshipEdge
from kg.status import AFFIRMED, HEDGED
from ontology.vocabulary import Ontology

_SCHEMATA = (
    ("Person", "Person"),
    ("Company", "Company"),
    ("Government", "PublicBody"),
    ("GovernmentBody", "PublicBody"),
    ("SecurityForce", "PublicBody"),
    ("IntelligenceAgency", "PublicBody"),
    ("State", "PublicBody"),
    ("Group", "Organization"),
    ("Actor", "LegalEntity"),
    ("Place", "Address"),
    ("Event", "Event"),
    ("Position", "Position"),
)
"""Types with their schemata, the first that fits."""

_TOPICS = {
    "PoliticalParty": "pol.party",
    "IntergovernmentalOrganization": "gov.igo",
    "SecurityForce": "gov.security",
    "IntelligenceAgency": "gov.security",
}
_IDENTIFIERS = {"wikidata": "wikidataId", "lei": "leiCode", "imo": "imoNumber"}
_LEGAL = frozenset(("Person", "Company", "PublicBody", "Organization", "LegalEntity"))
_ORGANIZATIONS = frozenset(("Company", "PublicBody", "Organization"))
_EDGES = (
    ("memberOf", "Membership", "member", _LEGAL, "organization", _ORGANIZATIONS),
    ("holdsPosition", "Occupancy", "holder", frozenset(("Person",)), "post", frozenset(("Position",))),
    ("relativeOf", "Family", "person", frozenset(("Person",)), "relative", frozenset(("Person",))),
)
"""Relation, schema, and by which property and of which schemata its two ends are."""

SHAPELESS = "nodes that FollowTheMoney has no schema for (values, agreements, documents) are left out"
LOOSE = "edges with an end that FollowTheMoney has no schema for are left out"
UNAFFIRMED = "edges that deny, pledge or predict are left out: FollowTheMoney has no way to tell them"
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(what: Export) -> Iterator[str]:
    """The entities, one a line."""
    ontology = what.network.ontology
    schemata: dict[str, str] = {}
    for node in what.network.nodes():
        schema = _schema(node, ontology)
        if schema is None:
            what.left_out[SHAPELESS] += 1
            continue
        schemata[node.id] = schema
        yield _entity(node.id, schema, _properties(node, schema, ontology))
    for edge in what.edges():
        affirmed = (
            edge.affirmed + edge.hedged > 0
            if isinstance(edge, RelationshipEdge)
            else edge.standing in (AFFIRMED, HEDGED)
        )
        ends = (schemata.get(edge.subject), schemata.get(edge.object))
        if not affirmed:
            what.left_out[UNAFFIRMED] += 1
        elif ends[0] is None or ends[1] is None:
            what.left_out[LOOSE] += 1
        else:
            yield _link(edge, ends[0], ends[1])


def _entity(id: str, schema: str, properties: dict[str, list[str]]) -> str:
    told = {name: values for name, values in properties.items() if values}
    return _encode({"id": id, "schema": schema, "properties": told}) + "\n"


def _schema(node: Node, ontology: Ontology) -> str | None:
    for type, schema in _SCHEMATA:
        if any(ontology.is_a(one, type) for one in node.types):
            return schema
    return None


def _properties(node: Node, schema: str, ontology: Ontology) -> dict[str, list[str]]:
    properties: dict[str, list[str]] = {"name": [node.name], "alias": list(node.aliases)}
    if schema == "Address":
        properties["full"] = [node.name]
    for identifier in node.identifiers:
        scheme, _, own = identifier.partition(":")
        name = _IDENTIFIERS.get(scheme)
        if name == "wikidataId" or (name == "leiCode" and schema in _LEGAL):
            properties.setdefault(name, []).append(own)
    topics = {topic for type, topic in _TOPICS.items() if any(ontology.is_a(one, type) for one in node.types)}
    properties["topics"] = sorted(topics)
    properties["keywords"] = list(node.types)
    return properties


def _link(edge: RelationshipEdge | ClaimEdge, subject: str, object_: str) -> str:
    schema, source, target = "UnknownLink", "subject", "object"
    for relation, fitting, one, ones, other, others in _EDGES:
        if edge.relation == relation and subject in ones and object_ in others:
            schema, source, target = fitting, one, other
    properties: dict[str, list[str]] = {source: [edge.subject], target: [edge.object], "recordId": [edge.id]}
    if schema == "Family":
        properties["relationship"] = [edge.label]
    if schema in ("UnknownLink", "Membership"):
        properties["role"] = [edge.label]
    if schema != "Family":
        properties["status"] = [edge.status]
    properties |= _of_relationship(edge) if isinstance(edge, RelationshipEdge) else _of_claim(edge)
    return _entity(edge.id, schema, properties)


def _of_relationship(edge: RelationshipEdge) -> dict[str, list[str]]:
    counted = (
        f"{edge.status}: of {edge.claims} claims {edge.affirmed} affirm it, {edge.hedged} hedge it,"
        f" {edge.denied} deny it; {edge.speakers} independent speakers, {edge.unnamed} unnamed, {edge.deniers} against"
    )
    return {"summary": [counted]}


def _of_claim(edge: ClaimEdge) -> dict[str, list[str]]:
    by = " according to ".join(one.name for one in reversed(edge.speakers))
    said = [f"said by {by}"] if by else [f"in the article's own voice ({edge.publisher or edge.origin})"]
    return {
        "summary": [edge.sentence or edge.quote],
        "description": said,
        "publisher": [edge.publisher] if edge.publisher else [],
        "sourceUrl": [edge.url] if edge.url else [],
        "date": _dates(edge.said),
        "startDate": _dates(edge.start),
        "endDate": _dates(edge.until),
    }


def _dates(edtf: str) -> list[str]:
    """A date that FollowTheMoney can hold: a year, month or day, nothing uncertain."""
    return [edtf] if _DATE.fullmatch(edtf) else []


FORMAT = Format(
    name="followthemoney",
    title="FollowTheMoney entities",
    suffix=".ftm.json",
    opens="FollowTheMoney, Aleph, OpenSanctions' tools",
    loses="denials, pledges and predictions (left out and counted); figures, dates, agreements and documents (left out"
    " and counted); dates that are not a plain year, month or day; identifiers but Wikidata's and the LEI; which claims"
    " are whose qualifiers",
    write=write,
)
