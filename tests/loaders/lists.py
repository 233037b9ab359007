"""Lists read in tests: what a reader yields of a file, and mutations of good files."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from loaders.formats import Options
from loaders.reading import read
from ontology import vocabulary
from ontology.lists import Record, ReferenceList
from ontology.models import RejectedDocument


class Listed(NamedTuple):
    """A list as it was read; `complete` if to its end."""

    made: ReferenceList
    records: list[Record]
    problems: list[RejectedDocument]

    @property
    def complete(self) -> bool:
        return self.made.complete

    def record(self, id: str) -> Record:
        return next(one for one in self.records if one.id == id)

    @property
    def rejected(self) -> list[tuple[str | None, str]]:
        return [(one.id, one.reason) for one in self.made.tally.rejected]


def listed(path: Path, format: str = "") -> Listed:
    """The one list of a file, whose tally must sum up."""
    made: ReferenceList | None = None
    records: list[Record] = []
    problems: list[RejectedDocument] = []
    for one in read([path], Options(vocabulary.load()), no_mapping, format=format):
        if isinstance(one, ReferenceList):
            assert made is None or one is made
            made = one
        elif isinstance(one, Record):
            assert made is not None, "the list comes before its records"
            records.append(one)
        else:
            assert isinstance(one, RejectedDocument)
            problems.append(one)
    made = made or ReferenceList("")
    tally = made.tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    assert tally.loaded == len(records)
    assert sum(map(sum, tally.kinds.values())) == tally.read
    return Listed(made, records, problems)


def no_mapping(name: str) -> Any:
    raise AssertionError("a list needs no mapping")


VALUES = st.sampled_from(
    [None, True, 0, -1, 1e300, "", " ", "x", "\ud800", [], [[]], ["a", 1, None], {}, {"value": 1}, {"id": []},
     "9" * 400]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, data: Any) -> Any:
    """Plain data of which some values are others, or gone."""
    changed = json.loads(json.dumps(data))
    for _ in range(draw(st.integers(1, 4))):
        place: Any = changed
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], (dict, list)) and place[key] and draw(st.integers(0, 4)):
                place = place[key]
                continue
            if draw(st.booleans()):
                place[key] = copy.deepcopy(draw(VALUES))
            else:
                del place[key]
            break
    return changed


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes of which some are others, doubled, or gone."""
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(content)))
        size = draw(st.integers(0, 40))
        piece = draw(
            st.sampled_from(
                [
                    b"",
                    b"\xff",
                    b"<",
                    b">",
                    b"&",
                    b'"',
                    b"}",
                    b"]",
                    b"\n",
                    b"\x00",
                    content[at : at + size] * 2,
                ]
            )
        )
        content = content[:at] + piece + content[at + size :]
    return content
