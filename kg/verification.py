"""Checks a graph: the ledger against its own texts, and the store against the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from kg.following import all_claims, rest_of
from kg.graph import Graph
from kg.identity import Kinds
from kg.ledger import unpack
from kg.rdf import triples
from kg.stores.contract import Subject

# Problems told one by one; past this their number says enough.
_TOLD = 100


def verify(graph: Graph) -> list[str]:
    """Every problem found, a line each; an empty list is a sound graph. Reads everything once, in bounded memory."""
    return [*_first(ledger_problems(graph)), *_first(store_problems(graph))]


def _first(problems: Iterator[str]) -> Iterator[str]:
    for number, problem in enumerate(problems):
        if number == _TOLD:
            yield f"… and {1 + sum(1 for _ in problems)} more"
            return
        yield problem


def ledger_problems(graph: Graph) -> Iterator[str]:
    """Fragments that do not equal their text, claims without evidence, ends that are gone, a damaged file."""
    db = graph.ledger.db
    for (answer,) in db.execute("PRAGMA quick_check(20)"):
        if answer != "ok":
            yield f"ledger: {answer}; restore it from a backup"
    for article, revision, text in db.execute(
        "SELECT a.key, r.id, r.text FROM revisions r JOIN articles a ON a.id = r.article"
    ):
        try:
            words = unpack(text)
        except Exception as error:  # noqa: BLE001 - any damage to the stored bytes
            yield f"article {article}: revision {revision} cannot be read ({error}); restore the ledger from a backup"
            continue
        for key, body in db.execute("SELECT key, body FROM claims WHERE revision=? AND live", (revision,)):
            yield from _fragment_problems(
                f"claim {key} of {article}", words, _claim_fragments(json.loads(body))
            )
        for key, body in db.execute(
            "SELECT e.key, e.body FROM entities e JOIN sets s ON s.id = e.set_id WHERE s.revision=? AND s.live"
            " AND e.live",
            (revision,),
        ):
            mentions = json.loads(body)["mentions"]
            yield from _fragment_problems(
                f"entity {key} of {article}", words, [f for m in mentions for f in m]
            )
    for key, body in db.execute("SELECT key, body FROM claims WHERE live"):
        if not json.loads(body).get("evidence"):
            yield f"claim {key}: has no evidence"
    kinds = Kinds(graph.ontology)
    for id, types in db.execute(
        "SELECT n.canonical, json_group_array(f.value) FROM facts f JOIN nodes n ON n.id = f.node WHERE f.kind = 't'"
        " AND f.uses > 0 GROUP BY f.node HAVING count(*) > 1"
    ):
        apart = sorted(one for one, others in kinds.excluded(set(json.loads(types))).items() if others)
        if apart:
            yield f"node {id}: is {' and '.join(apart)}, which are disjoint; any `kg ingest` settles it anew"
    for query, problem in _RULES:
        for row in db.execute(query):
            yield problem.format(*row)


_RULES = (
    (
        "SELECT c.key FROM claims c JOIN entities e ON e.id IN (c.subject, c.object, c.speaker) WHERE c.live"
        " AND NOT e.live",
        "claim {0}: one of its entities is no longer live",
    ),
    (
        "SELECT c.key FROM claims c JOIN relationships r ON r.id = c.relationship JOIN entities s ON s.id = c.subject"
        " LEFT JOIN entities o ON o.id = c.object WHERE c.live AND NOT (r.relation = c.relation AND"
        " ((r.subject = s.node AND r.object = coalesce(o.node, c.object))"
        " OR (r.object = s.node AND r.subject = o.node)))",
        "claim {0}: is kept under a relationship between others",
    ),
    (
        "SELECT e.key FROM entities e WHERE e.live AND NOT EXISTS (SELECT 1 FROM facts f WHERE f.node = e.node"
        " AND f.kind = 't' AND f.value = e.type AND f.uses > 0)",
        "entity {0}: its node does not know its type",
    ),
    (
        "SELECT e.key FROM entities e LEFT JOIN lists l ON l.id = -e.set_id WHERE e.set_id < 0 AND e.live"
        " AND NOT coalesce(l.live, 0)",
        "record {0}: its list is gone",
    ),
    (
        "SELECT DISTINCT l.identifier FROM listed l LEFT JOIN tokens t ON t.token = l.identifier"
        " WHERE t.token IS NULL",
        "{0}: stands for a record that is gone",
    ),
    (
        "SELECT key FROM claims WHERE live GROUP BY key HAVING count(*) > 1",
        "claim {0}: is live more than once",
    ),
    (
        "SELECT canonical FROM nodes WHERE canonical <> '' GROUP BY canonical HAVING count(*) > 1",
        "node {0}: more than one has this id",
    ),
)


def _claim_fragments(body: dict[str, Any]) -> list[Any]:
    return [*body.get("evidence", ()), *(f for mention in body.get("arguments", ()) for f in mention)]


def _fragment_problems(what: str, text: str, fragments: list[Any]) -> Iterator[str]:
    for start, end, exact in fragments:
        if text[start:end] != exact:
            yield f"{what}: characters {start}-{end} are {text[start:end]!r}, not {exact!r}"


def store_problems(graph: Graph) -> Iterator[str]:
    """Where the store says other than the ledger."""
    store, projection = graph.store, graph.projection
    if store.sequence != graph.ledger.sequence:
        yield f"store: reflects sequence {store.sequence}, the ledger is at {graph.ledger.sequence}; run `kg rebuild`"
        return
    expected, node = 0, f"<{projection.base}node:"
    subjects: set[int] = set()
    edges: set[str] = set()

    def parts() -> Iterator[Subject]:
        for claims in all_claims(projection):
            yield from claims
        for iri, lines, edge in projection.relationships():
            if edge.held:
                edges.add(f"{edge.subject} {edge.predicate} {edge.object} .")
            yield iri, lines
        yield from rest_of(projection)

    for some in _batches(parts()):
        iris = [iri for iri, _ in some]
        found = store.statements(iris, {iri for iri in iris if iri.startswith(node)})
        for iri, lines in some:
            wanted, held = set(triples(iri, lines)), set(found.get(iri, ()))
            for line in sorted(wanted - held):
                yield f"store: lacks {line}"
            for line in sorted(held - wanted):
                yield f"store: has, against the ledger, {line}"
            expected += len(wanted)
            subjects.add(hash(iri))
    relations = [relation.iri for relation in projection.ontology.relations.values()]
    held_edges = set(store.edges(relations))
    for line in sorted(edges - held_edges):
        yield f"store: lacks the edge {line}"
    for line in sorted(held_edges - edges):
        yield f"store: has, against the ledger, the edge {line}"
    if store.count() == expected + len(held_edges):
        return
    for line in store.everything():
        if hash(line.partition(" ")[0]) not in subjects:
            yield f"store: has, against the ledger, {line}"


def _batches(subjects: Iterator[Subject]) -> Iterator[list[Subject]]:
    """A few hundred subjects at a time: a server is asked once for all of them."""
    while some := list(islice(subjects, 500)):
        yield some


def canonical_dump(graph: Graph) -> Iterator[str]:
    """What the store says, as sorted lines of Turtle: equal for any two stores that reflect the same ledger.

    Leaves out the store's own sequence number, when claims were recorded, and values that no live claim mentions.
    """
    value = f"<{graph.settings.base}value:"
    lines = sorted(graph.store.everything())
    used = {
        line.split(" ", 2)[2].removesuffix(" .")
        for line in lines
        if line.split(" ", 2)[1] in ("rdf:object", "kg:quantity")
    }
    for line in lines:
        subject, predicate, _ = line.split(" ", 2)
        if predicate != "kg:recordedDay" and (not subject.startswith(value) or subject in used):
            yield line
