"""Node-link JSON, as networkx's `node_link_graph` and many web pages read it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kg.exports.columns import NODE, plain
from kg.exports.formats import Export, Format

_encode = json.JSONEncoder(ensure_ascii=False).encode


def write(what: Export) -> Iterator[str]:
    """The file, piece by piece."""
    yield '{"directed": true, "multigraph": true, "graph": {},\n"nodes": ['
    separator = "\n"
    for node in what.network.nodes():
        yield separator + _encode({"id": node.id, **plain(node, NODE)})
        separator = ",\n"
    yield '\n],\n"edges": ['
    separator = "\n"
    for edge in what.edges():
        ends = {"key": edge.id, "source": edge.subject, "target": edge.object}
        yield separator + _encode({**ends, **plain(edge, what.columns)})
        separator = ",\n"
    yield "\n]}\n"


FORMAT = Format(
    name="node-link",
    title="node-link JSON",
    suffix=".json",
    opens="networkx, D3",
    loses="nothing; no time line",
    write=write,
)
