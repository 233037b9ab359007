"""STIX 2 bundles: threat actors, campaigns, victims, places, and who attacks, uses or is located at what.

https://docs.oasis-open.org/cti/stix/v2.1/. A bundle has no prose, and claims need words to point at, so the
loader writes them: a paragraph for each object, its name and description as given, then a line for each relationship,
its ends by name, its type and its description. A bundle is one article, in the voice of who created its objects.

A bundle is a single JSON value whose objects refer to each other in any order, so it is read in one piece. Each object
is checked by the `stix2` library, which allows custom properties; what it refuses is rejected with its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from loaders import json_documents
from loaders.files import File, decoded
from loaders.formats import Format, Options, Read, Unit
from loaders.source import (
    Annotation,
    Argument,
    Attribute,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
    check_references,
)
from ontology import dates
from ontology.errors import DateError, SourceError
from ontology.extras import needs
from ontology.models import Article, Fragment, RejectedDocument, Rejection

Object: TypeAlias = "dict[str, Any]"

RELATIONSHIP, SIGHTING = "relationship", "sighting"
REVOKED = "revoked"
"""The label of objects and relationships that their creator has taken back."""

EARLIER = "earlier version"

_ABOUT_THE_BUNDLE = ("marking-definition", "extension-definition", "language-content")
# Checked by ourselves only: the library parses patterns, whose grammar a stranger can make slow.
_UNCHECKED = ("indicator", "observed-data")
_FEATURES = (
    "name", "identity_class", "aliases", "x_mitre_aliases", "threat_actor_types", "roles", "sophistication",
    "resource_level", "primary_motivation", "secondary_motivations", "goals", "sectors", "objective", "report_types",
)  # fmt: skip
_NAMES = ("name", "value", "abstract", "pattern", "opinion", "city", "administrative_area", "country", "region",
          "display_name", "account_login", "user_id", "path", "subject", "key", "serial_number")  # fmt: skip
_DESCRIPTIONS = ("description", "content", "explanation")
_FINER_THAN_A_COUNTRY = (
    "administrative_area",
    "city",
    "street_address",
    "postal_code",
    "latitude",
    "longitude",
)
_ID = re.compile(r"[a-z0-9-]+--[0-9A-Fa-f-]{36}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=T)")


def _recognise(file: File) -> bool:
    outline = file.outline
    if not isinstance(outline, dict):
        return False
    if outline.get("type") == "bundle" and ("objects" in outline or _is_id(outline.get("id"))):
        return True
    objects = outline.get("objects")
    first = objects[0] if isinstance(objects, list) and objects else None
    return isinstance(first, dict) and isinstance(first.get("type"), str) and _is_id(first.get("id"))


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    parse: Callable[..., Any] = needs("stix2", "stix", "reading this format").parse
    file = unit.lead
    content = file.read(options.max_bytes)
    decoded(content, file.name)  # says more of what is wrong with it
    try:
        bundle = json_documents.lenient(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is no JSON ({str(error)[:100]})", file=file.name) from None
    del content
    objects = bundle.get("objects") if isinstance(bundle, dict) else None
    if not isinstance(objects, list) or not objects:
        raise SourceError("is a STIX bundle without objects", file=file.name)
    document = SourceDocument("", file.name, "stix", Article(path=file.within))
    try:
        _Bundle(document, objects, options.max_characters, parse).read()
    except SourceError as error:
        yield RejectedDocument(Rejection(file.name, error.reason), len(objects), file.name)
        return
    check_references(document)
    yield document


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _day(value: Any) -> str:
    """The day of a STIX timestamp; empty where it is none."""
    match = _DAY.match(value) if isinstance(value, str) else None
    try:
        return dates.check(match[0]) if match else ""
    except DateError:
        return ""


class _Bundle:
    """Writes the text of one bundle and makes its annotations."""

    def __init__(
        self, document: SourceDocument, objects: list[Any], max_characters: int, parse: Callable[..., Any]
    ) -> None:
        self._document = document
        self._objects = objects
        self._most = max_characters
        self._parse = parse
        self._parts: list[str] = []
        self._size = 0
        self._kept: dict[str, Object] = {}
        self._names: dict[str, str] = {}
        self._voice = ""

    def read(self) -> None:
        """Everything of the bundle; raises SourceError where its text would be too long."""
        self._sort_out()
        self._voice = self._whose_voice()
        links = []
        for object in self._kept.values():
            if object["type"] in _ABOUT_THE_BUNDLE:
                structure = self._document.structure
                structure[object["type"]] = structure.get(object["type"], 0) + 1
            elif object["type"] in (RELATIONSHIP, SIGHTING):
                links.append(object)
            else:
                self._object(object)
        for object in links:
            self._relationship(object)
        self._document.text = "".join(self._parts)
        self._describe()

    # -- which objects count

    def _sort_out(self) -> None:
        """Keep of each object the last version, if it is one."""
        for number, object in enumerate(self._objects, 1):
            problem = self._problem(object)
            if problem:
                id = _text(object.get("id")) if isinstance(object, dict) else ""
                self._document.rejected.append(
                    Rejection(self._document.source, problem, id=id[:100] or f"object {number}")
                )
                continue
            known = self._kept.get(object["id"])
            if known is not None:
                structure = self._document.structure
                structure[EARLIER] = structure.get(EARLIER, 0) + 1
            if known is None or _text(object.get("modified")) > _text(known.get("modified")):
                self._kept[object["id"]] = object

    def _problem(self, object: Any) -> str:
        if not isinstance(object, dict):
            return "is no object"
        type, id = object.get("type"), object.get("id")
        if not isinstance(type, str) or not type or not _is_id(id):
            return "has no type and id of the form type--UUID"
        if type in (*_UNCHECKED, *_ABOUT_THE_BUNDLE) or object.get(REVOKED) is True:
            return ""
        try:
            self._parse(object, allow_custom=True)
        except Exception as error:  # noqa: BLE001 - the library lets through whatever its parts raise
            words = " ".join(str(error).split()) or error.__class__.__name__
            return f"is no STIX: {words[:200]}"
        return ""

    # -- writing

    def _write(self, text: str) -> Fragment:
        """Put words at the end of the article; where they are."""
        if self._size + len(text) > self._most:
            raise SourceError(
                f"the text of its objects has more than {self._most:,} characters, the limit: divide the bundle, or"
                " raise the limit"
            )
        start = self._size
        self._parts.append(text)
        self._size += len(text)
        return Fragment(start, self._size, text)

    def _add(self, annotation: Annotation) -> None:
        annotation.file = self._document.source
        self._document.add(annotation)

    def _object(self, object: Object) -> None:
        id, label = object["id"], object["type"]
        name = next((words for key in _NAMES if (words := _text(object.get(key)))), id)
        self._names[id] = name
        if object.get(REVOKED) is True:
            label = REVOKED
        self._add(Span(id=id, label=label, fragments=(self._write(name),)))
        about = next((words for key in _DESCRIPTIONS if (words := _text(object.get(key)))), "")
        self._write((f"\n{about}" if about and about != name else "") + "\n\n")
        if label == "location" and not object.keys() & {*_FINER_THAN_A_COUNTRY}:
            self._features(id, "country", object.get("country"))
        for key in _FEATURES:
            self._features(id, key, object.get(key))
        self._add(Normalisation(label="id", target=id, scheme="stix", value=id))
        self._references(object)

    def _features(self, target: str, key: str, value: Any) -> None:
        for one in value if isinstance(value, list) else [value]:
            if words := _text(one):
                self._add(Attribute(label=key, target=target, value=words))

    def _references(self, object: Object) -> None:
        references = object.get("external_references")
        for reference in references if isinstance(references, list) else ():
            if isinstance(reference, dict):
                parts = (
                    _text(reference.get(k)) for k in ("source_name", "external_id", "url", "description")
                )
                self._add(
                    Note(
                        label="external_references", target=object["id"], text="; ".join(filter(None, parts))
                    )
                )

    # -- relationships

    def _relationship(self, object: Object) -> None:
        id, type = object["id"], object["type"]
        label = _text(object.get("relationship_type")) if type == RELATIONSHIP else type
        link = Link(id=id, label=label, file=self._document.source, arguments=())
        if object.get(REVOKED) is True:
            link.label = REVOKED
            self._document.add(link)
            return
        arguments = self._ends(object)
        missing = [f"its {role} {ref[:80]}" for role, ref in arguments if ref not in self._names]
        if missing or not label:
            reason = (
                f"{' and '.join(missing)} is not in the bundle" if missing else "has no relationship_type"
            )
            self._document.reject(link, reason)
            return
        words = label.replace("-", " ")
        first, *others = (self._names[ref] for _, ref in arguments)
        line = " ".join([first, words if type == RELATIONSHIP else "sighted by", ", ".join(others)]).strip()
        about = _text(object.get("description"))
        link.words = (self._write(f"{line}." + (f" {about}" if about else "")),)
        self._write("\n")
        producer = _text(object.get("created_by_ref"))
        if producer != self._voice and producer in self._names and not self._is_revoked(producer):
            arguments.append(("producer", producer))
        link.arguments = tuple(Argument(role, ref) for role, ref in arguments)
        self._document.add(link)
        self._confidence(object)
        self._time(object)
        self._references(object)

    def _ends(self, object: Object) -> list[tuple[str, str]]:
        if object["type"] == RELATIONSHIP:
            return [("source", _text(object.get("source_ref"))), ("target", _text(object.get("target_ref")))]
        where = object.get("where_sighted_refs")
        return [("sighted", _text(object.get("sighting_of_ref"))),
                *(("where", _text(ref)) for ref in (where if isinstance(where, list) else ()))]  # fmt: skip

    def _is_revoked(self, id: str) -> bool:
        return self._kept[id].get(REVOKED) is True

    def _confidence(self, object: Object) -> None:
        """How sure the producer is, in the words of the specification's first scale."""
        value = object.get("confidence")
        if isinstance(value, int) and not isinstance(value, bool):
            words = "none" if value < 1 else "low" if value < 30 else "med" if value < 70 else "high"
            self._add(Attribute(label="confidence", target=object["id"], value=words))

    def _time(self, object: Object) -> None:
        keys = ("start_time", "stop_time") if object["type"] == RELATIONSHIP else ("first_seen", "last_seen")
        start, end = (_day(object.get(key)) for key in keys)
        if start or end:
            self._add(Note(label="time", target=object["id"], text=f"{start or '..'}/{end or '..'}"))

    # -- what is known of the bundle

    def _live(self) -> list[Object]:
        return [object for object in self._kept.values() if object.get(REVOKED) is not True]

    def _report(self) -> Object:
        """The bundle's report, if it has just one."""
        reports = [object for object in self._live() if object["type"] == "report"]
        return reports[0] if len(reports) == 1 else {}

    def _whose_voice(self) -> str:
        """The id of whoever wrote the report, else created all objects that say who did."""
        producers = {_text(object.get("created_by_ref")) for object in self._live()} - {""}
        sole = producers.pop() if len(producers) == 1 else ""
        return _text(self._report().get("created_by_ref")) or sole

    def _describe(self) -> None:
        """Title, producer and day of the article: the report's where there is just one, else what all objects share."""
        article, report = self._document.article, self._report()
        days = [_day(object.get(key)) for object in self._live() for key in ("created", "modified")]
        article.title = _text(report.get("name"))
        article.published = _day(report.get("published")) or max(days, default="") or None
        article.publisher = self._names.get(self._voice, "")
        languages = {_text(object.get("lang")) for object in self._live()} - {""}
        if len(languages) == 1:
            article.language = languages.pop()


FORMAT = Format(
    name="stix",
    files="*.json with a STIX 2.0 or 2.1 bundle (or a TAXII envelope of objects)",
    carries="objects by type with names, aliases and identifiers; relationships with confidence and time; producer",
    loses="patterns, observables' details, markings, kill chains; of several versions of an object all but the last",
    recognise=_recognise,
    read=_read,
    mapping="stix",
    extra="stix",
)
