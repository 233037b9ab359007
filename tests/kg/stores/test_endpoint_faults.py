"""What goes wrong between a graph and its endpoint: each one clear line, and nothing lost."""

from __future__ import annotations

import contextlib
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.stores.endpoint import EndpointStore
from kg.stores.place import Place
from kg.verification import canonical_dump
from ontology.errors import StoreError, UsageError
from ontology.models import AnnotatedArticle
from tests.kg.made import Writer
from tests.servers.contract import Address, Server
from tests.servers.sparql import Fuseki, Oxigraph

RESULTS = "application/sparql-results+json"
NOTHING = json.dumps({"head": {"vars": ["p", "o"]}, "results": {"bindings": []}}).encode()

Own = Callable[[Server], Any]


def at(address: Address) -> Place:
    assert address.query is not None
    return Place(address.query, update=address.update or "", data=address.graphs or "")


def article(number: int) -> AnnotatedArticle:
    writer = Writer(f"article-{number}")
    front = writer.entity("Red Heron Front", "ArmedGroup")
    writer.claim(front, "trained", writer.entity(f"Company {number}", "ArmedGroup"))
    return writer.done()


def opened(place: Place, *, write: bool = False) -> None:
    EndpointStore(place, "test", write=write).close()


@pytest.mark.parametrize("kind", [Fuseki, Oxigraph])
def test_a_server_that_is_killed_in_mid_run_loses_nothing(
    own_server: Own, kind: type[Server], tmp_path: Path
) -> None:
    server: Any = own_server(kind())
    kg.Graph.create(tmp_path / "graph", store=at(server.address))

    def killed(numbers: range, at_: int) -> Iterator[AnnotatedArticle]:
        for number in numbers:
            if number == at_:
                server.kill()
            yield article(number)

    # First in the filling of an empty store, then where it follows.
    for numbers in (range(8), range(8, 16)):
        with kg.Graph.open(tmp_path / "graph", write=True) as graph:
            with pytest.raises(StoreError) as error:
                kg.ingest(graph, killed(numbers, numbers[5]))
            assert "\n" not in str(error.value)
            assert server.address.query.rpartition("/")[0] in str(error.value)
        with pytest.raises(StoreError, match=r"cannot be reached .*is the server running\?"):
            kg.Graph.open(tmp_path / "graph").store  # noqa: B018
        server.start()
        with kg.Graph.open(tmp_path / "graph", write=True) as graph:
            kg.ingest(graph, map(article, numbers))
            assert kg.verify(graph) == []
        with kg.Graph.open(tmp_path / "graph") as graph:
            assert len(kg.ask(graph, "trained", "Red Heron Front", limit=None).rows) == numbers[-1] + 1
    kg.Graph.create(tmp_path / "other")
    with (
        kg.Graph.open(tmp_path / "other", write=True) as other,
        kg.Graph.open(tmp_path / "graph") as graph,
    ):
        kg.ingest(other, map(article, range(16)))
        assert list(canonical_dump(graph)) == list(canonical_dump(other))


def test_connections_that_a_restart_closed_are_opened_again(own_server: Own, tmp_path: Path) -> None:
    server: Any = own_server(Oxigraph())
    kg.Graph.create(tmp_path / "graph", store=at(server.address))
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1)])
        server.restart()
        kg.ingest(graph, [article(2)])
        assert kg.verify(graph) == []


def test_users_are_told_what_they_may_not_and_never_their_password(
    own_server: Own, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    server: Any = own_server(Fuseki(auth=True))
    writer, reader = server.address, server.reader
    with pytest.raises(
        StoreError, match=r"asks who you are \(401\); set KG_STORE_USER and KG_STORE_PASSWORD"
    ):
        kg.Graph.create(tmp_path / "graph", store=at(writer))
    assert not (tmp_path / "graph").exists()

    monkeypatch.setenv("KG_STORE_USER", writer.user)
    monkeypatch.setenv("KG_STORE_PASSWORD", "wr0ng-s3cret")
    with pytest.raises(StoreError, match=r"refused the user or password \(401\); check") as wrong:
        kg.Graph.create(tmp_path / "graph", store=at(writer))
    assert "s3cret" not in str(wrong.value) + repr(wrong.value)

    monkeypatch.setenv("KG_STORE_PASSWORD", writer.password)
    kg.Graph.create(tmp_path / "graph", store=at(writer))
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1)])
        assert writer.password not in repr(graph.store) + repr(graph.settings) + str(vars(graph.store))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "graph").rglob("*") if path.is_file())
    assert writer.password.encode() not in kept
    assert writer.password not in caplog.text

    monkeypatch.setenv("KG_STORE_USER", reader.user)
    monkeypatch.setenv("KG_STORE_PASSWORD", reader.password)
    with kg.Graph.open(tmp_path / "graph") as graph:
        assert kg.ask(graph, "trained", "Red Heron Front").rows
    refused = r"/ds/update: (does not allow this \(403\)|refused the user)"
    with (
        kg.Graph.open(tmp_path / "graph", write=True) as graph,
        pytest.raises(StoreError, match=refused),
    ):
        kg.ingest(graph, [article(2)])
    monkeypatch.setenv("KG_STORE_USER", writer.user)
    monkeypatch.setenv("KG_STORE_PASSWORD", writer.password)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        graph.catch_up()
        assert kg.verify(graph) == []


def test_a_query_that_the_server_stops_is_told_of(own_server: Own, tmp_path: Path) -> None:
    server: Any = own_server(Fuseki(timeout=300))
    kg.Graph.create(tmp_path / "graph", store=at(server.address))
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, map(article, range(5)))
    (tmp_path / "graph" / "queries" / "slow.rq").write_text(
        "# slow\n# Question:   How many?\n# Parameters: none\n# Columns:    n (integer)\n"
        "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }\n",
        "utf-8",
    )
    with kg.Graph.open(tmp_path / "graph") as graph:
        with pytest.raises(StoreError, match=r"/ds/query: (could not do it \(503|the answer)"):
            kg.ask(graph, "slow")
        assert kg.ask(graph, "trained", "Red Heron Front").rows


def test_addresses_of_two_datasets_are_not_taken_for_one(own_server: Own, tmp_path: Path) -> None:
    server: Any = own_server(Fuseki())
    with server.dataset() as other:
        mixed = at(server.address)._replace(update=other.update)
        with pytest.raises(StoreError, match=r"took an update that .* does not show"):
            kg.Graph.create(tmp_path / "graph", store=mixed)
    with server.dataset() as other:
        mixed = at(server.address)._replace(data=other.graphs)
        with pytest.raises(StoreError, match=r"took statements that .* does not show"):
            kg.Graph.create(tmp_path / "graph", store=mixed)


def test_what_is_no_endpoint_is_told_apart(own_server: Own) -> None:
    server: Any = own_server(Fuseki())
    query = server.address.query
    for url, said in (
        (query.replace("/ds/", "/none/"), r"there is no such address \(404\)|takes no such request \(405\)"),
        (server.address.update, "takes no such request|could not do it"),
        (server.root + "/", "takes no such request|there is no such|answered with text/html"),
    ):
        with pytest.raises(StoreError, match=said) as error:
            opened(Place(url, update=server.address.update))
        assert "\n" not in str(error.value)


# Answers that no real server here gives

Answer = tuple[int, dict[str, str], bytes]


@contextlib.contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that gives these answers in turn, the last one again and again; its address, and the headers it got."""
    asked: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, body = answers[min(len(asked), len(answers) - 1)]
            asked.append(dict(self.headers))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/query", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((200, {"Content-Type": "text/html"}, b"<html>Hello"), "answered with text/html, not with results"),
        ((200, {}, b""), "answered with nothing, not with results"),
        ((200, {"Content-Type": RESULTS}, b"<html>"), "is no SPARQL JSON, or broke off"),
        ((200, {"Content-Type": RESULTS}, b'{"boolean": true}'), "not of the kind that was asked for"),
        ((200, {"Content-Type": RESULTS}, NOTHING[:-3]), "broke off"),
        (
            (500, {"Content-Type": "text/plain"}, b"\n\x1b[31mOut of \tmemory\r\nat java.lang"),
            r"could not do it \(500: \[31mOut of memory\)$",
        ),
        ((500, {"Content-Type": "text/html"}, b"<!doctype html><html>Oops"), r"could not do it \(500\)$"),
        ((413, {}, b""), "too large"),
        ((429, {"Retry-After": "3600"}, b"later"), r"could not do it \(429: later\)"),
    ],
)
def test_an_answer_that_is_none_is_one_line(given: Answer, said: str) -> None:
    with answering(given) as (url, asked), pytest.raises(StoreError, match=said) as error:
        opened(Place(url))
    assert len(asked) == 1
    assert str(error.value).startswith(f"{url}: ")
    assert str(error.value).isprintable()


def test_a_server_that_is_busy_is_asked_again_when_it_says_so() -> None:
    busy: Answer = (503, {"Retry-After": "0"}, b"busy")
    done: Answer = (200, {"Content-Type": RESULTS}, NOTHING)
    with answering(busy, busy, done) as (url, asked):
        opened(Place(url))
    assert len(asked) == 3


def test_credentials_go_to_no_other_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE_TOKEN", "t0ken-s3cret")
    with answering((200, {"Content-Type": RESULTS}, NOTHING)) as (other, asked_there):
        points = r"points to http://127.0.0.1:\d+/query \(307\)"
        with (
            answering((307, {"Location": other}, b"")) as (url, asked),
            pytest.raises(StoreError, match=points) as error,
        ):
            opened(Place(url))
        assert asked[0]["Authorization"] == "Bearer t0ken-s3cret"
        assert "s3cret" not in str(error.value)
        assert asked_there == []


def test_a_secret_that_a_server_repeats_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE_TOKEN", "t0ken-s3cret")
    with (
        answering((500, {}, b"no right for t0ken-s3cret")) as (url, _),
        pytest.raises(StoreError, match="no right for …"),
    ):
        opened(Place(url))


def test_a_token_that_would_end_its_header_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE_TOKEN", "s3cret\r\nX-Other: 1")
    with pytest.raises(StoreError, match="KG_STORE_TOKEN holds a character") as error:
        opened(Place("http://127.0.0.1:9/query"))
    assert "s3cret" not in str(error.value)


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/query"
        monkeypatch.setenv("KG_STORE_TIMEOUT", "0.2")
        with pytest.raises(StoreError, match=r"did not answer within 0\.2 seconds; .*KG_STORE_TIMEOUT"):
            opened(Place(url))
    monkeypatch.setenv("KG_STORE_TIMEOUT", "soon")
    with pytest.raises(UsageError, match="KG_STORE_TIMEOUT is 'soon'"):
        opened(Place(url))


def test_what_is_not_encrypted_is_not_taken_for_it() -> None:
    with (
        answering((200, {}, b"")) as (url, _),
        pytest.raises(StoreError, match="certificate or encryption is not trusted"),
    ):
        opened(Place(url.replace("http:", "https:")))


def test_a_name_that_does_not_resolve_is_told() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        opened(Place("http://nowhere.invalid/query"))


def test_no_proxy_of_the_environments_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with answering((200, {"Content-Type": RESULTS}, NOTHING)) as (url, asked):
        opened(Place(url))
    assert len(asked) == 1


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    with pytest.raises(StoreError, match=r"pip install 'attest-kg\[sparql\]'"):
        opened(Place("http://127.0.0.1:9/query"))
