"""Spans drawn in parts: in tools whose spans are one stretch each, with a relation from the first part to each other.

    "Ministers" … "of Borrin"        "Ministers" ──Continued──► "of Borrin"

A mapping's section `parts` names such relations. The regions they join become one span of several fragments, and what
is said of any of them is said of it.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from loaders.source import (
    Argument,
    Attribute,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
    check_references,
)


def join(document: SourceDocument, labels: Collection[str]) -> None:
    """Make one span of the regions that a document's relations with these labels join."""
    drawn = [link for link in document.links if link.trigger is None and link.label in labels]
    if not drawn:
        return
    spans = {span.id: span for span in document.spans}
    places = {span.id: place for place, span in enumerate(document.spans)}
    first: dict[str, str] = {}  # from a part to one nearer to the first of its span

    def whole(part: str) -> str:
        while (nearer := first.get(part, part)) != part:
            first[part] = part = first.get(nearer, nearer)
        return part

    before = len(document.rejected)
    gone: set[int] = set()
    for link in drawn:
        ends = [argument.target for argument in link.arguments]
        if problem := _problem(ends, spans):
            document.reject(link, problem)
            gone.add(id(link))
            continue
        one, other = sorted(map(whole, ends), key=places.__getitem__)
        first[other] = one
    groups: dict[str, list[Span]] = {}
    joined = first.keys() | set(first.values())
    for span in document.spans:
        if span.id in joined:
            groups.setdefault(whole(span.id), []).append(span)
    links: dict[str, list[Link]] = {}
    for link in drawn:
        if id(link) not in gone:
            links.setdefault(whole(link.arguments[0].target), []).append(link)
            gone.add(id(link))
    moved: dict[str, str] = {}
    for name, group in groups.items():
        fragments = sorted(fragment for span in group for fragment in span.fragments)
        if any(after.start < before.end for before, after in pairwise(fragments)):
            for link in links[name]:
                document.reject(link, "joins parts that overlap")
            continue
        spans[name].fragments = tuple(fragments)
        document.gathered[name] = [*group, *links[name]]
        moved |= {part.id: name for part in (*group, *links[name]) if part.id != name}
        gone |= {id(span) for span in group if span.id != name}
    lost = len(document.rejected) > before
    document.remove(gone)
    _follow(document, moved)
    if lost:
        check_references(document)


def _problem(ends: list[str], spans: dict[str, Span]) -> str:
    if len(ends) != 2 or not all(end in spans for end in ends):
        return "joins something that is no region of the text"
    one, other = (spans[end] for end in ends)
    if one is other:
        return "joins a region with itself"
    if one.label != other.label:
        return f"joins a {one.label} and a {other.label}, which cannot be parts of one: label them alike"
    return ""


def _follow(document: SourceDocument, moved: dict[str, str]) -> None:
    """Let everything that refers to a part refer to the whole."""
    if not moved:
        return
    for link in document.links:
        link.arguments = tuple(Argument(role, moved.get(target, target)) for role, target in link.arguments)
        if link.trigger is not None:
            link.trigger = moved.get(link.trigger, link.trigger)
    abouts: list[Attribute | Normalisation | Note] = [
        *document.attributes,
        *document.normalisations,
        *document.notes,
    ]
    for about in abouts:
        about.target = moved.get(about.target, about.target)
    for equivalence in document.equivalences:
        equivalence.members = tuple(moved.get(member, member) for member in equivalence.members)
