"""Which part of a graph a selection is, told by the names of what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.network import Network, Selection, select
from ontology.errors import UsageError
from ontology.models import DateValue, Quantity
from tests.kg.made import Writer

FRONT, BRIGADE, COUNCIL, VELDEN, ARTEL = (
    "Red Heron Front",
    "Lantern Brigade",
    "Kestrin Council",
    "Republic of Velden",
    "Saltmarsh Artel",
)


def courier() -> Writer:
    one = Writer("ties", published="2031-03-04")
    front, brigade, council = (one.entity(name, "ArmedGroup") for name in (FRONT, BRIGADE, COUNCIL))
    velden, artel = one.entity(VELDEN, "State"), one.entity(ARTEL, "Company")
    linn, brask = one.entity("Jora Linn", "Person"), one.entity("Ovo Brask", "Person")
    one.claim(front, "alliedWith", brigade, start="2029", until="2030")
    one.claim(front, "alliedWith", brigade, speakers=(linn,))
    one.claim(front, "alliedWith", brigade, speakers=(brask,), polarity="denied")
    one.claim(velden, "trained", brigade, start="2028-05", until="2028-06", speakers=(linn,))
    one.claim(velden, "funded", front, polarity="denied", speakers=(brask,))
    one.claim(artel, "supported", council, certainty="possible")
    one.claim(council, "hostileTo", velden, modality="predicted")
    one.claim(front, "hasStrength", Quantity(400, 600, "fighters"))
    one.claim(artel, "hasStrength", Quantity(400, 600, "fighters"))
    return one


def herald() -> Writer:
    one = Writer("visit", publisher="The Kestrin Herald", published="2032-06-01")
    velden, brigade = one.entity(VELDEN, "State"), one.entity(BRIGADE, "ArmedGroup")
    one.claim(velden, "trained", brigade)
    one.claim(velden, "praised", brigade)
    return one


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.Graph]:
    folder = tmp_path_factory.mktemp("selection") / "graph"
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as opened:
        report = kg.ingest(opened, [courier().done(), herald().done()])
        assert report.clean, report.to_json()
    with kg.Graph.open(folder) as opened:
        yield opened


def edges(network: Network) -> list[tuple[str, str, str]]:
    found = [(one.subject_name, one.type, one.object_name) for one in network.relationships()]
    assert network.relationship_count == len(found)
    assert network.claim_count == sum(1 for _ in network.claims())
    return sorted(found)


def names(network: Network) -> list[str]:
    found = [one.name for one in network.nodes()]
    assert len(network) == len(found)
    return sorted(found)


def of(graph: kg.Graph, **selection: Any) -> Network:
    return select(graph, Selection(**selection))


ALLIED = (FRONT, "alliedWith", BRIGADE)
TRAINED = (VELDEN, "trained", BRIGADE)
PRAISED = (VELDEN, "praised", BRIGADE)
FUNDED = (VELDEN, "denied funded", FRONT)
SUPPORTED = (ARTEL, "hedged supported", COUNCIL)
HOSTILE = (COUNCIL, "prospective hostileTo", VELDEN)
STRONG = (FRONT, "hasStrength", "400–600 fighters")
STRONG_TOO = (ARTEL, "hasStrength", "400–600 fighters")
EVERYTHING = sorted([ALLIED, TRAINED, PRAISED, FUNDED, SUPPORTED, HOSTILE, STRONG, STRONG_TOO])


def either_way(found: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """A symmetric relationship with its ends as the tests name them, whichever has the smaller id."""
    known = {frozenset((one[0], one[2])) | {one[1]}: one for one in EVERYTHING}
    return sorted(known.get(frozenset((one[0], one[2])) | {one[1]}, one) for one in found)


def test_the_whole_graph_has_everything_and_what_nothing_is_said_of(graph: kg.Graph) -> None:
    network = select(graph)
    assert either_way(edges(network)) == EVERYTHING
    people = ["Jora Linn", "Ovo Brask"]
    assert names(network) == sorted([FRONT, BRIGADE, COUNCIL, VELDEN, ARTEL, "400–600 fighters", *people])
    assert "Jora Linn" not in names(of(graph, isolated=False))
    assert network.notes == []
    assert [one.id for one in network.articles()] == ["ties", "visit"]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({"families": ("conflict",)}, [HOSTILE]),
        ({"families": ("conflict",), "relations": ("trained", "allied with")}, [ALLIED, HOSTILE, TRAINED]),
        ({"statuses": ("disputed",)}, [ALLIED]),
        ({"statuses": ("denied", "hedged", "prospective")}, [FUNDED, SUPPORTED, HOSTILE]),
        ({"values": False}, [one for one in EVERYTHING if "fighters" not in one[2]]),
        ({"min_speakers": 2}, [ALLIED, TRAINED]),
        ({"min_speakers": 1, "relations": ("funded", "hostileTo")}, [FUNDED]),
        ({"publishers": ("the kestrin herald",)}, [TRAINED, PRAISED]),
        ({"publishers": ("The Kestrin Herald",), "min_speakers": 2}, []),
        ({"actors": (FRONT,), "hops": 0}, []),
        ({"actors": (FRONT,)}, [ALLIED, FUNDED, STRONG, TRAINED, PRAISED]),
        ({"actors": (FRONT, BRIGADE), "hops": 0}, [ALLIED]),
        ({"actors": (COUNCIL,), "hops": 1}, [SUPPORTED, HOSTILE]),
        ({"actors": (COUNCIL,), "hops": 2}, [one for one in EVERYTHING if one != STRONG]),
        ({"actors": (COUNCIL,), "statuses": ("prospective",), "hops": 5}, [HOSTILE]),
        ({"as_of": "2029-06", "relations": ("alliedWith",)}, [ALLIED]),
        ({"since": "2032", "relations": ("trained", "praised")}, [TRAINED, PRAISED]),
        ({"until": "2028-12-31", "relations": ("trained", "praised")}, [TRAINED]),
        ({"until": "2027", "relations": ("trained",)}, []),
    ],
    ids=str,
)
def test_a_selection_holds_what_it_says(
    graph: kg.Graph, selection: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    network = of(graph, **selection)
    assert either_way(edges(network)) == sorted(expected)
    assert set(names(network)) == {name for one in expected for name in (one[0], one[2])} | set(
        selection.get("actors", ())
    )


def test_two_steps_do_not_lead_through_a_figure_that_two_share(graph: kg.Graph) -> None:
    network = of(graph, actors=(ARTEL,), hops=2, relations=("hasStrength",))
    assert edges(network) == [STRONG_TOO]


def test_counts_and_status_are_of_the_claims_within_the_dates(graph: kg.Graph) -> None:
    (whole,) = of(graph, relations=("alliedWith",)).relationships()
    assert (whole.status, whole.affirmed, whole.denied, whole.deniers) == ("disputed", 2, 1, 1)
    assert whole.label.startswith("disputed: ")
    network = of(graph, relations=("alliedWith",), as_of="2029-06-01")
    (then,) = network.relationships()
    assert (then.status, then.affirmed, then.denied, then.claims) == ("asserted", 1, 0, 1)
    assert network.notes == ["2 undated claims are left out: said outside the time asked about"]
    with kg.Graph.open(graph.path) as opened:
        (row,) = kg.ask(opened, "allies", FRONT, as_of="2029-06-01").rows
    assert (row["status"], row["affirmed"], row["denied"]) == (then.status, then.affirmed, then.denied)


def test_an_edge_says_what_a_question_says(graph: kg.Graph) -> None:
    """Status, counts, first and last of every relationship, as the store has them."""
    told = {one.id: one for one in select(graph).relationships()}
    for actor in (FRONT, BRIGADE, COUNCIL, VELDEN, ARTEL):
        answer = kg.ask(graph, "relationships", actor)
        for row in answer.rows:
            (edge,) = [one for one in told.values() if set(row["claims"]) == set(one.claim_ids)]
            assert (row["subject"]["id"], row["object"]["id"]) == (edge.subject, edge.object)
            for name in (
                "status",
                "affirmed",
                "hedged",
                "denied",
                "speakers",
                "unnamed",
                "deniers",
                "undated",
            ):
                assert row[name] == getattr(edge, name), name
            assert (row["first"], row["last"]) == (edge.first, edge.last)


def test_a_claim_says_what_its_citation_says(graph: kg.Graph) -> None:
    claims = list(select(graph).claims())
    citations = graph.ledger.citations(one.id for one in claims)
    assert len(claims) == len(citations) == 11
    for one in claims:
        cited = citations[one.id]
        assert one.sentence == " ".join(cited["sentences"])
        assert one.quote == " … ".join(fragment["exact"] for fragment in cited["fragments"])
        assert [who.id for who in one.speakers] == [who["id"] for who in cited["speakers"]]
        for name in ("article", "title", "publisher", "polarity", "certainty", "modality", "basis"):
            assert getattr(one, name) == cited[name], name
        assert (one.said, one.start, one.until) == (cited["said"], cited["from"] or "", cited["until"] or "")


def test_a_denial_alone_is_called_one_in_both_forms(graph: kg.Graph) -> None:
    network = of(graph, relations=("funded",))
    (edge,), (claim,) = network.relationships(), network.claims()
    assert (edge.type, edge.status) == (claim.type, claim.status) == ("denied funded", "denied")
    assert edge.label == claim.label == "denied: funded"
    assert (edge.affirmed, edge.speakers, edge.deniers) == (0, 0, 1)


def test_figures_carry_their_numbers_and_dates_theirs(tmp_path: Path) -> None:
    one = Writer("figures")
    front, clash = one.entity(FRONT, "ArmedGroup"), one.entity("Clash at Maress", "Clash")
    place = one.entity("Maress", "Place")
    one.claim(front, "hasStrength", Quantity(400, None, "fighters"), place=place)
    one.claim(clash, "happenedAt", DateValue("2030-05~"))
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as opened:
        assert kg.ingest(opened, [one.done()]).clean
        network = select(opened)
        values = {node.name: node for node in network.nodes() if node.is_value}
        assert values["at least 400 fighters"].minimum == 400
        assert values["at least 400 fighters"].maximum is None
        assert values["2030-05~"].date == "2030-05~"
        (figure,) = [edge for edge in network.relationships() if edge.relation == "hasStrength"]
        assert (figure.place_name, figure.object_name) == ("Maress", "at least 400 fighters")


@pytest.mark.parametrize(
    ("selection", "reason"),
    [
        ({"hops": -1}, "hops must be 0 to 20"),
        ({"hops": 21}, "hops must be 0 to 20"),
        ({"min_speakers": -1}, "min_speakers must be 0 or more"),
        ({"statuses": ("disputd",)}, "there is no status 'disputd'; did you mean disputed"),
        ({"families": ("aliance",)}, "there is no family 'aliance'; did you mean alliance"),
        ({"relations": ("alied",)}, "'alied'"),
        ({"as_of": "yesterday"}, "as_of: 'yesterday' is not a date"),
        ({"actors": ("Nobody at All",)}, "nothing is called 'Nobody at All'"),
    ],
)
def test_a_wrong_selection_is_refused_in_one_line(
    graph: kg.Graph, selection: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UsageError) as refused:
        of(graph, **selection)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_publisher_of_nothing_gives_nothing_and_says_so(graph: kg.Graph) -> None:
    network = of(graph, publishers=("The Kestrin Heralt",))
    assert (len(network), edges(network)) == (0, [])
    assert network.notes == [
        "nothing here is published by 'The Kestrin Heralt'; did you mean The Kestrin Herald?"
    ]


def test_a_writer_may_look_and_go_on_writing(tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as opened:
        assert kg.ingest(opened, [courier().done()]).clean
        assert len(select(opened)) == 8
        assert kg.ingest(opened, [herald().done()]).clean
        assert select(opened).claim_count == 11


def test_a_reader_sees_one_moment_however_long_it_reads(tmp_path: Path) -> None:
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as writer:
        assert kg.ingest(writer, [courier().done()]).clean
    with kg.Graph.open(tmp_path / "graph") as reader:
        network = select(reader)
        with kg.Graph.open(tmp_path / "graph", write=True) as writer:
            assert kg.ingest(writer, [herald().done()]).clean
        assert sum(1 for _ in network.claims()) == network.claim_count == 9
        assert select(reader).claim_count == 11


def test_everything_comes_in_the_order_of_ids_and_of_articles_every_time(graph: kg.Graph) -> None:
    network = select(graph)
    nodes = [(one.is_value, one.id) for one in network.nodes()]
    assert nodes == sorted(nodes)
    ends = [(one.subject, one.relation, one.object) for one in network.relationships()]
    assert ends == sorted(ends)
    places = [(one.article, one.fragments) for one in network.claims()]
    assert places == sorted(places)
    with kg.Graph.open(graph.path, write=True) as opened:
        opened.rebuild()
        for name in ("nodes", "relationships", "claims", "articles"):
            assert list(getattr(select(opened), name)()) == list(getattr(network, name)()), name
