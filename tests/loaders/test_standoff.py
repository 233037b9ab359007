"""Articles given back to annotators are the same article when they are loaded again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given

from loaders import brat
from loaders.brat_writing import write
from loaders.mapping import apply, parse_mapping
from loaders.own_labels import mapping_text
from loaders.standoff import standoff
from ontology.models import AnnotatedArticle
from tests.loaders.made_articles import ONTOLOGY, articles, comparable

MAPPING = parse_mapping(mapping_text(ONTOLOGY).encode(), ONTOLOGY, name="own", file="own.yaml")


@given(articles())
def test_an_article_as_standoff_is_the_article_again(article: AnnotatedArticle) -> None:
    made = standoff(article, ONTOLOGY)
    assert made.lost == []
    again = apply(MAPPING, made.document, ONTOLOGY)
    assert again.tally.rejected == []
    assert again.tally.loaded == again.tally.read
    assert comparable(again) == comparable(article)


@given(articles())
def test_an_article_through_brat_is_the_article_again(article: AnnotatedArticle) -> None:
    made = standoff(article, ONTOLOGY)
    written = write(made.document, "a")
    assert written.lost == []
    with tempfile.TemporaryDirectory() as folder:
        for name, content in written.files.items():
            (Path(folder) / name).write_bytes(content)
        (document,) = brat.find([Path(folder)])
        again = brat.load(document, MAPPING, ONTOLOGY)
    assert isinstance(again, AnnotatedArticle)
    assert again.tally.rejected == []
    assert comparable(again) == comparable(article)
