"""What stands under a printed picture: what its colours, lines and frames mean."""

from __future__ import annotations

from collections.abc import Iterable

from kg.exports.lettering import width, written
from kg.exports.strokes import ALARM, FAINT, GREY, INK, STROKES, badge
from kg.exports.xml import Escape
from kg.network import Network, Node, RelationshipEdge

MARGIN = 36.0
SMALL = 11.0


def legend(
    network: Network,
    edges: list[RelationshipEdge],
    nodes: list[Node],
    wide: float,
    xml: Escape,
    *,
    types: bool = True,
) -> tuple[str, float]:
    """What colours, lines and, unless they show something else, frames mean, in rows; and how high that is."""
    ontology = network.ontology
    families = {edge.family: edge.color or GREY for edge in edges}
    statuses = {edge.status for edge in edges}
    entries = [
        (stretch(families[one.name], 3), one.label)
        for one in ontology.families.values()
        if one.name in families
    ]
    entries += [(_sample(name), f"{name}: {one.what}") for name, one in STROKES.items() if name in statuses]
    if types:
        kinds = {
            ontology.types[node.type].label: node.color or GREY
            for node in nodes
            if node.type in ontology.types
        }
        entries += [(_frame(color), label) for label, color in sorted(kinds.items())]
    if any(not node.named and not node.is_value for node in nodes):
        entries.append((_frame(FAINT, "4 3"), "unnamed"))
    if not entries:
        return "", 0.0
    parts, high = rows(entries, 24.0, wide, xml)
    rule = f'<line x1="{MARGIN}" y1="0" x2="{wide - MARGIN:.1f}" y2="0" stroke="#cccccc"/>\n'
    return rule + parts, high + 18


def rows(entries: Iterable[tuple[str, str]], y: float, wide: float, xml: Escape) -> tuple[str, float]:
    """Samples, of 34 pixels, with their words, in rows from `y`; and where the last row is."""
    parts, x = [], MARGIN
    for sample, words in entries:
        long = 42 + width(words, SMALL) + 24
        if x > MARGIN and x + long > wide - MARGIN:
            x, y = MARGIN, y + 21
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})">{sample}</g>')
        parts.append(written(words, x + 42, y + 4, SMALL, xml, f' fill="{INK}"'))
        x += long
    return "".join(parts), y


def stretch(color: str, thick: float, more: str = "") -> str:
    """A piece of line."""
    return f'<line x1="0" y1="0" x2="34" y2="0" stroke="{color}" stroke-width="{thick}"{more}/>'


def _sample(status: str) -> str:
    """A piece of line as the status is drawn."""
    stroke = STROKES[status]
    halo = stretch(ALARM, 7, ' stroke-opacity="0.3"') if status == "disputed" else ""
    dash = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
    return halo + stretch(INK, stroke.width, dash) + (badge(status, 17, 0, INK) if stroke.mark else "")


def _frame(color: str, dash: str = "") -> str:
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="8" y="-6" width="18" height="12" rx="3" fill="{color}" fill-opacity="{0 if dash else 0.16}"'
        f' stroke="{color}" stroke-width="1.6"{more}/>'
    )
