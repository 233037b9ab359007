"""What becomes of every annotation of whole corpora, as Markdown: counts only, nothing of their texts.

python -m benchmarks.corpora FOLDER [FOLDER …] [--mapping CORPUS=MAPPING …]

Each folder is a corpus. Its labels are mapped by the mapping named for it, else by the shipped one of the corpus's
name, else by its format's own. Without any, only what was read is counted.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from loaders import mapping as mappings
from loaders import reading
from loaders.formats import Options, Read
from loaders.source import SourceDocument
from ontology.lists import Record, ReferenceList
from ontology.models import RejectedDocument, Tally
from ontology.vocabulary import load

ONTOLOGY = load()
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
    name and rejected. Without a mapping only `read` is counted, and what the reader itself rejects.
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

    @property
    def is_mapped(self) -> bool:
        """Whether the format says what its labels mean, or a mapping does."""
        return bool(self.mapping) or self.format == "native"

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
            return
        if isinstance(document, SourceDocument):
            kinds = Counter(annotation.kind for annotation in document.annotations())
            kinds["structure"] += sum(document.structure.values())
            lost = Counter(rejection.kind or "unreadable" for rejection in document.rejected)
            self.read += kinds + lost
            if mapping is None:
                self.rejected += lost
                return
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


def _by_kind(tally: Tally) -> Counter[str]:
    return Counter({kind: sum(counts) for kind, counts in tally.kinds.items()})


def count(corpus: Path, mapping: str = "") -> list[Row]:
    """What each format that recognises files below a folder makes of them."""
    rows: dict[str, Row] = {}
    for format, _, document in reading.documents([corpus], Options(ONTOLOGY)):
        if format is None:
            continue
        name = mapping or (corpus.name if corpus.name in mappings.shipped() else format.mapping)
        name = name if format.needs_mapping else ""
        row = rows.setdefault(format.name, Row(corpus.name, format.name, name))
        row.add(document, _mapping(name) if name else None)
    return list(rows.values())


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
        first = [row.corpus, how if row.is_mapped else f"{how}, none", documents]
        totals = ("all", row.read.total(), row.loaded.total(), row.ignored.total(), row.rejected.total())
        for kind, read, *became in (
            totals,
            *((k, row.read[k], row.loaded[k], row.ignored[k], row.rejected[k]) for k in _kinds(row)),
        ):
            loaded, ignored, lost = (f"{number:,}" for number in became)
            if not row.is_mapped:
                loaded = ignored = "–"
            lines.append(f"| {' | '.join([*first, kind, f'{read:,}', loaded, ignored, lost])} |")
            first = ["", "", ""]
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


if __name__ == "__main__":
    main()
