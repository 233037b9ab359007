"""Cut a stream of JSON into its documents without holding more than one of them.

A `.jsonl` file is cut at its lines. Any other JSON is cut at the elements of its top array, or, where it is no array,
between its top values. A document beyond the limit is measured and passed over: the ones after it still load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

_CHUNK = 1 << 18
_BOM = b"\xef\xbb\xbf"
_QUOTE, _BACKSLASH, _COMMA = b'"\\,'


def _skipping(levels: int) -> str:
    """A pattern of whole strings, everything without structure, and brackets that close again within so many levels."""
    bracketed = rf"|[{{\[]{_skipping(levels - 1)}[}}\]]" if levels else ""
    return rf'(?:[^"{{}}\[\]]++|"(?:[^"\\]++|\\.)*+"{bracketed})*+'


# What is skipped in one step; between documents brackets and commas are structure. More levels would save little, and
# where the chunk ends within brackets each is gone through again.
_INSIDE = re.compile(_skipping(3).encode(), re.DOTALL)
_BETWEEN = re.compile(rb'(?:[^"{}\[\],]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_IN_STRING = re.compile(rb'[^"\\]*+')


class Document(NamedTuple):
    """One document of a stream: its bytes and first line, or the problem why it was not kept."""

    content: bytes
    line: int
    problem: str = ""


def lines(stream: IO[bytes], limit: int) -> Iterator[Document]:
    """The documents of a stream that has one a line; blank lines are skipped. `limit` is in bytes."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        size = len(line)
        if size > limit and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = stream.readline(_CHUNK)
                size += len(line)
            yield _too_long(size, limit, number)
        elif line.strip():
            yield Document(line, number)


def values(stream: IO[bytes], limit: int) -> Iterator[Document]:
    """The elements of the stream's top array, or its top values where it is no array. `limit` is in bytes.

    The cut needs balanced brackets and quotation marks only; whether a document is JSON is for its parser to say.
    """
    cutter = _Cutter(limit)
    chunk = stream.read(_CHUNK).removeprefix(_BOM)
    while chunk:
        yield from cutter.feed(chunk)
        chunk = stream.read(_CHUNK)
    yield from cutter.end()


def _too_long(size: int, limit: int, line: int) -> Document:
    reason = f"a document of {size:,} bytes; the limit is {limit:,}: divide it, or raise max_characters"
    return Document(b"", line, reason)


class _Cutter:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: list[bytes] = []
        self._size = 0
        self._line = 1  # of the first byte not yet taken
        self._first_line = 1  # of the document being kept
        self._depth = 0
        self._in_string = self._escaped = False
        self._begun = self._in_array = False

    def feed(self, chunk: bytes) -> Iterator[Document]:
        start = at = 0
        if not self._begun and (stripped := chunk.lstrip()):
            self._begun = True
            if stripped.startswith(b"["):
                self._in_array = True
                at = len(chunk) - len(stripped) + 1
                self._line += chunk.count(b"\n", 0, at)
                start = at
        while at < len(chunk):
            if self._in_string:
                at = self._pass_string(chunk, at)
                continue
            is_between = self._depth == 0
            plain = (_BETWEEN if is_between else _INSIDE).match(chunk, at)
            at = plain.end() if plain else at
            if at == len(chunk):
                break
            mark, at = chunk[at], at + 1
            if mark == _QUOTE:  # of a string that goes on in the next chunk
                self._in_string = True
            elif mark in b"{[":
                self._depth += 1
            elif self._in_array and is_between:  # a comma, or the end of the array
                self._take(chunk, start, at - 1)
                yield from self._finish()
                start, self._in_array = at, mark == _COMMA
            elif mark != _COMMA:
                self._depth = max(0, self._depth - 1)
                if self._depth == 0 and not self._in_array:
                    self._take(chunk, start, at)
                    yield from self._finish()
                    start = at
        self._take(chunk, start, len(chunk))

    def end(self) -> Iterator[Document]:
        if not self._begun:
            yield Document(b"", 1, "the file is empty")
        was_whole = self._depth == 0 and not self._in_string
        yield from self._finish()
        if self._in_array and was_whole:
            yield Document(b"", self._line, "the array is not closed: the file may be cut off")

    def _pass_string(self, chunk: bytes, at: int) -> int:
        if self._escaped:
            self._escaped = False
            return at + 1
        plain = _IN_STRING.match(chunk, at)
        at = plain.end() if plain else at
        if at < len(chunk):
            self._escaped = chunk[at] == _BACKSLASH
            self._in_string = self._escaped
            at += 1
        return at

    def _take(self, chunk: bytes, start: int, end: int) -> None:
        """Keep `chunk[start:end]` as part of the document, up to the limit, and count its lines."""
        piece = chunk[start:end]
        newlines = piece.count(b"\n")
        if not self._size:  # white space before a document is not part of it
            piece = piece.lstrip()
            self._first_line = self._line + newlines - piece.count(b"\n")
        self._line += newlines
        self._size += len(piece)
        if self._size > self._limit:
            self._kept.clear()
        elif piece:
            self._kept.append(piece)

    def _finish(self) -> Iterator[Document]:
        content, size = b"".join(self._kept), self._size
        self._kept, self._size = [], 0
        if size > self._limit:
            yield _too_long(size, self._limit, self._first_line)
        elif content:
            yield Document(content, self._first_line)
