"""Tables of cells divided by commas, semicolons or tabs, as spreadsheets save them (RFC 4180 and what they make of it).

Rows come one at a time with the line they begin on. A row that cannot be read is given with the reason, and reading
goes on behind it. Cells are text: a formula is its characters.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from loaders.files import decoded
from ontology.errors import SourceError

DELIMITERS = "\t;,|"
LONGEST_CELL = 100_000
"""Characters; beyond it a quotation mark was probably left open."""

_LONGEST_LINE = 1 << 20
_BOM = b"\xef\xbb\xbf"
_SEP = re.compile(rb"\"?sep=([\t;,|:^~])\"?[\t;,|:^~]*\r?\n?", re.IGNORECASE)
_OLD_LINE_END = re.compile(rb"(?<=\r)(?!\n)")


class Row(NamedTuple):
    """The cells of a row, the line it begins on, and why it cannot be read, if it cannot."""

    cells: list[str]
    line: int
    problem: str = ""


def delimiter(head: bytes, score: Callable[[list[str]], int]) -> str:
    """What divides the cells of a file that begins with `head`: what its line `sep=` says, else the delimiter with
    which its first row scores highest, the first of DELIMITERS where several do."""
    lines = head.removeprefix(_BOM).splitlines(keepends=True)
    declared = _SEP.fullmatch(lines[0]) if lines else None
    if declared:
        return declared[1].decode("latin-1")
    best, best_score = DELIMITERS[0], (-1, -1)
    for candidate in DELIMITERS:
        cells = first_row(head, candidate)
        scored = (score(cells), len(cells))
        if scored > best_score:
            best, best_score = candidate, scored
    return best


def first_row(head: bytes, delimiter: str) -> list[str]:
    """The first row with something in it, as far as the head of a file goes; empty where it cannot be read."""
    try:
        text = head.removeprefix(_BOM).decode("utf-8", "ignore")
        for cells in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if any(map(str.strip, cells)) and not _is_separator(cells, delimiter):
                return cells
    except csv.Error:
        pass
    return []


def rows(stream: IO[bytes], name: str, delimiter: str) -> Iterator[Row]:
    """The rows of a stream that have something in them, the header among them. Raises SourceError where it is not
    UTF-8."""
    lines = _Lines(stream, name)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            yield Row([], line, _reason(error))
            continue
        if line == 1 and _is_separator(cells, delimiter):
            continue
        if longest := max(map(len, cells), default=0):
            problem = ""
            if longest > LONGEST_CELL:
                problem = f"a cell has more than {LONGEST_CELL:,} characters"
                cells = []
            elif not any(map(str.strip, cells)):
                continue
            yield Row(cells, line, problem)


def _is_separator(cells: list[str], delimiter: str) -> bool:
    return len(cells) <= 5 and _SEP.fullmatch(delimiter.join(cells).encode()) is not None


def _reason(error: Exception) -> str:
    words = str(error)
    if "field limit" in words:
        return f"a cell has more than {LONGEST_CELL:,} characters: perhaps a quotation mark is not closed"
    if "unexpected end" in words:
        return "ends within quotation marks: the file may be cut off, or a mark is not closed"
    if "expected after" in words:
        return 'has a quotation mark inside a cell; write it twice (""), and one at each end of the cell'
    return f"cannot be read: {words}"


class _TooLong(Exception):
    """A line has more bytes than a row of cells can."""


class _Lines:
    """The lines of a stream as text, with their ends, which may be within a cell; counts them."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self._stream, self._name = stream, name
        self._waiting: list[bytes] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._next()
        self.number += 1
        if self.number == 1:
            line = line.removeprefix(_BOM)
        try:
            return decoded(line, self._name)[0] if self.number == 1 else line.decode()
        except UnicodeDecodeError as error:
            reason = f"is not UTF-8 (byte 0x{line[error.start]:02x}): save it as CSV UTF-8"
            raise SourceError(reason, file=self._name, line=self.number) from None

    def _next(self) -> bytes:
        if self._waiting:
            return self._waiting.pop()
        line = self._stream.readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = self._stream.readline(_LONGEST_LINE)
            self.number += 1
            raise _TooLong(f"a line of more than {_LONGEST_LINE:,} bytes")
        if b"\r" in line[:-2]:  # line ends of old, or within cells
            line, *rest = _OLD_LINE_END.split(line)
            self._waiting = rest[::-1]
        return line
