"""The graph as CSV files that `neo4j-admin database import full` takes, for first loads past the driver's speed.

    Claim.csv, Thing.csv, …          nodes of a key label, their other labels in a column
    Claim-Thing.csv, …               relationships from nodes of one key label to those of another
    …-header.csv                     what the columns of each hold
    import.sh, schema.cypher         the command, and the constraints and indexes to be made after it

What is imported is the very store that a rebuild would fill, its own state included.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from kg.following import all_claims, rest_of
from kg.stores.contract import Subject
from kg.stores.neo4j.items import Item, item
from kg.stores.neo4j.schema import CONSTRAINTS, INDEXES, STATE, Names
from ontology.errors import GraphError
from ontology.namespaces import edge_name

if TYPE_CHECKING:
    from kg.graph import Graph

# What stands between the values of a list: the first that no value has.
_BETWEEN = ("\x1f", "\x1e", "\x1d", "\ufdd0", "\ufdd1", "\U0010fffd")
_TYPES: dict[type, str] = {bool: "boolean", int: "long", float: "double", list: "string[]", str: "string"}

Column: TypeAlias = tuple[str, str]


class _Between(Exception):
    """A value holds what should stand between values."""


def write(graph: Graph, folder: Path) -> str:
    """Write the files into a folder, made if need be, that has none of them; gives the command that imports them.

    Raises GraphError where the folder is not empty or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise GraphError(f"{folder}: not an empty folder; choose another")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for between in _BETWEEN:
            try:
                return _written(graph, folder, between)
            except _Between:
                continue
    except OSError as error:
        raise GraphError(f"{folder}: cannot be written ({error.strerror or error}); choose another") from None
    raise GraphError(f"{folder}: names hold every character that could stand between them; use `kg rebuild`")


def _written(graph: Graph, folder: Path, between: str) -> str:
    graph.ledger.settle()
    names = Names(graph.ontology, graph.settings.base)
    with ExitStack() as stack:
        tables = _Tables(folder, between, stack)
        tables.node(
            Item(
                STATE,
                (STATE,),
                {
                    "id": "attest",
                    "graph": graph.ledger.graph,
                    "sequence": graph.ledger.sequence,
                    "ontology": graph.ontology_digest,
                },
                [],
            )
        )
        for iri, statements in _subjects(graph):
            tables.node(item(names, iri, statements))
        tables.finish()
    schema = ";\n".join((CONSTRAINTS | INDEXES).values()) + ";\n"
    (folder / "schema.cypher").write_text(schema, "utf-8")
    command = tables.command(graph.settings.store.database or "neo4j")
    script = folder / "import.sh"
    script.write_text(f'#!/bin/sh\nset -eu\ncd "$(dirname "$0")"\nexec {command} "$@"\n', "utf-8")
    script.chmod(0o755)
    return command


def _subjects(graph: Graph) -> Iterator[Subject]:
    yield from rest_of(graph.projection)
    for iri, statements, _ in graph.projection.relationships():
        yield iri, statements
    for claims in all_claims(graph.projection):
        yield from claims


class _Table:
    """A file without its header, whose columns are found while it is written; rows may lack the last ones."""

    def __init__(self, file: IO[str], fixed: Iterable[str], between: str) -> None:
        self._file, self._between = file, between
        self.columns: dict[Column, int] = {(name, ""): place for place, name in enumerate(fixed)}

    def row(self, fixed: Iterable[str], properties: dict[str, Any]) -> None:
        """Write a row."""
        cells = {place: _quoted(value) for place, value in enumerate(fixed)}
        for name, value in properties.items():
            place = self.columns.setdefault((name, _TYPES[type(value)]), len(self.columns))
            cells[place] = self._cell(value)
        last = max(cells)
        self._file.write(",".join([cells.get(place, "") for place in range(last + 1)]) + "\n")

    def _cell(self, value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return repr(value)
        if isinstance(value, str):
            return _quoted(value)
        if any(self._between in one for one in value):
            raise _Between
        return _quoted(self._between.join(value))

    def header(self) -> str:
        """Its columns."""
        return ",".join(f"{name}:{type}" if type else name for name, type in self.columns) + "\n"


class _Tables:
    """All files, by name."""

    def __init__(self, folder: Path, between: str, stack: ExitStack) -> None:
        self._folder, self._between, self._stack = folder, between, stack
        self._nodes: dict[str, _Table] = {}
        self._links: dict[str, _Table] = {}

    def node(self, one: Item) -> None:
        """A node with the relationships that start from it."""
        properties = {name: value for name, value in one.properties.items() if name != "id"}
        # A column holds numbers of one kind: where they are not whole, the node is in a file of its own.
        broken = sorted(name for name, value in properties.items() if isinstance(value, float))
        table = self._table(self._nodes, "-".join((one.key, *broken)), (f"id:ID({one.key})", ":LABEL"))
        table.row((one.id, self._between.join(one.labels)), properties)
        for link in one.links:
            self._link(one.key, link.key, (one.id, link.id, link.type), {})
        if (figures := one.edge) is not None:
            ends = {link.type: link for link in one.links}
            subject, object_ = ends["SUBJECT"], ends["OBJECT"]
            self._link(
                subject.key,
                object_.key,
                (subject.id, object_.id, edge_name(one.properties["predicate"])),
                figures,
            )

    def _link(self, start: str, end: str, fixed: tuple[str, str, str], properties: dict[str, Any]) -> None:
        columns = (f":START_ID({start})", f":END_ID({end})", ":TYPE")
        self._table(self._links, f"{start}-{end}", columns).row(fixed, properties)

    def _table(self, tables: dict[str, _Table], name: str, fixed: tuple[str, ...]) -> _Table:
        if name not in tables:
            file = (self._folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
            tables[name] = _Table(self._stack.enter_context(file), fixed, self._between)
        return tables[name]

    def finish(self) -> None:
        """Write the headers."""
        for name, table in (self._nodes | self._links).items():
            (self._folder / f"{name}-header.csv").write_text(table.header(), "utf-8")

    def command(self, database: str) -> str:
        """The command that imports the files, in their folder, into a database that does not exist or is empty."""
        files = [
            f"--{kind}={name}-header.csv,{name}.csv"
            for kind, tables in (("nodes", self._nodes), ("relationships", self._links))
            for name in sorted(tables)
        ]
        options = ["--multiline-fields=true", f"--array-delimiter=U+{ord(self._between):04X}"]
        return shlex.join(["neo4j-admin", "database", "import", "full", database, *options, *files])


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
