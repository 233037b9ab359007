"""What nodes and values are called."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kg import identity
from ontology.names import content_words

_QUALITIES = (
    (3, identity.SHOWN),
    (2, identity.GIVEN),
    (1, identity.PROPER),
    (1, identity.PREFERRED),
    (0.5, identity.STRONG),
    (0, identity.WORDS),
)


def preferred_name(facts: dict[str, dict[str, int]], person: bool) -> tuple[str, list[str]]:
    """The name to show and the others: given names before proper ones before mere words; then a person's full name,
    then what articles say before what lists do, then the one most annotation sets use, then the first in the
    alphabet. A list's weak names are none of these (see `weak_names`)."""
    ranked = sorted(
        (-quality, person and content_words(name) < 2, place, -uses, name)
        for place, (quality, kind) in enumerate(_QUALITIES)
        for name, uses in facts.get(kind, {}).items()
    )
    names = list(dict.fromkeys(name for *_, name in ranked))
    proper = [name for quality, *_, name in ranked if quality < 0]
    shown = proper or names
    return shown[0], sorted(set(shown[1:]) - {shown[0]})


def weak_names(facts: dict[str, dict[str, int]], others: Iterable[str]) -> list[str]:
    """A list's weak names that are not among the others; many may share one."""
    return sorted(set(facts.get(identity.WEAK, ())) - set(others))


def value_name(body: dict[str, Any]) -> str:
    """A value in words: "55,000–85,000 fighters", "at least 1,000 fighters", "2020-02-29"."""
    if "date" in body:
        return str(body["date"])
    low, high, unit = body.get("minimum"), body.get("maximum"), body.get("unit", "")
    if low is not None and high is not None:
        number = f"{low:,}" if low == high else f"{low:,}–{high:,}"
    elif low is not None:
        number = f"at least {low:,}"
    elif high is not None:
        number = f"at most {high:,}"
    else:
        number = "unknown"
    return f"{number} {unit}".strip()
