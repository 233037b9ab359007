"""Run one server by hand: `python -m tests.servers neo4j`.

It prints the address as one line of JSON, and runs until standard input closes or it is told to end.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.servers.contract import Server, StartFailed, Unavailable
from tests.servers.java import jars
from tests.servers.neo4j import Neo4j, Neo4jCalendar
from tests.servers.sparql import Fuseki, Oxigraph

KINDS: dict[str, type[Server]] = {one.kind: one for one in (Neo4j, Neo4jCalendar, Fuseki, Oxigraph)}


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
        for name in ("neo4j", "neo4j-calendar", "fuseki"):
            print(jars(name))
        return 0
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
