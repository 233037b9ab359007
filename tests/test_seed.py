"""The article this project started from, in brat: every annotation accounted for, every answer as the text reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kg
from ontology.models import Article

ABOUT = Article(
    title="Behind the Taliban’s ties to al-Qaeda",
    publisher="New Age Islam",
    origin="The Washington Post",
    authors=("Susannah George",),
    published="2020-12-08",
)


@pytest.fixture(scope="module")
def report_and_graph(
    shared_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Any, kg.Graph]]:
    path = tmp_path_factory.mktemp("seed") / "graph"
    kg.Graph.create(path)
    with kg.Graph.open(path, write=True) as graph:
        report = kg.ingest(
            graph, kg.load([shared_dir / "seed" / "article.ann"], graph, mapping="seed", defaults=ABOUT)
        )
        assert kg.verify(graph) == []
    with kg.Graph.open(path) as graph:
        yield report, graph


@pytest.fixture(scope="module")
def graph(report_and_graph: tuple[Any, kg.Graph]) -> kg.Graph:
    return report_and_graph[1]


def found(answer: kg.Answer) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(row["subject"]["name"], row["relation"], row["object"]["name"]): row for row in answer.rows}


def speakers(answer: kg.Answer, row: dict[str, Any]) -> set[str]:
    """Who says what backs a row; an empty name is the article's own voice."""
    return {(answer.citations[claim]["speakers"] or [{"name": ""}])[-1]["name"] for claim in row["claims"]}


def test_every_annotation_is_accounted_for(report_and_graph: tuple[Any, kg.Graph], shared_dir: Path) -> None:
    report, _ = report_and_graph
    lines = (shared_dir / "seed" / "article.ann").read_text("utf-8").splitlines()
    assert report.read == report.loaded == len([line for line in lines if line.strip()])
    assert (report.ignored, report.rejected) == ({}, [])
    assert report.claims.added == 86


def test_between_al_qaeda_and_the_taliban_strictly(graph: kg.Graph) -> None:
    answer = kg.ask(graph, "between", "al-Qaeda", "Taliban")
    rows = found(answer)
    trained = rows["al-Qaeda", "trained", "Taliban"]
    assert trained["status"] == "asserted"
    assert speakers(answer, trained) == {"Abdul Salam Hanafi", ""}
    own = next(
        answer.citations[claim] for claim in trained["claims"] if not answer.citations[claim]["speakers"]
    )
    assert (own["from"], own["until"]) == ("1990", "1999")

    linked = rows["al-Qaeda", "linkedTo", "Taliban"]
    assert (linked["status"], linked["affirmed"], linked["denied"]) == ("asserted", 3, 0)
    assert speakers(answer, linked) == {
        "U.N. officials",
        "Afghan officials",
        "current and former Taliban members",
    }

    for relation in ("funded", "armed"):
        row = rows["al-Qaeda", relation, "Taliban"]
        assert row["status"] == "changed"
        by_polarity = {
            (
                answer.citations[claim]["polarity"],
                answer.citations[claim]["from"],
                answer.citations[claim]["until"],
            )
            for claim in row["claims"]
        }
        assert by_polarity == {("affirmed", "1990", "1999"), ("denied", "2020-02-29", None)}
    assert not any("leaders" in name or "fighters" in name for name, *_ in rows)


def test_between_them_with_their_parts(graph: kg.Graph) -> None:
    answer = kg.ask(graph, "between", "al-Qaeda", "Taliban", with_parts=True)
    rows = found(answer)
    assert speakers(answer, rows["al-Qaeda members", "trained", "Taliban"]) == {
        "National Security Council",
        "National Directorate of Security",
    }
    for ends in (
        ("al-Qaeda fighters", "trained", "Taliban"),
        ("al-Qaeda fighters", "advised", "Taliban"),
        ("al-Qaeda members", "embeddedIn", "Taliban units"),
    ):
        assert speakers(answer, rows[ends]) == {"Edmund Fitton-Brown"}
        assert rows[ends]["via"]
    denied = rows["Taliban leaders", "linkedTo", "al-Qaeda"]
    assert (denied["status"], denied["status_with_parts"]) == ("denied", "disputed")
    linked = rows["al-Qaeda", "linkedTo", "Taliban"]
    assert (linked["status"], linked["status_with_parts"]) == ("asserted", "disputed")


def test_killed(graph: kg.Graph) -> None:
    answer = kg.ask(graph, "killed")
    masri, unnamed = sorted(answer.rows, key=lambda row: str(row["said"]))
    assert masri["victim"]["name"] == "Abu Muhsin al-Masri"
    assert (masri["event"]["name"], masri["place"]["name"]) == ("an operation", "Ghazni province")
    assert masri["said"] == "2020-10"
    assert unnamed["victim"]["name"] == "a senior al-Qaeda member"
    assert (unnamed["place"]["name"], unnamed["said"]) == ("western Afghanistan", "2020-11")
    for row in answer.rows:
        assert row["date"] is None
        assert speakers(answer, row) == {"National Directorate of Security"}


def test_strength(graph: kg.Graph) -> None:
    rows = {
        (row["actor"]["name"], row["minimum"], row["maximum"], (row["place"] or {}).get("name"))
        : (row["certainty"], row["agrees"])
        for row in kg.ask(graph, "strength").rows
    }  # fmt: skip
    assert rows == {
        ("Taliban", 55_000, 85_000, None): (["probable"], None),
        ("al-Qaeda fighters", 400, 600, "Afghanistan"): (["probable"], None),
        ("al-Qaeda fighters", 1_000, None, None): (["possible"], None),
    }


@pytest.mark.parametrize(("day", "expected"), [("2000", True), ("2020", False)])
def test_members_as_of(graph: kg.Graph, day: str, expected: bool) -> None:
    answer = kg.ask(graph, "members", "Taliban", as_of=day)
    assert ("Abdul Salam Hanafi" in {row["member"]["name"] for row in answer.rows}) is expected


def test_every_row_of_every_question_cites_its_sentences(graph: kg.Graph, shared_dir: Path) -> None:
    text = (shared_dir / "seed" / "article.txt").read_text("utf-8")
    asked = 0
    for name, positional in (
        ("relationships", ["Taliban"]), ("said-about", ["Taliban"]), ("said-by", ["Edmund Fitton-Brown"]),
        ("timeline", ["Taliban"]), ("trained", []), ("allies", ["Taliban"]), ("killed", []), ("strength", []),
        ("members", ["al-Qaeda"]), ("between", ["al-Qaeda", "Taliban"]), ("disputed", []),
    ):  # fmt: skip
        answer = kg.ask(graph, name, *positional)
        for row in answer.rows:
            asked += 1
            assert row["claims"]
            for claim in row["claims"]:
                citation = answer.citations[claim]
                assert citation["fragments"]
                for fragment in citation["fragments"]:
                    assert text[fragment["start"] : fragment["end"]] == fragment["exact"]
                assert citation["sentences"]
                assert all(sentence in text for sentence in citation["sentences"])
    assert asked > 60
