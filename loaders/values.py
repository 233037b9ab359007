"""The values that annotators note down beside words: dates, and quantities as ranges and bounds.

A note is a value, then perhaps `;` and a comment: `2020-02-29; the agreement signed in Doha`.
"""

from __future__ import annotations

import re

from ontology import dates
from ontology.errors import DateError
from ontology.models import Quantity

_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_QUANTITY = re.compile(
    rf"(?:(?P<sign>>=|<=|>|<|≥|≤)\s*(?P<bound>{_NUMBER})"
    rf"|(?P<low>{_NUMBER})?\s*(?P<dots>\.\.)\s*(?P<high>{_NUMBER})?"
    rf"|(?P<exact>{_NUMBER}))"
    r"(?:\s*(?P<unit>[^\W\d_].*|[%‰$€£¥].*))?"
)
_LARGEST = 10**15
_LONGEST = 200


def noted(note: str) -> str:
    """The value part of a note: what stands before the first `;`."""
    return note.partition(";")[0].strip()


def looks_like_a_value(text: str) -> bool:
    """Whether whoever wrote this meant a date or number: a comment in words is nothing to complain about."""
    return bool(re.match(r"[\d<>≥≤.\-~/\[{]", text)) and any(c.isdigit() for c in text)


def date(text: str) -> str | None:
    """`text` as an EDTF date, or None where it is none."""
    try:
        return dates.check(text) if text else None
    except DateError:
        return None


def quantity(text: str) -> Quantity | None:
    """A quantity: `400`, `55,000..85000 fighters`, `>=1000 fighters`, `..600`; None where it is none."""
    match = _QUANTITY.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    low: float | None
    high: float | None
    if match["exact"]:
        low = high = _number(match["exact"])
    elif match["bound"]:
        bound = _number(match["bound"])
        low, high = (bound, None) if match["sign"] in (">", ">=", "≥") else (None, bound)
    else:
        low = _number(match["low"]) if match["low"] else None
        high = _number(match["high"]) if match["high"] else None
        if low is None and high is None:
            return None
    if any(bound is not None and bound > _LARGEST for bound in (low, high)):
        return None
    if low is not None and high is not None and low > high:
        return None
    return Quantity(low, high, (match["unit"] or "").strip())


def _number(text: str) -> float:
    plain = text.replace(",", "")
    return float(plain) if "." in plain else int(plain)
