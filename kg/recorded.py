"""The rows of the ledger: how articles, entities and claims are keyed and written down.

Keys are made of what was annotated and never of offsets or a tool's own ids, which change on every save.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from ontology.lists import Record, ReferenceList
from ontology.models import Article, Claim, DateValue, Entity, Quantity

encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_WORDS = re.compile(r"\w+")
_LOCAL_LIST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCAL_ENTRY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~:/-]{0,199}")
_NOT_LOCAL = re.compile(r"[^A-Za-z0-9._-]+")


class ClaimRow(NamedTuple):
    """A claim as the ledger's table holds it, with the run that recorded it.

    `subject`, `object` and `speaker` are entities; a negative object is a value. Days are ordinals, inclusive;
    `said` is EDTF, the day of publication where the annotation gives none.
    """

    id: int
    key: str
    set_id: int
    article: int
    revision: int
    relation: str
    subject: int
    object: int
    relationship: int
    standing: str
    first_day: int
    last_day: int
    said_day: int
    speaker: int | None
    sentence: int
    said: str | None
    body: str
    run: int


class HeldEntity(NamedTuple):
    """An entity in the ledger."""

    id: int
    node: int
    type: str
    body: str
    live: bool


class LiveClaim(NamedTuple):
    """A live claim in the ledger, as far as it is compared with what is said now."""

    key: str
    id: int
    body: str
    said: str | None
    sentence: int
    relationship: int


def digest(*parts: str) -> str:
    """Twenty hexadecimal digits that stand for the parts: 80 bits, enough for 10^9 claims without a collision."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=10).hexdigest()


def article_key(article: Article, feed: str) -> str:
    """An article's id: declared, else its normalised URL, else its path within its feed."""
    if article.id:
        return article.id
    if article.url:
        return normal_url(article.url)
    return f"{feed}/{article.path}" if feed else article.path


def normal_url(url: str) -> str:
    """A URL without what does not tell pages apart: the case of scheme and host, default ports, the fragment."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    host = (parts.hostname or "").lower()
    if port and (parts.scheme.lower(), port) not in (("http", 80), ("https", 443)):
        host = f"{host}:{port}"
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", parts.query, ""))


def set_key(article: str, annotator: str, layer: str) -> str:
    """An annotation set's identity: whose reading of which article, in which layer."""
    return "\0".join((article, annotator, layer))


_DESCRIBED = ("title", "publisher", "origin", "published", "url", "language", "authors")


def article_body(article: Article) -> str:
    """What is known of an article besides its text."""
    body: dict[str, Any] = {}
    for name in _DESCRIBED:
        if value := getattr(article, name):
            body[name] = value
    return encode(body)


def merged_body(bodies: Iterable[str]) -> str:
    """What several annotation sets say of one article: the first that says something of a matter is believed."""
    known: dict[str, Any] = {}
    for body in bodies:
        known = {**json.loads(body), **known}
    return encode({name: known[name] for name in _DESCRIBED if name in known})


def disagreements(own: str, others: Collection[str]) -> Iterator[tuple[str, Any, Any]]:
    """(matter, what one annotation set says of it, what another says) wherever two differ; silence is no difference."""
    said = json.loads(own)
    for name in said:
        different = {encode(body[name]): body[name] for body in map(json.loads, others) if name in body}
        for value in different.values():
            if value != said[name]:
                yield name, said[name], value


def entity_body(entity: Entity) -> str:
    """An entity's mentions as lists of [start, end, exact], its given names, identifiers, and whether it is named."""
    body: dict[str, Any] = {"mentions": [mention[0] for mention in entity.mentions]}
    if entity.names:
        body["names"] = entity.names
    if entity.identifiers:
        body["identifiers"] = entity.identifiers
    if entity.named is not None:
        body["named"] = entity.named
    return encode(body)


def list_body(made: ReferenceList) -> str:
    """What is known of a reference list besides its records."""
    names = ("title", "publisher", "edition", "url", "loader", "source")
    return encode({name: value for name in names if (value := getattr(made, name))})


def record_key(of: str, own: str) -> str:
    """A record's identity: its own id within its list."""
    return "l" + digest(of, own)


def record_body(of: str, record: Record) -> str:
    """A record as the ledger keeps it: its list, its own id there, its names as [text, language, quality].

    It has an identifier at least: where no scheme has given it one, its id in its list is one.
    """
    body: dict[str, Any] = {
        "list": of,
        "own": record.id,
        "names": record.names,
        "identifiers": record.identifiers or [_own_identifier(of, record.id)],
    }
    if record.facts:
        body["facts"] = record.facts
    return encode(body)


def _own_identifier(of: str, own: str) -> str:
    """`local:LIST/ID`; with digits for what is not allowed there, so that no two lists or records meet."""
    place = (
        of if _LOCAL_LIST.fullmatch(of) else _NOT_LOCAL.sub("-", of).strip("-._")[:40] + "-" + digest(of)[:8]
    )
    return f"local:{place.lstrip('-')}/{own if _LOCAL_ENTRY.fullmatch(own) else digest(own)}"


def claim_body(
    claim: Claim,
    entities: dict[str, tuple[int, int, str]],
    chain: tuple[int, ...],
    dated: bool,
    said_last: int,
    quantity: int,
) -> dict[str, Any]:
    """What a claim holds besides the columns that are searched; defaults are left out.

    Entities are the ledger's own numbers; `saidLast` is the last day that it can have been said.
    """
    body: dict[str, Any] = {"evidence": claim.evidence, "saidLast": said_last}
    if claim.arguments:
        body["arguments"] = [mention[0] for mention in claim.arguments]
    if chain:
        body["speakers"] = chain
    if claim.polarity != "affirmed":
        body["polarity"] = claim.polarity
    if claim.certainty != "unstated":
        body["certainty"] = claim.certainty
    if claim.modality != "actual":
        body["modality"] = claim.modality
    if claim.basis != "stated":
        body["basis"] = claim.basis
    if dated:
        body["dated"] = True
        if claim.start:
            body["start"] = claim.start
        if claim.until:
            body["until"] = claim.until
    if claim.ended:
        body["ended"] = True
    if claim.words:
        body["words"] = claim.words
    if claim.place:
        body["place"] = entities[claim.place][0]
    if claim.event:
        body["event"] = entities[claim.event][0]
    if claim.about:
        body["about"] = entities[claim.about][0]
    if claim.instrument:
        body["instrument"] = entities[claim.instrument][0]
    if claim.role:
        body["role"] = claim.role
    if quantity:
        body["quantity"] = quantity
    return body


def literal_key(value: Quantity | DateValue) -> str:
    """A value written so that equal values are equal text: 55000.0 and 55000 are one."""
    if isinstance(value, DateValue):
        return encode({"date": value.edtf})
    body: dict[str, Any] = {}
    for name, number in (("minimum", value.minimum), ("maximum", value.maximum)):
        if number is not None:
            body[name] = int(number) if float(number).is_integer() else number
    if value.unit:
        body["unit"] = value.unit
    return encode(body)


def sentence_number(text: str) -> int:
    """A number equal for sentences of the same words, whatever their case, spacing and punctuation."""
    words = " ".join(_WORDS.findall(text.casefold()))
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), "big", signed=True)
