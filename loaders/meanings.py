"""What words of a text stand for, once a mapping has said what their label means: a thing, or a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from loaders import values
from loaders.source import Span
from ontology.models import Entity, Fragment, Mention, Name, Quantity

_PLAIN_DATE = re.compile(r"[12]\d{3}(?:-\d\d){0,2}")


@dataclass(slots=True, eq=False)
class Thing:
    """What some equivalent mentions refer to. `date` is when it happened, where a note says so.

    `used` says that the date is some claim's. `same_as` is the thing that took this one in, if one did: it then has
    everything that belongs to this one.
    """

    id: str
    type: str
    mentions: list[Mention]
    same_as: Thing | None = None
    names: list[Name] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    named: bool | None = None
    date: str | None = None
    used: bool = False

    def entity(self) -> Entity:
        """The entity this thing becomes."""
        return Entity(
            self.id,
            self.type,
            tuple(self.mentions),
            tuple(dict.fromkeys(self.names)),
            tuple(dict.fromkeys(self.identifiers)),
            self.named,
        )


@dataclass(slots=True, eq=False)
class Value:
    """A date or quantity in the text; without `date` or `quantity` it is only its words. `used`: by some claim.

    `same_as` is the value in other words that this one was found to be the same as.
    """

    kind: Literal["date", "quantity"]
    mention: Mention
    date: str | None = None
    quantity: Quantity | None = None
    used: bool = False
    same_as: Value | None = None

    @property
    def known(self) -> str | Quantity | None:
        """What it comes to, as far as that is known."""
        return self.date if self.kind == "date" else self.quantity


def reading_order(mention: Mention) -> tuple[Fragment, ...]:
    """The sort key that puts mentions in the order in which they are read."""
    return mention.fragments


def whole_of(meant: Thing | Value) -> Thing | Value:
    """The thing or value that this one is now a part of, or itself."""
    whole = meant
    while whole.same_as is not None:
        whole = whole.same_as
    if meant is not whole:
        meant.same_as = whole
    return whole


def literal(kind: Literal["date", "quantity"], span: Span) -> Value:
    """A value as far as its words alone give it: a plain number, a plain year or day."""
    words = span.mention.words
    if kind == "quantity":
        return Value(kind, span.mention, quantity=values.quantity(words))
    return Value(kind, span.mention, date=values.date(words) if _PLAIN_DATE.fullmatch(words) else None)
