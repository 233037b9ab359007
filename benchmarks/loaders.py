"""Each loader beside the bare parser of its format, as a table of Markdown.

    python -m benchmarks.loaders [FORMAT …] [--articles 300] [--rounds 5]

Made-up articles (`benchmarks.marked`) are written in the format; then, in one process and in turn, the parser alone is
run over all of it, the loader reads it into documents, and the loader reads and maps it. Ratios are of the processor
time of one round to that of the parser in the same round. Peak memory is that of a process that does nothing else, for
so many articles and for four times as many.
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks.marked import articles
from benchmarks.measuring import Spread, in_child, machine, peak_megabytes
from benchmarks.writing import WRITERS, mapping
from loaders import reading
from loaders.formats import Options, formats
from loaders.mapping import Mapping, load_mapping
from ontology.models import RejectedDocument
from ontology.vocabulary import load

Bare = Callable[[list[Path]], object]


# -- parsers alone --------------------------------------------------------------------------------------------------


def _json_lines(files: list[Path]) -> None:
    for file in files:
        with file.open("rb") as stream:
            for line in stream:
                json.loads(line)


def _json(files: list[Path]) -> None:
    for file in files:
        json.loads(file.read_bytes())


def _xml(files: list[Path]) -> None:
    for file in files:
        for _, element in ElementTree.iterparse(file):
            element.clear()


def _zipped_xml(files: list[Path]) -> None:
    for file in files:
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    if name.endswith(".xmi"):
                        for _, element in ElementTree.iterparse(io.BytesIO(archive.read(name))):
                            element.clear()


def _cassis_xmi(files: list[Path]) -> None:
    import cassis

    with next(file for file in files if file.name == "TypeSystem.xml").open("rb") as stream:
        types = cassis.load_typesystem(stream)
    for file in files:
        if file.suffix == ".xmi":
            with file.open("rb") as stream:
                cassis.load_cas_from_xmi(stream, typesystem=types)


def _cassis_json(files: list[Path]) -> None:
    import cassis

    for file in files:
        with file.open("rb") as stream:
            cassis.load_cas_from_json(stream)


def _cassis_zip(files: list[Path]) -> None:
    import cassis

    for file in files:
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                types = cassis.load_typesystem(archive.read("TypeSystem.xml").decode())
                name = next(name for name in archive.namelist() if name.endswith(".xmi"))
                cassis.load_cas_from_xmi(archive.read(name).decode(), typesystem=types)


def _stix2(files: list[Path]) -> None:
    import stix2

    for file in files:
        stix2.parse(file.read_bytes().decode(), allow_custom=True)


def _split_lines(files: list[Path]) -> None:
    for file in files:
        for line in file.read_text(encoding="utf-8").split("\n"):
            line.split("\t")


def _csv(files: list[Path]) -> None:
    for file in files:
        with file.open(encoding="utf-8", newline="") as stream:
            for _ in csv.reader(stream):
                pass


def _docbin(files: list[Path]) -> None:
    import spacy
    from spacy.tokens import DocBin

    vocab = spacy.blank("en").vocab
    for file in files:
        for _ in DocBin().from_disk(file).get_docs(vocab):
            pass


PARSERS: dict[str, tuple[tuple[str, Bare], ...]] = {
    "native": (("json.loads", _json_lines),),
    "label-studio": (("json.loads", _json),),
    "doccano": (("json.loads", _json_lines),),
    "prodigy": (("json.loads", _json_lines),),
    "web-annotation": (("json.loads", _json_lines),),
    "re3d": (("json.loads", _json_lines),),
    "plover": (("json.loads", _json),),
    "stix": (("json.loads", _json), ("stix2", _stix2)),
    "cas-json": (("json.loads", _json), ("cassis", _cassis_json)),
    "cas-xmi": (("iterparse", _xml), ("cassis", _cassis_xmi)),
    "inception": (("zip, iterparse", _zipped_xml), ("cassis", _cassis_zip)),
    "gate-json": (("json.loads", _json),),
    "gate-xml": (("iterparse", _xml),),
    "webanno-tsv": (("split", _split_lines),),
    "brat": (("split", _split_lines),),
    "spacy": (("DocBin", _docbin),),
    "claims-table": (("csv", _csv),),
    "un-list": (("iterparse", _xml),),
    "followthemoney": (("json.loads", _json_lines),),
    "wikidata": (("json.loads", _json_lines),),
}
"""What a format is parsed with where nothing is made of it; a second one is its own library, where it has one."""


# -- measuring ------------------------------------------------------------------------------------------------------


class _Format:
    """A format's files in a folder, and the ways to go over them."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.files = sorted(path for path in folder.rglob("*") if path.is_file())
        self._ontology = load()
        self._options = Options(self._ontology)
        own = formats()[name]
        self._mapping = "" if own.mapping or not own.needs_mapping else str(folder.parent / "mapping.yaml")
        self._found: dict[str, Mapping] = {}

    def ways(self) -> dict[str, Callable[[], object]]:
        """By name: every parser alone, reading, reading and mapping."""
        bare = {name: (lambda parse=parse: parse(self.files)) for name, parse in PARSERS[self.name]}
        return {**bare, "read": self.read, "map": self.map}

    def read(self) -> int:
        """Read everything, keep nothing; how many documents there were."""
        number = 0
        for found in reading.documents([self.folder], self._options):
            if isinstance(found.document, RejectedDocument):
                raise SystemExit(f"{self.name}: {found.document.rejection}")
            number += 1
        return number

    def map(self) -> int:
        """Read and map everything; how many articles there were."""
        made = reading.read([self.folder], self._options, self._mapping_named, mapping=self._mapping)
        return sum(1 for _ in made)

    def _mapping_named(self, name: str) -> Mapping:
        if name not in self._found:
            self._found[name] = load_mapping(name, self._ontology)
        return self._found[name]


def _timed(what: Callable[[], object]) -> tuple[float, float]:
    gc.collect()
    wall, processor = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - wall, time.process_time() - processor


def _measure(name: str, folder: Path, rounds: int) -> dict[str, Any]:
    """Rounds of every way in turn, in this process: seconds of the wall and of the processor."""
    format = _Format(name, folder)
    ways = format.ways()
    documents = format.read()  # and everything is imported, and the files are in the system's cache
    for go in ways.values():
        go()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for way, go in ways.items():
            times[way].append(_timed(go))
    return {"documents": documents, "times": times}


def _memory(name: str, folder: Path) -> dict[str, float]:
    """The peak of a process that reads and maps, and nothing else."""
    _Format(name, folder).map()
    return {"megabytes": peak_megabytes()}


# -- the table ------------------------------------------------------------------------------------------------------

_HEADER = (
    "| format | parser | articles/s | MB/s | read : parser | read + map : parser | read : parser, by the clock"
    " | peak MB, {n:,} | {m:,} |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def _rows(name: str, number: int, rounds: int, place: Path) -> list[str]:
    folders = []
    for many in (number, 4 * number):
        folder = place / f"{name}-{many}"
        folder.mkdir()
        WRITERS[name](folder, islice(articles(4 * number), many))
        folders.append(folder)
    size = sum(path.stat().st_size for path in folders[0].rglob("*") if path.is_file())
    taken = in_child("loaders", "--child", "times", name, folders[0], rounds)
    peaks = [in_child("loaders", "--child", "memory", name, folder)["megabytes"] for folder in folders]
    times: dict[str, list[list[float]]] = taken["times"]

    def ratio(ours: str, bare: str, clock: int) -> str:
        return Spread.of([a[clock] / b[clock] for a, b in zip(times[ours], times[bare], strict=True)]).show(1)

    rows = []
    for bare, _ in PARSERS[name]:
        read = Spread.of([processor for _, processor in times["read"]]).median
        figures = [
            name, f"`{bare}`", f"{number / read:,.0f}", f"{size / read / 1e6:.1f}", ratio("read", bare, 1),
            ratio("map", bare, 1), ratio("read", bare, 0), *(f"{peak:.0f}" for peak in peaks),
        ]  # fmt: skip
        rows.append(f"| {' | '.join(figures)} |")
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["--child"]:
        what, name, folder, *rest = words[1:]
        done = _measure(name, Path(folder), int(rest[0])) if what == "times" else _memory(name, Path(folder))
        print(json.dumps(done))
        return 0
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.loaders", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("formats", nargs="*", default=[], metavar="FORMAT")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(words)
    print(f"Measured on {machine()}.\n")
    print(_HEADER.format(n=chosen.articles, m=4 * chosen.articles))
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        (place / "mapping.yaml").write_text(mapping(articles(4 * chosen.articles)), encoding="utf-8")
        for name in chosen.formats or [name for name in WRITERS if name in formats()]:
            for row in _rows(name, chosen.articles, chosen.rounds, place):
                print(row, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
