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
import queue
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.locking import FileLock
from kg.rdf import NODE_PREDICATES, SPARQL_HEADER, TURTLE_HEADER, Edge, triple, triple_of, triples, turtle
from kg.stores.contract import Solutions, Subject
from ontology.errors import GraphError, LockedError, StoreError
from ontology.namespaces import ONTOLOGY
from queries.binding import Bound

_SELF = ox.NamedNode("urn:attest:store")
_SEQUENCE = ox.NamedNode(ONTOLOGY + "sequence")
_ONTOLOGY = ox.NamedNode(ONTOLOGY + "ontology")
_NODE_PREDICATES = [ox.NamedNode(iri) for iri in NODE_PREDICATES]

# Characters of Turtle loaded at once. The engine sorts each chunk into files that it merges later: larger chunks cost
# less merging and more memory: with 3 MB a run of any size stays well below 400 MB, also where merging comes late.
_CHUNK = 3_000_000
# Chunks that may wait for the loading thread: more would only move the wait into memory.
_WAITING = 1
# How much the engine's merging threads give way to others, in the system's degrees of niceness.
_GIVING_WAY, _AS_OTHERS = 19, 0


class OxigraphStore:
    """The store of a graph's folder, opened for writing, or for reading the newest checkpoint.

    Raises StoreError if the database cannot be opened, read or written.
    """

    dialect = "sparql"
    embedded = True

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        self.folder, self.write = folder, write
        self._lease: FileLock | None = None
        # What a reader reads, for other processes to open as well: it stays while this store is open.
        self.checkpoint: Path | None = None
        if write:
            self._store = _opened(folder / "store")
        else:
            self._store = self._open_checkpoint()

    # Reading

    def select(self, bound: Bound) -> Solutions:
        """The rows of a SELECT."""
        try:
            solutions = self._store.query(bound.text)
            assert isinstance(solutions, ox.QuerySolutions)
            return Solutions([one.value for one in solutions.variables], list(solutions))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{self.folder}: the store cannot be read ({error}); run `kg verify`") from error

    @property
    def sequence(self) -> int:
        """The ledger sequence that this store reflects; -1 for a store that has never been filled."""
        for quad in self._store.quads_for_pattern(_SELF, _SEQUENCE, None):
            return int(quad.object.value)  # type: ignore[union-attr]
        return -1

    @property
    def ontology(self) -> str:
        """The digest of the ontology that this store was built with; empty for one that was never filled."""
        for quad in self._store.quads_for_pattern(_SELF, _ONTOLOGY, None):
            return str(quad.object.value)  # type: ignore[union-attr]
        return ""

    def statements(self, subjects: Sequence[str], nodes: Collection[str] = ()) -> Mapping[str, list[str]]:
        """What the store says of each subject; of a node without the direct edges that start from it."""
        return {iri: list(self._lines(iri, iri in nodes)) for iri in subjects}

    def _lines(self, iri: str, own: bool) -> Iterator[str]:
        term = ox.NamedNode(iri[1:-1])
        for predicate in _NODE_PREDICATES if own else [None]:
            for quad in self._store.quads_for_pattern(term, predicate, None):
                yield triple_of(iri, quad)

    def edges(self, relations: Iterable[str]) -> Iterator[str]:
        """The direct edges of these relations."""
        for relation in relations:
            yield from map(triple, self._store.quads_for_pattern(None, ox.NamedNode(relation), None))

    def everything(self) -> Iterator[str]:
        """Every statement, but for the store's own sequence and ontology."""
        for quad in self._store.quads_for_pattern(None, None, None):
            if quad.subject != _SELF:
                yield triple(quad)

    def count(self) -> int:
        """The number of statements; a scan."""
        return len(self._store) - sum(1 for _ in self._store.quads_for_pattern(_SELF, None, None))

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

    def replace(
        self,
        sequence: int,
        subjects: Mapping[str, str],
        *,
        nodes: Collection[str] = (),
        edges: Iterable[Edge] = (),
    ) -> None:
        """Bring subjects to what their lines say, in one atomic update; empty lines remove a subject."""
        removed, added = difference(subjects, self.statements(list(subjects), nodes), edges)
        counter = f"{_SELF} {_SEQUENCE}"
        self._update(
            f"{SPARQL_HEADER}DELETE WHERE {{ {counter} ?n }};"
            + (f"DELETE DATA {{\n{chr(10).join(removed)}\n}};\n" if removed else "")
            + f"INSERT DATA {{\n{chr(10).join(added)}\n{counter} {sequence} .\n}}"
        )

    def _update(self, text: str) -> None:
        try:
            self._store.update(text)
        except (OSError, RuntimeError, SyntaxError) as error:
            raise StoreError(
                f"{self.folder / 'store'}: could not be written ({error}); the ledger is complete, and"
                " `kg rebuild` brings the store up to it"
            ) from error

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
        self._chunks: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._pending: list[str] = []
        self._size = 0
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._load, name="store-loader", daemon=True)
        self._thread.start()

    def _load(self) -> None:
        while (chunk := self._chunks.get()) is not None:
            if self._error is None:
                try:
                    self._store.bulk_load(chunk, format=ox.RdfFormat.TURTLE)
                except BaseException as error:  # noqa: BLE001 - raised again in the writing thread
                    self._error = error

    def add(self, subjects: Iterable[Subject]) -> None:
        """Take some subjects."""
        self._take("".join([turtle(*subject) for subject in subjects]))

    def add_edge(self, edge: Edge) -> None:
        """Take a direct edge."""
        if edge.held:
            self._take(f"{edge.subject} {edge.predicate} {edge.object} .\n")

    def _take(self, lines: str) -> None:
        self._check()
        self._pending.append(lines)
        self._size += len(lines)
        if self._size >= _CHUNK:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._pending:
            self._chunks.put((TURTLE_HEADER + "".join(self._pending)).encode())
        self._pending, self._size = [], 0

    def finish(self, sequence: int, ontology: str) -> None:
        """Wait until all is loaded and mark the database as reflecting a ledger sequence and an ontology."""
        self._hand_over()
        self._chunks.put(None)
        self._thread.join()
        _set_merging(_AS_OTHERS)
        self._check()
        try:
            self._store.add(ox.Quad(_SELF, _SEQUENCE, ox.Literal(sequence)))
            self._store.add(ox.Quad(_SELF, _ONTOLOGY, ox.Literal(ontology)))
            self._store.flush()
        except OSError as error:
            self._error = error
            self._check()

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
        if self._thread.is_alive():
            if self._error is None:
                self._error = RuntimeError("abandoned")
            self._chunks.put(None)
            self._thread.join()
        _set_merging(_AS_OTHERS)
        if hasattr(self, "_store"):
            del self._store
            gc.collect(0)
        shutil.rmtree(self._path, ignore_errors=True)

    def _check(self) -> None:
        if self._error is not None:
            raise StoreError(
                f"{self._path}: could not be written ({self._error}); the ledger is complete, and `kg rebuild` brings"
                " the store up to it"
            ) from self._error


def difference(
    subjects: Mapping[str, str], held: Mapping[str, list[str]], edges: Iterable[Edge]
) -> tuple[list[str], list[str]]:
    """The lines to remove from a store that holds these, and those to add, each sorted."""
    new: set[str] = set()
    old: set[str] = set()
    for iri, statements in subjects.items():
        new.update(triples(iri, statements))
        old.update(held.get(iri, ()))
    direct: dict[str, bool] = {}
    for subject, predicate, object_, is_held in edges:
        line = f"{subject} {predicate} {object_} ."
        direct[line] = direct.get(line, False) or is_held
    for line, is_held in direct.items():
        (new if is_held else old).add(line)
    return sorted(old - new), sorted(new - old)


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
