"""Questions asked of small graphs: rows, counts, status, bounds, pages, and what is said of a call that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

import kg
from ontology.errors import QuestionError, UsageError
from ontology.models import Quantity
from tests.kg.asked import short, told
from tests.kg.made import Writer


def war() -> Writer:
    """Two groups and a brigade, in an article of March 2031."""
    writer = Writer("war")
    karsk = writer.entity("Karsk Front", "ArmedGroup", identifiers=("wikidata:Q1",))
    velm = writer.entity("Velm League", "ArmedGroup")
    oren = writer.entity("Mira Oren", "Person")
    aide = writer.entity("an aide", "Person", named=False)
    writer.claim(
        karsk,
        "trained",
        velm,
        "Karsk trained them, said Oren.",
        speakers=(oren,),
        start="2020-05",
        until="2020-05",
    )
    writer.claim(karsk, "trained", velm, "It trained them.")
    writer.claim(velm, "alliedWith", karsk, "They are allied.", speakers=(aide,), certainty="probable")
    writer.claim(karsk, "alliedWith", velm, "No alliance.", speakers=(oren,), polarity="denied")
    writer.claim(oren, "memberOf", karsk, "Oren left in 2029.", start="2025", until="2029")
    writer.claim(karsk, "funded", velm, "It will pay.", modality="pledged")
    return writer


def test_between_gives_both_directions_with_counts_status_and_sentences(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        answer = ask("between", "Velm League", "karsk front")
        columns = ("subject", "relation", "object", "status", "affirmed", "hedged", "denied", "speakers", "unnamed",
                   "deniers", "first", "undated")  # fmt: skip
        assert short(answer, *columns) == [
            ("Velm League", "alliedWith", "Karsk Front", "disputed", 0, 1, 1, 0, 1, 1, "2031-03-04", 2),
            ("Karsk Front", "funded", "Velm League", "prospective", 0, 0, 0, 0, 0, 0, "2031-03-04", 1),
            ("Karsk Front", "trained", "Velm League", "asserted", 2, 0, 0, 2, 0, 0, "2031-03-04", 1),
        ]
        trained = answer.rows[-1]
        quoted = {answer.citations[claim]["fragments"][0]["exact"] for claim in trained["claims"]}
        assert quoted == {"Karsk trained them, said Oren.", "It trained them."}
        for claim in trained["claims"]:
            citation = answer.citations[claim]
            assert citation["fragments"][0]["exact"] in citation["sentences"][0]
        assert not answer.more
        assert answer.notes == []


def test_json_is_as_documented_and_holds_only_plain_data(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        answer = ask("allies", "Karsk Front", as_of="2031-06")
        data = json.loads(json.dumps(answer.to_json()))
    assert list(data) == ["question", "parameters", "columns", "rows", "citations", "notes", "more"]
    assert data["question"] == "allies"
    assert data["parameters"] == {"actor": {"id": "wikidata:Q1", "name": "Karsk Front"}, "as_of": "2031-06"}
    assert data["columns"][0] == {"name": "ally", "type": "actor"}
    (row,) = data["rows"]
    assert list(row) == [column["name"] for column in data["columns"]]
    assert set(row["claims"]) == set(data["citations"])
    citation = data["citations"][row["claims"][0]]
    assert {"article", "title", "publisher", "origin", "published", "speakers", "fragments", "sentences", "polarity",
            "certainty", "modality", "said", "from", "until"} <= set(citation)  # fmt: skip


def test_as_of_counts_only_what_held_that_day_and_tells_what_it_leaves_out(tmp_path: Path) -> None:
    later = Writer("later", published="2032-01-01")
    velm = later.entity("Velm League", "ArmedGroup")
    karsk = later.entity("Karsk Front", "ArmedGroup", identifiers=("wikidata:Q1",))
    later.claim(velm, "alliedWith", karsk, "Allied after all.")
    with told(tmp_path / "graph", war(), later) as ask:
        everything = ask("allies", "Karsk Front")
        assert short(everything, "status", "affirmed", "hedged", "denied") == [("disputed", 1, 1, 1)]
        then = ask("allies", "Karsk Front", as_of="2031-06")
        assert short(then, "status", "affirmed", "hedged", "denied", "last") == [
            ("disputed", 0, 1, 1, "2031-03-04")
        ]
        assert then.notes == ["1 undated claim is left out: said only after 2031-06"]
        before = ask("allies", "Karsk Front", as_of="2031-01")
        assert before.rows == []
        assert before.notes == ["3 undated claims are left out: said only after 2031-01"]


@pytest.mark.parametrize(
    ("day", "members"), [("2024", []), ("2027-01-01", ["Mira Oren"]), ("2029", ["Mira Oren"]), ("2030", [])]
)
def test_members_are_those_of_the_day(tmp_path: Path, day: str, members: list[str]) -> None:
    with told(tmp_path / "graph", war()) as ask:
        assert [name for (name,) in short(ask("members", "Karsk Front", as_of=day), "member")] == members


def test_acts_are_bounded_by_since_and_until_with_their_own_counts(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        assert short(ask("trained"), "trainer", "trainee", "affirmed") == [("Karsk Front", "Velm League", 2)]
        early = ask("trained", until="2025")
        assert short(early, "affirmed", "speakers", "undated") == [(1, 1, 0)]
        assert early.notes == ["1 undated claim is left out: said outside the time asked about"]
        assert short(ask("trained", since="2031"), "affirmed", "undated") == [(1, 1)]
        assert ask("trained", since="2021", until="2022").rows == []


def test_a_status_in_scope_tells_changed_from_disputed(tmp_path: Path) -> None:
    writer = Writer("paid")
    one, other = writer.entity("Karsk Front", "ArmedGroup"), writer.entity("Velm League", "ArmedGroup")
    writer.claim(one, "funded", other, "It paid.", start="1990", until="1999")
    writer.claim(one, "funded", other, "It pays no more.", polarity="denied", start="2020")
    writer.claim(one, "funded", other, "It did pay then.", start="2021", until="2021")
    with told(tmp_path / "graph", writer) as ask:
        assert short(ask("between", "Karsk Front", "Velm League"), "status") == [("disputed",)]
        assert short(ask("between", "Karsk Front", "Velm League", until="2020"), "status") == [("changed",)]
        assert short(ask("between", "Karsk Front", "Velm League", until="1999"), "status") == [("asserted",)]


def test_a_mixed_answer_says_which_rows_its_bounds_do_not_touch(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        note = "as_of restricts states; acts (such as trained) are bounded by since and until"
        assert note in ask("between", "Karsk Front", "Velm League", as_of="2031-06").notes
        assert note not in ask("relationships", "Mira Oren", as_of="2027").notes


def test_disputed_on_a_day_needs_both_sides_to_hold_then(tmp_path: Path) -> None:
    writer = Writer("quarrel")
    one, other = writer.entity("Karsk Front", "ArmedGroup"), writer.entity("Velm League", "ArmedGroup")
    writer.claim(one, "alliedWith", other, "Allied in the twenties.", start="2020", until="2029")
    writer.claim(one, "alliedWith", other, "Not in 2025.", polarity="denied", start="2025", until="2025")
    with told(tmp_path / "graph", writer) as ask:
        assert len(ask("disputed").rows) == 1
        assert len(ask("disputed", as_of="2025-06").rows) == 1
        assert ask("disputed", as_of="2022").rows == []
        assert len(ask("disputed", "Karsk Front", relation="allied with").rows) == 1
        assert ask("disputed", "Karsk Front", relation="trained").rows == []


def test_who_says_gives_a_row_a_source_and_reads_symmetric_relations_both_ways(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        for pair in (("Karsk Front", "Velm League"), ("Velm League", "Karsk Front")):
            answer = ask("who-says", pair[0], "alliedWith", pair[1])
            assert set(short(answer, "speaker", "standing")) == {
                ("an aide", "hedged"),
                ("Mira Oren", "denied"),
            }
        assert {name for (name,) in short(ask("who-says", "Karsk Front", "trained", "Velm League"), "speaker")} == {
            "Mira Oren", None,
        }  # fmt: skip
        assert ask("who-says", "Velm League", "trained", "Karsk Front").rows == []


def test_said_about_and_said_by_are_bounded_by_the_day_it_was_said(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        assert len(ask("said-about", "Velm League").rows) == 5
        assert ask("said-about", "Velm League", said_since="2032").rows == []
        assert {name for (name,) in short(ask("said-by", "Mira Oren"), "relation")} == {
            "trained",
            "alliedWith",
        }
        assert ask("said-by", "Mira Oren", said_until="2030").rows == []


def test_the_killed_are_named_with_killer_event_and_place(tmp_path: Path) -> None:
    writer = Writer("deaths", published="2031-05-02")
    karsk = writer.entity("Karsk Front", "ArmedGroup")
    oren, vale = writer.entity("Mira Oren", "Person"), writer.entity("Tam Vale", "Person")
    raid = writer.entity("a raid", "Operation")
    port, hill = writer.entity("Port Selm", "Place"), writer.entity("Grey Hill", "Place")
    writer.claim(karsk, "killed", oren, "It killed Oren.", place=hill, start="2031-04", until="2031-04")
    writer.claim(vale, "killedIn", raid, "Vale died in a raid.", said="2031-05-01")
    writer.claim(raid, "tookPlaceIn", port, "The raid was in Selm.")
    with told(tmp_path / "graph", writer) as ask:
        columns = ("victim", "by", "event", "place", "date", "said", "status")
        assert short(ask("killed"), *columns) == [
            ("Mira Oren", "Karsk Front", None, "Grey Hill", "2031-04", "2031-05-02", "asserted"),
            ("Tam Vale", None, "a raid", "Port Selm", None, "2031-05-01", "asserted"),
        ]
        assert short(ask("killed", "Karsk Front"), "victim") == [("Mira Oren",)]
        assert short(ask("killed", actor="Tam Vale"), "victim") == [("Tam Vale",)]


def test_figures_are_compared_where_actor_place_and_unit_are_the_same(tmp_path: Path) -> None:
    writer = Writer("figures")
    karsk = writer.entity("Karsk Front", "ArmedGroup")
    velm = writer.entity("Velm League", "ArmedGroup")
    selm = writer.entity("Selm", "Place")
    for actor, low, high, unit, place in (
        (karsk, 100, 200, "fighters", None),
        (karsk, 150, None, "fighters", None),
        (karsk, 400, 600, "fighters", selm),
        (velm, 10, 10, "ships", None),
        (velm, None, 20, "boats", None),
        (velm, 30, 40, "boats", None),
    ):
        writer.claim(actor, "hasStrength", Quantity(low, high, unit), place=place, certainty="probable")
    with told(tmp_path / "graph", writer) as ask:
        rows = short(
            ask("strength"), "actor", "minimum", "maximum", "unit", "place", "agrees", "certainty", "status"
        )
        assert rows == [
            ("Karsk Front", 100, 200, "fighters", None, True, ("probable",), "hedged"),
            ("Karsk Front", 150, None, "fighters", None, True, ("probable",), "hedged"),
            ("Karsk Front", 400, 600, "fighters", "Selm", None, ("probable",), "hedged"),
            ("Velm League", 10, 10, "ships", None, None, ("probable",), "hedged"),
            ("Velm League", None, 20, "boats", None, False, ("probable",), "hedged"),
            ("Velm League", 30, 40, "boats", None, False, ("probable",), "hedged"),
        ]


def test_a_timeline_is_in_the_order_of_days_with_the_dates_of_events(tmp_path: Path) -> None:
    from ontology.models import DateValue

    writer = Writer("times")
    karsk = writer.entity("Karsk Front", "ArmedGroup")
    velm = writer.entity("Velm League", "ArmedGroup")
    summit = writer.entity("the Selm summit", "Meeting")
    writer.claim(karsk, "tookPartIn", summit, "It went there.")
    writer.claim(summit, "happenedAt", DateValue("2024-07"), "It was in July.")
    writer.claim(karsk, "trained", velm, "In 2026.", start="2026", until="2026")
    writer.claim(karsk, "alliedWith", velm, "Since the nineties.", start="199X")
    writer.claim(karsk, "funded", velm, "Until 2010.", until="2010")
    writer.claim(karsk, "armed", velm, "At some time.")
    with told(tmp_path / "graph", writer) as ask:
        answer = ask("timeline", "Karsk Front")
        assert short(answer, "date", "relation") == [
            ("../2010", "funded"), ("199X/..", "alliedWith"), ("2024-07", "happenedAt"), ("2026", "trained"),
        ]  # fmt: skip
        assert answer.notes == ["2 undated claims are left out"]
        assert short(ask("timeline", "Karsk Front", since="2024-07-31", until="2025"), "relation") == [
            ("alliedWith",), ("happenedAt",),
        ]  # fmt: skip


def test_pages_meet_without_gap_or_overlap(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        whole = ask("relationships", "Karsk Front", limit=None)
        assert len(whole.rows) == 4
        assert not whole.more
        pages = [ask("relationships", "Karsk Front", limit=2, after=after) for after in (0, 2, 4)]
        assert [row for page in pages for row in page.rows] == whole.rows
        assert [page.more for page in pages] == [True, False, False]
        assert set(pages[0].citations) == {claim for row in pages[0].rows for claim in row["claims"]}


def test_counts_sources_articles_and_profile(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        counted = set(short(ask("counts"), "what", "kind", "count"))
        assert {("articles", "", 1), ("claims", "affirmed", 3), ("claims", "denied", 1), ("claims", "hedged", 1),
                ("claims", "notActual", 1), ("relationships", "disputed", 1)} <= counted  # fmt: skip
        assert short(ask("sources"), "publisher", "articles", "claims_made", "denials") == [
            ("The Borrin Courier", 1, 6, 1)
        ]
        assert short(ask("articles"), "article", "published", "claims_made") == [("War", "2031-03-04", 6)]
        assert len(ask("article", "war").rows) == 6
        assert len(ask("article", "War").rows) == 6
        assert short(ask("actor", "wikidata:Q1"), "actor", "kinds", "relationships", "claims_made") == [
            ("Karsk Front", ("ArmedGroup",), 4, 6)
        ]
        assert short(ask("actor", "Mira Oren"), "said") == [(2,)]
        assert short(ask("actor-search", "VELM"), "actor", "named") == [("Velm League", True)]
        assert short(ask("actor-search", "r", kind="Person"), "actor") == [("Mira Oren",)]


def test_what_is_not_ascii_sorts_by_keys_that_every_engine_compares_alike(tmp_path: Path) -> None:
    # Engines that compare UTF-16 units put "😀" before "ﬀ", those that compare code points after it.
    publishers = ["Zeit", "Äpfel", "ﬀ", "😀", "Apfel", "e\u0301", "é"]
    articles = [
        Writer(f"{publisher}/{number}", publisher, publisher, published="2031")
        for number, publisher in enumerate(publishers)
    ]
    with told(tmp_path / "graph", *articles) as ask:
        names = [name for (name,) in short(ask("sources"), "publisher")]
        assert names == ["😀", "Apfel", "Äpfel", "e\u0301", "é", "ﬀ", "Zeit"]
        # Of one day, by what their IRIs hold: the ids in UTF-8.
        ids = [row["article"]["id"] for row in ask("articles").rows]
        assert sorted(ids) == sorted(f"{publisher}/{number}" for number, publisher in enumerate(publishers))
        assert ids == sorted(ids, key=lambda id: quote(id, safe=""))
        assert len(ask("article", "ZEIT/0").rows) == 0
        assert len(ask("article", "apfel 1").rows) == 0


# How an actor is named


def test_a_name_is_matched_without_case_accents_or_article_and_an_alias_too(tmp_path: Path) -> None:
    writer = Writer("names")
    writer.entity("Ĥal Brigade", "Group", given=("The Red Hand",))
    with told(tmp_path / "graph", writer) as ask:
        for name in ("Ĥal Brigade", "hal brigade", "  HAL-BRIGADE ", "red hand", "the Red Hand"):
            assert len(ask("actor", name).rows) == 1


def test_several_of_one_name_are_listed_with_their_ids_and_an_id_chooses(tmp_path: Path) -> None:
    writer = Writer("twins")
    one = writer.entity("Oren", "Person", identifiers=("wikidata:Q1",))
    writer.entity("Oren", "Place", identifiers=("wikidata:Q2",))
    writer.claim(one, "praised", writer.entity("Velm League", "Group"))
    with told(tmp_path / "graph", writer) as ask:
        with pytest.raises(UsageError) as caught:
            ask("actor", "oren")
        message = str(caught.value)
        assert "wikidata:Q1 (Oren, Person, 1 claim); wikidata:Q2 (Oren, Place, 0 claims)" in message
        assert "give the id" in message
        assert short(ask("actor", "wikidata:Q2"), "kinds") == [(("Place",),)]
        assert short(ask("actor", "Wikidata:q2"), "kinds") == [(("Place",),)]


def test_a_named_one_is_preferred_to_unnamed_ones_of_the_same_words(tmp_path: Path) -> None:
    articles = [Writer(f"article-{number}") for number in range(3)]
    for writer, named in zip(articles, (True, False, False), strict=True):
        writer.entity("Harbour Watch", "Group", named=named)
    with told(tmp_path / "graph", *articles) as ask:
        assert short(ask("actor", "harbour watch"), "named") == [(True,)]


def test_an_unknown_name_is_told_what_is_near(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        with pytest.raises(
            UsageError, match=r"nothing is called 'Karsk'; near it: Karsk Front \(wikidata:Q1\)"
        ):
            ask("actor", "Karsk")
        with pytest.raises(UsageError, match=r"near it: Velm League"):
            ask("actor", "League of Velm")
        with pytest.raises(UsageError, match=r"actor-search"):
            ask("actor", "Zzz")


@pytest.mark.parametrize(
    "name", ['"', "\\", "} DROP ALL #", "a\nb", "$actor", "'; --", "?x", "<urn:x>", "😀", "%00", "\\u0022"]
)
def test_hostile_names_are_only_names(tmp_path: Path, name: str) -> None:
    writer = Writer("hostile")
    writer.entity("x" + name, "Group")
    with told(tmp_path / "graph", writer, war()) as ask:
        assert len(ask("actor", "x" + name).rows) == 1
        with pytest.raises(UsageError):
            ask("actor", name + "zzz")
        assert len(ask("relationships", "Karsk Front").rows) == 4


# Calls that are wrong


@pytest.mark.parametrize(
    ("call", "options", "reason"),
    [
        (("nope",), {}, "no question 'nope'"),
        (("_names", "x"), {}, "no question"),
        (("between", "Karsk Front"), {}, "needs other"),
        (("members", "Karsk Front", "2031", "x"), {}, "'x' is one too many"),
        (("members", "Karsk Front"), {"since": "2031"}, "no parameter 'since'"),
        (("members", "Karsk Front"), {"as_of": "last week"}, "as_of: 'last week'"),
        (("members", "Karsk Front"), {"limit": 0}, "at least 1"),
        (("who-says", "Karsk Front", "train", "Velm League"), {}, "trained"),
        (("actor", " "), {}, "is empty"),
        (("actor", "\ud800"), {}, "not valid Unicode"),
        (("trained",), {"with_parts": True}, "needs an actor"),
        (("article", "nothing"), {}, "no article"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(
    tmp_path: Path, call: tuple[str, ...], options: dict[str, object], reason: str
) -> None:
    with told(tmp_path / "graph", war()) as ask:
        with pytest.raises(UsageError) as caught:
            ask(*call, **options)
        assert reason in str(caught.value)
        assert "\n" not in str(caught.value)


def test_optional_parameters_may_be_given_in_order_too(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()) as ask:
        assert ask("members", "Karsk Front", "2027").parameters["as_of"] == "2027"
        assert len(ask("killed", "Karsk Front").rows) == 0


def test_a_question_of_the_owner_is_asked_like_the_others(tmp_path: Path) -> None:
    with told(tmp_path / "graph", war()):
        pass
    (tmp_path / "graph" / "queries" / "speakers.rq").write_text(
        "# speakers\n# Question: Who speaks most?\n# Parameters: least (integer, optional)\n"
        "# Columns: speaker (actor), claims (claims)\n\n"
        "PREFIX kg: <urn:attest:ontology:>\n"
        'SELECT ?speaker (GROUP_CONCAT(?id; separator=" ") AS ?claims) (COUNT(?id) AS ?n) WHERE {\n'
        "  ?claim kg:speaker ?speaker ; kg:id ?id .\n}\nGROUP BY ?speaker\n"
        "#if least\nHAVING (COUNT(?id) >= $least)\n#end\nORDER BY DESC(?n) ?speaker\n"
    )
    with kg.Graph.open(tmp_path / "graph") as graph:
        answer = kg.ask(graph, "speakers", least=2)
        assert short(answer, "speaker") == [("Mira Oren",)]
        assert len(answer.citations) == 2
        (tmp_path / "graph" / "queries" / "bad.rq").write_text("SELECT")
        with pytest.raises(QuestionError, match=r"bad\.rq:1"):
            kg.ask(graph, "bad")
