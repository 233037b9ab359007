"""Notes that say, as JSON, what an annotation means where its tool has no place for it.

    {"said": "2031-10-05", "words": "last autumn", "role": "as an adviser"}      on a claim's event
    {"names": ["the Front", ["الجبهة", "ar"]]}                                      on a thing

Such notes are written when an article is given back to annotators, and may be written by hand.
"""

from __future__ import annotations

import json
from typing import Any

from ontology import dates
from ontology.models import Claim, Fragment, Mention, Name, Quantity

OF_CLAIMS = ("from", "until", "said", "words", "role", "quantity", "arguments")
OF_THINGS = ("names",)


class FieldsError(ValueError):
    """A note is not of the documented form."""


def of_thing(note: str) -> tuple[Name, ...]:
    """The names that a note on a thing gives it; raises FieldsError."""
    names = _object(note, OF_THINGS).get("names", [])
    if not isinstance(names, list) or not all(_is_name(name) for name in names):
        raise FieldsError('names: expected ["name", …] or [["name", "language"], …]')
    return tuple(Name(name) if isinstance(name, str) else Name(*name) for name in names)


def of_claim(note: str, text: str) -> dict[str, Any]:
    """What a note on a claim's event says, as fields of a `Claim`; raises FieldsError."""
    found = _object(note, OF_CLAIMS)
    fields: dict[str, Any] = {}
    for key, name in (("from", "start"), ("until", "until"), ("said", "said")):
        if key in found:
            try:
                fields[name] = dates.check(found[key]) if isinstance(found[key], str) else None
            except ValueError as error:
                raise FieldsError(f"{key}: {error}") from None
            if fields[name] is None:
                raise FieldsError(f"{key}: {dates.EXPECTED}, in quotation marks")
    start, until = fields.get("start"), fields.get("until")
    if start and until and dates.parse(start).earliest > dates.parse(until).latest:
        raise FieldsError(f"from {start} is after until {until}")
    for key in ("words", "role"):
        if key in found:
            if not isinstance(found[key], str):
                raise FieldsError(f"{key}: expected words")
            fields[key] = found[key]
    if "quantity" in found:
        fields["quantity"] = _quantity(found["quantity"])
    if "arguments" in found:
        fields["arguments"] = _mentions(found["arguments"], text)
    return fields


def write_thing(names: tuple[Name, ...]) -> str:
    """The note that `of_thing` reads; empty where there are no names."""
    return _written(names=[[name.text, name.language] if name.language else name.text for name in names])


def write_claim(claim: Claim, arguments: tuple[Mention, ...] | None) -> str:
    """The note that `of_claim` reads; empty where there is nothing to say. `arguments` only where they need saying."""
    quantity = claim.quantity
    return _written(
        **{"from": claim.start},
        until=claim.until,
        said=claim.said,
        words=claim.words,
        role=claim.role,
        quantity=quantity
        and {"minimum": quantity.minimum, "maximum": quantity.maximum, "unit": quantity.unit},
        arguments=None
        if arguments is None
        else [[[start, end] for start, end, _ in mention.fragments] for mention in arguments],
    )


def _written(**fields: Any) -> str:
    said = {
        name: value for name, value in fields.items() if value or (name == "arguments" and value is not None)
    }
    return json.dumps(said, ensure_ascii=False) if said else ""


def _object(note: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    try:
        found = json.loads(note)
    except (ValueError, RecursionError):
        raise FieldsError('expected JSON, such as {"said": "2031-10"}') from None
    if not isinstance(found, dict):
        raise FieldsError('expected a JSON object, such as {"said": "2031-10"}')
    for key in found:
        if key not in allowed:
            raise FieldsError(f"{key[:60]!r} is not one of {', '.join(allowed)}")
    return found


def _is_name(name: Any) -> bool:
    if isinstance(name, str):
        return bool(name.strip())
    return (
        isinstance(name, list)
        and len(name) == 2
        and all(isinstance(part, str) for part in name)
        and bool(name[0])
    )


def _quantity(value: Any) -> Quantity:
    if not isinstance(value, dict) or not set(value) <= {"minimum", "maximum", "unit"}:
        raise FieldsError("quantity: expected minimum, maximum and unit")
    low, high, unit = value.get("minimum"), value.get("maximum"), value.get("unit", "")
    numbers = [bound for bound in (low, high) if bound is not None]
    if (
        not numbers
        or not all(isinstance(n, int | float) and not isinstance(n, bool) and abs(n) <= 1e15 for n in numbers)
        or numbers != sorted(numbers)
        or not isinstance(unit, str)
    ):
        raise FieldsError("quantity: expected a minimum, a maximum or both in order")
    return Quantity(low, high, unit)


def _mentions(value: Any, text: str) -> tuple[Mention, ...]:
    try:
        mentions = []
        for fragments in value:
            made = tuple(Fragment(start, end, text[start:end]) for start, end in fragments)
            if not made or not all(0 <= start <= end <= len(text) for start, end, _ in made):
                raise ValueError
            mentions.append(Mention(made))
    except (TypeError, ValueError):
        raise FieldsError("arguments: expected [[[start, end], …], …] within the text") from None
    return tuple(mentions)
