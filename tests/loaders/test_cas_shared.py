"""Real CAS files: counted by hand, and compared with what dkpro-cassis reads of them."""

from __future__ import annotations

import json
import shutil
import warnings
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from loaders.source import SourceDocument
from ontology.models import RejectedDocument
from tests.loaders.cas_made import one, read

STRUCTURE = {
    "Token",
    "Sentence",
    "DocumentMetaData",
    "DocumentAnnotation",
    "TagsetDescription",
    "TagDescription",
}
CAS = "{http:///uima/cas.ecore}"
ID = "{http://www.omg.org/XMI}id"
PLACE = {ID, "sofa", "begin", "end"}
REFERENCES = {"Governor", "Dependent", "next", "first", "links", "arguments", "target", "role"}

TYPE_SYSTEMS = {
    "cas_has_fs_with_no_namespace": "typesystem_has_types_with_no_namespace",
    "cas_with_array_features": "typesystem_with_array_features",
    "cas_with_collections": "typesystem_with_collections",
    "cas_with_empty_array_reference": "inception_typesystem",
    "cas_with_inheritance": "typesystem_with_inheritance",
    "cas_with_list_features": "typesystem_with_list_features",
    "cas_with_multiple_references_allowed_string_array": "typesystem_with_multiple_references_allowed",
    "cas_with_nonindexed_fs": "inception_typesystem",
    "cas_with_references": "important_dkpro_types",
    "cas_with_reserved_names": "typesystem_with_reserved_names",
    "cas_with_smileys": "inception_typesystem",
    "cas_with_two_sofas": "small_typesystem",
    "small_cas": "small_typesystem",
}


def found(document: SourceDocument) -> Counter[str]:
    """How many annotations there are of each kind, rejected ones included."""
    counts = Counter(annotation.kind for annotation in document.annotations())
    counts.update(lost.kind for lost in document.rejected)
    return counts + Counter(document.structure)


def counted(path: Path) -> Counter[str]:
    """The same, from the elements of an XMI file: of one with text, without records and without arrays apart."""
    counts: Counter[str] = Counter()
    root = ElementTree.parse(path).getroot()
    ends = {element.get(end) for element in root for end in ("Governor", "Dependent")}
    for element in root:
        name = element.tag.rpartition("}")[2]
        if element.tag.startswith(CAS):
            continue
        own = element.attrib.keys() - PLACE - REFERENCES
        if name in STRUCTURE:
            is_end = element.get(ID) in ends and "pos" not in element.attrib
            counts["mention" if is_end else name] += 1
            continue
        counts["attribute"] += sum(bool(element.attrib[one]) for one in own) + len(element)
        if "Governor" in element.attrib:
            counts["relation"] += 1
        elif "first" in element.attrib:
            counts["equivalence"] += 1
        elif "begin" in element.attrib:
            counts["mention"] += 1
            counts["event"] += any(element.get(one) for one in ("links", "arguments"))
    return +counts


def test_every_annotation_beside_webanno_files_is_read(shared_dir: Path) -> None:
    paths = sorted((shared_dir / "corpora" / "webanno-tsv3").glob("*/reference.xmi"))
    assert paths
    for path in paths:
        document = one(path)
        assert found(document) == counted(path), path
        assert document.read == sum(counted(path).values())
        assert not document.rejected, path


@pytest.mark.parametrize("name", ["small_cas", "lenient_cas", "cas_with_smileys", "cas_with_references"])
def test_every_annotation_of_a_cas_is_read(shared_dir: Path, name: str) -> None:
    path = shared_dir / "corpora" / "cas" / "xmi" / f"{name}.xmi"
    assert found(one(path)) == counted(path)


def test_every_structure_of_a_json_file_is_read(shared_dir: Path) -> None:
    paths = sorted((shared_dir / "corpora" / "cas" / "json").rglob("*.json"))
    assert paths
    for path in paths:
        listed = json.loads(path.read_text()).get("%FEATURE_STRUCTURES", [])
        types = Counter(structure["%TYPE"].rpartition(".")[2] for structure in listed)
        pieces = [
            type_ for type_ in types if type_ in ("Sofa", "LinkType") or type_.endswith(("Array", "[]"))
        ]
        number = types.total() - sum(types[type_] for type_ in pieces)
        for document in read(path):
            if isinstance(document, RejectedDocument):
                assert document.read == number, path
            else:
                events = sum(link.kind == "event" for link in document.links)
                assert document.read - events == number, path


def spans_of(path: Path) -> Counter[tuple[str, int, int]]:
    """Every annotation of a file with its offsets, tokens and the like aside, as we read it."""
    spans: Counter[tuple[str, int, int]] = Counter()
    for document in read(path):
        if isinstance(document, SourceDocument):
            own = [span for span in document.spans if span.label not in STRUCTURE]
            spans.update((span.label, span.fragments[0].start, span.fragments[0].end) for span in own)
    return spans


def as_cassis_reads(cas: Any) -> Counter[tuple[str, int, int]]:
    from cassis.typesystem import is_annotation

    spans: Counter[tuple[str, int, int]] = Counter()
    for view in cas.views:
        if view.sofa.sofaString is None:
            continue
        for annotation in filter(is_annotation, view.get_all_fs()):
            label = annotation.type.name.rpartition(".")[2]
            if label not in STRUCTURE:
                spans[label, annotation.begin, annotation.end] += 1
    return spans


@pytest.mark.parametrize(("name", "system"), TYPE_SYSTEMS.items())
def test_xmi_is_read_as_cassis_reads_it(shared_dir: Path, tmp_path: Path, name: str, system: str) -> None:
    cassis = pytest.importorskip("cassis")
    corpus = shared_dir / "corpora" / "cas"
    path = Path(shutil.copy(corpus / "xmi" / f"{name}.xmi", tmp_path / "x.xmi"))
    types = Path(shutil.copy(corpus / "typesystems" / f"{system}.xml", tmp_path / "TypeSystem.xml"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cas = cassis.load_cas_from_xmi(path, typesystem=cassis.load_typesystem(types))
    assert spans_of(path) == as_cassis_reads(cas)


def test_json_is_read_as_cassis_reads_it(shared_dir: Path) -> None:
    cassis = pytest.importorskip("cassis")
    tried = 0
    for path in sorted((shared_dir / "corpora" / "cas" / "json").rglob("*.json")):
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                cas = cassis.load_cas_from_json(stream)
            except Exception:  # noqa: BLE001 - it does not read all of its own samples without further arguments
                continue
        tried += 1
        assert spans_of(path) == as_cassis_reads(cas), path
    assert tried > 5


def test_the_same_document_as_xmi_and_as_json(shared_dir: Path) -> None:
    for folder in sorted((shared_dir / "corpora" / "cas" / "json" / "fs_as_array").glob("*/*")):
        if (
            folder / "debug.xmi"
        ).exists() and "WithTextAndAnn" not in folder.name:  # its XMI is another document
            assert spans_of(folder / "debug.xmi") == spans_of(folder / "data.json"), folder
