"""`kg loaders`: the formats that can be loaded."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kg.rendering.characters import Style
from kg.rendering.listings import as_json, listed
from loaders.formats import Format, formats

SUMMARY = "list the formats that can be loaded, and what each carries and loses"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "Lists the formats that `kg ingest` reads, what each carries and loses, and the mappings there are."
    )


def run(args: argparse.Namespace) -> int:
    """List them."""
    mappings = mapping_names(args.graph)
    known = [
        {
            "name": format.name,
            "files": format.files,
            "carries": format.carries,
            "loses": format.loses,
            "needs": _needs(format),
        }
        for format in formats().values()
    ]
    if args.format == "json":
        sys.stdout.write(as_json({"formats": known, "mappings": mappings}))
        return 0
    style = Style.of(sys.stdout)
    sys.stdout.write(listed(("name", "files", "carries", "loses", "needs"), known, args.format, style))
    if args.format == "table":
        print(
            f"\na mapping: --mapping NAME or FILE, or mapping.yaml beside the files; there are {', '.join(mappings)}"
            "\nan extra: pip install 'attest-kg[NAME]'; [loaders] has them all"
        )
    return 0


def _needs(format: Format) -> str:
    needed = []
    if format.needs_mapping:
        needed.append(f"a mapping (by itself {format.mapping!r})" if format.mapping else "a mapping")
    if format.extra:
        needed.append(f"the extra {format.extra!r}")
    return ", ".join(needed) or "nothing"


def mapping_names(graph: str) -> list[str]:
    """The names that `kg ingest --mapping` takes: shipped ones and the graph's."""
    import loaders

    folders = (Path(loaders.__file__).parent / "mappings", Path(graph) / "mappings")
    return sorted({path.stem for folder in folders for path in folder.glob("*.yaml")})
