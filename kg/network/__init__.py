"""A graph, or a selection of it, as nodes and edges in plain values: what exports, pictures and analyses are made of.

    network = select(graph, Selection(actors=("Red Heron Front",), hops=2))
    for node in network.nodes(): …                 # Node, by id
    for edge in network.relationships(): …         # RelationshipEdge: one a relationship, with status and counts
    for edge in network.claims(): …                # ClaimEdge: one a claim, with quote, speakers, article, sentence

Read from the ledger, so that it is the same on every backend and needs no server. The same ledger gives the same
things in the same order. Everything is streamed: what is kept is a byte for each relationship and node of the graph,
and the names met on the way.
"""

from kg.network.elements import ArticleEntry, ClaimEdge, Node, Ref, RelationshipEdge, Standing
from kg.network.reading import Network, select
from kg.network.selection import Selection

__all__ = [
    "ArticleEntry",
    "ClaimEdge",
    "Network",
    "Node",
    "Ref",
    "RelationshipEdge",
    "Selection",
    "Standing",
    "select",
]
