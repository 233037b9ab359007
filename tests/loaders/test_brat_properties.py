"""Whatever a tool may save is read back as it was meant; whatever else comes is refused in our own words."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.brat import reading as brat
from loaders.mapping import load_mapping
from ontology.models import AnnotatedArticle, RejectedDocument
from ontology.vocabulary import load

ONTOLOGY = load()
SEED = load_mapping("seed", ONTOLOGY)

PIECES = st.sampled_from(
    [
        "Varnak",
        " ",
        "\n",
        "\r\n",
        "🦩",
        "جبهة النهر",
        "é",
        "e\u0301",
        "“ ”",
        ".",
        "\u2028",
        "\t",
        "河",
        "\u200f",
        "x",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=25).map("".join)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[list[tuple[int, int]]]]:
    """A text and some spans in it, each of one to three fragments in reading order."""
    text = draw(TEXTS)
    cuts = st.lists(st.integers(0, len(text)), min_size=2, max_size=6, unique=True).map(sorted)
    spans = []
    for points in draw(st.lists(cuts, max_size=5)) if len(text) > 1 else []:
        pairs = list(zip(points[::2], points[1::2], strict=False))
        spans.append(pairs)
    return text, spans


def saved(text: str, spans: list[list[tuple[int, int]]], raw_line_ends: bool) -> str:
    lines = []
    for number, pairs in enumerate(spans, 1):
        offsets = ";".join(f"{start} {end}" for start, end in pairs)
        words = " ".join(text[start:end] for start, end in pairs)
        if not raw_line_ends:
            words = words.replace("\n", " ")
        lines.append(f"T{number}\tGroup {offsets}\t{words}\n")
    return "".join(lines)


def load_saved(
    text: bytes, annotations: bytes, sidecar: bytes | None = None
) -> AnnotatedArticle | RejectedDocument:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x.txt").write_bytes(text)
        Path(folder, "x.ann").write_bytes(annotations)
        if sidecar is not None:
            Path(folder, "x.meta.yaml").write_bytes(sidecar)
        (document,) = brat.find([Path(folder)])
        return brat.load(document, SEED, ONTOLOGY)


def check_sums(article: AnnotatedArticle) -> None:
    tally = article.tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    for entity in article.entities:
        for mention in entity.mentions:
            assert all(article.text[f.start : f.end] == f.exact for f in mention.fragments)
    known = {entity.id for entity in article.entities}
    for claim in article.claims:
        assert claim.evidence
        assert all(article.text[f.start : f.end] == f.exact for f in claim.evidence)
        assert {claim.subject, *claim.speakers} <= known


@given(marked_texts(), st.booleans())
def test_spans_are_read_back_as_they_were_saved(
    marked: tuple[str, list[list[tuple[int, int]]]], raw_line_ends: bool
) -> None:
    text, spans = marked
    article = load_saved(text.encode(), saved(text, spans, raw_line_ends).encode())
    assert isinstance(article, AnnotatedArticle)
    assert article.text == text
    assert not article.tally.rejected
    found = {e.id: [(f.start, f.end) for m in e.mentions for f in m.fragments] for e in article.entities}
    assert found == {f"T{number}": pairs for number, pairs in enumerate(spans, 1)}
    check_sums(article)


@pytest.mark.parametrize(
    "counted",
    [
        lambda t: len(t.replace("\r\n", "\n")),
        lambda t: len(t.encode("utf-16-le")) // 2,
        lambda t: len(t.encode()),
    ],
    ids=["CRLF as one", "UTF-16", "bytes"],
)
@given(order=st.permutations("abcdefgh🦩é河"), data=st.data())
@settings(max_examples=30)
def test_other_countings_are_found_out(
    counted: Callable[[str], int], order: list[str], data: st.DataObject
) -> None:
    text = "\r\n".join(order)  # no character twice, so that only one way of counting can fit
    marks = data.draw(st.lists(st.sampled_from(order), min_size=3, unique=True))
    lines = ""
    for number, mark in enumerate(marks, 1):
        start = counted(text[: text.index(mark)])
        lines += f"T{number}\tGroup {start} {start + counted(mark)}\t{mark}\n"
    article = load_saved(text.encode(), lines.encode())
    assert isinstance(article, AnnotatedArticle)
    assert {e.id: e.mentions[0].words for e in article.entities} == {
        f"T{n}": m for n, m in enumerate(marks, 1)
    }


LABELS = st.sampled_from(
    ["Group", "Person", "Event", "Quantity", "TimeExpression", "Trained", "Killed-in", "Nonsense"]
)
IDS = st.builds(lambda letter, n: f"{letter}{n}", st.sampled_from("TERAN#"), st.integers(1, 5))
ROLES = st.sampled_from(
    ["Agent", "Target", "Speaker", "Speaker2", "Event", "Time", "Place", "Arg1", "Arg2", "Odd"]
)
ARGUMENTS = st.lists(st.builds(lambda role, id: f"{role}:{id}", ROLES, IDS), max_size=4).map(" ".join)
SIZES = st.integers(0, 4)
MARKS = st.sampled_from(["Polarity", "Anonymous", "Odd"])
NOTES = st.sampled_from(["2031", "400..600", "2031-99", ""])
LINES = st.one_of(
    st.builds(lambda i, lab, s, n: f"{i}\t{lab} {s} {s + n}\t{'xxxxxx'[:n]}", IDS, LABELS, SIZES, SIZES),
    st.builds(lambda i, lab, t, args: f"{i}\t{lab}:{t} {args}", IDS, LABELS, IDS, ARGUMENTS),
    st.builds(lambda i, lab, args: f"{i}\t{lab} {args}\t", IDS, LABELS, ARGUMENTS),
    st.builds(lambda i, t, v: f"{i}\t{v} {t} Negative", IDS, IDS, MARKS),
    st.builds(lambda a, b: f"*\tAlias {a} {b}", IDS, IDS),
    st.builds(lambda i, t: f"{i}\tReference {t} Wikidata:Q1\tx", IDS, IDS),
    st.builds(lambda i, t, v: f"{i}\tAnnotatorNotes {t}\t{v}", IDS, IDS, NOTES),
    st.text(alphabet="TERA#*\t 1:;é\r", max_size=12),
)


@given(st.lists(LINES, max_size=25))
@settings(max_examples=300)
def test_every_line_is_accounted_for(lines: list[str]) -> None:
    result = load_saved(b"xxxxxxxxx", "\n".join(lines).encode())
    assert isinstance(result, AnnotatedArticle)
    check_sums(result)
    assert all(r.reason and r.line for r in result.tally.rejected)


@given(st.binary(max_size=60), st.binary(max_size=200), st.none() | st.binary(max_size=40))
def test_random_bytes_raise_nothing(text: bytes, annotations: bytes, sidecar: bytes | None) -> None:
    result = load_saved(text, annotations, sidecar)
    if isinstance(result, AnnotatedArticle):
        check_sums(result)
