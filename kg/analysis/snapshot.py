"""A network as arrays and as igraph's graphs, read once and asked often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from kg.analysis.reading import Related, Said, Sources, actors, ids, named, related
from kg.network import Network, Selection
from kg.network.selection import start
from kg.rendering.listings import counted
from ontology.errors import UsageError
from ontology.extras import needs
from ontology.suggestions import did_you_mean

if TYPE_CHECKING:
    import networkx

    from kg.graph import Graph

Among: TypeAlias = Literal["actors", "named", "all"]
AMONG: tuple[Among, ...] = ("actors", "named", "all")
"""What are nodes: actors, only those that are named, or events, places and other things too.

An actor that is not named ("an Afghan security official") is of one article and never the same as another article's."""

DOUBTS = {
    "hedged": "affirmed by nobody outright",
    "disputed": "affirmed and denied for the same time",
    "denied": "denied by somebody",
}
"""What may be left out besides what nobody affirms or hedges, which never links anybody."""


_CALLED = {"actors": "actor", "named": "named actor", "all": "node"}
_OTHERS = "with events, places and other things than actors"
_UNNAMED = "with actors that are not named"


def snapshot(
    graph: Graph,
    selection: Selection | None = None,
    *,
    among: str = "actors",
    without: Collection[str] = (),
) -> Snapshot:
    """The network of a selection of a graph, as the ledger is at this moment, ready to be analysed.

    `among` is one of AMONG, `without` some of DOUBTS. Raises UsageError where these or the selection are wrong.
    """
    return Snapshot(graph, selection or Selection(), among, without)


class Snapshot:
    """Nodes and the ties between them. Made by `snapshot`; valid as long as its graph is open.

    A node is called by its place, from 0 in the order of ids; `ids` and `numbers` are its id and its number in the
    ledger. Figures and dates are no nodes. A tie is two nodes that are linked: by relationships, in either direction,
    that some claim affirms or hedges. `ties` are pairs of places, the smaller first, in order; `behind` are each tie's
    relationships as places in `relationships`, and `weights` the independent sources that affirm or hedge any of them.
    `relationships` are all between such nodes, also those that link nobody; `linking` are those that do, as places in
    it. `notes` are what a reader must know.
    """

    def __init__(self, graph: Graph, selection: Selection, among: str, without: Collection[str]) -> None:
        _check(among, without)
        self.graph, self.selection = graph, replace(selection, values=False, isolated=False)
        self.among, self.without = among, tuple(one for one in DOUBTS if one in without)
        self.network = Network(graph, self.selection, chosen=not self.selection.is_by_claims_alone)
        self.ontology = graph.ontology
        self._left_out: Counter[str] = Counter()
        self.relationships = [one for one in related(self.network) if self._is_among(one)]
        linking = self.linking = [number for number, one in enumerate(self.relationships) if self._links(one)]
        linked = {self.relationships[at].subject for at in linking}
        linked.update(self.relationships[at].object for at in linking)
        self.id_of = ids(self.network, linked)
        self.numbers = sorted(linked, key=self.id_of.__getitem__)
        self.place = {number: at for at, number in enumerate(self.numbers)}
        self._tie(linking)

    def __len__(self) -> int:
        return len(self.numbers)

    def _is_among(self, one: Related) -> bool:
        if one.subject == one.object:
            self._left_out["of something with itself"] += 1
            return False
        if self.among == "all":
            return True
        if not (one.subject in self._actors and one.object in self._actors):
            self._left_out[_OTHERS] += 1
            return False
        if self.among == "named" and not (one.subject in self._named and one.object in self._named):
            self._left_out[_UNNAMED] += 1
            return False
        return True

    @cached_property
    def _actors(self) -> set[int]:
        return actors(self.network)

    @cached_property
    def _named(self) -> set[int]:
        return named(self.network)

    def _links(self, one: Related) -> bool:
        if not one.said:
            self._left_out[
                "only denied" if one.status == "denied" else "only pledged, predicted or supposed"
            ] += 1
            return False
        for doubt in self.without:
            if _is_doubtful(one, doubt):
                self._left_out[DOUBTS[doubt]] += 1
                return False
        return True

    def _tie(self, linking: Iterable[int]) -> None:
        place = self.place
        behind: dict[tuple[int, int], list[int]] = {}
        for at in linking:
            one = self.relationships[at]
            a, b = place[one.subject], place[one.object]
            behind.setdefault((a, b) if a < b else (b, a), []).append(at)
        self.ties = sorted(behind)
        self.behind = [behind[tie] for tie in self.ties]
        for several in self.behind:
            if len(several) > 1:
                several.sort(key=self._order)
        self._sources = Sources(self.network)
        self.weights = [self._strength(tie) for tie in self.behind]

    def _order(self, at: int) -> tuple[str, int]:
        """In what order the relationships of a tie are: no matter when they came into the ledger."""
        one = self.relationships[at]
        return one.relation, self.place[one.subject]

    def _strength(self, behind: Iterable[int]) -> int:
        said: list[Said] = []
        for at in behind:
            said += self.relationships[at].said
        return self._sources.count(said)

    @cached_property
    def ids(self) -> list[str]:
        """The nodes' ids, in order."""
        return [self.id_of[number] for number in self.numbers]

    @cached_property
    def tie_of(self) -> dict[tuple[int, int], int]:
        """The place of each tie by its two nodes, the smaller first."""
        return {tie: at for at, tie in enumerate(self.ties)}

    @cached_property
    def neighbours(self) -> list[set[int]]:
        """The nodes that each node has a tie with."""
        found: list[set[int]] = [set() for _ in self.numbers]
        for a, b in self.ties:
            found[a].add(b)
            found[b].add(a)
        return found

    def tie(self, a: int, b: int) -> int:
        """The place of the tie between two nodes."""
        return self.tie_of[(a, b) if a < b else (b, a)]

    # With a direction

    @cached_property
    def arcs(self) -> dict[tuple[int, int], list[int]]:
        """The relationships from one node to another, as places, by the two; a symmetric one is both ways."""
        found: dict[tuple[int, int], list[int]] = {}
        for (a, b), behind in zip(self.ties, self.behind, strict=True):
            for at in behind:
                one = self.relationships[at]
                ways = ((a, b), (b, a)) if self.ontology.relations[one.relation].symmetric else (
                    (self.place[one.subject], self.place[one.object]),
                )  # fmt: skip
                for way in ways:
                    found.setdefault(way, []).append(at)
        return dict(sorted(found.items()))

    @cached_property
    def arc_weights(self) -> dict[tuple[int, int], int]:
        """The independent sources of each."""
        return {way: self._strength(behind) for way, behind in self.arcs.items()}

    @cached_property
    def successors(self) -> list[set[int]]:
        """The nodes that a relationship of each node leads to."""
        found: list[set[int]] = [set() for _ in self.numbers]
        for a, b in self.arcs:
            found[a].add(b)
        return found

    @cached_property
    def predecessors(self) -> list[set[int]]:
        """The nodes from which a relationship leads to each node."""
        found: list[set[int]] = [set() for _ in self.numbers]
        for a, b in self.arcs:
            found[b].add(a)
        return found

    # As other libraries have it

    @cached_property
    def undirected(self) -> Any:
        """An igraph.Graph with an edge for each tie, in order; no attributes, the weights are `weights`."""
        return igraph().Graph(n=len(self), edges=self.ties, directed=False)

    @cached_property
    def directed(self) -> Any:
        """An igraph.Graph with an edge for each of `arcs`, in order."""
        return igraph().Graph(n=len(self), edges=list(self.arcs), directed=True)

    def to_networkx(self, *, directed: bool = False) -> networkx.Graph[str]:
        """A networkx Graph or DiGraph of the same ties, nodes called by their ids.

        Nodes have `name`; edges `weight` (independent sources), `statuses` and `relationships` (ids). What is computed
        on it comes back to its evidence by `kg.analysis.ranked`. Raises UsageError without the extra `analysis`.
        """
        module = needs("networkx", "analysis")
        made = module.DiGraph() if directed else module.Graph()
        refs = self.network.refs(self.numbers)
        made.add_nodes_from((refs[number].id, {"name": refs[number].name}) for number in self.numbers)
        ways = self.arcs if directed else dict(zip(self.ties, self.behind, strict=True))
        weights = list(self.arc_weights.values()) if directed else self.weights
        edges = self.network.relationships_of(
            self.relationships[at].number for behind in ways.values() for at in behind
        )
        for ((a, b), behind), weight in zip(ways.items(), weights, strict=True):
            told = [edges[self.relationships[at].number] for at in behind]
            made.add_edge(
                self.ids[a], self.ids[b], weight=weight,
                statuses=[one.status for one in told], relationships=[one.id for one in told],
            )  # fmt: skip
        return made  # type: ignore[no-any-return]

    # What is near

    def find(self, text: str, called: str = "actor") -> tuple[int, int | None]:
        """(number in the ledger, place or None where it has no tie) of a node by name, alias or id.

        Raises UsageError where that is absent, several, or no actor where only actors are nodes.
        """
        try:
            (number,) = start(self.graph, Selection(actors=(text,)))
        except UsageError as error:
            raise UsageError(f"{called}{str(error).removeprefix('actor')}") from None
        if self.among != "all" and number not in self._actors:
            raise UsageError(
                f"{called}: {text!r} is no actor; --among all has events, places and other things too"
            )
        return number, self.place.get(number)

    def around(self, id: str, hops: int = 1) -> dict[str, int]:
        """How many ties away each node is that is at most so many from this one, by id; itself is 0 away."""
        try:
            frontier = {self.place_of_id[id]}
        except KeyError:
            return {}
        seen, found = set(frontier), {id: 0}
        for distance in range(1, hops + 1):
            frontier = set().union(*[self.neighbours[at] for at in frontier]) - seen
            seen |= frontier
            found.update(dict.fromkeys(map(self.ids.__getitem__, frontier), distance))
        return found

    @cached_property
    def place_of_id(self) -> dict[str, int]:
        """The place of each node by its id."""
        return {id: at for at, id in enumerate(self.ids)}

    @property
    def notes(self) -> list[str]:
        """What the network is, and what is left out of it."""
        nodes, pairs = counted(len(self), _CALLED[self.among]), counted(len(self.ties), "pair")
        links = counted(len(self.linking), "relationship")
        said = [f"the network: {nodes}, {pairs} of them linked by {links} that some claim affirms or hedges"]
        if self._left_out:
            parts = [f"{count:,} {what}" for what, count in sorted(self._left_out.items())]
            said.append(f"relationships left out: {'; '.join(parts)}")
        if _OTHERS in self._left_out:
            said.append(
                "actors that took part in the same event are not linked by that; --among all has events too"
            )
        return [*said, *self.network.notes]


def _is_doubtful(one: Related, doubt: str) -> bool:
    if doubt == "hedged":
        return not one.affirmed
    return one.status == "disputed" or (doubt == "denied" and one.status == "changed")


def igraph() -> Any:
    """igraph, imported; raises UsageError that says how to install it."""
    return needs("igraph", "analysis")


def _check(among: str, without: Collection[str]) -> None:
    if among not in AMONG:
        raise UsageError(f"among: {among!r} is not {', '.join(AMONG[:-1])} or {AMONG[-1]}")
    for doubt in without:
        if doubt not in DOUBTS:
            raise UsageError(
                f"there is nothing called {doubt!r} to leave out{did_you_mean(doubt, DOUBTS)}; there are"
                f" {', '.join(DOUBTS)}"
            )
