"""Analyses of the network that a graph, or a part of it, is: who is central, what holds it together, what changed.

    taken = snapshot(graph, Selection(families=("alliance",), as_of="2031"))    # read once, asked often
    for row in central(taken, "pagerank").rows: …
    paths(taken, "Red Heron Front", "Velden")

Each gives `Findings`: an answer like those of prepared questions, each row with the claims that carry it. A tie is two
nodes that are linked by relationships that some claim affirms or hedges; a denial never links anybody. Needs the extra
`analysis` (igraph, networkx).
"""

from kg.analysis.bridges import bridges
from kg.analysis.brokers import brokers
from kg.analysis.centrality import METRICS, central, ranked
from kg.analysis.change import change
from kg.analysis.communities import communities
from kg.analysis.findings import Findings
from kg.analysis.paths import paths
from kg.analysis.snapshot import AMONG, DOUBTS, Snapshot, snapshot

__all__ = [
    "AMONG",
    "DOUBTS",
    "METRICS",
    "Findings",
    "Snapshot",
    "bridges",
    "brokers",
    "central",
    "change",
    "communities",
    "paths",
    "ranked",
    "snapshot",
]
