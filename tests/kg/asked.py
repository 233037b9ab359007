"""Graphs made for tests of answers, and what an answer says in few words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kg
from kg.answer import Answer
from tests.kg.made import Writer


@contextmanager
def told(folder: Path, *articles: Writer) -> Iterator[Callable[..., Answer]]:
    """A graph of these articles, as a function that asks it."""
    kg.Graph.create(folder)
    with kg.Graph.open(folder, write=True) as graph:
        report = kg.ingest(graph, [one.done() for one in articles])
        assert report.clean, report.to_json()
    with kg.Graph.open(folder) as graph:
        yield lambda name, *given, **options: kg.ask(graph, name, *given, **options)


def short(answer: Answer, *names: str) -> list[tuple[Any, ...]]:
    """Some columns of the rows, nodes by their names."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return value["name"]
        return tuple(plain(one) for one in value) if isinstance(value, list) else value

    return [tuple(plain(row[name]) for name in names) for row in answer.rows]
