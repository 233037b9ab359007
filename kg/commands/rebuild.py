"""`kg rebuild`: make the store anew from the ledger."""

from __future__ import annotations

import argparse

from kg.commands.places import add_store_options, place_of
from kg.graph import Graph

_MOST = 64

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
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=1,
        metavar="N",
        help="processes that fill a store on a server together (default 1; the embedded store takes one)",
    )


def run(args: argparse.Namespace) -> int:
    """Rebuild."""
    place = place_of(args)
    with Graph.open(args.graph, write=True) as graph:
        before = graph.settings.store
        if place is None or place == before:
            graph.rebuild(args.jobs)
            print(f"rebuilt the store of {args.graph} at sequence {graph.sequence}")
        else:
            graph.move(place, args.jobs)
            print(
                f"moved the store of {args.graph} to {place.url} at sequence {graph.sequence}; the one before,"
                f" {before.url}, was left as it is"
            )
    return 0


def _jobs(given: str) -> int:
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= _MOST:
        raise argparse.ArgumentTypeError(f"{given!r} is not a number of processes, 1 to {_MOST}")
    return int(given)
