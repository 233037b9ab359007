"""The ledger as RDF: every live node, claim, relationship, value and article as a subject with its statements.

Each statement belongs to exactly one subject, so a store follows the ledger by comparing, subject by subject, what it
holds with what is given here; `kg.rdf` says how statements are written. The direct edge `s kg:trained o` alone
depends on several relationships (figures differ by place) and is given apart.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from kg import identity
from kg.ledger import Ledger, batches, marks
from kg.naming import preferred_name, value_name, weak_names
from kg.rdf import Edge, boolean, number, term, text
from kg.recorded import ClaimRow, digest
from kg.status import AFFIRMED, DENIED, HEDGED, NOT_ACTUAL, Source, independent, status
from ontology import dates
from ontology.dates import OPEN_FUTURE, OPEN_PAST
from ontology.errors import OntologyError
from ontology.names import name_key, order_key, sort_key
from ontology.namespaces import BASE, data_iri
from ontology.vocabulary import Ontology


class Share(NamedTuple):
    """One of `parts` equal parts of the ledger, counted from 0."""

    part: int = 0
    parts: int = 1

    def of(self, column: str) -> tuple[str, list[int]]:
        """The SQL condition that a number falls into it, to follow others, with its values."""
        return (f"AND {column} % ? = ?", [self.parts, self.part]) if self.parts > 1 else ("", [])


WHOLE = Share()


class Projection:
    """Reads the ledger and writes RDF. `base` begins the IRIs of everything but the ontology's own terms."""

    def __init__(
        self, ledger: Ledger, ontology: Ontology, base: str = BASE, ontology_digest: str = ""
    ) -> None:
        self.ledger, self.ontology, self.base = ledger, ontology, base
        self.ontology_digest = ontology_digest
        self._kinds = identity.Kinds(ontology)
        self._classes: dict[str, list[str]] = {}
        self._relations = {name: term(relation.iri) for name, relation in ontology.relations.items()}
        self._recorded: dict[int, int] = {}
        self._node_iri = lru_cache(maxsize=16384)(lambda id: f"<{data_iri('node', id, base)}>")

    def check_ontology(self) -> None:
        """Raise OntologyError if the ledger uses a type or relation that the ontology has no longer."""
        for table, column, known in (
            ("claims", "relation", self.ontology.relations),
            ("entities", "type", self.ontology.types),
        ):
            for (name,) in self.ledger.db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE live"):
                if name not in known:
                    raise OntologyError(
                        f"{self.ledger.path.parent / 'ontology'}: {column} {name!r} is gone, but {table} of this graph"
                        " use it; put its Turtle back, or retract the articles that use it first"
                    )

    def iri(self, kind: str, id: str) -> str:
        """The term of a node, claim, relationship, article, value or list."""
        return f"<{data_iri(kind, id, self.base)}>"

    # Claims

    def claims(self, rows: Iterable[ClaimRow]) -> Iterator[tuple[str, str]]:
        """(subject, statements) of each claim."""
        for some in batches(list(rows)):
            bodies = [json.loads(row.body) for row in some]
            entity = self._entity_ids(some, bodies)
            articles = self._article_ids(some)
            for row, body in zip(some, bodies, strict=True):
                yield self._claim(row, body, entity, articles)

    def new_claims(
        self, rows: list[ClaimRow], bodies: list[dict[str, Any]], nodes: dict[int, int]
    ) -> Iterator[tuple[str, str]]:
        """(subject, statements) of claims just recorded, whose bodies and nodes by entity are at hand."""
        canonical = self.ledger.canonical(nodes.values())
        entity = {number: canonical[node] for number, node in nodes.items()}
        articles = self._article_ids(rows)
        for row, body in zip(rows, bodies, strict=True):
            yield self._claim(row, body, entity, articles)

    def claim_rows(self, where: str, values: list[Any]) -> list[ClaimRow]:
        """Live claims that meet an SQL condition of this package's own."""
        return [
            ClaimRow(*row)
            for row in self.ledger.db.execute(
                f"SELECT {', '.join(ClaimRow._fields)} FROM claims WHERE live AND {where}", values
            )
        ]

    def _claim(
        self, row: ClaimRow, body: dict[str, Any], entity: dict[int, str], articles: dict[int, str]
    ) -> tuple[str, str]:
        relation, node = self.ontology.relations[row.relation], self._node_iri
        subject = entity[row.subject]
        if row.object > 0:
            object_ = entity[row.object]
            if relation.symmetric and object_ < subject:
                subject, object_ = object_, subject
            object_iri = node(object_)
        else:
            object_ = self.literal_id(-row.object)
            object_iri = self.iri("value", object_)
        get = body.get
        place = get("place", 0)
        compared = entity[place] if place and "Quantity" in relation.range else ""
        dated = get("dated", False)
        if dated:
            scope_from, scope_until = row.first_day, row.last_day
        else:
            scope_from = row.said_day
            scope_until = OPEN_FUTURE if relation.tense == "state" else body["saidLast"]
        evidence = body["evidence"]
        statements = (
            f'a kg:Claim\nkg:id "{row.key}"\nrdf:subject {node(subject)}\n'
            f"rdf:predicate {self._relations[row.relation]}\nrdf:object {object_iri}\n"
            f"kg:relationship <{self.base}relationship:{relationship_id(subject, row.relation, object_, compared)}>\n"
            f'kg:article {articles[row.article]}\nkg:polarity "{get("polarity", "affirmed")}"\n'
            f'kg:certainty "{get("certainty", "unstated")}"\nkg:modality "{get("modality", "actual")}"\n'
            f'kg:basis "{get("basis", "stated")}"\nkg:standing "{row.standing}"\n'
            f"kg:dated {'true' if dated else 'false'}\nkg:startDay {row.first_day}\nkg:untilDay {row.last_day}\n"
            f"kg:scopeFrom {scope_from}\nkg:scopeUntil {scope_until}\nkg:saidDay {row.said_day}\n"
            f"kg:recordedDay {self._recorded.get(row.run) or self._day_of(row.run)}\n"
            f"kg:quote {text(' … '.join([f[2] for f in evidence]))}\n"
            f'kg:fragments "{" ".join([f"{f[0]}-{f[1]}" for f in evidence])}"'
        )
        if row.said:
            statements += f"\nkg:said {text(row.said)}"
        if speakers := get("speakers"):
            statements += f"\nkg:speaker {node(entity[speakers[-1]])}"
            if len(speakers) > 1:
                for speaker in {entity[one] for one in speakers[:-1]}:
                    statements += f"\nkg:relayedBy {node(speaker)}"
        for name in ("start", "until", "words", "role"):
            if name in body:
                statements += f"\nkg:{name} {text(body[name])}"
        for name in ("place", "event", "about", "instrument"):
            if name in body:
                statements += f"\nkg:{name} {node(entity[body[name]])}"
        if get("ended"):
            statements += "\nkg:ended true"
        if quantity := get("quantity"):
            statements += f"\nkg:quantity {self.iri('value', self.literal_id(quantity))}"
        return f"<{self.base}claim:{row.key}>", statements

    def _day_of(self, run: int) -> int:
        """The day on which a run started, in UTC; the open past for a run that left no record."""
        row = self.ledger.db.execute("SELECT started FROM runs WHERE id=?", (run,)).fetchone()
        day = self._recorded[run] = date.fromisoformat(row[0][:10]).toordinal() if row else OPEN_PAST
        return day

    def _entity_ids(self, rows: list[ClaimRow], bodies: list[dict[str, Any]]) -> dict[int, str]:
        wanted: set[int] = set()
        for row, body in zip(rows, bodies, strict=True):
            wanted.add(row.subject)
            if row.object > 0:
                wanted.add(row.object)
            wanted.update(body.get("speakers", ()))
            wanted.update(body[name] for name in ("place", "event", "about", "instrument") if name in body)
        return self.node_ids(wanted)

    def node_ids(self, entities: Iterable[int]) -> dict[int, str]:
        """The canonical id of the node that each entity now belongs to."""
        found: dict[int, str] = {}
        for some in batches(list(entities)):
            found.update(
                self.ledger.db.execute(
                    "SELECT entities.id, canonical FROM entities JOIN nodes ON nodes.id = entities.node"
                    f" WHERE entities.id IN ({marks(some)})",
                    some,
                ).fetchall()
            )
        return found

    def _article_ids(self, rows: list[ClaimRow]) -> dict[int, str]:
        return {
            number: self.iri("article", key)
            for some in batches(list({row.article for row in rows}))
            for number, key in self.ledger.db.execute(
                f"SELECT id, key FROM articles WHERE id IN ({marks(some)})", some
            )
        }

    # Relationships

    def relationships(
        self,
        numbers: Iterable[int] | None = None,
        counting: str = "",
        values: Iterable[Any] = (),
        *,
        share: Share = WHOLE,
    ) -> Iterator[tuple[str, str, Edge]]:
        """(subject, statements, direct edge) of each relationship with live claims; by default of a share of all.

        `counting` is a condition in SQL on the claims that count, over `c` and `r`, with its values.
        """
        if numbers is None:
            condition, own = share.of("c.relationship")
            yield from self._relationships(condition + counting, [*own, *values])
            return
        for some in batches(sorted(numbers)):
            yield from self._relationships(
                f"AND c.relationship IN ({marks(some)}){counting}", [*some, *values]
            )

    def _relationships(self, condition: str, values: Sequence[Any]) -> Iterator[tuple[str, str, Edge]]:
        rows = self.ledger.db.execute(
            "SELECT c.relationship, c.standing, c.first_day, c.last_day, c.said_day, c.said, c.sentence, c.article,"
            " a.origin, s.node, r.relation, ns.canonical, r.object, no.canonical, np.canonical,"
            " EXISTS (SELECT 1 FROM facts f WHERE f.node = s.node AND f.kind = 'N' AND f.uses > 0)"
            " FROM claims c JOIN articles a ON a.id = c.article JOIN relationships r ON r.id = c.relationship"
            " JOIN nodes ns ON ns.id = r.subject LEFT JOIN nodes no ON no.id = r.object"
            " LEFT JOIN nodes np ON np.id = r.place LEFT JOIN entities s ON s.id = c.speaker"
            f" WHERE c.live {condition} ORDER BY c.relationship, c.id",
            values,
        )
        current = 0
        claims: list[Any] = []
        for row in rows:
            if row[0] != current and claims:
                yield self._relationship(claims)
                claims = []
            current = row[0]
            claims.append(row)
        if claims:
            yield self._relationship(claims)

    def _relationship(self, claims: list[Any]) -> tuple[str, str, Edge]:
        _, *_, name, subject, object_number, object_, place, _ = claims[0]
        relation = self.ontology.relations[name]
        place = place or ""
        if object_number < 0:
            object_ = self.literal_id(-object_number)
            object_iri = self.iri("value", object_)
        else:
            if relation.symmetric and object_ < subject:
                subject, object_ = object_, subject
            object_iri = self._node_iri(object_)
        subject_iri = self._node_iri(subject)
        counts, known, unnamed, deniers = counted(claims)
        said = [(row[4], row[5]) for row in claims if row[5]]
        first, last = (min(said), max(said)) if said else ((OPEN_PAST, ""), (OPEN_PAST, ""))
        id = relationship_id(subject, name, object_, place)
        statements = (
            f'a kg:Relationship\nkg:id "{id}"\nrdf:subject {subject_iri}\n'
            f"rdf:predicate {self._relations[name]}\nrdf:object {object_iri}\n"
            f'kg:status "{status([(row[1], row[2], row[3]) for row in claims])}"\n'
            f"kg:affirmed {counts[AFFIRMED]}\nkg:hedged {counts[HEDGED]}\nkg:denied {counts[DENIED]}\n"
            f"kg:prospective {counts[NOT_ACTUAL]}\nkg:claims {len(claims)}\nkg:speakers {known}\n"
            f"kg:deniers {deniers}\nkg:unnamed {unnamed}\nkg:firstDay {first[0]}\nkg:lastDay {last[0]}"
        )
        if said:
            statements += f"\nkg:first {text(first[1])}\nkg:last {text(last[1])}"
        if place:
            statements += f"\nkg:place {self._node_iri(place)}"
        edge = Edge(subject_iri, self._relations[name], object_iri, counts[AFFIRMED] > 0)
        return f"<{self.base}relationship:{id}>", statements, edge

    # Nodes

    def nodes(self, numbers: Iterable[int] | None = None) -> Iterator[tuple[str, str]]:
        """(subject, statements) of each live node; all of them by default."""
        if numbers is None:
            yield from self._nodes("", [])
            return
        for some in batches(sorted(numbers)):
            yield from self._nodes(f"AND f.node IN ({marks(some)})", some)

    def _nodes(self, condition: str, values: list[int]) -> Iterator[tuple[str, str]]:
        rows = self.ledger.db.execute(
            "SELECT f.node, n.canonical, f.kind, f.value, f.uses FROM facts f JOIN nodes n ON n.id = f.node"
            f" WHERE f.uses > 0 {condition} ORDER BY f.node",
            values,
        )
        current, canonical = 0, ""
        facts: dict[str, dict[str, int]] = defaultdict(dict)
        for node, id, kind, value, uses in rows:
            if node != current and facts:
                yield self._node(canonical, facts)
                facts = defaultdict(dict)
            current, canonical = node, id
            facts[kind][value] = uses
        if facts:
            yield self._node(canonical, facts)

    def _node(self, id: str, facts: dict[str, dict[str, int]]) -> tuple[str, str]:
        types = sorted(facts[identity.TYPE])
        person = any(self._kinds.of(one) == "person" for one in types)
        preferred, others = preferred_name(facts, person)
        lines = [f"a {class_}" for class_ in self._classes_of(tuple(types))]
        lines += [
            f"kg:kind {text(one)}"
            for one in types
            if not any(other != one and self.ontology.is_a(other, one) for other in types)
        ]
        lines.append(
            f"kg:id {text(id)}\nkg:name {text(preferred)}\n"
            f'kg:sortKey "{sort_key(preferred)}"\nkg:named {boolean(facts.get(identity.NAMED))}'
        )
        lines += [f"kg:alias {text(one)}" for one in others]
        lines += [
            f"kg:nameKey {text(one)}" for one in sorted({name_key(name) for name in (preferred, *others)})
        ]
        lines += [f"kg:identifier {text(one)}" for one in sorted(facts.get(identity.IDENTIFIER, ()))]
        if identity.LISTED in facts:
            weak = weak_names(facts, (preferred, *others))
            lines += [f"kg:weakAlias {text(one)}" for one in weak]
            lines += [f"kg:weakKey {text(one)}" for one in sorted({name_key(name) for name in weak})]
            lines += [f"kg:listedIn {self.iri('list', one)}" for one in sorted(facts[identity.LISTED])]
        return self._node_iri(id), "\n".join(lines)

    def _classes_of(self, types: tuple[str, ...]) -> list[str]:
        found: set[str] = set()
        for one in types:
            known = self._classes.get(one)
            if known is None:
                ontology = self.ontology.types
                known = self._classes[one] = [
                    term(ontology[a].iri) for a in ontology[one].ancestors if a in ontology
                ]
            found.update(known)
        return sorted(found)

    # Articles, values and the ontology's own relations

    def articles(self, numbers: Iterable[int] | None = None) -> Iterator[tuple[str, str]]:
        """(subject, statements) of each article with a live annotation set; all of them by default."""
        query = (
            "SELECT key, body, origin FROM articles WHERE EXISTS"
            " (SELECT 1 FROM sets WHERE sets.article = articles.id AND sets.live)"
        )
        if numbers is None:
            for row in self.ledger.db.execute(query):
                yield self._article(*row)
            return
        for some in batches(sorted(numbers)):
            for row in self.ledger.db.execute(f"{query} AND id IN ({marks(some)})", some):
                yield self._article(*row)

    def _article(self, key: str, stored: str, origin: str) -> tuple[str, str]:
        body = json.loads(stored)
        title, published = body.get("title") or key, body.get("published")
        day = dates.parse(published).earliest if published else OPEN_PAST
        lines = [
            f"a kg:Article\nkg:id {text(key)}\nkg:name {text(title)}\n"
            f'kg:sortKey "{sort_key(title)}"\nkg:titleKey {text(name_key(title))}\n'
            f'kg:origin {text(origin)}\nkg:originKey "{order_key(origin)}"\nkg:publishedDay {day}'
        ]
        if "publisher" in body:
            lines.append(f'kg:publisherKey "{order_key(body["publisher"])}"')
        lines += [
            f"kg:{name} {text(body[name])}" for name in ("publisher", "published", "url") if name in body
        ]
        lines += [f"kg:author {text(author)}" for author in dict.fromkeys(body.get("authors", ()))]
        return self.iri("article", key), "\n".join(lines)

    def lists(self, numbers: Iterable[int] | None = None) -> Iterator[tuple[str, str]]:
        """(subject, statements) of each reference list; all of them by default."""
        for own, key, stored in self.ledger.db.execute(
            "SELECT id, key, body FROM lists WHERE live ORDER BY id"
        ):
            if numbers is not None and own not in numbers:
                continue
            body = json.loads(stored)
            title = body.get("title") or key
            lines = [
                f'a kg:ReferenceList\nkg:id {text(key)}\nkg:name {text(title)}\nkg:sortKey "{sort_key(title)}"'
            ]
            lines += [
                f"kg:{name} {text(body[name])}" for name in ("publisher", "edition", "url") if name in body
            ]
            yield self.iri("list", key), "\n".join(lines)

    def literal_id(self, literal: int) -> str:
        """The id of a value by its number in the ledger."""
        return "v" + digest(self._literal_key(literal))

    @lru_cache(maxsize=65536)  # noqa: B019 - a projection lives as long as its run
    def _literal_key(self, literal: int) -> str:
        return str(self.ledger.db.execute("SELECT key FROM quantities WHERE id=?", (literal,)).fetchone()[0])

    def values(self, numbers: Iterable[int] | None = None) -> Iterator[tuple[str, str]]:
        """(subject, statements) of values: quantities and dates that are objects or qualifiers of claims."""
        rows = (
            self.ledger.db.execute("SELECT id FROM quantities ORDER BY id")
            if numbers is None
            else [(number,) for number in sorted(numbers)]
        )
        for (literal,) in rows:
            key = self._literal_key(literal)
            body, id = json.loads(key), "v" + digest(key)
            lines = [
                f"a kg:Value\na kg:{'Date' if 'date' in body else 'Quantity'}\n"
                f'kg:id "{id}"\nkg:name {text(value_name(body))}\nkg:sortKey "{_value_order(body)}"'
            ]
            lines += [
                f"kg:{bound} {number(body[bound])}" for bound in ("minimum", "maximum") if bound in body
            ]
            if "unit" in body:
                lines.append(f"kg:unit {text(body['unit'])}")
            if "date" in body:
                lines.append(f"kg:edtf {text(body['date'])}")
            yield self.iri("value", id), "\n".join(lines)

    def relations(self) -> Iterator[tuple[str, str]]:
        """(subject, statements) of the relations themselves, so that questions can name and group them."""
        for name, relation in sorted(self.ontology.relations.items()):
            yield (
                f"<{relation.iri}>",
                f"a kg:Relation\nkg:id {text(name)}\nkg:name {text(relation.label)}\n"
                f"kg:inverseName {text(relation.inverse_label)}\nkg:family {text(relation.family)}\n"
                f"kg:tense {text(relation.tense)}\nkg:symmetric {boolean(relation.symmetric)}\n"
                f'kg:sortKey "{sort_key(relation.label)}"',
            )


@lru_cache(maxsize=8192)
def relationship_id(subject: str, relation: str, object_: str, place: str) -> str:
    """A relationship's id, made of its ends, so that it is the same in every graph."""
    return "r" + digest(subject, relation, object_, place)


def counted(claims: list[Any]) -> tuple[dict[str, int], int, int, int]:
    """Claims by standing, and the independent sources that affirm (named or own voice, unnamed) and that deny.

    Of a row's sixteen values the second is the standing, the seventh to tenth are sentence, article, origin and
    speaker, and the last tells whether the speaker is named.
    """
    counts = {AFFIRMED: 0, HEDGED: 0, DENIED: 0, NOT_ACTUAL: 0}
    if len(claims) == 1:
        # Most relationships rest on one claim, and one claim is one source.
        _, kind, *_, speaker, _, _, _, _, _, named = claims[0]
        counts[kind] = 1
        if kind == NOT_ACTUAL:
            return counts, 0, 0, 0
        if kind == DENIED:
            return counts, 0, 0, 1
        return (counts, 1, 0, 0) if named or speaker is None else (counts, 0, 1, 0)
    affirming: list[Source] = []
    denying: list[Source] = []
    for _, kind, _, _, _, _, sentence, article, origin, speaker, _, _, _, _, _, named in claims:
        counts[kind] += 1
        source = Source(speaker, bool(named), origin, sentence, article)
        if kind == DENIED:
            denying.append(source)
        elif kind != NOT_ACTUAL:
            affirming.append(source)
    known, unnamed = independent(affirming) if affirming else (0, 0)
    return counts, known, unnamed, sum(independent(denying)) if denying else 0


def _value_order(body: dict[str, Any]) -> str:
    """Sorts dates by their first day and quantities by their lower bound, as fixed-width ASCII."""
    if "date" in body:
        low, high = dates.parse(body["date"])
        return f"d{low - OPEN_PAST:012d}{high - OPEN_PAST:012d}"
    low = body.get("minimum", body.get("maximum", 0))
    high = body.get("maximum", low)
    return f"q{low + 10**15:020.3f}{high + 10**15:020.3f}"
