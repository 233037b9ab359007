"""All the measurements of benchmarks/README.md, as Markdown.

python -m benchmarks [--articles 2000 20000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import ROOT, Spread, in_child, machine

DEMO = [
    ["init"],
    ["ingest", "examples/native", "examples/brat"],
    ["ask", "between", "Red Heron Front", "Lantern Brigade"],
]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, nargs="+", default=[2_000, 20_000])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"Measured on {machine()}. Medians, with least and greatest in brackets.\n")
    with tempfile.TemporaryDirectory() as folder:
        for articles in options.articles:
            place = Path(folder) / str(articles)
            place.mkdir()
            source = place / "articles.jsonl"
            made = subprocess.run(
                [sys.executable, "-m", "benchmarks.generator", str(articles)],
                cwd=ROOT,
                check=True,
                capture_output=True,
            )
            source.write_bytes(made.stdout)
            ingest(place, source, articles, options.rounds)
            replace(place, articles)
            questions(place, articles)
        cold(Path(folder))


def ingest(place: Path, source: Path, articles: int, rounds: int) -> None:
    """A first load beside the engine's own, in turn."""
    pairs: list[tuple[dict[str, float], dict[str, float]]] = []
    claims = in_child("ingest", place, "run", source)["claims"]
    quads = in_child("ingest", place, "quads", source)["quads"]
    for _ in range(rounds):
        pairs.append((in_child("ingest", place, "run", source), in_child("ingest", place, "bare", source)))

    def row(
        what: str, digits: int, figure: Callable[[str, dict[str, float], dict[str, float]], float]
    ) -> None:
        seconds, processor = (
            Spread.of([figure(name, *pair) for pair in pairs]).show(digits)
            for name in ("seconds", "processor")
        )
        print(f"| {what} | {seconds} | {processor} |")

    print(f"## A first load of {articles:,} articles, {claims:,} claims, {quads:,} quads\n")
    print("| | seconds | seconds of the processor |\n|---|---|---|")
    row("`kg ingest`", 1, lambda name, ours, _: ours[name])
    row("N-Quads and `bulk_load` of the same quads", 1, lambda name, _, bare: bare[name])
    row("ratio, pair by pair", 2, lambda name, ours, bare: ours[name] / bare[name])
    peak = max(ours["megabytes"] for ours, _ in pairs)
    print()
    print(f"Peak memory of `kg ingest`: {peak:.0f} MB.\n")


def replace(place: Path, articles: int) -> None:
    """One changed article."""
    taken = in_child("replace", place, articles, 100)
    print(f"## One changed article in {articles:,}\n")
    print("| | milliseconds |\n|---|---|")
    for name, what in (
        ("large", f"replaced in the graph of {articles:,}"),
        ("small", "replaced in a graph of itself alone"),
        ("published", "publishing a checkpoint, once a run"),
    ):
        print(f"| {what} | {Spread.of(taken[name]).show(1, 1e3)} |")
    print()


def questions(place: Path, articles: int) -> None:
    """Each question beside its own SPARQL."""
    print(f"## Questions of {articles:,} articles, milliseconds\n")
    print(
        "| question | by the catalogue | bare SPARQL | ratio of medians | citations |\n|---|---|---|---|---|"
    )
    for name, (ours, bare, cited) in in_child("questions", place, 20).items():
        ratio = Spread.of(ours).median / Spread.of(bare).median
        print(
            f"| {name} | {Spread.of(ours).show(1, 1e3)} | {Spread.of(bare).show(1, 1e3)} | {ratio:.2f} |"
            f" {Spread.of(cited).show(1, 1e3)} |"
        )
    print()


def cold(folder: Path) -> None:
    """`kg ask` from a cold shell, on the demo graph."""
    graph = folder / "demo"

    def run(words: list[str]) -> float:
        start = time.perf_counter()
        subprocess.run([str(Path(sys.executable).with_name("kg")), *words, "-g", str(graph)], cwd=ROOT, check=True,
                       capture_output=True)  # fmt: skip
        return time.perf_counter() - start

    for words in DEMO:
        run(words)
    asked = [run(DEMO[-1]) for _ in range(20)]
    bare = []
    for _ in range(20):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        bare.append(time.perf_counter() - start)
    print("## `kg ask between` from a cold shell, on the demo graph\n")
    print("| | milliseconds |\n|---|---|")
    print(f"| `kg ask between …` | {Spread.of(asked).show(0, 1e3)} |")
    print(f"| `python -c pass` | {Spread.of(bare).show(0, 1e3)} |")


if __name__ == "__main__":
    main()
