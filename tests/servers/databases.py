"""An empty database for one user at a time, on a server of the run's own or on one that was there before.

On a server of the run's own, what an earlier test left is removed first. On one that was found, the database must be
empty already, or it is refused: only what came in while a test held it is removed, when the test gives it back.
"""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator

from neo4j import GraphDatabase, Session

from tests.servers.contract import Address
from tests.servers.kinds import KINDS
from tests.servers.shared import Run
from tests.servers.sparql import Oxigraph, new_dataset, send

WAIT_SECONDS = 1800.0  # a worker may hold the one database of a Neo4j for a whole module of tests


class NotEmpty(Exception):
    """The database that the tests were pointed at holds something, which they would not touch."""


@contextlib.contextmanager
def empty_database(run: Run, kind: str) -> Iterator[Address]:
    """An empty database of a kind of server, to do anything with, for as long as it is held.

    Fuseki gives each a dataset and Oxigraph each a process of its own; Neo4j, and any server that was found, has
    one, for which other workers wait. Raises NotEmpty, and Unavailable and StartFailed as `Run.address` does.
    """
    if kind == "oxigraph" and kind not in run.found:
        with Oxigraph(quick=True) as server:
            yield server.address
    elif kind == "fuseki" and kind not in run.found:
        with new_dataset(run.address(kind)) as address, using(run, kind):
            yield address
    else:
        with only_user(run, kind):
            address = run.address(kind)
            contents, clear = (
                (neo4j_contents, clear_neo4j) if address.query is None else (rdf_contents, clear_rdf)
            )
            vacate(address, contents, clear)
            yield address
            clear(address)


def vacate(address: Address, contents: Callable[[Address], str], clear: Callable[[Address], None]) -> None:
    """See that a database is empty; make it so only where all it holds is the run's own."""
    if left := contents(address):
        if address.found:
            raise NotEmpty(
                f"{address.url} holds {left}: tests use only an empty database, and remove nothing they did not "
                "make; point them at another, or empty it yourself"
            )
        clear(address)


@contextlib.contextmanager
def only_user(run: Run, kind: str) -> Iterator[None]:
    """Hold the one database of a server; other workers wait.

    Who holds one may take only those that come later in KINDS: two that wait for each other would wait for ever.
    """
    order = list(KINDS)
    if late := [one for one in run.held if order.index(one) >= order.index(kind)]:
        raise RuntimeError(
            f"a database of {kind} is asked for while {late[0]} is held: one at a time, in the order {order}"
        )
    with (run.folder / f"{kind}.user").open("a") as file:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"another worker held {kind} for {WAIT_SECONDS:.0f} s") from None
                time.sleep(0.02)
        run.held.append(kind)
        try:
            with using(run, kind):
                yield
        finally:
            run.held.remove(kind)


@contextlib.contextmanager
def using(run: Run, kind: str) -> Iterator[None]:
    """Remember that this process uses a kind of server."""
    run.in_use.append(kind)
    try:
        yield
    finally:
        run.in_use.remove(kind)


@contextlib.contextmanager
def neo4j_session(address: Address) -> Iterator[Session]:
    """A session of the bare driver on the default database."""
    with GraphDatabase.driver(address.url, auth=address.credentials) as driver, driver.session() as session:
        yield session


def schema(session: Session) -> dict[str, list[str]]:
    """The names of the constraints, and of the indexes that no constraint owns and no new database has."""
    constraints = session.run("SHOW CONSTRAINTS YIELD name").value()
    indexes = session.run(
        "SHOW INDEXES YIELD name, type, owningConstraint WHERE type <> 'LOOKUP' AND owningConstraint IS NULL"
    ).value()
    return {"CONSTRAINT": constraints, "INDEX": indexes}


def neo4j_contents(address: Address) -> str:
    """What a Neo4j database holds, in words; nothing where it is as new."""
    with neo4j_session(address) as session:
        nodes = session.run("MATCH (n) RETURN count(n)").single(strict=True).value()
        counts = {"NODE": nodes, **{what: len(names) for what, names in schema(session).items()}}
    return ", ".join(f"{count} {what.lower()}(s)" for what, count in counts.items() if count)


def clear_neo4j(address: Address) -> None:
    """Remove all nodes, relationships, constraints and indexes."""
    with neo4j_session(address) as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        for what, names in schema(session).items():
            for name in names:
                session.run(
                    f"DROP {what} `{name.replace('`', '``')}`"
                ).consume()  # a name cannot be a parameter


def rdf_contents(address: Address) -> str:
    """What the endpoint's dataset holds, in words; nothing where it is empty."""
    assert address.query is not None
    ask = "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    answer = send(
        address.query, {"query": ask}, address.credentials, accept="application/sparql-results+json"
    )
    return "triples" if b"true" in answer else ""


def clear_rdf(address: Address) -> None:
    """Remove all triples of all graphs."""
    assert address.update is not None
    send(address.update, {"update": "DROP ALL"}, address.credentials)
