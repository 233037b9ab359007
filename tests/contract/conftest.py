"""Every backend, started once and only if a test wants it, and every corpus, made once in the embedded store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import IN_CI
from tests.contract.backends import BACKENDS, FULL, Backend
from tests.contract.corpora import CORPORA, NEEDS_SHARED


@pytest.fixture(scope="session")
def backends() -> Iterator[Callable[[str], Backend]]:
    """A backend by its name; it is started when it is first asked for and ended with the run."""
    running: dict[str, Backend] = {}

    def find(name: str) -> Backend:
        if name not in running:
            running[name] = BACKENDS[name]()
        return running[name]

    with ExitStack() as ending:
        try:
            yield find
        finally:
            for one in running.values():
                ending.callback(one.close)


@pytest.fixture
def backend(request: pytest.FixtureRequest, backends: Callable[[str], Backend]) -> Backend:
    """One backend, by indirect parameter; skips where its server cannot be had, except in CI."""
    from tests.servers.contract import Unavailable

    found = backends(request.param)
    try:
        with found.place():
            return found
    except Unavailable as missing:
        if IN_CI:
            raise
        pytest.skip(f"{found.name}: {missing}")


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a graph that holds a corpus, by its name."""
    made: dict[str, Path] = {}

    def find(name: str) -> Path:
        if name not in made:
            shared = Path(__file__).resolve().parents[3] / "shared"
            if name in NEEDS_SHARED and not shared.is_dir():
                pytest.skip("needs the folder 'shared' beside the checkout, which is not there")
            folder = tmp_path_factory.mktemp(name) / "graph"
            CORPORA[name](folder, shared)
            made[name] = folder
        return made[name]

    return find


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the grid came to: a line for each question, a column for each backend."""
    found: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in getattr(report, "user_properties", ()):
                if name == "parity" and report.when == "call":
                    question, backend, asked, differing = value
                    found[question][backend].append((asked, differing))
    if not found:
        return
    columns = [name for name in BACKENDS if any(name in row for row in found.values())]
    terminalreporter.section(f"parity, {'the full grid' if FULL else 'some of the grid'}")
    terminalreporter.write_line(f"{'':<28}" + "".join(f"{name:>18}" for name in columns))
    for question in sorted(found):
        cells = [found[question].get(name, []) for name in columns]
        terminalreporter.write_line(f"{question:<28}" + "".join(f"{_cell(cell):>18}" for cell in cells))


def _cell(counted: list[tuple[int, int]]) -> str:
    asked, differing = (sum(some) for some in zip(*counted, strict=True)) if counted else (0, 0)
    return f"{differing:,} differ" if differing else f"{asked:,} ok" if asked else ""
