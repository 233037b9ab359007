"""UIMA CAS: feature structures on one text or several, whatever file they were in, as source documents.

`loaders.cas_xmi` and `loaders.cas_json` read files into a `Cas`; `documents` makes a source document of each view (a
"sofa") with text. A structure's type decides what it is, its short name is the label:

- annotations are spans; tokens, sentences and the tool's own records are the text's structure, unless pointed at;
- `Governor` and `Dependent` make a relation, from the former (`source`) to the latter (`target`);
- slots and other references make an event, whose trigger is the span and whose arguments are what is referred to;
- a chain's links are spans, and the chain says that they are equivalent.

UIMA counts UTF-16 units; files of other programs that count characters are found out where they can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import NamedTuple

from loaders.cas_types import ANNOTATION, DOCUMENT_ANNOTATION, Types
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

INITIAL_VIEW = "_InitialView"
_SEGMENTS = frozenset(
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type." + name
    for name in "Token Sentence Paragraph Heading Div Document TokenForm Compound CompoundPart LinkingMorpheme"
    " Split".split()
)
_RECORDS = (
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",
    "org.dkpro.core.api.metadata.type.",
    "org.dkpro.core.api.pdf.type.",
    "org.dkpro.core.api.xml.type.",
)
"""Where types are that record something of the file and were not annotated: tag sets, layers, HTML elements."""

_UNKNOWN_LANGUAGE = "x-unspecified"


@dataclass(slots=True)
class Structure:
    """A feature structure as its file has it.

    `begin` and `end` are in the file's own unit, None where it has none. `values` are the features with a value, one
    entry an element; `references` those that point at other structures, by their ids.
    """

    id: int
    type: str
    line: int | None = None
    sofa: int | None = None
    begin: int | None = None
    end: int | None = None
    values: list[tuple[str, str]] = field(default_factory=list)
    references: list[tuple[str, list[int]]] = field(default_factory=list)


class Sofa(NamedTuple):
    """A view's subject: its text, or that it has none."""

    id: int
    name: str
    text: str | None


@dataclass(slots=True)
class Cas:
    """What a file holds. `members` are the ids of the structures in each sofa's index; `lost` is what is no structure,
    with its place and why."""

    types: Types
    sofas: list[Sofa] = field(default_factory=list)
    structures: list[Structure] = field(default_factory=list)
    members: dict[int, set[int]] = field(default_factory=dict)
    lost: list[Rejection] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def documents(cas: Cas, unit: Unit, options: Options, loader: str) -> Iterator[Read]:
    """A document for each view with text; what belongs to no view goes with the first."""
    shared = _Shared(cas, unit.lead.name, loader)
    with_text = [sofa for sofa in cas.sofas if sofa.text is not None]
    empty = [sofa for sofa in cas.sofas if sofa.text is None]
    placed = shared.placed(with_text or empty)
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
        _View(document, sofa, placed.get(sofa.id, []), shared).build()
        check_references(document)
        yield document


def _rejected(unit: Unit, reason: str, read: int, sofa: Sofa | None = None) -> RejectedDocument:
    id = sofa.name if sofa is not None and sofa.name != INITIAL_VIEW else None
    return RejectedDocument(Rejection(unit.lead.name, reason, None, id), read, unit.lead.name)


# -- kinds --------------------------------------------------------------------------------------------------------


class _Kind(NamedTuple):
    """What the structures of a type are."""

    label: str
    structure: bool = False
    relation: bool = False
    chain: bool = False
    slot: bool = False
    annotation: bool = False
    """Whether it has a place in the text."""

    hosts: bool = False
    """Whether it has slots, filled or not."""


class _Shared:
    """What the views of a CAS have in common: its types, and which structure has which id."""

    def __init__(self, cas: Cas, file: str, loader: str) -> None:
        self.cas, self.file, self.loader = cas, file, loader
        self._kinds: dict[str, _Kind] = {}
        self.by_id: dict[int, Structure] = {}
        self.double: set[int] = set()
        for structure in cas.structures:
            if self.by_id.setdefault(structure.id, structure) is not structure:
                self.double.add(id(structure))
        self.links = self._chain_links()

    def _chain_links(self) -> set[str]:
        """The types whose structures are the links of chains."""
        of_chains = set()
        for structure in self.cas.structures:
            for feature, ids in structure.references:
                if feature == "next":
                    of_chains.add(structure.type)
                elif feature == "first" and structure.begin is None and ids[0] in self.by_id:
                    of_chains.add(self.by_id[ids[0]].type)
        return of_chains

    def kind(self, type_: str) -> _Kind:
        """What the structures of that type are."""
        found = self._kinds.get(type_)
        if found is None:
            found = self._kinds[type_] = self._kind(type_)
        return found

    def _kind(self, type_: str) -> _Kind:
        types = self.cas.types
        label = type_.rpartition(".")[2] or type_
        features = types.features(type_)

        def refers(feature: str) -> bool:
            return feature in features and features[feature].kind == "reference"

        lineage = list(types.lineage(type_))
        annotation = ANNOTATION in lineage
        if (
            DOCUMENT_ANNOTATION in lineage
            or label in ("Token", "Sentence")
            or any(ancestor in _SEGMENTS or ancestor.startswith(_RECORDS) for ancestor in lineage)
        ):
            return _Kind(label, structure=True, annotation=annotation)
        if refers("Governor") and refers("Dependent"):
            return _Kind(label, relation=True)
        if refers("first") and not annotation and label.endswith("Chain"):
            return _Kind(label.removesuffix("Chain") or label, chain=True)
        if refers("target") and not annotation:
            return _Kind(label, slot=True)
        if annotation and (type_ in self.links or refers("next")):
            return _Kind(label.removesuffix("Link").removesuffix("Chain") or label, annotation=True)
        hosts = annotation and any(feature.kind == "slots" for feature in features.values())
        return _Kind(label, annotation=annotation, hosts=hosts)

    def placed(self, sofas: list[Sofa]) -> dict[int, list[Structure]]:
        """The structures of each sofa by its id; those of none are the first's."""
        view_of: dict[int, int] = {}
        for sofa, members in self.cas.members.items():
            for member in members:
                view_of.setdefault(member, sofa)
        known = {sofa.id for sofa in self.cas.sofas}
        default = sofas[0].id if sofas else -1
        placed: dict[int, list[Structure]] = {}
        for structure in self.cas.structures:
            sofa = structure.sofa if structure.sofa is not None else view_of.get(structure.id, default)
            placed.setdefault(sofa if sofa in known else default, []).append(structure)
        return placed


# -- one view -----------------------------------------------------------------------------------------------------


class _View:
    """Fills a source document with what is annotated in one view."""

    def __init__(
        self, document: SourceDocument, sofa: Sofa, structures: list[Structure], shared: _Shared
    ) -> None:
        self._document, self._sofa, self._structures, self._shared = document, sofa, structures, shared
        self._file = shared.file
        self._members = shared.cas.members.get(sofa.id, set())
        self._offsets = _Offsets(document, structures, shared)
        self._pointed_at = self._referred()
        self._in_chain: set[int] = set()
        self._filled: set[int] = set()

    def build(self) -> None:
        """Every structure, in the file's order."""
        slots = [s for s in self._structures if self._shared.kind(s.type).slot]
        for structure in self._structures:
            kind = self._shared.kind(structure.type)
            if kind.slot:
                continue
            if id(structure) in self._shared.double:
                self._double(structure, kind)
            elif kind.structure and structure.id not in self._pointed_at:
                counts = self._document.structure
                counts[kind.label] = counts.get(kind.label, 0) + 1
                self._about(structure)
            elif kind.relation:
                self._relation(structure, kind)
            elif kind.chain:
                self._chain(structure, kind)
            else:
                self._annotation(structure, kind)
        for slot in slots:
            if slot.id not in self._filled:
                self._reject(slot, "is a slot of no annotation", self._shared.kind(slot.type).label)

    def _about(self, structure: Structure) -> None:
        """What the record of the document says of the article."""
        if not self._shared.cas.types.is_a(structure.type, DOCUMENT_ANNOTATION):
            return
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
            if not self._shared.kind(structure.type).structure:
                for _, ids in structure.references:
                    found.update(map(self._meant, ids))
        return found

    def _meant(self, id: int) -> int:
        """What a reference is to: of a token with a part of speech it is that one, as in WebAnno."""
        target = self._shared.by_id.get(id)
        if target is not None and self._shared.kind(target.type).label == "Token":
            for feature, ids in target.references:
                if feature == "pos" and ids[0] in self._shared.by_id:
                    return ids[0]
        return id

    def _handle(self, id: int) -> str:
        """The id of the annotation that a reference is to: an event where there is one, else the span or link."""
        id = self._meant(id)
        target = self._shared.by_id.get(id)
        return self._event_id(target) if target is not None and self._is_event(target) else str(id)

    def _is_event(self, structure: Structure) -> bool:
        kind = self._shared.kind(structure.type)
        if not kind.annotation or kind.structure or kind.relation:
            return False
        return kind.hosts or any(True for _ in self._own_references(structure))

    def _own_references(self, structure: Structure) -> Iterator[tuple[str, list[int]]]:
        """The references that are arguments: not those that make a chain."""
        chained = structure.type in self._shared.links
        return (pair for pair in structure.references if not (chained and pair[0] == "next"))

    @staticmethod
    def _event_id(structure: Structure) -> str:
        return f"E{structure.id}"

    # -- the kinds

    def _annotation(self, structure: Structure, kind: _Kind) -> None:
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
            arguments = tuple(self._arguments(structure))
            self._keep(
                Link(
                    id=self._event_id(structure), label=kind.label, file=self._file, line=structure.line,
                    arguments=arguments, trigger=handle,
                ),
                "",
            )  # fmt: skip
        if not kind.structure:
            self._attributes(structure, self._event_id(structure) if event else handle)

    def _arguments(self, structure: Structure) -> Iterator[Argument]:
        for feature, ids in self._own_references(structure):
            for id in ids:
                slot = self._shared.by_id.get(id)
                if slot is None or not self._shared.kind(slot.type).slot:
                    yield Argument(feature, self._handle(id))
                    continue
                self._filled.add(id)
                role = next((value for name, value in slot.values if name == "role"), "") or feature
                targets = [
                    target for name, targets in slot.references if name == "target" for target in targets
                ]
                if not targets:
                    self._reject(slot, f"is the slot {role} of {structure.id}, which nothing fills", role)
                for target in targets:
                    yield Argument(role, self._handle(target))

    def _relation(self, structure: Structure, kind: _Kind) -> None:
        ends = dict(structure.references)
        arguments = tuple(
            Argument(role, self._handle(ends[feature][0]))
            for feature, role in (("Governor", "source"), ("Dependent", "target"))
            if ends.get(feature)
        )
        link = Link(
            id=str(structure.id), label=kind.label, file=self._file, line=structure.line, arguments=arguments
        )
        problem = self._not_indexed(structure)
        self._keep(link, problem or ("" if len(arguments) == 2 else "lacks one of its two ends"))
        self._attributes(structure, link.id)

    def _chain(self, structure: Structure, kind: _Kind) -> None:
        members: list[str] = []
        problem = self._not_indexed(structure)
        following = _first(structure, "first")
        while following is not None:
            members.append(str(following))
            if following in self._in_chain:
                problem = problem or f"has the link {following}, which is already in a chain"
                break
            self._in_chain.add(following)
            link = self._shared.by_id.get(following)
            following = _first(link, "next") if link is not None else None
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
        for name, value in structure.values:
            self._document.add(
                Attribute(label=name, file=self._file, line=structure.line, target=target, value=value)
            )

    # -- keeping and rejecting

    def _double(self, structure: Structure, kind: _Kind) -> None:
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
        span.fragments = (Fragment(start, end, self._document.text[start:end]),)
        return ""


def _first(structure: Structure, feature: str) -> int | None:
    return next((ids[0] for name, ids in structure.references if name == feature and ids), None)


class _Offsets:
    """From the file's offsets to characters of the text.

    UIMA counts UTF-16 units. A program that counts characters betrays itself where the text has some beyond the basic
    plane: its record of the whole document ends where the characters end, or, without such a record, an annotation
    would begin or end within a character, and none lies beyond the last.
    """

    def __init__(self, document: SourceDocument, structures: Iterable[Structure], shared: _Shared) -> None:
        text = document.text
        self.length = len(text)
        self._at: dict[int, int] | None = None
        if text.isascii() or max(text, default="") <= "\uffff":
            return
        units = list(accumulate((2 if character > "\uffff" else 1 for character in text), initial=0))
        self._at = {unit: index for index, unit in enumerate(units)}
        self.length = units[-1]
        if self._counts_characters(text, structures, shared):
            self._at, self.length = None, len(text)
            document.remarks.append(f"{document.source}: its offsets count characters, not UTF-16 units")

    def _counts_characters(self, text: str, structures: Iterable[Structure], shared: _Shared) -> bool:
        whole: set[int] = set()
        inside = False
        for structure in structures:
            for offset in (structure.begin, structure.end):
                if offset is not None:
                    if offset > len(text):
                        return False
                    inside = inside or self.inside(offset)
            if structure.end is not None and shared.cas.types.is_a(structure.type, DOCUMENT_ANNOTATION):
                whole.add(structure.end)
        return len(text) in whole if whole else inside

    def inside(self, offset: int) -> bool:
        """Whether an offset is between the two halves of a character."""
        return self._at is not None and 0 <= offset <= self.length and offset not in self._at

    def locate(self, offset: int) -> int | None:
        """The character at an offset; None where there is none."""
        if self._at is not None:
            return self._at.get(offset)
        return offset if 0 <= offset <= self.length else None


# -- arrays and lists -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Containers:
    """The arrays and lists of a file, by id, from which features take their elements.

    `left` bounds how many elements are handed out altogether: a file may point at one array from every annotation.
    """

    arrays: dict[int, list[str]] = field(default_factory=dict)
    lists: dict[int, tuple[str | None, int | None]] = field(default_factory=dict)
    left: int = 5_000_000

    def elements(self, id: int) -> list[str] | None:
        """The elements of an array or list as written, None where the id is neither's; raises SourceError."""
        if self.left < 0:
            raise SourceError("points at its arrays and lists so often that it would not fit into memory")
        if id in self.arrays:
            found = self.arrays[id]
        elif id in self.lists:
            found, seen = [], set()
            at: int | None = id
            while at is not None and at in self.lists and at not in seen:
                seen.add(at)
                head, at = self.lists[at]
                if head is not None:
                    found.append(head)
        else:
            return None
        self.left -= len(found)
        return found


def as_ids(words: Iterable[str]) -> list[int]:
    """The ids among the elements of an array of references; 0 is none."""
    return [
        int(word) for word in words if len(word) < 12 and word.isascii() and word.isdigit() and word != "0"
    ]


def is_feature(name: str, reserved: Mapping[str, object] | frozenset[str]) -> bool:
    """Whether a name is an annotator's feature, and not the tool's own."""
    return name not in reserved and not name.startswith("_")
