"""Annotated articles made for tests: each entity and claim has a sentence of its own, so every fragment is real."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ontology.models import AnnotatedArticle, Article, Claim, Entity, Fragment, Mention, Name, Quantity


@dataclass
class Writer:
    """Writes an article sentence by sentence, and annotates what it writes."""

    id: str
    publisher: str = "The Borrin Courier"
    origin: str = ""
    published: str | None = "2031-03-04"
    annotator: str = ""
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    def words(self, words: str) -> Fragment:
        """Append words to the text."""
        start = len(self.text)
        self.text += words
        fragment = Fragment(start, len(self.text), words)
        self.text += " "
        return fragment

    def entity(
        self, name: str, type: str = "Group", *, identifiers: tuple[str, ...] = (), given: tuple[str, ...] = (),
        named: bool | None = None,
    ) -> str:  # fmt: skip
        """Mention something, and get its handle."""
        mention = Mention((self.words(name),))
        handle = f"e{len(self.entities)}"
        names = tuple(Name(one) for one in given)
        self.entities.append(Entity(handle, type, (mention,), names, identifiers, named))
        return handle

    def claim(
        self, subject: str, relation: str, object: str | Quantity, words: str = "", **rest: Any
    ) -> None:
        """Say something, in a sentence of its own unless its words are given."""
        evidence = self.words(words or f"Sentence {len(self.claims)} of {self.id}.")
        self.claims.append(Claim(f"c{len(self.claims)}", subject, relation, object, (evidence,), **rest))

    def done(self) -> AnnotatedArticle:
        """The annotated article."""
        made = AnnotatedArticle(
            Article(self.id, self.id.title(), self.publisher, self.origin, (), self.published),
            self.text,
            self.entities,
            self.claims,
            self.annotator,
            source=f"{self.id}.yaml",
        )
        made.tally.read = made.tally.loaded = len(self.entities) + len(self.claims)
        return made
