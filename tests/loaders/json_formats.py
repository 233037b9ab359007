"""What the tests of the formats that are JSON share: reading what a file has, and damaging it."""

from __future__ import annotations

import copy
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from loaders import mapping
from loaders.files import File
from loaders.formats import Format, Options, Unit, recognised
from loaders.source import SourceDocument
from ontology.models import AnnotatedArticle, RejectedDocument
from ontology.vocabulary import Ontology, load


@lru_cache(maxsize=1)
def ontology() -> Ontology:
    return load()


def saved(path: Path, content: object, *, lines: bool = False) -> File:
    """A file with this content, as JSON if it is no bytes."""
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif lines:
        assert isinstance(content, list)
        path.write_text(
            "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in content), encoding="utf-8"
        )
    else:
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return File(path.name, path.name, path, path.parent)


def read(format: Format, file: File, **options: Any) -> list[SourceDocument | RejectedDocument]:
    """All documents of a file, each with its sums checked; the file is recognised as this format's."""
    assert recognised(file) is format
    return read_unrecognised(format, file, **options)


def read_unrecognised(format: Format, file: File, **options: Any) -> list[SourceDocument | RejectedDocument]:
    found: list[SourceDocument | RejectedDocument] = []
    for document in format.read(Unit(file), Options(ontology(), **options)):
        assert not isinstance(document, AnnotatedArticle)
        if isinstance(document, SourceDocument):
            check(document)
        else:
            assert document.rejection.reason
            assert "\n" not in document.rejection.reason
        found.append(document)
    return found


def check(document: SourceDocument) -> None:
    """Every fragment is its text; what was read is what was loaded, ignored and rejected."""
    for span in document.spans:
        assert span.fragments
        for start, end, exact in span.fragments:
            assert document.text[start:end] == exact
            assert 0 <= start <= end
    assert all(rejection.reason for rejection in document.rejected)
    empty = mapping.parse_mapping(b"types: {}\n", ontology(), name="none", file="none.yaml")
    tally = mapping.apply(empty, document, ontology()).tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    assert tally.read == document.read


def only(documents: list[SourceDocument | RejectedDocument]) -> SourceDocument:
    (document,) = documents
    assert isinstance(document, SourceDocument), document
    return document


def refusal(documents: list[SourceDocument | RejectedDocument]) -> str:
    (document,) = documents
    assert isinstance(document, RejectedDocument), document
    return document.rejection.reason


def words(document: SourceDocument) -> list[tuple[str, str]]:
    return [(span.label, span.mention.words) for span in document.spans]


def links(document: SourceDocument) -> list[tuple[str, dict[str, str]]]:
    by_id = {span.id: span.mention.words for span in document.spans}
    return [
        (link.label, {a.role: by_id.get(a.target, a.target) for a in link.arguments})
        for link in document.links
    ]


def reasons(document: SourceDocument) -> list[str]:
    return [rejection.reason for rejection in document.rejected]


# -- damage -----------------------------------------------------------------------------------------------------------

ODD: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    "x",
    "🦩",
    [],
    [[]],
    {},
    {"value": 1},
    [None],
    "id",
    0,
    [0, 1, "X"],
]


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where there are values in a JSON value."""
    found = [at] if at else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += places(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += places(inner, (*at, index))
    return found


@st.composite
def damaged(draw: st.DrawFn, sample: Any) -> Any:
    """The sample with some values replaced by odd ones, taken out, or put in twice."""
    value = copy.deepcopy(sample)
    for _ in range(draw(st.integers(1, 4))):
        spots = places(value)
        if not spots:
            break
        *way, last = draw(st.sampled_from(spots))
        inner = value
        for step in way:
            inner = inner[step]
        what = draw(st.sampled_from(("replace", "replace", "delete", "double")))
        if what == "delete":
            del inner[last]
        elif what == "double" and isinstance(inner, list):
            inner.insert(last, copy.deepcopy(inner[last]))
        else:
            inner[last] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return value


@st.composite
def broken(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with bytes flipped, or cut off."""
    made = bytearray(content)
    for _ in range(draw(st.integers(0, 4))):
        made[draw(st.integers(0, len(made) - 1))] = draw(st.integers(0, 255))
    return bytes(made[: draw(st.integers(0, len(made)))]) if draw(st.booleans()) else bytes(made)
