"""The driver: sessions that may read or write, retries, bookmarks, time limits, and errors in one line.

Every session of a process shares its bookmarks, so it sees what it wrote on whichever member of a cluster it reads;
the last ones are kept in the graph's folder, for the processes that read later.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import neo4j
from neo4j import exceptions

from kg.stores.credentials import credentials
from kg.stores.patience import TIMEOUT, seconds
from kg.stores.place import Place
from ontology.errors import StoreError

_WRITE_SECONDS = 1800.0
_CONNECT_SECONDS = 10.0
_RETRY_SECONDS = 60.0
# Commits whose outcome is unknown, because the server went away while it answered, are tried again so many times.
_UNKNOWN = 3
_OWN = "for one of your own set SSL_CERT_FILE to its authority's"
# The driver's own log is for those who ask for it: without a handler, Python prints warnings to the terminal.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

Given = TypeVar("Given")


class Connection:
    """A database of a Neo4j server or cluster. Every error is a StoreError that names the address."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place = place
        self._held = credentials(place.url)
        self._bookmarks_file = folder / "store.bookmarks"
        self._saved = frozenset(self._kept())
        self._question = seconds()
        self.bookmarks = neo4j.GraphDatabase.bookmark_manager(neo4j.Bookmarks.from_raw_values(self._saved))
        try:
            self._driver = neo4j.GraphDatabase.driver(
                place.url,
                auth=self._auth(),
                user_agent="attest-kg",
                connection_timeout=_CONNECT_SECONDS,
                connection_acquisition_timeout=_CONNECT_SECONDS * 2,
                max_transaction_retry_time=_RETRY_SECONDS,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )
        except (exceptions.DriverError, ValueError) as error:
            raise self.told(error) from error
        try:
            # Later the driver tries again for a minute; whoever mistyped an address need not wait that long.
            self._driver.verify_connectivity()
        except (exceptions.Neo4jError, exceptions.DriverError, OSError) as error:
            self._driver.close()
            raise self.told(error) from error

    def _auth(self) -> Any:
        if self._held.token:
            return neo4j.bearer_auth(self._held.token)
        return neo4j.basic_auth(self._held.user, self._held.password) if self._held.user else None

    def _session(self, access: str, fetch: int = 1000) -> neo4j.Session:
        return self._driver.session(
            database=self.place.database or None,
            default_access_mode=access,
            bookmark_manager=self.bookmarks,
            fetch_size=fetch,
        )

    def read(self, text: str, parameters: Mapping[str, Any] | None = None) -> tuple[list[str], list[Any]]:
        """The columns and rows of a query that may not write, within the time limit of a question."""

        @neo4j.unit_of_work(timeout=self._question)
        def work(transaction: neo4j.ManagedTransaction) -> tuple[list[str], list[Any]]:
            result = transaction.run(text, dict(parameters or {}))
            return list(result.keys()), [record.values() for record in result]

        try:
            with self._session(neo4j.READ_ACCESS, fetch=-1) as session:
                return session.execute_read(work)
        except exceptions.Neo4jError as error:
            if not _is_stale(error) or not self._forget():
                raise self.told(error) from error
        except (exceptions.DriverError, OSError) as error:
            raise self.told(error) from error
        return self.read(text, parameters)

    def stream(self, text: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The rows of a query that may not write, as they come, however long it takes."""
        try:
            with self._session(neo4j.READ_ACCESS) as session:
                for record in session.run(neo4j.Query(text), parameters):  # type: ignore[arg-type]
                    yield record.values()
        except (exceptions.Neo4jError, exceptions.DriverError, OSError) as error:
            raise self.told(error) from error

    def write(self, work: Callable[[neo4j.ManagedTransaction], Given]) -> Given:
        """Do all of the work or nothing of it; it may be done again after it was done, so it must bear that."""
        bounded = neo4j.unit_of_work(timeout=_WRITE_SECONDS)(work)
        for attempt in range(1, _UNKNOWN + 1):
            try:
                with self._session(neo4j.WRITE_ACCESS) as session:
                    return session.execute_write(bounded)
            except exceptions.IncompleteCommit as error:
                if attempt == _UNKNOWN:
                    raise self.told(error) from error
            except (exceptions.Neo4jError, exceptions.DriverError, OSError) as error:
                raise self.told(error) from error
        raise AssertionError  # the loop returns or raises

    def alter(self, text: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Change the schema, or much in transactions of its own."""
        try:
            with self._session(neo4j.WRITE_ACCESS) as session:
                session.run(neo4j.Query(text), parameters).consume()  # type: ignore[arg-type]
        except (exceptions.Neo4jError, exceptions.DriverError, OSError) as error:
            raise self.told(error) from error

    def close(self) -> None:
        """Let go of the server."""
        self._driver.close()

    # Bookmarks

    @property
    def saved(self) -> bool:
        """Whether readers in other processes will wait for all that this one wrote."""
        return frozenset(self.bookmarks.get_bookmarks()) == self._saved

    def save(self) -> None:
        """Leave the bookmarks for readers in other processes."""
        now = frozenset(self.bookmarks.get_bookmarks())
        beside = self._bookmarks_file.with_name(f"{self._bookmarks_file.name}.{os.getpid()}")
        try:
            beside.write_text(json.dumps({**self._here(), "bookmarks": sorted(now)}), "utf-8")
            os.replace(beside, self._bookmarks_file)
        except OSError as error:
            raise StoreError(f"{self._bookmarks_file}: cannot be written ({error.strerror})") from None
        self._saved = now

    def _here(self) -> dict[str, str]:
        return {"url": self.place.url, "database": self.place.database}

    def _kept(self) -> list[str]:
        """Those that the last writer left, if it wrote to the same database."""
        try:
            held = json.loads(self._bookmarks_file.read_text("utf-8"))
            return list(held["bookmarks"]) if held.items() >= self._here().items() else []
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return []

    def _forget(self) -> bool:
        """Go on without bookmarks, for the database is not the one that gave them; whether there were any."""
        had = bool(set(self.bookmarks.get_bookmarks()))
        self.bookmarks = neo4j.GraphDatabase.bookmark_manager()
        self._saved = frozenset()
        return had

    # Errors

    def told(self, error: Exception) -> StoreError:
        """An error of the driver or the server, as one line: what, where, what to do."""
        reason = self._held.hidden(_reason(error, self.place.url.startswith("neo4j+s:")))
        return StoreError(f"{self.place.url}: {reason}")


def _reason(error: Exception, checked: bool) -> str:
    code = getattr(error, "code", None) or ""
    message = " ".join(str(getattr(error, "message", None) or error).split())
    if isinstance(error, exceptions.AuthError) or code.startswith("Neo.ClientError.Security."):
        if code.endswith(("Unauthorized", "AuthenticationRateLimit", "TokenExpired")):
            return "user or password refused; set KG_STORE_USER and KG_STORE_PASSWORD, or KG_STORE_TOKEN"
        return f"not allowed ({message}); ask the database's owner for the right to do it"
    if isinstance(error, exceptions.IncompleteCommit):
        return "the connection broke while a change was made; run the command again, nothing is lost"
    if isinstance(error, exceptions.ServiceUnavailable | exceptions.SessionExpired | OSError):
        if "SSLCertVerificationError" in message:
            return f"its certificate is not trusted; {_OWN}"
        # With routing the driver keeps to itself why no server would do.
        certificate = f", and its certificate: {_OWN}" if checked else ""
        return f"cannot be reached ({message}); check the address and that the server runs{certificate}"
    if code == "Neo.ClientError.Statement.AccessMode":
        return "a question may not write; only `kg` itself changes the graph"
    if code in (
        "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase",
        "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
    ):
        return f"may not be written ({message}); make the database writable and run the command again"
    if code == "Neo.ClientError.Database.DatabaseNotFound":
        return f"{message}; name an existing one as the store's database"
    if "TransactionTimedOut" in code or code.endswith("LockClientStopped"):
        return (
            f"took longer than the server or {TIMEOUT} allows; set {TIMEOUT} to more seconds, or ask for less"
        )
    if "Terminated" in code:
        return "the server's owner or the server ended it; try again"
    if code.startswith("Neo.TransientError."):
        return f"{message}; try again later"
    if isinstance(error, exceptions.ConfigurationError | ValueError):
        return f"cannot be used ({message}); see docs/stores.md"
    return f"{message or type(error).__name__} ({code or 'driver'}); `kg rebuild` makes the store anew from the ledger"


def _is_stale(error: exceptions.Neo4jError) -> bool:
    """Whether a bookmark is not this database's, as after it was restored or made anew."""
    code = error.code or ""
    return "InvalidBookmark" in code or "BookmarkTimeout" in code
