"""What a graph keeps its word on beyond one run: hostile characters, a changed ontology, other bases, readers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import kg
from kg.verification import canonical_dump
from ontology.errors import GraphError, OntologyError
from ontology.models import Article, DateValue, Quantity
from tests.kg.made import Writer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    kg.Graph.create(tmp_path / "graph")
    return tmp_path / "graph"


@pytest.mark.parametrize(
    "character", ["\u2028", "\u2029", "\x85", "\x0b", "\x00", '"', "\\", "\r\n", "😀", "\x7f"]
)
def test_any_character_travels_through_names_and_quotes(path: Path, character: str) -> None:
    with kg.Graph.open(path, write=True) as graph:
        for number in range(2):
            writer = Writer(f"article-{number}")
            one = writer.entity("Karsk Front", given=(f"Karsk{character}Front",))
            writer.claim(
                one, "alliedWith", writer.entity("Red Front"), f"They are{character}allies {number}."
            )
            kg.ingest(graph, [writer.done()])
            assert kg.verify(graph) == []
    with kg.Graph.open(path) as graph:
        answer = kg.ask(graph, "between", "Karsk Front", "Red Front")
        words = {f["exact"] for one in answer.citations.values() for f in one["fragments"]}
        assert words == {f"They are{character}allies 0.", f"They are{character}allies 1."}


def test_an_ontology_extended_later_is_seen_and_one_taken_away_is_missed(path: Path) -> None:
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, kg.load([ROOT / "examples" / "native"], graph))
    shutil.copy(ROOT / "examples" / "extension" / "ferries.ttl", path / "ontology")
    with kg.Graph.open(path, write=True) as graph:
        report = kg.ingest(graph, kg.load([ROOT / "examples" / "extension"], graph))
        assert report.claims.added > 0
        assert kg.verify(graph) == []
        assert any("blockad" in statement for statement in canonical_dump(graph) if " a " in statement)
    (path / "ontology" / "ferries.ttl").unlink()
    with kg.Graph.open(path, write=True) as graph, pytest.raises(OntologyError, match="is gone"):
        graph.catch_up()


@pytest.mark.parametrize("base", ["https://example.org/kg/", "urn:example:node:", "https://example.org/#"])
def test_any_base_of_iris(tmp_path: Path, base: str) -> None:
    kg.Graph.create(tmp_path / "graph", base=base)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        writer = Writer("a:node:b:value:c")
        one = writer.entity("Karsk Front")
        writer.claim(one, "alliedWith", writer.entity("Red Front"))
        writer.claim(one, "hasStrength", Quantity(1.5, 2.25, "million"))
        kg.ingest(graph, [writer.done()])
        assert kg.verify(graph) == []
    with kg.Graph.open(tmp_path / "graph") as graph:
        assert len(kg.ask(graph, "between", "Karsk Front", "Red Front").rows) == 1
        assert kg.ask(graph, "strength").rows[0]["minimum"] == 1.5


@pytest.mark.parametrize(
    "base", ["https://example.org", "https://", "http://[x/", "example", "urn:x y:", "urn:a:b"]
)
def test_what_is_no_base(tmp_path: Path, base: str) -> None:
    with pytest.raises(GraphError, match="not a base"):
        kg.Graph.create(tmp_path / "graph", base=base)


def test_a_reader_keeps_the_moment_it_opened(path: Path) -> None:
    first = Writer("first")
    one = first.entity("Red Youth")
    first.claim(one, "alliedWith", first.entity("Karsk Front"))
    second = Writer("second")
    second.entity("Red Youth", identifiers=("wikidata:Q1",))
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [first.done()])
        with kg.Graph.open(path) as reader:
            before = kg.ask(reader, "between", "Red Youth", "Karsk Front").to_json()
            kg.ingest(graph, [second.done()])
            kg.retract(graph, "first")
            assert kg.ask(reader, "between", "Red Youth", "Karsk Front").to_json() == before


def test_what_no_loader_may_pass(path: Path) -> None:
    bad_date = Writer("bad-date", published="last week").done()
    values = Writer("values")
    one, place = values.entity("Karsk Front"), values.entity("Harl Ford", "Place")
    values.claim(one, "hasStrength", Quantity(5, 1))
    values.claim(one, "hasStrength", Quantity(float("nan")))
    values.claim(values.entity("Clearwater", "Operation"), "happenedAt", DateValue("nonsense"))
    values.claim(place, "trained", one)
    values.claim(one, "trained", one, polarity="maybe")
    with kg.Graph.open(path, write=True) as graph:
        report = kg.ingest(graph, [bad_date, values.done()])
        assert report.claims.added == 0
        assert len({rejection.reason for rejection in report.rejected}) == 6
        assert kg.verify(graph) == []


def test_two_annotators_of_one_article_from_two_places_cost_no_write_when_repeated(path: Path) -> None:
    def documents() -> list[kg.AnnotatedArticle]:
        made = []
        for annotator in ("x", "y"):
            writer = Writer("shared", annotator=annotator)
            writer.claim(writer.entity("Karsk Front"), "alliedWith", writer.entity("Red Front"))
            document = writer.done()
            document.article = Article("shared", "Shared", "Courier", path=f"{annotator}.yaml")
            made.append(document)
        return made

    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, documents())
        before = graph.ledger.sequence
        assert kg.ingest(graph, documents()).claims.unchanged == 2
        assert graph.ledger.sequence == before


def test_a_ledger_of_an_earlier_version_is_left_alone(path: Path) -> None:
    with kg.Graph.open(path, write=True) as graph:
        graph.ledger.db.execute("UPDATE meta SET value=1 WHERE key='format'")
    for write in (True, False):
        with pytest.raises(GraphError, match=r"earlier version \(format 1.*load its articles again"):
            kg.Graph.open(path, write=write)
