"""PLOVER event records: a sentence, who did what to whom in it, and the words that say so.

A file is a JSON array of records (or one a line) with `text`, `source` and `target` actors, `event`, `eventText` and
more (https://github.com/openeventdata/PLOVER). Actors and events are given by their words; where these stand in the
sentence is found from `textInfo.markup`, a copy of the sentence with `(SRC: …)`, `(TAR: …)` and `(EVT: …)` in it, which
may differ from the sentence a little. Events coded by the older CAMEO are carried to PLOVER's by the first digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from loaders import json_documents, json_stream
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.source import Annotation, Argument, Attribute, Link, Note, SourceDocument, Span, check_references
from ontology import dates
from ontology.errors import DateError
from ontology.models import Article, Fragment, RejectedDocument, Rejection

ACTOR, PLACE = "Actor", "Location"

SOURCE, TARGET, PARTY, WHERE = "source", "target", "party", "location"

DOCUMENTATION = "DOCUMENT"
"""The event of a record that describes the file and no event."""

_OF_EVENTS = ("context", "mode", "dead", "injured", "size")
_MOST_ACTORS = 100
_NEAR = 1000
_DEEPEST = 10
_LEFT_OUT = re.compile(r"\s*(?:\.{2,}|…)\s*")
_MARK = re.compile(r"\((SRC/TAR|SRC|TAR|EVT|LOC)\s*:\s*|[()]")
_TAGS = {SOURCE: ("SRC", "SRC/TAR"), TARGET: ("TAR", "SRC/TAR")}

# The longest beginning of a CAMEO code that is here says its event. 01 and 02 have none in PLOVER.
CAMEO = {
    "03": "AGREE", "04": "CONSULT", "05": "SUPPORT", "06": "COOPERATE", "07": "AID",
    "08": "CONCEDE", "0813": "RETREAT", "0814": "RETREAT", "084": "RETREAT", "085": "RETREAT", "086": "RETREAT",
    "087": "RETREAT", "09": "INVESTIGATE", "10": "REQUEST", "11": "ACCUSE", "12": "REJECT", "13": "THREATEN",
    "14": "PROTEST", "15": "MOBILIZE", "16": "SANCTION", "163": "COERCE", "17": "COERCE", "1712": "ASSAULT",
    "175": "ASSAULT", "18": "ASSAULT", "19": "ASSAULT", "191": "COERCE", "192": "COERCE", "20": "ASSAULT",
}  # fmt: skip


def event_of(code: str) -> str:
    """PLOVER's event for a CAMEO code of two to four digits; `CAMEO 01` where PLOVER has none."""
    found = next((CAMEO[code[:size]] for size in (4, 3, 2) if code[:size] in CAMEO), None)
    return found or f"CAMEO {code[:2]}"


def _recognise(file: File) -> bool:
    outline = file.outline
    records = outline[:2] if isinstance(outline, list) else [outline]
    return any(isinstance(record, dict) and _is_record(record) for record in records)


def _is_record(record: dict[str, Any]) -> bool:
    if not record.keys() & {"event", "cameo", "root"}:
        return False
    if "eventText" in record:
        return True
    sides = [record.get(SOURCE), record.get(TARGET)]
    actors = [actor for side in sides if isinstance(side, list) for actor in side]
    return "text" in record and any(isinstance(actor, dict) and "actorText" in actor for actor in actors)


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    file = unit.lead
    documentation = 0
    seen: Counter[str] = Counter()
    with file.open() as stream:
        for number, value in enumerate(json_stream.values(stream, options.max_bytes), 1):
            record, problem = _parsed(value) if not value.problem else ({}, value.problem)
            if problem:
                yield RejectedDocument(Rejection(file.name, problem, value.line), source=file.name)
            elif record.get("event") == DOCUMENTATION:
                documentation += 1
            else:
                document = _document(file, record, value.line, number, seen, options)
                if isinstance(document, SourceDocument) and documentation:
                    document.structure[DOCUMENTATION] = documentation
                    documentation = 0
                yield document
    if documentation:
        reason = f"the file ends with documentation ({DOCUMENTATION}), and no event after it"
        yield RejectedDocument(Rejection(file.name, reason), documentation, file.name)


def _parsed(value: json_stream.Document) -> tuple[dict[str, Any], str]:
    try:
        record = json_documents.lenient(value.content)
    except (ValueError, RecursionError) as error:
        return {}, f"is no JSON ({str(error)[:100]})"
    return (
        (record, "") if isinstance(record, dict) else ({}, "is no JSON object: expected a record of an event")
    )


def _document(
    file: File, record: dict[str, Any], line: int, number: int, seen: Counter[str], options: Options
) -> Read:
    id, text = _words(record, "id"), record.get("text")
    problem = "has no text" if not isinstance(text, str) or not text.strip() else ""
    if isinstance(text, str) and len(text) > options.max_characters:
        problem = f"the text has {len(text):,} characters; the limit is {options.max_characters:,}"
    seen[id] += 1
    document = SourceDocument(text if isinstance(text, str) and not problem else "", file.name, "plover")
    document.annotator = _words(record, "coder")
    document.article = Article(
        publisher=_words(record, "publication"),
        language=_words(record, "language"),
        published=_date(record, document),
        path=f"{file.within}#{id or number}" + (f"~{seen[id]}" if id and seen[id] > 1 else ""),
    )
    if id and seen[id] > 1:
        document.remarks.append(f"{file.name}:{line}: the id {id[:60]} was there before; this is ~{seen[id]}")
    _Record(document, record, line, file.name).read()
    if problem:
        return RejectedDocument(Rejection(file.name, problem, line, id or None), document.read, file.name)
    check_references(document)
    return document


def _words(record: dict[str, Any], key: str) -> str:
    value = record.get(key)
    return value.strip() if isinstance(value, str) else ""


def _date(record: dict[str, Any], document: SourceDocument) -> str | None:
    date = _words(record, "date")
    try:
        return dates.check(date) if date else None
    except DateError as error:
        document.remarks.append(f"{document.source}: {error}: the record has no date")
        return None


class _Mark(NamedTuple):
    """A marked stretch of the markup: its tag, its words, and where they start in the sentence without marks."""

    tag: str
    words: str
    start: int


def _marks(markup: str) -> list[_Mark]:
    """The marked stretches in reading order; they may lie in each other, and their brackets may not match."""
    found: list[_Mark] = []
    open_: list[tuple[str, int]] = []
    plain: list[str] = []
    size = at = 0
    for match in _MARK.finditer(markup):
        plain.append(markup[at : match.start()])
        size += match.start() - at
        at = match.end()
        closed = open_.pop() if match[0] == ")" and open_ else None
        if match[1]:
            # Marks lie in each other two or three deep; a thousand deep would be copied a thousand times.
            open_.append((match[1] if len(open_) < _DEEPEST else "", len(plain)))
        elif closed is None or not closed[0]:  # a bracket of the sentence itself
            if match[0] == "(":
                open_.append(("", 0))
            plain.append(match[0])
            size += 1
        else:
            tag, first = closed
            words = "".join(plain[first:])
            found.append(_Mark(tag, words.strip(), size - len(words)))
    return sorted(found, key=lambda mark: mark.start)


class _Record:
    """Makes the annotations of one record."""

    def __init__(self, document: SourceDocument, record: dict[str, Any], line: int, file: str) -> None:
        self._document, self._record, self._line, self._file = document, record, line, file
        self._text = document.text
        info = record.get("textInfo")
        markup = info.get("markup") if isinstance(info, dict) else None
        # A markup much longer than its sentence is none.
        is_usable = isinstance(markup, str) and len(markup) <= 20 * len(self._text) + 1000
        self._marks = _marks(markup) if is_usable and isinstance(markup, str) else []
        # A mark is one actor's: those with the same words are used up in reading order, from the lists' ends.
        self._marked: dict[tuple[str, str], list[_Mark]] = {}
        for mark in reversed(self._marks):
            for side in (SOURCE, TARGET):
                if mark.tag in _TAGS[side]:
                    self._marked.setdefault((side, mark.words), []).append(mark)
        self._taken: set[tuple[int, int]] = set()
        self._searched: dict[str, int] = {}
        self._actors = 0

    def read(self) -> None:
        """Every annotation that the record has, added to the document or rejected."""
        sources, targets = (_listed(self._record.get(side)) for side in (SOURCE, TARGET))
        is_compound = not targets and len(sources) > 1
        arguments = [*self._side(SOURCE, sources, PARTY if is_compound else SOURCE),
                     *self._side(TARGET, targets, TARGET), *self._place()]  # fmt: skip
        code, label = self._event()
        link = Link(id="event", label=label, file=self._file, line=self._line, arguments=tuple(arguments))
        link.trigger = self._trigger(label)
        if label:
            self._document.add(link)
        else:
            self._document.reject(link, "has no event")
        if code != label:
            self._attribute("cameo", link.id, code)
        for name in _OF_EVENTS:
            self._attribute(name, link.id, self._record.get(name))
        comment = _words(self._record, "comment")
        if comment:
            self._add(Note(label="comment", target=link.id, text=comment))

    def _event(self) -> tuple[str, str]:
        """The event as the record has it, and PLOVER's."""
        code = next(
            (_words(self._record, key) for key in ("event", "cameo", "root") if self._record.get(key)), ""
        )
        if re.fullmatch(r"[0-9]{2,4}", code):
            return code, event_of(code)
        # What PLOVER now codes as a mode of accusing, and called INVESTIGATE before, accuses nobody.
        if code == "ACCUSE" and _words(self._record, "mode") == "investigate":
            return code, "INVESTIGATE"
        return code, code

    def _add(self, annotation: Annotation) -> None:
        annotation.file, annotation.line = self._file, self._line
        self._document.add(annotation)

    def _attribute(self, label: str, target: str, value: Any) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            self._add(Attribute(label=label, target=target, value=value.strip()))

    def _side(self, side: str, actors: list[Any], role: str) -> Iterator[Argument]:
        for number, actor in enumerate(actors, 1):
            known = actor if isinstance(actor, dict) else {"actorText": actor}
            span = self._mention(f"{side} {number}", ACTOR, _words(known, "actorText"), side)
            for name in ("code", "sector"):
                self._attribute(name, span.id, known.get(name))
            if span.fragments:
                yield Argument(role, span.id)

    def _place(self) -> Iterator[Argument]:
        place = self._record.get("eventLoc")
        if isinstance(place, dict) and (name := _words(place, "name")):
            span = self._mention("location", PLACE, name, WHERE)
            self._attribute("country code", span.id, place.get("country code"))
            if span.fragments:
                yield Argument(WHERE, span.id)

    def _mention(self, id: str, label: str, words: str, side: str) -> Span:
        """A span on an actor's or place's words, or one without fragments, which is rejected."""
        span = Span(id=id, label=label, file=self._file, line=self._line, fragments=())
        words = " ".join(words.split())
        self._actors += 1
        place = self._find(words, side) if words and self._actors <= _MOST_ACTORS else None
        pieces = _LEFT_OUT.split(words) if place is None and self._actors <= _MOST_ACTORS else []
        if place is not None:
            if side != WHERE:  # an event may have happened where its target is
                self._taken.add(place)
            span.fragments = (self._fragment(*place),)
            self._document.add(span)
        elif len(pieces) > 1 and (apart := self._in_order([(piece, 0) for piece in pieces if piece])):
            span.fragments = apart
            self._document.add(span)
        elif self._actors > _MOST_ACTORS:
            self._document.reject(span, f"is beyond the {_MOST_ACTORS:,} that a record may have")
        else:
            self._document.reject(span, f"{words[:60]!r} is not in the sentence" if words else "has no words")
        return span

    def _fragment(self, start: int, end: int) -> Fragment:
        return Fragment(start, end, self._text[start:end])

    def _find(self, words: str, side: str) -> tuple[int, int] | None:
        """Where an actor's or place's words are: near where they are marked, else where they come next."""
        if side == WHERE:
            start = self._next(words, 0)
            return (start, start + len(words)) if start >= 0 else None
        marked = self._marked.get((side, words), [])
        while marked:
            mark = marked.pop()
            first, last = max(0, mark.start - _NEAR), mark.start + len(words) + _NEAR
            near = [self._next(words, mark.start, last), self._before(words, first, mark.start + len(words))]
            free = [start for start in near if start >= 0 and (start, start + len(words)) not in self._taken]
            if free:
                start = min(free, key=lambda start: abs(start - mark.start))
                return start, start + len(words)
        start = self._next(words, self._searched.get(words, 0))
        while start >= 0 and (start, start + len(words)) in self._taken:
            start = self._next(words, start + 1)
        self._searched[words] = start + 1 if start >= 0 else len(self._text)
        return (start, start + len(words)) if start >= 0 else None

    def _next(self, words: str, start: int, end: int | None = None) -> int:
        """The next place of whole words, from `start`; -1 where there is none before `end`."""
        at = self._text.find(words, start, end)
        while at >= 0 and not self._is_whole(at, at + len(words)):
            at = self._text.find(words, at + 1, end)
        return at

    def _before(self, words: str, start: int, end: int) -> int:
        """The last place of whole words between two others."""
        at = self._text.rfind(words, start, end)
        while at >= 0 and not self._is_whole(at, at + len(words)):
            at = self._text.rfind(words, start, at + len(words) - 1)
        return at

    def _is_whole(self, start: int, end: int) -> bool:
        text = self._text
        inside = text[start - 1 : start + 1] if start else ""
        after = text[end - 1 : end + 1]
        return not (len(inside) == 2 and inside.isalnum()) and not (len(after) == 2 and after.isalnum())

    # -- the event's words

    def _trigger(self, label: str) -> str | None:
        words = _words(self._record, "eventText")
        if not words:
            return None
        span = Span(id="event words", label=label, file=self._file, line=self._line, fragments=())
        span.fragments = self._event_words(words)
        if not label or not span.fragments:
            reason = f"{words[:60]!r} are not in this order in the sentence" if label else "has no event"
            self._document.reject(span, reason)
            return None
        self._document.add(span)
        return span.id

    def _event_words(self, words: str) -> tuple[Fragment, ...]:
        """The event's words in the sentence: as marked, in one piece, or word after word; nothing where one lacks."""
        pieces = [piece for piece in words.split() if piece.strip(".…")]
        marked = [mark for mark in self._marks if mark.tag == "EVT" and mark.words]
        if " ".join(mark.words for mark in marked).split() == pieces:
            found = self._in_order([(mark.words, mark.start) for mark in marked])
            if found:
                return found
        return self._in_order([(words, 0)]) or self._in_order([(piece, 0) for piece in pieces])

    def _in_order(self, pieces: list[tuple[str, int]]) -> tuple[Fragment, ...]:
        """Pieces one after another, each not before the place where it is marked; adjoining ones are made one."""
        places: list[tuple[int, int]] = []
        for words, marked in pieces:
            last = places[-1][1] if places else 0
            start = self._next(words, max(last, marked))
            if start < 0:
                start = self._next(words, last)
            if start < 0:
                return ()
            places.append((start, start + len(words)))
        if not places:
            return ()
        apart = {end for (_, end), (start, _) in pairwise(places) if self._text[end:start].strip()}
        joined: list[tuple[int, int]] = []
        for start, end in places:
            if joined and joined[-1][1] not in apart:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return tuple(self._fragment(start, end) for start, end in joined)


def _listed(value: Any) -> list[Any]:
    """A side's actors, which may be a list, one actor, or its bare words."""
    if isinstance(value, list):
        return [actor for actor in value if actor not in (None, "", {})]
    return [value] if isinstance(value, dict | str) and value else []


FORMAT = Format(
    name="plover",
    files="*.json, *.txt with an array of PLOVER (or CAMEO) event records, *.jsonl with one a line",
    carries="the event of each sentence with its actors, place, words, context, mode and figures; date, publication and"
    " coder",
    loses="version and licence of each record, and the markup, which is only used to find words",
    recognise=_recognise,
    read=_read,
    mapping="plover",
)
