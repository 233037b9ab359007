"""Asks a prepared question of a graph: rows, each with the claims that back it, and what those claims rest on.

answer = ask(graph, "between", "al-Qaeda", "Taliban", as_of="2000")
for row in answer.rows:
    print(row["subject"]["name"], row["relation"], row["object"]["name"], row["status"])
    for claim in row["claims"]:
        print("   ", answer.citations[claim]["sentences"])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kg.answering.running import Row, Runner, claim_ids
from ontology.errors import UsageError
from queries.binding import bind, mixes_tenses
from queries.catalogue import BOUNDS, WIDENING, Catalogue, Column, Question, Value

if TYPE_CHECKING:
    from kg.answering.widening import Widened
    from kg.graph import Graph

DEFAULT_LIMIT = 50
_PARTS_COLUMNS = (Column("via", "nodes"), Column("status_with_parts", "text"))


@dataclass(slots=True)
class Answer:
    """What a graph says to a question.

    `parameters` as understood (an actor is {"id", "name"}); `rows` map column names to values, where a node or
    article is {"id", "name"}, an empty cell None and the claims of a row a list of ids, whose
    citations are in `citations`. `notes` say what a reader must know, such as claims left out; with `more` there are
    further rows after these. `sections` are the titles under which rows stand in a table, one a row, or none.
    """

    question: Question
    parameters: dict[str, Any]
    columns: tuple[Column, ...]
    rows: list[Row]
    citations: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    more: bool = False
    sections: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The answer as plain data, the documented JSON of `kg ask`."""
        return {
            "question": self.question.name,
            "parameters": self.parameters,
            "columns": [{"name": one.name, "type": one.type} for one in self.columns],
            "rows": self.rows,
            "citations": self.citations,
            "notes": self.notes,
            "more": self.more,
        }


def ask(
    graph: Graph, name: str, /, *given: Any, limit: int | None = DEFAULT_LIMIT, after: int = 0, **options: Any
) -> Answer:
    """Ask the question of that name.

    Parameters are given in the order of the question's header, or by name; an option that is None is not given.
    `limit` rows at most (None: all), the first `after` skipped. Raises UsageError where the call is wrong: an unknown
    question or parameter, an actor that is ambiguous or absent.
    """
    if (limit is not None and limit < 1) or after < 0:
        raise UsageError("limit must be at least 1 and after at least 0")
    runner = Runner(graph)
    if name.startswith("_"):
        raise UsageError(f"no question {name!r}; `kg questions` lists them")
    question = runner.catalogue[name]
    values = arguments(question, given, options)
    while True:
        before = graph.sequence
        # A reader of a checkpoint sees one moment; on a server a run may change the store between two questions.
        try:
            answer = _Asking(runner, question, values).answer(limit, after)
        except UsageError:
            if graph.store.embedded or graph.sequence == before:
                raise
        else:
            if graph.store.embedded or graph.sequence == before:
                return answer
        graph.ledger.settle()


def arguments(question: Question, given: tuple[Any, ...], options: Mapping[str, Any]) -> dict[str, Any]:
    """Each parameter's value as given, by position or by name; raises UsageError for one too many or too few."""
    found = {
        name.replace("-", "_"): value
        for name, value in options.items()
        if value is not None and value is not False
    }
    for parameter in found:
        question.parameter(parameter)
    free = [one for one in question.parameters if one.name not in found and one.type != "boolean"]
    if len(given) > len(free):
        raise UsageError(
            f"{question.name}: {given[len(free)]!r} is one too many; it takes "
            + (
                " ".join(one.name.upper() for one in question.parameters if one.type != "boolean")
                or "nothing"
            )
        )
    found.update((one.name, value) for one, value in zip(free, given, strict=False))
    for one in question.required:
        if one.name not in found:
            raise UsageError(
                f"{question.name} needs {one.name} ({one.help}); see `kg ask {question.name} --help`"
            )
    return {one.name: found[one.name] for one in question.parameters if one.name in found}


def catalogue(graph: Graph) -> Catalogue:
    """The questions that can be asked of a graph: the shipped ones and its owner's."""
    return Runner(graph).catalogue


class _Asking:
    """One question being asked."""

    def __init__(self, runner: Runner, question: Question, given: Mapping[str, Any]) -> None:
        from kg.answering.resolving import resolve

        self.runner, self.question = runner, question
        self.values: dict[str, Value] = {}
        self.shown: dict[str, Any] = {}
        for name, value in given.items():
            self.values[name], self.shown[name] = resolve(runner, question.parameter(name), value)
        self.notes: list[str] = []
        self.bounds = [name for name in BOUNDS if name in self.values]

    def answer(self, limit: int | None, after: int) -> Answer:
        claims = self.question.column("claims")
        columns = self.question.columns
        widened = self._widen()
        if widened is not None and claims is not None:
            # Which rows hold, and the status over all of them, is known only when all have been seen.
            rows = self._widened_rows(widened, claims)
            more = limit is not None and len(rows) > after + limit
            rows = rows[after:] if limit is None else rows[after : after + limit]
            backing = tuple(one for one in columns if one.type == "claims")
            columns = (*(one for one in columns if one not in backing), *_PARTS_COLUMNS, *backing)
        else:
            rows = self.runner.rows(
                self.question, self.values, limit=None if limit is None else limit + 1, after=after
            )
            more = limit is not None and len(rows) > limit
            rows = rows[:limit]
            if self.bounds and claims is not None:
                self._recount(rows, claims)
        self._count_left_out(claims)
        self._say_what_is_not_bounded(rows)
        citations: dict[str, Any] = {}
        if claims is not None and rows:
            from kg.citations import citations as cite

            citations = cite(self.runner.graph.ledger, claim_ids(rows, claims))
        names = [one.name for one in columns]
        rows = [{name: row.get(name) for name in names} for row in rows]
        return Answer(self.question, self.shown, columns, rows, citations, self.notes, more)

    def _widen(self) -> Widened | None:
        switches = [name for name in WIDENING if self.values.get(name)]
        if not switches:
            return None
        from kg.answering.widening import Widened

        actors = {
            one.name: str(self.shown[one.name]["id"])
            for one in self.question.parameters
            if one.type == "actor" and one.name in self.shown
        }
        if not actors:
            raise UsageError(
                f"{self.question.name}: --{switches[0].replace('_', '-')} needs an actor to widen"
            )
        widened = Widened(self.runner, actors.values(), switches)
        steps = " or ".join(name.removeprefix("with_") for name in switches)
        for name, id in actors.items():
            ids = widened.ids(id)
            self.values[name] = [self.runner.iri(one) for one in ids]
            if len(ids) == 1:
                self.notes.append(f"no {steps} of {self.shown[name]['name']} are known")
        return widened

    def _widened_rows(self, widened: Widened, claims: str) -> list[Row]:
        from kg.answering.counting import facts, recount

        rows = self.runner.rows(self.question, self.values)
        known = facts(self.runner.graph.ledger, claim_ids(rows, claims))
        if self.bounds:
            for row in rows:
                recount(row, [known[id] for id in row[claims] if id in known])
        relations = self.runner.graph.ontology.relations
        symmetric = frozenset(name for name, relation in relations.items() if relation.symmetric)
        return widened.apply(rows, claims, known, symmetric)

    def _recount(self, rows: list[Row], claims: str) -> None:
        """Counts and status of the claims in scope, not of all that the relationship has."""
        from kg.answering.counting import facts, recount

        known = facts(self.runner.graph.ledger, claim_ids(rows, claims))
        for row in rows:
            recount(row, [known[id] for id in row[claims] if id in known])

    def _count_left_out(self, claims: str | None) -> None:
        """Say how many undated claims the bounds, or the question itself, leave out."""
        if claims is None or not self._leaves_out(self.values):
            return
        count = len(claim_ids(self.runner.rows(self.question, self.values, left_out=True), claims))
        unbounded = {name: value for name, value in self.values.items() if name not in BOUNDS}
        if count:
            plural = "claim is" if count == 1 else "claims are"
            if self._leaves_out(unbounded):
                why = ""
            elif self.bounds == ["as_of"]:
                why = f": said only after {self.shown['as_of']}"
            else:
                why = ": said outside the time asked about"
            self.notes.append(f"{count:,} undated {plural} left out{why}")

    def _leaves_out(self, values: Mapping[str, Value]) -> bool:
        """Whether the question, asked with these values, drops undated claims."""
        return bind(self.question, values) != bind(self.question, values, left_out=True)

    def _say_what_is_not_bounded(self, rows: list[Row]) -> None:
        """as_of restricts states, since and until acts: say so where a row of the other kind stands in the answer."""
        relations = self.runner.graph.ontology.relations
        tenses = {relations[row["relation"]].tense for row in rows if row.get("relation") in relations}
        if not self.bounds or not mixes_tenses(self.question):
            return
        if "act" in tenses and self.bounds == ["as_of"]:
            self.notes.append("as_of restricts states; acts (such as trained) are bounded by since and until")
        if "state" in tenses and "as_of" not in self.bounds:
            self.notes.append(
                "since and until restrict acts; states (such as alliedWith) are bounded by as_of"
            )
