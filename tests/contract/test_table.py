"""The page that says what is the same where is up to date, and says so only of what was found."""

from __future__ import annotations

from queries.catalogue import Catalogue
from tests.contract.backends import BACKENDS
from tests.contract.corpora import CORPORA
from tests.contract.table import PAGE, page, problems, versions

ALL = {name: {one: dict.fromkeys(CORPORA, (9, 0)) for one in BACKENDS} for name in Catalogue.load().names}


def test_the_page_is_of_the_questions_and_versions_there_are() -> None:
    assert problems(PAGE.read_text("utf-8")) == []


def test_every_backend_has_its_column() -> None:
    assert list(versions()) == list(BACKENDS)


def test_what_differs_or_was_not_asked_everywhere_does_not_count_as_the_same() -> None:
    fuseki = list(BACKENDS).index("fuseki") + 2
    some = ({"examples": (9, 0)}, {})
    for of, cell in ((dict.fromkeys(CORPORA, (9, 1)), "differs"), *((one, "not tried") for one in some)):
        results = ALL | {"killed": ALL["killed"] | {"fuseki": of}}
        text = page(results)
        (line,) = [one for one in text.splitlines() if one.startswith("| [killed]")]
        assert line.split("|")[fuseki].strip() == cell
        assert bool(problems(text)) == (cell == "differs")
        assert problems(page(ALL), results) == (
            [] if cell == "not tried" else [problems(page(ALL), results)[0]]
        )


def test_a_page_that_says_other_than_the_last_run_is_told() -> None:
    assert problems(page(ALL), ALL) == []
    assert len(problems(page({}), ALL)) == len(ALL) * (len(BACKENDS) - 1)
    (told,) = problems(page(ALL).replace("| [killed]", "| [slain]"))
    assert "not of these questions" in told
