"""What an analysis found, laid over a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from kg.rendering.characters import visible


class Overlay(NamedTuple):
    """What is laid over a picture, by the ids of nodes and relationships.

    `values` make nodes larger, `groups` colour them; relationships in `told` are lit, with these words. `title` says
    which analysis it is.
    """

    title: str
    values: Mapping[str, float]
    groups: Mapping[str, str]
    told: Mapping[str, str]


def overlay(analysis: Mapping[str, Any]) -> Overlay:
    """The overlay of what `kg.analysis.picture` reads."""
    nodes, relationships = analysis["nodes"], analysis["relationships"]
    return Overlay(
        _title(analysis),
        {id: marks["score"] for id, marks in nodes.items() if "score" in marks},
        {id: f"community {marks['community']}" for id, marks in nodes.items() if "community" in marks},
        {id: words for id, marks in relationships.items() if (words := _words(marks))},
    )


def _title(analysis: Mapping[str, Any]) -> str:
    """The analysis and what it was asked, shortly: "paths, start River Guard, end Mara Quill"."""
    asked = analysis.get("parameters")
    said = [str(analysis["analysis"])]
    for name in ("metric", "method", "weight", "start", "end", "from", "to"):
        value = asked.get(name) if isinstance(asked, dict) else None
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and value != "none":
            said.append(f"{name} {value}")
    return visible(", ".join(said))


def _words(marks: Mapping[str, Any]) -> str:
    """What is said of a relationship."""
    said = ["bridge"] if marks.get("bridge") else []
    if paths := marks.get("path"):
        said.append(f"path {', '.join(str(one) for one in paths)}")
    if change := marks.get("change"):
        said.append(str(change))
    return "; ".join(said)
