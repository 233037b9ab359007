"""Fills a store on a server by several processes, each with its own view of the ledger and its own connection.

What everything points to goes first, from one process; then relationships, and then claims, both in equal shares. A
claim's share is that of its article, so that no two processes write what belongs to one article.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from kg.following import all_claims, rest_of
from kg.projection import Projection, Share
from kg.stores.contract import ServerBuild, ServerStore
from kg.stores.place import Place
from ontology.errors import StoreError

if TYPE_CHECKING:
    from kg.graph import Graph

_stop: Any = None


class Loaders(NamedTuple):
    """So many processes that fill a graph's store, at a place, from the ledger as it is at a sequence."""

    folder: Path
    place: Place
    sequence: int
    jobs: int

    @classmethod
    def of(cls, graph: Graph, place: Place, jobs: int) -> Loaders:
        """For an open graph."""
        return cls(graph.path.absolute(), place, graph.ledger.sequence, jobs)

    def fill(self, build: ServerBuild, projection: Projection) -> None:
        """Add everything to a build. Raises the first error of any process; the others stop soon after."""
        for subject in rest_of(projection):
            build.add((subject,))
        build.flush()
        # A new interpreter each: what this one has open (sessions, the ledger, threads) must not be shared.
        context = get_context("spawn")
        stop = context.Event()
        with ProcessPoolExecutor(self.jobs, context, _begin, (stop,)) as pool:
            try:
                for what in ("relationships", "claims"):
                    shares = [Share(part, self.jobs) for part in range(self.jobs)]
                    wanted = [pool.submit(_load, self, what, share) for share in shares]
                    done, _ = wait(wanted, return_when=FIRST_EXCEPTION)
                    for one in done:
                        one.result()
            except BrokenProcessPool:
                raise StoreError(
                    f"{self.folder}: a loading process was ended; run `kg rebuild` again, with fewer --jobs if memory"
                    " is short"
                ) from None
            finally:
                stop.set()


def _begin(stop: Any) -> None:
    global _stop
    _stop = stop


def _load(loaders: Loaders, what: str, share: Share) -> None:
    """In a process of its own: add a share of the relationships or of the claims."""
    from kg.graph import Graph
    from kg.stores.opening import open_store

    parent = os.getppid()
    with Graph.open(loaders.folder) as graph:
        graph.ledger.settle()
        if graph.ledger.sequence != loaders.sequence:
            raise StoreError(f"{loaders.folder}: was written meanwhile; run `kg rebuild` again")
        store = cast(ServerStore, open_store(graph, write=True, place=loaders.place))
        try:
            build = store.join()
            try:
                for _ in _added(build, graph.projection, what, share):
                    if _stop.is_set() or os.getppid() != parent:
                        raise StoreError(f"{loaders.folder}: the loading was ended; run `kg rebuild` again")
                build.flush()
            except BaseException:
                build.abandon()
                raise
        finally:
            store.close()


def _added(build: ServerBuild, projection: Projection, what: str, share: Share) -> Iterator[None]:
    """Add a share to a build, step by step."""
    if what == "claims":
        for claims in all_claims(projection, share=share):
            build.add(claims)
            yield
    else:
        for iri, statements, edge in projection.relationships(share=share):
            build.add(((iri, statements),))
            build.add_edge(edge)
            yield
