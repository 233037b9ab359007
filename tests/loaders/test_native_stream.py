"""Streams of articles load one at a time, and a bad or oversized one costs only itself."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import json_stream
from loaders.native import reading as native
from ontology.models import AnnotatedArticle, RejectedDocument
from ontology.vocabulary import load as load_ontology

ONTOLOGY = load_ontology()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.sampled_from('a"\\{}[],:\n 😀é')),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("k,}", max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)


class Pieces(io.RawIOBase):
    """A stream made while it is read, so that its length is nowhere in memory."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def load(content: bytes, name: str, **options: int) -> list[AnnotatedArticle | RejectedDocument]:
    return list(native.load(io.BytesIO(content), name=name, ontology=ONTOLOGY, **options))


def what(loaded: list[AnnotatedArticle | RejectedDocument]) -> list[str | tuple[int | None, str]]:
    return [
        x.text if isinstance(x, AnnotatedArticle) else (x.rejection.line, x.rejection.reason.split(":")[0])
        for x in loaded
    ]


def document(text: str) -> bytes:
    return json.dumps({"attest": 1, "text": text}).encode()


@given(st.lists(JSON, max_size=5), st.sampled_from([None, 1]), st.integers(1, 9))
def test_an_array_is_cut_at_its_elements_wherever_chunks_end(
    elements: list[object], indent: int | None, chunk: int
) -> None:
    raw = json.dumps(elements, indent=indent, ensure_ascii=False).encode()
    with patch.object(json_stream, "_CHUNK", chunk):
        cut = list(json_stream.values(io.BytesIO(b"\n " + raw + b"\n"), 1000))
    assert [json.loads(document.content) for document in cut] == elements
    lines = raw.split(b"\n")
    for document in cut:
        assert document.content.split(b"\n")[0].strip() in lines[document.line - 2]


@given(st.lists(st.dictionaries(st.text("k{,"), JSON), max_size=5), st.integers(1, 9))
def test_values_one_after_the_other_are_cut_apart(elements: list[object], chunk: int) -> None:
    raw = "\n".join(json.dumps(element) for element in elements).encode()
    if not raw:
        return
    with patch.object(json_stream, "_CHUNK", chunk):
        cut = list(json_stream.values(io.BytesIO(raw), 10_000))
    assert [json.loads(document.content) for document in cut] == elements
    assert [document.line for document in cut] == list(range(1, len(elements) + 1))


@given(st.binary(max_size=60).map(lambda b: b.translate(bytes(b'{}[],"\\ab\n'[i % 10] for i in range(256)))))
def test_any_bytes_are_cut_without_an_accident(raw: bytes) -> None:
    with patch.object(json_stream, "_CHUNK", 3):
        for document in json_stream.values(io.BytesIO(raw), 20):
            assert document.content or document.problem


def test_lines_each_stand_alone() -> None:
    content = b"\n".join(
        [
            b"\xef\xbb\xbf" + document("a"),
            b"",
            b"{broken",
            document("x" * 2_000_000),
            b'{"attest": 1}',
            document("b"),
        ]
    )
    assert what(load(content, "x.jsonl", max_characters=1000)) == [
        "a",
        (3, "not JSON"),
        (4, "a document of 2,000,026 bytes; the limit is 1,054,576"),
        (5, "no text"),
        "b",
    ]


def test_elements_of_an_array_each_stand_alone() -> None:
    content = (
        b"["
        + b",\n".join([document("a"), b"{bro,ken}", document("x" * 2_000_000), b"5", document("b")])
        + b"]"
    )
    assert what(load(content, "x.json", max_characters=1000)) == [
        "a",
        (2, "not JSON"),
        (3, "a document of 2,000,025 bytes; the limit is 1,054,576"),
        (4, "not an annotated article"),
        "b",
    ]


def test_documents_of_a_yaml_stream_each_stand_alone() -> None:
    parts = [
        "attest: 1\ntext: a\n",
        "x: *a\n",
        "attest: 1\ntext: " + "x" * 2_000_000 + "\n",
        "attest: 1\ntext: b\n",
    ]
    assert what(load("---\n".join(parts).encode(), "x.yaml", max_characters=1000)) == [
        "a",
        (4, "aliases (*a) are not allowed"),
        (5, "a document of 2,000,021 bytes; the limit is 1,054,576"),
        "b",
    ]


def test_an_array_that_was_cut_off_gives_what_came_and_says_so() -> None:
    assert what(load(b"[" + document("a") + b",\n", "x.json")) == ["a", (2, "the array is not closed")]
    assert what(load(b"[" + document("a") + b',\n{"attest', "x.json")) == ["a", (2, "not JSON")]


def test_articles_without_an_id_are_told_apart_by_their_place() -> None:
    loaded = load(b"\n".join([document("a"), b"{", document("b")]), "feed/x.jsonl")
    assert [x.article.path for x in loaded if isinstance(x, AnnotatedArticle)] == [
        "feed/x.jsonl",
        "feed/x.jsonl#3",
    ]


@pytest.mark.parametrize("name", ["-", "stdin"])
def test_a_stream_without_suffix_is_read_as_what_it_begins_like(name: str) -> None:
    assert what(load(document("a") + b"\n" + document("b"), name)) == ["a", "b"]
    assert what(load(b" [" + document("a") + b"]", name)) == ["a"]
    assert what(load(b"attest: 1\ntext: a\n", name)) == ["a"]


def test_the_callers_stream_stays_open() -> None:
    stream = io.BytesIO(document("a"))
    list(native.load(stream, name="x.json", ontology=ONTOLOGY))
    assert not stream.closed


@pytest.mark.parametrize(
    ("name", "before", "between"),
    [("x.jsonl", b"", b"\n"), ("x.json", b"[", b",\n"), ("x.yaml", b"", b"\n---\n")],
)
def test_a_long_stream_is_read_in_little_memory(name: str, before: bytes, between: bytes) -> None:
    article = document("long words " * 20_000)  # 220 kB
    monster = b'{"attest": 1, "text": "' + b"x" * 1_000_000
    pieces = chain(
        [before, article],
        chain.from_iterable(repeat((between, article), 200)),
        [between, monster, *repeat(b"x" * 1_000_000, 50), b'"}', between, article],
        [b"]"] if before else [],
    )
    tracemalloc.start()
    try:
        loaded = 0
        rejected: list[str] = []
        for made in native.load(Pieces(pieces), name=name, ontology=ONTOLOGY, max_characters=500_000):
            if isinstance(made, AnnotatedArticle):
                loaded += 1
            else:
                rejected.append(made.rejection.reason)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert loaded == 202
    assert len(rejected) == 1
    assert "the limit is 4,048,576" in rejected[0]
    assert peak < 25_000_000


def test_the_published_schema_is_up_to_date() -> None:
    from loaders.native.models import main

    assert main(["--check"]) == 0


def test_the_published_schema_accepts_what_loads(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from loaders.native.models import SCHEMA_FILE

    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text()))
    claim = {
        "subject": "a",
        "relation": "hasStrength",
        "object": {"minimum": 5},
        "quote": ["x", {"quote": "y"}],
    }
    good = {"attest": 1, "text": "x y", "entities": {"a": {"type": "Person", "name": "x"}}, "claims": [claim]}
    assert not list(validator.iter_errors(good))
    assert list(validator.iter_errors({**good, "attest": 2}))
    assert list(validator.iter_errors({**good, "claims": [{**claim, "verb": "x"}]}))
