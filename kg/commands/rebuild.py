"""`kg rebuild`: make the store anew from the ledger."""

from __future__ import annotations

import argparse

from kg.commands.places import add_store_options, place_of
from kg.graph import Graph

SUMMARY = "make the store anew from the ledger"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Makes the store anew from the ledger, which is the truth;"
        " readers see the old one until the new one is whole, or, where it is on a server, wait. With --store, makes it"
        " elsewhere and, once it is whole, has the graph use that one; the one before is left as it is."
    )
    parser.epilog = (
        "examples: kg rebuild; kg rebuild --store https://host/dataset/query; kg rebuild --store oxigraph"
    )
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Rebuild."""
    place = place_of(args)
    with Graph.open(args.graph, write=True) as graph:
        before = graph.settings.store
        if place is None or place == before:
            graph.rebuild()
            print(f"rebuilt the store of {args.graph} at sequence {graph.sequence}")
        else:
            graph.move(place)
            print(
                f"moved the store of {args.graph} to {place.url} at sequence {graph.sequence}; the one before,"
                f" {before.url}, was left as it is"
            )
    return 0
