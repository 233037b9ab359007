"""A list as the contract of formats wants it told: itself, its records as they are read, itself again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loaders.formats import Read
from ontology.lists import Record, ReferenceList


def told(made: ReferenceList, records: Iterable[Record | None]) -> Iterator[Read]:
    """The list with its records; None stands for an entry that is none, which the list already has counted."""
    yield made
    for record in records:
        if record is not None:
            made.load()
            yield record
        if made.full:
            yield made
    made.complete = True
    yield made
