"""Which nodes are near: so many steps from some, over the relationships of a selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg.network.selection import chunks

if TYPE_CHECKING:
    from kg.network.reading import Network


class Reached(NamedTuple):
    """The nodes that are near enough, and those of them whose values are."""

    nodes: set[int]
    inner: set[int]

    def holds(self, subject: int, object_: int) -> bool:
        """Whether a relationship's ends are both near enough. A value is one step from what it is said of."""
        if object_ < 0:
            return subject in self.inner
        return subject in self.nodes and object_ in self.nodes


def reach(network: Network, begun: list[int]) -> Reached:
    """The nodes that some steps over relationships of the selection, either way, lead to. Values lead nowhere."""
    nodes, inner, frontier = set(begun), set[int](), set(begun)
    for _ in range(network.selection.hops):
        inner |= frontier
        found: set[int] = set()
        for some in chunks(sorted(frontier)):
            for end in ("r.subject", "r.object"):
                for _, subject, object_, *_ in network.passing(
                    f"{end} IN (SELECT value FROM json_each(?))", some
                ):
                    found.add(subject)
                    if object_ > 0:
                        found.add(object_)
        frontier = found - nodes
        nodes |= frontier
        if not frontier:
            break
    return Reached(nodes, inner)
