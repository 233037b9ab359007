"""What writers of formats for annotators have in common: the files they make, and what they had to leave out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from loaders.article_keys import article_from
from loaders.source import Annotation, Attribute, Normalisation, Note, SourceDocument
from ontology.models import Article

CARRIED = ("title", "publisher", "origin", "published", "authors", "url", "language")
"""What is known of an article, as `loaders.article_keys` reads it; and its id, as `article_id`."""


@dataclass
class Written:
    """Files by name, and what of the document is not in them, in words."""

    files: dict[str, bytes]
    lost: list[str] = field(default_factory=list)


def loss(annotation: Annotation, reason: str) -> str:
    """An annotation that is left out, for people."""
    return f"{annotation.kind} {annotation.title}: {reason}"


def article_keys(article: Article) -> dict[str, object]:
    """An article under the keys that `loaders.article_keys` reads."""
    known: dict[str, object] = {"article_id": article.id} if article.id else {}
    for key in CARRIED:
        if value := getattr(article, key):
            known[key] = list(value) if isinstance(value, tuple) else value
    return known


def article_losses(article: Article) -> Iterator[str]:
    """What the keys of an article do not carry: a title of several lines, an address that is none."""
    again = article_from(article.path, article_keys(article))
    for key in ("id", *CARRIED):
        if (value := getattr(article, key)) != getattr(again, key):
            yield f"the article's {key}: {str(value)[:60]!r} would be read as {str(getattr(again, key))[:60]!r}"


def without_targets(document: SourceDocument, known: dict[str, str]) -> Iterator[str]:
    """The attributes and notes about something that has no place in the files; `known` has what has one, by id."""
    abouts: list[Attribute | Note | Normalisation] = [
        *document.attributes,
        *document.notes,
        *document.normalisations,
    ]
    for about in abouts:
        if about.target not in known:
            yield loss(
                about, f"is about {about.target or 'the whole document'}, which is left out or has no place"
            )


def own_words(document: SourceDocument) -> Iterator[str]:
    """The relations that are stated in words of their own, which are no annotation: annotators' tools have none."""
    for link in document.links:
        if link.words:
            yield f"the words that state {link.kind} {link.title}: a relation has no words without a trigger"
