"""Keeps a store at the ledger's sequence: one commit at a time, or by building it anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from kg.changes import Changes
from kg.identity import altered
from kg.ledger import Ledger, batches, marks
from kg.projection import WHOLE, Projection, Share, relationship_id
from kg.rdf import Edge, term
from kg.stores.contract import Build, Store, Subject


def follow(store: Store, projection: Projection, changes: Changes) -> None:
    """Bring the store, which reflects the ledger before these changes, to where the ledger is after them."""
    subjects: dict[str, str] = {}
    for key in changes.ended:
        subjects[projection.iri("claim", key)] = ""
    rows = {row.id: row for row in changes.added}
    for some in batches(sorted(changes.stale)):
        rows.update((row.id, row) for row in projection.claim_rows(f"set_id IN ({marks(some)})", some))
    subjects.update(projection.claims(rows.values()))

    # What ids the nodes had when the store was last right: the first that each gave up since.
    was: dict[int, str] = {}
    for id, node in changes.tombstones:
        was.setdefault(node, id)
    edges: list[Edge] = []
    for iri, lines, edge in projection.relationships(changes.relationships):
        subjects[iri] = lines
        edges.append(edge)
    for iri, edge in _former_ends(projection, changes.relationships, was):
        subjects.setdefault(iri, "")
        edges.append(edge)

    nodes = dict.fromkeys((projection.iri("node", id) for id in was.values()), "")
    nodes.update(projection.nodes(changes.nodes | altered(projection.ledger, changes.facts)))
    subjects.update(nodes)
    for some in batches(sorted(changes.articles)):
        for (key,) in projection.ledger.db.execute(
            f"SELECT key FROM articles WHERE id IN ({marks(some)})", some
        ):
            subjects.setdefault(projection.iri("article", key), "")
    subjects.update(projection.articles(changes.articles))
    for some in batches(sorted(changes.lists)):
        for (key,) in projection.ledger.db.execute(
            f"SELECT key FROM lists WHERE id IN ({marks(some)})", some
        ):
            subjects[projection.iri("list", key)] = ""
    subjects.update(projection.lists(changes.lists))
    subjects.update(projection.values(_values_of(projection.ledger, changes)))
    store.replace(changes.sequence, subjects, nodes=nodes, edges=edges)


def _former_ends(
    projection: Projection, numbers: set[int], was: dict[int, str]
) -> Iterator[tuple[str, Edge]]:
    """The IRI that each relationship had by the former ids of its ends, with the edge it had.

    The edge counts as held only where another place's figure still holds it.
    """
    for some in batches(sorted(numbers)):
        for relation, s, subject, o, object_, p, place in projection.ledger.db.execute(
            "SELECT r.relation, r.subject, s.canonical, r.object, o.canonical, r.place, p.canonical"
            " FROM relationships r JOIN nodes s ON s.id = r.subject LEFT JOIN nodes o ON o.id = r.object"
            f" LEFT JOIN nodes p ON p.id = r.place WHERE r.id IN ({marks(some)})",
            some,
        ):
            subject, object_, place = was.get(s, subject), was.get(o, object_), was.get(p, place)
            if "" in (subject, object_, place):
                continue  # an end that had no id then: the store knows nothing of it
            kind = "node"
            if o < 0:
                kind, object_ = "value", projection.literal_id(-o)
            elif projection.ontology.relations[relation].symmetric and object_ < subject:
                subject, object_ = object_, subject
            id = relationship_id(subject, relation, object_, place or "")
            predicate = term(projection.ontology.relations[relation].iri)
            held = o < 0 and s not in was and _affirmed(projection.ledger, s, relation, o)
            edge = Edge(projection.iri("node", subject), predicate, projection.iri(kind, object_), held)
            yield projection.iri("relationship", id), edge


def _affirmed(ledger: Ledger, subject: int, relation: str, object_: int) -> bool:
    """Whether a live claim affirms a figure outright, for whatever place: the edge is of all places together."""
    return bool(
        ledger.db.execute(
            "SELECT EXISTS (SELECT 1 FROM relationships r JOIN claims c ON c.relationship = r.id WHERE r.subject=?"
            " AND r.relation=? AND r.object=? AND c.live AND c.standing = 'affirmed')",
            (subject, relation, object_),
        ).fetchone()[0]
    )


def _values_of(ledger: Ledger, changes: Changes) -> set[int]:
    found = {-row.object for row in changes.added if row.object < 0}
    found.update(number for row in changes.added if (number := json.loads(row.body).get("quantity")))
    return found


def catch_up(store: Store, projection: Projection) -> bool:
    """Bring a store that is behind, or was made with another ontology, to the ledger; whether there was anything to do.

    A store is behind when a run was ended between its last commit and the store's update. What exactly was missed is
    not known any more, so the store is built anew.
    """
    if store.sequence == projection.ledger.sequence and store.ontology == projection.ontology_digest:
        return False
    projection.check_ontology()
    rebuild(store, projection)
    return True


def fill(build: Build, projection: Projection) -> None:
    """Add everything to a build. What others point to comes first: stores that keep pointers fill faster that way."""
    fill_rest(build, projection)
    for claims in all_claims(projection):
        build.add(claims)


def rebuild(store: Store, projection: Projection, filling: Callable[[Any, Projection], None] = fill) -> None:
    """Build the store anew from the ledger and switch to it.

    Until then readers see the old one, where there is room for both.
    """
    build = store.build()
    try:
        sequence = projection.ledger.sequence
        filling(build, projection)
        build.finish(sequence, projection.ontology_digest)
    except BaseException:
        build.abandon()
        raise
    store.adopt(build)


def all_claims(projection: Projection, some: int = 4000, share: Share = WHOLE) -> Iterator[Iterator[Subject]]:
    """Every live claim, or those of a share of the articles, so many at a time."""
    after = 0
    condition, values = share.of("article")
    while rows := projection.claim_rows(f"id > ? {condition} ORDER BY id LIMIT {some:d}", [after, *values]):
        after = rows[-1].id
        yield projection.claims(rows)


def rest_of(projection: Projection) -> Iterator[Subject]:
    """Every subject but the claims and the relationships."""
    for part in (
        projection.relations,
        projection.lists,
        projection.articles,
        projection.values,
        projection.nodes,
    ):
        yield from part()


def fill_rest(build: Build, projection: Projection) -> None:
    """Add everything but the claims to a build."""
    for subject in rest_of(projection):
        build.add((subject,))
    for iri, statements, edge in projection.relationships():
        build.add(((iri, statements),))
        build.add_edge(edge)


def complete(build: Build, projection: Projection, sequence: int) -> None:
    """Add to a build that already holds the claims what can only be known at the end of a run, and finish it."""
    fill_rest(build, projection)
    build.finish(sequence, projection.ontology_digest)
