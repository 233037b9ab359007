"""What appears, ends, is denied or is restated between two dates, by relationship and by actor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.analysis import Findings, change
from kg.network import Selection
from ontology.errors import UsageError
from tests.kg.analysis.conftest import ingest
from tests.kg.made import Writer

FRONT, BRIGADE, COUNCIL, VELDEN = (
    "Red Heron Front",
    "Lantern Brigade",
    "Kestrin Council",
    "Republic of Velden",
)


def article() -> Writer:
    one = Writer("years", published="2031-03-04")
    front, brigade, council = (one.entity(name, "ArmedGroup") for name in (FRONT, BRIGADE, COUNCIL))
    velden, linn = one.entity(VELDEN, "State"), one.entity("Jora Linn", "Person", named=True)
    one.claim(front, "alliedWith", brigade, start="2020", until="2026")
    one.claim(brigade, "alliedWith", council, start="2027", until="2030")
    one.claim(front, "hostileTo", council, start="2020", until="2030")
    one.claim(front, "hostileTo", council, start="2027", until="2029", polarity="denied", speakers=(linn,))
    one.claim(front, "linkedTo", velden, start="2020", until="2030")
    one.claim(velden, "trained", brigade, start="2024-05", until="2024-06")
    one.claim(
        velden, "trained", brigade, "They trained again.", start="2027-05", until="2027-06", speakers=(linn,)
    )
    one.claim(velden, "funded", council, start="2027", until="2027", polarity="denied", speakers=(linn,))
    one.claim(velden, "armed", front, start="2027", until="2027", modality="pledged")
    one.claim(council, "attacked", velden, start="2023", until="2023")
    one.claim(council, "supported", velden, certainty="possible")
    return one


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.Graph]:
    with kg.Graph.open(ingest(tmp_path_factory.mktemp("change") / "graph", [article()])) as opened:
        yield opened


def told(findings: Findings) -> list[tuple[str, str, str | None, str | None]]:
    return [(row["change"], row["relation"], row["before"], row["status"]) for row in findings.rows]


def test_every_kind_of_change_is_found(graph: kg.Graph) -> None:
    findings = change(graph, "2025", "2028")
    assert told(findings) == [
        ("appeared", "alliedWith", None, "asserted"),
        ("again", "trained", "asserted", "asserted"),
        ("ended", "alliedWith", "asserted", None),
        ("denied", "funded", None, "denied"),
        ("status", "hostileTo", "asserted", "disputed"),
        ("prospective", "armed", None, "prospective"),
    ]
    assert findings.notes[0] == "1 appeared, 1 again, 1 ended, 1 denied, 1 status, 1 prospective"
    again = findings.rows[1]
    assert [findings.citations[claim]["sentences"] for claim in again["claims"]] == [["They trained again."]]
    assert all(row["claims"] for row in findings.rows)
    assert {one["change"] for one in findings.picture["relationships"].values()} == {
        "appeared", "again", "ended", "denied", "status", "prospective",
    }  # fmt: skip


def test_what_is_undated_is_first_said_and_did_not_appear(graph: kg.Graph) -> None:
    findings = change(graph, "2030", "2032", Selection(relations=("supported",)))
    assert told(findings) == [("first said", "supported", None, "hedged")]
    assert findings.notes[0] == "1 first said"


def test_by_actor_with_the_difference_of_neighbours(graph: kg.Graph) -> None:
    findings = change(graph, "2025", "2028", by="actor")
    rows = {row["actor"]["name"]: row for row in findings.rows}
    assert {name: (row["before"], row["after"], row["difference"]) for name, row in rows.items()} == {
        FRONT: (3, 2, -1),
        BRIGADE: (2, 2, 0),
        COUNCIL: (2, 3, 1),
        VELDEN: (3, 3, 0),
    }
    assert rows[COUNCIL]["appeared"] == rows[COUNCIL]["denials"] == rows[COUNCIL]["restated"] == 1
    assert all(row["claims"] for row in findings.rows)
    assert [row["actor"]["name"] for row in findings.rows] == [COUNCIL, FRONT, BRIGADE, VELDEN]


def test_statuses_choose_rows_and_not_what_changed(graph: kg.Graph) -> None:
    findings = change(graph, "2025", "2028", Selection(statuses=("disputed",)))
    assert told(findings) == [("status", "hostileTo", "asserted", "disputed")]
    assert findings.parameters["statuses"] == ["disputed"]


def test_nothing_changed_is_told(graph: kg.Graph) -> None:
    findings = change(graph, "2024-11", "2024-12")
    assert (findings.rows, findings.notes[0]) == ([], "nothing changed")


@pytest.mark.parametrize(
    ("before", "later", "rest", "why"),
    [
        ("2028", "2025", {}, "'2025' is not later than '2028'"),
        ("2028", "2028", {"by": "month"}, "by: 'month' is not relationship or actor"),
        ("yesterday", "2028", {}, "yesterday"),
        ("2025", "2028", {"selection": Selection(as_of="2026")}, "leave out --as-of"),
    ],
)
def test_wrong_dates_are_told(
    graph: kg.Graph, before: str, later: str, rest: dict[str, object], why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        change(graph, before, later, **rest)  # type: ignore[arg-type]


def test_the_order_in_which_articles_came_changes_nothing(tmp_path: Path) -> None:
    other = Writer("other", published="2030-01-02")
    other.claim(
        other.entity("Mill League", "Group"), "trained", other.entity("Ferry House", "Group"), start="2027"
    )
    found = []
    for number, articles in enumerate(([article(), other], [other, article()])):
        with kg.Graph.open(ingest(tmp_path / str(number), articles)) as graph:
            found.append([change(graph, "2025", "2028", by=by).to_json() for by in ("relationship", "actor")])
    assert found[0] == found[1]
