"""`kg init`: make an empty graph."""

from __future__ import annotations

import argparse

from kg.graph import Graph
from ontology.namespaces import BASE

SUMMARY = "make an empty graph"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = "Makes an empty graph in the folder given by -g (default ./graph)."
    parser.add_argument(
        "--base",
        default=BASE,
        help="what the IRIs of nodes, claims and articles begin with (default %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Make it."""
    Graph.create(args.graph, base=args.base)
    print(f"made an empty graph in {args.graph}; next: kg ingest -g {args.graph} FILES…")
    return 0
