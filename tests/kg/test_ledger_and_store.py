"""Whatever is loaded, changed and withdrawn, in whatever order: the store says what the ledger says."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import kg
from kg.ledger import Ledger
from kg.recording import Recorder
from kg.verification import canonical_dump
from ontology.models import AnnotatedArticle, Quantity
from tests.kg.made import Writer

# Few names, so that they meet; two identifiers of one scheme, so that names become ambiguous.
NAMES = ["Karsk Front", "karsk front", "Tessaly", "Mira Oren", "Oren", "an aide", "Ĥal Brigade", "النور"]
IDENTIFIERS = [(), (), (), ("wikidata:Q1",), ("wikidata:Q2",), ("wikidata:Q1", "lei:5493001KJTIIGC8Y1R12")]
TYPES = ["Group", "ArmedGroup", "Person", "Official", "State"]

entity = st.tuples(st.sampled_from(NAMES), st.sampled_from(TYPES), st.sampled_from(IDENTIFIERS))
claim = st.fixed_dictionaries(
    {
        "ends": st.tuples(st.integers(0, 3), st.integers(0, 3)),
        "relation": st.sampled_from(["trained", "alliedWith", "linkedTo", "hasStrength"]),
        "speaker": st.one_of(st.none(), st.integers(0, 3)),
        "polarity": st.sampled_from(["affirmed", "affirmed", "denied"]),
        "certainty": st.sampled_from(["unstated", "probable"]),
        "modality": st.sampled_from(["actual", "actual", "pledged"]),
        "when": st.sampled_from([None, "2020", "2019-03/2020-02", "2021/.."]),
        "place": st.one_of(st.none(), st.integers(0, 3)),
        "words": st.sampled_from(["They did.", "It is so.", ""]),
    }
)
article = st.fixed_dictionaries(
    {
        "id": st.integers(0, 3),
        "annotator": st.sampled_from(["", "jane"]),
        "published": st.sampled_from([None, "2031", "2031-03-04"]),
        "origin": st.sampled_from(["", "Borrin Press Agency"]),
        "entities": st.lists(entity, min_size=4, max_size=4),
        "claims": st.lists(claim, max_size=4),
    }
)
# A history takes a second: one that fails is told as it is, for shrinking it would take an hour.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)

step = st.one_of(
    st.lists(article, min_size=1, max_size=4).map(lambda made: ("ingest", made)),
    st.integers(0, 3).map(lambda number: ("retract", number)),
    # What a run leaves that is ended between the ledger's commit and the store's update.
    st.lists(article, min_size=1, max_size=2).map(lambda made: ("crash", made)),
)


def written(made: dict[str, Any]) -> AnnotatedArticle:
    writer = Writer(f"article-{made['id']}", published=made["published"], origin=made["origin"])
    writer.annotator = made["annotator"]
    handles = [writer.entity(name, type_, identifiers=held) for name, type_, held in made["entities"]]
    for one in made["claims"]:
        start, _, until = (one["when"] or "").partition("/")
        figure = one["relation"] == "hasStrength"
        writer.claim(
            handles[one["ends"][0]],
            one["relation"],
            Quantity(10, 20, "fighters") if figure else handles[one["ends"][1]],
            one["words"],
            speakers=() if one["speaker"] is None else (handles[one["speaker"]],),
            polarity=one["polarity"],
            certainty=one["certainty"],
            modality=one["modality"],
            start=start or None,
            until=None if until == ".." else until or start or None,
            place=None if one["place"] is None else handles[one["place"]],
        )
    return writer.done()


def test_a_node_is_called_what_most_call_it_as_soon_as_they_do(tmp_path: Path) -> None:
    """Of two names that are both known already, the other comes to be the more frequent one."""

    def article(number: int, name: str) -> AnnotatedArticle:
        writer = Writer(f"article-{number}")
        writer.entity(name, "Group", identifiers=("wikidata:Q2",))
        return writer.done()

    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [article(1, "Tessaly Front"), article(2, "Upper Front")])
        for number, name, shown in (
            (3, "Upper Front", "Upper Front"),
            (4, "Tessaly Front", "Tessaly Front"),
            (5, "Upper Front", "Upper Front"),
        ):
            kg.ingest(graph, [article(number, name)])
            assert kg.verify(graph) == []
            (row,) = kg.ask(graph, "actor", "wikidata:Q2").rows
            assert row["actor"]["name"] == shown


@settings(max_examples=25, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(st.lists(step, min_size=1, max_size=6))
def test_the_store_follows_the_ledger_through_any_history(steps: list[tuple[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        kg.Graph.create(path)
        for kind, value in steps:
            with kg.Graph.open(path, write=True) as graph:
                if kind == "crash":
                    Recorder(graph.ledger, graph.ontology, 0).record([written(made) for made in value])
                    continue
                graph.catch_up()
                if kind == "ingest":
                    kg.ingest(graph, [written(made) for made in value])
                else:
                    known = graph.ledger.db.execute(
                        "SELECT 1 FROM articles WHERE key=?", (f"article-{value}",)
                    )
                    if known.fetchone():
                        kg.retract(graph, f"article-{value}")
                assert kg.verify(graph) == []
                followed = list(canonical_dump(graph))
                graph.rebuild()
                assert list(canonical_dump(graph)) == followed


@settings(max_examples=20, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(
    st.lists(article, min_size=1, max_size=5, unique_by=lambda made: (made["id"], made["annotator"])),
    st.data(),
)
def test_withdrawing_gives_back_exactly_what_was_there(
    made: list[dict[str, Any]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        kg.Graph.create(path)
        extra = Writer("extra")
        handles = [
            extra.entity(name, type_, identifiers=held)
            for name, type_, held in data.draw(st.lists(entity, min_size=2, max_size=2))
        ]
        extra.claim(handles[0], "linkedTo", handles[1])
        with kg.Graph.open(path, write=True) as graph:
            kg.ingest(graph, [written(one) for one in made])
            before = list(canonical_dump(graph))
            kg.ingest(graph, [extra.done()])
            kg.retract(graph, "extra")
            assert list(canonical_dump(graph)) == before
            assert kg.verify(graph) == []


def test_each_graph_has_an_id_of_its_own_that_stays(tmp_path: Path) -> None:
    ids = []
    for name in ("one.sqlite", "two.sqlite"):
        made = Ledger(tmp_path / name, write=True, create=True)
        ids.append(made.graph)
        made.close()
        again = Ledger(tmp_path / name)
        assert again.graph == ids[-1]
        again.close()
    assert len(set(ids)) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", id) for id in ids)


def test_a_ledger_made_before_graphs_had_ids_is_given_one_by_its_next_writer(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    made = Ledger(path, write=True, create=True)
    made.db.execute("DELETE FROM meta WHERE key='graph'")
    made.close()
    reader = Ledger(path)
    assert reader.graph == ""
    reader.close()
    writer = Ledger(path, write=True)
    assert writer.graph
    writer.close()
