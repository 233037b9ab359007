"""Parquet: three tables, of nodes, relationships and claims, for pandas, DuckDB, Spark and the like."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from kg.exports.columns import CLAIM, NODE, RELATIONSHIP, Column
from kg.exports.formats import Export, Format
from ontology.extras import needs

_ROWS = 20_000
NODE_KEYS = (Column("id", "text", lambda one: one.id),)
EDGE_KEYS = (
    *NODE_KEYS,
    Column("subject", "text", lambda one: one.subject),
    Column("subject_name", "text", lambda one: one.subject_name),
    Column("object", "text", lambda one: one.object),
    Column("object_name", "text", lambda one: one.object_name),
)
FILES = ("nodes.parquet", "relationships.parquet", "claims.parquet")


def fill(what: Export, folder: Path) -> None:
    """Write the three tables into a folder."""
    network = what.network
    tables = (
        (FILES[0], (*NODE_KEYS, *NODE), network.nodes()),
        (FILES[1], (*EDGE_KEYS, *RELATIONSHIP), network.relationships()),
        (FILES[2], (*EDGE_KEYS, *CLAIM), network.claims()),
    )
    for name, columns, elements in tables:
        _table(folder / name, columns, elements)


def _table(path: Path, columns: tuple[Column, ...], elements: Iterable[Any]) -> None:
    arrow = needs("pyarrow", "tables")
    parquet = needs("pyarrow.parquet", "tables")
    types = {
        "text": arrow.string(),
        "texts": arrow.list_(arrow.string()),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "boolean": arrow.bool_(),
    }
    schema = arrow.schema([(column.name, types[column.kind]) for column in columns])
    rest = iter(elements)
    with path.open("wb") as out, parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while rows := list(islice(rest, _ROWS)):
            arrays = [
                arrow.array([column.of(row) for row in rows], type=types[column.kind]) for column in columns
            ]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))


FORMAT = Format(
    name="parquet",
    title="three tables, of nodes, relationships and claims (a folder)",
    suffix="",
    files=FILES,
    opens="pandas, pyarrow, DuckDB, Spark",
    loses="nothing",
    fill=fill,
    forms=(),
    extra="tables",
)
