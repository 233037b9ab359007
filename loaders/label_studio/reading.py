"""Label Studio: tasks with the annotations that people made of them, as `JSON`, `JSON_MIN`, or one task a line.

    {"id": 7, "data": {"text": "…", "url": "…"}, "annotations": [{"id": 3, "completed_by": 1, "result": [
        {"id": "a", "type": "labels", "from_name": "label", "to_name": "text",
         "value": {"start": 4, "end": 9, "text": "Front", "labels": ["Group"]}},
        {"id": "a", "type": "choices", "from_name": "sure", "to_name": "text", "value": {"choices": ["no"], …}},
        {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right", "labels": ["Trains"]}]}]}

A region is one span: its first label is the span's, each further label and whatever is answered about the region an
attribute called by its control. `loaders.label_studio.text` says which text a region is in and where.
See docs/formats/label-studio.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count as counter
from typing import Any

from loaders.article_keys import OWN, Articles
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.json_documents import (
    Record,
    Unreadable,
    kind,
    listed,
    read_records,
    reject,
    too_long,
)
from loaders.label_studio.minimal import as_task, is_minimal
from loaders.label_studio.text import Place, Texts
from loaders.offsets import Claimed, settle_offsets
from loaders.source import Argument, Attribute, Link, Note, SourceDocument, Span, check_references
from ontology.errors import SourceError
from ontology.models import Article, RejectedDocument, Rejection

_ANNOTATIONS = ("annotations", "completions")
_ABOUT_ALL = "is about the whole document"
_ANSWERS = ("choices", "taxonomy", "text", "rating", "number", "datetime", "pairwise", "ranker", "selected")


def _recognise(file: File) -> bool:
    return any(_is_task(record) or is_minimal(record) for record in file.records)


def _is_task(record: dict[str, Any]) -> bool:
    if not isinstance(record.get("data", {}), dict):
        return False
    # Exports have the annotations first; of a long one nothing else may be in sight.
    for key in (*_ANNOTATIONS, "predictions", "drafts"):
        made = record.get(key)
        if isinstance(made, list) and ("data" in record or made):
            if not made or not isinstance(made[0], dict):
                return "data" in record
            if isinstance(made[0].get("result"), list):
                return True
    return False


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    people: dict[str, None] = {}
    yield from read_records(unit, options, "task", partial(_task, unit, options, Articles(), people), people)


# -- tasks: whose annotations there are, and which of them are read -------------------------------------------------


@dataclass(slots=True)
class _Set:
    """One person's annotation of a task: its results, or why they are not loaded."""

    results: list[Any]
    annotator: str = ""
    names: tuple[str, ...] = ()
    id: str = ""
    layer: str = ""
    is_true: bool = False
    unwanted: str = ""


@dataclass(slots=True)
class _Task:
    """What all documents of a task share."""

    unit: Unit
    options: Options
    texts: Texts
    line: int
    path: str
    article: Article
    passed_over: dict[str, int] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)


def _task(
    unit: Unit, options: Options, articles: Articles, people: dict[str, None], record: Record
) -> Iterator[Read]:
    data, line, ordinal = record
    if is_minimal(data):
        data = as_task(data)
    own = data.get("data")
    if not isinstance(own, dict):
        raise Unreadable("the task has no data", _size(data))
    texts = Texts(own, is_hypertext=_is_hypertext(data))
    key = data.get("id")
    path = f"{unit.lead.within}#{key if isinstance(key, str | int) and key != '' else ordinal}"
    article = articles.make(path, texts.text(texts.main) or "", own.get("meta"), data.get("meta"), own)
    task = _Task(unit, options, texts, line, path, article)
    sets = _sets(task, data)
    for one in sets:
        if one.annotator and len(people) < 100:
            people[one.annotator] = None
    wanted = [one for one in sets if not one.unwanted and _is_asked_for(one, options.annotator)]
    given_back = own.get(OWN)
    if len(wanted) == 1 and isinstance(given_back, dict):
        wanted[0].annotator = _id(given_back.get("annotator"))
        wanted[0].layer = _id(given_back.get("layer"))
    if options.annotator and not wanted and any(one.names for one in sets):
        return  # others' work alone
    documents = [made for one, layer in _with_layers(wanted) for made in _documents(task, one, layer)]
    if not documents:
        documents = [_empty(task, texts.main, _Set([]), "")]
    first = next((one for one in documents if isinstance(one, SourceDocument)), None)
    if first is not None:
        _say_what_was_passed_over(task, first)
    yield from documents


def _documents(task: _Task, one: _Set, layer: str) -> Iterator[Read]:
    """The documents of one annotation; where it cannot be read, the task's other ones still can."""
    try:
        yield from _Builder(task, one, layer).build()
    except Unreadable as error:
        name = task.unit.lead.name
        yield RejectedDocument(Rejection(name, error.reason, task.line, one.id or None), error.count, name)


def _say_what_was_passed_over(task: _Task, document: SourceDocument) -> None:
    for name, number in task.passed_over.items():
        if number:
            document.structure[name] = number
            document.remarks.append(f"{document.source}: results of the kind `{name}` were not loaded")
    for reason in task.strays:
        reject(document, task.line, reason)


def _size(data: dict[str, Any]) -> int:
    sets = [one for key in _ANNOTATIONS if isinstance(made := data.get(key), list) for one in made]
    return sum(_results(one) for one in sets)


def _is_hypertext(data: dict[str, Any]) -> bool:
    """Whether any region is in HTML: only those have their place in the words counted apart."""
    for key in _ANNOTATIONS:
        for made in data[key] if isinstance(data.get(key), list) else ():
            results = made.get("result") if isinstance(made, dict) else None
            for result in results if isinstance(results, list) else ():
                value = result.get("value") if isinstance(result, dict) else None
                if isinstance(value, dict) and "globalOffsets" in value:
                    return True
    return False


def _results(annotation: Any) -> int:
    made = annotation.get("result") if isinstance(annotation, dict) else None
    return len(made) if isinstance(made, list) else 1 if made else 0


def _sets(task: _Task, data: dict[str, Any]) -> list[_Set]:
    """The annotations of a task; what is not to be loaded of them is counted in the task."""
    sets = []
    for key in _ANNOTATIONS:
        for made in _items(task, data, key):
            if not isinstance(made, dict):
                task.strays.append(f"{key}: expected an object, not {kind(made)}")
                continue
            results = made.get("result")
            if results is not None and not isinstance(results, list):
                task.strays.append(f"result: expected a list, not {kind(results)}")
            names = _names(made.get("completed_by"))
            one = _Set(
                results if isinstance(results, list) else [],
                names[0] if names else "",
                names,
                _id(made.get("id")),
            )
            one.is_true = made.get("ground_truth") is True
            if made.get("was_cancelled") is True or made.get("skipped") is True:
                one.unwanted = "cancelled"
            sets.append(one)
    # The ground truth is what a project holds to be right: with it nobody's own opinion is loaded.
    if not task.options.annotator and any(one.is_true and not one.unwanted for one in sets):
        for one in sets:
            one.unwanted = one.unwanted or ("" if one.is_true else "not ground truth")
    for one in sets:
        if one.unwanted:
            _pass_over(task, one.unwanted, len(one.results))
    for key, name in (("drafts", "draft"), ("predictions", "prediction")):
        for made in _items(task, data, key):
            # Exports may have only the numbers of predictions.
            _pass_over(task, name, _results(made) if isinstance(made, dict) else 1)
    return sets


def _items(task: _Task, data: dict[str, Any], key: str) -> list[Any]:
    made = data.get(key)
    if made and not isinstance(made, list):
        task.strays.append(f"{key}: expected a list, not {kind(made)}")
        return []
    return made or []


def _pass_over(task: _Task, name: str, number: int) -> None:
    task.passed_over[name] = task.passed_over.get(name, 0) + number


def _names(who: object) -> tuple[str, ...]:
    """What an annotator is called: the address or name first, then the number."""
    if isinstance(who, dict):
        keys = ("email", "username", "id")
        return tuple(name for key in keys if (name := _id(who.get(key))))
    return (name,) if (name := _id(who)) else ()


def _id(value: object) -> str:
    return str(value)[:200] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_asked_for(one: _Set, annotator: str) -> bool:
    return not annotator or not one.names or annotator in one.names


def _with_layers(sets: list[_Set]) -> Iterator[tuple[_Set, str]]:
    """The sets, each with a layer that tells it from the same person's earlier ones."""
    seen: set[str] = set()
    for number, one in enumerate(sets, 1):
        yield one, f"annotation {one.id or number}" if one.annotator in seen else one.layer
        seen.add(one.annotator)


# -- one annotation: a document for each text that it has regions in ------------------------------------------------


def _empty(task: _Task, key: str, one: _Set, layer: str) -> SourceDocument:
    text = task.texts.text(key)
    if text is None:
        raise Unreadable(task.texts.why_none(), len(one.results))
    if len(text) > task.options.max_characters:
        raise too_long(text, task.options, len(one.results))
    article = task.article
    if key != task.texts.main:
        article = Article(path=f"{task.path}/{key}", publisher=article.publisher, published=article.published)
    document = SourceDocument(text, task.unit.lead.name, "label-studio", article, one.annotator, layer)
    if task.texts.is_html(key):
        document.remarks.append(f"{document.source}: the text is that of the HTML, its tags left out")
    return document


class _Builder:
    """Puts the results of one annotation into documents, one for each text they are about."""

    def __init__(self, task: _Task, one: _Set, layer: str) -> None:
        self._task, self._set, self._layer = task, one, layer
        self._documents: dict[str, SourceDocument] = {}
        self._claimed: dict[str, list[Claimed]] = {}
        self._in: dict[str, str] = {}  # the key of the text that a region is in, by the region's id
        self._values: dict[str, dict[str, Any]] = {}
        self._numbers = counter(1)

    def build(self) -> list[SourceDocument]:
        later: list[dict[str, Any]] = []
        strays: list[Any] = []
        for result in self._set.results:
            if not isinstance(result, dict):
                strays.append(result)
            elif (labels := _labels(result)) is not None:
                self._region(result, labels)
            else:
                later.append(result)
        document, _ = self._at(next(iter(self._documents), self._task.texts.main))
        for stray in strays:
            reject(document, self._task.line, f"result: expected an object, not {kind(stray)}")
        for result in later:
            if result.get("type") == "relation":
                self._relation(result)
            else:
                self._answer(result)
        for key, made in self._documents.items():
            try:
                settle_offsets(made, self._claimed[key])
            except SourceError as error:
                raise Unreadable(error.reason, len(self._set.results)) from None
            check_references(made)
        return list(self._documents.values())

    def _at(self, key: str) -> tuple[SourceDocument, list[Claimed]]:
        if key not in self._documents:
            self._documents[key] = _empty(self._task, key, self._set, self._layer)
            self._claimed[key] = []
        return self._documents[key], self._claimed[key]

    def _region(self, result: dict[str, Any], labels: list[Any]) -> None:
        task, id = self._task, _id(result.get("id"))
        key = task.texts.key_of(result)
        document, claimed = self._at(key)
        words = [label for label in labels if isinstance(label, str) and label]
        if len(words) != len(labels) or not words:
            for label in labels:
                if not isinstance(label, str) or not label:
                    reject(document, task.line, f"a label is {kind(label)}, not words", id or None, "mention")
            if not labels:
                reject(document, task.line, "has no label", id or None, "mention")
            if not words:
                return
        if id and (first := self._values.get(id)) is not None and _same_place(first, result["value"]):
            self._attributes(id, _control(result), words)  # a second control's labels for the same region
            return
        id = id or f"region {next(self._numbers)}"
        if id not in self._in:
            self._in[id], self._values[id] = key, result["value"]
        span = Span(id=id, label=words[0], file=document.source, line=task.line, fragments=())
        if len(words) > 1:
            self._attributes(id, _control(result), words[1:])
        if "meta" in result:
            self._note(result, id)
        place = task.texts.place(key, result["value"])
        if isinstance(place, Place):
            claimed.append(Claimed(span, ((place.start, place.end),), place.words))
        else:
            document.reject(span, place)

    def _note(self, result: dict[str, Any], id: str) -> None:
        meta = result.get("meta")
        said = meta.get("text") if isinstance(meta, dict) else None
        for text in said if isinstance(said, list) else [said]:
            if isinstance(text, str) and text.strip():
                document, _ = self._at(self._in[id])
                document.notes.append(
                    Note(label="meta", file=document.source, line=self._task.line, target=id, text=text)
                )

    def _attributes(self, id: str, label: str, values: list[str]) -> None:
        document, _ = self._at(self._in[id])
        for value in values:
            document.attributes.append(
                Attribute(label=label, file=document.source, line=self._task.line, target=id, value=value)
            )

    def _answer(self, result: dict[str, Any]) -> None:
        """What was chosen or written: about a region, or about the whole text."""
        id, value = _id(result.get("id")), result.get("value")
        answers = _answers(result)
        about = id if id in self._in else _id(result.get("parentID"))
        if about in self._in and answers:
            self._attributes(about, _control(result), answers)
            return
        document, _ = self._at(self._task.texts.key_of(result))
        if not answers:
            what = result.get("type")
            shown = what[:60] if isinstance(what, str) else kind(what)
            reject(
                document,
                self._task.line,
                f"a result of the type {shown} says nothing of the text",
                id or None,
            )
        in_place = isinstance(value, dict) and ("start" in value or "globalOffsets" in value)
        reason = "is about a region that has no label" if in_place else _ABOUT_ALL
        for answer in answers:
            attribute = Attribute(
                label=_control(result), file=document.source, line=self._task.line, target="", value=answer
            )
            document.reject(attribute, reason)

    def _relation(self, result: dict[str, Any]) -> None:
        source, target = _id(result.get("from_id")), _id(result.get("to_id"))
        key = self._in.get(source) or self._in.get(target) or next(iter(self._documents))
        document, _ = self._at(key)
        said = result.get("labels")
        labels = [said] if isinstance(said, str) else listed(document, result, "labels", self._task.line)
        direction = result.get("direction")
        roles = ("party", "party") if direction == "bi" else ("source", "target")
        ends = [source, target] if direction != "left" else [target, source]
        arguments = (Argument(roles[0], ends[0]), Argument(roles[1], ends[1]))
        for label in labels or ["relation"]:
            if not isinstance(label, str) or not label:
                reject(document, self._task.line, f"a label is {kind(label)}, not words", None, "relation")
                continue
            link = Link(
                id=f"relation {next(self._numbers)}",
                label=label,
                file=document.source,
                line=self._task.line,
                arguments=arguments,
            )
            if not source or not target:
                document.reject(link, "from_id and to_id must be ids of regions")
            elif source in self._in and target in self._in and self._in[source] != self._in[target]:
                document.reject(link, "joins regions of two texts")
            else:
                document.links.append(link)


def _control(result: dict[str, Any]) -> str:
    name = result.get("from_name")
    if isinstance(name, str) and name:
        return name
    what = result.get("type")
    return what if isinstance(what, str) and what else "result"


def _labels(result: dict[str, Any]) -> list[Any] | None:
    """The labels of a region, which may have none yet; None for whatever else a result may be."""
    value, what = result.get("value"), result.get("type")
    if not isinstance(value, dict) or not isinstance(what, str) or not what.endswith("labels"):
        return None
    labels = value.get(what, value.get("labels"))
    if labels is None:
        labels = next((v for k, v in value.items() if k.endswith("labels") and isinstance(v, list)), [])
    return labels if isinstance(labels, list) else [labels]


def _same_place(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return all(first.get(key) == second.get(key) for key in ("start", "end", "startOffset", "endOffset"))


def _answers(result: dict[str, Any]) -> list[str]:
    """What a result says in words: each choice, each path of a taxonomy, each text, a number."""
    value, what = result.get("value"), result.get("type")
    if not isinstance(value, dict):
        return []
    keys: tuple[str, ...] = (what, *_ANSWERS) if isinstance(what, str) and what in value else _ANSWERS
    if what != "textarea" and "start" in value:
        keys = tuple(key for key in keys if key != "text")  # the region's words, not an answer
    said = next((value[key] for key in keys if value.get(key) not in (None, "", [])), None)
    if isinstance(said, list):
        return [words for one in said if (words := _words(one))]
    return [words] if (words := _words(said)) else []


def _words(said: object) -> str:
    if isinstance(said, list):
        return " > ".join(str(step) for step in said if isinstance(step, str | int | float))[:1000]
    if isinstance(said, bool):
        return "true" if said else "false"
    return str(said) if isinstance(said, str | int | float) else ""


FORMAT = Format(
    name="label-studio",
    files="*.json, *.jsonl exported from Label Studio: tasks with data and annotations, or JSON_MIN",
    carries="labelled regions of text, HTML and dialogues, relations, answers about regions, notes, each annotator's"
    " own; by the labels of the mapping",
    loses="answers about whole texts, images, sound, predictions, drafts, cancelled annotations; each is counted",
    recognise=_recognise,
    read=_read,
)
