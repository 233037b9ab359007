"""What a picture is called, and the time it tells of."""

from __future__ import annotations

from kg.network import Network, Selection
from kg.rendering.characters import visible


def title(selection: Selection) -> str:
    """What a picture of a selection is called."""
    if selection.actors:
        return f"Around {visible(', '.join(selection.actors))}"
    return "The whole graph" if selection.is_whole else "A part of the graph"


def selected(selection: Selection) -> str:
    """What a picture leaves out, in words; empty for the whole graph."""
    return visible(str(selection)).replace("values False", "without figures and dates")


def said(network: Network) -> str:
    """Between when and when its claims were said; empty where no claim tells."""
    edges = [edge for edge in network.relationships() if edge.first]
    if not edges:
        return ""
    first, last = min(edge.first for edge in edges), max(edge.last for edge in edges)
    return f"said {first}" if first == last else f"said {first} to {last}"


def recorded(network: Network) -> str:
    """The day on which the graph was last changed; the same graph, the same day."""
    row = network.graph.ledger.db.execute(
        "SELECT max(finished) FROM runs WHERE outcome IS NOT NULL"
    ).fetchone()
    return f"as recorded {row[0][:10]}" if row[0] else ""
