"""`kg verify`: check the ledger against its texts and the store against the ledger."""

from __future__ import annotations

import argparse
from pathlib import Path

from kg.graph import Graph
from kg.rendering.characters import visible
from kg.rendering.listings import as_json
from kg.verification import verify
from ontology.errors import UsageError

SUMMARY = "check the ledger against its texts, and the store against the ledger"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Reads everything once and says what is wrong, a line each. Exit code 1 says that something is; `kg rebuild`"
        " mends a store, a backup mends a ledger. With --shapes, checks the graph as RDF, or a file that `kg export`"
        " wrote, against the ontology's SHACL shapes."
    )
    parser.epilog = "examples: kg verify; kg verify --shapes; kg verify --shapes graph.ttl"
    parser.add_argument("--shapes", action="store_true", help="check against the ontology's SHACL shapes")
    parser.add_argument("file", nargs="?", help="with --shapes: an exported file (.ttl, .nt, .jsonld)")


def run(args: argparse.Namespace) -> int:
    """Check."""
    if args.file and not args.shapes:
        raise UsageError("a file is checked against the shapes: add --shapes")
    if args.shapes:
        from kg.shacl import violations

        with Graph.open(args.graph) as graph:
            problems = violations(graph, Path(args.file) if args.file else None)
    else:
        with Graph.open(args.graph, write=True) as graph:
            problems = verify(graph)
    if args.format == "json":
        print(as_json({"problems": problems}), end="")
    else:
        print("\n".join(map(visible, problems)) or f"{args.file or args.graph}: sound")
    return 1 if problems else 0
