"""The questions in Cypher: the same headers as in SPARQL, parameters that are the driver's own, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.dates import Bounds
from ontology.errors import QuestionError, UsageError
from queries.binding import bind
from queries.catalogue import SUFFIXES, Catalogue, Question, parse
from queries.in_cypher import check_query, parts

HOME = Path(__file__).resolve().parents[2] / "queries"
STEMS = sorted(
    path.stem for language in SUFFIXES for path in (HOME / language).glob(f"*{SUFFIXES[language]}")
)


def question(body: str, parameters: str = "none", columns: str = "x (text)") -> Question:
    text = f"// q\n// Question: ?\n// Parameters: {parameters}\n// Columns: {columns}\n\n{body}"
    return parse(text, "q", "q.cypher", "cypher")


@pytest.mark.parametrize("stem", sorted(set(STEMS)))
def test_a_question_says_the_same_of_itself_in_both_languages(stem: str) -> None:
    one, other = Catalogue.load(dialect="sparql")[stem], Catalogue.load(dialect="cypher")[stem]
    assert (one.question, one.parameters, one.columns) == (other.question, other.parameters, other.columns)


@pytest.mark.parametrize("stem", sorted(set(STEMS)))
def test_what_is_shipped_would_be_taken_from_a_graphs_owner_too(stem: str) -> None:
    check_query(Catalogue.load(dialect="cypher")[stem])


def test_parameters_are_the_drivers_own() -> None:
    q = question(
        "MATCH (n) WHERE n.id IN $actor AND n.predicate IN $relation AND any(l IN labels(n) WHERE l IN $type)\n"
        "  AND n.day <= $day_until AND n.day >= $day_from AND n.name = $text RETURN n.id AS x",
        "actor (actor), relation (relation), type (type), day (date), text (text)",
    )
    bound = bind(
        q,
        {
            "actor": ["urn:attest:node:wikidata:Q1", "urn:attest:node:a%20b"],
            "relation": "urn:attest:ontology:trained",
            "type": "http://example.org/own#Ferry",
            "day": Bounds(1, 9),
            "text": "'} DETACH DELETE n //",
        },
        limit=5,
        after=2,
    )
    assert dict(bound.parameters) == {
        "actor": ["wikidata:Q1", "a b"],
        "relation": ["trained"],
        "type": ["Ferry"],
        "day_from": 1,
        "day_until": 9,
        "text": "'} DETACH DELETE n //",
        "page_limit": 5,
        "page_after": 2,
    }
    assert "DETACH" not in bound.text


def test_bounds_become_conditions_after_a_where() -> None:
    q = question(
        "MATCH (c:Claim) WHERE true\n//scope c r.tense\nRETURN c.id AS claims",
        "as_of (date, optional), since (date, optional)",
        "claims (claims)",
    )
    assert "scope" not in bind(q, {}).text
    text = bind(q, {"as_of": Bounds(1, 1), "since": Bounds(2, 2)}).text
    assert "AND (r.tense <> 'state' OR (c.scopeFrom <= $as_of_until AND c.scopeUntil >= $as_of_from))" in text
    assert "AND (r.tense <> 'act' OR (c.scopeUntil >= $since_from))" in text
    assert "AND c.dated = false AND NOT (" in bind(q, {"as_of": Bounds(1, 1)}, left_out=True).text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_name_is_one_phrase_and_some_parts_to_a_full_text_index(name: str) -> None:
    q = question(
        "CALL db.index.fulltext.queryNodes('attest_keys', $x_phrase + $x_parts) YIELD node RETURN node.id AS x",
        "x (name)",
    )
    parameters = bind(q, {"x": name}).parameters
    assert parameters["x"] == name
    inside = str(parameters["x_phrase"])[1:-1]
    assert inside.replace("\\\\", "").replace('\\"', "").count('"') == 0
    assert not inside.replace("\\\\", "").endswith("\\")
    for part in str(parameters["x_parts"]).replace("\\ ", "").split(" AND "):
        assert not part or part[0] == part[-1] == "*"


def test_parts_are_few_and_short_whatever_is_asked_for() -> None:
    assert parts('a+b "c') == '*a\\+b* AND *\\"c*'
    assert len(parts("word " * 5_000)) < 1_000
    assert len(parts("*" * 5_000)) < 100


@pytest.mark.parametrize(
    "body",
    [
        "MATCH (n:Thing) RETURN n.id AS x",
        "MATCH (start:Thing)-->(end)-->(use) WITH start, use WHERE use.set = 1 RETURN start.id AS x ORDER BY start.id",
        "MATCH (n:Create|Set:`DROP INDEX`) RETURN n.delete AS x, n.`MERGE` AS y",
        "MATCH (n) // then DELETE it; CREATE\nRETURN 'CREATE (n); LOAD CSV' AS x /* CALL db.labels() */",
        'RETURN "it\'s \\"DETACH DELETE\\"" AS x',
        "MATCH (n) CALL (n) { MATCH (n)--(m) RETURN count(m) AS k UNION MATCH (o) RETURN 1 AS k } RETURN k AS x",
        "CALL { MATCH (n) RETURN n } RETURN n.id AS x",
        "CALL db.index.fulltext.queryNodes('attest_names', 'a') YIELD node RETURN node.id AS x",
        "MATCH (n) WHERE EXISTS { (n)-[:SPEAKER]-() } RETURN {set: 1, delete: n.id} AS x",
        "UNWIND [1, 2] AS create RETURN create AS x",
        "MATCH (transactions) WHERE 1 IN transactions.list RETURN [x IN transactions.list | x] AS x",
        "MATCH (call:Thing) RETURN call.id AS x, call AS y",
        "CYPHER 5 MATCH (n) RETURN n.id AS x",
        "MATCH (`n; DROP`:Thing) RETURN `n; DROP`.id AS x",
        "MATCH (größe:Thing) RETURN größe.id AS x",
    ],
)
def test_a_question_that_only_reads_is_taken(body: str) -> None:
    check_query(question(body))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("CREATE (n) RETURN n.id AS x", "CREATE"),
        ("CREATE(n) RETURN n.id AS x", "CREATE"),
        ("MATCH (n) create(m) RETURN n.id AS x", "CREATE"),
        ("MATCH (n) SET n.x = 1 RETURN n.id AS x", "SET"),
        ("MATCH (n) WITH * SET n.x = 1 RETURN n.id AS x", "SET"),
        ("MATCH (n) DETACH /* */ DELETE n RETURN 1 AS x", "DETACH"),
        ("MATCH (n) DELETE(n) RETURN 1 AS x", "DELETE"),
        ("MATCH (n) REMOVE n:Thing RETURN 1 AS x", "REMOVE"),
        ("MERGE (n:Thing {id: 'a'}) RETURN n.id AS x", "MERGE"),
        ("INSERT (:Thing) RETURN 1 AS x", "INSERT"),
        ("MATCH (n) FOREACH(y IN [1]|CREATE (:Thing)) RETURN n.id AS x", "FOREACH"),
        ("CALL { CREATE (n) RETURN n } RETURN n.id AS x", "CREATE"),
        ("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5 ROWS RETURN 1 AS x", "TRANSACTIONS"),
        ("MATCH (n) CALL (n) { RETURN 1 AS k } IN 3 CONCURRENT TRANSACTIONS RETURN k AS x", "TRANSACTIONS"),
        ("LOAD CSV FROM 'file:///etc/passwd' AS x RETURN x", "LOAD CSV"),
        ("MATCH (n) load/**/csv FROM 'file:///etc/passwd' AS x RETURN x", "LOAD CSV"),
        ("MATCH (by) WITH by LOAD CSV FROM 'file:///etc/passwd' AS x RETURN x", "LOAD CSV"),
        ("CALL db.labels() YIELD label RETURN label AS x", "CALL db.labels"),
        ("CALL dbms . listConfig() YIELD name RETURN name AS x", "CALL dbms.listConfig"),
        ("MATCH (n) CALL `apoc`.`cypher`.`doIt`('x', {}) YIELD value RETURN value AS x", "CALL `…`"),
        ("CALL db.index.fulltext.`drop`('x') RETURN 1 AS x", "CALL db.index"),
        ("OPTIONAL CALL db.labels() YIELD label RETURN label AS x", "CALL db.labels"),
        ("USE system MATCH (n) RETURN n.id AS x", "USE"),
        ("SHOW USERS YIELD user RETURN user AS x", "SHOW"),
        ("TERMINATE TRANSACTION 'x' YIELD message RETURN message AS x", "TERMINATE"),
        ("EXPLAIN MATCH (n) RETURN n.id AS x", "EXPLAIN"),
        ("DROP INDEX a", "DROP"),
        ("MATCH (n) RETURN n.id AS x; MATCH (m) DELETE m", "';'"),
        ("MATCH (n) RETURN n.id AS x;", "';'"),
        ("MATCH (n) WHERE n.name = '\\u0027 DELETE n //' RETURN n.id AS x", "escape"),
        ("// \\u000a CREATE (n)\nMATCH (n) RETURN n.id AS x", "escape"),
        ("MATCH (n) LOAD\u180eCSV FROM 'x' AS x RETURN x", "U\\+180E"),
        ("MATCH (n)", "returns nothing"),
        ("MATCH (n) WHERE n.return = ':RETURN' // RETURN 1", "returns nothing"),
    ],
)
def test_a_question_that_would_do_more_is_refused(body: str, words: str) -> None:
    with pytest.raises(QuestionError, match=rf"q\.cypher: .*{words}") as refused:
        check_query(question(body))
    assert "\n" not in str(refused.value)


def test_a_question_in_the_other_language_only_says_so() -> None:
    catalogue = Catalogue.load(dialect="cypher")
    assert catalogue.languages("between") == ["cypher", "sparql"]
    with pytest.raises(UsageError, match="no question 'betwen'; did you mean between"):
        catalogue["betwen"]
