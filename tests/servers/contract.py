"""What every server of the tests can do: start, stop, be killed, start again on the same data, show its log."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

LEASH = Path(__file__).with_name("leash.py")
START_SECONDS = 120.0
STOP_SECONDS = 60.0
LOG_LINES = 40
MEMORY_ROOM = 4 << 30  # bytes

# A server reads its own settings, never those of the user's other ones.
FOREIGN = (
    "NEO4J",
    "FUSEKI",
    "JENA",
    "JVM_ARGS",
    "JAVA_TOOL_OPTIONS",
    "_JAVA_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "KG_",
)


class Unavailable(Exception):
    """The server cannot be had on this machine: what is missing, and how to get it."""


class StartFailed(Exception):
    """The server is there but did not start; the message ends with its log."""


@dataclass(frozen=True)
class Address:
    """Where a running server is reached.

    `url` is what a store is opened by; a server of the SPARQL protocols has three endpoints beneath it. `found`
    says that the server was there before the tests and may hold what is not theirs.
    """

    kind: str
    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    query: str | None = None
    update: str | None = None
    graphs: str | None = None
    found: bool = False

    @property
    def credentials(self) -> tuple[str, str] | None:
        """User and password, where the server asks for them."""
        return None if self.user is None else (self.user, self.password or "")


def free_port() -> int:
    """A port of the loopback interface on which nothing listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tail(path: Path, lines: int = LOG_LINES) -> str:
    """The last lines of a log, empty where there is none yet."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - 400 * lines))
            return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def memory_folder() -> str | None:
    """A folder whose files are in memory, where there is one with room for a few databases.

    A server waits for the disk at each write, and disks that others use as well answer ten times later.
    """
    place = "/dev/shm"
    roomy = os.access(place, os.W_OK) and shutil.disk_usage(place).free > MEMORY_ROOM
    return place if roomy else None


class Server(ABC):
    """One server process on 127.0.0.1 with a folder of its own, which is removed with it unless it was given.

    As a context manager it is started on entering and closed on leaving. `quick` is for tests, which start many and
    ask little of each, and not for measurements: the folder is in memory, and speed in the long run is given up.
    """

    kind: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, folder: Path | None = None, *, quick: bool = False) -> None:
        self.quick = quick
        self.port = 0
        self.pid = 0
        self._folder = folder
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._leash: subprocess.Popen[str] | None = None

    @property
    def folder(self) -> Path:
        """Where its data, settings and logs are."""
        if self._folder is None:
            place = memory_folder() if self.quick else None
            self._scratch = tempfile.TemporaryDirectory(prefix=f"attest-{self.kind}-", dir=place)
            self._folder = Path(self._scratch.name)
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder.resolve()

    @classmethod
    @abstractmethod
    def found_at(cls, url: str, user: str | None, password: str | None) -> Address:
        """The address of a server of this kind that was there before."""

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments for `self.port`, its settings written; no secret among them.

        Raises Unavailable where something it needs is missing.
        """

    @abstractmethod
    def answers(self) -> bool:
        """Whether the started server takes requests; called until it does."""

    @property
    @abstractmethod
    def address(self) -> Address:
        """Where it is reached, once started."""

    def environment(self) -> dict[str, str]:
        """The environment of the process."""
        return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}

    def log_files(self) -> list[Path]:
        """What it writes for people to read, the most telling last."""
        return [self.output]

    @property
    def output(self) -> Path:
        """What it printed."""
        return self.folder / "output.log"

    @property
    def running(self) -> bool:
        """Whether its process is alive."""
        return self._leash is not None and self._leash.poll() is None

    def start(self) -> Self:
        """Start on a free port, or on the port and the data it had before; return when it takes requests."""
        if self.running:
            return self
        STARTED.add(self)
        again = self.port != 0
        # Between choosing a port and listening on it another process may take it: rare, so twice is once too many.
        for attempt in (1, 2):
            if not again:
                self.port = free_port()
            try:
                self._run()
                break
            except StartFailed as failure:
                if again or attempt == 2 or "address already in use" not in str(failure).lower():
                    raise
        return self

    def _run(self) -> None:
        command = self.command()
        scratch = self._scratch.name if self._scratch else ""
        with self.output.open("ab") as output:
            self._leash = subprocess.Popen(
                [sys.executable, "-I", "-S", str(LEASH), scratch, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                cwd=self.folder,
                env=self.environment(),
                start_new_session=True,  # Ctrl-C is for the tests, which then close their servers
            )
        assert self._leash.stdout is not None
        first = self._leash.stdout.readline().strip()
        self.pid = int(first) if first else 0
        deadline = time.monotonic() + START_SECONDS
        try:
            while not self.answers():
                if not self.running:
                    raise StartFailed(f"{self.title} ended while it started\n{self.log()}")
                if time.monotonic() > deadline:
                    raise StartFailed(f"{self.title} did not start in {START_SECONDS:.0f} s\n{self.log()}")
                time.sleep(0.05)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Ask it to end, wait until it has; its data stays."""
        self._send("term")
        if self._leash is not None:
            try:
                self._leash.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._forget()

    def kill(self) -> None:
        """End it as a power cut would, with SIGKILL; its data stays as it then is."""
        self._send("kill")
        if self._leash is not None:
            self._leash.wait(STOP_SECONDS)
        self._forget()

    def restart(self) -> Self:
        """Stop if it runs, and start on the same data and port."""
        self.stop()
        return self.start()

    def close(self) -> None:
        """End it, and remove its folder if it made that itself."""
        self.kill()
        STARTED.discard(self)
        if self._scratch is not None:
            self._scratch.cleanup()

    def _send(self, order: str) -> None:
        if self._leash is not None and self._leash.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ValueError):  # it has ended already
                self._leash.stdin.write(f"{order}\n")
                self._leash.stdin.flush()

    def _forget(self) -> None:
        if self._leash is not None:
            for pipe in (self._leash.stdin, self._leash.stdout):
                if pipe is not None:
                    with contextlib.suppress(BrokenPipeError):
                        pipe.close()
        self._leash = None
        self.pid = 0

    def log(self, lines: int = LOG_LINES) -> str:
        """The last lines of each of its logs, headed by the file's name."""
        return "\n".join(
            f"--- {path.name}\n{text}" for path in self.log_files() if (text := tail(path, lines))
        )

    def memory(self) -> int:
        """Bytes of memory its process holds at most so far; 0 where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        if not self.pid or not status.is_file():
            return 0
        fields = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()


STARTED: set[Server] = set()
"""The servers that this process started and did not close."""
