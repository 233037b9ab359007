"""How much room words take, told without a font: every text in a picture is then set to the width told here."""

from __future__ import annotations

import unicodedata

from kg.exports.xml import Escape

# Advance widths of Helvetica, which Arial and Liberation Sans share, in thousandths of the size: space to tilde.
_HELVETICA = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip

FAMILY = "Arial, Helvetica, 'Liberation Sans', 'Noto Sans', 'DejaVu Sans', sans-serif"


def width(text: str, size: float) -> float:
    """Pixels that a line of text takes."""
    return sum(_advance(character) for character in text) * size / 1000


def _advance(character: str) -> int:
    if " " <= character <= "~":
        return _HELVETICA[ord(character) - 32]
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1000
    plain = unicodedata.normalize("NFKD", character)[:1]
    return _HELVETICA[ord(plain) - 32] if " " <= plain <= "~" else 600


def lines(text: str, size: float, room: float, most: int = 2) -> list[str]:
    """The text in at most so many lines of so many pixels; what is too long ends in an ellipsis."""
    found: list[str] = []
    words = text.split()
    while words and len(found) < most:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= room:
            line += " " + words.pop(0)
        if len(found) == most - 1 and words:
            line += " " + " ".join(words)
            words = []
        found.append(_cut(line, size, room))
    return found or [""]


def written(
    text: str, x: float, y: float, size: float, xml: Escape, more: str = "", anchor: str = "start"
) -> str:
    """A text as wide as it was reckoned, whatever font the reader has."""
    long = f' textLength="{width(text, size):.1f}" lengthAdjust="spacingAndGlyphs"' if text.strip() else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}"{long}{more}>'
        f"{xml(text)}</text>\n"
    )


def _cut(line: str, size: float, room: float) -> str:
    if width(line, size) <= room:
        return line
    room -= width("…", size)
    kept = ""
    for cluster in _clusters(line):
        if width(kept + cluster, size) > room:
            break
        kept += cluster
    return kept.rstrip() + "…"


def _clusters(text: str) -> list[str]:
    """Characters with the marks and joined ones that belong to them."""
    found: list[str] = []
    for character in text:
        joined = found and (_advance(character) == 0 or found[-1].endswith("\u200d"))
        if joined:
            found[-1] += character
        else:
            found.append(character)
    return found
