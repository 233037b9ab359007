"""From files to annotated articles: each file's format recognised, read, and its labels mapped.

for article in read(["articles/", "export.zip"], ontology, find_mapping): …
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from loaders import mapping as mappings
from loaders import sidecar
from loaders.files import File, Folder, folders
from loaders.formats import Format, Options, Unit, named, recognised, rejected
from loaders.source import SourceDocument
from ontology.errors import SourceError
from ontology.lists import Record, ReferenceList
from ontology.models import AnnotatedArticle, Article, RejectedDocument, Rejection

if TYPE_CHECKING:
    from loaders.mapping import Mapping

Loaded: TypeAlias = AnnotatedArticle | RejectedDocument | ReferenceList | Record
FindMapping: TypeAlias = Callable[[str], "Mapping"]

# What stands beside annotations and holds none: tool settings, sidecars, read-me files.
_BESIDE = (".conf", ".md", sidecar.SUFFIX, ".ttl", ".rq", ".cypher")
_NAMED_BESIDE = frozenset(("mapping.yaml", "license", "licence", "attribution", "notice", "readme"))
_SPREADSHEETS = (".xlsx", ".xls", ".ods", ".numbers")
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

    Of a reference list come the list, its records, and, where it was read to its end, the list again.

    `format` names the format of all of them; without it each file's content tells. `mapping` names the mapping for
    formats with labels of their own; without it, `mapping.yaml` beside the files or above them is used, then the
    format's own. `find_mapping` turns a name or path into a mapping. `defaults` fill in what is not known of an
    article or list. Files in no known format and documents without mapping are rejected by name. Raises UsageError for
    a path that does not exist, MappingError for a mapping that is wrong.
    """
    reader = _Mapper(options, find_mapping, mapping, defaults or Article())
    for found in documents(paths, options, format=format, skip=skip):
        yield reader.mapped(*found)


class Found(NamedTuple):
    """A document before any mapping, with the unit it lies in and its format (None where no format knows the file)."""

    format: Format | None
    unit: Unit
    document: SourceDocument | Loaded


def documents(
    paths: Iterable[str | os.PathLike[str]], options: Options, *, format: str = "", skip: Path | None = None
) -> Iterator[Found]:
    """Every document as its tool saved it; see `read`."""
    only = named(format) if format else None
    for folder in folders(paths, skip=skip):
        for problem in folder.problems:
            yield Found(None, _NO_UNIT, problem)
        yield from in_folder(folder, options, only)


_NO_UNIT = Unit(File("", "", None))


def in_folder(folder: Folder, options: Options, only: Format | None = None) -> Iterator[Found]:
    """Every document of one folder; what is in folders and archives below it is not looked at."""
    own: dict[str, list[File]] = {}
    of: dict[str, Format] = {}
    unknown: list[Found] = []
    for file in folder.files:
        try:
            if folder.whole and _is_beside(file.base):
                continue
            format = only or recognised(file)
            empty = format is None and not file.head
        except SourceError as error:
            unknown.append(Found(None, Unit(file), rejected(Unit(file), error)))
            continue
        finally:
            file.forget()
        if format is not None:
            own.setdefault(format.name, []).append(file)
            of[format.name] = format
        elif folder.whole or not _is_beside(file.base):
            problem = RejectedDocument(Rejection(file.name, _unknown(file, empty)), source=file.name)
            unknown.append(Found(None, Unit(file), problem))
    if taken := {name: files for name, files in own.items() if of[name].takes_tree}:
        own = taken
        folder.below.clear()
    else:
        yield from unknown
    for name, files in own.items():
        for unit in of[name].gather(files, whole=folder.whole):
            try:
                for document in of[name].read(unit, options):
                    yield Found(of[name], unit, document)
            except SourceError as error:
                yield Found(of[name], unit, rejected(unit, error))
            finally:
                for file in (unit.lead, *unit.others):
                    file.forget()


def _unknown(file: File, empty: bool) -> str:
    """Why a file that no format knows is not read."""
    if empty:
        return "the file is empty"
    if file.suffix in _SPREADSHEETS:
        return "is a spreadsheet program's own file: save the table as CSV UTF-8"
    return "in no known format; `kg loaders` lists those there are"


class _Mapper:
    """Carries documents to the ontology by the mapping that is theirs."""

    def __init__(self, options: Options, find_mapping: FindMapping, mapping: str, defaults: Article) -> None:
        self.options, self.find_mapping, self.mapping, self.defaults = (
            options,
            find_mapping,
            mapping,
            defaults,
        )
        self._list: ReferenceList | None = None

    def mapped(self, format: Format | None, unit: Unit, document: SourceDocument | Loaded) -> Loaded:
        if isinstance(document, (RejectedDocument, Record)) or format is None:
            assert not isinstance(document, SourceDocument)
            return document
        lead = unit.lead
        if isinstance(document, ReferenceList):
            if document is not self._list:
                self._list = document
                self._about_list(document, lead)
            return document
        if isinstance(document, SourceDocument):
            try:
                self._sidecar(document, lead)
                mapping = self._mapping(format, lead)
            except SourceError as error:
                return RejectedDocument(
                    Rejection(error.file, error.reason, error.line), document.read, document.source
                )
            document.article = sidecar.merge(document.article, self.defaults)
            return mappings.apply(mapping, document, self.options.ontology)
        document.article = sidecar.merge(document.article, self.defaults)
        return document

    def _sidecar(self, document: SourceDocument, lead: File) -> None:
        """What a sidecar beside the file says; of one document among several only what all may share."""
        known = None if document.sidecar_read else _beside(lead)
        if known is None:
            return
        article = known.article
        if document.article.path != lead.within:
            article = replace(article, id=None, title="", url="")
        document.article = sidecar.merge(replace(article, path=document.article.path), document.article)
        document.annotator = known.annotator or document.annotator
        document.layer = known.layer or document.layer

    def _about_list(self, made: ReferenceList, lead: File) -> None:
        """What a sidecar says of a list, and the defaults: an edition is published like an article."""
        own = Article(made.id, made.title, made.publisher, published=made.edition, url=made.url)
        try:
            known = _beside(lead)
        except SourceError as error:
            made.problem = str(error)
            return
        about = sidecar.merge(sidecar.merge(known.article if known else own, own), self.defaults)
        made.id, made.title, made.publisher = about.id or made.id, about.title, about.publisher
        made.edition, made.url = about.published, about.url

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
        # Not an error of the call: in a mixed folder the others may have theirs.
        raise SourceError(
            f"{format.name}'s labels need a mapping to the ontology: give --mapping NAME or FILE, or put a {MAPPING}"
            " beside the files",
            file=lead.name,
        )


def _beside(lead: File) -> sidecar.Sidecar | None:
    """The sidecar that lies beside a file; raises SourceError."""
    for stem in dict.fromkeys((lead.base, lead.base.rpartition(".")[0])):
        beside = lead.beside(stem + sidecar.SUFFIX) if stem else None
        if beside is not None and beside.path is not None:
            return sidecar.read(beside.path)
    return None


def _is_beside(name: str) -> bool:
    return (
        name.endswith(_BESIDE)
        or name.rpartition(".")[0].lower() in _NAMED_BESIDE
        or name.lower() in _NAMED_BESIDE
    )
