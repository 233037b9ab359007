"""`kg rebuild`: make the store anew from the ledger."""

from __future__ import annotations

import argparse

from kg.graph import Graph

SUMMARY = "make the store anew from the ledger"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Makes the store anew from the ledger, which is the truth;"
        " readers see the old one until the new one is whole."
    )


def run(args: argparse.Namespace) -> int:
    """Rebuild."""
    with Graph.open(args.graph, write=True) as graph:
        graph.rebuild()
        print(f"rebuilt the store of {args.graph} at sequence {graph.sequence}")
    return 0
