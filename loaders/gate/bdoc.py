"""GATE documents as bdocjs: the JSON of python-gatenlp and of GATE's plugin Format_Bdoc.

    {"text": "…", "features": {…}, "offset_type": "p", "name": "…",
     "annotation_sets": {"": {"name": "", "next_annid": 2, "annotations": [
        {"id": 0, "type": "Person", "start": 4, "end": 9, "features": {"gender": "female"}}]}}}

`offset_type` is "p" for code points and "j" for UTF-16 units, as Java counts.
https://gatenlp.github.io/python-gatenlp/bdoc.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from loaders import json_documents
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.gate import documents as gate
from loaders.gate.documents import AnnotationSet, Feature
from loaders.offsets import Locate, known_counting
from ontology.errors import SourceError

_NAME = "gate-json"
_SUFFIXES = (".bdocjs",)
_BOM = b"\xef\xbb\xbf"


def _recognise(file: File) -> bool:
    outline = file.outline
    if isinstance(outline, dict):
        sets = outline.get("annotation_sets")
        if isinstance(sets, dict):
            return all(
                isinstance(one, dict) and {"annotations", "name"} & one.keys() for one in sets.values()
            )
        if {"offset_type", "text"} <= outline.keys():
            return True
    # A long text may come first, and fill the head.
    return file.suffix in _SUFFIXES and file.head.removeprefix(_BOM).lstrip()[:1] == b"{"


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    name = unit.lead.name
    data = json_documents.parse(unit.lead.read(options.max_bytes).removeprefix(_BOM), file=name)
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise SourceError("is no GATE document: expected an object with a text", file=name)
    marked = data["text"].startswith("\ufeff")
    text = gate.check_text(data["text"], name, options)
    locate = _locate(data.get("offset_type"), text, name)
    article, remarks = gate.article(unit, _features(data.get("features"), name))
    if marked:
        # Offsets count the mark; what they count from is moved behind it.
        text, locate = text[1:], _behind_mark(locate)
        remarks.append(f"{name}: a byte order mark before the text was removed")
    sets: dict[str, AnnotationSet] = {}
    given = data.get("annotation_sets")
    if not isinstance(given, dict | None):
        raise SourceError("its annotation_sets are no object", file=name)
    for set_name, content in (given or {}).items():
        sets[set_name] = one = AnnotationSet(unit, _NAME, set_name, text, article)
        for annotation in _annotations(content, set_name, name):
            _add(one, annotation, locate, name)
    yield from gate.in_layers(sets, AnnotationSet(unit, _NAME, "", text, article), remarks)


def _locate(offset_type: object, text: str, name: str) -> Locate:
    if offset_type in (None, "p"):
        return known_counting(text, "")
    if offset_type == "j":
        return known_counting(text, "UTF-16 units")
    raise SourceError(f"its offset_type is {str(offset_type)[:60]!r}; expected p or j", file=name)


def _behind_mark(locate: Locate) -> Locate:
    def behind(offset: int) -> int | None:
        located = locate(offset)
        return None if located is None else max(0, located - 1) if located >= 0 else located

    return behind


def _annotations(content: object, set_name: str, name: str) -> list[Any]:
    annotations = content.get("annotations") if isinstance(content, dict) else None
    if annotations is None and isinstance(content, dict):
        return []
    if not isinstance(annotations, list):
        raise SourceError(f"the annotations of its set {set_name[:60]!r} are no list", file=name)
    return annotations


def _add(one: AnnotationSet, annotation: object, locate: Locate, name: str) -> None:
    if not isinstance(annotation, dict):
        one.unreadable("is no annotation: expected an object with type, start and end")
        return
    get = annotation.get
    start, end, id, label, features = get("start"), get("end"), get("id"), get("type"), get("features")
    one.annotation(
        str(id) if type(id) is int or type(id) is str else "",
        label if isinstance(label, str) else "",
        locate(start) if type(start) is int else None,
        locate(end) if type(end) is int else None,
        () if features is None or features == {} else _features(features, name),
    )


def _features(features: object, name: str) -> Iterator[Feature]:
    if not isinstance(features, dict):
        if features not in (None, []):
            yield Feature("features", _words(features, name))
        return
    for key, value in features.items():
        if value is None or value == "":
            continue
        ids: tuple[str, ...] = ()
        if isinstance(value, list) and all(isinstance(v, int) and not isinstance(v, bool) for v in value):
            ids = tuple(map(str, value))
        yield Feature(key, _words(value, name), ids)


def _words(value: object, name: str) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:
        raise SourceError("has a feature that is nested too deeply", file=name) from None


FORMAT = Format(
    name=_NAME,
    files="*.bdocjs: GATE documents as JSON, of python-gatenlp or GATE's plugin Format_Bdoc",
    carries="annotations and their features; coreference chains (`matches`); each annotation set as a layer; title,"
    " URL, date, authors and publisher of the document's features",
    loses="other features of the document, which the report names; structured values are kept as JSON text",
    recognise=_recognise,
    read=_read,
)
