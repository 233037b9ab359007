"""What tools keep of an article beside its text: title, address and date under the keys that people give them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from loaders import values
from ontology.models import Article

KEYS = (
    "article_id",
    "title",
    "url",
    "source",
    "publisher",
    "origin",
    "date",
    "published",
    "author",
    "authors",
    "language",
)
"""The keys that are understood, of a task's data or meta."""

OWN = "attest"
"""The key under which an article that was given back to annotators says whose work it was: annotator and layer."""

_SPELT = {spelt: key for key in KEYS for spelt in (key, key.title(), key.upper())}
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d")
_LONGEST = 500


class Articles:
    """Makes the articles of one file. An address belongs to the first text that gives it: where sentences of one
    article are tasks of their own, the others are known by their place in the file, or each would replace the last.
    """

    def __init__(self) -> None:
        self._owners: dict[int, int] = {}

    def make(self, path: str, text: str, *sources: object) -> Article:
        """The article at `path`, as far as the sources know it; the first that has a key is believed."""
        article = article_from(path, *sources)
        address = article.id or article.url
        # Hashes, because a file may have millions of them.
        if address and self._owners.setdefault(hash(address), hash(text)) != hash(text):
            article.id = path
        return article


def article_from(path: str, *sources: object) -> Article:
    """What some objects say of an article; keys may be capitalised, what is no plain words is passed over."""
    known: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, dict) and not _SPELT.keys().isdisjoint(source):
            for key, value in source.items():
                if value and (name := _SPELT.get(key)):
                    known.setdefault(name, value)
    article = Article(path=path)
    if not known:
        return article
    article.id = _words(known.get("article_id")) or None
    article.title = _words(known.get("title"))
    article.publisher = _words(known.get("publisher"))
    article.language = _words(known.get("language"))
    article.origin = _words(known.get("origin"))
    article.url = _address(known.get("url"))
    if source := _words(known.get("source")):
        if address := _address(source):
            article.url = article.url or address
        else:
            article.publisher = article.publisher or source
    article.published = _date(known.get("published")) or _date(known.get("date"))
    authors = known.get("authors", known.get("author"))
    names = authors if isinstance(authors, list) else [authors]
    article.authors = tuple(name for one in names if (name := _words(one)))
    return article


def _words(value: object) -> str:
    plain = value.strip() if isinstance(value, str) and len(value) <= _LONGEST else ""
    return "" if "\n" in plain else plain


def _address(value: object) -> str:
    address = _words(value)
    if not re.match(r"https?://\S+$", address):
        return ""
    try:
        return address if urlsplit(address).hostname else ""
    except ValueError:
        return ""


def _date(value: object) -> str | None:
    words = _words(value)
    if moment := _MOMENT.match(words):
        words = moment[1]
    return values.date(words)
