"""GEXF 1.3, Gephi's own: edges come and go on the time line as `as_of`, `since` and `until` would have it.

Gephi merges parallel edges of one kind, so an edge's kind is its type, numbered where there is a further one between
the same two nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kg.exports.columns import NODE, Column, Edge, Kind, apart, spells
from kg.exports.formats import Export, Format
from kg.exports.xml import DECLARATION, Escape
from kg.network import RelationshipEdge
from ontology.dates import OPEN_FUTURE, OPEN_PAST, day

_TYPES: dict[Kind, str] = {"text": "string", "integer": "integer", "number": "double", "boolean": "boolean"}
# What the format has a place of its own for.
_PLACED = ("label", "color")
# Days that every reader of dates knows: of the years 1 to 9999.
_FIRST_DAY, _LAST_DAY = 1, 3_652_059


def write(what: Export) -> Iterator[str]:
    """The file, piece by piece."""
    escape = Escape(what.left_out)
    yield (
        DECLARATION + '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
        "  <meta><creator>attest-kg</creator></meta>\n"
        '  <graph mode="dynamic" defaultedgetype="directed" timeformat="date" timerepresentation="interval">\n'
    )
    edge_columns = [column for column in what.columns if column.name not in _PLACED]
    node_columns = [column for column in NODE if column.name not in _PLACED]
    for domain, columns in (("node", node_columns), ("edge", edge_columns)):
        yield f'    <attributes class="{domain}" mode="static">\n'
        for number, column in enumerate(columns):
            yield f'      <attribute id="{number}" title="{column.name}" type="{_TYPES[column.flat_kind]}"/>\n'
        yield "    </attributes>\n"
    yield "    <nodes>\n"
    for node in what.network.nodes():
        yield (
            f'      <node id="{escape(node.id)}" label="{escape(node.name)}">\n'
            f"{_values(node, node_columns, escape)}{_color(node.color)}      </node>\n"
        )
    yield "    </nodes>\n    <edges>\n"
    for edge, kind in apart(what.edges()):
        yield (
            f'      <edge id="{edge.id}" source="{escape(edge.subject)}" target="{escape(edge.object)}"'
            f' kind="{escape(kind)}" label="{escape(edge.label)}"{_weight(edge)}>\n'
            f"{_values(edge, edge_columns, escape)}{_color(edge.color)}{_spells(edge)}      </edge>\n"
        )
    yield "    </edges>\n  </graph>\n</gexf>\n"


def _values(element: Any, columns: Iterable[Column], escape: Escape) -> str:
    lines = []
    for number, column in enumerate(columns):
        value = column.flat(element)
        if value is None or value == "":
            continue
        words = ("true" if value else "false") if isinstance(value, bool) else escape(str(value))
        lines.append(f'          <attvalue for="{number}" value="{words}"/>\n')
    return f"        <attvalues>\n{''.join(lines)}        </attvalues>\n" if lines else ""


def _color(color: str) -> str:
    if not color:
        return ""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f'        <viz:color r="{red}" g="{green}" b="{blue}"/>\n'


def _weight(edge: Edge) -> str:
    """Independent named speakers, one at least: layouts take no edge of weight 0."""
    return f' weight="{max(1, edge.speakers)}"' if isinstance(edge, RelationshipEdge) else ""


def _spells(edge: Edge) -> str:
    """When it is there; always, where nothing bounds it."""
    lines = []
    for since, until in spells(edge):
        start = f' start="{_day(since)}"' if since > OPEN_PAST else ""
        end = f' end="{_day(until)}"' if until < OPEN_FUTURE else ""
        if not start and not end:
            return ""
        lines.append(f"          <spell{start}{end}/>\n")
    return f"        <spells>\n{''.join(lines)}        </spells>\n"


def _day(ordinal: int) -> str:
    return day(min(max(ordinal, _FIRST_DAY), _LAST_DAY))


FORMAT = Format(
    name="gexf",
    title="GEXF 1.3, with the time line",
    suffix=".gexf",
    opens="Gephi, networkx",
    loses="lists are joined by semicolons; control characters that XML forbids are replaced; days outside the years 1"
    " to 9999 are at these ends of the time line; in edges of relationships, when a disputed one was denied (edges of"
    " claims have it)",
    write=write,
)
