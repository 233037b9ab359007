"""Drafts of mappings: what is plain is mapped, the rest is named with counts, and every draft loads."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from loaders.mapping import apply, parse_mapping
from loaders.mapping_schema import RoleRelation
from loaders.source import Argument, Attribute, Equivalence, Link, Normalisation, Note, SourceDocument, Span
from loaders.suggesting import Labels, draft, nearest
from ontology.models import Fragment
from ontology.vocabulary import load

ONTOLOGY = load()
TEXT = "The Red Heron Front trained the Lantern Brigade in Tel Arun."


def span(id: str, label: str, words: str = "Red Heron Front") -> Span:
    start = TEXT.index(words)
    return Span(id=id, label=label, fragments=(Fragment(start, start + len(words), words),))


def document(*annotations: Any) -> SourceDocument:
    made = SourceDocument(TEXT, "a.x", "x")
    for annotation in annotations:
        made.add(annotation)
    return made


def drafted(*documents: SourceDocument) -> tuple[str, Any]:
    labels = Labels()
    for one in documents:
        labels.add(one)
    text = draft(labels, ONTOLOGY, "files")
    return text, parse_mapping(text.encode(), ONTOLOGY, name="draft", file="draft.yaml")


def test_what_is_plain_is_mapped_and_counted() -> None:
    text, mapping = drafted(
        document(
            span("1", "PER"),
            span("2", "Armed-Group", "Lantern Brigade"),
            span("3", "Armed-Group"),
            span("4", "Teapot"),
            Link(id="5", label="Trained", arguments=(Argument("Agent", "3"), Argument("Target", "2"))),
            Link(id="6", label="trained by", arguments=(Argument("Agent2", "3"), Argument("Target", "2"))),
            Link(id="7", label="Cooked", arguments=(Argument("from", "3"), Argument("to", "2"))),
            Attribute(id="8", label="Polarity", target="5", value="Negative"),
            Attribute(id="9", label="Anonymous", target="1"),
            Equivalence(id="10", label="Alias", members=("2", "3")),
            Normalisation(id="11", label="Reference", target="2", scheme="Wikidata", value="Q1"),
            Note(id="12", label="Comment", target="2", text="?"),
        )
    )
    assert dict(mapping.types) == {"Armed-Group": "ArmedGroup", "PER": "Person", "Teapot": "ignore"}
    assert "  Armed-Group: ArmedGroup  # 2×\n" in text
    assert mapping.links["Trained"].relation == "trained"
    assert (mapping.links["trained by"].relation, mapping.links["trained by"].inverse) == ("trained", True)
    assert mapping.links["Cooked"].ignore
    assert dict(mapping.roles) == {"Agent": "subject", "Target": "object", "from": "subject", "to": "object"}
    assert mapping.attributes["Polarity"].values == {"Negative": "denied"}
    assert mapping.attributes["Anonymous"].constant == "false"
    assert (mapping.equivalences, mapping.identifiers) == ({"Alias": "same"}, {"Wikidata": "wikidata"})


def test_a_layer_whose_feature_is_its_label_is_found() -> None:
    spans = [span(str(number), "NamedEntity") for number in range(4)]
    values = [
        Attribute(id=f"a{number}", label="value", target=str(number), value="PER" if number else "ORG")
        for number in range(4)
    ]
    _, mapping = drafted(document(*spans, *values))
    assert (mapping.labels, mapping.types) == ({"NamedEntity": "value"}, {"PER": "Person", "ORG": "Group"})
    loaded = apply(mapping, document(*spans, *values), ONTOLOGY)
    assert [entity.type for entity in loaded.entities] == ["Group", "Person", "Person", "Person"]
    assert loaded.tally.loaded == loaded.tally.read == 8


def test_layers_that_share_a_feature_keep_their_values_apart() -> None:
    def two_layers() -> SourceDocument:
        ends = (Argument("source", "1"), Argument("target", "2"))
        values = {"1": "ORG", "2": "GPE", "3": "trained", "4": "attacked"}
        return document(
            span("1", "Actor"),
            span("2", "Actor", "Tel Arun"),
            *(Link(id=id, label="Ties", arguments=ends) for id in ("3", "4")),
            *(Attribute(label="kind", target=target, value=value) for target, value in values.items()),
        )

    text, mapping = drafted(two_layers())
    assert mapping.labels == {"Actor": "kind", "Ties": "kind"}
    assert (set(mapping.types), set(mapping.links)) == ({"ORG", "GPE"}, {"trained", "attacked"})
    assert "  source: subject  # 2×\n" in text
    assert "  GPE: State  # 1×; or Place: cities and provinces are often among them\n" in text
    assert apply(mapping, two_layers(), ONTOLOGY).tally.loaded == 8


def test_a_feature_that_is_one_layers_label_is_another_layers_attribute() -> None:
    spans = [span("1", "Actor"), span("2", "Actor", "Tel Arun"), *(span(f"o{i}", "Other") for i in range(3))]
    values = [("1", "PER"), ("2", "GPE"), ("o1", "x")]
    made = [Attribute(label="kind", target=target, value=value) for target, value in values]
    text, mapping = drafted(document(*spans, *made))
    assert mapping.labels == {"Actor": "kind"}
    assert "  kind: ignore  # 1×; x 1×\n" in text
    assert "kind" in mapping.attributes


def test_relations_from_an_events_words_are_slots() -> None:
    def drawn() -> SourceDocument:
        ends = {"Agent": "Red Heron Front", "Target": "Lantern Brigade", "Source": "Tel Arun"}
        return document(
            span("e", "Trained", "trained"),
            *(span(role, "Group", words) for role, words in ends.items()),
            *(
                Link(id=f"l{role}", label=role, arguments=(Argument("source", "e"), Argument("target", role)))
                for role in ends
            ),
        )

    text, mapping = drafted(drawn())
    assert mapping.slots == {"Agent", "Target", "Source"}
    assert mapping.links["Trained"].relation == "trained"
    assert (set(mapping.types), dict(mapping.roles)) == (
        {"Group"},
        {"Agent": "subject", "Target": "object", "Source": "speaker"},
    )
    assert "  Source: speaker  # 1×; a guess\n" in text
    (claim,) = apply(mapping, drawn(), ONTOLOGY).claims
    assert len(claim.speakers) == 1


def test_the_source_of_an_arrow_is_no_speaker() -> None:
    arrow = Link(id="3", label="trained", arguments=(Argument("source", "1"), Argument("target", "2")))
    _, mapping = drafted(document(span("1", "Group"), span("2", "Group", "Lantern Brigade"), arrow))
    assert dict(mapping.roles) == {"source": "subject", "target": "object"}


def test_near_names_come_best_first() -> None:
    relations = [(one.name, one.label) for one in ONTOLOGY.relations.values()]
    assert nearest("allied-with", relations)[0] == (1.0, "alliedWith")
    assert nearest("Fights_against", relations)[0][1] == "fightsAgainst"
    assert nearest("zzzz", relations) == []


WORDS = st.text(min_size=1, max_size=12).filter(lambda text: text.strip())


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS, st.one_of(st.none(), WORDS)), min_size=1, max_size=5))
def test_every_draft_loads_whatever_the_labels_and_leaves_nothing_unnamed(
    rows: list[tuple[str, str, str, str, str | None]],
) -> None:
    annotations: list[Any] = []
    for number, (label, link, role, name, value) in enumerate(rows):
        one, other = f"s{number}", f"t{number}"
        annotations += [span(one, label), span(other, label, "Lantern Brigade")]
        annotations += [
            Link(id=f"l{number}", label=link, arguments=(Argument(role, one), Argument(role + "2", other))),
            Attribute(id=f"a{number}", label=name, target=one, value=value),
            Equivalence(id=f"e{number}", label=name, members=(one, other)),
            Note(id=f"n{number}", label=name, target=one, text="x"),
            Normalisation(id=f"i{number}", label="R", target=one, scheme=name, value="7"),
        ]
    text, mapping = drafted(document(*annotations))
    left_out = apply(mapping, document(*annotations), ONTOLOGY).tally.notes
    assert [note for note in left_out if "not in mapping" in note] == [], text
    assert not any(isinstance(role, RoleRelation) for role in mapping.roles.values())
