"""What a project offers its annotators, whatever the tool: labels with meanings and colours, and what takes a role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from loaders.own_labels import CONTENT, DATE, QUANTITY, SAYS

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

MAPPING = "mapping.yaml"

VALUE_COLOR, SPEECH_COLOR = "#d9d9d9", "#f2f2f2"
"""Colours of dates and quantities, and of reports."""

FALLBACK = "#e6e6e6"

SPEAKERS = ("Actor", "Document")

OF_ROLES: dict[str, tuple[str, ...]] = {
    "Speaker": SPEAKERS,
    "Relayed-by": SPEAKERS,
    "Time": (DATE,),
    "From": (DATE,),
    "Until": (DATE,),
    "Said": (DATE,),
    "Place": ("Place",),
    "Event": ("Event",),
    "About": ("Thing",),
    "Instrument": ("Thing",),
    "Role": (),
    "Number": (QUANTITY,),
}
"""The types of what takes a role in any claim, subtypes included; any words where it is empty."""

SEVERAL = ("Subject", "Object", "Speaker", "Relayed-by", CONTENT)
"""Roles that may be taken more than once."""

ROLE_MEANINGS = {
    "Subject": "Who or what the claim is about.",
    "Object": "The other end of the claim, or its date or figure.",
    "Speaker": "Who says so, if not the article itself.",
    "Relayed-by": "Who passes on what the speaker said.",
    "Time": "When it held or happened.",
    "From": "When it began.",
    "Until": "When it ended.",
    "Said": "When it was said.",
    "Place": "Where.",
    "Event": "The event in the course of which it was so.",
    "About": "What it concerned.",
    "Instrument": "The means.",
    "Role": "Words that qualify it, such as: as an adviser.",
    "Number": "How many or how much were involved.",
    CONTENT: "What is reported.",
}


class Term(NamedTuple):
    """A label: its name in the tool, what people call it, what it means, its colour, and the one it is under."""

    name: str
    label: str
    meaning: str
    color: str
    parent: str = ""


def things(ontology: Ontology) -> list[Term]:
    """Labels of words that stand for something: the types, each after its parent, then dates and quantities."""
    found: dict[str, Term] = {}

    def add(name: str, parent: str) -> None:
        kind = ontology.types[name]
        meaning = _meaning(kind.definition, kind.example)
        found[name] = Term(name, plain(kind.label) or name, meaning, kind.color or FALLBACK, parent)

    children: dict[str, list[str]] = {}
    for name, kind in ontology.types.items():
        # A type under several stands under the first of them: trees of labels have each label once.
        children.setdefault(kind.parents[0] if kind.parents else "", []).append(name)
    waiting = [(name, "") for name in reversed(children.get("", []))]
    while waiting:
        name, parent = waiting.pop()
        add(name, parent)
        waiting += [(child, name) for child in reversed(children.get(name, []))]
    return [
        *found.values(),
        Term(DATE, "date", "Words that give a date or a period; a note has the date itself.", VALUE_COLOR),
        Term(QUANTITY, "quantity", "Words that give a number; a note has the number itself.", VALUE_COLOR),
    ]


def claims(ontology: Ontology) -> list[Term]:
    """Labels of words that claim something: the relations, by family, then reports of what others say."""
    ordered = [
        one for family in ontology.families for one in ontology.relations.values() if one.family == family
    ]
    return [
        *(
            Term(
                one.name,
                plain(one.label) or one.name,
                _meaning(one.definition, one.example),
                one.color or FALLBACK,
                one.family,
            )
            for one in ordered
        ),
        Term(SAYS, "says", "Someone passes on what others claim.", SPEECH_COLOR),
    ]


def fitting(ontology: Ontology, types: Iterable[str]) -> tuple[str, ...]:
    """The labels of what may stand where one of these types is expected: they and all below them."""
    names = [one for name in types for one in (ontology.subtypes(name) or (name,))]
    return tuple(dict.fromkeys(names))


def plain(words: str) -> str:
    """Words as every tool takes them: on one line."""
    return " ".join(words.split())


def ink(color: str) -> str:
    """Black or white, whichever is easier to read on a colour."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", color):
        return "#000000"
    red, green, blue = (_linear(int(color[at : at + 2], 16)) for at in (1, 3, 5))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    # Contrast as WCAG has it: (lighter + 0.05) / (darker + 0.05).
    return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#ffffff"


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _meaning(definition: str, example: str) -> str:
    return plain(f"{definition} Example: {example}" if example else definition)
