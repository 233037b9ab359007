"""What `kg sparql` and `kg cypher` share: where the query comes from, its limits, and showing what it gives."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.commands import words
from kg.rendering.characters import Style
from ontology.errors import StoppedError, UsageError

if TYPE_CHECKING:
    from kg.adhoc.results import Reading, Row


def add_options(parser: argparse.ArgumentParser) -> None:
    """The query and its limits."""
    parser.add_argument("query", nargs="?", type=words, metavar="QUERY", help="the query, in quotes")
    parser.add_argument("--file", type=words, metavar="FILE", help="read it from a file; - is standard input")
    parser.add_argument("--timeout", type=_seconds, default=30.0, metavar="SECONDS",
                        help="stop it after so long (default 30)")  # fmt: skip
    parser.add_argument("--limit", type=_rows, default=1000, metavar="ROWS",
                        help="stop it after so many rows, 0 for all (default %(default)s)")  # fmt: skip


def given_query(args: argparse.Namespace) -> str:
    """The text of the query; raises UsageError where there is none, two, or one that is not UTF-8."""
    if (args.query is None) == (args.file is None):
        raise UsageError("give one query: in quotes, or by --file FILE (- for standard input)")
    if args.query is not None:
        return str(args.query)
    try:
        content = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{args.file}: not UTF-8 (byte {error.start}); save it as UTF-8") from None


def show(reading: Reading, format: str, rendered: Callable[[Iterable[Row], Style], Iterator[str]]) -> None:
    """Write what comes; where a limit ends it, what was found is written whole before that is raised."""
    stopped: StoppedError | None = None
    count = 0

    def rows() -> Iterator[Row]:
        nonlocal stopped, count
        try:
            for row in reading:
                count += 1
                yield row
        except StoppedError as error:
            if not count:
                raise
            stopped = error

    if format != "table" and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for piece in rendered(rows(), Style.of(sys.stdout)):
        sys.stdout.write(piece)
    if stopped:
        raise stopped
    if reading.more:
        sys.stdout.flush()
        print(
            f"stopped after {count:,} row{'' if count == 1 else 's'}; --limit N gives more, --limit 0 all",
            file=sys.stderr,
        )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


def _rows(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rows")
    return int(text)
