"""STIX 2.1: a bundle of identities, locations and incidents, their relationships, a note for each claim, and a report
for each article.

STIX has no way to deny, to pledge or to predict: what is only denied or only foreseen is left out and counted, and so
are such claims of what is affirmed too. What is hedged has a confidence. Ids are made of the graph's own, so that they
are the same in every export. STIX wants a time everywhere: objects are created when the graph was last added to, and a
report is published at the first moment that its date can mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from kg.exports.formats import Export, Format
from kg.network import ClaimEdge, Node, RelationshipEdge
from kg.status import AFFIRMED, HEDGED
from ontology import dates
from ontology.errors import DateError
from ontology.namespaces import edge_name
from ontology.vocabulary import Ontology

_NAMESPACE = UUID("0f5a3f64-5d0e-5a51-9f10-6a7a4ab0c1d2")
_FOREIGN = {"linkedTo": "related-to", "basedIn": "located-at"}
"""Relations that STIX has a name of its own for; the others are called by ours, as it allows."""

_COLLECTIVES = ("ArmedGroup", "Community", "Delegation")
_CONFIDENCE = {"probable": 60, "possible": 40}
"""On the specification's scale none, low, med (30–69), high: what is hedged is med."""

_MEDIUM = 50
UNTOLD = "claims that deny, pledge or predict are left out: STIX has no way to tell them"
UNAFFIRMED = "relationships that nobody affirms are left out: STIX has no way to tell them"
SHAPELESS = "nodes that STIX has no object for (values, agreements, positions, documents) are left out"
LOOSE = "relationships with an end that STIX has no object for are left out"
UNDATED = "articles without a day of publication have no report"
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def write(what: Export) -> Iterator[str]:
    """The bundle, an object a line."""
    writer = _Writer(what)
    selection = str(what.network.selection)
    sequence = what.network.graph.ledger.sequence
    yield f'{{"type": "bundle", "id": "{writer.id("bundle", f"{sequence} {selection}")}"'
    separator = ',\n"objects": [\n'
    for made in writer.objects():
        yield separator + _encode(made)
        separator = ",\n"
    # STIX has no empty lists: a bundle of nothing has no objects at all.
    yield "}\n" if "objects" in separator else "\n]}\n"


class _Writer:
    """Makes the objects of one bundle; those that others refer to come first."""

    def __init__(self, what: Export) -> None:
        self.network, self.left_out = what.network, what.left_out
        self.ontology: Ontology = what.network.ontology
        self._base = what.network.graph.settings.base
        row = what.network.graph.ledger.db.execute("SELECT max(started) FROM runs").fetchone()
        last = (
            datetime.fromisoformat(row[0]).astimezone(UTC)
            if row and row[0]
            else datetime(1970, 1, 1, tzinfo=UTC)
        )
        self._created = last.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self._ids: dict[str, str] = {}
        self._publishers: set[str] = set()

    def id(self, type: str, own: str) -> str:
        """An object's id, from one of ours."""
        return f"{type}--{uuid5(_NAMESPACE, f'{self._base} {type} {own}')}"

    def _object(self, type: str, own: str, **properties: Any) -> dict[str, Any]:
        common = {"created": self._created, "modified": self._created}
        told = {name: value for name, value in properties.items() if value not in ("", None, [])}
        return {"type": type, "spec_version": "2.1", "id": self.id(type, own), **common, **told}

    def objects(self) -> Iterator[dict[str, Any]]:
        """All of them."""
        for node in self.network.nodes():
            if made := self._node(node):
                self._ids[node.id] = made["id"]
                yield made
            else:
                self.left_out[SHAPELESS] += 1
        kept: dict[str, str] = {}
        for edge in self.network.relationships():
            if made := self._relationship(edge):
                kept[edge.id] = made["id"]
                yield made
        for _, claims in groupby(self.network.claims(), key=lambda claim: claim.article):
            yield from self._article(list(claims), kept)

    def _node(self, node: Node) -> dict[str, Any] | None:
        told: dict[str, Any] = {
            "name": node.name,
            "description": f"also called {'; '.join(node.aliases)}" if node.aliases else "",
            "external_references": [_reference(one) for one in node.identifiers],
        }

        def is_a(name: str) -> bool:
            return any(self.ontology.is_a(one, name) for one in node.types)

        if is_a("Actor"):
            of = "unspecified"
            if is_a("Person"):
                of = "individual"
            elif any(is_a(one) for one in _COLLECTIVES):
                of = "group"
            elif is_a("Group") or is_a("State"):
                of = "organization"
            return self._object("identity", node.id, **told, identity_class=of, roles=list(node.types))
        if is_a("Place"):
            return self._object("location", node.id, **told, region=node.name)
        if is_a("Event"):
            return self._object("incident", node.id, **told, labels=list(node.types))
        return None

    def _relationship(self, edge: RelationshipEdge) -> dict[str, Any] | None:
        if not edge.affirmed and not edge.hedged:
            self.left_out[UNAFFIRMED] += 1
            return None
        source, target = self._ids.get(edge.subject), self._ids.get(edge.object)
        if source is None or target is None:
            self.left_out[LOOSE] += 1
            return None
        counted = (
            f"{edge.status}; {edge.affirmed + edge.hedged} of {_number(edge.claims, 'claim')} affirm it,"
            f" {edge.denied} deny it"
        )
        sources = f"{_number(edge.speakers, 'independent speaker')}, {edge.unnamed} unnamed"
        return self._object(
            "relationship",
            edge.id,
            relationship_type=_relationship_type(edge.relation),
            source_ref=source,
            target_ref=target,
            description=f"{counted}; {sources}; said {edge.first or 'at an unknown time'} to {edge.last or 'unknown'}",
            labels=[edge.status],
            confidence=None if edge.affirmed else _MEDIUM,
        )

    def _article(self, claims: list[ClaimEdge], kept: dict[str, str]) -> Iterator[dict[str, Any]]:
        """The notes of an article's claims, and its report."""
        first = claims[0]
        publisher = None
        if first.publisher:
            publisher = self.id("identity", f"publisher {first.publisher}")
            if first.publisher not in self._publishers:
                self._publishers.add(first.publisher)
                yield self._object(
                    "identity",
                    f"publisher {first.publisher}",
                    name=first.publisher,
                    identity_class="organization",
                )
        told: list[str] = []
        for claim in claims:
            if claim.standing not in (AFFIRMED, HEDGED):
                self.left_out[UNTOLD] += 1
            elif claim.relationship in kept:
                note = self._note(claim, kept[claim.relationship], publisher)
                told += [kept[claim.relationship], note["id"]]
                yield note
        if not told:
            return
        published = _moment(first.published)
        if published is None:
            self.left_out[UNDATED] += 1
            return
        yield self._object(
            "report",
            f"article {first.article}",
            name=first.title,
            published=published,
            created_by_ref=publisher,
            external_references=[_source(first)],
            object_refs=list(dict.fromkeys(told)),
        )

    def _note(self, claim: ClaimEdge, relationship: str, publisher: str | None) -> dict[str, Any]:
        speakers = [one.name for one in reversed(claim.speakers)] or [claim.publisher or claim.origin]
        return self._object(
            "note",
            claim.id,
            abstract=f"{claim.subject_name} {claim.label} {claim.object_name}",
            content=claim.sentence or claim.quote,
            authors=[one for one in speakers if one],
            object_refs=[relationship],
            created_by_ref=publisher,
            confidence=_CONFIDENCE.get(claim.certainty),
            external_references=[_source(claim)],
        )


def _relationship_type(relation: str) -> str:
    """A relation's name as STIX writes one: small letters and hyphens."""
    name = _FOREIGN.get(relation) or edge_name(relation).lower().replace("_", "-")
    return "".join(one if one.isascii() and (one.isalnum() or one == "-") else "-" for one in name)


def _reference(identifier: str) -> dict[str, str]:
    scheme, _, own = identifier.partition(":")
    return {"source_name": scheme, "external_id": own or identifier}


def _source(claim: ClaimEdge) -> dict[str, str]:
    """Where an article is: its publisher, title and address."""
    told = {"source_name": claim.publisher or claim.origin or claim.article, "description": claim.title}
    return told | {"external_id": claim.article} | ({"url": claim.url} if claim.url else {})


def _moment(published: str) -> str | None:
    """The first moment that a date can mean, or None where there is none that STIX can write."""
    try:
        return f"{date.fromordinal(dates.parse(published).earliest)}T00:00:00.000Z" if published else None
    except (DateError, ValueError, OverflowError):
        return None


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


FORMAT = Format(
    name="stix",
    title="STIX 2.1 bundle",
    suffix=".json",
    opens="the stix2 library, OpenCTI, MISP",
    loses="denials, pledges and predictions (left out and counted); figures, dates, agreements, positions and documents"
    " (left out and counted); qualifiers of claims; times are padded to a moment",
    write=write,
    forms=(),
)
