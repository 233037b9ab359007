"""Every format of `kg export` beside the plain writer of that format, in megabytes a second.

    python -m benchmarks.exporting [--articles 20000] [--rounds 3] [--only graphml gexf …] [--graph DIR]

Ours is the whole command in a process of its own: it opens the graph, reads the network from the ledger, and writes the
file. The plain writer is given what is in that file, ready in the library's own objects, and writes it again: networkx
for GraphML and GEXF, the standard library's `json` and `csv`, pyarrow for Parquet, pyoxigraph for RDF; DOT and Cypher
have none, and their lines are written as they are. Reading the network alone, as every format must, is shown first.
The two are taken in turn. The page and pictures are for selections and not here.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kg
from benchmarks.analysis import made
from benchmarks.measuring import ROOT, Spread, machine
from kg.network import Selection, select

Written = Callable[[Path], None]
"""Writes what was read, to a path."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=PLAIN, default=list(PLAIN))
    parser.add_argument("--graph", help="a graph that is there, instead of made articles")
    options = parser.parse_args()
    print(f"Measured on {machine()}. Medians, with least and greatest in brackets.\n")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(options.graph) if options.graph else made(Path(folder), options.articles)
        for edges in ("relationships", "claims"):
            print(f"## {edges}: {reading(place, edges)}\n")
            print(
                "| format | MB | ours, s | ours, MB/s | plain writer, s | plain, MB/s | ratio, pair by pair |"
                " most memory, MB |"
            )
            print("|---|---|---|---|---|---|---|---|")
            for name in options.only:
                if edges == "claims" or name not in ONE_FORM:
                    print(row(place, Path(folder), name, edges, options.rounds), flush=True)
            print()


def reading(place: Path, edges: str) -> str:
    """What there is, and how long it takes to read."""
    with kg.Graph.open(place) as graph:
        start = time.perf_counter()
        network = select(graph, Selection())
        nodes = sum(1 for _ in network.nodes())
        count = sum(1 for _ in (network.claims() if edges == "claims" else network.relationships()))
        taken = time.perf_counter() - start
    return f"{count:,} edges, {nodes:,} nodes, read in {taken:.1f} s"


def row(place: Path, folder: Path, name: str, edges: str, rounds: int) -> str:
    """One format, in the table's columns."""
    file, again = folder / f"out.{name}", folder / f"again.{name}"
    again.mkdir()
    ours: list[float] = []
    theirs: list[float] = []
    most = 0.0
    write: Written | None = None
    for _ in range(rounds):
        _remove(file)
        taken, memory = exported(place, file, name, edges)
        ours.append(taken)
        most = max(most, memory)
        write = write or PLAIN[name](file)
        start = time.perf_counter()
        write(again / "written")
        theirs.append(time.perf_counter() - start)
        _remove(again / "written")
    megabytes = sum(one.stat().st_size for one in files(file)) / 1e6
    _remove(file)
    _remove(again)
    mine, plain = Spread.of(ours), Spread.of(theirs)
    ratio = Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])
    return (
        f"| {name} | {megabytes:.0f} | {mine.show(1)} | {megabytes / mine.median:.0f} | {plain.show(1)} |"
        f" {megabytes / plain.median:.0f} | {ratio.show(1)} | {most:.0f} |"
    )


def exported(place: Path, file: Path, name: str, edges: str) -> tuple[float, float]:
    """Seconds and megabytes of memory that one export takes."""
    form = [] if name in ONE_FORM else ["--edges", edges]
    words = ["-g", place, "export", name, *form, "-o", file]
    command = [str(Path(sys.executable).with_name("kg")), *map(str, words)]
    measured = (
        "import resource, subprocess, sys;"
        " done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True);"
        " sys.stderr.write(done.stderr if done.returncode else '');"
        " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(done.returncode)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", measured, *command], cwd=ROOT, capture_output=True, text=True
    )
    taken = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"kg export {name}: {done.stderr}")
    return taken, int(done.stdout) * (1 if sys.platform == "darwin" else 1024) / 1e6


def files(place: Path) -> list[Path]:
    """The file, or those of the folder, by name."""
    return sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


# The plain writers: each reads the file once, and gives what writes it again


def _graphml(file: Path) -> Written:
    import networkx

    read = networkx.read_graphml(file, force_multigraph=True)
    return lambda path: networkx.write_graphml(read, path)


def _gexf(file: Path) -> Written:
    import networkx

    read = networkx.read_gexf(file)
    return lambda path: networkx.write_gexf(read, path)


def _json(file: Path) -> Written:
    read = json.loads(file.read_bytes())

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8") as out:
            json.dump(read, out, ensure_ascii=False)

    return write


def _json_lines(file: Path) -> Written:
    with file.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8") as out:
            for one in read:
                out.write(json.dumps(one, ensure_ascii=False) + "\n")

    return write


def _csv(folder: Path) -> Written:
    csv.field_size_limit(1 << 30)
    read: dict[str, list[list[str]]] = {}
    for file in files(folder):
        with file.open(encoding="utf-8", newline="") as rows:
            read[file.name] = list(csv.reader(rows))

    def write(path: Path) -> None:
        path.mkdir()
        for name, rows in read.items():
            with (path / name).open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows(rows)

    return write


def _parquet(folder: Path) -> Written:
    import pyarrow.parquet as parquet

    read: dict[str, Any] = {file.name: parquet.read_table(file) for file in files(folder)}

    def write(path: Path) -> None:
        path.mkdir()
        for name, table in read.items():
            parquet.write_table(table, path / name, compression="zstd")

    return write


def _rdf(notation: str) -> Callable[[Path], Written]:
    def prepared(file: Path) -> Written:
        import pyoxigraph as ox

        format = getattr(ox.RdfFormat, notation)
        read = [quad.triple for quad in ox.parse(path=str(file), format=format)]
        prefixes = {"kg": "urn:attest:ontology:"}

        def write(path: Path) -> None:
            with path.open("wb") as out:
                ox.serialize(iter(read), out, format=format, prefixes=prefixes)

        return write

    return prepared


def _lines(file: Path) -> Written:
    with file.open(encoding="utf-8") as lines:
        read = list(lines)

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8") as out:
            for line in read:
                out.write(line)

    return write


PLAIN: dict[str, Callable[[Path], Written]] = {
    "graphml": _graphml,
    "gexf": _gexf,
    "cyjs": _json,
    "node-link": _json,
    "dot": _lines,
    "csv": _csv,
    "cypher": _lines,
    "parquet": _parquet,
    "stix": _json,
    "followthemoney": _json_lines,
    "turtle": _rdf("TURTLE"),
    "ntriples": _rdf("N_TRIPLES"),
    "jsonld": _rdf("JSON_LD"),
}
ONE_FORM = ("parquet", "stix", "followthemoney", "turtle", "ntriples", "jsonld")
"""Formats with a shape of their own, which take no --edges; shown with the claims."""


if __name__ == "__main__":
    main()
