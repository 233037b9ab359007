"""Damaged samples of every format, a few seconds each; `python -m benchmarks.fuzzing` goes on for longer."""

from __future__ import annotations

import importlib
from random import Random

import pytest

from benchmarks import damaging
from benchmarks.fuzzing import run, samples
from loaders.formats import formats

_NEEDS = {"stix": "stix2", "spacy": "spacy", "cas-xmi": "cassis", "cas-json": "cassis", "inception": "cassis"}


@pytest.mark.parametrize("format", sorted(formats()))
def test_damaged_files_give_documents_rejections_and_exact_sums(format: str) -> None:
    if format in _NEEDS:
        pytest.importorskip(_NEEDS[format])
    outcome = run(format, seconds=2.5, seed=7, most=200)
    assert not outcome.findings, next(iter(outcome.findings.items()))
    assert outcome.documents > outcome.refused > 0


def test_the_same_seed_damages_the_same_way() -> None:
    (sample,) = [one for one in samples("webanno-tsv") if len(one) == 1]
    ((name, content),) = sample.items()
    made = [[damaging.damaged(Random(f"7 {n}"), content, name) for n in range(50)] for _ in range(2)]
    assert made[0] == made[1]
    assert len({*made[0], content}) > 40


def test_what_a_loader_must_not_do_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("text")

    monkeypatch.setattr(importlib.import_module("loaders.doccano"), "_annotations", broken)
    outcome = run("doccano", seconds=5, seed=7, most=3)
    ((problem, again),) = outcome.findings.items()
    assert "KeyError" in problem
    assert again[0] == "python -m benchmarks.fuzzing doccano --seed 7 --only 0"
