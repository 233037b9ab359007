"""Stores on servers: filling them beside the bare writes, and what they cost a claim.

    python -m benchmarks.servers [--articles 2000] [--rounds 3] [--only neo4j fuseki oxigraph] [--jobs 1 4]

One graph of made articles is ingested into a fresh server as `kg ingest` does it (ledger and store), and the very same
content is written into another fresh server by the shortest code there is: Neo4j's driver with UNWIND batches of 10,000
nodes, then relationships, under the same constraints; a SPARQL server with graph store POSTs of the same Turtle. What
the bare side writes was read back from the filled store, and lies ready in a file. The two are taken in turn.
`kg rebuild` follows with as many processes as --jobs says.
"""

from __future__ import annotations

import argparse
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT, Spread, machine

_BATCH = 10_000
_KEYS = ("Thing", "Claim", "Relationship", "Article", "Value", "ReferenceList", "Relation")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", nargs="+", choices=("neo4j", "fuseki", "oxigraph"), default=["neo4j", "fuseki", "oxigraph"]
    )
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 4])
    options = parser.parse_args()
    print(
        f"Measured on {machine()}, servers on the same machine. Medians, with least and greatest in brackets.\n"
    )
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        source = folder / "articles.jsonl"
        with source.open("wb") as out:
            command = [sys.executable, "-m", "benchmarks.generator", str(options.articles)]
            subprocess.run(command, cwd=ROOT, check=True, stdout=out)
        for kind in options.only:
            filling(kind, folder, source, options.articles, options.rounds, options.jobs)


def server(kind: str) -> Any:
    """A new server of a kind, not yet started."""
    from tests.servers import neo4j, sparql

    if kind == "neo4j":
        return neo4j.Neo4j(heap="2g", pages="1g")
    return sparql.Fuseki(heap="2g") if kind == "fuseki" else sparql.Oxigraph()


def place(address: Any) -> list[str]:
    """The options of `kg init` for a store there."""
    if address.query is None:
        return ["--store", address.url]
    return ["--store", address.query, "--update-url", address.update, "--data-url", address.graphs]


def kg(address: Any, *words: object) -> float:
    """Seconds that a command takes, as who may write there."""
    environment = {
        **os.environ,
        "KG_STORE_USER": address.user or "",
        "KG_STORE_PASSWORD": address.password or "",
    }
    start = time.perf_counter()
    done = subprocess.run([str(Path(sys.executable).with_name("kg")), *map(str, words)], cwd=ROOT,
                          env=environment, capture_output=True, text=True)  # fmt: skip
    if done.returncode not in (0, 1):
        raise SystemExit(f"kg {' '.join(map(str, words))}: {done.stderr}")
    return time.perf_counter() - start


def filling(kind: str, folder: Path, source: Path, articles: int, rounds: int, jobs: list[int]) -> None:
    """One kind of server."""
    bare = (_read_neo4j, _write_neo4j) if kind == "neo4j" else (_read_rdf, _write_rdf)
    content, graph = folder / f"{kind}.content", folder / f"{kind}.graph"
    ours: list[float] = []
    theirs: list[float] = []
    rebuilt: dict[int, list[float]] = {number: [] for number in jobs}
    claims = 0
    sizes: dict[str, int] = {}
    for turn in range(rounds):
        shutil.rmtree(graph, ignore_errors=True)
        with server(kind) as running:
            kg(running.address, "init", "-g", graph, *place(running.address))
            ours.append(kg(running.address, "ingest", "-g", graph, source))
            if turn == 0:
                claims = bare[0](running.address, graph, content)
                running.stop()
                sizes = {"ledger": held(graph), **on_disk(running.folder)}
                running.start()
            for number in jobs:
                words = ["--jobs", number] if number > 1 else []
                rebuilt[number].append(kg(running.address, "rebuild", "-g", graph, *words))
        with server(kind) as running:
            start = time.perf_counter()
            bare[1](running.address, content)
            theirs.append(time.perf_counter() - start)
    print(f"## {kind}: {articles:,} articles, {claims:,} claims\n")
    print("| | seconds |\n|---|---|")
    print(f"| `kg ingest` into an empty graph | {Spread.of(ours).show(1)} |")
    print(
        f"| the same content by the bare {'driver' if kind == 'neo4j' else 'protocol'} | {Spread.of(theirs).show(1)} |"
    )
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    print(f"| ratio, pair by pair | {Spread.of(ratios).show(2)} |")
    for number, taken in rebuilt.items():
        print(f"| `kg rebuild`, {number} process{'es' if number > 1 else ''} | {Spread.of(taken).show(1)} |")
    told = ", ".join(f"{what} {size / claims:,.0f}" for what, size in sizes.items())
    print(f"\nBytes a claim after the first ingest: {told}.\n")


def held(folder: Path) -> int:
    """The bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def on_disk(folder: Path) -> dict[str, int]:
    """What a stopped server keeps of its data; Neo4j's log of transactions, of which it keeps some days, apart."""
    logs = folder / "data" / "transactions"
    log = held(logs)
    return {"server": held(folder) - log} | ({"its transaction log": log} if log else {})


# The bare side


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(rows, _BATCH)):
        yield some


def _driver(address: Any) -> Any:
    import neo4j

    return neo4j.GraphDatabase.driver(address.url, auth=address.credentials)


def _read_neo4j(address: Any, graph: Path, content: Path) -> int:
    """Keep what a filled database holds, in batches of one statement each."""
    claims = 0
    with _driver(address) as driver, driver.session() as session, content.open("wb") as out:
        nodes: dict[str, list[Any]] = defaultdict(list)
        for labels, properties in session.run("MATCH (n) WHERE NOT n:Store RETURN labels(n), properties(n)"):
            nodes[":".join(f"`{one}`" for one in sorted(labels))].append(properties)
            claims += "Claim" in labels
        for labels, rows in nodes.items():
            for some in _batches(iter(rows)):
                pickle.dump((f"UNWIND $rows AS row CREATE (n:{labels}) SET n = row", some), out)
        nodes.clear()
        edges: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
        found = session.run(
            "MATCH (a)-[r]->(b) RETURN type(r), labels(a), a.id, labels(b), b.id, properties(r)"
        )
        for name, start, start_id, end, end_id, properties in found:
            key = (name, _key(start), _key(end))
            edges[key].append({"a": start_id, "b": end_id, "p": properties})
        for (name, start, end), rows in edges.items():
            text = (
                f"UNWIND $rows AS row MATCH (a:{start} {{id: row.a}}) MATCH (b:{end} {{id: row.b}})"
                f" CREATE (a)-[r:`{name}`]->(b) SET r = row.p"
            )
            for some in _batches(iter(rows)):
                pickle.dump((text, some), out)
    return claims


def _key(labels: list[str]) -> str:
    return next(one for one in _KEYS if one in labels)


def _write_neo4j(address: Any, content: Path) -> None:
    with _driver(address) as driver, driver.session() as session, content.open("rb") as kept:
        for label in _KEYS:
            session.run(f"CREATE CONSTRAINT FOR (n:{label}) REQUIRE n.id IS UNIQUE").consume()
        while True:
            try:
                text, rows = pickle.load(kept)
            except EOFError:
                return
            session.execute_write(lambda tx, text=text, rows=rows: tx.run(text, rows=rows).consume())


def _read_rdf(address: Any, graph: Path, content: Path) -> int:
    """Keep the graph's Turtle, in pieces of some 3 MB."""
    import kg as attest
    from kg.exports.formats import Export
    from kg.exports.rdf import as_turtle
    from kg.network import select
    from kg.rdf import TURTLE_HEADER

    os.environ.update(KG_STORE_USER=address.user or "", KG_STORE_PASSWORD=address.password or "")
    with attest.Graph.open(graph) as opened, content.open("wb") as out:
        pieces: list[str] = []
        for piece in as_turtle(Export(select(opened), "relationships")):
            pieces.append(piece)
            if sum(map(len, pieces)) > 3_000_000:
                pickle.dump((TURTLE_HEADER + "".join(pieces)).encode(), out)
                pieces = []
        pickle.dump((TURTLE_HEADER + "".join(pieces)).encode(), out)
        claims: int = opened.ledger.db.execute("SELECT count(*) FROM claims WHERE live").fetchone()[0]
    return claims


def _write_rdf(address: Any, content: Path) -> None:
    import urllib3

    pool = urllib3.PoolManager()
    with content.open("rb") as kept:
        while True:
            try:
                piece = pickle.load(kept)
            except EOFError:
                return
            answer = pool.request("POST", f"{address.graphs}?default", body=piece,
                                  headers={"Content-Type": "text/turtle"}, timeout=300)  # fmt: skip
            if answer.status >= 300:
                raise SystemExit(f"{answer.status}: {answer.data[:200]!r}")


if __name__ == "__main__":
    main()
