"""UIMA CAS as JSON (UIMA JSON CAS 0.4): types, feature structures and views in one file.

    {"%TYPES": {"custom.Span": {"%SUPER_TYPE": "uima.tcas.Annotation", "value": {"%RANGE": "uima.cas.String"}}},
     "%FEATURE_STRUCTURES": [
       {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": "This is a test"},
       {"%ID": 2, "%TYPE": "custom.Span", "@sofa": 1, "begin": 0, "end": 4, "value": "x"}],
     "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2]}}}

A feature that refers to others begins with `@`, a number that JSON cannot write with `#`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from loaders.cas import typesystems as cas_types
from loaders.cas.documents import INITIAL_VIEW, Cas, Containers, Sofa, Structure, is_feature
from loaders.cas.typesystems import CONTAINERS, Types
from loaders.cas.view import documents
from loaders.cas.xmi import type_system_of
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from ontology.errors import SourceError
from ontology.extras import needs
from ontology.models import Rejection

_MARKS = ("%TYPES", "%FEATURE_STRUCTURES", "%VIEWS")
_RESERVED = frozenset(("sofa", "begin", "end"))
_LARGEST = 1 << 40


def _recognise(file: File) -> bool:
    outline = file.outline
    return isinstance(outline, dict) and any(mark in outline for mark in _MARKS)


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    needs("cassis", "cas", "reading this format")
    file = unit.lead
    text, marked = file.text(options.max_bytes)
    data = _parsed(text, file.name)
    types = cas_types.from_json(data.get("%TYPES"))
    cas = _Resolver(data, types, file.name).cas()
    unknown = {structure.type for structure in cas.structures if not types.knows(structure.type)}
    if unknown:
        beside = type_system_of(file)
        if beside is not None:
            types.add(cas_types.from_file(beside))
        types.add(cas_types.dkpro())
        types.add(_inferred(cas, types))
    if marked:
        cas.remarks.append(f"{file.name}: a byte order mark was removed")
    yield from documents(cas, unit, options, "cas-json")


def _parsed(text: str, name: str) -> dict[str, Any]:
    """The file's object; numbers with a point are kept as written. Raises SourceError."""
    try:
        data = json.loads(text, parse_float=str, parse_constant=str)
    except RecursionError:
        raise SourceError("is nested too deeply", file=name) from None
    except json.JSONDecodeError as error:
        reason = f"is no JSON: {error.msg} (column {error.colno})"
        raise SourceError(reason, file=name, line=error.lineno) from None
    except ValueError:
        raise SourceError("holds a number with too many digits", file=name) from None
    if not isinstance(data, dict):
        raise SourceError("is no CAS: expected an object with %FEATURE_STRUCTURES", file=name)
    if "\\ud" in text or "\\uD" in text:
        try:
            json.dumps(data, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise SourceError("contains half a surrogate pair: write whole characters", file=name) from None
    return data


def _inferred(cas: Cas, types: Types) -> Types:
    """What is known of types that are declared nowhere: references are marked, and offsets mark annotations."""
    declared: dict[str, dict[str, object]] = {}
    for structure in cas.structures:
        if not types.knows(structure.type):
            super_type = cas_types.ANNOTATION if structure.begin is not None else cas_types.TOP
            own = declared.setdefault(structure.type, {"%SUPER_TYPE": super_type})
            own.update((feature, {"%RANGE": cas_types.TOP}) for feature, _ in structure.references)
    return cas_types.from_json(declared)


class _Resolver:
    """Makes feature structures of a file's objects."""

    def __init__(self, data: dict[str, Any], types: Types, file: str) -> None:
        self._data, self._types, self._file = data, types, file
        self._containers = Containers()
        self._lost: list[Rejection] = []
        self._keys: dict[str, tuple[str, str]] = {}

    def cas(self) -> Cas:
        """The whole file."""
        cas = Cas(self._types, lost=self._lost)
        structures = []
        for id, fields in list(self._identified()):
            type_ = fields["%TYPE"]
            if type_ == "uima.cas.Sofa":
                name, text = fields.get("sofaID"), fields.get("sofaString")
                cas.sofas.append(
                    Sofa(id, name if isinstance(name, str) else "", text if isinstance(text, str) else None)
                )
            elif type_.endswith("[]") or (type_ in CONTAINERS and type_.endswith("Array")):
                self._containers.arrays.setdefault(id, _elements(fields.get("%ELEMENTS")))
            elif type_ in CONTAINERS:
                head = fields.get("@head", fields.get("head", fields.get("#head")))
                self._containers.lists.setdefault(id, (_text(head), _id(fields.get("@tail"))))
            else:
                structures.append((id, fields))
        self._views(cas)
        cas.structures = [self._structure(id, fields) for id, fields in structures]
        return cas

    def _identified(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every object that is a feature structure, with its id: in a list, or by their ids."""
        found = self._data.get("%FEATURE_STRUCTURES")
        if isinstance(found, dict):
            entries = [(int(key) if _is_number(key) else None, fields) for key, fields in found.items()]
        elif isinstance(found, list):
            entries = [
                (_id(fields.get("%ID")) if isinstance(fields, dict) else None, fields) for fields in found
            ]
        else:
            entries = []
        for number, (id, fields) in enumerate(entries, 1):
            if not isinstance(fields, dict) or id is None or not isinstance(fields.get("%TYPE"), str):
                reason = f"feature structure {number} is no object with %ID and %TYPE"
                self._lost.append(Rejection(self._file, reason))
            else:
                yield id, fields

    def _views(self, cas: Cas) -> None:
        views = self._data.get("%VIEWS")
        by_name = {sofa.name: sofa.id for sofa in cas.sofas}
        for name, view in views.items() if isinstance(views, dict) else ():
            if isinstance(view, dict):
                sofa = _id(view.get("%SOFA"))
                members = view.get("%MEMBERS")
                ids = {id for id in map(_id, members if isinstance(members, list) else ()) if id is not None}
                cas.members.setdefault(by_name.get(name, -1) if sofa is None else sofa, set()).update(ids)

    def _structure(self, id: int, fields: dict[str, Any]) -> Structure:
        structure = Structure(
            id,
            fields["%TYPE"],
            None,
            _id(fields.get("@sofa")),
            _id(fields.get("begin")),
            _id(fields.get("end")),
        )
        for key, value in fields.items():
            mark, name = self._keys.get(key) or self._key(key)
            if mark == "%" or value is None:
                continue
            if mark == "@":
                self._reference(structure, name, value)
            elif (text := _text(value)) is not None:
                if text:
                    structure.values.append((name, text))
            else:
                reason = f"its feature {name} is neither text nor number"
                self._lost.append(Rejection(self._file, reason, None, str(id)))
        return structure

    def _key(self, key: str) -> tuple[str, str]:
        """A key's mark and what feature it is; what is none of an annotator's is marked as the tool's own."""
        mark, name = (key[0], key[1:]) if key[:1] in ("%", "@", "#", "^") else ("", key)
        made = self._keys[key] = (mark if is_feature(name, _RESERVED) else "%", name)
        return made

    def _reference(self, structure: Structure, name: str, value: object) -> None:
        ids = [_id(one) for one in value] if isinstance(value, list) else [_id(value)]
        for id in ids:
            if id is None:
                reason = f"its feature @{name} is no id"
                self._lost.append(Rejection(self._file, reason, None, str(structure.id)))
        known = [id for id in ids if id is not None]
        elements = self._containers.elements(known[0]) if len(known) == 1 else None
        if elements is None:
            if known:
                structure.references.append((name, known))
        elif self._is_references(structure.type, name, elements):
            if found := [int(element) for element in elements if _is_number(element)]:
                structure.references.append((name, found))
        else:
            structure.values += [(name, element) for element in elements if element]

    def _is_references(self, type_: str, name: str, elements: list[str]) -> bool:
        feature = self._types.features(type_).get(name)
        if feature is not None:
            return feature.kind in ("references", "slots", "reference")
        return all(map(_is_number, elements))


def _elements(value: object) -> list[str]:
    """The elements of an array as text; bytes come as one."""
    if isinstance(value, str):
        return [value]
    texts = map(_text, value) if isinstance(value, list) else ()
    return [text for text in texts if text is not None]


def _text(value: object) -> str | None:
    """A value as text, None where it is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None


def _id(value: object) -> int | None:
    return value if type(value) is int and -_LARGEST < value < _LARGEST else None


def _is_number(value: str) -> bool:
    return 0 < len(value) < 12 and value.isascii() and value.isdigit()


FORMAT = Format(
    name="cas-json",
    files="*.json with %FEATURE_STRUCTURES",
    carries="spans with features, relations, slots, chains, several views",
    loses="features of tokens and sentences, what is in no index, numbers' types",
    recognise=_recognise,
    read=_read,
    extra="cas",
)

__all__ = ["FORMAT", "INITIAL_VIEW"]
