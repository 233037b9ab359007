"""Names as lists print them: several in one string, in two scripts, with abbreviations and remarks in brackets.

`taken_apart` gives each name for itself:

    أنصار الشريعة (Ansar al Charia; Ansar al-Sharia)   three names, the first in Arabic script
    COMPAGNIE DES LACS (CDL) ; LAKES COMPANY           two names and an abbreviation
    a.k.a. Old Mill Traders f.k.a. Mill Street Co.     two names
    Mira Oren (combat name)                            one name and a remark

What stands in brackets and is none of these is part of the name: "Harvest Foundation (Borrin)".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ontology.lists import LONGEST_NAME, ListedName, Quality

_ALSO = re.compile(r"(?<!\w)(?:[abfn]\.\s?k\.\s?a\.?|[abfn]ka(?=[\s:]))\s*:?\s*")
_BRACKETS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_SCRIPT_REMARK = re.compile(r"\(?\boriginal script\b\)?:?\s*|\(original script\)", re.IGNORECASE)
_REMARK = re.compile(
    r"(?:combat|birth|code|maiden|pen) ?name|nom de guerre|(?:previously|formerly) listed as|false identity.*"
    r"|initials|call sign|(?:in )?(?:arabic|dari|pashto|persian|russian|somali|tigrinya|amharic|korean|chinese)",
    re.IGNORECASE,
)
_SUB_UNIT = re.compile(r"\s+[-–]\s+sub-unit name$", re.IGNORECASE)
_QUOTES = '"“”„«»'
_EDGES = " \t\r\n,;"
# What scripts are called in BCP 47 (ISO 15924); names in Latin letters say nothing of their language or script.
_SCRIPTS = {
    "ARABIC": "Arab", "CYRILLIC": "Cyrl", "CJK": "Hani", "HANGUL": "Hang", "HIRAGANA": "Jpan", "KATAKANA": "Jpan",
    "HEBREW": "Hebr", "GREEK": "Grek", "ETHIOPIC": "Ethi", "DEVANAGARI": "Deva", "THAI": "Thai", "ARMENIAN": "Armn",
    "GEORGIAN": "Geor", "BENGALI": "Beng", "TAMIL": "Taml", "MYANMAR": "Mymr", "KHMER": "Khmr", "SYRIAC": "Syrc",
    "GURMUKHI": "Guru", "SINHALA": "Sinh", "LAO": "Laoo", "TIBETAN": "Tibt", "THAANA": "Thaa",
}  # fmt: skip


def taken_apart(text: str, quality: Quality, notes: list[str]) -> Iterator[ListedName]:
    """The names in a string, the first of the quality given; remarks in it are added to the notes.

    Of a preferred string the first name is preferred and the others are strong; an abbreviation is always weak.
    """
    if len(text) > 20 * LONGEST_NAME:
        notes.append(f"{text[:60]}…: a name of {len(text):,} characters is left out")
        return
    text = " ".join(text.split())
    found = False
    for piece in _pieces(text):
        for words, is_short in _names(piece, notes):
            name = _bare(words)
            if not any(map(str.isalnum, name)):
                continue
            own: Quality = "weak" if is_short else "strong" if found and quality == "preferred" else quality
            found = True
            yield ListedName(name, language_of(name), own)


def is_quoted(text: str) -> bool:
    """Whether a name stands in quotation marks, as nicknames do."""
    return len(text) > 2 and text[0] in _QUOTES and text[-1] in _QUOTES


def distinct(names: Iterable[ListedName]) -> Iterator[ListedName]:
    """Each name once, of the best quality it is given."""
    best: dict[str, ListedName] = {}
    ranks = ("preferred", "strong", "weak")
    for name in names:
        known = best.get(name.text)
        if known is None or ranks.index(name.quality) < ranks.index(known.quality):
            best[name.text] = name
    yield from best.values()


def language_of(name: str) -> str:
    """What a name's script says of its language: "und-Arab" for Arabic letters, "" for Latin ones."""
    tag = _SCRIPTS.get(_script_of(name))
    return f"und-{tag}" if tag else ""


def _pieces(text: str) -> Iterator[str]:
    """The parts of a string that stand side by side, `a.k.a.`, ` / ` or `;` between them, but not within brackets."""
    for part in _ALSO.split(text):
        depth, start = 0, 0
        for at, character in enumerate(part):
            if character in "()":
                depth = max(0, depth + (1 if character == "(" else -1))
            elif depth == 0 and (character == ";" or part[at - 1 : at + 2] == " / "):
                yield part[start:at]
                start = at + 1
        yield part[start:]


def _names(piece: str, notes: list[str]) -> Iterator[tuple[str, bool]]:
    """(name, whether it is an abbreviation) for each name in a piece that holds brackets or two scripts."""
    match = _BRACKETS.search(piece)
    outside = _BRACKETS.sub(" ", piece).strip(_EDGES) if match else piece
    if match is None or not any(map(str.isalnum, outside)):
        yield from ((words, False) for words in _by_script(_SCRIPT_REMARK.sub("", piece)))
        return
    kept, inside = outside, list[tuple[str, bool]]()
    for content in _BRACKETS.findall(piece):
        words = _SUB_UNIT.sub("", _SCRIPT_REMARK.sub("", content).strip(_EDGES))
        parts = [part.strip(_EDGES) for part in words.split(";")]
        if _REMARK.fullmatch(words):
            notes.append(f"{_bare(outside)}: {words}")
        elif words and _script_of(words) != _script_of(outside):
            inside += [one for part in parts for one in _names(part, notes)]
        elif _abbreviates(words, outside):
            inside.append((words, True))
        elif len(parts) > 1:
            inside += [one for part in parts for one in _names(part, notes)]
        elif words and words in piece:
            kept = piece  # the words in brackets are part of the name
    if kept is piece and inside:
        kept = outside
    yield from ((words, False) for words in _by_script(kept))
    yield from inside


def _by_script(text: str) -> Iterator[str]:
    """A string that goes on in another script, in two."""
    if text.isascii():
        yield text
        return
    runs: list[tuple[str, list[str]]] = []
    for word in text.split(" "):
        script = _script_of(word)
        if runs and (not script or not runs[-1][0] or script == runs[-1][0]):
            runs[-1] = (runs[-1][0] or script, [*runs[-1][1], word])
        else:
            runs.append((script, [word]))
    for _, words in runs:
        yield " ".join(words)


def _abbreviates(short: str, name: str) -> bool:
    """Whether the letters of a word are initials of a name, in order: AAB of Abdallah Azzam Brigades."""
    letters = short.replace(".", "").replace("-", "")
    if not letters.isalpha() or not letters.isupper() or not 2 <= len(letters) <= 8:
        return False
    initials = iter(
        [part[0].upper() for part in re.split(r"[\s\-]+", name.replace("'", "").replace("’", "")) if part]
    )
    return all(any(letter == initial for initial in initials) for letter in letters)


@lru_cache(maxsize=4096)
def _script_of(text: str) -> str:
    """The script of the first letter that has one."""
    for character in text:
        if character.isalpha():
            name = unicodedata.name(character, "").split(" ")[0].partition("-")[0]
            return name if name in _SCRIPTS else "LATIN"
    return ""


def _bare(text: str) -> str:
    """A name without quotation marks around it, and without what was left beside it when it was taken apart."""
    text = " ".join(text.split()).strip(_EDGES)
    if is_quoted(text):
        text = text[1:-1].strip(_EDGES)
    return text
