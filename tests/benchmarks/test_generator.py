"""The corpus that measurements are made on: the same for everyone, of the stated kind, and valid throughout."""

from __future__ import annotations

import io
import json
from statistics import mean

import pytest

from benchmarks.generator import VERBS, Corpus, main
from loaders.native import reading as native
from ontology import vocabulary
from ontology.models import AnnotatedArticle

CORPUS = Corpus(300, seed=7)


def load(*documents: dict[str, object]) -> list[AnnotatedArticle]:
    lines = "".join(json.dumps(document) + "\n" for document in documents).encode()
    found = list(native.load(io.BytesIO(lines), name="corpus.jsonl", ontology=vocabulary.load()))
    assert all(isinstance(one, AnnotatedArticle) for one in found), found
    return [one for one in found if isinstance(one, AnnotatedArticle)]


def test_every_article_is_a_native_document_of_which_nothing_is_rejected() -> None:
    articles = load(*CORPUS)
    assert len(articles) == 300
    assert [article.tally.rejected for article in articles] == [[]] * 300
    assert {article.article.id for article in articles} == {f"made-up-7-{k}" for k in range(300)}


def test_articles_are_as_long_and_as_full_as_stated() -> None:
    articles = load(*CORPUS)
    assert mean(len(article.text) for article in articles) == pytest.approx(2_500, rel=0.1)
    assert mean(len(article.claims) for article in articles) == pytest.approx(8, rel=0.1)
    mentions = [sum(len(entity.mentions) for entity in article.entities) for article in articles]
    assert mean(mentions) == pytest.approx(12, rel=0.15)


def test_claims_are_of_every_kind_that_a_graph_has_to_keep_apart() -> None:
    claims = [claim for article in load(*CORPUS) for claim in article.claims]
    assert {claim.relation for claim in claims} == {verb.relation for verb in VERBS}
    assert {claim.polarity for claim in claims} == {"affirmed", "denied"}
    assert {claim.certainty for claim in claims} == {"certain", "probable", "possible", "unstated"}
    assert {len(claim.speakers) for claim in claims} == {0, 1, 2}
    assert {bool(claim.start) for claim in claims} == {bool(claim.place) for claim in claims} == {True, False}


def test_a_few_actors_are_in_many_articles_and_most_in_few() -> None:
    seen: dict[str, int] = {}
    for article in load(*CORPUS):
        for entity in article.entities:
            if entity.type != "Place" and entity.mentions[0].words[0].isupper():
                seen[entity.mentions[0].words] = seen.get(entity.mentions[0].words, 0) + 1
    counts = sorted(seen.values(), reverse=True)
    assert counts[0] > 0.25 * 300
    assert counts[len(counts) // 2] <= 3


def test_an_article_is_the_same_however_it_is_come_by(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["300", "--seed", "7"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[41]) == Corpus(300, seed=7).article(41)
    assert json.loads(lines[41]) != Corpus(300, seed=8).article(41)


def test_a_changed_article_differs_in_its_last_claim_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["300", "--seed", "7", "--changed", "41"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    before, after = CORPUS.article(41), json.loads(line)
    assert after["article"] == before["article"]
    assert after["claims"][:-1] == before["claims"][:-1]
    assert after["claims"][-1] != before["claims"][-1]
    assert load(after)[0].tally.rejected == []


@pytest.mark.parametrize("articles", [0, 1, 2])
def test_the_smallest_corpora_are_whole(articles: int) -> None:
    assert len(load(*Corpus(articles))) == articles
