"""An ingestion: annotated articles into a graph, in whole articles, with a report of what became of each annotation."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from kg.changes import Changes, Counts
from kg.dividing import clashes
from kg.following import complete, follow, rebuild
from kg.graph import Graph
from kg.projection import Projection
from kg.rdf import turtle
from kg.recording import Recorder
from kg.stores.oxigraph import Build
from ontology.errors import AttestError, StoreError, UsageError
from ontology.models import AnnotatedArticle, RejectedDocument, Rejection

# A transaction holds this many articles or characters, whichever is reached first.
_ARTICLES = 500
_CHARACTERS = 4_000_000
# The store follows a run while it changes no more annotation sets than this, or than this part of all there are.
_FEW, _SHARE = 300, 20
# Rejections kept word by word in the report; the rest is counted. A run must not grow with what is wrong with it.
_LISTED = 10_000


@dataclass(slots=True)
class Report:
    """What a run read, loaded, ignored by name and rejected; annotations and claims are counted apart.

    `read == loaded + sum(ignored.values()) + rejected_count` over annotations.
    """

    run: int = 0
    documents: int = 0
    documents_rejected: int = 0
    read: int = 0
    loaded: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejection] = field(default_factory=list)
    rejected_count: int = 0
    kinds: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    claims: Counts = field(default_factory=Counts)
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
        tally = document.tally
        self.read += tally.read
        self.loaded += tally.loaded
        self.ignored.update(tally.ignored)
        self.rejected_count += len(tally.rejected)
        for rejection in tally.rejected:
            self._reject(rejection)
        for kind, counts in tally.kinds.items():
            self._count(kind, counts)
        self.notes.extend(tally.notes[: _LISTED - len(self.notes)])

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
            "notes": self.notes,
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
        self._build: Build | None = graph.store.build() if ledger.highest("sets") == 0 else None
        ledger.hurry(self._build is not None)
        self._stale: set[int] = set()
        self._followed, self._behind = 0, False
        self._few = max(_FEW, ledger.highest("sets") // _SHARE)
        self.report.run = ledger.start_run(command, _now())
        self._recorder = Recorder(ledger, graph.ontology, self.report.run, feed=feed)
        self.report.claims = self._recorder.counts
        self._follow(self._recorder.reconsider(graph.ontology_digest))

    def load(
        self,
        documents: Iterable[AnnotatedArticle | RejectedDocument],
        progress: Callable[[Report], None] | None = None,
    ) -> None:
        """Record documents, streaming. What an exception leaves unread is not recorded; what was committed stays."""
        chunk: list[AnnotatedArticle] = []
        size = 0
        # What a run makes is freed by reference counts; looking for cycles in it took a tenth of a first load's time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            for document in documents:
                if isinstance(document, RejectedDocument):
                    self.report.add(document)
                    continue
                chunk.append(document)
                size += len(document.text)
                if len(chunk) >= _ARTICLES or size >= _CHARACTERS:
                    self._commit(chunk)
                    chunk, size = [], 0
                    if progress:
                        progress(self.report)
            self._commit(chunk)
        finally:
            if collecting:
                gc.enable()
        if progress:
            progress(self.report)

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

    def _follow(self, changes: Changes) -> None:
        if changes.sequence == self.graph.store.sequence:
            return
        if self._build is None:
            self._followed += len({row.set_id for row in changes.added} | changes.stale)
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
        self._build.add("".join([turtle(*claim) for claim in claims]))

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
        if ledger.highest("sets") == 0:
            build.abandon()
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
    documents: Iterable[AnnotatedArticle | RejectedDocument],
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


def retract(graph: Graph, article: str) -> Report:
    """Withdraw every claim of an article, named by its id. Raises UsageError if there is no such article."""
    row = graph.ledger.db.execute("SELECT id FROM articles WHERE key=?", (article,)).fetchone()
    if row is None:
        raise UsageError(f"no article {article!r}; `kg articles` lists them")
    run = Ingestion(graph, "retract")
    run.retract(int(row[0]))
    return run.finish()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
