"""A document as a page of W3C Web Annotations, its text with it; `loaders.web_annotation.reading` reads it as it was.

{"@context": […], "type": "AnnotationPage", "creator": {"type": "Person", "name": "jane"},
 "text": {"id": "#text", "type": "Text", "value": "…", "title": "…"},
 "items": [{"id": "#T1", "type": "Annotation", "motivation": "classifying", "body": […], "target": {…}}]}
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from loaders.given_back import Written, article_keys, article_losses, loss, own_words, without_targets
from loaders.source import (
    Attribute,
    Equivalence,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
)
from loaders.web_annotation.json_ld import words

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"@vocab": "urn:attest:annotation:"}]
"""The standard's terms, and a place for those it does not have: text, role, scheme, layer."""

_TEXT = "#text"
_LONGEST = 1000


def write(document: SourceDocument, stem: str) -> Written:
    """The document as `stem.jsonld`."""
    writer = _Writer(document)
    page = writer.page()
    content = json.dumps(page, ensure_ascii=False, indent=1) + "\n"
    return Written({f"{stem}.jsonld": content.encode()}, writer.lost)


class _Writer:
    def __init__(self, document: SourceDocument) -> None:
        self._document = document
        self._ids: dict[str, str] = {}
        self._bodies: dict[str, list[dict[str, str]]] = {}
        self.lost: list[str] = [*article_losses(document.article), *own_words(document)]

    def page(self) -> dict[str, Any]:
        """The page, every annotation that can be written an item of it."""
        document = self._document
        page: dict[str, Any] = {"@context": CONTEXT, "type": "AnnotationPage"}
        if document.annotator:
            page["creator"] = {"type": "Person", "name": document.annotator}
        if document.layer:
            page["layer"] = document.layer
        for key in ("annotator", "layer"):
            if (value := getattr(document, key)) != words(value):
                self.lost.append(f"the {key} {value[:60]!r} would be read as {words(value)[:60]!r}")
        page["text"] = {"id": _TEXT, "type": "Text", **article_keys(document.article), "value": document.text}
        spans = [span for span in document.spans if self._kept(span, _unwritable_span(span))]
        links = self._links()
        same = [one for one in document.equivalences if self._kept(one, self._unwritable(one))]
        self.lost += without_targets(document, self._ids)
        for attribute in document.attributes:
            self._say(attribute, _attribute(attribute))
        for normalisation in document.normalisations:
            self._say(normalisation, _identifier(normalisation))
        for note in document.notes:
            self._say(note, _note(note))
        page["items"] = [*map(self._span, spans), *map(self._link, links), *map(self._equivalence, same)]
        return page

    def _kept(self, annotation: Span | Link | Equivalence, reason: str) -> bool:
        if reason:
            self.lost.append(loss(annotation, reason))
        elif annotation.id:
            self._ids[annotation.id] = f"#{annotation.kind[0].upper()}{len(self._ids) + 1}"
        return not reason

    def _links(self) -> list[Link]:
        """The links that can be written; where one cannot, nor can those that have it as argument."""
        kept = list(self._document.links)
        while True:
            known = self._ids.keys() | {link.id for link in kept}
            reasons = {id(link): reason for link in kept if (reason := _unwritable_link(link, known))}
            if not reasons:
                return [link for link in kept if self._kept(link, "")]
            self.lost += [loss(link, reasons[id(link)]) for link in kept if id(link) in reasons]
            kept = [link for link in kept if id(link) not in reasons]

    def _unwritable(self, one: Equivalence) -> str:
        if len(one.members) < 2:
            return "names one annotation, and needs two to be the same"
        return _missing(one, self._ids)

    def _say(self, about: Attribute | Normalisation | Note, body: dict[str, str]) -> None:
        named = body.get("name", "") + body.get("scheme", "")
        if named != words(named):
            self.lost.append(loss(about, f"nothing can be called {named[:60]!r}"))
        elif about.target in self._ids:
            self._bodies.setdefault(about.target, []).append({"type": "TextualBody", **body})

    def _item(
        self, annotation: Span | Link | Equivalence, motivation: str, target: Any, *types: str
    ) -> dict[str, Any]:
        label = {"type": "TextualBody", "purpose": "classifying", "value": annotation.label}
        own = self._ids.get(annotation.id, f"#{annotation.kind[0].upper()}-{id(annotation)}")
        return {
            "id": own,
            "type": ["Annotation", *types] if types else "Annotation",
            "motivation": motivation,
            "body": [label, *self._bodies.get(annotation.id, ())],
            "target": target,
        }

    def _span(self, span: Span) -> dict[str, Any]:
        targets = [{"source": _TEXT, "selector": _selectors(*fragment)} for fragment in span.fragments]
        target = targets[0] if len(targets) == 1 else {"type": "Composite", "items": targets}
        return self._item(span, "classifying", target)

    def _link(self, link: Link) -> dict[str, Any]:
        ends = [("trigger", link.trigger)] if link.trigger is not None else []
        ends += link.arguments
        targets = [
            {"type": "SpecificResource", "source": self._ids[target], "role": role} for role, target in ends
        ]
        return self._item(link, "linking", targets)

    def _equivalence(self, one: Equivalence) -> dict[str, Any]:
        return self._item(one, "linking", [self._ids[member] for member in one.members], "Equivalence")


def _selectors(start: int, end: int, exact: str) -> list[dict[str, Any]]:
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return [position, {"type": "TextQuoteSelector", "exact": exact}] if exact else [position]


def _attribute(one: Attribute) -> dict[str, str]:
    body = {"purpose": "assessing", "name": one.label}
    return body | {"value": one.value} if one.value is not None else body


def _identifier(one: Normalisation) -> dict[str, str]:
    body = {"purpose": "identifying", "scheme": one.scheme, "value": one.value}
    return body | {"name": one.text} if one.text else body


def _note(one: Note) -> dict[str, str]:
    return {"purpose": "commenting", "name": one.label, "value": one.text}


def _unwritable_span(span: Span) -> str:
    if any(after.start < before.end for before, after in pairwise(span.fragments)):
        return "its fragments overlap"
    return ""


def _unwritable_link(link: Link, known: set[str]) -> str:
    if link.trigger is None and len(link.arguments) < 2:
        return "links one annotation, and needs two"
    for role, _ in link.arguments:
        if not role or role != words(role) or role == "trigger":
            return f"no end can have the role {role[:60]!r}"
    return _missing(link, known)


def _missing(annotation: Link | Equivalence, known: Any) -> str:
    gone = [target for target in annotation.references() if target not in known]
    return f"refers to {gone[0]}, which is left out" if gone else ""
