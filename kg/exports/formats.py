"""The formats that a graph is exported in, and how one is added.

A format is a `Format` in a module of its own under the name FORMAT, which is listed here. It gives a file's text or
bytes piece by piece (`write`), or fills a folder that is there already (`fill`). It writes what an `Export` holds: the
network, in which form its edges are wanted, and notes, to which it adds what it had to leave out or change, with the
number. A denial is never written as if it were an affirmation: what cannot be told as one is left out and counted.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.exports.columns import FORMS, Column, Edge, Form, columns
from kg.network import Network
from ontology.errors import UsageError
from ontology.suggestions import did_you_mean

_SHIPPED = (
    "kg.exports.graphml",
    "kg.exports.gexf",
    "kg.exports.cytoscape",
    "kg.exports.node_link",
    "kg.exports.dot",
    "kg.exports.pairs",
    "kg.exports.cypher",
    "kg.exports.parquet",
    "kg.exports.stix",
    "kg.exports.followthemoney",
    "kg.exports.rdf",
    "kg.exports.html",
    "kg.exports.svg",
)
"""The modules of the formats, in the order in which they are listed; each has FORMAT or FORMATS."""


@dataclass(slots=True)
class Export:
    """One export under way. `left_out` counts by reason what the format could not carry, in words after a number.

    `analysis` is what `kg.analysis.picture` reads, for the formats that draw it.
    """

    network: Network
    form: Form
    left_out: Counter[str] = field(default_factory=Counter)
    analysis: Mapping[str, Any] | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is told of each edge."""
        return columns(self.form)

    def edges(self) -> Iterator[Edge]:
        """The edges in the form that is wanted."""
        return self.network.relationships() if self.form == "relationships" else self.network.claims()

    @property
    def notes(self) -> list[str]:
        """What a reader must know: what the selection left out, then what the format did."""
        return [
            *self.network.notes,
            *(f"{count:,} {what}" for what, count in sorted(self.left_out.items()) if count),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format that a graph is exported in.

    `suffix` is what its files end with, empty for a folder. `forms` are those of edges that it has, empty where it has
    a shape of its own. `extra` is the optional dependency that must be installed. `opens` names the programs that read
    it, `loses` what it cannot carry; both are for people. `draws` tells whether what an analysis found is shown in it.
    """

    name: str
    title: str
    suffix: str
    opens: str
    loses: str
    write: Callable[[Export], Iterator[str | bytes]] | None = None
    fill: Callable[[Export, Path], None] | None = None
    files: tuple[str, ...] = ()
    forms: tuple[Form, ...] = FORMS
    extra: str = ""
    draws: bool = False


@lru_cache(maxsize=1)
def formats() -> dict[str, Format]:
    """Every format by name."""
    found: dict[str, Format] = {}
    for name in _SHIPPED:
        module = importlib.import_module(name)
        for one in getattr(module, "FORMATS", None) or (module.FORMAT,):
            found[one.name] = one
    return found


def named(name: str) -> Format:
    """The format of that name; raises UsageError with the nearest names."""
    known = formats()
    if name in known:
        return known[name]
    otherwise = f"there are {', '.join(known)}"
    raise UsageError(f"there is no format {name[:100]!r}{did_you_mean(name, known, otherwise)}")
