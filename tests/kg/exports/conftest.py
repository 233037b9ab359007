"""A graph of the project's examples and of an article that means no good, exported once a format and form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import kg
from kg.cli import main
from kg.network import Network, Selection, select
from ontology.models import DateValue, Quantity
from tests.conftest import ROOT
from tests.kg.made import Writer

# What every format must hold, or say that it could not.
NAMES = (
    'Front "of" <b>Heron</b> & Sons ]]> &amp;',
    "Two\nLines, one\r\ncell; and\ttabs",
    "\u202eodeR\u202c 👩‍👩‍👧 نهر 河川 é",
    "Bell\x07 and \x0b tab",
    "back\\slash \\u0022 \\n \\",
    '=HYPERLINK("http://x","y")',
    "-2+3+cmd|' /C calc'!A0",
    "${jndi:x} {{7*7}} `rm` %s",
)
CONTROLS = {"\x07", "\x0b"}
"""Of these, what XML cannot hold."""

Exported = Callable[..., Path]


def hostile() -> Writer:
    one = Writer("bad/\"article'", publisher="The =Courier\x07", published="2031-03")
    handles = [
        one.entity(f"Actor {number}", "ArmedGroup", given=(name,)) for number, name in enumerate(NAMES)
    ]
    linn = one.entity("Jora Linn", "Person", given=("Jora\n“Linn” <i>",), named=True)
    for subject, object_ in pairwise(handles):
        one.claim(subject, "supported", object_, f'He said: "{object_}" \\" <&> \x07\u2028 =1+1.')
    one.claim(handles[0], "alliedWith", handles[1], speakers=(linn,), polarity="denied")
    one.claim(handles[2], "alliedWith", handles[1], speakers=(linn,), start="2029-01-05", until="2030")
    one.claim(handles[2], "alliedWith", handles[1], polarity="denied", start="2029-06")
    one.claim(handles[3], "trained", handles[4], start="-0044-03-15", until="-0044-03-15")
    one.claim(handles[3], "trained", handles[4], modality="pledged")
    one.claim(handles[5], "hostileTo", handles[6], modality="predicted")
    one.claim(handles[5], "funded", handles[6], certainty="possible", speakers=(handles[7], linn))
    one.claim(handles[0], "hasStrength", Quantity(0.5, 1_000_000_000_000, "=fighters"))
    one.claim(one.entity("The clash", "Clash"), "happenedAt", DateValue("2030-05~"))
    return one


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph's folder."""
    made = tmp_path_factory.mktemp("exports") / "graph"
    kg.Graph.create(made)
    with kg.Graph.open(made, write=True) as opened:
        assert kg.ingest(
            opened, kg.load([ROOT / "examples" / "native", ROOT / "examples" / "brat"], opened)
        ).clean
        report = kg.ingest(opened, [hostile().done()])
        assert report.clean, report.to_json()
    return made


@pytest.fixture(scope="session")
def graph(folder: Path) -> Iterator[kg.Graph]:
    with kg.Graph.open(folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def network(graph: kg.Graph) -> Network:
    """All of it, as every format is to have it."""
    return select(graph, Selection())


@pytest.fixture(scope="session")
def exported(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """What `kg export` writes with these words, in a file or folder made once."""
    made: dict[tuple[str, ...], Path] = {}
    place = tmp_path_factory.mktemp("files")

    def export(*words: str) -> Path:
        if words not in made:
            target = place / f"{len(made)}-{words[0]}"
            assert main(["-g", str(folder), "export", *words, "-o", str(target)]) == 0
            made[words] = target
        return made[words]

    return export
