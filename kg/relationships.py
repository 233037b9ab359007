"""The relationships and values that claims are about, each made once."""

from __future__ import annotations

from kg.ledger import Ledger
from kg.recorded import literal_key
from ontology.models import DateValue, Quantity
from ontology.vocabulary import Ontology

# Relationships kept in memory up to this many; beyond, the ledger is asked.
_REMEMBERED = 200_000


class Relationships:
    """Finds or makes the relationship between two nodes, and the number of a value."""

    def __init__(self, ledger: Ledger, ontology: Ontology) -> None:
        self.ledger, self.ontology = ledger, ontology
        self._next = ledger.highest("relationships") + 1
        self._next_literal = ledger.highest("quantities") + 1
        self._known: dict[tuple[int, str, int, int], int] = {}
        self._literals: dict[str, int] = {}
        # While every relationship is remembered, not finding one means that it is new.
        self._complete = self._next == 1
        self._rows: list[tuple[int, int, str, int, int]] = []
        self._literal_rows: list[tuple[int, str]] = []

    def between(self, subject: int, relation: str, object_: int, place: int) -> int:
        """The relationship between two nodes; a negative object is a value, a place counts for figures only."""
        if place and not self.is_figure(relation):
            place = 0
        if self.ontology.relations[relation].symmetric and 0 < object_ < subject:
            subject, object_ = object_, subject
        ends = (subject, relation, object_, place)
        number = self._known.get(ends)
        if number is None:
            row = None
            if not self._complete:
                row = self.ledger.db.execute(
                    "SELECT id FROM relationships WHERE subject=? AND relation=? AND object=? AND place=?",
                    ends,
                ).fetchone()
            if row:
                number = int(row[0])
            else:
                number = self._next
                self._next += 1
                self._rows.append((number, *ends))
            self._known[ends] = number
        return number

    def is_figure(self, relation: str) -> bool:
        """Whether a relation's objects are quantities, whose place belongs to what is compared."""
        return "Quantity" in self.ontology.relations[relation].range

    def of(self, node: int) -> list[int]:
        """The relationships that a node is an end or the place of."""
        return [
            number
            for (number,) in self.ledger.db.execute(
                "SELECT id FROM relationships WHERE subject=? UNION SELECT id FROM relationships WHERE object=?"
                " UNION SELECT id FROM relationships WHERE place=? AND place > 0",
                (node, node, node),
            )
        ]

    def literal(self, value: Quantity | DateValue) -> int:
        """The number of a value."""
        key = literal_key(value)
        known = self._literals.get(key)
        if known is None:
            row = self.ledger.db.execute("SELECT id FROM quantities WHERE key=?", (key,)).fetchone()
            if row:
                known = int(row[0])
            else:
                known = self._next_literal
                self._next_literal += 1
                self._literal_rows.append((known, key))
            self._literals[key] = known
        return known

    def write(self) -> None:
        """Write what was made since the last time."""
        self.ledger.many("INSERT INTO relationships VALUES (?,?,?,?,?)", self._rows)
        self.ledger.many("INSERT INTO quantities VALUES (?,?)", self._literal_rows)
        self._rows.clear()
        self._literal_rows.clear()
        if len(self._known) > _REMEMBERED:
            self._known.clear()
            self._complete = False

    def forget(self) -> None:
        """After a chunk that failed, remember nothing of it."""
        self._known.clear()
        self._literals.clear()
        self._rows.clear()
        self._literal_rows.clear()
        self._complete = False
