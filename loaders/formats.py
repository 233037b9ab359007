"""The formats that Attest reads, and how another package adds one.

A format is a `Format`: by what it is recognised, which files of a folder make one unit of it, and how a unit is read.
Reading yields, one at a time,

- a `SourceDocument` where the format has labels of its own: a mapping then carries them to the ontology;
- an `AnnotatedArticle` where it speaks the ontology's own terms (the native format);
- a `ReferenceList`, its `Record`s, and the list again as the sign that it was read to its end;
- a `RejectedDocument` for a document of which nothing can be had; reading goes on with the next one.

It raises SourceError only where the file as a whole cannot be read. docs/formats/writing-a-loader.md is the contract in
full, and `loaders.conformance` tries a loader on it. Another package adds its format by an entry point in the group
`attest.loaders` whose object is a `Format`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from loaders.files import File
from loaders.source import MAX_CHARACTERS, SourceDocument
from ontology.errors import SourceError, UsageError
from ontology.lists import Record, ReferenceList
from ontology.models import AnnotatedArticle, RejectedDocument, Rejection
from ontology.suggestions import did_you_mean

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

Read: TypeAlias = "SourceDocument | AnnotatedArticle | RejectedDocument | ReferenceList | Record"

ENTRY_POINTS = "attest.loaders"

_SHIPPED = (
    "loaders.native.reading",
    "loaders.cas.inception",
    "loaders.cas.xmi",
    "loaders.cas.json_format",
    "loaders.re3d",
    "loaders.plover",
    "loaders.stix",
    "loaders.webanno.reading",
    "loaders.gate.xml_format",
    "loaders.gate.bdoc",
    "loaders.label_studio.reading",
    "loaders.doccano",
    "loaders.prodigy",
    "loaders.web_annotation.reading",
    "loaders.docbin",
    "loaders.table.reading",
    "loaders.brat.reading",
    "loaders.lists.un",
    "loaders.lists.followthemoney",
    "loaders.lists.wikidata",
)
"""The modules of the formats that come with Attest, in the order in which they are asked whether a file is theirs: the
ones that can be told for certain before those that cannot."""


class Unit(NamedTuple):
    """The files that are read together: the one that names the unit, those that belong to it, and what else `gather`
    found out about them that `read` wants to know.
    """

    lead: File
    others: tuple[File, ...] = ()
    detail: Any = None


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader is told: the ontology, the longest article, and whose annotations where a file holds several's.

    `annotator` is empty for the format's own choice (curated ones where there are some, else everyone's). `counting`
    is how offsets count in formats that do not tell (one of loaders.offsets.COUNTINGS); empty is code points.
    """

    ontology: Ontology
    max_characters: int = MAX_CHARACTERS
    annotator: str = ""
    counting: str = ""

    @property
    def max_bytes(self) -> int:
        """Bytes that a file may have that must be read in one piece to get at an article of the greatest length."""
        return 20 * self.max_characters + (1 << 24)


def each(files: Sequence[File], *, whole: bool) -> Iterable[Unit]:
    """Every file a unit of its own."""
    return [Unit(file) for file in files]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format of annotated articles.

    `recognise` is asked with each file, of which it may look at name, `head`, `outline` and `root_element`. `gather`
    makes units of the files it recognised in one folder; `whole` says that the user named the folder and not the
    files. `read` gives what is in a unit. `mapping` is the shipped mapping that is used where the user names none and
    none lies beside the files. `extra` is the optional dependency that must be installed. `takes_tree` says that a file
    of the format speaks for everything in its folder and below, which only this format then reads. `files`, `carries`
    and `loses` are for people.
    """

    name: str
    files: str
    carries: str
    loses: str
    recognise: Callable[[File], bool]
    read: Callable[[Unit, Options], Iterator[Read]]
    gather: Callable[..., Iterable[Unit]] = each
    mapping: str = ""
    needs_mapping: bool = True
    extra: str = ""
    takes_tree: bool = False


@lru_cache(maxsize=1)
def formats() -> dict[str, Format]:
    """Every format by name: the shipped ones, then those of other packages. Raises UsageError where one is broken."""
    found: dict[str, Format] = {}
    for module in _SHIPPED:
        format: Format = importlib.import_module(module).FORMAT
        found[format.name] = format
    from importlib.metadata import entry_points

    for point in entry_points(group=ENTRY_POINTS):
        try:
            loaded: object = point.load()
        except Exception as error:
            raise UsageError(
                f"the loader {point.name!r} of another package cannot be imported ({error}); remove or mend it"
            ) from error
        if not isinstance(loaded, Format) or loaded.name in found:
            raise UsageError(
                f"the loader {point.name!r} ({point.value}) is no loaders.formats.Format, or has a name that is taken"
            )
        found[loaded.name] = loaded
    return found


def named(name: str) -> Format:
    """The format of that name; raises UsageError with the nearest names."""
    known = formats()
    if name in known:
        return known[name]
    otherwise = f"there are {', '.join(known)}"
    raise UsageError(f"there is no input format {name[:100]!r}{did_you_mean(name, known, otherwise)}")


def recognised(file: File) -> Format | None:
    """The format that a file is in, by its content; None where no format knows it."""
    return next((format for format in formats().values() if format.recognise(file)), None)


def rejected(unit: Unit, error: SourceError, read: int = 0) -> RejectedDocument:
    """A unit that could not be read, as a document."""
    return RejectedDocument(
        Rejection(error.file or unit.lead.name, error.reason, error.line, error.id), read, unit.lead.name
    )
