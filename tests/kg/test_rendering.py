"""What a person or a program sees of an answer, in each format."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import wcswidth

from kg.answer import Answer
from kg.rendering.answers import rendered
from kg.rendering.characters import BEGIN, END, Style, visible, width, wrapped
from kg.rendering.citations import attribution, date_in_words, in_rows, quotation
from kg.rendering.listings import as_json, listed
from kg.rendering.markdown import escaped
from kg.rendering.tables import Heading, table
from queries.catalogue import Column, Question

PLAIN = Style(width=80)
ESCAPES = "\x1b[2J\x07\u202e\u2066\x9b31m\ufeff\U000e0041"


COLUMNS = (
    Column("subject", "node"),
    Column("relation", "relation"),
    Column("object", "node"),
    Column("status", "text"),
    Column("affirmed", "integer"),
    Column("hedged", "integer"),
    Column("denied", "integer"),
    Column("speakers", "integer"),
    Column("unnamed", "integer"),
    Column("deniers", "integer"),
    Column("first", "date"),
    Column("last", "date"),
    Column("undated", "integer"),
    Column("claims", "claims"),
)


def answering(columns: tuple[Column, ...], rows: list[dict[str, Any]], **rest: Any) -> Answer:
    """An answer to a question that was never asked."""
    question = Question("between", "Which relationships are reported?", (), columns, "", "between.rq")
    return Answer(question, rest.pop("parameters", {}), columns, rows, **rest)


def node(name: str, id: str = "") -> dict[str, str]:
    return {"id": id or f"e-{name}", "name": name}


def cite(sentence: str, evidence: str, *speakers: str, **rest: Any) -> dict[str, Any]:
    """A citation of one sentence that begins at character 100 of its article."""
    start = sentence.index(evidence)
    return {
        "article": "courier/1",
        "title": "Two groups",
        "publisher": "The Borrin Courier",
        "origin": "The Borrin Courier",
        "published": "2031-09-13",
        "speakers": [{"id": f"e-{name}", "name": name, "named": True} for name in speakers],
        "fragments": [{"start": 100 + start, "end": 100 + start + len(evidence), "exact": evidence}],
        "sentences": [sentence],
        "sentence_starts": [100],
        "polarity": "affirmed",
        "certainty": "unstated",
        "modality": "actual",
        "said": "2031-09-13",
        "from": None,
        "until": None,
    } | rest


def row(
    subject: str, relation: str, object: str, status: str, claims: list[str], **counts: Any
) -> dict[str, Any]:
    filled = dict.fromkeys(("affirmed", "hedged", "denied", "speakers", "unnamed", "deniers", "undated"), 0)
    ends = {"first": "2031-09-13", "last": "2031-09-13"}
    start = {"subject": node(subject), "relation": relation, "object": node(object), "status": status}
    return {**start, **filled, **ends, **counts, "claims": claims}


@pytest.fixture
def answer() -> Answer:
    drilled = "The Brigade drilled fighters of the Front in a quarry, a former quartermaster said."
    return answering(
        parameters={"actor": node("Red Heron Front"), "other": node("Lantern Brigade")},
        columns=COLUMNS,
        rows=[
            row("Lantern Brigade", "trained", "Red Heron Front", "disputed", ["c1", "c2", "c3"],
                affirmed=2, denied=1, speakers=1, unnamed=1, deniers=1, last="2031-10"),
            row("Red Heron Front", "alliedWith", "Lantern Brigade", "hedged", ["c4"], hedged=1, speakers=1),
        ],
        citations={
            "c1": cite(drilled, "drilled", "Davin Strell"),
            "c2": cite(drilled, "drilled", "the Bureau", "an officer", publisher="The Gazette", origin="Meridian Wire",
                       published="2031-10", said="2031-09-30"),
            "c3": cite("“They were never trained by anyone,” he said.", "never trained", "Pell Orrin",
                       polarity="denied", certainty="certain", **{"from": "2031-03-12"}),
            "c4": cite("They may be allies.", "may be allies", certainty="possible"),
        },
        notes=["Red Heron Front is wikidata:Q1"],
        more=True,
    )  # fmt: skip


def test_a_table_numbers_its_rows_and_shows_the_sentences_of_each(answer: Answer) -> None:
    expected = """\
#  subject          relation    object           status    claims       sources              said
─  ───────────────  ──────────  ───────────────  ────────  ───────────  ───────────────────  ────────────────────
1  Lantern Brigade  trained     Red Heron Front  disputed  2 affirmed,  1 named, 1 unnamed,  2031-09-13 – 2031-10
                                                           1 denied     1 denying
2  Red Heron Front  alliedWith  Lantern Brigade  hedged    1 hedged     1 named              2031-09-13

[1] “The Brigade «drilled» fighters of the Front in a quarry, a former quartermaster said.”
    — Davin Strell, The Borrin Courier, 2031-09-13 [c1]
    — an officer (relayed by the Bureau), said 2031-09-30, The Gazette (from Meridian Wire), 2031-10 [c2]
    ‘“They were «never trained» by anyone,” he said.’
    — Pell Orrin, The Borrin Courier, 2031-09-13; denied, certain, since 2031-03-12 [c3]

[2] “They «may be allies».”
    — the article's own voice, The Borrin Courier, 2031-09-13; possible [c4]

note: Red Heron Front is wikidata:Q1
more rows: --after 2
"""
    assert rendered(answer, "table", Style(width=120)) == expected


def test_a_narrow_table_tells_subject_relation_and_object_in_one_cell(answer: Answer) -> None:
    lines = rendered(answer, "table", PLAIN).splitlines()
    assert lines[0].split() == ["#", "relationship", "status", "claims", "sources", "said"]
    assert lines[2].startswith("1  Lantern Brigade trained")
    assert max(wcswidth(line) for line in lines) <= 80


@pytest.mark.parametrize("cells", [30, 40, 60, 80, 100, 120, 200])
def test_no_line_is_wider_than_the_terminal(answer: Answer, cells: int) -> None:
    answer.rows[0]["subject"] = node("甲" * 30 + " الجبهة الشعبية " + "x" * 50)
    for line in rendered(answer, "table", Style(width=cells)).splitlines():
        assert wcswidth(line) <= cells, line


def test_rows_of_a_later_page_go_on_counting(answer: Answer) -> None:
    text = rendered(answer, "table", PLAIN, after=50)
    assert "\n51  Lantern" in text
    assert "\n[52] “They" in text
    assert text.endswith("more rows: --after 52\n")


def test_a_column_that_is_empty_in_every_row_is_left_out(answer: Answer) -> None:
    for one in answer.rows:
        one["first"] = one["last"] = None
    assert "said  " not in rendered(answer, "table", Style(width=120)).splitlines()[0] + "  "


def test_names_that_two_things_share_are_told_apart_by_id(answer: Answer) -> None:
    answer.rows[0]["object"] = node("Lantern Brigade", "e-other")
    text = rendered(answer, "table", Style(width=160))
    assert "Lantern Brigade (e-other)" in text
    assert "Red Heron Front (" not in text


def test_of_many_claims_some_are_shown_and_the_first_denial_is_among_them(answer: Answer) -> None:
    claims = [f"a{number}" for number in range(9)]
    answer.citations |= {claim: cite(f"They trained, said {claim}.", "trained") for claim in claims}
    answer.rows[0]["claims"] = [*claims, "c3"]
    text = rendered(answer, "table", PLAIN, sentences=3)
    assert "said a0" in text
    assert "said a1" in text
    assert "said a2" not in text
    assert "never trained" in text
    assert "… and 7 more claims; --sentences all shows them" in text
    assert "more claims" not in rendered(answer, "table", PLAIN, sentences=None)
    assert "[1]" not in rendered(answer, "table", PLAIN, sentences=0)
    assert in_rows(["c1", "c1", "unknown"], answer.citations, 1) == (["c1"], 0)


def test_a_terminal_shows_evidence_in_bold_and_status_in_colour(answer: Answer) -> None:
    text = rendered(answer, "table", Style(bold=True, colour=True, width=120))
    assert "The Brigade \x1b[1mdrilled\x1b[22m fighters" in text
    assert "\x1b[31mdisputed\x1b[39m" in text
    assert "\x1b[1mdenied\x1b[22m" in text
    assert "«" not in text
    plain = rendered(answer, "table", Style(bold=True, width=120))
    assert "\x1b[31m" not in plain


def test_colour_is_for_terminals_without_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Style.of(Terminal()).colour
    assert not Style.of(io.StringIO()).bold
    monkeypatch.setenv("NO_COLOR", "1")
    assert Style.of(Terminal()).bold
    assert not Style.of(Terminal()).colour
    monkeypatch.setenv("TERM", "dumb")
    assert not Style.of(Terminal()).bold


def test_no_rows_is_said_plainly(answer: Answer) -> None:
    answer.rows, answer.more = [], False
    assert rendered(answer, "table", PLAIN) == (
        "nothing found for actor Red Heron Front, other Lantern Brigade\n\nnote: Red Heron Front is wikidata:Q1\n"
    )
    assert rendered(answer, "md", PLAIN).startswith("nothing found for actor")
    assert len(rendered(answer, "csv", PLAIN).splitlines()) == 1
    assert json.loads(rendered(answer, "json", PLAIN))["rows"] == []


def test_markdown_has_the_sentences_as_footnotes(answer: Answer) -> None:
    expected = """\
| subject | relation | object | status | claims | sources | said | sentences |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Lantern Brigade | trained | Red Heron Front | disputed | 2 affirmed, 1 denied | 1 named, 1 unnamed, 1 denying | 2031-09-13 – 2031-10 | [^1] [^2] [^3] |
| Red Heron Front | alliedWith | Lantern Brigade | hedged | 1 hedged | 1 named | 2031-09-13 | [^4] |

[^1]: “The Brigade **drilled** fighters of the Front in a quarry, a former quartermaster said.” — Davin Strell, The Borrin Courier, 2031-09-13
[^2]: “The Brigade **drilled** fighters of the Front in a quarry, a former quartermaster said.” — an officer (relayed by the Bureau), said 2031-09-30, The Gazette (from Meridian Wire), 2031-10
[^3]: ‘“They were **never trained** by anyone,” he said.’ — Pell Orrin, The Borrin Courier, 2031-09-13; **denied**, certain, since 2031-03-12
[^4]: “They **may be allies**.” — the article's own voice, The Borrin Courier, 2031-09-13; possible

note: Red Heron Front is wikidata:Q1

more rows: --after 2
"""  # noqa: E501
    assert rendered(answer, "md", PLAIN) == expected


def test_csv_has_a_line_a_row_with_ids_beside_names(answer: Answer) -> None:
    text = rendered(answer, "csv", PLAIN)
    assert text == (
        "subject,subject_id,relation,object,object_id,status,affirmed,hedged,denied,speakers,unnamed,deniers,first,"
        "last,undated,claims\n"
        "Lantern Brigade,e-Lantern Brigade,trained,Red Heron Front,e-Red Heron Front,disputed,2,0,1,1,1,1,2031-09-13,"
        "2031-10,0,c1 c2 c3\n"
        "Red Heron Front,e-Red Heron Front,alliedWith,Lantern Brigade,e-Lantern Brigade,hedged,0,1,0,1,0,0,2031-09-13,"
        "2031-09-13,0,c4\n"
    )


def test_json_is_the_whole_answer(answer: Answer) -> None:
    text = rendered(answer, "json", PLAIN)
    assert json.loads(text) == answer.to_json()
    assert "“They were never" in text
    assert text.startswith('{\n  "question": "between"')


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_csv_defuses_formulas(answer: Answer, formula: str) -> None:
    answer.rows[0]["subject"] = node(formula, formula)
    first = [*csv.reader(io.StringIO(rendered(answer, "csv", PLAIN)))][1]
    assert first[0].startswith("'")
    assert first[1].startswith("'")


def test_numbers_in_csv_stay_numbers() -> None:
    columns = (Column("minimum", "number"), Column("maximum", "number"), Column("agrees", "boolean"))
    answer = answering(columns, [{"minimum": -5, "maximum": 2.5, "agrees": False}])
    assert rendered(answer, "csv", PLAIN) == "minimum,maximum,agrees\n-5,2.5,false\n"


@pytest.mark.parametrize("format", ["table", "md", "csv", "json"])
def test_nothing_that_was_read_acts_on_a_terminal(answer: Answer, format: str) -> None:
    hostile = f"Front{ESCAPES}\x00 and\r\nmore\u2028"
    answer.rows[0]["subject"] = node(hostile, hostile)
    answer.rows[0]["status"] = hostile
    answer.notes = [hostile]
    answer.citations["c1"] = cite(f"{hostile} drilled them.", "drilled", hostile, publisher=hostile, origin=hostile,
                                  published=hostile, said=hostile, certainty=hostile)  # fmt: skip
    text = rendered(answer, format, Style(bold=True, colour=True, width=100))
    text = re.sub(
        "\x1b\\[[0-9]{1,2}m", "", text
    )  # our own bold and colours; of theirs the beginning must be gone
    unsafe = [
        one for one in text if one != "\n" and unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    assert unsafe == []
    if format == "json":
        assert json.loads(text)["rows"][0]["subject"]["name"] == hostile
    else:
        assert r"\x1b" in text


def test_markdown_shows_markup_as_it_is_written() -> None:
    text = escaped(
        "a|b <img src=x> [x](javascript:1) *b* `c` _d_ https://x.example www.x.example @all $x$ &amp; \\|"
    )
    assert text == (
        r"a\|b \<img src=x\> \[x\](javascript:1) \*b\* \`c\` \_d\_ https\://x.example www\.x.example \@all \$x\$ \&amp;"
        r" \\\|"
    )


def test_a_quotation_marks_the_fragment_that_is_meant() -> None:
    twice = "He trained. They trained at sea."
    one = cite(twice, "They")
    one["fragments"].append({"start": 100 + 17, "end": 100 + 24, "exact": "trained"})
    assert quotation(one) == f"“He trained. {BEGIN}They{END} {BEGIN}trained{END} at sea.”"
    assert quotation(cite(twice, "trained")) == f"“He {BEGIN}trained{END}. They trained at sea.”"


def test_a_quotation_over_two_sentences_says_where_something_is_left_out() -> None:
    both = "We did. We did not."
    joined = cite(both, "did. We did not", sentences=["We did.", "We did not."], sentence_starts=[100, 108])
    assert quotation(joined) == f"“We {BEGIN}did.{END} {BEGIN}We did not{END}.”"
    apart = cite("First one.", "First", sentences=["First one.", "Last one."], sentence_starts=[100, 400])
    apart["fragments"].append({"start": 400, "end": 404, "exact": "Last"})
    assert quotation(apart) == f"“{BEGIN}First{END} one. … {BEGIN}Last{END} one.”"


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ({"from": "2031-22", "until": "2031-22"}, "dated summer 2031"),
        ({"from": "2029", "until": "2030"}, "from 2029 until 2030"),
        ({"until": "2030", "ended": True}, "until 2030, over by then"),
        ({"modality": "pledged", "basis": "implied"}, "pledged, implied"),
        ({"no_longer_live": "retracted"}, "retracted"),
    ],
)
def test_an_attribution_says_how_it_is_put_and_when_it_held(rest: dict[str, Any], words: str) -> None:
    assert attribution(cite("They trained.", "trained", "Orrin", **rest)).partition("; ")[2] == words


def test_an_article_without_publisher_or_date_is_named_by_its_title() -> None:
    bare = cite("They trained.", "trained", publisher="", origin="", published=None, said=None)
    assert attribution(bare) == "the article's own voice, Two groups, no date"


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2031-09-13", "2031-09-13"),
        ("2031-22", "summer 2031"),
        ("../2030-23", "until autumn 2030"),
        ("2020-02-29/..", "since 2020-02-29"),
        ("1990/1999", "1990 – 1999"),
        ("[2028,2029]", "2028 or 2029"),
        ("[1667..1760]", "[1667..1760]"),
        ("199X", "199X"),
        ("/", "/"),
    ],
)
def test_dates_are_written_as_people_write_them(edtf: str, words: str) -> None:
    assert date_in_words(edtf) == words


def test_a_row_by_way_of_a_part_says_so_and_has_both_statuses(answer: Answer) -> None:
    parts = [node("fighters", "e1"), node("units", "e2")]
    answer.columns = (*COLUMNS[:-1], Column("via", "nodes"), Column("status_with_parts", "text"), COLUMNS[-1])
    answer.rows[0] |= {"via": parts, "status_with_parts": "disputed"}
    answer.rows[1] |= {"via": None, "status_with_parts": "disputed"}
    narrow = rendered(answer, "table", PLAIN)
    assert narrow.splitlines()[0].split() == ["#", "relationship", "status", "claims", "sources", "said"]
    assert "hedged; with" in narrow
    assert "fighters, units" in rendered(answer, "md", PLAIN)
    first, *rest = csv.DictReader(io.StringIO(rendered(answer, "csv", PLAIN)))
    assert (first["via"], first["via_id"], first["status_with_parts"]) == (
        "fighters; units",
        "e1; e2",
        "disputed",
    )
    assert rest[0]["via"] == ""


def test_undated_claims_are_counted_where_a_time_is_asked_about(answer: Answer) -> None:
    answer.rows[0]["undated"] = 2
    assert "undated" not in rendered(answer, "table", PLAIN)
    answer.parameters["as_of"] = "2031"
    assert "(2 undated)" in rendered(answer, "table", Style(width=160))


def test_claims_that_are_not_actual_are_counted_too(answer: Answer) -> None:
    answer.rows[1] |= {"hedged": 0, "status": "prospective"}
    assert "1 prospective" in rendered(answer, "table", Style(width=120))


def test_an_article_is_its_title_or_its_id() -> None:
    columns = (Column("speaker", "actor"), Column("article", "article"))
    rows = [
        {"speaker": None, "article": {"id": "courier/1", "title": "Two groups"}},
        {"speaker": node("Orrin"), "article": {"id": "courier/2", "title": ""}},
    ]
    answer = answering(columns, rows)
    lines = rendered(answer, "table", PLAIN).splitlines()
    assert lines[2:] == ["1  (the article)  Two groups", "2  Orrin          courier/2"]
    assert "Two groups,courier/1" in rendered(answer, "csv", PLAIN)


def test_lists_have_the_same_formats() -> None:
    rows = [{"name": "a|b", "count": 2}, {"name": "c", "count": None}]
    assert listed(("name", "count"), rows, "csv", PLAIN) == "name,count\na|b,2\nc,\n"
    assert (
        listed(("name", "count"), rows, "md", PLAIN)
        == "| name | count |\n| --- | --- |\n| a\\|b | 2 |\n| c |  |\n"
    )
    assert json.loads(listed(("name", "count"), rows, "json", PLAIN)) == rows
    assert listed(("name", "count"), [], "table", PLAIN, empty="none yet") == "none yet\n"


def test_an_empty_table_has_no_lines() -> None:
    assert table([Heading("a")], [[""]], PLAIN) == []


@given(st.text())
def test_visible_text_is_one_harmless_line(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert not any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in shown)
    assert visible(shown) == shown


@given(
    st.text(alphabet=st.characters(exclude_categories=("C", "Z"), include_characters=" ")), st.integers(2, 30)
)
@example("00\u102b0", 2)  # a mark that takes a cell of its own
def test_wrapping_keeps_every_character_and_the_width(text: str, cells: int) -> None:
    lines = wrapped(text, cells)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= cells for line in lines)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_reads_back_as_it_was(data: Any) -> None:
    text = as_json(data)
    text.encode()
    assert json.loads(text) == data
