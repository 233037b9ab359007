"""`kg retract`: withdraw what an article says, or a reference list."""

from __future__ import annotations

import argparse

from kg.commands import words
from kg.commands.reporting import print_report
from kg.graph import Graph
from kg.ingestion import retract
from kg.rendering.listings import as_json

SUMMARY = "withdraw an article's claims, or a reference list"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Withdraws every live claim of an article, in all its annotation sets, or every record of a reference list. The"
        " ledger keeps them as retracted; loading the article or list again brings it back."
    )
    parser.add_argument(
        "article",
        type=words,
        metavar="ID",
        help="an article's id, as `kg articles` lists it, or a list's, as `kg lists` does",
    )


def run(args: argparse.Namespace) -> int:
    """Withdraw it."""
    with Graph.open(args.graph, write=True) as graph:
        report = retract(graph, args.article).to_json()
    if args.format == "json":
        print(as_json(report), end="")
    else:
        print_report(report)
    return 0
