"""Opens the store that a graph's settings name; what only one kind needs is imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.stores.contract import Store
from kg.stores.place import Place
from ontology.errors import StoreError

if TYPE_CHECKING:
    from kg.graph import Graph


def open_store(graph: Graph, *, write: bool, place: Place | None = None) -> Store:
    """The graph's store, or one elsewhere that is to be, opened for reading or writing.

    Raises StoreError where it cannot be.
    """
    place = place or graph.settings.store
    if place.kind == "oxigraph":
        from kg.stores.oxigraph import OxigraphStore

        store = OxigraphStore(graph.path, write=write)
        if write:
            store.sweep()
        return store
    if place.kind == "memory":
        from kg.stores.memory import MemoryStore

        return MemoryStore()
    if place.kind == "sparql":
        from kg.stores.endpoint import EndpointStore

        return EndpointStore(place, graph.ledger.graph, write=write)
    if place.kind == "neo4j":
        return _neo4j(graph, place, write)
    raise StoreError(f"{place.url}: stores of this kind are not supported")


def _neo4j(graph: Graph, place: Place, write: bool) -> Store:
    try:
        from kg.stores.neo4j.store import Neo4jStore
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "neo4j":
            raise
        raise StoreError(
            f"{place.url}: the driver is not installed; run: pip install 'attest-kg[neo4j]'"
        ) from None
    return Neo4jStore(
        place,
        graph.path,
        graph.ledger.graph,
        graph.ontology,
        graph.settings.base,
        write=write,
    )
