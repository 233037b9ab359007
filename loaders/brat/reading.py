"""brat standoff: a text, and beside it lines of annotation that point into it by offset.

    T1  Group 0 7;12 20   the Varnaks        a span, of one fragment or several
    E1  Trained:T5 Agent:T1 Target:E2        an event: its trigger, then roles; `Speaker2` is `Speaker` again
    R1  Part-of Arg1:T1 Arg2:T2              a relation
    A1  Certainty E1 Probable                an attribute (old files: `M1 Negation E1`)
    *   Alias T1 T3                          spans that mean the same thing
    N1  Reference T1 Wikidata:Q42   name     an entry in a reference list
    #1  AnnotatorNotes T1   words            a note

`find` pairs texts with their annotation files, `read` parses one pair, `load` maps it to an annotated article.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from loaders import mapping as mappings
from loaders import sidecar
from loaders.files import File, decoded
from loaders.formats import Format, Options, Read, Unit, rejected
from loaders.offsets import Claimed, settle_offsets
from loaders.source import (
    MAX_CHARACTERS,
    Annotation,
    Argument,
    Attribute,
    Equivalence,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
    check_references,
)
from ontology.errors import SourceError
from ontology.models import AnnotatedArticle, Article, RejectedDocument, Rejection

if TYPE_CHECKING:
    from loaders.mapping import Mapping
    from ontology.vocabulary import Ontology

WHOLE = ".ann"
PARTS = (".a1", ".a2", ".rel", ".co")
_TOOL_FILES = frozenset(("annotation.conf", "visual.conf", "tools.conf", "kb_shortcuts.conf"))
_ANNOTATOR = re.compile(r"(?P<text>.+)[_.-](?P<annotator>[^_.-]+)")
_LOOKS_LIKE_ANNOTATION = re.compile(r"(?:[TERAMN#]\S*|\*)\t|(?:[TERAMN]\d+|#\d+|\*)(?:\s|$)")
_ID = re.compile(r"[TERAMN#][^\s:;]+")
_FRAGMENTS = re.compile(r"\d{1,12} +\d{1,12}(?: *; *\d{1,12} +\d{1,12})*")


@dataclass(frozen=True, slots=True)
class BratDocument:
    """One text and one annotator's files on it.

    `path` names the text within the feed (the folder given to `find`). `text` need not exist: `load` says so.
    """

    path: str
    text: Path
    annotations: tuple[Path, ...]
    annotator: str = ""
    layer: str = ""
    meta: Path | None = None
    called: str = ""

    @property
    def source(self) -> str:
        """The file a user would look for it in."""
        return self.name(self.annotations[0] if self.annotations else self.text)

    def name(self, path: Path) -> str:
        """What the user calls one of its files: `called` is the folder as named by them, if it is not as on disk."""
        return f"{self.called}/{path.name}" if self.called else str(path)


# -- finding ------------------------------------------------------------------------------------------------------


def find(paths: Iterable[Path]) -> Iterator[BratDocument]:
    """Every brat document under some folders or named by one of its files, each once, in a settled order.

    `x.txt` belongs to `x.ann`, to `x_jane.ann` (Jane's annotations of the same text), or to `x.a1` and `x.a2`
    together. A text without any of them is a document only if it has an `x.meta.yaml`, or if it was named itself.
    Raises SourceError for a path that does not exist or is not a brat file.
    """
    seen: set[tuple[Path, str, str]] = set()
    for path in paths:
        for document in _find_below(path) if path.is_dir() else _find_named(path):
            key = (document.text.absolute(), document.annotator, document.layer)
            if key not in seen:
                seen.add(key)
                yield document


def _find_below(root: Path) -> Iterator[BratDocument]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from _pair(Path(folder), files, root)


def _find_named(path: Path) -> Iterator[BratDocument]:
    if not path.exists():
        raise SourceError("does not exist", file=str(path))
    if path.name in _TOOL_FILES or path.name.endswith(sidecar.SUFFIX):
        return
    if path.suffix not in (".txt", WHOLE, *PARTS):
        raise SourceError(f"is not a brat file: expected .txt, {WHOLE}, {', '.join(PARTS)}", file=str(path))
    found = [
        document
        for document in _pair(path.parent, os.listdir(path.parent), path.parent)
        if path == document.text or path in document.annotations
    ]
    yield from found or [BratDocument(path.name, path, ())]


def _pair(folder: Path, files: Iterable[str], root: Path) -> Iterator[BratDocument]:
    names = {name for name in files if not name.startswith(".")}
    texts = {name.removesuffix(".txt") for name in names if name.endswith(".txt")}
    sets: dict[tuple[str, str, str], list[str]] = {}
    for name in sorted(names):
        stem, suffix = os.path.splitext(name)
        if suffix == WHOLE or suffix in PARTS:
            text, annotator = _owner(stem, texts)
            layer = "" if suffix == WHOLE or stem + WHOLE not in names else "parts"
            sets.setdefault((text, annotator, layer), []).append(name)
    annotated = {text for text, _, _ in sets}
    for text in texts - annotated:
        if text + sidecar.SUFFIX in names:
            sets[text, "", ""] = []
    for (text, annotator, layer), own in sorted(sets.items()):
        own.sort(key=lambda name: (WHOLE, *PARTS).index(os.path.splitext(name)[1]))
        meta = next((s for s in _stems(text, own) if s + sidecar.SUFFIX in names), None)
        path = folder / f"{text}.txt"
        within = os.fsencode(path.relative_to(root).as_posix())
        yield BratDocument(
            path=within.decode("utf-8", "replace"),
            text=path,
            annotations=tuple(folder / name for name in own),
            annotator=annotator,
            layer=layer,
            meta=folder / (meta + sidecar.SUFFIX) if meta is not None else None,
        )


def _owner(stem: str, texts: set[str]) -> tuple[str, str]:
    """The text an annotation file belongs to, and whose annotations they are."""
    if stem not in texts and (match := _ANNOTATOR.fullmatch(stem)) and match["text"] in texts:
        return match["text"], match["annotator"]
    return stem, ""


def _stems(text: str, annotation_files: list[str]) -> Iterator[str]:
    yield from (os.path.splitext(name)[0] for name in annotation_files)
    yield text


# -- as one format among others -------------------------------------------------------------------------------------


def _recognise(file: File) -> bool:
    return file.path is not None and file.path.suffix in (".txt", WHOLE, *PARTS)


def _gather(files: Sequence[File], *, whole: bool) -> Iterator[Unit]:
    """The documents of some files of one folder; of a folder, those that are annotated."""
    by_name = {file.base: file for file in files}
    folder = files[0].folder
    if whole:
        sidecars = {name for name in os.listdir(folder) if name.endswith(sidecar.SUFFIX)}
        found: Iterable[BratDocument] = _pair(folder, by_name.keys() | sidecars, folder)
    else:
        found = (document for file in files for document in _find_named(folder / file.base))
    for document in found:
        lead = by_name.get(
            (document.annotations[0] if document.annotations else document.text).name, files[0]
        )
        within = f"{lead.within.rpartition('/')[0]}/{document.path}".removeprefix("/")
        yield Unit(lead, detail=replace(document, path=within, called=lead.name.rpartition("/")[0]))


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    document: BratDocument = unit.detail
    try:
        yield read(document, max_characters=options.max_characters)
    except SourceError as error:
        yield rejected(unit, error, _count(document))


FORMAT = Format(
    name="brat",
    files="*.txt with *.ann, *.a1 and *.a2, several annotators' *_NAME.ann; *.meta.yaml for the article",
    carries="spans (also discontinuous ones), events, relations, attributes, equivalences, normalisations and notes, by"
    " the labels of the mapping",
    loses="what the mapping ignores by name, which the report counts; the tool's own ids and display settings",
    recognise=_recognise,
    gather=_gather,
    read=_read,
)


# -- reading ------------------------------------------------------------------------------------------------------


def load(
    document: BratDocument,
    mapping: Mapping,
    ontology: Ontology,
    defaults: Article | None = None,
    *,
    max_characters: int = MAX_CHARACTERS,
) -> AnnotatedArticle | RejectedDocument:
    """The annotated article of one brat document, or why there is none.

    What is known of the article comes from its sidecar, else from `defaults`, else from the mapping.
    """
    try:
        source = read(document, max_characters=max_characters)
        source.article = sidecar.merge(source.article, defaults)
        return mappings.apply(mapping, source, ontology)
    except SourceError as error:
        where = Rejection(error.file or document.source, error.reason, error.line, error.id)
        return RejectedDocument(where, read=_count(document), source=document.source)


def read(document: BratDocument, *, max_characters: int = MAX_CHARACTERS) -> SourceDocument:
    """The text and annotations of one brat document; what is wrong with single lines is in its `rejected`.

    Raises SourceError where there is no reading it at all: a missing, mis-encoded or overlong text.
    """
    if not document.annotations and document.meta is None:
        raise SourceError(
            f"has no annotation file beside it ({document.text.stem}{WHOLE})",
            file=document.name(document.text),
        )
    if not document.text.exists():
        raise SourceError(f"the text {document.text.name} is missing beside it", file=document.source)
    text, had_mark = _decoded(document.text, document.name(document.text))
    if len(text) > max_characters:
        reason = f"the text has {len(text):,} characters; the limit is {max_characters:,}"
        raise SourceError(reason, file=document.name(document.text))
    result = SourceDocument(text, document.source, "brat", Article(path=document.path), sidecar_read=True)
    result.annotator, result.layer = document.annotator, document.layer
    if document.meta is not None:
        known = sidecar.read(document.meta)
        result.article = replace(known.article, path=document.path)
        result.annotator = known.annotator or result.annotator
        result.layer = known.layer or result.layer
    if had_mark:
        result.remarks.append(f"{document.name(document.text)}: a byte order mark was removed")
    claimed: list[Claimed] = []
    for path in document.annotations:
        name = document.name(path)
        _Parser(result, name, claimed).parse(_decoded(path, name)[0])
    settle_offsets(result, claimed, byte_order_mark=had_mark, majority=True)
    _check_triggers(result)
    check_references(result)
    return result


def _check_triggers(document: SourceDocument) -> None:
    """Reject events whose trigger is marked as something else: one of the two ids is mistyped."""
    labels = {span.id: span.label for span in document.spans}
    wrong = [
        link for link in document.links if link.trigger and labels.get(link.trigger, link.label) != link.label
    ]
    for link in wrong:
        document.reject(
            link, f"is {link.label}, but its trigger {link.trigger} is {labels[link.trigger or '']}"
        )
    document.remove({id(link) for link in wrong})


def _decoded(path: Path, name: str) -> tuple[str, bool]:
    """A file's text, line ends as they are, and whether a byte order mark was removed from it."""
    try:
        return decoded(path.read_bytes(), name)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", file=name) from None


def _count(document: BratDocument) -> int:
    """How many annotations a document that cannot be read would have had, as far as its files can be read."""
    count = 0
    for path in document.annotations:
        try:
            with path.open("rb") as stream:
                count += sum(map(bool, map(bytes.strip, stream)))
        except OSError:
            continue
    return count


class _Malformed(Exception):
    """A line is not of the form its first letter promises."""


class _Parser:
    """Reads one annotation file, line by line, into a source document."""

    def __init__(self, document: SourceDocument, file: str, claimed: list[Claimed]) -> None:
        self._document = document
        self._file = file
        self._claimed = claimed

    def parse(self, content: str) -> None:
        open_span: Claimed | None = None
        rest: list[tuple[int, str]] = []
        for number, line in enumerate(content.removesuffix("\n").split("\n"), 1):
            if not _LOOKS_LIKE_ANNOTATION.match(line):
                # Perhaps the covered text of the span above goes on here; only the text can tell.
                if open_span is not None:
                    rest.append((number, line))
                elif line.strip():
                    self._reject(number, line, "is not a brat annotation")
                continue
            open_span = None
            try:
                parsed = self._annotation(line, number)
            except _Malformed as error:
                self._reject(number, line, str(error))
                continue
            if isinstance(parsed, Claimed):
                rest = []
                open_span, parsed.more = parsed, rest
                self._claimed.append(parsed)
            else:
                self._document.add(parsed)

    def _reject(self, number: int, line: str, reason: str) -> None:
        first = line.split("\t")[0].split(" ")[0]
        name = first if _ID.fullmatch(first) else None
        self._document.rejected.append(Rejection(self._file, reason, number, name))

    def _annotation(self, line: str, number: int) -> Annotation | Claimed:
        fields = line.split("\t", 2)
        name = fields[0]
        words = fields[1].split() if len(fields) > 1 else []
        rest = fields[2] if len(fields) > 2 else ""
        if name != "*" and not _ID.fullmatch(name):
            raise _Malformed("expected an id and a tab at the start of the line")
        if not words:
            raise _Malformed("expected a label after the first tab")
        match name[0]:
            case "T":
                return self._span(name, fields, number)
            case "E":
                return self._event(name, words, number)
            case "R":
                arguments = _arguments(words[1:])
                if len(arguments) < 2:
                    raise _Malformed("expected `Label Arg1:T1 Arg2:T2`")
                return Link(id=name, label=words[0], file=self._file, line=number, arguments=arguments)
            case "A" | "M":
                if len(words) < 2:
                    raise _Malformed("expected `Label target` or `Label target value`")
                value = " ".join(words[2:]) or None
                return Attribute(
                    id=name, label=words[0], file=self._file, line=number, target=words[1], value=value
                )
            case "*":
                if len(words) < 3:
                    raise _Malformed("expected a label and at least two ids")
                return Equivalence(label=words[0], file=self._file, line=number, members=tuple(words[1:]))
            case "N":
                scheme, colon, value = words[-1].partition(":")
                if len(words) != 3 or not (scheme and colon and value):
                    raise _Malformed("expected `Label target scheme:value`")
                return Normalisation(
                    id=name, label=words[0], file=self._file, line=number,
                    target=words[1], scheme=scheme, value=value, text=rest.strip(),
                )  # fmt: skip
            case _:
                if len(words) != 2:
                    raise _Malformed("expected `Label target`, a tab and the note")
                return Note(
                    id=name, label=words[0], file=self._file, line=number, target=words[1], text=rest.strip()
                )

    def _span(self, name: str, fields: list[str], number: int) -> Claimed:
        label, _, offsets = fields[1].strip().partition(" ")
        if not _FRAGMENTS.fullmatch(offsets.strip()):
            raise _Malformed("expected `Label start end`, or `Label start end;start end`")
        if len(fields) < 3:
            raise _Malformed("expected the covered text after a second tab")
        pairs = [pair.split() for pair in offsets.split(";")]
        ranges = sorted((int(start), int(end)) for start, end in pairs)
        if any(start >= end for start, end in ranges):
            raise _Malformed("a span must end after its start")
        if any(after[0] < before[1] for before, after in pairwise(ranges)):
            raise _Malformed("the fragments of a span must not overlap")
        span = Span(id=name, label=label, file=self._file, line=number, fragments=())
        return Claimed(span, tuple(ranges), fields[2])

    def _event(self, name: str, words: list[str], number: int) -> Link:
        label, colon, trigger = words[0].partition(":")
        if not (label and colon and trigger.startswith("T")):
            raise _Malformed("expected `Label:trigger` with a T id as trigger")
        return Link(
            id=name,
            label=label,
            file=self._file,
            line=number,
            arguments=_arguments(words[1:]),
            trigger=trigger,
        )


def _arguments(words: list[str]) -> tuple[Argument, ...]:
    arguments = []
    for word in words:
        role, colon, target = word.partition(":")
        if not (role and colon and target[:1] in ("T", "E", "R")):
            raise _Malformed(f"expected an argument like `Agent:T1`, not {word[:60]!r}")
        arguments.append(Argument(role, target))
    return tuple(arguments)
