"""A SPARQL query on the embedded store: in a process of its own on a checkpoint, killed when a limit is reached."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from kg.adhoc import child
from kg.adhoc.checking import SERVICE_REFUSED
from kg.adhoc.results import Head, Limits, Reading, Row, out_of_time, too_large, with_rows
from ontology.errors import StoppedError, StoreError, UsageError

# Seconds that may go into finding out whether there is a row more than were wanted.
_ONE_MORE = 1.0


class Closing(Protocol):
    """What is let go of by `close`."""

    def close(self) -> None:
        """Let go of it."""
        ...


class ChildReading(Reading):
    """What a child process finds in a checkpoint or a file of Turtle.

    Raises UsageError where the query is none, StoreError where the engine fails. `held` is closed with it: an open
    store keeps its checkpoint from being removed.
    """

    def __init__(
        self,
        database: Path | None,
        text: str,
        prefixes: Mapping[str, str],
        limits: Limits,
        held: Closing | None = None,
    ) -> None:
        self._text, self._limits, self._count, self._held = text, limits, 0, held
        self._expired = self._enough = False
        self._ends = time.monotonic() + limits.seconds
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._process = subprocess.Popen(
            [sys.executable, "-P", child.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # Where a backtrace is wanted, one of running out of memory takes longer than the query.
            env=os.environ | {"RUST_BACKTRACE": "0"},
        )
        self._timer = self._kill_in(limits.seconds)
        try:
            job = {
                "text": text, "prefixes": dict(prefixes), "rows": limits.rows,
                "seconds": limits.seconds, "memory": limits.memory, "size": limits.size,
                "checkpoint": str(database) if database and database.is_dir() else None,
                "turtle": str(database) if database and database.is_file() else None,
            }  # fmt: skip
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(json.dumps(job).encode())
                self._process.stdin.close()
            except BrokenPipeError:
                raise self._ended() from None
            first = self._next()
            self.head = Head(*first["head"]) if "head" in first else Head("boolean", ())
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Row]:
        while True:
            said = self._next()
            if isinstance(said, list):
                self._count += 1
                yield said
            elif "enough" in said:
                self._enough = True
                self._timer.cancel()
                self._timer = self._kill_in(min(_ONE_MORE, max(self._ends - time.monotonic(), 0.05)))
            else:
                self.more = said["end"]
                return

    def close(self) -> None:
        """End the process, if it still runs."""
        self._timer.cancel()
        self._process.kill()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.wait()
        self._errors.close()
        if self._held is not None:
            self._held.close()
            self._held = None

    def _kill_in(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        return timer

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()

    def _next(self) -> Any:
        """What the child says next; raises what it says went wrong, or what must have where it says nothing."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            if self._expired and self._enough:
                return {"end": True}
            raise self._ended()
        said = json.loads(line)
        if "error" in said:
            raise self._error(said["error"], said["message"])
        return said

    def _ended(self) -> Exception:
        """Why the child ended without a word."""
        if self._expired:
            return out_of_time(self._limits, self._count)
        code = self._process.wait()
        self._errors.seek(0)
        words = self._errors.read(10_000).decode("utf-8", "replace")
        if code == -signal.SIGALRM:
            return out_of_time(self._limits, self._count)
        if "memory allocation" in words or "MemoryError" in words or code == -signal.SIGKILL:
            return self._error("memory", "")
        if code == -signal.SIGSEGV or "overflowed its stack" in words:
            return StoreError("the query is nested deeper than the engine can read; write it flatter")
        last = words.strip().splitlines()[-1:] or [f"ended with code {code}"]
        return StoreError(f"the engine failed on this query ({last[0]})")

    def _error(self, kind: str, message: str) -> Exception:
        if kind == "memory":
            return StoppedError(
                f"stopped: the query needs more than {self._limits.memory:,} MB of memory{with_rows(self._count)};"
                " narrow it or raise the memory limit"
            )
        if kind == "size":
            return too_large(self._count)
        if kind == "store":
            return StoreError(f"the store could not answer ({' '.join(message.split())}); run `kg verify`")
        return self._misread(kind, message)

    def _misread(self, kind: str, message: str) -> UsageError:
        """What the engine's parser says, with the place in the query."""
        place = re.match(r"error at (\d+):(\d+): (?:expected )?", message)
        if not place:
            return UsageError(f"the query cannot be run: {' '.join(message.split())}")
        line, column = int(place[1]), int(place[2])
        rest = self._text.split("\n")[line - 1 : line]
        near = rest[0][column - 1 : column + 29].strip() if rest else ""
        if kind == "service" and re.search(r"(?i)service\s*\Z", rest[0][: column - 1] if rest else ""):
            return UsageError(SERVICE_REFUSED)
        expected = " ".join(message[place.end() :].split())
        if "Prefix not found" in expected:
            expected = "a prefix that is declared"
        elif sentence := re.search(r"The [a-z]+ [^,]{10,}", expected, re.I):
            return UsageError(f"the query cannot be run: {sentence[0][0].lower()}{sentence[0][1:]}")
        return UsageError(
            f"the query cannot be read at line {line}, column {column} ({repr(near) if near else 'its end'}):"
            f" expected {expected if len(expected) < 200 else expected[:200] + ' …'}"
        )


def check_service(text: str, prefixes: Mapping[str, str], limits: Limits) -> None:
    """Refuse what the engine takes for a SERVICE, though it may look like a string or a comment.

    A server may read a query as the engine does. Raises UsageError; what the engine cannot read is for the server.
    """
    if not re.search("(?i)service", text):
        return
    try:
        ChildReading(None, text, prefixes, limits).close()
    except UsageError as error:
        if str(error) == SERVICE_REFUSED:
            raise
