"""Wikidata's dates as EDTF: `+1964-07-00T00:00:00Z` with precision 10 (a month) is 1964-07.

Form: https://www.wikidata.org/wiki/Help:Dates. Precision 11 is a day, 10 a month, 9 a year, 8 a decade, 7 a century
(1801 to 1900 is one), 6 a millennium. There is no year 0 there: -1 is the year before 1.
"""

from __future__ import annotations

import re
from typing import Any

from ontology import dates
from ontology.errors import DateError

_TIME = re.compile(r"([+-])(\d{1,11})-(\d\d)-(\d\d)T", re.ASCII)
_JULIAN = "Q1985786"


def date_of(value: Any) -> tuple[str, str]:
    """(EDTF, words) of a time value: one of the two is empty, both are where it is no date at all.

    A day of the Julian calendar stays words: as EDTF it would be another day.
    """
    time, precision = (value.get("time"), value.get("precision")) if isinstance(value, dict) else (None, None)
    match = _TIME.match(time) if isinstance(time, str) else None
    if match is None or not isinstance(precision, int):
        return "", ""
    sign, digits, month, day = match.groups()
    year = int(digits) if sign == "+" else -int(digits)
    printed = f"{year}-{month}-{day}"
    calendar = value.get("calendarmodel")
    if precision >= 10 and isinstance(calendar, str) and calendar.endswith(_JULIAN):
        return "", f"{printed} (Julian calendar)"
    text = _edtf(year, month, day, precision)
    try:
        return (dates.check(text), "") if text else ("", printed)
    except DateError:
        return "", printed


def _edtf(year: int, month: str, day: str, precision: int) -> str:
    if precision >= 10:
        return f"{_year(year)}-{month}" + (f"-{day}" if precision >= 11 else "")
    if precision == 9:
        return _year(year)
    if precision == 8 and year > 0:
        return _year(year)[:-1] + "X"
    size = {7: 100, 6: 1000}.get(precision)
    if size and year > 0:
        first = (year - 1) // size * size + 1
        return f"{_year(first)}/{_year(first + size - 1)}"
    return ""


def _year(year: int) -> str:
    year += year < 0
    sign = "-" if year < 0 else ""
    return f"{sign}{abs(year):04d}" if abs(year) < 10_000 else f"Y{year}"
