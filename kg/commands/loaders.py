"""`kg loaders`: the formats that can be loaded."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.rendering.characters import Style
from kg.rendering.listings import as_json, listed

SUMMARY = "list the formats that can be loaded, and what each carries and loses"

_FORMATS = (
    {
        "name": "native",
        "files": "*.yaml, *.json, *.jsonl that begin with `attest: 1`; standard input",
        "carries": "everything: article, entities with names and identifiers, claims with speakers, dates, hedges and"
        " denials, anchored by quotation; types and relations are the ontology's own",
        "loses": "nothing; comments are not kept",
        "needs": "nothing",
    },
    {
        "name": "brat",
        "files": "*.txt with *.ann, *.a1 and *.a2, several annotators' *_NAME.ann; *.meta.yaml for the article",
        "carries": "spans (also discontinuous ones), events, relations, attributes, equivalences, normalisations and"
        " notes, by the labels of the mapping",
        "loses": "what the mapping ignores by name, which the report counts; the tool's own ids and display settings",
        "needs": "a mapping: --mapping, or mapping.yaml beside the files",
    },
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Lists the formats that `kg ingest` reads, what each carries and loses, and the mappings there are."
    )


def run(args: argparse.Namespace) -> int:
    """List them."""
    mappings = _mappings(args.graph)
    if args.format == "json":
        sys.stdout.write(as_json({"formats": list(_FORMATS), "mappings": mappings}))
        return 0
    style = Style.of(sys.stdout)
    sys.stdout.write(listed(("name", "files", "carries", "loses", "needs"), _FORMATS, args.format, style))
    if args.format == "table":
        print(f"\nmappings: {', '.join(mappings)}")
    return 0


def _mappings(graph: str) -> list[str]:
    """The names that `kg ingest --mapping` takes: shipped ones and the graph's."""
    import loaders

    folders = (Path(loaders.__file__).parent / "mappings", Path(graph) / "mappings")
    return sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
