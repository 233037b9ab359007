"""The same questions asked of two graphs that hold the same: a spread of calls, and where the answers differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import kg
from kg.answer import catalogue
from ontology.errors import UsageError
from queries.catalogue import BOUNDS, WIDENING, Parameter, Question


class Call(NamedTuple):
    """One call of a question."""

    name: str
    given: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()
    limit: int | None = None
    after: int = 0

    def __str__(self) -> str:
        words = [repr(one) for one in self.given] + [f"{name}={value!r}" for name, value in self.options]
        page = f" [{self.after}:+{self.limit}]" if self.limit is not None else ""
        return f"{self.name}({', '.join(words)}){page}"


class Spread:
    """What there is in a graph to ask about, evenly thinned to at most `most` of a kind."""

    def __init__(self, graph: kg.Graph, most: int = 1_000_000) -> None:
        self.graph, self.most = graph, most
        self.questions = {one.name: one for one in catalogue(graph)}
        nodes = [id for (id,) in graph.ledger.db.execute("SELECT canonical FROM nodes ORDER BY id")]
        self.nodes = self._some(list(dict.fromkeys(nodes)))
        rows = kg.ask(graph, "articles", limit=None).rows
        self.articles = self._some([row["article"]["id"] for row in rows])
        self.publishers = self._some(sorted({row["publisher"] for row in rows if row["publisher"]}))
        self.edges = self._some(self._edges())
        self.relations = sorted({relation for _, relation, _ in self.edges})
        self.dates = self._dates()

    def _some(self, all_: list[Any]) -> list[Any]:
        step = max(1, -(-len(all_) // self.most))
        return all_[::step]

    def _edges(self) -> list[tuple[str, str, str]]:
        found: dict[tuple[str, str, str], None] = {}
        for node in self.nodes:
            try:
                rows = kg.ask(self.graph, "relationships", node, limit=self.most).rows
            except UsageError:
                continue
            for row in rows:
                found[row["subject"]["id"], row["relation"], row["object"]["id"]] = None
        return list(found)

    def _dates(self) -> list[str]:
        """Some days, months and years around when things were said or happened."""
        days = sorted(
            {
                date
                for (first, last, said) in self.graph.ledger.db.execute(
                    "SELECT json_extract(body, '$.start'), json_extract(body, '$.until'), said FROM claims"
                )
                for date in (first, last, said)
                if date and "/" not in date
            }
        )
        some = [days[len(days) * part // 5] for part in range(5)] if days else []
        return sorted({*some, *(day[:4] for day in some), "1500", "2999-12"})

    def words(self) -> list[str]:
        """Names, words of names and parts of words, of actors."""
        names: dict[str, None] = {}
        for node in self.nodes:
            try:
                (row,) = kg.ask(self.graph, "actor", node).rows
            except UsageError:
                continue
            names.update(dict.fromkeys([row["actor"]["name"], *row["aliases"]]))
        found = {part for name in names for part in (name, name.split()[-1], name[1:4], name[-2:])}
        return self._some(sorted(part for part in found if part.strip()))

    def calls(self) -> Iterator[Call]:
        """Every question, each with what it can take."""
        for question in self.questions.values():
            yield from self.calls_of(question)

    def calls_of(self, question: Question) -> Iterator[Call]:
        """Calls of one question: required parameters in all combinations there are, each option alone, bounds together."""
        choices = [question] if not question.required else []
        whole = [given for given in self._required(question)]
        optional = [one for one in question.parameters if not one.required]
        for number, given in enumerate(whole):
            yield Call(question.name, given)
            for one in optional:
                values = self._values(one)
                # With many to ask about, a few values of each option each: other ones every time.
                if len(whole) > 1 and len(values) > 3:
                    values = [values[(number * 3 + step) % len(values)] for step in range(3)]
                for value in values:
                    yield Call(question.name, given, ((one.name, value),))
            yield from self._together(question, given, optional, number)
        if choices or whole:
            yield from self._pages(question, whole)

    def _together(
        self, question: Question, given: tuple[Any, ...], optional: list[Parameter], number: int
    ) -> Iterator[Call]:
        bounds = [one.name for one in optional if one.type == "date"]
        switches = [one.name for one in optional if one.name in WIDENING]
        date = self.dates[number % len(self.dates)]
        other = self.dates[(number * 7 + 3) % len(self.dates)]
        early, late = sorted((date, other))
        if len(bounds) > 1:
            spans = {"since": early, "until": late, "as_of": other, "said_since": early, "said_until": late}
            yield Call(question.name, given, tuple((name, spans[name]) for name in bounds if name in spans))
        if switches:
            yield Call(question.name, given, tuple((name, True) for name in switches))
            if bounds and set(bounds) & set(BOUNDS):
                yield Call(question.name, given, ((switches[0], True), (bounds[0], date)))
        if (actor := next((one for one in optional if one.type == "actor"), None)) and (switches or bounds):
            node = self.nodes[number % len(self.nodes)]
            for rest in [*((name, True) for name in switches), *((name, date) for name in bounds)]:
                yield Call(question.name, given, ((actor.name, node), rest))

    def _pages(self, question: Question, whole: list[tuple[Any, ...]]) -> Iterator[Call]:
        for given in whole[:: max(1, len(whole) // 25)]:
            for after in range(0, 12, 3):
                yield Call(question.name, given, (), 3, after)
            for one in question.parameters:
                if one.type == "date" and not one.required:
                    yield Call(question.name, given, ((one.name, self.dates[-2]),), 2, 1)

    def _required(self, question: Question) -> list[tuple[Any, ...]]:
        types = [one.type for one in question.required]
        if types == ["node", "relation", "node"]:
            return [*self.edges, *((there, relation, here) for here, relation, there in self.edges)]
        if types and set(types) == {"actor"} and len(types) == 2:
            return list(dict.fromkeys((here, there) for here, _, there in self.edges))
        found: list[tuple[Any, ...]] = [()]
        for one in question.required:
            found = [(*before, value) for before in found for value in self._values(one)]
        return self._some(found)

    def _values(self, parameter: Parameter) -> list[Any]:
        return {
            "actor": self.nodes,
            "node": self.nodes,
            "article": self.articles,
            "relation": self.relations,
            "type": ["Actor", "Person", "Group", "ArmedGroup", "Thing", "Place", "Event"],
            "date": self.dates,
            "name": self.words(),
            "text": self.publishers,
            "integer": [0, 1, 2, 5],
            "boolean": [True],
            "ids": [],
        }[parameter.type]


def answer(graph: kg.Graph, call: Call) -> dict[str, Any] | str:
    """The documented JSON of the answer, or the error that the user sees."""
    try:
        asked = kg.ask(
            graph, call.name, *call.given, limit=call.limit, after=call.after, **dict(call.options)
        )
    except UsageError as error:
        return str(error)
    data: dict[str, Any] = asked.to_json()
    return data


def differences(one: kg.Graph, other: kg.Graph, calls: Iterable[Call], most: int = 10) -> list[str]:
    """In words, the first calls that the graphs answer differently; types count (1 is not 1.0), and so does order."""
    found: list[str] = []
    for call in calls:
        ours, theirs = (json.dumps(answer(graph, call), ensure_ascii=False) for graph in (one, other))
        if ours != theirs:
            found.append(f"{call}\n  {_from_difference(ours, theirs)}\n  {_from_difference(theirs, ours)}")
            if len(found) == most:
                break
    return found


def _from_difference(text: str, other: str) -> str:
    """A piece of a text around where it begins to differ from another."""
    start = next(
        (i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other))
    )
    return "…" + text[max(0, start - 80) : start + 120] + "…"
