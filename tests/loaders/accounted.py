"""What every loader must stand: damaged input, and the sums of what became of each annotation."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from loaders import reading
from loaders.formats import Options
from loaders.mapping import Mapping, load_mapping
from ontology.models import AnnotatedArticle, RejectedDocument
from ontology.vocabulary import load

ONTOLOGY = load()

ODD: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1e308, float("nan"), "", "x", "\ud83e", "🦩" * 3, [], [[]], ["x"], {}, {"id": 1},
    [{"a": None}], {"$oid": ""}, {"$numberInt": "x"}, "9" * 40, "2031-13-45",
)  # fmt: skip
"""Values of other types and sizes than any format expects."""


@cache
def mapping(name: str) -> Mapping:
    """A mapping by name or path, read once."""
    return load_mapping(name, ONTOLOGY)


def read_all(
    paths: Iterable[Path], *, format: str = "", use: str = "", find: Callable[[str], Mapping] = mapping
) -> list[AnnotatedArticle | RejectedDocument]:
    """Everything some files give, each article's sums checked."""
    options = Options(ONTOLOGY, max_characters=200_000)
    found = list(reading.read(paths, options, find, format=format, mapping=use))
    for article in found:
        if isinstance(article, AnnotatedArticle):
            check(article)
    return found


def check(article: AnnotatedArticle) -> None:
    """The sums are exact, by kind as well, and every fragment is the text's."""
    tally = article.tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    by_kind = [sum(column) for column in zip(*tally.kinds.values(), strict=True)] or [0, 0, 0]
    assert by_kind == [tally.loaded, sum(tally.ignored.values()), len(tally.rejected)]
    for claim in article.claims:
        assert claim.evidence
        assert all(article.text[start:end] == exact for start, end, exact in claim.evidence)
    for entity in article.entities:
        for mention in entity.mentions:
            assert all(article.text[start:end] == exact for start, end, exact in mention.fragments)


def kinds(found: Iterable[AnnotatedArticle | RejectedDocument]) -> dict[str, tuple[int, int, int]]:
    """What became of each kind of annotation, over several articles: loaded, ignored, rejected."""
    sums: dict[str, Counter[int]] = {}
    for article in found:
        counts = (
            article.tally.kinds
            if isinstance(article, AnnotatedArticle)
            else {"unreadable": [0, 0, article.read]}
        )
        for kind, three in counts.items():
            sums.setdefault(kind, Counter()).update(dict(enumerate(three)))
    return {kind: (c[0], c[1], c[2]) for kind, c in sums.items() if sum(c.values())}


def _paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += _paths(inner, (*here, key))
    return found


@st.composite
def damaged(draw: st.DrawFn, value: Any) -> Any:
    """JSON with some of its values replaced by odd ones, taken out or doubled."""
    value = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 4))):
        paths = _paths(value)
        if not paths:
            return value
        *way, last = draw(st.sampled_from(paths))
        inner = value
        for step in way:
            inner = inner[step]
        match draw(st.sampled_from(("odd", "odd", "gone", "twice"))):
            case "odd":
                inner[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
            case "gone":
                del inner[last]
            case _:
                if isinstance(inner, list):
                    inner.insert(0, copy.deepcopy(inner[last]))
                else:
                    inner[f"{last}2"] = copy.deepcopy(inner[last])
    return value


@st.composite
def damaged_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Content with some bytes changed, a piece cut out, or its end missing."""
    changed = bytearray(content)
    for _ in range(draw(st.integers(0, 3))):
        changed[draw(st.integers(0, len(changed) - 1))] = draw(st.integers(0, 255))
    start = draw(st.integers(0, len(changed) - 1))
    end = draw(st.integers(start, len(changed)))
    match draw(st.sampled_from(("as it is", "cut", "ended"))):
        case "cut":
            del changed[start:end]
        case "ended":
            del changed[start:]
    return bytes(changed)
