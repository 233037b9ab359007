"""What an analysis found, laid over a picture: what page and paper share; the page's half is page/src/overlay.ts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Mapping
from typing import Any, NamedTuple

from kg.rendering.characters import visible

COLORS = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#8A6D3B", "#7B5EA7", "#B8A800", "#C0504D",
)  # fmt: skip
"""Of groups, the largest first: told apart by most eyes, also those that see no red."""

REST = "#9a9a9a"
"""Of the groups after these."""

_COMMUNITY = "community "


class Group(NamedTuple):
    """A group of nodes as it is drawn: what it is called, its number as the analysis tells it, and its colour."""

    name: str
    number: str
    color: str


class Overlay(NamedTuple):
    """What is laid over a picture, by the ids of nodes and relationships.

    `values` make nodes larger, `groups` colour them; relationships in `told` are lit, with these words. `title` says
    which analysis it is, `size` what a larger node has more of.
    """

    title: str
    size: str
    values: Mapping[str, float]
    groups: Mapping[str, str]
    told: Mapping[str, str]

    def within(self, nodes: Container[str], relationships: Container[str]) -> Overlay:
        """What of it is about these."""
        return self._replace(
            values={id: value for id, value in self.values.items() if id in nodes},
            groups={id: group for id, group in self.groups.items() if id in nodes},
            told={id: words for id, words in self.told.items() if id in relationships},
        )


def overlay(analysis: Mapping[str, Any]) -> Overlay:
    """The overlay of what `kg.analysis.picture` reads."""
    nodes, relationships = analysis["nodes"], analysis["relationships"]
    return Overlay(
        _title(analysis),
        _size(analysis),
        {id: marks["score"] for id, marks in nodes.items() if "score" in marks},
        {id: f"{_COMMUNITY}{marks['community']}" for id, marks in nodes.items() if "community" in marks},
        {id: words for id, marks in relationships.items() if (words := _words(marks))},
    )


def groups(laid: Overlay) -> dict[str, Group]:
    """The groups by name, the largest first, of equal ones the smaller number."""
    counts = Counter(laid.groups.values())
    order = sorted(counts, key=lambda name: (-counts[name], len(name), name))
    colors = dict(zip(order, COLORS, strict=False))
    return {name: Group(name, name.removeprefix(_COMMUNITY), colors.get(name, REST)) for name in order}


def radii(laid: Overlay) -> dict[str, float]:
    """Radii in pixels, by node: above the least the area grows with the value, and the greatest is always as large."""
    most = max(laid.values.values(), default=0) or 1
    return {id: 4 + 20 * math.sqrt(value / most) for id, value in laid.values.items()}


def _title(analysis: Mapping[str, Any]) -> str:
    """The analysis and what it was asked, shortly: "paths, start River Guard, end Mara Quill"."""
    said = [str(analysis["analysis"])]
    for name in ("metric", "method", "weight", "start", "end", "from", "to"):
        value = _asked(analysis, name)
        if value and value != "none":
            said.append(f"{name} {value}")
    return visible(", ".join(said))


def _size(analysis: Mapping[str, Any]) -> str:
    """What a larger node has more of, as words after "the larger"."""
    name, metric = analysis["analysis"], _asked(analysis, "metric")
    if name == "bridges":
        return "the more are cut off without it"
    if name == "brokers" and metric == "between":
        return "the more of the shortest ways between communities lead over it"
    if name == "brokers":
        return "the greater its constraint, which is small where one stands between others"
    return visible(f"the greater its {metric or 'score'}")


def _asked(analysis: Mapping[str, Any], name: str) -> str:
    """What a parameter of the analysis was, of an actor its name; empty where it is no text."""
    asked = analysis.get("parameters")
    value = asked.get(name) if isinstance(asked, dict) else None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) else ""


def _words(marks: Mapping[str, Any]) -> str:
    """What is said of a relationship."""
    said = ["bridge"] if marks.get("bridge") else []
    if paths := marks.get("path"):
        said.append(f"path {', '.join(str(one) for one in paths)}")
    if change := marks.get("change"):
        said.append(str(change))
    return "; ".join(said)
