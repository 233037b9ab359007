"""What GATE's formats have in common: annotation sets, whose annotations have an id, a type, an extent and features.

A document has a default annotation set, without name, and named ones; each is a layer of the same article. Types and
features are whatever the application made of them. The OrthoMatcher puts a feature `matches` on every member of a
coreference chain, with the ids of all: the chain is read once, as an equivalence.

https://gate.ac.uk/userguide/sec:corpora:features
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from loaders import metadata
from loaders.formats import Options, Unit
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
from ontology.models import Article, Fragment

MATCHES = "matches"
"""The feature that holds a coreference chain, and the label of the equivalences that are read from it."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of an annotation, relation or document: its value as text, and, where it is a list of ids, these."""

    name: str
    value: str
    ids: tuple[str, ...] = ()


class AnnotationSet:
    """One annotation set while it is read: annotations are added with their features, and `finished` checks them."""

    def __init__(self, unit: Unit, loader: str, name: str, text: str, article: Article) -> None:
        self._file, self._text = unit.lead.name, text
        self._document = SourceDocument(text, self._file, loader, replace(article), layer=name)
        self._ids: set[str] = set()
        self._made = 0
        self._chains: set[frozenset[str]] = set()

    def annotation(
        self, id: str, type: str, start: int | None, end: int | None, features: Iterable[Feature]
    ) -> None:
        """Add an annotation; `start` and `end` are code points, None where the file's do not lie in the text."""
        text = self._text
        if (
            id
            and id not in self._ids
            and type
            and start is not None
            and end is not None
            and 0 <= start <= end <= len(text)
        ):  # as good as always
            self._ids.add(id)
            place = (Fragment(start, end, text[start:end]),)
            self._document.spans.append(Span(id=id, label=type, file=self._file, fragments=place))
            self._features(id, features)
            return
        own, problem = self._own_id(id)
        span = Span(id=own, label=type or "?", file=self._file, fragments=())
        if not type:
            problem = problem or "has no type"
        if start is None or end is None or not 0 <= start <= end <= len(text):
            problem = problem or self._outside(start, end)
        elif not problem:
            span.fragments = (Fragment(start, end, text[start:end]),)
        self._add(span, problem)
        self._features(own, features)

    def relation(self, id: str, type: str, members: list[str], features: Iterable[Feature]) -> None:
        """Add a relation; two members are its source and target, more are numbered."""
        own, problem = self._own_id(id)
        roles = (
            ["source", "target"] if len(members) == 2 else [f"member{n}" for n in range(1, len(members) + 1)]
        )
        arguments = tuple(Argument(role, member) for role, member in zip(roles, members, strict=True))
        link = Link(id=own, label=type or "?", file=self._file, arguments=arguments)
        if not type or len(members) < 2:
            problem = problem or ("has fewer than two members" if type else "has no type")
        self._add(link, problem)
        self._features(own, features)

    def unreadable(self, reason: str) -> None:
        """Count something that stands where an annotation should."""
        own, _ = self._own_id("")
        self._document.reject(Span(id=own, label="?", file=self._file, fragments=()), reason)

    def finished(self) -> SourceDocument:
        """The set as a document, what cannot be of it rejected."""
        check_references(self._document)
        return self._document

    def _own_id(self, id: str) -> tuple[str, str]:
        """An id that nothing else of the set has, and what is wrong with the one given."""
        own, problem = id, ""
        if not id:
            own = "?"
        elif id in self._ids:
            own, problem = f"{id[:60]} (again)", f"the id {id[:60]} is already used"
        plain = own
        while not id or own in self._ids:
            self._made += 1  # never counts anew, so that a file cannot make it count long
            own = f"{plain}{self._made}"
            if own not in self._ids:
                break
        self._ids.add(own)
        return own, problem

    def _outside(self, start: int | None, end: int | None) -> str:
        if start is not None and end is not None and start > end:
            return f"ends ({end}) before it starts ({start})"
        return f"lies outside the text, which has {len(self._text):,} characters, or inside one of them"

    def _add(self, annotation: Annotation, problem: str) -> None:
        if problem:
            self._document.reject(annotation, problem)
        else:
            self._document.add(annotation)

    def _features(self, owner: str, features: Iterable[Feature]) -> None:
        for feature in features:
            if feature.name == MATCHES and feature.ids:
                chain = frozenset((owner, *feature.ids))
                if chain not in self._chains:
                    self._chains.add(chain)
                    members = tuple(dict.fromkeys((owner, *feature.ids)))
                    self._document.add(Equivalence(label=MATCHES, file=self._file, members=members))
            else:
                self._document.add(
                    Attribute(label=feature.name, file=self._file, target=owner, value=feature.value)
                )


def article(unit: Unit, features: Iterable[Feature]) -> tuple[Article, list[str]]:
    """What the features of a document say of its article, and a remark on those that say nothing of it."""
    known = metadata.from_fields(((f.name, f.value) for f in features), unit.lead.within)
    if not known.others:
        return known.article, []
    some = ", ".join(known.others[:20]) + (" …" if len(known.others) > 20 else "")
    return known.article, [f"{unit.lead.name}: features of the document that are not read: {some}"]


def check_text(text: str, name: str, options: Options) -> str:
    """The text; raises SourceError where it is empty or too long."""
    if not text.strip():
        raise SourceError("has no text", file=name)
    if len(text) > options.max_characters:
        reason = f"the text has {len(text):,} characters; the limit is {options.max_characters:,}"
        raise SourceError(f"{reason}: divide it, or raise max_characters", file=name)
    return text


def in_layers(
    sets: dict[str, AnnotationSet], empty: AnnotationSet, remarks: list[str]
) -> Iterator[SourceDocument]:
    """A document for every annotation set that has annotations; `empty` where none has."""
    documents = [one for one in (sets[name].finished() for name in sorted(sets)) if one.read]
    for number, document in enumerate(documents or [empty.finished()]):
        if not number:
            document.remarks += remarks
        yield document
