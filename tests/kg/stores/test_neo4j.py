"""A graph in Neo4j says what the same graph says in its folder, and takes nothing that is not its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import kg
from kg.recording import Recorder
from kg.verification import canonical_dump, verify
from ontology.errors import OntologyError, StoreError
from ontology.models import AnnotatedArticle, Quantity
from queries.binding import Bound
from tests.kg.made import Writer
from tests.kg.stores.conftest import run
from tests.kg.test_ledger_and_store import step, written
from tests.servers.contract import Address

Make = Callable[[], Path]

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
HOSTILE = [
    "O'Karsk",
    'the "Karsk" Front',
    "back\\slash \\u0027 \\n",
    "`backtick` :Label",
    "{braces: 1} $actor",
    "'}) DETACH DELETE n //",
    '") YIELD node MATCH (n) DETACH DELETE n RETURN "',
    "two\nlines\tand a tab",
    "😀 Brigade 𝔎",
    "Zo\u00eb",
    "Zoe\u0308",
    "النور",
    "*:* OR ~ ^ [a TO z]",
    "null",
    "%27%00%",
]


def article(id: str, *names: str, relation: str = "trained") -> AnnotatedArticle:
    """Each name is said to have trained the next."""
    writer = Writer(id)
    handles = [writer.entity(name, "Group") for name in names]
    for subject, object_ in pairwise(handles):
        writer.claim(subject, relation, object_, speakers=(handles[0],))
    return writer.done()


def embedded(path: Path, *articles: AnnotatedArticle) -> list[str]:
    """What a graph in its folder says after loading these."""
    kg.Graph.create(path)
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, list(articles))
    with kg.Graph.open(path) as graph:
        return list(canonical_dump(graph))


@pytest.mark.server
@settings(max_examples=12, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(histories=st.lists(st.lists(step, min_size=1, max_size=5), min_size=1, max_size=1))
def test_it_follows_the_ledger_through_any_history(
    neo4j_graph: Make, histories: list[list[tuple[str, Any]]]
) -> None:
    for steps in histories:
        path = neo4j_graph()
        with tempfile.TemporaryDirectory() as folder:
            beside = Path(folder) / "graph"
            kg.Graph.create(beside)
            for kind, value in steps:
                dumps = []
                for one in (path, beside):
                    with kg.Graph.open(one, write=True) as graph:
                        if kind == "crash":
                            Recorder(graph.ledger, graph.ontology, 0).record(
                                [written(made) for made in value]
                            )
                            continue
                        graph.catch_up()
                        if kind == "ingest":
                            kg.ingest(graph, [written(made) for made in value])
                        elif graph.ledger.db.execute(
                            "SELECT 1 FROM articles WHERE key=?", (f"article-{value}",)
                        ).fetchone():
                            kg.retract(graph, f"article-{value}")
                        dumps.append(list(canonical_dump(graph)))
                        if one == path:
                            assert verify(graph) == []
                assert not dumps or dumps[0] == dumps[1]
            with kg.Graph.open(path, write=True) as graph:
                graph.catch_up()
                followed = list(canonical_dump(graph))
                graph.rebuild()
                assert list(canonical_dump(graph)) == followed


@pytest.mark.server
@settings(max_examples=15, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(
    names=st.lists(
        st.one_of(
            st.sampled_from(HOSTILE),
            st.text(
                st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=40
            ),
        ).filter(lambda name: name.strip()),
        min_size=2,
        max_size=5,
        unique=True,
    ),
    id=st.sampled_from(["plain", "with 'quotes' \" and \\", "a/b?c#d%20", "ünï/😀", "{$id}`"]),
)
def test_words_of_every_kind_travel_unharmed(neo4j_graph: Make, names: list[str], id: str) -> None:
    path = neo4j_graph()
    made = article(id, *names)
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [article("before", "Tessaly Front", "Karsk Front"), made])
        assert verify(graph) == []
        kg.ingest(graph, [article("after", *names, *names[:1])])
        assert verify(graph) == []
        dump = list(canonical_dump(graph))
    with tempfile.TemporaryDirectory() as folder:
        beside = embedded(
            Path(folder) / "graph",
            article("before", "Tessaly Front", "Karsk Front"),
            made,
            article("after", *names, *names[:1]),
        )
    assert dump == beside
    with kg.Graph.open(path) as graph:
        for name in names:
            key = Bound(
                "CALL db.index.fulltext.queryNodes('attest_keys', '\"' + replace(replace($key, '\\\\', '\\\\\\\\'),"
                " '\"', '\\\\\"') + '\"') YIELD node WITH node WHERE $key IN node.nameKey RETURN count(node)",
                {"key": kg_key(name)},
            )
            assert (
                graph.store.select(key).rows
                == graph.store.select(
                    Bound("MATCH (n:Thing) WHERE $key IN n.nameKey RETURN count(n)", key.parameters)
                ).rows
            )


def kg_key(name: str) -> str:
    from ontology.names import name_key

    return name_key(name)


@pytest.mark.server
def test_a_name_of_any_length_is_held_and_found(neo4j_graph: Make) -> None:
    long = "Karsk " + "é" * 50_000
    path = neo4j_graph()
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [article("one", long, "Tessaly Front")])
        assert verify(graph) == []
        kg.ingest(graph, [article("two", "x" * 40_000, "y " * 20_000)])
        assert verify(graph) == []


@pytest.mark.server
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("MATCH (c:Claim) SET c.certainty = 'certain'", 'kg:certainty "certain"'),
        ("MATCH (c:Claim) REMOVE c.standing", "lacks <urn:attest:claim:"),
        ("MATCH (c:Claim) SET c.secret = 1", "kg:secret 1"),
        ("MATCH (n:Group) SET n:Person", "a kg:Person"),
        ("MATCH (n:Group) SET n:Spy", "a kg:Spy"),
        ("MATCH (n:Group) REMOVE n:Actor", "a kg:Actor"),
        ("MATCH (n:Group {name: 'Tessaly Front'}) SET n.alias = ['X']", "kg:alias"),
        ("MATCH (n:Group) SET n.nameKey = n.nameKey[0]", "kg:nameKey"),
        ("MATCH (c:Claim)-[r:SPEAKER]->() DELETE r", "kg:speaker"),
        ("MATCH (c:Claim), (n:Group {name: 'Karsk Front'}) CREATE (c)-[:PLACE]->(n)", "kg:place"),
        ("MATCH (a:Group), (b:Article) CREATE (a)-[:READ]->(b)", "kg:READ"),
        ("MATCH ()-[r:TRAINED]->() DELETE r", "lacks the edge"),
        ("MATCH ()-[r:TRAINED]->() SET r.status = 'denied'", "its figures are not those"),
        ("MATCH (a)-[r:TRAINED]->(b) CREATE (a)-[:TRAINED {id: r.id}]->(b)", "its figures are not those"),
        ("MATCH (a)-[r:TRAINED]->(b) CREATE (b)-[:ATTACKED]->(a)", "the edge"),
        ("MATCH (c:Claim) DETACH DELETE c", "lacks <urn:attest:claim:"),
        ("CREATE (:Claim {id: 'c1'})", "<urn:attest:claim:c1>"),
        ("CREATE (:Thing {id: 'e1', name: 'Nobody'})", "<urn:attest:node:e1>"),
        ("MATCH (n:Thing) SET n.id = n.id + 'x'", "lacks <urn:attest:node:"),
    ],
)
def test_what_was_changed_behind_the_ledgers_back_is_found_and_mended(
    neo4j_graph: Make, empty_neo4j: Address, change: str, told: str
) -> None:
    path = neo4j_graph()
    with kg.Graph.open(path, write=True) as graph:
        made = article("one", "Tessaly Front", "Karsk Front")
        kg.ingest(graph, [made])
        assert verify(graph) == []
        sound = list(canonical_dump(graph))
        run(empty_neo4j, change)
        assert told in "\n".join(verify(graph))
        graph.rebuild()
        assert verify(graph) == []
        assert list(canonical_dump(graph)) == sound


@pytest.mark.server
def test_the_figures_of_direct_edges_stay_right(neo4j_graph: Make, empty_neo4j: Address) -> None:
    path = neo4j_graph()
    figures = "MATCH ()-[e:TRAINED]->() RETURN e.affirmed, e.denied, e.status, e.claims"
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [article("one", "Tessaly Front", "Karsk Front")])
        assert run(empty_neo4j, figures) == [[1, 0, "asserted", 1]]
        denial = Writer("two")
        one, other = denial.entity("Tessaly Front"), denial.entity("Karsk Front")
        denial.claim(one, "trained", other, polarity="denied")
        kg.ingest(graph, [denial.done()])
        assert run(empty_neo4j, figures) == [[1, 1, "disputed", 2]]
        kg.retract(graph, "one")
        assert run(empty_neo4j, figures) == []
        kg.ingest(graph, [article("one", "Tessaly Front", "Karsk Front")])
        assert run(empty_neo4j, figures) == [[1, 1, "disputed", 2]]


@pytest.mark.server
def test_figures_of_several_places_are_one_edge_each_and_one_line(
    neo4j_graph: Make, empty_neo4j: Address
) -> None:
    path = neo4j_graph()
    writer = Writer("one")
    group = writer.entity("Tessaly Front", "ArmedGroup")
    for name in ("Karsk", "Ostmark"):
        place = writer.entity(name, "Place")
        writer.claim(group, "hasStrength", Quantity(10, 20, "fighters"), place=place)
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [writer.done()])
        assert run(empty_neo4j, "MATCH ()-[e:HAS_STRENGTH]->(:Value) RETURN count(e)") == [[2]]
        assert verify(graph) == []
        run(empty_neo4j, "MATCH ()-[e:HAS_STRENGTH]->() WITH e LIMIT 1 DELETE e")
        assert "which is missing" in "\n".join(verify(graph))


@pytest.mark.server
def test_no_question_can_write(neo4j_graph: Make, empty_neo4j: Address) -> None:
    path = neo4j_graph()
    with kg.Graph.open(path) as graph:
        for text in (
            "CREATE (n:Claim {id: 'x'}) RETURN n.id",
            "MATCH (s:Store) SET s.sequence = 7 RETURN s.sequence",
            "CREATE INDEX other FOR (n:Claim) ON (n.other)",
        ):
            with pytest.raises(StoreError, match="may not write"):
                graph.store.select(Bound(text))
    assert run(empty_neo4j, "MATCH (n:Claim) RETURN count(n)") == [[0]]


@pytest.mark.server
def test_a_database_with_anything_else_in_it_is_refused_and_left_alone(
    empty_neo4j: Address, neo4j_graph: Make, tmp_path: Path
) -> None:
    run(empty_neo4j, "CREATE (:Shop {id: 'attest'})-[:SELLS]->(:Book)")
    with pytest.raises(StoreError, match="holds what is not this graph's"):
        neo4j_graph()
    assert run(empty_neo4j, "MATCH (n) RETURN count(n)") == [[2]]
    run(empty_neo4j, "MATCH (n) DETACH DELETE n")
    path = neo4j_graph()
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [article("one", "Tessaly Front", "Karsk Front")])
    before = run(empty_neo4j, "MATCH (n) RETURN count(n)")
    with pytest.raises(StoreError, match="another graph"):
        kg.Graph.create(tmp_path / "other", store=empty_neo4j.url)
    assert run(empty_neo4j, "MATCH (n) RETURN count(n)") == before
    # What others put beside it later is not wiped by a rebuild either.
    run(empty_neo4j, "CREATE (:Shop)")
    with kg.Graph.open(path, write=True) as graph:
        with pytest.raises(StoreError, match="holds what is not this graph's"):
            graph.rebuild()
        assert "_:" in "\n".join(verify(graph)) or verify(graph) == []
    assert run(empty_neo4j, "MATCH (n:Shop) RETURN count(n)") == [[1]]


@pytest.mark.server
def test_an_owners_type_called_like_a_part_of_the_graph_is_refused(
    neo4j_graph: Make,
) -> None:
    path = neo4j_graph()
    (path / "ontology" / "own.ttl").write_text(
        "@prefix own: <https://borrin.example/terms#> .\n@prefix kg: <urn:attest:ontology:> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        'own:Article a owl:Class ; rdfs:label "article" ; rdfs:subClassOf kg:Thing ;\n'
        ' skos:definition "A clause of a treaty." ; skos:example "Article 5" .\n'
    )
    with pytest.raises(OntologyError, match="Article"), kg.Graph.open(path, write=True) as graph:
        graph.catch_up()


@pytest.mark.server
def test_readers_in_other_processes_wait_for_what_was_written(
    neo4j_graph: Make, empty_neo4j: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bookmarks that a writer leaves are those that a reader's session begins with."""
    from kg.stores.neo4j.connection import Connection

    path = neo4j_graph()
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [article("one", "Tessaly Front", "Karsk Front")])
        wrote = set(graph.store._connection.bookmarks.get_bookmarks())  # type: ignore[attr-defined]
    assert wrote
    with kg.Graph.open(path) as graph:
        place = graph.settings.store
    reader = Connection(place, path)
    assert set(reader.bookmarks.get_bookmarks()) == wrote
    reader.close()
    elsewhere = Connection(place._replace(database="other"), path)
    assert not set(elsewhere.bookmarks.get_bookmarks())
    elsewhere.close()


@pytest.mark.server
def test_bookmarks_of_a_database_made_anew_are_forgotten(neo4j_graph: Make) -> None:
    path = neo4j_graph()
    (kept,) = path.glob("store.bookmarks")
    text = kept.read_text()
    import json

    held = json.loads(text)
    held["bookmarks"] = ["FB:kcwQAAAAAAAAAAAAAAAAAAAAAMsAAAAAAAAAAA=="]
    kept.write_text(json.dumps(held))
    with kg.Graph.open(path) as graph:
        assert graph.store.sequence == 0
