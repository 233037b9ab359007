"""Annotated articles into the ledger: what is new, what is unchanged, what supersedes what.

A `Recorder` takes annotated articles in chunks; each chunk is one transaction. Work per article is kept to dictionary
look-ups and row tuples, and rows are written by `executemany`, because a first load passes millions of them.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from kg import admission, identity
from kg.changes import Changes, Counts
from kg.identity import Kinds
from kg.ledger import Ledger, batches, marks, packer
from kg.nodes import Nodes
from kg.recorded import (
    ClaimRow,
    HeldEntity,
    LiveClaim,
    article_body,
    article_key,
    claim_body,
    digest,
    disagreements,
    encode,
    entity_body,
    literal_key,
    merged_body,
    sentence_number,
    set_key,
)
from kg.relationships import Relationships
from kg.status import standing
from ontology.errors import DateError
from ontology.models import AnnotatedArticle
from ontology.text import covering, sentences_of
from ontology.vocabulary import Ontology


class Recorder:
    """Writes annotated articles of one run into the ledger.

    `feed` names where they come from and is part of the identity of articles that are known by their path alone.
    """

    def __init__(self, ledger: Ledger, ontology: Ontology, run: int, *, feed: str = "") -> None:
        self.ledger, self.ontology, self.run, self.feed = ledger, ontology, run, feed
        self.counts = Counts()
        self.kinds = Kinds(ontology)
        self.relationships = Relationships(ledger, ontology)
        self.nodes = Nodes(ledger, self.kinds, self.relationships)
        self._pack = packer()
        self._seen: dict[int, str] = {}
        self._next = {
            table: ledger.highest(table) + 1
            for table in ("articles", "revisions", "sets", "entities", "claims")
        }
        self._fresh = self._next["sets"] == 1
        self._reset()

    def _reset(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._entity_nodes: dict[int, int] = {}
        self._changes = Changes(0)
        self._recount: set[int] = set()
        self._chunk_articles: dict[str, int] = {}
        self._chunk_described: dict[int, dict[int, str]] = {}
        self._new_articles: set[int] = set()
        self._chunk_revisions: dict[tuple[int, bytes], int] = {}
        self.nodes.reset()

    def take(self, table: str) -> int:
        """The next free id of one of the ledger's tables."""
        value = self._next[table]
        self._next[table] = value + 1
        return value

    # One chunk

    def record(self, articles: Sequence[AnnotatedArticle]) -> Changes:
        """Record some annotated articles in one transaction, and say what changed.

        What an article holds that breaks a rule of the ledger is rejected in its own tally; the rest is recorded.
        """
        spans = sentences_of([article.text for article in articles])
        before = replace(self.counts)
        try:
            with self.ledger.transaction():
                for article, sentences in zip(articles, spans, strict=True):
                    self._record(article, sentences)
                return self._flush()
        except BaseException:
            for name in ("added", "unchanged", "replaced", "retracted"):
                setattr(self.counts, name, getattr(before, name))
            self.nodes.forget()
            self.relationships.forget()
            self._fresh = False
            self._reset()
            raise

    def transact(self, work: Callable[[dict[str, list[tuple[Any, ...]]], Changes], None]) -> Changes:
        """One transaction of what `work` adds to the rows to be written (by kind, as `_flush` names them)."""
        try:
            with self.ledger.transaction():
                work(self._rows, self._changes)
                return self._flush()
        except BaseException:
            self.nodes.forget()
            self.relationships.forget()
            self._fresh = False
            self._reset()
            raise

    def retract(self, article_id: int) -> Changes:
        """Withdraw every live claim of an article; what it said stays in the ledger as retracted."""
        with self.ledger.transaction():
            for (set_id,) in self.ledger.db.execute(
                "SELECT id FROM sets WHERE article=? AND live", (article_id,)
            ).fetchall():
                live = self._live_claims(set_id)
                self._end_claims(live.values(), "retracted")
                self.counts.retracted += len(live)
                for held in self._entities_of(set_id).values():
                    if held.live:
                        self._drop_entity(held)
                self._rows["set_ends"].append((set_id,))
            self._changes.articles.add(article_id)
            return self._flush()

    def reconsider(self, ontology: str) -> Changes:
        """Join and part nodes as the ontology, of which this is the digest, says now; nothing to do if it said so."""
        with self.ledger.transaction():
            if self.ledger.meta("ontology") != ontology:
                self.ledger.db.execute("INSERT OR REPLACE INTO meta VALUES ('ontology', ?)", (ontology,))
                if self.nodes.reconsider_types():
                    return self._flush(True)
        return Changes(self.ledger.sequence)

    # One article

    def _record(self, document: AnnotatedArticle, sentences: list[tuple[int, int]]) -> None:
        article = document.article
        if problem := admission.article_problem(document):
            admission.reject_all(document, problem)
            return
        key = article_key(article, self.feed)
        own_key = set_key(key, document.annotator, document.layer)
        fingerprint = hash(own_key)
        if fingerprint in self._seen:
            admission.reject_all(
                document,
                f"the same annotation set as {self._seen[fingerprint]} (article {key!r}, annotator"
                f" {document.annotator!r}); give one of them another article id, annotator or layer",
            )
            return
        self._seen[fingerprint] = document.source

        article_id, described = self._article(key), article_body(article)
        revision = self._revision(article_id, document.text)
        row = (
            None
            if self._fresh
            else self.ledger.db.execute(
                "SELECT id, revision, live, loader, mapping, source, described FROM sets WHERE key=?",
                (own_key,),
            ).fetchone()
        )
        if row is None:
            set_id = self.take("sets")
            self._changes.articles.add(article_id)
            self._rows["sets"].append(
                (set_id, own_key, article_id, document.annotator, document.layer, document.loader, document.mapping,
                 document.source, revision, 1, self.run, described)
            )  # fmt: skip
            held: dict[str, HeldEntity] = {}
            live: dict[str, LiveClaim] = {}
        else:
            set_id = row[0]
            if not row[2]:
                self._changes.articles.add(article_id)
            if row[1:] != (revision, 1, document.loader, document.mapping, document.source, described):
                self._rows["set_updates"].append(
                    (
                        revision,
                        document.loader,
                        document.mapping,
                        document.source,
                        self.run,
                        described,
                        set_id,
                    )
                )
            held, live = self._entities_of(set_id), self._live_claims(set_id)

        if row is None or not row[2] or row[6] != described:
            self._describe(document, article_id, key, set_id, described)

        entities = self._entities(document, own_key, set_id, held)
        self._claims(document, own_key, set_id, article_id, revision, sentences, entities, live)

    def _article(self, key: str) -> int:
        known = self._chunk_articles.get(key)
        if known is None:
            row = self.ledger.db.execute("SELECT id FROM articles WHERE key=?", (key,)).fetchone()
            known = int(row[0]) if row else self.take("articles")
            if row is None:
                self._new_articles.add(known)
            self._chunk_articles[key] = known
        return known

    def _describe(
        self, document: AnnotatedArticle, article_id: int, key: str, set_id: int, described: str
    ) -> None:
        """Write what is known of an article now that an annotation set says something new of it.

        The set recorded first is believed, and what it leaves out is taken from the next: so sets that differ do not
        overwrite each other whenever they are loaded again.
        """
        said = self._chunk_described.get(article_id)
        if said is None:
            said = self._chunk_described[article_id] = {}
            if article_id not in self._new_articles:
                said.update(
                    self.ledger.db.execute(
                        "SELECT id, described FROM sets WHERE article=? AND live", (article_id,)
                    )
                )
        said[set_id] = described
        article, body = document.article, described
        origin = article.origin or article.publisher or ""
        if len(said) > 1:
            body = merged_body(said[one] for one in sorted(said))
            known = json.loads(body)
            origin = known.get("origin") or known.get("publisher") or ""
            for name, own, other in disagreements(described, said.values()):
                document.tally.notes.append(
                    f"{document.source}: {name} of article {key!r} is {own!r} here and {other!r} in another annotation"
                    f" set; {known[name]!r} is kept"
                    + (", and claims keep the day that their own set gives" if name == "published" else "")
                )
        if article_id not in self._new_articles:
            # Claims that stand count by the article's origin.
            self._recount.update(said)
        self._rows["articles"].append((article_id, key, body, origin))
        self._changes.articles.add(article_id)

    def _revision(self, article_id: int, text: str) -> int:
        content = hashlib.blake2b(text.encode(), digest_size=16).digest()
        revision = self._chunk_revisions.get((article_id, content))
        if revision is None and article_id not in self._new_articles:
            row = self.ledger.db.execute(
                "SELECT id FROM revisions WHERE article=? AND digest=?", (article_id, content)
            ).fetchone()
            revision = row and int(row[0])
        if revision is None:
            revision = self.take("revisions")
            self._rows["revisions"].append(
                (revision, article_id, content, len(text), self._pack(text), self.run)
            )
        self._chunk_revisions[article_id, content] = revision
        return revision

    # Entities

    def _entities(
        self, document: AnnotatedArticle, own_key: str, set_id: int, held: dict[str, HeldEntity]
    ) -> dict[str, tuple[int, int, str]]:
        """Record a set's entities; its own handles to (entity, node, key)."""
        found: dict[str, tuple[int, int, str]] = {}
        ordinals: dict[tuple[str, str], int] = defaultdict(int)
        rows, text = self._rows["entities"], document.text
        for entity in document.entities:
            reason = admission.entity_problem(entity, text, self.ontology)
            if reason:
                admission.reject(document, entity.id, reason)
                continue
            words = entity.mentions[0].words
            ordinals[entity.type, words] += 1
            key = "e" + digest(own_key, entity.type, words, str(ordinals[entity.type, words]))
            known, body = held.pop(key, None), entity_body(entity)
            if known and known.live and known.body == body:
                found[entity.id] = (known.id, known.node, key)
                self._entity_nodes[known.id] = known.node
                continue
            who = identity.identity_of(entity, self.kinds.of(entity.type))
            own = 0
            if known:
                before = self._identity_of(known)
                # What had its node to itself gets it back; with tokens it may have shared it, and others be there now.
                own = 0 if before.tokens else known.node
                if known.live:
                    self.nodes.release(known.node, before)
                    if (identity.NAMED_FACT in before.facts) != (identity.NAMED_FACT in who.facts):
                        self._recount.add(set_id)
            node = self.nodes.assign(who, key, own)
            entity_id = known.id if known else self.take("entities")
            if known:
                if not known.live:
                    self.nodes.reconsider(node)
                self._rows["entity_updates"].append((entity.type, node, 1, body, entity_id))
                if known.node != node:
                    self._changes.stale.add(set_id)
            else:
                rows.append((entity_id, key, set_id, entity.type, node, 1, body))
            self._entity_nodes[entity_id] = node
            found[entity.id] = (entity_id, node, key)
        for gone in held.values():
            if gone.live:
                self._drop_entity(gone)
        return found

    def _identity_of(self, held: HeldEntity) -> identity.Identity:
        return identity.identity_of_row(held.type, identity.load_body(held.body), self.kinds.of(held.type))

    def _drop_entity(self, held: HeldEntity) -> None:
        self.nodes.release(held.node, self._identity_of(held))
        self._rows["entity_ends"].append((held.id,))

    def _entities_of(self, set_id: int) -> dict[str, HeldEntity]:
        return {
            key: HeldEntity(*rest)
            for key, *rest in self.ledger.db.execute(
                "SELECT key, id, node, type, body, live FROM entities WHERE set_id=?", (set_id,)
            )
        }

    # Claims

    def _claims(
        self,
        document: AnnotatedArticle,
        own_key: str,
        set_id: int,
        article_id: int,
        revision: int,
        sentences: list[tuple[int, int]],
        entities: dict[str, tuple[int, int, str]],
        live: dict[str, LiveClaim],
    ) -> None:
        ordinals: dict[str, int] = defaultdict(int)
        numbers: dict[tuple[int, int], int] = {}
        text, published = document.text, document.article.published
        types = {entity.id: entity.type for entity in document.entities}
        for claim in document.claims:
            try:
                first, last, dated, said_first, said_last = admission.days(claim, published)
            except DateError as error:
                admission.reject(document, claim.id, str(error))
                continue
            reason = admission.claim_problem(claim, text, entities, types, self.ontology)
            if reason:
                admission.reject(document, claim.id, reason)
                continue
            if not dated:
                last = said_last
            subject = entities[claim.subject]
            if isinstance(claim.object, str):
                object_id, object_node, object_key = entities[claim.object]
            else:
                object_key = literal_key(claim.object)
                object_id = object_node = -self.relationships.literal(claim.object)
            chain = tuple(entities[speaker][0] for speaker in claim.speakers)
            words = " ".join(fragment[2] for fragment in claim.evidence)
            relation = claim.relation
            base = digest(
                own_key,
                relation,
                subject[2],
                object_key,
                *[entities[one][2] for one in claim.speakers],
                words,
            )
            ordinals[base] += 1
            key = "c" + base if ordinals[base] == 1 else f"c{base}.{ordinals[base]}"
            quantity = self.relationships.literal(claim.quantity) if claim.quantity else 0
            decoded = claim_body(claim, entities, chain, dated, said_last, quantity)
            body = encode(decoded)
            relationship = self.relationships.between(
                subject[1], relation, object_node, entities[claim.place][1] if claim.place else 0
            )
            said = claim.said or published
            span = covering(sentences, claim.evidence[0][0], claim.evidence[-1][1])
            number = numbers.get(span)
            if number is None:
                number = numbers[span] = sentence_number(text[span[0] : span[1]])
            known = live.pop(key, None)
            # In a changed text, evidence at the same characters of the same sentence is the same evidence.
            if known and known.body == body and known.said == said and known.sentence == number:
                self.counts.unchanged += 1
                if known.relationship != relationship:
                    self._rows["claim_moves"].append((relationship, known.id))
                    self._changes.relationships.update((known.relationship, relationship))
                    self._changes.stale.add(set_id)
                continue
            row = ClaimRow(
                self.take("claims"), key, set_id, article_id, revision, relation, subject[0], object_id, relationship,
                standing(claim.polarity, claim.certainty, claim.modality), first, last, said_first,
                chain[-1] if chain else None, number, said, body, self.run,
            )  # fmt: skip
            self._changes.added.append(row)
            self._changes.bodies.append(decoded)
            self._changes.relationships.add(relationship)
            if known:
                self._end_claims([known], "superseded")
                self.counts.replaced += 1
            else:
                self.counts.added += 1
        if live:
            self._end_claims(live.values(), "superseded")
            self.counts.retracted += len(live)

    def _live_claims(self, set_id: int) -> dict[str, LiveClaim]:
        return {
            row[0]: LiveClaim(*row)
            for row in self.ledger.db.execute(
                "SELECT key, id, body, said, sentence, relationship FROM claims WHERE set_id=? AND live",
                (set_id,),
            )
        }

    def _end_claims(self, claims: Iterable[LiveClaim], why: str) -> None:
        for claim in claims:
            self._rows["claim_ends"].append((self.run, why, claim.id))
            self._changes.ended.append(claim.key)
            self._changes.relationships.add(claim.relationship)

    # The end of a chunk

    def _flush(self, touched: Any = False) -> Changes:
        rows, changes = self._rows, self._changes
        touched = (
            touched
            or changes.added
            or changes.ended
            or changes.articles
            or changes.lists
            or any(rows.values())
        )
        if not touched:
            sequence = self.ledger.sequence
            self._reset()
            return Changes(sequence)
        sequence = changes.sequence = self.ledger.advance()
        many = self.ledger.many
        many(
            f"INSERT INTO articles VALUES (?,?,?,?,{sequence}) ON CONFLICT(id) DO UPDATE SET body=excluded.body,"
            " origin=excluded.origin, seq=excluded.seq",
            rows["articles"],
        )
        many("INSERT INTO revisions VALUES (?,?,?,?,?,?)", rows["revisions"])
        many("INSERT INTO sets VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows["sets"])
        many(
            "UPDATE sets SET revision=?, loader=?, mapping=?, source=?, run=?, described=?, live=1 WHERE id=?",
            rows["set_updates"],
        )
        many("UPDATE sets SET live=0 WHERE id=?", rows["set_ends"])
        many(f"INSERT INTO entities VALUES (?,?,?,?,?,?,?,{sequence})", rows["entities"])
        many(
            f"UPDATE entities SET type=?, node=?, live=?, body=?, seq={sequence} WHERE id=?",
            rows["entity_updates"],
        )
        many(f"UPDATE entities SET live=0, seq={sequence} WHERE id=?", rows["entity_ends"])
        many(f"UPDATE claims SET live=0, ended_run=?, ended=?, seq={sequence} WHERE id=?", rows["claim_ends"])
        columns, values = ",".join(ClaimRow._fields), ",".join("?" * len(ClaimRow._fields))
        many(f"INSERT INTO claims({columns},live,seq) VALUES ({values},1,{sequence})", changes.added)
        many(f"UPDATE claims SET relationship=?, seq={sequence} WHERE id=?", rows["claim_moves"])
        self.relationships.write()
        if self.nodes.write(changes):
            self._find_moved()
        self._count_again()
        # Claims of sets made in this very chunk have been shown to no store yet.
        changes.stale.difference_update(row[0] for row in rows["sets"])
        self.entity_nodes = self._entity_nodes
        self._reset()
        return changes

    def _find_moved(self) -> None:
        for some in batches(list(self._entity_nodes)):
            self._entity_nodes.update(
                self.ledger.db.execute(f"SELECT id, node FROM entities WHERE id IN ({marks(some)})", some)
            )

    def _count_again(self) -> None:
        """Relationships whose claims stand but whose speakers or origins changed: they count differently now."""
        for some in batches(sorted(self._recount | self._changes.stale)):
            self._changes.relationships.update(
                number
                for (number,) in self.ledger.db.execute(
                    f"SELECT relationship FROM claims WHERE live AND set_id IN ({marks(some)})", some
                )
            )
