"""A first load, beside N-Quads and `bulk_load` of the very same quads.

    python -m benchmarks.ingest FOLDER run|quads|bare ARTICLES.jsonl

`run` ingests into a new graph in the folder, `quads` writes that graph's quads beside it, `bare` loads them into an
empty Oxigraph store. Each prints seconds, seconds of the processor and peak memory as JSON; `python -m benchmarks`
takes them in turn.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from benchmarks.measuring import peak_megabytes, processor_seconds
from kg.rdf import TURTLE_HEADER


def run(folder: Path, source: Path) -> None:
    """Ingest the articles into a new graph."""
    import kg

    path = folder / "graph"
    shutil.rmtree(path, ignore_errors=True)
    kg.Graph.create(path)
    start = time.perf_counter()
    with kg.Graph.open(path, write=True) as graph:
        report = kg.ingest(graph, kg.load([source], graph))
    _print(time.perf_counter() - start, claims=report.claims.added, rejected=report.rejected_count)


def quads(folder: Path, source: Path) -> None:
    """Write the graph's quads as text."""
    import kg

    count = 0
    with (
        kg.Graph.open(folder / "graph", write=True) as graph,
        open(folder / "quads.nq", "w", encoding="utf-8") as out,
    ):
        lines = graph.store.everything()
        while some := list(islice(lines, 10_000)):
            for quad in ox.parse(TURTLE_HEADER + "\n".join(some), format=ox.RdfFormat.TURTLE):
                out.write(f"{quad.subject} {quad.predicate} {quad.object} .\n")
            count += len(some)
    _print(0.0, quads=count)


def bare(folder: Path, source: Path) -> None:
    """Load the same quads into an empty store by the engine alone."""
    import pyoxigraph as ox

    path = folder / "bare"
    shutil.rmtree(path, ignore_errors=True)
    start = time.perf_counter()
    store = ox.Store(str(path))
    store.bulk_load(path=str(folder / "quads.nq"), format=ox.RdfFormat.N_QUADS)
    store.flush()
    _print(time.perf_counter() - start)


def _print(seconds: float, **more: int) -> None:
    print(
        json.dumps(
            {"seconds": seconds, "processor": processor_seconds(), "megabytes": peak_megabytes(), **more}
        )
    )


if __name__ == "__main__":
    {"run": run, "quads": quads, "bare": bare}[sys.argv[2]](Path(sys.argv[1]), Path(sys.argv[3]))
