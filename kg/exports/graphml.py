"""GraphML: what networkx, igraph, yEd, Gephi and Cytoscape all read. Every edge is directed: readers of directed graphs
refuse others; which relations are symmetric is an attribute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from kg.exports.columns import NODE, Column, Kind
from kg.exports.formats import Export, Format
from kg.exports.xml import DECLARATION, Escape

_TYPES: dict[Kind, str] = {"text": "string", "integer": "int", "number": "double", "boolean": "boolean"}


def write(what: Export) -> Iterator[str]:
    """The file, piece by piece."""
    escape = Escape(what.left_out)
    yield (
        DECLARATION + '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
        ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    )
    for domain, columns in (("node", NODE), ("edge", what.columns)):
        for column in columns:
            yield (
                f'  <key id="{_key(domain, column)}" for="{domain}" attr.name="{column.name}"'
                f' attr.type="{_TYPES[column.flat_kind]}"/>\n'
            )
    yield '  <graph edgedefault="directed">\n'
    for node in what.network.nodes():
        yield f'    <node id="{escape(node.id)}">\n{_data("node", node, NODE, escape)}    </node>\n'
    for edge in what.edges():
        yield (
            f'    <edge id="{edge.id}" source="{escape(edge.subject)}" target="{escape(edge.object)}">\n'
            f"{_data('edge', edge, what.columns, escape)}    </edge>\n"
        )
    yield "  </graph>\n</graphml>\n"


def _key(domain: str, column: Column) -> str:
    # Readers name attributes by attr.name; keys of nodes and edges must differ all the same.
    return f"{domain}-{column.name}"


def _data(domain: str, element: Any, columns: Iterable[Column], escape: Escape) -> str:
    lines = []
    for column in columns:
        value = column.flat(element)
        if value is None or value == "":
            continue
        words = ("true" if value else "false") if isinstance(value, bool) else escape(str(value))
        lines.append(f'      <data key="{_key(domain, column)}">{words}</data>\n')
    return "".join(lines)


FORMAT = Format(
    name="graphml",
    title="GraphML",
    suffix=".graphml",
    opens="networkx, igraph, yEd, Cytoscape, Gephi",
    loses="lists are joined by semicolons; control characters that XML forbids are replaced; no time line;"
    " Gephi merges all edges between two nodes into one, whatever they say: give it GEXF",
    write=write,
)
