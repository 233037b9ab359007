"""Damaged WebAnno TSV: whatever is done to a file, it is read exactly or refused with a reason, and quickly."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.files import File
from loaders.formats import Options, Unit
from loaders.mapping import apply, parse_mapping
from loaders.source import SourceDocument
from loaders.webanno import cells
from loaders.webanno import reading as webanno
from ontology.errors import SourceError
from ontology.vocabulary import load

ONTOLOGY = load()
SAMPLE = (
    "#FORMAT=WebAnno TSV 3.3\n"
    "#T_SP=custom.Actor|kind|note\n"
    "#T_SP=custom.Raid|ROLE_custom.Raid:who_custom.RaidWhoLink|custom.Actor|mood\n"
    "#T_CH=dkpro.CoreferenceLink|referenceType|referenceRelation\n"
    "#T_RL=custom.Ties|sort|BT_custom.Actor\n\n\n"
    "#Sentence.id=s1\n#Text=Vela 🚢 met Oren\\t.\n"
    "1-1\t0-4\tVela\tperson[1]|group[2]\t*[1]|old[2]\t_\t_\t_\tname[1]\tcoref->1-1\t_\t_\t\n"
    "1-2\t5-7\t🚢\tship\t\\*\\|\t_\t_\t_\t_\t_\tally|foe\t1-1[1_0]|1-1[2_0]\t\n"
    "1-3\t8-11\tmet\t_\t_\twho;by[7]|_[8]\t1-1[1];1-4|*\tsad[7]|*[8]\t_\t_\t_\t_\t\n"
    "1-3.1\t8-9\tm\tx\t*\t_\t_\t_\t_\t_\t_\t_\t\n"
    "1-3.2\t11-11\t\tx\t*\t_\t_\t_\t_\t_\t_\t_\t\n"
    "1-4\t12-16\tOren\tperson\t*\t_\t_\t_\t*[1]\t*->1-2\t_\t_\t\n"
    "1-5\t17-18\t.\t_\t_\t_\t_\t_\t_\t_\t_\t_\t\n\n"
    "#Text=It مينا\n#Text=left\n"
    "2-1\t19-21\tIt\tgroup[3]\tlong[3]\t_\t_\t_\tpr[1]\t*->1-3\t*\t1-4\t\n"
    "2-2\t22-26\tمينا\tgroup[3]\tlong[3]\t_\t_\t_\t_\t_\t_\t_\t\n"
    "2-3\t27-31\tleft\t_\t_\t_\t_\t_\t_\t_\t*\t2-1[3_3]\t\n"
)
MAPPING = parse_mapping(
    b"""
types: {Actor: Group, Coreference: Group, Token: ignore}
relations: {Ties: {relation: linkedTo, roles: {source: party, target: party}}, Raid: ignore}
attributes: {kind: ignore, note: {name: und}, sort: ignore, referenceType: ignore, referenceRelation: ignore}
equivalences: {Coreference: same}
""",
    ONTOLOGY,
    name="m",
    file="m.yaml",
)
PIECES = ("\t", "\n", "\r\n", "|", ";", "_", "*", "[1]", "[2]", "[0_2]", "\\", "->1-1", "1-1", "1-3.1", "0-4", "#",
          "🚢", "999999999", "-1", "١", "\ud83d", "#T_SP=a.B|c\n", "#T_CH=a.BLink\n", "#T_RL=a.C|BT_a.B\n", "ROLE_",
          "\x00", "#FORMAT=WebAnno TSV 3.0\n", "#Text=", "\n\n", "NaN", "1e9", "[99999999999999999999]")  # fmt: skip

damages = st.lists(
    st.tuples(
        st.integers(0, len(SAMPLE)),
        st.integers(0, 40),
        st.sampled_from(PIECES) | st.text(max_size=4),
    ),
    min_size=1,
    max_size=6,
)


def check(content: bytes) -> SourceDocument | None:
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "x.tsv"
        path.write_bytes(content)
        file = File("x.tsv", "x.tsv", path, Path(made))
        webanno.FORMAT.recognise(file)
        try:
            (found,) = webanno.FORMAT.read(Unit(file), Options(ONTOLOGY, 100_000))
        except SourceError:
            return None
    if not isinstance(found, SourceDocument):
        return None
    found.text.encode()
    ids = [annotation.id for annotation in found.annotations() if annotation.id]
    assert len(ids) == len(set(ids))
    known = set(ids)
    for annotation in found.annotations():
        assert known.issuperset(annotation.references())
    for span in found.spans:
        assert span.fragments
        assert all(found.text[start:end] == exact for start, end, exact in span.fragments)
    tally = apply(MAPPING, found, ONTOLOGY).tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    assert tally.read == sum(map(sum, tally.kinds.values()))
    return found


def test_the_sample_is_whole() -> None:
    found = check(SAMPLE.encode())
    assert found is not None
    assert not found.rejected
    assert not found.remarks
    assert (len(found.spans), len(found.links), len(found.equivalences)) == (12, 6, 1)


@settings(max_examples=400)
@given(damages)
def test_damaged_text(damage: list[tuple[int, int, str]]) -> None:
    content = SAMPLE
    for start, length, piece in damage:
        content = content[:start] + piece + content[start + length :]
    check(content.encode("utf-8", "surrogatepass"))


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=5), st.integers(0, 2_000))
def test_damaged_bytes(flips: list[tuple[int, int]], end: int) -> None:
    content = bytearray(SAMPLE.encode())
    for place, value in flips:
        content[place % len(content)] = value
    check(bytes(content[: end or None]))


@settings(max_examples=400)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 13), st.integers(0, 9), st.integers(0, 13)), max_size=6
    )
)
def test_cells_in_the_wrong_place(moves: list[tuple[int, int, int, int]]) -> None:
    lines = SAMPLE.split("\n")
    rows = [number for number, line in enumerate(lines) if line[:1].isdigit()]
    for row, column, other, place in moves:
        mine, theirs = (lines[rows[one % len(rows)]].split("\t") for one in (row, other))
        mine[column % len(mine)] = theirs[place % len(theirs)]
        lines[rows[row % len(rows)]] = "\t".join(mine)
    check("\n".join(lines).encode())


@given(st.text(alphabet="ab\\[]|_->;\t\n*é1-", max_size=30), st.text(alphabet="a\\|_*", max_size=5))
def test_what_is_escaped_comes_back(value: str, other: str) -> None:
    def escaped(text: str) -> str:
        for special in ("\\", "[", "]", "|", "_", "->", ";", "*"):
            text = text.replace(special, "\\" + special)
        return text.replace("\t", "\\t").replace("\n", "\\n")

    first, second = cells.stacked(f"{escaped(value)}[1]|{escaped(other)}")
    assert cells.numbered(first).id == 1
    assert cells.plain(cells.numbered(first).value) == value
    assert cells.numbered(second).id is None
    assert cells.plain(second) == other
    assert [cells.plain(v) for v in cells.slots(f"{escaped(value)};{escaped(other)}")] == [value, other]
    member = cells.member(f"{escaped(value)}->2-3")
    assert member is not None
    assert (cells.plain(member.value), member.chain, member.place) == (value, 2, 3)
