"""A SPARQL query on an endpoint: sent to its query address alone, read as it comes, cut at the limits.

The protocol has no time limit to send along, and servers that take one disagree on its name and unit. At the limit the
connection is closed, which tells a server that nobody waits; a limit of the server's own is the only sure one there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.adhoc.checking import undeclared
from kg.adhoc.child import term
from kg.adhoc.embedded import check_service
from kg.adhoc.results import Head, Limits, Reading, Row
from kg.adhoc.waiting import ServerReading
from kg.stores.credentials import Credentials, credentials
from kg.stores.place import Place
from kg.stores.protocol import Endpoint
from ontology.errors import StoppedError, StoreError, UsageError

if TYPE_CHECKING:
    import urllib3

_RESULTS = ("application/sparql-results+json", "application/json")
_TRIPLES = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}
_ACCEPT = f"{_RESULTS[0]}, application/n-triples;q=0.9, text/turtle;q=0.5"


def read_endpoint(place: Place, text: str, prefixes: Mapping[str, str], limits: Limits) -> Reading:
    """Start a query on an endpoint's query address. Raises UsageError, StoreError, StoppedError."""
    check_service(text, prefixes, limits)
    endpoint = _Asking(place, credentials(place.url), limits.seconds)
    declared = " ".join(f"PREFIX {one}: <{prefixes[one]}>" for one in undeclared(text) if one in prefixes)
    return ServerReading(lambda: endpoint.rows(declared, text), limits)


class _Asking(Endpoint):
    """An endpoint that is asked one query, and lets go of it soon after nothing has come for so many seconds."""

    def __init__(self, place: Place, who: Credentials, seconds: float) -> None:
        super().__init__(place, who)
        self._seconds = seconds
        self._pool.connection_pool_kw["timeout"] = self._http.Timeout(
            connect=min(seconds, 10.0), read=seconds
        )
        # Lines that stand before the query's own.
        self._before = 0

    def rows(self, declared: str, text: str) -> Iterator[Head | Row]:
        """The head, then the rows, as they come."""
        self._before = 1 if declared else 0
        query = f"{declared}\n{text}" if declared else text
        headers = {"Content-Type": "application/sparql-query", "Accept": _ACCEPT}
        try:
            with self._sent(self._query_address, query.encode(), headers) as response:
                yield from self._read(response)
        finally:
            self.close()

    def _read(self, response: urllib3.BaseHTTPResponse) -> Iterator[Head | Row]:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        source: Any = response
        try:
            if kind in _TRIPLES:
                yield Head("triples", ("subject", "predicate", "object"))
                for quad in ox.parse(source, format=_TRIPLES[kind]):
                    yield [term(quad.subject), term(quad.predicate), term(quad.object)]
                return
            if kind not in _RESULTS:
                raise StoreError(
                    f"{self._place.url}: answered with {kind or 'nothing'}, not with results of a query; is this the"
                    " address of a SPARQL endpoint?"
                )
            found = ox.parse_query_results(source, format=ox.QueryResultsFormat.JSON)
            if isinstance(found, ox.QueryBoolean):
                yield Head("boolean", (), bool(found))
                return
            yield Head("rows", [one.value for one in found.variables])
            for solution in found:
                yield [None if one is None else term(one) for one in solution]
        except (SyntaxError, ValueError) as error:
            raise StoreError(
                f"{self._place.url}: the answer is none, or broke off ({' '.join(str(error).split())[:200]})"
            ) from None

    def _refused(self, address: str, response: urllib3.BaseHTTPResponse) -> StoreError:
        if response.status not in (400, 408, 503, 504):
            return super()._refused(address, response)
        words = " ".join(self._who.hidden(response.read(65536).decode("utf-8", "replace")).split())
        if response.status == 400:
            raise UsageError(f"the query cannot be run: {self._placed(words)[:300]}")
        if re.search("(?i)time", words) or response.status != 503:
            raise StoppedError(f"stopped by the server ({words[:200] or response.status}); narrow the query")
        return StoreError(f"{address}: could not do it ({response.status}: {words[:200]})")

    def _placed(self, words: str) -> str:
        """What the server says, its lines counted from where the query itself begins."""
        return re.sub(
            r"(line |error at )(\d+)",
            lambda match: f"{match[1]}{max(int(match[2]) - self._before, 1)}",
            words,
        )
