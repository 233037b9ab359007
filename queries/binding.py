"""How a prepared question takes its parameters: as terms, written out by this module alone.

In a question's text

    $actor                  becomes the term or terms of a parameter: IRIs of an actor, node, article, relation or
                            type, a string, an integer (`VALUES ?actor { $actor }`, `FILTER(?n > $least)`)
    $day_from, $day_until   the first and last day, as integers, of a date parameter `day`
    #if as_of since         keeps the lines up to `#else` or `#end` where one of these parameters is given
    #scope ?claim           restricts a claim to the time asked about (as_of, since, until)
    #scope ?claim ?tense    the same where relations are mixed: as_of restricts states, since and until acts
    #page                   is where LIMIT and OFFSET go; without it, at the end

Each of the four `#` lines stands alone on its line. A question is also asked for what it leaves out: then `#scope`
keeps the undated claims that it otherwise drops, and `#if left_out` holds, for questions that drop undated claims.

Nothing is pasted: whatever a parameter holds is escaped into one term, and tokens inside strings, IRIs and comments
are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ontology.dates import Bounds
from ontology.errors import QuestionError, UsageError
from queries.catalogue import BOUNDS, WIDENING, Parameter, Question

Value = str | int | bool | Bounds | Sequence[str]
"""What a parameter is given as: IRIs for actor, node, article, relation and type (one or several), strings for ids,
bounds for date, text for name and text."""

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|<[^<>"{}|^`\\\x00-\x20]*>
        |\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
        |\$(?P<name>[A-Za-z_]\w*)""",
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVE = re.compile(r"\s*#(if|else|end|scope|page)\b(.*)")
_VARIABLE = re.compile(r"\?[A-Za-z_]\w*")
_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9!$&'()*+,/:;=?@._~-]|%[0-9A-Fa-f]{2}"
    r"|[\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd])+(?:#[A-Za-z0-9!$&'()*+,/:;=?@._~-]*)?"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_IRI_TYPES = ("actor", "node", "article", "relation", "type")
_FORBIDDEN = re.compile(
    r"(?<![\w:?$-])(SERVICE|INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|CONSTRUCT|DESCRIBE|ASK)(?![\w:-])",
    re.I,
)

_DEEPEST = 100
_UNARY = re.compile(r"(?:[!+^-]\s*){50}")


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
) -> str:
    """The query to run, with its parameters' terms in place.

    `limit` and `after` page through the rows; `left_out` asks for the undated claims that the bounds drop. Raises
    UsageError where a required parameter is missing or a value is not of its type.
    """
    for name in values:
        question.parameter(name)
    for one in question.required:
        if one.name not in values:
            raise UsageError(f"{question.name} needs {one.name}: {one.help}")
    terms: dict[str, str] = {}
    for name, value in values.items():
        terms.update(_terms(question.parameter(name), value))
    page = (f"LIMIT {limit:d}" if limit is not None else "") + (f" OFFSET {after:d}" if after else "")
    given = {name for name, value in values.items() if value is not False} | (
        {"left_out"} if left_out else set()
    )
    kept = _kept(question, given)
    lines: list[str] = []
    for line in kept:
        if line.directive == "scope":
            lines.append(_scope(line.text.split(), values, left_out))
        elif line.directive == "page":
            lines.append(page)
        else:
            lines.append(line.text)
    if page and not any(line.directive == "page" for line in kept):
        lines.append(page)

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        return match[0] if name is None else terms[name]

    return _TOKEN.sub(replace, "\n".join(lines))


def string(text: str) -> str:
    """A string literal that reads back as `text`."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{text.encode('ascii', 'backslashreplace').decode()}: not valid Unicode") from None
    if "\x00" in text:
        raise UsageError("a parameter holds a null character; remove it")
    return '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'


def iri(text: str) -> str:
    """An IRI in angle brackets; raises UsageError where it cannot be one."""
    if not _IRI.fullmatch(text):
        raise UsageError(f"{text!r} is not an IRI")
    return f"<{text}>"


def _terms(parameter: Parameter, value: Value) -> dict[str, str]:
    """What a parameter's tokens stand for."""
    name, type = parameter.name, parameter.type
    if type in _IRI_TYPES or type == "ids":
        write = string if type == "ids" else iri
        several = [value] if isinstance(value, str) else value
        if isinstance(several, Sequence) and all(isinstance(one, str) for one in several):
            return {name: " ".join(write(str(one)) for one in several)}
    elif type == "date":
        if isinstance(value, Bounds):
            return {f"{name}_from": f"{value.earliest:d}", f"{name}_until": f"{value.latest:d}"}
    elif type == "integer":
        if isinstance(value, int) and not isinstance(value, bool):
            return {name: f"{value:d}"}
    elif type == "boolean":
        if isinstance(value, bool):
            return {name: "true" if value else "false"}
    elif isinstance(value, str):
        return {name: string(value)}
    raise UsageError(f"{name}: {value!r} is not {parameter.help}")


def _scope(arguments: list[str], values: Mapping[str, Value], left_out: bool) -> str:
    """The condition on a claim's scope that the bounds given amount to."""
    claim, tense = arguments[0], arguments[1] if len(arguments) > 1 else None
    start, end = f"{claim}_scope_from", f"{claim}_scope_until"
    conditions: list[str] = []
    bounds = {name: value for name in BOUNDS if isinstance(value := values.get(name), Bounds)}
    for only, names in (("state", ("as_of",)), ("act", ("since", "until"))):
        tests: list[str] = []
        for name in names:
            if name in bounds:
                if name != "since":
                    tests.append(f"{start} <= {bounds[name].latest}")
                if name != "until":
                    tests.append(f"{end} >= {bounds[name].earliest}")
        if tests:
            test = " && ".join(tests)
            conditions.append(f'({tense} != "{only}" || ({test}))' if tense else f"({test})")
    if not conditions:
        return ""
    patterns = f"{claim} <urn:attest:ontology:scopeFrom> {start} ; <urn:attest:ontology:scopeUntil> {end} ."
    inside = " && ".join(conditions)
    if left_out:
        return f"{patterns} {claim} <urn:attest:ontology:dated> false . FILTER(!({inside}))"
    return f"{patterns} FILTER({inside})"


def _kept(question: Question, given: set[str]) -> list[_Line]:
    """The lines that hold for the parameters given."""
    kept: list[_Line] = []
    open_: list[tuple[bool, int]] = []
    for number, line in enumerate(question.text.splitlines(), question.line):
        match = _DIRECTIVE.fullmatch(line)
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
    known: dict[str, str] = {}
    for one in question.parameters:
        names = [f"{one.name}_from", f"{one.name}_until"] if one.type == "date" else [one.name]
        known.update((name, one.name) for name in names)
    parameters = {one.name for one in question.parameters}
    used: set[str] = parameters & WIDENING.keys()
    _kept(question, set())
    for number, line in enumerate(question.text.splitlines(), question.line):
        match = _DIRECTIVE.fullmatch(line)
        if not match:
            continue
        directive, arguments = match[1], match[2].split()
        if directive == "if":
            unknown = [one for one in arguments if one not in parameters and one != "left_out"]
            if unknown or not arguments:
                _wrong(question, number, f"#if names no parameter: {' '.join(unknown) or 'nothing'}")
            used.update(arguments)
        elif directive == "scope":
            if len(arguments) not in (1, 2) or not all(_VARIABLE.fullmatch(one) for one in arguments):
                _wrong(question, number, "write #scope ?claim or #scope ?claim ?tense")
            if not parameters & set(BOUNDS):
                _wrong(question, number, "#scope needs a parameter as_of, since or until")
            used.update(BOUNDS)
        elif arguments:
            _wrong(question, number, f"#{directive} takes nothing after it")
    for match in _TOKEN.finditer(question.text):
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
    """Refuse a graph owner's query that is not one SELECT, or that does not give the columns of its header.

    Tried on an empty store with and without the optional parameters; raises QuestionError with file and reason.
    """
    import pyoxigraph as ox

    if re.search(r"\\[uU]", question.text):
        raise QuestionError(f"{question.file}: has a \\u escape; write the character itself")
    bare = _TOKEN.sub(lambda match: match[0] if match["name"] else " ", question.text)
    if _depth(bare) > _DEEPEST or _UNARY.search(bare):
        raise QuestionError(f"{question.file}: nested more than {_DEEPEST} deep; write it flatter")
    if found := _FORBIDDEN.search(bare):
        raise QuestionError(
            f"{question.file}: {found[1].upper()} is not allowed; a question is one SELECT on this graph"
        )
    empty = ox.Store()
    for parameters in (question.parameters, question.required):
        text = bind(question, {one.name: _SAMPLES[one.type] for one in parameters}, limit=1)
        try:
            solutions = empty.query(text)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise QuestionError(f"{question.file}: not a query that can be run: {reason}") from None
        if not isinstance(solutions, ox.QuerySolutions):
            raise QuestionError(f"{question.file}: not a SELECT, which is what a question must be")
        given = {variable.value for variable in solutions.variables}
        for column in question.columns:
            if column.name not in given:
                raise QuestionError(
                    f"{question.file}: the header has {column.name}, but the query does not give it"
                )


def _depth(text: str) -> int:
    """How deep brackets are nested. The engine's parser recurses, and would bring the process down."""
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


_SAMPLES: dict[str, Value] = {
    **dict.fromkeys(_IRI_TYPES, "urn:attest:sample"),
    "ids": ["sample"],
    "date": Bounds(1, 1),
    "integer": 1,
    "boolean": True,
    "name": "sample",
    "text": "sample",
}
