"""Real brat documents, read where they are: the seed article and brat's own news tutorial."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from loaders.brat import reading as brat
from loaders.mapping import load_mapping
from ontology.models import AnnotatedArticle, Article, Claim, Quantity
from ontology.vocabulary import Ontology, load


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


@pytest.fixture(scope="module")
def seed(shared_dir: Path, ontology: Ontology) -> AnnotatedArticle:
    (document,) = brat.find([shared_dir / "seed"])
    defaults = Article(publisher="New Age Islam", origin="The Washington Post", published="2020-12-08")
    article = brat.load(document, load_mapping("seed", ontology), ontology, defaults)
    assert isinstance(article, AnnotatedArticle)
    return article


def claims(article: AnnotatedArticle, event: str) -> list[Claim]:
    return [claim for claim in article.claims if claim.id.split(".")[0] == event]


def words(article: AnnotatedArticle, *ids: str | None) -> list[str]:
    return [next(e.mentions[0].words for e in article.entities if e.id == id) for id in ids]


def test_every_seed_annotation_is_loaded(seed: AnnotatedArticle) -> None:
    assert (seed.tally.read, seed.tally.loaded) == (335, 335)
    assert not seed.tally.rejected
    assert not seed.tally.ignored
    assert len(seed.claims) == 86
    assert seed.article.origin == "The Washington Post"


def test_seed_claims_have_their_speakers(seed: AnnotatedArticle) -> None:
    links = claims(seed, "E9")
    assert [words(seed, *c.speakers) for c in links] == [
        ["U.N. officials"],
        ["Afghan officials"],
        ["current and former Taliban members"],
    ]
    assert {words(seed, c.subject, c.object)[0] for c in links if isinstance(c.object, str)} == {"Taliban"}
    assert Counter(len(claims(seed, f"E{n}")) for n in range(1, 62)) == {1: 58, 2: 2, 3: 1}


def test_seed_claims_keep_time_doubt_and_denial(seed: AnnotatedArticle) -> None:
    (until,) = claims(seed, "E7")
    assert (until.relation, until.start, until.until) == ("memberOf", None, "2001")
    (nineties,) = claims(seed, "E49")
    assert (nineties.start, nineties.until, nineties.words) == ("1990", "1999", "at that time")
    (denied,) = claims(seed, "E57")
    assert (denied.polarity, denied.start, denied.until) == ("denied", "2020-02-29", None)
    (killed,) = claims(seed, "E40")
    assert (killed.relation, killed.said, killed.start) == ("killedIn", "2020-10", None)
    assert words(seed, killed.place) == ["Ghazni province"]
    (former,) = claims(seed, "E50")
    assert former.ended
    (pledge,) = claims(seed, "E45")
    assert pledge.modality == "pledged"
    (listed,) = claims(seed, "E43")
    assert (listed.relation, words(seed, listed.subject)) == ("designated", ["FBI"])
    (part,) = claims(seed, "R1")
    assert (part.relation, part.basis) == ("partOf", "implied")


def test_seed_strengths(seed: AnnotatedArticle) -> None:
    found = [(c.object, c.certainty) for n in (15, 16, 17) for c in claims(seed, f"E{n}")]
    assert found == [
        (Quantity(55000, 85000, "fighters"), "probable"),
        (Quantity(400, 600, "fighters"), "probable"),
        (Quantity(1000, None, "fighters"), "possible"),
    ]


def test_seed_entities(seed: AnnotatedArticle) -> None:
    taliban = next(e for e in seed.entities if "wikidata:Q42418" in e.identifiers)
    assert len(taliban.mentions) == 24
    assert taliban.mentions[0].words == "Taliban"
    source = next(e for e in seed.entities if e.mentions[0].words == "an Afghan security official")
    assert source.named is False


def test_the_news_tutorial_adds_up(shared_dir: Path, ontology: Ontology) -> None:
    mapping = load_mapping("brat-news", ontology)
    found = {}
    for document in brat.find([shared_dir / "corpora" / "brat-news"]):
        article = brat.load(document, mapping, ontology)
        assert isinstance(article, AnnotatedArticle)
        tally = article.tally
        lines = sum(1 for path in document.annotations for line in path.read_text().splitlines() if line)
        assert tally.read == lines == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
        found[document.path] = article
    assert len(found) == 13
    told = found["090-event_structures.txt"]
    (merger,) = claims(told, "E6")
    assert words(told, *merger.speakers) == ["My friend", "Reddit", "Wikinews"]
    (transfer,) = claims(found["000-introduction.txt"], "E1")
    assert transfer.quantity == Quantity(100_000_000, 100_000_000, "USD")
