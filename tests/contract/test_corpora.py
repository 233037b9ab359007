"""The corpora hold what they are there for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kg
from tests.contract.cases import Asked, outcome
from tests.contract.corpora import CORPORA
from tests.contract.generated import EMOJI, PRIVATE


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_is_sound(name: str, corpus: Callable[[str], Path]) -> None:
    with kg.Graph.open(corpus(name)) as graph:
        assert kg.verify(graph) == []


def test_every_question_has_something_to_say_of_the_odd_one(corpus: Callable[[str], Path]) -> None:
    with kg.Graph.open(corpus("odd")) as graph:
        asked = Asked(graph)
        for question in asked.questions:
            cases = asked.cases(question, 24)
            assert len({str(case) for case in cases}) == len(cases) >= 4
            assert any('"rows": [{' in outcome(graph, case) for case in cases), question


def test_the_odd_one_is_odd(corpus: Callable[[str], Path]) -> None:
    with kg.Graph.open(corpus("odd")) as graph:
        db = graph.ledger.db

        def told(query: str, *given: Any) -> list[Any]:
            return [row[0] for row in db.execute(query, given)]

        names = told("SELECT DISTINCT value FROM facts WHERE uses > 0")
        assert {f"{EMOJI} Front", f"{PRIVATE} Front", "\u00c9mile Orr", "E\u0301mile Orr"} <= set(names)
        assert told("SELECT count(*) FROM tombstones")[0], "ids were given up"
        assert told("SELECT count(*) FROM claims WHERE NOT live")[0]
        assert told("SELECT 1 FROM relationships WHERE subject = object")
        for relation in ("alliedWith", "hostileTo"):
            rows = kg.ask(graph, "relationships", "wikidata:Q9", relation, limit=None).rows
            pairs = [(row["subject"]["id"], row["object"]["id"]) for row in rows]
            assert pairs
            assert all(one <= other for one, other in pairs)
        statuses = {row["kind"] for row in kg.ask(graph, "counts", limit=None).rows}
        assert {"asserted", "denied", "disputed", "hedged", "prospective"} <= statuses
