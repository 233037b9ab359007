"""One writer at a time, and no checkpoint removed under a reader: advisory file locks of the operating system.

They go with the process that holds them, so a killed writer leaves nothing to clean up.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from types import TracebackType

from ontology.errors import GraphError, LockedError

try:
    import fcntl
except ImportError:  # Windows: open files cannot be removed there, which is what the shared locks are for
    fcntl = None  # type: ignore[assignment]


class FileLock:
    """A lock on a file, exclusive for a writer or shared among readers.

    Raises LockedError, naming the process that holds it where that is known, if it cannot be had at once.
    """

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        self.path, self.shared = path, shared
        self._descriptor: int | None = None

    def acquire(self) -> FileLock:
        """Take the lock now or raise."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise GraphError(f"{self.path}: {error.strerror}; check the folder's permissions") from None
        try:
            _lock(descriptor, self.shared)
        except OSError:
            holder = ""
            with contextlib.suppress(OSError):  # a locked range cannot be read everywhere
                holder = os.read(descriptor, 32).decode("ascii", "replace").strip() if not self.shared else ""
            os.close(descriptor)
            who = f" (process {holder})" if holder else ""
            raise LockedError(
                f"{self.path.parent}: another process{who} is writing to this graph; try again when it is done"
            ) from None
        if not self.shared:
            with contextlib.suppress(OSError):  # a full disk must not keep a reader of the lock from working
                os.ftruncate(descriptor, 0)
                os.lseek(descriptor, 0, os.SEEK_SET)
                os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor
        return self

    def release(self) -> None:
        """Give the lock back; nothing if it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> FileLock:
        return self if self._descriptor is not None else self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _lock(descriptor: int, shared: bool) -> None:
    if fcntl is not None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    elif not shared:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
