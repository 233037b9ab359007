"""A document as brat standoff: text, annotation file and sidecar, for an annotator to go on with.

`loaders.brat.reading` reads what is written here as the document it was. What brat has no form for (a span without
length, a note of several lines) is left out and named.
"""

from __future__ import annotations

import re
from itertools import pairwise

import yaml

from loaders.given_back import Written, loss, own_words
from loaders.sidecar import KEYS, SUFFIX
from loaders.source import Annotation, Attribute, Equivalence, Link, Normalisation, Note, SourceDocument, Span

_LABEL = re.compile(r"[^\s:;]+")
_LINE_ENDS = re.compile(r"\r\n|[\r\n]")


def write(document: SourceDocument, stem: str) -> Written:
    """The document as `stem.txt`, `stem.ann` and `stem.meta.yaml`."""
    writer = _Writer(document)
    lines = "".join(f"{line}\n" for line in writer.lines())
    # A text that begins with a byte order mark gets another, for the one that readers remove.
    text = ("\ufeff" if document.text.startswith("\ufeff") else "") + document.text
    files = {
        f"{stem}.txt": text.encode(),
        f"{stem}.ann": lines.encode(),
        stem + SUFFIX: sidecar_text(document).encode(),
    }
    return Written(files, writer.lost)


def sidecar_text(document: SourceDocument) -> str:
    """What the document knows of its article and whose annotations these are, as its sidecar says it."""
    said: dict[str, object] = {}
    for key in KEYS:
        value = getattr(document.article, key)
        if value:
            said[key] = list(value) if isinstance(value, tuple) else value
    for key in ("annotator", "layer"):
        if value := getattr(document, key):
            said[key] = value
    written: str = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10**9) if said else ""
    return written


class _Writer:
    def __init__(self, document: SourceDocument) -> None:
        self._document = document
        self._ids: dict[str, str] = {}
        self._labels = {span.id: span.label for span in document.spans}
        self._numbers = dict.fromkeys("TERAN#", 0)
        self.lost: list[str] = list(own_words(document))

    def lines(self) -> list[str]:
        """The lines of the annotation file."""
        document = self._document
        written = [self._span(span) for span in document.spans]
        written += self._links(document.links)
        written += [self._attribute(one) for one in document.attributes]
        written += [self._equivalence(one) for one in document.equivalences]
        written += [self._normalisation(one) for one in document.normalisations]
        written += [self._note(one) for one in document.notes]
        return [line for line in written if line]

    def _new_id(self, letter: str, annotation: Annotation) -> str:
        self._numbers[letter] += 1
        own = f"{letter}{self._numbers[letter]}"
        if annotation.id:
            self._ids[annotation.id] = own
        return own

    def _lose(self, annotation: Annotation, reason: str) -> str:
        self.lost.append(loss(annotation, reason))
        return ""

    def _missing(self, annotation: Annotation) -> str:
        """Why an annotation cannot be written with what it refers to; empty if it can."""
        if not _LABEL.fullmatch(annotation.label):
            return f"brat has no label such as {annotation.label[:60]!r}"
        gone = [target for target in annotation.references() if target not in self._ids]
        return f"refers to {gone[0]}, which is left out" if gone else ""

    def _span(self, span: Span) -> str:
        if reason := self._missing(span):
            return self._lose(span, reason)
        if any(start == end for start, end, _ in span.fragments):
            return self._lose(span, "brat has no span without length")
        if any(after.start < before.end for before, after in pairwise(span.fragments)):
            return self._lose(span, "brat has no span whose fragments overlap")
        offsets = ";".join(f"{start} {end}" for start, end, _ in span.fragments)
        covered = _LINE_ENDS.sub(" ", span.mention.words)
        return f"{self._new_id('T', span)}\t{span.label} {offsets}\t{covered}"

    def _links(self, links: list[Link]) -> list[str]:
        """Links with their ids given first: an event may come before those it has as arguments."""
        kept = list(links)
        while True:
            for link in kept:
                if link.id not in self._ids:
                    self._new_id("R" if link.trigger is None else "E", link)
            reasons = {id(link): reason for link in kept if (reason := self._unwritable(link))}
            if not reasons:
                break
            for link in kept:
                if id(link) in reasons:
                    self._lose(link, reasons[id(link)])
                    del self._ids[link.id]
            kept = [link for link in kept if id(link) not in reasons]
        return [self._link(link) for link in kept]

    def _unwritable(self, link: Link) -> str:
        if link.trigger is None and len(link.arguments) < 2:
            return "brat has no relation with fewer than two arguments"
        if link.trigger is not None and self._labels.get(link.trigger) != link.label:
            return "brat has events by the label of their trigger only"
        for argument in link.arguments:
            if not _LABEL.fullmatch(argument.role):
                return f"brat has no role such as {argument.role[:60]!r}"
        return self._missing(link)

    def _link(self, link: Link) -> str:
        arguments = "".join(f" {one.role}:{self._ids[one.target]}" for one in link.arguments)
        trigger = "" if link.trigger is None else f":{self._ids[link.trigger]}"
        return f"{self._ids[link.id]}\t{link.label}{trigger}{arguments}"

    def _attribute(self, one: Attribute) -> str:
        if reason := self._missing(one):
            return self._lose(one, reason)
        if one.value is not None and one.value != " ".join(one.value.split()):
            return self._lose(one, "brat has no value with such white space")
        value = f" {one.value}" if one.value else ""
        return f"{self._new_id('A', one)}\t{one.label} {self._ids[one.target]}{value}"

    def _equivalence(self, one: Equivalence) -> str:
        reason = self._missing(one)
        if len(one.members) < 2:
            reason = "names one annotation, and needs two to be the same"
        if reason:
            return self._lose(one, reason)
        return f"*\t{one.label} {' '.join(self._ids[member] for member in one.members)}"

    def _normalisation(self, one: Normalisation) -> str:
        reason = self._missing(one)
        if not reason and (not re.fullmatch(r"[^\s:]+", one.scheme) or not re.fullmatch(r"\S+", one.value)):
            reason = "brat has no identifier with white space"
        if not reason and not _is_line(one.text):
            reason = "brat has no name on several lines"
        if reason:
            return self._lose(one, reason)
        own = self._new_id("N", one)
        return f"{own}\t{one.label} {self._ids[one.target]} {one.scheme}:{one.value}\t{one.text}"

    def _note(self, one: Note) -> str:
        reason = self._missing(one) or ("" if _is_line(one.text) else "brat has no note on several lines")
        if reason:
            return self._lose(one, reason)
        return f"{self._new_id('#', one)}\t{one.label} {self._ids[one.target]}\t{one.text}"


def _is_line(text: str) -> bool:
    return text == text.strip() and "\n" not in text and "\r" not in text
