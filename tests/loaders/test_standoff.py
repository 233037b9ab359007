"""Articles given back to annotators are the same article when they are loaded again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from loaders.brat import writing as brat_writing
from loaders.formats import Options
from loaders.given_back import Written
from loaders.label_studio import writing as label_studio_writing
from loaders.mapping import apply, parse_mapping
from loaders.own_labels import mapping_text
from loaders.reading import read
from loaders.source import SourceDocument
from loaders.standoff import standoff
from loaders.web_annotation import writing as web_annotation_writing
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


WRITERS: dict[str, tuple[Callable[[SourceDocument, str], Written], bool]] = {
    "brat": (brat_writing.write, False),
    "web-annotation": (web_annotation_writing.write, False),
    "label-studio": (label_studio_writing.write, True),
}


@pytest.mark.parametrize("format", WRITERS)
@given(article=articles())
def test_an_article_given_back_is_the_article_again(format: str, article: AnnotatedArticle) -> None:
    write, plain_relations = WRITERS[format]
    made = standoff(article, ONTOLOGY, plain_relations=plain_relations)
    assert made.lost == []
    written = write(made.document, "a")
    assert written.lost == []
    (again,) = loaded(written.files, format)
    assert again.tally.rejected == []
    assert again.tally.read == again.tally.loaded
    assert comparable(again) == comparable(article)


def loaded(files: dict[str, bytes], format: str) -> list[AnnotatedArticle]:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        found = list(read([folder], Options(ONTOLOGY), lambda name: MAPPING, mapping="own"))
    articles = [one for one in found if isinstance(one, AnnotatedArticle)]
    assert articles == found
    assert {one.loader for one in articles} == {format}
    return articles
