"""Refuses, before anything is sent to an engine, queries of the user's own that write or reach other servers.

These are the checks that say best what is wrong; behind each stands what holds whatever the text: an engine or an
address that cannot write.
"""

from __future__ import annotations

import re

from ontology.errors import UsageError
from queries import in_cypher, in_sparql

SERVICE_REFUSED = "SERVICE would send a part of the query to another server, and is refused; leave it out"

_LONGEST = 1_000_000

_PROLOGUE = re.compile(r"\A\s*(?:(?:PREFIX\s*[^\s:]*:|BASE)\s*)*", re.I)
_UPDATES = re.compile(r"(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)(?![\w:-])", re.I)
_SERVICE = re.compile(r"(?<![\w:?$-])SERVICE(?![\w:-])", re.I)
# Engines that read escapes before all else see the character; others do not: such a query means two things.
_ESCAPED_ASCII = re.compile(r"\\u00[0-7][0-9a-f]|\\U000000[0-7][0-9a-f]", re.I)
_DECLARED = re.compile(r"PREFIX\s+([^\s:<]*):", re.I)
_USED = re.compile(r"(?<![\w:?$@<.-])([A-Za-z][\w.-]*):")


def check_sparql(text: str) -> None:
    """Refuse updates, SERVICE, and what only looks like a query; raises UsageError saying which."""
    _check_text(text)
    if _ESCAPED_ASCII.search(text):
        raise UsageError("the query has a \\u escape of a plain character; write the character itself")
    bare = without_words(text)
    begins = _PROLOGUE.sub("", bare, count=1)
    if found := _UPDATES.match(begins):
        raise UsageError(f"{found[1].upper()} would change the store, and is refused: `kg sparql` only reads")
    if not begins.strip():
        raise UsageError("the query is empty; give a SELECT, ASK, CONSTRUCT or DESCRIBE")
    if _SERVICE.search(bare):
        raise UsageError(SERVICE_REFUSED)


def undeclared(text: str) -> list[str]:
    """Prefixes that the query uses and does not declare, sorted."""
    bare = without_words(text)
    return sorted(set(_USED.findall(bare)) - set(_DECLARED.findall(bare)) - {"_"})


def without_words(text: str) -> str:
    """A SPARQL query with spaces for its comments, IRIs and strings."""
    return in_sparql.TOKEN.sub(lambda match: match[0] if match["name"] else " ", text)


def _check_text(text: str) -> None:
    if len(text) > _LONGEST:
        raise UsageError(f"a query of {len(text):,} characters; {_LONGEST:,} are the most")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("the query is not valid Unicode") from None
    if "\x00" in text:
        raise UsageError("the query holds a null character; remove it")


# What a query may call: what looks at the graph alone. Others read files, send requests, change settings, or run a
# query that is hidden in a string.
_PROCEDURES = re.compile(
    r"db\.(labels|relationshiptypes|propertykeys|ping|info|schema\.(visualization|nodetypeproperties|reltypeproperties)"
    r"|index\.(fulltext|vector)\.query(nodes|relationships)|index\.fulltext\.listavailableanalyzers)"
    r"|apoc\.(algo|neighbors|path|meta)\.[\w.]+"
)
_FUNCTIONS = re.compile(
    r"(date|time|datetime|localtime|localdatetime|duration|point|vector|graph)\.\w+|db\.namefromelementid"
    r"|apoc\.(agg|any|bitwise|coll|convert|data|date|diff|hashing|label|map|math|meta|node|nodes|number|path|rel|schema"
    r"|scoring|stats|temporal|text|util)\.[\w.]+"
)
_GAP = "[\\s\u180e]"
# Without a dot it is no procedure, but what follows a variable called call.
_NAME = rf"\w+(?:{_GAP}*\.{_GAP}*\w+)+"
_LOAD_CSV = re.compile(rf"(?<![\w.:$])LOAD{_GAP}+CSV(?!\w)", re.I)
_CALLED = re.compile(rf"(?<![\w.:$])CALL{_GAP}+({_NAME})", re.I)
_DOTTED = re.compile(rf"(?<![\w.$])({_NAME}){_GAP}*\(")
_BACKTICKS = re.compile(r"`(\w+)`")


def check_cypher(text: str) -> None:
    """Refuse several statements, reading files, and procedures and functions that do more than look at the graph.

    Raises UsageError saying which. What writes is for the server to refuse.
    """
    _check_text(text)
    if re.search(r"\\u", text):
        raise UsageError("the query has a \\u escape; write the character itself")
    bare = in_cypher.TOKEN.sub(_bare, text)
    if not bare.strip():
        raise UsageError("the query is empty; give a MATCH … RETURN …")
    if ";" in bare.strip().removesuffix(";"):
        raise UsageError("the query holds a semicolon: several statements; give one")
    if _LOAD_CSV.search(bare):
        raise UsageError("LOAD CSV would read a file or another server, and is refused; leave it out")
    called = [_joined(found[1]) for found in _CALLED.finditer(bare)]
    for name in called:
        check_procedure(name)
    for found in _DOTTED.finditer(bare):
        name = _joined(found[1])
        if name not in called and not _FUNCTIONS.fullmatch(name.lower()):
            raise UsageError(
                f"{name} may do more than look at the graph, and is refused; `kg cypher` only reads"
            )


def check_procedure(name: str) -> None:
    """Refuse a procedure that does more than look at the graph."""
    if not _PROCEDURES.fullmatch(name.lower()):
        raise UsageError(
            f"the procedure {name} may do more than look at the graph, and is refused; `kg cypher` only reads"
        )


def _bare(match: re.Match[str]) -> str:
    if match["name"]:
        return match[0]
    name = _BACKTICKS.fullmatch(match["skip"])
    return name[1] if name else " "


def _joined(name: str) -> str:
    return re.sub(_GAP, "", name)
