"""Tables of claims: what a row says, which rows are one article, and why a row is not a claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.formats import Options
from ontology.models import AnnotatedArticle, DateValue, Quantity, RejectedDocument
from tests.loaders.tables_made import OPTIONS, SAMPLES, article, name_of, read, reasons, table

# -- what a row says -------------------------------------------------------------------------------------------------


def test_a_row_is_a_claim_with_its_quote_as_evidence(tmp_path: Path) -> None:
    found = article(
        table(tmp_path, {"speaker": "Pell Orrin", "said": "2031-10-06", "published": "2031-10-07"})
    )
    (claim,) = found.claims
    assert (name_of(found, claim.subject), claim.relation) == ("Red Heron Front", "trained")
    assert name_of(found, claim.object) == "Lantern Brigade"
    assert [name_of(found, s) for s in claim.speakers] == ["Pell Orrin"]
    assert claim.evidence[0].exact == "the Red Heron Front trained the Lantern Brigade"
    assert claim.said == "2031-10-06"
    assert found.article.published == "2031-10-07"
    assert [m.words for m in found.entities[1].mentions] == ["Red Heron Front"]


def test_all_the_columns_together(tmp_path: Path) -> None:
    found = article(
        table(
            tmp_path,
            {
                "id": "c7",
                "subject_type": "armed group",
                "object_type": "ArmedGroup",
                "subject_id": "wikidata:Q42; https://example.org/front",
                "speaker": "Pell Orrin; Mira Oren",
                "speaker_type": "official",
                "relayed_by": "Meridian Wire",
                "denied": "Yes",
                "certainty": "Probable",
                "modality": "pledged",
                "basis": "implied",
                "from": "2030",
                "until": "2031-03",
                "ended": "x",
                "place": "Upper Sarne",
                "about": "Tel Arun",
                "about_type": "place",
                "role": "as an adviser",
                "quantity": "400..600",
                "unit": "fighters",
                "url": "https://example.org/a",
                "title": "A title",
                "publisher": "The Borrin Courier",
                "origin": "Borrin Press Agency",
                "authors": "Mira Oren; Omar Vey",
                "language": "en",
            },
        )
    )
    first, second = found.claims
    assert [c.id for c in found.claims] == ["c7.1", "c7.2"]
    assert [[name_of(found, s) for s in c.speakers] for c in found.claims] == [
        ["Meridian Wire", "Pell Orrin"],
        ["Meridian Wire", "Mira Oren"],
    ]
    assert (first.polarity, first.certainty, first.modality, first.basis) == (
        "denied",
        "probable",
        "pledged",
        "implied",
    )
    assert (first.start, first.until, first.ended, first.role) == ("2030", "2031-03", True, "as an adviser")
    assert first.quantity == Quantity(400, 600, "fighters")
    assert (name_of(found, first.place), name_of(found, first.about)) == ("Upper Sarne", "Tel Arun")
    types = {e.names[0].text: e.type for e in found.entities}
    assert types == {
        "Red Heron Front": "ArmedGroup",
        "Lantern Brigade": "ArmedGroup",
        "Meridian Wire": "Actor",
        "Pell Orrin": "Official",
        "Mira Oren": "Official",
        "Upper Sarne": "Place",
        "Tel Arun": "Place",
    }
    front = next(e for e in found.entities if e.names[0].text == "Red Heron Front")
    assert front.identifiers == ("wikidata:Q42", "url:https://example.org/front")
    assert found.article.authors == ("Mira Oren", "Omar Vey")
    assert found.article.origin == "Borrin Press Agency"
    assert second.evidence == first.evidence


@pytest.mark.parametrize(
    ("relation", "means"),
    [
        ("trained", ("trained", False)),
        ("TRAINED", ("trained", False)),
        ("was trained by", ("trained", True)),
        ("allied_with", ("alliedWith", False)),
        ("Allied With", ("alliedWith", False)),
        ("alliedWith", ("alliedWith", False)),
        ("has member", ("memberOf", True)),
    ],
)
def test_relations_by_name_or_label_or_read_backwards(
    relation: str, means: tuple[str, bool], tmp_path: Path
) -> None:
    found = article(table(tmp_path, {"relation": relation}))
    (claim,) = found.claims
    assert claim.relation == means[0]
    ends = [name_of(found, claim.subject), name_of(found, claim.object)]
    assert ends == sorted(["Lantern Brigade", "Red Heron Front"], reverse=not means[1])


def test_values_as_objects(tmp_path: Path) -> None:
    found = article(
        table(
            tmp_path,
            {"relation": "has strength", "object": ">=1,000 fighters", "place": "Upper Sarne"},
            {"relation": "hasStrength", "object": "", "minimum": "5", "maximum": "7", "unit": "boats"},
            {"relation": "happenedAt", "object": "2031-10", "subject_type": "Event"},
        )
    )
    assert [c.object for c in found.claims] == [
        Quantity(1000, None, "fighters"),
        Quantity(5, 7, "boats"),
        DateValue("2031-10"),
    ]


def test_an_end_gets_the_type_that_its_relation_asks_for(tmp_path: Path) -> None:
    found = article(
        table(
            tmp_path,
            {"relation": "basedIn", "object": "Tel Arun"},
            {"relation": "attacked", "object": "The Mill"},
            {"relation": "happenedAt", "subject": "The Landing", "object": "2031"},
        )
    )
    assert {e.names[0].text: e.type for e in found.entities} == {
        "Red Heron Front": "Actor",
        "Tel Arun": "Place",
        "The Mill": "Actor",
    }
    assert reasons(found) == [(4, "its subject may be Event or Agreement: say which in subject_type")]


def test_a_type_or_identifier_that_one_row_gives_holds_for_the_article(tmp_path: Path) -> None:
    found = article(
        table(
            tmp_path,
            {"object": "Mill Guard"},
            {"subject_type": "ArmedGroup", "subject_id": "wikidata:Q42"},
        )
    )
    (front,) = [e for e in found.entities if e.names[0].text == "Red Heron Front"]
    assert (front.type, front.identifiers) == ("ArmedGroup", ("wikidata:Q42",))


def test_a_type_that_the_table_gives_once_holds_for_its_articles_if_it_is_one(tmp_path: Path) -> None:
    found = read(
        table(
            tmp_path,
            {"title": "A"},
            {
                "title": "B",
                "subject_type": "armed group",
                "object_type": "Company",
                "object_id": "wikidata:Q42",
            },
            {"title": "C", "object_type": "ArmedGroup"},
        )
    )
    first = found[0]
    assert isinstance(first, AnnotatedArticle)
    assert {e.names[0].text: (e.type, e.identifiers) for e in first.entities} == {
        "Red Heron Front": ("ArmedGroup", ()),
        "Lantern Brigade": ("Actor", ()),
    }


def test_a_name_that_the_quote_does_not_have_is_mentioned_by_all_of_it(tmp_path: Path) -> None:
    found = article(
        table(tmp_path, {"quote": "They trained Fronts and the Lantern Brigade", "subject": "Front"})
    )
    assert {e.names[0].text: [m.words for m in e.mentions] for e in found.entities} == {
        "Front": ["They trained Fronts and the Lantern Brigade"],
        "Lantern Brigade": ["Lantern Brigade"],
    }


def test_a_description_names_nobody(tmp_path: Path) -> None:
    found = article(
        table(tmp_path, {"speaker": "an aide to the minister"}, {"speaker": "Pell Orrin"}, {"speaker": "عمر"})
    )
    assert {e.names[0].text: e.named for e in found.entities if e.names[0].text != "Lantern Brigade"} == {
        "an aide to the minister": False,
        "Pell Orrin": None,
        "عمر": None,
        "Red Heron Front": None,
    }


def test_a_formula_is_text(tmp_path: Path) -> None:
    found = article(table(tmp_path, {"object": "=cmd|' /C calc'!A0", "quote": '=HYPERLINK("x") trained'}))
    assert found.text == '=HYPERLINK("x") trained'
    assert "=cmd|' /C calc'!A0" in {e.names[0].text for e in found.entities}


# -- the text and the article ----------------------------------------------------------------------------------------


def test_without_a_text_the_quotes_are_the_text_each_once(tmp_path: Path) -> None:
    found = article(
        table(
            tmp_path,
            {"quote": "One 😀 a."},
            {"quote": "Zwei\r\nb."},
            {"quote": "One 😀 a.", "relation": "armed"},
        )
    )
    assert found.text == "One 😀 a.\n\nZwei\r\nb."
    assert [c.evidence[0][:2] for c in found.claims] == [(0, 8), (10, 18), (0, 8)]
    assert len([n for n in found.tally.notes if "its quotes" in n or "is its quotes" in n]) == 1


def test_with_a_text_quotes_are_found_in_it() -> None:
    found = article(SAMPLES / "with-text/claims.tsv")
    assert found.text == "Pell Orrin 😀 said the Red Heron Front trained the Lantern Brigade.\r\n"
    assert found.claims[0].evidence[0].start == found.text.index("trained")
    assert [line for line, _ in reasons(found)] == [3]
    assert "is not in the text" in reasons(found)[0][1]
    assert found.article.path == "article.txt"


def test_a_quote_that_is_there_twice_asks_for_more_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("They left. They left.", encoding="utf-8")
    found = article(table(tmp_path, {"text_file": "a.txt", "quote": "They left."}))
    assert reasons(found)[0][1].endswith("; quote more of it")


def test_a_table_can_be_loaded_and_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from kg.cli import main

    graph = str(tmp_path / "graph")
    assert main(["-g", graph, "init"]) == 0
    assert main(["-g", graph, "ingest", str(SAMPLES / "claims.csv")]) == 1
    told = capsys.readouterr()
    assert "4 annotations: 3 loaded, 0 ignored by name, 1 rejected" in told.out
    assert "claims.csv:6 [row 6]: 'allied wiht' is not a relation" in told.err
    assert main(["-g", graph, "ask", "relationships", "Red Heron Front"]) == 0
    told = capsys.readouterr()
    assert "“The Lantern Brigade trained the Red Heron Front 😀”" in told.out.replace("\n    ", " ")
    assert "Pell Orrin, https://example.org/1, 2031-10-07" in told.out


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("../secret.txt", "is outside the table's folder"),
        ("/etc/hostname", "is outside the table's folder"),
        ("..\\secret.txt", "is outside the table's folder"),
        ("none.txt", "does not exist"),
        (".", "does not exist or is no regular file"),
        ("a\0b", "cannot be read"),
    ],
)
def test_a_text_file_must_be_beside_the_table(given: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (found,) = read(table(folder, {"text_file": given}))
    assert isinstance(found, RejectedDocument)
    assert reason in found.rejection.reason
    assert (found.rejection.line, found.read) == (2, 1)


def test_rows_of_one_article_need_not_be_adjacent(tmp_path: Path) -> None:
    one, two = "https://example.org/1", "https://example.org/2"
    found = read(
        table(
            tmp_path,
            {"url": one, "title": "First"},
            {"url": two},
            {"url": one, "relation": "armed", "title": "Second"},
            {"article": "A"},
            {"title": "T"},
            {"annotator": "jane", "title": "T"},
            {},
        )
    )
    articles = [a for a in found if isinstance(a, AnnotatedArticle)]
    assert [(a.article.url, a.article.path, a.annotator, len(a.claims)) for a in articles] == [
        (one, "claims.csv#First", "", 2),
        (two, "claims.csv", "", 1),
        ("", "claims.csv#A", "", 1),
        ("", "claims.csv#T", "", 1),
        ("", "claims.csv#T", "jane", 1),
        ("", "claims.csv", "", 1),
    ]
    assert any("title 'Second' differs from line 2" in note for note in articles[0].tally.notes)
    (only,) = [
        a
        for a in read(table(tmp_path, {}, {"annotator": "jane"}), Options(OPTIONS.ontology, annotator="jane"))
        if isinstance(a, AnnotatedArticle) and a.annotator
    ]
    assert only.annotator == "jane"


def test_the_address_of_one_page_is_one_article(tmp_path: Path) -> None:
    addresses = ("https://Example.org/a", "HTTPS://example.org/a#part", "https://example.org/a")
    assert len(article(table(tmp_path, *({"url": one} for one in addresses))).claims) == 3


def test_long_names_of_articles_tell_them_apart(tmp_path: Path) -> None:
    found = read(table(tmp_path, {"title": "x" * 300}, {"title": "x" * 301}))
    paths = {a.article.path for a in found if isinstance(a, AnnotatedArticle)}
    assert len(paths) == 2
    assert all(len(path) < 250 for path in paths)


def test_a_date_of_publication_that_is_none_is_left_out_and_noted(tmp_path: Path) -> None:
    found = article(table(tmp_path, {"published": "7/10/31"}))
    assert found.article.published is None
    assert any("published is left out" in note for note in found.tally.notes)
