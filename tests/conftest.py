"""What every test stands on: settled randomness, no graph of the user's, shared material where present."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers.plugin", "tests.browser.opening"]

ROOT = Path(__file__).resolve().parents[1]

# An empty CI counts as unset: scripts pass it on as they found it.
IN_CI = bool(os.environ.get("CI"))

# Deadlines measure the machine, not the code. In CI the same examples are tried on every run.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("default"), derandomize=True, print_blob=True)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "default"))


def pytest_configure() -> None:
    """Forget the user's own graph and settings, in this process and in those that tests start."""
    for name in [name for name in os.environ if name.startswith("KG_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of corpora and the seed article beside some checkouts; tests that need it skip without."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder 'shared' beside the checkout, which is not there")
    return folder


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long value is not its test's name, which reaches child processes in their environment, where room is short."""
    return f"{argname} of {len(val)}" if isinstance(val, str | bytes) and len(val) > 200 else None
