"""WebAnno TSV with very many annotations, very long cells, or spans that cover very much."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from loaders.webanno import annotations as webanno_annotations
from tests.loaders.test_webanno import HEADER, PLAIN, RELATION, SPAN, document, reasons


def test_fifty_thousand_annotations_take_seconds(tmp_path: Path) -> None:
    lines = [HEADER + SPAN + RELATION + "\n"]
    offset = number = 0
    for sentence in range(1, 2_501):
        lines.append("#Text=" + " ".join(["Küste"] * 10) + " 🚢")
        for token in range(1, 11):
            number += 1
            tie = f"t\t{sentence}-1[{number - token + 1}_{number}]" if token > 1 else "_\t_"
            lines.append(
                f"{sentence}-{token}\t{offset}-{offset + 5}\tKüste\tland[{number}]\t*[{number}]\t{tie}\t"
            )
            offset += 6
        offset += 3
        lines.append("")
    started = time.monotonic()
    found = document(tmp_path, "\n".join(lines))
    assert time.monotonic() - started < 30
    assert (len(found.spans), len(found.links), len(found.rejected)) == (25_000, 22_500, 0)


@pytest.mark.parametrize(
    "cells",
    [
        "|".join(f"v[{n}]" for n in range(1, 50_001)) + "\t" + "|".join(f"*[{n}]" for n in range(1, 50_001)),
        "\\" * 300_000 + "[1]\t" + "\\" * 300_001 + "|",
        ";" * 200_000 + "\t" + "[" * 200_000 + "]",
    ],
)
def test_a_cell_may_be_as_long_as_it_likes(tmp_path: Path, cells: str) -> None:
    rows = f"#Text=a {' ' * 1_000_000}b\n1-1\t0-1\ta\t{cells}\t\n1-2\t1000002-1000003\tb\t{cells}\t\n"
    started = time.monotonic()
    found = document(tmp_path, HEADER + SPAN + "\n\n" + rows)
    assert time.monotonic() - started < 30
    assert found.read


def test_spans_cannot_cover_more_than_there_is_memory_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webanno_annotations, "_MOST_COVERED", 1_000_000)
    rows = "".join(f"1-1.{n}\t{n}-20\t{'a' * (20 - n)}\t*[{n}]\t\n" for n in range(1, 20))
    last = "|".join(f"*[{n}]" for n in range(1, 20))
    content = f"#Text={'a' * 20}{' ' * 100_000}b\n1-1\t0-20\t{'a' * 20}\t_\t\n{rows}1-2\t100020-100021\tb\t{last}\t\n"
    found = document(tmp_path, HEADER + PLAIN + "\n\n" + content)
    assert len(found.spans) == 9
    assert set(reasons(found)) == {"covers so much that all spans together are too large"}
    assert found.read == 19
