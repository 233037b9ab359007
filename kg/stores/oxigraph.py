"""The embedded store: Oxigraph in the graph's folder, one writer, readers on published checkpoints.

    store/              the writer's database
    checkpoints/<n>/    what readers open: a snapshot by hard links of the store as it was at ledger sequence n
    checkpoints/current the name of the newest snapshot

A reader never opens the writer's database, so it sees whole commits only. The store itself remembers the ledger
sequence that it reflects, in the same atomic update that changes it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg.locking import FileLock
from kg.rdf import TURTLE_HEADER, Edge, turtle
from kg.stores.chunks import Chunks
from kg.stores.contract import Subject
from kg.stores.engine import EngineStore, mark, not_written
from ontology.errors import GraphError, LockedError, StoreError

# Characters of Turtle loaded at once. The engine sorts each chunk into files that it merges later: larger chunks cost
# less merging and more memory: with 3 MB a run of any size stays well below 400 MB, also where merging comes late.
_CHUNK = 3_000_000
# How much the engine's merging threads give way to others, in the system's degrees of niceness.
_GIVING_WAY, _AS_OTHERS = 19, 0


class OxigraphStore(EngineStore):
    """The store of a graph's folder, opened for writing, or for reading the newest checkpoint.

    Raises StoreError if the database cannot be opened, read or written.
    """

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        self.folder, self.write = folder, write
        self._lease: FileLock | None = None
        # What a reader reads, for other processes to open as well: it stays while this store is open.
        self.checkpoint: Path | None = None
        super().__init__(_opened(folder / "store") if write else self._open_checkpoint(), str(folder))

    # Readers' checkpoints

    def _open_checkpoint(self) -> ox.Store:
        checkpoints = self.folder / "checkpoints"
        for _ in range(20):
            try:
                name = (checkpoints / "current").read_text("ascii").strip()
            except (FileNotFoundError, NotADirectoryError):
                raise StoreError(f"{self.folder}: nothing to read yet; run `kg rebuild`") from None
            lease = FileLock(checkpoints / f"{name}.lease", shared=True)
            try:
                lease.acquire()
            except LockedError:
                continue  # the writer is removing it: there is a newer one
            except GraphError:
                pass  # a folder that cannot be written needs no protection from its writer
            if (checkpoints / name).is_dir():
                self._lease, self.checkpoint = lease, checkpoints / name
                try:
                    return ox.Store.read_only(str(checkpoints / name))
                except (OSError, RuntimeError) as error:
                    raise StoreError(
                        f"{checkpoints / name}: cannot be opened ({error}); run `kg rebuild`"
                    ) from error
            lease.release()
        raise StoreError(f"{checkpoints}: the newest checkpoint is missing; run `kg rebuild`")

    # Writing

    def sweep(self) -> None:
        """Remove what runs that were ended left half-built; for the one who holds the graph's lock."""
        for leftover in (*self.folder.glob("store.building-*"), *self.folder.glob("store.old-*"),
                         *self.folder.glob("checkpoints/building-*")):  # fmt: skip
            shutil.rmtree(leftover, ignore_errors=True)
        for leftover in self.folder.glob("checkpoints/current.*"):
            leftover.unlink(missing_ok=True)

    def publish(self) -> None:
        """Let readers see the store as it is now."""
        checkpoints = self.folder / "checkpoints"
        name = f"{self.sequence}"
        try:
            checkpoints.mkdir(exist_ok=True)
            # The same sequence may be published anew after a rebuild.
            for attempt in range(1000):
                target = checkpoints / (name if not attempt else f"{name}.{attempt}")
                if not target.exists():
                    break
            self._store.flush()
            building = checkpoints / f"building-{os.getpid()}"
            shutil.rmtree(building, ignore_errors=True)
            self._store.backup(str(building))
            os.replace(building, target)
            _write_atomically(checkpoints / "current", target.name)
        except OSError as error:
            raise StoreError(
                f"{checkpoints}: could not be written ({error}); readers stay at the last checkpoint, and the next"
                " run publishes again"
            ) from error
        self._drop_old(checkpoints, target.name)

    @staticmethod
    def _drop_old(checkpoints: Path, current: str) -> None:
        for entry in checkpoints.iterdir():
            if entry.name == "current" or entry.name == current or entry.suffix == ".lease":
                continue
            lease = FileLock(checkpoints / f"{entry.name}.lease")
            try:
                with lease.acquire():
                    shutil.rmtree(entry, ignore_errors=True)
                    (checkpoints / f"{entry.name}.lease").unlink(missing_ok=True)
            except LockedError:
                continue

    def published(self) -> bool:
        """Whether readers see what the store holds now."""
        try:
            name = (self.folder / "checkpoints" / "current").read_text("ascii").strip()
        except OSError:
            return False
        return name.partition(".")[0] == str(self.sequence) and (self.folder / "checkpoints" / name).is_dir()

    def close(self) -> None:
        """Let go of the database: another process may open it then."""
        del self._store
        gc.collect(0)
        if self._lease is not None:
            self._lease.release()

    # Building anew

    def build(self) -> Build:
        """Start a new database beside this one; nothing changes here until its `finish`."""
        return Build(self.folder)

    def adopt(self, build: Build) -> None:
        """Put a finished database in the place of this one."""
        del self._store
        gc.collect(0)
        try:
            build.install(self.folder / "store")
        finally:
            self._store = _opened(self.folder / "store")


class Build:
    """A database being filled by chunks of Turtle; one background thread loads while the next chunk is made.

    Loading releases the interpreter, so on two cores the two overlap. An error of the thread is raised by the next
    call.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"store.building-{os.getpid()}"
        shutil.rmtree(self._path, ignore_errors=True)
        self._store = _opened(self._path)
        _set_merging(_GIVING_WAY)
        self._chunks = Chunks(self._load, _CHUNK)

    def _load(self, lines: str) -> None:
        try:
            self._store.bulk_load((TURTLE_HEADER + lines).encode(), format=ox.RdfFormat.TURTLE)
        except Exception as error:
            raise not_written(str(self._path), error) from error

    def add(self, subjects: Iterable[Subject]) -> None:
        """Take some subjects."""
        self._chunks.take("".join([turtle(*subject) for subject in subjects]))

    def add_edge(self, edge: Edge) -> None:
        """Take a direct edge."""
        if edge.held:
            self._chunks.take(f"{edge.subject} {edge.predicate} {edge.object} .\n")

    def finish(self, sequence: int, ontology: str) -> None:
        """Wait until all is loaded and mark the database as reflecting a ledger sequence and an ontology."""
        try:
            self._chunks.finish()
        finally:
            _set_merging(_AS_OTHERS)
        try:
            mark(self._store, sequence, ontology)
            self._store.flush()
        except OSError as error:
            raise not_written(str(self._path), error) from error

    def install(self, target: Path) -> None:
        """Move the finished database to where it belongs, over what is there."""
        del self._store
        gc.collect(0)
        old = target.with_name(f"store.old-{os.getpid()}")
        with contextlib.suppress(FileNotFoundError):
            os.replace(target, old)
        os.replace(self._path, target)
        shutil.rmtree(old, ignore_errors=True)

    def abandon(self) -> None:
        """Stop and remove what was built."""
        self._chunks.abandon()
        _set_merging(_AS_OTHERS)
        if hasattr(self, "_store"):
            del self._store
            gc.collect(0)
        shutil.rmtree(self._path, ignore_errors=True)


def _opened(path: Path) -> ox.Store:
    try:
        return ox.Store(str(path))
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened ({error}); run `kg rebuild`") from error


def _set_merging(niceness: int) -> None:
    """Say how much the threads that merge loaded chunks give way to others.

    Chunks that have waited are merged all at once, so merging costs the less the later it is done: while a database is
    being filled it only takes what time is left. Where the system has no such threads to be found, or does not allow
    raising them again, nothing is lost but speed.
    """
    for thread in Path("/proc/self/task").glob("*"):
        with contextlib.suppress(OSError):
            if (thread / "comm").read_text("ascii").startswith("rocksdb:low"):
                os.setpriority(os.PRIO_PROCESS, int(thread.name), niceness)


def _write_atomically(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with open(beside, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
