"""What an analysis found, as a printed picture shows it: discs by score, numbered tabs by community, the rest faded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from kg.exports.legend import MARGIN, SMALL, rows, stretch
from kg.exports.lettering import lines, width, written
from kg.exports.overlay import COLORS, REST, Group, Overlay, groups, radii
from kg.exports.placing import Box
from kg.exports.strokes import FAINT, INK
from kg.exports.xml import Escape
from kg.network import Node, RelationshipEdge

FADED_LINE, FADED_WORDS = 0.3, 0.45
"""Opacities of what was not found: behind the rest, but still to be read."""

STRONG = 1.6
"""How much wider a line is that was found."""

_TAB = 11.0
_WORDS = 90.0  # pixels for what was found of a relationship, in its label
_TITLE = 12.0


class Laid:
    """What an analysis found, on a picture of some nodes and relationships; without an analysis it adds nothing.

    `nodes` are all of the network, so that a group has the same colour whether all its nodes are drawn or not.
    """

    def __init__(self, overlay: Overlay | None, nodes: Iterable[Node], edges: Sequence[RelationshipEdge]):
        empty = Overlay("", "", {}, {}, {})
        self._overlay = (overlay or empty).within({node.id for node in nodes}, {edge.id for edge in edges})
        self._radii = radii(self._overlay)
        self._groups = groups(self._overlay)
        told = self._overlay.told
        self._lit: set[str] = set()
        if told:
            ends = (id for edge in edges if edge.id in told for id in (edge.subject, edge.object))
            self._lit = {*told, *ends, *self._overlay.values}
        # Words that are the same everywhere are said once, in the legend.
        self._alike = len(set(told.values())) == 1

    @property
    def colors(self) -> bool:
        """Whether nodes have the colours of groups."""
        return bool(self._groups)

    def faded(self, id: str) -> bool:
        """Whether a node or relationship stands back."""
        return bool(self._lit) and id not in self._lit

    def strong(self, id: str) -> bool:
        """Whether a relationship is of what was found."""
        return id in self._overlay.told

    def words(self, id: str) -> str:
        """What a relationship's label says more than without the analysis."""
        words = "" if self._alike else self._overlay.told.get(id, "")
        return f", {lines(words, SMALL, _WORDS, 1)[0]}" if words else ""

    def color(self, node: Node, otherwise: str) -> str:
        """A node's colour: its group's where there are groups."""
        if not self._groups:
            return otherwise
        group = self._group(node.id)
        return group.color if group else REST

    def room(self, id: str) -> tuple[float, float]:
        """How much wider a node's box is before its name, and how high it must be at least."""
        radius = self._radii.get(id)
        disc = (2 * radius + 6, 2 * radius + 8) if radius else (0.0, 0.0)
        group = self._group(id)
        return disc[0] + (_wide(group) + 3 if group else 0), disc[1]

    def on(self, box: Box, node: Node, color: str, xml: Escape) -> str:
        """A node's tab and disc, in its box."""
        found, x = "", box.left
        if group := self._group(node.id):
            found += _tab(group, x + 3, box.top + 3, box.height - 6, xml)
            x += _wide(group) + 3
        if radius := self._radii.get(node.id):
            found += f'<circle cx="{x + 8 + radius:.1f}" cy="{box.y:.1f}" r="{radius:.1f}" fill="{color}"/>\n'
        return found

    def legend(self, nodes: Sequence[Node], wide: float, xml: Escape) -> tuple[str, float]:
        """Which analysis it is, what sizes, colours and fading mean; and how high that is."""
        overlay = self._overlay
        if not overlay.title:
            return "", 0.0
        rule = f'<line x1="{MARGIN}" y1="0" x2="{wide - MARGIN:.1f}" y2="0" stroke="#cccccc"/>\n'
        parts, y = [rule], 22.0
        room = wide - 2 * MARGIN
        for line in lines(overlay.title, _TITLE, room, 2):
            parts.append(written(line, MARGIN, y, _TITLE, xml, f' fill="{INK}" font-weight="bold"'))
            y += 15
        for line in lines(self._meaning(), SMALL, room, 3):
            parts.append(written(line, MARGIN, y, SMALL, xml, f' fill="{FAINT}"'))
            y += 15
        discs, high = self._discs(nodes, y, xml)
        entries = [*self._tabs(nodes), *self._lines()]
        flow, y = (
            rows(entries, y + high + (12 if discs else 5), wide, xml) if entries else ("", y + high - 10)
        )
        return "".join([*parts, discs, flow]), y + 18

    def _meaning(self) -> str:
        overlay, said = self._overlay, []
        if overlay.values:
            said.append(f"The larger the disc of a node, {overlay.size}.")
        if self._groups:
            said.append("Colour and number of a node: its community.")
        if overlay.told:
            said.append("What was found is drawn strongly, all else is faded.")
        return " ".join(said) or "Nothing of what was found is in this picture."

    def _discs(self, nodes: Sequence[Node], y: float, xml: Escape) -> tuple[str, float]:
        """The largest, a middling and the smallest disc drawn, each with its value; and how high they are."""
        values = self._overlay.values
        drawn = sorted({values[node.id]: self._radii[node.id] for node in nodes if node.id in values}.items())
        if not drawn:
            return "", 0.0
        chosen = dict([drawn[-1], drawn[len(drawn) // 2], drawn[0]])
        high, parts, x = 2 * max(chosen.values()) + 4, [], MARGIN
        for value, radius in chosen.items():
            words = f"{value:.3g}"
            parts.append(
                f'<circle cx="{x + radius:.1f}" cy="{y - 4 + high / 2:.1f}" r="{radius:.1f}" fill="{FAINT}"/>\n'
            )
            x += 2 * radius + 8
            parts.append(written(words, x, y + high / 2, SMALL, xml, f' fill="{INK}"'))
            x += width(words, SMALL) + 24
        return "".join(parts), high

    def _tabs(self, nodes: Sequence[Node]) -> list[tuple[str, str]]:
        counts = Counter(self._overlay.groups[node.id] for node in nodes if node.id in self._overlay.groups)
        drawn = [one for one in self._groups.values() if counts[one.name]]
        xml = Escape(Counter())
        found = [
            (_tab(one, 17 - _wide(one) / 2, -7.5, 15, xml), f"{one.name} ({counts[one.name]:,})")
            for one in drawn
            if one.color in COLORS
        ]
        if more := sum(one.color == REST for one in drawn):
            found.append((_tab(Group("", "…", REST), 6, -7.5, 15, xml), f"{more:,} further, told by number"))
        if any(node.id not in self._overlay.groups for node in nodes) and found:
            frame = f'<rect x="8" y="-6" width="18" height="12" rx="3" fill="none" stroke="{REST}"/>'
            found.append((frame, "no community told"))
        return found

    def _lines(self) -> list[tuple[str, str]]:
        told = self._overlay.told
        if not told:
            return []
        words = next(iter(told.values())) if self._alike else "found; its label says what"
        return [
            (stretch(INK, 1.7 * STRONG), words),
            (stretch(INK, 1.7, f' stroke-opacity="{FADED_LINE}"'), "all else"),
        ]

    def _group(self, id: str) -> Group | None:
        return self._groups.get(self._overlay.groups.get(id, ""))


def _wide(group: Group) -> float:
    return width(group.number, _TAB) + 10


def _tab(group: Group, x: float, y: float, high: float, xml: Escape) -> str:
    """A group's number on its colour."""
    wide = _wide(group)
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="4" fill="{group.color}"/>'
        + written(
            group.number,
            x + wide / 2,
            y + high / 2 + 4,
            _TAB,
            xml,
            f' fill="{_on(group.color)}" font-weight="bold"',
            "middle",
        )
    )


def _on(color: str) -> str:
    """Ink or white, which is read better on that colour (its luminance as WCAG 2 has it)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.2 else "#ffffff"
