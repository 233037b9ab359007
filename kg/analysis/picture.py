"""What an analysis found, as a file that a picture of the same graph is drawn with.

    {"analysis": "central", "parameters": {"metric": "pagerank", …},
     "nodes": {ID: {"score": 0.17, "rank": 1}, …}, "relationships": {ID: {"path": [1]}, …}}

By the ids of nodes and relationships, each with some of the marks below; what is not named has none.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from kg.analysis.change import KINDS
from kg.rendering.characters import json_safe
from ontology.errors import UsageError

MARKS = {
    "score": "a number, 0 or more: what a node may be drawn as large as",
    "rank": "from 1 for the greatest; equal ones share theirs",
    "community": "a number from 1, for the largest: what a node may be coloured by",
    "path": "the numbers, from 1, of the paths that it is on",
    "bridge": "true of a relationship without which something is cut off",
    "change": f"what became of a relationship: {', '.join(KINDS)}",
}
"""What a node or relationship may be marked with."""


def as_text(picture: dict[str, Any]) -> str:
    """The file; the same findings give the same bytes."""
    return json_safe(json.dumps(picture, ensure_ascii=False, indent=1, sort_keys=True)) + "\n"


def read(path: Path) -> dict[str, Any]:
    """The picture in a file, as it is in `Findings.picture`; raises UsageError where it is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}; name a file that `kg analyse … --picture FILE` wrote"
        ) from None
    except (ValueError, RecursionError):
        raise _none(path, "is not JSON") from None
    if not isinstance(found, dict) or not isinstance(found.get("analysis"), str):
        raise _none(path, "is no analysis")
    for part in ("nodes", "relationships"):
        marked = found.get(part)
        if not isinstance(marked, dict):
            raise _none(path, f"has no {part}")
        for id, marks in marked.items():
            if not isinstance(marks, dict) or not all(_is_mark(name, value) for name, value in marks.items()):
                raise _none(path, f"{id} in {part} has marks that are none")
    return found


def _is_mark(name: str, value: Any) -> bool:
    if name in ("rank", "community"):
        return type(value) is int and value > 0
    if name == "score":
        return type(value) in (int, float) and math.isfinite(value) and value >= 0
    if name == "path":
        return isinstance(value, list) and all(type(one) is int and one > 0 for one in value)
    return value is True if name == "bridge" else name == "change" and value in KINDS


def _none(path: Path, why: str) -> UsageError:
    return UsageError(f"{path}: {why}; write it with `kg analyse … --picture FILE`")
