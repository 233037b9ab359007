"""Whatever is done to a CAS: it is read, or refused in our own words, and every annotation is accounted for."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.formats import Options
from loaders.mapping import parse_mapping
from loaders.reading import read
from ontology.models import AnnotatedArticle
from tests.loaders.cas_made import GROUP, NAMED, ONTOLOGY, TIES, Made, full, told, zipped
from tests.loaders.cas_made import one as only

MAPPING = parse_mapping(
    b"""
types: {Group: ArmedGroup, NamedEntity: Place, Coreference: ignore, POS: ignore}
relations:
  Ties: {relation: trained, roles: {source: subject, target: object}}
  Raid: {relation: alliedWith, roles: {raider: subject, place: object, links: object}}
  Dependency: ignore
attributes: {named: {named: {"true": "true", "false": "false"}}, value: ignore}
equivalences: {Coreference: same}
""",
    ONTOLOGY,
    name="borrin",
    file="borrin.yaml",
)

XMI, TYPES, JSON = full().xmi(), full().type_system(), full().json()


def check(files: dict[str, bytes]) -> None:
    """Read a folder with these files: nothing is raised, and the sums are exact."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        for document in read([folder], Options(ONTOLOGY), lambda _: MAPPING, mapping="borrin"):
            if isinstance(document, AnnotatedArticle):
                tally = document.tally
                assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
                assert all(lost.reason for lost in tally.rejected)
                for entity in document.entities:
                    for mention in entity.mentions:
                        assert all(document.text[f.start : f.end] == f.exact for f in mention.fragments)
            else:
                assert document.rejection.reason
                assert document.read >= 0


VALUES = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "10",
        "12 13",
        "19 10 19",
        "999999999999",
        "4294967296",
        "x",
        "1.5",
        "NaN",
        "🦩",
        "true",
        " ",
        "0 0",
    ]
)


@st.composite
def spoilt_xml(draw: st.DrawFn, whole: str) -> str:
    """XML of which attributes and elements are changed, taken out, doubled or exchanged."""
    parts = re.split(r'(="[^"]*"|\s+\S+="[^"]*"|<[^>]*/?>)', whole)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(parts) - 1))
        match draw(st.sampled_from(["value", "value", "out", "double", "exchange"])):
            case "value":
                value = draw(VALUES)
                parts[at] = re.sub(r'="[^"]*"', f'="{value}"', parts[at], count=draw(st.integers(0, 2)))
            case "out":
                parts[at] = ""
            case "double":
                parts[at] *= 2
            case _:
                other = draw(st.integers(0, len(parts) - 1))
                parts[at], parts[other] = parts[other], parts[at]
    return "".join(parts)


@given(spoilt_xml(XMI), st.booleans())
@settings(max_examples=250)
def test_any_change_to_xmi(spoilt: str, with_types: bool) -> None:
    files = {"report.xmi": spoilt.encode()}
    check(files | ({"TypeSystem.xml": TYPES.encode()} if with_types else {}))


@given(spoilt_xml(TYPES))
@settings(max_examples=80)
def test_any_change_to_a_type_system(spoilt: str) -> None:
    check({"report.xmi": XMI.encode(), "TypeSystem.xml": spoilt.encode()})


@given(st.sampled_from(["report.xmi", "TypeSystem.xml", "report.json"]), st.data())
@settings(max_examples=150)
def test_any_bytes_flipped_or_cut(which: str, data: st.DataObject) -> None:
    files = {"report.xmi": XMI.encode(), "TypeSystem.xml": TYPES.encode(), "report.json": JSON.encode()}
    content = bytearray(files[which])
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.none() | st.integers(0, len(content)))
    check(files | {which: bytes(content[:cut])})


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 40)
    | st.sampled_from(
        [2**31, 2**70, 1.5, "", "x", "10", "uima.cas.Sofa", "uima.cas.FSArray", GROUP, "🦩", "a[]"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["%ID", "%TYPE", "%RANGE", "@next", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in some JSON: what it is in, and its key there."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            found.append((one, key))
            waiting.append(one[key])
    return found


@given(st.data())
@settings(max_examples=250)
def test_any_change_to_json(data: st.DataObject) -> None:
    content = json.loads(JSON)
    for _ in range(data.draw(st.integers(1, 5))):
        holder, key = data.draw(st.sampled_from(places(content) or [({"x": 1}, "x")]))
        if isinstance(holder, dict) and data.draw(st.booleans()):
            del holder[key]
        elif data.draw(st.integers(0, 9)) == 0 and isinstance(holder, list):
            holder.append(holder[key])
        else:
            holder[key] = data.draw(ANY)
    check({"report.json": json.dumps(content).encode()})


@given(st.data())
@settings(max_examples=60)
def test_any_piece_of_a_project(data: st.DataObject) -> None:
    files: dict[str, str | bytes] = {
        "exportedproject1.json": '{"source_documents": [{"name": "a", "state": "NEW"}]}',
        "annotation/a/jane.zip": zipped({"a.xmi": XMI, "TypeSystem.xml": TYPES}),
        "annotation/a/omar.json": JSON,
        "annotation/b": "a file",
        "curation/a/CURATION_USER.zip": zipped({"a.xmi": XMI}),
        "annotation_ser/c/zoe.ser": "x",
    }
    kept = data.draw(st.lists(st.sampled_from(sorted(files)), unique=True))
    chosen = {name: files[name] for name in kept}
    for name in kept:
        if data.draw(st.integers(0, 3)) == 0:
            content = chosen[name]
            content = content.encode() if isinstance(content, str) else content
            chosen[name] = content[: data.draw(st.integers(0, len(content)))]
    check({"project.zip": zipped(chosen)})


PIECES = st.lists(
    st.sampled_from(
        ["Front", " ", "\n", "\r\n", "\t", "🦩", "جبهة", "e\u0301", "<&>", "\u2028", "\u200f", '"']
    ),
    min_size=1,
    max_size=12,
).map("".join)


@given(PIECES, st.data())
@settings(max_examples=150)
def test_what_was_written_is_read(text: str, data: st.DataObject) -> None:
    made = Made({"_InitialView": text})
    offsets = [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text) + 1)]
    expected = []
    for _ in range(data.draw(st.integers(0, 4))):
        start, end = sorted((data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))))
        value = data.draw(PIECES)
        made.add(NAMED, (offsets[start], offsets[end]), has={"value": value})
        words = f"NamedEntity {text[start:end]!r}"
        expected += [words, f"{words} has value {value}"]
    if len(made.structures) > 1:
        made.add(TIES, (0, 0), refers={"Governor": 10, "Dependent": 11})
        expected.append(f"the Ties: source {expected[0]}, target {expected[2]}")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x.xmi").write_text(made.xmi(), encoding="utf-8", newline="")
        Path(folder, "TypeSystem.xml").write_text(made.type_system(), encoding="utf-8")
        assert told(only(Path(folder))) == sorted(expected)
        assert only(Path(folder)).text == text
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x.json").write_text(made.json(), encoding="utf-8")
        assert told(only(Path(folder))) == sorted(expected)
        assert only(Path(folder)).text == text
