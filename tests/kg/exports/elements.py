"""What a reader must have found: the network's nodes and edges as plain dictionaries."""

from __future__ import annotations

from typing import Any

from kg.exports.columns import NODE, Column, Edge, Form, columns
from kg.network import Network

FORMS: tuple[Form, ...] = ("relationships", "claims")


def edges_of(network: Network, form: Form) -> list[Edge]:
    return list(network.relationships() if form == "relationships" else network.claims())


def nodes(network: Network, *, flat: bool, text: Any = None) -> dict[str, dict[str, Any]]:
    """By id, what is known of each node; lists joined where the format has none."""
    return {node.id: told(node, NODE, flat=flat, text=text) for node in network.nodes()}


def edges(network: Network, form: Form, *, flat: bool, text: Any = None) -> dict[str, dict[str, Any]]:
    """By id, what is known of each edge, with its ends as `source` and `target`."""
    return {
        edge.id: {
            "source": edge.subject,
            "target": edge.object,
            **told(edge, columns(form), flat=flat, text=text),
        }
        for edge in edges_of(network, form)
    }


def told(element: Any, wanted: tuple[Column, ...], *, flat: bool, text: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in wanted:
        value = column.flat(element) if flat else column.of(element)
        if value in (None, "", (), []):
            continue
        if isinstance(value, str) and text:
            value = text(value)
        found[column.name] = list(value) if isinstance(value, tuple) else value
    return found


def known(found: dict[str, Any]) -> dict[str, Any]:
    """What a reader found of one element, without what it fills in for what is unknown."""
    return {
        name: value for name, value in found.items() if value not in (None, "", (), []) and value == value
    }
