"""Both servers take every question's Cypher, with whatever of its parameters is given, and have nothing to remark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from queries.binding import SAMPLES, Bound, bind
from queries.catalogue import Catalogue
from tests.servers.contract import Address

QUESTIONS = Catalogue.load(dialect="cypher")
NAMES = [
    *QUESTIONS.names, "_names", "_node-by-id", "_node-by-key", "_node-by-weak-key", "_steps", "_claim-counts",
    "_article-by-id", "_articles-by-name",
]  # fmt: skip


def texts(name: str) -> Iterator[Bound]:
    """The question without its optional parameters, with each alone and with all, paged; and what it leaves out."""
    question = QUESTIONS[name]
    optional = [one for one in question.parameters if not one.required]
    for some in ([], *([one] for one in optional), optional):
        values = {one.name: SAMPLES[one.type] for one in (*question.required, *some)}
        yield bind(question, values, limit=5, after=2)
    yield bind(question, values, left_out=True)


def remarks(address: Address) -> list[str]:
    import neo4j

    found: list[str] = []
    # An empty database knows no names of properties and relationships, which is all it is to remark on.
    with (
        neo4j.GraphDatabase.driver(
            address.url, auth=address.credentials, notifications_disabled_classifications=["UNRECOGNIZED"]
        ) as driver,
        driver.session() as session,
    ):
        for name in NAMES:
            for text, parameters in texts(name):
                summary = session.run(f"EXPLAIN {text}", dict(parameters)).consume()  # type: ignore[arg-type]
                found += [
                    f"{name}: {one.status_description}"
                    for one in summary.gql_status_objects
                    if one.is_notification
                ]
    return found


def test_neo4j_takes_every_text(empty_neo4j: Address) -> None:
    assert remarks(empty_neo4j) == []


@pytest.mark.slow
def test_a_calendar_version_takes_every_text(empty_neo4j_calendar: Address) -> None:
    assert remarks(empty_neo4j_calendar) == []
