"""A graph of one article, and a desk to work at."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kg.desk import Desk, document


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of one article, to copy."""
    desk = Desk(tmp_path_factory.mktemp("template"))
    assert desk.kg("init").code == 0
    desk.write(before__json=json.dumps(document(id="before")))
    assert desk.kg("ingest", "before.json").code == 0
    desk.unharmed()
    return desk.graph


@pytest.fixture
def desk(tmp_path: Path, template: Path) -> Desk:
    shutil.copytree(template, tmp_path / "graph")
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def reading(template: Path) -> Desk:
    """The same graph, for tests that change nothing."""
    return Desk(template.parent)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address that nobody should call, and what came there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[bytes] = []

        def listen() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                came.append(caller.recv(100))
                caller.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
