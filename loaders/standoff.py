"""An annotated article as a tool would have saved it: the reverse of a mapping, for giving articles back to annotators.

    document = standoff(article, ontology)
    apply(own mapping, document, ontology)      # the article again

Labels are the ontology's own names (`loaders.own_labels`). A claim is an event whose trigger is its evidence, or a bare
relation where its ends' own words are; what has no natural place (when it was said, names in other languages) is in a
note (`loaders.fields`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from loaders import fields, values
from loaders.own_labels import ATTRIBUTES, COMMENT, CONTENT, DATE, FIELDS, QUANTITY, REFERENCE, SAME, SAYS
from loaders.source import Argument, Attribute, Equivalence, Link, Normalisation, Note, SourceDocument, Span
from ontology.models import AnnotatedArticle, Claim, DateValue, Entity, Fragment, Mention, Quantity

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology


@dataclass
class Standoff:
    """The document, and what of the article it cannot say, in words."""

    document: SourceDocument
    lost: list[str] = field(default_factory=list)


def standoff(article: AnnotatedArticle, ontology: Ontology, *, plain_relations: bool = False) -> Standoff:
    """The article's annotations as spans, events, attributes, equivalences, identifiers and notes.

    `plain_relations`: relations without trigger can have nothing of their own, neither attributes nor notes, nor be
    what others pass on; claims with any of these are then events.
    """
    return _Writer(article, ontology, plain_relations).write()


class _Writer:
    def __init__(self, article: AnnotatedArticle, ontology: Ontology, plain_relations: bool) -> None:
        self._article = article
        self._plain_relations = plain_relations
        self._ontology = ontology
        self._document = SourceDocument(
            article.text, article.source, article.loader, article.article, article.annotator, article.layer
        )
        self._made = Standoff(self._document)
        self._numbers = dict.fromkeys("TEANX#", 0)
        self._spans: dict[str, dict[Mention, str]] = {}  # entity → its mentions' spans, in order
        self._types = {entity.id: entity.type for entity in article.entities}

    def write(self) -> Standoff:
        for entity in self._article.entities:
            self._entity(entity)
        for claim in self._article.claims:
            self._claim(claim)
        return self._made

    def _id(self, letter: str) -> str:
        self._numbers[letter] += 1
        return f"{letter}{self._numbers[letter]}"

    def _span(self, label: str, fragments: tuple[Fragment, ...]) -> str:
        span = Span(id=self._id("T"), label=label, fragments=fragments)
        self._document.add(span)
        return span.id

    def _attribute(self, label: str, target: str, value: str | None = None) -> None:
        self._document.add(Attribute(id=self._id("A"), label=label, target=target, value=value))

    def _note(self, label: str, target: str, text: str) -> None:
        if text:
            self._document.add(Note(id=self._id("#"), label=label, target=target, text=text))

    # Entities

    def _entity(self, entity: Entity) -> None:
        spans = {
            mention: self._span(entity.type, mention.fragments) for mention in dict.fromkeys(entity.mentions)
        }
        self._spans[entity.id] = spans
        first = next(iter(spans.values()))
        if len(spans) > 1:
            self._document.add(Equivalence(id=self._id("X"), label=SAME, members=tuple(spans.values())))
        if entity.named is not None:
            self._attribute("Named" if entity.named else "Unnamed", first)
        for code in entity.identifiers:
            scheme, _, value = code.partition(":")
            self._document.add(
                Normalisation(id=self._id("N"), label=REFERENCE, target=first, scheme=scheme, value=value)
            )
        self._note(FIELDS, first, fields.write_thing(entity.names))

    # Claims

    def _claim(self, claim: Claim) -> None:
        if claim.subject == claim.object:
            self._made.lost.append(f"claim {claim.id}: its subject and object are one and the same")
            return
        object_ = self._value_note(claim.object) if not isinstance(claim.object, str) else ""
        if object_ is None:
            self._made.lost.append(f"claim {claim.id}: its figure cannot be written as a note")
            return
        fillers = self._fillers(claim)
        chosen = list(fillers.values())
        mentions = _in_reading_order(mention for _, mention in chosen)
        bare = (
            fillers.keys() == {"Subject", "Object"}
            and claim.evidence == _words_of(chosen)
            and not (self._plain_relations and (_has_marks(claim) or _note(claim, mentions)))
        )
        whole = _without_overlaps(claim.evidence, self._article.text)
        trigger = None if bare else self._span(claim.relation, whole)
        arguments = [Argument(role, span) for role, (span, _) in fillers.items() if not role.startswith("@")]
        if not isinstance(claim.object, str):
            label = QUANTITY if isinstance(claim.object, Quantity) else DATE
            value = self._span(label, whole)
            self._note(COMMENT, value, object_)
            arguments.insert(1, Argument("Object", value))
            chosen.append((value, Mention(whole)))
        event = Link(id=self._id("E"), label=claim.relation, trigger=trigger, arguments=tuple(arguments))
        self._document.add(event)
        for name, said in (
            ("Denied", claim.polarity == "denied"),
            ("Implied", claim.basis == "implied"),
            ("Ended", claim.ended),
        ):
            if said:
                self._attribute(name, event.id)
        for name, word in (("Certainty", claim.certainty), ("Modality", claim.modality)):
            if word in ATTRIBUTES[name].values:
                self._attribute(name, event.id, word)
        mentions = _in_reading_order(mention for _, mention in chosen)
        self._note(
            FIELDS,
            event.id,
            _note(claim, mentions, None if bare or whole == claim.evidence else claim.evidence),
        )
        self._relays(claim, event, fillers, whole)

    def _fillers(self, claim: Claim) -> dict[str, tuple[str, Mention]]:
        """A span for each role of a claim: one that the claim points at where there is one, each of these once.

        Relays are under `@0`, `@1`, … as they have events of their own.
        """
        ends = {"Subject": claim.subject}
        if isinstance(claim.object, str):
            ends["Object"] = claim.object
        if claim.speakers:
            ends["Speaker"] = claim.speakers[-1]
            ends |= {f"@{place}": speaker for place, speaker in enumerate(claim.speakers[:-1])}
        for role, filler in (
            ("Place", claim.place),
            ("Event", claim.event),
            ("About", claim.about),
            ("Instrument", claim.instrument),
        ):
            if filler is not None:
                ends[role] = filler
        pointed_at = set(claim.arguments)
        used: set[Mention] = set()
        found = {}
        for role, entity in ends.items():
            spans = self._spans[entity]
            mention = next(
                (one for one in spans if one in pointed_at - used),
                next((one for one in spans if one in pointed_at), next(iter(spans))),
            )
            used.add(mention)
            found[role] = (spans[mention], mention)
        return found

    def _relays(
        self,
        claim: Claim,
        event: Link,
        fillers: dict[str, tuple[str, Mention]],
        trigger_words: tuple[Fragment, ...],
    ) -> None:
        """Events by which others pass the claim on, the innermost first, each the content of the next."""
        content = event.id
        for place in reversed(range(len(claim.speakers) - 1)):
            trigger = self._span(SAYS, trigger_words)
            says = Link(
                id=self._id("E"),
                label=SAYS,
                trigger=trigger,
                arguments=(Argument("Speaker", fillers[f"@{place}"][0]), Argument(CONTENT, content)),
            )
            self._document.add(says)
            content = says.id

    def _value_note(self, value: Quantity | DateValue) -> str | None:
        """The value as a note that gives it again; None where there is none."""
        if isinstance(value, DateValue):
            return value.edtf
        low, high = (None if bound is None else _number(bound) for bound in (value.minimum, value.maximum))
        if low is not None and low == high:
            written = low
        elif low is None or high is None:
            written = f">={low}" if high is None else f"<={high}"
        else:
            written = f"{low}..{high}"
        written = f"{written} {value.unit}".strip()
        return written if values.quantity(written) == value and ";" not in written else None


def _has_marks(claim: Claim) -> bool:
    return (
        claim.polarity == "denied"
        or claim.basis == "implied"
        or claim.ended
        or claim.certainty in ATTRIBUTES["Certainty"].values
        or claim.modality in ATTRIBUTES["Modality"].values
    )


def _note(claim: Claim, mentions: tuple[Mention, ...], evidence: tuple[Fragment, ...] | None = None) -> str:
    """What the annotation does not show of a claim, which points at these mentions; `evidence` if that is not shown."""
    arguments = None if mentions == claim.arguments else claim.arguments
    return fields.write_claim(claim, arguments=arguments, evidence=evidence)


def _words_of(chosen: list[tuple[str, Mention]]) -> tuple[Fragment, ...]:
    """The evidence of a relation without trigger between these."""
    return tuple(sorted({fragment for _, mention in chosen for fragment in mention.fragments}))


def _without_overlaps(fragments: tuple[Fragment, ...], text: str) -> tuple[Fragment, ...]:
    """The same characters as fragments of one span, which tools do not let overlap."""
    found: list[Fragment] = []
    for fragment in fragments:
        if found and fragment.start < found[-1].end:
            start, end = found[-1].start, max(found[-1].end, fragment.end)
            found[-1] = Fragment(start, end, text[start:end])
        else:
            found.append(fragment)
    return tuple(found)


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}"


def _in_reading_order(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Mentions as a claim made from an event has them."""
    from loaders.meanings import reading_order

    ordered: Sequence[Mention] = sorted(mentions, key=reading_order)
    return tuple(dict.fromkeys(ordered))
