"""Any document, written as WebAnno TSV and as UIMA XMI, is the same document to both loaders."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.loaders.cas_made import (
    CHAIN,
    DEPENDENCY,
    FILLER,
    GROUP,
    LINK,
    NAMED,
    POS,
    RAID,
    SENTENCE,
    TIES,
    TOKEN,
    Made,
    one,
    saved,
)
from tests.loaders.described import described
from tests.loaders.tsv_made import tsv

WORDS = st.sampled_from(["Vela", "🚢", "مينا", "e\u0301t", "Küste🚢n", "a\\b", ".", "𐎠𐎡"])
SPACES = st.sampled_from([" ", " ", "  ", "", "\t", "\n", " \u00a0"])
BETWEEN = st.sampled_from(["\n", "", "\n  "])
VALUES = st.sampled_from(
    [
        "PER",
        "*",
        "_",
        "a|b",
        "[1]",
        "x[2]",
        "\\",
        "a\\",
        "->1-1",
        "x;y",
        "tab\tbed",
        "🚢",
        "two\nlines",
        "\\*",
    ]
)
MAYBE = st.none() | VALUES


@st.composite
def documents(draw: st.DrawFn) -> Made:
    """Sentences of words, and spans, relations, slots and chains on them."""
    made, tokens = _text(draw)
    ids = [_token(draw, made, place) for place in tokens]
    groups, named = _spans(draw, made, tokens)
    for type, ends, feature in ((TIES, groups, "kind"), (DEPENDENCY, ids, "DependencyType")):
        for _ in range(draw(st.integers(0, 3)) if ends else 0):
            source, target = draw(st.sampled_from(ends)), draw(st.sampled_from(ends))
            refers = {"Governor": source, "Dependent": target}
            made.add(type, _of(made, target), refers=refers, has=_having(**{feature: draw(MAYBE)}))
    _events(draw, made, tokens, [*groups, *named])
    for _ in range(draw(st.integers(0, 2))):
        following: int | None = None
        for _ in range(draw(st.integers(1, 3))):
            has = _having(referenceType=draw(MAYBE), referenceRelation=draw(MAYBE))
            refers = {"next": following} if following is not None else {}
            following = made.add(LINK, _place(draw, made, tokens), refers=refers, has=has)
        made.add(CHAIN, refers={"first": following})
    return made


def _text(draw: st.DrawFn) -> tuple[Made, list[tuple[int, int]]]:
    text = draw(st.sampled_from(["", " ", "  "]))
    made = Made()
    tokens: list[tuple[int, int]] = []
    for number in range(draw(st.integers(1, 3))):
        text += draw(BETWEEN) if number else ""
        start = _units(text)
        for place in range(draw(st.integers(1, 4))):
            text += draw(SPACES) if place else ""
            begin = _units(text)
            text += draw(WORDS)
            tokens.append((begin, _units(text)))
        made.add(SENTENCE, (start, _units(text)))
    made.texts["_InitialView"] = text
    return made, tokens


def _token(draw: st.DrawFn, made: Made, place: tuple[int, int]) -> int:
    """A token, with a part of speech or without."""
    if draw(st.booleans()):
        return made.add(TOKEN, place, refers={"pos": made.add(POS, place, has=_having(PosValue=draw(MAYBE)))})
    return made.add(TOKEN, place)


def _spans(draw: st.DrawFn, made: Made, tokens: list[tuple[int, int]]) -> tuple[list[int], list[int]]:
    sizes, flags = st.none() | st.integers(0, 9), st.none() | st.booleans()
    groups = [
        made.add(GROUP, _place(draw, made, tokens), has=_having(named=draw(flags), size=draw(sizes)))
        for _ in range(draw(st.integers(0, 4)))
    ]
    named = [
        made.add(NAMED, _place(draw, made, tokens), has=_having(value=draw(MAYBE), identifier=draw(MAYBE)))
        for _ in range(draw(st.integers(0, 4)))
    ]
    return groups, named


def _events(draw: st.DrawFn, made: Made, tokens: list[tuple[int, int]], fillers: list[int]) -> None:
    """Spans with slots, which may be filled by such spans as are there already."""
    for _ in range(draw(st.integers(0, 3))):
        slots = []
        for _ in range(draw(st.integers(0, 3)) if fillers else 0):
            refers = {"target": draw(st.sampled_from(fillers))}
            slots.append(made.add(FILLER, sofa=None, refers=refers, has=_having(role=draw(MAYBE))))
        has, links = _having(certainty=draw(MAYBE)), {"links": slots} if slots else {}
        fillers.append(made.add(RAID, _place(draw, made, tokens), refers=links, has=has))


def _place(draw: st.DrawFn, made: Made, tokens: list[tuple[int, int]]) -> tuple[int, int]:
    """From within or at the edge of one token to within or at the edge of the same or a later one."""
    first = draw(st.integers(0, len(tokens) - 1))
    last = draw(st.integers(first, min(len(tokens) - 1, first + 3)))
    text = made.texts["_InitialView"] or ""
    begins, ends = (_edges(text, *tokens[place]) for place in (first, last))
    begin = draw(st.sampled_from([tokens[first][0], *begins[:-1]]))
    end = draw(st.sampled_from([tokens[last][1], *(ends if first == last else ends[1:])]))
    return begin, max(begin, end)


def _edges(text: str, begin: int, end: int) -> list[int]:
    """Every place in a token that is between two characters."""
    words = text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le")
    return [begin + _units(words[:size]) for size in range(len(words) + 1)]


def _of(made: Made, id: int) -> tuple[int, int]:
    structure = next(s for s in made.structures if s.id == id)
    return structure.begin or 0, structure.end or 0


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _having(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}


@settings(max_examples=150)
@given(documents())
def test_a_document_is_the_same_from_both(made: Made) -> None:
    with tempfile.TemporaryDirectory() as folder:
        xmi = one(saved(Path(folder), made))
        path = Path(folder) / "report.tsv"
        path.write_text(tsv(made), encoding="utf-8")
        rows = one(path)
    assert rows.text == xmi.text
    assert described(rows) == described(xmi)
    assert not rows.remarks
