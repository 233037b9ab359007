"""Graphs whose store is on a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from tests.servers.contract import Address


def as_user(monkeypatch: pytest.MonkeyPatch, address: Address) -> None:
    """Open stores as the user of an address."""
    for name, value in (("KG_STORE_USER", address.user), ("KG_STORE_PASSWORD", address.password)):
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def neo4j_graph(empty_neo4j: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Makes an empty graph in the empty database; a second one in a folder of its own takes its place."""
    as_user(monkeypatch, empty_neo4j)
    made = 0

    def make() -> Path:
        nonlocal made
        made += 1
        path = tmp_path / f"graph-{made}"
        if made > 1:
            wipe(empty_neo4j)
        kg.Graph.create(path, store=empty_neo4j.url)
        return path

    return make


def run(address: Address, text: str, **parameters: object) -> list[list[object]]:
    """What a statement of somebody else's gives, sent by the bare driver."""
    import neo4j

    with (
        neo4j.GraphDatabase.driver(address.url, auth=address.credentials) as driver,
        driver.session() as session,
    ):
        return [list(record.values()) for record in session.run(text, parameters)]  # type: ignore[arg-type]


def wipe(address: Address) -> None:
    """Remove every node of a database that the test was given."""
    run(address, "MATCH (n) DETACH DELETE n")
