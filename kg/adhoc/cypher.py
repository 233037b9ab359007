"""A Cypher query of the user's own, on a graph whose store is Neo4j.

found = kg.cypher(graph, "MATCH (a:ArmedGroup) WHERE a.name STARTS WITH $start RETURN a.name", {"start": "Red"})

Four things see to it that nothing is written: the text is looked through; the server's own plan of it, which must be
one that reads; the access mode, in which the server refuses writes; and the transaction is always rolled back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.adhoc.checking import check_cypher, check_procedure
from kg.adhoc.results import Found, Head, Limits, Reading, Row, out_of_time, with_rows
from kg.adhoc.waiting import ServerReading
from kg.graph import Graph
from kg.stores.credentials import Credentials, credentials
from ontology.errors import AttestError, StoppedError, StoreError, UsageError

if TYPE_CHECKING:
    import neo4j

    from kg.stores.place import Place

# Seconds beyond the limit that the server has for ending the query itself; it looks at the clock every two.
_GRACE = 4.0
_READS = "r"
_REFUSED = re.compile(r"(LoadCSV|Show\w*|Terminate\w*|TransactionForeach|TransactionApply)(@|$)")
# What EXPLAIN and a line break before the query add to the place that the server tells.
_EXPLAIN = "EXPLAIN\n"


def cypher(
    graph: Graph,
    text: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    timeout: float = 30.0,
    limit: int | None = 1000,
) -> Found:
    """What a query gives, its values as the driver's: nodes, relationships, paths, lists, maps, dates.

    `timeout` in seconds, `limit` in rows (None: all). Raises UsageError where it is no query or would write,
    StoppedError where its time or the server's memory ran out, StoreError where the server cannot be asked.
    """
    with read_cypher(graph, text, parameters or {}, Limits(timeout, limit)) as reading:
        rows = [tuple(row) for row in reading]
        return Found(list(reading.head.columns), rows, not reading.more)


def read_cypher(graph: Graph, text: str, parameters: Mapping[str, Any], limits: Limits) -> Reading:
    """Start a query; what it gives is read from what comes back. The errors of `cypher`."""
    limits = limits.checked()
    place = graph.settings.store
    if place.kind != "neo4j":
        where = "the embedded store" if place.embedded else place.url
        raise UsageError(f"{where} is asked in SPARQL; use `kg sparql`")
    check_cypher(text)
    try:
        import neo4j  # noqa: F401 - tells early whether it is there
    except ImportError:
        raise StoreError(
            f"{place.url}: this needs neo4j; install it with: pip install 'attest-kg[neo4j]'"
        ) from None
    known = credentials(place.url)
    return _Neo4jReading(place, known, text, parameters, limits)


class _Neo4jReading(ServerReading):
    def __init__(
        self, place: Place, known: Credentials, text: str, parameters: Mapping[str, Any], limits: Limits
    ) -> None:
        self._place, self._known = place, known
        super().__init__(lambda: _rows(place, known, text, parameters, limits), limits, _GRACE)

    def reason(self, error: BaseException, rows: int) -> BaseException:
        """The driver's errors in one line."""
        return _in_words(error, self._place.url, self._known.hidden, self._limits, rows)


def _rows(
    place: Place, known: Credentials, text: str, parameters: Mapping[str, Any], limits: Limits
) -> Iterator[Head | Row]:
    import neo4j

    size = min(1000, limits.rows + 1) if limits.rows else 1000
    with (
        _driver(place, known, limits) as driver,
        driver.session(
            database=place.database or None, default_access_mode=neo4j.READ_ACCESS, fetch_size=size
        ) as session,
        session.begin_transaction(timeout=limits.seconds) as transaction,
    ):
        _check_plan(transaction.run(_EXPLAIN + text, dict(parameters)).consume())
        result = transaction.run(text, dict(parameters))
        yield Head("rows", result.keys())
        for record in result:
            yield record.values()


def _driver(place: Place, known: Credentials, limits: Limits) -> neo4j.Driver:
    import neo4j

    auth = neo4j.bearer_auth(known.token) if known.token else (known.user, known.password) if known else None
    return neo4j.GraphDatabase.driver(
        place.url,
        auth=auth,
        user_agent="attest-kg",
        connection_timeout=min(limits.seconds, 30.0),
        connection_acquisition_timeout=min(limits.seconds, 30.0),
        # Of labels that a small graph has none of, and of costly plans: no concern of whoever reads the rows.
        notifications_min_severity="OFF",
    )


def _check_plan(summary: neo4j.ResultSummary) -> None:
    """Refuse what the server itself says is more than reading; raises UsageError."""
    if summary.query_type != _READS:
        raise UsageError("the query would change the store, and is refused: `kg cypher` only reads")
    steps: list[Any] = [summary.plan or {}]
    while steps:
        step = steps.pop()
        steps += step.get("children", ())
        operator, details = str(step.get("operatorType", "")), str(step.get("args", {}).get("Details", ""))
        if _REFUSED.match(operator):
            raise UsageError(
                f"the query does more than look at the graph ({operator.partition('@')[0]}), and is refused"
            )
        if operator.startswith("ProcedureCall"):
            check_procedure(details.partition("(")[0].strip())


def _in_words(
    error: BaseException, url: str, hidden: Callable[[str], str], limits: Limits, rows: int
) -> BaseException:
    """What the driver raised, as one of ours."""
    from neo4j import exceptions as wrong

    if isinstance(error, AttestError) or not isinstance(
        error, (wrong.Neo4jError, wrong.DriverError, ValueError, TypeError, OverflowError, OSError)
    ):
        return error
    code = str(getattr(error, "code", "") or "")
    message = hidden(str(getattr(error, "message", "") or error))
    if "TransactionTimedOut" in code or "Terminated" in code:
        return out_of_time(limits, rows)
    if "OutOfMemory" in code:
        return StoppedError(
            f"stopped: the query needs more memory than the server gives one{with_rows(rows)}; narrow it"
        )
    if code.endswith("AccessMode"):
        return UsageError("the query would change the store, and is refused: `kg cypher` only reads")
    if isinstance(error, wrong.AuthError) or code.startswith("Neo.ClientError.Security"):
        return StoreError(
            f"{url}: refuses who asks ({_line(message)}); set KG_STORE_USER and KG_STORE_PASSWORD, or KG_STORE_TOKEN"
        )
    if isinstance(error, wrong.ServiceUnavailable | wrong.DriverError | OSError) and not code:
        return StoreError(f"{url}: cannot be asked ({_line(message)}); see that the server runs")
    if code.startswith("Neo.ClientError") or isinstance(error, ValueError | TypeError | OverflowError):
        return UsageError(f"the query cannot be run: {_place(message)}")
    return StoreError(f"{url}: could not answer ({_line(message)})")


def _place(message: str) -> str:
    """The server's words on one line, the place counted from where the query itself begins."""
    first = _line(message)
    return re.sub(
        r"\(line (\d+), column (\d+) \(offset: \d+\)\)",
        lambda match: f"(line {max(int(match[1]) - 1, 1)}, column {match[2]})",
        first,
    )


def _line(message: str) -> str:
    lines = message.strip().splitlines() or [""]
    return lines[0] if len(lines[0]) < 500 else lines[0][:300] + " … " + lines[0][-100:]
