"""Where the boxes of a printed picture stand: none on another, parts that hang together beside each other.

igraph finds the places; what is added here is that boxes have a size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ontology.extras import needs

_APART_X, _APART_Y = 34.0, 26.0  # pixels between two boxes
_BETWEEN = 60.0  # pixels between two parts


@dataclass(slots=True)
class Box:
    """A box around a middle point, in pixels."""

    width: float
    height: float
    x: float = 0.0
    y: float = 0.0

    @property
    def left(self) -> float:
        """Its left side."""
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        """Its upper side."""
        return self.y - self.height / 2

    def meets(self, other: Box, gap_x: float = 0.0, gap_y: float = 0.0) -> bool:
        """Whether it comes nearer to another than the gaps."""
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 + gap_x
            and abs(self.y - other.y) < (self.height + other.height) / 2 + gap_y
        )


def place(boxes: Sequence[Box], links: Sequence[tuple[int, int]], room: float) -> None:
    """Give the boxes their places; `links` join two by number, and `room` is the length of a link, about.

    Raises UsageError without igraph.
    """
    igraph = needs("igraph", "pictures")
    counts: dict[tuple[int, int], int] = {}
    for one, other in links:
        if one != other:
            pair = (min(one, other), max(one, other))
            counts[pair] = counts.get(pair, 0) + 1
    pairs = sorted(counts)
    graph = igraph.Graph(n=len(boxes), edges=pairs)
    # Lines side by side need room for their labels.
    graph.es["length"] = [1 + min(0.22 * (counts[pair] - 1), 2.5) for pair in pairs]
    parts = sorted(graph.connected_components(), key=lambda part: (-len(part), part))
    for part in parts:
        _settle(graph.induced_subgraph(part), [boxes[number] for number in part], room)
    _pack([[boxes[number] for number in part] for part in parts])


def _settle(part: Any, boxes: list[Box], room: float) -> None:
    """Places for one connected part: from a circle, so that the same part always looks the same."""
    if len(boxes) == 1:
        boxes[0].x = boxes[0].y = 0.0
        return
    circle = part.layout_circle()
    found = part.layout_kamada_kawai(seed=circle, maxiter=50 * len(boxes) + 500, epsilon=0, weights="length")
    # Wider than high, as boxes and pages are.
    for box, (x, y) in zip(boxes, found.coords, strict=True):
        box.x, box.y = round(x * room * 1.25, 3), round(y * room * 0.8, 3)
    _part(boxes)


def _part(boxes: list[Box]) -> None:
    """Push boxes off each other, the shorter way; where that does not come to an end, give all of them more room."""
    order = list(range(len(boxes)))
    for turn in range(400):
        order.sort(key=lambda number: (boxes[number].x - boxes[number].width / 2, number))
        moved = False
        for place, number in enumerate(order):
            one = boxes[number]
            right = one.x + one.width / 2 + _APART_X
            for other in (boxes[later] for later in order[place + 1 :]):
                if other.left >= right:
                    break
                moved = _push(one, other) or moved
        if not moved:
            return
        if turn % 40 == 39:
            for box in boxes:
                box.x, box.y = box.x * 1.15, box.y * 1.15


def _push(one: Box, other: Box) -> bool:
    if not one.meets(other, _APART_X - 0.01, _APART_Y - 0.01):
        return False
    over_x = (one.width + other.width) / 2 + _APART_X - abs(one.x - other.x)
    over_y = (one.height + other.height) / 2 + _APART_Y - abs(one.y - other.y)
    if over_x < over_y:
        step = math.copysign(over_x / 2 + 0.01, other.x - one.x)
        one.x, other.x = one.x - step, other.x + step
    else:
        step = math.copysign(over_y / 2 + 0.01, other.y - one.y)
        one.y, other.y = one.y - step, other.y + step
    return True


def _pack(parts: list[list[Box]]) -> None:
    """Parts in rows, the largest first, on about the shape of a page."""
    sizes = []
    for part in parts:
        left, top = min(box.left for box in part), min(box.top for box in part)
        for box in part:
            box.x, box.y = box.x - left, box.y - top
        sizes.append(
            (max(box.x + box.width / 2 for box in part), max(box.y + box.height / 2 for box in part))
        )
    area = sum((wide + _BETWEEN) * (high + _BETWEEN) for wide, high in sizes)
    room = max([math.sqrt(area * 1.5), *(wide for wide, _ in sizes)])
    x = y = row = 0.0
    for part, (wide, high) in zip(parts, sizes, strict=True):
        if x and x + wide > room:
            x, y, row = 0.0, y + row + _BETWEEN, 0.0
        for box in part:
            box.x, box.y = box.x + x, box.y + y
        x += wide + _BETWEEN
        row = max(row, high)
