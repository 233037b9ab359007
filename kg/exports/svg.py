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
from kg.exports.laid import FADED_LINE, FADED_WORDS, STRONG, Laid
from kg.exports.legend import MARGIN, SMALL, legend
from kg.exports.lettering import lines, width, written
from kg.exports.overlay import overlay
from kg.exports.placing import Box
from kg.exports.strokes import ALARM, FAINT, GREY, INK, STROKES, badge, curve, head, points
from kg.exports.xml import DECLARATION, Escape
from kg.network import Network, Node, RelationshipEdge
from kg.rendering.characters import visible
from ontology.errors import UsageError
from ontology.extras import needs

MOST_NODES = 400
"""More cannot be read on paper."""

_NAME, _LABEL = 12.0, 10.5
_LINE = 15.0
_ROOM = 150.0  # pixels that one line of a name may take
_ROOMS = (170.0, 205.0, 245.0)  # pixels between two boxes, about; more is tried where labels find no place
_LEAST_WIDTH = 900.0


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
    """What is drawn: boxes with their nodes and the lines of their names, the relationships, what an analysis found."""

    boxes: list[Box]
    nodes: list[Node]
    names: list[list[str]]
    drawn: list[Drawn]
    width: float
    height: float
    laid: Laid


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
    every = list(what.network.nodes())
    nodes = [node for node in every if node.id in ends or not edges]
    alone = len(every) - len(nodes)
    what.left_out["nodes without a relationship are not drawn"] = alone
    if len(nodes) > MOST_NODES:
        raise UsageError(
            f"a picture of {len(nodes):,} nodes cannot be read in print (at most {MOST_NODES}); choose a part, as with"
            " --actor NAME or --family NAME, or write html"
        )
    names = [lines(visible(node.name), _NAME, _ROOM) for node in nodes]
    laid = _laid(what, every, edges)
    boxes = [_sized(node, some, laid) for node, some in zip(nodes, names, strict=True)]
    at = {node.id: number for number, node in enumerate(nodes)}
    links = [(at[edge.subject], at[edge.object]) for edge in edges]
    drawn: list[Drawn] = []
    for room in _ROOMS:
        placing.place(boxes, links, room)
        for box in boxes:
            box.x, box.y = round(box.x, 1), round(box.y, 1)
        drawn = _labelled(edges, boxes, at, laid)
        if not any(one.text.isdigit() for one in drawn):
            break
    # What bows out of the picture belongs to it.
    reach = [point for one in drawn for point in points(one.curve)]
    reach += [
        (box.x + side * box.width / 2, box.y + side * box.height / 2) for box in boxes for side in (-1, 1)
    ]
    left, top = min((x for x, _ in reach), default=0.0), min((y for _, y in reach), default=0.0)
    right, bottom = max((x for x, _ in reach), default=0.0), max((y for _, y in reach), default=0.0)
    shift_x, shift_y = MARGIN - left, MARGIN - top
    for box in [*boxes, *(box for one in drawn for box in (one.mark, one.label) if box)]:
        box.x, box.y = box.x + shift_x, box.y + shift_y
    drawn = [one._replace(curve=_moved(one.curve, shift_x, shift_y)) for one in drawn]
    return Picture(boxes, nodes, names, drawn, right + shift_x + MARGIN, bottom + shift_y + MARGIN, laid)


def _laid(what: Export, nodes: list[Node], edges: list[RelationshipEdge]) -> Laid:
    """What an analysis found of these, the rest counted."""
    if not what.analysis:
        return Laid(None, nodes, edges)
    found = overlay(what.analysis)
    there = {edge.id for edge in edges}
    what.left_out["relationships that the analysis found are not in this picture"] = len(
        found.told.keys() - there
    )
    return Laid(found, nodes, edges)


def _sized(node: Node, name: list[str], laid: Laid) -> Box:
    wide, high = laid.room(node.id)
    return Box(max(width(line, _NAME) for line in name) + 18 + wide, max(len(name) * _LINE + 9, high))


def _moved(line: tuple[float, ...], x: float, y: float) -> tuple[float, ...]:
    return tuple(value + (y if place % 2 else x) for place, value in enumerate(line))


# Labels


def _labelled(edges: list[RelationshipEdge], boxes: list[Box], at: dict[str, int], laid: Laid) -> list[Drawn]:
    """Every relationship with its curve, and its label where nothing else is.

    What an analysis found chooses first, then what is contested.
    """
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
    ranks = {status: rank for rank, status in enumerate(STROKES)}
    order = sorted(
        curves, key=lambda number: (laid.faded(edges[number].id), ranks[edges[number].status], number)
    )
    for number in order:
        edge = edges[number]
        text = _text(edge) + laid.words(edge.id)
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
    wide = max(shown.width, _LEAST_WIDTH)
    heading = _heading(network, wide, xml)
    laid = shown.laid
    found, found_height = laid.legend(shown.nodes, wide, xml)
    edges = [one.edge for one in shown.drawn]
    told, told_height = legend(network, edges, shown.nodes, wide, xml, types=not laid.colors)
    key, key_height = _key(shown, wide, xml)
    top = 84.0
    high = top + shown.height + found_height + told_height + key_height + 20
    below = top + shown.height
    parts = [
        f'{DECLARATION}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.1f} {high:.1f}" width="{wide:.1f}"'
        f' height="{high:.1f}" font-family="{lettering.FAMILY}" role="img">\n',
        f"<title>{xml(title(network.selection))}</title>\n",
        f'<rect width="{wide:.1f}" height="{high:.1f}" fill="#ffffff"/>\n',
        heading,
        f'<g transform="translate({(wide - shown.width) / 2:.1f} {top:.1f})">\n',
        *_graph(shown, xml),
        "</g>\n",
        f'<g transform="translate(0 {below:.1f})">\n{found}</g>\n' if found else "",
        f'<g transform="translate(0 {below + found_height:.1f})">\n{told}</g>\n',
        f'<g transform="translate(0 {below + found_height + told_height:.1f})">\n{key}</g>\n',
        "</svg>\n",
    ]
    return "".join(parts)


def _graph(shown: Picture, xml: Escape) -> Iterator[str]:
    """Lines, boxes, marks and labels; what is faded lies under the rest."""
    laid = shown.laid
    drawn = sorted(shown.drawn, key=lambda one: not laid.faded(one.edge.id))
    for one in drawn:
        yield _faded(_line(one, laid, xml), FADED_LINE, laid.faded(one.edge.id))
    for box, node, name in zip(shown.boxes, shown.nodes, shown.names, strict=True):
        yield _box(box, node, name, laid, xml)
    for one in drawn:
        if one.mark:
            yield _faded(_badge(one.edge, one.mark), FADED_LINE, laid.faded(one.edge.id))
    for one in drawn:
        yield _faded(_label(one, laid, xml), FADED_WORDS, laid.faded(one.edge.id))


def _faded(drawn: str, opacity: float, really: bool) -> str:
    return f'<g opacity="{opacity}">{drawn}</g>\n' if really and drawn else drawn


def _heading(network: Network, wide: float, xml: Escape) -> str:
    counts = f"{network.relationship_count:,} relationships, {network.claim_count:,} claims"
    below = " · ".join(
        one for one in (selected(network.selection), said(network), recorded(network), counts) if one
    )
    parts = [
        written(
            lines(title(network.selection), 22, wide - 2 * MARGIN, 1)[0],
            MARGIN,
            40,
            22,
            xml,
            f' fill="{INK}" font-weight="bold"',
        )
    ]
    for place, line in enumerate(lines(below, 12, wide - 2 * MARGIN)):
        parts.append(written(line, MARGIN, 60 + 15 * place, 12, xml, f' fill="{FAINT}"'))
    return "".join(parts)


def _line(one: Drawn, laid: Laid, xml: Escape) -> str:
    edge, stroke = one.edge, STROKES[one.edge.status]
    color = edge.color or GREY
    ax, ay, cx, cy, bx, by = one.curve
    path = f'd="M{ax:.1f} {ay:.1f}Q{cx:.1f} {cy:.1f} {bx:.1f} {by:.1f}" fill="none"'
    dash = f' stroke-dasharray="{stroke.dash}"' if stroke.dash else ""
    found = f"<g><title>{_plain(edge, xml)}</title>"
    if edge.status == "disputed":
        found += f'<path {path} stroke="{ALARM}" stroke-width="7" stroke-opacity="0.3"/>'
    thick = round(stroke.width * STRONG, 1) if laid.strong(edge.id) else stroke.width
    found += f'<path {path} stroke="{color}" stroke-width="{thick}"{dash}/>'
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


def _box(box: Box, node: Node, name: list[str], laid: Laid, xml: Escape) -> str:
    color = laid.color(node, node.color or GREY)
    dash = "" if node.named or node.is_value else ' stroke-dasharray="4 3"'
    frame = (
        f'<rect x="{box.left:.1f}" y="{box.top:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
        f' rx="{0 if node.is_value else 6}"'
    )
    ground = f'{frame} fill="#ffffff"/>'
    found = f'{frame} fill="{color}" fill-opacity="0.16" stroke="{color}" stroke-width="1.6"{dash}/>\n'
    found += laid.on(box, node, color, xml)
    middle = box.x + laid.room(node.id)[0] / 2
    for place, line in enumerate(name):
        y = box.y + (place - (len(name) - 1) / 2) * _LINE + 4.2
        found += written(line, middle, y, _NAME, xml, f' fill="{INK}"', "middle")
    # What lies under a box is hidden, also under a faded one.
    return ground + _faded(found, FADED_WORDS, laid.faded(node.id))


def _badge(edge: RelationshipEdge, at: Box) -> str:
    return badge(edge.status, at.x, at.y, edge.color or GREY) + "\n"


def _label(one: Drawn, laid: Laid, xml: Escape) -> str:
    if one.label is None:
        return ""
    # A stronger line would show between the words.
    wide = 5 if laid.strong(one.edge.id) else 3
    halo = f' stroke="#ffffff" stroke-width="{wide}" stroke-linejoin="round" paint-order="stroke"'
    weight = ' font-weight="bold"' if one.text.isdigit() else ""
    return written(
        one.text, one.label.x, one.label.y + 3.7, _LABEL, xml, f' fill="{INK}"{weight}{halo}', "middle"
    )


def _key(shown: Picture, wide: float, xml: Escape) -> tuple[str, float]:
    """What the numbered relationships are."""
    numbered = [one for one in shown.drawn if one.text.isdigit()]
    parts, y = [], 6.0
    for one in numbered:
        edge = one.edge
        words = visible(f"{one.text}  {edge.subject_name} — {_text(edge)} — {edge.object_name}")
        parts.append(
            written(
                lines(words, SMALL, wide - 2 * MARGIN, 1)[0],
                MARGIN,
                y + 10,
                SMALL,
                xml,
                f' fill="{INK}"',
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
        draws=True,
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
        draws=True,
    ),
)
