"""One changed article replaced, in a large graph and in an almost empty one.

    python -m benchmarks.replace FOLDER ARTICLES REPEATS

The folder's graph holds that many made articles. Prints, as JSON, the seconds of each replacement (ledger commit and
store update, both durable), in the large graph and in one that holds only the article, and of publishing a checkpoint.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import kg
from benchmarks.generator import Corpus
from kg.following import follow
from kg.recording import Recorder
from loaders.native import reading as native


def document(graph: kg.Graph, corpus: Corpus, number: int, revision: int) -> Any:
    """One made article, as the loader gives it."""
    import io

    line = json.dumps(corpus.article(number, revision=revision)).encode()
    return next(native.load(io.BytesIO(line), name="made.jsonl", ontology=graph.ontology))


def replaced(path: Path, corpus: Corpus, numbers: list[int], first: int) -> tuple[list[float], list[float]]:
    """Seconds of each replacement, and of each publication."""
    taken: list[float] = []
    published: list[float] = []
    with kg.Graph.open(path, write=True) as graph:
        recorder, store, projection = Recorder(graph.ledger, graph.ontology, 0), graph.store, graph.projection
        for number in numbers:
            changed = document(graph, corpus, number, first)
            start = time.perf_counter()
            changes = recorder.record([changed])
            follow(store, projection, changes)
            taken.append(time.perf_counter() - start)
            assert changes.added
            start = time.perf_counter()
            store.publish()
            published.append(time.perf_counter() - start)
    return taken, published


def main() -> None:
    """Measure."""
    folder, articles, repeats = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    corpus = Corpus(articles, 1)
    numbers = [number * (articles // repeats) for number in range(repeats)]
    large, published = replaced(folder / "graph", corpus, numbers, 1)
    small: list[float] = []
    for number in numbers[:: max(1, repeats // 40)]:
        path = folder / "small"
        shutil.rmtree(path, ignore_errors=True)
        kg.Graph.create(path)
        with kg.Graph.open(path, write=True) as graph:
            kg.ingest(graph, [document(graph, corpus, number, 0)])
        small += replaced(path, corpus, [number], 1)[0]
    print(json.dumps({"large": large, "small": small, "published": published}))


if __name__ == "__main__":
    main()
