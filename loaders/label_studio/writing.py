"""A document as a Label Studio task with an annotation, for the project that `loaders.projects.label_studio` sets up.

    [{"data": {"text": "…", "title": "…", "attest": {"annotator": "jane"}}, "annotations": [{"result": […]}]}]

Label Studio has regions of one stretch each, relations between two of them, and answers about regions. A span of
several fragments becomes a region each, joined by relations `Continued`; an event relations from its trigger, one a
role; an equivalence relations `Same`; attributes, notes and identifiers answers. With the mapping of
`loaders.own_labels` they are read as what they were.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from typing import Any

from loaders.article_keys import OWN
from loaders.given_back import Written, article_keys, article_losses, loss, own_words
from loaders.own_labels import CLAIM, CONTINUED, MARKED, REFERENCE, TEXT, THING
from loaders.source import (
    Annotation,
    Attribute,
    Equivalence,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
)

Result = dict[str, Any]


def write(document: SourceDocument, stem: str) -> Written:
    """The document as `stem.json`."""
    writer = _Writer(document)
    content = json.dumps([writer.task()], ensure_ascii=False, indent=1) + "\n"
    return Written({f"{stem}.json": content.encode()}, writer.lost)


class _Writer:
    def __init__(self, document: SourceDocument) -> None:
        self._document = document
        self._spans = {span.id: span for span in document.spans}
        self._triggers = Counter(link.trigger for link in document.links if link.trigger is not None)
        self._region: dict[str, str] = {}  # from an annotation to the region that stands for it
        self._results: list[Result] = []
        self._answers: dict[tuple[str, str], list[str]] = {}
        self.lost: list[str] = [*article_losses(document.article), *own_words(document)]

    def task(self) -> dict[str, Any]:
        """The task, with everything that can be written as results of one annotation."""
        document = self._document
        # Also where nobody is named: what comes back replaces this, whoever of the project has worked on it.
        own = {"annotator": document.annotator, "layer": document.layer}
        data: dict[str, Any] = {TEXT: document.text, **article_keys(document.article), OWN: own}
        kept = [span for span in document.spans if self._keeps(span, self._unwritable_span(span))]
        for span in kept:
            self._region[span.id] = span.id
            self._regions(span)
        for link in self._links():
            self._link(link)
        for equivalence in document.equivalences:
            if self._keeps(equivalence, self._missing(equivalence)):
                first, *others = (self._region[member] for member in equivalence.members)
                self._results += [_relation(first, other, equivalence.label) for other in others]
        for attribute in document.attributes:
            self._answer(attribute, "choices", "choices", attribute.value or MARKED)
        for normalisation in document.normalisations:
            if normalisation.text:
                self.lost.append(loss(normalisation, "Label Studio has no place for the entry's name"))
            self._answer(normalisation, "textarea", "text", f"{normalisation.scheme}:{normalisation.value}")
        for note in document.notes:
            self._answer(note, "textarea", "text", note.text)
        return {"data": data, "annotations": [{"result": self._results}]}

    def _keeps(self, annotation: Annotation, reason: str) -> bool:
        if reason:
            self.lost.append(loss(annotation, reason))
        return not reason

    def _unwritable_span(self, span: Span) -> str:
        if any(after.start < before.end for before, after in pairwise(span.fragments)):
            return "its fragments overlap"
        return "" if span.label else "has no label"

    def _missing(self, annotation: Annotation) -> str:
        if isinstance(annotation, Equivalence) and len(annotation.members) < 2:
            return "names one annotation, and needs two to be the same"
        gone = [target for target in annotation.references() if target not in self._region]
        return f"refers to {gone[0]}, which Label Studio has no region for" if gone else ""

    # -- regions

    def _regions(self, span: Span) -> None:
        control = CLAIM if span.id in self._triggers else THING
        name = span.id
        for number, (start, end, exact) in enumerate(span.fragments, 1):
            if number > 1:
                name = self._new_name(span.id, number)
            value = {"start": start, "end": end, "text": exact, "labels": [span.label]}
            self._results.append(
                {"id": name, "from_name": control, "to_name": TEXT, "type": "labels", "value": value}
            )
            if number > 1:
                self._results.append(_relation(span.id, name, CONTINUED))

    def _new_name(self, id: str, number: int) -> str:
        name = f"{id}.{number}"
        while name in self._spans:
            name += "'"
        return name

    # -- relations

    def _links(self) -> list[Link]:
        """The links that can be drawn. Those that have a lost one as argument are lost with it."""
        kept = list(self._document.links)
        while True:
            drawn = ((link.id, link.trigger) for link in kept if link.trigger is not None)
            events = {event: trigger for event, trigger in drawn if trigger in self._region}
            reasons = {id(link): reason for link in kept if (reason := self._unwritable(link, events))}
            if not reasons:
                self._region |= events
                return kept
            self.lost += [loss(link, reasons[id(link)]) for link in kept if id(link) in reasons]
            kept = [link for link in kept if id(link) not in reasons]

    def _unwritable(self, link: Link, events: dict[str, str]) -> str:
        if link.trigger is not None:
            trigger = self._spans.get(link.trigger)
            if self._triggers[link.trigger] > 1:
                return "Label Studio has one event of a region at most"
            if trigger is None or trigger.label != link.label:
                return "Label Studio has events by the label of their trigger only"
            if not link.arguments:
                return "Label Studio has no event in which nothing takes part"
        elif [role for role, _ in link.arguments] not in (
            ["source", "target"], ["party", "party"], ["Subject", "Object"],
        ):  # fmt: skip
            return "Label Studio has no relation with such roles"
        for target in link.references():
            if target not in self._region and target not in events:
                return f"refers to {target}, which Label Studio has no region for"
        for _, target in link.arguments:
            if target in self._triggers:
                return f"refers to {target}, which Label Studio cannot tell from the event of which it is the trigger"
        return ""

    def _link(self, link: Link) -> None:
        if link.trigger is not None:
            for role, target in link.arguments:
                self._results.append(_relation(link.trigger, self._region[target], role))
            return
        (role, one), (_, other) = link.arguments
        direction = "bi" if role == "party" else "right"
        self._results.append(_relation(self._region[one], self._region[other], link.label, direction))

    # -- answers

    def _answer(self, about: Attribute | Normalisation | Note, kind: str, key: str, answer: str) -> None:
        if about.target in self._triggers:
            self.lost.append(loss(about, "Label Studio cannot tell a trigger from its event"))
        elif about.target not in self._region:
            self.lost.append(loss(about, f"Label Studio has no place for what is about {about.target}"))
        elif not answer:
            self.lost.append(loss(about, "Label Studio has no empty answers"))
        else:
            region = self._region[about.target]
            label = REFERENCE if isinstance(about, Normalisation) else about.label
            if (region, label) in self._answers:  # one control has one result, with all its answers
                self._answers[region, label].append(answer)
                return
            start, end, exact = self._spans[region].fragments[0]
            self._answers[region, label] = answers = [answer]
            value = {"start": start, "end": end, "text": exact, key: answers}
            self._results.append(
                {"id": region, "from_name": label, "to_name": TEXT, "type": kind, "value": value}
            )


def _relation(source: str, target: str, label: str, direction: str = "right") -> Result:
    ends = {"from_id": source, "to_id": target}
    return {**ends, "type": "relation", "direction": direction, "labels": [label]}
