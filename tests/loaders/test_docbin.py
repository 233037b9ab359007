"""spaCy's DocBin: what is in it, read without handing a stranger's numbers to C code."""

from __future__ import annotations

import time
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import docbin
from loaders.files import File
from loaders.formats import Options, Read, Unit, recognised
from loaders.mapping import apply, parse_mapping
from loaders.source import SourceDocument
from ontology.errors import SourceError, UsageError
from ontology.models import RejectedDocument
from ontology.vocabulary import load

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    spacy = pytest.importorskip("spacy")
import srsly
from spacy.tokens import Doc, DocBin, Span

SAMPLE = Path(__file__).parent / "samples/spacy/garrison.spacy"
OPTIONS = Options(load())
TEXT = "Pell Orrin 😀 led the Red Heron Front.\r\nHe left Tel Arun (تل عرون), PERSON said."


def file_of(path: Path) -> File:
    return File(str(path), path.name, path, path.parent)


def read(path: Path, options: Options = OPTIONS) -> list[Read]:
    return list(docbin.FORMAT.read(Unit(file_of(path)), options))


def documents(path: Path) -> list[SourceDocument]:
    found = read(path)
    assert all(isinstance(d, SourceDocument) for d in found), found
    return found  # type: ignore[return-value]


def a_doc(text: str = TEXT) -> Any:
    return spacy.blank("en")(text)


def saved(tmp_path: Path, *docs: Any, **how: Any) -> Path:
    path = tmp_path / "one.spacy"
    DocBin(store_user_data=True, docs=docs, **how).to_disk(path)
    return path


def spoiled(tmp_path: Path, change: Callable[[dict[str, Any]], object], *docs: Any) -> Path:
    """A DocBin with something changed that spaCy would not write."""
    path = saved(tmp_path, *(docs or (a_doc(),)))
    data = srsly.msgpack_loads(zlib.decompress(path.read_bytes()))
    change(data)
    path.write_bytes(zlib.compress(srsly.msgpack_dumps(data)))
    return path


# -- what is in it ---------------------------------------------------------------------------------------------------


def test_texts_and_entities_are_those_that_spacy_reads() -> None:
    """spaCy's own reading of the same file is the oracle."""
    vocab = spacy.blank("en").vocab
    expected = list(DocBin().from_disk(SAMPLE).get_docs(vocab))
    found = documents(SAMPLE)
    assert [d.text for d in found] == [doc.text for doc in expected]
    for document, doc in zip(found, expected, strict=True):
        spans = {s.id: (s.label, *s.fragments[0]) for s in document.spans}
        entities = [(e.label_, e.start_char, e.end_char, e.text) for e in doc.ents]
        assert [span for own, span in spans.items() if own.startswith("e")] == entities
        groups = [
            (s.label_ or "coref_clusters", s.start_char, s.end_char, s.text)
            for g in doc.spans.values()
            for s in g
        ]
        assert [span for own, span in spans.items() if own.startswith("s")] == groups
        assert document.structure["Token"] == len(doc)
        assert sum(a.label == "kb_id" for a in document.attributes) == sum(
            bool(s.kb_id) for s in [*doc.ents, *(s for g in doc.spans.values() for s in g)]
        )


def test_paths_and_metadata() -> None:
    assert [d.article.path for d in documents(SAMPLE)] == ["garrison.spacy#1", "garrison.spacy#2"]
    assert {d.article.title for d in documents(SAMPLE)} == {"The garrison"}
    assert [d.article.url for d in documents(SAMPLE)] == ["https://example.org/19", "https://example.org/9"]


def test_attributes_of_spans_and_what_is_about_the_whole_document() -> None:
    document = documents(SAMPLE)[0]
    assert [(a.target, a.label, a.value) for a in document.attributes] == [
        ("e0", "kb_id", "Q42"),
        ("e0", "id", "orrin"),
        ("s1", "group", "sc"),
        ("s2", "kb_id", "Q7"),
        ("s2", "group", "sc"),
        ("e0", "certainty", "probable"),
    ]
    assert [(r.id, r.reason) for r in document.rejected] == [("cats.NEWS", "is about the whole document")]
    assert [(e.label, e.members) for e in document.equivalences] == [("coref_clusters", ("s3", "s4"))]


def test_words_that_are_names_of_spacys_own_symbols(tmp_path: Path) -> None:
    doc = a_doc("PERSON and ORG met in GPE")
    doc.ents = [Span(doc, 0, 1, label="PERSON"), Span(doc, 5, 6, label="GPE")]
    (document,) = documents(saved(tmp_path, doc))
    assert [(s.label, s.fragments[0].exact) for s in document.spans] == [("PERSON", "PERSON"), ("GPE", "GPE")]
    assert document.text == doc.text


def test_neighbouring_entities_are_two_and_a_blocked_one_is_none(tmp_path: Path) -> None:
    doc = a_doc("Pell Orrin Mira Oren met")
    doc.set_ents([Span(doc, 0, 2, label="A"), Span(doc, 2, 4, label="A")], blocked=[Span(doc, 4, 5)])
    (document,) = documents(saved(tmp_path, doc))
    assert [s.fragments[0].exact for s in document.spans] == ["Pell Orrin", "Mira Oren"]


def test_words_without_known_spaces_get_one_each_and_a_remark(tmp_path: Path) -> None:
    doc = Doc(spacy.blank("en").vocab, words=["Pell", "left", "."])
    (document,) = documents(saved(tmp_path, doc))
    assert document.text == doc.text == "Pell left . "
    assert any("unknown" in remark for remark in document.remarks)


def test_a_file_with_few_attributes(tmp_path: Path) -> None:
    doc = a_doc()
    doc.ents = [Span(doc, 0, 2, label="PERSON")]
    (document,) = documents(saved(tmp_path, doc, attrs=["ENT_IOB", "ENT_TYPE"]))
    assert [s.label for s in document.spans] == ["PERSON"]
    (document,) = documents(saved(tmp_path, doc, attrs=["LEMMA"]))
    assert (document.text, document.spans) == (doc.text, [])


def test_user_data_of_words_that_are_no_span_and_of_other_kinds(tmp_path: Path) -> None:
    doc = a_doc()
    doc.ents = [Span(doc, 0, 2, label="PERSON")]
    doc.user_data = {
        ("._.", "mood", 0, 10): {"x": 1},
        ("._.", "mood", 14, 17): "calm",
        ("._.", "rel", None, None): {(0, 5): {"leads": 0.5}},
        "title": 5,
        7: b"bytes",
    }
    (document,) = documents(saved(tmp_path, doc))
    assert [(a.target, a.label, a.value) for a in document.attributes] == [("e0", "mood", '{"x": 1}')]
    assert [r.reason for r in document.rejected] == [
        "is about the words at 14, which are no span",
        *["is about the whole document"] * 3,
    ]


def test_a_document_without_text_is_rejected_and_the_next_one_read(tmp_path: Path) -> None:
    first, second = read(saved(tmp_path, a_doc(""), a_doc("Pell left.")))
    assert isinstance(first, RejectedDocument)
    assert first.rejection.reason == "document 1 has no text"
    assert isinstance(second, SourceDocument)


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    other = tmp_path / "corpus.bin"
    other.write_bytes(SAMPLE.read_bytes())
    found = recognised(file_of(other))
    assert found is not None
    assert found.name == "spacy"
    other.write_bytes(zlib.compress(b"something else"))
    assert recognised(file_of(other)) is None


def test_the_extra_is_named_where_spacy_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "spacy.strings", None)
    with pytest.raises(UsageError, match=r"pip install 'attest-kg\[spacy\]'"):
        read(SAMPLE)


# -- hostile files ---------------------------------------------------------------------------------------------------


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.spacy"
    packer = zlib.compressobj(9)
    zeros = bytes(1 << 20)
    path.write_bytes(b"".join(packer.compress(zeros) for _ in range(200)) + packer.flush())
    assert path.stat().st_size < 1 << 20
    with pytest.raises(SourceError, match="unpacks to more than"):
        read(path)


def test_a_bomb_of_empty_maps_is_not_built(tmp_path: Path) -> None:
    path = tmp_path / "bomb.spacy"
    count = 30_000_000
    path.write_bytes(zlib.compress(b"\xdd" + count.to_bytes(4, "big") + b"\x80" * count))
    start = time.process_time()
    with pytest.raises(SourceError, match="more than 5,000,000 parts"):
        read(path)
    assert time.process_time() - start < 10


def test_one_long_word_named_by_many_tokens_is_not_put_together(tmp_path: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        pass

    doc = Doc(spacy.blank("en").vocab, words=["x" * 10_000] * 10_000)
    (rejected,) = read(spoiled(tmp_path, change, doc))
    assert isinstance(rejected, RejectedDocument)
    assert "more than 5,000,000 characters" in rejected.rejection.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: d.update(tokens=d["tokens"][:-1]), "cut off"),
        (lambda d: d.update(tokens=d["tokens"][:-8]), "cut off"),
        (lambda d: d.update(spaces=d["spaces"] + b"\1"), "another number"),
        (lambda d: d.update(lengths=(-1).to_bytes(4, "little", signed=True)), "negative length"),
        (lambda d: d.update(lengths=(10**9).to_bytes(4, "little")), "another number"),
        (lambda d: d.update(attrs=[]), "cut off"),
        (lambda d: d.update(attrs="ORTH"), "expected a list of attrs"),
        (lambda d: d.update(tokens="words"), "expected tokens as bytes"),
        (lambda d: d.update(strings={}), "expected a list of strings"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    change: Callable[[dict[str, Any]], object], reason: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match=reason):
        read(spoiled(tmp_path, change))


def test_a_word_that_is_not_in_the_file_rejects_its_document_alone(tmp_path: Path) -> None:
    def change(data: dict[str, Any]) -> None:
        data["tokens"] = b"\x07" * 7 + b"\x70" + data["tokens"][8:]

    first, second = read(spoiled(tmp_path, change, a_doc("Pell left."), a_doc("Mira left.")))
    assert isinstance(first, RejectedDocument)
    assert "is not in the file" in first.rejection.reason
    assert isinstance(second, SourceDocument)


def test_spans_outside_their_document_are_rejected(tmp_path: Path) -> None:
    """spaCy would read whatever memory lies there."""
    import struct

    def group(*spans: tuple[int, int]) -> bytes:
        packed = [struct.pack(">QQQllll", 0, 0, 0, start, end, 0, 0) for start, end in spans]
        content = srsly.msgpack_dumps({"name": "sc", "attrs": {}, "spans": [*packed, b"short"]})
        return bytes(srsly.msgpack_dumps({content: ["sc"]}))

    path = spoiled(
        tmp_path, lambda d: d.update(span_groups=[group((0, 1), (5, 4), (-3, 2), (0, 10**9), (3, 3))])
    )
    (document,) = documents(path)
    assert [s.fragments[0].exact for s in document.spans] == ["Pell", ""]
    assert [r.reason for r in document.rejected] == [
        *["lies outside the document, which has 22 tokens"] * 3,
        "is no span that can be read",
    ]


@pytest.mark.parametrize("depth", [100, 500, 900, 950, 1000])
def test_user_data_nested_at_any_depth(depth: int, tmp_path: Path) -> None:
    for innermost in (b"\x90", b"\xc4\x01x"):
        packed = b"\x81\xa4deep" + b"\x91" * depth + innermost
        must_hold(spoiled(tmp_path, lambda d, packed=packed: d.update(user_data=[packed])))


def test_an_entity_that_goes_on_without_having_begun_is_one_rejection(tmp_path: Path) -> None:
    doc = a_doc("Pell Orrin left")
    doc.ents = [Span(doc, 0, 2, label="PERSON")]

    def change(data: dict[str, Any]) -> None:
        column = data["attrs"].index(spacy.attrs.ENT_IOB)
        cells = bytearray(data["tokens"])
        cells[8 * column] = 1
        data["tokens"] = bytes(cells)

    (document,) = documents(spoiled(tmp_path, change, doc))
    assert [r.reason for r in document.rejected] == ["goes on without having begun"]


def test_fifty_thousand_entities_take_seconds(tmp_path: Path) -> None:
    count = 50_000
    doc = Doc(spacy.blank("en").vocab, words=["Pell", "left"] * count, ents=["B-PERSON", "O"] * count)
    path = saved(tmp_path, doc)
    start = time.process_time()
    (document,) = documents(path)
    assert len(document.spans) == count
    assert time.process_time() - start < 10


def must_hold(path: Path) -> None:
    try:
        for document in docbin.FORMAT.read(Unit(file_of(path)), OPTIONS):
            assert isinstance(document, SourceDocument | RejectedDocument)
            if isinstance(document, SourceDocument):
                mapping = parse_mapping(b"types: {}", OPTIONS.ontology, name="none", file="none.yaml")
                tally = apply(mapping, document, OPTIONS.ontology).tally
                assert tally.read == document.read
                assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    except SourceError:
        pass


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150)
@given(data=st.data())
def test_other_values_in_it_raise_only_our_errors(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = srsly.msgpack_loads(zlib.decompress(SAMPLE.read_bytes()))
    for _ in range(data.draw(st.integers(1, 2))):
        key = data.draw(st.sampled_from(sorted(content) or ["tokens"]))
        if isinstance(content.get(key), list) and content[key] and data.draw(st.booleans()):
            content[key][data.draw(st.integers(0, len(content[key]) - 1))] = data.draw(VALUES)
        elif isinstance(content.get(key), bytes) and content[key] and data.draw(st.booleans()):
            at = data.draw(st.integers(0, len(content[key]) - 1))
            content[key] = content[key][:at] + data.draw(st.binary(max_size=3)) + content[key][at + 3 :]
        else:
            content[key] = data.draw(VALUES)
    path = tmp_path_factory.mktemp("fuzz") / "one.spacy"
    path.write_bytes(zlib.compress(srsly.msgpack_dumps(content)))
    must_hold(path)


@settings(max_examples=150)
@given(at=st.integers(0, 10**6), piece=st.binary(max_size=4), gone=st.integers(0, 8), packed=st.booleans())
def test_damaged_bytes_raise_only_our_errors(
    at: int, piece: bytes, gone: int, packed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = SAMPLE.read_bytes() if packed else zlib.decompress(SAMPLE.read_bytes())
    at %= len(content)
    content = content[:at] + piece + content[at + gone :]
    path = tmp_path_factory.mktemp("fuzz") / "one.spacy"
    path.write_bytes(content if packed else zlib.compress(content))
    must_hold(path)
