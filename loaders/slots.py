"""Events drawn as relations: in tools without events, from the words that say it, one relation to each that takes part.

    "trained" ──Subject──► "Red Heron Front"
        └─────Object───► "Lantern Brigade"

A mapping's section `slots` names such relations. They become one event, whose trigger is the span they start from;
what becomes of the event becomes of each of them.
"""

from __future__ import annotations

from collections.abc import Collection

from loaders.source import Argument, Attribute, Link, Note, SourceDocument


def gather(document: SourceDocument, slots: Collection[str], nodes: Collection[str]) -> None:
    """Make events of a document's relations whose labels are slots; attributes and notes on their triggers go along.

    A span whose label is one of `nodes` is no trigger.
    """
    parts: dict[str, list[Link]] = {}
    for link in document.links:
        if link.trigger is None and link.label in slots and len(link.arguments) == 2:
            parts.setdefault(link.arguments[0].target, []).append(link)
    spans = {span.id: span for span in document.spans if span.label not in nodes}
    parts = {source: links for source, links in parts.items() if source in spans}
    if not parts:
        return
    taken = {annotation.id for annotation in document.annotations()}
    event_ids = {source: _free(f"{source}-event", taken) for source in parts}
    gone = {id(link) for links in parts.values() for link in links}
    document.links[:] = [link for link in document.links if id(link) not in gone]
    for source, links in parts.items():
        span = spans[source]
        event = Link(
            id=event_ids[source],
            label=span.label,
            file=span.file,
            line=span.line,
            trigger=source,
            arguments=tuple(
                Argument(link.label, event_ids.get(link.arguments[1].target, link.arguments[1].target))
                for link in links
            ),
        )
        document.links.append(event)
        document.gathered[event.id] = [*links]
    moved = event_ids | {link.id: event_ids[source] for source, links in parts.items() for link in links}
    dependents: list[Attribute | Note] = [*document.attributes, *document.notes]
    for about in dependents:
        about.target = moved.get(about.target, about.target)


def _free(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "'"
    taken.add(wanted)
    return wanted
