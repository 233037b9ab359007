"""The graphs that every backend is asked about, each made once in the embedded store."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import kg
from benchmarks.generator import Corpus
from loaders.native import reading as native
from ontology.models import Article
from tests.conftest import ROOT
from tests.contract import generated as made
from tests.contract.generated import EMOJI, PRIVATE, Load, Retract, Says, Thing, Told
from tests.kg.entries import edition, record

SEED = Article(publisher="New Age Islam", origin="The Washington Post", published="2020-12-08")

OWN_SPARQL = """\
# ferry-talk
# Question:   What is said of this actor, newest first, by relations of one's own too?
# Parameters: actor (actor), relation (relation, optional), least (integer, optional)
# Columns:    relation (relation), other (node), affirmed (integer), claims (claims)

PREFIX kg: <urn:attest:ontology:>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>

SELECT ?relation ?other ?affirmed (GROUP_CONCAT(?key; separator=" ") AS ?claims) WHERE {
  VALUES ?actor { $actor }
#if relation
  VALUES ?relation { $relation }
#end
  ?relationship a kg:Relationship ; rdf:subject ?actor ; rdf:predicate ?relation ; rdf:object ?other ;
                kg:affirmed ?affirmed ; kg:lastDay ?day ; kg:id ?id .
#if least
  FILTER(?affirmed >= $least)
#end
  ?claim kg:relationship ?relationship ; kg:id ?key .
}
GROUP BY ?relation ?other ?affirmed ?day ?id
ORDER BY DESC(?day) ?id
"""
OWN_CYPHER = """\
// ferry-talk
// Question:   What is said of this actor, newest first, by relations of one's own too?
// Parameters: actor (actor), relation (relation, optional), least (integer, optional)
// Columns:    relation (relation), other (node), affirmed (integer), claims (claims)

MATCH (actor)<-[:SUBJECT]-(r:Relationship)-[:OBJECT]->(other)
WHERE actor.id IN $actor
//if relation
  AND r.predicate IN $relation
//end
//if least
  AND r.affirmed >= $least
//end
WITH r, other
MATCH (claim:Claim)-[:OF]->(r)
RETURN r.predicate AS relation, other.id AS other, r.affirmed AS affirmed, collect(claim.id) AS claims,
       r.lastDay AS day, r.id AS id
ORDER BY day DESC, id
"""


def examples(folder: Path, _: Path) -> None:
    """Our examples, with types, relations and a question of an owner's own."""
    kg.Graph.create(folder)
    shutil.copy(ROOT / "examples" / "extension" / "ferries.ttl", folder / "ontology")
    (folder / "queries" / "ferry-talk.rq").write_text(OWN_SPARQL, "utf-8")
    (folder / "queries" / "ferry-talk.cypher").write_text(OWN_CYPHER, "utf-8")
    with kg.Graph.open(folder, write=True) as graph:
        paths = [
            ROOT / "examples" / name for name in ("native", "brat", "extension/post-landings.attest.yaml")
        ]
        assert kg.ingest(graph, kg.load(paths, graph)).clean


def odd(folder: Path, _: Path) -> None:
    """What engines read differently, and what a graph has gone through."""
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as graph:
        for step in ODD:
            made.take(graph, step)
        kg.ingest(
            graph,
            edition(
                "sanctions",
                record("L1", "Karsk Front", "\u00c9mile Orr", type="ArmedGroup", weak=("the front", f"{EMOJI}"),
                       identifiers=("wikidata:Q7",)),
                record("L2", "\u00c9mile Orr", type="Person", weak=("Orr", "the front")),
                record("L3", f"{PRIVATE} Front", f"{EMOJI} Front", type="Group"),
                title="Borrin sanctions", publisher=f"{EMOJI} Office", edition="2031-02",
            ),
        )  # fmt: skip


def seed(folder: Path, shared: Path) -> None:
    """The article that the project starts from."""
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as graph:
        assert kg.ingest(graph, kg.load([shared / "seed"], graph, mapping="seed", defaults=SEED)).clean


def re3d(folder: Path, shared: Path) -> None:
    """Sixty-six documents as a crowd annotated them."""
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as graph:
        kg.ingest(graph, kg.load([shared / "corpora" / "re3d"], graph))


def generated(folder: Path, _: Path) -> None:
    """Sixty articles of the generator's, two of them revised and one withdrawn."""
    corpus = Corpus(60, seed=3)
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as graph:
        for some in (list(corpus), [corpus.article(3, revision=1), corpus.article(17, revision=2)]):
            lines = "".join(json.dumps(one) + "\n" for one in some).encode()
            assert kg.ingest(
                graph, native.load(io.BytesIO(lines), name="made.jsonl", ontology=graph.ontology)
            ).clean
        kg.retract(graph, "made-up-3-5")


CORPORA: dict[str, Callable[[Path, Path], None]] = {
    one.__name__: one for one in (examples, odd, seed, re3d, generated)
}
NEEDS_SHARED = ("seed", "re3d")

KARSK, LOWER, NFC, NFD, HERON, UNIT, NOOR, WIDE, HOSTILE, BROKEN, AIDE, TESSALY = made.NAMES
ODD = (
    Load((
        Told("a", (Thing(KARSK, "ArmedGroup"), Thing(NFC, "Person", ("wikidata:Q1",)), Thing(HERON, "Group"),
                   Thing(AIDE, "Person"), Thing(TESSALY, "Place")), (
            Says(0, "alliedWith", 2, when="2020", speakers=(1,)),
            Says(0, "alliedWith", 2, polarity="denied", speakers=(3,)),
            Says(2, "alliedWith", 0, certainty="probable", speakers=(3, 1)),
            Says(0, "alliedWith", 0),
            Says(1, "memberOf", 0, when="2019-03/2020-02"),
            Says(1, "memberOf", 0, when="2021/..", polarity="denied"),
            Says(1, "leads", 2, modality="pledged"),
            Says(0, "hasStrength", 0, place=4), Says(0, "hasStrength", 0), Says(0, "hasStrength", 4),
            Says(0, "operatesIn", 4, words=f"{EMOJI} \"so\" it is\\."),
        ), f"{EMOJI} Post", f"{PRIVATE} Wire", "2031-03-04"),
        Told(PRIVATE, (Thing(UNIT, "Group"), Thing(NFD, "Person"), Thing(HERON, "Group"), Thing(HOSTILE, "Group"),
                       Thing(TESSALY, "Place")), (
            Says(0, "trained", 2, when="2020-02-29", place=4), Says(0, "trained", 3, when="../2020-06-15"),
            Says(2, "trained", 0, polarity="denied"), Says(0, "hostileTo", 3, speakers=(1,)),
            Says(3, "partOf", 0, when="2020~"), Says(3, "funded", 2, speakers=(1,), said="2020-05"),
            Says(0, "metWith", 2, when="-0044"), Says(0, "attacked", 4), Says(0, "hasStrength", 2),
            Says(0, "killed", 1, when="2020/..", place=4),
        ), f"{PRIVATE} Post", f"{EMOJI} Wire", "2030-12"),
        Told(EMOJI, (Thing(HERON, "Group"), Thing(BROKEN, "Group"), Thing("a clash", "Attack"),
                     Thing(WIDE, "SecurityForce"), Thing(NOOR, "Official")), (
            Says(4, "killedIn", 2, when="2020-02-29"), Says(0, "carriedOut", 2), Says(2, "happenedAt", 0, when="2020"),
            Says(2, "happenedAt", 0, when="2019-12-31/2020-02"), Says(3, "alliedWith", 1), Says(4, "memberOf", 3),
            Says(1, "partOf", 0), Says(0, "alliedWith", 1, event=2, role="chief \u00e9"), Says(1, "trained", 1),
        ), "\u00c9cho", "", "2031"),
    )),
    Load((
        Told("x/\u00e9 \"'\\}<>|`{", (Thing(KARSK, "ArmedGroup", ("wikidata:Q9",)), Thing(LOWER, "Person"),
                                      Thing(HERON, "Group", ("wikidata:Q2",)), Thing(NFC, "Person"),
                                      Thing("Marsh Guard", "Group")), (
            Says(0, "linkedTo", 2, polarity="denied", speakers=(3,)), Says(2, "linkedTo", 4),
            Says(1, "memberOf", 2), Says(4, "partOf", 2), Says(0, "funded", 2, polarity="denied"),
            Says(0, "alliedWith", 2),
        ), "E\u0301cho", "", None, "jane"),
        Told("gone", (Thing(KARSK, "ArmedGroup"), Thing(TESSALY, "State"), Thing(AIDE, "Official"),
                      Thing("nobody's friend", "Group"), Thing(NOOR, "Official")), (
            Says(0, "armed", 1), Says(1, "supported", 0), Says(2, "linkedTo", 4),
        ), "'\"\\", "", "2031"),
        # The front gets an identifier and another name: pairs change their order and ends meet.
        Told("joins", (Thing(KARSK, "ArmedGroup", ("wikidata:Q9", "lei:5493001KJTIIGC8Y1R12")),
                       Thing("Old Karsk", "Group", ("lei:5493001KJTIIGC8Y1R12",)),
                       Thing(UNIT, "Group", ("wikidata:Q0",)),
                       Thing("silent", "Group"), Thing("Silent", "Person")), (
            Says(1, "alliedWith", 2), Says(0, "hostileTo", 2),
        ), "", "", "2031"),
        Told("parts", (Thing(KARSK, "ArmedGroup", ("wikidata:Q9",)), Thing("fighters", "Group"),
                       Thing("fighters", "Group"), Thing(HERON, "Group", ("wikidata:Q2",)), Thing("none", "Group")), (
            Says(1, "partOf", 0), Says(2, "partOf", 0), Says(1, "alliedWith", 2), Says(1, "alliedWith", 3),
            Says(2, "alliedWith", 3, polarity="denied"), Says(1, "hasStrength", 0), Says(1, "hasStrength", 2),
            Says(3, "threatens", 0, speakers=(1,)),
        ), "", "", "2031-01"),
        Told("raid", (Thing("Sarne raid", "Attack", ("wikidata:Q5",)), Thing(TESSALY, "Place"),
                      Thing("Sarne", "Place"), Thing(NOOR, "Official"), Thing(AIDE, "Person"),
                      Thing("Chief of Sarne", "Position")), (
            Says(0, "tookPlaceIn", 1), Says(0, "tookPlaceIn", 2), Says(3, "killedIn", 0, when="2020"),
            Says(4, "killedIn", 0, certainty="possible"), Says(4, "killedIn", 0, polarity="denied"),
            Says(3, "holdsPosition", 5, when="2019/2020"), Says(4, "holdsPosition", 5, polarity="denied"),
        ), "", "", "2030"),
    )),
    Retract("gone"),
)  # fmt: skip
"""Told once each: symmetric pairs both ways round, self-loops, claims denied only, figures of one size at several
places, names that differ in normal form, case or beyond the BMP, and a merge."""
