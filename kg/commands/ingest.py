"""`kg ingest`: load annotated articles and reference lists."""

from __future__ import annotations

import argparse
import sys
import time

from kg.commands import words
from kg.commands.reporting import print_report
from kg.graph import Graph
from kg.ingestion import Report, ingest
from kg.rendering.listings import as_json
from kg.sources import MAX_CHARACTERS, load
from ontology import dates
from ontology.errors import DateError, UsageError
from ontology.models import Article

SUMMARY = "load annotated articles and reference lists: files, folders, or - for standard input"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Loads annotated articles and reference lists. Unchanged ones cost nothing; a changed annotation set replaces"
        " its own earlier claims and no other's, and another edition of a list its own records. Every annotation is"
        " loaded, ignored by name, or rejected with file, line and reason. Exit code 1 says that something was"
        " rejected; the rest is loaded all the same."
    )
    parser.epilog = "example: kg ingest articles/ --mapping mapping.yaml --publisher 'The Borrin Courier'"
    parser.add_argument(
        "paths", nargs="+", metavar="FILE", help="an annotated article, a folder of them, or -"
    )
    parser.add_argument(
        "-m", "--mapping", help="how labels become types and relations: a file, or the name of one"
    )
    parser.add_argument(
        "--input-format", type=words, default="", metavar="NAME",
        help="the format of all the files, where their content does not tell (`kg loaders` lists them)",
    )  # fmt: skip
    parser.add_argument(
        "--annotator", type=words, default="", metavar="NAME",
        help="take one annotator's work, where a file holds that of several",
    )  # fmt: skip
    parser.add_argument(
        "--feed",
        type=words,
        default="",
        help="where the articles come from, for those known by their path only",
    )
    parser.add_argument("--max-characters", type=_limit, default=MAX_CHARACTERS, metavar="N",
                        help="reject an article longer than this (default %(default)s)")  # fmt: skip
    about = parser.add_argument_group("what is known of articles whose files do not say it")
    for name, help in (
        ("publisher", "who published it"),
        ("origin", "the agency or paper it was taken from"),
        ("published", "when, as EDTF: 2020-12-08, 2020-12, 2020"),
        ("language", "its language"),
    ):
        about.add_argument(f"--{name}", type=words, help=help)


def run(args: argparse.Namespace) -> int:
    """Load, report, and say by the exit code whether anything was rejected."""
    defaults = Article(
        publisher=args.publisher or "",
        origin=args.origin or "",
        published=_date(args.published) if args.published else None,
        language=args.language or "",
    )
    with Graph.open(args.graph, write=True) as graph:
        documents = load(
            args.paths, graph, mapping=args.mapping, defaults=defaults, max_characters=args.max_characters,
            format=args.input_format, annotator=args.annotator,
        )  # fmt: skip
        report = ingest(graph, documents, command="ingest " + " ".join(args.paths), feed=args.feed,
                        progress=_Progress() if sys.stderr.isatty() else None)  # fmt: skip
    if args.format == "json":
        print(as_json(report.to_json()), end="")
    else:
        print_report(report.to_json())
    return 0 if report.clean else 1


def _date(text: str) -> str:
    try:
        return dates.check(text)
    except DateError as error:
        raise UsageError(f"--published: {error}") from None


def _limit(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 10 or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of characters")
    return int(text)


class _Progress:
    """A line on the terminal that counts articles and records, at most ten times a second."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()

    def __call__(self, report: Report) -> None:
        now = time.monotonic()
        if now - self._last > 0.1:
            self._last = now
            counts = report.records
            records = counts.added + counts.unchanged + counts.replaced
            done = [f"{report.documents:,} articles"] * (report.documents > 0 or not records)
            done += [f"{records:,} records"] * (records > 0)
            rate = (report.documents + records) / (now - self._start)
            print(f"\r{', '.join(done)}, {rate:,.0f} a second", end="", file=sys.stderr, flush=True)
