"""The ledger: every article, entity, claim and judgement ever recorded, in one SQLite file. It is the truth.

Claims are never rewritten: a changed one is superseded, a withdrawn one retracted, and both stay with the run that
ended them. What is stored about nodes (`nodes`, `tokens`, `links`, `listed`, `facts`, `relationships`) follows from
entities and judgements and could be computed again; it is kept so that one changed article costs one article's work.

Records of reference lists are entities too: their `set_id` is the negative number of their list.

Every commit has a sequence number. A store remembers the sequence it reflects; rows carry the sequence that last
touched them, so a store that fell behind can ask for what it missed.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ontology.errors import GraphError, LockedError, StoreError

FORMAT = 3

_SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE runs(
  id INTEGER PRIMARY KEY, command TEXT NOT NULL, started TEXT NOT NULL, finished TEXT, outcome TEXT, report TEXT);
CREATE TABLE articles(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL, origin TEXT NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE revisions(
  id INTEGER PRIMARY KEY, article INTEGER NOT NULL, digest BLOB NOT NULL, characters INTEGER NOT NULL,
  text BLOB NOT NULL, run INTEGER NOT NULL);
CREATE INDEX revisions_of_article ON revisions(article);
CREATE TABLE sets(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, article INTEGER NOT NULL, annotator TEXT NOT NULL,
  layer TEXT NOT NULL, loader TEXT NOT NULL, mapping TEXT NOT NULL, source TEXT NOT NULL, revision INTEGER NOT NULL,
  live INTEGER NOT NULL, run INTEGER NOT NULL, described TEXT NOT NULL);
CREATE INDEX sets_of_article ON sets(article);
CREATE TABLE entities(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, set_id INTEGER NOT NULL, type TEXT NOT NULL, node INTEGER NOT NULL,
  live INTEGER NOT NULL, body TEXT NOT NULL, seq INTEGER NOT NULL);
CREATE UNIQUE INDEX entities_by_key ON entities(key);
CREATE INDEX entities_of_set ON entities(set_id);
CREATE INDEX entities_of_node ON entities(node);
CREATE TABLE lists(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL, live INTEGER NOT NULL, run INTEGER NOT NULL);
CREATE TABLE listed(
  identifier TEXT, name TEXT, uses INTEGER NOT NULL, PRIMARY KEY(identifier, name)) WITHOUT ROWID;
CREATE INDEX listed_by_name ON listed(name, identifier) WHERE name <> '';
CREATE TABLE nodes(id INTEGER PRIMARY KEY, canonical TEXT NOT NULL);
CREATE INDEX nodes_empty ON nodes(id) WHERE canonical = '';
CREATE TABLE tokens(token TEXT PRIMARY KEY, node INTEGER NOT NULL, uses INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX tokens_of_node ON tokens(node);
CREATE TABLE divided(token TEXT, type TEXT, node INTEGER NOT NULL, PRIMARY KEY(token, type)) WITHOUT ROWID;
CREATE INDEX divided_of_node ON divided(node);
CREATE TABLE links(a TEXT, b TEXT, uses INTEGER NOT NULL, PRIMARY KEY(a, b)) WITHOUT ROWID;
CREATE INDEX links_to ON links(b);
CREATE TABLE facts(
  node INTEGER, kind TEXT, value TEXT, uses INTEGER NOT NULL, PRIMARY KEY(node, kind, value)) WITHOUT ROWID;
CREATE TABLE quantities(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE relationships(
  id INTEGER PRIMARY KEY, subject INTEGER NOT NULL, relation TEXT NOT NULL, object INTEGER NOT NULL,
  place INTEGER NOT NULL);
CREATE UNIQUE INDEX relationships_by_ends ON relationships(subject, relation, object, place);
CREATE INDEX relationships_of_object ON relationships(object);
CREATE INDEX relationships_of_place ON relationships(place) WHERE place > 0;
CREATE TABLE claims(
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, set_id INTEGER NOT NULL, article INTEGER NOT NULL,
  revision INTEGER NOT NULL, relation TEXT NOT NULL, subject INTEGER NOT NULL, object INTEGER NOT NULL,
  relationship INTEGER NOT NULL, standing TEXT NOT NULL, first_day INTEGER NOT NULL, last_day INTEGER NOT NULL,
  said_day INTEGER NOT NULL, speaker INTEGER, sentence INTEGER NOT NULL, said TEXT,
  body TEXT NOT NULL, live INTEGER NOT NULL,
  run INTEGER NOT NULL, ended_run INTEGER, ended TEXT, seq INTEGER NOT NULL);
CREATE INDEX claims_by_key ON claims(key);
CREATE INDEX claims_of_set ON claims(set_id);
CREATE INDEX claims_of_speaker ON claims(speaker) WHERE live AND speaker IS NOT NULL;
CREATE INDEX claims_of_relationship ON claims(relationship);
CREATE TABLE tombstones(kind TEXT NOT NULL, id TEXT NOT NULL, node INTEGER, seq INTEGER NOT NULL);
CREATE INDEX tombstones_by_id ON tombstones(kind, id);
CREATE TABLE judgements(
  id INTEGER PRIMARY KEY, left_key TEXT NOT NULL, right_key TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'unsure')), by TEXT NOT NULL, made TEXT NOT NULL,
  reason TEXT NOT NULL, words TEXT NOT NULL, withdrawn TEXT, seq INTEGER NOT NULL);
"""


class Ledger:
    """The open ledger of one graph: one writer, any number of readers, each seeing whole commits only.

    Raises GraphError where the file is missing, foreign, damaged or of a newer format.
    """

    def __init__(self, path: Path, *, write: bool = False, create: bool = False) -> None:
        self.path = path
        if create:
            if path.exists():
                raise GraphError(f"{path}: already exists; choose another folder or remove it")
        elif not path.is_file():
            raise GraphError(f"{path.parent}: no graph here; make one with `kg init -g {path.parent}`")
        try:
            # Opened read-write also for readers: SQLite must be able to recover a log that a killed writer left.
            readable_only = not write and not os.access(path.parent, os.W_OK)
            # Where nothing may be written beside it, a ledger without a log is read only if told that nobody writes.
            alone = "" if path.with_name(path.name + "-wal").exists() else "&immutable=1"
            uri = f"file:{_quote(path)}" + (
                f"?mode=ro{alone}" if readable_only else "?mode=rwc" if create else "?mode=rw"
            )
            self.db = sqlite3.connect(uri, uri=True, isolation_level=None, cached_statements=256)
            if create:
                self.db.execute("PRAGMA page_size=8192")
                self.db.execute("PRAGMA journal_mode=WAL")
                with self.transaction():
                    for statement in _SCHEMA.split(";"):
                        if statement.strip():
                            self.db.execute(statement)
                    self.db.execute("INSERT INTO meta VALUES ('format', ?), ('sequence', 0)", (FORMAT,))
                self._name_graph()
            version = self.meta("format")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise LockedError(f"{path}: another process holds it ({error}); try again") from None
            if "readonly" in str(error) or "unable to open" in str(error):
                raise GraphError(
                    f"{path}: cannot be opened ({error}); check the folder's permissions"
                ) from None
            raise GraphError(
                f"{path}: cannot be read as a ledger ({error}); restore it from a backup"
            ) from None
        if not isinstance(version, int):
            raise GraphError(f"{path}: not a ledger; choose a folder made by `kg init`")
        if version > FORMAT:
            raise GraphError(
                f"{path}: written by a newer version (format {version}, this one reads {FORMAT}); upgrade attest-kg"
            )
        if version < FORMAT:
            raise GraphError(
                f"{path}: written by an earlier version (format {version}, this one reads {FORMAT}); make a new graph"
                " and load its articles again"
            )
        if write:
            self.db.execute("PRAGMA synchronous=FULL")
            self.db.execute("PRAGMA cache_size=-32768")
            self.db.execute("PRAGMA temp_store=MEMORY")
            if not self.graph:
                self._name_graph()  # made before graphs had ids
        else:
            self.db.execute("PRAGMA query_only=1")

    def _name_graph(self) -> None:
        with self.transaction():
            self.db.execute("INSERT OR IGNORE INTO meta VALUES ('graph', ?)", (os.urandom(16).hex(),))

    def settle(self) -> None:
        """For a reader: see the ledger from now on as it is now, whatever is committed meanwhile."""
        if self.db.in_transaction:
            self.db.execute("COMMIT")
        self.db.execute("BEGIN")

    def hurry(self, hurrying: bool) -> None:
        """For a first load: let commits reach the disk together, with the first one made after hurrying ends.

        Each commit still survives the end of the process; an end of the machine may lose those made in a hurry.
        """
        self.db.execute(f"PRAGMA synchronous={'NORMAL' if hurrying else 'FULL'}")
        self.db.execute(f"PRAGMA wal_autocheckpoint={16_000 if hurrying else 1_000}")

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One atomic change. Anything raised inside leaves the ledger as it was; a full disk is a StoreError."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            yield
            self.db.execute("COMMIT")
        except BaseException as error:
            if self.db.in_transaction:
                with suppress(sqlite3.Error):
                    self.db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise StoreError(f"{self.path}: {error}; nothing of this step was kept") from error
            raise

    def meta(self, key: str) -> Any:
        """A setting of the ledger itself: `format`, `sequence`, `graph`."""
        row = self.db.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return row[0] if row else None

    @property
    def graph(self) -> str:
        """The graph's own id, by which a store elsewhere knows whose it is; a copy of the folder keeps it."""
        return str(self.meta("graph") or "")

    @property
    def sequence(self) -> int:
        """The number of the last commit."""
        return int(self.meta("sequence"))

    def advance(self) -> int:
        """Take the next sequence number, inside a transaction."""
        sequence = self.sequence + 1
        self.db.execute("UPDATE meta SET value=? WHERE key='sequence'", (sequence,))
        return sequence

    def highest(self, table: str) -> int:
        """The highest id in use in one of the ledger's own tables."""
        return int(self.db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])

    def many(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run a statement once for each row."""
        if rows:
            self.db.executemany(statement, rows)

    # Runs

    def start_run(self, command: str, started: str) -> int:
        """Record that an ingestion began; its id."""
        with self.transaction():
            cursor = self.db.execute(
                "INSERT INTO runs(command, started) VALUES (?, ?)", (_encodable(command), started)
            )
        return int(cursor.lastrowid or 0)

    def finish_run(self, run: int, finished: str, outcome: str, report: dict[str, Any]) -> None:
        """Record how an ingestion ended, with its report."""
        with self.transaction():
            self.db.execute(
                "UPDATE runs SET finished=?, outcome=?, report=? WHERE id=?",
                (finished, outcome, _encodable(json.dumps(report, ensure_ascii=False)), run),
            )

    # Reading

    def text(self, revision: int) -> str:
        """The text of one revision, exactly as it was decoded when loaded."""
        row = self.db.execute("SELECT text FROM revisions WHERE id=?", (revision,)).fetchone()
        if row is None:
            raise GraphError(f"{self.path}: revision {revision} is missing; run `kg verify`")
        return unpack(row[0])

    def canonical(self, nodes: Iterable[int]) -> dict[int, str]:
        """The canonical ids of nodes."""
        wanted = list(set(nodes))
        found: dict[int, str] = {}
        for some in batches(wanted):
            found.update(
                self.db.execute(
                    f"SELECT id, canonical FROM nodes WHERE id IN ({marks(some)})", some
                ).fetchall()
            )
        return found

    def nodes_of(self, token: str) -> set[int]:
        """The nodes that a token leads to: one, or several where entities of disjoint types have it."""
        rows = self.db.execute("SELECT node FROM divided WHERE token=?", (token,)).fetchall()
        rows = rows or self.db.execute("SELECT node FROM tokens WHERE token=?", (token,)).fetchall()
        return {node for (node,) in rows}

    def resolve(self, any_id: str) -> list[str]:
        """The canonical ids of what an id stands for: canonical, former, an entity's key or an identifier.

        More than one only for an identifier that entities of disjoint types have.
        """
        for query, value in (
            ("SELECT node FROM entities WHERE key=? AND live", any_id),
            ("SELECT node FROM divided WHERE token=?", "i:" + any_id),
            ("SELECT node FROM tokens WHERE token=?", "i:" + any_id),
            ("SELECT node FROM entities WHERE key=?", any_id),
            ("SELECT node FROM tombstones WHERE kind='node' AND id=? ORDER BY seq DESC LIMIT 1", any_id),
        ):
            rows = self.db.execute(query, (value,))
            if live := self._live({node for (node,) in rows if node is not None}):
                return live
        return []

    def _live(self, nodes: set[int]) -> list[str]:
        """The canonical ids of those nodes to which something live belongs, in order."""
        rows = self.db.execute(
            f"SELECT canonical FROM nodes n WHERE id IN ({marks(list(nodes))})"
            " AND EXISTS (SELECT 1 FROM entities e WHERE e.node = n.id AND e.live) ORDER BY canonical",
            list(nodes),
        )
        return [canonical for (canonical,) in rows]

    def citations(self, claim_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What each claim rests on; see `kg.citations.citations`."""
        from kg.citations import citations

        return citations(self, claim_ids)


def batches(values: list[Any], size: int = 500) -> Iterator[list[Any]]:
    """Lists short enough for one SQL statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def marks(values: list[Any]) -> str:
    """As many question marks for an SQL statement as there are values."""
    return ",".join("?" * len(values))


def _encodable(text: str) -> str:
    """The text with the bytes of file names that are not UTF-8 as escapes (which JSON reads back)."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _quote(path: Path) -> str:
    """A path within a URI; spelled out, for urllib takes longer to import than the ledger to open."""
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def pack(text: str) -> bytes:
    """Text as the ledger keeps it."""
    return packer()(text)


def packer() -> Callable[[str], bytes]:
    """A `pack` for many texts in one thread: setting it up takes as long as using it."""
    import zstandard

    compress = zstandard.ZstdCompressor(level=3).compress
    return lambda text: compress(text.encode("utf-8"))


def unpack(data: bytes) -> str:
    """Text from what the ledger keeps."""
    import zstandard

    return zstandard.ZstdDecompressor().decompress(data).decode("utf-8")
