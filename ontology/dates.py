"""Dates as precise as they were printed, and no more: EDTF (ISO 8601-2) text, its earliest and latest day.

Levels 0 and 1 are read in full, and of level 2 everything that reports and lists use: unspecified digits
anywhere, qualifiers on parts, sets, seasons by hemisphere, quarters, exponential years, significant digits.
Read by hand instead of by a library because a bulk load reads millions, and because the rules below must hold
for hostile text too.

- A qualifier (`?` uncertain, `~` approximate, `%` both) does not widen the bounds: nobody said by how much.
- A season without hemisphere (21–24) is the meteorological northern one; 29–32 are the southern ones. A
  winter (in the south a summer) begins in December of its year.
- An unknown end (`1990/`) is bounded like an open one (`1990/..`).
- A date-time counts as the day it names in its own zone. A time without a day is no date.
- Years beyond ±27,000 share the outermost bounds, just inside the open ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ontology.errors import DateError

OPEN_PAST = -10_000_000
OPEN_FUTURE = 10_000_000
"""Bounds of an open or unknown end, in days; every bounded day lies strictly between them."""

LONGEST = 250
"""Characters an EDTF text may have."""

EXPECTED = "expected EDTF such as 2020, 2020-10, 2020-10-05, 199X, 2020~, 1990/1999 or 2020-02-29/.."


class Bounds(NamedTuple):
    """The first and last day a date can mean: proleptic Gregorian ordinals (`date.toordinal`), inclusive."""

    earliest: int
    latest: int


@lru_cache(maxsize=65_536)
def parse(text: str) -> Bounds:
    """The bounds of an EDTF date, set or interval; raises DateError saying what is wrong and expected."""
    plain = _PLAIN.fullmatch(text)
    if plain and (bounds := _plain(plain)):
        return bounds
    if len(text) > LONGEST:
        raise DateError(f"a date of {len(text)} characters: {EXPECTED}")
    if "/" in text:
        start, end = _ends(text)
        low = _single(start, text).earliest if start not in _NO_END else OPEN_PAST
        high = _single(end, text).latest if end not in _NO_END else OPEN_FUTURE
        if low > high:
            raise DateError(f"{text!r} ends before it starts: write the earlier date first")
        return Bounds(low, high)
    if text[:1] in ("[", "{"):
        return _set(text)
    return _single(text, text)


def split(text: str) -> tuple[str | None, str | None]:
    """Since when and until when: an interval's ends (None where open or unknown), a single date twice."""
    parse(text)
    if "/" not in text:
        return text, text
    start, end = _ends(text)
    return (None if start in _NO_END else start), (None if end in _NO_END else end)


def check(text: str) -> str:
    """`text` without the white space around it, if it is EDTF; raises DateError otherwise."""
    stripped = text.strip()
    parse(stripped)
    return stripped


def day(ordinal: int) -> str:
    """An ordinal as EDTF: `YYYY-MM-DD`, `..` for an open end, `Y12000` for a year of five digits."""
    if ordinal <= OPEN_PAST or ordinal >= OPEN_FUTURE:
        return ".."
    year, month, day_of_month = _civil(ordinal)
    if abs(year) > 9999:
        return f"Y{year}"
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04d}-{month:02d}-{day_of_month:02d}"


# ------------------------------------------------------------------ the grammar

_NO_END = ("", "..")
_Q = "[?~%]?"
_PLAIN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DATE = re.compile(
    rf"{_Q}(?P<year>-?[0-9X]{{4}}){_Q}(?:-{_Q}(?P<month>[0-9X]{{2}}){_Q}(?:-{_Q}(?P<day>[0-9X]{{2}}){_Q})?)?"
)
_DATETIME = re.compile(
    r"(?P<date>-?[0-9]{4}-[0-9]{2}-[0-9]{2})T(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)|24:00:00)"
    r"(?:Z|[+-](?:0[0-9]|1[0-4])(?::[0-5][0-9])?)?"
)
_YEAR = re.compile(
    rf"{_Q}(?:Y(?P<long>-?[1-9][0-9]*)(?:E(?P<exponent>[1-9][0-9]*))?|(?P<short>-?[0-9]{{4}}))"
    rf"(?:S(?P<digits>[1-9][0-9]*))?{_Q}"
)
_SEASONS = {
    21: (3, 3), 22: (6, 3), 23: (9, 3), 24: (12, 3),
    25: (3, 3), 26: (6, 3), 27: (9, 3), 28: (12, 3),
    29: (9, 3), 30: (12, 3), 31: (3, 3), 32: (6, 3),
    33: (1, 3), 34: (4, 3), 35: (7, 3), 36: (10, 3),
    37: (1, 4), 38: (5, 4), 39: (9, 4), 40: (1, 6), 41: (7, 6),
}  # fmt: skip
"""Season code: its first month and how many months it lasts."""


def _plain(match: re.Match[str]) -> Bounds | None:
    """The common forms in one step; None hands anything unusual to the full grammar."""
    year, month, day_of_month = (int(part) if part else 0 for part in match.groups())
    try:
        if day_of_month:
            ordinal = date(year, month, day_of_month).toordinal()
            return Bounds(ordinal, ordinal)
        if month:
            if match[3]:
                return None
            return Bounds(date(year, month, 1).toordinal(), _ordinal(year, month, _days_in(year, month)))
        return None if match[2] else Bounds(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
    except ValueError:
        return None


def _ends(text: str) -> tuple[str, str]:
    """An interval's two ends as written."""
    start, _, end = text.partition("/")
    if "/" in end:
        raise DateError(f"{text!r} has more than one slash: {EXPECTED}")
    if start in _NO_END and end in _NO_END:
        raise DateError(f"{text!r} bounds nothing: leave the date out instead")
    if "T" in text:
        raise DateError(f"{text!r}: the ends of an interval are days, not times of day")
    return start, end


def _set(text: str) -> Bounds:
    """`[1667,1668,1670..1672]` (one of) or `{…}` (all of): the bounds of everything in it."""
    closing = "]" if text[0] == "[" else "}"
    if not text.endswith(closing) or len(text) < 3:
        raise DateError(f"{text!r}: a set ends in {closing} and is not empty, as in [1667,1668,1670..1672]")
    members = text[1:-1].split(",")
    low, high = OPEN_FUTURE, OPEN_PAST
    for position, member in enumerate(members):
        first, dots, last = member.partition("..")
        if dots and not first and (position > 0 or not last):
            raise DateError(f"{text!r}: only a set's first date may be open before, as in [..1984]")
        if dots and not last and position < len(members) - 1:
            raise DateError(f"{text!r}: only a set's last date may be open after, as in [1984..]")
        start = OPEN_PAST if dots and not first else _single(first, text).earliest
        end = OPEN_FUTURE if dots and not last else _single(last if dots else first, text).latest
        if start > end:
            raise DateError(f"{text!r}: {member} ends before it starts")
        low, high = min(low, start), max(high, end)
    return Bounds(low, high)


def _single(text: str, whole: str) -> Bounds:
    """One date, month, season or year; `whole` is what the user wrote, for the message."""
    if match := _DATE.fullmatch(text):
        year, month, day_of_month = match["year"], match["month"], match["day"]
        if year == "-0000":
            raise DateError(f"{whole!r}: there is no year -0000; 0000 is 1 BCE")
        if month and month.isdigit() and int(month) > 12:
            if day_of_month or int(month) not in _SEASONS:
                raise DateError(f"{whole!r}: there is no month {month}")
            return _season(year, int(month))
        return _masked(year, month or "XX", day_of_month or "XX", whole)
    if match := _DATETIME.fullmatch(text):
        return parse(match["date"])
    if match := _YEAR.fullmatch(text):
        return _long_year(match, whole)
    raise DateError(f"{whole!r} is not a date: {_hint(text) or EXPECTED}")


def _season(year: str, code: int) -> Bounds:
    first, months = _SEASONS[code]
    low, high = _extremes(year)
    end = first + months - 1
    last_year, last_month = (high, end) if end <= 12 else (high + 1, end - 12)
    return Bounds(_ordinal(low, first, 1), _ordinal(last_year, last_month, _days_in(last_year, last_month)))


def _masked(year: str, month: str, day_of_month: str, whole: str) -> Bounds:
    """The first and last existing day whose digits fit, `X` standing for any digit."""
    common, leap = _fitting_days(month, day_of_month)
    low = high = None
    if leap:  # else there is no such day in any year
        low = next((y for y in _years(year) if common or _leap(y)), None)
        high = next((y for y in _years(year, descending=True) if common or _leap(y)), None)
    if low is None or high is None:
        for mask, limit, what in ((month, 12, "month"), (day_of_month, 31, "day")):
            if not any(_fits(number, mask) for number in range(1, limit + 1)):
                raise DateError(f"{whole!r}: there is no {what} {mask}")
        raise DateError(f"{whole!r}: there is no such day in the calendar")
    first, last = (leap if _leap(low) else common)[0], (leap if _leap(high) else common)[-1]
    return Bounds(_ordinal(low, *first), _ordinal(high, *last))


def _long_year(match: re.Match[str], whole: str) -> Bounds:
    """`Y170000002`, `Y-17E7`, `1950S2`, `Y171010000S3`: a year, or those sharing its significant digits."""
    written = match["long"] or match["short"]
    if match["long"] and not match["exponent"] and len(written.lstrip("-")) <= 4:
        raise DateError(
            f"{whole!r}: a year of four digits is written without Y, with zeros in front if need be"
        )
    if match["short"] and not match["digits"]:
        raise DateError(f"{whole!r} is not a date: {EXPECTED}")
    digits = written.lstrip("-")
    exponent = match["exponent"] or "0"
    # A thousand more digits change nothing that `_ordinal` does not clamp: no huge integer is ever made.
    magnitude = int(digits[:12]) * 10 ** min(len(digits[12:]) + int(exponent[:6]), 30)
    spread = 0
    if match["digits"]:
        length, significant = len(digits) + int(exponent[:6]), int(match["digits"][:6])
        if significant > length:
            raise DateError(f"{whole!r}: the year has only {length} digits")
        step = 10 ** max(0, min(length, 42) - significant)
        magnitude, spread = magnitude // step * step, step - 1
    low, high = magnitude, magnitude + spread
    if written.startswith("-"):
        low, high = -high, -low
    return Bounds(_ordinal(low, 1, 1), _ordinal(high, 12, 31))


def _hint(text: str) -> str:
    """What the writer probably meant, where that is plain."""
    if text.casefold() in ("unknown", "open"):
        return (
            f"the word {text!r} is no longer EDTF; leave the date out, or write an open end as '..' (1990/..)"
        )
    if re.fullmatch(r"-?[0-9xu]{4}(-[0-9xu]{2}){0,2}", text, re.IGNORECASE | re.ASCII):
        return f"unspecified digits are written X: {text.upper().replace('U', 'X')}"
    if match := re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text):
        return f"write {'-'.join(match.groups())}"
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?", text):
        return "write " + "-".join(part.zfill(2) for part in match.groups() if part)
    if re.fullmatch(r"[0-9]{2}", text):
        return f"write the years of a century as {text}XX"
    if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?", text):
        return "a time of day without a day stays words"
    return ""


# ------------------------------------------------------------------ the calendar


def _fits(number: int, mask: str) -> bool:
    """Whether a number's two digits fit the mask."""
    return all(m in ("X", d) for m, d in zip(mask, f"{number:02d}", strict=True))


@lru_cache(maxsize=1024)
def _fitting_days(month: str, day_of_month: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The months and days that fit, in a common year and in a leap year: all that depends on the year."""
    months = [number for number in range(1, 13) if _fits(number, month)]
    days = [number for number in range(1, 32) if _fits(number, day_of_month)]
    common, leap = (
        [(m, d) for m in months for d in days if d <= _days_in(sample, m)] for sample in (2001, 2000)
    )
    return common, leap


def _extremes(mask: str) -> tuple[int, int]:
    """The lowest and highest year that fits."""
    smallest, largest = int(mask.replace("X", "0")), int(mask.replace("X", "9"))
    return (largest, smallest) if mask.startswith("-") else (smallest, largest)


def _years(mask: str, *, descending: bool = False) -> Iterator[int]:
    """Every year that fits the mask, in order."""
    negative = mask.startswith("-")
    digits = mask.lstrip("-")
    places = [10 ** (3 - i) for i, digit in enumerate(digits) if digit == "X"]
    fixed = int(digits.replace("X", "0"))
    count = 10 ** len(places)
    # Magnitudes grow away from year 0, so negative years are walked the other way round.
    for n in range(count - 1, -1, -1) if descending != negative else range(count):
        magnitude = fixed
        for place in reversed(places):
            n, digit = divmod(n, 10)
            magnitude += digit * place
        yield -magnitude if negative else magnitude


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if _leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _ordinal(year: int, month: int, day_of_month: int) -> int:
    """`date.toordinal` for any year, BCE included (0 is 1 BCE), kept just inside the open ends."""
    year = max(-30_000, min(30_000, year))
    # Years are counted from March, so that the leap day comes last.
    y = year - (month <= 2)
    days = 365 * y + y // 4 - y // 100 + y // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day_of_month - 306
    return max(OPEN_PAST + 1, min(OPEN_FUTURE - 1, days))


def _civil(ordinal: int) -> tuple[int, int, int]:
    """Year, month and day of an ordinal: the reverse of `_ordinal`."""
    era, of_era = divmod(ordinal + 305, 146_097)
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = (shifted + 2) % 12 + 1
    return era * 400 + year_of_era + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1
