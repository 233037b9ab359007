"""`kg lists`: the reference lists that were loaded."""

from __future__ import annotations

import argparse
import sys

from kg.entries import lists
from kg.graph import Graph
from kg.rendering.characters import Style
from kg.rendering.listings import listed

SUMMARY = "list the reference lists"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Lists the reference lists that are loaded, with the edition and how many records each has. Retracted ones are"
        " left out."
    )
    parser.epilog = "`kg show` tells what a list says of an actor; `kg retract ID` withdraws a list."


def run(args: argparse.Namespace) -> int:
    """List them."""
    with Graph.open(args.graph) as graph:
        graph.ledger.settle()
        rows = lists(graph.ledger)
    empty = "no reference lists; load some with `kg ingest FILES…`"
    columns = ("id", "title", "publisher", "edition", "records")
    sys.stdout.write(listed(columns, rows, args.format, Style.of(sys.stdout), empty=empty))
    return 0
