"""Run one server by hand: `python -m tests.servers neo4j`.

It prints the address as one line of JSON, and runs until standard input closes or it is told to end.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.servers.contract import StartFailed, Unavailable
from tests.servers.java import JavaServer, version
from tests.servers.kinds import KINDS


def fetch() -> int:
    """Fetch what the servers need, and start each once to learn; the exit status tells whether all were had."""
    missing = 0
    for kind, server in KINDS.items():
        if issubclass(server, JavaServer):
            try:
                with contextlib.closing(server()) as first:
                    first.learn()
                print(f"{kind} {version(kind)}")
            except Unavailable as reason:
                print(f"{kind}: {reason}", file=sys.stderr)
                missing += 1
    return int(missing > 0)


def main() -> int:
    """Read the arguments, then run the server."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    parser.add_argument(
        "kind", choices=[*KINDS, "fetch"], help="the server, or fetch: the jars of all of them"
    )
    parser.add_argument(
        "--folder", type=Path, help="where its data is and stays (default: a temporary folder)"
    )
    parser.add_argument("--heap", help="memory of its Java (default: 512m)")
    parser.add_argument("--no-auth", action="store_true", help="Neo4j: ask for no user")
    parser.add_argument("--auth", action="store_true", help="Fuseki: ask for a user")
    parser.add_argument("--read-only", action="store_true", help="Neo4j: refuse writes")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if given.kind == "fetch":
        return fetch()
    options: dict[str, Any] = {"heap": given.heap} if given.heap else {}
    if given.no_auth or given.read_only:
        options |= {"auth": not given.no_auth, "read_only": given.read_only}
    if given.auth:
        options["auth"] = True
    with KINDS[given.kind](given.folder, **options) as server:
        print(
            json.dumps({**asdict(server.address), "pid": server.pid, "log": str(server.output)}), flush=True
        )
        sys.stdin.read()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Unavailable, StartFailed) as reason:
        sys.exit(f"python -m tests.servers: {reason}")
    except KeyboardInterrupt:
        sys.exit(130)
