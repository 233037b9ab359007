"""What the ledger admits: the last check of an annotated article, whoever made the loader.

No claim without evidence, every fragment equal to its text, every name in the ontology, every date a date.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, get_args

from ontology import dates, identifiers
from ontology.dates import OPEN_FUTURE, OPEN_PAST
from ontology.errors import DateError
from ontology.identifiers import IdentifierError
from ontology.lists import LONGEST_NAME, Quality, Record
from ontology.models import (
    AnnotatedArticle,
    Basis,
    Certainty,
    Claim,
    DateValue,
    Entity,
    Fragment,
    Modality,
    Polarity,
    Quantity,
    Rejection,
)
from ontology.vocabulary import Ontology

_POLARITIES, _CERTAINTIES = frozenset(get_args(Polarity)), frozenset(get_args(Certainty))
_QUALITIES = frozenset(get_args(Quality))
_LONGEST_ID = 500
_MODALITIES, _BASES = frozenset(get_args(Modality)), frozenset(get_args(Basis))


def days(claim: Claim, published: str | None) -> tuple[int, int, bool, int, int]:
    """First and last day the claim could hold, whether it is dated, first and last day it could have been said."""
    said = claim.said or published
    said_first, said_last = dates.parse(said) if said else (OPEN_PAST, OPEN_FUTURE)
    first = dates.parse(claim.start).earliest if claim.start else OPEN_PAST
    last = dates.parse(claim.until).latest if claim.until else OPEN_FUTURE
    dated = bool(claim.start or claim.until)
    if claim.ended and not claim.until:
        # "former": over before the day it was said, whenever that ended.
        dated = dated or said_last != OPEN_FUTURE
        last = max(said_last - 1, first) if said_last != OPEN_FUTURE else OPEN_FUTURE
    if first > last:
        raise DateError(f"starts {claim.start} after it ends {claim.until}; put the dates in order")
    return first, last, dated, said_first, said_last


def entity_problem(entity: Entity, text: str, ontology: Ontology) -> str:
    """Why an entity cannot be recorded; empty if it can."""
    if entity.type not in ontology.types:
        return f"type {entity.type!r} is not in the ontology"
    if not entity.mentions:
        return "an entity needs a mention"
    for mention in entity.mentions:
        if not mention.fragments:
            return "a mention needs words"
        if problem := _fragment_problem(mention.fragments, text):
            return problem
    return ""


def record_problem(record: Record, ontology: Ontology) -> str:
    """Why a record cannot be kept; empty if it can."""
    if record.type not in ontology.types:
        return f"type {record.type!r} is not in the ontology"
    if not record.id.strip() or len(record.id) > _LONGEST_ID:
        return f"its own id must have 1 to {_LONGEST_ID} characters"
    if not record.names:
        return "a record needs a name"
    for text, _, quality in record.names:
        if not text.strip() or len(text) > LONGEST_NAME:
            return f"a name must have 1 to {LONGEST_NAME:,} characters"
        if quality not in _QUALITIES:
            return f"quality {quality!r} of a name is none that there is"
    for identifier in record.identifiers:
        try:
            if identifiers.normalise(identifier) != identifier:
                return f"the identifier {identifier!r} is not in its one written form"
        except IdentifierError as error:
            return str(error)
    try:
        for field in ("born", "died"):
            for text in record.facts.get(field, ()):
                dates.check(text)
        "".join([record.id, *(name.text for name in record.names), *_words(record)]).encode()
    except DateError as error:
        return str(error)
    except UnicodeEncodeError:
        return "holds half a surrogate pair, which is no character"
    return ""


def _words(record: Record) -> Iterator[str]:
    for field, values in record.facts.items():
        yield field
        yield from values


def _fragment_problem(fragments: tuple[Fragment, ...], text: str) -> str:
    for start, end, exact in fragments:
        if text[start:end] != exact or start < 0 or end > len(text):
            return f"characters {start}-{end} are {text[start:end]!r}, not {exact!r}"
    return ""


def article_problem(document: AnnotatedArticle) -> str:
    """Why nothing of an article can be recorded; empty if something can."""
    article = document.article
    words = (
        document.text,
        article.id or "",
        article.title,
        article.publisher,
        article.origin,
        *article.authors,
    )
    try:
        for text in (*words, article.url, document.annotator, document.layer):
            text.encode()
    except UnicodeEncodeError:
        return "has half of a surrogate pair in it, which is no character; write it again in UTF-8"
    if article.published:
        try:
            dates.parse(article.published)
        except DateError as error:
            return f"published: {error}"
    return ""


@lru_cache(maxsize=4096)
def _mismatch(ontology: Ontology, relation: str, subject: str, object_: str) -> str:
    return ontology.accepts(relation, subject, object_) or ""


def _value_problem(value: Quantity | DateValue) -> str:
    if isinstance(value, DateValue):
        try:
            dates.parse(value.edtf)
        except DateError as error:
            return str(error)
        return ""
    bounds = [bound for bound in (value.minimum, value.maximum) if bound is not None]
    if not bounds or not all(math.isfinite(bound) for bound in bounds) or bounds != sorted(bounds):
        return f"its quantity runs from {value.minimum} to {value.maximum}; give a minimum, a maximum or both in order"
    return ""


def claim_problem(
    claim: Claim, text: str, entities: dict[str, Any], types: dict[str, str], ontology: Ontology
) -> str:
    """Why a claim cannot be recorded; empty if it can. `types` are the entities' types by their handles."""
    if claim.polarity not in _POLARITIES or claim.certainty not in _CERTAINTIES:
        return f"polarity {claim.polarity!r} or certainty {claim.certainty!r} is none that there is"
    if claim.modality not in _MODALITIES or claim.basis not in _BASES:
        return f"modality {claim.modality!r} or basis {claim.basis!r} is none that there is"
    if claim.relation not in ontology.relations:
        return f"relation {claim.relation!r} is not in the ontology"
    if not claim.evidence:
        return "a claim needs evidence: at least one fragment of the text"
    for fragments in (claim.evidence, *[mention.fragments for mention in claim.arguments]):
        if problem := _fragment_problem(fragments, text):
            return problem
    if claim.subject not in entities:
        return f"its subject {claim.subject!r} is not a recorded entity"
    if isinstance(claim.object, str) and claim.object not in entities:
        return f"its object {claim.object!r} is not a recorded entity"
    for value in (claim.place, claim.event, claim.about, claim.instrument):
        if value is not None and value not in entities:
            return f"its place, event, topic or instrument {value!r} is not a recorded entity"
    for speaker in claim.speakers:
        if speaker not in entities:
            return f"its speaker {speaker!r} is not a recorded entity"
    if isinstance(claim.object, str):
        kind = types[claim.object]
    elif isinstance(claim.object, (Quantity, DateValue)):
        kind = "Date" if isinstance(claim.object, DateValue) else "Quantity"
        if problem := _value_problem(claim.object):
            return problem
    else:
        return "its object is neither an entity nor a value"
    if claim.quantity is not None and (problem := _value_problem(claim.quantity)):
        return problem
    return _mismatch(ontology, claim.relation, types[claim.subject], kind)


def reject(document: AnnotatedArticle, id: str, reason: str) -> None:
    """Count a source annotation as rejected, once, even where it gave several claims."""
    tally = document.tally
    if tally.rejected and tally.rejected[-1].id == id:
        tally.notes.append(f"{document.source} [{id}]: {reason}")
        return
    tally.lose(Rejection(document.source, reason, id=id))


def reject_all(document: AnnotatedArticle, reason: str) -> None:
    """Count everything a document holds as rejected, for one reason."""
    tally = document.tally
    if not tally.loaded:
        # Nothing of it would have been loaded anyway: what is told is the document itself.
        tally.read += 1
        tally.loaded = 1
        tally.count("document", loaded=1)
    for _ in range(tally.loaded):
        tally.lose(Rejection(document.source, reason))
