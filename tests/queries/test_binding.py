"""Parameters become terms, whatever they hold."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.dates import Bounds
from ontology.errors import UsageError
from queries.binding import Bound, bind
from queries.catalogue import Question, parse
from queries.in_sparql import iri, string


def question(parameters: str, body: str, columns: str = "x (text), claims (claims)") -> Question:
    text = f"# q\n# Question: ?\n# Parameters: {parameters}\n# Columns: {columns}\n\n{body}"
    return parse(text, "q", "q.rq")


def values(bound: Bound, store: ox.Store | None = None) -> list[str]:
    """The first column of a query's rows."""
    solutions = (store or ox.Store()).query(bound.text)
    assert isinstance(solutions, ox.QuerySolutions)
    return [row[0].value for row in solutions]  # type: ignore[union-attr]


# Everything a Python string can hold besides lone surrogates and null, and what SPARQL itself is made of.
hostile = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    st.lists(
        st.sampled_from(['"', "'", '"""', "\\", "\\u0022", "\n", "\r", "{", "}", "$x", "?x", "#end", "#", "<", ">", " ",
                         "} DROP ALL #", "UNION", "a", "\t", "\x7f", "\u2028", "😀", "\ufeff"]),
        max_size=8,
    ).map("".join),
)  # fmt: skip


@given(hostile)
def test_a_text_reads_back_as_it_was_given(text: str) -> None:
    q = question("x (text)", "SELECT ?x WHERE { BIND($x AS ?x) }", "x (text)")
    assert values(bind(q, {"x": text})) == [text]
    assert values(Bound(f"SELECT ?x WHERE {{ VALUES ?x {{ {string(text)} }} }}")) == [text]


@given(st.lists(hostile, max_size=4))
def test_ids_read_back_as_they_were_given(ids: list[str]) -> None:
    q = question("x (ids)", "SELECT ?x WHERE { VALUES ?x { $x } }", "x (text)")
    assert values(bind(q, {"x": ids})) == ids


@given(hostile)
def test_what_is_no_iri_is_refused_and_what_is_one_reads_back(text: str) -> None:
    q = question("x (node)", "SELECT ?x WHERE { VALUES ?x { $x } }", "x (node)")
    given_ = "urn:attest:node:" + text
    try:
        bound = bind(q, {"x": given_})
    except UsageError:
        assert re.search(r"[^A-Za-z0-9]", text)
    else:
        assert values(bound) == [given_]


def test_an_iri_cannot_end_early() -> None:
    for wrong in ("urn:x> } DROP ALL #", "urn:x y", "urn:x\n", "", "no-scheme", "urn:\\u003e"):
        with pytest.raises(UsageError):
            iri(wrong)


def test_what_is_not_text_is_refused() -> None:
    for wrong in ("\ud800", "a\0b"):
        with pytest.raises(UsageError):
            string(wrong)


def test_a_token_inside_a_string_an_iri_or_a_comment_is_left_alone() -> None:
    body = """SELECT ?x WHERE { # $x
  VALUES ?x { "$x" '$x' \"\"\"a "$x" \"\"\" <urn:$x> "\\"$x" $x }
}"""
    q = question("x (text)", body, "x (text)")
    assert values(bind(q, {"x": "given"})) == ["$x", "$x", 'a "$x" ', "urn:$x", '"$x', "given"]


def test_a_value_is_never_read_for_tokens_again() -> None:
    q = question("x (text), y (text)", "SELECT ?x WHERE { VALUES ?x { $x $y } }", "x (text)")
    assert values(bind(q, {"x": "$y", "y": "$x"})) == ["$y", "$x"]


def test_lines_are_kept_where_their_parameter_is_given() -> None:
    body = """SELECT ?x WHERE {
  VALUES ?x {
#if a b
    "a or b"
#if b
    "b"
#else
    "only a"
#end
#else
    "neither"
#end
  }
}"""
    q = question("a (integer, optional), b (boolean, optional)", body, "x (text)")
    assert values(bind(q, {})) == ["neither"]
    assert values(bind(q, {"a": 1})) == ["a or b", "only a"]
    assert values(bind(q, {"a": 1, "b": True})) == ["a or b", "b"]
    assert values(bind(q, {"b": False})) == ["neither"]


def test_pages_go_where_the_question_says_else_to_the_end() -> None:
    numbers = 'VALUES ?x { "1" "2" "3" "4" }'
    end = question("none", f"SELECT ?x WHERE {{ {numbers} }} ORDER BY ?x", "x (text)")
    assert values(bind(end, {}, limit=2, after=1)) == ["2", "3"]
    assert values(bind(end, {}, limit=None, after=3)) == ["4"]
    inside = question(
        "none", f"SELECT ?x WHERE {{ {{ SELECT ?x WHERE {{ {numbers} }} ORDER BY ?x\n#page\n}} }}", "x (text)"
    )
    assert values(bind(inside, {}, limit=2, after=1)) == ["2", "3"]


def claim(name: str, dated: bool, first: int, last: int, tense: str = "state") -> str:
    k = "urn:attest:ontology:"
    return (
        f'<urn:{name}> <{k}id> "{name}" ; <{k}dated> {str(dated).lower()} ; <{k}scopeFrom> {first} ;'
        f' <{k}scopeUntil> {last} ; <{k}tense> "{tense}" .\n'
    )


@pytest.mark.parametrize(
    ("given_", "kept", "left_out"),
    [
        ({}, "past present said-now said-later act", ""),
        ({"as_of": Bounds(50, 50)}, "present said-now act", "said-later"),
        ({"as_of": Bounds(5, 50)}, "past present said-now act", "said-later"),
        ({"as_of": Bounds(10, 10)}, "past act", "said-now said-later"),
        ({"since": Bounds(101, 110)}, "past present said-now said-later act", ""),
        ({"since": Bounds(201, 201)}, "past present said-now said-later", ""),
        ({"until": Bounds(50, 99)}, "past present said-now said-later", ""),
        ({"since": Bounds(90, 100), "until": Bounds(120, 130)}, "past present said-now said-later act", ""),
    ],
)
def test_scope_bounds_states_by_as_of_and_acts_by_since_and_until(
    given_: dict[str, Bounds], kept: str, left_out: str
) -> None:
    store = ox.Store()
    store.load(
        (
            claim("past", True, 1, 10)
            + claim("present", True, 40, 60)
            + claim("said-now", False, 50, 10_000_000)
            + claim("said-later", False, 70, 10_000_000)
            + claim("act", True, 100, 200, "act")
        ).encode(),
        format=ox.RdfFormat.TURTLE,
    )
    body = """PREFIX kg: <urn:attest:ontology:>
SELECT ?claims WHERE {
  ?c kg:id ?claims ; kg:tense ?tense .
#scope ?c ?tense
}"""
    q = question(
        "as_of (date, optional), since (date, optional), until (date, optional)", body, "claims (claims)"
    )
    assert set(values(bind(q, given_), store)) == set(kept.split())
    if given_:
        assert set(values(bind(q, given_, left_out=True), store)) == set(left_out.split())


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("x (integer)", "1"), ("x (integer)", True), ("x (text)", 1), ("x (node)", 1), ("x (ids)", [1]),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(parameter: str, value: object) -> None:
    q = question(parameter, "SELECT ?x WHERE { VALUES ?x { $x } }", "x (text)")
    with pytest.raises(UsageError, match="x: "):
        bind(q, {"x": value})  # type: ignore[dict-item]


def test_a_missing_or_unknown_parameter_is_named() -> None:
    q = question("x (text)", "SELECT ?x WHERE { VALUES ?x { $x } }", "x (text)")
    with pytest.raises(UsageError, match="needs x"):
        bind(q, {})
    with pytest.raises(UsageError, match="no parameter 'y'"):
        bind(q, {"x": "1", "y": "2"})
