"""`kg runs`: what each ingestion did."""

from __future__ import annotations

import argparse
import json

from kg.commands.reporting import print_report
from kg.graph import Graph
from kg.rendering.characters import visible
from kg.rendering.listings import as_json
from ontology.errors import UsageError

SUMMARY = "list ingestions, or show one's report"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = "Lists the ingestions of a graph, newest first; with a number, that run's report."
    parser.add_argument("run", nargs="?", type=int, help="a run's number")


def run(args: argparse.Namespace) -> int:
    """List or show."""
    with Graph.open(args.graph) as graph:
        db = graph.ledger.db
        if args.run is not None:
            row = db.execute("SELECT report FROM runs WHERE id=?", (args.run,)).fetchone()
            if row is None:
                raise UsageError(f"no run {args.run}; `kg runs` lists them")
            report = json.loads(row[0]) if row[0] else None
            if report is None:
                print(f"run {args.run} did not finish; what it had committed is kept")
            elif args.format == "json":
                print(as_json(report), end="")
            else:
                print_report(report)
            return 0
        runs = db.execute(
            "SELECT id, command, started, finished, outcome FROM runs ORDER BY id DESC"
        ).fetchall()
    names = ("run", "command", "started", "finished", "outcome")
    rows = [dict(zip(names, row, strict=True)) for row in runs]
    if args.format == "json":
        print(as_json(rows), end="")
    else:
        for row in rows:
            about = f"{row['run']:>5}  {row['started']}  {row['outcome'] or 'did not finish':<14}"
            print(f"{about}  {visible(row['command'])}")
    return 0
