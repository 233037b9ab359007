"""What web annotations say, as spans, links and what is said of them: the profile that Attest reads.

A label is the first body whose purpose is tagging or classifying. Further bodies are attributes (assessing, tagging),
identifiers (identifying an address) or notes (all else). Annotations of annotations are relations where their
motivation is linking, equivalences where they are of the type `Equivalence`, else what their bodies say of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count as counter
from itertools import pairwise
from typing import Any

from loaders.json_documents import kind, reject
from loaders.offsets import Claimed, settle_offsets
from loaders.source import (
    Annotation,
    Argument,
    Attribute,
    Equivalence,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
    check_references,
)
from loaders.web_annotation.json_ld import flat, id_of, iri_of, many, targets, types, words
from loaders.web_annotation.selectors import Unselectable, select
from loaders.web_annotation.sources import Sources

_LABELLING = ("tagging", "classifying")
_TOGETHER = ("Composite", "List")


class Maker:
    """Makes of the annotations of one text and one creator what a source document has."""

    def __init__(self, document: SourceDocument, sources: Sources, source: str) -> None:
        self._document, self._sources, self._source = document, sources, source
        self._claimed: list[Claimed] = []
        self._numbers = counter(1)
        self._ids: set[str] = set()

    def make(self, items: list[tuple[Any, int]]) -> None:
        """Put the annotations, each with its line, into the document; raises SourceError where no offsets fit."""
        self._ids = {own for item, _ in items if (own := id_of(item))}
        for item, line in items:
            if "Annotation" in types(item):
                self._annotation(item, line)
            else:
                what = f"of the type {types(item)[0][:60]}" if types(item) else kind(item)
                reject(self._document, line, f"expected an Annotation, not something {what}")
        settle_offsets(self._document, self._claimed)
        check_references(self._document)

    def _annotation(self, item: dict[str, Any], line: int) -> None:
        own = id_of(item) or f"annotation {next(self._numbers)}"
        about = targets(item)
        bodies = self._bodies(item)
        if about and all(not _selector(one) and iri_of(one) in self._ids for one in about):
            self._of_annotations(item, own, about, bodies, line)
            return
        label, rest = _labelled(bodies)
        label = label or _motivation(item) or "annotation"
        groups = _groups(item.get("target"), about)
        if not groups:
            reject(self._document, line, "has no target", own, "mention")
            groups, own = [], ""
        for number, group in enumerate(groups, 1):
            id = own if len(groups) == 1 else f"{own} {number}"
            self._span(Span(id=id, label=label, file=self._document.source, line=line, fragments=()), group)
            for body in rest:
                self._body(body, id, line)

    def _span(self, span: Span, parts: list[Any]) -> None:
        if not all(_selector(part) for part in parts):
            self._document.reject(span, "is about the whole document")
            return
        if not all(self._sources.key(part) in ("", self._source) for part in parts):
            self._document.reject(span, "is in another text than the annotation's first target")
            return
        try:
            selected = [select(self._document.text, part["selector"]) for part in parts]
        except Unselectable as error:
            self._document.reject(span, str(error))
            return
        selected.sort(key=lambda one: (one.start, one.end))
        if any(after.start < before.end for before, after in pairwise(selected)):
            self._document.reject(span, "its parts overlap")
            return
        quotes = [one.words for one in selected if one.words is not None]
        words = " ".join(quotes) if len(quotes) == len(selected) else None
        self._claimed.append(Claimed(span, tuple((one.start, one.end) for one in selected), words))

    def _of_annotations(
        self, item: dict[str, Any], own: str, about: list[Any], bodies: list[_Body], line: int
    ) -> None:
        """A relation, an equivalence, or what is said of other annotations."""
        linked = [body for body in bodies if body.iri in self._ids]
        label, rest = _labelled([body for body in bodies if body not in linked])
        file = self._document.source
        made: Annotation
        problem = ""
        if "Equivalence" in types(item):
            members = tuple(iri_of(one) for one in about)
            made = Equivalence(id=own, label=label or "same", file=file, line=line, members=members)
            if len(members) < 2:
                problem = "names one annotation, and needs two to be the same"
        elif "linking" in many(item.get("motivation")):
            arguments, trigger = _ends(about, linked)
            made = Link(
                id=own, label=label or "linking", file=file, line=line, arguments=arguments, trigger=trigger
            )
            if trigger is None and len(arguments) < 2:
                problem = "links one annotation, and needs two"
            elif not all(argument.role for argument in arguments):
                problem = "has ends without a role; only two ends can do without"
        else:
            for body in bodies:
                for one in about:
                    self._body(body, iri_of(one), line)
            if not bodies:
                reject(self._document, line, "says nothing of the annotation that it is about", own)
            return
        if problem:
            self._document.reject(made, problem)
        else:
            self._document.add(made)
        for body in rest:
            self._body(body, own, line)

    def _bodies(self, item: dict[str, Any]) -> list[_Body]:
        default = _motivation(item)
        bodies = [_body(body, default) for body in flat(item.get("body"))]
        if isinstance(said := item.get("bodyValue"), str) and said:
            bodies.append(_Body(default, said))
        return bodies

    def _body(self, body: _Body, target: str, line: int) -> None:
        """What a body beyond the label says of a span, a link or another annotation."""
        file = self._document.source
        made: Annotation
        if body.problem:
            reject(self._document, line, body.problem)
            return
        if body.purpose == "identifying" and (body.scheme or ":" in (body.iri or body.value)):
            scheme, value = (body.scheme, body.value) if body.scheme else _entry(body.iri or body.value)
            made = Normalisation(
                label="identifying",
                file=file,
                line=line,
                target=target,
                scheme=scheme,
                value=value,
                text=body.name,
            )
        elif body.purpose in ("assessing", "identifying", *_LABELLING):
            said = body.value or body.iri or None
            made = Attribute(label=body.name or body.purpose, file=file, line=line, target=target, value=said)
        else:
            text = body.value or body.iri
            label = body.name or body.purpose or "commenting"
            made = Note(label=label, file=file, line=line, target=target, text=text)
        self._document.add(made)


def _labelled(bodies: list[_Body]) -> tuple[str, list[_Body]]:
    """The label that is in some bodies, and the other ones."""
    for number, body in enumerate(bodies):
        if body.purpose in _LABELLING and body.value and not body.name:
            return body.value, bodies[:number] + bodies[number + 1 :]
    return "", bodies


def _ends(about: list[Any], linked: list[_Body]) -> tuple[tuple[Argument, ...], str | None]:
    """The arguments of a relation and its trigger. From a target an arrow leads to the body; of two targets without
    roles, from the first to the second."""
    ends = [(words(one.get("role")) if isinstance(one, dict) else "", iri_of(one)) for one in about]
    trigger = next((target for role, target in ends if role == "trigger"), None)
    ends = [(role, target) for role, target in ends if role != "trigger"]
    if linked:
        ends = [(role or "source", target) for role, target in ends]
        ends += [(body.role or "target", body.iri) for body in linked]
    elif len(ends) == 2 and not any(role for role, _ in ends):
        ends = [("source", ends[0][1]), ("target", ends[1][1])]
    return tuple(Argument(role, target) for role, target in ends), trigger


def _motivation(item: dict[str, Any]) -> str:
    if isinstance(only := item.get("motivation"), str):
        return only
    return next((one for one in many(item.get("motivation")) if isinstance(one, str)), "")


@dataclass(slots=True, eq=False)
class _Body:
    """What an annotation says of its target, and to what end."""

    purpose: str
    value: str = ""
    iri: str = ""
    name: str = ""
    role: str = ""
    scheme: str = ""
    problem: str = ""


def _body(body: Any, default: str) -> _Body:
    if isinstance(body, str):
        return _Body(default, body if default in _LABELLING else "", body)
    if not isinstance(body, dict):
        return _Body(default, problem=f"a body is {kind(body)}")
    purpose = body.get("purpose")
    if not isinstance(purpose, str):
        purpose = next((one for one in many(purpose) if isinstance(one, str)), default)
    value = body.get("value")
    is_common = body.get("type") == "TextualBody" and "name" not in body and "scheme" not in body
    if is_common and isinstance(value, str) and value:
        return _Body(
            purpose, value, "", words(body.get("label")), words(body.get("role"))
        )  # as good as always
    iri = iri_of(body)
    if isinstance(value, bool | int | float):
        value = str(value).lower() if isinstance(value, bool) else str(value)
    name = words(body.get("name")) or words(body.get("label"))
    made = _Body(purpose, value if isinstance(value, str) else "", iri, name, words(body.get("role")))
    made.scheme = words(body.get("scheme"))
    if purpose in _LABELLING and not made.value:
        made.value = made.iri
    if "TextualBody" in types(body):
        made.iri = ""
    if not (made.value or made.iri or made.name):
        made.problem = "a body says nothing"
    return made


def _entry(iri: str) -> tuple[str, str]:
    """The scheme of an identifier and its value in it: `Wikidata:Q42`; of an address, all up to its last part."""
    if "://" in iri:
        last = max(iri.rstrip("/#").rfind(mark) for mark in "/#")
        return iri[: last + 1], iri[last + 1 :]
    scheme, _, value = iri.partition(":")
    return scheme, value


def _groups(target: Any, about: list[Any]) -> list[list[Any]]:
    """The targets that are one span together: those of a composite; each of several others is a span of its own."""
    if isinstance(target, dict) and any(one in _TOGETHER for one in types(target)):
        return [about] if about else []
    return [[one] for one in about]


def _selector(target: Any) -> Any:
    return target.get("selector") if isinstance(target, dict) else None
