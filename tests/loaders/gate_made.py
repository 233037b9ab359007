"""GATE documents, read and told in short."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loaders.files import folders
from loaders.formats import Options, Read, Unit, recognised
from loaders.mapping import apply, parse_mapping
from loaders.source import SourceDocument
from ontology.errors import SourceError
from ontology.models import RejectedDocument
from ontology.vocabulary import load

SAMPLES = Path(__file__).parent / "samples"
OPTIONS = Options(load())


def read(path: Path, options: Options = OPTIONS) -> list[Read]:
    file = next(iter(folders([path]))).files[0]
    format = recognised(file)
    assert format is not None, path
    assert format.name in ("gate-json", "gate-xml")
    return list(format.read(Unit(file), options))


def layers(path: Path) -> dict[str, SourceDocument]:
    found = {}
    for document in read(path):
        assert isinstance(document, SourceDocument)
        found[document.layer] = document
    return found


def spans(document: SourceDocument) -> list[tuple[str, str, list[tuple[int, int, str]]]]:
    return [(s.id, s.label, [tuple(f) for f in s.fragments]) for s in document.spans]


def attributes(document: SourceDocument) -> list[tuple[str, str, str | None]]:
    return [(a.target, a.label, a.value) for a in document.attributes]


def must_hold(path: Path, module: Any) -> None:
    """Whatever the file holds, it is read in full or refused in our own words."""
    file = next(iter(folders([path]))).files[0]
    try:
        for document in module.FORMAT.read(Unit(file), OPTIONS):
            assert isinstance(document, SourceDocument | RejectedDocument)
            if isinstance(document, SourceDocument):
                for span in document.spans:
                    assert all(document.text[s:e] == x for s, e, x in span.fragments)
                mapping = parse_mapping(b"types: {}", OPTIONS.ontology, name="none", file="none.yaml")
                tally = apply(mapping, document, OPTIONS.ontology).tally
                assert tally.read == document.read
                assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    except SourceError:
        pass
