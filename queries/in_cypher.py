"""A question's parameters in Cypher: each is one of the driver's own, so that no text of anybody's gets into a query.

IRIs are given as what the graph's nodes are called by there: ids of actors, nodes and articles, names of relations, and
labels of types.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ontology.dates import Bounds
from ontology.errors import QuestionError, UsageError
from ontology.namespaces import data_id, local_name
from queries.catalogue import IRI_TYPES, Parameter, Question, Value

TOKEN = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|`(?:[^`]|``)*`|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
        |\$(?P<name>[A-Za-z_]\w*)""",
    re.VERBOSE | re.DOTALL,
)
VARIABLE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?")
AFTER, LIMIT = "page_after", "page_limit"
_MOST_PARTS, _LONGEST_PART = 20, 40
_FORBIDDEN = re.compile(
    r"(?<![\w.:$])(CREATE|MERGE|SET|DELETE|DETACH|REMOVE|DROP|FOREACH|LOAD\s+CSV|CALL\s+(?!\s*[({])[\w.]+|USE"
    r"|IN\s+TRANSACTIONS|GRANT|DENY|REVOKE|ALTER|START|STOP|TERMINATE|SHOW)(?![\w.(])",
    re.I,
)
_FULL_TEXT = "db.index.fulltext.querynodes"


def terms(parameter: Parameter, value: Value, base: str) -> dict[str, Any]:
    """The driver's parameters for one of the question's; raises UsageError where the value is not of its type."""
    name, type = parameter.name, parameter.type
    if type in IRI_TYPES or type == "ids":
        several = [value] if isinstance(value, str) else value
        if isinstance(several, Sequence) and all(isinstance(one, str) for one in several):
            words = [str(one) for one in several]
            return {name: [_text(one if type == "ids" else _called(one, type, base)) for one in words]}
    elif type == "date":
        if isinstance(value, Bounds):
            return {f"{name}_from": value.earliest, f"{name}_until": value.latest}
    elif type == "integer":
        if isinstance(value, int) and not isinstance(value, bool):
            if not -(2**63) <= value < 2**63:
                raise UsageError(f"{name}: {value} is beyond what a database can count")
            return {name: value}
    elif type == "boolean":
        if isinstance(value, bool):
            return {name: value}
    elif isinstance(value, str):
        if type == "name":
            return {name: _text(value), f"{name}_phrase": phrase(value), f"{name}_parts": parts(value)}
        return {name: _text(value)}
    raise UsageError(f"{name}: {value!r} is not {parameter.help}")


def _called(iri: str, type: str, base: str) -> str:
    if type in ("relation", "type"):
        return local_name(iri)
    known = data_id(iri, base)
    return known[1] if known else iri


def _text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{text.encode('ascii', 'backslashreplace').decode()}: not valid Unicode") from None
    if "\x00" in text:
        raise UsageError("a parameter holds a null character; remove it")
    return text


def phrase(words: str) -> str:
    """Words as one phrase of a full-text index's query language, whatever they hold.

    >>> phrase('the "core"')
    '"the \\\\"core\\\\""'
    """
    quoted = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def parts(words: str) -> str:
    """What finds all that holds these words in a full-text index, and more besides: each as a part of a word.

    >>> parts("al qaed")
    '*al* AND *qaed*'
    """
    # A backslash makes any character but a letter or digit plain; before a `u` it would begin an escape. The engine
    # refuses patterns that are many or long, and as the index only narrows, the first will do.
    some = [re.sub(r"([^\w]|_)", r"\\\1", word[:_LONGEST_PART]) for word in words.split()[:_MOST_PARTS]]
    return " AND ".join(f"*{one}*" for one in some)


def reaches(claim: str, earliest: str | None, latest: str | None) -> str:
    """That a claim's scope meets bounds, given as the names of the driver's parameters."""
    tests = [f"{claim}.scopeFrom <= ${latest}"] if latest is not None else []
    tests += [f"{claim}.scopeUntil >= ${earliest}"] if earliest is not None else []
    return " AND ".join(tests)


def scope(claim: str, tense: str | None, tests: Sequence[tuple[str, str]], left_out: bool) -> str:
    """The condition on a claim's scope, to follow a WHERE's; `tests` are what `reaches` gave, with their tense."""
    inside = " AND ".join(
        f"({tense} <> '{only}' OR ({test}))" if tense else f"({test})" for only, test in tests
    )
    return (
        f"AND claim_is_undated AND NOT ({inside})".replace("claim_is_undated", f"{claim}.dated = false")
        if left_out
        else f"AND {inside}"
    )


def page(limit: int | None, after: int) -> str:
    """Which rows are wanted."""
    return (f"SKIP ${AFTER}" if after else "") + (f" LIMIT ${LIMIT}" if limit is not None else "")


def check_query(question: Question) -> None:
    """Refuse a graph owner's query with clauses that write, read files or call procedures; the server refuses the rest.

    Raises QuestionError with file and reason.
    """
    bare = TOKEN.sub(
        lambda match: " " if match["name"] or match["skip"].startswith(("/", "'", '"')) else match[0],
        question.text,
    )
    if re.search(r"\\[uU]", bare):
        raise QuestionError(f"{question.file}: has a \\u escape; write the character itself")
    for found in _FORBIDDEN.finditer(bare):
        words = " ".join(found[1].split())
        if words.upper().startswith("CALL ") and words[5:].lower() == _FULL_TEXT:
            continue
        raise QuestionError(
            f"{question.file}: {words.upper()} is not allowed; a question is one MATCH … RETURN on this graph"
        )
    if ";" in bare.strip().rstrip(";"):
        raise QuestionError(f"{question.file}: more than one statement; a question is one")
    if not re.search(r"(?<!\w)RETURN(?!\w)", bare, re.I):
        raise QuestionError(f"{question.file}: returns nothing; end it in RETURN …")
