"""doccano: one text a line, its labels beside it.

    {"id": 7, "text": "…", "label": [[4, 9, "GROUP"]], "Comments": ["…"]}
    {"id": 8, "text": "…", "entities": [{"id": 1, "start_offset": 4, "end_offset": 9, "label": "GROUP"}],
     "relations": [{"id": 1, "from_id": 1, "to_id": 2, "type": "TRAINED"}], "cats": ["news"]}

Column names are the exporter's choice, so a column of labels is known by what is in it. Offsets are code points unless
`options.counting` says otherwise: there are no words beside them to tell. See docs/formats/doccano.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from loaders.article_keys import Articles
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.json_documents import (
    Record,
    Unreadable,
    count,
    kind,
    listed,
    offset,
    read_records,
    reject,
    too_long,
)
from loaders.offsets import Claimed, allowance, settle_offsets
from loaders.source import Argument, Attribute, Link, Note, SourceDocument, Span, check_references
from ontology.models import Fragment

_TEXTS = ("text", "data", "column_data")
_LABELS = ("label", "labels", "entities", "column_label", "annotations", "cats")
_COMMENTS = ("Comments", "comments")
_OTHERS = ("spans", "answer", "_task_hash", "annotation_sets", "documentId", "%TYPES", "attest", "@context")
"""Keys of other formats that have a text, too."""

_ABOUT_ALL = "is about the whole document"


def _recognise(file: File) -> bool:
    return any(_is_example(record) for record in file.records)


def _is_example(record: dict[str, Any]) -> bool:
    if any(key in record for key in _OTHERS):
        return False
    if any(_is_stretch(value[0]) for value in record.values() if isinstance(value, list) and value):
        return any(isinstance(value, str) for value in record.values())
    is_labelled = any(isinstance(record.get(key), list) for key in ("label", "labels", "entities", "cats"))
    is_own = any(key in record for key in _COMMENTS) or isinstance(record.get("relations"), list)
    return is_labelled and is_own and any(isinstance(record.get(key), str) for key in _TEXTS)


def _is_stretch(item: object) -> bool:
    """Whether this is a label with its place: `[4, 9, "GROUP"]`, or an object with offsets."""
    if isinstance(item, dict):
        return "start_offset" in item and "end_offset" in item and "label" in item
    return (
        isinstance(item, list)
        and len(item) == 3
        and offset(item[0])
        and offset(item[1])
        and isinstance(item[2], str)
    )


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    users: dict[str, None] = {}
    yield from read_records(
        unit, options, "example", partial(_example, unit, options, Articles(), users), users
    )


def _example(
    unit: Unit, options: Options, articles: Articles, users: dict[str, None], record: Record
) -> Iterator[Read]:
    data, line, ordinal = record
    columns = _columns(data)
    text = _text(data, columns)
    if text is None:
        raise Unreadable("the example has no text", count(data, *columns))
    if len(text) > options.max_characters:
        raise too_long(text, options, count(data, *columns))
    key = data.get("id")
    path = f"{unit.lead.within}#{key if isinstance(key, str | int) and key != '' else ordinal}"
    article = articles.make(path, text, data.get("meta"), data)
    own = _by_user(data)
    for user in own:
        if user and len(users) < 100:
            users[user] = None
    for user, mine in own.items():
        if options.annotator and user and user != options.annotator:
            continue
        document = SourceDocument(text, unit.lead.name, "doccano", article, user)
        if mine is not None:
            data = {**data, "annotations": mine}
        _annotations(document, data, columns, line, options.counting)
        yield document
        columns = ["annotations"]  # what is nobody's is the first one's


def _columns(data: dict[str, Any]) -> list[str]:
    """The keys under which there are annotations."""
    return [
        key
        for key, value in data.items()
        if key in _LABELS
        or key in _COMMENTS
        or key == "relations"
        or (isinstance(value, list) and value and _is_stretch(value[0]))
    ]


def _text(data: dict[str, Any], columns: list[str]) -> str | None:
    for key in _TEXTS:
        if isinstance(text := data.get(key), str):
            return text
    others = [
        value for key, value in data.items() if isinstance(value, str) and key not in columns and key != "id"
    ]
    return max(others, key=len, default=None)


def _by_user(data: dict[str, Any]) -> dict[str, list[Any] | None]:
    """Old exports have everyone's annotations in one list; by user, whose key is empty where none is named."""
    annotations = data.get("annotations")
    if not isinstance(annotations, list) or not any(isinstance(a, dict) and "user" in a for a in annotations):
        return {"": None}
    own: dict[str, list[Any] | None] = {}
    for annotation in annotations:
        user = annotation.get("user") if isinstance(annotation, dict) else None
        mine = own.setdefault(str(user)[:200] if isinstance(user, str | int) else "", [])
        assert mine is not None
        mine.append(annotation)
    return own


def _annotations(
    document: SourceDocument, data: dict[str, Any], columns: list[str], line: int, counting: str
) -> None:
    claimed: list[Claimed] = []
    for key in columns:
        if key == "relations":
            for relation in listed(document, data, key, line):
                _relation(document, relation, line)
        elif key in _COMMENTS:
            for comment in listed(document, data, key, line):
                words = comment.get("text") if isinstance(comment, dict) else comment
                note = Note(
                    label="comment", file=document.source, line=line, target="", text=str(words)[:200]
                )
                document.reject(note, _ABOUT_ALL)
        elif isinstance(value := data[key], str):  # a text classified with one label
            _about_all(document, key, value, line)
        else:
            _labels(document, claimed, key, listed(document, data, key, line), line, not counting)
    if claimed:
        settle_offsets(document, claimed, counted=counting)
    check_references(document)


def _labels(
    document: SourceDocument, claimed: list[Claimed], key: str, items: list[Any], line: int, plain: bool
) -> None:
    """The labels of one column. `plain`: offsets count code points, and what lies in the text is where it says."""
    file, text, spans = document.source, document.text, document.spans
    size, left = len(text), allowance(text)
    number = len(spans) + len(claimed) + len(document.rejected)
    for item in items:
        number += 1
        id = ""
        if isinstance(item, list) and len(item) == 3:
            start, end, label = item
        elif isinstance(item, dict):
            start, end, label = item.get("start_offset"), item.get("end_offset"), item.get("label")
            id = _id(item.get("id"))
        elif isinstance(item, str):
            _about_all(document, key, item, line)
            continue
        else:
            reject(document, line, f"{key}: expected a label with its offsets, not {kind(item)}")
            continue
        if type(label) is int:
            label = str(label)
        if type(label) is not str or not label:
            reject(document, line, "has no label", id or None, "mention")
        elif type(start) is not int or type(end) is not int:
            reject(document, line, "its offsets must be whole numbers", id or None, "mention")
        elif plain and 0 <= start <= end <= size and (left := left - end + start) >= 0:
            place = (Fragment(start, end, text[start:end]),)
            spans.append(Span(id=id or f"T{number}", label=label, file=file, line=line, fragments=place))
        else:
            span = Span(id=id or f"T{number}", label=label, file=file, line=line, fragments=())
            claimed.append(Claimed(span, ((start, end),), None))


def _about_all(document: SourceDocument, key: str, words: str, line: int) -> None:
    attribute = Attribute(label=key, file=document.source, line=line, target="", value=words[:200])
    document.reject(attribute, _ABOUT_ALL)


def _id(value: object) -> str:
    return (
        str(value)[:200] if isinstance(value, str | int) and value is not True and value is not False else ""
    )


def _relation(document: SourceDocument, relation: Any, line: int) -> None:
    if not isinstance(relation, dict):
        reject(document, line, f"relations: expected objects, not {kind(relation)}", None, "relation")
        return
    # Entities and relations are numbered apart from each other.
    id = "R" + (_id(relation.get("id")) or f"-{len(document.links) + 1}")
    label, source, target = relation.get("type"), _id(relation.get("from_id")), _id(relation.get("to_id"))
    if type(label) is int:
        label = str(label)
    if not isinstance(label, str) or not label:
        reject(document, line, "has no type", id, "relation")
    elif not source or not target:
        reject(document, line, "from_id and to_id must be ids of entities", id, "relation")
    else:
        ends = (Argument("source", source), Argument("target", target))
        document.links.append(Link(id=id, label=label, file=document.source, line=line, arguments=ends))


FORMAT = Format(
    name="doccano",
    files="*.jsonl, *.json exported from doccano: texts with labels by offset, or entities and relations",
    carries="spans and relations, by the labels of the mapping; several annotators of old exports",
    loses="labels of whole texts, and comments; each is counted",
    recognise=_recognise,
    read=_read,
)
