"""The views of a CAS as source documents: each has its text, and what is annotated on it.

A structure's type decides what it is, its short name is the label:

- annotations are spans; tokens, sentences and the tool's own records are the text's structure, unless pointed at;
- `Governor` and `Dependent` make a relation, from the former (`source`) to the latter (`target`);
- slots and other references make an event, whose trigger is the span and whose arguments are what is referred to;
- a chain's links are spans, and the chain says that they are equivalent.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

from loaders.cas.documents import INITIAL_VIEW, Cas, Sofa, Structure
from loaders.cas.kinds import Index, Kind
from loaders.formats import Options, Read, Unit
from loaders.source import (
    Annotation,
    Argument,
    Attribute,
    Equivalence,
    Link,
    SourceDocument,
    Span,
    check_references,
)
from ontology.errors import SourceError
from ontology.models import Article, Fragment, RejectedDocument, Rejection

_ENDS = {"Governor": "source", "Dependent": "target"}
_LEAST_COVERED, _TIMES_COVERED = 1 << 24, 16
"""How many characters the spans of a view may cover, those with the same bounds counted once: so many times its text,
and of a short text so many at least."""

_MOST_COPIED = 5_000_000
"""How many features of records may be put on the annotations that refer to them, in one view."""

_UNKNOWN_LANGUAGE = "x-unspecified"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


# -- documents -----------------------------------------------------------------------------------------------


def documents(cas: Cas, unit: Unit, options: Options, loader: str) -> Iterator[Read]:
    """A document for each view with text; what belongs to no view goes with the first."""
    cas.sofas = list(_distinct(cas, unit.lead.name))
    index = Index(cas, unit.lead.name, loader)
    with_text = [sofa for sofa in cas.sofas if sofa.text is not None]
    empty = [sofa for sofa in cas.sofas if sofa.text is None]
    placed = index.placed(with_text or empty)
    for sofa in empty:
        if placed.get(sofa.id) or not with_text:
            lost = cas.lost if not with_text and sofa is empty[0] else []
            yield _rejected(unit, "has no text", len(placed.get(sofa.id, ())) + len(lost), sofa)
    if not cas.sofas:
        yield _rejected(unit, "has no text", len(cas.structures) + len(cas.lost))
    unused = [sofa.name for sofa in empty if not placed.get(sofa.id)]
    for number, sofa in enumerate(with_text):
        text = sofa.text or ""
        if len(text) > options.max_characters:
            reason = f"the text has {len(text):,} characters; the limit is {options.max_characters:,}"
            read = len(placed.get(sofa.id, ())) + (0 if number else len(cas.lost))
            yield _rejected(unit, reason, read, sofa)
            continue
        document = SourceDocument(text, unit.lead.name, loader, Article(path=unit.lead.within))
        document.remarks += cas.remarks
        document.remarks += [
            f"{unit.lead.name}: the view {name} has no text and no annotations" for name in unused
        ]
        if sofa.name != INITIAL_VIEW:
            document.layer = sofa.name
            document.article = Article(path=f"{unit.lead.within}#{sofa.name}")
        if number == 0:
            document.rejected += cas.lost
        View(document, sofa, placed.get(sofa.id, []), index).build()
        check_references(document)
        yield document


def _distinct(cas: Cas, file: str) -> Iterator[Sofa]:
    """The sofas of a file, each with an id and name of its own."""
    ids: set[int] = set()
    names: set[str] = set()
    for sofa in cas.sofas:
        if sofa.id in ids or sofa.name in names:
            cas.lost.append(Rejection(file, f"is a second view {sofa.name}", None, str(sofa.id)))
            continue
        ids.add(sofa.id)
        names.add(sofa.name)
        yield sofa


def _rejected(unit: Unit, reason: str, read: int, sofa: Sofa | None = None) -> RejectedDocument:
    id = sofa.name if sofa is not None and sofa.name != INITIAL_VIEW else None
    return RejectedDocument(Rejection(unit.lead.name, reason, None, id), read, unit.lead.name)


# -- one view -----------------------------------------------------------------------------------------------------


class View:
    """Fills a source document with what is annotated in one view."""

    def __init__(
        self, document: SourceDocument, sofa: Sofa, structures: list[Structure], index: Index
    ) -> None:
        self._document, self._sofa, self._structures, self._index = document, sofa, structures, index
        self._file = index.file
        self._members = index.cas.members.get(sofa.id, set())
        self._offsets = Offsets(document, structures, index)
        self._pointed_at = self._referred()
        self._in_chain: set[int] = set()
        self._used: set[int] = set()
        self._unfilled = self._copied = self._size = 0
        self._covered: dict[tuple[int, int], str] = {}

    def build(self) -> None:
        """Every structure, in the file's order; last what no annotation refers to."""
        later: list[Structure] = []
        for structure in self._structures:
            kind = self._index.kind(structure.type)
            if id(structure) in self._index.double:
                self._double(structure, kind)
            elif kind.slot or (kind.record and structure.begin is None):
                later.append(structure)
            elif kind.structure and structure.id not in self._pointed_at:
                counts = self._document.structure
                counts[kind.label] = counts.get(kind.label, 0) + 1
                if kind.document:
                    self._about(structure)
            elif kind.relation:
                self._relation(structure, kind)
            elif kind.chain:
                self._chain(structure, kind)
            else:
                self._annotation(structure, kind)
        for structure in later:
            if structure.id not in self._used:
                self._record(structure)
        if self._unfilled:
            self._document.remarks.append(
                f"{self._document.source}: {self._unfilled:,} slots that nothing fills were passed over"
            )

    def _record(self, structure: Structure) -> None:
        """Reject what no annotation refers to and has no place in the text, with its features."""
        kind = self._index.kind(structure.type)
        reason = "is not about a part of the text"
        if kind.slot:
            reason = "is a slot of no annotation"
        elif structure.sofa is not None:
            reason = "is about the whole document"
        self._reject(structure, reason, kind.label)
        for name, _ in structure.values:
            self._reject(structure, reason, name)

    def _about(self, structure: Structure) -> None:
        """What the record of the document says of the article."""
        for name, value in structure.values:
            article = self._document.article
            if name == "documentTitle" and not article.title:
                self._document.article = replace(article, title=value.strip())
            elif name == "language" and not article.language and value != _UNKNOWN_LANGUAGE:
                self._document.article = replace(article, language=value)

    # -- what is referred to

    def _referred(self) -> set[int]:
        """The ids of the tokens and other parts of the text that annotations point at."""
        found: set[int] = set()
        for structure in self._structures:
            if not self._index.kind(structure.type).structure:
                for _, ids in structure.references:
                    found.update(map(self._meant, ids))
        return found

    def _meant(self, id: int) -> int:
        """What a reference is to: of a token with a part of speech it is that one, as in WebAnno."""
        target = self._index.by_id.get(id)
        if target is not None and self._index.kind(target.type).label == "Token":
            for feature, ids in target.references:
                if feature == "pos" and ids[0] in self._index.by_id:
                    return ids[0]
        return id

    def _handle(self, id: int) -> str:
        """The id of the annotation that a reference is to: an event where there is one, else the span or link."""
        id = self._meant(id)
        target = self._index.by_id.get(id)
        return self._event_id(target) if target is not None and self._is_event(target) else str(id)

    def _is_event(self, structure: Structure) -> bool:
        kind = self._index.kind(structure.type)
        if not kind.annotation or kind.structure or kind.relation:
            return False
        return kind.hosts or any(True for _ in self._own_references(structure))

    def _own_references(self, structure: Structure) -> Iterator[tuple[str, int]]:
        """The references that are arguments: not those that make a chain, nor those to records."""
        chained = structure.type in self._index.links
        for feature, ids in structure.references:
            if not (chained and feature == "next"):
                yield from ((feature, id) for id in ids if not self._is_record(id))

    def _is_record(self, id: int) -> bool:
        target = self._index.by_id.get(id)
        return target is not None and target.begin is None and self._index.kind(target.type).record

    @staticmethod
    def _event_id(structure: Structure) -> str:
        return f"E{structure.id}"

    # -- the kinds

    def _annotation(self, structure: Structure, kind: Kind) -> None:
        handle = str(structure.id)
        event = not kind.structure and self._is_event(structure)
        span = Span(id=handle, label=kind.label, file=self._file, line=structure.line, fragments=())
        if not kind.annotation and structure.begin is None:
            place = (
                "about the whole document" if structure.sofa is not None else "not about a part of the text"
            )
            self._reject(structure, f"is {place}", kind.label)
            self._attributes(structure, handle)
            return
        problem = self._not_indexed(structure) or self._place(span, structure)
        self._keep(span, problem)
        if event:
            arguments = tuple(self._arguments(self._own_references(structure)))
            self._keep(
                Link(
                    id=self._event_id(structure), label=kind.label, file=self._file, line=structure.line,
                    arguments=arguments, trigger=handle,
                ),
                "",
            )  # fmt: skip
        if not kind.structure:
            self._attributes(structure, self._event_id(structure) if event else handle)

    def _arguments(self, references: Iterable[tuple[str, int]]) -> Iterator[Argument]:
        for feature, id in references:
            slot = self._index.by_id.get(id)
            if slot is None or not self._index.kind(slot.type).slot:
                yield Argument(feature, self._handle(id))
                continue
            self._used.add(id)
            role = next((value for name, value in slot.values if name == "role"), "") or feature
            target = slot.first("target")
            if target is not None:
                yield Argument(role, self._handle(target))
            else:
                self._unfilled += 1

    def _relation(self, structure: Structure, kind: Kind) -> None:
        ends = [(_ENDS.get(feature, feature), id) for feature, id in self._own_references(structure)]
        ends.sort(key=lambda end: end[0] != "source")
        arguments = tuple(self._arguments(ends))
        link = Link(
            id=str(structure.id), label=kind.label, file=self._file, line=structure.line, arguments=arguments
        )
        problem = self._not_indexed(structure)
        self._keep(
            link,
            problem
            or ("" if {"source", "target"} <= {role for role, _ in ends} else "lacks one of its two ends"),
        )
        self._attributes(structure, link.id)

    def _chain(self, structure: Structure, kind: Kind) -> None:
        members: list[str] = []
        problem = self._not_indexed(structure)
        following = structure.first("first")
        while following is not None:
            members.append(str(following))
            if following in self._in_chain:
                problem = problem or f"has the link {following}, which is already in a chain"
                break
            self._in_chain.add(following)
            link = self._index.by_id.get(following)
            following = link.first("next") if link is not None else None
        chain = Equivalence(
            id=str(structure.id),
            label=kind.label,
            file=self._file,
            line=structure.line,
            members=tuple(members),
        )
        self._keep(chain, problem or ("" if members else "has no links"))
        self._attributes(structure, chain.id)

    def _attributes(self, structure: Structure, target: str) -> None:
        """Its features, those of the records it refers to, and what slots say besides role and target."""
        for name, value in self._features(structure):
            self._document.add(
                Attribute(label=name, file=self._file, line=structure.line, target=target, value=value)
            )

    def _features(self, structure: Structure) -> Iterator[tuple[str, str]]:
        yield from structure.values
        for _, ids in structure.references:
            for id in ids:
                other = self._index.by_id.get(id)
                if other is None or other is structure:
                    continue
                slot = self._index.kind(other.type).slot
                if slot or self._is_record(id):
                    self._used.add(id)
                    self._copied += len(other.values)
                    if self._copied > _MOST_COPIED:
                        raise SourceError(
                            "refers to the same records so often that it would not fit into memory"
                        )
                    yield from (pair for pair in other.values if not (slot and pair[0] == "role"))

    # -- keeping and rejecting

    def _double(self, structure: Structure, kind: Kind) -> None:
        """Reject a structure whose id another one has, with its features: they must not become the other's."""
        reason = f"the id {structure.id} is already used"
        self._reject(structure, reason, kind.label)
        for name, _ in structure.values:
            self._reject(structure, reason, name)

    def _keep(self, annotation: Annotation, problem: str) -> None:
        if problem:
            self._document.reject(annotation, problem)
        else:
            self._document.add(annotation)

    def _reject(self, structure: Structure, reason: str, label: str) -> None:
        lost = Attribute(
            id=str(structure.id), label=label, file=self._file, line=structure.line, target="", value=None
        )
        self._document.reject(lost, reason)

    def _not_indexed(self, structure: Structure) -> str:
        if structure.id in self._members:
            return ""
        return "is in no index of its view: it was deleted, or never added"

    def _place(self, span: Span, structure: Structure) -> str:
        """Give a span its words; the reason where it has none."""
        if structure.begin is None or structure.end is None:
            return "has no offsets"
        start, end = self._offsets.locate(structure.begin), self._offsets.locate(structure.end)
        if start is None or end is None:
            inside = self._offsets.inside(structure.begin) or self._offsets.inside(structure.end)
            length = self._offsets.length
            return "begins or ends within a character" if inside else (
                f"lies outside the text, which has {length:,} UTF-16 units: {structure.begin} to {structure.end}"
            )  # fmt: skip
        if start > end:
            return f"ends at {structure.end}, before it begins at {structure.begin}"
        words = self._covered.get((start, end))
        if words is None:
            self._size += end - start
            if self._size > max(_LEAST_COVERED, _TIMES_COVERED * len(self._document.text)):
                return "covers so much that all spans together are too large"
            words = self._covered[start, end] = self._document.text[start:end]
        span.fragments = (Fragment(start, end, words),)
        return ""


class Offsets:
    """From the file's offsets to characters of the text.

    UIMA counts UTF-16 units. A program that counts characters betrays itself where the text has some beyond the basic
    plane: its record of the whole document ends where the characters end, or, without such a record, an annotation
    would begin or end within a character, and none lies beyond the last.
    """

    def __init__(self, document: SourceDocument, structures: Iterable[Structure], index: Index) -> None:
        text = document.text
        self.length = len(text)
        # Where characters of two units are, as the file counts.
        self._pairs = [match.start() + number for number, match in enumerate(_ASTRAL.finditer(text))]
        if not self._pairs:
            return
        self.length += len(self._pairs)
        if self._counts_characters(text, structures, index):
            self._pairs, self.length = [], len(text)
            document.remarks.append(f"{document.source}: its offsets count characters, not UTF-16 units")

    def _counts_characters(self, text: str, structures: Iterable[Structure], index: Index) -> bool:
        whole: set[int] = set()
        used: set[int] = set()
        for structure in structures:
            if structure.begin is not None:
                used.add(structure.begin)
            if structure.end is not None:
                used.add(structure.end)
                if index.kind(structure.type).document:
                    whole.add(structure.end)
        if max(used, default=0) > len(text):
            return False
        return len(text) in whole if whole else any(pair + 1 in used for pair in self._pairs)

    def inside(self, offset: int) -> bool:
        """Whether an offset is between the two halves of a character."""
        before = bisect_left(self._pairs, offset)
        return before > 0 and self._pairs[before - 1] + 1 == offset

    def locate(self, offset: int) -> int | None:
        """The character at an offset; None where there is none."""
        if not 0 <= offset <= self.length or (self._pairs and self.inside(offset)):
            return None
        return offset - bisect_left(self._pairs, offset)
