"""`kg questions`: what can be asked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.rendering.characters import Style
from kg.rendering.listings import as_json, listed
from queries.catalogue import Catalogue

SUMMARY = "list the prepared questions"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Lists the prepared questions: those of this program, and your own in the graph's folder queries/."
    )
    parser.epilog = "`kg ask NAME --help` shows one; `kg ask NAME …` asks it."


def run(args: argparse.Namespace) -> int:
    """List them."""
    known = catalogue(args.graph)
    questions = list(known)
    if args.format == "json":
        sys.stdout.write(
            as_json(
                [
                    {
                        "name": one.name,
                        "question": one.question,
                        "parameters": [
                            {
                                "name": each.name,
                                "type": each.type,
                                "required": each.required,
                                "help": each.help,
                            }
                            for each in one.parameters
                        ],
                        "columns": [{"name": each.name, "type": each.type} for each in one.columns],
                        "languages": known.languages(one.name),
                        "file": one.file,
                    }
                    for one in questions
                ]
            )
        )
        return 0
    rows = [
        {
            "name": one.name,
            "question": one.question,
            "takes": " ".join(
                each.name if each.required else f"[{each.name}]" for each in one.parameters
            ).replace("_", "-"),
            "languages": " ".join(known.languages(one.name)),
        }
        for one in questions
    ]
    # The program's own are in every language; whether an owner's are decides where they can be asked.
    columns = ["name", "question", "takes"]
    if any(known.is_own(one.name) for one in questions):
        columns.append("languages")
    sys.stdout.write(listed(columns, rows, args.format, Style.of(sys.stdout)))
    return 0


def catalogue(graph: str | None) -> Catalogue:
    """The questions that can be asked of a graph, whether or not it has been made yet."""
    own = Path(graph) / "queries" if graph else None
    return Catalogue.load([own] if own and own.is_dir() else [])
