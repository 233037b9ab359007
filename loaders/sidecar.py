"""The sidecar `<name>.meta.yaml`: what is known of an article and its format cannot carry.

    title: The garrison at Tel Arun
    publisher: The Borrin Courier
    origin: Borrin Press Agency
    authors: [Mira Oren]
    published: 2031-03-04
    url: https://example.org/garrison
    annotator: jane

Every key may be left out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

from loaders import yaml_reader
from loaders.yaml_reader import Node
from ontology import dates
from ontology.errors import DateError, SourceError
from ontology.models import Article

SUFFIX = ".meta.yaml"
WORDS = ("id", "title", "publisher", "origin", "url", "language")
KEYS = (*WORDS, "authors", "published")


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What one sidecar says: of the article, and whose annotations of it these are."""

    article: Article
    annotator: str = ""
    layer: str = ""


def read(path: Path) -> Sidecar:
    """The sidecar at `path`; an empty file says nothing. Raises SourceError."""
    try:
        with path.open("rb") as stream:
            nodes = list(yaml_reader.load_all(stream, name=str(path)))
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", file=str(path)) from None
    if not nodes:
        return Sidecar(Article())
    node = nodes[0]
    if len(nodes) > 1 or not isinstance(node.data, dict):
        raise SourceError("expected `key: value` lines, once", file=str(path), line=nodes[-1].first_line)
    own: dict[str, str] = {}
    for key in ("annotator", "layer"):
        if (value := node.data.pop(key, None)) is not None:
            if not isinstance(value, str):
                raise SourceError(f"{key}: expected words", file=str(path), line=node.line(key))
            own[key] = value
    return Sidecar(article_from(node, str(path)), own.get("annotator", ""), own.get("layer", ""))


def article_from(node: Node, file: str, *at: str | int) -> Article:
    """Article metadata from the mapping at `at` in a YAML document; unknown keys are refused. Raises SourceError."""
    data = node.data
    for step in at:
        data = data[step]  # type: ignore[index]

    def fail(key: str, reason: str) -> SourceError:
        return SourceError(reason, file=file, line=node.line(*at, key))

    if not isinstance(data, dict):
        raise SourceError("expected `key: value` lines", file=file, line=node.line(*at))
    article = Article()
    for key, value in data.items():
        if key not in KEYS:
            raise fail(key, f"the key {key[:60]!r} is not one of {', '.join(KEYS)}")
        if value is None:
            continue
        if key == "authors":
            names = value if isinstance(value, list) else [value]
            if not all(isinstance(name, str) for name in names):
                raise fail(key, "authors: expected names")
            article.authors = tuple(name for name in names if isinstance(name, str))
        elif not isinstance(value, str):
            raise fail(key, f"{key}: expected words")
        elif key == "published":
            try:
                article.published = dates.check(value)
            except DateError as error:
                raise fail(key, f"published: {error}") from None
        else:
            setattr(article, key, value)
    return article


def merge(known: Article, defaults: Article | None) -> Article:
    """`known`, with what it leaves open taken from `defaults`."""
    if defaults is None:
        return known
    missing = {f.name: getattr(defaults, f.name) for f in fields(Article) if not getattr(known, f.name)}
    return replace(known, **missing)
