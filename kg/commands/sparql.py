"""`kg sparql`: a query of the user's own."""

from __future__ import annotations

import argparse

from kg.commands.asking import add_options, given_query, show
from kg.graph import Graph

SUMMARY = "run a SPARQL query of your own, read only and within limits"

FORMATS = ("table", "json", "csv", "md", "turtle", "ntriples")

_NOTES = """\
example:
  kg sparql 'SELECT ?name ?status { ?tie a kg:Relationship ; kg:status ?status ; rdf:subject/kg:name ?name }'

docs/graph.md says what there is to ask for. The prefixes of the ontology (kg:, rdf:, xsd:, wd: …) are declared, and one
for each kind of thing: node:, claim:, relationship:, article:, value:, list:.

Formats: table is for reading, Turtle for a CONSTRUCT or DESCRIBE; json is SPARQL 1.1's JSON results, with every term's
type; csv is SPARQL 1.1's, with an apostrophe before text that a spreadsheet would run as a formula; turtle and ntriples
are sorted. What a limit of time or memory stops ends in exit code 3, after the rows that were found."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Runs a SELECT, ASK, CONSTRUCT or DESCRIBE. Updates and SERVICE are refused; nothing is fetched."
    )
    parser.epilog = _NOTES
    add_options(parser)
    parser.add_argument("--memory", type=int, default=2000, metavar="MB",
                        help="stop a query that needs more, on an embedded store (default %(default)s)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Run it, and show what it gives."""
    from kg.adhoc.results import HELD, Limits
    from kg.adhoc.sparql import known_prefixes, read_sparql
    from kg.rendering.terms import STREAMED, rendered

    text = given_query(args)
    limits = Limits(args.timeout, args.limit or None, args.memory, None if args.format in STREAMED else HELD)
    with Graph.open(args.graph) as graph, read_sparql(graph, text, limits) as reading:
        prefixes = known_prefixes(graph)
        show(
            reading,
            args.format,
            lambda rows, style: rendered(reading.head, rows, args.format, style, prefixes),
        )
    return 0
