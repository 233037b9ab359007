"""What several annotation sets say of one article itself: title, publisher, date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.verification import canonical_dump
from ontology.models import AnnotatedArticle, Article
from tests.kg.made import Writer


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[kg.Graph]:
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        yield graph
        assert kg.verify(graph) == []
        followed = list(canonical_dump(graph))
        graph.rebuild()
        assert list(canonical_dump(graph)) == followed


def reading(annotator: str, **known: Any) -> AnnotatedArticle:
    """One annotator's reading of the article, with what the file says of the article."""
    writer = Writer("shared", annotator=annotator)
    one = writer.entity("Karsk Front")
    writer.claim(one, "alliedWith", writer.entity("Red Front"), "They are allies.")
    document = writer.done()
    document.article = Article("shared", **known)
    document.source = f"{annotator}.yaml"
    return document


def said(graph: kg.Graph) -> list[str | None]:
    return [one["said"] for one in kg.ask(graph, "between", "Karsk Front", "Red Front").citations.values()]


def published(graph: kg.Graph) -> set[str | None]:
    return {
        one["published"] for one in kg.ask(graph, "between", "Karsk Front", "Red Front").citations.values()
    }


FIRST, SECOND = reading("x", published="2031-03-04"), reading("y", published="2031-03-05")


def test_two_dates_of_one_article_are_told_and_the_first_is_kept(graph: kg.Graph) -> None:
    assert kg.ingest(graph, [FIRST]).notes == []
    report = kg.ingest(graph, [SECOND])
    assert report.notes == [
        "y.yaml: published of article 'shared' is '2031-03-05' here and '2031-03-04' in another annotation set;"
        " '2031-03-04' is kept, and claims keep the day that their own set gives"
    ]
    assert published(graph) == {"2031-03-04"}
    assert sorted(map(str, said(graph))) == ["2031-03-04", "2031-03-05"]


def test_it_is_told_within_one_run_too(graph: kg.Graph) -> None:
    assert (
        len(
            kg.ingest(
                graph, [reading("x", published="2031-03-04"), reading("y", published="2031-03-05")]
            ).notes
        )
        == 1
    )
    assert published(graph) == {"2031-03-04"}


def test_loading_both_again_costs_no_write_and_changes_nothing(graph: kg.Graph) -> None:
    kg.ingest(graph, [FIRST, SECOND])
    before, dump = graph.ledger.sequence, list(canonical_dump(graph))
    report = kg.ingest(graph, [reading("x", published="2031-03-04"), reading("y", published="2031-03-05")])
    assert (report.notes, report.claims.unchanged) == ([], 2)
    report = kg.ingest(graph, [reading("y", published="2031-03-05"), reading("x", published="2031-03-04")])
    assert (report.notes, report.claims.unchanged) == ([], 2)
    assert graph.ledger.sequence == before
    assert list(canonical_dump(graph)) == dump


def test_a_corrected_date_ends_the_difference(graph: kg.Graph) -> None:
    kg.ingest(graph, [reading("x", published="2031-03-04"), reading("y", published="2031-03-05")])
    report = kg.ingest(graph, [reading("x", published="2031-03-05")])
    assert (report.notes, report.claims.replaced) == ([], 1)
    assert published(graph) == {"2031-03-05"}
    assert set(said(graph)) == {"2031-03-05"}


def test_what_one_leaves_out_another_may_say(graph: kg.Graph) -> None:
    kg.ingest(graph, [reading("x", title="The ferry", published="2031-03-04")])
    report = kg.ingest(graph, [reading("y", publisher="The Borrin Courier")])
    assert report.notes == []
    for one in kg.ask(graph, "between", "Karsk Front", "Red Front").citations.values():
        assert (one["title"], one["publisher"], one["published"]) == (
            "The ferry", "The Borrin Courier", "2031-03-04",
        )  # fmt: skip
    # A claim's own day is what its own set says: nothing, here.
    assert sorted(map(str, said(graph))) == ["2031-03-04", "None"]


def test_what_its_only_set_leaves_out_is_forgotten(graph: kg.Graph) -> None:
    kg.ingest(graph, [reading("x", published="2031-03-04")])
    kg.ingest(graph, [reading("x")])
    assert published(graph) == {None}
    kg.ingest(graph, [reading("y", published="2031-03-05")])
    kg.retract(graph, "shared")
    kg.ingest(graph, [reading("x", published="2031-03-06")])
    assert published(graph) == {"2031-03-06"}


def test_a_changed_origin_counts_for_claims_that_stand(graph: kg.Graph) -> None:
    other = Writer("other", publisher="The Harbour Gazette")
    other.claim(other.entity("Karsk Front"), "alliedWith", other.entity("Red Front"), "Allied, they are.")
    kg.ingest(graph, [reading("x", publisher="The Borrin Courier"), other.done()])

    def sources() -> Any:
        return kg.ask(graph, "between", "Karsk Front", "Red Front").rows[0]["speakers"]

    assert sources() == 2
    report = kg.ingest(graph, [reading("x", publisher="The Harbour Gazette")])
    assert report.claims.unchanged == 1
    assert sources() == 1
