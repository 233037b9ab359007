"""What becomes of every annotation of whole corpora, as Markdown: counts only, nothing of their texts.

python -m benchmarks.corpora FOLDER [FOLDER …] [--mapping CORPUS=MAPPING …]

Each folder is a corpus. Its labels are mapped by the mapping named for it, else by the shipped one of the corpus's
name, else by its format's own, else by the draft that `kg mapping suggest` makes of the labels.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from loaders import mapping as mappings
from loaders import reading
from loaders.formats import Options, Read
from loaders.source import SourceDocument
from loaders.suggesting import Labels, draft
from ontology.lists import Record, ReferenceList
from ontology.models import RejectedDocument, Tally
from ontology.vocabulary import load

ONTOLOGY = load()
_REASONS = 6
KINDS = (
    "mention",
    "relation",
    "event",
    "attribute",
    "equivalence",
    "identifier",
    "note",
    "structure",
    "unreadable",
)


@dataclass(slots=True)
class Row:
    """What one format made of one corpus: documents, and by kind how many annotations were read, loaded, ignored by
    name and rejected; `reasons` without the words that they quote.
    """

    corpus: str
    format: str
    mapping: str = ""
    documents: int = 0
    documents_rejected: int = 0
    claims: int = 0
    read: Counter[str] = field(default_factory=Counter)
    loaded: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, document: Read, mapping: mappings.Mapping | None) -> None:
        """Count one document, or what a reference list's tally holds; its records are in that."""
        if isinstance(document, Record):
            return
        if isinstance(document, ReferenceList):
            self.documents += document.complete
            tally = document.told()
            self.read += _by_kind(tally)
            self._tell(tally)
            return
        self.documents += 1
        if isinstance(document, RejectedDocument):
            self.documents_rejected += 1
            self.read["unreadable"] += document.read
            self.rejected["unreadable"] += document.read
            self.reasons[f"(document) {_without_words(document.rejection.reason)}"] += 1
            return
        if isinstance(document, SourceDocument):
            kinds = Counter(annotation.kind for annotation in document.annotations())
            kinds["structure"] += sum(document.structure.values())
            self.read += kinds + Counter(lost.kind or "unreadable" for lost in document.rejected)
            assert mapping is not None
            article = mappings.apply(mapping, document, ONTOLOGY)
        else:
            article = document
            self.read += _by_kind(article.tally)
        self.claims += len(article.claims)
        self._tell(article.tally)

    def _tell(self, tally: Tally) -> None:
        for kind, (loaded, ignored, lost) in tally.kinds.items():
            self.loaded[kind] += loaded
            self.ignored[kind] += ignored
            self.rejected[kind] += lost
        self.reasons.update(_without_words(one.reason) for one in tally.rejected)


def _without_words(reason: str) -> str:
    """A reason as a kind of reason: without what it quotes, ids and numbers."""
    reason = re.sub(r"'[^']*'|\"[^\"]*\"|‘[^’]*’", "…", reason)
    return re.sub(r"\b[\w:.+-]*\d[\w:.,+-]*", "N", reason)[:160]


def _by_kind(tally: Tally) -> Counter[str]:
    return Counter({kind: sum(counts) for kind, counts in tally.kinds.items()})


def count(corpus: Path, mapping: str = "") -> list[Row]:
    """What each format that recognises files below a folder makes of them."""
    rows: dict[str, Row] = {}
    drafts = _Drafts(corpus)
    for format, _, document in reading.documents([corpus], Options(ONTOLOGY)):
        if format is None:
            continue
        name = mapping or (corpus.name if corpus.name in mappings.shipped() else format.mapping)
        used: mappings.Mapping | None = None
        if format.needs_mapping:
            used = _mapping(name) if name else drafts.of(format.name)
        row = rows.setdefault(format.name, Row(corpus.name, format.name, used.name if used else ""))
        row.add(document, used)
    return list(rows.values())


class _Drafts:
    """Mappings drafted from a corpus's own labels, one a format."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._made: dict[str, mappings.Mapping] = {}

    def of(self, format: str) -> mappings.Mapping:
        """The draft for the documents of one format."""
        if not self._made:
            labels: dict[str, Labels] = defaultdict(Labels)
            for found in reading.documents([self._corpus], Options(ONTOLOGY)):
                if found.format is not None and isinstance(found.document, SourceDocument):
                    labels[found.format.name].add(found.document)
            for name, known in labels.items():
                text = draft(known, ONTOLOGY, name)
                self._made[name] = mappings.parse_mapping(text.encode(), ONTOLOGY, name="a draft", file=name)
        return self._made.get(format) or mappings.Mapping("a draft", "")


@cache
def _mapping(name: str) -> mappings.Mapping:
    return mappings.load_mapping(name, ONTOLOGY)


def table(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table, a line for each kind of annotation."""
    lines = [
        "| corpus | format, mapping | documents | kind | read | loaded | ignored by name | rejected |",
        "|---|---|--:|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        documents = f"{row.documents:,}"
        if row.documents_rejected:
            documents += f" ({row.documents_rejected:,} rejected)"
        how = row.format + (f", {row.mapping}" if row.mapping and row.mapping != row.format else "")
        first = [row.corpus, how, documents]
        totals = ("all", row.read.total(), row.loaded.total(), row.ignored.total(), row.rejected.total())
        for kind, read, *became in (
            totals,
            *((k, row.read[k], row.loaded[k], row.ignored[k], row.rejected[k]) for k in _kinds(row)),
        ):
            loaded, ignored, lost = (f"{number:,}" for number in became)
            lines.append(f"| {' | '.join([*first, kind, f'{read:,}', loaded, ignored, lost])} |")
            first = ["", "", ""]
    return "\n".join(lines)


def reasons(rows: Iterable[Row]) -> str:
    """Why annotations were rejected, as Markdown: the commonest kinds of reason for each corpus."""
    lines = ["| corpus | format | rejected | because it … |", "|---|---|--:|---|"]
    for row in rows:
        shown = row.reasons.most_common(_REASONS)
        for reason, times in shown:
            lines.append(
                f"| {row.corpus} | {row.format} | {times:,} | {reason.replace('|', chr(92) + '|')} |"
            )
        if rest := row.reasons.total() - sum(times for _, times in shown):
            lines.append(f"| {row.corpus} | {row.format} | {rest:,} | (other reasons) |")
    return "\n".join(lines)


def _kinds(row: Row) -> list[str]:
    """The kinds there are, in a settled order."""
    return [kind for kind in (*KINDS, *sorted(row.read.keys() - {*KINDS})) if row.read[kind]]


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--mapping", action="append", default=[], metavar="CORPUS=MAPPING")
    options = parser.parse_args()
    chosen = dict(one.partition("=")[::2] for one in options.mapping)
    rows = [row for folder in options.folders for row in count(folder, chosen.get(folder.name, ""))]
    print(table(rows))
    print()
    print(reasons(rows))


if __name__ == "__main__":
    main()
