"""Questions about what an answer rests on: one source only, unnamed ones only, and what is new in the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kg
from kg.verification import canonical_dump
from tests.kg.asked import short, told
from tests.kg.made import Writer

COPY = "The Front trained the League, Mira Oren said."


def reports() -> list[Writer]:
    """Two reprints of one wire story, and a paper of its own: who rests on whom."""
    made = []
    for number, publisher in enumerate(("The Borrin Courier", "The Selm Post")):
        writer = Writer(f"wire-{number}", publisher, "Borrin Press Agency", f"2031-03-0{number + 1}")
        front = writer.entity("Karsk Front", "ArmedGroup", identifiers=("wikidata:Q1",))
        league = writer.entity("Velm League", "ArmedGroup", identifiers=("wikidata:Q2",))
        oren = writer.entity("Mira Oren", "Person", identifiers=("wikidata:Q3",))
        writer.claim(front, "trained", league, COPY, speakers=(oren,))
        writer.claim(front, "armed", league, f"Arms, said an official of edition {number}.",
                     speakers=(writer.entity("an official", "Person", named=False),))  # fmt: skip
        made.append(writer)
    own = Writer("own", "The Selm Post", published="2031-04-01")
    front = own.entity("Karsk Front", "ArmedGroup", identifiers=("wikidata:Q1",))
    league = own.entity("Velm League", "ArmedGroup", identifiers=("wikidata:Q2",))
    vale = own.entity("Tam Vale", "Person")
    aide = own.entity("an aide", "Person", named=False)
    own.claim(front, "alliedWith", league, "They are allies.")
    own.claim(league, "alliedWith", front, "They are not, said Vale.", speakers=(vale,), polarity="denied")
    own.claim(
        front, "funded", league, "It may have paid, an aide said.", speakers=(aide,), certainty="possible"
    )
    own.claim(front, "supported", league, "It helped.")
    own.claim(front, "supported", league, "It helped, said Vale.", speakers=(vale,))
    own.claim(front, "advised", league, "It gave advice, said Vale.", speakers=(vale,))
    own.claim(front, "advised", league, "It gave advice, an aide said.", speakers=(aide,))
    own.claim(front, "consulted", league, "Never, said Vale.", speakers=(vale,), polarity="denied")
    own.claim(front, "metWith", league, "They will meet.", modality="predicted")
    own.claim(front, "hostileTo", front, "It is at war with itself.")
    return [*made, own]


def test_what_rests_on_one_source_counts_reprints_once_and_names_the_source(tmp_path: Path) -> None:
    with told(tmp_path / "graph", *reports()) as ask:
        columns = (
            "relation",
            "source",
            "articles",
            "status",
            "affirmed",
            "denied",
            "deniers",
            "first",
            "last",
        )
        answer = ask("single-source")
        # Newest first; of one day by the relationship's id.
        assert short(answer, "last") == sorted(short(answer, "last"), reverse=True)
        assert sorted(short(answer, *columns)) == [
            ("alliedWith", ("The Selm Post",), 1, "disputed", 1, 1, 1, "2031-04-01", "2031-04-01"),
            ("hostileTo", ("The Selm Post",), 1, "asserted", 1, 0, 0, "2031-04-01", "2031-04-01"),
            ("trained", ("Mira Oren",), 2, "asserted", 2, 0, 0, "2031-03-01", "2031-03-02"),
        ]  # fmt: skip
        # A denial is shown with what it denies.
        allied = next(row for row in answer.rows if row["relation"] == "alliedWith")
        assert {answer.citations[claim]["polarity"] for claim in allied["claims"]} == {"affirmed", "denied"}


@pytest.mark.parametrize(
    ("options", "relations"),
    [
        ({"actor": "Karsk Front"}, {"alliedWith", "hostileTo", "trained"}),
        ({"actor": "Velm League"}, {"alliedWith", "trained"}),
        ({"actor": "Mira Oren"}, set()),
        ({"relation": "trained"}, {"trained"}),
        ({"speaker": "Mira Oren"}, {"trained"}),
        # Vale only denies what one source affirms; and he is not alone in what he affirms.
        ({"speaker": "Tam Vale"}, set()),
        ({"origin": "The Selm Post"}, {"alliedWith", "hostileTo"}),
        ({"origin": "Borrin Press Agency", "actor": "Velm League"}, {"trained"}),
    ],
)  # fmt: skip
def test_one_source_can_be_asked_for_by_what_it_says(
    tmp_path: Path, options: dict[str, str], relations: set[str]
) -> None:
    with told(tmp_path / "graph", *reports()) as ask:
        answer = ask("single-source", **options)
        assert {name for (name,) in short(answer, "relation")} == relations
        assert len(answer.rows) == len(relations)


def test_what_only_unnamed_speakers_affirm_says_how_they_are_described_and_who_prints_it(
    tmp_path: Path,
) -> None:
    with told(tmp_path / "graph", *reports()) as ask:
        columns = ("relation", "source", "origins", "status", "affirmed", "hedged", "unnamed")
        assert short(ask("anonymous-only"), *columns) == [
            ("funded", ("an aide",), ("The Selm Post",), "hedged", 0, 1, 1),
            ("armed", ("an official",), ("Borrin Press Agency",), "asserted", 2, 0, 1),
        ]
        assert short(ask("anonymous-only", "Velm League", origin="The Selm Post"), "relation") == [
            ("funded",)
        ]
        assert ask("anonymous-only", relation="alliedWith").rows == []


@pytest.mark.parametrize("name", ["single-source", "anonymous-only"])
def test_pages_are_the_whole(tmp_path: Path, name: str) -> None:
    with told(tmp_path / "graph", *reports()) as ask:
        whole = ask(name, limit=None).rows
        assert [row for after in range(4) for row in ask(name, limit=1, after=after).rows] == whole


# What is new


def days(path: Path, *runs: str) -> None:
    """Let the runs have been on these days, as if time had passed."""
    with kg.Graph.open(path, write=True) as graph:
        for number, day in enumerate(runs, 1):
            graph.ledger.db.execute("UPDATE runs SET started=? WHERE id=?", (f"{day}T10:00:00+00:00", number))
        graph.rebuild()
        assert kg.verify(graph) == []


def test_what_was_recorded_since_a_day_is_told_from_what_was_known(tmp_path: Path) -> None:
    first, second, third = reports()
    path = tmp_path / "graph"
    kg.Graph.create(path)
    with kg.Graph.open(path, write=True) as graph:
        for one in (first, second, third):
            kg.ingest(graph, [one.done()])
    days(path, "2031-05-01", "2031-05-09", "2031-05-20")
    with kg.Graph.open(path) as graph:

        def ask(*given: str, **options: Any) -> list[tuple[Any, ...]]:
            answer = kg.ask(graph, "changed-since", *given, **options)
            return short(answer, "relation", "status", "affirmed", "hedged", "denied", "earlier")

        assert ask("2031-05-21") == []
        assert sorted(ask("2031-05-20")) == [
            ("advised", "asserted", 2, 0, 0, 0), ("alliedWith", "disputed", 1, 0, 1, 0),
            ("consulted", "denied", 0, 0, 1, 0), ("funded", "hedged", 0, 1, 0, 0),
            ("hostileTo", "asserted", 1, 0, 0, 0), ("metWith", "prospective", 0, 0, 0, 0),
            ("supported", "asserted", 2, 0, 0, 0),
        ]  # fmt: skip
        # The second edition says again what the first had said.
        since = ask("2031-05-09")
        assert sorted(since[-2:]) == [("armed", "asserted", 1, 0, 0, 1), ("trained", "asserted", 1, 0, 0, 1)]
        assert len(since) == 9
        assert ask("2031-05", relation="trained") == [("trained", "asserted", 2, 0, 0, 0)]
        assert ask("2031-05-20", actor="Mira Oren") == []
        assert [row for after in range(9) for row in ask("2031-05-09", limit=1, after=after)] == since


def test_graphs_loaded_on_different_days_are_dumped_alike(tmp_path: Path) -> None:
    dumps = []
    for day in ("2031-05-01", "2032-01-01"):
        path = tmp_path / day
        kg.Graph.create(path)
        with kg.Graph.open(path, write=True) as graph:
            kg.ingest(graph, [one.done() for one in reports()])
        days(path, day)
        with kg.Graph.open(path) as graph:
            dumps.append(list(canonical_dump(graph)))
    assert dumps[0] == dumps[1]


def test_a_claim_that_is_loaded_again_unchanged_stays_as_old_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "graph"
    kg.Graph.create(path)
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [one.done() for one in reports()])
    days(path, "2031-05-01")
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [one.done() for one in reports()])
    with kg.Graph.open(path) as graph:
        assert kg.ask(graph, "changed-since", "2031-05-02").rows == []
        assert len(kg.ask(graph, "changed-since", "2031-05-01").rows) == 9
