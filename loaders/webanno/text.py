"""The text of a WebAnno TSV file, put together again from its sentences, and its rows with their place in it.

A file has the words of each sentence (`#Text=`) and the offsets of its tokens, but not what stands between sentences.
As INCEpTION's reader does, each sentence is put where its first token says; a gap before it is a line end, then spaces.
Offsets count UTF-16 units. Every row repeats its words: they are compared with the text at its offsets.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from loaders.webanno.header import Header
from ontology.errors import SourceError

_SENTENCE_TEXT = "#Text="
_UNIT = re.compile(r"[0-9]{1,9}-[0-9]{1,9}(?:\.[0-9]{1,9})?")
_OFFSETS = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_JAVA = re.compile(r"\\(?:u+([0-9A-Fa-f]{4})|([0-3]?[0-7]{1,2})|(.))", re.DOTALL)
_ESCAPE = re.compile(r"\\([tnfrb\\\x00-\x07\x0e-\x1f])")
_WRITTEN = {"t": "\t", "n": "\n", "f": "\f", "r": "\r", "b": "\b"}


@dataclass(slots=True)
class Row:
    """A token, or a part of one. `claimed` are its offsets as written, `start` and `end` code points of the text.

    `token` counts tokens from 0: the parts of a token have its number. `wrong` says why its words are not to be had.
    """

    unit: str
    line: int
    claimed: tuple[int, int]
    fields: list[str]
    token: int
    cells: list[str] = field(default_factory=list)
    start: int = 0
    end: int = 0
    wrong: str = ""


@dataclass(slots=True)
class Sentence:
    """What stands between two empty lines: its words, and a row for each of its tokens and parts of tokens."""

    line: int
    text: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Unreadable:
    """A line that is neither header nor comment nor row."""

    line: int
    unit: str
    reason: str


@dataclass(slots=True)
class Content:
    """A file taken apart."""

    header: Header
    sentences: list[Sentence]
    unreadable: list[Unreadable]


@dataclass(slots=True)
class Text:
    """The text; `matched` rows have their words there, `remarks` are for the report."""

    text: str
    remarks: list[str]
    matched: int


class TooLong(Exception):
    """The text would have more characters than are allowed."""


# -- taking apart ---------------------------------------------------------------------------------------------------


def parse(content: str, file: str) -> Content:
    """The sentences of a file. Raises SourceError where header or sentences are not of the format's form."""
    result = Content(Header(), [], [])
    sentences = result.sentences
    seen: dict[str, int] = {}
    token, ended = -1, True
    for number, line in enumerate(_lines(content), 1):
        if not line:
            ended = True
        elif line.startswith(_SENTENCE_TEXT):
            if ended or sentences[-1].rows:
                sentences.append(Sentence(number))
                ended = False
            sentences[-1].text.append(unescaped(line.removeprefix(_SENTENCE_TEXT), result.header.version))
        elif line.startswith("#"):
            if result.header.read(line, number, file) and sentences:
                reason = "declares layers behind its first sentence: a file has one document"
                raise SourceError(reason, file=file, line=number)
        else:
            row = _row(line, number, seen)
            if isinstance(row, Unreadable):
                result.unreadable.append(row)
                continue
            if not sentences:
                raise SourceError(f"has no `{_SENTENCE_TEXT}` line above {row.unit}", file=file, line=number)
            token += "." not in row.unit or not sentences[-1].rows
            row.token = token
            sentences[-1].rows.append(row)
    return result


def _lines(content: str) -> Iterator[str]:
    """The lines without their ends, one at a time."""
    start = 0
    while start < len(content):
        end = content.find("\n", start)
        end = len(content) if end < 0 else end
        yield content[start:end].removesuffix("\r")
        start = end + 1


def _row(line: str, number: int, seen: dict[str, int]) -> Row | Unreadable:
    fields = line.split("\t")
    unit = fields[0]
    if not _UNIT.fullmatch(unit):
        return Unreadable(number, "", "is no row: it does not begin with a token's number, such as 1-1")
    offsets = _OFFSETS.fullmatch(fields[1]) if len(fields) > 2 else None
    if offsets is None:
        return Unreadable(number, unit, "is no row: expected number, offsets such as 0-4, and word")
    first = seen.setdefault(unit, number)
    if first != number:
        return Unreadable(number, unit, f"the token {unit} is already on line {first}")
    return Row(unit, number, (int(offsets[1]), int(offsets[2])), fields, 0)


def unescaped(text: str, version: tuple[int, int]) -> str:
    """The words of a `#Text=` line: Java's escapes up to version 3.1, fewer from 3.2 on."""
    if "\\" not in text:
        return text
    if version >= (3, 2):
        return _ESCAPE.sub(lambda found: _WRITTEN.get(found[1], found[1]), text)
    decoded = _JAVA.sub(_java, text)
    # \ud83d\ude0a is one character in two escapes; half of one is none.
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _java(found: re.Match[str]) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    if found[2]:
        return chr(int(found[2], 8))
    return _WRITTEN.get(found[3], found[3])


# -- putting together -----------------------------------------------------------------------------------------------


def put_together(content: Content, limit: int) -> Text:
    """The text, and in every row its place in it and its cells. Raises TooLong."""
    best = _laid_out(content, limit, _in_utf16)
    rows = sum(len(sentence.rows) for sentence in content.sentences)
    if best.matched < rows and max(best.text, default="") > "\uffff":
        other = _laid_out(content, limit, len)
        if other.matched > best.matched:
            other.remarks.append("its offsets count characters, not the UTF-16 units of the format; taken so")
            best = other
        else:
            best = _laid_out(content, limit, _in_utf16)
    wrong = [row for sentence in content.sentences for row in sentence.rows if row.wrong]
    if wrong:
        best.remarks.append(
            f"{len(wrong)} of {rows} rows do not fit the text; the first is on line {wrong[0].line}: {wrong[0].wrong}"
        )
    return best


def _in_utf16(text: str) -> int:
    return len(text) + sum(c > "\uffff" for c in text) if not text.isascii() else len(text)


def _laid_out(content: Content, limit: int, width: Callable[[str], int]) -> Text:
    page = _Page(limit, width)
    waiting: list[Sentence] = []
    misplaced: dict[int, str] = {}
    for sentence in content.sentences:
        if not sentence.rows:
            waiting.append(sentence)
            continue
        words = "\n".join(sentence.text)
        begin = sentence.rows[0].claimed[0] - width(_before(words, sentence.rows[0].fields[2]))
        for empty in waiting:
            page.squeeze_in("\n".join(empty.text), begin, empty.line)
        waiting.clear()
        if begin < page.size:
            misplaced[id(sentence)] = (
                f"its sentence begins at {begin}, but the text before it goes on to {page.size}"
            )
            begin = page.size
        page.put(words, begin)
    for empty in waiting:
        page.put("\n".join(empty.text), page.size + 1)
    text = "".join(page.parts)
    locate = page.locator()
    matched = 0
    for sentence in content.sentences:
        for row in sentence.rows:
            reason = _place(row, text, locate, content.header)
            row.wrong = misplaced.get(id(sentence), reason)
            matched += not row.wrong
    return Text(text, page.remarks, matched)


def _before(words: str, first: str) -> str:
    """White space before a sentence's first token: some writers have the token's offset behind it."""
    stripped = words.lstrip()
    if words.startswith(first) or not stripped.startswith(first):
        return ""
    return words[: len(words) - len(stripped)]


class _Page:
    """A text that is being written; `size` is its length as offsets count."""

    def __init__(self, limit: int, width: Callable[[str], int]) -> None:
        self.limit, self.width = limit, width
        self.size = 0
        self.parts: list[str] = []
        self.remarks: list[str] = []
        self._characters = 0
        self._wide: list[int] = []

    def put(self, words: str, begin: int) -> None:
        """Add words that begin at an offset not before the end; a gap is a line end, then spaces."""
        gap = begin - self.size
        if self._characters + gap + len(words) > self.limit:
            raise TooLong
        if gap > 0:
            self._add(("\n" if self.parts else " ") + " " * (gap - 1))
        self._add(words)

    def squeeze_in(self, words: str, before: int, line: int) -> None:
        """Add words of which it is only known that they stand before an offset, if there is room for them."""
        begin = self.size + (1 if self.parts else 0)
        if begin + self.width(words) <= before:
            self.put(words, begin)
        elif words.strip():
            self.remarks.append(
                f"line {line}: a sentence without tokens has no place in the text and is left out"
            )

    def _add(self, words: str) -> None:
        if self.width is not len and not words.isascii():
            position = self.size
            for character in words:
                if character > "\uffff":
                    self._wide.append(position)
                    position += 1
                position += 1
        self.size += self.width(words)
        self._characters += len(words)
        self.parts.append(words)

    def locator(self) -> Callable[[int], int | None]:
        """From an offset to a code point; None where it is outside the text or within a character."""
        wide, size = self._wide, self.size

        def locate(offset: int) -> int | None:
            if not 0 <= offset <= size:
                return None
            before = bisect_left(wide, offset)
            return None if before and wide[before - 1] == offset - 1 else offset - before

        return locate


def _place(row: Row, text: str, locate: Callable[[int], int | None], header: Header) -> str:
    """Set a row's place and cells; why that cannot be, or nothing."""
    start, end = map(locate, row.claimed)
    tabs = 0
    reason = ""
    if start is None or end is None or start > end:
        reason = f"its offsets {row.claimed[0]}-{row.claimed[1]} are no place in the text"
    else:
        row.start, row.end = start, end
        if text.startswith(row.fields[2], start) and end - start == len(row.fields[2]):  # as good as always
            row.cells = row.fields[3:]
            return ""
        # Rows repeat their words, so that what is looked at of the text is never more than the file has.
        if end - start > len(row.fields[2]) and end - start <= len("\t".join(row.fields)):
            tabs = text.count("\t", start, end)
        words = "\t".join(row.fields[2 : 3 + tabs])
        there = text[start : min(end, start + len(words) + 1)]
        if there not in (words, unescaped(words, header.version)):
            there = text[start : min(end, start + 40)]
            reason = f"says {words[:40]!r}, but the text there is {there!r}"
    row.cells = row.fields[3 + tabs :]
    return reason
