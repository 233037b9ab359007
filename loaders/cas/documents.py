"""UIMA CAS in memory: feature structures on one text or several, whatever file they were in.

`loaders.cas.xmi` and `loaders.cas.json_format` read files into a `Cas`, `loaders.cas.typesystems` says what its types'
features are, `loaders.cas.kinds` what its structures are by their types, and `loaders.cas.view` makes source documents
of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from loaders.cas.typesystems import Types
from ontology.errors import SourceError
from ontology.models import Rejection

INITIAL_VIEW = "_InitialView"


@dataclass(slots=True)
class Structure:
    """A feature structure as its file has it.

    `begin` and `end` are in the file's own unit, None where it has none. `values` are the features with a value, one
    entry an element; `references` those that point at other structures, by their ids.
    """

    id: int
    type: str
    line: int | None = None
    sofa: int | None = None
    begin: int | None = None
    end: int | None = None
    values: list[tuple[str, str]] = field(default_factory=list)
    references: list[tuple[str, list[int]]] = field(default_factory=list)

    def first(self, feature: str) -> int | None:
        """The id that a feature refers to, the first one where there are several."""
        return next((ids[0] for name, ids in self.references if name == feature and ids), None)


class Sofa(NamedTuple):
    """A view's subject: its text, or that it has none."""

    id: int
    name: str
    text: str | None


@dataclass(slots=True)
class Cas:
    """What a file holds. `members` are the ids of the structures in each sofa's index; `lost` is what is no structure,
    with its place and why."""

    types: Types
    sofas: list[Sofa] = field(default_factory=list)
    structures: list[Structure] = field(default_factory=list)
    members: dict[int, set[int]] = field(default_factory=dict)
    lost: list[Rejection] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


# -- arrays and lists -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Containers:
    """The arrays and lists of a file, by id, from which features take their elements.

    `left` bounds how many elements are handed out altogether: a file may point at one array from every annotation.
    """

    arrays: dict[int, list[str]] = field(default_factory=dict)
    lists: dict[int, tuple[str | None, int | None]] = field(default_factory=dict)
    left: int = 5_000_000

    def elements(self, id: int) -> list[str] | None:
        """The elements of an array or list as written, None where the id is neither's; raises SourceError."""
        if self.left < 0:
            raise SourceError("points at its arrays and lists so often that it would not fit into memory")
        if id in self.arrays:
            found = self.arrays[id]
        elif id in self.lists:
            found, seen = [], set()
            at: int | None = id
            while at is not None and at in self.lists and at not in seen:
                seen.add(at)
                head, at = self.lists[at]
                if head is not None:
                    found.append(head)
        else:
            return None
        self.left -= len(found)
        return found


def as_ids(words: Iterable[str]) -> list[int]:
    """The ids among the elements of an array of references; 0 is none."""
    return [
        int(word) for word in words if len(word) < 12 and word.isascii() and word.isdigit() and word != "0"
    ]


def is_feature(name: str, reserved: Mapping[str, object] | frozenset[str]) -> bool:
    """Whether a name is an annotator's feature, and not the tool's own."""
    return name not in reserved and not name.startswith("_")
