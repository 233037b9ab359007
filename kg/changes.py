"""What one commit did to the ledger, for a store to follow and a report to count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kg.recorded import ClaimRow


@dataclass(slots=True)
class Changes:
    """What one commit changed.

    `added` are new claims, `bodies` what their column of that name holds, decoded; `ended` the keys of claims no
    longer live; `stale` the annotation sets of which some claim shows a node that has since changed its id or its
    members; `lists` the reference lists of which something else is known now. `tombstones` are ids that nodes gave up,
    with the node. `facts` are (node, kind, value) with how many more entities state each than before: the nodes
    that are not in `nodes` and are other than they were follow from these (`kg.identity.altered`).
    """

    sequence: int
    added: list[ClaimRow] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    relationships: set[int] = field(default_factory=set)
    nodes: set[int] = field(default_factory=set)
    articles: set[int] = field(default_factory=set)
    lists: set[int] = field(default_factory=set)
    stale: set[int] = field(default_factory=set)
    facts: dict[tuple[int, str, str], int] = field(default_factory=dict)
    tombstones: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Counts:
    """What became of the claims, or of the records, of a run."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    retracted: int = 0
