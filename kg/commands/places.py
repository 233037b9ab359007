"""The options that say where a graph's store is, for the commands that take them."""

from __future__ import annotations

import argparse

from kg.stores.place import Place
from ontology.errors import UsageError


def add_store_options(parser: argparse.ArgumentParser) -> None:
    """Add --store and what goes with it."""
    options = parser.add_argument_group("where the store is")
    options.add_argument(
        "--store", metavar="URL",
        help="oxigraph (in the graph's folder, the default), memory, the query address of a SPARQL endpoint, or a"
        " Neo4j address such as neo4j://host; without user and password, which are KG_STORE_USER and KG_STORE_PASSWORD",
    )  # fmt: skip
    options.add_argument(
        "--update-url", metavar="URL",
        help="where the endpoint takes updates (default: where the query address ends in /query or /sparql, /update)",
    )  # fmt: skip
    options.add_argument(
        "--data-url", metavar="URL",
        help="where the endpoint has the graph store protocol, which loads faster (default: updates alone)",
    )  # fmt: skip
    options.add_argument(
        "--named-graph", metavar="IRI",
        help="use one named graph of the endpoint (default: its default graph)",
    )  # fmt: skip
    options.add_argument("--database", metavar="NAME", help="the Neo4j database (default: the user's own)")


def place_of(args: argparse.Namespace) -> Place | None:
    """The place that the options name; None where there is no --store. Raises UsageError or GraphError."""
    more = {
        "--update-url": args.update_url,
        "--data-url": args.data_url,
        "--named-graph": args.named_graph,
        "--database": args.database,
    }
    if args.store is None:
        for option, value in more.items():
            if value is not None:
                raise UsageError(f"{option} says more of a store: give --store URL, too")
        return None
    return Place(
        args.store,
        database=args.database or "",
        update=args.update_url or "",
        data=args.data_url or "",
        named=args.named_graph or "",
    ).checked()
