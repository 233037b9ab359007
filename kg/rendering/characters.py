"""Text on a terminal: made harmless, measured in cells, broken into lines.

Everything that was read is hostile: an escape sequence in a name must not move the cursor, a bidirectional override
must not turn a denial into its opposite. `visible` comes first; what it returns holds no control characters, so the
two marks below, which begin and end emphasis, can stand for nothing else.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TextIO

BEGIN, END = "\x01", "\x02"
"""What stands around emphasised words until they are written; of no width."""

_WIDEST_TABLE, _WIDEST_TEXT, _LEAST = 160, 110, 30
_SPACES = re.compile(r"[ \t\r\n]+")
# Controls, line separators, bidirectional embeddings, overrides and isolates, byte order marks, halves of surrogate
# pairs, and tag characters, which hide text. Joiners and directional marks are part of how languages are written.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# One cell a character, without asking: Latin letters and general punctuation.
_NARROW = re.compile("[\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u257f]*")
_BREAKABLE = "-/_:.,;"


@dataclass(frozen=True, slots=True)
class Style:
    """How words may be set on a stream: in bold, in colour, and within how many cells."""

    bold: bool = False
    colour: bool = False
    width: int = 100

    @classmethod
    def of(cls, stream: TextIO) -> Style:
        """What a stream can show: bold on a terminal, colour unless NO_COLOR is set, plain in a pipe."""
        terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        return cls(
            terminal, terminal and not os.environ.get("NO_COLOR"), shutil.get_terminal_size((100, 24)).columns
        )

    @property
    def table_width(self) -> int:
        """Cells a table may take."""
        return max(min(self.width, _WIDEST_TABLE), _LEAST)

    @property
    def text_width(self) -> int:
        """Cells a line of running text may take."""
        return max(min(self.width, _WIDEST_TEXT), _LEAST)

    def narrower(self, cells: int) -> Style:
        """The same for what is indented by so many cells."""
        return replace(self, width=min(self.width, _WIDEST_TABLE) - cells)

    def strong(self, text: str) -> str:
        """In bold, where there is bold."""
        return f"\x1b[1m{text}\x1b[22m" if self.bold and text else text

    def faint(self, text: str) -> str:
        """Less bright, where there is bold."""
        return f"\x1b[2m{text}\x1b[22m" if self.bold and text else text

    def tint(self, text: str, colour: int) -> str:
        """In one of the terminal's own colours (31 red, 32 green, 33 yellow), where there are any."""
        return f"\x1b[{colour}m{text}\x1b[39m" if self.colour and text else text

    def set_emphasis(self, text: str) -> str:
        """Give the marks of emphasis their final form."""
        return text.replace(BEGIN, "\x1b[1m").replace(END, "\x1b[22m")


def visible(text: str) -> str:
    """The text on one line, with everything that could act on a terminal shown as an escape such as \\x1b."""
    if text.isprintable() and "  " not in text:
        return text
    return _UNSAFE.sub(_escape, _SPACES.sub(" ", text))


def json_safe(text: str) -> str:
    """JSON text with the same characters written as JSON's own escapes, which reads back as the same data."""
    return _UNSAFE.sub(lambda match: match[0] if match[0] == "\n" else json.dumps(match[0])[1:-1], text)


def turtle_safe(text: str) -> str:
    """Turtle or N-Triples with the same characters written as their own escapes, which reads back as the same data."""
    return _UNSAFE.sub(lambda match: match[0] if match[0] == "\n" else f"\\U{ord(match[0]):08X}", text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def width(text: str) -> int:
    """Cells that visible text takes: two for a Chinese character, none for a combining mark or a mark of emphasis."""
    if BEGIN in text or END in text:
        text = text.replace(BEGIN, "").replace(END, "")
    if _NARROW.fullmatch(text):
        return len(text)
    from wcwidth import wcswidth, wcwidth

    cells = int(wcswidth(text))
    return cells if cells >= 0 else sum(max(wcwidth(character), 0) for character in text)


def padded(text: str, cells: int, *, right: bool = False) -> str:
    """The text filled up with spaces to a number of cells."""
    space = " " * (cells - width(text))
    return space + text if right else text + space


def wrapped(text: str, cells: int) -> list[str]:
    """The text in lines of at most so many cells, broken at spaces, and inside a word only where it must be."""
    lines: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        size = width(word)
        if line and used + 1 + size <= cells:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            lines.append(line)
        while size > cells:
            piece, word = _cut(word, cells)
            lines.append(piece)
            size = width(word)
        line, used = word, size
    lines.append(line)
    return lines


def paragraph(text: str, cells: int, first: str = "", rest: str | None = None) -> list[str]:
    """Running text as lines, the first one after `first`, the others after `rest` (as many spaces, if None)."""
    indent = " " * width(first) if rest is None else rest
    lines = wrapped(text, max(cells - max(width(first), width(indent)), 12))
    return [first + lines[0], *(indent + line for line in lines[1:])]


def _cut(word: str, cells: int) -> tuple[str, str]:
    """As much of a word as fits, and the rest; a mark stays with the letter it is put on."""
    taken, end, joined = 0, 0, False
    for end, character in enumerate(word):
        size = width(character)
        if taken + size > cells and not joined and end:
            break
        taken, joined = taken + size, character == "\u200d"
    if width(word[:end]) > cells:
        # Marks that take a cell once they are put on a letter.
        end = max(bisect_right(range(1, end + 1), cells, key=lambda length: width(word[:length])), 1)
        while end > 1 and not width(word[end]):
            end -= 1
    good = max((word.rfind(mark, 0, end) for mark in _BREAKABLE), default=-1) + 1
    if good > end // 2:
        end = good
    return word[:end], word[end:]
