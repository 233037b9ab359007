"""Every backend, every corpus made once in the embedded store, and a summary of what was asked of whom."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contract.backends import BACKENDS, FULL, Backend
from tests.contract.corpora import CORPORA, NEEDS_SHARED
from tests.contract.table import RESULTS
from tests.servers.plugin import Databases


@pytest.fixture
def backend(request: pytest.FixtureRequest, server_database: Databases) -> Backend:
    """One backend, by indirect parameter."""
    return Backend(BACKENDS[request.param], server_database)


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
    """What the grid came to, a line for each question, a column for each backend; the full one is kept as JSON."""
    found: dict[str, dict[str, dict[str, tuple[int, int]]]] = defaultdict(lambda: defaultdict(dict))
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in getattr(report, "user_properties", ()):
                if name == "parity" and report.when == "call":
                    question, backend, corpus, asked, differing = value
                    found[question][backend][corpus] = (asked, differing)
    if not found:
        return
    if FULL:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(found, indent=1), "utf-8")
    columns = [name for name in BACKENDS if any(name in row for row in found.values())]
    terminalreporter.section(f"parity, {'the full grid' if FULL else 'some of the grid'}")
    terminalreporter.write_line(f"{'':<28}" + "".join(f"{name:>18}" for name in columns))
    for question in sorted(found):
        cells = [_cell(list(found[question].get(name, {}).values())) for name in columns]
        terminalreporter.write_line(f"{question:<28}" + "".join(f"{cell:>18}" for cell in cells))


def _cell(counted: list[tuple[int, int]]) -> str:
    asked, differing = sum(one for one, _ in counted), sum(one for _, one in counted)
    return f"{differing:,} differ" if differing else f"{asked:,} ok" if asked else ""
