"""Files, folders, archives and standard input as annotated articles, with the graph's own mappings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from kg.folder import own_mapping
from loaders import mapping as mappings
from loaders.formats import Options
from loaders.reading import Loaded, read

if TYPE_CHECKING:
    from kg.graph import Graph
    from loaders.mapping import Mapping
    from ontology.models import Article

MAX_CHARACTERS = 2_000_000


def load(
    paths: Iterable[str | os.PathLike[str]],
    graph: Graph,
    *,
    mapping: str | None = None,
    defaults: Article | None = None,
    max_characters: int = MAX_CHARACTERS,
    format: str = "",
    annotator: str = "",
) -> Iterator[Loaded]:
    """Every annotated article of some files, folders and ZIP archives ("-" is standard input), one at a time.

    Each file's format is recognised by its content; `format` names it instead. `mapping` names the mapping for formats
    with labels of their own: a file, one of the graph's, or a shipped one; without it, `mapping.yaml` beside the files
    or above them is used, then the format's own. `annotator` takes one annotator's work only. `defaults` fill in what
    is not known of an article. Files in a folder that are in no known format and documents without mapping are rejected
    by name. Raises UsageError for a path that does not exist, MappingError for a mapping that is wrong.
    """

    @cache
    def find_mapping(name: str) -> Mapping:
        return mappings.load_mapping(own_mapping(graph.path, name), graph.ontology)

    if mapping:
        find_mapping(mapping)  # before anything is loaded
    yield from read(
        paths,
        Options(graph.ontology, max_characters, annotator),
        find_mapping,
        format=format,
        mapping=mapping or "",
        defaults=defaults,
        skip=graph.path,
    )
