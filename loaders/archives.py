"""ZIP archives from strangers: checked before a byte is unpacked, and unpacked within limits.

An archive whose names lead out of its folder, that holds links, is encrypted, or would swell beyond the limits is
refused whole. What is unpacked lies in a temporary folder of its own and goes with it.
"""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ontology.errors import SourceError

MOST_FILES = 100_000
LARGEST = 4 << 30
"""Bytes that an archive may hold, unpacked."""

MOST_SWELLING = 200
"""How many times its packed size an archive may hold; text seldom packs better than 20 to 1."""

_SMALL = 64 << 20  # below this size swelling harms nobody
_PIECE = 1 << 20
MARK = b"PK\x03\x04"


def is_zip(path: Path) -> bool:
    """Whether a file is a ZIP archive to be looked into: by its first bytes, except for office documents."""
    if path.suffix.lower() in (".xlsx", ".docx", ".ods", ".odt", ".pptx", ".jar"):
        return False
    try:
        with path.open("rb") as stream:
            return stream.read(4) == MARK
    except OSError:
        return False


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[Path]:
    """A temporary folder with everything in the archive; raises SourceError where it is refused.

    Raised before the first file is written for what the archive's directory shows, and while writing where it lied.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise SourceError(f"is no readable ZIP archive ({error}); copy it again", file=name) from None
    with archive, tempfile.TemporaryDirectory(prefix="attest-") as made:
        folder = Path(made).resolve()
        members = _checked(archive, path.stat().st_size, name)
        left = LARGEST
        for member, parts in members:
            left = _write(archive, member, folder.joinpath(*parts), left, name)
        yield folder


def _checked(
    archive: zipfile.ZipFile, packed_size: int, name: str
) -> list[tuple[zipfile.ZipInfo, tuple[str, ...]]]:
    """The files of an archive with the parts of their paths; raises SourceError naming the first that is unsafe."""
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise SourceError(f"holds {len(infos):,} files; the limit is {MOST_FILES:,}: divide it", file=name)
    size = sum(info.file_size for info in infos)
    if size > LARGEST or (size > _SMALL and size > MOST_SWELLING * packed_size):
        raise SourceError(
            f"would unpack to {size:,} bytes from {packed_size:,}; the limits are {LARGEST:,} bytes and"
            f" {MOST_SWELLING} times the size: unpack it yourself if you trust it",
            file=name,
        )
    found: list[tuple[zipfile.ZipInfo, tuple[str, ...]]] = []
    taken: set[str] = set()
    for info in infos:
        inner = info.filename
        if not inner:  # before zipfile looks for its last character
            raise SourceError("holds a file without a name: it is damaged", file=name)
        parts = tuple(part for part in inner.split("/") if part not in ("", "."))
        if (
            inner.startswith("/")
            or "\\" in inner
            or ".." in parts
            or (parts and ":" in parts[0][:2])
            or any(ord(character) < 32 or ord(character) == 127 for character in inner)
        ):
            raise SourceError(f"holds {inner[:100]!r}, a name that leads out of its folder", file=name)
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise SourceError(f"holds {inner[:100]!r}, which is a link or a device", file=name)
        if info.is_dir() or not parts:
            continue
        if any(len(part.encode("utf-8", "replace")) > 250 for part in parts) or len(inner) > 3000:
            raise SourceError(f"holds a name of {len(inner):,} characters: {inner[:60]!r}…", file=name)
        if info.flag_bits & 1:
            raise SourceError(f"holds {inner[:100]!r}, which is encrypted: unpack it first", file=name)
        if inner in taken:
            raise SourceError(f"holds {inner[:100]!r} twice", file=name)
        taken.add(inner)
        found.append((info, parts))
    return found


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, name: str) -> int:
    """Unpack one file; what is left of the limit after it."""
    within = f"{name}/{member.filename}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as stream, target.open("xb") as out:
            size = 0
            while piece := stream.read(_PIECE):
                size += len(piece)
                if size > member.file_size or size > left:
                    raise SourceError("is larger than its archive says: a trap, or damaged", file=within)
                out.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise SourceError(f"cannot be unpacked ({error}); copy the archive again", file=within) from None
    except OSError as error:
        raise SourceError(f"cannot be unpacked: {error.strerror or error}", file=within) from None
    return left - size
