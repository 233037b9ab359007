"""Reference lists and their records: who others have put on a list, under which names.

A record is no claim and has no article. What it is in the graph (an actor of its own, or one that articles speak of)
is judged by `kg.identity`. A reader yields a `ReferenceList`, its records one at a time, and, where it has read the
list to its end, the same `ReferenceList` again with `complete` set: what a list no longer holds is known only then.
In between it yields the list wherever its tally is `full`, so that the tally is told and begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ontology.models import Rejection, Tally

Quality = Literal["preferred", "strong", "weak"]
"""Of a name: the one to show; one that tells who is meant; one that many share (a list's "low quality" alias)."""

KIND = "record"
"""What a list's annotations are in tallies."""

LONGEST_NAME = 1_000
LONGEST_FACT = 20_000
"""Characters that a name or a further fact of a record may have."""

_IGNORED = 200
_FULL = 1_000


class ListedName(NamedTuple):
    """One name of a record. `language` is a BCP 47 tag ("ar"; "und-Arab" where only the script is known) or ""."""

    text: str
    language: str = ""
    quality: Quality = "strong"


@dataclass(slots=True)
class ReferenceList:
    """A list as published: "the consolidated list of the UN Security Council, as of 30 November 2020".

    `id` stays the same from edition to edition: loading another edition replaces the one before. `edition` is EDTF or
    None (unknown). `source` is the file as the user named it. `tally` is of what was read since it was last told.
    `problem` says why none of its records can be recorded.
    """

    id: str
    title: str = ""
    publisher: str = ""
    edition: str | None = None
    url: str = ""
    loader: str = ""
    source: str = ""
    tally: Tally = field(default_factory=Tally)
    complete: bool = False
    problem: str = ""

    @property
    def full(self) -> bool:
        """Whether the tally holds much that takes memory."""
        return len(self.tally.rejected) + len(self.tally.notes) >= _FULL

    def load(self) -> None:
        """Count a record as loaded."""
        self.tally.read += 1
        self.tally.loaded += 1
        self.tally.count(KIND, loaded=1)

    def ignore(self, name: str) -> None:
        """Count an entry that is left out by name."""
        ignored = self.tally.ignored
        if name not in ignored and len(ignored) >= _IGNORED:
            name = "others"
        ignored[name] = ignored.get(name, 0) + 1
        self.tally.read += 1
        self.tally.count(KIND, ignored=1)

    def reject(self, reason: str, *, line: int | None = None, id: str = "") -> None:
        """Count an entry of which nothing can be had."""
        self.tally.rejected.append(Rejection(self.source, reason, line, id or None, KIND))
        self.tally.read += 1
        self.tally.count(KIND, rejected=1)

    def note(self, id: str, remark: str) -> None:
        """Say what of a record cannot be used."""
        self.tally.notes.append(f"{self.source} [{id}]: {remark}")

    def told(self) -> Tally:
        """The tally, which begins anew."""
        tally, self.tally = self.tally, Tally()
        return tally


@dataclass(slots=True)
class Record:
    """An entry of a reference list: QDe.004 on the UN's list is an organisation called Al-Qaida, Al Qaeda, …

    `id` is its own within the list. `identifiers` are "scheme:value". `facts` are whatever else the list says, in
    words, by field ("nationality", "address"); those called "born" and "died" are EDTF.
    """

    id: str
    type: str
    names: tuple[ListedName, ...]
    identifiers: tuple[str, ...] = ()
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    line: int | None = None
