"""Tables of claims: rows and headers that are none, large tables and damaged ones."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.files import folders
from loaders.formats import Unit, recognised
from loaders.table import reading as claims_table
from loaders.table.columns import COLUMNS, heading
from ontology.errors import SourceError
from ontology.models import AnnotatedArticle, RejectedDocument
from tests.loaders.tables_made import OPTIONS, article, file_of, read, reasons, table

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
