"""How a prepared question takes its parameters, in either language.

In a question's text

    $actor                  is a parameter: IRIs of an actor, node, article, relation or type, a string, an integer.
                            In SPARQL it becomes terms (`VALUES ?actor { $actor }`, `FILTER(?n > $least)`), in Cypher
                            it is the driver's own parameter: a list of ids, or of names of relations or types
                            (`WHERE actor.id IN $actor`), a string, an integer
    $words_phrase           in Cypher, a name `words` as a phrase for the full-text index `attest_keys`
    $words_parts            the same as a query for whatever has the words in it; both only narrow: compare again
    $day_from, $day_until   the first and last day, as integers, of a date parameter `day`
    #if as_of since         keeps the lines up to `#else` or `#end` where one of these parameters is given
    #scope ?claim           restricts a claim to the time asked about (as_of, since, until)
    #scope ?claim ?tense    the same where relations are mixed: as_of restricts states, since and until acts
    #page                   is where LIMIT and OFFSET go; without it, at the end

Each of the four `#` lines stands alone on its line. In Cypher they begin with `//` and `scope`, which names a claim and
a tense as `claim` and `relation.tense`, stands among the conditions of a WHERE that has one before it. A question is
also asked for what it leaves out: then `scope` keeps the undated claims that it otherwise drops, and `if left_out`
holds, for questions that drop undated claims.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ontology.dates import Bounds
from ontology.errors import QuestionError, UsageError
from ontology.namespaces import BASE
from queries import in_cypher, in_sparql
from queries.catalogue import BOUNDS, IRI_TYPES, WIDENING, Question, Value

_DIRECTIVES = {
    "sparql": re.compile(r"\s*#(if|else|end|scope|page)\b(.*)"),
    "cypher": re.compile(r"\s*//(if|else|end|scope|page)\b(.*)"),
}
_LANGUAGES = {"sparql": in_sparql, "cypher": in_cypher}


class Bound(NamedTuple):
    """A question ready to be run: its text, and what the driver binds (in SPARQL nothing: terms are in the text)."""

    text: str
    parameters: Mapping[str, Any] = MappingProxyType({})


class _Line(NamedTuple):
    """A line that is kept: plain text, or a directive with its argument; `number` counts from 1 in the file."""

    number: int
    directive: str
    text: str


def bind(
    question: Question,
    values: Mapping[str, Value],
    *,
    limit: int | None = None,
    after: int = 0,
    left_out: bool = False,
    base: str = BASE,
) -> Bound:
    """The query to run, with its parameters.

    `limit` and `after` page through the rows; `left_out` asks for the undated claims that the bounds drop; `base` is
    what the graph's IRIs begin with. Raises UsageError where a required parameter is missing or a value is not of its
    type.
    """
    for name in values:
        question.parameter(name)
    for one in question.required:
        if one.name not in values:
            raise UsageError(f"{question.name} needs {one.name}: {one.help}")
    given = {name for name, value in values.items() if value is not False} | (
        {"left_out"} if left_out else set()
    )
    page = _LANGUAGES[question.dialect].page(limit, after)
    kept = _kept(question, given)
    lines: list[str] = []
    for line in kept:
        if line.directive == "scope":
            lines.append(_scope(question, line.text.split(), values, left_out))
        elif line.directive == "page":
            lines.append(page)
        else:
            lines.append(line.text)
    if page and not any(line.directive == "page" for line in kept):
        lines.append(page)
    text = "\n".join(lines)
    if question.dialect == "sparql":
        terms: dict[str, str] = {}
        for name, value in values.items():
            terms.update(in_sparql.terms(question.parameter(name), value))
        return Bound(in_sparql.fill(text, terms))
    parameters: dict[str, Any] = {in_cypher.AFTER: after} if after else {}
    if limit is not None:
        parameters[in_cypher.LIMIT] = limit
    for name, value in values.items():
        parameters.update(in_cypher.terms(question.parameter(name), value, base))
    return Bound(text, parameters)


def _scope(question: Question, arguments: list[str], values: Mapping[str, Value], left_out: bool) -> str:
    """The condition on a claim's scope that the bounds given amount to."""
    claim, tense = arguments[0], arguments[1] if len(arguments) > 1 else None
    tests: list[tuple[str, str]] = []
    for only, names in (("state", ("as_of",)), ("act", ("since", "until"))):
        reached: list[str] = []
        for name in names:
            if not isinstance(bounds := values.get(name), Bounds):
                continue
            if question.dialect == "sparql":
                earliest = bounds.earliest if name != "until" else None
                latest = bounds.latest if name != "since" else None
                reached.append(in_sparql.reaches(claim, earliest, latest))
            else:
                first = f"{name}_from" if name != "until" else None
                last = f"{name}_until" if name != "since" else None
                reached.append(in_cypher.reaches(claim, first, last))
        if reached:
            both = " && " if question.dialect == "sparql" else " AND "
            tests.append((only, both.join(reached)))
    return _LANGUAGES[question.dialect].scope(claim, tense, tests, left_out) if tests else ""


def mixes_tenses(question: Question) -> bool:
    """Whether it restricts states by one bound and acts by others."""
    return any(
        match[1] == "scope" and len(match[2].split()) == 2
        for line in question.text.splitlines()
        if (match := _DIRECTIVES[question.dialect].fullmatch(line))
    )


def _kept(question: Question, given: set[str]) -> list[_Line]:
    """The lines that hold for the parameters given."""
    kept: list[_Line] = []
    open_: list[tuple[bool, int]] = []
    for number, line in enumerate(question.text.splitlines(), question.line):
        match = _DIRECTIVES[question.dialect].fullmatch(line)
        directive, argument = (match[1], match[2].strip()) if match else ("", line)
        if directive == "if":
            open_.append((not given.isdisjoint(argument.split()), number))
        elif directive == "else":
            holds, start = open_.pop() if open_ else _wrong(question, number, "#else without #if")
            open_.append((not holds, start))
        elif directive == "end":
            if not open_:
                _wrong(question, number, "#end without #if")
            open_.pop()
        elif all(holds for holds, _ in open_):
            kept.append(_Line(number, directive, argument))
    if open_:
        _wrong(question, open_[-1][1], "#if without #end")
    return kept


def _wrong(question: Question, line: int, reason: str) -> tuple[bool, int]:
    raise QuestionError(f"{question.file}:{line}: {reason}")


def check_template(question: Question) -> None:
    """Refuse tokens and directives that no parameter stands behind, and parameters that nothing uses."""
    language = _LANGUAGES[question.dialect]
    known: dict[str, str] = {}
    for one in question.parameters:
        names = [f"{one.name}_from", f"{one.name}_until"] if one.type == "date" else [one.name]
        if one.type == "name" and question.dialect == "cypher":
            names += [f"{one.name}_phrase", f"{one.name}_parts"]
        known.update((name, one.name) for name in names)
    parameters = {one.name for one in question.parameters}
    used: set[str] = parameters & WIDENING.keys()
    _kept(question, set())
    for number, line in enumerate(question.text.splitlines(), question.line):
        match = _DIRECTIVES[question.dialect].fullmatch(line)
        if not match:
            continue
        directive, arguments = match[1], match[2].split()
        if directive == "if":
            unknown = [one for one in arguments if one not in parameters and one != "left_out"]
            if unknown or not arguments:
                _wrong(question, number, f"#if names no parameter: {' '.join(unknown) or 'nothing'}")
            used.update(arguments)
        elif directive == "scope":
            if len(arguments) not in (1, 2) or not all(language.VARIABLE.fullmatch(one) for one in arguments):
                form = "#scope ?claim or #scope ?claim ?tense"
                if question.dialect == "cypher":
                    form = "//scope claim or //scope claim relation.tense"
                _wrong(question, number, f"write {form}")
            if not parameters & set(BOUNDS):
                _wrong(question, number, "#scope needs a parameter as_of, since or until")
            used.update(BOUNDS)
        elif arguments:
            _wrong(question, number, f"{directive} takes nothing after it")
    for match in language.TOKEN.finditer(question.text):
        name = match["name"]
        if name is None:
            continue
        if name not in known:
            line_number = question.line + question.text.count("\n", 0, match.start())
            _wrong(question, line_number, f"${name} is no parameter; it has {', '.join(known) or 'none'}")
        used.add(known[name])
    for one in question.parameters:
        if one.name not in used:
            _wrong(question, 1, f"the parameter {one.name} is not used")


def check_query(question: Question) -> None:
    """Refuse a graph owner's query that does more than ask, or does not give the columns of its header."""
    _LANGUAGES[question.dialect].check_query(question)


SAMPLES: dict[str, Value] = {
    **dict.fromkeys(IRI_TYPES, "urn:attest:sample"),
    "ids": ["sample"],
    "date": Bounds(1, 1),
    "integer": 1,
    "boolean": True,
    "name": "sample",
    "text": "sample",
}
