"""Which files make a brat document, whose annotations they are, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.brat import reading as brat
from loaders.mapping import load_mapping
from ontology.errors import SourceError
from ontology.models import AnnotatedArticle, Article, RejectedDocument
from ontology.vocabulary import Ontology, load

TEXT = "The Red Heron Front met in Tel Arun."
FRONT = "T1\tGroup 4 19\tRed Heron Front\n"


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load()


def write(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def found(*paths: Path) -> list[tuple[str, str, list[str]]]:
    return [(d.path, d.annotator, [p.name for p in d.annotations]) for d in brat.find(paths)]


def load_one(
    path: Path, ontology: Ontology, defaults: Article | None = None, **options: int
) -> AnnotatedArticle | RejectedDocument:
    (document,) = brat.find([path])
    return brat.load(document, load_mapping("seed", ontology), ontology, defaults, **options)


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        b_dot_txt=TEXT,
        b_dot_ann=FRONT,
        a__c_dot_txt=TEXT,
        a__c_dot_ann="",
        notes_dot_txt="",
        annotation_dot_conf="",
    )
    write(tmp_path, _dot_hidden__d_dot_ann=FRONT)
    assert found(tmp_path) == [("b.txt", "", ["b.ann"]), ("a/c.txt", "", ["c.ann"])]


def test_a_document_named_twice_comes_once(tmp_path: Path) -> None:
    write(tmp_path, b_dot_txt=TEXT, b_dot_ann=FRONT)
    assert found(tmp_path / "b.txt", tmp_path / "b.ann", tmp_path) == [("b.txt", "", ["b.ann"])]


def test_two_annotators_of_one_text_are_two_annotation_sets(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path, x_dot_txt=TEXT, x_jane_dot_ann=FRONT, x_omar_dot_ann="T1\tPlace 27 35\tTel Arun\n")
    documents = list(brat.find([tmp_path]))
    assert [(d.path, d.annotator) for d in documents] == [("x.txt", "jane"), ("x.txt", "omar")]
    jane, omar = (brat.load(d, load_mapping("seed", ontology), ontology) for d in documents)
    assert isinstance(jane, AnnotatedArticle)
    assert isinstance(omar, AnnotatedArticle)
    assert jane.article == omar.article
    assert [e.type for e in jane.entities] == ["Group"]
    assert [e.type for e in omar.entities] == ["Place"]


def test_a_text_of_its_own_name_is_nobody_elses(tmp_path: Path) -> None:
    write(tmp_path, x_dot_txt=TEXT, x_a_dot_txt=TEXT, x_a_dot_ann=FRONT)
    assert found(tmp_path) == [("x_a.txt", "", ["x_a.ann"])]


def test_entities_and_events_in_two_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        x_dot_txt=TEXT,
        x_dot_a1=FRONT,
        x_dot_a2="T2\tMet 20 23\tmet\nE1\tMet:T2 Agent:T1\nE2\tMet:T9\n",
    )
    (document,) = brat.find([tmp_path])
    result = brat.read(document)
    assert [link.arguments[0].target for link in result.links] == ["T1"]
    (rejected,) = result.rejected
    assert (Path(rejected.file).name, rejected.line) == ("x.a2", 3)


def test_whole_and_divided_annotations_are_two_layers(tmp_path: Path) -> None:
    write(tmp_path, x_dot_txt=TEXT, x_dot_ann=FRONT, x_dot_a1=FRONT, x_dot_a2="")
    assert [(d.layer, len(d.annotations)) for d in brat.find([tmp_path])] == [("", 1), ("parts", 2)]


def test_a_text_without_annotations_counts_if_a_sidecar_or_the_user_names_it(
    tmp_path: Path, ontology: Ontology
) -> None:
    write(
        tmp_path, x_dot_txt=TEXT, y_dot_txt=TEXT, y_dot_meta_dot_yaml="title: The meeting\npublished: 2031-05"
    )
    assert found(tmp_path) == [("y.txt", "", [])]
    article = load_one(tmp_path / "y.txt", ontology)
    assert isinstance(article, AnnotatedArticle)
    assert (article.article.title, article.article.published) == ("The meeting", "2031-05")
    alone = load_one(tmp_path / "x.txt", ontology)
    assert isinstance(alone, RejectedDocument)
    assert "no annotation file beside it (x.ann)" in alone.rejection.reason


def test_an_empty_annotation_file_is_a_document(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path, x_dot_txt=TEXT, x_dot_ann="")
    article = load_one(tmp_path, ontology)
    assert isinstance(article, AnnotatedArticle)
    assert (article.text, article.tally.read, article.claims) == (TEXT, 0, [])


def test_what_is_known_of_the_article_sidecar_first(tmp_path: Path, ontology: Ontology) -> None:
    write(
        tmp_path,
        x_dot_txt=TEXT,
        x_dot_ann=FRONT,
        x_dot_meta_dot_yaml="publisher: The Borrin Courier\nauthors: [M. Oren]\nannotator: jane\n",
    )
    article = load_one(tmp_path, ontology, Article(publisher="Another", published="2031-05-04"))
    assert isinstance(article, AnnotatedArticle)
    assert article.annotator == "jane"
    assert article.article == Article(
        publisher="The Borrin Courier", authors=("M. Oren",), published="2031-05-04", path="x.txt"
    )


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ("publisher: A\npublishd: 2031", "x.meta.yaml:2: the key 'publishd' is not one of"),
        ("published: yesterday", "x.meta.yaml:1: published: "),
        ("authors: {a: b}", "x.meta.yaml:1: authors: expected names"),
        ("- a", "x.meta.yaml:1: expected `key: value` lines"),
        ("title: [a]", "x.meta.yaml:1: title: expected words"),
    ],
)
def test_a_wrong_sidecar_rejects_the_document(
    tmp_path: Path, ontology: Ontology, meta: str, message: str
) -> None:
    write(tmp_path, x_dot_txt=TEXT, x_dot_ann=FRONT, x_dot_meta_dot_yaml=meta)
    result = load_one(tmp_path, ontology)
    assert isinstance(result, RejectedDocument)
    where = result.rejection
    assert message in f"{where.file}:{where.line}: {where.reason}"
    assert result.read == 1


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"x_dot_ann": FRONT}, "the text x.txt is missing"),
        ({"x_dot_ann": FRONT, "x_dot_txt": b"One.\nCaf\xe9"}, "is not UTF-8 (byte 0xe9): convert it"),
        ({"x_dot_ann": FRONT, "x_dot_txt": TEXT.encode("utf-16")}, "is UTF-16: convert it"),
        ({"x_dot_ann": FRONT.encode() + b"\xff", "x_dot_txt": TEXT}, "is not UTF-8 (byte 0xff)"),
    ],
)
def test_documents_that_cannot_be_read(
    tmp_path: Path, ontology: Ontology, files: dict[str, str | bytes], reason: str
) -> None:
    write(tmp_path, **files)
    result = load_one(tmp_path / "x.ann", ontology)
    assert isinstance(result, RejectedDocument)
    assert reason in result.rejection.reason
    assert result.read >= 1


def test_a_text_above_the_limit(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path, x_dot_txt=TEXT, x_dot_ann=FRONT)
    result = load_one(tmp_path, ontology, max_characters=10)
    assert isinstance(result, RejectedDocument)
    assert "36 characters; the limit is 10" in result.rejection.reason


def test_a_byte_order_mark_is_removed_and_noted(tmp_path: Path, ontology: Ontology) -> None:
    write(tmp_path, x_dot_txt="\ufeff" + TEXT, x_dot_ann="\ufeff" + FRONT)
    article = load_one(tmp_path, ontology)
    assert isinstance(article, AnnotatedArticle)
    assert (article.text, len(article.entities)) == (TEXT, 1)
    assert any("byte order mark" in note for note in article.tally.notes)


@pytest.mark.parametrize(
    ("name", "message"), [("absent.ann", "does not exist"), ("x.pdf", "is not a brat file")]
)
def test_paths_that_are_none(tmp_path: Path, name: str, message: str) -> None:
    write(tmp_path, x_dot_pdf="")
    with pytest.raises(SourceError, match=message):
        list(brat.find([tmp_path / name]))
