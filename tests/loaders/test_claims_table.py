"""Tables of claims: what a row says, which rows are one article, and why a row is not a claim."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.files import File, folders
from loaders.formats import Options, Read, Unit, recognised
from loaders.table import reading as claims_table
from loaders.table.columns import COLUMNS, heading
from ontology.errors import SourceError
from ontology.models import AnnotatedArticle, DateValue, Quantity, RejectedDocument
from ontology.vocabulary import load

SAMPLES = Path(__file__).parent / "samples/claims-table"
OPTIONS = Options(load())


def file_of(path: Path) -> File:
    return next(iter(folders([path]))).files[0]


def read(path: Path, options: Options = OPTIONS) -> list[Read]:
    return list(claims_table.FORMAT.read(Unit(file_of(path)), options))


def table(tmp_path: Path, *rows: dict[str, str], delimiter: str = ",", name: str = "claims.csv") -> Path:
    """A file of rows, each with what is usual unless it says otherwise."""
    usual = {
        "subject": "Red Heron Front",
        "relation": "trained",
        "object": "Lantern Brigade",
        "quote": "the Red Heron Front trained the Lantern Brigade",
    }
    filled = [{**usual, **row} for row in rows]
    columns = list(dict.fromkeys(column for row in filled for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(filled)
    path = tmp_path / name
    path.write_bytes(out.getvalue().encode())
    return path


def article(path: Path, options: Options = OPTIONS) -> AnnotatedArticle:
    (found,) = read(path, options)
    assert isinstance(found, AnnotatedArticle), found
    tally = found.tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    return found


def name_of(found: AnnotatedArticle, handle: Any) -> str:
    return next(e.names[0].text for e in found.entities if e.id == handle)


def reasons(found: AnnotatedArticle) -> list[tuple[int | None, str]]:
    return [(r.line, r.reason) for r in found.tally.rejected]


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


# -- rows that are no claims -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            {"relation": "alliedwiht"},
            "'alliedwiht' is not a relation of the ontology; nearest is 'alliedWith'",
        ),
        ({"relation": ""}, "has no relation"),
        ({"quote": ""}, "has no quote"),
        ({"subject": " "}, "has no subject"),
        ({"object": ""}, "has no object"),
        ({"relation": "was trained by", "object": ""}, "has no object"),
        (
            {"subject_type": "ArmedGruop"},
            "subject_type 'ArmedGruop' is not a type of the ontology; nearest is 'ArmedGroup'",
        ),
        ({"subject_type": "Place"}, "trained takes Actor as its subject, not Place"),
        ({"subject": "Lantern Brigade"}, "its subject and object are both 'Lantern Brigade'"),
        (
            {"subject_id": "Q42"},
            "subject_id: 'Q42' names no scheme; write scheme:value, such as wikidata:Q42",
        ),
        ({"time": "7/10/31"}, "time: '7/10/31'"),
        ({"time": "2031", "from": "2030"}, "has a time beside from or until; give one or the other"),
        ({"from": "2031", "until": "2030"}, "from 2031 is after until 2030"),
        ({"denied": "perhaps"}, "denied is 'perhaps'; expected yes or no"),
        ({"denied": "yes", "polarity": "affirmed"}, "is denied, but its polarity says affirmed"),
        ({"certainty": "likely"}, "certainty is 'likely'; expected certain, probable, possible, unstated"),
        ({"quantity": "many"}, "'many' is no quantity: expected 400, 400..600 fighters or >=1000"),
        ({"place": "Tel Arun", "subject": "Tel Arun", "subject_type": "Company"}, ""),
        ({"speaker": ";".join(map(str, range(60)))}, "has more than 50 speakers"),
        ({"speaker_id": "wikidata:Q1"}, "has a speaker_id, but not exactly one speaker"),
        ({"subject": "x" * 1001}, "subject has more than 1,000 characters: it should be a name"),
        ({"quote": "x" * 100_001}, "a cell has more than 100,000 characters"),
    ],
)
def test_a_row_that_cannot_be_a_claim_is_rejected_with_line_and_reason(
    row: dict[str, str], reason: str, tmp_path: Path
) -> None:
    found = article(table(tmp_path, {"id": "good"}, row))
    if not reason:
        assert len(found.claims) == 2
        return
    assert [c.id for c in found.claims] == ["good"]
    ((line, told),) = reasons(found)
    assert line == 3
    assert told.startswith(reason)
    assert all(
        found.text[s:e] == x for entity in found.entities for m in entity.mentions for s, e, x in m.fragments
    )


def written(tmp_path: Path, content: str | bytes, name: str = "claims.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


HEADER = "subject,relation,object,quote\n"


def test_lines_are_those_of_the_file_though_cells_have_several(tmp_path: Path) -> None:
    content = (
        HEADER
        + '"A","trained","B","one\ntwo\nthree"\n\n,,,\nA,trained,B\nA,trained,B,four,five\nA,armed,B,"six"x"\n'
    )
    found = article(written(tmp_path, content + "A,armed,B,seven\n"))
    assert [c.id for c in found.claims] == ["row 2", "row 10"]
    assert reasons(found) == [
        (7, "has no quote"),
        (8, "has 5 cells, the header 4: is one not in quotation marks?"),
        (9, 'has a quotation mark inside a cell; write it twice (""), and one at each end of the cell'),
    ]


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path) -> None:
    found = article(written(tmp_path, HEADER + 'A,trained,B,good\nA,trained,B,"cut off\n'))
    assert [c.evidence[0].exact for c in found.claims] == ["good"]
    assert reasons(found) == [
        (3, "ends within quotation marks: the file may be cut off, or a mark is not closed")
    ]
    long = HEADER + 'A,trained,B,"' + "x\n" * 100_000 + "A,armed,B,good\n"
    found = article(written(tmp_path, long))
    assert [c.evidence[0].exact for c in found.claims] == ["good"]
    assert "perhaps a quotation mark is not closed" in reasons(found)[0][1]
    assert found.tally.read == found.tally.loaded + len(found.tally.rejected)


def test_a_line_beyond_all_measure_is_passed_over(tmp_path: Path) -> None:
    found = article(written(tmp_path, HEADER + "A,trained,B," + "x" * (3 << 20) + "\nA,armed,B,good\n"))
    assert [c.id for c in found.claims] == ["row 3"]
    assert reasons(found) == [(2, "cannot be read: a line of more than 1,048,576 bytes")]


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_the_one_that_makes_columns(delimiter: str, tmp_path: Path) -> None:
    quote = "One, two; three | four"
    found = article(table(tmp_path, {"quote": quote}, delimiter=delimiter))
    assert found.text == quote


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "\ufeffsep=;\n", "\ufeff"])
def test_a_line_that_names_the_delimiter_and_a_byte_order_mark(first: str, tmp_path: Path) -> None:
    found = article(written(tmp_path, first + 'subject;relation;"object";quote\nA;trained;B;"x;y"\n'))
    assert found.text == "x;y"


def test_a_separator_that_cannot_be_one_is_a_header_that_will_not_do(tmp_path: Path) -> None:
    for line in (b"sep=\r\n", b'sep="\n', b"sep=\xe9\n", b"sep=a\n"):
        with pytest.raises(SourceError, match=r"its first row lacks|is not UTF-8"):
            read(written(tmp_path, line + HEADER.encode() + b"A,trained,B,one\n"))


def test_the_unicode_text_of_spreadsheets_is_told_what_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "subject\trelation\tobject\tquote\nA\ttrained\tB\tone\n".encode("utf-16"))
    found = recognised(file_of(path))
    assert found is not None
    assert found.name == "claims-table"
    with pytest.raises(SourceError, match="UTF-16"):
        read(path)


def test_a_disk_that_is_full_is_no_failure_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(claims_table._Table, "fill", full)
    with pytest.raises(SourceError, match="disk is full"):
        read(table(tmp_path, {}))


def test_line_ends_of_old_spreadsheets(tmp_path: Path) -> None:
    found = article(written(tmp_path, "subject,relation,object,quote\rA,trained,B,one\rA,armed,B,two\r"))
    assert [c.id for c in found.claims] == ["row 2", "row 3"]


# -- headers ---------------------------------------------------------------------------------------------------------


def test_no_two_columns_share_a_name() -> None:
    names = [heading(name) for column, others in COLUMNS.items() for name in (column, *others)]
    assert len(names) == len(set(names))


def test_every_name_of_a_column_is_on_its_page() -> None:
    page = (Path(__file__).parents[2] / "docs/formats/claims-table.md").read_text(encoding="utf-8")
    for column, others in COLUMNS.items():
        assert all(f"`{name}`" in page for name in (column, *others)), column


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("subject,relation,object\n", "lacks the column 'quote'; it has subject, relation, object"),
        ("subject,realtion,object,quote\n", "lacks the column 'relation'; it has subject, object, quote, 'realtion';"
         " 'realtion' is nearest to relation: rename it"),
        ("subject,relation,object,quote,Actor\n", "has two columns for subject: 'subject' (1) and 'Actor' (5)"),
    ],
)  # fmt: skip
def test_a_header_that_will_not_do_says_what_it_has(header: str, reason: str, tmp_path: Path) -> None:
    path = written(tmp_path, header + "A,trained,B,C,D\n")
    found = recognised(file_of(path))
    assert found is not None
    assert found.name == "claims-table"
    with pytest.raises(SourceError) as raised:
        read(path)
    assert reason in str(raised.value)
    assert raised.value.line == 1


def test_columns_that_are_not_known_are_named(tmp_path: Path) -> None:
    found = article(table(tmp_path, {"Reviewer": "x", "Notes": ""}))
    assert any("columns that are not read: Reviewer, Notes" in note for note in found.tally.notes)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (HEADER.encode() + b"A,trained,B,caf\xe9\n", r"is not UTF-8 \(byte 0xe9\)"),
        (HEADER.encode("utf-16"), "UTF-16"),
    ],
)
def test_files_that_are_no_tables_say_why(content: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=reason):
        read(written(tmp_path, content))


@pytest.mark.parametrize(
    "content",
    [
        "item,price\nbread,2\n",
        "subject\nx\n",
        '{"subject": 1, "object,relation": 2}',
        "#subject,object\n",
        "",
    ],
)
def test_other_tables_are_left_alone(content: str, tmp_path: Path) -> None:
    assert not claims_table.FORMAT.recognise(file_of(written(tmp_path, content)))


# -- size and damage -------------------------------------------------------------------------------------------------


def test_many_articles_take_no_more_memory_than_a_few(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "claims.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write("subject,relation,object,quote,url\n")
        for n in range(6_000):
            out.write(
                f"Front {n},trained,Brigade {n},Front {n} trained Brigade {n},https://example.org/{n % 3_000}\n"
            )
    tracemalloc.start()
    count = 0
    for found in claims_table.FORMAT.read(Unit(file_of(path)), OPTIONS):
        assert isinstance(found, AnnotatedArticle)
        count += len(found.claims)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6_000
    assert peak < 4 << 20


def test_fifty_thousand_rows_of_one_article_take_seconds(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write("subject,relation,object,quote\n")
        for n in range(50_000):
            out.write(f"Front {n},trained,Brigade {n % 50},Front {n} trained Brigade {n % 50}\n")
    start = time.process_time()
    assert len(article(path).claims) == 50_000
    assert time.process_time() - start < 20


CELLS = st.text(max_size=12) | st.sampled_from(
    [
        "trained",
        "was trained by",
        "hasStrength",
        "happenedAt",
        "2031-10",
        "A",
        "wikidata:Q1",
        "yes",
        '"',
        "=1+1",
        "400..600",
    ]
)


@settings(max_examples=150)
@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from([*COLUMNS, "other"]), CELLS, max_size=12), min_size=1, max_size=4
    ),
    cut=st.none() | st.tuples(st.integers(0, 2000), st.binary(max_size=3)),
)
def test_whatever_is_in_the_cells_only_our_errors_come_of_it(
    rows: list[dict[str, str]], cut: tuple[int, bytes] | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = table(tmp_path_factory.mktemp("fuzz"), *rows)
    if cut:
        content = path.read_bytes()
        path.write_bytes(content[: cut[0]] + cut[1] + content[cut[0] + len(cut[1]) :])
    try:
        for found in claims_table.FORMAT.read(Unit(file_of(path)), OPTIONS):
            if isinstance(found, RejectedDocument):
                continue
            assert isinstance(found, AnnotatedArticle)
            tally = found.tally
            assert tally.read == tally.loaded + len(tally.rejected) > 0
            for claim in found.claims:
                assert OPTIONS.ontology.relations[claim.relation]
                assert all(found.text[s:e] == x for s, e, x in claim.evidence)
    except SourceError:
        pass


def test_a_file_of_a_mark_and_nothing_else_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"\xef\xbb\xbf")
    (file,) = next(iter(folders([tmp_path]))).files
    assert recognised(file) is None
