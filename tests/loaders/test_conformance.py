"""Every format that comes with Attest keeps the contract of loaders, and the test of it can fail for each rule."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from loaders.conformance import check
from loaders.files import STANDARD_INPUT, File, folders
from loaders.formats import Format, Options, Read, Unit, formats
from loaders.source import Attribute, Link, SourceDocument, Span, check_references
from ontology.errors import ConformanceError, SourceError, UsageError
from ontology.models import AnnotatedArticle, Article, Fragment, RejectedDocument, Rejection, Tally
from ontology.vocabulary import load

SAMPLES = Path(__file__).parent / "samples"
ROOT = Path(__file__).parents[2]


def samples_of(name: str) -> list[Path]:
    folder = SAMPLES / name
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    assert found, (
        f"there is no sample of the format {name}: put a small one, a file or a folder, into"
        f" tests/loaders/samples/{name}/"
    )
    return found


@pytest.mark.parametrize("name", list(formats()))
def test_every_format_keeps_the_contract(name: str) -> None:
    check(formats()[name], samples_of(name))


def test_no_format_claims_the_samples_of_another() -> None:
    """A format may be asked first, so that each must leave alone what is another's."""
    for name in formats():
        for sample in samples_of(name):
            for path in sorted(sample.rglob("*")) if sample.is_dir() else [sample]:
                file = File(path.name, path.name, path, path.parent)
                claimed = {other for other, format in formats().items() if format.recognise(file)}
                # brat has no mark of its own: a text beside another format's file looks like one of its texts.
                assert claimed <= {name} | ({"brat"} if path.suffix == ".txt" else set()), path


def test_every_folder_of_samples_is_of_a_format() -> None:
    assert {folder.name for folder in SAMPLES.iterdir()} <= set(formats())


# -- a loader that breaks one rule at a time -------------------------------------------------------------------------

TEXT = "Pell Orrin 😀 left Tel Arun."
GOOD = {
    "acme": 1,
    "text": TEXT,
    "spans": [["T1", "Person", 0, 10], ["T2", "Place", 18, 26]],
    "links": [["R1", "Leaves", "T1", "T2"]],
}


def recognise(file: File) -> bool:
    return isinstance(file.outline, dict) and "acme" in file.outline


def parsed(unit: Unit, options: Options) -> SourceDocument:
    try:
        data = json.loads(unit.lead.read(options.max_bytes))
        document = SourceDocument(data["text"], unit.lead.name, "acme", Article(path=unit.lead.within))
        document.text.encode()
        for own, label, start, end in data["spans"]:
            span = Span(id=str(own), label=str(label) or "?", fragments=())
            if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= len(document.text):
                span.fragments = (Fragment(start, end, document.text[start:end]),)
                document.add(span)
            else:
                document.reject(span, "lies outside the text")
        for own, label, source, target in data["links"]:
            arguments = tuple((role, str(one)) for role, one in (("source", source), ("target", target)))
            document.add(
                Link(id=str(own), label=str(label) or "?", arguments=tuple(_argument(*a) for a in arguments))
            )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SourceError(f"is no acme file: {error!r}", file=unit.lead.name) from None
    check_references(document)
    return document


def _argument(role: str, target: str) -> Any:
    from loaders.source import Argument

    return Argument(role, target)


def read(unit: Unit, options: Options) -> Iterator[Read]:
    document = parsed(unit, options)
    if len(document.text) > options.max_characters:
        yield RejectedDocument(Rejection(unit.lead.name, "too long"), document.read, unit.lead.name)
    else:
        yield document


ACME = Format(name="acme", files="*.acme", carries="spans", loses="nothing", recognise=recognise, read=read)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "one.acme"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    return path


def test_a_loader_that_keeps_the_contract_passes(sample: Path) -> None:
    check(ACME, [sample])


ON_PAPER = """ACME 1
🦩 The Red Heron Front
met سامي الحداد.
---
1\tGroup\t6\t21
2\tPerson\t26\t37
3\tmet\t1>2
4\tGroup\t6\t2100
5\tmet\t1>9
"""


def test_the_loader_that_the_docs_print_keeps_the_contract(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "formats" / "writing-a-loader.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    module: dict[str, Any] = {"__name__": "acme_attest"}
    exec(code, module)
    path = tmp_path / "one.acme"
    path.write_text(ON_PAPER, encoding="utf-8")
    check(module["FORMAT"], [path])
    file = next(file for folder in folders([path]) for file in folder.files)
    (document,) = module["read"](Unit(file), Options(load()))
    assert [span.fragments[0].exact for span in document.spans] == ["Red Heron Front", "سامي الحداد"]
    assert [(one.line, one.id, one.reason) for one in document.rejected] == [
        (8, "4", "is no annotation, or lies outside the text"),
        (9, "5", "refers to 9, which does not exist"),
    ]


def changed(change: Callable[[SourceDocument], object]) -> Callable[[Unit, Options], Iterator[Read]]:
    """The good loader, its documents changed before they are handed over."""

    def spoiled(unit: Unit, options: Options) -> Iterator[Read]:
        for document in read(unit, options):
            if isinstance(document, SourceDocument):
                change(document)
            yield document

    return spoiled


def moved(document: SourceDocument) -> None:
    document.spans[0].fragments = (Fragment(1, 11, TEXT[:10]),)


def from_path(unit: Unit, options: Options) -> Iterator[Read]:
    assert unit.lead.path is not None
    Path(unit.lead.path).read_text(encoding="utf-8")  # not decompressed
    yield from read(unit, options)


def by_name(unit: Unit, options: Options) -> Iterator[Read]:
    if unit.lead.base not in ("one.acme", STANDARD_INPUT):
        raise SourceError("has another name", file=unit.lead.name)
    yield from read(unit, options)


def opens_twice(unit: Unit, options: Options) -> Iterator[Read]:
    unit.lead.read(options.max_bytes)
    yield from read(unit, options)


def without_limit(unit: Unit, options: Options) -> Iterator[Read]:
    yield from read(unit, replace(options, max_characters=10**9))


def dropping_long_ones(unit: Unit, options: Options) -> Iterator[Read]:
    yield from (d for d in read(unit, options) if not isinstance(d, RejectedDocument))


def careless(unit: Unit, options: Options) -> Iterator[Read]:
    for document in read(unit, options):
        if isinstance(document, SourceDocument) and document.rejected:
            raise KeyError("T1")
        yield document


def miscounted(unit: Unit, options: Options) -> Iterator[Read]:
    for document in read(unit, options):
        if isinstance(document, SourceDocument):
            article = AnnotatedArticle(document.article, document.text, source=document.source)
            article.tally = Tally(read=3, loaded=2)
            yield article


COUNTER = iter(range(10**9))

BROKEN: dict[str, tuple[str, Format]] = {
    "recognises nothing": ("recognise: one.acme", replace(ACME, recognise=lambda file: False)),
    "recognises everything": ("recognise: claims", replace(ACME, recognise=lambda file: True)),
    "recognises with a string": ("not True or False", replace(ACME, recognise=lambda file: "yes")),  # type: ignore[arg-type,return-value]
    "fails to recognise": (
        "recognise: given a sample, raises",
        replace(ACME, recognise=lambda file: 1 / 0 > 1),
    ),
    "yields something else": ("what is read", replace(ACME, read=lambda unit, options: iter(["text"]))),  # type: ignore[arg-type,return-value]
    "yields nothing": ("gives no document", replace(ACME, read=lambda unit, options: iter(()))),
    "moves offsets": ("fragments", replace(ACME, read=changed(moved))),
    "empty fragments": (
        "fragments",
        replace(ACME, read=changed(lambda d: setattr(d.spans[0], "fragments", ()))),
    ),
    "an id twice": ("ids", replace(ACME, read=changed(lambda d: setattr(d.spans[0], "id", "T2")))),
    "no id": ("ids", replace(ACME, read=changed(lambda d: setattr(d.spans[0], "id", "")))),
    "no label": ("labels", replace(ACME, read=changed(lambda d: setattr(d.spans[0], "label", "")))),
    "a reference to nothing": (
        "references",
        replace(ACME, read=changed(lambda d: d.add(Attribute(label="Mark", target="T9")))),
    ),
    "counts wrong": ("sums", replace(ACME, read=changed(lambda d: d.structure.update(Token=-1)))),
    "an article counted wrong": ("sums", replace(ACME, read=miscounted)),
    "a span among the links": (
        "what is read",
        replace(ACME, read=changed(lambda d: d.links.append(d.spans.pop(0)))),  # type: ignore[arg-type]
    ),
    "another source": ("source", replace(ACME, read=changed(lambda d: setattr(d, "source", "acme")))),
    "an absolute path": (
        "path",
        replace(ACME, read=changed(lambda d: setattr(d.article, "path", "/tmp/one.acme"))),
    ),
    "two of one path": (
        "two documents",
        replace(ACME, read=lambda unit, options: iter([*read(unit, options), *read(unit, options)])),
    ),
    "never twice the same": (
        "the same twice",
        replace(ACME, read=changed(lambda d: d.remarks.append(f"{next(COUNTER)}"))),
    ),
    "a mark left in": ("text", replace(ACME, read=changed(lambda d: setattr(d, "text", "\ufeff" + d.text)))),
    "half a surrogate": ("text", replace(ACME, read=changed(lambda d: setattr(d, "text", "\ud83d")))),
    "opens by path": ("compressed", replace(ACME, read=from_path)),
    "reads one name only": ("other names", replace(ACME, read=by_name)),
    "opens twice": ("standard input", replace(ACME, read=opens_twice)),
    "no limit": ("limit", replace(ACME, read=without_limit)),
    "too long and gone": ("limit", replace(ACME, read=dropping_long_ones)),
    "breaks on damage": ("errors", replace(ACME, read=careless)),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_loader_that_breaks_a_rule_is_told_which(how: str, sample: Path) -> None:
    rule, format = BROKEN[how]
    with pytest.raises(ConformanceError, match=rule) as raised:
        check(format, [sample])
    assert str(raised.value).startswith("acme: ")
    assert "\n" not in str(raised.value)


def test_samples_must_be_there_and_have_annotations(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least one sample"):
        check(ACME, [])
    with pytest.raises(UsageError, match="no such sample"):
        check(ACME, [tmp_path / "none.acme"])
    bare = tmp_path / "bare.acme"
    bare.write_text(json.dumps(GOOD | {"spans": [], "links": []}), encoding="utf-8")
    with pytest.raises(ConformanceError, match="no annotation"):
        check(ACME, [bare])


# -- a loader of another package -------------------------------------------------------------------------------------

MODULE = '''
"""Acme's annotations, for Attest."""
import json
from loaders.formats import Format
from loaders.source import Argument, Link, SourceDocument, Span
from ontology.errors import SourceError
from ontology.models import Article, Fragment

def recognise(file):
    return isinstance(file.outline, dict) and "acme" in file.outline

def read(unit, options):
    data = json.loads(unit.lead.read(options.max_bytes))
    document = SourceDocument(data["text"], unit.lead.name, "acme", Article(path=unit.lead.within))
    for own, label, start, end in data["spans"]:
        document.add(Span(id=own, label=label, fragments=(Fragment(start, end, data["text"][start:end]),)))
    for own, label, source, target in data["links"]:
        arguments = (Argument("source", source), Argument("target", target))
        document.add(Link(id=own, label=label, arguments=arguments))
    yield document

FORMAT = Format(name="acme", files="*.acme", carries="spans and links", loses="colours",
                recognise=recognise, read=read)
'''

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme-attest"
version = "1.0"
[project.entry-points."attest.loaders"]
acme = "acme_attest:FORMAT"
[tool.hatch.build.targets.wheel]
only-include = ["acme_attest.py"]
"""


@pytest.mark.slow
def test_a_loader_of_another_package_is_listed_and_used(tmp_path: Path, sample: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "acme_attest.py").write_text(MODULE, encoding="utf-8")
    (package / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    installed = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-deps"]
    subprocess.run(
        [*pip, "--no-build-isolation", "--no-index", "--target", str(installed), str(package)], check=True
    )
    mapping = tmp_path / "acme.yaml"
    mapping.write_text(
        "types: {Person: Person, Place: Place}\n"
        "relations: {Leaves: operatesIn}\n"
        "roles: {source: subject, target: object}\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)]), "COLUMNS": "200"}

    def kg(*words: str) -> str:
        command = [sys.executable, "-c", "from kg.cli import program; program()"]
        command += ["-g", str(tmp_path / "graph"), *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "acme" in kg("loaders")
    kg("init")
    assert "3 annotations: 3 loaded" in kg("ingest", str(sample), "-m", str(mapping))
    assert "Tel Arun" in kg("ask", "relationships", "Pell Orrin")
