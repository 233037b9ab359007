"""What an annotation tool saved, before any mapping: the one shape that every standoff loader reads its format into.

A loader only parses: it hands each annotation to a `SourceDocument` with its own id, label, file and line.
`check_references` then rejects, for every format alike, what refers to nothing, to something rejected, or in a circle.
`Account` says what became of each annotation, exactly once.

Offsets are already Unicode code points into `text` here, and every fragment equals its text: formats that count
otherwise have converted them. A format's features on a span or relation (WebAnno, UIMA, GATE) become attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from ontology.models import Article, Fragment, Mention, Rejection, Tally

MAX_CHARACTERS = 5_000_000
"""An article with more characters than this is rejected, unless the caller sets another limit."""


_LONGEST_CIRCLE = 10
"""How many links of a circle are named in the reason why they are rejected."""


@dataclass(slots=True, eq=False, kw_only=True)
class Annotation:
    """One annotation as its tool saved it.

    `id` is the tool's own; spans and links always have one, made up by the loader if need be. `line` counts from 1.
    """

    kind: ClassVar[str] = "annotation"

    id: str = ""
    label: str
    file: str = ""
    line: int | None = None

    def references(self) -> Iterable[str]:
        """The ids of the annotations this one points at."""
        return ()

    @property
    def title(self) -> str:
        """How a person finds it again: its id, or its label and line."""
        return self.id or f"{self.label} (line {self.line})"


@dataclass(slots=True, eq=False, kw_only=True)
class Span(Annotation):
    """Words of the text under a label; several fragments where they are not next to each other."""

    kind: ClassVar[str] = "mention"

    fragments: tuple[Fragment, ...]

    @property
    def mention(self) -> Mention:
        """The span as a mention."""
        return Mention(self.fragments)


class Argument(NamedTuple):
    """What a link points at, and as what: `Agent:T4`."""

    role: str
    target: str


@dataclass(slots=True, eq=False, kw_only=True)
class Link(Annotation):
    """A labelled connection of arguments: an event, whose `trigger` is a span's id, or a relation without one.

    `words` are the words that state a relation, where the format has them as a part of the relation itself and not as
    an annotation of their own.
    """

    arguments: tuple[Argument, ...]
    trigger: str | None = None
    words: tuple[Fragment, ...] = ()

    @property
    def kind(self) -> str:  # type: ignore[override]
        """An event if it has a trigger, else a relation."""
        return "relation" if self.trigger is None else "event"

    def references(self) -> Iterable[str]:
        """The trigger and the arguments."""
        own = (self.trigger,) if self.trigger is not None else ()
        return (*own, *(argument.target for argument in self.arguments))


@dataclass(slots=True, eq=False, kw_only=True)
class Attribute(Annotation):
    """A property of a span or link: `Certainty E15 Probable`; without `value` it is a mark that is there or not."""

    kind: ClassVar[str] = "attribute"

    target: str
    value: str | None = None

    def references(self) -> Iterable[str]:
        """What it is a property of."""
        return (self.target,)


@dataclass(slots=True, eq=False, kw_only=True)
class Equivalence(Annotation):
    """Spans that mean the same thing."""

    kind: ClassVar[str] = "equivalence"

    members: tuple[str, ...]

    def references(self) -> Iterable[str]:
        """The spans."""
        return self.members


@dataclass(slots=True, eq=False, kw_only=True)
class Normalisation(Annotation):
    """A span's entry in a reference list: `scheme` "Wikidata", `value` "Q42418", and the entry's name in `text`."""

    kind: ClassVar[str] = "identifier"

    target: str
    scheme: str
    value: str
    text: str = ""

    def references(self) -> Iterable[str]:
        """The span."""
        return (self.target,)


@dataclass(slots=True, eq=False, kw_only=True)
class Note(Annotation):
    """Free text that an annotator attached to any other annotation."""

    kind: ClassVar[str] = "note"

    target: str
    text: str

    def references(self) -> Iterable[str]:
        """What it is attached to."""
        return (self.target,)


@dataclass(slots=True)
class SourceDocument:
    """One text with everything one annotator or tool marked on it in one layer.

    `article` is what the format itself knows of the article. `read` counts every annotation met, those already
    `rejected` included, so that it is always the number of annotations kept plus that of the rejected and of the
    `structure`: what the format itself defines as the text's parts (tokens, sentences), by label with how many there
    are. Structure is ignored under its label. `gathered` has, by the id of an annotation that was made of others (an
    event of relations, a span of its parts), these others: they are what is counted. `sidecar_read` says that the
    loader has looked for a sidecar itself.
    """

    text: str
    source: str
    loader: str
    article: Article = field(default_factory=Article)
    annotator: str = ""
    layer: str = ""
    spans: list[Span] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    equivalences: list[Equivalence] = field(default_factory=list)
    normalisations: list[Normalisation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    structure: dict[str, int] = field(default_factory=dict)
    gathered: dict[str, list[Annotation]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    sidecar_read: bool = False

    @property
    def read(self) -> int:
        """How many annotations the document has."""
        parts = sum(len(made_of) - 1 for made_of in self.gathered.values())
        return sum(map(len, self._kinds())) + parts + len(self.rejected) + sum(self.structure.values())

    def annotations(self) -> Iterator[Annotation]:
        """Every annotation that was not rejected, kind by kind."""
        for kind in self._kinds():
            yield from kind

    def add(self, annotation: Annotation) -> None:
        """Put an annotation where its kind belongs."""
        place = _PLACES.get(type(annotation))
        if place is None:
            raise TypeError(f"not a kind of annotation: {type(annotation).__name__}")
        getattr(self, place).append(annotation)

    def reject(self, annotation: Annotation, reason: str) -> None:
        """Record an annotation as rejected; the caller does not add it, or `remove`s it."""
        self.rejected.append(rejection(annotation, reason))

    def remove(self, gone: set[int]) -> None:
        """Take out the annotations with these object ids (`id(annotation)`)."""
        for kind in self._kinds():
            kind[:] = [annotation for annotation in kind if id(annotation) not in gone]

    def _kinds(self) -> tuple[list[Annotation], ...]:
        return (  # type: ignore[return-value]
            self.spans,
            self.links,
            self.attributes,
            self.equivalences,
            self.normalisations,
            self.notes,
        )


_PLACES: dict[type[Annotation], str] = {
    Span: "spans",
    Link: "links",
    Attribute: "attributes",
    Equivalence: "equivalences",
    Normalisation: "normalisations",
    Note: "notes",
}


def rejection(annotation: Annotation, reason: str) -> Rejection:
    """The rejection of one annotation."""
    return Rejection(annotation.file, reason, annotation.line, annotation.id or None, annotation.kind)


def check_references(document: SourceDocument) -> None:
    """Reject ids used twice, references to nothing, circles of events, and whatever refers to something rejected."""
    if not _is_sound(document):
        _reject_unsound(document)
    if len(document.rejected) > 1:
        document.rejected.sort(key=lambda r: (r.file, r.line or 0))


def _is_sound(document: SourceDocument) -> bool:
    """Whether every id is used once and every reference leads somewhere, links pointing at no links: as good as always,
    and quickly seen."""
    ids = {span.id for span in document.spans}
    number = len(document.spans)
    links = document.links
    for link in links:
        for argument in link.arguments:
            if argument.target not in ids:
                return False
        if link.trigger is not None and link.trigger not in ids:
            return False
    if links:
        ids.update([link.id for link in links])
        number += len(links)
    if len(ids) != number or "" in ids:
        return False
    loose: tuple[list[Any], ...] = (
        document.attributes,
        document.equivalences,
        document.normalisations,
        document.notes,
    )
    own = [annotation.id for kind in loose for annotation in kind if annotation.id]
    return (
        (not own or len(ids.union(own)) == number + len(own))
        and all(x.target in ids for kind in (loose[0], loose[2], loose[3]) for x in kind)
        and all(member in ids for equivalence in document.equivalences for member in equivalence.members)
    )


def _reject_unsound(document: SourceDocument) -> None:
    index: dict[str, Annotation] = {}
    gone: dict[int, str] = {}
    doomed = {r.id for r in document.rejected if r.id}
    for annotation in sorted(document.annotations(), key=lambda a: (a.file, a.line or 0)):
        if annotation.id:
            first = index.setdefault(annotation.id, annotation)
            if first is not annotation:
                gone[id(annotation)] = f"the id {annotation.id} is already used on line {first.line}"
    doomed -= index.keys()

    for annotation in document.annotations():
        for target in annotation.references():
            if target not in index and id(annotation) not in gone:
                what = "was rejected" if target in doomed else "does not exist"
                gone[id(annotation)] = f"refers to {target}, which {what}"
    for circle in _circles(document.links, index):
        some = [link.title for link in circle[:_LONGEST_CIRCLE]]
        names = " → ".join([*some, *(["…"] if len(circle) > len(some) else []), some[0]])
        reason = f"its arguments go round in a circle: {names}"
        for link in circle:
            gone.setdefault(id(link), reason)

    dependents: dict[int, list[Annotation]] = {}
    for annotation in document.annotations():
        for target in annotation.references():
            if target in index:
                dependents.setdefault(id(index[target]), []).append(annotation)
    waiting = [a for a in document.annotations() if id(a) in gone]
    while waiting:
        lost = waiting.pop()
        for annotation in dependents.get(id(lost), ()):
            if id(annotation) not in gone:
                gone[id(annotation)] = f"refers to {lost.title}, which was rejected"
                waiting.append(annotation)

    for annotation in document.annotations():
        if id(annotation) in gone:
            document.reject(annotation, gone[id(annotation)])
    document.remove(set(gone))


def arguments_first(links: list[Link]) -> list[Link]:
    """The links in an order in which each comes after those it has as arguments. They have no circles."""
    return [link for component in _components(links, {x.id: x for x in links if x.id}) for link in component]


def _circles(links: list[Link], index: dict[str, Annotation]) -> list[list[Link]]:
    by_id = {link.id: link for link in links if link.id and index.get(link.id) is link}
    return [c for c in _components(links, by_id) if len(c) > 1 or c[0].id in c[0].references()]


def _components(links: list[Link], by_id: dict[str, Link]) -> list[list[Link]]:
    """Tarjan's strongly connected components, arguments before what uses them; without recursion, as depth is not ours
    to choose."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[Link] = []
    on_stack: set[int] = set()
    components: list[list[Link]] = []

    def enter(link: Link) -> tuple[Link, Iterator[Link]]:
        order[id(link)] = low[id(link)] = len(order)
        stack.append(link)
        on_stack.add(id(link))
        return link, iter([by_id[a.target] for a in link.arguments if a.target in by_id])

    for start in links:
        if id(start) in order:
            continue
        work = [enter(start)]
        while work:
            link, targets = work[-1]
            for target in targets:
                if id(target) not in order:
                    work.append(enter(target))
                    break
                if id(target) in on_stack:
                    low[id(link)] = min(low[id(link)], order[id(target)])
            else:
                work.pop()
                if work:
                    parent = id(work[-1][0])
                    low[parent] = min(low[parent], low[id(link)])
                if low[id(link)] == order[id(link)]:
                    component: list[Link] = []
                    while not component or component[-1] is not link:
                        component.append(stack.pop())
                        on_stack.discard(id(component[-1]))
                    components.append(component[::-1])
    return components


class Account:
    """What became of each annotation of a document: loaded, ignored under a name, or rejected for a reason.

    The first word on an annotation is the last: `tally` is exact because nothing can be counted twice.
    """

    def __init__(self, document: SourceDocument) -> None:
        self._document = document
        self._loaded: set[int] = set()
        self._ignored: dict[int, str] = {}
        self._rejected: dict[int, str] = {}
        self.remarks: list[str] = []

    def load(self, annotation: Annotation) -> None:
        """It is in the annotated article."""
        if not self.settled(annotation):
            self._loaded.add(id(annotation))

    def ignore(self, annotation: Annotation, name: str) -> None:
        """The mapping names it as not wanted."""
        if not self.settled(annotation):
            self._ignored[id(annotation)] = name

    def reject(self, annotation: Annotation, reason: str) -> None:
        """It cannot be loaded."""
        if not self.settled(annotation):
            self._rejected[id(annotation)] = reason

    def settled(self, annotation: Annotation) -> bool:
        """Whether it is already known what became of it."""
        return not self._pending(id(annotation))

    def is_loaded(self, annotation: Annotation) -> bool:
        """Whether it is in the annotated article."""
        return id(annotation) in self._loaded

    def is_ignored(self, annotation: Annotation) -> bool:
        """Whether the mapping has it ignored."""
        return id(annotation) in self._ignored

    def is_rejected(self, annotation: Annotation) -> bool:
        """Whether it could not be loaded."""
        return id(annotation) in self._rejected

    def tally(self) -> Tally:
        """The sums: read == loaded + ignored + rejected."""
        document = self._document
        tally = Tally(
            rejected=list(document.rejected), notes=list(dict.fromkeys([*document.remarks, *self.remarks]))
        )
        for label, count in document.structure.items():
            tally.ignored[label] = count
            tally.count("structure", ignored=count)
        for annotation in document.annotations():
            key = id(annotation)
            for counted in document.gathered.get(annotation.id, (annotation,)):
                if key in self._loaded:
                    tally.loaded += 1
                    tally.count(counted.kind, loaded=1)
                elif key in self._ignored:
                    name = self._ignored[key]
                    tally.ignored[name] = tally.ignored.get(name, 0) + 1
                    tally.count(counted.kind, ignored=1)
                else:
                    reason = self._rejected.get(key, "the mapping does not say what to do with it")
                    tally.rejected.append(rejection(counted, reason))
        for lost in tally.rejected:
            tally.count(lost.kind or "unreadable", rejected=1)
        tally.rejected.sort(key=lambda r: (r.file, r.line or 0))
        tally.read = document.read
        return tally

    def _pending(self, key: int) -> bool:
        return key not in self._loaded and key not in self._ignored and key not in self._rejected
