"""What is measured of loaders: that the made-up files are read, whole, in every format there is."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from benchmarks.loaders import PARSERS, main
from benchmarks.marked import articles
from benchmarks.writing import LISTS, WRITERS, mapping
from loaders import reading
from loaders.formats import Options, formats
from loaders.mapping import load_mapping
from ontology.models import AnnotatedArticle
from ontology.vocabulary import load

_NEEDS = {"stix": "stix2", "spacy": "spacy", "cas-xmi": "cassis", "cas-json": "cassis", "inception": "cassis"}
_WITHOUT_RELATIONS = ("gate-json", "spacy")
_OWN_LABELS = ("re3d", "plover", "stix")
_OTHER_TEXTS = ("plover", "claims-table", "stix", "spacy", "webanno-tsv")
"""Whose texts are sentences, quotes, written by the loader, or have other white space between words and sentences."""


def test_every_format_is_measured() -> None:
    assert set(WRITERS) == set(PARSERS) == set(formats())


@pytest.mark.parametrize("name", [name for name in WRITERS if name not in LISTS])
def test_made_up_articles_are_read_as_they_were_made(tmp_path: Path, name: str) -> None:
    if name in _NEEDS:
        pytest.importorskip(_NEEDS[name])
    ontology = load()
    made = list(islice(articles(40), 3))
    (tmp_path / "mapping.yaml").write_text(mapping(articles(40)), encoding="utf-8")
    folder = tmp_path / name
    folder.mkdir()
    WRITERS[name](folder, made)
    own = formats()[name]
    use = "" if own.mapping or not own.needs_mapping else str(tmp_path / "mapping.yaml")
    found = list(
        reading.read([folder], Options(ontology), lambda name: load_mapping(name, ontology), mapping=use)
    )
    assert all(isinstance(one, AnnotatedArticle) for one in found)
    read = [one for one in found if isinstance(one, AnnotatedArticle)]
    if name not in _OWN_LABELS:
        assert not [rejected for one in read for rejected in one.tally.rejected]
        relations = 0 if name in _WITHOUT_RELATIONS else sum(len(a.relations) for a in made)
        assert sum(len(one.claims) for one in read) == relations
    if name not in _OTHER_TEXTS:
        assert {one.text.strip() for one in read} == {a.text.strip() for a in made}


def test_a_row_has_ratios_and_peaks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doccano", "--articles", "2", "--rounds", "1"]) == 0
    row = capsys.readouterr().out.splitlines()[-1].split(" | ")
    assert row[:2] == ["| doccano", "`json.loads`"]
    assert len(row) == 9
