"""Dates mean what the EDTF specification says, and nothing more precise than was written."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology import dates
from ontology.dates import OPEN_FUTURE, OPEN_PAST, check, day, parse, split
from ontology.errors import DateError

# The examples of the Library of Congress's EDTF specification, with the first and last day each can mean.
SPECIFICATION = [
    # level 0
    ("1985-04-12", "1985-04-12", "1985-04-12"),
    ("1985-04", "1985-04-01", "1985-04-30"),
    ("1985", "1985-01-01", "1985-12-31"),
    ("1985-04-12T23:20:30", "1985-04-12", "1985-04-12"),
    ("1985-04-12T23:20:30Z", "1985-04-12", "1985-04-12"),
    ("1985-04-12T23:20:30-04", "1985-04-12", "1985-04-12"),
    ("1985-04-12T23:20:30+04:30", "1985-04-12", "1985-04-12"),
    ("1964/2008", "1964-01-01", "2008-12-31"),
    ("2004-06/2006-08", "2004-06-01", "2006-08-31"),
    ("2004-02-01/2005-02-08", "2004-02-01", "2005-02-08"),
    ("2004-02-01/2005-02", "2004-02-01", "2005-02-28"),
    ("2004-02-01/2005", "2004-02-01", "2005-12-31"),
    ("2005/2006-02", "2005-01-01", "2006-02-28"),
    # level 1
    ("Y170000002", "Y27380", "Y27380"),
    ("Y-170000002", "Y-27379", "Y-27379"),
    ("2001-21", "2001-03-01", "2001-05-31"),
    ("2001-22", "2001-06-01", "2001-08-31"),
    ("2001-23", "2001-09-01", "2001-11-30"),
    ("2001-24", "2001-12-01", "2002-02-28"),
    ("1984?", "1984-01-01", "1984-12-31"),
    ("2004-06~", "2004-06-01", "2004-06-30"),
    ("2004-06-11%", "2004-06-11", "2004-06-11"),
    ("201X", "2010-01-01", "2019-12-31"),
    ("20XX", "2000-01-01", "2099-12-31"),
    ("2004-XX", "2004-01-01", "2004-12-31"),
    ("1985-04-XX", "1985-04-01", "1985-04-30"),
    ("1985-XX-XX", "1985-01-01", "1985-12-31"),
    ("1985-04-12/..", "1985-04-12", ".."),
    ("1985-04/..", "1985-04-01", ".."),
    ("1985/..", "1985-01-01", ".."),
    ("../1985-04-12", "..", "1985-04-12"),
    ("../1985-04", "..", "1985-04-30"),
    ("../1985", "..", "1985-12-31"),
    ("1985-04-12/", "1985-04-12", ".."),
    ("1985-04/", "1985-04-01", ".."),
    ("1985/", "1985-01-01", ".."),
    ("/1985-04-12", "..", "1985-04-12"),
    ("/1985-04", "..", "1985-04-30"),
    ("/1985", "..", "1985-12-31"),
    ("1984~/2004-06", "1984-01-01", "2004-06-30"),
    ("1984/2004-06~", "1984-01-01", "2004-06-30"),
    ("1984?/2004%", "1984-01-01", "2004-12-31"),
    ("-1985", "-1985-01-01", "-1985-12-31"),
    # level 2
    ("Y-17E7", "Y-27379", "Y-27379"),
    ("2001-34", "2001-04-01", "2001-06-30"),
    ("2001-30", "2001-12-01", "2002-02-28"),
    ("1950S2", "1900-01-01", "1999-12-31"),
    ("Y171010000S3", "Y27380", "Y27380"),
    ("Y3388E2S3", "Y27380", "Y27380"),
    ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31"),
    ("[..1760-12-03]", "..", "1760-12-03"),
    ("[1760-12..]", "1760-12-01", ".."),
    ("[1760-01,1760-02,1760-12..]", "1760-01-01", ".."),
    ("[1667,1760-12]", "1667-01-01", "1760-12-31"),
    ("[..1984]", "..", "1984-12-31"),
    ("{1667,1668,1670..1672}", "1667-01-01", "1672-12-31"),
    ("{1960,1961-12}", "1960-01-01", "1961-12-31"),
    ("{..1984}", "..", "1984-12-31"),
    ("2004-06-11%", "2004-06-11", "2004-06-11"),
    ("2004-06~-11", "2004-06-11", "2004-06-11"),
    ("2004?-06-11", "2004-06-11", "2004-06-11"),
    ("?2004-06-~11", "2004-06-11", "2004-06-11"),
    ("2004-%06-11", "2004-06-11", "2004-06-11"),
    ("156X-12-25", "1560-12-25", "1569-12-25"),
    ("15XX-12-25", "1500-12-25", "1599-12-25"),
    ("XXXX-12-XX", "0000-12-01", "9999-12-31"),
    ("1XXX-XX", "1000-01-01", "1999-12-31"),
    ("1XXX-12", "1000-12-01", "1999-12-31"),
    ("1984-1X", "1984-10-01", "1984-12-31"),
    ("2004-06-~01/2004-06-~20", "2004-06-01", "2004-06-20"),
    ("2004-06-XX/2004-07-03", "2004-06-01", "2004-07-03"),
]


@pytest.mark.parametrize(("text", "earliest", "latest"), SPECIFICATION)
def test_example_of_the_specification(text: str, earliest: str, latest: str) -> None:
    bounds = parse(text)
    assert (day(bounds.earliest), day(bounds.latest)) == (earliest, latest)


def test_what_reports_say() -> None:
    assert parse("2020-10").earliest == date(2020, 10, 1).toordinal()
    assert parse("2020-10").latest == date(2020, 10, 31).toordinal()
    assert parse("2020-02-29/..") == (date(2020, 2, 29).toordinal(), OPEN_FUTURE)
    assert parse("../2001") == (OPEN_PAST, date(2001, 12, 31).toordinal())
    assert parse("1990/1999") == parse("199X")
    assert parse("2020-02").latest == date(2020, 2, 29).toordinal()


def test_unspecified_digits_skip_days_that_do_not_exist() -> None:
    assert [day(bound) for bound in parse("1985-XX-31")] == ["1985-01-31", "1985-12-31"]
    assert [day(bound) for bound in parse("19XX-02-29")] == ["1904-02-29", "1996-02-29"]
    with pytest.raises(DateError, match="no such day"):
        parse("2021-02-3X")


def test_years_before_the_common_era_are_ordered() -> None:
    assert (
        parse("-0044-03-15").latest
        < parse("-0043").earliest
        < parse("0000").earliest
        < parse("0001").earliest
    )
    assert parse("0001").earliest == 1
    assert [day(bound) for bound in parse("-01XX")] == ["-0199-01-01", "-0100-12-31"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("unknown", "leave the date out"),
        ("open", "no longer EDTF"),
        ("1990/open", "'..'"),
        ("unknown/1990", "'..'"),
        ("", "expected EDTF"),
        ("   ", "expected EDTF"),
        ("soon", "expected EDTF"),
        ("2020-13", "no month 13"),
        ("2020-00", "no month 00"),
        ("2020-10-00", "no day 00"),
        ("2020-10-32", "no day 32"),
        ("2020-3X", "no month 3X"),
        ("2020-02-30", "no such day"),
        ("2021-02-29", "no such day"),
        ("2020-21-05", "no month 21"),
        ("-0000", "1 BCE"),
        ("199x", "199X"),
        ("199u", "199X"),
        ("20201005", "2020-10-05"),
        ("2020-1-5", "2020-01-05"),
        ("20", "20XX"),
        ("2020-W01-1", "expected EDTF"),
        ("10:30", "stays words"),
        ("2020-10-05T25:00:00", "expected EDTF"),
        ("2020-10-05T10:30", "expected EDTF"),
        ("2020-10T10:30:00", "expected EDTF"),
        ("2020-10-05T10:00:00/2020", "not times of day"),
        ("2001/2000", "ends before it starts"),
        ("1990/1995/1999", "more than one slash"),
        ("../..", "bounds nothing"),
        ("/", "bounds nothing"),
        ("..", "expected EDTF"),
        ("Y2020", "without Y"),
        ("Y0", "expected EDTF"),
        ("1950S5", "only 4 digits"),
        ("[]", "not empty"),
        ("[1990", "ends in ]"),
        ("{1990]", "ends in }"),
        ("[1990,,1991]", "expected EDTF"),
        ("[1990..,1991]", "last date"),
        ("[1990,..1991]", "first date"),
        ("[1991..1990]", "ends before it starts"),
        ("[..]", "first date"),
        ("[[1990]]", "expected EDTF"),
        ("٢٠٢٠", "expected EDTF"),
        ("2020-10-05\n", "expected EDTF"),
        ("Dec. 3", "expected EDTF"),
        ("1" * 300, "300 characters"),
    ],
)
def test_what_is_no_date_is_refused_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(DateError) as refusal:
        parse(text)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["Y1E9999999999", "Y-9E99999999999999999", "Y" + "9" * 240, "Y1E50S40"])
def test_enormous_years_cost_nothing_and_stay_inside_the_open_ends(text: str) -> None:
    bounds = parse(text)
    assert OPEN_PAST < bounds.earliest <= bounds.latest < OPEN_FUTURE


def test_split_gives_the_two_ends_of_an_interval() -> None:
    assert split("2020-02-29/..") == ("2020-02-29", None)
    assert split("../2001") == (None, "2001")
    assert split("/2001") == (None, "2001")
    assert split("1990/1999") == ("1990", "1999")
    assert split("2020-11") == ("2020-11", "2020-11")
    with pytest.raises(DateError):
        split("1999/1990")


def test_check_drops_white_space_and_nothing_else() -> None:
    assert check(" 2020-10~ ") == "2020-10~"
    assert check("2020-02-29/..") == "2020-02-29/.."
    with pytest.raises(DateError):
        check("2020 / 2021")


def test_a_date_error_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="expected EDTF"):
        parse("yesterday")


# ------------------------------------------------------------------ properties

days = st.dates()
years = st.integers(-9999, 9999).filter(lambda year: year != 0)
qualifiers = st.sampled_from(["", "?", "~", "%"])


@st.composite
def singles(draw: st.DrawFn) -> str:
    """A date of level 0 or 1, of any precision."""
    when = draw(days)
    text = draw(
        st.sampled_from(
            [
                f"{when:%Y-%m-%d}".zfill(10),
                f"{when.year:04d}-{when.month:02d}",
                f"{when.year:04d}",
                f"{when.year:04d}"[:3] + "X",
                f"{when.year:04d}"[:2] + "XX",
                f"{when.year:04d}-{when.month:02d}-XX",
                f"{when.year:04d}-XX-XX",
                f"{when.year:04d}-{21 + when.day % 21}",
            ]
        )
    )
    return text + draw(qualifiers)


@given(days)
def test_a_day_is_its_ordinal_and_round_trips(when: date) -> None:
    ordinal = when.toordinal()
    assert parse(when.isoformat()) == (ordinal, ordinal)
    assert day(ordinal) == when.isoformat()


@given(st.integers(parse("-9999-01-01").earliest, parse("9999-12-31").latest))
def test_every_ordinal_round_trips(ordinal: int) -> None:
    assert parse(day(ordinal)) == (ordinal, ordinal)


@given(singles())
def test_bounds_are_ordered(text: str) -> None:
    bounds = parse(text)
    assert OPEN_PAST < bounds.earliest <= bounds.latest < OPEN_FUTURE
    assert check(text) == text
    assert split(text) == (text, text)


@given(singles(), singles())
def test_an_interval_reaches_from_its_start_to_its_end(start: str, end: str) -> None:
    first, last = parse(start), parse(end)
    if first.earliest > last.latest:
        with pytest.raises(DateError):
            parse(f"{start}/{end}")
    else:
        assert parse(f"{start}/{end}") == (first.earliest, last.latest)
        assert split(f"{start}/{end}") == (start, end)
    assert parse(f"{start}/..") == (first.earliest, OPEN_FUTURE)
    assert parse(f"../{end}") == (OPEN_PAST, last.latest)


@given(singles(), qualifiers)
def test_a_qualifier_does_not_move_the_bounds(text: str, qualifier: str) -> None:
    assert parse(text.rstrip("?~%") + qualifier) == parse(text)


@given(days)
def test_less_precision_contains_more(when: date) -> None:
    bounds = [parse(text) for text in (when.isoformat(), when.isoformat()[:7], when.isoformat()[:4])]
    bounds.append(parse(f"{when.isoformat()[:3]}X"))
    for inner, outer in pairwise(bounds):
        assert outer.earliest <= inner.earliest
        assert inner.latest <= outer.latest


@given(st.text(st.sampled_from("0123456789XYES?~%-/.[]{},T:Z+ "), max_size=20) | st.text(max_size=20))
def test_any_text_is_a_date_or_a_date_error(text: str) -> None:
    try:
        bounds = parse(text)
    except DateError:
        return
    assert OPEN_PAST <= bounds.earliest <= bounds.latest <= OPEN_FUTURE


@given(years)
def test_any_year_has_its_number_of_days(year: int) -> None:
    text = f"{'-' if year < 0 else ''}{abs(year):04d}"
    bounds = parse(text)
    assert bounds.latest - bounds.earliest + 1 == (366 if dates._leap(year) else 365)


# What the edtf library reads otherwise, or not at all.
DEPARTURES = {
    "2001-24": "it takes a winter for its December",
    "2001-30": "it takes a southern summer for its December",
    "1950S2": "its strict bounds are those of 1950",
    "1984-1X": "it fails on this example of the specification",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "text",
    [
        text
        for text, earliest, latest in SPECIFICATION
        if text not in DEPARTURES and text[0] not in "Y[{" and ".." not in (earliest, latest)
    ],
)
def test_agrees_with_the_edtf_library(text: str) -> None:
    edtf = pytest.importorskip("edtf", reason="the edtf library is not installed")
    theirs = edtf.parse_edtf(text)
    ours = parse(text)
    assert (day(ours.earliest), day(ours.latest)) == (
        _iso(theirs.lower_strict()),
        _iso(theirs.upper_strict()),
    )


def _iso(moment: tuple[int, ...]) -> str:
    year, month, day_of_month = moment[:3]
    return f"{'-' if year < 0 else ''}{abs(year):04d}-{month:02d}-{day_of_month:02d}"
