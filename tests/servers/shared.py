"""One server of a kind for a whole test run: the first worker that asks starts it, and it ends with the run.

A keeper process of its own holds each server, so that no worker's end takes it away. The run's first process holds
a lock for as long as it lives; the keeper waits for that lock, and gets it when the run is over, whatever ended it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from tests.servers.contract import LOG_LINES, Address, StartFailed, Unavailable, memory_folder, tail
from tests.servers.java import locked
from tests.servers.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
END_SECONDS = 20.0


def found_servers(environment: Mapping[str, str]) -> dict[str, Address]:
    """The servers that the user points at: KG_TEST_NEO4J_URL and the like, with _USER and _PASSWORD."""
    found: dict[str, Address] = {}
    for kind, server in KINDS.items():
        prefix = f"KG_TEST_{kind.replace('-', '_').upper()}"
        if url := environment.get(f"{prefix}_URL"):
            found[kind] = server.found_at(
                url, environment.get(f"{prefix}_USER"), environment.get(f"{prefix}_PASSWORD")
            )
    return found


@dataclass
class Run:
    """A test run: its folder, which all its processes share, and the servers it was pointed at."""

    folder: Path
    found: dict[str, Address]
    known: dict[str, Address] = field(default_factory=dict)
    in_use: list[str] = field(default_factory=list)  # kinds whose databases this process uses now,
    held: list[str] = field(default_factory=list)  # and those of them for which other workers wait
    _alive: IO[str] | None = None

    @classmethod
    def begin(cls, environment: Mapping[str, str]) -> Self:
        """A new run, for as long as this process lives or until `end`."""
        run = cls(
            Path(tempfile.mkdtemp(prefix="attest-servers-", dir=memory_folder())), found_servers(environment)
        )
        # A record lock: children made by fork do not inherit it, and so cannot keep the servers alive.
        run._alive = (run.folder / "alive").open("w")
        fcntl.lockf(run._alive, fcntl.LOCK_EX)
        return run

    def end(self) -> None:
        """Let the keepers end their servers, and wait until they have."""
        assert self._alive is not None
        self._alive.close()
        deadline = time.monotonic() + END_SECONDS
        while any(self.folder.glob("*.keeper.log")) and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self.folder, ignore_errors=True)

    def pack(self) -> dict[str, Any]:
        """What a worker of the run must be told."""
        return {"folder": str(self.folder), "found": {kind: asdict(one) for kind, one in self.found.items()}}

    @classmethod
    def unpack(cls, packed: Mapping[str, Any]) -> Self:
        """The run as its worker sees it."""
        found = {kind: Address(**fields) for kind, fields in packed["found"].items()}
        return cls(Path(packed["folder"]), found)

    def address(self, kind: str) -> Address:
        """Where the run's server of a kind is, started if nobody asked before.

        Raises Unavailable and StartFailed; a server that could not be had is not tried again.
        """
        if kind in self.found:
            return self.found[kind]
        if kind not in self.known:
            with locked(self.folder / f"{kind}.start"):
                told = self._told(kind) or self._keep(kind)
            if "unavailable" in told:
                raise Unavailable(told["unavailable"])
            if "failed" in told:
                raise StartFailed(told["failed"])
            self.known[kind] = Address(**told["address"])
        return self.known[kind]

    def log(self, kind: str, lines: int = LOG_LINES) -> str:
        """The last lines of a server's logs; of one that was found nothing is known."""
        logs = map(Path, (self._told(kind) or {}).get("logs", ()))
        return "\n".join(f"--- {path.name}\n{text}" for path in logs if (text := tail(path, lines)))

    def _told(self, kind: str) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = json.loads((self.folder / f"{kind}.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return told

    def _keep(self, kind: str) -> dict[str, Any]:
        """Start a keeper, and wait for its word."""
        output = self.folder / f"{kind}.keeper.log"
        with output.open("wb") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.servers.shared", kind, str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
            )
        while (told := self._told(kind)) is None:
            if keeper.poll() is not None and self._told(kind) is None:
                raise StartFailed(f"the keeper of {kind} ended: {tail(output)}")
            time.sleep(0.05)
        if "address" in told:
            keeper.returncode = 0  # it outlives this process on purpose: nobody waits for it
        else:
            keeper.wait()
            output.unlink()
        return told


def tell(folder: Path, kind: str, **told: Any) -> None:
    """Write down what the workers wait for, readable by this user alone, in one step."""
    new = folder / f"{kind}.new"
    new.touch(mode=0o600)
    new.write_text(json.dumps(told), encoding="utf-8")
    new.rename(folder / f"{kind}.json")


def keep(kind: str, folder: Path) -> None:
    """Hold a server until the run whose folder this is has ended, then remove both."""
    with (folder / "alive").open("r+") as alive:
        try:
            server = KINDS[kind](folder / kind, quick=True).start()
            logs = [str(path) for path in server.log_files()]
            tell(folder, kind, address=asdict(server.address), logs=logs)
        except Unavailable as reason:
            return tell(folder, kind, unavailable=str(reason))
        except StartFailed as reason:
            return tell(folder, kind, failed=str(reason))
        fcntl.lockf(alive, fcntl.LOCK_EX)
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    os.umask(0o077)
    keep(sys.argv[1], Path(sys.argv[2]))
