"""Made-up annotated articles for measuring, the same for the same seed.

    python -m benchmarks.generator 2000 > articles.jsonl

Each line is one document of the native format: about 2,500 characters of text, 8 claims, 12 mentions of 8
entities. Actors are drawn by Zipf's law from a pool that grows with the corpus (Heaps' law): one is in two
articles of five, most are in hardly any. Claims are made in the article's own voice, by named and by unnamed
speakers, and at second hand; they are denied, hedged, undated, dated to a day, a season, a decade or
an open interval, and some say where. A third of the actors carry an identifier.

Article k is made from the seed and k alone, so any one can be had without the others, also as revised later.
"""

from __future__ import annotations

import argparse
import json
import sys
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

SYLLABLES = [c + v for c in "bdfghklmnprstvyz" for v in "aeiou"]
# Coprime to the number of words, so that the n-th word is never the m-th.
STRIDE = 190_417
PLACES = 400
MONTHS = "January February March April May June July August September October November December".split()

PEOPLE = frozenset({"Person", "Official"})
# Type, how a name of it is made, and how many in a hundred actors are of it.
KINDS = [
    ("ArmedGroup", "{} Front", 12),
    ("ArmedGroup", "{} Brigade", 8),
    ("SecurityForce", "{} Border Guard", 6),
    ("IntelligenceAgency", "{} Security Directorate", 3),
    ("Government", "{} Transitional Council", 4),
    ("PoliticalParty", "{} Unity Party", 6),
    ("Company", "{} Mining Company", 5),
    ("IntergovernmentalOrganization", "{} Monitoring Mission", 2),
    ("State", "Republic of {}", 4),
    ("Official", "Governor {1} {0}", 10),
    ("Official", "Colonel {1} {0}", 10),
    ("Person", "{1} {0}", 30),
]
UNNAMED = [
    ("Official", "senior security official"),
    ("Official", "provincial official"),
    ("Official", "former minister"),
    ("Person", "aid worker"),
    ("Person", "village elder"),
    ("Group", "group of local residents"),
]
PRESS = [
    ("MediaOrganization", f"{name} Courier") for name in ("Borrin", "Tessaly", "Ostmark", "Velden", "Karsk")
]
AGENCIES = ["Halden Press Agency", "Corvane Newswire", "Northern Dispatch"]


class Verb(NamedTuple):
    """A relation of the ontology in the words that state it.

    `ends` says what it is between: a any actor, g a group, p a person, l a place, q a quantity.
    """

    relation: str
    words: str
    ends: str


VERBS = [
    Verb("trained", "trained fighters of", "ag"),
    Verb("funded", "sent money to", "aa"),
    Verb("armed", "supplied weapons to", "ag"),
    Verb("advised", "advised", "aa"),
    Verb("supported", "supported", "aa"),
    Verb("attacked", "attacked", "aa"),
    Verb("criticised", "criticised", "aa"),
    Verb("metWith", "met with", "aa"),
    Verb("negotiatedWith", "held talks with", "aa"),
    Verb("killed", "killed", "ap"),
    Verb("alliedWith", "is allied with", "aa"),
    Verb("linkedTo", "has ties with", "aa"),
    Verb("hostileTo", "is hostile to", "aa"),
    Verb("memberOf", "is a member of", "pg"),
    Verb("leads", "leads", "pg"),
    Verb("operatesIn", "operates in", "al"),
    Verb("controls", "controls", "gl"),
    Verb("hasStrength", "has", "gq"),
]
FILLERS = [
    "Roads into the district were closed for {} hours.",
    "Prices in the market rose by {} percent within a week.",
    "About {} families had left their homes by evening.",
    "Schools will stay shut for another {} days.",
    "The river crossing reopened after {} days of rain.",
    "Shops along the main street closed early, and buses ran {} minutes late.",
    "Power was out in {} villages.",
    "A convoy of {} trucks waited at the checkpoint until dusk.",
    "Harvest in the valley was down by {} percent on the year before.",
    "The clinic treated {} people, most of them for minor injuries.",
]


class Actor(NamedTuple):
    """Someone of the invented world: type, name, and an identifier where a reference list would know them."""

    type: str
    name: str
    identifier: str = ""


@dataclass(frozen=True)
class Corpus:
    """So many articles about one invented world; `article(k)` is its k-th, counted from 0."""

    articles: int
    seed: int = 1
    _actors: dict[int, Actor] = field(default_factory=dict, repr=False, compare=False)
    _zipf: list[float] = field(default_factory=list, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._zipf.extend(accumulate(1 / rank for rank in range(1, max(self.pool, PLACES) + 1)))

    @property
    def pool(self) -> int:
        """How many actors there are to draw from."""
        return 20 + int(30 * max(self.articles, 0) ** 0.65)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self.article(k) for k in range(self.articles))

    def article(self, k: int, revision: int = 0) -> dict[str, Any]:
        """The k-th article as a native document; a later revision says something else in its last claim."""
        return _Draft(self, k, revision).document()

    def actor(self, rank: int) -> Actor:
        """The actor spoken of rank-th most often, from 0."""
        if rank not in self._actors:
            rng = Random(f"{self.seed} actor {rank}")
            kind, pattern, _ = rng.choices(KINDS, [weight for *_, weight in KINDS])[0]
            name = pattern.format(
                _word(rank, self.seed), rng.choice(SYLLABLES).title() + rng.choice(SYLLABLES)
            )
            identifier = f"wikidata:Q{900_000_000 + rank}" if rng.random() < 0.33 else ""
            self._actors[rank] = Actor(kind, name, identifier)
        return self._actors[rank]

    def draw(self, rng: Random) -> Actor:
        """An actor, the most notorious most often."""
        return self.actor(bisect(self._zipf, rng.random() * self._zipf[self.pool - 1]))

    def place(self, rng: Random) -> Actor:
        """A place, the one most in the news most often."""
        return Actor(
            "Place", _word(-1 - bisect(self._zipf, rng.random() * self._zipf[PLACES - 1]), self.seed)
        )


class _Draft:
    """One article being written: who is in it, and sentence by sentence what is said."""

    def __init__(self, corpus: Corpus, k: int, revision: int) -> None:
        self.corpus, self.k, self.revision = corpus, k, revision
        self.rng = rng = Random(f"{corpus.seed} article {k}")
        self.published = date(2005, 1, 1) + timedelta(days=rng.randrange(7_800))
        self.cast: list[Actor] = []
        wanted = min(rng.randint(4, 7), corpus.pool)
        while len(self.cast) < wanted or not self._people() or not self._groups():
            actor = corpus.draw(rng)
            if actor not in self.cast:
                self.cast.append(actor)
        self.places = [corpus.place(rng), corpus.place(rng)]
        self.unnamed = [Actor(*description) for description in rng.sample(UNNAMED, rng.choice((0, 1, 1, 2)))]
        self.press = Actor(*rng.choice(PRESS))
        self.handles: dict[Actor, str] = {}
        self.claims: list[dict[str, Any]] = []
        self.sentences: list[str] = []

    def _people(self) -> list[Actor]:
        return [actor for actor in self.cast if actor.type in PEOPLE]

    def _groups(self) -> list[Actor]:
        return [actor for actor in self.cast if actor.type not in PEOPLE]

    def document(self) -> dict[str, Any]:
        """The article as a native document: sentences that claim something among others that fill it."""
        claims = self.rng.randint(6, 10)
        for number in range(1, claims + 1):
            if self.revision and number == claims:
                self.rng = Random(f"{self.corpus.seed} article {self.k} revision {self.revision}")
            while not self._claim():
                pass
        # Drawn apart, so that a revision leaves the rest of the article as it was.
        rng = Random(f"{self.corpus.seed} article {self.k} layout")
        length = rng.gauss(2_500, 250)
        # Never first or last: an article opens and closes with something that is claimed.
        written = sum(len(sentence) + 1 for sentence in self.sentences)
        while written < length:
            filler = rng.choice(FILLERS).format(rng.randint(2, 400))
            self.sentences.insert(rng.randrange(1, len(self.sentences)), filler)
            written += len(filler) + 1
        text = (
            "\n\n".join(" ".join(self.sentences[at : at + 4]) for at in range(0, len(self.sentences), 4))
            + "\n"
        )
        title = f"{self.cast[0].name} and {self.cast[1].name}: what is known"
        head = {
            "id": f"made-up-{self.corpus.seed}-{self.k}",
            "title": title,
            "publisher": self.press.name,
            "published": self.published.isoformat(),
            "url": f"https://news.example/{self.corpus.seed}/{self.k}",
            "language": "en",
        }
        if self.k % 3 == 0:
            head["origin"] = AGENCIES[self.k // 3 % len(AGENCIES)]
        return {
            "attest": 1,
            "article": head,
            "text": text,
            "annotator": "generator",
            "entities": {handle: _entity(actor, text, rng) for actor, handle in self.handles.items()},
            "claims": self.claims,
        }

    def _claim(self) -> bool:
        """Add a sentence that claims something; False where its words would stand in the text twice."""
        rng = self.rng
        verb = rng.choice(VERBS)
        subject = target = self._end(verb.ends[0])
        amount: dict[str, Any] = {}
        if verb.ends[1] == "q":
            words, amount = self._amount()
        else:
            while target == subject:
                subject, target = self._end(verb.ends[0]), self._end(verb.ends[1])
            words = _the(target)
        place = rng.choice(self.places) if verb.ends[1] != "l" and rng.random() < 0.25 else None
        where = f" in {place.name}" if place else ""
        when, dates = self._time()
        quote = f"{subject.name} {verb.words} {words}{where}{when}"
        if any(quote in claim["quote"] or claim["quote"] in quote for claim in self.claims):
            return False
        speakers = self._speakers(subject)
        polarity = "denied" if rng.random() < 0.1 else "affirmed"
        certainty = rng.choices(("unstated", "probable", "possible", "certain"), (74, 10, 10, 6))[0]
        claim: dict[str, Any] = {
            "subject": self._handle(subject),
            "relation": verb.relation,
            "object": amount or self._handle(target),
            "quote": quote,
            **dates,
        }
        if place:
            claim["place"] = self._handle(place)
        if speakers:
            claim["speakers"] = [self._handle(speaker) for speaker in speakers]
            if rng.random() < 0.4:
                claim["said"] = (self.published - timedelta(days=rng.randrange(5))).isoformat()
        if polarity != "affirmed":
            claim["polarity"] = polarity
        if certainty != "unstated":
            claim["certainty"] = certainty
        self.claims.append(claim)
        sentence = (
            _opening(speakers, polarity, certainty) + _the(subject) + quote.removeprefix(subject.name) + "."
        )
        self.sentences.append(sentence[0].upper() + sentence[1:])
        return True

    def _end(self, kind: str) -> Actor:
        choices = {"a": self.cast, "g": self._groups(), "p": self._people(), "l": self.places}[kind]
        return self.rng.choice(choices)

    def _speakers(self, subject: Actor) -> list[Actor]:
        rng = self.rng
        if rng.random() < 0.35:
            return []
        named = [person for person in self._people() if person != subject]
        speaker = rng.choice(
            self.unnamed if self.unnamed and (not named or rng.random() < 0.4) else named or [self.press]
        )
        return [self.press, speaker] if speaker != self.press and rng.random() < 0.1 else [speaker]

    def _amount(self) -> tuple[str, dict[str, Any]]:
        low = self.rng.randint(1, 50) * 100
        if self.rng.random() < 0.5:
            return f"at least {low:,} fighters", {"minimum": low, "unit": "fighters"}
        high = low + self.rng.randint(1, 30) * 100
        return f"{low:,} to {high:,} fighters", {"minimum": low, "maximum": high, "unit": "fighters"}

    def _time(self) -> tuple[str, dict[str, str]]:
        """When it held, in the words of the text and in EDTF; often neither."""
        rng = self.rng
        day = self.published - timedelta(days=int(rng.expovariate(1 / 900)))
        month = f"{MONTHS[day.month - 1]} {day.year}"
        return rng.choices(
            [
                ("", {}),
                (f" in {day.year}", {"time": f"{day.year}"}),
                (f" in {month}", {"time": f"{day:%Y-%m}"}),
                (f" on {day.day} {month}", {"time": day.isoformat()}),
                (" in the 1990s", {"time": "1990/1999"}),
                (f" in spring {day.year}", {"time": f"{day.year}-21"}),
                (f" around {day.year}", {"time": f"{day.year}~"}),
                (f" since {day.day} {month}", {"from": day.isoformat()}),
                (f" from {day.year - 6} to {day.year}", {"from": f"{day.year - 6}", "until": f"{day.year}"}),
            ],
            (40, 14, 12, 12, 6, 3, 3, 6, 4),
        )[0]

    def _handle(self, actor: Actor) -> str:
        return self.handles.setdefault(actor, f"e{len(self.handles) + 1}")


def _entity(actor: Actor, text: str, rng: Random) -> dict[str, Any]:
    """An entity, mentioned once or twice."""
    mentions: list[str | dict[str, Any]] = [actor.name]
    if rng.random() < 0.75 and text.count(actor.name) > 1:
        mentions.append({"quote": actor.name, "occurrence": 2})
    entity: dict[str, Any] = {"type": actor.type, "mentions": mentions}
    if actor.identifier:
        entity["identifiers"] = [actor.identifier]
    return entity


def _opening(speakers: list[Actor], polarity: str, certainty: str) -> str:
    """The words before a claim that say who makes it, and how."""
    if not speakers:
        if polarity == "denied":
            return "There was no sign that "
        return {"probable": "Most likely ", "possible": "Possibly ", "certain": "Without doubt "}.get(
            certainty, ""
        )
    verb = "denied that" if polarity == "denied" else "said that"
    hedge = {"probable": " most likely", "possible": " possibly", "certain": " without doubt"}.get(
        certainty, ""
    )
    relayed = f"According to the {speakers[0].name}, " if len(speakers) > 1 else ""
    return f"{relayed}{_the(speakers[-1])} {verb}{hedge} "


def _the(actor: Actor) -> str:
    """An actor as running text has it: people and places by bare name, all others with an article."""
    if actor.name[0].islower():
        return f"{'an' if actor.name[0] in 'aeiou' else 'a'} {actor.name}"
    return actor.name if actor.type in PEOPLE or actor.type == "Place" else f"the {actor.name}"


def _word(number: int, seed: int) -> str:
    """The number-th of 512,000 three-syllable words, each different."""
    at = (number * STRIDE + seed * 7_919 + 12_345) % len(SYLLABLES) ** 3
    first, rest = divmod(at, len(SYLLABLES) ** 2)
    return (SYLLABLES[first] + SYLLABLES[rest // len(SYLLABLES)] + SYLLABLES[rest % len(SYLLABLES)]).title()


def main(arguments: list[str] | None = None) -> int:
    """Print a corpus, or one article of it as revised, as JSON lines."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generator", description=__doc__.partition(":")[0]
    )
    parser.add_argument("articles", type=int, help="how many articles the corpus has")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another corpus (default: 1)")
    parser.add_argument(
        "--changed", type=int, metavar="K", help="only article K (from 0), its last claim replaced"
    )
    chosen = parser.parse_args(arguments)
    corpus = Corpus(chosen.articles, chosen.seed)
    documents = iter(corpus) if chosen.changed is None else iter([corpus.article(chosen.changed, revision=1)])
    for document in documents:
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
