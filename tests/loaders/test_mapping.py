"""What annotations say once a mapping has been applied: entities, claims, and reasons where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontology.models import DateValue, Quantity
from tests.loaders.mapped import (
    EVENT,
    MAPPING,
    annotate,
    only,
    triples,
    why,
)

# -- who stands in which relation to whom


def test_an_event_with_its_trigger_as_evidence(tmp_path: Path) -> None:
    claim = only(article := annotate(tmp_path, EVENT))
    assert triples(article) == [("Front", "trained", "Brigade")]
    assert [f.exact for f in claim.evidence] == ["trained"]
    assert [m.words for m in claim.arguments] == ["Front", "Brigade"]
    assert article.article.publisher == "The Borrin Courier"
    assert article.mapping == "m"


def test_a_relation_has_its_arguments_as_evidence_in_reading_order(tmp_path: Path) -> None:
    claim = only(annotate(tmp_path, "R1 Part Agent:TBrigade Target:TFront"))
    assert [f.exact for f in claim.evidence] == ["Front", "Brigade"]
    assert claim.basis == "implied"


def test_an_inverse_label(tmp_path: Path) -> None:
    assert triples(annotate(tmp_path, "R1 Trained-by Agent:TFront Target:TBrigade")) == [
        ("Brigade", "trained", "Front")
    ]


def test_several_subjects_and_speakers_make_a_claim_each(tmp_path: Path) -> None:
    article = annotate(tmp_path, f"{EVENT} Agent2:TUnion Speaker:TIpek Speaker2:TOren")
    assert [
        (s, sp) for (s, _, _), sp in zip(triples(article), (c.speakers for c in article.claims), strict=True)
    ] == [
        ("Front", ("TIpek",)),
        ("Front", ("TOren",)),
        ("Union", ("TIpek",)),
        ("Union", ("TOren",)),
    ]
    assert [c.id for c in article.claims] == ["E1.1", "E1.2", "E1.3", "E1.4"]


def test_parties_are_related_pair_by_pair(tmp_path: Path) -> None:
    article = annotate(tmp_path, "R1 Linked Party:TFront Party2:TBrigade Party3:TUnion")
    assert triples(article) == [
        ("Front", "linkedTo", "Brigade"),
        ("Front", "linkedTo", "Union"),
        ("Brigade", "linkedTo", "Union"),
    ]


def test_qualifiers(tmp_path: Path) -> None:
    claim = only(
        annotate(
            tmp_path,
            f"{EVENT} Via:TUnion Speaker:TIpek Where:TArun In:Tattack On:Tpact With:Tscouts As:Tblue Mood:TOren",
            MAPPING.replace("Colour: ignore}", "Colour: Document}"),
        )
    )
    assert claim.speakers == ("TUnion", "TIpek")
    assert (claim.place, claim.event, claim.about, claim.instrument, claim.role) == (
        "TArun",
        "Tattack",
        "Tpact",
        "Tscouts",
        "blue",
    )


# -- when, how many, how sure


@pytest.mark.parametrize(
    ("roles", "note", "start", "until", "words"),
    [
        ("Time:Tspring", "2031-03", "2031-03", "2031-03", "spring"),
        ("Time:Tspring", "2031-03/..; since then", "2031-03", None, "spring"),
        ("Since:Tspring", "2031-03/2031-05", "2031-03", None, "spring"),
        ("Until:Tspring", "2031-03/2031-05", None, "2031-05", "spring"),
        ("Time:Tspring", "some time ago", None, None, "spring"),
        ("Time:T2031", "; the year", "2031", "2031", "2031"),
    ],
)
def test_times(
    tmp_path: Path, roles: str, note: str, start: str | None, until: str | None, words: str
) -> None:
    target = roles.partition(":")[2]
    claim = only(annotate(tmp_path, f"{EVENT} {roles}\n#1 Note {target} | {note}"))
    assert (claim.start, claim.until, claim.words) == (start, until, words)


def test_a_note_that_means_a_date_and_is_none_is_rejected(tmp_path: Path) -> None:
    article = annotate(tmp_path, f"{EVENT} Time:Tspring\n#1 Note Tspring | 2031-13-45")
    assert "'2031-13-45' is no date: expected EDTF" in why(article, "#1")
    assert (article.claims[0].start, article.claims[0].words) == (None, "spring")


def test_ends_in_the_wrong_order(tmp_path: Path) -> None:
    article = annotate(tmp_path, f"{EVENT} Since:T2031 Until:Tspring\n#1 Note Tspring | 2030")
    assert why(article, "E1") == "would have started (2031) after it ended (2030)"


def test_ended_by_word_or_role(tmp_path: Path) -> None:
    assert only(annotate(tmp_path, "E1 Trained:Tformer Agent:TFront Target:TBrigade")).ended
    assert not only(annotate(tmp_path, EVENT)).ended
    over = only(annotate(tmp_path, f"{EVENT} Over:T2031"))
    assert (over.ended, over.until) == (True, "2031")


def test_the_date_noted_on_an_event(tmp_path: Path) -> None:
    claim = only(
        article := annotate(tmp_path, "R1 Did Agent:TFront Target:Tattack\n#1 Note Tattack | 2031-05-04")
    )
    assert (claim.start, claim.until) == ("2031-05-04", "2031-05-04")
    unused = annotate(tmp_path, "#1 Note Tattack | 2031-05-04")
    assert unused.tally.notes[0].endswith("dates and quantities that no claim uses: Tattack")
    assert not article.tally.notes


def test_a_date_noted_on_the_event_annotation_itself(tmp_path: Path) -> None:
    assert only(annotate(tmp_path, f"{EVENT}\n#1 Note E1 | 2031-05")).start == "2031-05"


@pytest.mark.parametrize(
    ("note", "value"),
    [
        ("400..600 fighters; the Union's figure", Quantity(400, 600, "fighters")),
        (">=1,000", Quantity(1000, None, "")),
        ("<= 1.5 %", Quantity(None, 1.5, "%")),
    ],
)
def test_quantities(tmp_path: Path, note: str, value: Quantity) -> None:
    claim = only(
        annotate(tmp_path, f"R1 Strength Agent:TFront Figure:Tthousands\n#1 Note Tthousands | {note}")
    )
    assert claim.object == value


def test_a_quantity_without_value(tmp_path: Path) -> None:
    article = annotate(tmp_path, "R1 Strength Agent:TFront Figure:Tthousands\n#1 Note Tthousands | 600..400")
    assert "'600..400' is no quantity" in why(article, "#1")
    assert "a quantity without value: give it a note such as `400..600 fighters`" in why(article, "R1")


def test_a_date_as_object(tmp_path: Path) -> None:
    assert only(annotate(tmp_path, "R1 Held Agent:Tattack Time:T2031")).object == DateValue("2031")


def test_attributes_of_claims_and_nodes(tmp_path: Path) -> None:
    claim = only(
        article := annotate(
            tmp_path, f"{EVENT}\nA1 Negation E1\nA2 Doubt E1 Low\nA3 Unnamed TFront\nA4 Kind TFront Party"
        )
    )
    assert (claim.polarity, claim.certainty, claim.modality) == ("denied", "possible", "actual")
    front = article.entities[0]
    assert (front.named, front.type) == (False, "PoliticalParty")


# -- coreference and identifiers


def test_equivalent_mentions_are_one_entity_of_the_most_specific_type(tmp_path: Path) -> None:
    article = annotate(
        tmp_path,
        "*\tAlias TBrigade TFront\nN1 Reference TFront WD:q42 | The Front\nA1 Unnamed TBrigade".replace(
            "*\tAlias", "* Alias"
        ),
    )
    assert not article.tally.rejected
    (entity,) = article.entities
    assert [m.words for m in entity.mentions] == ["Front", "Brigade"]
    assert (entity.type, entity.identifiers, entity.named) == ("ArmedGroup", ("wikidata:Q42",), False)
    assert [n.text for n in entity.names] == ["The Front"]


def test_a_relation_label_may_mean_the_same(tmp_path: Path) -> None:
    article = annotate(
        tmp_path, f"{EVENT}\nR1 Same Agent:TFront Target:TUnion\nR2 Same Agent:TUnion Target:Tscouts"
    )
    assert sorted(len(e.mentions) for e in article.entities) == [1, 3]


def test_things_that_cannot_be_one(tmp_path: Path) -> None:
    article = annotate(tmp_path, "* Alias TFront TIpek\n* Alias TFront T2031")
    reasons = [r.reason for r in article.tally.rejected]
    assert reasons == [
        "its members cannot be one thing: nothing is both Group and Person",
        "T2031 (When) is no node: only nodes can be the same",
    ]
    assert len(article.entities) == 2


def test_words_for_one_date_are_one_value(tmp_path: Path) -> None:
    article = annotate(
        tmp_path,
        f"{EVENT} Time:Tspring\n* Alias Tspring T2031\nR1 Same Agent:Tspring Target:T2031\n#1 Note T2031 | 2031-04",
    )
    assert not article.tally.rejected
    assert only(article).start == "2031-04"
    assert not any("no claim uses" in note for note in article.tally.notes)


def test_one_date_is_not_another_nor_a_figure(tmp_path: Path) -> None:
    lines = "* Alias T2031 Tspring\n* Alias Tspring Tthousands\n#1 Note Tspring | 2032-04\n#2 Note T2031 | 2031-05"
    article = annotate(tmp_path, lines)
    assert [r.reason for r in article.tally.rejected] == [
        "its members cannot be one thing: nothing is both a date and a quantity",
        "date 2031-05 contradicts #1, which says 2032-04",
    ]


def test_what_is_ignored_is_left_out_of_an_equivalence(tmp_path: Path) -> None:
    article = annotate(
        tmp_path,
        "* Alias TFront Tblue TUnion\n* Alias Tblue TIpek\nR1 Same Agent:TFront Target:Tblue",
    )
    assert not article.tally.rejected
    assert article.tally.ignored == {"Colour": 3}
    assert sorted(len(e.mentions) for e in article.entities) == [1, 2]
