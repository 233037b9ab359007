"""The newspaper article that the project starts from, where it is at hand: what the questions make of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.graph import Graph
from ontology.models import Article
from tests.kg.asked import short

PAIR = ("al-Qaeda", "Taliban")


@pytest.fixture(scope="module")
def graph(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    folder = tmp_path_factory.mktemp("seed") / "graph"
    Graph.create(folder)
    about = Article(publisher="New Age Islam", origin="The Washington Post", published="2020-12-08")
    with Graph.open(folder, write=True) as opened:
        report = kg.ingest(
            opened, kg.load([str(shared_dir / "seed")], opened, mapping="seed", defaults=about)
        )
        assert report.clean
    with Graph.open(folder) as opened:
        yield opened


def voices(answer: kg.Answer, row: dict[str, object]) -> set[str]:
    claims = row["claims"]
    assert isinstance(claims, list)
    return {
        speakers[-1]["name"] if (speakers := answer.citations[claim]["speakers"]) else "the article"
        for claim in claims
    }


def test_strictly_between_the_two(graph: Graph) -> None:
    answer = kg.ask(graph, "between", *PAIR)
    rows = {row["relation"]: row for row in answer.rows}
    assert set(rows) == {"alliedWith", "armed", "funded", "linkedTo", "supported", "trained"}
    assert voices(answer, rows["trained"]) == {"Abdul Salam Hanafi", "the article"}
    assert sorted(str(answer.citations[claim]["from"]) for claim in rows["trained"]["claims"]) == [
        "1990",
        "None",
    ]
    assert voices(answer, rows["linkedTo"]) == {
        "U.N. officials", "Afghan officials", "current and former Taliban members",
    }  # fmt: skip
    assert len(rows["linkedTo"]["claims"]) == 3
    assert (rows["funded"]["status"], rows["armed"]["status"]) == ("changed", "changed")
    assert {row["status"] for name, row in rows.items() if name not in ("funded", "armed")} == {"asserted"}
    assert kg.ask(graph, "disputed").rows == []


def test_with_parts_between_the_two(graph: Graph) -> None:
    answer = kg.ask(graph, "between", *PAIR, with_parts=True)
    told = {
        (row["relation"], tuple(one["name"] for one in row["via"])): voices(answer, row)
        for row in answer.rows
    }
    assert told["trained", ("al-Qaeda members",)] == {
        "National Security Council",
        "National Directorate of Security",
    }
    assert told["trained", ("al-Qaeda fighters",)] == {"Edmund Fitton-Brown"}
    assert told["advised", ("al-Qaeda fighters",)] == {"Edmund Fitton-Brown"}
    assert told["embeddedIn", ("al-Qaeda members", "Taliban units")] == {"Edmund Fitton-Brown"}
    assert told["linkedTo", ("Taliban leaders",)] == {"Taliban leaders"}
    linked = [row for row in answer.rows if row["relation"] == "linkedTo"]
    assert sorted(row["status"] for row in linked) == ["asserted", "denied"]
    assert {row["status_with_parts"] for row in linked} == {"disputed"}


def test_the_killed(graph: Graph) -> None:
    rows = short(kg.ask(graph, "killed"), "victim", "event", "place", "date", "said")
    assert rows == [
        ("a senior al-Qaeda member", "was killed", "western Afghanistan", None, "2020-11"),
        ("Abu Muhsin al-Masri", "an operation", "Ghazni province", None, "2020-10"),
    ]
    answer = kg.ask(graph, "killed")
    assert all(voices(answer, row) == {"National Directorate of Security"} for row in answer.rows)


def test_the_figures_are_not_compared_where_the_place_differs(graph: Graph) -> None:
    rows = short(kg.ask(graph, "strength"), "actor", "minimum", "maximum", "place", "certainty", "agrees")
    assert rows == [
        ("al-Qaeda fighters", 400, 600, "Afghanistan", ("probable",), None),
        ("al-Qaeda fighters", 1000, None, None, ("possible",), None),
        ("Taliban", 55000, 85000, None, ("probable",), None),
    ]


def test_members_come_and_go(graph: Graph) -> None:
    then = short(kg.ask(graph, "members", "Taliban", as_of="2000"), "member")
    now = short(kg.ask(graph, "members", "Taliban", as_of="2020"), "member")
    assert ("Abdul Salam Hanafi",) in then
    assert ("Abdul Salam Hanafi",) not in now
