"""pytest and the real servers: an empty database for each test that asks, the log where one fails.

A test that asks for a server is marked `server`. Where the server cannot be had, it is skipped with the reason,
except in CI, where it fails.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.servers.contract import STARTED, Address, Server, Unavailable
from tests.servers.shared import Run

RUN = pytest.StashKey[Run]()
FIXTURES = (
    "empty_neo4j",
    "empty_neo4j_calendar",
    "empty_fuseki",
    "empty_oxigraph",
    "server_database",
    "own_server",
)

Databases = Callable[[str], AbstractContextManager[Address]]
"""From a kind of server to an empty database on it."""


@pytest.hookimpl(tryfirst=True)  # before the environment is cleaned of the user's settings
def pytest_configure(config: pytest.Config) -> None:
    """Begin the run, or join it as a worker."""
    if getattr(config.option, "dist", "") == "loadgroup" and not hasattr(pytest.Item, "_nodeid"):
        # xdist writes the group there; without, workers would wait for one another's servers without a word.
        raise pytest.UsageError(
            "this pytest-xdist does not group tests under this pytest: make .venv/installed"
        )
    packed = getattr(config, "workerinput", {}).get("servers")
    config.stash[RUN] = Run.unpack(packed) if packed else Run.begin(os.environ)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a new worker of the run."""
    node.workerinput["servers"] = node.config.stash[RUN].pack()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run's servers when its first process ends."""
    if RUN in config.stash and not hasattr(config, "workerinput"):
        config.stash[RUN].end()


@pytest.hookimpl(tryfirst=True)  # before tests are chosen by their marks and given to workers by their groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a server; those that would wait for one another stay together (`--dist loadgroup`)."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if not {*FIXTURES}.isdisjoint(fixtures):
            item.add_marker("server")
        if "server_database" in fixtures and (kind := _alone(item)):
            item.add_marker(pytest.mark.xdist_group(kind))


def _alone(item: pytest.Item) -> str:
    """The kind of server whose database this test has to itself, by its fixtures and parameters."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    for word in (*getattr(item, "fixturenames", ()), *parameters):
        if "neo4j" in str(word):
            return "neo4j-calendar" if "calendar" in str(word) else "neo4j"
    return ""


@contextlib.contextmanager
def skipping() -> Iterator[None]:
    """Skip where a server cannot be had; in CI that is a failure like any other."""
    try:
        yield
    except Unavailable as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, Any, Any]:
    """A fixture may find that its server cannot be had."""
    with skipping():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """So may the test."""
    with skipping():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failed test what its servers had to say."""
    report = yield
    if report.failed:
        run = item.config.stash[RUN]
        logs = {f"log of {kind}": run.log(kind) for kind in run.in_use}
        logs |= {f"log of {server.title} on port {server.port}": server.log() for server in STARTED}
        report.sections.extend((title, text) for title, text in logs.items() if text)
    return report


@pytest.fixture(scope="session")
def server_database(pytestconfig: pytest.Config) -> Databases:
    """Empty databases for fixtures that live longer than a test: `with server_database("neo4j") as address`."""

    def database(kind: str) -> AbstractContextManager[Address]:
        from tests.servers.databases import empty_database

        return empty_database(pytestconfig.stash[RUN], kind)

    return database


@pytest.fixture
def empty_neo4j(server_database: Databases) -> Iterator[Address]:
    """The database of Neo4j 5.26, empty; other workers wait for it."""
    with server_database("neo4j") as address:
        yield address


@pytest.fixture
def empty_neo4j_calendar(server_database: Databases) -> Iterator[Address]:
    """The database of Neo4j's calendar version, empty; other workers wait for it."""
    with server_database("neo4j-calendar") as address:
        yield address


@pytest.fixture
def empty_fuseki(server_database: Databases) -> Iterator[Address]:
    """A dataset of its own on Fuseki."""
    with server_database("fuseki") as address:
        yield address


@pytest.fixture
def empty_oxigraph(server_database: Databases) -> Iterator[Address]:
    """An Oxigraph server of its own."""
    with server_database("oxigraph") as address:
        yield address


@pytest.fixture
def own_server() -> Iterator[Callable[[Server], Server]]:
    """Start servers that no other test uses, which may be killed; they are closed after the test.

    `own_server(Neo4j(auth=False))` gives the same server, started.
    """
    with contextlib.ExitStack() as stack:

        def started(server: Server) -> Server:
            server.quick = True
            return stack.enter_context(server)

        yield started
