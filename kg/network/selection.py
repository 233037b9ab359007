"""Which part of a graph is meant: around some actors, of some relations, at some time, by how many, from which paper.

    Selection(actors=("Red Heron Front",), hops=2, families=("alliance",), as_of="2031-03")

What concerns claims (relations, dates, publishers) decides which claims count; statuses and counts are then of these
alone, as in the answers to prepared questions. What concerns relationships (statuses, speakers) decides which of them
are kept, and `actors` with `hops` which of those that are near enough.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.ledger import Ledger
from kg.status import STATUSES
from ontology import dates
from ontology.dates import OPEN_FUTURE
from ontology.errors import DateError, UsageError
from ontology.suggestions import did_you_mean

if TYPE_CHECKING:
    from kg.graph import Graph
    from ontology.vocabulary import Ontology

MOST_HOPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A part of a graph; by default the whole of it.

    `actors` are names, aliases or ids, `hops` how many relationships away from one of them a node may be (0: the actors
    and what is between them). A relationship is in it if both its ends are. `families` and `relations` add up.
    `as_of` restricts states, `since` and `until` acts, as in questions; EDTF. `statuses` are those to keep, and
    `min_speakers` how many independent speakers must affirm a relationship, or deny it. `publishers` are those whose
    articles count. Without `values` figures and dates are left out, and what is said of them. Nodes without a
    relationship are in it where nothing is selected by (`isolated` None), always, or never.

    Raises UsageError where a number, date or status is none.
    """

    actors: tuple[str, ...] = ()
    hops: int = 1
    families: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    statuses: tuple[str, ...] = ()
    min_speakers: int = 0
    publishers: tuple[str, ...] = ()
    values: bool = True
    isolated: bool | None = None

    def __post_init__(self) -> None:
        for name in ("actors", "families", "relations", "statuses", "publishers"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else tuple(given))
        if not self.actors and 0 <= self.hops <= MOST_HOPS:
            object.__setattr__(self, "hops", 1)  # there is nothing to be away from
        if not 0 <= self.hops <= MOST_HOPS:
            raise UsageError(f"hops must be 0 to {MOST_HOPS}, not {self.hops}")
        if self.min_speakers < 0:
            raise UsageError(f"min_speakers must be 0 or more, not {self.min_speakers}")
        for status in self.statuses:
            if status not in STATUSES:
                raise UsageError(
                    f"there is no status {status!r}{did_you_mean(status, STATUSES)}; there are {', '.join(STATUSES)}"
                )
        for name in ("as_of", "since", "until"):
            try:
                if (text := getattr(self, name)) is not None:
                    object.__setattr__(self, name, dates.check(str(text)))
            except DateError as error:
                raise UsageError(f"{name}: {error}") from None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    @property
    def is_by_claims_alone(self) -> bool:
        """Whether every relationship with a claim that counts is in it."""
        return not (self.actors or self.statuses or self.min_speakers)

    @property
    def bounded(self) -> bool:
        """Whether a time is asked about."""
        return any((self.as_of, self.since, self.until))

    @property
    def keeps_isolated(self) -> bool:
        """Whether nodes without a relationship are in it."""
        if self.isolated is None:
            return self.is_whole
        return self.isolated and not self.actors

    def told(self) -> dict[str, Any]:
        """What is not as it is by default, as plain data; with actors also the hops."""
        told = {one.name: (getattr(self, one.name), one.default) for one in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, (value, default) in told.items()
            if value != default or (name == "hops" and self.actors)
        }

    def __str__(self) -> str:
        """The selection in words, empty for the whole graph."""
        said = {
            name: ", ".join(value) if isinstance(value, list) else str(value)
            for name, value in self.told().items()
        }
        return "; ".join(f"{name.replace('_', ' ')} {words}" for name, words in said.items())


class Condition(NamedTuple):
    """Which claims count, in SQL over `c` (claims) and `r` (relationships), and the values of its question marks.

    `within` leaves the dates aside; `bounds` are the dates alone, both without the AND before them.
    """

    within: str
    within_values: tuple[Any, ...]
    bounds: str
    bounds_values: tuple[Any, ...]

    @property
    def sql(self) -> str:
        """All of it, to stand after a WHERE with a condition; empty where every claim counts."""
        return "".join(f" AND {one}" for one in (self.within, self.bounds) if one)

    @property
    def values(self) -> tuple[Any, ...]:
        """What its question marks stand for."""
        return (*self.within_values, *self.bounds_values)


UNDATED = "json_extract(c.body, '$.dated') IS NULL"


def scope(ontology: Ontology) -> tuple[str, str]:
    """From and until when a claim counts, in SQL over `c`: what `as_of`, `since` and `until` compare with."""
    states = _listed(name for name, relation in ontology.relations.items() if relation.tense == "state")
    return (
        f"CASE WHEN {UNDATED} THEN c.said_day ELSE c.first_day END",
        f"CASE WHEN NOT ({UNDATED}) THEN c.last_day WHEN c.relation IN ({states}) THEN {OPEN_FUTURE}"
        " ELSE json_extract(c.body, '$.saidLast') END",
    )


def condition(selection: Selection, ontology: Ontology, ledger: Ledger, notes: list[str]) -> Condition:
    """Which claims count; what is odd about it is added to the notes. Raises UsageError for unknown names."""
    within: list[str] = []
    values: list[Any] = []
    if names := _relations(selection, ontology):
        within.append(f"c.relation IN ({_listed(names)})")
    if selection.publishers:
        within.append("c.article IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(_articles_of(selection.publishers, ledger, notes)))
    if not selection.values:
        within.append("c.object > 0")
    bounds, bounds_values = _bounds(selection, ontology)
    return Condition(" AND ".join(within), tuple(values), bounds, bounds_values)


def _bounds(selection: Selection, ontology: Ontology) -> tuple[str, tuple[Any, ...]]:
    if not selection.bounded:
        return "", ()
    since, until = scope(ontology)
    tests: list[str] = []
    values: list[int] = []
    if selection.as_of:
        day = dates.parse(selection.as_of)
        tests.append(f"({since}) <= ? AND ({until}) >= ?")
        values += [day.latest, day.earliest]
    else:
        tests.append("1")
    act: list[str] = []
    if selection.until:
        act.append(f"({since}) <= ?")
        values.append(dates.parse(selection.until).latest)
    if selection.since:
        act.append(f"({until}) >= ?")
        values.append(dates.parse(selection.since).earliest)
    tests.append(" AND ".join(act) or "1")
    states = _listed(name for name, relation in ontology.relations.items() if relation.tense == "state")
    return f"CASE WHEN c.relation IN ({states}) THEN {tests[0]} ELSE {tests[1]} END", tuple(values)


def _relations(selection: Selection, ontology: Ontology) -> list[str]:
    """The names of the relations of a selection; empty for all of them."""
    from kg.answering.resolving import local_name_of

    found: set[str] = set()
    for family in selection.families:
        if family not in ontology.families:
            raise UsageError(
                f"there is no family {family!r}{did_you_mean(family, ontology.families)}; there are"
                f" {', '.join(ontology.families)}"
            )
        found.update(name for name, one in ontology.relations.items() if one.family == family)
    found.update(
        ontology.relation(local_name_of(name, ontology.relations.values())).name
        for name in selection.relations
    )
    return sorted(found)


def _articles_of(publishers: Iterable[str], ledger: Ledger, notes: list[str]) -> list[int]:
    """The articles that these publish; a publisher of none is noted."""
    published: dict[str, list[int]] = {}
    named: dict[str, str] = {}
    for number, body in ledger.db.execute("SELECT id, body FROM articles ORDER BY id"):
        if publisher := json.loads(body).get("publisher"):
            published.setdefault(publisher.casefold(), []).append(number)
            named[publisher.casefold()] = publisher
    found: list[int] = []
    for publisher in publishers:
        if publisher.casefold() not in published:
            near = did_you_mean(publisher, named.values())
            notes.append(f"nothing here is published by {publisher!r}{near}")
        found += published.get(publisher.casefold(), ())
    return sorted(set(found))


def start(graph: Graph, selection: Selection) -> list[int]:
    """The nodes that the actors of a selection are, in the ledger's numbers.

    Ids are looked up in the ledger; a name is asked of the store, as in questions. Raises UsageError where it fits
    nothing or several.
    """
    found: list[int] = []
    for actor in selection.actors:
        ids = graph.ledger.resolve(actor)
        if len(ids) != 1:
            from kg.answering.resolving import find_node
            from kg.answering.running import Runner

            ids = [find_node(Runner(graph), actor)["id"]]
        found += [
            number
            for (number,) in graph.ledger.db.execute("SELECT id FROM nodes WHERE canonical=?", (ids[0],))
        ]
    return sorted(set(found))


def _listed(names: Iterable[str]) -> str:
    """Names as an SQL list."""
    return ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(names)) or "''"


def chunks(values: Iterable[int], size: int = 500) -> Iterator[str]:
    """Numbers as JSON lists short enough for one statement, to be read by json_each."""
    some: list[int] = []
    for value in values:
        some.append(value)
        if len(some) == size:
            yield json.dumps(some)
            some = []
    if some:
        yield json.dumps(some)
