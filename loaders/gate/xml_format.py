"""GATE documents as XML: the text with a node at every place where an annotation starts or ends, then the sets.

    <GateDocument version="3">
      <GateDocumentFeatures>…</GateDocumentFeatures>
      <TextWithNodes><Node id="0"/>Ann<Node id="3"/> left.</TextWithNodes>
      <AnnotationSet Name="Key"><Annotation Id="1" Type="Person" StartNode="0" EndNode="3">
        <Feature><Name className="java.lang.String">gender</Name><Value className="…">female</Value></Feature>
      </Annotation></AnnotationSet>
      <RelationSet Name="Key"><Relation Id="7" Type="worksFor" Members="1;5"><UserData/></Relation></RelationSet>
    </GateDocument>

A node's id is the offset that GATE had for it, in UTF-16 units and before XML made one character of CRLF; where it is
in the text is what counts. Values of Java classes (`gate.corpora.ObjectWrapper`) are XML in a CDATA section; they
are kept as that text and never parsed. https://gate.ac.uk/userguide/sec:corpora:xml
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.gate import documents as gate
from loaders.gate.documents import AnnotationSet, Feature
from loaders.xml_stream import elements
from ontology.errors import SourceError

_NAME = "gate-xml"
_VERSION = re.compile(rb"<(?:\w+:)?GateDocument\b[^<>]*?\bversion\s*=\s*[\"']([^\"'<>]*)")
_NEWEST = 3
_PARTS = ("GateDocumentFeatures", "TextWithNodes", "AnnotationSet", "RelationSet")

# The ids of `matches` where GATE saved the list as a Java object: nothing but integers, so that no parser is needed.
_IDS = re.compile(
    r"<value class=\"[\w.-]*list\"[^<>]*>((?:\s*<(?:int|long)>\d{1,18}</(?:int|long)>)+)\s*</value>"
)
_INTEGER = re.compile(r"\d{1,18}")
_NUMBERS = ("java.lang.Integer", "java.lang.Long", "java.lang.Short", "java.lang.Byte")


def _recognise(file: File) -> bool:
    return file.root_element[1] == "GateDocument"


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    name = unit.lead.name
    _check_version(unit.lead)
    article_features: list[Feature] = []
    text: str | None = None
    nodes: dict[str, int | None] = {}
    sets: dict[str, AnnotationSet] = {}
    article, remarks = gate.article(unit, ())
    for part in elements(unit.lead, _PARTS, limit=options.max_bytes):
        if part.tag == "GateDocumentFeatures":
            article_features += _features(part)
        elif part.tag == "TextWithNodes":
            if text is not None:
                raise SourceError("has more than one text", file=name)
            text, nodes = _text(part, name)
            text = gate.check_text(text, name, options)
            article, remarks = gate.article(unit, article_features)
        elif text is None:
            raise SourceError("its annotations come before its text", file=name)
        else:
            layer = part.get("Name") or ""
            one = sets.get(layer)
            if one is None:
                one = sets[layer] = AnnotationSet(unit, _NAME, layer, text, article)
            _add(one, part, nodes)
    if text is None:
        raise SourceError("has no text: expected the element TextWithNodes", file=name)
    yield from gate.in_layers(sets, AnnotationSet(unit, _NAME, "", text, article), remarks)


def _check_version(file: File) -> None:
    found = _VERSION.search(file.head)
    version = found[1].decode("utf-8", "replace") if found else ""
    if version.isascii() and version.isdigit() and (len(version) > 9 or int(version) > _NEWEST):
        reason = f"is version {version[:20]} of GATE's XML; up to {_NEWEST} can be read: save it as that"
        raise SourceError(reason, file=file.name)


def _text(part: Element, name: str) -> tuple[str, dict[str, int | None]]:
    """The text, and where in it each node is; None for an id at two places."""
    pieces = [part.text or ""]
    position = len(pieces[0])
    nodes: dict[str, int | None] = {}
    for node in part:
        if node.tag != "Node" or node.text or len(node):
            raise SourceError(
                f"has {str(node.tag)[:60]} in its text; expected empty Node elements", file=name
            )
        id = node.get("id", "")
        nodes[id] = position if nodes.get(id, position) == position else None
        pieces.append(node.tail or "")
        position += len(pieces[-1])
    return "".join(pieces), nodes


def _add(one: AnnotationSet, part: Element, nodes: dict[str, int | None]) -> None:
    for element in part:
        features = _features(element) if len(element) else ()
        id, type = element.get("Id", ""), element.get("Type", "")
        if element.tag == "Annotation":
            start, end = nodes.get(element.get("StartNode", "")), nodes.get(element.get("EndNode", ""))
            one.annotation(id, type, start, end, features)
        elif element.tag == "Relation":
            members = [member.strip() for member in element.get("Members", "").split(";") if member.strip()]
            one.relation(id, type, members, features)
        else:
            one.unreadable(f"is {str(element.tag)[:60]!r}; expected Annotation or Relation")


def _features(part: Element) -> Iterator[Feature]:
    """The features of an annotation, relation or document; a relation's user data is one of them."""
    for element in part:
        if element.tag == "UserData":
            if element.text and element.text.strip():
                yield Feature("UserData", element.text)
            continue
        name, value = element.find("Name"), element.find("Value")
        if element.tag != "Feature" or name is None or not name.text:
            yield Feature(str(element.tag)[:60], "".join(element.itertext()))
        elif value is not None and value.text:
            yield _feature(name.text, value, value.text)


def _feature(name: str, value: Element, text: str) -> Feature:
    kind = value.get("className", "").rpartition(".")[2]
    if kind == "ObjectWrapper":
        found = _IDS.search(text) if name == gate.MATCHES else None
        return Feature(name, text, tuple(_INTEGER.findall(found[1])) if found else ())
    item = value.get("itemClassName", "")
    if not item:
        return Feature(name, text)
    # As GATE wrote collections before there were wrappers: items between semicolons.
    items = [one for one in text.split(";") if one]
    if item in _NUMBERS and all(map(_INTEGER.fullmatch, items)):
        return Feature(name, json.dumps([int(one) for one in items]), tuple(items))
    return Feature(name, json.dumps(items, ensure_ascii=False))


FORMAT = Format(
    name=_NAME,
    files="*.xml with the root element GateDocument",
    carries="annotations, relations and their features; coreference chains (`matches`); each annotation set as a layer;"
    " title, URL, date, authors and publisher of the document's features",
    loses="other features of the document, which the report names; Java objects are kept as the XML that GATE saved",
    recognise=_recognise,
    read=_read,
)
