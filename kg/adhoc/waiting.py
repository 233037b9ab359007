"""Reading what a server sends without waiting for it longer than the limit allows, whatever the server does."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from kg.adhoc.results import Head, Limits, Reading, Row, out_of_time, too_large

# Rows that may wait to be taken.
_WAITING = 500
# Seconds that may go into finding out whether there is a row more than were wanted.
_ONE_MORE = 1.0
_END = object()


class ServerReading(Reading):
    """What a server sends, read by a thread of its own.

    `work` gives the head, then the rows, and lets go of the server when it is closed. `grace` are the seconds beyond
    the limit in which the server, told of it, may end the query itself. A thread that is still waiting then is left
    behind: it ends when the server says something, or with the process.
    """

    def __init__(self, work: Callable[[], Iterator[Head | Row]], limits: Limits, grace: float = 0.0) -> None:
        self._work, self._limits, self._count = work, limits, 0
        self._ends = time.monotonic() + limits.seconds + grace
        self._queue: queue.Queue[Any] = queue.Queue(_WAITING)
        self._unwanted = threading.Event()
        self._thread = threading.Thread(target=self._read, name="query", daemon=True)
        self._thread.start()
        try:
            self.head = self._next()
        except BaseException:
            self.close()
            raise

    def _read(self) -> None:
        try:
            with contextlib.closing(self._work()) as items:  # type: ignore[type-var]
                for item in items:
                    if not self._put(item):
                        return
            self._put(_END)
        except BaseException as error:  # noqa: BLE001 - raised again where rows are taken
            self._put(error)

    def _put(self, item: Any) -> bool:
        while not self._unwanted.is_set():
            with contextlib.suppress(queue.Full):
                self._queue.put(item, timeout=0.1)
                return True
        return False

    def _next(self, seconds: float | None = None) -> Any:
        left = self._ends - time.monotonic() if seconds is None else seconds
        try:
            item = self._queue.get(timeout=max(left, 0.001))
        except queue.Empty:
            raise out_of_time(self._limits, self._count) from None
        if isinstance(item, BaseException):
            raise self.reason(item, self._count) from item
        return item

    def reason(self, error: BaseException, rows: int) -> BaseException:
        """What to raise for what went wrong in the thread after so many rows."""
        return error

    def __iter__(self) -> Iterator[Row]:
        size = 0
        while (row := self._next()) is not _END:
            if self._limits.size is not None:
                size += len(str(row))
                if size > self._limits.size:
                    raise too_large(self._count)
            self._count += 1
            yield row
            if self._count == self._limits.rows:
                self.more = self._one_more()
                return

    def _one_more(self) -> bool:
        """Whether there is another row; yes where that cannot be told soon."""
        try:
            left = min(_ONE_MORE, max(self._ends - time.monotonic(), 0.05))
            return self._queue.get(timeout=left) is not _END
        except queue.Empty:
            return True

    def close(self) -> None:
        """Want no more of it."""
        self._unwanted.set()
        self._thread.join(1.0)
