"""Reference lists made for tests, as their readers would yield them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ontology.lists import ListedName, Record, ReferenceList


def record(id: str, *names: str, type: str = "Group", weak: tuple[str, ...] = (), identifiers: tuple[str, ...] = (),
           **facts: tuple[str, ...]) -> Record:  # fmt: skip
    """A record, its first name preferred, the others strong."""
    given = [ListedName(name, "", "strong" if place else "preferred") for place, name in enumerate(names)]
    given += [ListedName(name, "", "weak") for name in weak]
    return Record(id, type, tuple(given), identifiers, facts)


def edition(id: str, *records: Record, whole: bool = True, **about: Any) -> Iterator[ReferenceList | Record]:
    """A list as a reader yields it; not to its end if it is not `whole`."""
    made = ReferenceList(id, source=f"{id}.xml", **about)
    yield made
    for one in records:
        made.load()
        yield one
    if whole:
        made.complete = True
        yield made
