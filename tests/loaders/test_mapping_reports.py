"""Mappings: reports, events as nodes, and what is not loaded and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.mapping import apply, parse_mapping
from loaders.source import Argument, Equivalence, Link, SourceDocument, Span
from ontology.errors import MappingError
from ontology.models import Fragment
from tests.loaders.mapped import (
    EVENT,
    MAPPING,
    ONTOLOGY,
    TEXT,
    annotate,
    only,
    triples,
    why,
)

# -- reports


def test_nested_reports_make_a_chain_of_speakers(tmp_path: Path) -> None:
    article = annotate(
        tmp_path,
        f"{EVENT} Speaker:TUnion\nE2 Said:Tsaid Speaker:TIpek What:E1 Time:T2031\nE3 Said:Tsaid Speaker:TOren What:E2",
    )
    claim = only(article)
    assert claim.speakers == ("TOren", "TIpek", "TUnion")
    assert (claim.said, claim.start) == ("2031", None)


def test_two_reports_of_one_event_are_two_claims(tmp_path: Path) -> None:
    article = annotate(
        tmp_path, f"{EVENT}\nE2 Said:Tsaid Speaker:TIpek What:E1\nE3 Said:Tsaid Speaker:TOren What:E1"
    )
    assert [c.speakers for c in article.claims] == [("TOren",), ("TIpek",)]


def test_what_is_said_is_not_claimed_without_who_says_it(tmp_path: Path) -> None:
    article = annotate(tmp_path, f"{EVENT}\nE2 Said:Tsaid Speaker:T2031 What:E1")
    assert article.claims == []
    assert why(article, "E1") == "is reported by E2, which was rejected"


def test_what_is_said_by_nobody_is_not_the_article_s_own(tmp_path: Path) -> None:
    article = annotate(tmp_path, f"{EVENT}\nE2 Said:Tsaid What:E1")
    assert article.claims == []
    assert why(article, "E2") == "is reported by nobody: no role gives its speaker"


def test_a_report_of_reports_without_end(tmp_path: Path) -> None:
    chain = "\n".join(f"E{n} Said:Tsaid Speaker:TIpek What:E{n - 1}" for n in range(2, 3000))
    article = annotate(tmp_path, f"{EVENT}\n{chain}")
    assert article.claims == []
    assert "more than 20 speakers" in {r.id: r.reason for r in article.tally.rejected}["E2979"]


def test_what_is_embedded_in_the_unknown_is_not_claimed(tmp_path: Path) -> None:
    article = annotate(tmp_path, f"{EVENT}\nE2 Disputes:TDisputes-said Agent:TIpek What:E1")
    assert article.claims == []
    assert why(article, "E1") == "is part of E2, whose label Disputes is not in the mapping"


def test_a_mark_on_a_report_is_not_one_on_what_it_reports(tmp_path: Path) -> None:
    article = annotate(tmp_path, f"{EVENT}\nE2 Said:Tsaid Speaker:TIpek What:E1\nA1 Negation E2")
    assert article.claims[0].polarity == "affirmed"
    assert "mark that instead" in why(article, "A1")


# -- events as nodes


def test_an_event_that_is_a_node_with_claims_by_role(tmp_path: Path) -> None:
    article = annotate(tmp_path, "E1 Raid:TRaid-attack Raider:TFront Site:TArun Time:T2031 Speaker:TIpek")
    assert triples(article) == [("Front", "carriedOut", "attack"), ("attack", "tookPlaceIn", "Arun")]
    assert {(c.start, c.speakers) for c in article.claims} == {("2031", ("TIpek",))}
    assert next(e.type for e in article.entities if e.id == "E1") == "Attack"


def test_an_event_used_by_another(tmp_path: Path) -> None:
    article = annotate(tmp_path, f"E2 Mention:Tmet\n{EVENT} In:E2".replace("Tmet", "TMention-met"))
    assert only(article).event == "E2"
    assert next(e.type for e in article.entities if e.id == "E2") == "Meeting"


# -- what is not loaded, and why


@pytest.mark.parametrize(
    ("lines", "id", "reason"),
    [
        ("R1 Odd Agent:TFront Target:TUnion", "R1", "label Odd is not in mapping m"),
        ("R1 Part Agent:TFront Odd:TUnion", "R1", "role Odd of label Part is not in mapping m"),
        ("R1 Part Agent:TFront As:TUnion", "R1", "has no role that gives an object"),
        ("R1 Part Agent:TFront Target:TArun", "R1", "partOf takes Actor as its object, not Place"),
        ("R1 Part Agent:TFront Target:TFront", "R1", "are one and the same"),
        ("R1 Part Agent:TFront Target:Tblue", "R1", "whose label Colour is ignored: ignore the role too"),
        ("R1 Part Agent:T2031 Target:TFront", "R1", "role Agent: T2031 is a value, not a node"),
        ("R1 Part Agent:TFront Target:TUnion Where:TIpek", "R1", "TIpek is of type Person, not a Place"),
        ("R1 Part Agent:TFront Target:TUnion Time:TIpek", "R1", "Person without a noted date, not a date"),
        ("R1 Linked Party:TFront Party2:TUnion Agent:TIpek", "R1", "both parties and a subject or object"),
        ("R1 Linked Party:TFront Speaker:TUnion", "R1", "no role that gives a second party"),
        (f"{EVENT} On:E2\nE2 Trained:Ttrained Agent:TFront Target:TUnion", "E1", "gives Trained no type of node"),
        ("A1 Odd TFront", "A1", "attribute Odd is not in mapping m"),
        ("A1 Doubt TFront Medium", "A1", "value Medium of attribute Doubt is not in mapping m"),
        ("A1 Doubt TFront Low", "A1", "TFront (Group), which is not an event or relation"),
        (f"{EVENT}\nA1 Unnamed E1", "A1", "E1 (Trained), which is not a node"),
        ("A1 Unnamed TFront\nA2 Named TFront", "A2", "named true contradicts A1, which says false"),
        ("A1 Kind TFront Place", "A1", "Place is no kind of Group"),
        ("N1 Reference TFront Odd:1", "N1", "identifier scheme Odd is not in mapping m"),
        ("N1 Reference TFront WD:Berlin", "N1", "'wikidata:Berlin' is not"),
        ("#1 Odd TFront | x", "#1", "note Odd is not in mapping m"),
        ("* Odd TFront TUnion", None, "equivalence Odd is not in mapping m"),
        ("E1 Odd:TOdd-met Agent:TFront", "TOdd-met", "is the trigger of E1, which was rejected"),
    ],
)  # fmt: skip
def test_reasons(tmp_path: Path, lines: str, id: str | None, reason: str) -> None:
    assert reason in why(annotate(tmp_path, lines), id)


def test_what_the_mapping_ignores_is_counted_by_name(tmp_path: Path) -> None:
    lines = (
        f"R1 Before Agent:E1 Target:E1\n{EVENT}\nA1 Colour E1 red\nA2 Doubt E1 Odd\n* Link TFront TUnion\n"
    )
    lines += "#1 Todo E1 | check\nN1 Reference TFront Own:1\nA3 Unnamed Tblue\n#2 Remark E1 | 2031"
    article = annotate(tmp_path, lines)
    assert article.tally.ignored == {"Before": 1, "Colour": 3, "Doubt": 1, "Link": 1, "Todo": 1, "Own": 1}
    assert not article.tally.rejected
    assert article.claims[0].start is None


def test_unmapped_labels_are_named_with_counts(tmp_path: Path) -> None:
    lines = "R1 Odd Agent:TFront Target:TUnion\nR2 Odd Agent:TUnion Target:TFront\nR3 Part Agent:TFront Odd:TUnion"
    assert annotate(tmp_path, lines).tally.notes == [
        "label Odd is not in mapping m: 2×",
        "role Odd of label Part is not in mapping m: 1×",
    ]


def test_roles_that_would_combine_to_a_flood(tmp_path: Path) -> None:
    many = " ".join(
        f"{role}{n}:T{word}" for role, word in (("Agent", "Front"), ("Speaker", "Ipek")) for n in range(40)
    )
    assert why(annotate(tmp_path, f"R1 Part {many} Target:TUnion"), "R1") == "would make more than 256 claims"


ENDS = """
  Of: memberOf
  Of(Group, Army): partOf
  Of(Person,*): ignore
  Of( * , Land ): {relation: linkedTo}
"""


@pytest.mark.parametrize(
    ("ends", "relation"),
    [
        ("Front Brigade", "partOf"),
        ("Front Union", "memberOf"),
        ("Brigade Front", "memberOf"),
        ("Union Borrin", "linkedTo"),
        ("Ipek Front", None),
    ],
)
def test_a_label_may_mean_something_else_of_other_ends(
    tmp_path: Path, ends: str, relation: str | None
) -> None:
    first, second = ends.split()
    mapping = MAPPING.replace("  Before: ignore", f"  Before: ignore{ENDS.rstrip()}")
    article = annotate(tmp_path, f"R1 Of Agent:T{first} Target:T{second}", mapping)
    assert [claim.relation for claim in article.claims] == ([relation] if relation else [])
    assert article.tally.ignored == ({} if relation else {"Of(Person, *)": 1})


def test_a_relation_may_bring_its_own_words() -> None:
    def span(id: str, label: str, word: str) -> Span:
        start = TEXT.index(word)
        return Span(id=id, label=label, fragments=(Fragment(start, start + len(word), word),))

    document = SourceDocument(TEXT, "made", "made")
    document.spans += [span("1", "Group", "Front"), span("2", "Army", "Brigade")]
    words = span("", "", "former trained").fragments
    document.add(
        Link(
            id="r",
            label="Trained",
            arguments=(Argument("Agent", "1"), Argument("Target", "2")),
            words=words,
        )
    )
    article = apply(parse_mapping(MAPPING.encode(), ONTOLOGY, name="made", file="made"), document, ONTOLOGY)
    (claim,) = article.claims
    assert (claim.evidence, claim.ended, claim.relation) == (words, True, "trained")
    assert article.tally.kinds == {"mention": [2, 0, 0], "relation": [1, 0, 0]}


def test_what_is_ignored_takes_along_what_the_mapping_does_not_know_of_it(tmp_path: Path) -> None:
    lines = "A1 Shade Tblue\nA2 Shade TFront\nN1 Reference Tblue Else:7 | x\n#1 Aside Tblue | y\n" + (
        "R1 Before Arg1:TFront Arg2:TUnion\nA3 Strange R1"
    )
    article = annotate(tmp_path, lines)
    assert article.tally.ignored == {"Colour": 4, "Before": 2}
    assert [(r.id, r.reason) for r in article.tally.rejected] == [
        ("A2", "attribute Shade is not in mapping m")
    ]


def test_a_label_may_say_that_its_words_are_names() -> None:
    """Scripts without case do not show what a name is; whoever marks names alone can say so."""
    text = "قال سامي الحداد ذلك"
    document = SourceDocument(text, "a.json", "x")
    name = Fragment(4, 15, text[4:15])
    document.add(Span(id="1", label="PER", fragments=(name,)))
    document.add(Span(id="2", label="PRON", fragments=(Fragment(16, 19, text[16:19]),)))
    document.add(Equivalence(label="Same", members=("2", "1")))
    mapping = parse_mapping(
        b'types: {PER: {type: Person, named: "true"}, PRON: Person}\nequivalences: {Same: same}\n',
        ONTOLOGY,
        name="m",
        file="m.yaml",
    )
    (entity,) = apply(mapping, document, ONTOLOGY).entities
    assert (entity.type, entity.named) == ("Person", True)
    for wrong in (
        "{PER: {named: 'true'}}",
        "{PER: {type: Person, named: yes}}",
        "{PER: {type: Person, name: x}}",
    ):
        with pytest.raises(MappingError):
            parse_mapping(f"types: {wrong}".encode(), ONTOLOGY, name="m", file="m.yaml")
