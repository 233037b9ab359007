"""`with_parts` and `with_members`: what is said of an actor's parts, beside what is said of the actor itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kg.asked import short, told
from tests.kg.made import Writer

COLUMNS = ("subject", "relation", "object", "via", "status", "status_with_parts")


class Scene:
    """Two groups with parts: the Karsk Front with its fighters and cadre, the Velm League with its scouts."""

    def __init__(self) -> None:
        self.writer = Writer("scene", published="2031")
        self.karsk = self.writer.entity("Karsk Front", "ArmedGroup")
        self.velm = self.writer.entity("Velm League", "ArmedGroup")
        self.fighters = self.writer.entity("Karsk fighters", "Group")
        self.cadre = self.writer.entity("Karsk cadre", "Group")
        self.scouts = self.writer.entity("Velm scouts", "Group")
        for part, whole in ((self.fighters, self.karsk), (self.cadre, self.karsk), (self.scouts, self.velm)):
            self.claim(part, "partOf", whole)

    def claim(self, subject: str, relation: str, object: str, **rest: Any) -> None:
        self.writer.claim(subject, relation, object, **rest)


def test_parts_widen_both_ends_and_are_named_while_the_strict_rows_stay(tmp_path: Path) -> None:
    scene = Scene()
    scene.claim(scene.karsk, "trained", scene.velm)
    scene.claim(scene.fighters, "trained", scene.scouts)
    scene.claim(scene.scouts, "trained", scene.karsk)
    with told(tmp_path / "graph", scene.writer) as ask:
        assert short(ask("between", "Karsk Front", "Velm League"), "subject") == [("Karsk Front",)]
        assert short(ask("between", "Karsk Front", "Velm League", with_parts=True), *COLUMNS) == [
            (
                "Karsk fighters",
                "trained",
                "Velm scouts",
                ("Karsk fighters", "Velm scouts"),
                "asserted",
                "asserted",
            ),
            ("Karsk Front", "trained", "Velm League", (), "asserted", "asserted"),
            ("Velm scouts", "trained", "Karsk Front", ("Velm scouts",), "asserted", "asserted"),
        ]


def test_status_with_parts_is_of_all_rows_that_say_the_same_of_the_same_wholes(tmp_path: Path) -> None:
    scene = Scene()
    scene.claim(scene.karsk, "linkedTo", scene.velm)
    scene.claim(scene.scouts, "linkedTo", scene.karsk, polarity="denied")
    scene.claim(scene.velm, "funded", scene.karsk)
    scene.claim(scene.fighters, "funded", scene.velm, polarity="denied")
    with told(tmp_path / "graph", scene.writer) as ask:
        rows = short(
            ask("between", "Karsk Front", "Velm League", with_parts=True), *COLUMNS[1:2], *COLUMNS[3:]
        )
        assert sorted(rows) == [
            ("funded", (), "asserted", "asserted"),  # the other direction is another statement
            ("funded", ("Karsk fighters",), "denied", "denied"),
            ("linkedTo", (), "asserted", "disputed"),  # a symmetric relation has no direction
            ("linkedTo", ("Velm scouts",), "denied", "disputed"),
        ]


def test_parts_that_are_part_of_each_other_and_the_same_part_of_both_are_left_out(tmp_path: Path) -> None:
    scene = Scene()
    scene.claim(scene.fighters, "partOf", scene.velm)  # now of both
    scene.claim(scene.fighters, "trained", scene.velm)
    scene.claim(scene.cadre, "trained", scene.fighters)
    scene.claim(scene.karsk, "trained", scene.fighters)
    scene.claim(scene.cadre, "trained", scene.scouts)
    with told(tmp_path / "graph", scene.writer) as ask:
        rows = short(
            ask("between", "Karsk Front", "Velm League", with_parts=True), "subject", "relation", "object"
        )
        assert rows == [
            ("Karsk cadre", "trained", "Karsk fighters"),
            ("Karsk cadre", "trained", "Velm scouts"),
        ]


@pytest.mark.parametrize(
    ("part", "deed", "counted"),
    [
        ({"start": "2010", "until": "2019"}, {"start": "2015", "until": "2016"}, True),
        ({"start": "2010", "until": "2019"}, {"start": "2019-12-31", "until": "2020"}, True),
        ({"start": "2010", "until": "2019"}, {"start": "2020", "until": "2021"}, False),
        ({"start": "2032"}, {}, False),  # the deed was done by 2031, when it was told
        ({}, {"start": "2015", "until": "2016"}, True),
    ],
)
def test_a_part_counts_only_while_it_can_have_been_one(
    tmp_path: Path, part: dict[str, str], deed: dict[str, str], counted: bool
) -> None:
    writer = Writer("scene", published="2031")
    karsk, velm = writer.entity("Karsk Front", "ArmedGroup"), writer.entity("Velm League", "ArmedGroup")
    unit = writer.entity("Ninth Unit", "Group")
    writer.claim(unit, "partOf", karsk, **part)
    writer.claim(unit, "attacked", velm, **deed)
    with told(tmp_path / "graph", writer) as ask:
        assert len(ask("between", "Karsk Front", "Velm League", with_parts=True).rows) == counted


def test_only_claims_that_meet_the_part_in_time_are_counted_in_its_row(tmp_path: Path) -> None:
    writer = Writer("scene", published="2031")
    karsk, velm = writer.entity("Karsk Front", "ArmedGroup"), writer.entity("Velm League", "ArmedGroup")
    unit = writer.entity("Ninth Unit", "Group")
    writer.claim(unit, "partOf", karsk, start="2010", until="2019")
    writer.claim(unit, "attacked", velm, start="2015", until="2015")
    writer.claim(unit, "attacked", velm, start="2025", until="2025", polarity="denied")
    with told(tmp_path / "graph", writer) as ask:
        answer = ask("between", "Karsk Front", "Velm League", with_parts=True)
        assert short(answer, "status", "affirmed", "denied", "status_with_parts") == [
            ("asserted", 1, 0, "asserted")
        ]
        assert len(answer.rows[0]["claims"]) == 1
        assert set(answer.citations) == set(answer.rows[0]["claims"])


@pytest.mark.parametrize(
    "rest", [{"polarity": "denied"}, {"certainty": "possible"}, {"modality": "predicted"}]
)
def test_only_an_outright_affirmed_step_makes_a_part(tmp_path: Path, rest: dict[str, str]) -> None:
    writer = Writer("scene", published="2031")
    karsk, velm = writer.entity("Karsk Front", "ArmedGroup"), writer.entity("Velm League", "ArmedGroup")
    unit = writer.entity("Ninth Unit", "Group")
    writer.claim(unit, "partOf", karsk, **rest)
    writer.claim(unit, "attacked", velm)
    with told(tmp_path / "graph", writer) as ask:
        answer = ask("between", "Karsk Front", "Velm League", with_parts=True)
        assert answer.rows == []
        assert answer.notes == ["no parts of Karsk Front are known", "no parts of Velm League are known"]


def test_members_are_another_step_than_parts(tmp_path: Path) -> None:
    scene = Scene()
    oren = scene.writer.entity("Mira Oren", "Person")
    scene.claim(oren, "memberOf", scene.karsk)
    scene.claim(oren, "metWith", scene.velm)
    scene.claim(scene.fighters, "attacked", scene.velm)
    with told(tmp_path / "graph", scene.writer) as ask:
        pair = ("Karsk Front", "Velm League")
        assert short(ask("between", *pair, with_parts=True), "relation") == [("attacked",)]
        assert short(ask("between", *pair, with_members=True), "relation") == [("metWith",)]
        assert len(ask("between", *pair, with_parts=True, with_members=True).rows) == 2


def test_one_actor_is_widened_and_its_own_rows_stay_whatever_the_other_end(tmp_path: Path) -> None:
    scene = Scene()
    other = scene.writer.entity("Selm Union", "Group")
    scene.claim(scene.karsk, "trained", other)
    scene.claim(scene.fighters, "trained", other)
    scene.claim(scene.cadre, "trained", other, polarity="denied")
    with told(tmp_path / "graph", scene.writer) as ask:
        rows = short(ask("trained", "Karsk Front", with_parts=True), "trainer", "via", "status_with_parts")
        assert rows == [
            ("Karsk cadre", ("Karsk cadre",), "disputed"),
            ("Karsk fighters", ("Karsk fighters",), "disputed"),
            ("Karsk Front", (), "disputed"),
        ]
        strict = ask("relationships", "Karsk Front", limit=None)
        wide = ask("relationships", "Karsk Front", with_parts=True, limit=None)
        ids = {claim for row in strict.rows for claim in row["claims"]}
        assert ids <= {claim for row in wide.rows for claim in row["claims"]}


def test_pages_of_a_widened_answer_meet_and_know_the_status_of_the_whole(tmp_path: Path) -> None:
    scene = Scene()
    scene.claim(scene.karsk, "linkedTo", scene.velm)
    scene.claim(scene.cadre, "linkedTo", scene.velm)
    scene.claim(scene.fighters, "linkedTo", scene.velm, polarity="denied")
    with told(tmp_path / "graph", scene.writer) as ask:
        options = {"with_parts": True}
        whole = ask("between", "Karsk Front", "Velm League", **options)
        pages = [
            ask("between", "Karsk Front", "Velm League", limit=1, after=after, **options)
            for after in range(3)
        ]
        assert [row for page in pages for row in page.rows] == whole.rows
        assert [page.more for page in pages] == [True, True, False]
        assert {row["status_with_parts"] for row in whole.rows} == {"disputed"}


def test_allies_killed_strength_and_timeline_can_be_widened_too(tmp_path: Path) -> None:
    from ontology.models import Quantity

    scene = Scene()
    scene.claim(scene.fighters, "alliedWith", scene.velm)
    scene.claim(scene.cadre, "attacked", scene.velm, start="2030", until="2030")
    oren = scene.writer.entity("Mira Oren", "Person")
    scene.claim(scene.fighters, "killed", oren)
    scene.writer.claim(scene.fighters, "hasStrength", Quantity(10, 20, "fighters"))
    with told(tmp_path / "graph", scene.writer) as ask:
        for name in ("allies", "killed", "strength", "timeline"):
            assert ask(name, "Karsk Front").rows == []
            (row,) = ask(name, "Karsk Front", with_parts=True).rows
            assert [one["name"] for one in row["via"]] in (["Karsk fighters"], ["Karsk cadre"])
