"""`kg articles`: what was loaded."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from kg.graph import Graph
from kg.rendering.characters import Style, padded, paragraph, visible, width
from kg.rendering.listings import counted, listed

SUMMARY = "list the articles"

_COLUMNS = ("id", "published", "publisher", "origin", "title", "claims")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Lists the articles by publisher and date, with their live claims. Retracted ones are left out."
    )
    parser.epilog = "`kg ask article ID` shows what one says; `kg retract ID` withdraws it."


def run(args: argparse.Namespace) -> int:
    """List them."""
    with Graph.open(args.graph) as graph:
        found = graph.ledger.db.execute(
            "SELECT a.key, a.body, a.origin, (SELECT count(*) FROM claims c JOIN sets s ON s.id = c.set_id"
            " WHERE s.article = a.id AND c.live) FROM articles a"
            " WHERE EXISTS (SELECT 1 FROM sets s WHERE s.article = a.id AND s.live)"
        ).fetchall()
        (every,) = graph.ledger.db.execute("SELECT count(*) FROM articles").fetchone()
    rows: list[dict[str, Any]] = []
    for key, body, origin, claims in found:
        meta = json.loads(body)
        rows.append(
            {
                "id": key,
                "published": meta.get("published"),
                "publisher": meta.get("publisher", ""),
                "origin": origin if origin != meta.get("publisher") else "",
                "title": meta.get("title", ""),
                "claims": claims,
            }
        )
    rows.sort(key=lambda row: (row["publisher"], row["published"] or "", row["id"]))
    style = Style.of(sys.stdout)
    if args.format != "table":
        sys.stdout.write(listed(_COLUMNS, rows, args.format, style))
    else:
        print("\n".join(_lines(rows, style)) or "no articles; load some with `kg ingest FILES…`")
        if every > len(rows):
            print(f"\n{every - len(rows):,} more, retracted")
    return 0


def _lines(rows: list[dict[str, Any]], style: Style) -> Iterator[str]:
    """Date, title and id of each article under its publisher; ids are never broken, for they are copied."""
    size = max((width(visible(row["published"] or "no date")) for row in rows), default=0)
    publisher = None
    for row in rows:
        if row["publisher"] != publisher:
            if publisher is not None:
                yield ""
            publisher = row["publisher"]
            yield style.strong(visible(publisher or "publisher not known"))
        taken = f", from {row['origin']}" if row["origin"] else ""
        words = f"{row['title'] or '(no title)'} ({counted(row['claims'], 'claim')}{taken})"
        label = "  " + padded(visible(row["published"] or "no date"), size) + "  "
        yield from paragraph(visible(words), style.text_width, label)
        yield " " * len(label) + visible(row["id"])
