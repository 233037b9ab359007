"""The command line as a user meets it, over a graph that holds one article."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import kg
from tests.conftest import ROOT

# What acts on a terminal: controls but for the line break, bidirectional overrides and isolates, tag characters.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
BEFORE = "The Red Heron Front and the Lantern Brigade are allies, an aide said."


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    out: str
    err: str
    code: int

    @property
    def lines(self) -> list[str]:
        """The lines on standard error."""
        return self.err.splitlines()


class Desk:
    """A folder to work in, with a graph that holds one article."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.graph = folder, folder / "graph"

    def kg(self, *arguments: str | bytes, given: bytes = b"") -> Said:
        """Run a command in the folder."""
        env = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8:backslashreplace",
            "COLUMNS": "500",
        }
        command = [sys.executable, "-m", "kg.cli", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, input=given, capture_output=True, timeout=60, env=env, check=False
        )
        said = Said(done.stdout.decode(), done.stderr.decode(), done.returncode)
        assert not UNSAFE.search(said.out + said.err), said
        assert "Traceback" not in said.err
        assert "unexpected" not in said.err
        return said

    def write(self, **files: str | bytes) -> list[str]:
        """Write files, `__` for the dots in their names; the names."""
        names = [name.replace("__", ".") for name in files]
        for name, content in zip(names, files.values(), strict=True):
            (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return names

    def unharmed(self, **claims: int) -> None:
        """What was there is answered still, the graph is sound, and so many claims are new by article."""
        assert self.kg("verify") == Said("graph: sound\n", "", 0)
        with kg.Graph.open(self.graph) as graph:
            answer = kg.ask(graph, "allies", "Red Heron Front")
            listed = graph.ledger.db.execute(
                "SELECT a.key, count(c.id) FROM articles a JOIN sets s ON s.article = a.id AND s.live"
                " LEFT JOIN claims c ON c.set_id = s.id AND c.live GROUP BY a.id"
            ).fetchall()
        assert [row["ally"]["name"] for row in answer.rows] == ["Lantern Brigade"]
        sentences = {one["article"]: one["sentences"] for one in answer.citations.values()}
        assert sentences["before"] == [BEFORE]
        assert dict(listed) == {"before": 1} | claims


def document(text: str = BEFORE, id: str = "new", **rest: Any) -> dict[str, Any]:
    """A native document in which two groups of the text, or those of BEFORE, are allies."""
    return {
        "attest": 1,
        "article": {"id": id},
        "text": text,
        "entities": {
            "front": {"type": "ArmedGroup", "names": ["Red Heron Front"]},
            "brigade": {"type": "ArmedGroup", "names": ["Lantern Brigade"]},
        },
        "claims": [
            {"subject": "front", "relation": "alliedWith", "object": "brigade", "quote": "are allies"},
        ],
    } | rest


def claim(**rest: Any) -> dict[str, Any]:
    return dict(document()["claims"][0]) | rest


NATIVE = json.dumps(document())
ANN = "T1\tGroup 0 5\tFront\nT2\tGroup 10 17\tBrigade\nR1\tTies Party:T1 Party:T2\n"


def interruptible() -> None:
    """In a child, before its program starts: Ctrl-C reaches it, also where the tests run behind a shell's `&`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
