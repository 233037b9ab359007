"""Whatever a graph goes through, on every backend: the store that followed, one built anew and the embedded one say
the same, and answer alike."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, note, settings

import kg
from kg.verification import canonical_dump
from tests.contract.backends import FULL, TRIED, Backend
from tests.contract.cases import Asked
from tests.contract.corpora import ODD
from tests.contract.generated import Step, histories, take
from tests.contract.test_parity import compared

EXAMPLES = 15 if FULL else 3
CASES = 6
"""How many of each question after a history."""
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


@pytest.mark.parametrize("backend", [name for name in TRIED if name != "embedded"], indirect=True)
def test_any_history_comes_to_the_same_everywhere(backend: Backend) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @example(list(ODD))
    @given(histories)
    def lived(steps: list[Step]) -> None:
        for at, one in enumerate(steps):
            note(f"{at}: {one}")
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            place = stack.enter_context(backend.place())
            kg.Graph.create(folder / "embedded")
            kg.Graph.create(folder / "there", store=place)
            with (
                kg.Graph.open(folder / "embedded", write=True) as embedded,
                kg.Graph.open(folder / "there", write=True) as there,
            ):
                there.catch_up()  # one in memory begins with nothing
                for at, one in enumerate(steps):
                    take(embedded, one)
                    take(there, one)
                    same(embedded, there, f"after step {at}")
                    assert kg.verify(there) == [], f"after step {at}"
                there.rebuild()
                same(embedded, there, "built anew")
                asked = Asked(embedded)
                cases = [case for name in asked.questions for case in asked.cases(name, CASES)]
                assert [told for case in cases if (told := compared(case, embedded, there))] == []

    lived()


def same(one: kg.Graph, other: kg.Graph, when: str) -> None:
    """Both stores hold the same."""
    expected, found = set(canonical_dump(one)), set(canonical_dump(other))
    assert sorted(expected - found) == [], f"lacking {when}"
    assert sorted(found - expected) == [], f"too much {when}"
