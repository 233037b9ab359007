"""What a graph's owner has put into its folder; found without opening the graph, which need not exist yet."""

from __future__ import annotations

import os
from pathlib import Path


def own_ontology(graph: str | os.PathLike[str]) -> list[Path]:
    """The Turtle files with the owner's types and relations, in order of name."""
    return sorted((Path(graph) / "ontology").glob("*.ttl"))


def own_mapping(graph: str | os.PathLike[str], name: str) -> str:
    """The owner's mapping of that name as a path; else the name as it is, of a shipped mapping or a file."""
    own = Path(graph) / "mappings" / f"{name}.yaml"
    return str(own) if own.is_file() else name
