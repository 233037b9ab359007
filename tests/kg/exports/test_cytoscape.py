"""Cytoscape JSON, opened by Cytoscape.js without a page."""

from __future__ import annotations

import pytest

from kg.exports.columns import NODE, Form, columns, plain
from kg.network import Network
from tests.kg.exports.conftest import Exported
from tests.kg.exports.elements import FORMS, edges_of
from tests.kg.exports.readers import ask_node

READ = """
const cytoscape = require('cytoscape');
const content = JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'));
const cy = cytoscape({ headless: true, elements: content.elements });
cy.elements().forEach(one => console.log(JSON.stringify({ group: one.group(), data: one.data() })));
"""


@pytest.mark.network
@pytest.mark.parametrize("form", FORMS)
def test_cytoscape_js_has_every_element(network: Network, exported: Exported, form: Form) -> None:
    found = ask_node(READ, exported("cyjs", "--edges", form), packages=("cytoscape",))
    nodes = {one["data"]["id"]: one["data"] for one in found if one["group"] == "nodes"}
    edges = {one["data"]["id"]: one["data"] for one in found if one["group"] == "edges"}
    assert nodes == {
        node.id: {"id": node.id, "value": node.id, "name": node.name, **plain(node, NODE)}
        for node in network.nodes()
    }
    wanted = edges_of(network, form)
    assert len(edges) == len(wanted)
    for edge in wanted:
        own = {"id": edge.id, "key": edge.id, "source": edge.subject, "target": edge.object}
        assert edges[edge.id] == {**own, "interaction": edge.type, **plain(edge, columns(form))}
