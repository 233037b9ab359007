"""The SPARQL 1.1 protocols over HTTP: queries, updates, and the graph store protocol, as the standard has them.

Answers are read as SPARQL JSON by the engine's own parser, so that a server's terms are those of the embedded store.
Redirects are not followed: a server elsewhere is never shown credentials. What fails is a StoreError in one line.
"""

from __future__ import annotations

import base64
import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from kg.stores.contract import Solutions
from kg.stores.credentials import PASSWORD, TOKEN, USER, Credentials
from kg.stores.patience import TIMEOUT, seconds
from kg.stores.place import Place
from ontology.errors import StoreError

if TYPE_CHECKING:
    import urllib3

_CONNECTING = 10.0
# Bytes of an answer that is kept whole; what is larger is asked for in pages.
_MOST = 512 * 1024 * 1024
_BLOCK = 256 * 1024
_RESULTS = "application/sparql-results+json"
# After these pauses a request is sent again where its connection failed: every request of ours may be sent twice.
_PAUSES = (0.1, 0.5)
# A server that is too busy says for how many seconds; a longer wait is the caller's to decide.
_LONGEST_WAIT = 10


class Endpoint:
    """The addresses of one endpoint, with connections that are kept open between requests.

    `named` restricts queries to one named graph. Safe to use from several threads.
    """

    def __init__(self, place: Place, who: Credentials) -> None:
        self._place, self._who = place, who
        self._http = _urllib3()
        self._seconds = seconds()
        self._pool = self._http.PoolManager(maxsize=4, retries=False)
        self._authorization = _authorization(who)
        self._query_address = _with(place.url, {"default-graph-uri": place.named} if place.named else {})

    def solutions(self, query: str) -> Solutions:
        """What a SELECT gives, all of it at once."""
        with self._asked(query) as (response, address):
            body = response.read(_MOST + 1)
            if len(body) > _MOST:
                raise StoreError(f"{address}: the answer is longer than {_MOST:,} bytes; ask for fewer rows")
            found = self._parsed(body, address, ox.QuerySolutions)
            try:
                with _whole(address):
                    return Solutions([one.value for one in found.variables], list(found))
            finally:
                # An error keeps this frame; the engine's results may be dropped by this thread alone.
                del found

    def ask(self, query: str) -> bool:
        """What an ASK gives."""
        with self._asked(query) as (response, address):
            return bool(self._parsed(response.read(_MOST), address, ox.QueryBoolean))

    def stream(self, query: str) -> Iterator[ox.QuerySolution]:
        """What a SELECT gives, read as it arrives; in memory there is one row at a time."""
        with self._asked(query) as (response, address):
            found = self._parsed(response, address, ox.QuerySolutions)
            try:
                with _whole(address):
                    yield from found
            finally:
                del found

    def update(self, text: str) -> None:
        """Run an update."""
        address = self._place.update_address()
        with self._sent(address, text.encode(), {"Content-Type": "application/sparql-update"}):
            pass

    def add(self, turtle: bytes) -> None:
        """Add Turtle to the graph by the graph store protocol."""
        which = f"graph={quote(self._place.named, safe='')}" if self._place.named else "default"
        address = self._place.data
        address += ("&" if "?" in address else "?") + which
        with self._sent(address, turtle, {"Content-Type": "text/turtle"}):
            pass

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    @contextlib.contextmanager
    def _asked(self, query: str) -> Iterator[tuple[urllib3.BaseHTTPResponse, str]]:
        headers = {"Content-Type": "application/sparql-query", "Accept": _RESULTS}
        with self._sent(self._query_address, query.encode(), headers) as response:
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if kind not in (_RESULTS, "application/json"):
                raise StoreError(
                    f"{self._place.url}: answered with {_first_line(kind) or 'nothing'}, not with results of a query;"
                    " is this the address of a SPARQL endpoint?"
                )
            yield response, self._place.url

    def _parsed(self, source: Any, address: str, kind: type[Any]) -> Any:
        with _whole(address):
            results = ox.parse_query_results(source, format=ox.QueryResultsFormat.JSON)
        if not isinstance(results, kind):
            raise StoreError(f"{address}: the answer is not of the kind that was asked for")
        return results

    @contextlib.contextmanager
    def _sent(self, address: str, body: bytes, headers: dict[str, str]) -> Iterator[urllib3.BaseHTTPResponse]:
        """The response to a request, which is a success; also what fails while it is read is a StoreError."""
        errors = self._http.exceptions
        response = self._send(address, body, headers)
        try:
            yield response
            response.drain_conn()
            response.release_conn()  # for the next request
        except errors.HTTPError as error:
            raise self._unreachable(address, error) from None
        finally:
            if not response.closed:
                response.close()  # what was not read to its end cannot be used again

    def _send(self, address: str, body: bytes, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        errors = self._http.exceptions
        # The library sends under the time-out for connecting, each block by itself: a server that is busy with what it
        # was sent may let a large body wait.
        blocks = [body[start : start + _BLOCK] for start in range(0, len(body), _BLOCK)]
        connecting = min(self._seconds, _CONNECTING) if len(blocks) == 1 else self._seconds
        timeout = self._http.Timeout(connect=connecting, read=self._seconds)
        headers = {
            **headers,
            **self._authorization,
            "Content-Length": str(len(body)),
            "User-Agent": "attest-kg",
        }
        pauses = list(_PAUSES)
        while True:
            try:
                response: urllib3.BaseHTTPResponse = self._pool.request(
                    "POST",
                    address,
                    body=blocks,
                    headers=headers,
                    timeout=timeout,
                    preload_content=False,
                    decode_content=False,
                    redirect=False,
                    retries=False,
                )
                if response.status < 300:
                    return response
                wait = _asked_to_wait(response)
                if not pauses or wait is None:
                    raise self._refused(address, response)
                pauses.pop(0)
                response.close()
            except (errors.NewConnectionError, errors.ProtocolError) as error:
                if not pauses or _is_late(error):
                    raise self._unreachable(address, error) from None
                wait = pauses.pop(0)
            except errors.HTTPError as error:
                raise self._unreachable(address, error) from None
            time.sleep(wait)

    def _unreachable(self, address: str, error: Exception) -> StoreError:
        errors = self._http.exceptions
        late = errors.ConnectTimeoutError | errors.ReadTimeoutError
        if _is_late(error) or (isinstance(error, late) and not isinstance(error, errors.NewConnectionError)):
            return StoreError(
                f"{address}: did not answer within {self._seconds:g} seconds; try again, or set {TIMEOUT} to"
                " more seconds"
            )
        if isinstance(error, errors.SSLError):
            return StoreError(
                f"{address}: its certificate or encryption is not trusted ({self._told(error)}); for a certificate of"
                " your own set SSL_CERT_FILE to its authority's"
            )
        if isinstance(error, errors.NewConnectionError):
            return StoreError(f"{address}: cannot be reached ({self._told(error)}); is the server running?")
        return StoreError(f"{address}: the connection broke off ({self._told(error)}); try again")

    def _refused(self, address: str, response: urllib3.BaseHTTPResponse) -> StoreError:
        """What a response that is no success means, and what to do."""
        status = response.status
        try:
            words = response.read(65536).decode("utf-8", "replace")
        except self._http.exceptions.HTTPError:
            words = ""
        finally:
            response.close()
        if status == 401:
            if self._who:
                return StoreError(
                    f"{address}: refused the user or password (401); check {USER} and {PASSWORD}, {TOKEN}, or the"
                    " keyring"
                )
            return StoreError(f"{address}: asks who you are (401); set {USER} and {PASSWORD}, or {TOKEN}")
        if status == 403:
            return StoreError(f"{address}: does not allow this (403); use an address and a user that may")
        if status in (404, 410):
            return StoreError(f"{address}: there is no such address ({status}); check it")
        if 300 <= status < 400:
            where = _first_line(response.headers.get("Location", "elsewhere"))
            return StoreError(f"{address}: points to {where} ({status}); give that address if you trust it")
        if status in (405, 415):
            return StoreError(
                f"{address}: takes no such request ({status}); is it the right address of the endpoint?"
            )
        if status == 413:
            return StoreError(f"{address}: the request is too large for it (413); allow larger ones there")
        # A page in HTML is for people; its first line says nothing.
        said = "" if "<html" in words[:1000].lower() else _first_line(self._who.hidden(words))
        return StoreError(f"{address}: could not do it ({status}{': ' if said else ''}{said})")

    def _told(self, error: Exception) -> str:
        """What the system said, which is the last part of a library's message or an error inside it."""
        inner = next((one for one in error.args if isinstance(one, Exception)), error)
        said = str(inner).rpartition(": ")[2] or type(inner).__name__
        return _first_line(self._who.hidden(said))


def _urllib3() -> Any:
    try:
        import urllib3
    except ImportError:
        raise StoreError(
            "a SPARQL endpoint as store needs urllib3; install it with: pip install 'attest-kg[sparql]'"
        ) from None
    return urllib3


def _authorization(who: Credentials) -> dict[str, str]:
    if who.token:
        if not all("!" <= character <= "~" for character in who.token):
            raise StoreError(f"{TOKEN} holds a character that no bearer token has; check it")
        return {"Authorization": f"Bearer {who.token}"}
    if who.user:
        if ":" in who.user:
            raise StoreError(f"{USER} holds a colon, which basic authentication cannot carry")
        pair = base64.b64encode(f"{who.user}:{who.password}".encode()).decode("ascii")
        return {"Authorization": f"Basic {pair}"}
    return {}


def _with(address: str, parameters: dict[str, str]) -> str:
    if not parameters:
        return address
    return address + ("&" if "?" in address else "?") + urlencode(parameters)


@contextlib.contextmanager
def _whole(address: str) -> Iterator[None]:
    """Say so where what is read is not whole: servers end an answer that takes too long in the middle."""
    try:
        yield
    except (SyntaxError, ValueError) as error:
        reason = _first_line(str(error))
        raise StoreError(f"{address}: the answer is no SPARQL JSON, or broke off ({reason})") from None


def _is_late(error: Exception) -> bool:
    """Whether a connection broke because its time was up."""
    return any(isinstance(one, TimeoutError) for one in error.args)


def _asked_to_wait(response: urllib3.BaseHTTPResponse) -> float | None:
    """How long a server that is busy asks to wait, in seconds; None where it does not ask, or for too long."""
    after = response.headers.get("Retry-After", "")
    if response.status not in (429, 502, 503) or not after.isdecimal() or int(after) > _LONGEST_WAIT:
        return None
    return float(after)


def _first_line(words: str) -> str:
    """The first line that says something, short and without control characters."""
    for line in words.splitlines():
        if found := " ".join("".join(c if c.isprintable() else " " for c in line).split()):
            return found[:200]
    return ""
