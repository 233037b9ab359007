"""What a tool's free-form fields say of an article: those whose names leave no doubt, the others by name.

Tools let their users put what they like beside a text (GATE's document features, spaCy's user data): a title, a date,
an address. A field is taken where both its name and its value are plain; whatever else there is the loader reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from loaders import values
from ontology.models import Article

_WORDS = {
    "title": "title",
    "headline": "title",
    "dc.title": "title",
    "publisher": "publisher",
    "dc.publisher": "publisher",
    "language": "language",
    "lang": "language",
    "dc.language": "language",
}
_URLS = ("gate.sourceurl", "url")
_DATES = ("date", "published", "publicationdate", "dc.date")
_AUTHORS = ("author", "authors", "dc.creator")
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_LONGEST = 2000


class Known(NamedTuple):
    """The article, as far as fields tell, and the names of the fields that say nothing of it."""

    article: Article
    others: list[str]


def from_fields(fields: Iterable[tuple[str, str]], path: str) -> Known:
    """The article of some fields by name; `path` is its path in the feed. Of two for one purpose the first counts."""
    known = Known(Article(path=path), [])
    for name, value in fields:
        if not take(known.article, name, value):
            known.others.append(name[:60])
    return known


def take(article: Article, name: str, value: str) -> bool:
    """Put a field where it belongs in the article; False where it belongs nowhere."""
    name, value = name.lower(), value.strip()
    if not value or len(value) > _LONGEST:
        return False
    if name in _WORDS and not getattr(article, _WORDS[name]):
        setattr(article, _WORDS[name], value)
    elif name in _URLS and not article.url and _URL.fullmatch(value):
        article.url = value
    elif name in _AUTHORS and not article.authors:
        article.authors = tuple(author for author in (part.strip() for part in value.split(";")) if author)
    elif name in _DATES and article.published is None and values.date(value):
        article.published = value
    else:
        return False
    return True
