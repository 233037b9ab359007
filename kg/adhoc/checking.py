"""Refuses, before anything is sent to an engine, queries of the user's own that write or reach other servers.

These are the checks that say best what is wrong; behind each stands what holds whatever the text: an engine or an
address that cannot write.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ontology.errors import UsageError
from queries import in_sparql

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


def undeclared(text: str, known: Collection[str]) -> list[str]:
    """Prefixes that the query uses and nobody declares, sorted."""
    bare = without_words(text)
    return sorted(set(_USED.findall(bare)) - set(_DECLARED.findall(bare)) - set(known) - {"_"})


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


SERVICE_REFUSED = "SERVICE would send a part of the query to another server, and is refused; leave it out"
