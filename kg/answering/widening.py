"""`--with-parts`: what is said of an actor's parts or members, shown beside what is said of the actor itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kg.answering.counting import Fact, recount
from kg.answering.running import Row, Runner
from kg.status import status
from queries.catalogue import WIDENING


class Step(NamedTuple):
    """One claim that affirms a part or member of an actor, and when it can have held (days, inclusive)."""

    part: str
    whole: str
    first: int
    last: int


class Widened:
    """The actors of a question, each widened by one step, and what that means for rows."""

    def __init__(self, runner: Runner, actors: Iterable[str], switches: Iterable[str]) -> None:
        self.actors = tuple(dict.fromkeys(actors))
        self._runner = runner
        self._relations = [runner.graph.ontology.relation(WIDENING[one]).iri for one in switches]
        self._steps: dict[tuple[str, str], list[Step]] = defaultdict(list)
        self._names: dict[str, str] = {}
        for step, name in self._look_up(self.actors):
            self._steps[step.part, step.whole].append(step)
            self._names[step.part] = name

    def _look_up(self, wholes: Sequence[str]) -> list[tuple[Step, str]]:
        """The steps that lead to these, each with its part's name."""
        values = {"whole": [self._runner.iri(one) for one in wholes], "relation": self._relations}
        return [
            (
                Step(row["part"]["id"], row["whole"]["id"], row["first_day"], row["last_day"]),
                row["part"]["name"],
            )
            for row in self._runner.rows("_steps", values)
        ]

    def ids(self, actor: str) -> list[str]:
        """The actor and its parts."""
        return [actor, *sorted({part for part, whole in self._steps if whole == actor} - {actor})]

    def apply(
        self, rows: list[Row], claims: str, facts: Mapping[str, Fact], symmetric: frozenset[str]
    ) -> list[Row]:
        """The rows that hold for the widened actors, with `via` and `status_with_parts`.

        A claim about a part counts where it can have been one at the time; a row between two things of which one is
        part of the other is left out. `status_with_parts` is that of all rows that say the same of the same wholes.
        """
        related = self._related(facts)
        kept: list[tuple[Row, tuple[str, str, str]]] = []
        together: dict[tuple[str, str, str], dict[str, Fact]] = defaultdict(dict)
        for row in rows:
            held = {id: facts[id] for id in row[claims] if id in facts and self._holds(facts[id], related)}
            if not held:
                continue
            if len(held) < len(row[claims]):
                row[claims] = sorted(held)
                recount(row, held.values())
            fact = next(iter(held.values()))
            via = (
                []
                if self._is_strict(fact)
                else [end for end in dict.fromkeys(_ends(fact)) if self._is_part(end)]
            )
            row["via"] = [{"id": part, "name": self._names[part]} for part in via]
            ends = [self._whole(end) if end in via else end for end in _ends(fact)]
            if fact.relation in symmetric:
                ends.sort()
            key = (ends[0], fact.relation, ends[1])
            together[key].update(held)
            kept.append((row, key))
        overall = {
            key: status([(fact.standing, fact.first, fact.last) for fact in known.values()])
            for key, known in together.items()
        }
        for row, key in kept:
            row["status_with_parts"] = overall[key]
        return [row for row, _ in kept]

    def _is_part(self, end: str) -> bool:
        return end in self._names and end not in self.actors

    def _is_strict(self, fact: Fact) -> bool:
        """Whether a claim is about the actors themselves: the one that is asked about, or both."""
        return {*self.actors} <= {*_ends(fact)}

    def _whole(self, part: str) -> str:
        """The actor that a part counts for: the first named of those it belongs to."""
        return next(actor for actor in self.actors if (part, actor) in self._steps)

    def _related(self, facts: Mapping[str, Fact]) -> frozenset[tuple[str, str]]:
        """The pairs (part, whole) among the ends of the claims that widening found."""
        ends = {end for fact in facts.values() if not self._is_strict(fact) for end in _ends(fact) if end}
        steps = self._look_up(sorted(ends)) if ends else []
        return frozenset((step.part, step.whole) for step, _ in steps)

    def _holds(self, fact: Fact, related: frozenset[tuple[str, str]]) -> bool:
        subject, object_ = ends = _ends(fact)
        if self._is_strict(fact):
            return True
        if subject == object_ or ends in related or (object_, subject) in related:
            return False
        touched = [end for end in ends if self._is_part(end) or end in self.actors]
        wholes = [self._wholes_at(end, fact) for end in touched]
        if len(self.actors) == 1:
            return not touched or any(wholes)
        # Two actors: the ends must stand for different ones.
        return all(wholes) and len(set[str]().union(*wholes)) > 1

    def _wholes_at(self, end: str, fact: Fact) -> set[str]:
        """The actors that an end is, or can have been part of when the claim can hold."""
        return ({end} & {*self.actors}) | {
            whole
            for (part, whole), steps in self._steps.items()
            if part == end and any(step.first <= fact.last and fact.first <= step.last for step in steps)
        }


def _ends(fact: Fact) -> tuple[str, str]:
    return fact.subject, fact.object
