"""Text on its way into a store: gathered into chunks, each loaded in the background while the next is made."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

# Chunks that may wait for the loading thread: more would only move the wait into memory.
_WAITING = 1


class Chunks:
    """Takes text and has it loaded, about `size` characters at once, by one thread of its own.

    Loading and making overlap where loading waits or releases the interpreter. What loading raises is raised by the
    next call; what comes after it is not loaded.
    """

    def __init__(self, load: Callable[[str], None], size: int) -> None:
        self._load, self._most = load, size
        self._chunks: queue.Queue[str | threading.Event | None] = queue.Queue(_WAITING)
        self._pending: list[str] = []
        self._size = 0
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="store-loader", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (chunk := self._chunks.get()) is not None:
            if isinstance(chunk, threading.Event):
                chunk.set()
            elif self._error is None:
                try:
                    self._load(chunk)
                except BaseException as error:  # noqa: BLE001 - raised again in the writing thread
                    self._error = error

    def take(self, lines: str) -> None:
        """Take some text."""
        self._check()
        self._pending.append(lines)
        self._size += len(lines)
        if self._size >= self._most:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._pending:
            self._chunks.put("".join(self._pending))
        self._pending, self._size = [], 0

    def flush(self) -> None:
        """Wait until all that was taken so far is loaded."""
        self._hand_over()
        done = threading.Event()
        self._chunks.put(done)
        done.wait()
        self._check()

    def finish(self) -> None:
        """Wait until all that was taken is loaded."""
        self._hand_over()
        self._end()
        self._check()

    def abandon(self) -> None:
        """Stop; what was taken and is not being loaded yet is dropped."""
        if self._error is None:
            self._error = RuntimeError("abandoned")
        self._end()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._chunks.put(None)
            self._thread.join()

    def _check(self) -> None:
        if self._error is not None:
            raise self._error
