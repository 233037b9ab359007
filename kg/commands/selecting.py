"""The options by which a part of the graph is selected, and the selection they make."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kg.commands import words

if TYPE_CHECKING:
    from kg.network import Selection


def add_selection_options(parser: argparse.ArgumentParser, *, nodes: bool = True) -> None:
    """Add the options of a selection, each of which leaves something out; those of which nodes only where wanted."""
    options = parser.add_argument_group(
        "which part of the graph (all of it by default; what is said more than once adds up)"
    )
    options.add_argument("--actor", dest="actors", type=words, action="append", default=[], metavar="ACTOR",
                         help="what is around this actor: a name, alias or id")  # fmt: skip
    options.add_argument("--hops", type=int, default=1, metavar="N",
                         help="as many relationships away from an actor (default %(default)s)")  # fmt: skip
    options.add_argument("--family", dest="families", type=words, action="append", default=[], metavar="NAME",
                         help="relations of this family, such as alliance or conflict")  # fmt: skip
    options.add_argument("--relation", dest="relations", type=words, action="append", default=[], metavar="NAME",
                         help="this relation, such as trained")  # fmt: skip
    options.add_argument("--as-of", type=words, metavar="DATE", help="states that held then")
    options.add_argument("--since", type=words, metavar="DATE", help="acts since then")
    options.add_argument("--until", type=words, metavar="DATE", help="acts until then")
    options.add_argument("--status", dest="statuses", type=words, action="append", default=[], metavar="STATUS",
                         help="relationships of this status, such as disputed")  # fmt: skip
    options.add_argument("--min-speakers", type=int, default=0, metavar="N",
                         help="what at least so many independent speakers affirm, or deny")  # fmt: skip
    options.add_argument("--publisher", dest="publishers", type=words, action="append", default=[], metavar="NAME",
                         help="what is said in articles that this publisher published")  # fmt: skip
    if not nodes:
        parser.set_defaults(values=False, isolated=False)
        return
    options.add_argument(
        "--no-values", dest="values", action="store_false", help="no figures and dates as nodes"
    )
    alone = options.add_mutually_exclusive_group()
    alone.add_argument("--isolated", action="store_true", default=None,
                       help="also nodes without a relationship (default: only of the whole graph)")  # fmt: skip
    alone.add_argument(
        "--no-isolated", dest="isolated", action="store_false", help="no nodes without a relationship"
    )


def selection_of(args: argparse.Namespace) -> Selection:
    """The selection that the options make; raises UsageError where one is wrong."""
    from kg.network import Selection

    return Selection(
        actors=tuple(args.actors),
        hops=args.hops,
        families=tuple(args.families),
        relations=tuple(args.relations),
        as_of=args.as_of,
        since=args.since,
        until=args.until,
        statuses=tuple(args.statuses),
        min_speakers=args.min_speakers,
        publishers=tuple(args.publishers),
        values=args.values,
        isolated=args.isolated,
    )
