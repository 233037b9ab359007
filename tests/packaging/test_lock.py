"""The locks pin every dependency exactly, with hashes, and name no address to fetch them from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUN = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
DEVELOPMENT = [
    *RUN,
    *(one for extra in EXTRAS.values() for one in extra if not one.startswith("attest-kg[")),
    *PROJECT["dependency-groups"]["dev"],
    *PROJECT["build-system"]["requires"],
]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(lock: str) -> list[Requirement]:
    """What a lock installs; a line of any other kind than a pin, its hashes and a comment fails the test."""
    found: list[Requirement] = []
    hashes = 1
    for line in (ROOT / "requirements" / lock).read_text(encoding="utf-8").splitlines():
        if PIN.match(line):
            assert hashes, f"{found[-1]} has no hash"
            hashes = 0
            found.append(Requirement(line.removesuffix(" \\")))
        elif HASH.match(line):
            hashes += 1
        else:
            assert re.match(r"^ +# +(via\b.*|-c requirements/run\.txt|attest-kg.*|[A-Za-z0-9._-]+)$", line), (
                line
            )
    return found


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt", "label-studio.txt"])
def test_a_lock_is_pins_and_hashes_without_addresses(lock: str) -> None:
    assert pins(lock)
    assert "://" not in (ROOT / "requirements" / lock).read_text(encoding="utf-8")


@pytest.mark.parametrize(("lock", "declared"), [("run.txt", RUN), ("dev.txt", DEVELOPMENT)])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_a_lock_holds_what_the_project_declares(lock: str, declared: list[str], python: str) -> None:
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    pinned: dict[str, str] = {}
    for pin in pins(lock):
        if pin.marker is None or pin.marker.evaluate(environment):
            assert pinned.setdefault(canonicalize_name(pin.name), str(pin.specifier)) == str(pin.specifier)
    for requirement in map(Requirement, declared):
        version = pinned.get(canonicalize_name(requirement.name), "")
        assert version, f"{requirement} is not in {lock}: run `make lock`"
        assert requirement.specifier.contains(version.removeprefix("=="), prereleases=True), (
            f"{lock} pins {requirement.name}{version}, pyproject.toml asks for {requirement}: run `make lock`"
        )


def test_both_locks_agree_on_what_they_share() -> None:
    development = {(canonicalize_name(pin.name), str(pin.specifier)) for pin in pins("dev.txt")}
    assert {(canonicalize_name(pin.name), str(pin.specifier)) for pin in pins("run.txt")} <= development
