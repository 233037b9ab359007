"""Made-up articles with what annotators would mark in them, before any format: for measuring loaders.

Some 450 words, 15 mentions, 8 relations with an attribute or two each. The words are those of `benchmarks.generator`,
after a dateline with a flamingo and some Cyrillic, so that offsets in UTF-16 units and in bytes are others than in
characters.
The same for the same seed and number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from benchmarks.generator import Corpus

DATELINE = "🦩 Вельден, 5 октября — "

_TOKEN = re.compile(r"\w+|[^\w\s]")
_SENTENCE = re.compile(r"\S.*?(?:\.(?=\s|$)|(?=\n)|$)", re.MULTILINE)


class Mention(NamedTuple):
    """Words that name someone, by code points; `identifier` where a reference list knows them."""

    label: str
    start: int
    end: int
    identifier: str


class Relation(NamedTuple):
    """What is said of two mentions, by their places in the list; `start` and `end` are the words that say it."""

    label: str
    source: int
    target: int
    start: int
    end: int
    polarity: str
    certainty: str


class Marked(NamedTuple):
    """An article with what is marked in it."""

    number: int
    id: str
    title: str
    publisher: str
    published: str
    url: str
    text: str
    mentions: list[Mention]
    relations: list[Relation]

    def words(self, mention: Mention) -> str:
        """The words of a mention."""
        return self.text[mention.start : mention.end]

    def tokens(self) -> list[tuple[int, int]]:
        """The words and signs of the text."""
        return [match.span() for match in _TOKEN.finditer(self.text)]

    def sentences(self) -> list[tuple[int, int]]:
        """The sentences of the text."""
        return [match.span() for match in _SENTENCE.finditer(self.text)]


def articles(number: int, seed: int = 1) -> Iterator[Marked]:
    """So many articles of one invented world."""
    return (_marked(k, document) for k, document in enumerate(Corpus(number, seed)))


def _marked(number: int, document: dict[str, Any]) -> Marked:
    text = DATELINE + document["text"]
    entities = document["entities"]
    mentions: dict[tuple[int, int], int] = {}
    found: list[Mention] = []
    relations = []

    def mention(handle: str, after: int) -> int | None:
        entity = entities[handle]
        words = entity["mentions"][0]
        start = text.find(words, after)
        if start < 0:
            return None
        place = start, start + len(words)
        if place not in mentions:
            mentions[place] = len(found)
            found.append(Mention(entity["type"], *place, (entity.get("identifiers") or [""])[0]))
        return mentions[place]

    for claim in document["claims"]:
        quote = claim["quote"]
        # A sentence begins with a capital, which its quote may lack.
        start = text.lower().find(quote.lower())
        if start < 0 or not isinstance(claim["object"], str):
            continue
        source, target = mention(claim["subject"], start), mention(claim["object"], start)
        if source is None or target is None or source == target:
            continue
        relations.append(
            Relation(
                claim["relation"], source, target, start, start + len(quote),
                claim.get("polarity", "affirmed"), claim.get("certainty", "unstated"),
            )
        )  # fmt: skip
    head = document["article"]
    return Marked(
        number, head["id"], head["title"], head["publisher"], head["published"], head["url"], text, found, relations
    )  # fmt: skip
