"""brat's annotation.conf is read as brat reads it, and refused where brat would refuse it."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.brat.configuration import Label, Slot, parse
from ontology.errors import SourceError

CONF = """# a project
[spans]
Actor
\tPerson
\t\tOfficial|functionary
\tGroup   <NORM>:Wikidata
-----
Place

[relations]
Near\tArg1:Place, Arg2:Place, <REL-TYPE>:symmetric
<OVERLAP>\tArg1:Person, Arg2:Group, <OVL-TYPE>:contain
[events]
<WHO>=Actor|Person
!Conflict  Where?:Place
\tAttack    By+:<WHO>, On{2}:<WHO>, With{1-3}:<ENTITY>, <INHERIT>
\tSays\tWhat*:<EVENT>
[attributes]
Sure\tArg:<EVENT>, Value:high|low
"""


def test_sections_trees_macros_and_how_often() -> None:
    project = parse(CONF)
    assert {one.name: one.parent for one in project.entities.values()} == {
        "Actor": "", "Person": "Actor", "Official": "Person", "Group": "Actor", "Place": "",
    }  # fmt: skip
    assert project.entities["Group"].settings == {"<NORM>": "Wikidata"}
    assert project.relations["Near"].settings == {"<REL-TYPE>": "symmetric"}
    assert project.events["Conflict"].is_heading
    assert project.events["Attack"].roles == {
        "By": Slot(("Actor", "Person"), 1, None),
        "On": Slot(("Actor", "Person"), 2, 2),
        "With": Slot(("<ENTITY>",), 1, 3),
        "Where": Slot(("Place",), 0, 1),
    }
    assert project.events["Says"].roles == {"What": Slot(("<EVENT>",), 0, None)}
    assert project.attributes["Sure"].roles["Value"].types == ("high", "low")
    assert list(project.undefined()) == []


def test_types_that_nothing_defines_are_named() -> None:
    project = parse("[entities]\nA\n[relations]\nR\tArg1:A, Arg2:B\n")
    assert [(label.name, one) for label, one in project.undefined()] == [("R", "B")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Attack  By", "'By' is no role with its types"),
        ("Attack  By:<WHO>", "<WHO> is no macro of this section"),
        ("<ENTITY>=A", "<ENTITY> is brat's own"),
        ("\tAttack", "is indented further"),
        ("Att/ack", "'Att/ack' is no label"),
        ("!", "'' is no label"),
        ("A\nA", "A is already defined on line 2"),
        ("Attack  By:A, By?:A", "'By?:A' is the role By once more"),
        ("Attack  By:A||B", "has an empty type"),
        ("Attack  By{3-1}:A", "has a range that nothing fits"),
        ("Attack  By{0}:A", "has a range that nothing fits"),
        ("Attack  By1*:A", "cannot end in a digit"),
        ("Attack  :A", "has no role"),
    ],
)
def test_what_brat_would_refuse_is_refused_with_its_line(line: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(f"[events]\n{line}\n", "a.conf")
    assert reason in str(caught.value)
    assert re.match(rf"a\.conf:{2 + line.count(chr(10))}: ", str(caught.value))


def test_what_is_in_no_section_is_refused_and_foreign_sections_are_passed_over() -> None:
    with pytest.raises(SourceError, match="stands in no section"):
        parse("Person\n")
    assert parse("[options]\nTokens tokenizer:x\n[entities]\nA\r\n").entities == {"A": Label("A", 4)}


@given(st.text("\t \n[]<>=!|:,{}?*+-#ABab12", max_size=200), st.integers(0, len(CONF)))
def test_no_configuration_breaks_the_reader(text: str, at: int) -> None:
    for content in (text, f"[events]\n{text}", CONF[:at] + text + CONF[at:]):
        with contextlib.suppress(SourceError):
            parse(content)


def test_macros_cannot_make_a_line_grow_without_bound() -> None:
    text = "[events]\n<a>=" + "A|" * 2000 + "A\nAttack  By:" + "|".join(["<a>"] * 2000)
    with pytest.raises(SourceError, match="its macros make it too long"):
        parse(text)


def test_a_real_configuration_names_what_the_corpus_has(shared_dir: Path) -> None:
    folder = shared_dir / "corpora" / "brat-news"
    project = parse((folder / "annotation.conf").read_text(encoding="utf-8"))
    assert list(project.undefined()) == []
    known = {"T": project.entities | project.events, "E": project.events, "A": project.attributes}
    known |= {"R": project.relations, "*": project.relations, "M": project.attributes}
    lines = [
        line.split("\t")
        for file in folder.glob("*.ann")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    labels = [(id[0], re.split(r"[ :]", what)[0]) for id, what, *_ in lines if id[0] in known]
    assert labels
    assert [one for one in labels if one[1] not in known[one[0]]] == []
