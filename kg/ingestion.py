"""An ingestion: annotated articles and reference lists into a graph, in whole articles and whole records, with a report
of what became of each annotation."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from math import inf
from typing import Any, TypeAlias

from kg.changes import Changes, Counts
from kg.dividing import clashes
from kg.following import complete, follow, rebuild
from kg.graph import Graph
from kg.ledger import Ledger
from kg.listing import ListRecorder
from kg.projection import Projection
from kg.recording import Recorder
from kg.stores.contract import Build
from ontology.errors import AttestError, StoreError, UsageError
from ontology.lists import Record, ReferenceList
from ontology.models import AnnotatedArticle, RejectedDocument, Rejection, Tally

Loaded: TypeAlias = AnnotatedArticle | RejectedDocument | ReferenceList | Record

# A transaction holds this many articles or characters, whichever is reached first.
_ARTICLES = 500
_CHARACTERS = 4_000_000
# The store follows a run while it changes no more annotation sets than this, or than this part of all there are.
_FEW, _SHARE = 300, 20
# Records in a transaction; and nodes that cost the store what one annotation set does.
_RECORDS, _NODES = 2_000, 10
# Rejections kept word by word in the report; the rest is counted. A run must not grow with what is wrong with it.
_LISTED = 10_000


@dataclass(slots=True)
class Report:
    """What a run read, loaded, ignored by name and rejected; annotations and claims are counted apart.

    `read == loaded + sum(ignored.values()) + rejected_count` over annotations, of which a list's records are some.
    """

    run: int = 0
    documents: int = 0
    documents_rejected: int = 0
    lists: int = 0
    read: int = 0
    loaded: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejection] = field(default_factory=list)
    rejected_count: int = 0
    kinds: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _repeated: Counter[str] = field(default_factory=Counter, repr=False)
    claims: Counts = field(default_factory=Counts)
    records: Counts = field(default_factory=Counts)
    seconds: float = 0.0

    def add(self, document: AnnotatedArticle | RejectedDocument) -> None:
        """Count one document."""
        self.documents += 1
        if isinstance(document, RejectedDocument):
            self.documents_rejected += 1
            self.read += document.read
            self.rejected_count += document.read
            if document.read:
                self._count("unreadable", [0, 0, document.read])
            self._reject(document.rejection)
            return
        self.add_tally(document.tally)

    def add_tally(self, tally: Tally) -> None:
        """Count some annotations."""
        self.read += tally.read
        self.loaded += tally.loaded
        self.ignored.update(tally.ignored)
        self.rejected_count += len(tally.rejected)
        for rejection in tally.rejected:
            self._reject(rejection)
        for kind, counts in tally.kinds.items():
            self._count(kind, counts)
        for note in tally.notes:
            if note in self._repeated or len(self.notes) < _LISTED:
                if note not in self._repeated:
                    self.notes.append(note)
                self._repeated[note] += 1

    def _count(self, kind: str, counts: list[int]) -> None:
        known = self.kinds.setdefault(kind, [0, 0, 0])
        for place, count in enumerate(counts):
            known[place] += count

    def _reject(self, rejection: Rejection) -> None:
        if len(self.rejected) < _LISTED:
            self.rejected.append(rejection)

    @property
    def clean(self) -> bool:
        """Whether nothing was rejected."""
        return not self.rejected_count and not self.documents_rejected

    def to_json(self) -> dict[str, Any]:
        """The report as the command line prints it with `--format json` and as the ledger keeps it."""
        return {
            "run": self.run,
            "documents": self.documents,
            "documents_rejected": self.documents_rejected,
            "lists": self.lists,
            "annotations": {
                "read": self.read,
                "loaded": self.loaded,
                "ignored": dict(sorted(self.ignored.items())),
                "rejected": [
                    {"file": r.file, "line": r.line, "id": r.id, "reason": r.reason} for r in self.rejected
                ],
                "rejected_count": self.rejected_count,
                "kinds": {
                    kind: {
                        "read": sum(counts),
                        "loaded": counts[0],
                        "ignored": counts[1],
                        "rejected": counts[2],
                    }
                    for kind, counts in self.kinds.items()
                },
            },
            "claims": asdict(self.claims),
            "records": asdict(self.records),
            "notes": [
                f"{note} ({times:,} times)" if (times := self._repeated[note]) > 1 else note
                for note in self.notes
            ],
            "seconds": round(self.seconds, 3),
        }


class Ingestion:
    """One run into an open graph: `load` it documents, then `finish` it.

    Each chunk is done when its ledger commit returns. An empty graph's store is built in one go and shown at the end;
    otherwise the store follows commit by commit.
    """

    def __init__(self, graph: Graph, command: str = "ingest", *, feed: str = "") -> None:
        self.graph, self.report = graph, Report()
        self._started = time.perf_counter()
        graph.catch_up()
        ledger = graph.ledger
        self._projection: Projection = graph.projection
        empty = _is_empty(ledger)
        self._taken = graph.store.sequence
        self._build: Build | None = graph.store.build() if empty and graph.store.loads_along else None
        ledger.hurry(self._build is not None)
        self._stale: set[int] = set()
        self._followed, self._behind = 0, False
        self._few = self._most_to_follow(empty)
        self.report.run = ledger.start_run(command, _now())
        self._recorder = Recorder(ledger, graph.ontology, self.report.run, feed=feed)
        self._lists = ListRecorder(self._recorder)
        self._open_list: ReferenceList | None = None
        self.report.claims, self.report.records = self._recorder.counts, self._lists.counts
        self._follow(self._recorder.reconsider(graph.ontology_digest))

    def _most_to_follow(self, empty: bool) -> float:
        """How many annotation sets a run may change before the store is better built anew at its end.

        A store on a server has readers while it is built, and may be far larger than what a run changes: it follows,
        but for a first load.
        """
        if self.graph.store.embedded:
            return max(_FEW, self.graph.ledger.highest("sets") // _SHARE)
        return 0 if empty else inf

    def load(
        self,
        documents: Iterable[Loaded],
        progress: Callable[[Report], None] | None = None,
    ) -> None:
        """Record documents, streaming. What an exception leaves unread is not recorded; what was committed stays."""
        articles: list[AnnotatedArticle] = []
        records: list[Record] = []
        size = 0
        # What a run makes is freed by reference counts; looking for cycles in it took a tenth of a first load's time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            for document in documents:
                if isinstance(document, Record):
                    records.append(document)
                    size += _size(document)
                    if len(records) < _RECORDS and size < _CHARACTERS:
                        continue
                elif isinstance(document, AnnotatedArticle):
                    articles.append(document)
                    size += len(document.text)
                    if not self._open_list and len(articles) < _ARTICLES and size < _CHARACTERS:
                        continue
                elif isinstance(document, RejectedDocument) and not self._open_list:
                    self.report.add(document)
                    continue
                self._commit_records(records)
                if not isinstance(document, Record) and self._open_list and document is not self._open_list:
                    self._leave_list()
                self._commit(articles)
                articles, records, size = [], [], 0
                if isinstance(document, ReferenceList):
                    if document is not self._open_list:
                        self._begin_list(document)
                    elif document.complete:
                        self._end_list()
                    else:
                        self.report.add_tally(document.told())
                elif isinstance(document, RejectedDocument):
                    self.report.add(document)
                if progress:
                    progress(self.report)
            self._commit_records(records)
            self._leave_list()
            self._commit(articles)
        finally:
            if collecting:
                gc.enable()
        if progress:
            progress(self.report)

    # Reference lists

    def _begin_list(self, made: ReferenceList) -> None:
        self.report.lists += 1
        self._open_list = made
        self._lists.begin(made)

    def _commit_records(self, records: list[Record]) -> None:
        if self._open_list is None:
            return
        if records:
            changes = self._lists.record(records)
            self.report.add_tally(self._open_list.told())
            self._follow(changes, len({node for node, *_ in changes.facts}) // _NODES)

    def _end_list(self) -> None:
        """It was read to its end: what it no longer holds is dropped."""
        made, self._open_list = self._open_list, None
        assert made is not None
        for changes in self._lists.drop_gone():
            self._follow(changes, len({node for node, *_ in changes.facts}) // _NODES)
        self.report.add_tally(made.told())

    def _leave_list(self) -> None:
        """It was not read to its end: nobody knows what it no longer holds."""
        made, self._open_list = self._open_list, None
        if made is not None:
            made.tally.notes.append(
                f"{made.source}: not read to its end, so no record of {made.id!r} is dropped"
            )
            self.report.add_tally(made.told())

    def retract_list(self, number: int) -> None:
        """Withdraw a reference list."""
        for changes in self._lists.retract(number):
            self._follow(changes, len({node for node, *_ in changes.facts}) // _NODES)

    def retract(self, article: int) -> None:
        """Withdraw an article's claims."""
        changes = self._recorder.retract(article)
        self._follow(changes)

    def _commit(self, chunk: list[AnnotatedArticle]) -> None:
        if not chunk:
            return
        changes = self._recorder.record(chunk)
        for document in chunk:
            self.report.add(document)
        self._follow(changes)

    def _follow(self, changes: Changes, more: int = 0) -> None:
        """Bring the store there; the work counts as that of the annotation sets changed and of some more."""
        if changes.sequence == self._taken:
            return
        self._taken = changes.sequence
        if self._build is None:
            self._followed += len({row.set_id for row in changes.added} | changes.stale) + more
            if self._followed > self._few:
                # Following would rewrite much of the graph, bit by bit: build it anew, once, at the end.
                self._behind = True
                return
            follow(self.graph.store, self._projection, changes)
            self.graph.store.publish()
            return
        self._stale |= changes.stale
        recent = self._recorder.entity_nodes
        claims = self._projection.new_claims(changes.added, changes.bodies, recent)
        self._build.add(claims)

    def finish(self, failed: bool = False) -> Report:
        """Bring the store to the last commit, publish it and record the run. Always call it, also after an error."""
        graph, ledger = self.graph, self.graph.ledger
        ledger.hurry(False)
        try:
            if self._build is not None:
                self._complete_build(self._build)
            elif self._behind:
                graph.catch_up()
            if not graph.store.published():
                graph.store.publish()
        finally:
            nodes = self._recorder.nodes
            self.report.notes[:0] = clashes(ledger, nodes.kinds, nodes.clashing)
            self.report.seconds = time.perf_counter() - self._started
            outcome = "failed" if failed else "done" if self.report.clean else "partly"
            ledger.finish_run(self.report.run, _now(), outcome, self.report.to_json())
        return self.report

    def _complete_build(self, build: Build) -> None:
        store, ledger = self.graph.store, self.graph.ledger
        self._build = None
        if _is_empty(ledger):
            build.abandon()
            self.graph.catch_up()  # a store that is filled in place was emptied for it
            return
        try:
            complete(build, self._projection, ledger.sequence)
        except BaseException:
            build.abandon()
            raise
        store.adopt(build)
        if len(self._stale) > _FEW:
            rebuild(store, self._projection)
        elif self._stale:
            # Claims that were written before a node they mention changed its id.
            changes = Changes(ledger.sequence, stale=self._stale)
            follow(store, self._projection, changes)

    def abandon(self) -> None:
        """After an error: let go of an unfinished build. What was committed is done; the store catches up later."""
        self.graph.ledger.hurry(False)
        if self._build is not None:
            self._build.abandon()
            self._build = None


def ingest(
    graph: Graph,
    documents: Iterable[Loaded],
    *,
    command: str = "ingest",
    feed: str = "",
    progress: Callable[[Report], None] | None = None,
) -> Report:
    """Load documents into a graph opened for writing; the whole run in one call."""
    run = Ingestion(graph, command, feed=feed)
    try:
        run.load(documents, progress)
    except StoreError:
        run.abandon()
        raise
    except AttestError:
        run.finish(failed=True)
        raise
    except BaseException:
        run.abandon()
        raise
    return run.finish()


def retract(graph: Graph, name: str) -> Report:
    """Withdraw every claim of an article, or every record of a reference list, named by its id.

    Raises UsageError if there is neither.
    """
    db = graph.ledger.db
    article = db.execute("SELECT id FROM articles WHERE key=?", (name,)).fetchone()
    listed = db.execute("SELECT id FROM lists WHERE key=?", (name,)).fetchone()
    if article is None and listed is None:
        raise UsageError(f"no article or list {name!r}; `kg articles` and `kg lists` list them")
    if article is not None and listed is not None:
        raise UsageError(f"{name!r} is an article and a list; load one of them under another id first")
    run = Ingestion(graph, "retract")
    if article is not None:
        run.retract(int(article[0]))
    else:
        run.retract_list(int(listed[0]))
    return run.finish()


def _is_empty(ledger: Ledger) -> bool:
    """Whether nothing was ever recorded."""
    return ledger.highest("sets") == 0 and ledger.highest("lists") == 0


def _size(record: Record) -> int:
    """About how many characters a record has."""
    return sum(len(text) for values in record.facts.values() for text in values) + 40 * len(record.names)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
