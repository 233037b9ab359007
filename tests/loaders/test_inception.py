"""INCEpTION's exports: one document with its type system, and whole projects with several annotators."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from loaders.formats import Options
from loaders.mapping import parse_mapping
from loaders.reading import documents
from loaders.reading import read as load
from loaders.source import SourceDocument
from ontology.models import AnnotatedArticle, RejectedDocument
from tests.loaders.cas_made import GROUP, ONTOLOGY, Made, full, read, told, zipped

TSV = """#FORMAT=WebAnno TSV 3.3
#T_SP=borrin.layers.Group|size


#Text=The Front fled.
1-1\t0-3\tThe\t_\t
1-2\t4-9\tFront\t900\t
1-3\t10-14\tfled\t_\t
1-4\t14-15\t.\t_\t
"""


def group(words: str) -> Made:
    made = Made()
    made.add(GROUP, words)
    return made


def project(states: dict[str, str] | None = None) -> dict[str, str | bytes]:
    """Three documents: one curated, one annotated by two, one by nobody."""
    documents = states or {
        "raid.txt": "CURATION_FINISHED",
        "talks.txt": "ANNOTATION_INPROGRESS",
        "new.txt": "NEW",
    }
    settings = {
        "name": "Borrin",
        "mode": "annotation",
        "source_documents": [{"name": name, "state": state} for name, state in documents.items()],
        "annotation_documents": [],
        "layers": [],
    }
    files: dict[str, str | bytes] = {"exportedproject4711.json": json.dumps(settings), "event.log": "[]"}
    for name in documents:
        files[f"source/{name}"] = "words"
        files[f"annotation/{name}/INITIAL_CAS.zip"] = group("near").zipped()
        files[f"annotation_ser/{name}/INITIAL_CAS.ser"] = b"\xac\xed\x00\x05"
    for name in ("raid.txt", "talks.txt"):
        files[f"annotation/{name}/jane.zip"] = group("Red Heron Front").zipped()
        files[f"annotation/{name}/omar.zip"] = zipped({"report.json": group("Aldwater").json()})
        files[f"annotation_ser/{name}/jane.ser"] = b"\xac\xed\x00\x05"
    files["curation/raid.txt/CURATION_USER.zip"] = full().zipped()
    files["curation_ser/raid.txt/CURATION_USER.ser"] = b"\xac\xed\x00\x05"
    return files


def saved(folder: Path, files: dict[str, str | bytes]) -> Path:
    path = folder / "borrin.zip"
    path.write_bytes(zipped(files))
    return path


def works(found: list[SourceDocument | RejectedDocument]) -> list[tuple[str, str, str]]:
    """The article, annotator and layer of each document."""
    return [(d.article.path, d.annotator, d.layer) for d in found if isinstance(d, SourceDocument)]


def test_one_document_is_exported_with_its_type_system(tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    path.write_bytes(full().zipped())
    (document,) = read(path)
    assert isinstance(document, SourceDocument)
    assert document.source == f"{path}/report.xmi"
    assert not document.remarks


def test_a_project_gives_the_curated_version_else_everyones(tmp_path: Path) -> None:
    found = read(saved(tmp_path, project()))
    assert works(found) == [
        ("borrin.zip/raid.txt", "", "curated"),
        ("borrin.zip/talks.txt", "jane", ""),
        ("borrin.zip/talks.txt", "omar", ""),
    ]
    assert len(found) == 3
    curated, jane, omar = found
    assert isinstance(curated, SourceDocument)
    assert isinstance(jane, SourceDocument)
    assert isinstance(omar, SourceDocument)
    assert "Raid 'denied'" in told(curated)
    assert (told(jane), told(omar)) == (["Group 'Red Heron Front'"], ["Group 'Aldwater'"])
    remarks = " ".join(curated.remarks)
    assert "not read are the versions of jane, omar" in remarks
    assert "nobody has annotated new.txt" in remarks
    assert "not read are event.log" in remarks
    assert "not finished" not in remarks
    assert not jane.remarks


def test_an_unpacked_project_is_the_same(tmp_path: Path) -> None:
    with zipfile.ZipFile(saved(tmp_path, project())) as archive:
        archive.extractall(tmp_path / "borrin")
    with zipfile.ZipFile(tmp_path / "borrin/annotation/talks.txt/jane.zip") as archive:
        archive.extractall(tmp_path / "borrin/annotation/talks.txt/jane")
    (tmp_path / "borrin/annotation/talks.txt/jane.zip").unlink()
    expected = [("raid.txt", "", "curated"), ("talks.txt", "jane", ""), ("talks.txt", "omar", "")]
    assert works(read(tmp_path / "borrin")) == expected
    assert works(read(tmp_path / "borrin" / "exportedproject4711.json")) == expected


def test_one_annotator_by_name(tmp_path: Path) -> None:
    path = saved(tmp_path, project())
    assert works(read(path, "omar")) == [
        ("borrin.zip/raid.txt", "omar", ""),
        ("borrin.zip/talks.txt", "omar", ""),
    ]
    for name in ("curated", "CURATION_USER"):
        found = read(path, name)
        assert works(found) == [("borrin.zip/raid.txt", "", "curated")]
        assert isinstance(found[0], SourceDocument)
        assert f"{name} has not annotated talks.txt" in " ".join(found[0].remarks)
    (nobody,) = read(path, "zoe")
    assert isinstance(nobody, RejectedDocument)
    assert nobody.rejection.reason == "has nothing by 'zoe'; there are jane, omar, curated"


def test_a_curation_under_way_is_remarked_on(tmp_path: Path) -> None:
    (curated,) = read(saved(tmp_path, project({"raid.txt": "CURATION_INPROGRESS"})), "curated")
    assert isinstance(curated, SourceDocument)
    assert any("its curation is not finished" in remark for remark in curated.remarks)


def test_what_is_there_as_java_objects_only_is_rejected_by_name(tmp_path: Path) -> None:
    files = project()
    only = {
        name: content for name, content in files.items() if not name.startswith(("annotation/", "curation/"))
    }
    found = read(saved(tmp_path, only))
    assert [(d.rejection.file.partition(".zip/")[2], d.rejection.reason[:32]) for d in found] == [  # type: ignore[union-attr]
        ("curation_ser/raid.txt/CURATION_USER.ser", "holds Java objects that only UIM"),
        ("annotation_ser/raid.txt/jane.ser", "holds Java objects that only UIM"),
        ("annotation_ser/talks.txt/jane.ser", "holds Java objects that only UIM"),
    ]


def test_a_broken_version_does_not_spoil_the_others(tmp_path: Path) -> None:
    files = project()
    files["annotation/talks.txt/jane.zip"] = b"PK\x03\x04 broken"
    files["annotation/talks.txt/project.zip"] = zipped(project())
    files["annotation/talks.txt/zoe.tcf"] = "something else"
    files["annotation/talks.txt/empty.zip"] = zipped({"README.md": "nothing"})
    found = read(saved(tmp_path, files))
    assert [who for _, who, _ in works(found)] == ["", "omar"]
    reasons = sorted(d.rejection.reason.split("(")[0] for d in found if isinstance(d, RejectedDocument))
    assert reasons == [
        "holds a project within the project: read that one by itself",
        "holds no annotations in a format that is read",
        "in no known format; `kg loaders` lists those there are",
        "is no readable ZIP archive ",
    ]


def test_a_project_without_annotations_says_so(tmp_path: Path) -> None:
    files = project()
    (nothing,) = read(saved(tmp_path, {n: c for n, c in files.items() if not n.startswith(("anno", "cura"))}))
    assert isinstance(nothing, RejectedDocument)
    assert nothing.rejection.reason.startswith("has no annotations; ")
    assert "nobody has annotated new.txt, raid.txt, talks.txt" in nothing.rejection.reason


@pytest.mark.parametrize(
    "settings",
    ["", "[]", "{", '{"source_documents": 3, "layers": []}', '{"source_documents": [1, {"name": {}}]}'],
)
def test_settings_of_any_shape(tmp_path: Path, settings: str) -> None:
    files = project()
    files["exportedproject4711.json"] = settings
    assert [who for _, who, _ in works(read(saved(tmp_path, files)))] == ["", "jane", "omar"]


def test_the_format_can_be_named(tmp_path: Path) -> None:
    def found(files: dict[str, str | bytes]) -> list[SourceDocument | RejectedDocument]:
        by_name = documents([saved(tmp_path, files)], Options(ONTOLOGY), format="inception")
        return [one.document for one in by_name]  # type: ignore[misc]

    assert len(works(found(project() | {"exportedproject9.json": "{}"}))) == 3
    (other,) = found({"report.json": full().json(), "more/x.txt": "x"})
    assert isinstance(other, RejectedDocument)
    assert other.rejection.reason.startswith("is no project of INCEpTION")


def test_java_objects_beside_a_curated_document_are_passed_over(tmp_path: Path) -> None:
    """INCEpTION's export of curated documents alone has both in one folder, and no settings."""
    files: dict[str, str | bytes] = {
        "curation/raid.txt/CURATION_USER.ser": b"\xac\xed\x00\x05",
        "curation/raid.txt/raid.zip": full().zipped(),
    }
    assert len(works(read(saved(tmp_path, files)))) == 1
    assert len(read(tmp_path / "borrin.zip")) == 1


def test_annotators_are_sets_of_one_article(tmp_path: Path) -> None:
    mapping = parse_mapping(b"types: {Group: ArmedGroup}", ONTOLOGY, name="borrin", file="borrin.yaml")
    found = list(
        load([saved(tmp_path, project())], Options(ONTOLOGY, annotator=""), lambda _: mapping, mapping="x")
    )
    articles = [one for one in found if isinstance(one, AnnotatedArticle)]
    assert [(a.article.path, a.annotator, a.layer) for a in articles] == [
        ("borrin.zip/raid.txt", "", "curated"),
        ("borrin.zip/talks.txt", "jane", ""),
        ("borrin.zip/talks.txt", "omar", ""),
    ]
    assert [entity.type for entity in articles[1].entities] == ["ArmedGroup"]
    for article in articles:
        tally = article.tally
        assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)


def test_other_formats_in_a_project_keep_their_annotator(tmp_path: Path) -> None:
    files = project()
    files["annotation/talks.txt/omar.tsv"] = TSV
    del files["annotation/talks.txt/omar.zip"]
    found = read(saved(tmp_path, files), "omar")
    texts = [d.text for d in found if isinstance(d, SourceDocument) and "talks" in d.article.path]
    from loaders.formats import formats

    if any("webanno" in name for name in formats()):
        assert texts == ["The Front fled."]
