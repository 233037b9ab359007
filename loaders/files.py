"""The files that loaders read: on disk, in a ZIP archive, compressed with gzip, or on standard input.

A `File` is called what its user would call it (`export.zip/annotation/doc.xmi`), knows its path within the feed, and
shows its first bytes, by whose content its format is recognised. `folders` walks what a command was given and hands
out one folder at a time, since annotations often lie in several files side by side.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from loaders import archives
from ontology.errors import SourceError, UsageError
from ontology.models import RejectedDocument, Rejection

HEAD = 1 << 16
"""Bytes at the beginning of a file by which its format is recognised."""

_DEEPEST = 20
"""How many archives may lie one within the other: there are some that hold themselves."""

STANDARD_INPUT = "standard input"

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, eq=False)
class File:
    """One file as a loader sees it.

    `name` is what reports call it, `within` its path in the feed (by which an article without id or URL is known),
    both without the suffix `.gz`. `path` is where its bytes are, None for standard input; `root` the folder that the
    user named, or the one above the file.
    """

    name: str
    within: str
    path: Path | None
    root: Path = field(default_factory=Path)
    compressed: bool = False

    @property
    def base(self) -> str:
        """The file's own name, without its folder."""
        return PurePosixPath(self.name).name

    @property
    def suffix(self) -> str:
        """The last suffix of its name in lower case: `.json`."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def folder(self) -> Path:
        """The folder it lies in."""
        return self.path.parent if self.path is not None else self.root

    @cached_property
    def head(self) -> bytes:
        """Its first bytes; raises SourceError where it cannot be read."""
        if self.path is None:
            return self._standard_input[0]
        with self.open() as stream:
            return stream.read(HEAD)

    @cached_property
    def _standard_input(self) -> tuple[bytes, IO[bytes]]:
        """The first bytes of standard input, and all of it: it can be looked at and then read, once."""
        stream: IO[bytes] = sys.stdin.buffer
        head = stream.read(HEAD)
        whole = cast("IO[bytes]", io.BufferedReader(_Rejoined(head, stream), HEAD))
        if head.startswith(_GZIP):
            whole = cast("IO[bytes]", gzip.GzipFile(fileobj=whole))
            head = whole.read(HEAD)
            whole = cast("IO[bytes]", io.BufferedReader(_Rejoined(head, whole), HEAD))
        return head, whole

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Its bytes as a stream, closed again; raises SourceError where they cannot be read, also while reading."""
        try:
            if self.path is None:
                yield self._standard_input[1]
            elif self.compressed:
                with gzip.open(self.path, "rb") as stream:
                    yield cast("IO[bytes]", stream)
            else:
                with self.path.open("rb") as plain:
                    yield plain
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise SourceError(f"damaged gzip ({error}); copy it again", file=self.name) from None
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror or error}", file=self.name) from None

    def read(self, limit: int) -> bytes:
        """All its bytes; raises SourceError where there are more than `limit`, before they are all in memory."""
        with self.open() as stream:
            content = stream.read(limit + 1)
        if len(content) > limit:
            reason = f"has more than {limit:,} bytes, the limit of what is read in one piece: divide it"
            raise SourceError(reason, file=self.name)
        return content

    def text(self, limit: int) -> tuple[str, bool]:
        """Its text, decoded as UTF-8, and whether a byte order mark was removed from it; raises SourceError."""
        return decoded(self.read(limit), self.name)

    @cached_property
    def outline(self) -> Any:
        """The JSON value its head begins with, as far as the head goes, or None where it does not begin with JSON."""
        from loaders.recognition import json_outline

        return json_outline(self.head)

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The first objects of a file of JSON (of its array, its lines, or itself), as far as its head has them."""
        from loaders.recognition import json_records

        return json_records(self)

    @cached_property
    def root_element(self) -> tuple[str, str]:
        """Namespace and local name of the XML element its head begins with; empty where it is no XML."""
        from loaders.recognition import xml_root

        return xml_root(self.head)

    def forget(self) -> None:
        """Let go of what is kept of its content, which is read again where wanted: a folder may have many files."""
        if self.path is not None:
            for kept in ("head", "outline", "records"):
                self.__dict__.pop(kept, None)

    def beside(self, name: str) -> File | None:
        """The file of that name in the same folder, if there is one."""
        if self.path is None or not (self.path.parent / name).is_file():
            return None
        return File(
            _sibling(self.name, name), _sibling(self.within, name), self.path.parent / name, self.root
        )


def decoded(content: bytes, name: str) -> tuple[str, bool]:
    """Text from UTF-8 and whether a byte order mark was removed; raises SourceError with the line at fault."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SourceError("is UTF-16: convert it to UTF-8", file=name)
    marked = content.startswith(_BOM)
    try:
        return content.removeprefix(_BOM).decode(), marked
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        bad = content.removeprefix(_BOM)[error.start]
        raise SourceError(f"is not UTF-8 (byte 0x{bad:02x}): convert it", file=name, line=line) from None


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies side by side in one folder (or what of it the user named), in order of name.

    `problems` are the files that cannot be read at all. `whole` says that the user named the folder and not its files.
    `below` names the folders and archives in it that come after it, each a folder of its own: whoever takes the folder
    as a whole, with all that is in it, clears the list.
    """

    path: Path
    root: Path
    name: str
    within: str
    files: tuple[File, ...]
    whole: bool
    problems: tuple[RejectedDocument, ...] = ()
    below: list[str] = field(default_factory=list)

    def names(self) -> set[str]:
        """The names of its files."""
        return {file.base for file in self.files}


def folders(paths: Iterable[str | os.PathLike[str]], *, skip: Path | None = None) -> Iterator[Folder]:
    """Everything under some files, folders and archives ("-" is standard input), one folder at a time.

    A ZIP archive is checked whole, unpacked beside nothing of the user's, and read like a folder. Hidden files and the
    folder `skip` are left out. Raises UsageError for a path that does not exist.
    """
    named = [None if str(path) == "-" else Path(path) for path in paths]
    for path in named:
        if path is not None and not path.exists():
            raise UsageError(f"{path}: no such file or folder")
    for path in named:
        if path is None:
            yield from _from_standard_input()
        elif path.is_dir():
            yield from _walk(path, str(path), "", skip)
        else:
            yield from opened(path, str(path), path.name)


def _from_standard_input() -> Iterator[Folder]:
    file = File(STANDARD_INPUT, STANDARD_INPUT, None)
    if not file.head.startswith(archives.MARK):
        yield Folder(Path(), Path(), "", "", (file,), whole=False)
        return
    # An archive is read from its end: it is put down first.
    with tempfile.TemporaryDirectory(prefix="attest-") as made, file.open() as stream:
        path = Path(made) / "archive.zip"
        with path.open("wb") as out:
            shutil.copyfileobj(stream, out)
        yield from _unpacked(path, STANDARD_INPUT, STANDARD_INPUT)


def opened(path: Path, name: str, within: str) -> Iterator[Folder]:
    """One file, or what is in it if it is an archive or a folder; `name` and `within` are what it is called."""
    if path.is_dir():
        yield from _walk(path, name, within, None)
        return
    problem = _unreadable(path, name)
    root = path.parent
    if problem is not None:
        yield Folder(root, root, str(root), "", (), whole=False, problems=(problem,))
    elif archives.is_zip(path):
        yield from _unpacked(path, name, within)
    else:
        yield Folder(root, root, str(root), "", (_file(path, name, within, root),), whole=False)


def _walk(
    root: Path, name: str, within: str, skip: Path | None, top: Path | None = None, depth: int = 0
) -> Iterator[Folder]:
    closed: list[OSError] = []
    skipped = skip.resolve() if skip is not None else None
    for place, subfolders, names in os.walk(root, onerror=closed.append):
        here = Path(place)
        subfolders[:] = sorted(
            one
            for one in subfolders
            if not one.startswith((".", "__MACOSX")) and (here / one).resolve() != skipped
        )
        below = here.relative_to(root).as_posix()
        own_name, own_within = _join(name, below), _join(within, below)
        files: list[File] = []
        packed: list[Path] = []
        problems: list[RejectedDocument] = []
        for one in sorted(names):
            path = here / one
            if one.startswith("."):
                continue
            problem = _unreadable(path, _join(own_name, one))
            if problem is not None:
                problems.append(problem)
            elif archives.is_zip(path):
                packed.append(path)
            else:
                files.append(_file(path, _join(own_name, one), _join(own_within, one), top or root))
        below_here = [*subfolders, *(path.name for path in packed)]
        yield Folder(here, top or root, own_name, own_within, tuple(files), True, tuple(problems), below_here)
        subfolders[:] = [one for one in subfolders if one in below_here]
        for path in packed:
            if path.name not in below_here:
                continue
            inner_name, inner_within = _join(own_name, path.name), _join(own_within, path.name)
            yield from _unpacked(path, inner_name, inner_within, top or root, depth)
    for error in closed:
        rejected = _rejected(str(error.filename), f"cannot be read: {error.strerror}; check its permissions")
        yield Folder(root, root, name, within, (), whole=True, problems=(rejected,))


def _unpacked(
    path: Path, name: str, within: str, top: Path | None = None, depth: int = 0
) -> Iterator[Folder]:
    try:
        if depth == _DEEPEST:
            raise SourceError(
                f"lies in {depth} archives, one within the other: unpack it yourself", file=name
            )
        with archives.unpacked(path, name) as folder:
            yield from _walk(folder, name, within, None, depth=depth + 1)
    except SourceError as error:
        problem = RejectedDocument(Rejection(error.file, error.reason), source=error.file)
        yield Folder(path.parent, top or path.parent, name, within, (), whole=False, problems=(problem,))


def _file(path: Path, name: str, within: str, root: Path) -> File:
    compressed = path.suffix.lower() == ".gz" and _starts_with(path, _GZIP)
    if compressed:
        name, within = (text[: -len(path.suffix)] for text in (name, within))
    return File(utf8(name), utf8(within), path, root, compressed)


def utf8(name: str) -> str:
    """A file's name without the bytes that are not UTF-8: names may be in any encoding, the ledger is in one."""
    return os.fsencode(name).decode("utf-8", "replace")


def _starts_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(mark)) == mark


def _unreadable(path: Path, name: str) -> RejectedDocument | None:
    if not path.is_file():  # a socket, a pipe, a link to nowhere
        return _rejected(name, "is no regular file")
    if not os.access(path, os.R_OK):
        return _rejected(name, "cannot be read; check its permissions")
    return None


def _rejected(name: str, reason: str) -> RejectedDocument:
    return RejectedDocument(Rejection(utf8(name), reason), source=utf8(name))


def _join(folder: str, name: str) -> str:
    return "/".join(part for part in (folder, name) if part not in ("", ".")) or folder


def _sibling(path: str, name: str) -> str:
    folder, slash, _ = path.rpartition("/")
    return folder + slash + name


class _Rejoined(io.RawIOBase):
    """A stream of which a piece was read, as if it had not been."""

    def __init__(self, piece: bytes, rest: IO[bytes]) -> None:
        self._piece, self._rest = memoryview(piece), rest

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The piece first, then what comes after it."""
        if self._piece:
            taken = self._piece[: len(buffer)]
            buffer[: len(taken)] = taken
            self._piece = self._piece[len(taken) :]
            return len(taken)
        content = self._rest.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)
