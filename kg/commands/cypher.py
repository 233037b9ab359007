"""`kg cypher`: a query of the user's own, where the store is Neo4j."""

from __future__ import annotations

import argparse
import json
from typing import Any

from kg.commands import words
from kg.commands.asking import add_options, given_query, show
from kg.graph import Graph
from ontology.errors import UsageError

SUMMARY = "the same in Cypher, where the store is Neo4j"

_NOTES = """\
example:
  kg cypher 'MATCH (a:ArmedGroup)-[tie:ALLIED_WITH]->(b) WHERE a.name = $name RETURN b.name, tie.status' \\
    --param 'name="Red Heron Front"'

docs/querying.md says what there is to ask for.

Formats: table and md show of a node or relationship its name, status and id; json has everything, what JSON has no type
for as {"$type": …, "_value": …}; csv has JSON where a cell has parts, and an apostrophe before text that a spreadsheet
would run as a formula. What a limit stops ends in exit code 3, after the rows that were found."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Runs a query on the graph's Neo4j in a transaction that cannot write. Only procedures and functions that look"
        " at the graph may be called; LOAD CSV is refused."
    )
    parser.epilog = _NOTES
    add_options(parser)
    parser.add_argument("--param", type=words, action="append", default=[], metavar="NAME=JSON",
                        help="a parameter of the query, $NAME; may be given several times")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Run it, and show what it gives."""
    from kg.adhoc.cypher import read_cypher
    from kg.adhoc.results import HELD, Limits

    text, parameters = given_query(args), _parameters(args.param)
    limits = Limits(args.timeout, args.limit or None, size=None if args.format in ("json", "csv") else HELD)
    with Graph.open(args.graph) as graph, read_cypher(graph, text, parameters, limits) as reading:
        from kg.rendering.values import rendered

        show(reading, args.format, lambda rows, style: rendered(reading.head, rows, args.format, style))
    return 0


def _parameters(given: list[str]) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        try:
            if not name.isidentifier() or not equals:
                raise ValueError
            parameters[name] = json.loads(value)
        except (ValueError, RecursionError):
            raise UsageError(
                f"--param {one[:100]!r} is not NAME=JSON; give one such as 'name=\"Red Heron Front\"' or limit=5"
            ) from None
    return parameters
