"""YAML as data and nothing else: what strangers hand us is read without types, tags, anchors or surprises.

Every scalar is the string that was written ("NO" is not a boolean, "2020-10" is not a date); only a plain
empty value, `~` and `null` are None. Tags, anchors and aliases (which can run code or swell to gigabytes),
duplicate keys, keys that are not words, and nesting beyond `MAX_DEPTH` are refused with the line.

A stream is cut at its `---` and `...` lines before it is parsed, so that a broken or oversized document costs only
itself and memory holds one document at a time. (YAML allows neither line inside a document, quoted or not.)
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

import yaml

from ontology.errors import SourceError

Data: TypeAlias = "str | list[Data] | dict[str, Data] | None"

MAX_DEPTH = 40
MAX_DOCUMENT_BYTES = 64 * 1024 * 1024

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOUNDARY = re.compile(rb"---(?:\s|$)")
_END = re.compile(rb"\.\.\.\s*(?:#.*)?$", re.DOTALL)
_EMPTY_LINE = re.compile(rb"(?:---)?\s*(?:#.*|%.*)?$", re.DOTALL)


@dataclass(slots=True)
class Node:
    """One YAML document: its plain `data`, and the line of everything in it.

    `first_line` is where the document's content begins in its file, counted from 1.
    """

    data: Data
    first_line: int
    _lines: dict[int, dict[Any, int]] = field(default_factory=dict, repr=False)

    def line(self, *path: str | int) -> int:
        """The line of the value at `path` (keys and indexes from the top), or of the nearest one above it."""
        found, here = self.first_line, self.data
        for step in path:
            line = self._lines.get(id(here), {}).get(step)
            if line is None:
                break
            found = line
            here = here[step]  # type: ignore[index]
        return found


def load(source: str | bytes | IO[bytes] | IO[str], *, name: str) -> Node:
    """The one document of a YAML text or stream; `name` is the file as errors call it. Raises SourceError."""
    documents = list(load_all(source, name=name))
    if not documents:
        raise SourceError("the file is empty; expected one YAML document", file=name)
    if len(documents) > 1:
        second = documents[1].first_line
        raise SourceError("a second document begins here; expected only one", file=name, line=second)
    return documents[0]


def load_file(path: Path, *, name: str | None = None) -> Node:
    """The one document of a YAML file. Raises SourceError, also where the file cannot be opened."""
    name = str(path) if name is None else name
    try:
        with path.open("rb") as stream:
            return load(stream, name=name)
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", file=name) from None


def load_all(
    source: str | bytes | IO[bytes] | IO[str],
    *,
    name: str,
    on_error: Callable[[SourceError], None] | None = None,
    max_bytes: int = MAX_DOCUMENT_BYTES,
) -> Iterator[Node]:
    """Every document of a YAML text or stream in turn, one at a time in memory; empty documents are skipped.

    A document that cannot be read raises SourceError and ends the reading, unless `on_error` takes the error:
    then the documents after it are still read. `max_bytes` limits one document, not the stream.
    """
    for start, content, size in _cut(_lines_of(source, name), max_bytes):
        try:
            if size > max_bytes:
                reason = f"a document of {size:,} bytes; the limit is {max_bytes:,}: divide it"
                raise SourceError(reason, file=name, line=start)
            yield from _parse(_decode(content, name, start), name, start)
        except SourceError as error:
            if on_error is None:
                raise
            on_error(error)


def _lines_of(source: str | bytes | IO[bytes] | IO[str], name: str) -> Iterator[bytes]:
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    elif isinstance(source, str):
        source = io.StringIO(source, newline="")
    while True:
        try:
            line = source.readline(1 << 20)
            if not line:
                return
            yield line if isinstance(line, bytes) else line.encode()
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror or error}", file=name) from None
        except UnicodeError as error:
            raise SourceError(f"is not UTF-8 ({error.reason}): convert it", file=name) from None  # type: ignore[attr-defined]


def _cut(lines: Iterator[bytes], max_bytes: int) -> Iterator[tuple[int, bytes, int]]:
    """(first line, bytes, size) of each document; beyond `max_bytes` it is only measured, not kept."""
    kept: list[bytes] = []
    size, start, number, has_content, at_line_start = 0, 1, 1, False, True
    for line in lines:
        is_end = at_line_start and _END.match(line) is not None
        if has_content and at_line_start and (is_end or _BOUNDARY.match(line)):
            yield start, b"".join(kept), size
            kept, size, start, has_content = [], 0, number, False
        if is_end:
            line = b"\n"  # the cut is made; only the line count still needs it
        elif not _EMPTY_LINE.match(line):
            has_content = True
        size += len(line)
        if size <= max_bytes:
            kept.append(line)
        at_line_start = line.endswith(b"\n")
        number += at_line_start
    if size:
        yield start, b"".join(kept), size


def _decode(content: bytes, name: str, start: int) -> str:
    try:
        return content.decode("utf-8-sig" if start == 1 else "utf-8")
    except UnicodeDecodeError as error:
        line = start + content.count(b"\n", 0, error.start)
        reason = f"is not UTF-8 (byte 0x{content[error.start]:02x}): convert it"
        raise SourceError(reason, file=name, line=line) from None


def _parse(text: str, name: str, start: int) -> Iterator[Node]:
    try:
        yield from _build(yaml.parse(text, Loader=_LOADER), name, start)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(filter(None, (error.context, error.problem))) or "cannot be parsed"
        raise SourceError(f"not YAML: {said}", file=name, line=start + mark.line if mark else start) from None
    except yaml.YAMLError as error:  # the reader's own: a character YAML does not allow
        position = getattr(error, "position", None)
        line = start + text.count("\n", 0, position) if isinstance(position, int) else start
        reason = getattr(error, "reason", None) or "cannot be parsed"
        raise SourceError(f"not YAML: {reason}", file=name, line=line) from None


def _build(events: Iterator[Any], name: str, start: int) -> Iterator[Node]:
    root: Data = None
    lines: dict[int, dict[Any, int]] = {}
    first = start
    # The open containers with their lines; `keys` has, for a mapping, the key that waits for its value.
    stack: list[tuple[list[Data] | dict[str, Data], dict[Any, int]]] = []
    keys: list[str | None] = []

    def fail(reason: str, line: int) -> SourceError:
        return SourceError(reason, file=name, line=line)

    def put(value: Data, line: int, is_word: bool) -> None:
        nonlocal root, first
        if not stack:
            root, first = value, line
            return
        container, own = stack[-1]
        if isinstance(container, list):
            own[len(container)] = line
            container.append(value)
            return
        key = keys[-1]
        if key is None:
            if not is_word or not isinstance(value, str):
                raise fail("a key must be a word", line)
            if value in container:
                raise fail(f"the key {_short(value)} occurs twice", line)
            container[value] = None
            own[value] = line
            keys[-1] = value
        else:
            container[key] = value
            keys[-1] = None

    for event in events:
        kind = type(event)
        line = start + event.start_mark.line
        if kind is yaml.AliasEvent:
            raise fail(f"aliases (*{event.anchor}) are not allowed: write the value out", line)
        if isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:
                raise fail(f"anchors (&{event.anchor}) are not allowed: write the value out", line)
            tag = event.tag  # type: ignore[attr-defined]
            if tag is not None:
                raise fail(f"tags ({_short(tag)}) are not allowed: write the plain value", line)
        if kind is yaml.ScalarEvent:
            plain = not event.style
            put(None if plain and event.value in _NULLS else event.value, line, True)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if len(stack) >= MAX_DEPTH:
                raise fail(f"nested more than {MAX_DEPTH} levels deep", line)
            opened: list[Data] | dict[str, Data] = {} if kind is yaml.MappingStartEvent else []
            put(opened, line, False)
            own = lines[id(opened)] = {}
            stack.append((opened, own))
            keys.append(None)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            stack.pop()
            keys.pop()
        elif kind is yaml.DocumentEndEvent:
            if root is not None:
                yield Node(root, first, lines)
            root, lines = None, {}


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "…")
