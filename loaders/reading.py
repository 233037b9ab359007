"""From files to annotated articles: each file's format recognised, read, and its labels mapped.

for article in read(["articles/", "export.zip"], ontology, find_mapping): …
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from loaders import mapping as mappings
from loaders import sidecar
from loaders.files import File, Folder, folders
from loaders.formats import Format, Options, Unit, named, recognised, rejected
from loaders.source import SourceDocument
from ontology.errors import SourceError, UsageError
from ontology.models import AnnotatedArticle, Article, RejectedDocument, Rejection

if TYPE_CHECKING:
    from loaders.mapping import Mapping

Loaded: TypeAlias = AnnotatedArticle | RejectedDocument
FindMapping: TypeAlias = Callable[[str], "Mapping"]

# What stands beside annotations and holds none: tool settings, sidecars, read-me files.
_BESIDE = (".conf", ".md", sidecar.SUFFIX, ".ttl", ".rq", ".cypher")
_NAMED_BESIDE = frozenset(("mapping.yaml", "license", "licence", "attribution", "notice", "readme"))
MAPPING = "mapping.yaml"


def read(
    paths: Iterable[str | os.PathLike[str]],
    options: Options,
    find_mapping: FindMapping,
    *,
    format: str = "",
    mapping: str = "",
    defaults: Article | None = None,
    skip: Path | None = None,
) -> Iterator[Loaded]:
    """Every annotated article of some files, folders and archives ("-" is standard input), one at a time.

    `format` names the format of all of them; without it each file's content tells. `mapping` names the mapping for
    formats with labels of their own; without it, `mapping.yaml` beside the files or above them is used, then the
    format's own. `find_mapping` turns a name or path into a mapping. `defaults` fill in what is not known of an
    article. Files in no known format are rejected by name. Raises UsageError for a path that does not exist or a
    format without mapping, MappingError for a mapping that is wrong.
    """
    reader = _Reader(options, find_mapping, mapping, defaults or Article(), named(format) if format else None)
    for folder in folders(paths, skip=skip):
        yield from reader.folder(folder)


class _Reader:
    def __init__(
        self,
        options: Options,
        find_mapping: FindMapping,
        mapping: str,
        defaults: Article,
        format: Format | None,
    ) -> None:
        self.options, self.find_mapping, self.mapping = options, find_mapping, mapping
        self.defaults, self.format = defaults, format

    def folder(self, folder: Folder) -> Iterator[Loaded]:
        yield from folder.problems
        own: dict[str, list[File]] = {}
        of: dict[str, Format] = {}
        for file in folder.files:
            try:
                if folder.whole and _is_beside(file.base):
                    continue
                format = self.format or recognised(file)
            except SourceError as error:
                yield rejected(Unit(file), error)
                continue
            if format is not None:
                own.setdefault(format.name, []).append(file)
                of[format.name] = format
            elif folder.whole or not _is_beside(file.base):
                reason = "in no known format; `kg loaders` lists those there are"
                yield _rejected(file, reason if file.head else "the file is empty")
        for name, files in own.items():
            for unit in of[name].gather(files, whole=folder.whole):
                yield from self.unit(of[name], unit)

    def unit(self, format: Format, unit: Unit) -> Iterator[Loaded]:
        try:
            for document in format.read(unit, self.options):
                yield self.mapped(format, unit, document)
        except SourceError as error:
            yield rejected(unit, error)

    def mapped(self, format: Format, unit: Unit, document: SourceDocument | Loaded) -> Loaded:
        if isinstance(document, RejectedDocument):
            return document
        lead = unit.lead
        if isinstance(document, SourceDocument):
            try:
                self._sidecar(document, lead)
            except SourceError as error:
                return RejectedDocument(
                    Rejection(error.file, error.reason, error.line), document.read, document.source
                )
            document.article = sidecar.merge(document.article, self.defaults)
            return mappings.apply(self._mapping(format, lead), document, self.options.ontology)
        document.article = sidecar.merge(document.article, self.defaults)
        return document

    def _sidecar(self, document: SourceDocument, lead: File) -> None:
        """What a sidecar beside the file says; of one document among several only what all may share."""
        if document.sidecar_read:
            return
        for stem in dict.fromkeys((lead.base, lead.base.rpartition(".")[0])):
            beside = lead.beside(stem + sidecar.SUFFIX) if stem else None
            if beside is not None and beside.path is not None:
                known = sidecar.read(beside.path)
                article = known.article
                if document.article.path != lead.within:
                    article = replace(article, id=None, title="", url="")
                document.article = sidecar.merge(
                    replace(article, path=document.article.path), document.article
                )
                document.annotator = known.annotator or document.annotator
                document.layer = known.layer or document.layer
                return

    def _mapping(self, format: Format, lead: File) -> Mapping:
        if self.mapping:
            return self.find_mapping(self.mapping)
        folder, root = lead.folder, lead.root
        for place in (folder, *folder.parents) if lead.path is not None else ():
            if place != root and root not in place.parents:
                break
            if (place / MAPPING).is_file():
                return self.find_mapping(str(place / MAPPING))
        if format.mapping:
            return self.find_mapping(format.mapping)
        raise UsageError(
            f"{lead.name}: {format.name}'s labels need a mapping to the ontology: give --mapping NAME or FILE, or put a"
            f" {MAPPING} beside the files"
        )


def _is_beside(name: str) -> bool:
    return (
        name.endswith(_BESIDE)
        or name.rpartition(".")[0].lower() in _NAMED_BESIDE
        or name.lower() in _NAMED_BESIDE
    )


def _rejected(file: File, reason: str) -> RejectedDocument:
    return RejectedDocument(Rejection(file.name, reason), source=file.name)
