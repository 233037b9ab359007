"""The process that runs one SPARQL query on a checkpoint, and that may be killed at any moment.

The engine has no time limit, a query may take all memory, and deep nesting overflows its parser's stack: none of that
may happen in a process that anybody needs. Run as a script of its own, on the standard library and the engine alone.

Standard input has the job as JSON; without a database the query is only looked at. Standard output has a line each:
{"head": [kind, columns, boolean]}, rows as lists of terms, {"enough": true} once the row limit is reached, and
{"end": more} or {"error": kind, "message": …}.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from typing import Any

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
LANGUAGE_STRINGS = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString",
)
# A row that is longer than this is no row to read.
_LONGEST = 32_000_000


def main() -> None:
    """Run the job, and say how it ended."""
    job = json.loads(sys.stdin.buffer.read())
    _limit(job["seconds"])
    try:
        _run(job)
    except MemoryError:
        _say({"error": "memory", "message": ""})
    except (SyntaxError, ValueError) as error:
        _say({"error": "syntax", "message": str(error)})
    except (OSError, RuntimeError) as error:
        _say({"error": "store", "message": str(error)})


def _limit(seconds: float) -> None:
    """Bound this process by the clock, even where the one that started it is gone, and leave no core dump."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + 5)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(megabytes: int) -> None:
    """Let this process take so much more than it has; where the system cannot tell what that is, so much in all."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        taken = 0
        with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as file:
            taken = int(file.read().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (taken + megabytes * 1_000_000,) * 2)


def _run(job: dict[str, Any]) -> None:
    import pyoxigraph as ox

    from queries.in_sparql import without_service

    text, prefixes = job["text"], job["prefixes"]
    without = without_service(text)
    if without != text:
        try:
            ox.Store().query(without, prefixes=prefixes)
        except SyntaxError as error:
            _say({"error": "service", "message": str(error)})
            return
    if job["turtle"]:
        store = ox.Store()
        store.bulk_load(path=job["turtle"], format=ox.RdfFormat.TURTLE)
    elif job["checkpoint"]:
        store = ox.Store.read_only(job["checkpoint"])
    else:
        _say({"end": False})
        return
    _limit_memory(job["memory"])
    found = store.query(text, prefixes=prefixes)
    if isinstance(found, ox.QueryBoolean):
        _say({"head": ["boolean", [], bool(found)]})
        _say({"end": False})
        return
    if isinstance(found, ox.QuerySolutions):
        _say({"head": ["rows", [one.value for one in found.variables], None]})
    else:
        _say({"head": ["triples", ["subject", "predicate", "object"], None]})
    _send(found, job["rows"], job["size"])


def _send(found: Any, limit: int | None, size: int | None) -> None:
    """Send rows as they come: whoever waits gets all that were found before the end, whatever that is."""
    sent = 0
    for count, row in enumerate(found):
        if count == limit:
            _say({"end": True})
            return
        line = json.dumps([None if one is None else term(one) for one in row]).encode()
        sent += len(line)
        if len(line) > _LONGEST or (size is not None and sent > size):
            _say({"error": "size", "message": ""})
            return
        _write(line)
        if count + 1 == limit:
            _say({"enough": True})
    _say({"end": False})


def term(one: Any) -> dict[str, Any]:
    """A term as SPARQL's JSON results have it."""
    kind = type(one).__name__
    if kind == "NamedNode":
        return {"type": "uri", "value": one.value}
    if kind == "BlankNode":
        return {"type": "bnode", "value": one.value}
    if kind == "Triple":
        names = ("subject", "predicate", "object")
        return {"type": "triple", "value": {name: term(part) for name, part in zip(names, one, strict=True)}}
    written = {"type": "literal", "value": one.value}
    if one.language:
        written["xml:lang"] = one.language
    if one.datatype.value != XSD_STRING and one.datatype.value not in LANGUAGE_STRINGS:
        written["datatype"] = one.datatype.value
    return written


def _say(what: dict[str, Any]) -> None:
    _write(json.dumps(what).encode())


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        # Nobody reads any more.
        signal.raise_signal(signal.SIGKILL)
