"""UIMA CAS as XMI, with its type system in an XML file beside it.

    <custom:SimpleSpan xmi:id="68" sofa="12" begin="5" end="7" value="PER"/>     a feature structure
    <cas:Sofa xmi:id="12" sofaID="_InitialView" sofaString="This is a test ."/>  a text
    <cas:View sofa="12" members="68 72"/>                                        what is in its index

XMI does not say which attributes are references: the type system does. Without one,
`loaders.cas.typesystems` infers it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from loaders.cas import typesystems as cas_types
from loaders.cas.documents import Cas, Containers, Sofa, Structure, as_ids, is_feature
from loaders.cas.typesystems import CONTAINERS, Feature, Seen, Types
from loaders.cas.view import documents
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.xml_stream import check_prolog
from ontology.errors import SourceError
from ontology.extras import needs
from ontology.models import Rejection

_XMI = "http://www.omg.org/XMI"
_ID = f"{_XMI} id"
_VERSION = f"{_XMI} version"
_RESERVED = frozenset((_ID, "sofa", "begin", "end"))
_VALUE = Feature("value")
_LARGEST = 1 << 31
_JAVA = ".ser"

_XML_1_1 = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s+version\s*=\s*["']1\.1["']""")
_CHARACTER = re.compile(rb"&#(?:x0*([0-9A-Fa-f]{1,2})|0*([0-9]{1,2}));")
_CONTROLS = frozenset(range(1, 32)) - {9, 10, 13}
_STAND_INS = 0xFDD0  # thirty-two code points that are no characters, for use within a program
_TO_CONTROLS = {_STAND_INS + code: code for code in _CONTROLS}
JAVA_OBJECTS = (
    "holds Java objects that only UIMA reads: export again with a format, as XMI, JSON or WebAnno TSV"
)


# -- recognising and gathering --------------------------------------------------------------------------------------


def _recognise(file: File) -> bool:
    if file.suffix == _JAVA:
        return True
    namespace, name = file.root_element
    if (namespace, name) == (_XMI, "XMI"):
        return b"/uima/cas.ecore" in file.head
    return name == "typeSystemDescription"


def is_type_system(file: File) -> bool:
    """Whether a file describes types, and holds no annotations."""
    return file.root_element[1] == "typeSystemDescription"


def _gather(files: Sequence[File], *, whole: bool) -> Iterator[Unit]:
    systems = {file.base: file for file in files if is_type_system(file)}
    documents = [file for file in files if file.base not in systems]
    for file in documents:
        if file.suffix == _JAVA and whole and _is_elsewhere(file):
            continue
        system = type_system_of(file, systems)
        yield Unit(file, (system,) if system is not None else ())
    if not documents and not whole:
        yield from map(Unit, systems.values())


def _is_elsewhere(file: File) -> bool:
    """Whether what is in a file of Java objects also lies beside it in another format, as in INCEpTION's exports."""
    try:
        return any(not name.endswith((_JAVA, ".xml")) for name in os.listdir(file.folder))
    except OSError:
        return False


def type_system_of(file: File, systems: dict[str, File] | None = None) -> File | None:
    """The type system that lies beside a CAS: under its name, under the usual one, or the only one there is."""
    if file.path is None:
        return None
    if not systems:
        try:
            names = sorted(os.listdir(file.folder))
        except OSError:
            return None
        beside = [name for name in names if name.lower().endswith(".xml") and "type" in name.lower()]
        found = (file.beside(name) for name in beside)
        systems = {one.base: one for one in found if one is not None and is_type_system(one)}
    stem = file.base.rpartition(".")[0].lower()
    by_name = {name.lower(): system for name, system in systems.items()}
    for name in (*(f"{stem}{mark}typesystem.xml" for mark in ".-_"), "typesystem.xml"):
        if name in by_name:
            return by_name[name]
    return next(iter(systems.values())) if len(systems) == 1 else None


# -- reading ------------------------------------------------------------------------------------------------------


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    if unit.lead.suffix == _JAVA:
        raise SourceError(JAVA_OBJECTS, file=unit.lead.name)
    needs("cassis", "cas", "reading this format")
    if is_type_system(unit.lead):
        reason = "describes types and holds no annotations: name the .xmi file, and it is read with it"
        raise SourceError(reason, file=unit.lead.name)
    check_prolog(unit.lead)
    elements = _Elements(unit.lead.name)
    elements.parse(unit.lead.read(options.max_bytes))
    types = Types()
    if unit.others:
        types.add(cas_types.from_file(unit.others[0]))
    cas = _Resolver(elements, types).cas(described=bool(unit.others))
    yield from documents(cas, unit, options, "cas-xmi")


@dataclass(slots=True)
class _Element:
    """An element of the file that is a feature structure: its type, attributes, and elements by the name of each."""

    type: str
    attributes: dict[str, str]
    line: int
    children: dict[str, list[str]] = field(default_factory=dict)


class _Elements:
    """The elements of a file, as they stand there. Nothing in it recurses, however deep the file is nested."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.structures: list[_Element] = []
        self.sofas: list[_Element] = []
        self.views: list[_Element] = []
        self._types: dict[str, str] = {}
        self._kinds = {"uima.cas.Sofa": self.sofas, "uima.cas.View": self.views}
        self._depth = 0
        self._current: _Element | None = None
        self._words: list[str] = []

    def parse(self, content: bytes) -> None:
        """Read a whole file; raises SourceError with the line where it is no XML."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._parser = parser
        replaced = _without_controls(content)
        self._controls = replaced is not content
        try:
            parser.Parse(replaced, True)
        except expat.ExpatError as error:
            raise SourceError(f"is no well-formed XML: {error}", file=self._name, line=error.lineno) from None
        except (ValueError, LookupError) as error:
            raise SourceError(f"is no XML that can be read: {error}", file=self._name) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._controls:
            attributes = {key: value.translate(_TO_CONTROLS) for key, value in attributes.items()}
        if self._depth == 2:
            type_ = self._types.get(name)
            if type_ is None:
                type_ = self._types[name] = _type(name)
            self._current = _Element(type_, attributes, self._parser.CurrentLineNumber)
        self._words = []

    def _end(self, name: str) -> None:
        if self._depth == 3 and self._current is not None:
            feature = name.rpartition(" ")[2]
            self._current.children.setdefault(feature, []).append("".join(self._words))
        elif self._depth == 2 and self._current is not None:
            if self._current.type != "uima.cas.NULL":
                self._kinds.get(self._current.type, self.structures).append(self._current)
            self._current = None
        self._depth -= 1

    def _text(self, words: str) -> None:
        if self._depth == 3:
            self._words.append(words.translate(_TO_CONTROLS) if self._controls else words)


def _without_controls(content: bytes) -> bytes:
    """XML 1.1 as XML 1.0, which has no form feeds and their like: characters that mean nothing stand in for them.

    UIMA writes XML 1.1 for texts taken from PDFs; the parser knows XML 1.0 only.
    """
    if not _XML_1_1.match(content):
        return content

    def stand_in(match: re.Match[bytes]) -> bytes:
        code = int(match[1], 16) if match[1] else int(match[2])
        return chr(_STAND_INS + code).encode() if code in _CONTROLS else match[0]

    return _CHARACTER.sub(stand_in, content)


def _type(name: str) -> str:
    """A type's name from an element's: `http:///webanno/custom.ecore SimpleSpan` is webanno.custom.SimpleSpan."""
    namespace, _, local = name.rpartition(" ")
    package = namespace.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return local if package in ("", "uima.noNamespace") else f"{package}.{local}"


class _Resolver:
    """Makes feature structures of elements, as far as the type system says what their attributes are."""

    def __init__(self, elements: _Elements, types: Types) -> None:
        self._elements, self._types, self._file = elements, types, elements._name
        self._containers = Containers()
        self._lost: list[Rejection] = []

    def cas(self, *, described: bool) -> Cas:
        """The whole file."""
        types = self._types
        placed = list(self._identified(self._elements.structures))
        structures = [(id, element) for id, element in placed if not self._contain(id, element)]
        unknown = sorted({element.type for _, element in structures if not types.knows(element.type)})
        cas = Cas(types, lost=self._lost)
        if unknown:
            types.add(cas_types.dkpro())
            types.add(cas_types.inferred((Seen(id, e.type, e.attributes) for id, e in structures), types))
            which = f"has no {', '.join(unknown[:5])}{' …' if len(unknown) > 5 else ''}"
            what = f"its type system {which}" if described else "no type system lies beside it"
            cas.remarks.append(f"{self._file}: {what}; which features are references was told by their names")
        for id, element in self._identified(self._elements.sofas):
            text = element.attributes.get("sofaString")
            cas.sofas.append(Sofa(id, element.attributes.get("sofaID", ""), text))
        for view in self._elements.views:
            sofa = _number(view.attributes.get("sofa"))
            if sofa is not None:
                cas.members.setdefault(sofa, set()).update(as_ids(view.attributes.get("members", "").split()))
        cas.structures = [self._structure(id, element) for id, element in structures]
        return cas

    def _identified(self, elements: Iterable[_Element]) -> Iterator[tuple[int, _Element]]:
        for element in elements:
            id = _number(element.attributes.get(_ID))
            if id is not None:
                yield id, element
            else:
                label = element.type.rpartition(".")[2]
                self._lost.append(Rejection(self._file, f"is a {label} without xmi:id", element.line))

    def _contain(self, id: int, element: _Element) -> bool:
        """Keep an array or a piece of a list for the features that point at it."""
        if element.type not in CONTAINERS:
            return False
        attributes = element.attributes
        if element.type.endswith("Array"):
            elements = attributes.get("elements")
            own = elements.split() if elements is not None else element.children.get("elements", [])
            self._containers.arrays.setdefault(id, own)
        else:
            head = next(iter(element.children.get("head", ())), attributes.get("head"))
            self._containers.lists.setdefault(id, (head, _number(attributes.get("tail"))))
        return True

    def _structure(self, id: int, element: _Element) -> Structure:
        attributes = element.attributes
        structure = Structure(
            id,
            element.type,
            element.line,
            _number(attributes.get("sofa")),
            _number(attributes.get("begin")),
            _number(attributes.get("end")),
        )
        features = self._types.features(element.type)
        for name, value in attributes.items():
            if name not in _RESERVED and not name.startswith("_") and value and " " not in name:
                self._feature(structure, name, value, features.get(name, _VALUE))
        for name, values in element.children.items():
            kind = features.get(name, Feature("values")).kind
            if kind in ("value", "values"):
                structure.values += [
                    (name, value) for value in values if value and is_feature(name, _RESERVED)
                ]
            elif ids := as_ids(values):
                structure.references.append((name, ids))
        return structure

    def _feature(self, structure: Structure, name: str, value: str, feature: Feature) -> None:
        match feature.kind:
            case "value":
                structure.values.append((name, value))
            case "values":
                words = self._elements_of(value) if feature.shared else None
                structure.values += [
                    (name, word) for word in (value.split() if words is None else words) if word
                ]
            case _:
                words = self._elements_of(value)
                ids = as_ids(value.split() if words is None else words)
                if ids:
                    structure.references.append((name, ids))
                elif words is None and value.split() != ["0"]:
                    structure.values.append((name, value))

    def _elements_of(self, value: str) -> list[str] | None:
        """The elements of the array or list that a feature points at."""
        id = _number(value)
        return self._containers.elements(id) if id is not None else None


def _number(value: str | None) -> int | None:
    """A whole number as UIMA writes it, None for anything else."""
    if value is not None and len(value) < 10 and value.isdigit() and value.isascii():
        return int(value)  # as good as always
    if value is None or len(value) > 11 or not value.isascii() or not value.removeprefix("-").isdigit():
        return None
    number = int(value)
    return number if -_LARGEST <= number < _LARGEST else None


FORMAT = Format(
    name="cas-xmi",
    files="*.xmi with TypeSystem.xml beside it",
    carries="spans with features, relations, slots, chains, several views",
    loses="features of tokens and sentences, what is in no index, numbers' types",
    recognise=_recognise,
    gather=_gather,
    read=_read,
    extra="cas",
)
