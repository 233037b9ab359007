"""`kg show`: one actor's profile."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.answer import ask
from kg.entries import records_of
from kg.graph import Graph
from kg.rendering.answers import claims_in_words, first_and_last, painter, sources_in_words, tied
from kg.rendering.characters import Style, paragraph, visible
from kg.rendering.listings import as_json, cell, counted, listed
from kg.rendering.tables import Heading, table
from ontology.identifiers import IdentifierError, url_of

if TYPE_CHECKING:
    from kg.answer import Answer
    from ontology.vocabulary import Ontology

SUMMARY = "show an actor's profile: names, identifiers, relationships"

LIMIT = 200
_FIELD, _NAMES = 20, 40
_COLUMNS = ("family", "relation", "other", "status", "claims", "sources", "said")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Shows an actor, event, place or other node: its names, kinds and identifiers, its relationships by family,"
        " each with its status, what it rests on and when it was said, and what reference lists say of it."
    )
    parser.epilog = (
        "example: kg show 'Red Heron Front'; the sentences: kg ask relationships 'Red Heron Front'"
    )
    parser.add_argument("actor", metavar="ACTOR", help="name, alias or id")
    parser.add_argument("--limit", type=int, default=LIMIT, metavar="N",
                        help="at most N relationships (default %(default)s)")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Show it."""
    with Graph.open(args.graph) as graph:
        who = ask(graph, "actor", args.actor)
        if not who.rows:
            print(f"nothing found for {visible(args.actor)}")
            return 0
        profile = who.rows[0]
        relationships = ask(graph, "relationships", profile["actor"]["id"], limit=max(args.limit, 1))
        ontology = graph.ontology
        records = records_of(graph.ledger, profile["actor"]["id"])
    identifiers = [{"id": one, "url": _page(one)} for one in profile["identifiers"]]
    if args.format == "json":
        facts = {**profile, "identifiers": identifiers, "records": records, "relationships": relationships.rows,
                 "citations": relationships.citations, "more": relationships.more}  # fmt: skip
        sys.stdout.write(as_json(facts))
        return 0
    rows = list(_seen_from(profile["actor"]["id"], relationships, ontology))
    if args.format == "table":
        style = Style.of(sys.stdout)
        print("\n".join(_profile(profile, identifiers, records, rows, who, relationships, style)))
    else:
        sys.stdout.write(listed(_COLUMNS, rows, args.format, Style.of(sys.stdout)))
    return 0


def _page(identifier: str) -> str | None:
    try:
        return url_of(identifier)
    except IdentifierError:
        return None


def _seen_from(actor: str, answer: Answer, ontology: Ontology) -> Iterator[dict[str, Any]]:
    """The relationships as read from the actor's side, by family in the ontology's order."""
    order = {name: number for number, name in enumerate(ontology.relations)}  # kept together by family
    for row in sorted(answer.rows, key=lambda row: order.get(row["relation"], len(order))):
        relation = ontology.relations.get(row["relation"])
        outward = row["subject"]["id"] == actor
        label = row["relation"]
        if relation is not None:
            label = relation.label if outward or relation.symmetric else relation.inverse_label
        yield {
            "family": relation.family if relation else "",
            "relation": label,
            "other": row["object" if outward else "subject"]["name"],
            "status": row["status"],
            "claims": claims_in_words(row),
            "sources": sources_in_words(row),
            "said": first_and_last(row),
        }


def _profile(
    profile: Mapping[str, Any],
    identifiers: list[dict[str, Any]],
    records: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    who: Answer,
    relationships: Answer,
    style: Style,
) -> Iterator[str]:
    named = "" if profile["named"] else ", unnamed"
    yield style.strong(visible(profile["actor"]["name"]))
    weak = {name["name"] for record in records for name in record["names"] if name["quality"] == "weak"}
    weak -= {profile["actor"]["name"], *(profile["aliases"] or ())}
    facts = [
        ("kind", cell(profile["kinds"]) + named),
        ("also called", "; ".join(profile["aliases"] or ())),
        ("weak alias", "; ".join(sorted(weak))),
        *(("identifier", f"{one['id']}  {one['url'] or ''}".strip()) for one in identifiers),
        ("id", profile["actor"]["id"]),
        (
            "said of it",
            f"{counted(profile['claims_made'], 'claim')}, in {counted(profile['relationships'], 'relationship')}",
        ),
        ("said by it", counted(profile["said"], "claim")),
    ]
    for title, words in facts:
        if words:
            yield from paragraph(visible(words), style.text_width, f"  {title:<11}  ")

    def told(row: Mapping[str, Any], name: str) -> str:
        return tied(cell(row[name])) if name in ("claims", "sources") else cell(row[name])

    headings = [Heading("relation"), Heading("with"), Heading("status", paint=painter(style)), Heading("claims"),
                Heading("sources"), Heading("said", solid=True)]  # fmt: skip
    if rows:
        cells = [[told(row, name) for name in _COLUMNS[1:]] for row in rows]
        yield ""
        yield from table(headings, cells, style, [row["family"] or "other" for row in rows])
    for record in records:
        yield ""
        yield from _record(record, style)
    remarks = [f"note: {note}" for note in dict.fromkeys([*who.notes, *relationships.notes])]
    if relationships.more:
        remarks.append(f"more relationships: --limit {2 * len(relationships.rows)}")
    if remarks:
        yield ""
        for remark in remarks:
            yield from paragraph(visible(remark), style.text_width, rest="  ")


def _record(record: Mapping[str, Any], style: Style) -> Iterator[str]:
    """What a list says: which list and edition, its own id there, its names with language, its facts by field."""
    of = record["list"]
    edition = f", edition of {of['edition']}" if of["edition"] else ""
    heading = f"{record['id']} in {of['title'] or of['id']}{edition}"
    yield from paragraph(visible(heading), style.text_width, rest="  ")
    names = [_named(name) for name in record["names"][:_NAMES]]
    if len(record["names"]) > _NAMES:
        names.append(f"… and {len(record['names']) - _NAMES:,} more (--format json has all)")
    facts = {"names": names, **record["facts"]}
    size = min(max(map(len, facts)), _FIELD)
    for field, values in facts.items():
        yield from paragraph(visible("; ".join(values)), style.text_width, f"  {visible(field):<{size}}  ")


def _named(name: Mapping[str, str]) -> str:
    about = [one for one in (name["language"], name["quality"]) if one not in ("", "strong")]
    return f"{name['name']} ({', '.join(about)})" if about else name["name"]
