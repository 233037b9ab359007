"""`kg verify`: check the ledger against its texts and the store against the ledger."""

from __future__ import annotations

import argparse

from kg.graph import Graph
from kg.rendering.characters import visible
from kg.rendering.listings import as_json
from kg.verification import verify

SUMMARY = "check the ledger against its texts, and the store against the ledger"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Reads everything once and says what is wrong, a line each. Exit code 1 says that something is; `kg rebuild`"
        " mends a store, a backup mends a ledger."
    )


def run(args: argparse.Namespace) -> int:
    """Check."""
    with Graph.open(args.graph, write=True) as graph:
        problems = verify(graph)
    if args.format == "json":
        print(as_json({"problems": problems}), end="")
    else:
        print("\n".join(map(visible, problems)) or f"{args.graph}: sound")
    return 1 if problems else 0
