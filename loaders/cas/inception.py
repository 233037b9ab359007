"""INCEpTION's project exports: a ZIP with the annotations of several people on several documents.

    exportedproject1234.json
    source/report.txt                       what was imported
    annotation/report.txt/INITIAL_CAS.zip   the text before anyone annotated it
    annotation/report.txt/jane.zip          Jane's annotations: XMI with its type system, JSON, or WebAnno TSV
    annotation_ser/report.txt/jane.ser      the same as Java objects, which only INCEpTION reads
    curation/report.txt/CURATION_USER.zip   what the curator made of everyone's

Of a document that has been curated the curated version is read, else each annotator's; or one annotator's, by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from loaders.cas.xmi import JAVA_OBJECTS
from loaders.files import File, opened, utf8
from loaders.formats import Format, Options, Read, Unit
from loaders.reading import in_folder
from loaders.source import SourceDocument
from ontology.errors import SourceError
from ontology.models import AnnotatedArticle, RejectedDocument, Rejection

CURATED = "curated"
_CURATOR = "CURATION_USER"
_NOBODY = frozenset(("INITIAL_CAS", "initial_CAS"))
_READ = frozenset(("annotation", "curation"))
_SERIALISED = {"annotation_ser": "annotation", "curation_ser": "curation"}
_BESIDE = frozenset(("source", *_READ, *_SERIALISED))
_SETTINGS_BYTES = 256 << 20
_KEYS = frozenset(("source_documents", "annotation_documents", "project_permissions", "layers", "tag_sets"))


# -- recognising --------------------------------------------------------------------------------------------------


def _recognise(file: File) -> bool:
    if file.base.startswith("exportedproject") and file.suffix == ".json" and file.path is not None:
        return any((file.folder / name).is_dir() for name in _BESIDE)
    outline = file.outline
    return isinstance(outline, dict) and len(_KEYS & outline.keys()) >= 3


def _gather(files: Sequence[File], *, whole: bool) -> Iterator[Unit]:
    """The project whose settings are among the files, whatever else is there."""
    yield Unit(next((file for file in files if _recognise(file)), files[0]))


# -- what there is ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Annotated:
    """A document of the project, and where the work of each on it lies. `serialised` names those of whom there are
    only Java objects."""

    name: str
    by: dict[str, Path] = field(default_factory=dict)
    curated: Path | None = None
    serialised: set[str] = field(default_factory=set)


def _documents(root: Path) -> dict[str, _Annotated]:
    """The documents of a project by name."""
    found: dict[str, _Annotated] = {}
    for path in _inside(root / "source"):
        found[utf8(path.name)] = _Annotated(utf8(path.name))
    for kind in ("annotation", "curation"):
        for folder in _inside(root / kind):
            for path in _inside(folder) if folder.is_dir() else ():
                document = found.setdefault(utf8(folder.name), _Annotated(utf8(folder.name)))
                who = utf8(path.stem if path.is_file() else path.name)
                if path.suffix == ".ser":
                    document.serialised.add(who)
                elif who == _CURATOR or kind == "curation":
                    document.curated = path
                elif who not in _NOBODY:
                    document.by[who] = path
    for kind in _SERIALISED:
        for folder in _inside(root / kind):
            for path in _inside(folder) if folder.is_dir() else ():
                document = found.setdefault(utf8(folder.name), _Annotated(utf8(folder.name)))
                document.serialised.add(utf8(path.stem))
    for document in found.values():
        document.serialised -= document.by.keys() | _NOBODY
        if document.curated is not None:
            document.serialised.discard(_CURATOR)
    return dict(sorted(found.items()))


def _inside(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", file=utf8(str(folder))) from None


# -- reading ------------------------------------------------------------------------------------------------------


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    lead = unit.lead
    if lead.path is None:
        raise SourceError("needs the files beside it: name the project's ZIP or folder", file=lead.name)
    if not _recognise(lead):
        reason = "is no project of INCEpTION: exportedproject*.json, its settings, is not in this folder"
        raise SourceError(reason, file=lead.name)
    yield from _Project(lead, options).read()


class _Project:
    """One project, read document by document."""

    def __init__(self, lead: File, options: Options) -> None:
        self._lead, self._options = lead, options
        self._name = lead.name.rpartition("/")[0]
        self._within = lead.within.rpartition("/")[0]
        self._remarks: list[str] = []
        self._root = lead.folder

    def read(self) -> Iterator[Read]:
        """Every document by everyone that is wanted. What is left out is remarked on with the first that is read."""
        documents = _documents(self._root)
        states = self._states()
        self._remark_left_out(documents)
        wanted = self._options.annotator
        if wanted and not any(self._is_by(document, wanted) for document in documents.values()):
            names = sorted({name for document in documents.values() for name in document.by})
            if any(document.curated for document in documents.values()):
                names.append(CURATED)
            known = f"there are {', '.join(names[:20])}" if names else "there are no annotations"
            raise SourceError(f"has nothing by {wanted!r}; {known}", file=self._lead.name)
        number = 0
        for document in documents.values():
            for who, path in self._chosen(document):
                for found in self._work(document, who, path, states.get(document.name, "")):
                    number += 1
                    yield found
            yield from self._only_java(document)
        if not number and not any(document.serialised for document in documents.values()):
            raise SourceError("; ".join(["has no annotations", *self._remarks]), file=self._lead.name)

    def _is_by(self, document: _Annotated, who: str) -> bool:
        curated = who in (CURATED, _CURATOR) and (document.curated or _CURATOR in document.serialised)
        return bool(curated) or who in document.by or who in document.serialised

    def _chosen(self, document: _Annotated) -> list[tuple[str, Path]]:
        """Whose work is read."""
        wanted = self._options.annotator
        if wanted in (CURATED, _CURATOR) or (not wanted and document.curated is not None):
            return [(CURATED, document.curated)] if document.curated is not None else []
        return [(who, path) for who, path in document.by.items() if wanted in ("", who)]

    def _only_java(self, document: _Annotated) -> Iterator[RejectedDocument]:
        """Work that the export holds in no format that can be read."""
        wanted = self._options.annotator
        if not wanted and document.curated is not None:
            return
        for who in sorted(document.serialised):
            if wanted in ("", who) or (wanted == CURATED and who == _CURATOR):
                kind = "curation_ser" if who == _CURATOR else "annotation_ser"
                name = _join(self._name, f"{kind}/{document.name}/{who}.ser")
                yield RejectedDocument(Rejection(name, JAVA_OBJECTS), source=name)

    def _work(self, document: _Annotated, who: str, path: Path, state: str) -> Iterator[Read]:
        """One annotator's version of one document."""
        inner = path.relative_to(self._root).as_posix()
        name, within = utf8(_join(self._name, inner)), utf8(_join(self._within, inner))
        count = 0
        for folder in opened(path, name, within):
            for problem in folder.problems:
                count += 1
                yield problem
            if any(_recognise(file) for file in folder.files):
                count += 1
                folder.below.clear()
                reason = "holds a project within the project: read that one by itself"
                yield RejectedDocument(Rejection(name, reason), source=name)
                continue
            for found in in_folder(folder, self._options):
                count += 1
                if isinstance(found.document, SourceDocument):
                    self._sign(found.document, document, who, state)
                elif isinstance(found.document, AnnotatedArticle):
                    continue
                yield found.document
        if not count:
            yield RejectedDocument(
                Rejection(name, "holds no annotations in a format that is read"), source=name
            )

    def _sign(self, found: SourceDocument, document: _Annotated, who: str, state: str) -> None:
        """Say whose work it is, on which article."""
        path = _join(self._within, document.name)
        view = found.article.path.partition("#")[2]
        found.article = replace(found.article, path=f"{path}#{view}" if view else path)
        if who == CURATED:
            found.layer = f"{CURATED} {found.layer}".rstrip()
            others = [*document.by, *sorted(document.serialised)]
            if others:
                found.remarks.append(
                    f"{found.source}: was curated; not read are the versions of {', '.join(others)}"
                    " (--annotator NAME reads one)"
                )
            if "PROGRESS" in state.upper():
                found.remarks.append(f"{found.source}: its curation is not finished")
        else:
            found.annotator = who
        found.remarks += self._remarks
        self._remarks = []

    def _remark_left_out(self, documents: dict[str, _Annotated]) -> None:
        untouched = [d.name for d in documents.values() if not (d.by or d.curated or d.serialised)]
        if untouched:
            self._remarks.append(f"{self._lead.name}: nobody has annotated {_some(untouched)}")
        wanted = self._options.annotator
        if wanted:
            without = [d.name for d in documents.values() if not self._is_by(d, wanted)]
            without = [name for name in without if name not in untouched]
            if without:
                self._remarks.append(f"{self._lead.name}: {wanted} has not annotated {_some(without)}")
        others = [path.name for path in _inside(self._root) if path.name not in _BESIDE]
        others = [utf8(name) for name in others if name != self._lead.base]
        if others:
            self._remarks.append(f"{self._lead.name}: not read are {_some(others)}")

    def _states(self) -> dict[str, str]:
        """How far each document is, as the project's settings say."""
        try:
            settings: Any = json.loads(self._lead.read(_SETTINGS_BYTES))
        except (ValueError, RecursionError):
            self._remarks.append(f"{self._lead.name}: is no whole JSON; read without it")
            return {}
        listed = settings.get("source_documents") if isinstance(settings, dict) else None
        return {
            str(one["name"]): str(one.get("state", ""))
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, dict) and "name" in one
        }


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return ", ".join(names[:10]) + more


FORMAT = Format(
    name="inception",
    files="exportedproject*.json with annotation/ and curation/ beside it, in a ZIP or unpacked",
    carries="what the formats in it carry; of curated documents the curated version, else each annotator's",
    loses="settings, guidelines, logs and knowledge bases; other annotators where a document was curated",
    recognise=_recognise,
    gather=_gather,
    read=_read,
    takes_tree=True,
)
