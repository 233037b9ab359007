"""`kg export svg` and `png`: everything can be read, nothing lies on anything else, and what is denied looks it."""

from __future__ import annotations

import struct
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

import kg
from kg.cli import main
from kg.exports.formats import Export
from kg.exports.svg import MOST_NODES, Picture, picture
from kg.network import Selection, select
from tests.browser.opening import Opened
from tests.kg.exports.conftest import Exported
from tests.kg.made import Writer

SVG = "{http://www.w3.org/2000/svg}"
FRONT = Selection(actors=("Red Heron Front",))


def drawn(graph: kg.Graph, selection: Selection) -> Picture:
    return picture(Export(select(graph, selection), "relationships"))


@pytest.fixture(scope="session")
def front(graph: kg.Graph) -> Picture:
    pytest.importorskip("igraph")
    return drawn(graph, FRONT)


@pytest.mark.parametrize(
    "selection",
    [FRONT, Selection(actors=("Taliban",), hops=2), Selection()],
    ids=["actor", "2 hops", "whole"],
)
def test_no_name_mark_or_label_lies_on_another(graph: kg.Graph, selection: Selection) -> None:
    found = drawn(graph, selection)
    labels = [one.label for one in found.drawn if one.label]
    for one, other in combinations([*found.boxes, *labels], 2):
        assert not one.meets(other), (one, other)
    marks = [one.mark for one in found.drawn if one.mark]
    for mark in marks:
        assert not any(mark.meets(label) for label in labels)


def test_every_relationship_has_a_label_or_a_number(front: Picture) -> None:
    assert len(front.drawn) > 40
    assert all(one.label for one in front.drawn)
    assert sum(one.text.isdigit() for one in front.drawn) <= 2


def test_everything_is_within_the_picture(front: Picture) -> None:
    for box in [*front.boxes, *(one.label for one in front.drawn if one.label)]:
        assert box.left >= 0
        assert box.top >= 0
        assert box.x + box.width / 2 <= front.width
        assert box.y + box.height / 2 <= front.height


def test_parallel_relationships_are_apart(front: Picture) -> None:
    curves = Counter(one.curve for one in front.drawn)
    assert set(curves.values()) == {1}


def test_what_is_disputed_or_denied_is_drawn_as_such(exported: Exported, graph: kg.Graph) -> None:
    root = ET.fromstring(exported("svg", "--actor", "Red Heron Front").read_text("utf-8"))
    statuses = Counter(one.status for one in select(graph, FRONT).relationships())
    marks = Counter(text.text for text in root.iter(f"{SVG}text"))
    assert statuses["disputed"] >= 3
    # One more of each in the legend.
    assert marks["!"] == statuses["disputed"] + 1
    assert marks["×"] == statuses["denied"] + 1
    for group in root.iter(f"{SVG}g"):
        told = group.find(f"{SVG}title")
        if told is None or ": denied" not in f"{told.text}" or "affirmed" in f"{told.text}":
            continue
        assert "denied: " in f"{told.text}"
        paths = group.findall(f"{SVG}path")
        assert paths[0].get("stroke-dasharray") == "1.5 5"
        assert all(path.get("fill") in (None, "none") for path in paths), "an arrowhead is filled"


def test_it_says_what_it_shows_and_what_its_lines_mean(exported: Exported) -> None:
    words = [
        text.text or ""
        for text in ET.fromstring(exported("svg", "--actor", "Red Heron Front").read_text("utf-8")).iter(
            f"{SVG}text"
        )
    ]
    assert words[0] == "Around Red Heron Front"
    assert "hops 1" in words[1]
    assert "said 2031-" in words[1]
    assert "as recorded 20" in words[1]
    for one in ("conflict", "alliance and support", "armed group", "unnamed"):
        assert one in words
    assert any(one.startswith("disputed: ") for one in words)


def test_the_same_graph_gives_the_same_bytes(exported: Exported, folder: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.svg"
    assert main(["-g", str(folder), "export", "svg", "--actor", "Red Heron Front", "-o", str(again)]) == 0
    assert again.read_bytes() == exported("svg", "--actor", "Red Heron Front").read_bytes()


def test_hostile_names_are_words_in_it(exported: Exported) -> None:
    root = ET.fromstring(exported("svg").read_text("utf-8"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "g", "title", "rect", "path", "line", "circle", "text"
    }  # fmt: skip
    words = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert "<b>Heron</b>" in words
    assert "\u202e" not in words


def test_png_is_a_picture_of_the_same_shape(exported: Exported) -> None:
    pytest.importorskip("resvg_py")
    data = exported("png", "--actor", "Red Heron Front").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    wide, high = struct.unpack(">II", data[16:24])
    root = ET.fromstring(exported("svg", "--actor", "Red Heron Front").read_text("utf-8"))
    assert wide == pytest.approx(2 * float(root.get("width", 0)), abs=2)
    assert high == pytest.approx(2 * float(root.get("height", 0)), abs=2)
    assert len(data) > 50_000, "lines and letters do not compress away"


def test_a_selection_that_matches_nothing_is_an_empty_picture(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "none.svg"
    assert main(["-g", str(folder), "export", "svg", "--publisher", "Nobody", "-o", str(target)]) == 0
    assert "nothing here is published by 'Nobody'" in capsys.readouterr().err
    assert ET.fromstring(target.read_text("utf-8")).tag == f"{SVG}svg"


def test_more_than_paper_can_hold_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    writer = Writer("crowd")
    hub = writer.entity("The Hub", named=True)
    for place in range(MOST_NODES + 1):
        writer.claim(
            writer.entity(f"Actor {place}", identifiers=(f"wikidata:Q{place + 1}",)), "supported", hub
        )
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        assert kg.ingest(graph, [writer.done()]).clean
    target = tmp_path / "crowd.svg"
    assert main(["-g", str(tmp_path / "graph"), "export", "svg", "-o", str(target)]) == 2
    assert "choose a part, as with --actor NAME" in capsys.readouterr().err
    assert not target.exists()


@pytest.mark.browser
def test_as_a_browser_draws_it_no_words_lie_on_others(
    exported: Exported, tmp_path: Path, open_page: Callable[..., Opened]
) -> None:
    path = tmp_path / "front.svg"
    path.write_bytes(exported("svg", "--actor", "Red Heron Front").read_bytes())
    opened = open_page(path, ready="svg")
    boxes = opened.page.evaluate(
        """() => [...document.querySelectorAll("text")].map(text => {
            const box = text.getBoundingClientRect();
            return [text.textContent, box.left, box.top + 2, box.right, box.bottom - 2];
        })"""
    )
    for one, other in combinations(boxes, 2):
        beside = one[3] <= other[1] + 0.5 or other[3] <= one[1] + 0.5
        above = one[4] <= other[2] + 0.5 or other[4] <= one[2] + 0.5
        assert beside or above, (one, other)
    assert opened.heard == []
