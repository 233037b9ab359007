"""The native format: an annotated article as a person, a script or a language model writes it, in YAML or JSON.

Claims are anchored by quoting the text; nobody counts characters. docs/formats/native.md describes the format and
`loaders/schema/attest-article.schema.json` is its JSON Schema.

A document is read in three steps: its shape is validated in one go (`loaders.native.models`), and, only where that
fails, entity by entity and claim by claim; then quotes, names, types, relations and dates are checked against the
text and the ontology. What is wrong with one entity or claim rejects that one and the claims that use it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, TypeAlias, cast

from pydantic import ValidationError

from loaders import json_documents, json_stream, yaml_reader
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.native.article import Builder, LineOf, Problems
from loaders.native.models import CLAIM, DOCUMENT, ENTITY, HANDLE, OUTLINE, VERSION, DocumentShape, explain
from ontology.errors import SourceError
from ontology.models import AnnotatedArticle, RejectedDocument, Rejection

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

MAX_CHARACTERS = 2_000_000
_LINES = (".jsonl", ".ndjson")
_JSON = (".json",)
_YAML = (".yaml", ".yml")

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_FIRST_KEYS = re.compile(rb"""["']?attest["']?[ \t]*:\s*["']?[0-9]""")
_YAML_KEY = re.compile(rb"""^["']?attest["']?[ \t]*:""", re.MULTILINE)

Loaded: TypeAlias = AnnotatedArticle | RejectedDocument


def recognise(head: bytes, name: str) -> bool:
    """Whether a file that is called `name` and begins with `head` is in this format."""
    suffix = PurePosixPath(name).suffix.lower()
    if head.startswith(_UTF_16):  # to be told so, not that it is in no known format
        return suffix in (*_YAML, *_JSON, *_LINES)
    if suffix in _YAML:
        return _YAML_KEY.search(head.removeprefix(b"\xef\xbb\xbf")) is not None
    if suffix in _LINES or suffix in _JSON:
        return _FIRST_KEYS.search(head) is not None
    return False


def load(
    source: Path | IO[bytes],
    *,
    name: str,
    ontology: Ontology,
    max_characters: int = MAX_CHARACTERS,
    folder: Path | None = None,
) -> Iterator[Loaded]:
    """Every document of a file or binary stream in turn, loaded or rejected; one at a time is in memory.

    `name` is the file as the user named it: it appears in reports, its suffix says how to read the stream (.yaml,
    .json, .jsonl; otherwise the first character does), and it is the path of articles that declare no id.
    An article longer than `max_characters` is rejected, as is a document of some six times as many bytes, unread.
    `folder` is where a stream's `text_file`s lie, None where it may have none. Raises SourceError if the file cannot
    be opened or read.
    """
    if isinstance(source, Path):
        folder = source.parent
    reader = _Reader(name, folder, ontology, max_characters)
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                yield from reader.read(stream)
        else:
            yield from reader.read(source)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", file=name) from None


class _Reader:
    """One stream being read: where from, and what the ontology has answered so far."""

    def __init__(self, name: str, folder: Path | None, ontology: Ontology, max_characters: int) -> None:
        self._name = name
        self._builder = Builder(name, folder, ontology, max_characters)
        # Enough for a text that is all \u escapes; what is longer is not even parsed.
        self._max_bytes = 6 * max_characters + (1 << 20)
        self._documents = 0

    def read(self, stream: IO[bytes]) -> Iterator[Loaded]:
        with _buffered(stream) as buffered:
            yield from self._read(buffered)

    def _read(self, stream: io.BufferedReader[Any]) -> Iterator[Loaded]:
        head = stream.peek(4096)
        suffix = PurePosixPath(self._name).suffix.lower()
        if suffix not in (*_LINES, *_JSON, *_YAML):
            suffix = ".json" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") else ".yaml"
        if head.startswith(_UTF_16):
            yield self._rejected("is UTF-16: save it as UTF-8", 1)
            return
        if suffix in _YAML:
            yield from self._yaml(stream)
            return
        cut = json_stream.lines if suffix in _LINES else json_stream.values
        for document in cut(stream, self._max_bytes):
            self._documents += 1
            if document.problem:
                yield self._rejected(document.problem, document.line)
            else:
                yield self._json(document.content, document.line)

    # Parsing and validating --------------------------------------------------------------------------------------

    def _yaml(self, stream: IO[bytes]) -> Iterator[Loaded]:
        broken: list[SourceError] = []
        nodes = yaml_reader.load_all(
            stream, name=self._name, on_error=broken.append, max_bytes=self._max_bytes
        )
        for node in nodes:
            yield from self._broken(broken)
            self._documents += 1
            yield self._validated(node.data, node.line, strict=False)
        yield from self._broken(broken)
        if not self._documents:
            yield self._rejected("the file is empty", 1)

    def _broken(self, errors: list[SourceError]) -> Iterator[RejectedDocument]:
        for error in errors:
            self._documents += 1
            yield self._rejected(error.reason, error.line)
        errors.clear()

    def _json(self, content: bytes, line: int) -> Loaded:
        try:
            data = json_documents.parse(content, line)
        except SourceError as error:
            return self._rejected(error.reason, error.line)
        return self._validated(data, partial(_one_line, line), strict=True)

    def _validated(self, data: object, line_of: LineOf, *, strict: bool) -> Loaded:
        """The article of a parsed document; YAML's values are all words, so there numbers may be (not `strict`)."""
        if not isinstance(data, dict) or "attest" not in data:
            return self._rejected(
                f"not an annotated article: the first key must be attest: {VERSION}", line_of()
            )
        version = str(data["attest"])
        if version.isascii() and version.isdigit() and len(version) < 10 and int(version) > VERSION:
            return self._rejected(
                f"written in version {version} of the format; this program reads version {VERSION}: update it",
                line_of("attest"),
            )
        problems: Problems = {}
        try:
            shape = DOCUMENT.validate_python(data, strict=strict)
        except ValidationError:
            try:
                shape = cast(DocumentShape, OUTLINE.validate_python(data, strict=strict))
            except ValidationError as error:
                reason, path = explain(error, data)
                return self._rejected(reason, line_of(*path), _count(data))
            problems = _validate_parts(shape, strict)
        if shape["attest"] != VERSION:
            return self._rejected(
                f"'attest' must be {VERSION}, the version of the format", line_of("attest"), _count(data)
            )
        return self._builder.build(shape, problems, line_of, self._documents)

    def _rejected(self, reason: str, line: int | None, read: int = 0) -> RejectedDocument:
        return RejectedDocument(Rejection(self._name, reason, line), read, self._name)


# Shape, piece by piece -----------------------------------------------------------------------------------------------


def _validate_parts(shape: DocumentShape, strict: bool) -> Problems:
    """Check entities and claims one by one, in place; what is wrong, by the path of the entity or claim."""
    problems: Problems = {}
    entities: dict[str, Any] = shape.get("entities") or {}
    for handle, entity in entities.items():
        place = ("entities", handle)
        try:
            HANDLE.validate_python(handle, strict=True)
        except ValidationError as error:
            problems[place] = (f"its handle {explain(error, handle, place)[0]}", place)
            continue
        try:
            entities[handle] = ENTITY.validate_python(entity, strict=strict)
        except ValidationError as error:
            problems[place] = explain(error, entity, place)
    claims: list[Any] = shape.get("claims") or []
    for index, claim in enumerate(claims):
        try:
            claims[index] = CLAIM.validate_python(claim, strict=strict)
        except ValidationError as error:
            problems["claims", index] = explain(error, claim, ("claims", index))
    return problems


def _count(data: dict[str, Any]) -> int:
    """How many annotations a document that cannot be loaded seems to have."""
    return sum(len(part) for key in ("entities", "claims") if isinstance(part := data.get(key), list | dict))


def _one_line(line: int, *_path: str | int) -> int:
    return line


@contextmanager
def _buffered(stream: IO[bytes]) -> Iterator[io.BufferedReader[Any]]:
    """The stream as one that can be looked ahead into; closing it stays with whoever opened it."""
    if isinstance(stream, io.BufferedReader):
        yield stream
        return
    buffered = io.BufferedReader(cast(io.RawIOBase, stream))
    try:
        yield buffered
    finally:
        buffered.detach()


# As one format among others ------------------------------------------------------------------------------------------


def _recognise(file: File) -> bool:
    # Of standard input nothing else may be known: whoever pipes no other format is told what is wrong with this one.
    if file.path is None:
        return not file.head.strip() or any(recognise(file.head, name) for name in ("-.yaml", "-.json"))
    return recognise(file.head, file.base)


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    lead = unit.lead
    with lead.open() as stream:
        for document in load(
            stream,
            name=lead.name,
            ontology=options.ontology,
            max_characters=options.max_characters,
            folder=lead.folder if lead.path is not None else None,
        ):
            if isinstance(document, AnnotatedArticle) and document.article.path.startswith(lead.name):
                document.article.path = lead.within + document.article.path[len(lead.name) :]
            yield document


FORMAT = Format(
    name="native",
    files="*.yaml, *.json, *.jsonl that begin with `attest: 1`; standard input",
    carries="everything: article, entities with names and identifiers, claims with speakers, dates, hedges and denials,"
    " anchored by quotation; types and relations are the ontology's own",
    loses="nothing; comments are not kept",
    recognise=_recognise,
    read=_read,
    needs_mapping=False,
)
