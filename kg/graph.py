"""A graph: a folder with its ledger, its store, and what its owner added to them.

settings.json    format, base of the IRIs, store
ledger.sqlite    the truth
store/           the embedded store, and checkpoints/, what readers open
ontology/        the owner's types and relations (*.ttl)
mappings/        the owner's mappings (*.yaml)
queries/         the owner's questions (*.rq)
"""

from __future__ import annotations

import json
import os
import re
import time
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.folder import own_ontology
from kg.ledger import Ledger
from kg.locking import FileLock
from kg.stores.contract import Store
from kg.stores.opening import open_store
from kg.stores.place import EMBEDDED, Place
from ontology import vocabulary
from ontology.errors import GraphError, LockedError, StoreError
from ontology.namespaces import BASE
from ontology.vocabulary import Ontology

if TYPE_CHECKING:
    import rdflib

FORMAT = 1
LEDGER = "ledger.sqlite"
_FOLDERS = ("ontology", "mappings", "queries")


class Settings(NamedTuple):
    """What a graph was made with. `base` begins the IRIs of its nodes, claims, relationships, articles and values."""

    base: str = BASE
    store: Place = EMBEDDED


class Graph:
    """An open graph. Readers see the newest published checkpoint; a writer holds the graph's lock.

    Use `Graph.create` and `Graph.open`; close it, or use it in a `with` statement. Raises GraphError where the folder
    is missing, foreign or of a newer version, LockedError where another process writes.
    """

    def __init__(self, path: Path, settings: Settings, ledger: Ledger, lock: FileLock | None) -> None:
        self.path, self.settings, self.ledger, self._lock = path, settings, ledger, lock

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, base: str = BASE, store: Place | str = EMBEDDED) -> None:
        """Make a new, empty graph in a folder that does not exist or is empty, with its store there or elsewhere."""
        import shutil

        place = Place(store).checked() if isinstance(store, str) else store.checked()
        folder = Path(path)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            made = "already a graph" if (folder / "settings.json").exists() else "not an empty folder"
            raise GraphError(f"{folder}: {made}; choose another folder")
        if not _is_base(base):
            raise GraphError(
                f"{base!r}: not a base for IRIs; give one such as urn:example: or https://example.org/kg/"
            )
        building = folder.with_name(f"{folder.name}.making-{os.getpid()}")
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            building.mkdir()
            for name in _FOLDERS:
                (building / name).mkdir()
            Ledger(building / LEDGER, write=True, create=True).close()
            from datetime import UTC, datetime

            from kg import __version__

            settings = {
                "format": FORMAT,
                "base": base,
                "store": place.to_json(),
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "by": f"attest-kg {__version__}",
            }
            (building / "settings.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
            if folder.exists():
                folder.rmdir()
            os.replace(building, folder)
        except OSError as error:
            reason = error.strerror or error
            raise GraphError(f"{folder}: cannot be made ({reason}); check the folder above it") from None
        finally:
            shutil.rmtree(building, ignore_errors=True)
        try:
            with cls.open(folder, write=True) as graph:
                graph.catch_up()
        except StoreError:
            shutil.rmtree(folder, ignore_errors=True)  # it was made just now, and holds nothing
            raise

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, write: bool = False) -> Graph:
        """Open a graph for reading, or, alone, for writing."""
        folder = Path(path)
        settings = _read_settings(folder)
        lock = FileLock(folder / "lock").acquire() if write else None
        try:
            return cls(folder, settings, Ledger(folder / LEDGER, write=write), lock)
        except BaseException:
            if lock:
                lock.release()
            raise

    @property
    def is_writer(self) -> bool:
        """Whether it was opened for writing, and so holds the graph's lock."""
        return self._lock is not None

    @cached_property
    def _own_ontology(self) -> list[Path]:
        return own_ontology(self.path)

    @cached_property
    def ontology(self) -> Ontology:
        """The shipped ontology with the graph owner's additions."""
        return vocabulary.load(self._own_ontology)

    @property
    def ontology_digest(self) -> str:
        """Changes whenever the ontology does."""
        from zlib import crc32

        from kg import __version__

        return "-".join([__version__, *(f"{crc32(path.read_bytes()):08x}" for path in self._own_ontology)])

    @cached_property
    def store(self) -> Store:
        """The store: the writer's own, or the newest checkpoint, brought up to the ledger first if nobody writes."""
        if self.settings.store.kind == "memory":
            return self._in_memory()
        if self._lock:
            return open_store(self, write=True)
        store = self._same_moment()
        if not store.embedded:
            try:
                self._whole(store)
            except StoreError:
                store.close()
                raise
            return store
        if store.sequence != self.ledger.sequence or store.ontology != self.ontology_digest:
            try:
                with Graph.open(self.path, write=True) as writer:
                    writer.catch_up()
            except (LockedError, GraphError):
                return store  # a run is under way, or the folder cannot be written: the last published state is whole
            store.close()
            store = self._same_moment()
        return store

    def _in_memory(self) -> Store:
        """A store in this process, filled from the ledger as it is now."""
        from kg.following import catch_up

        if not self._lock:
            self.ledger.settle()
        store = open_store(self, write=True)
        catch_up(store, self.projection)
        return store

    def _same_moment(self) -> Store:
        """The newest checkpoint, and from here on the ledger as it was then.

        A run publishes right after each commit; one that is between the two is waited for, but not for long: an
        empty graph's first run publishes only at its end.
        """
        for attempt in range(10):
            self.ledger.settle()
            store = open_store(self, write=False)
            if store.sequence == self.ledger.sequence or attempt == 9 or not self._being_written():
                return store
            store.close()
            time.sleep(0.02)
        raise AssertionError  # the loop returns

    def _being_written(self) -> bool:
        try:
            FileLock(self.path / "lock").acquire().release()
        except GraphError:
            return True
        return False

    @cached_property
    def projection(self) -> Any:
        """The ledger as RDF, with this graph's ontology and base."""
        from kg.projection import Projection

        return Projection(self.ledger, self.ontology, self.settings.base, self.ontology_digest)

    @property
    def sequence(self) -> int:
        """The ledger sequence that answers reflect."""
        return self.store.sequence if self._lock or self.store.embedded else self._whole(self.store)

    def _whole(self, store: Store) -> int:
        """The sequence of a store that may be asked."""
        sequence = store.sequence
        if sequence < 0:
            raise StoreError(
                f"{self.settings.store.url}: is being built, or its building was ended; wait for the run that does"
                " it, or run `kg rebuild`"
            )
        return sequence

    def catch_up(self) -> None:
        """Bring the store to the ledger's sequence and publish it to readers."""
        from kg.following import catch_up

        catch_up(self.store, self.projection)
        if not self.store.published():
            self.store.publish()

    def rebuild(self, jobs: int = 1) -> None:
        """Build the store anew from the ledger, one on a server by so many processes, and publish it."""
        self._build(self.store, self.settings.store, jobs)

    def _build(self, store: Store, place: Place, jobs: int) -> None:
        from kg.following import rebuild

        if jobs > 1 and not store.embedded:
            from kg.filling import Loaders

            rebuild(store, self.projection, Loaders.of(self, place, jobs).fill)
        else:
            rebuild(store, self.projection)
        store.publish()

    def move(self, place: Place, jobs: int = 1) -> None:
        """Build the store at another place and, once it is whole, use that one from here on.

        The store before, which need not be reachable, is left as it is.
        """
        if place == self.settings.store:
            self.rebuild(jobs)
            return
        store = open_store(self, write=True, place=place.checked())
        try:
            self._build(store, place, jobs)
            _settle_on(self.path, place)
        except BaseException:
            store.close()
            raise
        if "store" in self.__dict__:
            self.store.close()
        self.store, self.settings = store, self.settings._replace(store=place)

    def as_rdflib(self) -> rdflib.Graph:
        """The store as a read-only rdflib Graph; see `kg.rdflib_view`. Raises UsageError without the extra `rdf`."""
        from kg.rdflib_view import as_graph

        return as_graph(self)

    def as_rdflib_dataset(self) -> rdflib.Dataset:
        """The same as a Dataset, in whose default graph everything is."""
        from kg.rdflib_view import as_dataset

        return as_dataset(self)

    # The graph for other Python libraries; a selection is kg.network.Selection, by default everything.

    def to_networkx(self, selection: Any = None, *, edges: Any = "relationships") -> Any:
        """A networkx.MultiDiGraph with one edge a relationship, or one a claim (`edges="claims"`)."""
        from kg.exports.objects import to_networkx
        from kg.network import select

        return to_networkx(select(self, selection), edges)

    def to_igraph(self, selection: Any = None, *, edges: Any = "relationships") -> Any:
        """The same as a directed igraph.Graph."""
        from kg.exports.objects import to_igraph
        from kg.network import select

        return to_igraph(select(self, selection), edges)

    def to_pandas(self, selection: Any = None) -> Any:
        """Three data frames: nodes, relationships and claims."""
        from kg.exports.objects import to_pandas
        from kg.network import select

        return to_pandas(select(self, selection))

    def to_rdflib(self, selection: Any = None) -> Any:
        """An rdflib.Graph of the statements that the store holds."""
        from kg.exports.objects import to_rdflib
        from kg.network import select

        return to_rdflib(select(self, selection))

    def close(self) -> None:
        """Let go of ledger, store and lock."""
        if "store" in self.__dict__:
            self.store.close()
            del self.__dict__["store"]
        self.ledger.close()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> Graph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _is_base(base: str) -> bool:
    """Whether IRIs can begin with it: tried on the engine's own parser."""
    import pyoxigraph as ox

    if not re.fullmatch(r"(urn:[a-z0-9][a-z0-9-]+|https?://[^/?#]+/).*[:/#]|urn:[a-z0-9][a-z0-9-]+:", base):
        return False
    try:
        list(ox.parse(f"<{base}node:e1> <{base}p> <{base}value:v1> .", format=ox.RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError):
        return False
    return True


def _settle_on(folder: Path, place: Place) -> None:
    """Write to a graph's settings where its store is: whole, or not at all."""
    path = folder / "settings.json"
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        settings = {**json.loads(path.read_text("utf-8")), "store": place.to_json()}
        with open(beside, "w", encoding="utf-8") as file:
            file.write(json.dumps(settings, indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        raise GraphError(
            f"{path}: cannot be written ({error.strerror or error}); the graph stays with the store it had"
        ) from None


def _read_settings(folder: Path) -> Settings:
    path = folder / "settings.json"
    try:
        stored = json.loads(path.read_text("utf-8"))
        version = stored["format"]
    except (FileNotFoundError, NotADirectoryError):
        if folder.is_dir() and any(folder.iterdir()):
            raise GraphError(
                f"{folder}: not a graph (no settings.json); name the folder that `kg init` made"
            ) from None
        if folder.exists() and not folder.is_dir():
            raise GraphError(f"{folder}: a file, not a graph; name the folder that `kg init` made") from None
        raise GraphError(f"{folder}: no graph here; make one with `kg init -g {folder}`") from None
    except OSError as error:
        raise GraphError(f"{path}: {error.strerror}; check the folder's permissions") from None
    except (ValueError, KeyError, TypeError):
        raise GraphError(f"{path}: damaged; restore it from a backup") from None
    if not isinstance(version, int) or version > FORMAT:
        raise GraphError(
            f"{folder}: made by a newer version (format {version}, this one reads {FORMAT}); upgrade attest-kg"
        )
    return Settings(
        base=str(stored.get("base", BASE)), store=Place.from_json(stored.get("store", "oxigraph"))
    )
