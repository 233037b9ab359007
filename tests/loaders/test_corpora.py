"""Real corpora, each with whatever formats know it: every annotation is loaded, ignored by name, or rejected.

The table of docs/corpora.md is made by the same program (`python -m benchmarks.corpora`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.corpora import Row, count, reasons, table
from loaders.formats import formats
from ontology.errors import UsageError
from ontology.models import Rejection, Tally

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "corpora"
CORPORA = sorted(place.name for place in FOLDER.iterdir() if place.is_dir()) if FOLDER.is_dir() else []

OWN_FORMAT = {
    "brat-news": "brat",
    "cas": "cas-xmi",
    "doccano": "doccano",
    "gate": "gate",
    "gum-news": "webanno-tsv",
    "plover": "plover",
    "prodigy": "prodigy",
    "re3d": "re3d",
    "webanno-tsv3": "webanno-tsv",
}
"""By which format a corpus is known, where that format is there."""


def test_the_corpora_are_there(shared_dir: Path) -> None:
    assert {"plover", "re3d"} <= {place.name for place in (shared_dir / "corpora").iterdir()}


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_annotation_of_a_corpus_is_accounted_for(corpus: str) -> None:
    try:
        rows = count(FOLDER / corpus)
    except UsageError as missing:
        pytest.skip(str(missing))
    if not rows:
        pytest.skip(f"no format reads {corpus}")
    own = OWN_FORMAT.get(corpus)
    if own in formats():
        assert own in [row.format for row in rows]
    for row in rows:
        assert row.documents > row.documents_rejected or row.format != own, row
        assert row.read == row.loaded + row.ignored + row.rejected, row


def test_the_table_has_a_line_for_each_kind() -> None:
    row = Row("made", "brat", "seed", 1200, 1, 3)
    row.read.update(mention=1500, event=2)
    row.loaded.update(mention=1499)
    row.ignored.update(event=2)
    row.rejected.update(mention=1)
    assert table([row]).splitlines()[2:] == [
        "| made | brat, seed | 1,200 (1 rejected) | all | 1,502 | 1,499 | 2 | 1 |",
        "|  |  |  | mention | 1,500 | 1,499 | 0 | 1 |",
        "|  |  |  | event | 2 | 0 | 2 | 0 |",
    ]


def test_reasons_are_told_without_the_words_they_name() -> None:
    row = Row("made", "brat", "seed")
    tally = Tally(rejected=[Rejection("a", f"says 'Varnak {n}', but T{n} is at {n}-9") for n in range(3)])
    row._tell(tally)
    assert reasons([row]).splitlines()[2:] == ["| made | brat | 3 | says …, but N is at N |"]


def test_a_corpus_of_our_own_is_counted(tmp_path: Path) -> None:
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed" / "x.txt").write_text("Varnak fighters")
    (tmp_path / "seed" / "x.ann").write_text("T1\tGroup 0 6\tVarnak\nT2\tColour 7 15\tfighters\nnonsense\n")
    (row,) = count(tmp_path / "seed")
    assert (row.mapping, row.documents, dict(row.read)) == ("seed", 1, {"mention": 2, "unreadable": 1})
    assert dict(+row.loaded) == {"mention": 1}
    assert dict(row.rejected) == {"mention": 1, "unreadable": 1}
