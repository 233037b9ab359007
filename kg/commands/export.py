"""`kg export`: the graph for other programs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from kg.commands import words
from kg.graph import Graph
from ontology.errors import GraphError

SUMMARY = "write the graph for other programs: Turtle, N-Triples, JSON-LD"

_NAMES = ("turtle", "ntriples", "jsonld")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Writes the whole graph as RDF: every node, claim, relationship, value and article, as docs/graph.md tells."
        " A direct edge is written only where some live claim affirms it outright; what is denied stays a claim."
    )
    parser.epilog = "example: kg export turtle -o graph.ttl"
    parser.add_argument("what", choices=_NAMES, metavar="FORMAT", help=", ".join(_NAMES))
    parser.add_argument("-o", "--output", type=words, metavar="FILE", help="(default: standard output)")


def run(args: argparse.Namespace) -> int:
    """Write it; a file is there whole or not at all."""
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
