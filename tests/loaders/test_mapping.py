"""What annotations say once a mapping has been applied: entities, claims, and reasons where there are none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loaders.brat import reading as brat
from loaders.mapping import apply, parse_mapping
from loaders.source import Argument, Equivalence, Link, SourceDocument, Span
from ontology.errors import MappingError
from ontology.models import AnnotatedArticle, Claim, DateValue, Fragment, Quantity
from ontology.vocabulary import load

ONTOLOGY = load()
MAPPING = """
types: {Group: Group, Army: ArmedGroup, Person: Person, Land: State, Place: Place, Event: Event, Pact: Agreement,
        When: date, Figure: quantity, Colour: ignore}
relations:
  Trained: {relation: trained, ended_if: [former, ex-]}
  Trained-by: {relation: trained, inverse: true}
  Linked: {relation: linkedTo, roles: {Party: party}}
  Strength: {relation: hasStrength, roles: {Figure: object}}
  Member: memberOf
  Part: {relation: partOf, basis: implied}
  Held: {relation: happenedAt, roles: {Agent: subject, Time: object}}
  Did: {relation: carriedOut, time_from: object}
  Raid: {type: Attack, roles: {Raider: {relation: carriedOut, as: subject}, Site: {relation: tookPlaceIn, as: object}}}
  Mention: {type: Meeting}
  Said: {speech: true, roles: {Time: said, What: content}}
  Same: same
  Before: ignore
roles: {Agent: subject, Target: object, Speaker: speaker, Via: relayed_by, Time: time, Since: from, Until: until,
        Over: ended, Where: place, In: event, On: about, With: instrument, As: role, Much: quantity, Mood: ignore}
attributes:
  Negation: {polarity: denied}
  Doubt: {certainty: {Low: possible, High: certain, Odd: ignore}}
  Unnamed: {named: "false"}
  Named: {named: "true"}
  Kind: {type: {Army: ArmedGroup, Party: PoliticalParty, Place: Place}}
  Colour: ignore
equivalences: {Alias: same, Link: ignore}
notes: {Note: values, Remark: comment, Todo: ignore}
identifiers: {WD: wikidata, Own: ignore}
article: {publisher: The Borrin Courier}
"""
TEXT = "Front Brigade Union Ipek Oren Borrin Arun attack pact spring thousands former trained said met blue 2031 scouts"
LABELS = {
    "Front": "Group", "Brigade": "Army", "Union": "Group", "Ipek": "Person", "Oren": "Person", "Borrin": "Land",
    "Arun": "Place", "attack": "Event", "pact": "Pact", "spring": "When", "thousands": "Figure", "former": "Trained",
    "trained": "Trained", "said": "Said", "met": "Mention", "blue": "Colour", "2031": "When", "scouts": "Group",
}  # fmt: skip


def annotate(folder: Path, lines: str, mapping: str = MAPPING) -> AnnotatedArticle:
    """Load brat lines, written with spaces for tabs and ` | ` before the last field.

    Spans need no line: `TFront` is the word Front under its label in LABELS, `TRaid-attack` is attack under Raid.
    """
    out = []
    for line in lines.strip().splitlines():
        head, _, rest = line.strip().partition(" ")
        label, _, rest = rest.partition(" ")
        rest = rest.replace(" | ", "\t")
        out.append(f"{head}\t{label} {rest}\t" if head[0] == "R" else f"{head}\t{label} {rest}")
    body = "\n".join(out)
    spans = {}
    for word in TEXT.split():
        start = TEXT.index(word)
        for number, label in enumerate((LABELS[word], *_labels_of_trigger(body, word))):
            id = f"T{word}" if number == 0 else f"T{label}-{word}"
            if id in body:
                spans[id] = f"{id}\t{label} {start} {start + len(word)}\t{word}"
    (folder / "x.txt").write_text(TEXT)
    (folder / "x.ann").write_text("\n".join([*spans.values(), body]) + "\n")
    (document,) = brat.find([folder])
    source = brat.read(document)
    assert not source.rejected, source.rejected
    article = apply(parse_mapping(mapping.encode(), ONTOLOGY, name="m", file="m.yaml"), source, ONTOLOGY)
    tally = article.tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    return article


def _labels_of_trigger(body: str, word: str) -> list[str]:
    """The labels that a word has besides its own: `Raid` of attack in `E1 Raid:TRaid-attack`."""
    return sorted(set(re.findall(rf"\bT(\w+)-{word}\b", body)))


def triples(article: AnnotatedArticle) -> list[tuple[str, str, object]]:
    words = {e.id: e.mentions[0].words for e in article.entities}
    return [
        (words[c.subject], c.relation, words[c.object] if isinstance(c.object, str) else c.object)
        for c in article.claims
    ]


def only(article: AnnotatedArticle) -> Claim:
    assert not article.tally.rejected, article.tally.rejected
    (claim,) = article.claims
    return claim


def why(article: AnnotatedArticle, id: str | None) -> str:
    return next(r.reason for r in article.tally.rejected if r.id == id)


EVENT = "E1 Trained:Ttrained Agent:TFront Target:TBrigade"


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
