"""Prodigy: one annotated task a line, as `prodigy db-out` writes them.

    {"text": "…", "spans": [{"start": 4, "end": 10, "label": "GROUP", "text": "Front"}],
     "relations": [{"head": 1, "child": 5, "head_span": {…}, "child_span": {…}, "label": "TRAINED"}],
     "tokens": […], "answer": "accept", "_annotator_id": "news-jane", "meta": {"url": "…"}}

Offsets are code points; the words that Prodigy puts beside them are compared. See docs/formats/prodigy.md.
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
from loaders.offsets import Claimed, settle_offsets
from loaders.source import Argument, Attribute, Link, SourceDocument, Span, check_references
from ontology.errors import SourceError

_ANNOTATED = ("spans", "relations", "accept", "cats", "label")
_ANSWERS = ("accept", "reject", "ignore")
_ABOUT_ALL = "is about the whole document"


def _recognise(file: File) -> bool:
    return any(_is_task(record) for record in file.records)


def _is_task(record: dict[str, Any]) -> bool:
    if not isinstance(record.get("text"), str) or "annotations" in record:
        return False
    if "_task_hash" in record or "_input_hash" in record or record.get("answer") in _ANSWERS:
        return True
    spans = record.get("spans")
    first = spans[0] if isinstance(spans, list) and spans else None
    return isinstance(first, dict) and {"start", "end", "label"} <= first.keys()


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    seen: dict[str, None] = {}
    yield from read_records(unit, options, "task", partial(_task, unit, options, Articles(), seen), seen)


def _task(
    unit: Unit, options: Options, articles: Articles, seen: dict[str, None], record: Record
) -> Iterator[Read]:
    task, line, ordinal = record
    annotator = _name(task.get("_annotator_id")) or _name(task.get("_session_id"))
    if annotator and len(seen) < 100:
        seen[annotator] = None
    if (
        options.annotator
        and annotator != options.annotator
        and not annotator.endswith("-" + options.annotator)
    ):
        return
    text = task.get("text")
    if not isinstance(text, str):
        raise Unreadable("the task has no text", count(task, *_ANNOTATED))
    if len(text) > options.max_characters:
        raise too_long(text, options, count(task, *_ANNOTATED))
    key = task.get("_task_hash")
    path = f"{unit.lead.within}#{key if type(key) is int else ordinal}"
    article = articles.make(path, text, task.get("meta"), task)
    document = SourceDocument(text, unit.lead.name, "prodigy", article, annotator)
    for part in ("tokens", "versions"):
        if found := listed(document, task, part, line):
            document.structure[part.removesuffix("s")] = len(found)
    answer = task.get("answer")
    if answer is not None and answer != "accept":
        said = answer if answer in _ANSWERS else "unknown"
        if all_of_it := count(task, *_ANNOTATED):
            document.structure[f"answer: {said}"] = all_of_it
        document.remarks.append(f"{document.source}: tasks answered with {said} were not loaded")
    else:
        _annotations(document, task, line)
    yield document


def _name(value: object) -> str:
    return value.strip()[:200] if isinstance(value, str) else str(value) if type(value) is int else ""


def _annotations(document: SourceDocument, task: dict[str, Any], line: int) -> None:
    claimed: list[Claimed] = []
    ends = _Ends()
    relations = listed(document, task, "relations", line)
    for number, span in enumerate(listed(document, task, "spans", line), 1):
        claim = _span(document, span, f"T{number}", line)
        if claim is not None:
            claimed.append(claim)
            if relations:
                ends.add(span, claim.span)
    try:
        settle_offsets(document, claimed)
    except SourceError as error:
        raise Unreadable(error.reason, count(task, *_ANNOTATED)) from None
    for number, relation in enumerate(relations, 1):
        _relation(document, relation, f"R{number}", line, ends)
    _about_all(document, task, line)
    check_references(document)


def _span(document: SourceDocument, span: Any, id: str, line: int) -> Claimed | None:
    """The span, its knowledge base entry put on it; None where it was rejected."""
    try:
        start, end, label = span["start"], span["end"], span.get("label")
        words = span.get("text")
    except (TypeError, KeyError, AttributeError):
        reject(document, line, "is no stretch of the text: expected start and end", id, "mention")
        return None
    if not (offset(start) and offset(end)):
        reject(document, line, "start and end must be whole numbers", id, "mention")
    elif not isinstance(label, str) or not label:
        reject(document, line, "has no label", id, "mention")
    elif words is not None and not isinstance(words, str):
        reject(document, line, f"its text is {kind(words)}", id, "mention")
    else:
        entry = span.get("kb_id")
        if entry and isinstance(entry, str | int):
            document.attributes.append(
                Attribute(label="kb_id", file=document.source, line=line, target=id, value=str(entry))
            )
        made = Span(id=id, label=label, file=document.source, line=line, fragments=())
        return Claimed(made, ((start, end),), words)
    return None


class _Ends:
    """Finds the span that an end of a relation is: by its place and label, by its place, by its last or first token."""

    def __init__(self) -> None:
        self._by: dict[tuple[Any, ...], str] = {}

    def add(self, span: dict[str, Any], made: Span) -> None:
        start, end = span["start"], span["end"]
        for key in (
            (start, end, made.label),
            (start, end),
            (span.get("token_end"),),
            ("from", span.get("token_start")),
        ):
            if type(key[-1]) is not bool and isinstance(key[-1], int | str):
                self._by.setdefault(key, made.id)

    def find(self, token: Any, place: Any) -> str | None:
        keys: list[tuple[Any, ...]] = []
        if isinstance(place, dict):
            start, end, label = place.get("start"), place.get("end"), place.get("label")
            if offset(start) and offset(end):
                keys = [(start, end, label)] if isinstance(label, str) else []
                keys.append((start, end))
        elif offset(token):
            keys = [(token,), ("from", token)]
        return next((self._by[key] for key in keys if key in self._by), None)


def _relation(document: SourceDocument, relation: Any, id: str, line: int, ends: _Ends) -> None:
    if not isinstance(relation, dict):
        reject(document, line, f"expected an object, not {kind(relation)}", id, "relation")
        return
    label = relation.get("label")
    if not isinstance(label, str) or not label:
        reject(document, line, "has no label", id, "relation")
        return
    head = ends.find(relation.get("head"), relation.get("head_span"))
    child = ends.find(relation.get("child"), relation.get("child_span"))
    if head is None or child is None:
        reject(document, line, f"its {'child' if head else 'head'} is no span of the task", id, "relation")
        return
    arguments = (Argument("source", head), Argument("target", child))
    document.links.append(Link(id=id, label=label, file=document.source, line=line, arguments=arguments))


def _about_all(document: SourceDocument, task: dict[str, Any], line: int) -> None:
    """What is said of the whole text: the chosen options, the categories, the label."""
    if "accept" not in task and "cats" not in task and "label" not in task:
        return
    said: list[tuple[str, object]] = [("accept", choice) for choice in listed(document, task, "accept", line)]
    cats = task.get("cats")
    if isinstance(cats, dict):
        said += [("cats", f"{name}: {value}"[:200]) for name, value in cats.items()]
    elif cats:
        said += [("cats", one) for one in (cats if isinstance(cats, list) else [cats])]
    if label := task.get("label"):
        said += [("label", one) for one in (label if isinstance(label, list | dict) else [label])]
    for name, value in said:
        words = value if isinstance(value, str) else str(value)[:200]
        document.reject(
            Attribute(label=name, file=document.source, line=line, target="", value=words), _ABOUT_ALL
        )


FORMAT = Format(
    name="prodigy",
    files="*.jsonl from `prodigy db-out`: tasks with spans, relations and an answer",
    carries="spans, relations, knowledge base entries, annotators; by the labels of the mapping",
    loses="tasks that were rejected or ignored, choices and categories of whole texts, tokens; each is counted",
    recognise=_recognise,
    read=_read,
)
