"""XML from strangers: nothing that declares entities is parsed, and elements are read one at a time.

An entity can swell to gigabytes or name a file of the reader's machine; no annotation tool writes one. They can be
declared only before the root element, so the beginning of a file shows whether it is safe.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from typing import IO, cast
from xml.etree import ElementTree
from xml.parsers import expat

from loaders.files import HEAD, File
from ontology.errors import SourceError

_LARGEST_PIECE = 1 << 20


class _Root(Exception):
    """The parser has come to the root element."""


def check_prolog(file: File) -> None:
    """Raise SourceError where an XML file declares entities, or has no root element in its first 64 KB."""
    parser = expat.ParserCreate()
    declared: list[str] = []

    def start(_name: str, _attributes: dict[str, str]) -> None:
        raise _Root

    def entity(name: str, *_rest: object) -> None:
        declared.append(name)
        raise _Root

    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(file.head, len(file.head) < HEAD)
    except _Root:
        if declared:
            raise SourceError(
                f"declares the entity {declared[0][:60]!r}, which is refused; save it without a document type",
                file=file.name,
            ) from None
        return
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        raise SourceError(f"is no well-formed XML: {error}", file=file.name, line=line) from None
    raise SourceError(f"has no element in its first {HEAD:,} bytes", file=file.name)


def elements(
    file: File, wanted: Collection[str], *, limit: int | None = None
) -> Iterator[ElementTree.Element]:
    """Every element with one of these local names, complete, in document order; memory holds one at a time.

    An element inside another wanted one comes as a part of that one only. Its tag has no namespace. Raises SourceError
    with the line where the file is not well-formed, and where it has more than `limit` bytes, for formats in which one
    element may be as large as the file; the elements before have been given by then.
    """
    check_prolog(file)
    with file.open() as stream:
        yield from _elements(
            cast("IO[bytes]", _Pieces(stream, file.name, limit)), file.name, frozenset(wanted)
        )


class _Pieces:
    """A stream in pieces that grow with what was read, of which no more than `limit` bytes are.

    Expat before 2.6 begins a tag anew with every piece that does not complete it: in small pieces one long attribute
    would take a time that grows with its square.
    """

    def __init__(self, stream: IO[bytes], name: str, limit: int | None) -> None:
        self._stream, self._name, self._limit, self._read = stream, name, limit, 0

    def read(self, size: int) -> bytes:
        """The next piece, not smaller than asked for."""
        piece = self._stream.read(max(size, min(self._read // 8, _LARGEST_PIECE)))
        self._read += len(piece)
        if self._limit is not None and self._read > self._limit:
            reason = f"has more than {self._limit:,} bytes, the limit of what is read in one piece: divide it"
            raise SourceError(reason, file=self._name)
        return piece


def _elements(stream: IO[bytes], name: str, wanted: frozenset[str]) -> Iterator[ElementTree.Element]:
    inside = 0
    path: list[ElementTree.Element] = []
    try:
        for event, element in ElementTree.iterparse(stream, ("start", "end")):
            if event == "start":
                element.tag = element.tag.rpartition("}")[2]
                path.append(element)
                inside += element.tag in wanted
                continue
            path.pop()
            if element.tag in wanted:
                inside -= 1
                if not inside:
                    yield element
            if not inside:
                element.clear()
                for parent in path[-1:]:  # none above the root
                    with contextlib.suppress(ValueError):
                        parent.remove(element)
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise SourceError(f"is no well-formed XML: {error}", file=name, line=line) from None
    except (ValueError, LookupError) as error:
        raise SourceError(f"is no XML that can be read: {error}", file=name) from None
