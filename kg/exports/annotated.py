"""Articles as they were annotated, read back from the ledger: what a loader gave it, and would give it again."""

from __future__ import annotations

import json
from typing import Any

from kg.ledger import Ledger
from ontology.errors import UsageError
from ontology.models import (
    AnnotatedArticle,
    Article,
    Claim,
    DateValue,
    Entity,
    Fragment,
    Mention,
    Name,
    Quantity,
)


def annotated(ledger: Ledger, article: str) -> list[AnnotatedArticle]:
    """Every live annotation set of an article, named by its id; raises UsageError where there is none.

    Loading one again changes nothing. Entities and claims go by their keys.
    """
    row = ledger.db.execute("SELECT id, body FROM articles WHERE key=?", (article,)).fetchone()
    if row is None:
        raise UsageError(f"no article {article!r}; `kg articles` lists them")
    sets = ledger.db.execute(
        "SELECT id, annotator, layer, loader, mapping, source, revision FROM sets WHERE article=? AND live ORDER BY id",
        (row[0],),
    ).fetchall()
    if not sets:
        raise UsageError(f"the article {article!r} was retracted; load it again to have it back")
    body = json.loads(row[1])
    body["authors"] = tuple(body.get("authors", ()))
    known = Article(id=article, **body)
    return [_set(ledger, known, *one) for one in sets]


def _set(
    ledger: Ledger,
    article: Article,
    number: int,
    annotator: str,
    layer: str,
    loader: str,
    mapping: str,
    source: str,
    revision: int,
) -> AnnotatedArticle:
    keys: dict[int, str] = {}
    entities = []
    for id, key, type_name, body in ledger.db.execute(
        "SELECT id, key, type, body FROM entities WHERE set_id=? AND live ORDER BY id", (number,)
    ):
        keys[id] = key
        entities.append(_entity(key, type_name, json.loads(body)))
    entities.sort(key=lambda entity: entity.mentions[0].fragments)
    values = _Values(ledger)
    claims = [
        _claim(key, keys[subject], relation, object_, said, json.loads(body), keys, values, article.published)
        for key, subject, relation, object_, said, body in ledger.db.execute(
            "SELECT key, subject, relation, object, said, body FROM claims WHERE set_id=? AND live ORDER BY id",
            (number,),
        )
    ]
    return AnnotatedArticle(
        article, ledger.text(revision), entities, claims, annotator, layer, loader, mapping, source
    )


def _entity(key: str, type_name: str, body: dict[str, Any]) -> Entity:
    return Entity(
        key,
        type_name,
        tuple(_mention(fragments) for fragments in body["mentions"]),
        tuple(Name(*name) for name in body.get("names", ())),
        tuple(body.get("identifiers", ())),
        body.get("named"),
    )


def _claim(
    key: str,
    subject: str,
    relation: str,
    object_: int,
    said: str | None,
    body: dict[str, Any],
    keys: dict[int, str],
    values: _Values,
    published: str | None,
) -> Claim:
    quantity = values.of(body["quantity"]) if "quantity" in body else None
    assert not isinstance(quantity, DateValue)
    return Claim(
        id=key,
        subject=subject,
        relation=relation,
        object=keys[object_] if object_ > 0 else values.of(-object_),
        evidence=_mention(body["evidence"]).fragments,
        arguments=tuple(_mention(fragments) for fragments in body.get("arguments", ())),
        speakers=tuple(keys[speaker] for speaker in body.get("speakers", ())),
        polarity=body.get("polarity", "affirmed"),
        certainty=body.get("certainty", "unstated"),
        modality=body.get("modality", "actual"),
        basis=body.get("basis", "stated"),
        start=body.get("start"),
        until=body.get("until"),
        ended=body.get("ended", False),
        # The ledger has the day of publication where the annotation gave none.
        said=None if said == published else said,
        words=body.get("words", ""),
        role=body.get("role", ""),
        quantity=quantity,
        **{name: keys[body[name]] for name in ("place", "event", "about", "instrument") if name in body},
    )


def _mention(fragments: list[Any]) -> Mention:
    return Mention(tuple(Fragment(*fragment) for fragment in fragments))


class _Values:
    """The values of the ledger by number."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def of(self, number: int) -> Quantity | DateValue:
        """The value that claims call by this number."""
        (key,) = self._ledger.db.execute("SELECT key FROM quantities WHERE id=?", (number,)).fetchone()
        said = json.loads(key)
        if "date" in said:
            return DateValue(said["date"])
        return Quantity(said.get("minimum"), said.get("maximum"), said.get("unit", ""))
