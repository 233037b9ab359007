"""Timing that can be compared: each figure beside its counterpart in the same run, taken in turn, with its spread."""

from __future__ import annotations

import json
import platform
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]


class Spread(NamedTuple):
    """The least, the median and the greatest of several figures."""

    least: float
    median: float
    greatest: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> Spread:
        """The spread of some figures."""
        return cls(min(figures), statistics.median(figures), max(figures))

    def show(self, digits: int = 2, scale: float = 1.0) -> str:
        """As "median (least–greatest)"."""
        return f"{self.median * scale:.{digits}f} ({self.least * scale:.{digits}f}–{self.greatest * scale:.{digits}f})"


def in_child(module: str, *arguments: object) -> dict[str, Any]:
    """Run one of these benchmarks' modules as a process of its own; what it prints last is JSON."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def peak_megabytes() -> float:
    """The most memory this process has held, in MB; not what its parent held, which `getrusage` may count as well."""
    status = Path("/proc/self/status")
    if status.is_file():
        held = next((line for line in status.read_text().splitlines() if line.startswith("VmHWM:")), "")
        if held:
            return int(held.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def processor_seconds() -> float:
    """The processor time this process has used, all threads together: what a busy machine changes least."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def machine() -> str:
    """What this is measured on."""
    import os

    import pyoxigraph

    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()},"
        f" pyoxigraph {pyoxigraph.__version__}"
    )
