"""When Neo4j is away, refuses or is killed: one clear line, nothing lost in the ledger, and it resumes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kg
from kg.verification import canonical_dump, verify
from ontology.errors import StoreError
from ontology.models import AnnotatedArticle
from queries.binding import Bound
from tests.kg.stores.conftest import as_user, run
from tests.kg.stores.test_neo4j import article
from tests.servers.contract import Address, Server, free_port
from tests.servers.neo4j import Neo4j

OwnServer = Callable[[Server], Server]


def kg_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ},
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """What a failed command says; in one line, without a word of the driver's."""
    assert result.returncode == 3, result.stdout + result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_an_address_where_nobody_answers(tmp_path: Path) -> None:
    told = one_line(
        kg_command("-g", str(tmp_path / "graph"), "init", "--store", f"bolt://127.0.0.1:{free_port()}")
    )
    assert "cannot be reached" in told
    assert not (tmp_path / "graph").exists()


@pytest.mark.server
def test_a_wrong_password_is_told_without_telling_it(
    empty_neo4j: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not empty_neo4j.user:
        pytest.skip("needs a server that asks for a password")
    monkeypatch.setenv("KG_STORE_USER", empty_neo4j.user)
    monkeypatch.setenv("KG_STORE_PASSWORD", "geheimes-wort")
    told = one_line(kg_command("-g", str(tmp_path / "graph"), "init", "--store", empty_neo4j.url))
    assert "KG_STORE_PASSWORD" in told
    assert "geheim" not in told


@pytest.mark.server
def test_a_question_that_takes_too_long_is_ended(
    neo4j_graph: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = neo4j_graph()
    monkeypatch.setenv("KG_STORE_TIMEOUT", "1")
    with kg.Graph.open(path) as graph:
        start = time.monotonic()
        with pytest.raises(StoreError, match="KG_STORE_TIMEOUT"):
            graph.store.select(Bound("UNWIND range(1, 1000000000000) AS n RETURN sum(n * n % 7)"))
        assert time.monotonic() - start < 30


@pytest.mark.server
def test_a_question_that_the_server_ends(neo4j_graph: Callable[[], Path], empty_neo4j: Address) -> None:
    path = neo4j_graph()

    def end() -> None:
        for _ in range(200):
            found = run(
                empty_neo4j,
                "SHOW TRANSACTIONS YIELD transactionId, currentQuery"
                " WHERE currentQuery STARTS WITH 'UNWIND range(1, 1' RETURN transactionId",
            )
            if found:
                run(empty_neo4j, f"TERMINATE TRANSACTIONS '{found[0][0]}'")
                return
            time.sleep(0.1)

    ending = threading.Thread(target=end)
    with kg.Graph.open(path) as graph:
        assert graph.store.sequence == 0
        ending.start()
        with pytest.raises(StoreError, match="ended it"):
            graph.store.select(Bound("UNWIND range(1, 1000000000000) AS n RETURN sum(n * n % 7)"))
    ending.join()


@pytest.mark.server
def test_a_filling_that_was_ended_is_told_to_readers_and_mended(
    neo4j_graph: Callable[[], Path], empty_neo4j: Address
) -> None:
    path = neo4j_graph()
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [article("one", "Tessaly Front", "Karsk Front")])
        sound = list(canonical_dump(graph))
        build = graph.store.build()
        build.add([next(iter(graph.projection.relations()))])
        build.abandon()
    with kg.Graph.open(path) as graph, pytest.raises(StoreError, match="is being built"):
        assert graph.store.sequence
    assert run(empty_neo4j, "MATCH (n:Claim) RETURN count(n)") == [[0]]
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [])
        assert list(canonical_dump(graph)) == sound
        assert verify(graph) == []


@pytest.mark.server
@pytest.mark.parametrize("jobs", [2, 4])
def test_several_processes_fill_the_same_graph(neo4j_graph: Callable[[], Path], jobs: int) -> None:
    path = neo4j_graph()
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(
            graph,
            [
                article(f"a{n}", "Tessaly Front", f"Karsk {n % 7}", "Upper Front", "Tessaly Front")
                for n in range(40)
            ],
        )
        alone = list(canonical_dump(graph))
        graph.rebuild(jobs)
        assert list(canonical_dump(graph)) == alone
        assert verify(graph) == []


def test_a_database_that_may_not_be_written(
    own_server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Neo4j(auth=False)
    own_server(server)
    as_user(monkeypatch, server.address)
    path = tmp_path / "graph"
    kg.Graph.create(path, store=server.address.url)
    server.read_only = True
    server.restart()
    with kg.Graph.open(path, write=True) as graph, pytest.raises(StoreError, match="may not be written"):
        kg.ingest(graph, [article("one", "Tessaly Front", "Karsk Front")])
    with kg.Graph.open(path) as graph:
        assert graph.store.sequence == 0
    server.read_only = False
    server.restart()
    with kg.Graph.open(path, write=True) as graph:
        assert kg.ingest(graph, []).claims.added == 0
        assert verify(graph) == []
        assert graph.sequence == graph.ledger.sequence


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_a_run_and_started_again(
    own_server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import kg.stores.neo4j.connection as connection

    monkeypatch.setattr(connection, "_RETRY_SECONDS", 2.0)
    server = own_server(Neo4j(auth=False))
    as_user(monkeypatch, server.address)
    path = tmp_path / "graph"
    kg.Graph.create(path, store=server.address.url)
    articles = [article(f"a{n}", "Tessaly Front", f"Karsk {n % 7}", "Upper Front") for n in range(60)]
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, articles[:20])

    def killing() -> Iterator[AnnotatedArticle]:
        yield from articles[20:40]
        server.kill()
        yield from articles[40:]

    monkeypatch.setattr("kg.ingestion._ARTICLES", 5)
    with kg.Graph.open(path, write=True) as graph, pytest.raises(StoreError, match="cannot be reached"):
        kg.ingest(graph, killing())
    server.start()
    with kg.Graph.open(path, write=True) as graph:
        again = kg.ingest(graph, articles)
        assert again.claims.added + again.claims.unchanged == 120
        assert 0 < again.claims.added < 120
        assert verify(graph) == []
        assert run(server.address, "MATCH (c:Claim) RETURN count(c)") == [[120]]
        followed = list(canonical_dump(graph))
        graph.rebuild()
        assert list(canonical_dump(graph)) == followed
