"""Which entities are one node: told by what is live, whatever the order in which it came."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg
from kg import identity
from kg.identity import Kinds
from kg.ledger import Ledger
from kg.recording import Recorder
from kg.verification import canonical_dump
from ontology import vocabulary
from ontology.errors import UsageError
from ontology.models import AnnotatedArticle
from ontology.vocabulary import Ontology
from tests.kg.made import Writer

# A user's own types: of one kind, and yet nothing is both.
OWN = """\
@prefix : <urn:example:> .
@prefix kg: <urn:attest:ontology:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:Choir a owl:Class ; rdfs:subClassOf kg:Group ; rdfs:label "choir"@en ; skos:definition "A group that sings."@en ;
    skos:example "The Ferry Choir sang."@en ; owl:disjointWith :Crew .
:Crew a owl:Class ; rdfs:subClassOf kg:Group ; rdfs:label "crew"@en ; skos:definition "Those who work a ship."@en ;
    skos:example "The crew of the ferry."@en .
"""


@pytest.fixture(scope="module")
def ontology(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    path = tmp_path_factory.mktemp("ontology") / "own.ttl"
    path.write_text(OWN)
    return vocabulary.load([path])


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[kg.Graph]:
    kg.Graph.create(tmp_path / "graph")
    (tmp_path / "graph" / "ontology" / "own.ttl").write_text(OWN)
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        yield graph
        assert kg.verify(graph) == []


def article(id: str, *entities: tuple[str, str, tuple[str, ...]], annotator: str = "") -> AnnotatedArticle:
    writer = Writer(id, annotator=annotator)
    handles = [writer.entity(name, type_, identifiers=held) for name, type_, held in entities]
    related = [
        one
        for one, (_, type_, _) in zip(handles, entities, strict=True)
        if type_ not in ("Attack", "Thing", "Place")
    ]
    if related:
        writer.claim(related[0], "linkedTo", related[-1])
    return writer.done()


def nodes(graph: kg.Graph) -> dict[str, set[tuple[str, str]]]:
    """(article, type) of the live entities of each node, by its id."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for node, key, type_ in graph.ledger.db.execute(
        "SELECT n.canonical, a.key, e.type FROM entities e JOIN nodes n ON n.id = e.node JOIN sets s ON s.id = e.set_id"
        " JOIN articles a ON a.id = s.article WHERE e.live"
    ):
        found[node].add((key, type_))
    return found


def groups(graph: kg.Graph) -> set[frozenset[tuple[str, str]]]:
    return {frozenset(those) for those in nodes(graph).values()}


Q1, Q2, LEI = ("wikidata:Q1",), ("wikidata:Q2",), ("lei:5493001KJTIIGC8Y1R12",)
PERSON = article("a", ("Mira Oren", "Person", Q1))
OFFICIAL = article("b", ("Oren", "Official", Q1))
MILITIA = article("c", ("Karsk Front", "ArmedGroup", Q1))
ACTOR = article("d", ("Oren", "Actor", Q1))


def test_one_identifier_does_not_join_a_person_and_a_group(graph: kg.Graph) -> None:
    kg.ingest(graph, [PERSON, OFFICIAL])
    assert nodes(graph) == {"wikidata:Q1": {("a", "Person"), ("b", "Official")}}
    before = list(canonical_dump(graph))

    report = kg.ingest(graph, [MILITIA])
    assert groups(graph) == {
        frozenset({("a", "Person"), ("b", "Official")}),
        frozenset({("c", "ArmedGroup")}),
    }
    assert "wikidata:Q1" not in nodes(graph), "it is the id of neither"
    (note,) = report.notes
    assert note == (
        "wikidata:Q1 is on types that exclude each other, so it does not join ArmedGroup (c) with Official and"
        " Person (a, b); correct the one that is wrong"
    )
    assert (
        graph.ledger.db.execute("SELECT report FROM runs ORDER BY id DESC").fetchone()[0].count("wikidata:Q1")
    )
    assert kg.verify(graph) == []

    kg.retract(graph, "c")
    assert list(canonical_dump(graph)) == before


def test_every_run_that_meets_the_clash_says_so_and_no_other(graph: kg.Graph) -> None:
    kg.ingest(graph, [PERSON, MILITIA])
    assert kg.ingest(graph, [PERSON, MILITIA]).notes == [], "nothing was changed"
    assert kg.ingest(graph, [article("e", ("Sedd Harbour", "Group", LEI))]).notes == []
    (note,) = kg.ingest(graph, [OFFICIAL]).notes
    assert "Official and Person (a, b)" in note
    kg.retract(graph, "c")
    assert kg.ingest(graph, [article("f", ("Oren", "Person", Q1))]).notes == []


def test_a_type_that_goes_with_both_is_in_neither(graph: kg.Graph) -> None:
    kg.ingest(graph, [PERSON, ACTOR])
    assert set(nodes(graph)) == {"wikidata:Q1"}
    kg.ingest(graph, [MILITIA])
    assert groups(graph) == {
        frozenset({("a", "Person")}),
        frozenset({("c", "ArmedGroup")}),
        frozenset({("d", "Actor")}),
    }
    kg.retract(graph, "a")
    assert nodes(graph) == {"wikidata:Q1": {("c", "ArmedGroup"), ("d", "Actor")}}


def test_what_may_be_one_is_one(graph: kg.Graph) -> None:
    types = ["State", "Place", "Actor", "Government", "Group", "Thing", "Community"]
    report = kg.ingest(graph, [article(f"a{type_}", ("Borrin", type_, Q1)) for type_ in types])
    assert set(nodes(graph)) == {"wikidata:Q1"}
    assert report.notes == []


def test_a_chain_of_tokens_does_not_join_them_either(graph: kg.Graph) -> None:
    bridge = article("e", ("Oren", "Actor", Q1 + LEI))
    kg.ingest(graph, [PERSON, article("c", ("Karsk Front", "ArmedGroup", LEI))])
    before = list(canonical_dump(graph))
    assert set(nodes(graph)) == {*Q1, *LEI}
    report = kg.ingest(graph, [bridge])
    assert len(groups(graph)) == 3
    assert [note.split()[0] for note in report.notes] == [*LEI, *Q1]
    kg.retract(graph, "e")
    assert list(canonical_dump(graph)) == before


def test_what_is_linked_to_a_divided_identifier_later_is_divided_too(graph: kg.Graph) -> None:
    kg.ingest(graph, [PERSON, MILITIA])
    kg.ingest(graph, [article("e", ("Mira Oren", "Person", Q1 + LEI))])
    kg.ingest(graph, [article("f", ("Oren", "Actor", LEI))])
    assert groups(graph) == {
        frozenset({("a", "Person"), ("e", "Person")}),
        frozenset({("c", "ArmedGroup")}),
        frozenset({("f", "Actor")}),
    }


def test_what_comes_back_without_its_identifier_comes_back_alone(graph: kg.Graph) -> None:
    kg.ingest(graph, [article("a", ("an aide", "Group", Q1)), article("b", ("Karsk Front", "Group", Q1))])
    kg.retract(graph, "a")
    kg.ingest(graph, [article("a", ("an aide", "Group", ()))])
    assert groups(graph) == {frozenset({("a", "Group")}), frozenset({("b", "Group")})}


def test_a_name_does_not_join_disjoint_types_of_one_kind(graph: kg.Graph) -> None:
    choir, crew = article("a", ("Harbour Voices", "Choir", ())), article("b", ("Harbour Voices", "Crew", ()))
    kg.ingest(graph, [choir, article("c", ("Harbour Voices", "Group", ()))])
    assert len(groups(graph)) == 1
    (note,) = kg.ingest(graph, [crew]).notes
    assert len(groups(graph)) == 3
    assert note.startswith("the name 'harbour voices' is on types that exclude each other")
    kg.retract(graph, "b")
    assert len(groups(graph)) == 1


def test_another_identifier_is_the_id_where_one_is_divided(graph: kg.Graph) -> None:
    kg.ingest(graph, [PERSON, article("c", ("Karsk Front", "ArmedGroup", Q1 + LEI))])
    assert nodes(graph)[LEI[0]] == {("c", "ArmedGroup")}


def test_a_divided_identifier_is_answered_with_what_it_may_be(graph: kg.Graph) -> None:
    kg.ingest(graph, [PERSON, MILITIA])
    with pytest.raises(UsageError) as refused:
        kg.ask(graph, "actor", "wikidata:Q1")
    said = str(refused.value)
    assert "'wikidata:Q1' may be any of 2" in said
    for id in nodes(graph):
        assert id in said
        assert kg.ask(graph, "actor", id).parameters["actor"]["id"] == id
    kg.retract(graph, "c")
    assert kg.ask(graph, "actor", "wikidata:Q1").parameters["actor"]["name"] == "Mira Oren"


def test_many_articles_of_a_divided_identifier_are_listed_by_a_few(graph: kg.Graph) -> None:
    many = [article(f"p{number}", ("Mira Oren", "Person", Q1)) for number in range(6)]
    (note,) = kg.ingest(graph, [*many, MILITIA]).notes
    assert "Person (p0, p1, p2, …)" in note


def test_an_ontology_that_says_otherwise_is_followed_by_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "graph"
    kg.Graph.create(path)
    own = path / "ontology" / "own.ttl"
    own.write_text(OWN.replace(" ; owl:disjointWith :Crew", ""))
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [article("a", ("Voices", "Choir", Q1)), article("b", ("Voices", "Crew", Q1))])
        together = list(canonical_dump(graph))
        assert set(nodes(graph)) == {*Q1}
    own.write_text(OWN)
    with kg.Graph.open(path, write=True) as graph:
        assert kg.verify(graph)[0] == (
            "node wikidata:Q1: is Choir and Crew, which are disjoint; any `kg ingest` settles it anew"
        )
        report = kg.ingest(graph, [])
        assert len(groups(graph)) == 2
        assert report.notes[0].startswith("wikidata:Q1 is on types that exclude each other")
        assert kg.verify(graph) == []
        assert kg.ingest(graph, []).notes == []
    own.write_text(OWN.replace(" ; owl:disjointWith :Crew", ""))
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [])
        assert list(canonical_dump(graph)) == together


# Any history comes to what is live


NAMES = ["Karsk Front", "Mira Oren", "Tessaly", "Oren", "an aide"]
TYPES = ["Person", "Official", "Actor", "Group", "Choir", "Crew", "State", "Place", "Thing", "Attack"]
HELD = [(), (), Q1, Q1, Q2, Q1 + LEI, LEI, Q2 + LEI]
some_entity = st.tuples(st.sampled_from(NAMES), st.sampled_from(TYPES), st.sampled_from(HELD))
some_set = st.tuples(
    st.integers(0, 3), st.sampled_from(["", "jane"]), st.lists(some_entity, min_size=1, max_size=3)
)
some_step = st.one_of(
    st.lists(some_set, min_size=1, max_size=3).map(lambda sets: ("ingest", sets)),
    st.integers(0, 3).map(lambda number: ("retract", number)),
)


def written(
    number: int, annotator: str, entities: Iterable[tuple[str, str, tuple[str, ...]]]
) -> AnnotatedArticle:
    return article(f"article-{number}", *entities, annotator=annotator)


def expected(ontology: Ontology, ledger: Ledger) -> set[frozenset[str]]:
    """The live entities by node, worked out from nothing but themselves."""
    kinds = Kinds(ontology)
    entities: list[tuple[str, str, tuple[str, ...]]] = []
    for key, type_, body in ledger.db.execute("SELECT key, type, body FROM entities WHERE live"):
        who = identity.identity_of_row(type_, identity.load_body(body), kinds.of(type_))
        entities.append((key, type_, who.tokens))
    known_as: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, _, tokens in entities:
        for name in tokens:
            for held in tokens:
                if name.startswith("n:") and held.startswith("i:"):
                    known_as[name, held.split(":")[1]].add(held)

    def holds(one: str, other: str) -> bool:
        identifier, name = sorted((one, other))
        both = identifier.startswith("i:") and name.startswith("n:")
        return not both or len(known_as[name, identifier.split(":")[1]]) < 2

    def together(
        members: list[tuple[str, str, tuple[str, ...]]],
    ) -> list[list[tuple[str, str, tuple[str, ...]]]]:
        leader = {token: token for _, _, tokens in members for token in tokens}

        def find(token: str) -> str:
            while leader[token] != token:
                token = leader[token]
            return token

        for _, _, tokens in members:
            for one, other in identity.pairs(tokens):
                if holds(one, other):
                    leader[find(one)] = find(other)
        found: dict[str, list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)
        for member in members:
            found[find(member[2][0])].append(member)
        return list(found.values())

    nodes = {frozenset({key}) for key, _, tokens in entities if not tokens}
    for component in together([one for one in entities if one[2]]):
        types = {type_ for _, type_, _ in component}
        classes = defaultdict(list)
        for member in component:
            classes[frozenset(one for one in types if ontology.disjoint(one, member[1]))].append(member)
        for same in classes.values():
            nodes |= {frozenset(key for key, _, _ in part) for part in together(same)}
    return nodes


def by_node(ledger: Ledger) -> dict[str, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for key, node in ledger.db.execute("SELECT key, node FROM entities WHERE live"):
        found[node].add(key)
    ids = ledger.canonical(found)
    assert len(set(ids.values())) == len(ids), "ids are unique"
    return {ids[node]: frozenset(keys) for node, keys in found.items()}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger without anything in it, to be copied: making one waits for the disk."""
    path = tmp_path_factory.mktemp("empty") / "ledger"
    Ledger(path, write=True, create=True).close()
    return path


def copied(empty: Path, path: Path) -> Ledger:
    shutil.copy(empty, path)
    ledger = Ledger(path, write=True)
    ledger.db.execute("PRAGMA synchronous=OFF")
    return ledger


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(some_step, min_size=1, max_size=8), order=st.randoms(use_true_random=False))
def test_any_history_gives_the_nodes_that_what_is_live_gives(
    ontology: Ontology, empty: Path, steps: list[tuple[str, Any]], order: Any
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledger = copied(empty, Path(folder) / "ledger")
        live: dict[tuple[int, str], AnnotatedArticle] = {}
        for kind, value in steps:
            recorder = Recorder(ledger, ontology, 0)
            if kind == "retract":
                row = ledger.db.execute(
                    "SELECT id FROM articles WHERE key=?", (f"article-{value}",)
                ).fetchone()
                if row:
                    recorder.retract(row[0])
                live = {key: document for key, document in live.items() if key[0] != value}
            else:
                sets = {(number, annotator): entities for number, annotator, entities in value}
                made = {key: written(*key, entities) for key, entities in sets.items()}
                recorder.record(list(made.values()))
                live |= made
            found = by_node(ledger)
            assert set(found.values()) == expected(ontology, ledger)
            for id in found:
                assert ledger.resolve(id) == [id]
            for token, count in ledger.db.execute(
                "SELECT token, count(DISTINCT node) FROM divided GROUP BY token"
            ):
                assert count >= 1
                assert token.startswith("n:") or len(ledger.resolve(token[2:])) == count

        documents = list(live.values())
        order.shuffle(documents)
        other = copied(empty, Path(folder) / "other")
        for document in documents:
            document.tally.rejected.clear()
            Recorder(other, ontology, 0).record([document])
        again = by_node(other)
        assert set(again.values()) == set(by_node(ledger).values())
        # Only nodes without an identifier of their own are called after their oldest entity, which the order decides.
        identified = {id: those for id, those in again.items() if ":" in id}
        assert identified == {id: those for id, those in by_node(ledger).items() if ":" in id}
        other.close()
        ledger.close()
