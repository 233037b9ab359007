"""Text within XML, written by hand so that documents of any size are streamed.

XML 1.0 has no way to say most control characters: each is written as U+FFFD and counted. Line breaks and tabs are
written as references, for a reader may turn them into spaces otherwise.
"""

from __future__ import annotations

import re
from collections import Counter

# All but tab, line feed and carriage return below the space, surrogates, and the two that are no characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
REPLACED = "characters that XML cannot hold are replaced"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Escape:
    """Escapes text for attributes and content alike, counting what had to be replaced."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts

    def __call__(self, text: str) -> str:
        """The text as XML."""
        if text.isalnum():
            return text
        text, count = _FORBIDDEN.subn("\ufffd", text)
        if count:
            self._counts[REPLACED] += count
        return text.translate(_SPECIAL)
