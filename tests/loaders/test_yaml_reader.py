"""YAML from strangers: plain strings, lines in errors, nothing executed, one bad document spoiling no other."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import yaml_reader
from ontology.errors import SourceError


def read(text: str | bytes) -> yaml_reader.Data:
    return yaml_reader.load(text, name="feed.yaml").data


def test_scalars_stay_as_they_were_written() -> None:
    text = "country: NO\npublished: 2031-03-04\nunits: 010\nopen: true\nquoted: 'null'\nempty:\ntilde: ~\n"
    assert read(text) == {
        "country": "NO",
        "published": "2031-03-04",
        "units": "010",
        "open": "true",
        "quoted": "null",
        "empty": None,
        "tilde": None,
    }


def test_everything_knows_its_line() -> None:
    node = yaml_reader.load("# feed\n\na:\n  - b: 1\n    c:\n      d: 2\n  - e\n", name="feed.yaml")
    assert node.line() == 3
    assert node.line("a", 0, "b") == 4
    assert node.line("a", 0, "c", "d") == 6
    assert node.line("a", 1) == 7
    assert node.line("a", 0, "absent", "deeper") == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: !!python/object/apply:os.system [ls]", "feed.yaml:2: tags"),
        ("a: ! x", "feed.yaml:1: tags"),
        ("a: &bomb [x, x]\nb: [*bomb, *bomb]", "feed.yaml:1: anchors"),
        ("a: 1\nb: *other", "feed.yaml:2: aliases"),
        ("a: 1\nb: 2\na: 3", "feed.yaml:3: the key 'a' occurs twice"),
        ("[" * 200, "nested more than"),
        ("a: b: c", "feed.yaml:1: not YAML"),
        ("a: 1\nb: 'open", "feed.yaml:2: not YAML"),
        ("? [a, b]\n: c", "a key must be a word"),
        ("~: 1", "a key must be a word"),
        ("a: 1\n\x07", "feed.yaml:2: not YAML"),
        (b"a: 1\nb: caf\xe9\n", "feed.yaml:2: is not UTF-8"),
        ("a: 1".encode("utf-16"), "feed.yaml:1: is not UTF-8"),
        ("a: '\ud800'", "is not UTF-8"),
        ("", "the file is empty"),
        ("a: 1\n---\nb: 2", "feed.yaml:3: a second document"),
    ],
)
def test_what_is_refused_and_where(text: str | bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_document_costs_only_itself() -> None:
    stream = io.BytesIO(
        b"%YAML 1.1\n---\na: 1\n---\nb: [\n---\nc: !x 3\n...\n---\n# words\nd: 4\n---\n---\ne: \xff\n--- f\n"
    )
    errors: list[SourceError] = []
    documents = list(yaml_reader.load_all(stream, name="feed.yaml", on_error=errors.append))
    assert [(d.data, d.first_line) for d in documents] == [({"a": "1"}, 3), ({"d": "4"}, 11), ("f", 15)]
    assert [error.line for error in errors] == [6, 7, 14]


def test_without_a_taker_the_first_error_ends_the_reading() -> None:
    documents = yaml_reader.load_all("a: 1\n---\nb: [\n---\nc: 3\n", name="feed.yaml")
    assert next(documents).data == {"a": "1"}
    with pytest.raises(SourceError):
        next(documents)


def test_an_oversized_document_is_measured_not_kept() -> None:
    text = "a: 1\n---\nb: " + "x" * 3_000_000 + "\n---\nc: 3\n"
    errors: list[SourceError] = []
    documents = list(yaml_reader.load_all(text, name="feed.yaml", max_bytes=1000, on_error=errors.append))
    assert [d.data for d in documents] == [{"a": "1"}, {"c": "3"}]
    assert "the limit is 1,000" in str(errors[0])


def test_a_boundary_within_a_line_is_none() -> None:
    assert read("a: |\n  ---\n  b\nc: x --- y\n") == {"a": "---\nb\n", "c": "x --- y"}


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read("\ufeffa: 1".encode()) == {"a": "1"}


@given(st.binary(max_size=300) | st.text(alphabet="ab:-[]{}&*!|>'\"#%@\n \t\\é\u2028", max_size=200))
def test_whatever_comes_is_read_or_refused(content: bytes | str) -> None:
    with contextlib.suppress(SourceError):
        read(content)
