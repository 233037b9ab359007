"""One catalogue, one answer: whatever is asked, every backend says what the embedded store says, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from tests.contract.backends import BACKENDS, FULL, QUICK, Backend
from tests.contract.cases import Asked, Case, difference, outcome
from tests.contract.corpora import CORPORA

MOST = 100 if FULL else 24
"""How many cases of each question."""
TOLD = 12
"""Differences told one by one."""
QUICK_CORPORA = ("examples", "odd", "seed")
"""What is asked about where not everything is."""
GRID = [
    (corpus, backend)
    for backend in BACKENDS
    for corpus in CORPORA
    if backend != "embedded" and (FULL or (corpus in QUICK_CORPORA and backend in QUICK))
]


@pytest.mark.parametrize(("corpus_name", "backend"), GRID, indirect=["backend"])
def test_every_question_is_answered_alike(
    corpus_name: str,
    backend: Backend,
    corpus: Callable[[str], Path],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    folder = corpus(corpus_name)
    problems: list[str] = []
    with kg.Graph.open(folder) as embedded, backend.moved(folder, tmp_path / "graph") as graph:
        asked = Asked(embedded)
        for name in asked.questions:
            cases = asked.cases(name, MOST)
            differing = [told for case in cases if (told := compared(case, embedded, graph))]
            record_property("parity", (name, backend.name, corpus_name, len(cases), len(differing)))
            problems += differing[:TOLD] + (["…"] if len(differing) > TOLD else [])
    assert not problems, f"{backend.name}, {corpus_name}:\n" + "\n".join(problems)


def compared(case: Case, embedded: kg.Graph, graph: kg.Graph) -> str:
    """What a backend says otherwise than the embedded store."""
    told = difference(outcome(embedded, case), outcome(graph, case))
    return f"{case}: {told}" if told else ""


@pytest.mark.parametrize("corpus_name", CORPORA if FULL else QUICK_CORPORA)
def test_pages_of_an_answer_are_together_the_whole(corpus_name: str, corpus: Callable[[str], Path]) -> None:
    """On the embedded store, which the others are compared with page by page."""
    with kg.Graph.open(corpus(corpus_name)) as graph:
        asked = Asked(graph)
        for name in asked.questions:
            case = asked.cases(name, 1)[0]
            whole = kg.ask(graph, name, limit=None, **case.given)
            for size in (1, 3) if len(whole.rows) < 20 else (7,):
                assert paged(graph, case, size) == whole.rows, case


def paged(graph: kg.Graph, case: Case, size: int) -> list[dict[str, object]]:
    """All rows of an answer, a page at a time."""
    rows: list[dict[str, object]] = []
    while True:
        answer = kg.ask(graph, case.question, limit=size, after=len(rows), **case.given)
        assert len(answer.rows) == size or not answer.more
        rows += answer.rows
        if not answer.more:
            return rows
