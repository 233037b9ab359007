"""A selection as a picture to print: every name and relation readable, families by colour, statuses by line and mark.

Nothing lies on anything else: boxes are pushed apart, and labels are set where there is room; one that finds none gets
a number, told under the picture. The same ledger gives the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from kg.exports import lettering, placing
from kg.exports.captions import recorded, said, selected, title
from kg.exports.formats import Export, Format
from kg.exports.lettering import lines, width
from kg.exports.placing import Box
from kg.exports.strokes import STROKES, curve, head, points
from kg.exports.xml import DECLARATION, Escape
from kg.network import Network, Node, RelationshipEdge
from kg.rendering.characters import visible
from ontology.errors import UsageError
from ontology.extras import needs

MOST_NODES = 400
"""More cannot be read on paper."""

_NAME, _LABEL, _SMALL = 12.0, 10.5, 11.0
_LINE = 15.0
_ROOM = 150.0  # pixels that one line of a name may take
_ROOMS = (170.0, 205.0, 245.0)  # pixels between two boxes, about; more is tried where labels find no place
_MARGIN = 36.0
_LEAST_WIDTH = 900.0
_INK, _FAINT, _GREY, _ALARM = "#1a1a1a", "#555555", "#7a7a7a", "#c00000"


class Drawn(NamedTuple):
    """A relationship as it is drawn: its curve (start, control, end), and where its mark and its label are.

    A label without room is its number in the key, where even that found none it is None.
    """

    edge: RelationshipEdge
    curve: tuple[float, ...]
    mark: Box | None
    label: Box | None
    text: str


class Picture(NamedTuple):
    """What is drawn: boxes with their nodes and the lines of their names, and the relationships."""

    boxes: list[Box]
    nodes: list[Node]
    names: list[list[str]]
    drawn: list[Drawn]
    width: float
    height: float


def write_svg(what: Export) -> Iterator[str]:
    """The picture as SVG."""
    yield _svg(what)


def write_png(what: Export) -> Iterator[bytes]:
    """The picture as PNG, at 2 pixels a pixel, in the fonts of the machine. Raises UsageError without resvg-py."""
    resvg = needs("resvg_py", "pictures")
    yield bytes(resvg.svg_to_bytes(svg_string=_svg(what), zoom=2, font_family="Arial", background="#ffffff"))


def picture(what: Export) -> Picture:
    """Places and labels; raises UsageError where there are too many nodes to be read."""
    edges = list(what.network.relationships())
    ends = {id for edge in edges for id in (edge.subject, edge.object)}
    nodes = [node for node in what.network.nodes() if node.id in ends or not edges]
    alone = len(what.network) - len(nodes)
    what.left_out["nodes without a relationship are not drawn"] = alone
    if len(nodes) > MOST_NODES:
        raise UsageError(
            f"a picture of {len(nodes):,} nodes cannot be read in print (at most {MOST_NODES}); choose a part, as with"
            " --actor NAME or --family NAME, or write html"
        )
    names = [lines(visible(node.name), _NAME, _ROOM) for node in nodes]
    boxes = [Box(max(width(line, _NAME) for line in some) + 18, len(some) * _LINE + 9) for some in names]
    at = {node.id: number for number, node in enumerate(nodes)}
    links = [(at[edge.subject], at[edge.object]) for edge in edges]
    drawn: list[Drawn] = []
    for room in _ROOMS:
        placing.place(boxes, links, room)
        for box in boxes:
            box.x, box.y = round(box.x, 1), round(box.y, 1)
        drawn = _labelled(edges, boxes, at)
        if not any(one.text.isdigit() for one in drawn):
            break
    # What bows out of the picture belongs to it.
    reach = [point for one in drawn for point in points(one.curve)]
    reach += [
        (box.x + side * box.width / 2, box.y + side * box.height / 2) for box in boxes for side in (-1, 1)
    ]
    left, top = min((x for x, _ in reach), default=0.0), min((y for _, y in reach), default=0.0)
    right, bottom = max((x for x, _ in reach), default=0.0), max((y for _, y in reach), default=0.0)
    shift_x, shift_y = _MARGIN - left, _MARGIN - top
    for box in [*boxes, *(box for one in drawn for box in (one.mark, one.label) if box)]:
        box.x, box.y = box.x + shift_x, box.y + shift_y
    drawn = [one._replace(curve=_moved(one.curve, shift_x, shift_y)) for one in drawn]
    return Picture(boxes, nodes, names, drawn, right + shift_x + _MARGIN, bottom + shift_y + _MARGIN)


def _moved(line: tuple[float, ...], x: float, y: float) -> tuple[float, ...]:
    return tuple(value + (y if place % 2 else x) for place, value in enumerate(line))


# Labels


def _labelled(edges: list[RelationshipEdge], boxes: list[Box], at: dict[str, int]) -> list[Drawn]:
    """Every relationship with its curve, and its label where nothing else is; what is contested chooses first."""
    side: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, edge in enumerate(edges):
        one, other = at[edge.subject], at[edge.object]
        side[min(one, other), max(one, other)].append(number)
    curves: dict[int, tuple[float, ...]] = {}
    for numbers in side.values():
        for place, number in enumerate(numbers):
            edge = edges[number]
            curves[number] = curve(boxes, at[edge.subject], at[edge.object], place, len(numbers))
    taken = _Taken(boxes)
    marks = {number: taken.mark(curves[number]) for number in curves if STROKES[edges[number].status].mark}
    found: dict[int, Drawn] = {}
    order = sorted(curves, key=lambda number: (list(STROKES).index(edges[number].status), number))
    for number in order:
        edge = edges[number]
        text = _text(edge)
        label = taken.find(text, curves[number])
        found[number] = Drawn(edge, curves[number], marks.get(number), label, text)
    keyed = 0
    for number in sorted(curves):
        if found[number].label is None:
            keyed += 1
            label = taken.find(str(keyed), curves[number], dense=True)
            found[number] = found[number]._replace(label=label, text=str(keyed))
    return [found[number] for number in sorted(found)]


def _text(edge: RelationshipEdge) -> str:
    """What a label says: of what is not plainly asserted, also that."""
    words = visible(edge.label)
    return f"{words} ({edge.claims})" if edge.claims > 1 else words


class _Taken:
    """Boxes that a label may not lie on."""

    def __init__(self, boxes: list[Box]) -> None:
        self._boxes = list(boxes)

    def mark(self, line: tuple[float, ...]) -> Box:
        """Room for a mark as near to a line's middle as there is, which is then taken."""
        along = points(line, 33)
        order = sorted(range(4, 29), key=lambda one: (abs(one - 16), one))
        box = Box(16, 16)
        for place in [*order, 16]:
            box.x, box.y = (round(value, 1) for value in along[place])
            if not any(box.meets(other, 1, 1) for other in self._boxes):
                break
        self._boxes.append(box)
        return box

    def find(self, text: str, line: tuple[float, ...], *, dense: bool = False) -> Box | None:
        """Room for the text on a line or close by it, which is then taken."""
        box = Box(width(text, _LABEL) + 4, 13)
        steps = 33 if dense else 17
        along = points(line, steps)
        for place in sorted(range(1, steps - 1), key=lambda one: (abs(one - steps // 2), one)):
            x, y = along[place]
            for up in (0.0, -9.0, 9.0) if not dense else (0.0, -8.0, 8.0, -14.0, 14.0):
                box.x, box.y = round(x, 1), round(y + up, 1)
                if not any(box.meets(other, 1, 1) for other in self._boxes):
                    self._boxes.append(box)
                    return box
        return None


# Drawing


def _svg(what: Export) -> str:
    network = what.network
    shown = picture(what)
    xml = Escape(what.left_out)
    families = {edge.family: edge.color or _GREY for edge in (one.edge for one in shown.drawn)}
    statuses = [name for name in STROKES if any(one.edge.status == name for one in shown.drawn)]
    wide = max(shown.width, _LEAST_WIDTH)
    heading = _heading(network, wide, xml)
    legend, legend_height = _legend(network, families, statuses, shown.nodes, wide, xml)
    key, key_height = _key(shown, wide, xml)
    top = 84.0
    high = top + shown.height + legend_height + key_height + 20
    parts = [
        f'{DECLARATION}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.1f} {high:.1f}" width="{wide:.1f}"'
        f' height="{high:.1f}" font-family="{lettering.FAMILY}" role="img">\n',
        f"<title>{xml(title(network.selection))}</title>\n",
        f'<rect width="{wide:.1f}" height="{high:.1f}" fill="#ffffff"/>\n',
        heading,
        f'<g transform="translate({(wide - shown.width) / 2:.1f} {top:.1f})">\n',
        *(_line(one, xml) for one in shown.drawn),
        *(_box(*one, xml) for one in zip(shown.boxes, shown.nodes, shown.names, strict=True)),
        *(_badge(one.edge, one.mark) for one in shown.drawn if one.mark),
        *(_label(one, xml) for one in shown.drawn),
        "</g>\n",
        f'<g transform="translate(0 {top + shown.height:.1f})">\n{legend}</g>\n',
        f'<g transform="translate(0 {top + shown.height + legend_height:.1f})">\n{key}</g>\n',
        "</svg>\n",
    ]
    return "".join(parts)


def _written(
    text: str, x: float, y: float, size: float, xml: Escape, more: str = "", anchor: str = "start"
) -> str:
    """A text as wide as it was reckoned, whatever font the reader has."""
    long = f' textLength="{width(text, size):.1f}" lengthAdjust="spacingAndGlyphs"' if text.strip() else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{long}{more}>'
        f"{xml(text)}</text>\n"
    )


def _heading(network: Network, wide: float, xml: Escape) -> str:
    counts = f"{network.relationship_count:,} relationships, {network.claim_count:,} claims"
    below = " · ".join(
        one for one in (selected(network.selection), said(network), recorded(network), counts) if one
    )
    parts = [
        _written(
            lines(title(network.selection), 22, wide - 2 * _MARGIN, 1)[0],
            _MARGIN,
            40,
            22,
            xml,
            f' fill="{_INK}" font-weight="bold"',
        )
    ]
    for place, line in enumerate(lines(below, 12, wide - 2 * _MARGIN)):
        parts.append(_written(line, _MARGIN, 60 + 15 * place, 12, xml, f' fill="{_FAINT}"'))
    return "".join(parts)


def _line(one: Drawn, xml: Escape) -> str:
    edge, stroke = one.edge, STROKES[one.edge.status]
    color = edge.color or _GREY
    ax, ay, cx, cy, bx, by = one.curve
    path = f'd="M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}" fill="none"'
    dash = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
    found = f"<g><title>{_plain(edge, xml)}</title>"
    if edge.status == "disputed":
        found += f'<path {path} stroke="{_ALARM}" stroke-width="7" stroke-opacity="0.3"/>'
    found += f'<path {path} stroke="{color}" stroke-width="{stroke.width}"{dash}/>'
    if not edge.symmetric:
        found += head(one.curve, color, barred=edge.status == "denied")
    return found + "</g>\n"


def _plain(edge: RelationshipEdge, xml: Escape) -> str:
    counts = {
        "affirmed": edge.affirmed,
        "hedged": edge.hedged,
        "denied": edge.denied,
        "not actual": edge.prospective,
    }
    told = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return xml(visible(f"{edge.subject_name} {edge.label} {edge.object_name}: {told}"))


def _box(box: Box, node: Node, name: list[str], xml: Escape) -> str:
    color = node.color or _GREY
    dash = "" if node.named or node.is_value else ' stroke-dasharray="4 3"'
    frame = (
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
        f' rx="{0 if node.is_value else 6}"'
    )
    found = f'{frame} fill="#ffffff"/>{frame} fill="{color}" fill-opacity="0.16" stroke="{color}"'
    found += f' stroke-width="1.6"{dash}/>\n'
    for place, line in enumerate(name):
        y = box.y + (place - (len(name) - 1) / 2) * _LINE + 4.2
        found += _written(line, box.x, y, _NAME, xml, f' fill="{_INK}"', "middle")
    return found


def _badge(edge: RelationshipEdge, at: Box) -> str:
    return _round(edge.status, STROKES[edge.status].mark, at.x, at.y, edge.color or _GREY) + "\n"


def _round(status: str, mark: str, x: float, y: float, color: str) -> str:
    """A status's mark in a circle; what is disputed or denied is so in any colour of line."""
    loud = status in ("disputed", "denied")
    fill, ink = (_ALARM, "#ffffff") if status == "disputed" else ("#ffffff", _ALARM if loud else _INK)
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7.5" fill="{fill}" stroke="{_ALARM if loud else color}"'
        f' stroke-width="1.4"/><text x="{x:.1f}" y="{y + 4:.1f}" font-size="11" font-weight="bold"'
        f' text-anchor="middle" fill="{ink}">{mark}</text>'
    )


def _label(one: Drawn, xml: Escape) -> str:
    if one.label is None:
        return ""
    halo = ' stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    weight = ' font-weight="bold"' if one.text.isdigit() else ""
    return _written(
        one.text, one.label.x, one.label.y + 3.7, _LABEL, xml, f' fill="{_INK}"{weight}{halo}', "middle"
    )


def _legend(
    network: Network,
    families: dict[str, str],
    statuses: list[str],
    nodes: list[Node],
    wide: float,
    xml: Escape,
) -> tuple[str, float]:
    """What colours, lines and frames mean, in rows; and how high that is."""
    ontology = network.ontology
    entries = [
        (_stretch(families[one.name], 3), one.label)
        for one in ontology.families.values()
        if one.name in families
    ]
    entries += [(_sample(name), f"{name}: {STROKES[name].what}") for name in statuses]
    kinds = {
        ontology.types[node.type].label: node.color or _GREY for node in nodes if node.type in ontology.types
    }
    entries += [(_frame(color), label) for label, color in sorted(kinds.items())]
    if any(not node.named and not node.is_value for node in nodes):
        entries.append((_frame(_FAINT, "4 3"), "unnamed"))
    parts, x, y = [], _MARGIN, 24.0
    for sample, words in entries:
        long = 42 + width(words, _SMALL) + 24
        if x > _MARGIN and x + long > wide - _MARGIN:
            x, y = _MARGIN, y + 21
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})">{sample}</g>')
        parts.append(_written(words, x + 42, y + 4, _SMALL, xml, f' fill="{_INK}"'))
        x += long
    rule = (
        f'<line x1="{_MARGIN}" y1="0" x2="{wide - _MARGIN:.1f}" y2="0" stroke="#cccccc"/>\n'
        if entries
        else ""
    )
    return rule + "".join(parts), y + 18 if entries else 0.0


def _stretch(color: str, thick: float, more: str = "") -> str:
    return f'<line x1="0" y1="0" x2="34" y2="0" stroke="{color}" stroke-width="{thick}"{more}/>'


def _sample(status: str) -> str:
    """A piece of line as the status is drawn."""
    stroke = STROKES[status]
    halo = _stretch(_ALARM, 7, ' stroke-opacity="0.3"') if status == "disputed" else ""
    dash = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
    badge = _round(status, stroke.mark, 17, 0, _INK) if stroke.mark else ""
    return halo + _stretch(_INK, stroke.width, dash) + badge


def _frame(color: str, dash: str = "") -> str:
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<rect x="8" y="-6" width="18" height="12" rx="3" fill="{color}" fill-opacity="{0 if dash else 0.16}"'
        f' stroke="{color}" stroke-width="1.6"{more}/>'
    )


def _key(shown: Picture, wide: float, xml: Escape) -> tuple[str, float]:
    """What the numbered relationships are."""
    numbered = [one for one in shown.drawn if one.text.isdigit()]
    parts, y = [], 6.0
    for one in numbered:
        edge = one.edge
        words = visible(f"{one.text}  {edge.subject_name} — {_text(edge)} — {edge.object_name}")
        parts.append(
            _written(
                lines(words, _SMALL, wide - 2 * _MARGIN, 1)[0],
                _MARGIN,
                y + 10,
                _SMALL,
                xml,
                f' fill="{_INK}"',
            )
        )
        y += 15
    return "".join(parts), y if numbered else 0.0


_LOSES = "the claims: an edge tells its status and how many there are; nodes without a relationship"

FORMATS = (
    Format(
        name="svg",
        title="a picture to print, of a selection",
        suffix=".svg",
        opens="browsers, Inkscape, word processors",
        loses=_LOSES,
        write=write_svg,
        forms=(),
        extra="pictures",
    ),
    Format(
        name="png",
        title="the same as pixels",
        suffix=".png",
        opens="everything that shows images",
        loses=_LOSES,
        write=write_png,
        forms=(),
        extra="pictures",
    ),
)
