"""What users install, wheel or source, works without the checkout and holds all that it reads."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["ontology", "loaders", "queries", "kg"]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
# Where pip puts the blame on the network, and not on us.
OFFLINE = re.compile(
    r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|NameResolutionError"
)


class Built(NamedTuple):
    wheel: Path
    sdist: Path


class Installed(NamedTuple):
    """An environment that holds the wheel and the run lock, and nothing else."""

    folder: Path
    elsewhere: Path  # where commands run: no checkout above or below

    def run(self, *command: str | Path) -> str:
        """What a command of the environment prints; it must succeed."""
        program, *arguments = command
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KG_"))
        }
        done = subprocess.run(
            [self.folder / ("Scripts" if os.name == "nt" else "bin") / program, *arguments],
            cwd=self.elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout


def build(source: Path, target: Path, *kinds: str) -> None:
    kinds_wanted = [option for kind in kinds for option in ("-t", kind)]
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", target, *kinds_wanted],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    target = tmp_path_factory.mktemp("dist")
    build(ROOT, target, "wheel", "sdist")
    return Built(next(target.glob("*.whl")), next(target.glob("*.tar.gz")))


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    environment = Installed(folder, tmp_path_factory.mktemp("elsewhere"))
    pip = ("python", "-m", "pip", "--disable-pip-version-check", "install", "-q", "--retries", "1")
    try:
        environment.run(
            *pip, "--require-hashes", "--only-binary", ":all:", "-r", ROOT / "requirements" / "run.txt"
        )
    except AssertionError as failure:
        if OFFLINE.search(str(failure)) and not os.environ.get("CI"):
            pytest.skip("needs a package registry to install the locked dependencies from, and reaches none")
        raise
    environment.run(*pip, "--no-deps", "--no-index", built.wheel)
    return environment


def test_the_wheel_holds_every_file_of_the_four_packages(built: Built) -> None:
    held = {name for name in members(built.wheel) if name.split("/")[0] in PACKAGES}
    assert held == {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert {f"{package}/py.typed" for package in PACKAGES} <= held
    assert {Path(name).suffix for name in held} >= {".ttl", ".rq", ".json"}


def test_the_wheel_puts_nothing_beside_the_four_packages(built: Built) -> None:
    top = {name.split("/")[0] for name in members(built.wheel)}
    assert top == {*PACKAGES, f"attest_kg-{VERSION}.dist-info"}


def test_the_sdist_makes_the_same_wheel(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    build(tmp_path / f"attest_kg-{VERSION}", tmp_path / "again", "wheel")
    again = members(next((tmp_path / "again").glob("*.whl")))
    assert again == members(built.wheel)


@pytest.mark.network
def test_an_installed_wheel_imports_its_own_packages(installed: Installed) -> None:
    where = json.loads(
        installed.run(
            "python",
            "-c",
            f"import json, {', '.join(PACKAGES)}; print(json.dumps([{'.__file__, '.join(PACKAGES)}.__file__]))",
        )
    )
    assert [Path(file).resolve().is_relative_to(installed.folder.resolve()) for file in where] == [True] * 4


@pytest.mark.network
def test_an_installed_command_says_its_version_and_its_questions(installed: Installed) -> None:
    assert VERSION in installed.run("kg", "--version")
    questions = installed.run("kg", "questions")
    for name in ("actor-search", "between", "counts", "trained"):
        assert name in questions


@pytest.mark.network
def test_an_installed_command_goes_from_an_article_to_an_answer(installed: Installed) -> None:
    words = (
        "The Velden Front trained the Ostmark Brigade in 2019, officials of the Velden Front said on Monday."
    )
    article = {
        "attest": 1,
        "article": {
            "id": "first",
            "title": "Training",
            "publisher": "Borrin Courier",
            "published": "2031-03-03",
        },
        "text": words,
        "entities": {
            "front": {"type": "ArmedGroup", "name": "Velden Front"},
            "brigade": {"type": "ArmedGroup", "name": "Ostmark Brigade"},
        },
        "claims": [
            {
                "subject": "front",
                "relation": "trained",
                "object": "brigade",
                "quote": "trained",
                "time": "2019",
            }
        ],
    }
    (installed.elsewhere / "article.json").write_text(json.dumps(article), encoding="utf-8")
    installed.run("kg", "init", "-g", "here")
    installed.run("kg", "ingest", "-g", "here", "article.json")
    answer = json.loads(
        installed.run("kg", "ask", "-g", "here", "trained", "Velden Front", "--format", "json")
    )
    assert len(answer["rows"]) == 1
    (citation,) = answer["citations"].values()
    assert citation["publisher"] == "Borrin Courier"
    assert citation["sentences"] == [words]
    assert [fragment["exact"] for fragment in citation["fragments"]] == ["trained"]
    installed.run("kg", "export", "html", "-g", "here", "-o", "graph.html")
    assert "Ostmark Brigade" in (installed.elsewhere / "graph.html").read_text("utf-8")
