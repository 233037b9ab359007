"""A real Label Studio takes the project that is set up for it, and gives back the articles that are put into it.

It is installed from requirements/label-studio.txt into .venv-label-studio, which stays for the next time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from loaders.formats import Options
from loaders.label_studio.writing import write
from loaders.mapping import parse_mapping
from loaders.projects import label_studio
from loaders.reading import read
from loaders.standoff import standoff
from ontology.models import AnnotatedArticle
from tests.conftest import IN_CI, ROOT
from tests.loaders.made_articles import ONTOLOGY, articles, comparable

pytestmark = [pytest.mark.server, pytest.mark.network, pytest.mark.slow]

LOCK = ROOT / "requirements" / "label-studio.txt"
VENV = ROOT / ".venv-label-studio"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
PATIENCE = 300
"""Seconds for the server to make its database and answer."""


def unavailable(what: str, log: str = "") -> None:
    """Fail in CI, skip elsewhere, saying why."""
    if IN_CI:
        pytest.fail(f"{what}\n{log}")
    pytest.skip(f"{what}: {' '.join(log.split())[-300:]}")


@pytest.fixture(scope="module")
def program() -> Path:
    """Label Studio's own command, installed if it is not there."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    mark = VENV / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(VENV, ignore_errors=True)
        uv = [sys.executable, "-m", "uv", "--no-config", "-q"]
        for command in (
            [*uv, "venv", "--python", sys.executable, str(VENV)],
            [*uv, "pip", "install", "--python", str(VENV), "--require-hashes", "-r", str(LOCK)],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
            if done.returncode:
                unavailable("Label Studio cannot be installed", done.stderr)
        mark.write_text(wanted)
    return VENV / "bin" / "label-studio"


@dataclass
class Server:
    """A running Label Studio, with what it has written so far."""

    address: str
    log: Path

    def call(self, method: str, path: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if data is None else json.dumps(data).encode(),
            headers={"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                content = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                said = error.read().decode(errors="replace")
            pytest.fail(f"{method} {path}: {error.code} {said[:2000]}\n{self.tail()}")
        return json.loads(content) if content else None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.address + "/health", timeout=5):
                return True
        except OSError:
            return False

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


@pytest.fixture(scope="module")
def server(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("label-studio")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Server(f"http://127.0.0.1:{port}", folder / "log")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }
    command = [program, "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)]
    command += [
        "--data-dir",
        folder / "data",
        "--username",
        "jane@example.org",
        "--password",
        "long-enough-1",
    ]
    command += ["--user-token", TOKEN]
    (folder / "data").mkdir()
    with found.log.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + PATIENCE
        while not found.answers():
            if process.poll() is not None or time.monotonic() > until:
                unavailable("Label Studio does not start", found.tail())
            time.sleep(1)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def through(server: Server, article: AnnotatedArticle) -> AnnotatedArticle:
    """The article, put into a project of its own, taken out of it and loaded."""
    project = label_studio.files(ONTOLOGY)
    settings_ = {"title": "Borrin", "label_config": project["labeling-config.xml"].decode()}
    made = server.call("POST", "/api/projects", settings_)
    address = f"/api/projects/{made['id']}"
    written = write(standoff(article, ONTOLOGY, plain_relations=True).document, "a")
    assert written.lost == []
    tasks = json.loads(written.files["a.json"])
    assert server.call("POST", f"{address}/import", tasks)["annotation_count"] == 1
    # Refused where what was annotated is not what the configuration asks for.
    server.call("PATCH", address, settings_)
    exported = server.call("GET", f"{address}/export?exportType=JSON")
    server.call("DELETE", address)
    mapping = parse_mapping(project["mapping.yaml"], ONTOLOGY, name="own", file="mapping.yaml")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "export.json").write_text(json.dumps(exported), encoding="utf-8")
        (again,) = read([folder], Options(ONTOLOGY), lambda name: mapping, mapping="own")
    assert isinstance(again, AnnotatedArticle)
    assert again.tally.rejected == []
    return again


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(article=articles())
def test_articles_come_back_from_label_studio_as_they_were(server: Server, article: AnnotatedArticle) -> None:
    assert comparable(through(server, article)) == comparable(article)
