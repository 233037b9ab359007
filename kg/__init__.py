"""Attest: a knowledge graph in which every edge can say who said so, where, and when.

import kg

kg.Graph.create("graph")
with kg.Graph.open("graph", write=True) as graph:
    kg.ingest(graph, kg.load(["articles/"], graph))
with kg.Graph.open("graph") as graph:
    answer = kg.ask(graph, "between", "al-Qaeda", "Taliban")
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "Graph": "kg.graph",
    "ingest": "kg.ingestion",
    "retract": "kg.ingestion",
    "Report": "kg.ingestion",
    "load": "kg.sources",
    "ask": "kg.answer",
    "Answer": "kg.answer",
    "Selection": "kg.network",
    "select": "kg.network",
    "sparql": "kg.adhoc.sparql",
    "cypher": "kg.adhoc.cypher",
    "Found": "kg.adhoc.results",
    "verify": "kg.verification",
    "AttestError": "ontology.errors",
    "AnnotatedArticle": "ontology.models",
    "Article": "ontology.models",
    "Entity": "ontology.models",
    "Claim": "ontology.models",
    "Mention": "ontology.models",
    "Fragment": "ontology.models",
    "ReferenceList": "ontology.lists",
    "Record": "ontology.lists",
    "ListedName": "ontology.lists",
}

__all__ = [*sorted(_PUBLIC), "__version__"]


def __getattr__(name: str) -> Any:
    module = _PUBLIC.get(name)
    if module is None:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(importlib.import_module(module), name)


def __dir__() -> list[str]:
    return sorted(__all__)


def _check_siblings() -> None:
    """`ontology`, `loaders` and `queries` are common names: make sure that those found are the ones of this package."""
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for name in ("ontology", "loaders", "queries"):
        # As importlib.util.find_spec does, whose import would take a tenth of what an answer takes.
        spec = next((one for finder in sys.meta_path if (one := finder.find_spec(name, None))), None)
        origin = os.path.abspath(spec.origin) if spec and spec.origin else ""
        if os.path.realpath(os.path.dirname(os.path.dirname(origin))) != os.path.realpath(home):
            raise ImportError(
                f"attest-kg needs its own package {name!r}, but Python finds {origin or 'none'};"
                " install attest-kg in an environment of its own (pipx, uv tool or a virtual environment)"
            )


_check_siblings()
