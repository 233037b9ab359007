"""Reference lists into the ledger: which records are new, unchanged, changed, and gone with the edition before.

A list is a set that replaces only itself. Its records are kept like entities, whose set is the negative number of the
list; each is whole in its transaction, the list is spread over many. What a list no longer holds is dropped only when
it has been read to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from kg import admission, identity
from kg.changes import Changes, Counts
from kg.ledger import batches, marks
from kg.recorded import list_body, record_body, record_key
from kg.recording import Recorder
from ontology.lists import KIND, Record, ReferenceList
from ontology.models import Rejection

# Records that are dropped in one transaction.
_DROPPED = 2_000

Rows = dict[str, list[tuple[Any, ...]]]


class _Known(NamedTuple):
    """A record in the ledger."""

    key: str
    id: int
    node: int
    type: str
    body: str
    live: bool


class _Seen:
    """Numbers that have been met, in one bit each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1024 - len(self._bits)))
        self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] >> (number & 7) & 1)


class ListRecorder:
    """Writes the reference lists of one run into the ledger: `begin` one, `record` its records, then `drop_gone`."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder, self.ledger = recorder, recorder.ledger
        self.counts = Counts()
        self._sources: dict[str, str] = {}
        self._list: ReferenceList | None = None
        self._problem = ""
        self._number = 0
        self._seen = _Seen()

    def begin(self, made: ReferenceList) -> None:
        """Take records of this list from now on."""
        self._list, self._number, self._seen = made, 0, _Seen()
        self._problem = made.problem
        if self._problem:
            return
        if not made.id.strip():
            self._problem = "its list has no id"
        elif made.id in self._sources:
            first = self._sources[made.id]
            self._problem = (
                f"the same list as {first} (id {made.id!r}); give one of them another id in a sidecar"
            )
        self._sources.setdefault(made.id, made.source)

    def record(self, records: Sequence[Record]) -> Changes:
        """Record some records of the list in one transaction; what breaks a rule is rejected in the list's tally."""
        made = self._list
        assert made is not None
        before = Counts(self.counts.added, self.counts.unchanged, self.counts.replaced, self.counts.retracted)
        try:
            return self.recorder.transact(lambda rows, changes: self._record(made, records, rows, changes))
        except BaseException:
            self._number = 0
            for name in ("added", "unchanged", "replaced", "retracted"):
                setattr(self.counts, name, getattr(before, name))
            raise

    def _record(self, made: ReferenceList, records: Sequence[Record], rows: Rows, changes: Changes) -> None:
        if self._problem:
            for record in records:
                _reject(made, record, self._problem)
            return
        self._write_list(made, changes)
        keys = [record_key(made.id, record.id) for record in records]
        known = self._known(keys)
        nodes, kinds, ontology = self.recorder.nodes, self.recorder.kinds, self.recorder.ontology
        for key, record in zip(keys, records, strict=True):
            if problem := admission.record_problem(record, ontology):
                _reject(made, record, problem)
                continue
            held = known.get(key)
            if held is not None and held.id in self._seen:
                _reject(made, record, f"the id {record.id!r} is that of an earlier record of the list")
                continue
            body = record_body(made.id, record)
            if held is not None and held.live and (held.type, held.body) == (record.type, body):
                self._seen.add(held.id)
                self.counts.unchanged += 1
                continue
            if held is not None and held.live:
                nodes.release(held.node, self._identity(held))
                self.counts.replaced += 1
            else:
                self.counts.added += 1
            who = identity.identity_of_row(record.type, identity.load_body(body), kinds.of(record.type))
            node = nodes.assign(who, key)
            if held is None:
                number = self.recorder.take("entities")
                rows["entities"].append((number, key, -self._number, record.type, node, 1, body))
            else:
                number = held.id
                if not held.live:
                    nodes.reconsider(node)
                rows["entity_updates"].append((record.type, node, 1, body, number))
            known[key] = _Known(key, number, node, record.type, body, True)
            self._seen.add(number)

    def _write_list(self, made: ReferenceList, changes: Changes) -> None:
        """Once for each list and run: what is known of the edition."""
        if self._number:
            return
        db, body = self.ledger.db, list_body(made)
        row = db.execute("SELECT id, body, live FROM lists WHERE key=?", (made.id,)).fetchone()
        if row is None:
            self._number = self.ledger.highest("lists") + 1
            db.execute(
                "INSERT INTO lists VALUES (?,?,?,1,?)", (self._number, made.id, body, self.recorder.run)
            )
        else:
            self._number = int(row[0])
            if row[1:] == (body, 1):
                return
            db.execute(
                "UPDATE lists SET body=?, live=1, run=? WHERE id=?", (body, self.recorder.run, self._number)
            )
        changes.lists.add(self._number)

    def _known(self, keys: list[str]) -> dict[str, _Known]:
        return {
            row[0]: _Known(*row)
            for some in batches(keys)
            for row in self.ledger.db.execute(
                f"SELECT key, id, node, type, body, live FROM entities WHERE key IN ({marks(some)})", some
            )
        }

    def _identity(self, held: _Known) -> identity.Identity:
        return identity.identity_of_row(
            held.type, identity.load_body(held.body), self.recorder.kinds.of(held.type)
        )

    # What is gone

    def drop_gone(self) -> Iterator[Changes]:
        """After the list's end: drop its records that were not met, some at a time."""
        made = self._list
        if made is None or self._problem:
            return
        if not self._number:  # an empty edition
            yield self.recorder.transact(lambda _, changes: self._write_list(made, changes))
        yield from self._drop(self._number, self._seen)

    def retract(self, number: int) -> Iterator[Changes]:
        """Withdraw a list with all its records."""
        yield from self._drop(number, _Seen())

        def end(_: Rows, changes: Changes) -> None:
            self.ledger.db.execute("UPDATE lists SET live=0, run=? WHERE id=?", (self.recorder.run, number))
            changes.lists.add(number)

        yield self.recorder.transact(end)

    def _drop(self, number: int, seen: _Seen) -> Iterator[Changes]:
        after = 0
        while True:
            found = self.ledger.db.execute(
                "SELECT key, id, node, type, body, live FROM entities WHERE set_id=? AND live AND id > ?"
                f" ORDER BY id LIMIT {_DROPPED}",
                (-number, after),
            ).fetchall()
            if not found:
                return
            after = found[-1][1]
            gone = [_Known(*row) for row in found if row[1] not in seen]
            if gone:
                yield self.recorder.transact(lambda rows, _, gone=gone: self._end(gone, rows))  # type: ignore[misc]
                self.counts.retracted += len(gone)

    def _end(self, gone: Iterable[_Known], rows: Rows) -> None:
        for held in gone:
            self.recorder.nodes.release(held.node, self._identity(held))
            rows["entity_ends"].append((held.id,))


def _reject(made: ReferenceList, record: Record, reason: str) -> None:
    made.tally.lose(Rejection(made.source, reason, record.line, record.id[:200], KIND))
