"""Readers that come from the npm registry, each at one version with a sum of its own, kept in the checkout."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import IN_CI, ROOT

CACHE = ROOT / ".servers" / "npm"
PINNED = {
    "@alephdata/followthemoney": (
        "3.8.4",
        "iFCZntDF2nAIKb3SjRqRBdQdvvf9Wrw23FC+r3a5kcYDqbFE+qL9nYd3kMOTOS4RYZMSVOdoi4wIlOxatZeDow==",
    ),
    "cytoscape": (
        "3.33.1",
        "iJc4TwyANnOGR1OmWhsS9ayRS3s+XQ185FmuHObThD+5AeJCakAAbWv8KimMTt08xCCLNgneQwFp+JRJOr9qGQ==",
    ),
}
"""Package: version, and the SHA-512 of what the registry serves, in base64. None of these needs a further package."""


def ask_node(script: str, *arguments: Path, packages: tuple[str, ...]) -> list[Any]:
    """Run a script in Node with packages at hand; what it printed, one JSON value a line.

    Skips where there is no Node or registry, except in CI.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        if IN_CI:
            raise AssertionError("needs Node and npm, which are not on the path")
        pytest.skip("needs Node and npm, which are not on the path")
    for name in packages:
        _install(npm, name)
    done = subprocess.run(
        [node, "-e", script, *map(str, arguments)],
        cwd=CACHE,
        env=os.environ | {"NODE_PATH": str(CACHE / "node_modules")},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return [json.loads(line) for line in done.stdout.decode().split("\n") if line]


def _install(npm: str, name: str) -> None:
    version, wanted = PINNED[name]
    target = CACHE / "node_modules" / name
    mark = target / f".version-{version}"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if mark.exists():
            return
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            done = subprocess.run(
                [npm, "pack", "--silent", f"{name}@{version}"],
                cwd=scratch, capture_output=True, timeout=120, check=False,
            )  # fmt: skip
            if done.returncode:
                if IN_CI:
                    raise AssertionError(done.stderr.decode()[-1000:])
                pytest.skip(f"the npm registry did not give {name}")
            (packed,) = Path(scratch).glob("*.tgz")
            found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
            assert found == wanted, f"{name} {version} is not what was pinned: {found}"
            with tarfile.open(packed) as archive:
                archive.extractall(scratch, filter="data")
            shutil.rmtree(target, ignore_errors=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            (Path(scratch) / "package").rename(target)
            mark.touch()
