"""From links (events and relations) to claims: who says that what stands in which relation to what, when and where.

Links are read in two passes. Reports first, outermost to innermost: a report ("X said that …") makes no claim, it lends
its speaker to what it reports. Then every other link, its arguments before itself, since an event may be a node that
another names. Whatever is embedded in something the mapping does not know is rejected with it: a claim that is really
"X denies that …" must not come out as a claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from loaders.mapping_schema import IGNORE, SPEECH_ROLES, LinkRule, Mapping, RoleRelation
from loaders.meanings import Thing, Value, reading_order
from loaders.source import Account, Link, SourceDocument, Span, arguments_first
from loaders.things import Things
from ontology import dates
from ontology.models import Claim, DateValue, Fragment, Mention, Quantity

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

MOST_CLAIMS = 256
"""A link whose roles would combine to more claims than this is rejected: no annotator meant that."""

LONGEST_CHAIN = 20
"""How many speakers a claim may come through."""


class Filler(NamedTuple):
    """What fills a role: a thing or a value, and the words that the annotation points at."""

    meant: Thing | Value
    mention: Mention
    handle: str

    @property
    def thing(self) -> Thing:
        """The thing; the caller has made sure that it is one."""
        assert isinstance(self.meant, Thing)
        return self.meant


class Voice(NamedTuple):
    """Who reports something: the chain of speakers, outermost first, and when the innermost said it."""

    chain: tuple[Filler, ...] = ()
    said: Filler | None = None


class Statement(NamedTuple):
    """Subject, relation, object, before anything is known of who says so."""

    subject: Filler
    relation: str
    object: Filler


@dataclass(slots=True)
class Roles:
    """A link's arguments by what they mean."""

    fillers: dict[str, list[Filler]] = field(default_factory=dict)
    own_claims: list[tuple[RoleRelation, Filler]] = field(default_factory=list)
    contents: list[Link] = field(default_factory=list)

    def __getitem__(self, meaning: str) -> list[Filler]:
        return self.fillers.get(meaning, [])

    def choices(self, meaning: str) -> Sequence[Filler | None]:
        """What to go through for a qualifier: each filler in turn, or once without any."""
        return self.fillers.get(meaning) or (None,)


class _Unfit(Exception):
    """A link cannot be loaded, for this reason."""


class ClaimMaker:
    """Makes the claims of one document."""

    def __init__(
        self, mapping: Mapping, document: SourceDocument, ontology: Ontology, things: Things, account: Account
    ) -> None:
        self._mapping = mapping
        self._document = document
        self._ontology = ontology
        self._things = things
        self._account = account
        self._nodes: dict[int, Filler] = {}
        self._voices: dict[int, list[Voice]] = {}
        self._blocked: dict[int, str] = {}
        self._contents: dict[int, list[Link]] = {}

    def claims(self) -> list[Claim]:
        """Every claim, in the order in which the document has its links; what became of each link is in the account."""
        made: dict[int, list[Claim]] = {}
        order = arguments_first(self._document.links)
        for link in reversed(order):
            self._read_outside(link)
        for link in order:
            if not self._account.settled(link):
                try:
                    made[id(link)] = self._read_inside(link)
                except _Unfit as error:
                    self._account.reject(link, str(error))
        self._settle_triggers()
        return [claim for link in self._document.links for claim in made.get(id(link), ())]

    def _settle_triggers(self) -> None:
        by_trigger: dict[str, list[Link]] = {}
        for link in self._document.links:
            if link.trigger is not None:
                by_trigger.setdefault(link.trigger, []).append(link)
        for trigger, links in by_trigger.items():
            span = self._things.by_id[trigger]
            ignored = [link for link in links if self._account.is_ignored(link)]
            if any(self._account.is_loaded(link) for link in links):
                self._account.load(span)
            elif len(ignored) == len(links):
                self._account.ignore(span, ignored[0].label)
            else:
                lost = next(link for link in links if self._account.is_rejected(link))
                self._account.reject(span, f"is the trigger of {lost.title}, which was rejected")

    # -- first pass: who reports what

    def _read_outside(self, link: Link) -> None:
        rule = self._mapping.links.get(link.label)
        if rule is None:
            self._account.reject(link, self._things.unmapped(f"label {link.label}"))
            if link.trigger is not None:  # a bare relation between events ("before") says neither of them
                self._block(link, f"is part of {link.title}, whose label {link.label} is not in the mapping")
        elif rule.ignore:
            self._account.ignore(link, link.label)
        elif rule.speech:
            try:
                self._report(link, rule)
            except _Unfit as error:
                self._account.reject(link, str(error))
                self._block(link, f"is reported by {link.title}, which was rejected")

    def _block(self, link: Link, reason: str) -> None:
        """Keep what `link` is made of from being claimed without it."""
        for argument in link.arguments:
            target = self._things.by_id[argument.target]
            if isinstance(target, Link):
                self._blocked.setdefault(id(target), reason)

    def _report(self, link: Link, rule: LinkRule) -> None:
        if id(link) in self._blocked:
            raise _Unfit(self._blocked[id(link)])
        roles = self._roles(link, rule)
        if not roles.contents:
            raise _Unfit("reports nothing: no role gives its content")
        if not roles["speaker"] and not roles["relayed_by"]:
            # Without one, what "is said" would come out as what the article itself says.
            raise _Unfit("is reported by nobody: no role gives its speaker")
        relays, speakers = roles.choices("relayed_by"), roles.choices("speaker")
        said = next(iter([*roles["said"], *roles["time"]]), None)
        outside = self._voices.get(id(link), [Voice()])
        if len(outside) * len(relays) * len(speakers) > MOST_CLAIMS:
            raise _Unfit(f"has more than {MOST_CLAIMS} speakers")
        voices = [
            Voice((*outer.chain, *(f for f in (relay, speaker) if f is not None)), said or outer.said)
            for outer in outside
            for relay in relays
            for speaker in speakers
        ]
        if any(len(voice.chain) > LONGEST_CHAIN for voice in voices):
            raise _Unfit(f"is passed on by more than {LONGEST_CHAIN} speakers")
        self._contents[id(link)] = roles.contents
        for content in roles.contents:
            known = self._voices.setdefault(id(content), [])
            known += voices
            if len(known) > MOST_CLAIMS:
                raise _Unfit(f"gives {content.title} more than {MOST_CLAIMS} speakers")

    # -- second pass: what is claimed

    def _read_inside(self, link: Link) -> list[Claim]:
        if id(link) in self._blocked:
            raise _Unfit(self._blocked[id(link)])
        rule = self._mapping.links[link.label]
        if rule.speech:
            self._settle_report(link)
            return []
        roles = self._roles(link, rule)
        statements = self._statements(link, rule, roles)
        for statement in statements:
            self._check(statement)
        made = self._combine(link, rule, roles, statements)
        if rule.type is not None:
            self._node(link, rule.type)
        self._account.load(link)
        return made

    def _settle_report(self, link: Link) -> None:
        contents = self._contents[id(link)]
        if any(self._account.is_loaded(content) for content in contents):
            self._account.load(link)
        elif all(self._account.is_ignored(content) for content in contents):
            self._account.ignore(link, contents[0].label)
        else:
            lost = next(content for content in contents if not self._account.is_ignored(content))
            raise _Unfit(f"reports {lost.title}, which was rejected")

    def _roles(self, link: Link, rule: LinkRule) -> Roles:
        roles = Roles()
        for argument in link.arguments:
            meaning = self._mapping.role(rule, argument.role)
            if meaning is None:
                raise _Unfit(self._things.unmapped(f"role {argument.role} of label {link.label}"))
            if meaning == IGNORE:
                continue
            target = self._things.by_id[argument.target]
            if rule.speech and meaning not in SPEECH_ROLES:
                raise _Unfit(f"role {argument.role} ({meaning}) has no place in a report")
            if meaning == "content":
                if not rule.speech or not isinstance(target, Link):
                    raise _Unfit(
                        f"role {argument.role}: only a report has content, and only events are content"
                    )
                roles.contents.append(target)
                continue
            filler = self._filler(argument.role, argument.target)
            if isinstance(meaning, RoleRelation):
                roles.own_claims.append((meaning, filler))
            else:
                self._check_filler(argument.role, meaning, filler)
                roles.fillers.setdefault(meaning, []).append(filler)
        return roles

    def _filler(self, role: str, handle: str) -> Filler:
        target = self._things.by_id[handle]
        if self._account.is_rejected(target):
            raise _Unfit(f"refers to {target.title}, which was rejected")
        if self._account.is_ignored(target):
            raise _Unfit(
                f"role {role} is {handle}, whose label {target.label} is ignored: ignore the role too"
            )
        if isinstance(target, Link):
            rule = self._mapping.links.get(target.label)
            if rule is None or rule.type is None:
                raise _Unfit(f"role {role} is {handle}, but the mapping gives {target.label} no type of node")
            return self._node(target, rule.type)
        meant = self._things.of(handle)
        if meant is None or not isinstance(target, Span):
            raise _Unfit(f"role {role} is {handle} ({target.label}), the trigger of an event: name the event")
        return Filler(meant, target.mention, handle)

    def _node(self, link: Link, type: str) -> Filler:
        """The event as a node, whose mention is its trigger."""
        if id(link) not in self._nodes:
            mention = Mention(self._own_words(link))
            thing = Thing(link.id, type, [mention], date=self._things.dates.get(link.id))
            self._things.add(thing)
            self._nodes[id(link)] = Filler(thing, mention, link.id)
        return self._nodes[id(link)]

    def _own_words(self, link: Link) -> tuple[Fragment, ...]:
        """A link's trigger or its own words, else the words of its arguments, in reading order."""
        if link.words:
            return link.words
        if link.trigger is not None:
            trigger = self._things.by_id[link.trigger]
            assert isinstance(trigger, Span)
            if any(start < end for start, end, _ in trigger.fragments):
                return trigger.fragments
        targets = [self._things.by_id[argument.target] for argument in link.arguments]
        triggers = (
            self._things.by_id[t.trigger] for t in targets if isinstance(t, Link) and t.trigger is not None
        )
        words = _in_order(span.mention for span in (*targets, *triggers) if isinstance(span, Span))
        if not words:
            raise _Unfit(f"{link.title} has no words of its own in the text")
        return words

    def _check_filler(self, role: str, meaning: str, filler: Filler) -> None:
        meant = filler.meant
        is_value = isinstance(meant, Value)
        wrong: str | None = None
        if meaning in ("time", "from", "until", "said"):
            if isinstance(meant, Value) and meant.kind != "date":
                wrong = "a quantity, not a date"
            elif isinstance(meant, Thing) and meant.date is None:
                wrong = f"{meant.type} without a noted date, not a date"
        elif meaning == "quantity":
            if not isinstance(meant, Value) or meant.kind != "quantity":
                wrong = "not a quantity"
            elif meant.quantity is None:
                wrong = _no_value(meant)
        elif meaning in ("object", "ended", "role"):
            pass
        elif is_value:
            wrong = "a value, not a node"
        elif meaning == "place" and not self._ontology.is_a(filler.thing.type, "Place"):
            wrong = f"of type {filler.thing.type}, not a Place"
        elif meaning == "event" and not self._ontology.is_a(filler.thing.type, "Event"):
            wrong = f"of type {filler.thing.type}, not an Event"
        if wrong:
            raise _Unfit(f"role {role}: {filler.handle} is {wrong}")

    def _statements(self, link: Link, rule: LinkRule, roles: Roles) -> list[Statement]:
        statements = []
        for own, filler in roles.own_claims:
            node = self._node_ahead(link, rule)
            ends = (filler, node) if own.filler == "subject" else (node, filler)
            statements.append(Statement(ends[0], own.relation, ends[1]))
        if rule.relation is None:
            if stray := sorted({"subject", "object", "party"} & roles.fillers.keys()):
                raise _Unfit(f"label {link.label} has no relation for its {' and '.join(stray)}")
            if not statements and (stray := sorted(roles.fillers)):
                raise _Unfit(f"label {link.label} makes no claim for its {' and '.join(stray)} to qualify")
            return statements
        subjects, objects, parties = roles["subject"], roles["object"], roles["party"]
        if parties and (subjects or objects):
            raise _Unfit("has both parties and a subject or object")
        if len(parties) ** 2 + len(subjects) * len(objects) > 2 * MOST_CLAIMS:
            raise _Unfit(f"would make more than {MOST_CLAIMS} claims")
        pairs = list(combinations(parties, 2)) if parties else list(product(subjects, objects))
        if not pairs:
            missing = "a second party" if parties else "a subject" if not subjects else "an object"
            raise _Unfit(f"has no role that gives {missing}")
        for first, second in pairs:
            ends = (second, first) if rule.inverse else (first, second)
            statements.append(Statement(ends[0], rule.relation, ends[1]))
        return statements

    def _node_ahead(self, link: Link, rule: LinkRule) -> Filler:
        """The event as the node it will be if the link can be loaded."""
        assert rule.type is not None
        if id(link) in self._nodes:
            return self._nodes[id(link)]
        mention = Mention(self._own_words(link))
        return Filler(Thing(link.id, rule.type, [mention]), mention, link.id)

    def _check(self, statement: Statement) -> None:
        subject, relation, object = statement
        if isinstance(subject.meant, Value):
            raise _Unfit(f"the subject {subject.handle} is a value, not a node")
        if isinstance(object.meant, Value):
            kind = "Quantity" if object.meant.kind == "quantity" else "Date"
            if object.meant.quantity is None and object.meant.date is None:
                raise _Unfit(f"the object {object.handle} is {_no_value(object.meant)}")
        else:
            kind = object.meant.type
            if object.meant is subject.meant:
                raise _Unfit(f"its subject {subject.handle} and object {object.handle} are one and the same")
        if reason := self._ontology.accepts(relation, subject.meant.type, kind):
            raise _Unfit(reason)

    def _combine(self, link: Link, rule: LinkRule, roles: Roles, statements: list[Statement]) -> list[Claim]:
        """One claim for each way of choosing one filler for each role."""
        voices = self._voices.get(id(link), [Voice()])
        qualifiers = ("relayed_by", "speaker", "time", "from", "until", "ended", "said", "place", "event",
                      "about", "instrument", "role", "quantity")  # fmt: skip
        choices = [roles.choices(qualifier) for qualifier in qualifiers]
        if len(statements) * len(voices) * prod(map(len, choices)) > MOST_CLAIMS:
            raise _Unfit(f"would make more than {MOST_CLAIMS} claims")
        made = [
            self._claim(link, rule, statement, voice, dict(zip(qualifiers, chosen, strict=True)))
            for statement, voice in product(statements, voices)
            for chosen in product(*choices)
        ]
        noted = self._things.fields.get(link.id, {})
        for number, claim in enumerate(made, 1):
            for name, value in noted.items():
                setattr(claim, name, value)
            if (
                claim.start
                and claim.until
                and dates.parse(claim.start).earliest > dates.parse(claim.until).latest
            ):
                raise _Unfit(f"would have started ({claim.start}) after it ended ({claim.until})")
            claim.id = link.id if len(made) == 1 else f"{link.id}.{number}"
        return made

    def _claim(
        self, link: Link, rule: LinkRule, statement: Statement, voice: Voice, chosen: dict[str, Filler | None]
    ) -> Claim:
        chain = (*voice.chain, *(f for f in (chosen["relayed_by"], chosen["speaker"]) if f is not None))
        pointed_at = [
            statement.subject,
            statement.object,
            *chain,
            *(f for f in chosen.values() if f is not None),
        ]
        mentions = tuple(dict.fromkeys(f.mention for f in sorted(pointed_at, key=_place_in_text)))
        trigger = self._own_words(link) if link.trigger is not None or link.words else None
        time = self._time(link, rule, statement, voice, chosen)
        settings: dict[str, Any] = {**rule.constants, **self._things.settings.get(link.id, {})}
        ended = settings.pop("ended", None)
        if ended is not None:
            time["ended"] = ended == "true"
        elif trigger is not None and rule.ended_if is not None:
            time["ended"] |= rule.ended_if.search(" ".join(f.exact for f in trigger)) is not None

        def node(meaning: str) -> str | None:
            filler = chosen[meaning]
            return filler.thing.id if filler is not None else None

        role, quantity = chosen["role"], chosen["quantity"]
        for filler in (statement.object, quantity):
            if filler is not None and isinstance(filler.meant, Value):
                filler.meant.used = True
        return Claim(
            id=link.id,
            subject=statement.subject.thing.id,
            relation=statement.relation,
            object=_object(statement.object.meant),
            evidence=trigger or _in_order(mentions),
            arguments=mentions,
            speakers=tuple(f.thing.id for f in chain),
            place=node("place"),
            event=node("event"),
            about=node("about"),
            instrument=node("instrument"),
            role=role.mention.words if role is not None else "",
            quantity=quantity.meant.quantity if quantity and isinstance(quantity.meant, Value) else None,
            **time,
            **settings,
        )

    def _time(
        self, link: Link, rule: LinkRule, statement: Statement, voice: Voice, chosen: dict[str, Filler | None]
    ) -> dict[str, Any]:
        """When it held and when it was said, as fields of a claim."""
        start = until = None
        time, since, till, over = (chosen[meaning] for meaning in ("time", "from", "until", "ended"))
        overall = _date(time) or self._things.dates.get(link.id) or self._borrowed(rule, statement, chosen)
        if overall:
            start, until = dates.split(overall)
        if date := _date(since):
            start = dates.split(date)[0]
        if date := _date(till) or _date(over):
            until = dates.split(date)[1]
        if start and until and dates.parse(start).earliest > dates.parse(until).latest:
            raise _Unfit(f"would have started ({start}) after it ended ({until})")
        words = [f.mention.words for f in (time, since, till) if f is not None]
        said = chosen["said"] or voice.said
        for filler in (time, since, till, over, said):
            if filler is not None:
                filler.meant.used = True
        if said is not None and _date(said) is None:
            reason = f"{said.mention.words!r} has no date, so when it was said is not known"
            self._account.remarks.append(f"{link.file}:{link.line}: {link.title}: {reason}")
        return {
            "start": start,
            "until": until,
            "ended": over is not None,
            "said": _date(said),
            "words": "; ".join(dict.fromkeys(words)),
        }

    def _borrowed(self, rule: LinkRule, statement: Statement, chosen: dict[str, Filler | None]) -> str | None:
        """The date of an event that the claim is about, where the mapping says that it is the claim's too."""
        lenders = {"subject": statement.subject, "object": statement.object, "event": chosen["event"]}
        lender = lenders.get(rule.time_from or "")
        if lender is None or not isinstance(lender.meant, Thing):
            return None
        lender.meant.used = True
        return lender.meant.date


def _date(filler: Filler | None) -> str | None:
    return filler.meant.date if filler is not None else None


def _object(meant: Thing | Value) -> str | Quantity | DateValue:
    if isinstance(meant, Thing):
        return meant.id
    if meant.quantity is not None:
        return meant.quantity
    assert meant.date is not None
    return DateValue(meant.date)


def _no_value(value: Value) -> str:
    form = "400..600 fighters" if value.kind == "quantity" else "2020-10"
    return f"a {value.kind} without value: give it a note such as `{form}`"


def _place_in_text(filler: Filler) -> tuple[Fragment, ...]:
    return reading_order(filler.mention)


def _in_order(mentions: Iterable[Mention]) -> tuple[Fragment, ...]:
    return tuple(sorted({fragment for mention in mentions for fragment in mention.fragments}))
