"""Reference lists in a graph: editions replace only their own list, and what a list says of an actor is shown."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.cli import main
from kg.entries import lists, records_of
from kg.ingestion import ingest
from kg.verification import canonical_dump
from ontology.errors import UsageError
from queries.binding import Bound
from tests.kg.entries import edition, record
from tests.kg.made import Writer

FRONT = record("BOe.001", "RED HERON FRONT", "Heron Front", weak=("The Herons",), identifiers=("un-list:BOe.001",),
               listed=("2031-02-03",))  # fmt: skip
OREN = record("BOi.002", "MIRA OREN", type="Person", identifiers=("un-list:BOi.002",), born=("1968~",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    kg.Graph.create(tmp_path / "graph")
    return tmp_path / "graph"


def load(path: Path, documents: Any) -> dict[str, int]:
    """What became of the records; the graph is sound afterwards, and a rebuild says the same."""
    with kg.Graph.open(path, write=True) as graph:
        report = ingest(graph, documents)
        check(graph)
    return {name: count for name, count in asdict(report.records).items() if count}


def check(graph: kg.Graph) -> None:
    assert kg.verify(graph) == []
    followed = list(canonical_dump(graph))
    graph.rebuild()
    assert list(canonical_dump(graph)) == followed


def article() -> Writer:
    writer = Writer("heron")
    front, brigade = writer.entity("Heron Front"), writer.entity("Lantern Brigade")
    writer.claim(front, "alliedWith", brigade)
    return writer


def test_an_edition_replaces_only_its_own_list(path: Path) -> None:
    other = record("17", "Sarne Mills", type="Company")
    assert load(path, [*edition("un-list", FRONT, OREN), *edition("registry", other)]) == {"added": 3}
    with kg.Graph.open(path) as graph:
        before = graph.sequence
    assert load(path, edition("un-list", FRONT, OREN)) == {"unchanged": 2}
    with kg.Graph.open(path) as graph:
        assert graph.sequence == before, "what is unchanged costs no write"
    changed = record("BOi.002", "MIRA OREN", "Myra Oren", type="Person", identifiers=("un-list:BOi.002",))
    new = record("BOi.003", "PELL ORRIN", type="Person", identifiers=("un-list:BOi.003",))
    assert load(path, edition("un-list", changed, new)) == {"added": 1, "replaced": 1, "retracted": 1}
    with kg.Graph.open(path) as graph:
        assert [(one["id"], one["records"]) for one in lists(graph.ledger)] == [
            ("registry", 1),
            ("un-list", 2),
        ]
        assert kg.ask(graph, "actor-search", "front").rows == []
        assert len(kg.ask(graph, "actor-search", "sarne").rows) == 1


def test_a_list_not_read_to_its_end_drops_nothing(path: Path) -> None:
    load(path, edition("un-list", FRONT, OREN))
    with kg.Graph.open(path, write=True) as graph:
        report = ingest(graph, edition("un-list", FRONT, whole=False))
        assert "not read to its end, so no record of 'un-list' is dropped" in report.notes[0]
        assert lists(graph.ledger)[0]["records"] == 2


def test_an_empty_edition_drops_all(path: Path) -> None:
    load(path, edition("un-list", FRONT))
    assert load(path, edition("un-list", edition="2032")) == {"retracted": 1}
    with kg.Graph.open(path) as graph:
        assert (lists(graph.ledger)[0]["edition"], lists(graph.ledger)[0]["records"]) == ("2032", 0)


def test_withdrawing_a_list_gives_back_what_was_there(path: Path) -> None:
    load(path, [article().done()])
    with kg.Graph.open(path, write=True) as graph:
        before = list(canonical_dump(graph))
        ingest(graph, edition("un-list", FRONT, OREN))
        assert list(canonical_dump(graph)) != before
        assert kg.retract(graph, "un-list").records.retracted == 2
        assert list(canonical_dump(graph)) == before
        check(graph)
        with pytest.raises(UsageError, match="no article or list 'un-lust'"):
            kg.retract(graph, "un-lust")
    assert load(path, edition("un-list", FRONT, OREN)) == {"added": 2}, "it can come back"


def test_articles_and_claims_are_counted_as_before(path: Path) -> None:
    with kg.Graph.open(path, write=True) as graph:
        report = ingest(graph, [article().done(), *edition("un-list", FRONT, OREN)])
        assert (report.documents, report.lists, report.read, report.loaded) == (1, 1, 5, 5)
        assert report.kinds["record"] == [2, 0, 0]
        assert report.claims.added == 1
        assert report.to_json()["records"] == {"added": 2, "unchanged": 0, "replaced": 0, "retracted": 0}
        check(graph)
    with kg.Graph.open(path) as graph:
        counts = {(row["what"], row["kind"]): row["count"] for row in kg.ask(graph, "counts").rows}
        assert counts["articles", ""] == 1
        assert counts["claims", "affirmed"] == 1
        assert [row["publisher"] for row in kg.ask(graph, "sources").rows] == ["The Borrin Courier"]


def test_a_first_run_of_a_list_and_articles_is_sound(path: Path) -> None:
    load(path, [*edition("un-list", FRONT, OREN), article().done()])
    with kg.Graph.open(path) as graph:
        assert kg.ask(graph, "actor", "heron front").rows[0]["claims_made"] == 1


def test_wrong_records_are_rejected_one_by_one(path: Path) -> None:
    wrong = [
        record("1", "Castle", type="Castle"),
        record("2"),
        record("3", "\ud800"),
        record("4", "Front", identifiers=("lei:1",)),
        record("5", "Oren", type="Person", born=("spring",)),
        record(" ", "Front"),
        record("BOe.001", "The same again"),
    ]
    with kg.Graph.open(path, write=True) as graph:
        report = ingest(graph, edition("un-list", FRONT, *wrong))
        assert (report.read, report.loaded, report.rejected_count) == (8, 1, 7)
        reasons = " ".join(one.reason for one in report.rejected)
        for part in ("'Castle' is not in the ontology", "needs a name", "surrogate", "lei:1", "spring", "own id",
                     "an earlier record of the list"):  # fmt: skip
            assert part in reasons
        check(graph)


def test_what_is_wrong_with_a_list_does_not_fill_the_memory(path: Path, tmp_path: Path) -> None:
    source = tmp_path / "registry.ftm.json"
    source.write_text('{"id": "a", "schema": "Person", "properties": {}}\n' * 25_000, "utf-8")
    with kg.Graph.open(path, write=True) as graph:
        held = []
        documents = (held.append(len(one.tally.rejected)) or one if hasattr(one, "tally") else one
                     for one in kg.load([source], graph))  # fmt: skip
        report = ingest(graph, documents)
        assert (report.read, report.rejected_count, len(report.rejected)) == (25_000, 25_000, 10_000)
        assert max(held) <= 1_000


def test_two_files_of_one_list_are_one_too_many(path: Path) -> None:
    with kg.Graph.open(path, write=True) as graph:
        report = ingest(graph, [*edition("un-list", FRONT), *edition("un-list", OREN)])
        assert (report.records.added, report.rejected_count) == (1, 1)
        assert "the same list as un-list.xml" in report.rejected[0].reason


def test_a_large_edition_is_followed_and_built_alike(path: Path) -> None:
    load(path, [article().done()])
    many = [record(str(number), f"Front {number} of Sarne", identifiers=()) for number in range(3_200)]
    assert load(path, edition("registry", *many)) == {"added": 3_200}
    assert load(path, edition("registry", *many[:10])) == {"unchanged": 10, "retracted": 3_190}


def test_what_lists_say_is_shown(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(path, [article().done(), *edition("un-list", FRONT, OREN, title="The list", edition="2031-05")])
    graph = ["-g", str(path)]
    assert main([*graph, "show", "heron front"]) == 0
    shown = capsys.readouterr().out
    assert "Heron Front\n  kind         Group" in shown, "articles' own words are shown first"
    assert "weak alias   The Herons" in shown
    assert "BOe.001 in The list, edition of 2031-05" in shown
    assert "listed  2031-02-03" in shown
    assert "allied with" in shown
    assert main([*graph, "show", "The Herons", "--format", "json"]) == 0, (
        "a weak name finds, where nothing else does"
    )
    (entry,) = json.loads(capsys.readouterr().out)["records"]
    assert entry["list"]["id"] == "un-list"
    assert entry["id"] == "BOe.001"
    assert entry["facts"] == {"listed": ["2031-02-03"]}
    assert {"name": "The Herons", "language": "", "quality": "weak"} in entry["names"]
    assert main([*graph, "lists", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["records"] == 2
    assert main([*graph, "retract", "un-list"]) == 0
    assert "2 records: 0 added, 2 retracted" in capsys.readouterr().out
    assert main([*graph, "lists"]) == 0
    assert "no reference lists" in capsys.readouterr().out


def test_the_store_says_who_is_listed(path: Path) -> None:
    load(
        path,
        edition(
            "un-list",
            FRONT,
            title="The list",
            publisher="Council",
            edition="2031-05",
            url="https://example.org/",
        ),
    )
    with kg.Graph.open(path) as graph:
        _, found = graph.store.select(
            Bound(
                "PREFIX kg: <urn:attest:ontology:> SELECT ?name ?list ?edition ?weak WHERE { ?node kg:listedIn ?in ;"
                " kg:name ?name ; kg:weakAlias ?weak . ?in a kg:ReferenceList ; kg:name ?list ; kg:edition ?edition }"
            )
        )
        assert [tuple(value.value for value in row) for row in found] == [
            ("RED HERON FRONT", "The list", "2031-05", "The Herons")
        ]
        assert records_of(graph.ledger, "un-list:BOe.001")[0]["identifiers"] == ["un-list:BOe.001"]


def test_the_real_list_beside_the_seed_article(tmp_path: Path, shared_dir: Path) -> None:
    source = shared_dir / "corpora" / "un-sanctions" / "consolidated.xml"
    if not source.is_file():
        pytest.skip("needs the UN's list in shared/corpora, which is not there")
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        ingest(graph, kg.load([shared_dir / "seed"], graph, mapping="seed"))
        claims = kg.ask(graph, "actor", "al-Qaeda").rows[0]["claims_made"]
        report = ingest(graph, kg.load([source], graph))
        text = source.read_text("utf-8")
        assert report.records.added == text.count("<REFERENCE_NUMBER>")
        check(graph)
        qaeda = kg.ask(graph, "actor", "al-Qaeda").rows[0]
        assert qaeda["actor"]["name"] == "al-Qaeda"
        assert "un-list:QDe.004" in qaeda["identifiers"]
        assert qaeda["claims_made"] == claims
        assert kg.ask(graph, "actor", "un-list:QDe.004").rows == [qaeda]
        hanafi = kg.ask(graph, "actor-search", "abdul salam hanafi").rows
        assert len(hanafi) == 2, "whether they are one is for a judgement"
