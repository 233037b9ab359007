"""What a document's spans stand for: things (which become entities), values (dates, quantities), triggers of events.

Equivalent spans become one thing; attributes, normalisations and notes are put on what they belong to.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING, Any

from loaders import fields, values
from loaders.layers import Relabelled
from loaders.mapping_schema import CLAIM_FIELDS, IGNORE, LITERALS, OWN_VALUE, AttributeRule, Mapping
from loaders.meanings import Thing, Value, literal, reading_order, whole_of
from loaders.source import (
    Account,
    Annotation,
    Attribute,
    Equivalence,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
)
from ontology import dates, identifiers
from ontology.errors import AttestError
from ontology.models import Entity, Name

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology


class Things:
    """Reads a document's spans by a mapping, and keeps what each stands for.

    `settings` are what attributes say of links, by the link's id, `dates` what notes say of when they held, `fields`
    what notes say of their claims' other fields.
    """

    def __init__(
        self,
        mapping: Mapping,
        document: SourceDocument,
        ontology: Ontology,
        account: Account,
        labelled: Relabelled,
    ) -> None:
        self._mapping = mapping
        self._ontology = ontology
        self._account = account
        self.by_id: dict[str, Annotation] = {a.id: a for a in document.annotations() if a.id}
        self.triggers = {link.trigger for link in document.links if link.trigger is not None}
        self.settings: dict[str, dict[str, str]] = {}
        self.dates: dict[str, str] = {}
        self.fields: dict[str, dict[str, Any]] = {}
        self._text = document.text
        self._meant: dict[str, Thing | Value] = {}
        self._things: list[Thing] = []
        self._set_by: dict[tuple[int | str, str], tuple[str, Annotation]] = {}
        self._layers = labelled.layers
        self._tell_ends_apart(document)
        for span in document.spans:
            self._span(span)
        notes: list[Attribute | Note] = [a for a in document.attributes if self._is_note(a)]
        others = labelled.by | {id(note) for note in notes}
        attributes = [
            (a, *meaning)
            for a in document.attributes
            if id(a) not in others and (meaning := self._meaning(a))
        ]
        # Types first, as the types of its members decide whether an equivalence can be; the rest after, on the whole.
        for attribute, name, value in attributes:
            if name == "type":
                self._refine(attribute, value)
        for equivalence in document.equivalences:
            self._equivalence(equivalence)
        for link in document.links:
            if (rule := mapping.links.get(link.label)) is not None and rule.same:
                self._unite(link, [argument.target for argument in link.arguments])
        for thing in self._things:
            thing.mentions.sort(key=reading_order)
        for attribute, name, value in attributes:
            if name != "type":
                self._set(attribute, name, value)
        for normalisation in document.normalisations:
            self._normalisation(normalisation)
        for note in (*document.notes, *notes):
            self._note(note)

    def of(self, handle: str) -> Thing | Value | None:
        """The thing or value that a span stands for."""
        meant = self._meant.get(handle)
        return whole_of(meant) if meant is not None else None

    def add(self, thing: Thing) -> None:
        """Keep a thing that no span stands for: an event that is a node."""
        self._things.append(thing)

    def entities(self) -> list[Entity]:
        """Every thing as an entity, in reading order."""
        whole = [thing for thing in self._things if thing.same_as is None]
        return [thing.entity() for thing in sorted(whole, key=lambda t: reading_order(t.mentions[0]))]

    def unmapped(self, what: str) -> str:
        """The reason for rejecting what the mapping does not know."""
        return f"{what} is not in mapping {self._mapping.name}"

    def finish(self, document: SourceDocument) -> None:
        """Say what became of attributes and notes on links, now that it is known what became of the links."""
        dependents: list[Attribute | Note] = [*document.attributes, *document.notes]
        for annotation in dependents:
            if not self._account.settled(annotation):
                self._follow(annotation, self.by_id[annotation.target])
        unused = [
            handle
            for handle, meant in self._meant.items()
            if not meant.used
            and meant.same_as is None
            and (isinstance(meant, Value) or meant.date is not None)
        ]
        if unused:
            some = ", ".join(unused[:10]) + (" …" if len(unused) > 10 else "")
            self._account.remarks.append(
                f"{document.source}: dates and quantities that no claim uses: {some}"
            )

    def _follow(self, annotation: Annotation, target: Annotation) -> None:
        if self._account.is_rejected(target):
            self._account.reject(annotation, f"refers to {target.title}, which was rejected")
        elif self._account.is_ignored(target):
            self._account.ignore(annotation, target.label)
        else:
            self._account.load(annotation)

    def _tell_ends_apart(self, document: SourceDocument) -> None:
        """Give relations the label with their ends, `Has(Person, Place)`, where the mapping has it."""
        if not any(label.endswith(")") for label in self._mapping.links):
            return
        for link in document.links:
            if len(link.arguments) > 1:
                first, second = (self.by_id[argument.target].label for argument in link.arguments[:2])
                link.label = self._mapping.link_label(link.label, first, second)

    # -- spans

    def _span(self, span: Span) -> None:
        kind = self._mapping.types.get(span.label)
        if kind is None:
            if span.id in self.triggers:
                return  # its events decide
            known = span.label in self._mapping.links
            reason = "is the trigger of no event that could be read"
            self._account.reject(span, reason if known else self.unmapped(f"label {span.label}"))
        elif kind == IGNORE:
            self._account.ignore(span, span.label)
        else:
            if all(start == end for start, end, _ in span.fragments):
                self._account.reject(span, f"covers no words, so it cannot be a mention of a {kind}")
                return
            self._account.load(span)
            if kind in LITERALS:
                self._meant[span.id] = literal("date" if kind == "date" else "quantity", span)
            else:
                named = self._mapping.named.get(span.label)
                self._meant[span.id] = thing = Thing(span.id, kind, [span.mention], named=named)
                self._things.append(thing)

    # -- which spans are one thing

    def _equivalence(self, equivalence: Equivalence) -> None:
        use = self._mapping.equivalences.get(equivalence.label)
        if use is None:
            self._account.reject(equivalence, self.unmapped(f"equivalence {equivalence.label}"))
        elif use == IGNORE:
            self._account.ignore(equivalence, equivalence.label)
        else:
            self._unite(equivalence, equivalence.members)

    def _unite(self, why: Annotation, members: Iterable[str]) -> None:
        """Make the members one, those left out that the mapping ignores."""
        targets = [self.by_id[member] for member in members]
        left = [target for target in targets if not self._account.is_ignored(target)]
        if len(left) < 2 and len(left) < len(targets):
            out = next(target for target in targets if self._account.is_ignored(target))
            self._account.ignore(why, out.label)
            return
        meant = {target.id: self.of(target.id) for target in left}
        values = {id(value): value for value in meant.values() if isinstance(value, Value)}
        if values and all(isinstance(one, Value) for one in meant.values()):
            self._unite_values(why, list(values.values()))
            return
        things: dict[int, Thing] = {}
        for target in left:
            thing = meant[target.id]
            if isinstance(thing, Thing):
                things[id(thing)] = thing
                continue
            if self._account.is_rejected(target):
                reason = f"refers to {target.title}, which was rejected"
            else:
                reason = f"{target.id} ({target.label}) is no node: only nodes can be the same"
            self._account.reject(why, reason)
            return
        self._unite_things(why, things)

    def _unite_values(self, why: Annotation, values: list[Value]) -> None:
        """Words for one date or figure: what is known of one of them is known of all."""
        known = [value for value in values if value.known is not None]
        differ = [str(value.known) for value in known if value.known != known[0].known]
        if len({value.kind for value in values}) > 1:
            self._account.reject(
                why, "its members cannot be one thing: nothing is both a date and a quantity"
            )
        elif differ:
            self._account.reject(why, f"its members cannot be one thing: {known[0].known} is not {differ[0]}")
        else:
            keep = (known or values)[0]
            for value in values:
                if value is not keep:
                    value.same_as = keep
            self._account.load(why)

    def _unite_things(self, why: Annotation, things: dict[int, Thing]) -> None:
        types = list(dict.fromkeys(thing.type for thing in things.values()))
        for first, second in combinations(types, 2):
            if self._ontology.disjoint(first, second):
                self._account.reject(
                    why, f"its members cannot be one thing: nothing is both {first} and {second}"
                )
                return
        keep, *others = sorted(things.values(), key=lambda thing: -len(thing.mentions))
        keep.type = max(types, key=lambda name: len(self._ontology.types[name].ancestors))
        if not all(self._ontology.is_a(keep.type, name) for name in types):
            self._account.remarks.append(
                f"{why.file}:{why.line}: {keep.id} is {' and '.join(types)} in one; kept as {keep.type}"
            )
        for other in others:
            other.same_as = keep
            keep.mentions += other.mentions
            if keep.named is None or other.named:
                keep.named = other.named
        self._account.load(why)

    # -- attributes

    def _meaning(self, attribute: Attribute) -> tuple[str, str] | None:
        """The field an attribute sets and to what; None where the mapping ignores it or does not know it."""
        rule = self._rule(attribute)
        if rule is None:
            self._unknown(attribute, self.by_id[attribute.target], f"attribute {attribute.label}")
            return None
        if rule.sets in OWN_VALUE:
            if attribute.value:
                return rule.sets, attribute.value
            self._account.reject(attribute, f"has no value to be the {rule.sets}")
            return None
        value = rule.constant if rule.constant is not None else rule.values.get(attribute.value or "")
        if IGNORE in (rule.sets, value):
            self._account.ignore(attribute, attribute.label)
        elif value is None:
            what = f"value {attribute.value}" if attribute.value else "an absent value"
            self._account.reject(attribute, self.unmapped(f"{what} of attribute {attribute.label}"))
        else:
            return rule.sets, value
        return None

    def _rule(self, attribute: Attribute) -> AttributeRule | None:
        """What the mapping says of an attribute: under this label, in this layer, or anywhere."""
        rules = self._mapping.attributes
        label, layer = self.by_id[attribute.target].label, self._layers.get(attribute.target)
        names = (f"{label}.{attribute.label}", f"{layer}.{attribute.label}", attribute.label)
        return next((rules[name] for name in names if name in rules), None)

    def _unknown(self, annotation: Annotation, target: Annotation, what: str) -> None:
        """Reject what the mapping does not know, unless it belongs to what the mapping ignores: a token that is not
        wanted takes all that is said of it along."""
        rule = self._mapping.links.get(target.label) if isinstance(target, Link) else None
        if self._account.is_ignored(target) or (rule is not None and rule.ignore):
            self._account.ignore(annotation, target.label)
        else:
            self._account.reject(annotation, self.unmapped(what))

    def _refine(self, attribute: Attribute, type: str) -> None:
        target = self.by_id[attribute.target]
        thing = self.of(target.id)
        if not isinstance(thing, Thing):
            self._misplaced(attribute, target, "a node")
        elif not self._ontology.is_a(type, thing.type):
            self._account.reject(attribute, f"{type} is no kind of {thing.type}, which {target.id} is")
        else:
            thing.type = type
            self._account.load(attribute)

    def _set(self, attribute: Attribute, name: str, value: str) -> None:
        target = self.by_id[attribute.target]
        rule = self._mapping.links.get(target.label) if isinstance(target, Link) else None
        thing = self.of(target.id)
        if name not in CLAIM_FIELDS:
            if not isinstance(thing, Thing):
                self._misplaced(attribute, target, "a node")
            elif name in OWN_VALUE:
                self._own_value(attribute, thing, name, value)
            elif self._first_to_say(id(thing), name, value, attribute):
                thing.named = value == "true"
                self._account.load(attribute)
        elif not isinstance(target, Link) or (rule is not None and rule.same):
            self._misplaced(attribute, target, "an event or relation")
        elif rule is not None and rule.speech:
            # "X denied that Y" is a denial by X; "X did not say that Y" denies nothing. The label cannot tell them
            # apart, so what is said must carry the mark itself.
            self._account.reject(
                attribute, f"{name} of a report is not that of what it reports: mark that instead"
            )
        elif self._first_to_say(target.id, name, value, attribute):
            self.settings.setdefault(target.id, {})[name] = value

    def _own_value(self, attribute: Attribute, thing: Thing, name: str, value: str) -> None:
        rule = self._rule(attribute)
        constant = (rule.constant if rule is not None else None) or ""
        if name == "name":
            thing.names.append(Name(value, constant))
            self._account.load(attribute)
            return
        try:
            thing.identifiers.append(identifiers.normalise(f"{constant}:{value}" if constant else value))
        except (AttestError, ValueError) as error:
            self._account.reject(attribute, str(error))
            return
        self._account.load(attribute)

    def _misplaced(self, annotation: Annotation, target: Annotation, wanted: str) -> None:
        """Reject what is on the wrong kind of thing, unless what it is on has gone anyway."""
        if self._gone(target):
            self._follow(annotation, target)
        else:
            self._account.reject(annotation, f"is about {target.id} ({target.label}), which is not {wanted}")

    def _gone(self, target: Annotation) -> bool:
        return self._account.is_rejected(target) or self._account.is_ignored(target)

    def _first_to_say(self, whom: int | str, name: str, value: str, annotation: Annotation) -> bool:
        said, by = self._set_by.setdefault((whom, name), (value, annotation))
        if said != value:
            self._account.reject(annotation, f"{name} {value} contradicts {by.title}, which says {said}")
        return said == value

    # -- normalisations and notes

    def _normalisation(self, normalisation: Normalisation) -> None:
        scheme = self._mapping.identifiers.get(normalisation.scheme)
        target = self.by_id[normalisation.target]
        thing = self.of(target.id)
        if scheme is None:
            self._unknown(normalisation, target, f"identifier scheme {normalisation.scheme}")
        elif scheme == IGNORE:
            self._account.ignore(normalisation, normalisation.scheme)
        elif not isinstance(thing, Thing):
            self._misplaced(normalisation, target, "a node")
        else:
            try:
                thing.identifiers.append(identifiers.normalise(f"{scheme}:{normalisation.value}"))
            except (AttestError, ValueError) as error:
                self._account.reject(normalisation, str(error))
                return
            if normalisation.text:
                thing.names.append(Name(normalisation.text))
            self._account.load(normalisation)

    def _is_note(self, attribute: Attribute) -> bool:
        """Whether an attribute is text that the mapping reads as a note, in tools that have none."""
        return attribute.label in self._mapping.notes and self._rule(attribute) is None

    def _note(self, note: Attribute | Note) -> None:
        use = self._mapping.notes.get(note.label)
        target = self.by_id[note.target]
        if use is None:
            self._unknown(note, target, f"note {note.label}")
            return
        if use == IGNORE:
            self._account.ignore(note, note.label)
            return
        if self._gone(target):
            self._follow(note, target)
            return
        meant = self.of(target.id)
        if use == "fields":
            self._fields(note, target, meant)
        if use == "values":
            value = values.noted(_text_of(note))
            if isinstance(meant, Value):
                self._value(note, meant, value)
            elif (date := values.date(value)) is not None and isinstance(meant, Thing):
                if self._first_to_say(id(meant), "date", date, note):
                    meant.date = date
            elif (
                date is not None
                and isinstance(target, Link)
                and self._first_to_say(target.id, "date", date, note)
            ):
                self.dates[target.id] = date
        if not isinstance(target, Link) and not self._account.settled(note):
            self._account.load(note)

    def _fields(self, note: Attribute | Note, target: Annotation, meant: Thing | Value | None) -> None:
        try:
            if isinstance(target, Link):
                self.fields.setdefault(target.id, {}).update(fields.of_claim(_text_of(note), self._text))
            elif isinstance(meant, Thing):
                meant.names += fields.of_thing(_text_of(note))
            else:
                self._misplaced(note, target, "a node, event or relation")
        except fields.FieldsError as error:
            self._account.reject(note, str(error))

    def _value(self, note: Attribute | Note, meant: Value, text: str) -> None:
        found = values.date(text) if meant.kind == "date" else values.quantity(text)
        if found is None:
            if values.looks_like_a_value(text):
                form = (
                    dates.EXPECTED
                    if meant.kind == "date"
                    else "expected 400, 400..600, >=400 or <=400, then a unit"
                )
                self._account.reject(note, f"{text[:60]!r} is no {meant.kind}: {form}")
            return
        if self._first_to_say(id(meant), meant.kind, str(found), note):
            if isinstance(found, str):
                meant.date = found
            else:
                meant.quantity = found


def _text_of(note: Attribute | Note) -> str:
    return note.text if isinstance(note, Note) else note.value or ""
