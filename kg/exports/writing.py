"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from kg.exports.formats import Export, Format
from ontology.errors import GraphError, UsageError


def export(format: Format, what: Export, target: Path | None) -> None:
    """Write a network to a file, or a folder where the format has several; None is standard output.

    What was there before is replaced when all is written, and stays as it was where anything fails. Raises UsageError
    for an edge form that the format lacks or a folder that holds other things, GraphError where nothing can be written.
    """
    if format.forms and what.form not in format.forms:
        raise UsageError(f"{format.name} has one edge a {format.forms[0][:-1]}; leave --edges out")
    if format.write is None:
        _fill(format, what, target)
        return
    pieces = format.write(what)
    if target is None:
        _print(pieces)
        return
    whole(pieces, target, format.name)


def whole(pieces: Iterable[str | bytes], target: Path, name: str, option: str = "--output") -> None:
    """Write what a file is to hold; raises GraphError where it cannot be written, and leaves what was there.

    `name` says what is written, in words, `option` by which the file was named.
    """
    try:
        if target.is_dir():
            raise GraphError(f"{target}: is a folder, and {name} is one file; name the file in it")
        if target.exists() and not target.is_file():
            with target.open("wb") as out:
                _pour(pieces, out.write)
            return
        beside = _beside(target)
        try:
            with beside.open("xb") as out:
                _pour(pieces, out.write)
            os.replace(beside, target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(target, error, option) from None


def _fill(format: Format, what: Export, target: Path | None) -> None:
    assert format.fill is not None
    if target is None:
        raise UsageError(f"{format.name} is a folder of files; name it with --output FOLDER")
    try:
        if target.exists() and not target.is_dir():
            raise GraphError(f"{target}: is a file, and {format.name} is a folder; choose another --output")
        others = {path.name for path in target.iterdir()} - {*format.files} if target.exists() else set()
        if others:
            raise GraphError(f"{target}: holds other things ({min(others)}); choose a new or empty folder")
        beside, old = _beside(target), _beside(target, ".old")
        try:
            beside.mkdir()
            format.fill(what, beside)
            if target.exists():
                os.replace(target, old)
            os.replace(beside, target)
        finally:
            if old.exists() and not target.exists():
                os.replace(old, target)
            for path in (beside, old):
                shutil.rmtree(path, ignore_errors=True)
    except OSError as error:
        raise _unwritable(target, error) from None


def _beside(target: Path, ending: str = ".part") -> Path:
    target = target.resolve()
    return target.with_name(f".{target.name[:200]}.{os.getpid()}{ending}")


def _pour(pieces: Iterable[str | bytes], write: object) -> None:
    assert callable(write)
    for piece in pieces:
        write(piece.encode() if isinstance(piece, str) else piece)


def _print(pieces: Iterable[str | bytes]) -> None:
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict", newline="\n")
    for piece in pieces:
        if isinstance(piece, bytes):
            sys.stdout.buffer.write(piece)
        else:
            sys.stdout.write(piece)


def _unwritable(target: Path, error: OSError, option: str = "--output") -> GraphError:
    return GraphError(f"{target}: cannot be written ({error.strerror or error}); choose another {option}")
