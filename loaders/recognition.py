"""What a file's first bytes show: the beginning of its JSON, the root element of its XML."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from loaders import json_stream

if TYPE_CHECKING:
    from loaders.files import File

# A bracket or comma, behind whole strings, other words, and brackets that hold no others. None is looked for in a
# string that the head ends in.
_FLAT = r'[^"{}\[\],]++|"(?:[^"\\]++|\\.)*+"'
_STRUCTURE = re.compile(rf"(?:{_FLAT}|[{{\[](?:{_FLAT}|,)*+[}}\]])*+[{{}}\[\],]", re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}
_LONGEST = 1 << 16
_DEEPEST = 1000  # deeper than any parser here goes; nor is a head of nothing but brackets worth the time
_RECORDS = 50
_FIRST = 1 << 22


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
        if len(head) < _LONGEST or "\n" in text:  # else it is not whole
            return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_closed(text))
    except (ValueError, RecursionError):
        return None


def json_records(file: File) -> list[dict[str, Any]]:
    """The first objects of a file of JSON, by which its format is recognised. Where the first is longer than the head,
    it is read whole, up to a few megabytes."""
    outline = file.outline
    if isinstance(outline, list):
        found = [one for one in outline[:_RECORDS] if isinstance(one, dict)]
    elif isinstance(outline, dict):
        found = [outline]
        for line in file.head.split(b"\n", _RECORDS)[1:_RECORDS]:
            try:
                more = json.loads(line) if line.startswith(b"{") else None
            except (ValueError, RecursionError):
                break
            if isinstance(more, dict):
                found.append(more)
    else:
        return []
    if file.path is None or len(file.head) < _LONGEST or len(found) > 1:
        return found
    with file.open() as stream:
        first = next(json_stream.values(BytesIO(stream.read(_FIRST)), _FIRST), None)
    with contextlib.suppress(ValueError, RecursionError):
        whole = json.loads(first.content) if first is not None else None
        found = [whole] if isinstance(whole, dict) else found
    return found


def _closed(text: str) -> str:
    """A beginning of JSON, an object or array, up to its last whole value, its open brackets closed."""
    open_ = [text[0]]
    # Where it can be cut: after a bracket, and before a comma. Nothing between two such places opens or closes any.
    cut = 1
    match = _STRUCTURE.match(text, 1)
    while match:
        at = match.end() - 1
        mark = text[at]
        if mark == ",":
            cut = at
        elif mark in "{[":
            open_.append(mark)
            if len(open_) > _DEEPEST:
                return ""
            cut = at + 1
        else:
            open_.pop()
            cut = at + 1
            if not open_:
                break
        match = _STRUCTURE.match(text, at + 1)
    return text[:cut] + "".join(_CLOSING[bracket] for bracket in reversed(open_))


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
