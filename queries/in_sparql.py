"""A question's parameters in SPARQL: each becomes a term or terms in place of its token.

Nothing is pasted: whatever a parameter holds is escaped into literals and IRIs, and tokens inside strings, IRIs and
comments are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ontology.dates import Bounds
from ontology.errors import QuestionError, UsageError
from queries.catalogue import IRI_TYPES, Parameter, Question, Value

TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|<[^<>"{}|^`\\\x00-\x20]*>
        |\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|\\.)
        |\$(?P<name>[A-Za-z_]\w*)""",
    re.VERBOSE | re.DOTALL,
)
VARIABLE = re.compile(r"\?[A-Za-z_]\w*")
_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9!$&'()*+,/:;=?@._~-]|%[0-9A-Fa-f]{2}"
    r"|[\xa0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd])+(?:#[A-Za-z0-9!$&'()*+,/:;=?@._~-]*)?"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_FORBIDDEN = re.compile(
    r"(?<![\w:?$-])(SERVICE|INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|CONSTRUCT|DESCRIBE|ASK)(?![\w:-])",
    re.I,
)

_DEEPEST = 100
_UNARY = re.compile(r"(?:[!+^-]\s*){50}")


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


def terms(parameter: Parameter, value: Value) -> dict[str, str]:
    """What a parameter's tokens stand for; raises UsageError where the value is not of its type."""
    name, type = parameter.name, parameter.type
    if type in IRI_TYPES or type == "ids":
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


def reaches(claim: str, earliest: int | None, latest: int | None) -> str:
    """That a claim's scope meets bounds, given as days."""
    tests = [f"{claim}_scope_from <= {latest:d}"] if latest is not None else []
    tests += [f"{claim}_scope_until >= {earliest:d}"] if earliest is not None else []
    return " && ".join(tests)


def scope(claim: str, tense: str | None, tests: Sequence[tuple[str, str]], left_out: bool) -> str:
    """The condition on a claim's scope; `tests` are what `reaches` gave, each with the tense it is for."""
    inside = " && ".join(
        f'({tense} != "{only}" || ({test}))' if tense else f"({test})" for only, test in tests
    )
    patterns = (
        f"{claim} <urn:attest:ontology:scopeFrom> {claim}_scope_from ;"
        f" <urn:attest:ontology:scopeUntil> {claim}_scope_until ."
    )
    if left_out:
        return f"{patterns} {claim} <urn:attest:ontology:dated> false . FILTER(!({inside}))"
    return f"{patterns} FILTER({inside})"


def page(limit: int | None, after: int) -> str:
    """Which rows are wanted."""
    return (f"LIMIT {limit:d}" if limit is not None else "") + (f" OFFSET {after:d}" if after else "")


def fill(text: str, values: dict[str, str]) -> str:
    """The text with its tokens' terms in place."""

    def replace(match: re.Match[str]) -> str:
        name = match["name"]
        return match[0] if name is None else values[name]

    return TOKEN.sub(replace, text)


def check_query(question: Question) -> None:
    """Refuse a graph owner's query that is not one SELECT, or that does not give the columns of its header.

    Tried on an empty store with and without the optional parameters; raises QuestionError with file and reason.
    """
    import pyoxigraph as ox

    from queries.binding import SAMPLES, bind

    if re.search(r"\\[uU]", question.text):
        raise QuestionError(f"{question.file}: has a \\u escape; write the character itself")
    bare = TOKEN.sub(lambda match: match[0] if match["name"] else " ", question.text)
    if _depth(bare) > _DEEPEST or _UNARY.search(bare):
        raise QuestionError(f"{question.file}: nested more than {_DEEPEST} deep; write it flatter")
    if found := _FORBIDDEN.search(bare):
        raise QuestionError(
            f"{question.file}: {found[1].upper()} is not allowed; a question is one SELECT on this graph"
        )
    empty = ox.Store()
    for parameters in (question.parameters, question.required):
        text = bind(question, {one.name: SAMPLES[one.type] for one in parameters}, limit=1).text
        try:
            if (without := without_service(text)) != text:
                empty.query(without)
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


def without_service(text: str) -> str:
    """The text with another word in place of each SERVICE.

    What the engine takes for the keyword cannot be told by a look at the text, where strings and comments may begin
    inside what looks like an IRI; and reading it may already send a request. What can be read without it has none.
    """
    return re.sub("(?i)(servic)e", r"\1x", text)


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
