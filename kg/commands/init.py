"""`kg init`: make an empty graph."""

from __future__ import annotations

import argparse

from kg.commands.places import add_store_options, place_of
from kg.graph import Graph
from kg.stores.place import EMBEDDED
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
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Make it."""
    place = place_of(args) or EMBEDDED
    Graph.create(args.graph, base=args.base, store=place)
    where = "" if place.embedded else f" with its store at {place.url}"
    print(f"made an empty graph in {args.graph}{where}; next: kg ingest -g {args.graph} FILES…")
    return 0
