"""JSON files of one document or many, parsed strictly and one at a time.

JSON here is what the standard says: a key occurs once in an object, NaN is no number, half a surrogate pair no
character. Files are cut into documents by `loaders.json_stream`, so that a broken one does not spoil the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from loaders import json_stream
from loaders.files import File
from loaders.formats import Options, Read, Unit, rejected
from loaders.source import SourceDocument
from ontology.errors import SourceError
from ontology.models import RejectedDocument, Rejection

_LINES = (".jsonl", ".ndjson")
_MOST_PEOPLE = 10


class _NotJson(ValueError):
    """What Python's parser lets pass and JSON does not."""


def parse(content: bytes, line: int = 1, file: str = "") -> Any:
    """The JSON value of some bytes that begin on `line`; raises SourceError with the line at fault."""
    try:
        text = content.decode("utf-8")
        data = _DECODER.decode(text)
        _check_characters(data, text)
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 (byte 0x{content[error.start]:02x}): convert it"
    except UnicodeEncodeError as error:
        reason = _half(error)
    except RecursionError:
        reason = "nested too deeply"
    except json.JSONDecodeError as error:
        lines = content.rstrip().count(b"\n") + 1  # what is cut off ends on its own line, not on the next
        reason = f"not JSON: {error.msg} (column {error.colno})"
        line += min(error.lineno, lines) - 1
    except _NotJson as error:
        reason = f"not JSON: {error}"
    except ValueError:  # Python's guard against converting thousands of digits
        reason = "a number has too many digits"
    else:
        return data
    raise SourceError(reason, file=file, line=line)


def lenient(content: bytes) -> Any:
    """The JSON value of some bytes, of which only what could not be written down again is refused: keys may occur twice
    and NaN may stand for a number. Raises ValueError with the reason, or RecursionError."""
    text = content.removeprefix(b"\xef\xbb\xbf").decode()
    data = json.loads(text)
    try:
        _check_characters(data, text)
    except UnicodeEncodeError as error:
        raise ValueError(_half(error)) from None
    return data


def _check_characters(data: Any, text: str) -> None:
    """Raise UnicodeEncodeError where a value holds half a character, which only an escape can have brought there."""
    if "\\ud" in text or "\\uD" in text:
        json.dumps(data, ensure_ascii=False).encode()


def _half(error: UnicodeEncodeError) -> str:
    code = ord(error.object[error.start])
    return f"\\u{code:04x} is half a surrogate pair: write the whole character"


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _NotJson(f"the key {twice[:100]!r} occurs twice")
    return made


def _no_constant(name: str) -> Any:
    raise _NotJson(f"{name} is not a number")


_DECODER = json.JSONDecoder(object_pairs_hook=_no_key_twice, parse_constant=_no_constant)


# -- files of many records ------------------------------------------------------------------------------------------


class Record(NamedTuple):
    """One of a file's JSON values: the object, the line it begins on, and its place in the file, from 1."""

    data: dict[str, Any]
    line: int
    ordinal: int


def cut(file: File, limit: int) -> Iterator[json_stream.Document]:
    """The documents of a file: its lines, the elements of its array, or its top values. `limit` is in bytes."""
    by_lines = (file.suffix in _LINES and not _is_spread(file.head)) or _has_lines(file.head)
    with file.open() as stream:
        yield from (json_stream.lines if by_lines else json_stream.values)(stream, limit)


def read_records(
    unit: Unit,
    options: Options,
    what: str,
    read: Callable[[Record], Iterator[Read]],
    people: dict[str, None],
) -> Iterator[Read]:
    """What `read` makes of every record of a unit's file; a record that is none, or that it refuses with SourceError,
    is a rejected document. `what` a record should be is said where one is no object. `people` are the annotators that
    `read` meets: raises SourceError where the one who was asked for did nothing in all the file.
    """
    found = False
    for document in _records(unit, options, what, read):
        found = found or isinstance(document, SourceDocument)
        yield document
    if not found:
        check_annotator(unit, options, people)


def check_annotator(unit: Unit, options: Options, people: Iterable[str]) -> None:
    """Raise SourceError for a file of which nothing is by the annotator who was asked for, but something by others."""
    known = [repr(name) for name in islice(people, _MOST_PEOPLE)]
    if options.annotator and known:
        reason = f"has nothing by {options.annotator!r}; there is work of {', '.join(known)}"
        raise SourceError(reason, file=unit.lead.name)


def _records(
    unit: Unit, options: Options, what: str, read: Callable[[Record], Iterator[Read]]
) -> Iterator[Read]:
    name = unit.lead.name
    for ordinal, document in enumerate(cut(unit.lead, options.max_bytes), 1):
        try:
            if document.problem:
                raise SourceError(document.problem, line=document.line)
            data = parse(document.content, document.line)
            if not isinstance(data, dict):
                raise SourceError(f"is no {what}: expected an object", line=document.line)
            yield from read(Record(data, document.line, ordinal))
        except Unreadable as error:
            yield RejectedDocument(Rejection(name, error.reason, document.line), error.count, name)
        except SourceError as error:
            yield rejected(unit, error)
        except RecursionError:  # parsed just within the limit, and shown in a reason just beyond it
            yield RejectedDocument(Rejection(name, "nested too deeply", document.line), 0, name)


class Unreadable(SourceError):
    """A document of which nothing can be had, with how many annotations it seems to have."""

    def __init__(self, reason: str, count: int = 0) -> None:
        super().__init__(reason)
        self.count = count


def too_long(text: str, options: Options, count: int) -> Unreadable:
    """The error for a text that is longer than the options allow."""
    reason = f"the text has {len(text):,} characters; the limit is {options.max_characters:,}"
    return Unreadable(reason, count)


def listed(document: SourceDocument, data: dict[str, Any], key: str, line: int | None) -> list[Any]:
    """The list under a key, empty where there is none; what is no list is one annotation that cannot be read."""
    found = data.get(key)
    if found is None:
        return []
    if isinstance(found, list):
        return found
    reject(document, line, f"{key}: expected a list, not {kind(found)}")
    return []


def count(data: dict[str, Any], *keys: str) -> int:
    """How many annotations there seem to be under some keys."""
    return sum(len(v) if isinstance(v, list | dict) else 1 for key in keys if (v := data.get(key)))


def reject(
    document: SourceDocument, line: int | None, reason: str, id: str | None = None, kind: str = ""
) -> None:
    """Record something that is no annotation that could be read."""
    document.rejected.append(Rejection(document.source, reason, line, id, kind))


def kind(value: object) -> str:
    """What a JSON value is, for people."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    names = {dict: "an object", list: "a list", str: "a string", int: "a number", float: "a number"}
    return names[type(value)]


def offset(value: object) -> bool:
    """Whether a value can be an offset: a whole number that is not negative."""
    return type(value) is int and value >= 0


def _is_spread(head: bytes) -> bool:
    """Whether the first line is brackets alone, so that the value goes on: indented JSON, whatever the file's name."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].strip() in (b"{", b"[", b"[{")


def _has_lines(head: bytes) -> bool:
    """Whether the first line is a JSON object by itself, and another begins on the next."""
    first, newline, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    if not (
        newline and first.startswith(b"{") and first.rstrip().endswith(b"}") and rest.lstrip()[:1] == b"{"
    ):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True
