"""A graph owner's own questions on a real Neo4j: asked in Cypher, told what language is missing, never writing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from ontology.errors import AttestError, QuestionError, StoreError
from tests.kg.made import Writer

HEADER = (
    "{0} {1}\n{0} Question: Which?\n{0} Parameters: words (name, optional)\n{0} Columns: place (place)\n\n"
)


@pytest.fixture
def graph(neo4j_graph: Callable[[], Path]) -> Path:
    """A graph of two places in Neo4j."""
    path = neo4j_graph()
    writer = Writer("ferries")
    landing, ford = (
        writer.entity("Harl Landing", "Place"),
        writer.entity("Ford 'of' \"Aldwater\" (north)", "Place"),
    )
    writer.claim(landing, "locatedIn", ford)
    with kg.Graph.open(path, write=True) as opened:
        assert kg.ingest(opened, [writer.done()]).clean
    return path


def own(graph: Path, file: str, body: str) -> None:
    name, suffix = file.split(".")
    (graph / "queries" / file).write_text(HEADER.format("#" if suffix == "rq" else "//", name) + body)


def asked(graph: Path, name: str, **options: object) -> list[str]:
    with kg.Graph.open(graph) as opened:
        return [row["place"]["name"] for row in kg.ask(opened, name, **options).rows]


def test_a_question_of_ones_own_is_asked_in_cypher_and_names_are_looked_up(graph: Path) -> None:
    own(
        graph, "places.cypher",
        "//if words\nCALL db.index.fulltext.queryNodes('attest_keys', $words_parts) YIELD node AS found\n"
        "WHERE found:Place AND any(key IN found.nameKey WHERE key CONTAINS $words)\n"
        "//else\nMATCH (found:Place)\n//end\nRETURN found.id AS place ORDER BY found.sortKey",
    )  # fmt: skip
    assert asked(graph, "places") == ["Ford 'of' \"Aldwater\" (north)", "Harl Landing"]
    assert asked(graph, "places", words='OF "Aldw') == ["Ford 'of' \"Aldwater\" (north)"]
    assert asked(graph, "places", words="*:*") == []
    assert asked(graph, "places", limit=1, after=1) == ["Harl Landing"]


def test_a_question_in_sparql_alone_says_what_to_write(graph: Path) -> None:
    own(graph, "places.rq", "SELECT ?place WHERE { ?place a <urn:attest:ontology:Place> } #if words\n")
    with pytest.raises(
        QuestionError, match=r"places\.rq: is in SPARQL only, .* write places\.cypher beside it"
    ):
        asked(graph, "places")


def test_files_of_one_name_that_differ_are_refused(graph: Path) -> None:
    own(graph, "places.cypher", "//if words\n//end\nMATCH (found:Place) RETURN found.id AS place")
    other = (graph / "queries" / "places.cypher").read_text().replace("//", "#").replace("Which?", "Who?")
    (graph / "queries" / "places.rq").write_text(other)
    with pytest.raises(QuestionError, match="Question differ"):
        asked(graph, "places")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        # What reading for clauses cannot tell, the transaction refuses.
        ("MATCH (by:Place) WITH by SET by.name = 'x' RETURN by.id AS place", "(?i)write|read"),
        ("MATCH (found:Place) RETURN found.id AS other", "the header has place"),
        ("MATCH (found:Place RETURN found.id AS place", "Invalid input"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_changed(
    graph: Path, body: str, reason: str
) -> None:
    own(graph, "places.cypher", f"//if words\n//end\n{body}")
    with pytest.raises((QuestionError, StoreError), match=reason) as refused:
        asked(graph, "places")
    assert isinstance(refused.value, AttestError)
    assert "\n" not in str(refused.value)
    with kg.Graph.open(graph) as opened:
        assert [
            row["actor"]["name"] for row in kg.ask(opened, "actor-search", "harl", kind="Place").rows
        ] == ["Harl Landing"]
