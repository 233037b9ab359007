"""`kg export`: the graph, or a selection of it, for other programs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.commands import words
from kg.commands.selecting import add_selection_options, selection_of
from ontology.errors import UsageError

SUMMARY = "write the graph for other programs: Gephi, networkx, Neo4j, Cytoscape, RDF, STIX …"

_IMPORT = "neo4j-csv"
"""The one that is no network but the store itself, for Neo4j's own importer."""


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
        "\nformats:\n"
        + "\n".join(f"  {one.name:<{size}}  {one.title}; for {one.opens}" for one in known)
        + f"\n  {_IMPORT:<{size}}  the whole store, for `neo4j-admin database import` (a folder)"
    )
    parser.epilog = (
        "docs/exports.md tells what each format loses.\n\n"
        "examples: kg export gexf -o graph.gexf\n"
        "          kg export graphml --actor 'Red Heron Front' --hops 2 --edges claims -o front.graphml"
    )
    parser.add_argument("what", type=words, metavar="FORMAT", help="one of the above")
    parser.add_argument("-o", "--output", type=words, metavar="FILE", help="(default: standard output)")
    parser.add_argument("--edges", choices=FORMS, help="one edge a relationship (default) or one a claim")
    parser.add_argument("--analysis", type=words, metavar="FILE",
                        help="show what `kg analyse … --picture FILE` found (html, svg, png)")  # fmt: skip
    add_selection_options(parser)


def run(args: argparse.Namespace) -> int:
    """Write it; a file is there whole or not at all."""
    if args.what == _IMPORT:
        return _neo4j_csv(args)
    from kg.exports.formats import Export, formats, named
    from kg.exports.writing import export
    from kg.graph import Graph
    from kg.network import select
    from kg.rendering.characters import visible

    format = named(args.what)
    if args.edges and not format.forms:
        raise UsageError(f"{format.name} has relationships and claims both; leave --edges out")
    if args.analysis and not format.draws:
        drawing = " or ".join(one.name for one in formats().values() if one.draws)
        raise UsageError(f"{format.name} shows no analysis; leave --analysis out, or write {drawing}")
    analysis = None
    if args.analysis:
        from kg.analysis.picture import read

        analysis = read(Path(args.analysis))
    selection = selection_of(args)
    with Graph.open(args.graph) as graph:
        network = select(graph, selection)
        what = Export(network, args.edges or "relationships", analysis=analysis)
        export(format, what, None if args.output is None else Path(args.output))
        if not len(network):
            why = "nothing in the graph is like this" if str(selection) else "the graph is empty"
            what.network.notes.append(f"{why}: {format.name} without a node is written")
        for note in what.notes:
            print(f"note: {visible(note)}", file=sys.stderr)
    return 0


def _neo4j_csv(args: argparse.Namespace) -> int:
    """Write the files of an import, and tell how it is done."""
    from kg.exports.neo4j_csv import write
    from kg.graph import Graph
    from kg.network import Selection

    if args.edges or selection_of(args) != Selection():
        raise UsageError(f"{_IMPORT} is the whole store; leave --edges and what selects a part out")
    if args.output is None:
        raise UsageError(f"{_IMPORT} is a folder of files: name it with -o DIR")
    with Graph.open(args.graph) as graph:
        command = write(graph, Path(args.output))
    print(
        f"wrote {args.output}; on the server, with the database stopped, run {args.output}/import.sh, which is\n"
        f"{command}\nthen start the database and set this graph's store in its settings.json to the server's address"
    )
    return 0
