"""The contract of loaders as a test: any loader, shipped or another package's, is tried on samples of its format.

    from loaders.conformance import check
    check(FORMAT, [Path("samples/one.acme"), Path("samples/several-files/")])

What is checked is what docs/formats/writing-a-loader.md promises; the first promise that is not kept raises
ConformanceError. Whether what was read is what the sample means it cannot know: that needs tests of the loader's own.
"""

from __future__ import annotations

import gzip
import io
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders import mapping as mappings
from loaders.files import File, folders
from loaders.formats import Format, Options, Read, Unit, each
from loaders.mapping_schema import IGNORE, AttributeRule, LinkRule, Mapping
from loaders.source import (
    Annotation,
    Attribute,
    Equivalence,
    Link,
    Normalisation,
    Note,
    SourceDocument,
    Span,
)
from ontology import vocabulary
from ontology.errors import AttestError, ConformanceError, SourceError, UsageError
from ontology.identifiers import normalise
from ontology.lists import Record, ReferenceList
from ontology.models import AnnotatedArticle, Fragment, Mention, RejectedDocument, Tally

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

DAMAGES = 60
"""Places at which each file is cut off, and at which a byte of it is changed."""

_FOREIGN: dict[str, tuple[str, bytes]] = {
    "prose": (
        "notes.dat",
        b"Pell Orrin met the quartermaster in Upper Sarne on Monday.\nNothing was signed.\n",
    ),
    "bytes of an image": (
        "picture.dat",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00",
    ),
    "a web page": ("page.html", b"<!DOCTYPE html>\n<html><head><title>Borrin</title></head><body/></html>"),
    "XML of another kind": ("feed.xml", b'<?xml version="1.0"?>\n<rss version="2.0"><channel/></rss>'),
    "a JSON object of another kind": ("settings.json", b'{"colour": "red", "sizes": [1, 2, 3]}'),
    "a JSON array of numbers": ("numbers.json", b"[1, 2, 3]"),
    "a table of another kind": ("prices.csv", b"item,price\nbread,2\nsalt,1\n"),
    "the native format": ("article.yaml", b"attest: 1\ntext: Pell Orrin left.\nentities: {}\n"),
    "GATE's XML": (
        "gate.xml",
        b'<GateDocument version="3"><TextWithNodes>Pell left.</TextWithNodes></GateDocument>',
    ),
    "WebAnno's TSV": ("page.dat", b"#FORMAT=WebAnno TSV 3.3\n\n\n#Text=Pell left.\n1-1\t0-4\tPell\t\n"),
    "an empty file": ("empty.dat", b""),
}
_WHOSE = {"the native format": "native", "GATE's XML": "gate-xml", "WebAnno's TSV": "webanno-tsv"}


def check(format: Format, samples: Iterable[Path | str], ontology: Ontology | None = None) -> None:
    """Try a loader on samples of its format: each a file, or a folder where a document lies in several files.

    Raises ConformanceError for the first rule that is not kept, UsageError where an extra is not installed.
    """
    paths = [Path(sample) for sample in samples]
    if not paths:
        raise UsageError("give at least one sample of the format")
    options = Options(ontology or vocabulary.load())
    annotations = sum([_Sample(format, path, options).check() for path in paths])
    if not annotations:
        raise ConformanceError(f"{format.name}: the samples have no annotation: give one that has some")
    with tempfile.TemporaryDirectory(prefix="attest-") as made:
        _check_foreign(format, Path(made))


def _check_foreign(format: Format, folder: Path) -> None:
    for what, (name, head) in _FOREIGN.items():
        path = folder / name
        path.write_bytes(head)
        file = File(name, name, path, folder)
        if _WHOSE.get(what) != format.name and _asked(format, file, f"given {what}"):
            raise ConformanceError(f"{format.name}: recognise: claims {what} ({name}) as its own")


def _asked(format: Format, file: File, when: str) -> bool:
    """Whether the format recognises a file; it may find it unreadable, and do nothing else."""
    try:
        answer: object = format.recognise(file)
    except SourceError:
        return False
    except Exception as error:
        raise ConformanceError(
            f"{format.name}: recognise: {when}, raises {type(error).__name__}: {error}"
        ) from error
    if not isinstance(answer, bool):
        raise ConformanceError(f"{format.name}: recognise: gives {answer!r}, not True or False")
    return answer


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What reading came to: each document with its unit, and the errors that ended the reading of a unit."""

    documents: list[tuple[Unit, Read]]
    errors: list[SourceError]
    recognised: int

    def texts(self) -> list[str]:
        return [d.text for _, d in self.documents if isinstance(d, SourceDocument | AnnotatedArticle)]

    def lists(self) -> list[ReferenceList]:
        """Its reference lists that were read to their end, each once."""
        return [d for _, d in self.documents[1:] if isinstance(d, ReferenceList) and d.complete][-1:]


class _Sample:
    """One sample, and all that is tried with it."""

    def __init__(self, format: Format, path: Path, options: Options) -> None:
        self._format, self._path, self._options = format, path, options
        self._several = format.gather is not each or format.takes_tree

    def check(self) -> int:
        """Try everything; how many annotations the sample has."""
        if not self._path.exists():
            raise UsageError(f"{self._path}: there is no such sample")
        outcome = self._read(self._path, "")
        if not outcome.recognised:
            self._fail("recognise", "does not recognise it")
        if outcome.errors:
            self._fail("read", f"cannot read it: {outcome.errors[0]}")
        lists = outcome.lists()
        if not outcome.texts() and not lists:
            self._fail("read", "gives no document of it that is not rejected, and no list that is complete")
        self._check_names(outcome)
        self._check_same(outcome, self._read(self._path, ""), "read again")
        self._check_copies(outcome)
        self._check_limit(outcome)
        self._check_damaged()
        return sum(map(_read_of, (d for _, d in outcome.documents))) + sum(one.tally.read for one in lists)

    def _fail(self, rule: str, what: str) -> None:
        raise ConformanceError(f"{self._format.name}: {rule}: {self._path.name}: {what}")

    # -- reading

    def _read(self, path: Path, when: str, options: Options | None = None) -> _Outcome:
        """Read a sample or a copy of it; whatever comes of it must be as promised."""
        outcome = _Outcome([], [], 0)
        recognised = 0
        at = f"{when}, " if when else ""
        try:
            for folder in folders([path]):
                files = [
                    file for file in folder.files if _asked(self._format, file, when or "given a sample")
                ]
                recognised += len(files)
                if files and self._format.takes_tree:
                    folder.below.clear()
                for unit in self._format.gather(files, whole=folder.whole) if files else ():
                    try:
                        for document in self._format.read(unit, options or self._options):
                            self._check_document(document, at)
                            outcome.documents.append((unit, document))
                    except SourceError as error:
                        outcome.errors.append(error)
        except (ConformanceError, UsageError):
            raise
        except Exception as error:  # noqa: BLE001  (whatever it is, it is not a SourceError)
            self._fail("errors", f"{at}raises {type(error).__name__}: {error}; only SourceError may come out")
        return replace(outcome, recognised=recognised)

    def _check_document(self, document: object, at: str) -> None:
        if isinstance(document, SourceDocument):
            self._check_source(document, at)
        elif isinstance(document, AnnotatedArticle):
            self._check_article(document, at)
        elif isinstance(document, ReferenceList):
            self._check_sum(document.tally, document.tally.read, at.removesuffix(", "))
        elif isinstance(document, Record):
            self._check_record(document, at)
        elif not isinstance(document, RejectedDocument):
            self._fail("what is read", f"{at}yields a {type(document).__name__}, which is no document")

    def _check_source(self, document: SourceDocument, at: str) -> None:
        self._check_text(document.text, at)
        ids: set[str] = set()
        for kind, some in _by_kind(document).items():
            for annotation in some:
                if type(annotation) is not kind:
                    self._fail(
                        "what is read", f"{at}has a {type(annotation).__name__} among the {kind.__name__}s"
                    )
                if not annotation.label:
                    self._fail("labels", f"{at}{annotation.title} has no label")
                if annotation.id in ids:
                    self._fail("ids", f"{at}the id {annotation.id!r} occurs twice")
                if not annotation.id and kind in (Span, Link):
                    self._fail(
                        "ids", f"{at}a {kind.__name__} labelled {annotation.label} has no id: make one up"
                    )
                ids.update([annotation.id] if annotation.id else [])
        for annotation in document.annotations():
            for target in annotation.references():
                if target not in ids:
                    self._fail(
                        "references", f"{at}{annotation.title} refers to {target!r}, which is not there"
                    )
        for span in document.spans:
            self._check_fragments(span.fragments, document.text, f"{at}{span.title}")
        for link in document.links:
            if link.words:
                self._check_fragments(link.words, document.text, f"{at}{link.title}")
        for name, mapping in (("nothing", Mapping("nothing", "")), ("ignoring", _ignoring(document))):
            tally = mappings.apply(mapping, document, self._options.ontology).tally
            self._check_sum(tally, document.read, f"{at}with a mapping {name}")

    def _check_article(self, document: AnnotatedArticle, at: str) -> None:
        self._check_text(document.text, at)
        ids = [entity.id for entity in document.entities]
        if len(set(ids)) < len(ids):
            self._fail("ids", f"{at}two entities have one id")
        mentions = [(e.id, m) for e in document.entities for m in e.mentions]
        mentions += [(c.id, m) for c in document.claims for m in (Mention(c.evidence), *c.arguments)]
        for owner, mention in mentions:
            self._check_fragments(mention.fragments, document.text, f"{at}{owner}")
        for claim in document.claims:
            used = [claim.subject, claim.object, claim.place, claim.event, claim.about, claim.instrument]
            for one in (*used, *claim.speakers):
                if isinstance(one, str) and one not in ids:
                    self._fail("references", f"{at}{claim.id} refers to {one!r}, which is no entity")
        self._check_sum(document.tally, document.tally.read, at.removesuffix(", "))

    def _check_record(self, record: Record, at: str) -> None:
        if record.type not in self._options.ontology.types:
            self._fail(
                "records", f"{at}{record.id} is of type {record.type!r}, which the ontology does not have"
            )
        if not record.names or not all(name.text.strip() for name in record.names):
            self._fail("records", f"{at}{record.id} has no name, or an empty one")
        for code in record.identifiers:
            try:
                normal = normalise(code)
            except AttestError as error:
                self._fail("records", f"{at}{record.id}: {error}")
            if normal != code:
                self._fail("records", f"{at}{record.id}: writes {code!r}, which is {normal!r}")

    def _check_text(self, text: object, at: str) -> None:
        if not isinstance(text, str):
            self._fail("text", f"{at}a text is a {type(text).__name__}")
        elif text.startswith("\ufeff"):
            self._fail("text", f"{at}a byte order mark is left in the text")
        else:
            try:
                text.encode()
            except UnicodeEncodeError:
                self._fail("text", f"{at}half a surrogate pair is in the text")

    def _check_fragments(self, fragments: tuple[Fragment, ...], text: str, whose: str) -> None:
        if not fragments:
            self._fail("fragments", f"{whose} has none")
        last = 0
        for start, end, exact in fragments:
            if not last <= start <= end <= len(text):
                self._fail("fragments", f"{whose}: {start}–{end} is out of order or outside the text")
            if text[start:end] != exact:
                self._fail("fragments", f"{whose}: says {exact!r}, the text there is {text[start:end]!r}")
            last = end

    def _check_sum(self, tally: Tally, read: int, when: str) -> None:
        parts = (tally.loaded, sum(tally.ignored.values()), len(tally.rejected))
        if sum(parts) != read or tally.read != read or min(parts) < 0:
            loaded, ignored, rejected = parts
            self._fail(
                "sums", f"{when}: {read} read, but {loaded} loaded, {ignored} ignored, {rejected} rejected"
            )

    # -- what is promised of documents

    def _check_names(self, outcome: _Outcome) -> None:
        sets: set[tuple[str, ...]] = set()
        for unit, document in outcome.documents:
            if isinstance(document, Record):
                continue
            below = unit.lead.name.rpartition("/")[0] + "/"
            of_several = self._several and document.source.startswith(below)
            if document.source != unit.lead.name and not of_several:
                self._fail("source", f"is {document.source!r}, not the file's name, {unit.lead.name!r}")
            if isinstance(document, RejectedDocument | ReferenceList):
                continue
            path = document.article.path
            folder = unit.lead.within.rpartition("/")[0]
            if not path or not path.startswith(folder) or path.startswith("/"):
                self._fail("path", f"is {path!r}; expected {unit.lead.within!r}, perhaps # and an id")
            article = document.article.id or document.article.url or path
            own = (article, document.annotator, document.layer)
            if own in sets:
                self._fail("path", f"two documents are both {article!r} of one annotator and layer")
            sets.add(own)

    def _check_same(
        self, first: _Outcome, second: _Outcome, when: str, elsewhere: Path | None = None
    ) -> None:
        """Compare two readings, the second of a copy where it is `elsewhere`."""
        if len(first.documents) != len(second.documents):
            counts = f"{len(first.documents)} documents and {len(second.documents)}"
            self._fail("the same twice", f"{when}: {counts}{_first_error(second)}")
        for (_, one), (_, other) in zip(first.documents, second.documents, strict=True):
            told, again = repr(one), repr(other)
            if elsewhere is not None:
                told, again = _nowhere(told, self._path), _nowhere(again, elsewhere)
            if told != again:
                at = next(
                    (i for i, pair in enumerate(zip(told, again, strict=False)) if len(set(pair)) > 1), 0
                )
                self._fail(
                    "the same twice",
                    f"{when}: …{told[max(0, at - 40) : at + 40]}… became …{again[max(0, at - 40) : at + 40]}…",
                )

    def _check_copies(self, outcome: _Outcome) -> None:
        """The sample elsewhere, and where it is one file also compressed and under another name."""
        with tempfile.TemporaryDirectory(prefix="attest-") as made:
            copy = _copied(self._path, Path(made) / "elsewhere")
            self._check_same(outcome, self._read(copy, "in another folder"), "in another folder", copy)
            if copy.is_dir() or self._several:
                return
            packed = copy.with_name(copy.name + ".gz")
            packed.write_bytes(gzip.compress(copy.read_bytes()))
            self._check_same(outcome, self._read(packed, "compressed"), "compressed", copy)
            self._check_standard_input(outcome, copy)
            renamed = copy.rename(copy.with_name("another-name" + copy.suffix))
            read = self._read(renamed, "under another name")
            if len(read.documents) != len(outcome.documents) or read.texts() != outcome.texts():
                self._fail("other names", f"as {renamed.name} it gives something else{_first_error(read)}")

    def _check_standard_input(self, outcome: _Outcome, path: Path) -> None:
        """Standard input has no name to go by and can be read once; a format may know it there or not."""
        given, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(path.read_bytes()))
        try:
            read = self._read(Path("-"), "on standard input")
        finally:
            sys.stdin = given
        if read.recognised and read.texts() != outcome.texts():
            self._fail("standard input", f"gives something else there{_first_error(read)}")

    def _check_limit(self, outcome: _Outcome) -> None:
        if not outcome.texts():
            return  # a list has no text
        limit = max(map(len, outcome.texts())) - 1
        read = self._read(self._path, "with a limit", replace(self._options, max_characters=limit))
        if any(len(text) > limit for text in read.texts()):
            self._fail("limit", f"reads a text of more than {limit:,} characters where that is the limit")
        refused = [document for _, document in read.documents if isinstance(document, RejectedDocument)]
        if not refused and not read.errors:
            self._fail("limit", "a text that is too long is not rejected, but missing")

    # -- damage

    def _check_damaged(self) -> None:
        with tempfile.TemporaryDirectory(prefix="attest-") as made:
            for number, name in enumerate(_files(self._path)):
                copy = _copied(self._path, Path(made) / str(number))
                file = copy / name if copy.is_dir() else copy
                for when, content in _damaged(file.read_bytes()):
                    file.write_bytes(content)
                    self._read(copy, f"{name} {when}" if copy.is_dir() else when)


def _damaged(content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file cut off and changed at many places, always the same ones."""
    places = random.Random(len(content))
    cuts = {0, *(len(content) * n // DAMAGES for n in range(DAMAGES))}
    for cut in sorted(cuts):
        yield f"cut off after {cut} bytes", content[:cut]
    for _ in range(DAMAGES if content else 0):
        place, byte = places.randrange(len(content)), places.choice(b'\x00\x7f\xff"0-{}[]<&\t\n')
        yield f"with byte {place} changed to {byte}", content[:place] + bytes([byte]) + content[place + 1 :]


def _files(path: Path) -> list[str]:
    """The files of a sample, within its folder where it is one."""
    if not path.is_dir():
        return [path.name]
    return sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())


def _copied(path: Path, folder: Path) -> Path:
    folder.mkdir()
    target = folder / path.name
    if path.is_dir():
        shutil.copytree(path, target, copy_function=shutil.copyfile)
    else:
        shutil.copyfile(path, target)
    return target


def _nowhere(words: str, place: Path) -> str:
    """What was read, in words, without the folder it was read from."""
    return words.replace(repr(str(place))[1:-1], "…")


def _first_error(outcome: _Outcome) -> str:
    if outcome.errors:
        return f" ({outcome.errors[0]})"
    return "" if outcome.recognised else " (it is not recognised)"


def _read_of(document: Read) -> int:
    if isinstance(document, SourceDocument):
        return document.read
    return document.tally.read if isinstance(document, AnnotatedArticle) else 0


def _by_kind(document: SourceDocument) -> dict[type[Annotation], Iterable[Annotation]]:
    return {
        Span: document.spans,
        Link: document.links,
        Attribute: document.attributes,
        Equivalence: document.equivalences,
        Normalisation: document.normalisations,
        Note: document.notes,
    }


def _ignoring(document: SourceDocument) -> Mapping:
    """A mapping that ignores every label of a document."""

    def all_to(meaning: Any, annotations: Iterable[Annotation], name: Callable[[Any], str]) -> dict[str, Any]:
        return {name(annotation): meaning for annotation in annotations}

    def label(annotation: Annotation) -> str:
        return annotation.label

    return Mapping(
        "ignoring",
        "",
        types=all_to(IGNORE, document.spans, label),
        links=all_to(LinkRule(ignore=True), document.links, label),
        attributes=all_to(AttributeRule(), document.attributes, label),
        equivalences=all_to(IGNORE, document.equivalences, label),
        notes=all_to(IGNORE, document.notes, label),
        identifiers=all_to(IGNORE, document.normalisations, lambda n: str(n.scheme)),
    )


__all__ = ["ConformanceError", "check"]
