"""What a file's first bytes show: the beginning of its JSON, the root element of its XML."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
from typing import Any
from xml.parsers import expat

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}
_LONGEST = 1 << 16


def json_outline(head: bytes) -> Any:
    """The first JSON value of a file from its first bytes; where they end within it, what is whole of it.

    None where the file does not begin with an object or array. An array of a hundred megabytes shows its first
    elements; a line of JSONL shows that line.
    """
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head[:_LONGEST])
    except UnicodeDecodeError:
        return None
    text = text.lstrip()
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_closed(text))
    except (ValueError, RecursionError):
        return None


def _closed(text: str) -> str:
    """A beginning of JSON up to its last whole value, its open brackets closed."""
    open_: list[str] = []
    # Where it can be cut, with the brackets open there: after an opening bracket, and before a comma.
    cut, left_open = 0, ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in ("{", "["):
            open_.append(token)
            cut, left_open = match.end(), "".join(open_)
        elif token in ("}", "]"):
            if not open_:
                break
            open_.pop()
            cut, left_open = match.end(), "".join(open_)
            if not open_:
                break
        elif token == "," and open_:
            cut, left_open = match.start(), "".join(open_)
    return text[:cut] + "".join(_CLOSING[bracket] for bracket in reversed(left_open))


class _Found(Exception):
    """The parser has come to the root element."""


def xml_root(head: bytes) -> tuple[str, str]:
    """Namespace and local name of an XML file's root element from its first bytes; ("", "") where it is no XML."""
    if b"<" not in head[:1000]:
        return "", ""
    found: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        found.append(name)
        raise _Found

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    with contextlib.suppress(_Found, expat.ExpatError, ValueError, LookupError):
        parser.Parse(head, False)
    namespace, _, local = found[0].rpartition(" ") if found else ("", "", "")
    return namespace, local
