"""re3d and what is exported like it: folders of mongoexport files with documents, entities and relations.

Three files of JSON lines, as `mongoexport` writes them, belong together (https://github.com/dstl/re3d):

- documents `_id, title, text, sourceName, sourceUrl, …`
- entities `_id, documentId, begin, end, type, value, confidence`
- relations `_id, documentId, begin, end, sourceBegin, sourceEnd, targetBegin, targetEnd, type, value, confidence`

Offsets are absolute in the document's text. Relations point at their ends by offsets; `begin` and `end` are the words
that state them. `confidence` is the probability that the annotation is right; 0 means that the crowd rejected it.

The three files are in no common order, so entities and relations are first put aside by the document they belong to:
the lines in a temporary file, their places in memory (16 bytes an annotation and the ids of the documents).
"""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from loaders import json_documents, json_stream
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.offsets import Claimed, settle_offsets
from loaders.source import Argument, Link, SourceDocument, Span, check_references
from ontology.models import Article, Fragment, RejectedDocument, Rejection

DOCUMENTS, ENTITIES, RELATIONS = "documents", "entities", "relations"

REJECTED = "confidence 0"
"""The label of what the crowd rejected, whatever its type."""

DOUBTED = "confidence below 0.5"
"""The label of relations that are more likely wrong than right."""

_KEPT_IN_MEMORY = 1 << 24
_MOST_OF_AN_ANNOTATION = 1 << 22
_QUOTES = str.maketrans(dict.fromkeys('"“”„‟‘’‚‛«»`´', "'"))
_WHITE = re.compile(r"\s+")

# Of several entities at one place a relation means the one that can be its end: who acts, or where.
_ACTORS, _PLACES, _THINGS = (
    ("Organisation", "Person"),
    ("Location",),
    ("MilitaryPlatform", "Weapon", "Vehicle"),
)
_ENDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AlliesOf": (_ACTORS, _ACTORS),
    "Apart": ((*_ACTORS, *_THINGS), (*_ACTORS, *_PLACES, *_THINGS)),
    "BelongsTo": ((*_ACTORS, *_THINGS), _ACTORS),
    "CommWith": (_ACTORS, _ACTORS),
    "Dislikes": (_ACTORS, (*_ACTORS, "Nationality")),
    "FightingAgainst": ((*_ACTORS, *_THINGS), (*_ACTORS, *_PLACES, *_THINGS)),
    "HasAttrOf": ((*_ACTORS, *_PLACES, *_THINGS), ("Quantity", "Nationality", "Money", "Frequency")),
    "InChargeOf": (_ACTORS, (*_ACTORS, *_PLACES, *_THINGS)),
    "Likes": (_ACTORS, (*_ACTORS, "Nationality")),
}


# -- which files are which ------------------------------------------------------------------------------------------


def _first(file: File) -> dict[str, Any]:
    outline = file.outline
    if isinstance(outline, list) and outline:
        outline = outline[0]
    return outline if isinstance(outline, dict) else {}


def _holds(file: File) -> str:
    """What a file has: documents, entities or relations; empty where it is none of these."""
    first = _first(file)
    if {"documentId", "type", "begin", "end"} <= first.keys():
        return RELATIONS if {"sourceBegin", "targetBegin"} <= first.keys() else ENTITIES
    described = first.keys() & {"sourceName", "sourceUrl", "sentenceCount", "wordCount"}
    # A long text, which mongoexport writes last, does not end within the head.
    has_text = "text" in first or b'"text"' in file.head
    return DOCUMENTS if "_id" in first and has_text and described else ""


def _gather(files: Sequence[File], *, whole: bool) -> Iterator[Unit]:
    """The files of one folder as one unit, by what is in them, led by the documents.

    Where the user named single files, those that are missing are looked for beside them under their usual names.
    """
    files = list(files)
    if not whole:
        have = {_holds(file) for file in files}
        for kind in {DOCUMENTS, ENTITIES, RELATIONS} - have:
            beside = files[0].beside(f"{kind}.json")
            if beside is not None and _holds(beside) == kind:
                files.append(beside)
    lead = next((file for file in files if _holds(file) == DOCUMENTS), files[0])
    yield Unit(lead, tuple(file for file in files if file is not lead))


# -- putting annotations aside --------------------------------------------------------------------------------------


class _Aside:
    """The annotations of one kind by the document they belong to, out of memory."""

    def __init__(self, scratch: IO[bytes]) -> None:
        self._scratch = scratch
        self._files: list[File] = []
        self._places: dict[str, array[int]] = {}

    def put(self, file: File, document: str, content: bytes, line: int) -> None:
        """Keep one annotation."""
        if not self._files or self._files[-1] is not file:
            self._files.append(file)
        places = self._places.setdefault(document, array("Q"))
        places.append(self._scratch.tell())
        # A line number below 2^40 and the file's place in the list, in one number.
        places.append(line | (len(self._files) - 1) << 40)
        self._scratch.write(len(content).to_bytes(8, "little") + content)

    def count(self, document: str) -> int:
        """How many a document has."""
        return len(self._places.get(document, ())) // 2

    def take(self, document: str) -> Iterator[tuple[File, int, bytes]]:
        """A document's annotations in the order of their file; they are then forgotten."""
        places = self._places.pop(document, None)
        for at in range(0, len(places or ()), 2):
            assert places is not None
            self._scratch.seek(places[at])
            content = self._scratch.read(int.from_bytes(self._scratch.read(8), "little"))
            yield self._files[places[at + 1] >> 40], places[at + 1] & ((1 << 40) - 1), content

    def left(self) -> Iterator[tuple[str, File, int]]:
        """The documents not taken yet, each with file and line of its first annotation."""
        for document, places in self._places.items():
            yield document, self._files[places[1] >> 40], places[1] & ((1 << 40) - 1)


def _values(file: File, limit: int) -> Iterator[json_stream.Document]:
    """The file's values: one a line, as mongoexport writes them, or else (--jsonArray, --pretty) one after another."""
    first, _, more = file.head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    over_lines = first.startswith(b"[") or (bool(more) and bool(_parsed(first)[1]))
    with file.open() as stream:
        yield from (json_stream.values if over_lines else json_stream.lines)(stream, limit)


def _parsed(content: bytes) -> tuple[dict[str, Any], str]:
    """One JSON object, or why there is none."""
    try:
        value = json_documents.lenient(content)
    except (ValueError, RecursionError) as error:
        return {}, f"is no JSON ({str(error)[:100]})" if str(error) else "is no JSON"
    return (value, "") if isinstance(value, dict) else ({}, "is no JSON object")


def _id(value: Any) -> str:
    """An id as text: mongoexport writes ObjectIds as `{"$oid": "…"}`."""
    if isinstance(value, dict) and len(value) == 1:
        value = value.get("$oid")
    return value if isinstance(value, str) else ""


def _shown(id: str) -> str:
    """An id as a reason has it: short, and on one line."""
    return " ".join(id[:60].split())


def _number(value: Any) -> float | None:
    """A number, which mongoexport's canonical form writes as `{"$numberInt": "5"}`; None for anything else."""
    if isinstance(value, dict) and len(value) == 1:
        try:
            value = float(next(iter(value.values())))
        except (TypeError, ValueError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1 << 53:
        return None
    return value


def _offset(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number >= 0 and number == int(number) else None


# -- reading --------------------------------------------------------------------------------------------------------


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    kinds: dict[str, list[File]] = {DOCUMENTS: [], ENTITIES: [], RELATIONS: []}
    for file in (unit.lead, *unit.others):
        # A file that the user declared to be re3d may be none: its lines then say what they lack.
        kinds[_holds(file) or DOCUMENTS].append(file)
    with ExitStack() as stack:
        entities, relations = (
            _Aside(stack.enter_context(tempfile.SpooledTemporaryFile(_KEPT_IN_MEMORY))) for _ in range(2)
        )
        for kind, aside in ((ENTITIES, entities), (RELATIONS, relations)):
            for file in kinds[kind]:
                yield from _put_aside(file, aside)
        seen: set[str] = set()
        for file in kinds[DOCUMENTS]:
            for value in _values(file, options.max_bytes):
                yield _document(file, value, entities, relations, seen, options)
        yield from _without_document(entities, relations, kinds[DOCUMENTS])


def _put_aside(file: File, aside: _Aside) -> Iterator[RejectedDocument]:
    for value in _values(file, _MOST_OF_AN_ANNOTATION):
        data, problem = _parsed(value.content) if not value.problem else ({}, value.problem)
        document = _id(data.get("documentId"))
        if document:
            aside.put(file, document, value.content, value.line)
        else:
            reason = problem or "has no documentId, so it is not known which text it is about"
            yield RejectedDocument(Rejection(file.name, reason, value.line), read=1, source=file.name)


def _without_document(entities: _Aside, relations: _Aside, documents: list[File]) -> Iterator[Read]:
    """What is about documents that are not there, document by document."""
    where = f"in {documents[0].base}" if documents else "beside it: give the folder with all three files"
    for document, file, line in entities.left():
        count = entities.count(document) + sum(1 for _ in relations.take(document))
        reason = f"{count} annotations are about the document {_shown(document)}, which is not {where}"
        yield RejectedDocument(Rejection(file.name, reason, line), read=count, source=file.name)
    for document, file, line in relations.left():
        count = relations.count(document)
        reason = f"{count} annotations are about the document {_shown(document)}, which is not {where}"
        yield RejectedDocument(Rejection(file.name, reason, line), read=count, source=file.name)


def _document(
    file: File,
    value: json_stream.Document,
    entities: _Aside,
    relations: _Aside,
    seen: set[str],
    options: Options,
) -> Read:
    data, problem = _parsed(value.content) if not value.problem else ({}, value.problem)
    id, text = _id(data.get("_id")), data.get("text")
    if not problem and (not id or not isinstance(text, str)):
        problem = "has no _id" if not id else "has no text"
    elif not problem and id in seen:
        problem = f"the document {_shown(id)} was there before: its annotations are on the first"
    elif not problem and isinstance(text, str) and len(text) > options.max_characters:
        problem = f"the text has {len(text):,} characters; the limit is {options.max_characters:,}"
    if problem or not isinstance(text, str):
        lost = 0
        if id and id not in seen:
            seen.add(id)
            lost = sum(1 for aside in (entities, relations) for _ in aside.take(id))
        return RejectedDocument(Rejection(file.name, problem, value.line, id or None), lost, file.name)
    seen.add(id)
    document = SourceDocument(text, file.name, "re3d", _article(data, id, file))
    builder = _Builder(document, text)
    builder.entities(entities.take(id))
    builder.relations(relations.take(id))
    check_references(document)
    return document


def _article(data: dict[str, Any], id: str, file: File) -> Article:
    def words(key: str) -> str:
        value = data.get(key)
        return value.strip() if isinstance(value, str) else ""

    return Article(
        title=words("title"),
        publisher=words("sourceName"),
        url=words("sourceUrl"),
        path=f"{file.within}#{id}",
    )


class _Entity(NamedTuple):
    """An entity at its place: type, probability that it is right, and the span it is."""

    type: str
    confidence: float
    span: Span


@dataclass(slots=True)
class _Place:
    """The entities on the same words: of each type, and of all, the one that is most likely right."""

    by_type: dict[str, _Entity] = field(default_factory=dict)
    best: _Entity | None = None

    def add(self, entity: _Entity) -> None:
        """Keep an entity, unless it was rejected or a better one of its type is there."""
        if entity.confidence == 0:
            return
        known = self.by_type.get(entity.type)
        if known is None or entity.confidence > known.confidence:
            self.by_type[entity.type] = entity
        if self.best is None or entity.confidence > self.best.confidence:
            self.best = entity


@dataclass(slots=True)
class _Builder:
    """Makes the annotations of one document."""

    document: SourceDocument
    text: str
    at: dict[tuple[int, int], _Place] = field(default_factory=dict)

    def entities(self, lines: Iterator[tuple[File, int, bytes]]) -> None:
        """Every entity as a span, rejected ones under the label that says so."""
        claimed: list[Claimed] = []
        found: list[tuple[tuple[int, int], _Entity]] = []
        for file, line, content in lines:
            data, problem = _parsed(content)
            type, confidence = data.get("type"), _confidence(data)
            begin, end = _offset(data.get("begin")), _offset(data.get("end"))
            span = Span(id=_id(data.get("_id")) or f"entity on line {line}", label="", file=file.name, line=line,
                        fragments=())  # fmt: skip
            if problem or not isinstance(type, str) or not type:
                self.document.reject(span, problem or "has no type")
                continue
            span.label = REJECTED if confidence == 0 else type
            if begin is None or end is None or begin >= end:
                self.document.reject(span, "has no begin and end that follow each other")
                continue
            value = data.get("value")
            if not isinstance(value, str):
                self.document.reject(span, "has no value, by which its offsets could be checked")
                continue
            claimed.append(Claimed(span, ((begin, end),), self._own_words(value, begin, end)))
            found.append(((begin, end), _Entity(type, confidence, span)))
        settle_offsets(self.document, claimed, majority=True)
        for place, entity in found:
            if entity.span.fragments:
                self.at.setdefault(place, _Place()).add(entity)

    def _own_words(self, value: str, begin: int, end: int) -> str:
        """The value as the text has it, where they differ in quotation marks and white space only."""
        if end - begin > 2 * len(value) + 100:
            return value
        covered = self.text[begin:end]
        return covered if _plain(covered) == _plain(value) else value

    def relations(self, lines: Iterator[tuple[File, int, bytes]]) -> None:
        """Every relation as a link between the spans that its offsets point at."""
        for file, line, content in lines:
            data, problem = _parsed(content)
            type, confidence = data.get("type"), _confidence(data)
            link = Link(id=_id(data.get("_id")) or f"relation on line {line}", label="", file=file.name,
                        line=line, arguments=())  # fmt: skip
            if problem or not isinstance(type, str) or not type:
                self.document.reject(link, problem or "has no type")
                continue
            if confidence < 0.5:
                link.label = DOUBTED if confidence else REJECTED
                self.document.add(link)
                continue
            link.label = type
            reason = self._connect(link, data, type)
            if reason:
                self.document.reject(link, reason)
            else:
                self.document.add(link)

    def _connect(self, link: Link, data: dict[str, Any], type: str) -> str:
        """Give a relation its ends and its words; why that cannot be done."""
        ends: list[Span] = []
        for number, role in enumerate(("source", "target")):
            begin, end = _offset(data.get(f"{role}Begin")), _offset(data.get(f"{role}End"))
            if begin is None or end is None:
                return f"has no {role}Begin and {role}End"
            wanted = _ENDS.get(type)
            span, reason = self._entity(begin, end, wanted[number] if wanted else ())
            if span is None:
                return f"its {role} {reason}"
            ends.append(span)
        if ends[0] is ends[1]:
            return "its source and its target are the same words"
        link.arguments = (Argument("source", ends[0].id), Argument("target", ends[1].id))
        begin, end = _offset(data.get("begin")), _offset(data.get("end"))
        if begin is not None and end is not None:
            link.words = self._words(begin, end, data.get("value"))
        return ""

    def _entity(self, begin: int, end: int, admitted: tuple[str, ...]) -> tuple[Span | None, str]:
        there = self.at.get((begin, end))
        if there is None or there.best is None:
            why = "are no entity" if there is None else "the crowd rejected as an entity"
            return None, f"is the words from {begin} to {end}, which {why}"
        fitting = [there.by_type[type] for type in admitted if type in there.by_type]
        return max(fitting, key=lambda entity: entity.confidence, default=there.best).span, ""

    def _words(self, begin: int, end: int, value: Any) -> tuple[Fragment, ...]:
        """The words that state a relation, white space around them aside; nothing where the text has other words."""
        if (
            not isinstance(value, str)
            or not begin < end <= len(self.text)
            or end - begin > 2 * len(value) + 100
        ):
            return ()
        covered = self.text[begin:end]
        words = covered.strip()
        if not words or _bare(value) != _bare(words):
            return ()
        start = begin + len(covered) - len(covered.lstrip())
        return (Fragment(start, start + len(words), words),)


def _confidence(data: dict[str, Any]) -> float:
    """The probability that an annotation is right; 1 where none is given."""
    number = _number(data.get("confidence"))
    return 1.0 if number is None else min(1.0, max(0.0, number))


def _plain(words: str) -> str:
    return _WHITE.sub(" ", words.translate(_QUOTES)).strip()


def _bare(words: str) -> str:
    """Words without white space: the corpus's tokeniser put some of its own into what states a relation."""
    return _WHITE.sub("", words.translate(_QUOTES))


FORMAT = Format(
    name="re3d",
    files="a folder with documents.json, entities.json and relations.json as mongoexport writes them (or under other"
    " names, known by what is in them)",
    carries="entities, relations with the words that state them; title, source and address of each document",
    loses="types and offsets of what the crowd rejected; how likely each annotation is right",
    recognise=lambda file: bool(_holds(file)),
    gather=_gather,
    read=_read,
    mapping="re3d",
)
