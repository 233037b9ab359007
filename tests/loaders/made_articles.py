"""Hypothesis strategies: annotated articles as any loader might make them, in hard scripts."""

from __future__ import annotations

from hypothesis import strategies as st

from ontology.models import (
    AnnotatedArticle,
    Article,
    Claim,
    DateValue,
    Entity,
    Fragment,
    Mention,
    Name,
    Quantity,
)
from ontology.vocabulary import load

ONTOLOGY = load()
WORDS = (
    "Red", "Heron", "Front", "الجبهة", "الشعبية", "é\u0301", "नी", "👩\u200d👩\u200d👧", "𝒳", "\r\n", "\n", "\t", " ",
    "  ", ".", "'", '"', "\\", "|", "[", "ﬁ", "\u2028", "\u200f", "ǅ", "½", "x", "of", ";", ":", "<b>", "&amp;",
)  # fmt: skip
TEXTS = (
    st.lists(st.sampled_from(WORDS), min_size=4, max_size=40).map("".join).filter(lambda text: text.strip())
)
DATES = st.sampled_from(("2031", "2031-10", "2031-10-05", "203X", "2031~", "1990-02-28"))
TYPES = ("Person", "ArmedGroup", "State", "Place", "Attack", "Official", "Agreement")
LINES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12
).map(str.strip).filter(bool)  # fmt: skip


@st.composite
def fragments(draw: st.DrawFn, text: str, most: int = 3) -> tuple[Fragment, ...]:
    """One stretch of a text, or several that do not overlap, in order."""
    count = draw(st.integers(1, most))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2 * count, max_size=2 * count, unique=True))) \
        if len(text) + 1 >= 2 * count else [0, len(text)]  # fmt: skip
    return tuple(
        Fragment(start, end, text[start:end]) for start, end in zip(cuts[::2], cuts[1::2], strict=True)
    )


@st.composite
def articles(draw: st.DrawFn) -> AnnotatedArticle:
    """An annotated article whose claims fit the ontology."""
    text = draw(TEXTS)
    spans = fragments(text)
    entities = []
    for number in range(draw(st.integers(1, 5))):
        mentions = draw(st.lists(spans.map(Mention), min_size=1, max_size=3, unique=True))
        entities.append(
            Entity(
                f"e{number}",
                draw(st.sampled_from(TYPES)),
                tuple(sorted(mentions, key=lambda mention: mention.fragments)),
                tuple(
                    draw(
                        st.lists(
                            st.builds(Name, LINES, st.sampled_from(("", "ar", "en"))), max_size=2, unique=True
                        )
                    )
                ),
                tuple(
                    draw(
                        st.lists(
                            st.sampled_from(
                                ("wikidata:Q42", "wikipedia:ar:قائمة_1", "lei:5493001KJTIIGC8Y1R12")
                            ),
                            max_size=2,
                            unique=True,
                        )
                    )
                ),
                draw(st.sampled_from((None, True, False))),
            )
        )
    entities.sort(key=lambda entity: entity.mentions[0].fragments)
    claims = [
        claim for number in range(draw(st.integers(0, 4))) if (claim := draw(_claim(number, entities, text)))
    ]
    return AnnotatedArticle(
        Article(
            id="borrin/1",
            title=draw(LINES),
            publisher="The Borrin Courier",
            authors=("Mira Oren", "J. Vask"),
            published=draw(st.sampled_from((None, "2031-10-07"))),
            url="https://example.org/a?b=c",
            path="a",
        ),
        text,
        entities,
        claims,
        annotator=draw(st.sampled_from(("", "jane", "Анна O'Neil: 1"))),
        layer=draw(st.sampled_from(("", "second"))),
        loader="native",
        source="a.yaml",
    )


@st.composite
def _claim(draw: st.DrawFn, number: int, entities: list[Entity], text: str) -> Claim | None:
    one = draw(st.sampled_from(entities))
    value = draw(
        st.sampled_from((None, Quantity(400, 600, "fighters"), Quantity(1000, None), Quantity(2.5, 2.5, "%")))
    )
    if (
        draw(st.booleans())
        and value is not None
        and ONTOLOGY.accepts("hasStrength", one.type, "Quantity") is None
    ):
        relation, object_ = "hasStrength", value
    elif draw(st.booleans()) and ONTOLOGY.accepts("happenedAt", one.type, "Date") is None:
        relation, object_ = "happenedAt", DateValue(draw(DATES))
    else:
        other = draw(st.sampled_from(entities))
        fitting = [
            name for name in ONTOLOGY.relations if ONTOLOGY.accepts(name, one.type, other.type) is None
        ]
        if other is one or not fitting:
            return None
        relation, object_ = draw(st.sampled_from(fitting)), other.id
    ids = [entity.id for entity in entities]
    places = [entity.id for entity in entities if ONTOLOGY.is_a(entity.type, "Place")]
    events = [entity.id for entity in entities if ONTOLOGY.is_a(entity.type, "Event")]
    mentions = [mention for entity in entities for mention in entity.mentions]
    arguments = draw(st.lists(st.sampled_from(mentions), max_size=3, unique=True))
    start, until = draw(
        st.sampled_from(((None, None), ("2029", None), (None, "2031-10"), ("2029-01", "2030~")))
    )
    return Claim(
        f"c{number}",
        one.id,
        relation,
        object_,
        draw(fragments(text)),
        tuple(sorted(arguments, key=lambda mention: mention.fragments)),
        tuple(draw(st.lists(st.sampled_from(ids), max_size=4))),
        draw(st.sampled_from(("affirmed", "denied"))),
        draw(st.sampled_from(("certain", "probable", "possible", "unstated"))),
        draw(st.sampled_from(("actual", "pledged", "predicted", "hypothetical", "obliged"))),
        draw(st.sampled_from(("stated", "implied"))),
        start,
        until,
        draw(st.booleans()),
        draw(st.one_of(st.none(), DATES)),
        draw(st.one_of(st.just(""), LINES)),
        draw(st.sampled_from((None, *places))),
        draw(st.sampled_from((None, *events))),
        draw(st.sampled_from((None, *ids))),
        draw(st.sampled_from((None, *ids))),
        draw(st.one_of(st.just(""), LINES)),
        draw(st.sampled_from((None, Quantity(3, 3, "men"), Quantity(None, 7.25)))),
    )  # fmt: skip


def comparable(article: AnnotatedArticle) -> tuple[object, ...]:
    """What an annotated article says, whatever its entities and claims are called."""
    places = {entity.id: place for place, entity in enumerate(article.entities)}

    def place(handle: object) -> object:
        return places[handle] if isinstance(handle, str) else handle

    entities = [(e.type, e.mentions, e.names, e.identifiers, e.named) for e in article.entities]
    claims = [
        (place(c.subject), c.relation, place(c.object), c.evidence, c.arguments, tuple(map(place, c.speakers)),
         c.polarity, c.certainty, c.modality, c.basis, c.start, c.until, c.ended, c.said, c.words, place(c.place),
         place(c.event), place(c.about), place(c.instrument), c.role, c.quantity)
        for c in article.claims
    ]  # fmt: skip
    known = article.article
    return (
        article.text,
        article.annotator,
        article.layer,
        (known.id, known.title, known.publisher, known.authors, known.published, known.url),
        entities,
        claims,
    )
