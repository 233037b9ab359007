"""What a query of the user's own gives, while it is being read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, TypeAlias

from ontology.errors import StoppedError, UsageError

Row: TypeAlias = Sequence[Any]
"""Values in the order of the columns, None where there is none: in SPARQL terms as SPARQL's JSON results have them, a
mapping with `type` and `value`; in Cypher what the driver gives."""


HELD = 200_000_000
"""Bytes of results that are held at once, where all must be there before anything is shown."""


class Limits(NamedTuple):
    """When a query is stopped: after `seconds`, `rows` (None: never), `memory` in megabytes of the process that runs
    it, or `size` in bytes of results (None: any number).
    """

    seconds: float = 30.0
    rows: int | None = 1000
    memory: int = 2000
    size: int | None = None

    def checked(self) -> Limits:
        """These, if they are limits; raises UsageError where one is none."""
        if not 0 < self.seconds <= 1_000_000:
            raise UsageError(f"a time limit of {self.seconds} s is none; give a number of seconds above 0")
        if self.rows is not None and self.rows < 1:
            raise UsageError(f"a limit of {self.rows} rows is none; give 1 or more")
        if self.memory < 100:
            raise UsageError(f"{self.memory} MB of memory are too few to start with; give 100 or more")
        return self


class Head(NamedTuple):
    """What comes: rows of named columns, triples (of the columns subject, predicate, object), or a yes or no."""

    kind: Literal["rows", "triples", "boolean"]
    columns: Sequence[str]
    boolean: bool | None = None


class Reading(ABC):
    """A query that is running: its head, then its rows as they come, once. Use it in a `with` statement.

    After the last row `more` says that the row limit ended it and there are, or may be, others. Raises StoppedError
    where time, memory or size ended it; the rows before are good.
    """

    head: Head
    more = False

    @abstractmethod
    def __iter__(self) -> Iterator[Row]: ...

    @abstractmethod
    def close(self) -> None:
        """End the query, if it still runs."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Found(NamedTuple):
    """All that a query gave: rows in the order of `columns`; `complete` unless the row limit ended it.

    Of an ASK the answer is `boolean`; there are no rows then.
    """

    columns: list[str]
    rows: list[tuple[Any, ...]]
    complete: bool = True
    boolean: bool | None = None


def out_of_time(limits: Limits, rows: int) -> StoppedError:
    """That a query was stopped by its time limit."""
    return StoppedError(
        f"stopped after {limits.seconds:g} s{with_rows(rows)}; narrow the query or raise the time limit"
    )


def too_large(rows: int) -> StoppedError:
    """That there is more than can be held at once."""
    return StoppedError(
        f"stopped: more results than can be shown at once{with_rows(rows)}; ask for less, or for csv or json"
    )


def with_rows(rows: int) -> str:
    """How many rows came before something ended the query."""
    return f", with {rows:,} row{'' if rows == 1 else 's'}" if rows else ""
