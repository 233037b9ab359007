"""Reads a network from the ledger, some hundred nodes, relationships or articles at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.ledger import marks, unpack
from kg.network.elements import ArticleEntry, ClaimEdge, Node, Ref, RelationshipEdge, Standing
from kg.network.marking import marked
from kg.network.nodes import Nodes, pieces
from kg.network.reaching import Reached, reach
from kg.network.selection import UNDATED, Condition, Selection, chunks, condition, scope, start
from kg.projection import counted, relationship_id
from kg.status import AFFIRMED, DENIED, HEDGED, NOT_ACTUAL, STATUSES, status

if TYPE_CHECKING:
    from kg.graph import Graph
    from ontology.vocabulary import Ontology, Relation

_MARKS = {AFFIRMED: "", DENIED: "denied", HEDGED: "hedged", NOT_ACTUAL: "prospective"}


class _Ends(NamedTuple):
    """A relationship's row: ends and place as the ledger's numbers; a negative object is a value."""

    subject: int
    relation: str
    object: int
    place: int


def select(graph: Graph, selection: Selection | None = None) -> Network:
    """The network that a selection (by default everything) of a graph is, as the ledger is at this moment.

    Raises UsageError where the selection names what is not there or several.
    """
    return Network(graph, selection or Selection())


class Network:
    """Nodes and edges of a selection. Made by `select`; valid as long as its graph is open.

    `notes` are what a reader must know, such as how many undated claims the dates leave out. `len(network)` is the
    number of its nodes; `relationship_count` and `claim_count` are those of its edges. One that is not `chosen` has
    read nothing yet: for those who read it themselves by its `condition`, where this alone decides what is in it.
    """

    def __init__(self, graph: Graph, selection: Selection, *, chosen: bool = True) -> None:
        self.graph, self.selection = graph, selection
        self.ontology: Ontology = graph.ontology
        self.notes: list[str] = []
        graph.projection.check_ontology()
        begun = start(graph, selection)
        if (
            not graph.is_writer
        ):  # whose ledger nobody else changes, and who must be free to begin a transaction
            graph.ledger.settle()
        self._db = graph.ledger.db
        self._condition = condition(selection, self.ontology, graph.ledger, self.notes)
        self._scope = scope(self.ontology)
        self._nodes = Nodes(self._db, self.ontology)
        # A relationship's place holds 0 where it is not in the network, else 1 and the place of its status.
        self._status = bytearray(graph.ledger.highest("relationships") + 1)
        self._held = bytearray(graph.ledger.highest("nodes") + 1)
        self._held_values: set[int] = set()
        self.relationship_count = self.claim_count = 0
        reached = None
        if not chosen:
            self._count_left_out(reached)
            return
        if selection.actors:
            reached = reach(self, begun)
        self._choose(reached)
        for node in begun:
            self._held[node] = 1
        if selection.keeps_isolated:
            for (node,) in self._db.execute("SELECT DISTINCT node FROM facts WHERE uses > 0"):
                self._held[node] = 1
        self._count_left_out(reached)

    def __len__(self) -> int:
        return sum(self._held) + len(self._held_values)

    # Which relationships are in it

    def passing(self, ends: str = "", *values: str) -> Iterator[tuple[int, int, int, int, int]]:
        """(relationship, subject, object, claims, place of its status) of those that the selection lets through.

        `ends` is a further condition on them in SQL, with its values.
        """
        wanted, least = self.selection.statuses, self.selection.min_speakers
        for number, rows in groupby(
            self._rows("r.subject", "r.object", ends, values), key=lambda row: row[0]
        ):
            claims = list(rows)
            kind = status([(row[1], row[2], row[3]) for row in claims])
            if wanted and kind not in wanted:
                continue
            if least:
                _, known, _, deniers = counted(claims)
                if max(known, deniers) < least:
                    continue
            yield number, claims[0][10], claims[0][11], len(claims), STATUSES.index(kind)

    def _rows(self, one: str, other: str, ends: str, values: Iterable[str]) -> Iterator[Any]:
        """Claims that count, together by relationship, in the shape that `kg.projection.counted` takes."""
        within = self._condition
        return self._db.execute(
            "SELECT c.relationship, c.standing, c.first_day, c.last_day, c.said_day, c.said, c.sentence, c.article,"
            f" a.origin, s.node, {one}, {other}, {UNDATED}, c.key, 0,"
            " EXISTS (SELECT 1 FROM facts f WHERE f.node = s.node AND f.kind = 'N' AND f.uses > 0)"
            " FROM claims c JOIN articles a ON a.id = c.article JOIN relationships r ON r.id = c.relationship"
            f" LEFT JOIN entities s ON s.id = c.speaker WHERE c.live{within.sql}{ends and ' AND ' + ends}"
            " ORDER BY c.relationship, c.id",
            (*within.values, *values),
        )

    def _choose(self, reached: Reached | None) -> None:
        if reached is None:
            self._keep(self.passing())
            return
        # Each relationship is met at its subject, so that one whose ends are both near is met once.
        for some in chunks(sorted(reached.nodes)):
            ends = "r.subject IN (SELECT value FROM json_each(?))"
            self._keep(one for one in self.passing(ends, some) if reached.holds(one[1], one[2]))

    def _keep(self, found: Iterable[tuple[int, int, int, int, int]]) -> None:
        for number, subject, object_, claims, kind in found:
            self._status[number] = kind + 1
            self._held[subject] = 1
            if object_ > 0:
                self._held[object_] = 1
            else:
                self._held_values.add(-object_)
            self.relationship_count += 1
            self.claim_count += claims

    def _count_left_out(self, reached: Reached | None) -> None:
        """Note how many undated claims the dates leave out, as answers do."""
        if not self.selection.bounded:
            return
        within: Condition = self._condition
        rows = self._db.execute(
            "SELECT r.subject, r.object FROM claims c JOIN relationships r ON r.id = c.relationship"
            f" WHERE c.live AND {within.within or 1} AND {UNDATED} AND NOT ({within.bounds})",
            within.values,
        )
        count = sum(1 for subject, object_ in rows if reached is None or reached.holds(subject, object_))
        if count:
            plural = "claim is" if count == 1 else "claims are"
            self.notes.append(f"{count:,} undated {plural} left out: said outside the time asked about")

    # Nodes

    def nodes(self) -> Iterator[Node]:
        """The nodes by id, then the values by id."""
        numbers = [
            number
            for (number,) in self._db.execute("SELECT id FROM nodes WHERE canonical <> '' ORDER BY canonical")
            if self._held[number]
        ]
        for some in pieces(numbers):
            found = dict(self._nodes.read(some))
            for number in some:
                if number in found:
                    yield found[number]
        values = sorted((self._nodes.value(number)[0], number) for number in self._held_values)
        for _, number in values:
            yield self._nodes.value_node(number)

    def _sides(self, ends: _Ends) -> tuple[Ref, Ref]:
        """Subject and object; of a symmetric relationship the one with the smaller id first."""
        subject, object_ = self._nodes.end(ends.subject), self._nodes.end(ends.object)
        if ends.object > 0 and self.ontology.relations[ends.relation].symmetric and object_.id < subject.id:
            return object_, subject
        return subject, object_

    # Edges

    def relationships(self) -> Iterator[RelationshipEdge]:
        """One edge a relationship, by subject, relation and object."""
        symmetric = ", ".join(
            "'" + name.replace("'", "''") + "'"
            for name, one in sorted(self.ontology.relations.items())
            if one.symmetric
        )
        turned = f"no.canonical < ns.canonical AND r.relation IN ({symmetric or chr(39) * 2})"
        numbers = [
            number
            for (number,) in self._db.execute(
                "SELECT r.id FROM relationships r JOIN nodes ns ON ns.id = r.subject"
                " LEFT JOIN nodes no ON no.id = r.object LEFT JOIN quantities q ON q.id = -r.object"
                " LEFT JOIN nodes np ON np.id = r.place"
                f" ORDER BY CASE WHEN {turned} THEN no.canonical ELSE ns.canonical END, r.relation, q.key,"
                f" CASE WHEN {turned} THEN ns.canonical ELSE no.canonical END, np.canonical"
            )
            if self._status[number]
        ]
        for some in pieces(numbers):
            yield from self._relationships(some)

    def relationships_of(self, numbers: Iterable[int]) -> dict[int, RelationshipEdge]:
        """Some of its relationships, by the ledger's number."""
        wanted = sorted(set(numbers))
        edges = (one for some in pieces(wanted) for one in self._relationships(some))
        return dict(zip(wanted, edges, strict=True))

    def refs(self, numbers: Iterable[int]) -> dict[int, Ref]:
        """Nodes with their names, by the ledger's number."""
        wanted = list(numbers)
        self._nodes.know(wanted)
        return {number: self._nodes.refs[number] for number in wanted}

    def _relationships(self, numbers: list[int]) -> Iterator[RelationshipEdge]:
        ends = self._ends(numbers)
        self._nodes.know(number for one in ends.values() for number in (one.subject, one.object, one.place))
        rows = self._rows(
            *self._scope, "c.relationship IN (SELECT value FROM json_each(?))", (json.dumps(numbers),)
        )
        claims = {number: list(group) for number, group in groupby(rows, key=lambda row: row[0])}
        for number in numbers:
            yield self._relationship(ends[number], claims[number])

    def _ends(self, numbers: Iterable[int]) -> dict[int, _Ends]:
        found: dict[int, _Ends] = {}
        for some in chunks(numbers):
            for number, *rest in self._db.execute(
                "SELECT id, subject, relation, object, place FROM relationships"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (some,),
            ):
                found[number] = _Ends(*rest)
        self._nodes.know(number for one in found.values() for number in (one.subject, one.object, one.place))
        return found

    def _relationship(self, ends: _Ends, claims: list[Any]) -> RelationshipEdge:
        subject, object_ = self._sides(ends)
        place = self._nodes.refs[ends.place] if ends.place else None
        counts, known, unnamed, deniers = counted(claims)
        kind = status([(row[1], row[2], row[3]) for row in claims])
        said = sorted((row[4], row[5]) for row in claims if row[5])
        relation = self.ontology.relations[ends.relation]
        holding = [row for row in claims if row[1] in (AFFIRMED, HEDGED)] or claims
        return RelationshipEdge(
            id=relationship_id(subject.id, ends.relation, object_.id, place.id if place else ""),
            subject=subject.id,
            subject_name=subject.name,
            relation=ends.relation,
            object=object_.id,
            object_name=object_.name,
            type=ends.relation if counts[AFFIRMED] else f"{kind} {ends.relation}",
            label=_label(relation, "" if kind == "asserted" else kind),
            family=relation.family,
            color=relation.color,
            symmetric=relation.symmetric,
            status=kind,
            claims=len(claims),
            affirmed=counts[AFFIRMED],
            hedged=counts[HEDGED],
            denied=counts[DENIED],
            prospective=counts[NOT_ACTUAL],
            speakers=known,
            unnamed=unnamed,
            deniers=deniers,
            undated=sum(row[12] for row in claims),
            first=said[0][1] if said else "",
            last=said[-1][1] if said else "",
            place=place.id if place else "",
            place_name=place.name if place else "",
            spells=_joined((row[10], row[11]) for row in holding),
            claim_ids=tuple(key for _, key in sorted((row[4], row[13]) for row in claims)),
        )

    def claims(self, *, sentences: bool = True) -> Iterator[ClaimEdge]:
        """One edge a claim, by article and then as they stand in it; without `sentences` theirs are empty."""
        articles = [number for (number,) in self._db.execute("SELECT id FROM articles ORDER BY key")]
        for some in pieces(articles, 50):
            rows = [row for row in self._claim_rows(some) if self._status[row[1]]]
            if rows:
                yield from self._claims(rows, sentences)

    def standings(self) -> Iterator[Standing]:
        """What each claim counts for, by relationship: what `kg.status` makes status and corroboration of."""
        for row in self._rows("0", "0", "", ()):
            if self._status[row[0]]:
                yield Standing(row[13], row[2], row[3], row[9], bool(row[15]), row[8], row[6], row[7])

    def _claim_rows(self, articles: list[int]) -> list[Any]:
        within = self._condition
        rows = self._db.execute(
            "SELECT c.key, c.relationship, c.standing, c.revision, c.said, c.body, a.key, a.body, a.origin,"
            f" {self._scope[0]}, {self._scope[1]}, c.article"
            " FROM sets s JOIN claims c ON c.set_id = s.id JOIN articles a ON a.id = c.article"
            " JOIN relationships r ON r.id = c.relationship"
            f" WHERE s.article IN ({marks(articles)}) AND c.live{within.sql}",
            (*articles, *within.values),
        ).fetchall()
        decoded = [(*row[:5], json.loads(row[5]), *row[6:]) for row in rows]
        return sorted(decoded, key=lambda row: (row[6], row[5]["evidence"][0][:2], row[0]))

    def _claims(self, rows: list[Any], sentences: bool) -> Iterator[ClaimEdge]:
        ends = self._ends(sorted({row[1] for row in rows}))
        nodes = self._nodes_of([row[5] for row in rows])
        self._nodes.know(nodes.values())
        texts = self._sentences(rows) if sentences else {}
        described: dict[int, dict[str, Any]] = {}
        for row in rows:
            key, number, standing, _, said, body, article, stored, origin, since, until, at = row
            about = described.get(at) or described.setdefault(at, json.loads(stored))
            one = ends[number]
            subject, object_ = self._sides(one)
            place = self._nodes.refs[one.place].id if one.place else ""
            relation = self.ontology.relations[one.relation]
            mark, get = _MARKS[standing], body.get
            roles = {name: self._nodes.refs[nodes[body[name]]] if name in body else None
                     for name in ("place", "event", "about", "instrument")}  # fmt: skip
            yield ClaimEdge(
                id=key,
                relationship=relationship_id(subject.id, one.relation, object_.id, place),
                subject=subject.id,
                subject_name=subject.name,
                relation=one.relation,
                object=object_.id,
                object_name=object_.name,
                type=f"{mark} {one.relation}" if mark else one.relation,
                label=_label(relation, mark),
                family=relation.family,
                color=relation.color,
                symmetric=relation.symmetric,
                status=STATUSES[self._status[number] - 1],
                standing=standing,
                polarity=get("polarity", "affirmed"),
                certainty=get("certainty", "unstated"),
                modality=get("modality", "actual"),
                basis=get("basis", "stated"),
                quote=" … ".join(fragment[2] for fragment in body["evidence"]),
                sentence=texts[key][0] if key in texts else "",
                marked=texts[key][1] if key in texts else (),
                fragments=tuple((fragment[0], fragment[1]) for fragment in body["evidence"]),
                speakers=tuple(self._nodes.refs[nodes[one]] for one in get("speakers", ())),
                article=article,
                title=about.get("title") or article,
                publisher=about.get("publisher", ""),
                origin=origin,
                published=about.get("published") or "",
                url=about.get("url", ""),
                said=said or "",
                start=get("start") or "",
                until=get("until") or "",
                ended=get("ended", False),
                words=get("words", ""),
                role=get("role", ""),
                quantity=self._nodes.end(-body["quantity"]).name if "quantity" in body else "",
                spell=(since, until),
                **roles,
            )

    def _nodes_of(self, bodies: list[dict[str, Any]]) -> dict[int, int]:
        """The node of each entity that claims name beside their ends."""
        wanted: set[int] = set()
        for body in bodies:
            wanted.update(body.get("speakers", ()))
            wanted.update(body[name] for name in ("place", "event", "about", "instrument") if name in body)
        return self._node_of(wanted)

    def _node_of(self, entities: Iterable[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        for some in chunks(sorted(entities)):
            found.update(
                self._db.execute(
                    "SELECT id, node FROM entities WHERE id IN (SELECT value FROM json_each(?))", (some,)
                ).fetchall()
            )
        return found

    def _sentences(self, rows: list[Any]) -> dict[str, tuple[str, tuple[tuple[int, int], ...]]]:
        """The words of the sentences that each claim's evidence is in, and where in them it is."""
        from ontology.text import sentences_around, sentences_of

        revisions = sorted({row[3] for row in rows})
        texts = {
            number: unpack(text)
            for number, text in self._db.execute(
                f"SELECT id, text FROM revisions WHERE id IN ({marks(revisions)})", revisions
            )
        }
        spans = dict(zip(texts, sentences_of(list(texts.values())), strict=True))
        found: dict[str, tuple[str, tuple[tuple[int, int], ...]]] = {}
        for row in rows:
            fragments = [(one[0], one[1]) for one in row[5]["evidence"]]
            around = sentences_around(texts[row[3]], spans[row[3]], fragments)
            found[row[0]] = " ".join(words for _, words in around), marked(around, fragments)
        return found

    # What stands behind the edges, in the ledger's own numbers

    def articles(self) -> Iterator[ArticleEntry]:
        """The articles that claims of the network are in, by id."""
        wanted = self.article_numbers()
        for number, key, stored, origin in self._db.execute(
            "SELECT id, key, body, origin FROM articles ORDER BY key"
        ):
            if number in wanted:
                body = json.loads(stored)
                yield ArticleEntry(
                    id=key,
                    title=body.get("title") or key,
                    publisher=body.get("publisher", ""),
                    origin=origin,
                    published=body.get("published") or "",
                    url=body.get("url", ""),
                    authors=tuple(dict.fromkeys(body.get("authors", ()))),
                )

    def article_numbers(self) -> set[int]:
        """The articles by number."""
        within = self._condition
        rows = self._db.execute(
            "SELECT c.article, c.relationship FROM claims c JOIN relationships r ON r.id = c.relationship"
            f" WHERE c.live{within.sql}",
            within.values,
        )
        return {article for article, relationship in rows if self._status[relationship]}

    @property
    def condition(self) -> Condition:
        """Which claims count."""
        return self._condition

    def node_numbers(self) -> Iterator[int]:
        """The nodes by number."""
        return (number for number, held in enumerate(self._held) if held)

    def relationship_numbers(self) -> Iterator[int]:
        """The relationships by number."""
        return (number for number, kind in enumerate(self._status) if kind)

    def claim_numbers(self) -> Iterator[int]:
        """The claims by number."""
        within = self._condition
        rows = self._db.execute(
            "SELECT c.id, c.relationship FROM claims c JOIN relationships r ON r.id = c.relationship"
            f" WHERE c.live{within.sql} ORDER BY c.id",
            within.values,
        )
        return (claim for claim, relationship in rows if self._status[relationship])

    def place_numbers(self) -> set[int]:
        """The places that figures are compared by."""
        rows = self._db.execute("SELECT id, place FROM relationships WHERE place > 0")
        return {place for number, place in rows if self._status[number]}

    def nodes_of_entities(self, entities: Iterable[int]) -> set[int]:
        """The nodes that entities belong to, by number."""
        return set(self._node_of(entities).values())

    def value_numbers(self) -> set[int]:
        """The values by number."""
        return self._held_values


def _joined(spells: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Days as few spells as there can be: those that overlap or touch are one."""
    found: list[tuple[int, int]] = []
    for since, until in sorted(spells):
        if found and since <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return tuple(found)


def _label(relation: Relation, mark: str) -> str:
    return f"{mark}: {relation.label}" if mark else relation.label
