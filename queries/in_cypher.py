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

_FIRST = ("MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL", "CYPHER", "LET", "FOR", "FILTER")
"""What a question may begin with."""
_WRITING = (
    "CREATE", "INSERT", "MERGE", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "DROP", "FOREACH", "USE", "FINISH",
    "ALTER", "SHOW", "TERMINATE",
)  # fmt: skip
"""What no clause of a question may be; as names of variables and properties these words are anybody's."""
_NAMING = frozenset(
    "( [ , | . : & ! = < > + / AS IN WITH RETURN DISTINCT WHERE AND OR XOR NOT BY UNWIND WHEN THEN ELSE CASE YIELD"
    " CONTAINS ON".split()
)
"""What a name or an expression comes after, and no clause: in `WITH set` and `(start)-->(use)` there are variables."""
_CLAUSE = re.compile(rf"(?<![\w$])({'|'.join(_WRITING)})(?!\w)(?!\s*:)", re.IGNORECASE)
_BEFORE = re.compile(r"(\w+|[^\w\s])\s*\Z")
# Every procedure is in a namespace.
_PROCEDURE = re.compile(r"(?<![\w.:$])CALL\s+(\w+(?:\s*\.\s*\w+)+)", re.IGNORECASE)
_FILE = re.compile(r"(?<![\w.:$])(LOAD\s+CSV)(?!\w)", re.IGNORECASE)
_IN_TRANSACTIONS = re.compile(r"\}\s*IN\s+(?:\w+\s+)?(?:CONCURRENT\s+)?(TRANSACTIONS)(?!\w)", re.IGNORECASE)
_FULL_TEXT = ("db.index.fulltext.queryNodes", "db.index.fulltext.queryRelationships")
_QUOTED = "quoted_name"


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
    """Refuse a graph owner's query that does more than ask.

    Clauses that write, files, procedures but for the full-text indexes' own, and a second statement are refused here,
    before any server sees them; that it gives the columns of its header shows when it is asked, and that it reads only
    is seen to once more by the transaction that it runs in. Raises QuestionError with file and reason.
    """
    file, text = question.file, question.text
    if re.search(r"\\u", text, re.IGNORECASE):
        # The server reads it before anything else: it would end a string or a comment.
        raise QuestionError(f"{file}: has a \\u escape; write the character itself")
    bare = _bare(text)
    if strange := re.search(r"[^\w\s\x21-\x7e]|[\x00-\x08\x0e-\x1f\x7f]", bare):
        raise QuestionError(
            f"{file}: has the character U+{ord(strange[0]):04X} outside a string; take it away, or quote the name"
        )
    if ";" in bare:
        raise QuestionError(f"{file}: has a ';'; a question is one statement, without one")
    first = re.search(r"\w+", bare)
    for words in filter(
        None, (_forbidden(bare), None if first and first[0].upper() in _FIRST else first and first[0])
    ):
        raise QuestionError(
            f"{file}: {' '.join(words.split())} is not allowed; a question is one MATCH … RETURN on this graph"
        )
    if not re.search(r"(?<![\w.:$])RETURN(?!\w)", bare, re.IGNORECASE):
        raise QuestionError(f"{file}: returns nothing; end it in RETURN …")


def _bare(text: str) -> str:
    """The text without what its comments, strings, parameters and quoted names say."""

    def replace(match: re.Match[str]) -> str:
        skip = match["skip"] or "$"
        return {"/": " ", "`": f" {_QUOTED} "}.get(skip[0], " 0 ")

    return TOKEN.sub(replace, text)


def _forbidden(bare: str) -> str | None:
    """The first words that a question may not have."""
    for pattern in (_FILE, _IN_TRANSACTIONS):
        if found := pattern.search(bare):
            return found[1].upper()
    for found in _PROCEDURE.finditer(bare):
        name = re.sub(r"\s", "", found[1])
        if name not in _FULL_TEXT:
            return f"CALL {name}".replace(_QUOTED, "`…`")
    for found in _CLAUSE.finditer(bare):
        before = _BEFORE.search(bare, 0, found.start())
        if before is None or before[1].upper() not in _NAMING:
            return found[1].upper()
    return None
