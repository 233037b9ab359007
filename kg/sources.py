"""Files, folders and standard input as annotated articles, whatever their format."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ontology.errors import SourceError, UsageError
from ontology.models import AnnotatedArticle, Article, RejectedDocument, Rejection

if TYPE_CHECKING:
    from kg.graph import Graph
    from loaders.mapping import Mapping

MAX_CHARACTERS = 2_000_000
_HEAD = 4096
_BRAT = (".ann", ".a1", ".a2", ".txt")
# What stands beside annotations and holds none: tool settings, sidecars, read-me files.
_BESIDE = (".conf", ".md", ".meta.yaml", ".ttl", ".rq")
_MAPPING = "mapping.yaml"


def load(
    paths: Iterable[str | os.PathLike[str]],
    graph: Graph,
    *,
    mapping: str | None = None,
    defaults: Article | None = None,
    max_characters: int = MAX_CHARACTERS,
) -> Iterator[AnnotatedArticle | RejectedDocument]:
    """Every annotated article of some files and folders ("-" is standard input), one at a time.

    `mapping` names the mapping for formats with labels of their own: a file, one of the graph's, or a shipped one;
    without it, `mapping.yaml` beside the files or above them is used. `defaults` fill in what is not known of an
    article. Files in a folder that are in no known format are rejected by name. Raises UsageError for a path that
    does not exist, SourceError or MappingError for one that cannot be read at all.
    """
    named = [Path(path) if str(path) != "-" else None for path in paths]
    for path in named:
        if path is not None and not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    reader = _Reader(graph, mapping, defaults or Article(), max_characters)
    if mapping is not None:
        reader.mapping_named(mapping)  # before anything is loaded
    for path in named:
        if path is None:
            yield from reader.native(None, "standard input", "standard input")
        elif path.is_dir():
            yield from reader.folder(path)
        else:
            yield from reader.file(path)


class _Reader:
    def __init__(self, graph: Graph, mapping: str | None, defaults: Article, limit: int) -> None:
        self.graph, self.ontology = graph, graph.ontology
        self.defaults, self.limit = defaults, limit
        self._named_mapping = mapping
        self._mappings: dict[str, Mapping] = {}

    def folder(self, root: Path) -> Iterator[AnnotatedArticle | RejectedDocument]:
        from loaders import native

        own_graph = self.graph.path.resolve()
        closed: list[OSError] = []
        for folder, folders, files in os.walk(root, onerror=closed.append):
            here = Path(folder)
            folders[:] = sorted(
                f for f in folders if not f.startswith(".") and (here / f).resolve() != own_graph
            )
            brat = False
            for name in sorted(files):
                path = here / name
                if name.startswith(".") or name == _MAPPING or name.endswith(_BESIDE):
                    continue
                if path.suffix in _BRAT:
                    brat = True
                elif not os.access(path, os.R_OK):
                    yield _rejected(path, "cannot be read; check its permissions")
                elif native.recognise(_head(path), name):
                    yield from self.native(path, str(path), path.relative_to(root).as_posix())
                else:
                    yield _rejected(path, _unknown(path))
            if brat:
                yield from self.brat(here, root)
        for error in closed:
            yield _rejected(Path(error.filename), f"cannot be read: {error.strerror}; check its permissions")

    def file(self, path: Path) -> Iterator[AnnotatedArticle | RejectedDocument]:
        from loaders import native

        if path.suffix in _BRAT:
            yield from self.brat(path, path.parent)
        elif native.recognise(_head(path), path.name) or path.suffix in (".jsonl", ".ndjson"):
            yield from self.native(path, str(path), path.name)
        else:
            yield _rejected(path, _unknown(path))

    def native(
        self, path: Path | None, name: str, within: str
    ) -> Iterator[AnnotatedArticle | RejectedDocument]:
        from loaders import native

        source = path if path is not None else sys.stdin.buffer
        for document in native.load(source, name=name, ontology=self.ontology, max_characters=self.limit):
            if isinstance(document, AnnotatedArticle):
                article = document.article
                if article.path.startswith(name):
                    article.path = _utf8(within + article.path[len(name) :])
                document.source = _utf8(document.source)
                self._fill(article)
            yield document

    def brat(self, path: Path, root: Path) -> Iterator[AnnotatedArticle | RejectedDocument]:
        from dataclasses import replace

        from loaders import brat

        prefix = path.relative_to(root).as_posix() if path.is_dir() else "."
        for document in brat.find([path]):
            if document.text.parent != (path if path.is_dir() else path.parent):
                continue  # a folder below has its own turn, with the mapping that lies there
            if prefix != ".":
                document = replace(document, path=f"{prefix}/{document.path}")
            mapping = self._mapping(document.text.parent, root)
            loaded = brat.load(document, mapping, self.ontology, self.defaults, max_characters=self.limit)
            if isinstance(loaded, AnnotatedArticle):
                loaded.source = _utf8(loaded.source)
            yield loaded

    def _fill(self, article: Article) -> None:
        for name in ("title", "publisher", "origin", "authors", "published", "url", "language"):
            if not getattr(article, name):
                setattr(article, name, getattr(self.defaults, name))

    def _mapping(self, folder: Path, root: Path) -> Mapping:
        if self._named_mapping is not None:
            return self.mapping_named(self._named_mapping)
        name = next(
            (
                str(place / _MAPPING)
                for place in (folder, *folder.parents)
                if (place / _MAPPING).is_file() and (place == root or root in place.parents)
            ),
            "",
        )
        if not name:
            raise UsageError(
                f"{folder}: brat's labels need a mapping to the ontology: give --mapping NAME or FILE, or put a"
                f" {_MAPPING} beside the files"
            )
        return self._read(name)

    def mapping_named(self, name: str) -> Mapping:
        """The mapping of that name or file; the graph's own come first."""
        own = self.graph.path / "mappings" / f"{name}.yaml"
        return self._read(str(own) if own.is_file() else name)

    def _read(self, name: str) -> Mapping:
        from loaders import mapping as mappings

        if name not in self._mappings:
            self._mappings[name] = mappings.load_mapping(name, self.ontology)
        return self._mappings[name]


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", file=str(path)) from None


def _utf8(name: str) -> str:
    """A file's name without the bytes that are not UTF-8: names may be in any encoding, the ledger is in one."""
    return os.fsencode(name).decode("utf-8", "replace")


def _unknown(path: Path) -> str:
    return "in no known format; `kg loaders` lists those there are" if _head(path) else "the file is empty"


def _rejected(path: Path, reason: str) -> RejectedDocument:
    return RejectedDocument(Rejection(str(path), reason), source=str(path))
