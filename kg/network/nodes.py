"""Nodes and values as the ledger has them, and what they are called."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby

from kg import identity
from kg.ledger import marks
from kg.naming import preferred_name, value_name
from kg.network.elements import Node, Ref
from kg.recorded import digest
from ontology.vocabulary import Ontology


class Nodes:
    """Reads nodes by the ledger's numbers. `refs` are those whose names are at hand; `know` adds to them."""

    def __init__(self, db: sqlite3.Connection, ontology: Ontology) -> None:
        self._db, self.ontology = db, ontology
        self._kinds = identity.Kinds(ontology)
        self.refs: dict[int, Ref] = {}
        self._values: dict[int, tuple[str, str]] = {}

    def read(self, numbers: list[int]) -> Iterator[tuple[int, Node]]:
        """(number, node) of those to which something live belongs, in order of number."""
        rows = self._db.execute(
            "SELECT f.node, n.canonical, f.kind, f.value, f.uses FROM facts f JOIN nodes n ON n.id = f.node"
            f" WHERE f.uses > 0 AND f.node IN ({marks(numbers)}) ORDER BY f.node",
            numbers,
        )
        for (number, id), group in groupby(rows, key=lambda row: row[:2]):
            facts: dict[str, dict[str, int]] = defaultdict(dict)
            for _, _, kind, value, uses in group:
                facts[kind][value] = uses
            yield number, self._node(id, facts)

    def _node(self, id: str, facts: dict[str, dict[str, int]]) -> Node:
        known = self.ontology.types
        all_types = sorted(facts[identity.TYPE])
        name, others = preferred_name(facts, any(self._kinds.of(one) == "person" for one in all_types))
        types = tuple(
            one
            for one in all_types
            if not any(other != one and self.ontology.is_a(other, one) for other in all_types)
        )
        classes = dict.fromkeys(above for one in types for above in known[one].ancestors)
        return Node(
            id=id,
            name=name,
            types=types,
            classes=tuple(classes),
            named=bool(facts.get(identity.NAMED)),
            identifiers=tuple(sorted(facts.get(identity.IDENTIFIER, ()))),
            aliases=tuple(others),
            color=known[types[0]].color,
        )

    def value_node(self, number: int) -> Node:
        """A value as a node."""
        id, key = self.value(number)
        body = json.loads(key)
        kind = "Date" if "date" in body else "Quantity"
        return Node(
            id=id,
            name=value_name(body),
            types=(kind,),
            classes=(kind, "Value"),
            named=False,
            identifiers=(),
            aliases=(),
            color="",
            is_value=True,
            minimum=body.get("minimum"),
            maximum=body.get("maximum"),
            unit=body.get("unit", ""),
            date=body.get("date", ""),
        )

    def value(self, number: int) -> tuple[str, str]:
        """A value's id, and its key."""
        known = self._values.get(number)
        if known is None:
            (key,) = self._db.execute("SELECT key FROM quantities WHERE id=?", (number,)).fetchone()
            known = self._values[number] = ("v" + digest(key), key)
        return known

    def know(self, numbers: Iterable[int | None]) -> None:
        """Have the names of nodes at hand."""
        missing = {one for one in numbers if one and one not in self.refs}
        for some in pieces(sorted(missing)):
            for number, node in self.read(some):
                self.refs[number] = Ref(node.id, node.name, node.named)

    def end(self, number: int) -> Ref:
        """A node, or by a negative number a value."""
        if number > 0:
            return self.refs[number]
        id, key = self.value(-number)
        return Ref(id, value_name(json.loads(key)), False)


def pieces(numbers: list[int], size: int = 500) -> Iterator[list[int]]:
    """Lists short enough for one statement."""
    for at in range(0, len(numbers), size):
        yield numbers[at : at + size]
