"""How statuses are drawn, and the curves between boxes; the page draws the same (page/src/drawing.ts)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from kg.exports.placing import Box

INK, FAINT, GREY, ALARM = "#1a1a1a", "#555555", "#7a7a7a", "#c00000"


class Stroke(NamedTuple):
    """A status as a line: its dashes, its width in pixels, the mark on its middle, and what it means."""

    dash: str
    width: float
    mark: str
    what: str


STROKES = {
    "disputed": Stroke("", 1.9, "!", "affirmed and denied for the same time"),
    "denied": Stroke("1.5 5", 1.7, "×", "denied, affirmed by nobody"),
    "changed": Stroke("14 3 3 3", 1.7, "⇄", "affirmed for one time, denied for another"),
    "hedged": Stroke("7 4", 1.7, "?", "only said to be possible or probable"),
    "prospective": Stroke("3 6", 1.6, "…", "only pledged, predicted or supposed"),
    "asserted": Stroke("", 1.7, "", "affirmed, denied by nobody"),
}
"""By status, in the order in which labels are set."""

_APART = 30.0  # pixels between lines side by side, where they are furthest


def curve(boxes: Sequence[Box], subject: int, object_: int, place: int, count: int) -> tuple[float, ...]:
    """Start, control and end of the line between two boxes, as the `place`-th of `count` between them."""
    one, other = boxes[subject], boxes[object_]
    if subject == object_:
        size = 34.0 + 22.0 * place
        return (one.x - 12, one.top, one.x, one.top - 2 * size, one.x + 12, one.top)
    # The way out is always told from the same end, so that opposite lines do not lie on each other.
    turned = 1 if subject < object_ else -1
    length = math.hypot(other.x - one.x, other.y - one.y) or 1.0
    bow = (place - (count - 1) / 2) * _APART * 2 * turned
    x = (one.x + other.x) / 2 - (other.y - one.y) / length * bow
    y = (one.y + other.y) / 2 + (other.x - one.x) / length * bow
    whole = (one.x, one.y, x, y, other.x, other.y)
    first = _leaves(whole, one)
    last = 1 - _leaves((other.x, other.y, x, y, one.x, one.y), other)
    return _between(whole, first, max(last, first + 0.02))


def _leaves(line: tuple[float, ...], box: Box) -> float:
    """How far along, of 1, a line that begins inside a box comes out of it."""
    low, high = 0.0, 1.0
    rim = Box(box.width + 4, box.height + 4, box.x, box.y)
    for _ in range(20):
        middle = (low + high) / 2
        x, y = _at(line, middle)
        if abs(x - rim.x) < rim.width / 2 and abs(y - rim.y) < rim.height / 2:
            low = middle
        else:
            high = middle
    return min(high, 0.49)


def _at(line: tuple[float, ...], part: float) -> tuple[float, float]:
    ax, ay, cx, cy, bx, by = line
    a, c, b = (1 - part) ** 2, 2 * part * (1 - part), part * part
    return a * ax + c * cx + b * bx, a * ay + c * cy + b * by


def _between(line: tuple[float, ...], first: float, last: float) -> tuple[float, ...]:
    ax, ay, cx, cy, bx, by = line
    a, c, b = (1 - first) * (1 - last), first * (1 - last) + last * (1 - first), first * last
    control = (a * ax + c * cx + b * bx, a * ay + c * cy + b * by)
    return tuple(round(value, 1) for value in (*_at(line, first), *control, *_at(line, last)))


def points(line: tuple[float, ...], count: int = 17) -> list[tuple[float, float]]:
    """Points along a line, its ends among them."""
    return [_at(line, step / (count - 1)) for step in range(count)]


def head(line: tuple[float, ...], color: str, *, barred: bool) -> str:
    """An arrowhead; where it is denied a bar, which leads nowhere."""
    _, _, cx, cy, bx, by = line
    length = math.hypot(bx - cx, by - cy) or 1.0
    dx, dy = (bx - cx) / length, (by - cy) / length
    if barred:
        return (
            f'<path d="M{bx - dx * 2 - dy * 6:.1f} {by - dy * 2 + dx * 6:.1f}L{bx - dx * 2 + dy * 6:.1f}'
            f' {by - dy * 2 - dx * 6:.1f}" stroke="{color}" stroke-width="1.8"/>'
        )
    return (
        f'<path d="M{bx:.1f} {by:.1f}L{bx - dx * 9 - dy * 4:.1f} {by - dy * 9 + dx * 4:.1f}'
        f'L{bx - dx * 9 + dy * 4:.1f} {by - dy * 9 - dx * 4:.1f}Z" fill="{color}"/>'
    )


def badge(status: str, x: float, y: float, color: str) -> str:
    """A status's mark in a circle; what is disputed or denied is so in any colour of line."""
    loud = status in ("disputed", "denied")
    fill, ink = (ALARM, "#ffffff") if status == "disputed" else ("#ffffff", ALARM if loud else INK)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7.5" fill="{fill}" stroke="{ALARM if loud else color}"'
        f' stroke-width="1.4"/><text x="{x:.1f}" y="{y + 4:.1f}" font-size="11" font-weight="bold"'
        f' text-anchor="middle" fill="{ink}">{STROKES[status].mark}</text>'
    )
