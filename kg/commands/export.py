"""`kg export`: the graph for other programs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from kg.commands import words
from kg.graph import Graph
from ontology.errors import GraphError, UsageError

SUMMARY = "write the graph for other programs: Turtle, N-Triples, JSON-LD"

_NAMES = ("turtle", "ntriples", "jsonld", "neo4j-csv")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Writes the whole graph as RDF: every node, claim, relationship, value and article, as docs/graph.md tells."
        " A direct edge is written only where some live claim affirms it outright; what is denied stays a claim."
        " neo4j-csv writes a folder of files for `neo4j-admin database import full`, for first loads of large graphs."
    )
    parser.epilog = "examples: kg export turtle -o graph.ttl; kg export neo4j-csv -o folder"
    parser.add_argument("what", choices=_NAMES, metavar="FORMAT", help=", ".join(_NAMES))
    parser.add_argument("-o", "--output", type=words, metavar="FILE", help="(default: standard output)")


def run(args: argparse.Namespace) -> int:
    """Write it; a file is there whole or not at all."""
    if args.what == "neo4j-csv":
        return _neo4j_csv(args)
    from kg.exports.rdf import WRITERS

    with Graph.open(args.graph) as graph:
        pieces = WRITERS[args.what](graph)
        if args.output is None:
            if hasattr(sys.stdout, "reconfigure"):
                sys.stdout.reconfigure(encoding="utf-8", newline="\n")
            for piece in pieces:
                sys.stdout.write(piece)
            return 0
        target = Path(args.output)
        beside = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            with beside.open("w", encoding="utf-8", newline="\n") as out:
                for piece in pieces:
                    out.write(piece)
            os.replace(beside, target)
        except OSError as error:
            raise GraphError(
                f"{target}: cannot be written ({error.strerror or error}); choose another --output"
            ) from None
        finally:
            beside.unlink(missing_ok=True)
    return 0


def _neo4j_csv(args: argparse.Namespace) -> int:
    """Write the files of an import, and tell how it is done."""
    from kg.exports.neo4j_csv import write

    if args.output is None:
        raise UsageError("neo4j-csv is a folder of files: name it with -o DIR")
    with Graph.open(args.graph) as graph:
        command = write(graph, Path(args.output))
    print(
        f"wrote {args.output}; on the server, with the database stopped, run {args.output}/import.sh, which is\n"
        f"{command}\nthen start the database and set this graph's store in its settings.json to the server's address"
    )
    return 0
