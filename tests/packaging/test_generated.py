"""Files that a program writes are as that program would write them now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = {"kg/__main__.py", "kg/cli.py", "kg/adhoc/child.py"}

# Every module that can be run, the command and its child aside, writes one file (--write) or checks it (--check).
WRITERS = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for package in ("ontology", "loaders", "queries", "kg")
    for path in (ROOT / package).rglob("*.py")
    if path.relative_to(ROOT).as_posix() not in COMMANDS
    and '\nif __name__ == "__main__":' in path.read_text(encoding="utf-8")
)


def test_the_published_schema_and_the_shapes_are_among_them() -> None:
    assert {"loaders.native.models", "ontology.shapes"} <= set(WRITERS)


@pytest.mark.parametrize("module", WRITERS)
def test_a_generated_file_is_up_to_date(module: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", module, "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
