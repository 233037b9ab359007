"""The examples load without a single rejection and show what their README says they show."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from loaders.brat import reading as brat
from loaders.mapping import load_mapping
from loaders.native import reading as native
from loaders.yaml_reader import load_file
from ontology.models import AnnotatedArticle, DateValue, Quantity
from ontology.vocabulary import load as load_ontology

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ONTOLOGY = load_ontology()
NATIVE = sorted((EXAMPLES / "native").iterdir())
RESTATED = ("native/new-age-islam-ties.attest.yaml", "brat/new-age-islam-deaths.txt")


def load_native(path: Path, ontology: object = ONTOLOGY) -> AnnotatedArticle:
    [loaded] = native.load(path, name=path.name, ontology=ontology)  # type: ignore[arg-type]
    assert isinstance(loaded, AnnotatedArticle), loaded
    return loaded


def load_brat() -> list[AnnotatedArticle]:
    mapping = load_mapping(EXAMPLES / "brat" / "mapping.yaml", ONTOLOGY)
    loaded = [brat.load(document, mapping, ONTOLOGY) for document in brat.find([EXAMPLES / "brat"])]
    assert all(isinstance(one, AnnotatedArticle) for one in loaded), loaded
    return [one for one in loaded if isinstance(one, AnnotatedArticle)]


@pytest.fixture(scope="module")
def articles() -> list[AnnotatedArticle]:
    return [*map(load_native, NATIVE), *load_brat()]


def test_every_annotation_is_loaded(articles: list[AnnotatedArticle]) -> None:
    for article in articles:
        assert article.tally.rejected == [], article.source
        assert article.tally.ignored == {}, article.source
        assert article.tally.notes == [], article.source
        assert article.claims, article.source
        for claim in article.claims:
            assert all(article.text[f.start : f.end] == f.exact for f in claim.evidence)


def test_there_are_eight_short_articles_from_several_publishers(articles: list[AnnotatedArticle]) -> None:
    by_id = {article.article.id: article for article in articles}
    assert len(by_id) >= 8
    assert len({article.article.publisher for article in articles}) >= 6
    for article in articles:
        assert 150 <= len(article.text.split()) <= 350, article.source


def test_they_show_what_claims_can_carry(articles: list[AnnotatedArticle]) -> None:
    claims = [claim for article in articles for claim in article.claims]
    assert {claim.polarity for claim in claims} == {"affirmed", "denied"}
    assert {claim.certainty for claim in claims} == {"certain", "probable", "possible", "unstated"}
    assert {claim.modality for claim in claims} >= {"actual", "pledged", "predicted", "obliged"}
    assert {claim.basis for claim in claims} == {"stated", "implied"}
    assert any(len(claim.speakers) == 2 for claim in claims)
    assert any(claim.ended for claim in claims)
    assert any(isinstance(c.object, Quantity) and c.object.minimum != c.object.maximum for c in claims)
    assert any(isinstance(claim.object, DateValue) for claim in claims)
    assert any(len(claim.evidence) == 2 for claim in claims)
    dates = {date for claim in claims for date in (claim.start, claim.until) if date}
    assert dates >= {"2024~", "2030-23", "[2026,2027]", "2031-03-12", "2030"}


def test_one_wire_story_is_printed_by_two_publishers(articles: list[AnnotatedArticle]) -> None:
    wired = [article for article in articles if article.article.origin == "Meridian Wire"]
    assert {article.article.publisher for article in wired} == {"The Sarne Valley Post", "The Kestrin Herald"}
    first, second = ({f.exact for c in article.claims for f in c.evidence} for article in wired)
    assert first & second


def test_one_article_is_annotated_by_two(articles: list[AnnotatedArticle]) -> None:
    both = [article for article in articles if article.article.publisher == "The Border Review"]
    assert sorted(article.annotator for article in both) == ["jane", "omar"]
    assert both[0].text == both[1].text
    assert len({article.article.id for article in both}) == 1
    assert both[0].claims != both[1].claims


def test_the_tool_offers_every_label_that_is_used_and_mapped() -> None:
    folder = EXAMPLES / "brat"
    offered = set(re.findall(r"^\s*!?([A-Z][\w-]+)", (folder / "annotation.conf").read_text(), re.MULTILINE))
    used = {
        label
        for file in folder.glob("*.ann")
        for label in re.findall(
            r"^(?:[TERA]\d+|\*)\t([\w-]+)", file.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert used <= offered
    mapping = load_file(folder / "mapping.yaml").data
    assert isinstance(mapping, dict)
    mapped = {
        label
        for section in ("types", "relations", "attributes", "equivalences")
        for label in (mapping[section] or ())  # type: ignore[union-attr]
    }
    assert offered - {"Actor", "Value", "Belonging", "Alliance", "Conflict"} == mapped


def test_a_users_turtle_adds_what_an_article_needs() -> None:
    folder = EXAMPLES / "extension"
    article = load_native(folder / "post-landings.attest.yaml", load_ontology([folder / "ferries.ttl"]))
    assert article.tally.rejected == []
    assert {claim.relation for claim in article.claims} == {"blockaded", "partOf"}

    without = load_native(folder / "post-landings.attest.yaml")
    assert "'FerryLanding' is not a type of the ontology" in without.tally.rejected[0].reason


def test_the_restatements_are_in_words_of_their_own(shared_dir: Path) -> None:
    def runs(path: Path) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", path.read_text(encoding="utf-8").lower())
        return set(zip(*(words[i:] for i in range(6)), strict=False))

    source = runs(shared_dir / "seed" / "article.txt")
    for name in RESTATED:
        assert not runs(EXAMPLES / name) & source, name


def test_the_readme_names_every_example() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for path in (*NATIVE, *(EXAMPLES / "brat").iterdir(), *(EXAMPLES / "extension").iterdir()):
        assert path.name in readme, path.name
    assert not [a for a, b in pairwise(readme.splitlines()) if a == b == ""]


def test_the_example_in_the_documentation_loads(tmp_path: Path) -> None:
    page = (EXAMPLES.parent / "docs" / "formats" / "native.md").read_text(encoding="utf-8")
    file = tmp_path / "front.attest.yaml"
    file.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    article = load_native(file)
    assert article.tally.rejected == []
    assert [claim.polarity for claim in article.claims] == ["affirmed", "denied", "affirmed"]


def test_the_documentation_names_every_key() -> None:
    from loaders.native import models

    page = (EXAMPLES.parent / "docs" / "formats" / "native.md").read_text(encoding="utf-8")
    shapes = (
        models.ArticleShape,
        models.EntityShape,
        models.ClaimShape,
        models.QuoteShape,
        models.ValueShape,
    )
    for shape in (models.DocumentShape, *shapes):
        for key in models.keys_of(shape):
            assert re.search(rf"\b{key}\b", page), key
