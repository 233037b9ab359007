"""docs/parity.md: which question gives the same answer on which backend, made from what a full run found.

make parity                                # asks everything of everyone, and writes build/parity.json
python -m tests.contract.table --write     # makes the page of it
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from importlib.metadata import version

from queries.catalogue import Catalogue
from tests.conftest import ROOT
from tests.contract.corpora import CORPORA

PAGE = ROOT / "docs" / "parity.md"
RESULTS = ROOT / "build" / "parity.json"

Results = Mapping[str, Mapping[str, Mapping[str, tuple[int, int]]]]
"""Cases asked and those that differed, by question, backend and corpus."""

_INTRODUCTION = """\
# The same answer everywhere

Every prepared question is asked of every backend, hundreds of ways each, about graphs of different kinds: our examples
(with types, relations and a question of an owner's own), names and histories that engines are known to read
differently, a newspaper article annotated by hand, 66 documents as a crowd annotated them, and a made-up corpus. Each
graph gets there as its owner would move it, by one setting and one rebuild. An answer counts as the same if its JSON
is: rows, their order, types, citations, notes and whether there is more; a refusal if its words are. Every page of an
answer is compared as well, with actors by id and by name, dates before and after everything, and all switches.
Histories that are drawn at random (load, change, withdraw, rebuild) are lived through on every backend too, and what
the store then holds is compared line by line.

`make parity` does it, and `python -m tests.contract.table --write` makes this page of what it found. The embedded store
is what the others are compared with.

"""
_SAME, _DIFFERS, _UNTRIED = "same", "differs", "not tried"
_HOW = "run make parity, then python -m tests.contract.table --write"


def versions() -> dict[str, str]:
    """Each backend's name with its version, as pinned for the tests."""
    from tests.servers.java import version as pinned

    return {
        "embedded": f"embedded (Oxigraph {version('pyoxigraph')})",
        "memory": f"in memory (Oxigraph {version('pyoxigraph')})",
        "fuseki": f"Jena Fuseki {pinned('fuseki')}",
        "oxigraph-server": f"Oxigraph server {version('oxigraph')}",
        "neo4j-5.26": f"Neo4j {pinned('neo4j')}",
        "neo4j-calendar": f"Neo4j {pinned('neo4j-calendar')}",
    }


def page(results: Results) -> str:
    """The page."""
    columns = list(versions())
    lines = [_INTRODUCTION + "| question | " + " | ".join(versions().values()) + " |"]
    lines.append("|---" * (len(columns) + 1) + "|")
    for name in Catalogue.load().names:
        cells = [_SAME if one == "embedded" else _cell(results.get(name, {}).get(one, {})) for one in columns]
        lines.append(f"| [{name}](questions.md#{name}) | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(corpora: Mapping[str, tuple[int, int]]) -> str:
    if any(differing for _, differing in corpora.values()):
        return _DIFFERS
    shipped = [corpus for corpus in CORPORA if corpora.get(corpus, (0, 0))[0]]
    return _SAME if len(shipped) == len(CORPORA) else _UNTRIED


def problems(text: str, results: Results | None = None) -> list[str]:
    """Why the page is not up to date: other questions or versions, a difference, or not what a run found."""
    blank = page(results or {}).splitlines()
    if [_first_cells(line) for line in text.splitlines()] != [_first_cells(line) for line in blank]:
        return [f"{PAGE}: not of these questions and versions; {_HOW}"]
    found: list[str] = []
    for line, now in zip(text.splitlines(), blank, strict=True):
        if line.startswith("| ["):
            name, *cells = _cells(line)
            for cell, tried in zip(cells, _cells(now)[1:], strict=True):
                if cell not in (_SAME, _UNTRIED) or (tried != _UNTRIED and cell != tried):
                    found.append(f"{PAGE}: {name}: {cell!r}, and {tried!r} in the last run; {_HOW}")
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _first_cells(line: str) -> str:
    """A line of the page without what was found."""
    return line.split("|")[1] if line.startswith("| [") else line


def main(arguments: list[str] | None = None) -> int:
    """Write the page from the last run's results, or say whether it is up to date."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.contract.table", description="Keep docs/parity.md."
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true", help="exit with 1 if the page is not up to date")
    what.add_argument("--write", action="store_true", help="write the page")
    if parser.parse_args(arguments).write:
        found_then = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
        PAGE.write_text(page(found_then), encoding="utf-8", newline="\n")
        return 0
    results = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    found = problems(PAGE.read_text("utf-8") if PAGE.is_file() else "", results)
    sys.stderr.write("".join(f"{one}\n" for one in found))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
