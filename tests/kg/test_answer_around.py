"""Questions about posts, events, and what is around or between actors."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontology.errors import UsageError
from ontology.models import DateValue, Quantity
from tests.kg.asked import short, told
from tests.kg.made import Writer

# Posts


def posts() -> Writer:
    writer = Writer("posts")
    vale, oren = writer.entity("Tam Vale", "Person"), writer.entity("Mira Oren", "Person")
    rivers = writer.entity("Minister of Rivers", "Position")
    borrin = writer.entity("Government of Borrin", "Government")
    cabinet = writer.entity("the Cabinet", "GovernmentBody")
    aide = writer.entity("an aide", "Person", named=False)
    writer.claim(vale, "holdsPosition", rivers, "Vale was minister to 2028.", start="2025", until="2028")
    writer.claim(vale, "holdsPosition", rivers, "Former minister Vale came.", ended=True, speakers=(oren,))
    writer.claim(oren, "holdsPosition", rivers, "Oren is minister since 2029, an aide said.", start="2029-02",
                 speakers=(aide,))  # fmt: skip
    writer.claim(rivers, "positionIn", borrin, "A minister of Borrin.")
    writer.claim(rivers, "positionIn", cabinet, "The minister sits in the cabinet.")
    return writer


def test_positions_say_who_held_what_where_and_when(tmp_path: Path) -> None:
    with told(tmp_path / "graph", posts()) as ask:
        columns = (
            "holder",
            "position",
            "within",
            "held",
            "ended",
            "affirmed",
            "speakers",
            "unnamed",
            "undated",
        )
        within = ("Government of Borrin", "the Cabinet")
        vale = ("Tam Vale", "Minister of Rivers", within, ("2025/2028",), 1, 2, 2, 0, 0)
        oren = ("Mira Oren", "Minister of Rivers", within, ("2029-02/..",), 0, 1, 0, 1, 0)
        for given in ((), ("Minister of Rivers",), ("Government of Borrin",), ("the Cabinet",)):
            assert short(ask("positions", *given), *columns) == [oren, vale]
        assert short(ask("positions", "Tam Vale"), *columns) == [vale]
        assert ask("positions", "an aide").rows == []
        assert short(ask("positions", as_of="2027"), "holder", "affirmed", "ended") == [("Tam Vale", 2, 1)]
        assert short(ask("positions", as_of="2030-06"), "holder") == [("Mira Oren",), ("Tam Vale",)]
        assert short(ask("positions", as_of="2032"), "holder") == [("Mira Oren",)]
        assert short(ask("positions", limit=1, after=1), *columns) == [vale]


# Events


def raids() -> Writer:
    writer = Writer("raids", published="2031-05-02")
    front, guard = writer.entity("Karsk Front", "ArmedGroup"), writer.entity("River Guard", "SecurityForce")
    oren, vale = writer.entity("Mira Oren", "Person"), writer.entity("Tam Vale", "Person")
    raid, talks = writer.entity("the dawn raid", "Operation"), writer.entity("the Selm talks", "Negotiation")
    flood, strike = writer.entity("the flood", "Event"), writer.entity("the coming strike", "Attack")
    port, hill = writer.entity("Port Selm", "Place"), writer.entity("Grey Hill", "Place")
    writer.claim(
        guard, "carriedOut", raid, "The Guard raided it.", start="2031-04-20", until="2031-04-20", place=hill
    )
    writer.claim(vale, "killedIn", raid, "Vale died, said Oren.", speakers=(oren,))
    writer.claim(oren, "killedIn", raid, "Oren did not.", polarity="denied", speakers=(vale,))
    writer.claim(guard, "killed", vale, "The Guard shot Vale.", event=raid)
    writer.claim(front, "attacked", guard, "Nine were hit.", event=raid, quantity=Quantity(9, 9, "people"))
    writer.claim(front, "tookPartIn", talks, "It came.")
    writer.claim(talks, "happenedAt", DateValue("2024-07"), "It was in July.")
    writer.claim(talks, "tookPlaceIn", port, "They were in Selm.")
    writer.claim(front, "praised", talks, "Years later it praised them.", start="2030", until="2030")
    writer.claim(flood, "tookPlaceIn", port, "The flood was in Selm.", certainty="possible")
    writer.claim(front, "carriedOut", strike, "It will strike.", modality="predicted")
    return writer


def test_events_come_by_date_with_what_is_affirmed_of_them(tmp_path: Path) -> None:
    with told(tmp_path / "graph", raids()) as ask:
        columns = ("event", "kinds", "date", "said", "place", "actors", "killed", "standing")
        answer = ask("events")
        assert short(answer, *columns) == [
            ("the Selm talks", ("Negotiation",), ("2024-07",), "2031-05-02", ("Port Selm",), ("Karsk Front",), (),
             ("affirmed",)),
            ("the dawn raid", ("Operation",), ("2031-04-20",), "2031-05-02", ("Grey Hill",), ("River Guard",),
             ("Tam Vale",), ("affirmed", "denied")),
            # Without a date it stands where it was spoken of.
            ("the coming strike", ("Attack",), (), "2031-05-02", (), (), (), ("notActual",)),
            ("the flood", ("Event",), (), "2031-05-02", ("Port Selm",), (), (), ("hedged",)),
        ]  # fmt: skip
        raid = answer.rows[1]
        assert len(raid["claims"]) == 5
        assert [row for after in range(5) for row in ask("events", limit=1, after=after).rows] == answer.rows


@pytest.mark.parametrize(
    ("options", "events"),
    [
        ({"actor": "Karsk Front"}, ["the Selm talks", "the dawn raid"]),
        ({"actor": "River Guard"}, ["the dawn raid"]),
        ({"actor": "Mira Oren"}, []),
        ({"place": "Port Selm"}, ["the Selm talks", "the flood"]),
        ({"place": "Grey Hill"}, ["the dawn raid"]),
        ({"type": "Operation"}, ["the dawn raid"]),
        ({"type": "Attack", "place": "Grey Hill"}, []),
        ({"since": "2024-07-31", "until": "2031-04"}, ["the Selm talks", "the dawn raid"]),
        # What has a date is not found by the day it was spoken of.
        ({"since": "2031-05"}, ["the coming strike", "the flood"]),
        ({"since": "2030", "until": "2030"}, []),
        ({"until": "2024", "actor": "Karsk Front"}, ["the Selm talks"]),
    ],
)
def test_events_can_be_narrowed(tmp_path: Path, options: dict[str, str], events: list[str]) -> None:
    with told(tmp_path / "graph", raids()) as ask:
        assert [name for (name,) in short(ask("events", **options), "event")] == events


def test_an_event_is_told_by_parts_with_denials_apart(tmp_path: Path) -> None:
    with told(tmp_path / "graph", raids()) as ask:
        answer = ask("event", "the dawn raid")
        columns = (
            "subject",
            "relation",
            "object",
            "standing",
            "status",
            "source",
            "date",
            "place",
            "figures",
        )
        paper = ("The Borrin Courier",)
        assert short(answer, *columns) == [
            ("Karsk Front", "attacked", "River Guard", "affirmed", "asserted", paper, (), (), ("9 people",)),
            ("River Guard", "carriedOut", "the dawn raid", "affirmed", "asserted", paper, ("2031-04-20",),
             ("Grey Hill",), ()),
            ("River Guard", "killed", "Tam Vale", "affirmed", "asserted", paper, (), (), ()),
            ("Mira Oren", "killedIn", "the dawn raid", "denied", "denied", ("Tam Vale",), (), (), ()),
            ("Tam Vale", "killedIn", "the dawn raid", "affirmed", "asserted", ("Mira Oren",), (), (), ()),
        ]  # fmt: skip
        assert [
            row for after in range(5) for row in ask("event", "the dawn raid", limit=1, after=after).rows
        ] == (answer.rows)


def test_what_is_denied_without_naming_the_event_still_shows_in_the_status(tmp_path: Path) -> None:
    writer = raids()
    guard, vale = "e1", "e3"
    writer.claim(guard, "killed", vale, "It did not, said the Guard.", polarity="denied", speakers=(guard,))
    with told(tmp_path / "graph", writer) as ask:
        rows = short(ask("event", "the dawn raid"), "relation", "standing", "status")
        assert ("killed", "affirmed", "disputed") in rows


# Around an actor, and between two


def web() -> Writer:
    """Front – League – Brigade – Crew, a denied tie to the Guild, a place and a strength that two share."""
    writer = Writer("web")
    names = ("Karsk Front", "Velm League", "Hal Brigade", "Ferry Crew", "Weavers Guild")
    front, league, brigade, crew, guild = (writer.entity(name, "ArmedGroup") for name in names)
    selm = writer.entity("Selm", "Place")
    oren = writer.entity("Mira Oren", "Person")
    writer.claim(league, "alliedWith", front, "Allied in the twenties.", start="2020", until="2029")
    writer.claim(front, "alliedWith", league, "Not at all, said Oren.", polarity="denied", speakers=(oren,))
    writer.claim(league, "trained", brigade, "The League trained it.", start="2022", until="2022")
    writer.claim(brigade, "funded", crew, "It paid the crew.")
    writer.claim(front, "linkedTo", guild, "No ties.", polarity="denied")
    writer.claim(guild, "armed", brigade, "It armed the Brigade.")
    writer.claim(front, "hostileTo", front, "At odds with itself.")
    writer.claim(front, "operatesIn", selm, "It is in Selm.")
    writer.claim(brigade, "operatesIn", selm, "So is the Brigade.", certainty="probable")
    writer.claim(front, "hasStrength", Quantity(100, 100, "fighters"), "It has a hundred.")
    writer.claim(crew, "hasStrength", Quantity(100, 100, "fighters"), "So has the crew.")
    writer.claim(front, "metWith", crew, "They will meet.", modality="predicted")
    return writer


def test_one_hop_is_what_is_affirmed_of_the_actor_itself(tmp_path: Path) -> None:
    with told(tmp_path / "graph", web()) as ask:
        near = {
            (1, "Karsk Front", "alliedWith", "Velm League", "disputed", 1, 1),
            (1, "Karsk Front", "hasStrength", "100 fighters", "asserted", 1, 0),
            (1, "Karsk Front", "hostileTo", "Karsk Front", "asserted", 1, 0),
            (1, "Karsk Front", "operatesIn", "Selm", "asserted", 1, 0),
        }
        columns = ("distance", "subject", "relation", "object", "status", "affirmed", "denied")
        for hops in ({}, {"hops": 1}):
            rows = short(ask("neighbourhood", "Karsk Front", **hops), *columns)
            ends = {(row[0], *sorted((row[1], row[3])), row[2], *row[4:]) for row in rows}
            assert ends == {(row[0], *sorted((row[1], row[3])), row[2], *row[4:]) for row in near}
            assert len(rows) == 4


def test_two_hops_lead_over_what_is_affirmed_and_not_over_figures(tmp_path: Path) -> None:
    with told(tmp_path / "graph", web()) as ask:
        answer = ask("neighbourhood", "Karsk Front", hops=2)
        far = [row[1:] for row in short(answer, "distance", "subject", "relation", "object") if row[0] == 2]
        assert sorted(far) == [
            ("Hal Brigade", "operatesIn", "Selm"),
            ("Velm League", "trained", "Hal Brigade"),
        ]
        pages = [ask("neighbourhood", "Karsk Front", hops=2, limit=1, after=after).rows for after in range(7)]
        assert [row for page in pages for row in page] == answer.rows
        only = short(ask("neighbourhood", "Selm", hops=2, relation="operatesIn"), "distance", "subject")
        assert sorted(only) == [(1, "Hal Brigade"), (1, "Karsk Front")]


def test_a_neighbourhood_on_a_day_is_reached_over_what_held_then(tmp_path: Path) -> None:
    with told(tmp_path / "graph", web()) as ask:
        then = ask("neighbourhood", "Karsk Front", hops=2, as_of="2025")
        assert {(row[0], row[1]) for row in short(then, "distance", "relation")} == {
            (1, "alliedWith"), (2, "trained"),
        }  # fmt: skip
        (allied,) = [row for row in then.rows if row["relation"] == "alliedWith"]
        assert (allied["status"], allied["affirmed"], allied["denied"]) == ("asserted", 1, 0)
        assert any("left out: said only after 2025" in note for note in then.notes)
        # In 2032 the alliance is over, and so nothing leads to the League any more.
        later = ask("neighbourhood", "Karsk Front", hops=2, as_of="2032")
        assert {(row[0], row[1]) for row in short(later, "distance", "relation")} == {
            (1, "hasStrength"), (1, "hostileTo"), (1, "operatesIn"), (2, "operatesIn"),
        }  # fmt: skip


@pytest.mark.parametrize("hops", [0, 3, -1, "many"])
def test_hops_are_one_or_two(tmp_path: Path, hops: object) -> None:
    with (
        told(tmp_path / "graph", web()) as ask,
        pytest.raises(UsageError, match=r"hops: .* is not (from 1 to 2|a whole number)"),
    ):
        ask("neighbourhood", "Karsk Front", hops=hops)


def test_what_two_have_in_common_is_told_with_both_relations(tmp_path: Path) -> None:
    with told(tmp_path / "graph", web()) as ask:
        columns = ("common", "subject", "relation", "object", "status")
        answer = ask("common", "Karsk Front", "Hal Brigade")
        assert [row["common"]["name"] for row in answer.rows] == [
            "Selm",
            "Selm",
            "Velm League",
            "Velm League",
        ]
        assert short(answer, *columns)[:2] == [
            ("Selm", "Karsk Front", "operatesIn", "Selm", "asserted"),
            ("Selm", "Hal Brigade", "operatesIn", "Selm", "hedged"),
        ]
        assert [row["relation"] for row in answer.rows[2:]] == ["alliedWith", "trained"]
        turned = ask("common", "Hal Brigade", "Karsk Front")
        assert [row["relation"] for row in turned.rows[2:]] == ["trained", "alliedWith"]
        assert short(ask("common", "Karsk Front", "Hal Brigade", type="Place"), "common") == [("Selm",)] * 2
        # The Guild is denied to one of them; a strength that two share is no tie.
        assert ask("common", "Karsk Front", "Ferry Crew").rows == []
        pages = [ask("common", "Karsk Front", "Hal Brigade", limit=1, after=after).rows for after in range(5)]
        assert [row for page in pages for row in page] == answer.rows


def test_what_two_had_in_common_on_a_day(tmp_path: Path) -> None:
    with told(tmp_path / "graph", web()) as ask:
        then = ask("common", "Karsk Front", "Hal Brigade", as_of="2025")
        assert {name for (name,) in short(then, "common")} == {"Velm League"}
        later = ask("common", "Karsk Front", "Hal Brigade", as_of="2032")
        assert {name for (name,) in short(later, "common")} == {"Selm"}
