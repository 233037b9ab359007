"""`kg claim`: one claim with everything it rests on."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from kg.graph import Graph
from kg.ledger import Ledger
from kg.rendering import citations as cited
from kg.rendering.answers import quoted
from kg.rendering.characters import Style, padded, paragraph, visible
from kg.rendering.listings import as_json, listed
from ontology.errors import UsageError

SUMMARY = "show one claim: who says it, where, in which sentence, and who annotated it"

_SHORTEST = 4


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Shows one claim with the sentence it rests on and the sentences before and after. Superseded and retracted"
        " claims are kept and can be shown too."
    )
    parser.epilog = "example: kg claim c00bb6ffe"
    parser.add_argument("id", help="the claim's id, or its beginning, as `kg ask` prints it")


def run(args: argparse.Namespace) -> int:
    """Show it."""
    with Graph.open(args.graph) as graph:
        claim = _whole_id(graph.ledger, args.id)
        citation = graph.ledger.citations([claim])[claim]
        citation.update(_setting(graph.ledger, claim))
    if args.format == "json":
        sys.stdout.write(as_json({"id": claim, **citation}))
    elif args.format == "table":
        print("\n".join(_lines(claim, citation, Style.of(sys.stdout))))
    else:
        facts = [{"field": name, "value": value} for name, value in _facts(claim, citation)]
        sentence = " ".join(citation["sentences"])
        facts.append({"field": "sentence", "value": sentence})
        sys.stdout.write(listed(("field", "value"), facts, args.format, Style.of(sys.stdout)))
    return 0


def _whole_id(ledger: Ledger, given: str) -> str:
    """The id that was given, or begins with what was given."""
    if len(given) < _SHORTEST:
        raise UsageError(f"{given!r} is too short for a claim's id; give at least {_SHORTEST} characters")
    found = [
        key
        for (key,) in ledger.db.execute(
            "SELECT DISTINCT key FROM claims WHERE key >= ? AND key < ? ORDER BY key LIMIT 4",
            (given, given + "\U0010ffff"),
        )
    ]
    if not found:
        raise UsageError(f"no claim {given!r}; `kg ask` prints the ids of claims in brackets")
    if len(found) > 1 and given not in found:
        raise UsageError(f"several claims begin with {given!r}: {', '.join(found)}")
    return str(given if given in found else found[0])


def _setting(ledger: Ledger, claim: str) -> dict[str, Any]:
    """The sentences around the evidence, and what read it: `before`, `after`, loader, mapping, source, run."""
    from ontology.text import covering, sentences

    row = ledger.db.execute(
        "SELECT c.revision, c.body, s.loader, s.mapping, s.source, c.run FROM claims c JOIN sets s ON s.id = c.set_id"
        " WHERE c.key = ? ORDER BY c.live DESC, c.id DESC LIMIT 1",
        (claim,),
    ).fetchone()
    revision, body, loader, mapping, source, run = row
    evidence = json.loads(body)["evidence"]
    text = ledger.text(revision)
    spans = sentences(text)
    low, high = covering(spans, min(one[0] for one in evidence), max(one[1] for one in evidence))
    before = next((text[start:end].strip() for start, end in reversed(spans) if end <= low), "")
    after = next((text[start:end].strip() for start, end in spans if start >= high), "")
    return {
        "before": before,
        "after": after,
        "loader": loader,
        "mapping": mapping,
        "source": source,
        "run": run,
    }


def _facts(claim: str, citation: dict[str, Any]) -> list[tuple[str, str]]:
    """What is known of the claim, as titles and words; what is not known is left out."""
    voices = [one["name"] + ("" if one["named"] else " (unnamed)") for one in citation["speakers"]]
    facts = [
        ("claim", f"{citation['subject']['name']} {citation['relation']} {citation['object']['name']}"),
        ("id", claim),
        ("speaker", voices[-1] if voices else "none: the article's own voice"),
        ("relayed by", ", ".join(reversed(voices[:-1]))),
        ("put as", ", ".join([citation["polarity"], citation["certainty"], citation["modality"], citation["basis"]])
         .replace("unstated", "no certainty stated")),
        ("said", citation["said"] or ""),
        ("held", cited.held(citation)),
        ("", "over by the day it was said" if citation["ended"] else ""),
        ("date's words", citation["words"]),
        *((name, citation[name]["name"]) for name in ("place", "event", "about", "instrument") if name in citation),
        ("role", citation["role"]),
        ("article", citation["title"] or citation["article"]),
        ("", citation["article"] if citation["title"] else ""),
        ("", ", ".join([cited.outlet(citation, str), citation["published"] or "no date"])),
        ("", citation["url"]),
        ("annotated by", ", ".join(part for part in (citation["annotator"], citation["layer"]) if part)),
        ("read from", citation["source"]),
        ("by", f"{citation['loader']} {citation['mapping']}".strip() + f" in run {citation['run']}"),
        ("now", citation.get("no_longer_live", "")),
    ]  # fmt: skip
    return [(title, words) for title, words in facts if words]


def _lines(claim: str, citation: dict[str, Any], style: Style) -> list[str]:
    lines: list[str] = []
    facts = _facts(claim, citation)
    size = max(len(title) for title, _ in facts)
    for title, words in facts:
        label = padded(title, size) + "  "
        first, *rest = paragraph(visible(words), style.text_width, label)
        lines += [style.strong(label) + first[len(label) :], *rest]
    lines.append("")
    for around, quote in ((citation["before"], False), ("", True), (citation["after"], False)):
        if quote:
            lines += quoted(cited.quotation(citation), style, "  ")
        elif around:
            lines += [style.faint(line) for line in paragraph(visible(around), style.text_width, "  ")]
    return lines
