"""Each question beside the same SPARQL with its terms written in by hand, both with rows as Python objects.

    python -m benchmarks.questions FOLDER REPEATS

The folder's graph is one of made articles. For each question, in turn: by the catalogue (the actor looked up by name,
terms bound, rows typed), and the bound text sent straight to the engine, its solutions made into dictionaries.
Citations are timed apart. Prints JSON: question to [seconds by the catalogue, seconds bare, seconds of citations].
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import kg
from kg.answering.resolving import resolve
from kg.answering.running import Runner, claim_ids
from kg.citations import citations
from queries.binding import Bound, bind


def timed(action: Callable[[], Any], repeats: int) -> list[float]:
    """Seconds of each of several goes, after one that is not counted."""
    action()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return taken


def asked(graph: kg.Graph) -> dict[str, tuple[str, ...]]:
    """The questions with actors neither most nor least written about."""
    rows = graph.ledger.db.execute(
        "SELECT n.canonical FROM relationships r JOIN nodes n ON n.id = r.subject JOIN facts f ON f.node = n.id"
        " AND f.kind = 't' AND f.value IN ('ArmedGroup', 'Government') GROUP BY n.id ORDER BY count(*) DESC LIMIT 60"
    ).fetchall()
    actor, other = rows[20][0], rows[40][0]
    article = graph.ledger.db.execute("SELECT key FROM articles WHERE id=50").fetchone()[0]
    of_an_actor = (
        "actor relationships said-about said-by trained allies members timeline single-source anonymous-only positions"
    ).split()
    one = dict.fromkeys(of_an_actor, (actor,))
    event = graph.ledger.db.execute(
        "SELECT n.canonical FROM relationships r JOIN nodes n ON n.id = r.object WHERE r.relation = 'killedIn' LIMIT 1"
    ).fetchone()
    return {
        **one,
        "neighbourhood": (actor, 2),
        "common": (actor, other),
        "events": (actor,),
        **({"event": (event[0],)} if event else {}),
        "changed-since": ("2020", actor),
        "between": (actor, other),
        "who-says": (actor, "trained", other),
        "killed": (actor,),
        "strength": (actor,),
        "disputed": (actor,),
        "actor-search": ("front",),
        "article": (article,),
        "sources": (),
        "counts": (),
    }


def main() -> None:
    """Measure."""
    folder, repeats = Path(sys.argv[1]), int(sys.argv[2])
    found: dict[str, tuple[list[float], list[float], list[float]]] = {}
    with kg.Graph.open(folder / "graph") as graph:
        runner = Runner(graph)
        for name, given in asked(graph).items():
            question = runner.catalogue[name]
            parameters = question.parameters[: len(given)]

            def values(parameters: Any = parameters, given: Any = given) -> dict[str, Any]:
                return {
                    p.name: resolve(runner, p, value)[0] for p, value in zip(parameters, given, strict=True)
                }

            bound = bind(question, values(), limit=50)

            def bare(bound: Bound = bound) -> list[dict[str, Any]]:
                names, solutions = graph.store.select(bound)
                return [
                    {
                        one: term.value if term is not None else None
                        for one, term in zip(names, row, strict=True)
                    }
                    for row in solutions
                ]

            def ours(question: Any = question, values: Any = values) -> list[dict[str, Any]]:
                return runner.rows(question, values(), limit=50)

            rows = ours()
            backing = question.column("claims")
            ids = claim_ids(rows, backing) if backing else []
            goes = repeats if len(timed(bare, 1)) and timed(bare, 1)[0] < 0.2 else 3
            found[name] = (
                timed(ours, goes),
                timed(bare, goes),
                timed(partial(citations, graph.ledger, ids), 5),
            )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
