"""Names as words: when two are the same, how they sort, and whether words are a name at all.

All three answers are computed here once, in Python, and stored as ASCII or plain text, so that no store's own
collation or case folding can make two backends disagree.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

# Latin, Greek and Cyrillic accents; Arabic vowel signs and the tatweel. Vowel signs of Indic scripts are letters in
# all but category and stay.
_MARKS = dict.fromkeys([*range(0x0300, 0x0370), *range(0x064B, 0x0660), 0x0670, 0x0640])
# \W would split at combining marks that NFC cannot compose: vowel signs of Indic and South-East Asian scripts.
_BETWEEN_WORDS = re.compile(r"(?:[^\w\u0900-\u0DFF\u0E00-\u109F\u1780-\u17FF]|_)+")
_DOTS = re.compile(r"[.'’‘`´ʼ]")
_ARTICLES = ("the ", "a ", "an ")
_SORT_LENGTH = 40


@lru_cache(maxsize=16384)
def name_key(text: str) -> str:
    """The match key of a name: equal for "Al-Qaeda", "al-Qaeda" and "the al Qaeda", and for "U.N." and "UN".

    Compatibility forms, case, accents, dots, apostrophes and leading English articles are dropped; every other run of
    punctuation or white space is one space. A text without letters or digits keeps its characters, so that no two
    such names meet by accident.
    """
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold()).translate(_MARKS)
    key = _BETWEEN_WORDS.sub(" ", _DOTS.sub("", unicodedata.normalize("NFC", folded))).strip()
    for article in _ARTICLES:
        if key.startswith(article):
            return key[len(article) :]
    return key or text.strip()


@lru_cache(maxsize=16384)
def sort_key(text: str) -> str:
    """The Unicode Collation Algorithm's key of a name (DUCET, all three levels) as hexadecimal.

    ASCII, so every engine orders it the same way. Only the first 40 characters take part; ties go to the id.
    """
    text = text[:_SORT_LENGTH]
    if text.isascii():
        # ASCII has no contractions: its key is put together character by character, twenty times as fast.
        levels = zip(*[_ascii_levels(character) for character in text], strict=True)
        return "0000".join("".join(level) for level in levels) + "0000" if text else "0" * 12
    return "".join(f"{weight:04x}" for weight in _collator().sort_key(text))


@lru_cache(maxsize=1024)
def order_key(text: str) -> str:
    """Sorts as `sort_key` does, with the text itself in hexadecimal after it: no two texts have the same.

    >>> order_key("Ă") < order_key("B") and order_key("é") != order_key("e\u0301")
    True
    """
    return f"{sort_key(text)}.{text.encode('utf-8', 'surrogatepass').hex()}"


@lru_cache(maxsize=128)
def _ascii_levels(character: str) -> tuple[str, str, str]:
    """A character's weights on each level, hexadecimal; none where it does not count."""
    elements = _collator().collation_elements(character)
    return tuple(  # type: ignore[return-value]
        "".join(f"{element[level]:04x}" for element in elements if element[level]) for level in range(3)
    )


@lru_cache(maxsize=1)
def _collator() -> Any:
    from pyuca import Collator

    return Collator()


# Words that name nothing by themselves: they may be capitalised at the head of a sentence or stand in lower case inside
# a name ("Ministry of Defence").
_FUNCTION_WORDS = frozenset(
    """
    a an the this that these those another other others some many several both all any each every no one two
    i you he she it we they me him her us them my your his its our their who whom whose which what
    of and or for in on at to from by with against near
    de del della di da dos das do du la le les los las el von van der den zu zur am
    al ul ud ad ash as bin bint ibn ben
    """.split()
)
_CASELESS_PREFIX = re.compile(r"^(?:al|el|ul|ud|ad|ash|as|an|ar|at|az|d|l|o)[-'’]", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")


@lru_cache(maxsize=16384)
def is_named(words: str) -> bool:
    """Whether words are a proper name: each content word capitalised, particles aside.

    "al-Qaeda" and "National Directorate of Security" are; "Taliban leaders", "They" and "the 1990s" are not. A script
    without case cannot show a name this way: False, and the annotation or an identifier must say so.
    """
    content = 0
    for word in words.split():
        word = word.strip("()[]{}\"“”«»‘’',;:!?…–—-")
        if not (word.isupper() and len(word) > 1) and word.casefold() in _FUNCTION_WORDS:
            continue
        word = _POSSESSIVE.sub("", _CASELESS_PREFIX.sub("", word))
        if not any(c.isalpha() for c in word):
            continue
        if not any(c.isupper() or c.istitle() for c in word):
            return False
        content += 1
    return content > 0


@lru_cache(maxsize=16384)
def content_words(words: str) -> int:
    """How many words of a name carry it: 3 for "Abdul Salam Hanafi", 1 for "al-Qaeda"."""
    return sum(
        1
        for word in words.split()
        if word.casefold() not in _FUNCTION_WORDS and any(c.isalpha() for c in word)
    )


def is_abbreviation(name: str) -> bool:
    """Whether a name is a few capitals that many things may be called by: "AIG", "IMU"."""
    return name.isupper() and len(name) <= 5 and " " not in name
