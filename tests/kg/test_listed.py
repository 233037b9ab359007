"""Which record of a list a name in an article means: never a guess, and never by the order of loading."""

from __future__ import annotations

import itertools
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import kg
from kg.ingestion import ingest
from kg.verification import canonical_dump
from ontology.lists import Record
from ontology.models import AnnotatedArticle
from tests.kg.entries import edition, record
from tests.kg.made import Writer
from tests.kg.test_ledger_and_store import IDENTIFIERS, NAMES, TYPES, article, written

PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def said(id: str, *entities: tuple[Any, ...], given: tuple[str, ...] = ()) -> AnnotatedArticle:
    """An article about (name, type, identifiers…)."""
    writer = Writer(id)
    handles = [
        writer.entity(name, type, identifiers=tuple(held), given=given) for name, type, *held in entities
    ]
    writer.claim(handles[0], "linkedTo", handles[-1])
    return writer.done()


def nodes(graph: kg.Graph) -> set[frozenset[str]]:
    """The names and own ids that are held to be one, of everything live."""
    found: dict[int, set[str]] = defaultdict(set)
    for node, body in graph.ledger.db.execute(
        "SELECT node, coalesce(json_extract(body, '$.own'), json_extract(body, '$.mentions[0][0][2]'))"
        " FROM entities WHERE live"
    ):
        found[node].add(body)
    return {frozenset(names) for names in found.values()}


def settled(*loads: Iterable[Any]) -> set[frozenset[str]]:
    """The nodes after some loads, each a run of its own; sound after each, and the same in any order."""
    kept = [list(load) for load in loads]
    outcomes = []
    for order in itertools.islice(itertools.permutations(kept), 4):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "graph"
            kg.Graph.create(path)
            with kg.Graph.open(path, write=True) as graph:
                for load in order:
                    for one in load:
                        if hasattr(one, "complete"):
                            one.complete = False
                    ingest(graph, again(load))
                assert kg.verify(graph) == []
                outcomes.append(nodes(graph))
    assert all(outcome == outcomes[0] for outcome in outcomes)
    return outcomes[0]


def again(load: Sequence[Any]) -> Iterable[Any]:
    """A list's reader anew: the sign of its end is set when it is reached."""
    for number, one in enumerate(load):
        if hasattr(one, "complete"):
            one.complete = number == len(load) - 1
        yield one


FRONT = record("F", "Red Heron Front", "Heron Front", weak=("The Herons",), identifiers=("un-list:BOe.001",))


@pytest.mark.parametrize("name", ["Red Heron Front", "the RED HERON FRONT", "Heron Front"])
def test_a_strong_name_of_an_organisation_is_what_articles_mean_by_it(name: str) -> None:
    assert settled([said("a", (name, "ArmedGroup"))], edition("un", FRONT)) == {frozenset(("F", name))}


@pytest.mark.parametrize(
    ("name", "type", "listed"),
    [
        ("The Herons", "Group", FRONT),
        ("Red Heron Front", "Person", FRONT),
        ("Red Heron Front", "Place", FRONT),
        ("red heron front", "Group", FRONT),
        ("Mira Oren", "Person", record("F", "Mira Oren", type="Person")),
        ("Sarne", "Place", record("F", "Sarne", type="Place")),
        ("RHF", "Group", record("F", "Red Heron Front", "RHF")),
        ("Minister", "Group", record("F", "Minister", type="Position")),
    ],
)
def test_other_names_are_left_to_judgement(name: str, type: str, listed: Record) -> None:
    assert settled([said("a", (name, type))], edition("un", listed)) == {frozenset((name,)), frozenset("F")}


def test_a_state_is_known_by_its_name() -> None:
    borrin = record("B", "Borrin", type="State", identifiers=("wikidata:Q900010",))
    assert settled(
        [said("a", ("Borrin", "State"))], [said("b", ("Borrin", "Place"))], edition("wd", borrin)
    ) == {frozenset(("B", "Borrin"))}


def test_an_identifier_says_who_a_person_is() -> None:
    oren = record("O", "MIRA OREN", type="Person", identifiers=("un-list:BOi.002",))
    assert settled([said("a", ("Envoy Oren", "Official", "un-list:BOi.002"))], edition("un", oren)) == {
        frozenset(("O", "Envoy Oren"))
    }


def test_records_come_together_by_identifiers_alone() -> None:
    un = record("1", "Red Heron Front", identifiers=("un-list:BOe.001",))
    wd = record("2", "Red Heron Front", identifiers=("wikidata:Q900001",))
    both = record("3", "Heron Movement", identifiers=("wikidata:Q900001", "un-list:BOe.001"))
    speech = [said("a", ("Red Heron Front", "Group"))]
    assert settled(speech, edition("un", un), edition("wd", wd)) == {
        frozenset(("Red Heron Front",)),
        frozenset("1"),
        frozenset("2"),
    }, "a name that two records claim means neither"
    assert settled(speech, edition("un", un), edition("wd", wd), edition("x", both)) == {
        frozenset(("Red Heron Front", "1", "2", "3"))
    }


def test_no_article_puts_two_records_together_by_their_names() -> None:
    heron = record("1", "Heron Front", identifiers=("un-list:BOe.001",))
    lantern = record("2", "Lantern Front", identifiers=("un-list:BOe.002",))
    mixed = Writer("mixed")
    one = mixed.entity("Heron Front", given=("Heron Front", "Lantern Front"))
    mixed.claim(one, "linkedTo", mixed.entity("Karsk Council"))
    assert settled([mixed.done()], [said("a", ("Heron Front", "Group"))], edition("un", heron, lantern)) == {
        frozenset(("Heron Front",)),
        frozenset(("Karsk Council",)),
        frozenset("1"),
        frozenset("2"),
    }


def test_an_article_that_names_another_identifier_means_another() -> None:
    wd = record("1", "Heron Front", identifiers=("wikidata:Q900001",))
    named = [said("a", ("Heron Front", "Group"))]
    other = [said("b", ("Heron Front", "Group", "wikidata:Q900002"))]
    assert settled(named, edition("wd", wd)) == {frozenset(("Heron Front", "1"))}
    assert settled(named, other, edition("wd", wd)) == {frozenset(("Heron Front",)), frozenset("1")}
    further = [said("b", ("Heron Front", "Group", "lei:5493001KJTIIGC8Y1R12"))]
    assert settled(named, further, edition("wd", wd)) == {frozenset(("Heron Front", "1"))}


def test_two_that_articles_tell_apart_are_not_both_one_record() -> None:
    un = record("1", "Heron Front", "Lantern Front", identifiers=("un-list:BOe.001",))
    heron = [said("a", ("Heron Front", "Group", "wikidata:Q900001"))]
    lantern = [said("b", ("Lantern Front", "Group", "wikidata:Q900002"))]
    assert settled(heron, edition("un", un)) == {frozenset(("Heron Front", "1"))}
    assert settled(heron, lantern, edition("un", un)) == {
        frozenset(("Heron Front",)),
        frozenset(("Lantern Front",)),
        frozenset("1"),
    }


def test_a_list_takes_nothing_apart_that_articles_hold_together() -> None:
    georgias = [record(str(n), "Georgia", type="State", identifiers=(f"wikidata:Q{n}",)) for n in (1, 2, 3)]
    articles = [said("a", ("Georgia", "State"))], [said("b", ("Georgia", "State", "wikidata:Q1"))]
    assert settled(*articles, edition("wd", *georgias)) == {
        frozenset(("Georgia", "1")),
        frozenset("2"),
        frozenset("3"),
    }


def test_a_name_that_very_many_claim_is_not_looked_into() -> None:
    many = [record(str(number), "Harvest Foundation") for number in range(300)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        kg.Graph.create(path)
        with kg.Graph.open(path, write=True) as graph:
            ingest(graph, [said("a", ("Harvest Foundation", "Group")), *edition("x", *many)])
            assert len(nodes(graph)) == 301
            ingest(graph, edition("x", many[0]))
            assert nodes(graph) == {frozenset(("Harvest Foundation", "0"))}
            assert kg.verify(graph) == []


def test_a_record_of_a_disjoint_type_stays_apart_and_its_list_is_named() -> None:
    oren = record("O", "Mira Oren", type="Person", identifiers=("wikidata:Q900002",))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        kg.Graph.create(path)
        with kg.Graph.open(path, write=True) as graph:
            ingest(graph, [said("a", ("Oren Brigade", "ArmedGroup", "wikidata:Q900002"))])
            report = ingest(graph, edition("registry", oren))
            assert nodes(graph) == {frozenset(("Oren Brigade",)), frozenset("O")}
            assert "Person (registry)" in report.notes[0]


# Any history

entry = st.tuples(
    st.integers(0, 4),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True),
    st.sampled_from(TYPES),
    st.sampled_from([*IDENTIFIERS, ("lei:5493001KJTIIGC8Y1R12",)]),
)
listing = st.fixed_dictionaries(
    {
        "list": st.sampled_from(["one", "two"]),
        "records": st.lists(entry, max_size=4, unique_by=lambda made: made[0]),
    }
)
step = st.one_of(
    st.lists(article, min_size=1, max_size=3).map(lambda made: ("ingest", made)),
    listing.map(lambda made: ("list", made)),
    listing.map(lambda made: ("list", made)),
    st.sampled_from([("retract", name) for name in ("article-0", "article-1", "one", "two")]),
)


def loaded(kind: str, value: Any) -> list[Any]:
    if kind == "ingest":
        return [written(made) for made in value]
    records = [
        record(str(number), *names, type=type_name, identifiers=held)
        for number, names, type_name, held in value["records"]
    ]
    return list(edition(value["list"], *records))


@settings(max_examples=25, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(st.lists(step, min_size=2, max_size=6))
def test_through_any_history_the_nodes_are_those_of_what_is_left(steps: list[tuple[str, Any]]) -> None:
    """Whatever was loaded and withdrawn: the store follows, and what is held together depends on what is live alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        kg.Graph.create(path)
        live: dict[str, Any] = {}
        with kg.Graph.open(path, write=True) as graph:
            for kind, value in steps:
                if kind == "retract":
                    for table in ("articles", "lists"):
                        if graph.ledger.db.execute(f"SELECT 1 FROM {table} WHERE key=?", (value,)).fetchone():
                            kg.retract(graph, value)
                    live = {key: one for key, one in live.items() if key.partition("/")[0] != value}
                else:
                    ingest(graph, again(loaded(kind, value)))
                    if kind == "list":
                        live[value["list"]] = (kind, value)
                    else:
                        seen: set[str] = set()
                        for made in value:
                            key = f"article-{made['id']}/{made['annotator']}"
                            if key not in seen:  # the same set twice in one run is rejected
                                live[key] = ("ingest", [made])
                            seen.add(key)
                assert kg.verify(graph) == []
                followed = list(canonical_dump(graph))
                graph.rebuild()
                assert list(canonical_dump(graph)) == followed
            outcome = members(graph)
        fresh = Path(folder) / "fresh"
        kg.Graph.create(fresh)
        with kg.Graph.open(fresh, write=True) as graph:
            for kind, value in reversed(list(live.values())):
                ingest(graph, again(loaded(kind, value)))
            assert members(graph) == outcome


def members(graph: kg.Graph) -> set[frozenset[str]]:
    """The keys of live entities and records by node."""
    found: dict[int, set[str]] = defaultdict(set)
    for key, node in graph.ledger.db.execute("SELECT key, node FROM entities WHERE live"):
        found[node].add(key)
    return {frozenset(keys) for keys in found.values()}
