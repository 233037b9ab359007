"""`kg export svg --analysis`: sizes follow scores, groups can be told apart, what was found stands out."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.analysis import Findings, brokers, central, change, communities, paths, snapshot
from kg.cli import main
from kg.exports.formats import Export
from kg.exports.overlay import COLORS, groups, overlay
from kg.exports.svg import picture, write_svg
from kg.network import Selection, select

pytest.importorskip("igraph")

SVG = "{http://www.w3.org/2000/svg}"
FRONT = Selection(actors=("Red Heron Front",))

ANALYSES: dict[str, Callable[[kg.Graph], Findings]] = {
    "central": lambda graph: central(snapshot(graph, among="named"), "betweenness"),
    "communities": lambda graph: communities(snapshot(graph)),
    "brokers": lambda graph: brokers(snapshot(graph, among="named")),
    "paths": lambda graph: paths(snapshot(graph), "River Guard", "Mara Quill"),
    "change": lambda graph: change(graph, "2029", "2032"),
}


@pytest.fixture(scope="module")
def found(graph: kg.Graph) -> Callable[[str], dict[str, Any]]:
    """What an analysis of the graph found, as its file has it."""
    made: dict[str, dict[str, Any]] = {}

    def find(name: str) -> dict[str, Any]:
        if name not in made:
            made[name] = ANALYSES[name](graph).picture
        return made[name]

    return find


Found = Callable[[str], dict[str, Any]]


def printed(graph: kg.Graph, analysis: dict[str, Any] | None, selection: Selection = FRONT) -> ET.Element:
    export = Export(select(graph, selection), "relationships", analysis=analysis)
    return ET.fromstring("".join(write_svg(export)))


def words(root: ET.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def graph_of(root: ET.Element) -> ET.Element:
    """The picture above the legend."""
    return root.findall(f"{SVG}g")[0]


def after(elements: Iterable[ET.Element], name: str) -> tuple[ET.Element, list[ET.Element]]:
    """The text that is a node's name, and what was drawn of its node before that: from its white ground on."""
    of_it: list[ET.Element] = []
    for element in elements:
        if element.tag == f"{SVG}rect" and element.get("fill") == "#ffffff":
            of_it = []
        of_it.append(element)
        if element.tag == f"{SVG}text" and element.text == name and element.get("font-size") == "12":
            return element, of_it
    raise AssertionError(f"{name} is not drawn")


def disc(root: ET.Element, name: str) -> float:
    """The radius of the disc before a name, 0 for none."""
    _, drawn = after(graph_of(root).iter(), name)
    return max((float(one.get("r", 0)) for one in drawn if one.tag == f"{SVG}circle"), default=0.0)


def dimmed(root: ET.Element) -> list[str]:
    """All words and relationships that are faded."""
    groups = [one for one in graph_of(root) if float(one.get("opacity", 1)) < 0.5]
    return [one.text or "" for group in groups for one in group.iter() if one.text and one.text.strip()]


def test_discs_are_ordered_as_the_scores(graph: kg.Graph, found: Found) -> None:
    analysis = found("central")
    root = printed(graph, analysis)
    scores = {
        node.name: analysis["nodes"][node.id]["score"]
        for node in select(graph, FRONT).nodes()
        if node.id in analysis["nodes"]
    }
    order = sorted(scores, key=lambda name: scores[name])
    assert len(set(scores.values())) > 3
    for less, more in pairwise(order):
        if scores[less] < scores[more]:
            assert disc(root, less) < disc(root, more)
        else:
            assert disc(root, less) == disc(root, more)
    assert disc(root, "900 fighters") == 0, "a figure is in no analysis"


def test_the_legend_says_what_sizes_mean(graph: kg.Graph, found: Found) -> None:
    told = words(printed(graph, found("central")))
    assert "central, metric betweenness" in told
    assert "The larger the disc of a node, the greater its betweenness." in told
    most = max(one["score"] for one in found("central")["nodes"].values())
    assert f"{most:.3g}" in told
    assert "armed group" in told, "kinds keep their colours"


def test_communities_have_colours_and_numbers(graph: kg.Graph, found: Found) -> None:
    analysis = found("communities")
    root = printed(graph, analysis)
    drawn = groups(overlay(analysis).within({one.id for one in select(graph, FRONT).nodes()}, ()))
    seen = set()
    for node in select(graph, FRONT).nodes():
        if node.id not in analysis["nodes"] or "\n" in node.name or len(node.name) > 18:
            continue
        group = drawn[f"community {analysis['nodes'][node.id]['community']}"]
        _, parts = after(graph_of(root).iter(), node.name)
        assert group.number in [one.text for one in parts if one.tag == f"{SVG}text"]
        assert group.color in [one.get("fill") for one in parts if one.tag == f"{SVG}rect"]
        seen.add(group.name)
    assert len(seen) > 1
    told = words(root)
    assert "communities, method leiden, weight speakers" in told
    assert "Colour and number of a node: its community." in told
    for name in seen:
        assert any(one.startswith(f"{name} (") for one in told)
    assert "no community told" in told
    assert "armed group" not in told, "its colour would be taken for a community's"


def test_an_eleventh_community_is_grey_and_keeps_its_number() -> None:
    nodes = {f"n{one}": {"community": one} for one in range(1, 13)}
    found = groups(overlay({"analysis": "communities", "nodes": nodes, "relationships": {}}))
    assert [one.number for one in found.values()] == [str(one) for one in range(1, 13)]
    assert [one.color for one in found.values()][:10] == list(COLORS)
    assert len({one.color for one in found.values()}) == 11


def test_brokers_have_discs_and_numbers(graph: kg.Graph, found: Found) -> None:
    root = printed(graph, found("brokers"))
    assert disc(root, "Red Heron Front") > disc(root, "Joren Vask") > 0
    assert any("between communities lead over it. Colour and number" in one for one in words(root))


def test_a_path_stands_out_and_the_rest_is_faded(graph: kg.Graph, found: Found) -> None:
    analysis = found("paths")
    root = printed(graph, analysis)
    faded = dimmed(root)
    widths: dict[bool, set[float]] = {True: set(), False: set()}
    edges = list(select(graph, FRONT).relationships())
    for edge in edges:
        start = f"{edge.subject_name} {edge.label} {edge.object_name}: "
        found_it = edge.id in analysis["relationships"]
        assert any(one.startswith(start) for one in faded) != found_it, start
        for group in graph_of(root).iter(f"{SVG}g"):
            title = group.find(f"{SVG}title")
            if title is not None and f"{title.text}".startswith(start):
                line = group.findall(f"{SVG}path")[edge.status == "disputed"]
                widths[found_it].add(float(line.get("stroke-width", 0)))
    assert len(edges) > len(analysis["relationships"])
    assert min(widths[True]) > max(widths[False])
    assert {"Lise Amber", "900 fighters"} <= set(faded)
    assert not {"Mara Quill", "River Guard", "Red Heron Front"} & set(faded)
    told = words(root)
    assert "paths, start River Guard, end Mara Quill" in told
    assert "What was found is drawn strongly, all else is faded." in told
    assert told.count("path 1") == 1, "what all have in common is said once"


def test_labels_say_what_changed(graph: kg.Graph, found: Found) -> None:
    told = words(printed(graph, found("change")))
    assert "change, from 2029, to 2032" in told
    assert "member of, ended" in told
    assert "found; its label says what" in told


@pytest.mark.parametrize("name", ANALYSES)
def test_nothing_lies_on_anything_else(name: str, graph: kg.Graph, found: Found) -> None:
    drawn = picture(Export(select(graph, FRONT), "relationships", analysis=found(name)))
    labels = [one.label for one in drawn.drawn if one.label]
    for one, other in combinations([*drawn.boxes, *labels], 2):
        assert not one.meets(other), (one, other)
    assert all(one.label for one in drawn.drawn)


def test_hostile_words_are_only_words(graph: kg.Graph) -> None:
    nodes = list(select(graph).nodes())
    analysis = {
        "analysis": "</svg><script>x</script>",
        "parameters": {"metric": "<b>\x07\u202e&amp;", "start": {"name": "<!-- " + "long " * 400}},
        "nodes": {node.id: {"score": 0, "community": place + 1} for place, node in enumerate(nodes)}
        | {"unknown": {"score": 9}},
        "relationships": {"unknown": {"bridge": True}},
    }
    root = printed(graph, analysis, Selection())
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "g", "title", "rect", "path", "line", "circle", "text"
    }  # fmt: skip
    told = words(root)
    assert any(one.startswith("</svg><script>x</script>, metric <b>\\x07\\u202e&amp;") for one in told)
    assert any(one.endswith("…") for one in told)
    wide = float(root.get("width", 0))
    assert all(
        float(one.get("x", 0)) + float(one.get("textLength", 0)) <= wide
        for one in root.iter(f"{SVG}text")
        if "long" in f"{one.text}"
    )
    assert not [one for one in graph_of(root) if one.get("opacity")], (
        "nothing of it is here, so nothing is faded"
    )


def test_the_same_bytes_each_time_and_what_is_missing_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, one, other, bare = (tmp_path / name for name in ("found.json", "1.svg", "2.svg", "3.svg"))
    call = ["-g", str(folder), "export", "svg", "--actor", "Red Heron Front", "--hops", "0"]
    assert main(["-g", str(folder), "analyse", "bridges", "--picture", str(file)]) == 0
    for target in (one, other):
        assert main([*call, "--analysis", str(file), "-o", str(target)]) == 0
    missing = len(json.loads(file.read_text("utf-8"))["relationships"])
    assert (
        f"note: {missing} relationships that the analysis found are not in this picture"
        in capsys.readouterr().err
    )
    assert one.read_bytes() == other.read_bytes()
    assert main([*call, "-o", str(bare)]) == 0
    assert "bridges" in words(ET.fromstring(one.read_text("utf-8")))
    assert "bridges" not in words(ET.fromstring(bare.read_text("utf-8")))


def test_png_shows_it_too(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    file = tmp_path / "found.json"
    call = ["-g", str(folder), "export", "png", "--actor", "River Guard"]
    assert main(["-g", str(folder), "analyse", "communities", "--picture", str(file)]) == 0
    assert main([*call, "--analysis", str(file), "-o", str(tmp_path / "with.png")]) == 0
    assert main([*call, "-o", str(tmp_path / "without.png")]) == 0
    assert (tmp_path / "with.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert (tmp_path / "with.png").read_bytes() != (tmp_path / "without.png").read_bytes()
