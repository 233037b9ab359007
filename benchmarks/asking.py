"""Every question on every backend, beside the same text sent by the bare driver; and many clients at once.

    python -m benchmarks.asking [--articles 20000] [--repeats 10] [--only embedded neo4j fuseki oxigraph]
                                [--clients 16] [--seconds 20]

One graph of made articles is ingested once, and built from its ledger on each backend. For each question, in turn: by
the catalogue (terms bound, rows typed), and the bound text by the engine, by the official Neo4j driver in a managed
read transaction, or by an HTTP request whose JSON is parsed. Then so many clients, a process each, ask ten questions
over and over, whole answers with their citations.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import kg
from benchmarks.measuring import ROOT, Spread, machine
from benchmarks.questions import asked, timed
from benchmarks.servers import held, on_disk, place, server
from benchmarks.servers import kg as run_kg
from kg.answering.resolving import resolve
from kg.answering.running import Runner
from queries.binding import Bound, bind

BACKENDS = ("embedded", "neo4j", "fuseki", "oxigraph")
# Asked by each client in turn: what an analyst's page asks for first.
TEN = "actor relationships between who-says said-about trained allies members timeline article".split()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--only", nargs="+", choices=BACKENDS, default=list(BACKENDS))
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    print(f"Measured on {machine()}, servers on the same machine. Medians in milliseconds.\n")
    times: dict[str, dict[str, tuple[float, float]]] = {}
    many: dict[str, tuple[int, float, float, float]] = {}
    held_by: dict[str, tuple[float, dict[str, int]]] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = folder / "articles.jsonl"
        with source.open("wb") as out:
            command = [sys.executable, "-m", "benchmarks.generator", str(options.articles)]
            subprocess.run(command, cwd=ROOT, check=True, stdout=out)
        base = folder / "graph"
        kg.Graph.create(base)
        with kg.Graph.open(base, write=True) as graph:
            kg.ingest(graph, kg.load([source], graph))
            claims: int = graph.ledger.db.execute("SELECT count(*) FROM claims WHERE live").fetchone()[0]
            seconds = timed(graph.rebuild, 1)[0]
        ledger = sum(file.stat().st_size for file in base.glob("ledger.sqlite*"))
        held_by["embedded"] = seconds, {"store": held(base / "store"), "ledger": ledger}
        # Who ends it early sees what was measured until then.
        with contextlib.suppress(KeyboardInterrupt):
            for backend in options.only:
                with ExitStack() as stack:
                    graph_folder, address = base, None
                    if backend != "embedded":
                        graph_folder = folder / backend
                        shutil.copytree(
                            base, graph_folder, ignore=shutil.ignore_patterns("store", "checkpoints")
                        )
                        running = stack.enter_context(server(backend))
                        address = running.address
                        seconds = run_kg(address, "rebuild", "-g", graph_folder, *place(address))
                        os.environ.update(
                            KG_STORE_USER=address.user or "", KG_STORE_PASSWORD=address.password or ""
                        )
                    times[backend] = questions(graph_folder, address, options.repeats)
                    many[backend] = clients(graph_folder, options.clients, options.seconds)
                    if address is not None:
                        running.stop()
                        held_by[backend] = seconds, on_disk(running.folder)
    report(times, many, options.articles, options.clients)
    print(f"\n## Filling each from the ledger: {claims:,} claims\n")
    print("| backend | seconds | claims/s | bytes a claim |\n|---|---|---|---|")
    for backend, (seconds, sizes) in held_by.items():
        told = ", ".join(f"{what} {size / claims:,.0f}" for what, size in sizes.items())
        print(f"| {backend} | {seconds:.0f} | {claims / seconds:,.0f} | {told} |")


def questions(folder: Path, address: Any, repeats: int) -> dict[str, tuple[float, float]]:
    """Median seconds of each question by the catalogue, and bare."""
    found: dict[str, tuple[float, float]] = {}
    with ExitStack() as stack:
        graph = stack.enter_context(kg.Graph.open(folder))
        runner, bare = Runner(graph), _bare(graph, address, stack)
        for name, given in asked(graph).items():
            question = runner.catalogue[name]
            parameters = question.parameters[: len(given)]
            values = {
                p.name: resolve(runner, p, value)[0] for p, value in zip(parameters, given, strict=True)
            }
            bound = bind(question, values, limit=50, base=graph.settings.base)
            goes = repeats if timed(partial(bare, bound), 1)[0] < 0.5 else 3
            ours: list[float] = []
            theirs: list[float] = []
            for _ in range(goes):
                ours += timed(partial(runner.rows, question, values, limit=50), 1)
                theirs += timed(partial(bare, bound), 1)
            found[name] = statistics.median(ours), statistics.median(theirs)
    return found


def _bare(graph: kg.Graph, address: Any, stack: ExitStack) -> Callable[[Bound], Any]:
    """Sends a text and gives rows of plain Python, by the engine or driver alone."""
    if address is None:

        def embedded(bound: Bound) -> Any:
            names, rows = graph.store.select(bound)
            return [dict(zip(names, [term and term.value for term in row], strict=True)) for row in rows]

        return embedded
    if address.query is None:
        import neo4j

        driver = stack.enter_context(neo4j.GraphDatabase.driver(address.url, auth=address.credentials))

        def bolt(bound: Bound) -> Any:
            with driver.session() as session:
                return session.execute_read(lambda tx: tx.run(bound.text, dict(bound.parameters)).values())

        return bolt
    import urllib3

    pool = urllib3.PoolManager()
    headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}

    def http(bound: Bound) -> Any:
        answer = pool.request("POST", address.query, body=bound.text.encode(), headers=headers)
        return json.loads(answer.data)["results"]["bindings"]

    return http


def clients(folder: Path, number: int, seconds: float) -> tuple[int, float, float, float]:
    """Answers in all, answers a second, and the median and 99th percentile of an answer's seconds."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(number) as pool:
        taken = [
            one
            for some in pool.starmap(_client, [(folder, turn, seconds) for turn in range(number)])
            for one in some
        ]
    taken.sort()
    return len(taken), len(taken) / seconds, statistics.median(taken), taken[int(len(taken) * 0.99)]


def _client(folder: Path, turn: int, seconds: float) -> list[float]:
    taken: list[float] = []
    with kg.Graph.open(folder) as graph:
        given = asked(graph)
        kg.ask(graph, TEN[0], *given[TEN[0]])
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            name = TEN[turn % len(TEN)]
            turn += 1
            start = time.perf_counter()
            kg.ask(graph, name, *given[name])
            taken.append(time.perf_counter() - start)
    return taken


def report(
    times: dict[str, dict[str, tuple[float, float]]],
    many: dict[str, tuple[int, float, float, float]],
    articles: int,
    number: int,
) -> None:
    """The tables."""
    if not times:
        return
    print(f"## Every question on every backend, {articles:,} articles\n")
    print("In brackets the ratio to the same text by the bare driver, taken in turn.\n")
    print(f"| question | {' | '.join(times)} |\n|---|{'---|' * len(times)}")
    for name in next(iter(times.values())):
        cells = [
            f"{ours * 1e3:.1f} ({ours / bare:.2f})" for ours, bare in (one[name] for one in times.values())
        ]
        print(f"| {name} | {' | '.join(cells)} |")
    ratios = {backend: [ours / bare for ours, bare in found.values()] for backend, found in times.items()}
    print(f"| ratio over all | {' | '.join(Spread.of(one).show(2) for one in ratios.values())} |\n")
    print(f"## {number} clients asking ten questions, with citations\n")
    print("| backend | answers/s | median ms | 99th percentile ms | answers |\n|---|---|---|---|---|")
    for backend, (count, rate, median, late) in many.items():
        print(f"| {backend} | {rate:.0f} | {median * 1e3:.0f} | {late * 1e3:.0f} | {count:,} |")


if __name__ == "__main__":
    main()
