"""UIMA type systems: which types a CAS has, and which of their features are values, references or slots.

A type system comes from the XML file beside an XMI file (read with dkpro-cassis), from the `%TYPES` of a JSON file, or,
where there is none, is inferred: DKPro's own types are known, and of others an attribute is a reference where its name
says so (`Governor`, `Dependent`, `target`, `first`, `next`) and a slot where it names nothing but links to targets.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from loaders.files import File
from loaders.xml_stream import check_prolog
from ontology.errors import SourceError
from ontology.extras import needs

TOP = "uima.cas.TOP"
ANNOTATION = "uima.tcas.Annotation"
DOCUMENT_ANNOTATION = "uima.tcas.DocumentAnnotation"
FS_ARRAY = "uima.cas.FSArray"
_PRIMITIVE = frozenset(
    f"uima.cas.{name}"
    for name in ("Boolean", "Byte", "Short", "Integer", "Long", "Float", "Double", "String")
)
_FS_COLLECTIONS = frozenset(
    f"uima.cas.{name}" for name in ("FSArray", "FSList", "EmptyFSList", "NonEmptyFSList")
)
_VALUE_COLLECTIONS = frozenset(
    f"uima.cas.{name}{shape}"
    for name in ("Boolean", "Byte", "Short", "Integer", "Long", "Float", "Double", "String")
    for shape in ("Array", "List")
)
CONTAINERS = (
    _FS_COLLECTIONS
    | _VALUE_COLLECTIONS
    | {
        f"uima.cas.{fill}{name}List"
        for fill in ("Empty", "NonEmpty")
        for name in ("Integer", "Float", "String")
    }
)
"""The types that only hold the elements of a feature with several."""

OFFSETS = frozenset(("sofa", "begin", "end"))
_BASE = {
    ANNOTATION: "uima.cas.AnnotationBase",
    DOCUMENT_ANNOTATION: ANNOTATION,
    "uima.cas.AnnotationBase": TOP,
}
_REFERENCES = frozenset(("Governor", "Dependent", "target", "first", "next"))

_LARGEST = 16 << 20
"""Bytes of a type system; INCEpTION's have some hundred thousand."""

_DEEPEST = 64
"""How many kinds above each other are looked at; type systems have five or six."""

Kind = Literal["value", "values", "reference", "references", "slots"]


class Feature(NamedTuple):
    """What a feature holds: a value or several, a reference or several, or slots (links with role and target).

    `shared`: the elements are in an array of their own, to which the feature points.
    """

    kind: Kind
    shared: bool = False


_VALUE = Feature("value")


@dataclass(slots=True)
class Types:
    """The types of a CAS, each with its supertype and features."""

    supertypes: dict[str, str] = field(default_factory=dict)
    own: dict[str, dict[str, Feature]] = field(default_factory=dict)
    _all: dict[str, dict[str, Feature]] = field(default_factory=dict)

    def knows(self, name: str) -> bool:
        """Whether the type is one of these, or UIMA's own."""
        return name in self.own or name in _BASE or name in CONTAINERS or name == TOP

    def lineage(self, name: str) -> Iterator[str]:
        """The type and what it is a kind of, upwards."""
        for _ in range(_DEEPEST):  # types that are each other's kind would go round for ever
            if not name:
                return
            yield name
            name = self.supertypes.get(name) or _BASE.get(name, "")

    def is_a(self, name: str, ancestor: str) -> bool:
        """Whether a type is the other one or a kind of it."""
        return ancestor in self.lineage(name)

    def features(self, name: str) -> Mapping[str, Feature]:
        """All features of a type by name, inherited ones included."""
        found = self._all.get(name)
        if found is None:
            found = {}
            for ancestor in self.lineage(name):
                found = self.own.get(ancestor, {}) | found
            self._all[name] = found
        return found

    def add(self, other: Types) -> None:
        """Take in the types of another type system that this one does not know."""
        for name, features in other.own.items():
            if name not in self.own:
                self.own[name] = features
                self.supertypes[name] = other.supertypes.get(name, TOP)
        self._all.clear()


# -- declared -----------------------------------------------------------------------------------------------------


class _Declared(NamedTuple):
    """A feature as a type system declares it."""

    range: str
    element: str
    shared: bool


def _declared(types: dict[str, tuple[str, dict[str, _Declared]]]) -> Types:
    """A type system from what was declared: of each type its supertype and features."""
    result = Types(supertypes={name: supertype for name, (supertype, _) in types.items()})
    result.own = {name: {} for name in types}

    def primitive(name: str) -> bool:
        return any(ancestor in _PRIMITIVE for ancestor in result.lineage(name))

    def links(name: str) -> bool:
        return any("target" in types[a][1] for a in result.lineage(name) if a in types)

    for name, (_, features) in types.items():
        for feature, (range_, element, shared) in features.items():
            if range_ in _VALUE_COLLECTIONS:
                kind: Kind = "values"
            elif range_ in _FS_COLLECTIONS:
                kind = "slots" if element and links(element) else "references"
            else:
                kind = "value" if primitive(range_) else "reference"
            result.own[name][feature] = Feature(kind, shared)
    return result


def from_file(file: File) -> Types:
    """The type system in an XML file; raises SourceError where it cannot be read."""
    check_prolog(file)
    return _from_xml(file.read(_LARGEST), file.name)


@lru_cache(maxsize=8)
def _from_xml(content: bytes, name: str) -> Types:
    cassis = needs("cassis", "cas", "reading this format")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _from_cassis(cassis.load_typesystem(io.BytesIO(content)))
    except Exception as error:
        reason = f"is no type system that can be read ({type(error).__name__}: {str(error)[:200]}); export it again"
        raise SourceError(" ".join(reason.split()), file=name) from error


@lru_cache(maxsize=1)
def dkpro() -> Types:
    """The types of DKPro Core, which INCEpTION's built-in layers are of."""
    cassis = needs("cassis", "cas", "reading this format")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _from_cassis(cassis.load_dkpro_core_typesystem())


def _from_cassis(system: Any) -> Types:
    return _declared(
        {
            type_.name: (
                type_.supertype.name if type_.supertype else TOP,
                {
                    feature.name.removesuffix("_") if feature._has_reserved_name else feature.name: _Declared(
                        feature.rangeType.name,
                        feature.elementType.name if feature.elementType else "",
                        bool(feature.multipleReferencesAllowed),
                    )
                    for feature in type_.features
                    if feature.name not in OFFSETS
                },
            )
            for type_ in system.get_types()
        }
    )


def from_json(declared: object) -> Types:
    """The type system of the `%TYPES` of a JSON file, as far as it is one."""
    types: dict[str, tuple[str, dict[str, _Declared]]] = {}
    for name, described in declared.items() if isinstance(declared, dict) else ():
        if not isinstance(described, dict):
            continue
        features: dict[str, _Declared] = {}
        for feature, how in described.items():
            range_ = how.get("%RANGE") if isinstance(how, dict) else None
            if feature.startswith("%") or feature in OFFSETS or not isinstance(range_, str):
                continue
            element = range_.removesuffix("[]") if range_.endswith("[]") else ""
            if element:
                range_ = f"{element}Array" if element in _PRIMITIVE else FS_ARRAY
            features[feature] = _Declared(range_, element, True)
        supertype = described.get("%SUPER_TYPE")
        types[name] = (supertype if isinstance(supertype, str) else TOP, features)
    return _declared(types)


# -- inferred -----------------------------------------------------------------------------------------------------


class Seen(NamedTuple):
    """A feature structure as it stands in XMI: its id, type and attributes."""

    id: int
    type: str
    attributes: Mapping[str, str]


def inferred(structures: Iterable[Seen], known: Types) -> Types:
    """A type system for the types that `known` does not have, from what is written of them."""
    every = list(structures)
    type_of = {structure.id: structure.type for structure in every}
    links = {
        structure.id
        for structure in every
        if "begin" not in structure.attributes and _ids(structure.attributes.get("target", ""))
    }
    values: dict[str, dict[str, list[tuple[str, str]]]] = {}
    positions: dict[str, bool] = {}
    for structure in every:
        if not known.knows(structure.type):
            own = values.setdefault(structure.type, {})
            positions[structure.type] = (
                positions.get(structure.type, True) and "begin" in structure.attributes
            )
            for name, value in structure.attributes.items():
                if name not in OFFSETS and " " not in name:  # not xmi:id
                    own.setdefault(name, []).append((structure.type, value))
    result = Types()
    for type_, features in values.items():
        result.supertypes[type_] = ANNOTATION if positions[type_] else TOP
        result.own[type_] = {
            name: _inferred(name, type_, [value for _, value in found], type_of, links)
            for name, found in features.items()
        }
    return result


def _inferred(
    name: str, type_: str, found: list[str], type_of: Mapping[int, str], links: set[int]
) -> Feature:
    ids = [_ids(value) for value in found]
    if not all(ids):
        return _VALUE
    if name in _REFERENCES and all(len(one) == 1 for one in ids):
        kinds = {type_of.get(one[0]) for one in ids}
        if name == "next":
            return Feature("reference") if kinds == {type_} else _VALUE
        if name == "first":
            return Feature("reference") if type_.endswith("Chain") and None not in kinds else _VALUE
        return Feature("reference")
    return Feature("slots") if all(one in links for several in ids for one in several) else _VALUE


def _ids(value: str) -> list[int]:
    """The ids that an attribute's value lists, empty where it lists anything else."""
    words = value.split()
    if words and all(len(word) < 12 and word.isascii() and word.isdigit() for word in words):
        return [int(word) for word in words]
    return []
