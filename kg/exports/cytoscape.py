"""Cytoscape JSON: the elements of Cytoscape.js, of Cytoscape's .cyjs files and of networkx's `cytoscape_graph`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kg.exports.columns import NODE, plain
from kg.exports.formats import Export, Format

_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(what: Export) -> Iterator[str]:
    """The file, piece by piece; `value` and `key` are what networkx knows nodes and parallel edges by."""
    yield (
        '{"format_version": "1.0", "generated_by": "attest-kg", "target_cytoscapejs_version": "~3.0",\n'
        '"directed": true, "multigraph": true, "data": {},\n"elements": {"nodes": ['
    )
    separator = "\n"
    for node in what.network.nodes():
        data = {"id": node.id, "value": node.id, "name": node.name, **plain(node, NODE)}
        yield f'{separator}{{"data": {_encode(data)}}}'
        separator = ",\n"
    yield '\n],\n"edges": ['
    separator = "\n"
    for edge in what.edges():
        ends = {"id": edge.id, "key": edge.id, "source": edge.subject, "target": edge.object}
        yield f'{separator}{{"data": {_encode({**ends, "interaction": edge.type, **plain(edge, what.columns)})}}}'
        separator = ",\n"
    yield "\n]}}\n"


FORMAT = Format(
    name="cyjs",
    title="Cytoscape JSON",
    suffix=".cyjs",
    opens="Cytoscape.js, Cytoscape, networkx",
    loses="nothing; no time line",
    write=write,
)
