"""Entries of a list in JSON: one a line, or the elements of an array; one at a time, each safe to look into."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from loaders import json_stream
from loaders.files import File
from loaders.formats import Options


class Entry(NamedTuple):
    """One entry as plain data with its first line, or the problem why it cannot be had."""

    data: Any
    line: int
    problem: str = ""


def entries(file: File, options: Options) -> Iterator[Entry]:
    """The entries of a file: its lines, if its first one is a whole value, else the elements of its top array."""
    cut = json_stream.lines if _has_lines(file.head) else json_stream.values
    with file.open() as stream:
        for document in cut(stream, options.max_bytes):
            if document.problem:
                yield Entry(None, document.line, document.problem)
            else:
                yield parsed(document.content, document.line)


def _has_lines(head: bytes) -> bool:
    first, newline, _ = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    if not first.startswith(b"{"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return not newline  # a first line longer than the head
    return True


def parsed(content: bytes, line: int) -> Entry:
    """An entry from its bytes: UTF-8, JSON, and nothing in it that cannot be written down again."""
    try:
        text = content.decode().rstrip()
        data = _decode(text)
        if "\\ud" in text.lower():
            json.dumps(data, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        return Entry(None, line, f"is not UTF-8 (byte 0x{content[error.start]:02x}): convert it")
    except UnicodeEncodeError:
        return Entry(None, line, "has half a surrogate pair (\\ud8…): write the whole character")
    except RecursionError:
        return Entry(None, line, "nested too deeply")
    except json.JSONDecodeError as error:
        return Entry(None, line + error.lineno - 1, f"not JSON: {error.msg} (column {error.colno})")
    except ValueError as error:
        return Entry(None, line, f"not JSON: {error}")
    return Entry(data, line)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


_decode = json.JSONDecoder(parse_constant=_no_constant).decode


def words(data: Any) -> list[str]:
    """The texts in a list, tidied, each once; what is no text is passed over."""
    if isinstance(data, str):
        data = [data]
    if not isinstance(data, list):
        return []
    found = (" ".join(one.split()) for one in data if isinstance(one, str))
    return list(dict.fromkeys(one for one in found if one))
