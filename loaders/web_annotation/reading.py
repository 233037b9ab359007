"""W3C Web Annotation: JSON-LD annotations whose targets are stretches of a text.

    {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage",
     "text": {"id": "urn:report", "type": "Text", "value": "The Front met.", "title": "…"},
     "items": [{"id": "#1", "type": "Annotation", "creator": "Jane", "motivation": "classifying",
                "body": {"type": "TextualBody", "value": "Group"},
                "target": {"source": "urn:report",
                           "selector": {"type": "TextPositionSelector", "start": 4, "end": 9}}}]}

A page or collection is read by itself; single annotations of one file are read together. The package's `sources`
finds the texts, `selectors` the stretches, and `maker` tells spans, relations, attributes, identifiers, notes and
equivalences apart, by the profile in docs/formats/web-annotation.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loaders.article_keys import Articles
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit, rejected
from loaders.json_documents import check_annotator, cut, parse
from loaders.source import SourceDocument
from loaders.web_annotation.json_ld import id_of, many, targets, types, words
from loaders.web_annotation.maker import Maker
from loaders.web_annotation.sources import Sources
from ontology.errors import SourceError
from ontology.models import RejectedDocument, Rejection

_CONTEXT = "www.w3.org/ns/anno"
_SETS = ("AnnotationPage", "AnnotationCollection")


# -- recognising and cutting ----------------------------------------------------------------------------------------


def _recognise(file: File) -> bool:
    return any(_is_ours(record) for record in file.records)


def _is_ours(record: dict[str, Any]) -> bool:
    own = types(record)
    if "Annotation" in own:
        return "target" in record
    if any(one in _SETS for one in own):
        return True
    contexts = record.get("@context")
    return any(isinstance(one, str) and _CONTEXT in one for one in many(contexts))


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    """The documents of every page or collection, then those of the annotations that are in none."""
    reader = _Reader(unit, options)
    loose = _Batch([])
    size = 0
    for document in cut(unit.lead, options.max_bytes):
        try:
            if document.problem:
                raise SourceError(document.problem, line=document.line)
            data = parse(document.content, document.line)
            if isinstance(data, dict) and any(one in _SETS for one in types(data)):
                reader.number += 1
                yield from reader.documents(_batch(data, document.line, reader.number))
                continue
            size += len(document.content)
            if size > options.max_bytes:
                reason = (
                    f"more than {options.max_bytes:,} bytes of annotations outside of pages: divide the file"
                )
                raise SourceError(reason, line=document.line)
            loose.items.append((data, document.line))
        except SourceError as error:
            yield rejected(unit, error)
    if loose.items:
        yield from reader.documents(loose)
    reader.finish()


@dataclass(slots=True)
class _Batch:
    """Annotations that are read together, each with its line; what their collection says of them all."""

    items: list[tuple[Any, int]]
    page: dict[str, Any] = field(default_factory=dict)
    line: int = 1
    number: int = 0
    problems: list[str] = field(default_factory=list)


def _batch(data: dict[str, Any], line: int, number: int) -> _Batch:
    """The annotations of a page, or of a collection's first page and the pages within it."""
    batch = _Batch([], data, line, number)
    pages, seen = [data], 0
    while pages:
        page = pages.pop(0)
        seen += 1
        for item in many(page.get("items")):
            batch.items.append((item, line))
        for key in ("first", "next"):
            further = page.get(key)
            if isinstance(further, dict):
                pages.append(further)
            elif further and not (key == "first" and page.get("items")):
                batch.problems.append(f"the page {str(further)[:100]} is not in the file")
    return batch


# -- from a batch to documents --------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, unit: Unit, options: Options) -> None:
        self._unit, self._options = unit, options
        self._articles = Articles()
        self._people: dict[str, None] = {}
        self._found = 0
        self.number = 0

    def documents(self, batch: _Batch) -> Iterator[Read]:
        """A document for every text and creator of a batch."""
        sources = Sources(self._unit.lead, self._options, [item for item, _ in batch.items], batch.page)
        parts = _parts(batch, sources)
        if not parts:
            lead = self._unit.lead.name
            reason = batch.problems[0] if batch.problems else "the page has no annotations and no text"
            yield RejectedDocument(Rejection(lead, reason, batch.line), 0, lead)
        several = len({source for source, _ in parts}) > 1 or bool(batch.number)
        for ordinal, ((source, creator), items) in enumerate(parts.items(), 1):
            if creator and len(self._people) < 100:
                self._people[creator] = None
            if self._options.annotator and creator and creator != self._options.annotator:
                continue
            name = sources.name(source) or str(batch.number or ordinal)
            path = self._unit.lead.within + (f"#{name}" if several else "")
            try:
                document = self._document(sources, source, path)
                document.annotator = creator
                document.layer = words(batch.page.get("layer"))
                document.remarks += [f"{document.source}: {problem}" for problem in batch.problems]
                Maker(document, sources, source).make(items)
            except SourceError as error:
                lead = self._unit.lead.name
                where = Rejection(lead, error.reason, items[0][1] if items else batch.line)
                yield RejectedDocument(where, len(items), lead)
            else:
                self._found += 1
                yield document

    def _document(self, sources: Sources, source: str, path: str) -> SourceDocument:
        text = sources.text(source)
        limit = self._options.max_characters
        if len(text) > limit:
            raise SourceError(f"the text has {len(text):,} characters; the limit is {limit:,}")
        article = self._articles.make(path, text, sources.about(source), {"url": source})
        return SourceDocument(text, self._unit.lead.name, "web-annotation", article)

    def finish(self) -> None:
        """Raises SourceError where the annotator who was asked for did nothing here."""
        if not self._found:
            check_annotator(self._unit, self._options, self._people)


def _parts(batch: _Batch, sources: Sources) -> dict[tuple[str, str], list[tuple[Any, int]]]:
    """The annotations of a batch by the text they are about and by who made them."""
    homes = _homes(batch, sources)
    parts: dict[tuple[str, str], list[tuple[Any, int]]] = {}
    strays: dict[str, list[tuple[Any, int]]] = {}
    for (item, line), home in zip(batch.items, homes, strict=True):
        creator = _creator(item, batch.page)
        if home:
            parts.setdefault((home, creator), []).append((item, line))
        else:
            strays.setdefault(creator, []).append((item, line))
    # What names no text is about the first that its creator has something on, else about the first there is.
    first: dict[str, tuple[str, str]] = {}
    for key in parts:
        first.setdefault(key[1], key)
    anywhere = next(iter(parts), ("", "")) if parts else (next(iter(sources.given()), ""), "")
    for creator, items in strays.items():
        parts.setdefault(first.get(creator, (anywhere[0], creator)), []).extend(items)
    if not parts:
        parts = {(only, _creator({}, batch.page)): [] for only in sources.given()}
    return parts


def _homes(batch: _Batch, sources: Sources) -> list[str]:
    """The text that each annotation of a batch is about: by its own targets, or by the annotations it is about."""
    places: dict[str, int] = {}
    for number, (item, _) in enumerate(batch.items):
        if own := id_of(item):
            places.setdefault(own, number)
    homes = [""] * len(batch.items)
    dependents: dict[int, list[int]] = {}
    found: list[int] = []
    for number, (item, _) in enumerate(batch.items):
        for target in targets(item):
            source = sources.key(target)
            if source in places:
                dependents.setdefault(places[source], []).append(number)
            elif source and not homes[number]:
                homes[number] = source
                found.append(number)
    while found:
        number = found.pop()
        for other in dependents.get(number, ()):
            if not homes[other]:
                homes[other] = homes[number]
                found.append(other)
    return homes


def _creator(item: Any, page: dict[str, Any]) -> str:
    who = item.get("creator") if isinstance(item, dict) else None
    for one in many(who if who is not None else page.get("creator")):
        if isinstance(one, str) and one:
            return one[:500]
        if isinstance(one, dict):
            for key in ("nickname", "name", "email", "id"):
                if name := words(one.get(key)):
                    return name
    return ""


FORMAT = Format(
    name="web-annotation",
    files="*.json, *.jsonld, *.jsonl of W3C Web Annotations, pages and collections, with their text or beside it",
    carries="spans, also discontinuous and empty ones, relations, events, equivalences, attributes, identifiers, notes,"
    " each creator's own; by the labels of the mapping",
    loses="annotations of whole documents, images and HTML by CSS or XPath; each is counted",
    recognise=_recognise,
    read=_read,
)
