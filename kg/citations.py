"""What a claim rests on: who says it, in which article, in which sentences."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kg import identity
from kg.ledger import Ledger, batches, marks, unpack
from kg.naming import preferred_name, value_name


def citations(ledger: Ledger, claim_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The citation of each claim, keyed by its id in the order given; ids that the ledger does not know are left out.

    Each has article, title, publisher, origin, published, url, annotator, layer; speakers, outermost first, as
    {id, name, named}; fragments, {start, end, exact}; sentences, and where each starts; polarity, certainty, modality,
    basis, said, from, until, ended, words, role; and the claim's subject, relation, object and qualifiers under the
    names that the annotation gives them.
    """
    wanted = list(dict.fromkeys(claim_ids))
    rows: dict[str, Any] = {}
    for some in batches(wanted):
        # A superseded claim keeps its key; the live one, else the newest, is the one meant.
        for row in ledger.db.execute(
            "SELECT c.key, c.id, c.live, c.relation, c.subject, c.object, c.revision, c.said, c.body, a.key, a.body,"
            " a.origin, s.annotator, s.layer, c.ended"
            " FROM claims c JOIN articles a ON a.id = c.article JOIN sets s ON s.id = c.set_id"
            f" WHERE c.key IN ({marks(some)}) ORDER BY c.live, c.id",
            some,
        ):
            rows[row[0]] = row
    bodies = {key: json.loads(row[8]) for key, row in rows.items()}
    people = _entities(ledger, rows, bodies)
    sentences = _sentences(ledger, rows, bodies)
    found: dict[str, dict[str, Any]] = {}
    for key in wanted:
        if key not in rows:
            continue
        (
            _,
            _,
            live,
            relation,
            subject,
            object_,
            _,
            said,
            _,
            article,
            stored,
            origin,
            annotator,
            layer,
            ended,
        ) = rows[key]
        body, meta = bodies[key], json.loads(stored)
        found[key] = {
            "article": article,
            "title": meta.get("title", ""),
            "publisher": meta.get("publisher", ""),
            "origin": origin,
            "published": meta.get("published"),
            "url": meta.get("url", ""),
            "annotator": annotator,
            "layer": layer,
            "speakers": [people[one] for one in body.get("speakers", ())],
            "subject": people[subject],
            "relation": relation,
            "object": people[object_] if object_ > 0 else {"name": _literal_name(ledger, -object_)},
            "fragments": [{"start": f[0], "end": f[1], "exact": f[2]} for f in body["evidence"]],
            "sentences": [words for _, words in sentences[key]],
            "sentence_starts": [start for start, _ in sentences[key]],
            "polarity": body.get("polarity", "affirmed"),
            "certainty": body.get("certainty", "unstated"),
            "modality": body.get("modality", "actual"),
            "basis": body.get("basis", "stated"),
            "said": said,
            "from": body.get("start"),
            "until": body.get("until"),
            "ended": body.get("ended", False),
            "words": body.get("words", ""),
            "role": body.get("role", ""),
            **{
                name: people[body[name]] for name in ("place", "event", "about", "instrument") if name in body
            },
            **({} if live else {"no_longer_live": ended}),
        }
    return found


def _entities(ledger: Ledger, rows: dict[str, Any], bodies: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Entities as cited: the node they are now judged to be, under the name this annotation set gives them."""
    wanted: set[int] = set()
    for key, row in rows.items():
        body = bodies[key]
        wanted.update(number for number in (row[4], row[5]) if number > 0)
        wanted.update(body.get("speakers", ()))
        wanted.update(body[name] for name in ("place", "event", "about", "instrument") if name in body)
    found: dict[int, dict[str, Any]] = {}
    for some in batches(sorted(wanted)):
        for number, type_name, body, canonical in ledger.db.execute(
            "SELECT e.id, e.type, e.body, n.canonical FROM entities e JOIN nodes n ON n.id = e.node"
            f" WHERE e.id IN ({marks(some)})",
            some,
        ):
            who = identity.identity_of_row(type_name, json.loads(body), "person")
            facts: dict[str, dict[str, int]] = defaultdict(dict)
            for kind, value in who.facts:
                facts[kind][value] = 1
            name, _ = preferred_name(facts, True)
            found[number] = {"id": canonical, "name": name, "named": identity.NAMED in facts}
    return found


def _literal_name(ledger: Ledger, number: int) -> str:
    (key,) = ledger.db.execute("SELECT key FROM quantities WHERE id=?", (number,)).fetchone()
    return value_name(json.loads(key))


def _sentences(
    ledger: Ledger, rows: dict[str, Any], bodies: dict[str, Any]
) -> dict[str, list[tuple[int, str]]]:
    from ontology.text import sentences_around, sentences_of

    revisions = sorted({row[6] for row in rows.values()})
    texts: dict[int, str] = {}
    for some in batches(revisions):
        texts.update(
            (number, unpack(text))
            for number, text in ledger.db.execute(
                f"SELECT id, text FROM revisions WHERE id IN ({marks(some)})", some
            )
        )
    spans = dict(zip(texts, sentences_of(list(texts.values())), strict=True)) if texts else {}
    return {
        key: sentences_around(texts[row[6]], spans[row[6]], [(f[0], f[1]) for f in bodies[key]["evidence"]])
        for key, row in rows.items()
    }
