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


def whole(pieces: Iterable[str | bytes], target: Path, name: str) -> None:
    """Write what a file is to hold; raises GraphError where it cannot be written, and leaves what was there.

    `name` says what is written, in words.
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
        raise _unwritable(target, error) from None


