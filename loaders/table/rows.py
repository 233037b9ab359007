"""From the rows of one article to what they say: a row is a claim, its names are entities, its quote is the evidence.

A name is looked for in the row's quote; where the quote has another word for it ("they", "the group") the whole quote
stands as its mention. What a row leaves open about a name (its type, its identifiers) another row may say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NamedTuple, cast

from loaders import values
from loaders.native.quotes import QuotableText, QuoteError, whole_word
from ontology import dates, identifiers, names
from ontology.errors import AttestError
from ontology.models import (
    Basis,
    Certainty,
    Claim,
    DateValue,
    Entity,
    Fragment,
    Mention,
    Modality,
    Name,
    Polarity,
    Quantity,
)
from ontology.vocabulary import Ontology

MOST_SPEAKERS = 50
_LONGEST_NAME = 1000
_OTHER_WAYS = "add prefix, suffix or occurrence, or quote more"
_BETWEEN_QUOTES = "\n\n"

_CHOICES = {
    "polarity": ("affirmed", "denied"),
    "certainty": ("certain", "probable", "possible", "unstated"),
    "modality": ("actual", "pledged", "predicted", "hypothetical", "obliged"),
    "basis": ("stated", "implied"),
}
_YES = ("yes", "y", "true", "1", "x", "denied", "ended", "former")
_NO = ("", "no", "n", "false", "0")
_QUALIFIERS = {"place": "Place", "event": "Event", "about": "Actor"}
"""The columns of nodes that qualify a claim, with the type that their names have where no row says otherwise."""


class Unfit(Exception):
    """A row cannot be a claim; the message says why."""


class Who(NamedTuple):
    """An entity as a row names it; `type` and `codes` are empty where the row does not say."""

    name: str
    type: str
    codes: tuple[str, ...]


@dataclass(slots=True)
class Statement:
    """A row, its cells read and the text not yet looked at."""

    line: int
    id: str
    relation: str
    subject: Who
    object: Who | Quantity | DateValue
    quote: str
    voices: list[list[Who]]
    qualifiers: dict[str, Who]
    claim: Claim


class Terms:
    """The ontology's types and relations as people write them: by name, label or inverse label, in any case."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self._types: dict[str, str] = {}
        self._relations: dict[str, tuple[str, bool]] = {}
        for kind in ontology.types.values():
            for words in (kind.name, kind.label):
                self._types.setdefault(_plain(words), kind.name)
        for inverse in (False, True):
            for relation in ontology.relations.values():
                labels = (relation.inverse_label,) if inverse else (relation.name, relation.label)
                for words in labels:
                    self._relations.setdefault(_plain(words), (relation.name, inverse))

    def type(self, words: str, column: str) -> str:
        """The type that words name; raises Unfit with the nearest."""
        found = self._types.get(_plain(words))
        if found is None:
            raise Unfit(
                f"{column} {words[:60]!r} is not a type of the ontology{_nearest(words, self._types)}"
            )
        return found

    def relation(self, words: str) -> tuple[str, bool]:
        """The relation that words name, and whether they read from its object to its subject."""
        found = self._relations.get(_plain(words))
        if found is None:
            near = _nearest(words, {key: name for key, (name, _) in self._relations.items()})
            raise Unfit(f"{words[:60]!r} is not a relation of the ontology{near}")
        return found


@lru_cache(maxsize=4096)
def _plain(words: str) -> str:
    return "".join(c for c in words.casefold() if c.isalnum())


def _nearest(words: str, known: dict[str, str]) -> str:
    near = get_close_matches(_plain(words[:100]), known, 1, 0.5)
    return f"; nearest is {known[near[0]]!r}" if near else ""


# -- a row's cells ----------------------------------------------------------------------------------------------------


def statement(row: dict[str, str], line: int, terms: Terms) -> Statement:
    """What a row's cells say, by column; raises Unfit."""
    for column in ("relation", "quote"):
        if not row.get(column):
            raise Unfit(f"has no {column}")
    relation, inverse = terms.relation(row["relation"])
    ends = [_end(row, column, terms) for column in ("subject", "object")]
    if inverse:
        ends.reverse()
    subject, given = ends
    known = terms.ontology.relations[relation]
    if not subject.name:
        raise Unfit(f"has no {'object' if inverse else 'subject'}")
    object_, quantity = _object(row, given, known.range)
    denied, choices = _yes(row, "denied"), _choices(row)
    if denied and row.get("polarity") and choices["polarity"] != "denied":
        raise Unfit("is denied, but its polarity says affirmed")
    start, until = _times(row)
    return Statement(
        line,
        row.get("id", "") or f"row {line}",
        relation,
        subject,
        object_,
        row["quote"],
        _voices(row, terms),
        {c: Who(row[c], _type(row, c, terms), ()) for c in _QUALIFIERS if row.get(c)},
        Claim(
            id=row.get("id", "") or f"row {line}",
            subject="",
            relation=relation,
            object="",
            evidence=(),
            polarity="denied" if denied else cast(Polarity, choices["polarity"]),
            certainty=cast(Certainty, choices["certainty"]),
            modality=cast(Modality, choices["modality"]),
            basis=cast(Basis, choices["basis"]),
            start=start,
            until=until,
            ended=_yes(row, "ended"),
            said=_date(row["said"], "said") if row.get("said") else None,
            role=row.get("role", ""),
            quantity=quantity,
        ),
    )


def _end(row: dict[str, str], column: str, terms: Terms) -> Who:
    name = row.get(column, "")
    if len(name) > _LONGEST_NAME:
        raise Unfit(f"{column} has more than {_LONGEST_NAME:,} characters: it should be a name")
    return Who(name, _type(row, column, terms), _codes(row.get(f"{column}_id", ""), column))


def _type(row: dict[str, str], column: str, terms: Terms) -> str:
    words = row.get(f"{column}_type", "")
    return terms.type(words, f"{column}_type") if words else ""


def _codes(cell: str, column: str) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(identifiers.normalise(code) for code in _several(cell)))
    except (AttestError, ValueError) as error:
        raise Unfit(f"{column}_id: {error}") from None


def _several(cell: str) -> list[str]:
    return [one for one in (part.strip() for part in cell.split(";")) if one]


def _object(
    row: dict[str, str], given: Who, range: tuple[str, ...]
) -> tuple[Who | Quantity | DateValue, Quantity | None]:
    """The object of the claim, and the quantity that qualifies it where that is not the object."""
    quantity = _quantity(row)
    if "Quantity" in range and (not given.name or values.quantity(given.name)):
        if given.name and quantity:
            raise Unfit("has a quantity as object and another beside it; give one")
        found = quantity or values.quantity(given.name)
        if found is None:
            raise Unfit("has no object: give a quantity such as 400, 400..600 fighters or >=1000")
        return found, None
    if not given.name:
        raise Unfit("has no object")
    if "Date" in range and not given.type:
        return DateValue(_date(given.name, "object")), quantity
    return given, quantity


def _quantity(row: dict[str, str]) -> Quantity | None:
    words, low, high = (row.get(column, "") for column in ("quantity", "minimum", "maximum"))
    if not (words or low or high):
        return None
    if words and (low or high):
        raise Unfit("has a quantity beside a minimum or maximum; give one or the other")
    found = values.quantity(words or f"{low}..{high}")
    if found is None:
        raise Unfit(
            f"{words or f'{low}..{high}'!r} is no quantity: expected 400, 400..600 fighters or >=1000"
        )
    if row.get("unit") and not found.unit:
        found.unit = row["unit"]
    return found


def _yes(row: dict[str, str], column: str) -> bool:
    value = row.get(column, "").casefold()
    if value not in (*_YES, *_NO):
        raise Unfit(f"{column} is {value[:60]!r}; expected yes or no")
    return value in _YES


def _choices(row: dict[str, str]) -> dict[str, str]:
    chosen = {}
    for column, allowed in _CHOICES.items():
        value = row.get(column, "").casefold()
        if value and value not in allowed:
            raise Unfit(f"{column} is {value[:60]!r}; expected {', '.join(allowed)}")
        chosen[column] = value or {"certainty": "unstated"}.get(column, allowed[0])
    return chosen


def _times(row: dict[str, str]) -> tuple[str | None, str | None]:
    time, since, till = (row.get(column, "") for column in ("time", "from", "until"))
    if time:
        if since or till:
            raise Unfit("has a time beside from or until; give one or the other")
        return dates.split(_date(time, "time"))
    first, last = (_date(since, "from") if since else None), (_date(till, "until") if till else None)
    for column, date in (("from", first), ("until", last)):
        if date and "/" in date:
            raise Unfit(f"{column} is an interval ({date}); write it as time")
    if first and last and dates.parse(first).earliest > dates.parse(last).latest:
        raise Unfit(f"from {first} is after until {last}")
    return first, last


def _date(words: str, column: str) -> str:
    try:
        return dates.check(words)
    except ValueError as error:
        raise Unfit(f"{column}: {error}") from None


def _voices(row: dict[str, str], terms: Terms) -> list[list[Who]]:
    """The chains of speakers, one a claim: those who relay first, then one of the speakers."""
    relays = [Who(name, "", ()) for name in _several(row.get("relayed_by", ""))]
    speakers = _several(row.get("speaker", ""))
    if len(speakers) > MOST_SPEAKERS or len(relays) > MOST_SPEAKERS:
        raise Unfit(f"has more than {MOST_SPEAKERS} speakers")
    kind, codes = _type(row, "speaker", terms), _codes(row.get("speaker_id", ""), "speaker")
    if codes and len(speakers) != 1:
        raise Unfit("has a speaker_id, but not exactly one speaker")
    return [[*relays, Who(name, kind, codes)] for name in speakers] or [relays]


def types_given(row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The names of a row whose type it says, with the words for it."""
    for column in ("subject", "object", "speaker", *_QUALIFIERS):
        if words := row.get(f"{column}_type"):
            cell = row.get(column, "")
            for name in _several(cell) if column == "speaker" else [cell]:
                yield name, words


# -- the rows of one article -----------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Known:
    """What the rows of the article say of a name together."""

    types: set[str] = field(default_factory=set)
    codes: set[tuple[str, ...]] = field(default_factory=set)


class Rows:
    """Makes the entities and claims of an article of its statements, given its text.

    `elsewhere` gives the types that the table's other articles say a name has.
    """

    def __init__(
        self, terms: Terms, statements: Sequence[Statement], elsewhere: Callable[[str], set[str]]
    ) -> None:
        self._terms, self._elsewhere = terms, elsewhere
        self._known: dict[str, _Known] = {}
        self._entities: dict[Who, Entity] = {}
        self._mentions: dict[Who, dict[Mention, None]] = {}
        self.claims: list[Claim] = []
        for one in statements:
            for who in _everyone(one):
                known = self._known.setdefault(who.name, _Known())
                if who.type:
                    known.types.add(who.type)
                if who.codes:
                    known.codes.add(who.codes)

    def add(self, one: Statement, quote: Fragment) -> None:
        """The claims of a statement whose quote is there in the text; raises Unfit and adds nothing."""
        relation = self._terms.ontology.relations[one.relation]
        subject = self._settled(one.subject, relation.domain, "subject")
        object_ = one.object
        kind = "Date" if isinstance(object_, DateValue) else "Quantity"
        if isinstance(object_, Who):
            object_ = self._settled(object_, relation.range, "object")
            kind = object_.type
            if object_ == subject:
                raise Unfit(f"its subject and object are both {subject.name[:60]!r}")
        if reason := self._terms.ontology.accepts(one.relation, subject.type, kind):
            raise Unfit(reason)
        qualifiers = {c: self._qualifier(c, who) for c, who in one.qualifiers.items()}
        chains = [[self._settled(who, ("Actor",), "speaker") for who in chain] for chain in one.voices]
        # Nothing is wrong with it: only now do its names become entities.
        ends = [subject, *([object_] if isinstance(object_, Who) else [])]
        for who in (*ends, *qualifiers.values(), *(who for chain in chains for who in chain)):
            self._mention(who, quote)
        nodes: dict[str, Any] = {column: self._entities[who].id for column, who in qualifiers.items()}
        arguments = tuple(dict.fromkeys(self._place(who, quote) for who in ends))
        for number, chain in enumerate(chains, 1):
            self.claims.append(
                replace(
                    one.claim,
                    id=one.id if len(chains) == 1 else f"{one.id}.{number}",
                    subject=self._entities[subject].id,
                    object=self._entities[object_].id if isinstance(object_, Who) else object_,
                    evidence=(quote,),
                    arguments=arguments,
                    speakers=tuple(self._entities[who].id for who in chain),
                    **nodes,
                )
            )

    def entities(self) -> list[Entity]:
        """The entities that claims use, in reading order."""
        for who, entity in self._entities.items():
            entity.mentions = tuple(sorted(self._mentions[who]))
        return sorted(self._entities.values(), key=lambda e: (e.mentions[0].fragments[0][:2], int(e.id[1:])))

    def _settled(self, who: Who, allowed: tuple[str, ...], column: str) -> Who:
        """Who is meant, its type and identifiers those that other rows say, where they agree."""
        known = self._known[who.name]
        codes = who.codes or (next(iter(known.codes)) if len(known.codes) == 1 else ())
        if who.type:
            return Who(who.name, who.type, codes)
        for types in (known.types, () if known.types else self._elsewhere(who.name)):
            fitting = [t for t in types if any(self._terms.ontology.is_a(t, one) for one in allowed)]
            if len(fitting) == 1:
                return Who(who.name, fitting[0], codes)
        if "Actor" in allowed or len(allowed) == 1:
            return Who(who.name, "Actor" if "Actor" in allowed else allowed[0], codes)
        raise Unfit(f"its {column} may be {' or '.join(allowed)}: say which in {column}_type")

    def _qualifier(self, column: str, who: Who) -> Who:
        settled = self._settled(who, (_QUALIFIERS[column],), column)
        if column != "about" and not self._terms.ontology.is_a(settled.type, _QUALIFIERS[column]):
            raise Unfit(f"{column} {who.name[:60]!r} is {settled.type}, which is no {_QUALIFIERS[column]}")
        return settled

    def _place(self, who: Who, quote: Fragment) -> Mention:
        """The name in the quote, as whole words; else all of the quote."""
        start = quote.exact.find(who.name)
        while start >= 0:
            end = start + len(who.name)
            if whole_word(quote.exact, start, end):
                return Mention((Fragment(quote.start + start, quote.start + end, who.name),))
            start = quote.exact.find(who.name, start + 1)
        return Mention((quote,))

    def _mention(self, who: Who, quote: Fragment) -> None:
        if who not in self._entities:
            # A description ("an aide to the minister") names nobody: it is not to meet its like of other articles.
            nameless = not who.codes and _is_description(who.name)
            self._entities[who] = Entity(
                f"e{len(self._entities) + 1}",
                who.type,
                (),
                (Name(who.name),),
                who.codes,
                False if nameless else None,
            )
        self._mentions.setdefault(who, {})[self._place(who, quote)] = None


def _is_description(name: str) -> bool:
    """Whether words in a script with case are no name by their capitals."""
    return any(c.isupper() or c.islower() for c in name) and not names.is_named(name)


def _everyone(one: Statement) -> Iterable[Who]:
    yield one.subject
    if isinstance(one.object, Who):
        yield one.object
    yield from one.qualifiers.values()
    for chain in one.voices:
        yield from chain


def place_quotes(quotes: Iterable[str], text: str | None) -> tuple[str, dict[str, Fragment | str]]:
    """The article's text, and where in it each quote is, or why it is nowhere.

    Without a text of its own an article's text is its quotes, each once, a paragraph each.
    """
    found: dict[str, Fragment | str] = {}
    if text is not None:
        quotable = QuotableText(text)
        for quote in dict.fromkeys(quotes):
            try:
                found[quote] = quotable.find(quote)
            except QuoteError as error:
                # A table has no columns for the other ways to tell places apart.
                found[quote] = str(error).replace(_OTHER_WAYS, "quote more of it")
        return text, found
    position = 0
    for quote in dict.fromkeys(quotes):
        found[quote] = Fragment(position, position + len(quote), quote)
        position += len(quote) + len(_BETWEEN_QUOTES)
    return _BETWEEN_QUOTES.join(found), found
