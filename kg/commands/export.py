"""`kg export`: the graph, or a selection of it, for other programs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.commands import words
from kg.commands.selecting import add_selection_options, selection_of

SUMMARY = "write the graph for other programs: Gephi, networkx, Neo4j, Cytoscape, RDF, STIX …"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    from kg.exports.columns import FORMS
    from kg.exports.formats import formats

    known = formats().values()
    size = max(len(one.name) for one in known)
    parser.usage = "kg export FORMAT [--edges FORM] [which part of the graph] [-o FILE]"
    parser.description = (
        "Writes the graph, or a part of it, with who said so. An edge is one relationship, with its status and\n"
        "counts, or one claim, with its quote and speaker. What nobody affirms outright says so in its type: denied\n"
        "alliedWith.\n"
        "\nformats:\n" + "\n".join(f"  {one.name:<{size}}  {one.title}; read by {one.opens}" for one in known)
    )
    parser.epilog = (
        "docs/exports.md tells what each format loses.\n\n"
        "examples: kg export gexf -o graph.gexf\n"
        "          kg export graphml --actor 'Red Heron Front' --hops 2 --edges claims -o front.graphml"
    )
    parser.add_argument("what", type=words, metavar="FORMAT", help="one of the above")
    parser.add_argument("-o", "--output", type=words, metavar="FILE", help="(default: standard output)")
    parser.add_argument("--edges", choices=FORMS, help="one edge a relationship (default) or one a claim")
    add_selection_options(parser)


def run(args: argparse.Namespace) -> int:
    """Write it; a file is there whole or not at all."""
    from kg.exports.formats import Export, named
    from kg.exports.writing import export
    from kg.graph import Graph
    from kg.network import select
    from kg.rendering.characters import visible
    from ontology.errors import UsageError

    format = named(args.what)
    if args.edges and not format.forms:
        raise UsageError(f"{format.name} has relationships and claims both; leave --edges out")
    selection = selection_of(args)
    with Graph.open(args.graph) as graph:
        network = select(graph, selection)
        what = Export(network, args.edges or "relationships")
        export(format, what, None if args.output is None else Path(args.output))
        if not len(network):
            why = "nothing in the graph is like this" if str(selection) else "the graph is empty"
            what.network.notes.append(f"{why}: {format.name} without a node is written")
        for note in what.notes:
            print(f"note: {visible(note)}", file=sys.stderr)
    return 0
