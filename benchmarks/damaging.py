"""Damage done to files: bytes, numbers, lines, cells, values of JSON, elements of XML, members of archives.

All is drawn from a `Random`, so that the same one does the same damage again.
"""

from __future__ import annotations

import copy
import importlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Any
from xml.etree import ElementTree

ODD: tuple[Any, ...] = (
    None, True, False, -1, 0, 1, 10**30, 1e308, float("nan"), float("inf"), 2**31, 2**63, "", " ", "x", "\ud83e",
    "🦩" * 3, "e\u0301", "\x00", "\u2028", [], [[]], ["x"], [None], {}, {"id": 1}, [{"a": None}], {"$oid": ""},
    {"value": 1}, "9" * 400, "2031-13-45", "_", "*", "1-1", "id", [0, 1, "X"],
)  # fmt: skip
"""Values of other types and sizes than any format expects."""

_PIECES = (
    b"", b" ", b"\n", b"\r\n", b"\t", b"\x00", b"\xff", b"\xef\xbb\xbf", b'"', b"'", b"\\", b"{", b"}", b"[", b"]",
    b",", b":", b";", b"|", b"<", b">", b"&", b"&#0;", b"&x;", b"<!--", b"]]>", b"<![CDATA[",
    b"<!DOCTYPE x [<!ENTITY x 'x'>]>", b"</", b"/>", b"\\ud83e", b"\\u0000", b"-", b"_", b"*", b"->", b"#",
    b"T1", b"NaN", b"1e999", "🦩".encode(), "\u0301".encode(), b"null",
    b"[" * 300, b'{"a":' * 300, b"<a>" * 300, b"9" * 300,
)  # fmt: skip
_NUMBER = re.compile(rb"[0-9]+")
_NUMBERS = (
    b"0",
    b"1",
    b"2",
    b"-1",
    b"00",
    b"4294967296",
    b"9223372036854775808",
    b"9" * 60,
    b"1.5",
    b"1e9",
    b"",
    b"99999",
)
_LARGEST_TREE = 1 << 18

Damage = Callable[[Random, bytes], bytes]


def damaged(rng: Random, content: bytes, name: str) -> bytes:
    """Some file's content with one to four things wrong, by the kind of its name and content."""
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        content = _chosen(rng, content, name)(rng, content)
    return content


def _chosen(rng: Random, content: bytes, name: str) -> Damage:
    if content.startswith(b"PK\x03\x04"):
        return rng.choice((_bytes, _in_archive, _in_archive, _in_archive))
    if name.endswith(".spacy"):
        return rng.choice((_bytes, _in_docbin, _in_docbin, _in_docbin))
    common = [_bytes, _bytes, _numbers, _numbers, _lines]
    start = content[:3].removeprefix(b"\xef\xbb\xbf") + content[3:100]
    if start.lstrip()[:1] in (b"{", b"["):
        common += [_in_json] * 6
    elif start.lstrip()[:1] == b"<":
        common += [_in_xml] * 6
    else:
        common += [_cells] * 4
    return rng.choice(common)


def _bytes(rng: Random, content: bytes) -> bytes:
    at = rng.randint(0, len(content))
    end = min(len(content), at + rng.choice((0, 0, 1, 1, 2, 8, 40, 400)))
    match rng.randrange(6):
        case 0:
            return content[:at] + bytes((rng.randrange(256),)) + content[at + 1 :]
        case 1:
            return content[:at] + content[end:]
        case 2:
            return content[:end] + content[at:]
        case 3:
            return content[:at]
        case 4:
            other = rng.randint(0, len(content))
            return content[:at] + content[other : other + end - at] + content[end:]
        case _:
            return content[:at] + rng.choice(_PIECES) + content[at:]


def _numbers(rng: Random, content: bytes) -> bytes:
    places = list(_NUMBER.finditer(content[: 1 << 20]))
    if not places:
        return _bytes(rng, content)
    place = rng.choice(places)
    near = str(max(0, int(place[0][:18]) + rng.choice((-2, -1, 1, 2, 10)))).encode()
    new = rng.choice((near, near, rng.choice(_NUMBERS), rng.choice(places)[0]))
    return content[: place.start()] + new + content[place.end() :]


def _lines(rng: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at] += b"\r"
        case 4:
            lines = [line + b"\r" for line in lines]
        case _:
            lines[at : at + 1] = [lines[at]] * rng.choice((2, 30))
    return b"\n".join(lines)


def _cells(rng: Random, content: bytes) -> bytes:
    """A cell of a row is another's, odd, gone, or there twice."""
    lines = content.split(b"\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    mark = rng.choice((b"\t", b"\t", b" ", b",", b"|", b":", b";"))
    cells, others = lines[at].split(mark), lines[other].split(mark)
    cell = rng.randrange(len(cells))
    match rng.randrange(5):
        case 0:
            cells[cell] = rng.choice(others)
        case 1:
            cells[cell] = rng.choice(_PIECES)
        case 2:
            del cells[cell]
        case 3:
            cells.insert(cell, cells[cell])
        case _:
            cells[cell] += rng.choice(_PIECES)
    lines[at] = mark.join(cells)
    return b"\n".join(lines)


# -- values ---------------------------------------------------------------------------------------------------------


def _in_json(rng: Random, content: bytes) -> bytes:
    """Values of one object of the file changed; where it is no JSON (any more), its bytes."""
    if len(content) > _LARGEST_TREE:
        return _bytes(rng, content)
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        lines = content.split(b"\n")
        at = rng.randrange(len(lines))
        try:
            value = json.loads(lines[at])
        except (ValueError, RecursionError):
            return _bytes(rng, content)
        lines[at] = _dumped(rng, _changed(rng, value))
        return b"\n".join(lines)
    return _dumped(rng, _changed(rng, value))


def _dumped(rng: Random, value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass") if rng.random() < 0.3 else json.dumps(value).encode()


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every value within a value, as what holds it and by which key."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict | list):
            for key in list(inner) if isinstance(inner, dict) else range(len(inner)):
                found.append((inner, key))
                waiting.append(inner[key])
    return found


def _changed(rng: Random, value: Any) -> Any:
    """Some values replaced by odd ones or by others from elsewhere, taken out, doubled, renamed or wrapped."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        places = _places(value)
        if not places:
            return copy.deepcopy(rng.choice(ODD))
        holder, key = rng.choice(places)
        other_holder, other_key = rng.choice(places)
        match rng.randrange(8):
            case 0 | 1:
                holder[key] = copy.deepcopy(rng.choice(ODD))
            case 2:
                del holder[key]
            case 3:
                holder[key] = copy.deepcopy(other_holder[other_key])
            case 4:
                holder[key] = [copy.deepcopy(holder[key])] * rng.choice((1, 2))
            case 5 if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            case 5:
                holder[str(other_key)] = holder.pop(key)
            case 6 if isinstance(holder[key], str):
                words = holder[key]
                at = rng.randint(0, len(words))
                holder[key] = (
                    words[:at] + rng.choice(("", " ", "\n", "🦩", "\x00", "#", "_")) + words[at + 1 :]
                )
            case 6 if type(holder[key]) is int:
                holder[key] += rng.choice((-2, -1, 1, 5, 10**6))
            case _:
                holder[key] = str(holder[key])[:1000] if rng.random() < 0.5 else {"value": holder[key]}
    return value


# -- elements -------------------------------------------------------------------------------------------------------


def _in_xml(rng: Random, content: bytes) -> bytes:
    """Elements and attributes changed; where it is no XML (any more), its bytes."""
    if len(content) > _LARGEST_TREE:
        return _bytes(rng, content)
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, RecursionError, LookupError):
        return _bytes(rng, content)
    elements = list(root.iter())
    for _ in range(rng.choice((1, 1, 2, 3))):
        _element_changed(rng, rng.choice(elements), rng.choice(elements))
    try:
        written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    except (ValueError, TypeError, RecursionError):
        return _bytes(rng, content)
    return written


def _element_changed(rng: Random, one: ElementTree.Element, other: ElementTree.Element) -> None:
    keys = list(one.attrib)
    words = rng.choice(("", "x", "-1", "0", "1", "9" * 30, "🦩", "1 1", "true", "null", "_", "a" * 3000))
    match rng.randrange(9):
        case 0 | 1 | 2 if keys:
            values = list(other.attrib.values())
            one.set(rng.choice(keys), rng.choice(values) if values and rng.random() < 0.5 else words)
        case 0 | 3 if keys:
            del one.attrib[rng.choice(keys)]
        case 4:
            one.text = other.text if rng.random() < 0.5 else words
        case 5 if len(one):
            one.remove(one[rng.randrange(len(one))])
        case 6 if len(one):
            one.insert(rng.randint(0, len(one)), copy.deepcopy(one[rng.randrange(len(one))]))
        case 7 if len(other) < 20:
            one.append(copy.deepcopy(other))
        case _:
            one.tag = other.tag


# -- what is packed -------------------------------------------------------------------------------------------------


def _in_archive(rng: Random, content: bytes) -> bytes:
    """A file within the archive damaged, renamed, or left out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()[:200]}
    except Exception:  # noqa: BLE001 -- whatever zipfile makes of an archive that was damaged before
        return _bytes(rng, content)
    if not files:
        return content
    name = rng.choice(sorted(files))
    match rng.randrange(6):
        case 0:
            files[name + rng.choice(("x", ".json", "/y"))] = files.pop(name)
        case 1:
            del files[name]
        case _:
            files[name] = damaged(rng, files[name], name)
    return packed(files)


def packed(files: dict[str, bytes]) -> bytes:
    """A ZIP archive of some files, the same whenever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _in_docbin(rng: Random, content: bytes) -> bytes:
    """Values of what a DocBin holds changed."""
    srsly = importlib.import_module("srsly")

    try:
        value = srsly.msgpack_loads(zlib.decompress(content))
    except Exception:  # noqa: BLE001 -- whatever is raised for one that was damaged before
        return _bytes(rng, content)
    if rng.random() < 0.5 and isinstance(value, dict):
        keys = [key for key, inner in value.items() if isinstance(inner, bytes | list) and inner]
        if keys:
            key = rng.choice(keys)
            inner = value[key]
            at = rng.randrange(len(inner)) if isinstance(inner, list) else 0
            if isinstance(inner, bytes):
                value[key] = _bytes(rng, inner)
            elif isinstance(inner[at], bytes):
                inner[at] = _bytes(rng, inner[at])
            else:
                inner[at] = copy.deepcopy(rng.choice(ODD))
    else:
        value = _changed(rng, value)
    try:
        packed_again: bytes = srsly.msgpack_dumps(value)
    except Exception:  # noqa: BLE001 -- numbers that msgpack has not
        return _bytes(rng, content)
    return zlib.compress(packed_again)
