"""Tables of claims, made for one point and read."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from loaders.files import File, folders
from loaders.formats import Options, Read, Unit
from loaders.table import reading as claims_table
from ontology.models import AnnotatedArticle
from ontology.vocabulary import load

SAMPLES = Path(__file__).parent / "samples/claims-table"
OPTIONS = Options(load())


def file_of(path: Path) -> File:
    return next(iter(folders([path]))).files[0]


def read(path: Path, options: Options = OPTIONS) -> list[Read]:
    return list(claims_table.FORMAT.read(Unit(file_of(path)), options))


def table(tmp_path: Path, *rows: dict[str, str], delimiter: str = ",", name: str = "claims.csv") -> Path:
    """A file of rows, each with what is usual unless it says otherwise."""
    usual = {
        "subject": "Red Heron Front",
        "relation": "trained",
        "object": "Lantern Brigade",
        "quote": "the Red Heron Front trained the Lantern Brigade",
    }
    filled = [{**usual, **row} for row in rows]
    columns = list(dict.fromkeys(column for row in filled for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(filled)
    path = tmp_path / name
    path.write_bytes(out.getvalue().encode())
    return path


def article(path: Path, options: Options = OPTIONS) -> AnnotatedArticle:
    (found,) = read(path, options)
    assert isinstance(found, AnnotatedArticle), found
    tally = found.tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    return found


def name_of(found: AnnotatedArticle, handle: Any) -> str:
    return next(e.names[0].text for e in found.entities if e.id == handle)


def reasons(found: AnnotatedArticle) -> list[tuple[int | None, str]]:
    return [(r.line, r.reason) for r in found.tally.rejected]
