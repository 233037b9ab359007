"""What a graph is asked to find out whether two backends answer alike: every question, by what the graph holds.

Cases are derived from the graph itself and come in one order, the most telling first, so that a run may stop after any
number of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, zip_longest
from random import Random
from typing import Any, NamedTuple

import kg
from kg.answering.running import Runner
from ontology.errors import AttestError
from queries.binding import Bound
from queries.catalogue import Question

PREFIXES = (
    "PREFIX kg: <urn:attest:ontology:>\n"
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\n"
    "SELECT DISTINCT "
)
NODES = ("actor", "node")
CANDIDATES = 30
"""How many combinations of required parameters are tried for which have the most to tell."""


class Case(NamedTuple):
    """A question with its parameters, and the page of it that is wanted."""

    question: str
    given: Mapping[str, Any]
    limit: int | None = None
    after: int = 0

    def __str__(self) -> str:
        """As one would call it."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.given.items())
        page = f" [{self.after}:{self.limit}]" if self.limit is not None or self.after else ""
        return f"{self.question}({given}){page}"


def outcome(graph: kg.Graph, case: Case) -> str:
    """The answer as JSON, the refusal otherwise: all that a user could tell apart."""
    try:
        answer = kg.ask(graph, case.question, limit=case.limit, after=case.after, **case.given)
    except AttestError as error:
        return f"{type(error).__name__}: {error}"
    return json.dumps(answer.to_json(), ensure_ascii=False)


def difference(expected: str, found: str) -> str:
    """Where two outcomes first differ, in a line; empty where they do not."""
    if expected == found:
        return ""
    if not (expected.startswith("{") and found.startswith("{")):
        return f"{_told(expected)} is expected, not {_told(found)}"
    return _differs("", json.loads(expected), json.loads(found)) or "only by the order of names"


def _told(found: str) -> str:
    return (
        f"an answer of {len(json.loads(found)['rows'])} rows"
        if found.startswith("{")
        else ascii(found[-400:])
    )


def _differs(where: str, one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        parts = [(f"{where}.{key}", one[key], other[key]) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        parts = [(f"{where}[{at}]", *both) for at, both in enumerate(zip(one, other, strict=True))]
    else:
        same = type(one) is type(other) and one == other
        return "" if same else f"{where}: {_short(one)} is expected, not {_short(other)}"
    return next((found for part in parts if (found := _differs(*part))), "")


def _short(value: Any) -> str:
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return ascii(words if len(words) < 160 else f"{words[:160]}… ({len(words)} characters)")


class Asked:
    """The cases of one graph, which is in the embedded store."""

    def __init__(self, graph: kg.Graph) -> None:
        self.graph = graph
        self.catalogue = Runner(graph).catalogue
        self._telling: dict[str, list[dict[str, Any]]] = {}

    @property
    def questions(self) -> list[str]:
        """The questions there are."""
        return self.catalogue.names

    def cases(self, name: str, most: int | None = None) -> list[Case]:
        """At most so many cases of a question."""
        return list(islice(self._cases(self.catalogue[name]), most))

    def _cases(self, question: Question) -> Iterator[Case]:
        random = Random(question.name)
        options = {one.name: self._options(one.type) for one in question.parameters}
        if not all(options[one.name] for one in question.required):
            return
        seen: set[str] = set()
        streams = (self._pages(question), self._singles(question, options),
                   self._several(question, options, random))  # fmt: skip
        for some in zip_longest(*streams):
            for case in some:
                if case is not None and str(case) not in seen:
                    seen.add(str(case))
                    yield case

    def _plain(self, question: Question, nth: int) -> dict[str, Any]:
        """The required parameters alone, those that have the most to tell first."""
        if question.name not in self._telling:
            candidates = [
                self._candidate(question, at) for at in range(CANDIDATES if question.required else 1)
            ]
            rows = [self._told(question, given) for given in candidates]
            ranked = sorted(range(len(candidates)), key=lambda at: -rows[at])
            self._telling[question.name] = [candidates[at] for at in ranked]
        telling = self._telling[question.name]
        return dict(telling[nth] if nth < len(telling) else self._candidate(question, nth))

    def _candidate(self, question: Question, nth: int) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for one in question.required:
            options = self._options(one.type)
            given[one.name] = options[nth % len(options)]
        nodes = [one.name for one in question.required if one.type in NODES]
        if len(nodes) == 2 and self.pairs:
            given.update(zip(nodes, self.pairs[nth % len(self.pairs)], strict=True))
        return given

    def _told(self, question: Question, given: Mapping[str, Any]) -> int:
        try:
            return len(kg.ask(self.graph, question.name, limit=None, **given).rows)
        except AttestError:
            return 0

    def _pages(self, question: Question) -> Iterator[Case]:
        """The whole, and page by page."""
        for nth in range(4):
            given = self._plain(question, nth)
            yield Case(question.name, given)
            for size, pages in ((1, 3), (2, 3), (3, 2)):
                for page in range(pages):
                    yield Case(question.name, given, size, page * size)
            if not question.required:
                return

    def _singles(self, question: Question, options: Mapping[str, Sequence[Any]]) -> Iterator[Case]:
        """One thing at a time, each parameter in turn."""
        most = max([len(some) for some in options.values()] or [0])
        for nth in range(most):
            if question.required and nth:
                yield Case(question.name, self._plain(question, nth))
            for one in question.parameters:
                some = options[one.name]
                if not one.required and nth < len(some):
                    yield Case(question.name, self._plain(question, nth // 3) | {one.name: some[nth]})

    def _several(
        self, question: Question, options: Mapping[str, Sequence[Any]], random: Random
    ) -> Iterator[Case]:
        """Several at once, drawn the same way every time."""
        if not question.parameters:
            return
        for _ in range(400):
            given = self._plain(question, random.randrange(CANDIDATES))
            for one in question.parameters:
                if not one.required and options[one.name] and random.random() < 0.4:
                    given[one.name] = random.choice(options[one.name])
            limit = random.choice([None, None, 1, 2, 3, 50])
            yield Case(question.name, given, limit, random.randrange(4) if limit else 0)

    def _options(self, type: str) -> Sequence[Any]:
        return {
            "actor": self.nodes, "node": self.nodes, "article": self.articles, "relation": self.relations,
            "type": self.types, "date": self.days, "name": self.words, "text": self.texts,
            "integer": (1, 2, 0, 3, 10), "boolean": (True,),
        }[type]  # fmt: skip

    # What the graph holds

    def _rows(self, query: str) -> list[tuple[str, ...]]:
        rows = self.graph.store.select(Bound(PREFIXES + query)).rows
        return [tuple(term.value for term in row) for row in rows]

    def _values(self, query: str) -> list[str]:
        return sorted({row[0] for row in self._rows(query)})

    @cached_property
    def _spoken_of(self) -> list[str]:
        """Nodes, those that most is said of first."""
        counted = self._rows(
            "?id (COUNT(?claim) AS ?n) { ?node kg:kind ?kind ; kg:id ?id"
            " OPTIONAL { ?claim kg:standing ?s ; rdf:subject|rdf:object|kg:speaker|kg:place ?node } } GROUP BY ?id"
        )
        return [id for id, _ in sorted(counted, key=lambda row: (-int(row[1]), row[0]))]

    @cached_property
    def nodes(self) -> list[str]:
        """Ids of nodes and, among them, names: ambiguous ones, unknown ones, in other cases."""
        named = self._values("?name { ?node kg:kind ?kind ; kg:name ?name }")
        aliases = self._values("?name { ?node kg:kind ?kind ; kg:alias|kg:weakAlias|kg:identifier ?name }")
        Random(0).shuffle(named)
        Random(0).shuffle(aliases)
        found: list[str] = []
        for at, id in enumerate(self._spoken_of):
            found.append(id)
            if at % 3 == 2:
                found += [some.pop() for some in (named, aliases) if some]
            if at == 4:
                found += ["nobody at all", "Front", "o"]
        return found

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Ends of relationships, those of the most claims first, both ways round."""
        rows = self._rows(
            "?one ?other ?n { ?r a kg:Relationship ; kg:claims ?n ; rdf:subject/kg:id ?one ; rdf:object ?o ."
            " ?o kg:id ?other ; kg:kind ?kind }"
        )
        rows.sort(key=lambda row: (-int(row[2]), row[0], row[1]))
        pairs = [pair for one, other, _ in rows for pair in ((one, other), (other, one))]
        few = [(one, other) for one, other in zip(self._spoken_of, self._spoken_of[2:], strict=False)][:5]
        return list(dict.fromkeys([*pairs[:6], *few, *pairs[6:]]))

    @cached_property
    def articles(self) -> list[str]:
        """Ids of articles, and a title."""
        titles = self._values("?name { ?a a kg:Article ; kg:name ?name }")
        return [*self._values("?id { ?a a kg:Article ; kg:id ?id }")[:40], *titles[:10], "nothing"]

    @cached_property
    def relations(self) -> list[str]:
        """Relations in use, and others."""
        used = self._rows("?id (COUNT(?c) AS ?n) { ?c a kg:Claim ; rdf:predicate/kg:id ?id } GROUP BY ?id")
        ranked = [id for id, _ in sorted(used, key=lambda row: (-int(row[1]), row[0]))]
        return [*ranked, *sorted(set(self.graph.ontology.relations) - set(ranked))[:3]]

    @cached_property
    def types(self) -> list[str]:
        """Types in use, those above them, and others."""
        used = self._values("?kind { ?node kg:kind ?kind }")
        above = {a for one in used for a in self.graph.ontology.types[one].ancestors}
        known = self.graph.ontology.types
        return ["Actor", "Thing", *used, *sorted((above & set(known)) - set(used))[:6], "Agreement"]

    @cached_property
    def days(self) -> list[str]:
        """Dates that matter here, with all that is before and after everything."""
        told = self._values(
            "?date { ?x kg:start|kg:until|kg:said|kg:published|kg:edtf|kg:first|kg:last ?date }"
        )
        dates = [date for date in told if "/" not in date]
        Random(1).shuffle(dates)
        Random(1).shuffle(told)
        return list(dict.fromkeys([*dates[:2], "0001", "9999", "2020", *told[:3], "2019-12/2020-06", "2020-02-29/..",
                                   *dates[2:15]]))  # fmt: skip

    @cached_property
    def words(self) -> list[str]:
        """Names, their beginnings and their middles."""
        names = self._values("?name { ?node kg:kind ?kind ; kg:name|kg:alias|kg:weakAlias ?name }")
        Random(2).shuffle(names)
        parts = [
            "a",
            *(name[:3] for name in names[:8]),
            *(name.split()[-1] for name in names[:8] if name.split()),
        ]
        return list(dict.fromkeys([*names[:4], *parts, *names[4:30], "nobody", "  THE  Front ", '"}']))

    @cached_property
    def texts(self) -> list[str]:
        """Publishers and what else is asked for exactly as stored."""
        told = self._values("?text { ?x kg:publisher|kg:origin|kg:identifier|kg:unit|kg:author ?text }")
        quotes = self._values("?text { ?x kg:quote ?text }")
        Random(3).shuffle(told)
        words = [word for quote in quotes[:3] for word in quote.split()[1:3]]
        return [*[text for text in told if text][:12], *words, "nobody's", '"}']
