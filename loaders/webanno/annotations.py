"""The annotations of a WebAnno TSV file: from the cells of its rows to spans, links, attributes and equivalences.

A row has a token (or a part of one) and for every layer what is marked on it. A span over several tokens is on the row
of each, under one disambiguation id. A relation is in the row of the end it goes to and names the one it comes from. A
span with slots is an event whose trigger it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from loaders.source import Annotation, Argument, Attribute, Equivalence, Link, SourceDocument, Span
from loaders.webanno import cells
from loaders.webanno.cells import NO_VALUE, NOTHING, Reference
from loaders.webanno.header import PART_OF_SPEECH, TOKEN, Column, Header, Layer
from loaders.webanno.text import Content, Row
from ontology.models import Fragment, Rejection

_MOST_COVERED = 1 << 27
"""How many characters the spans of a document may cover, those with the same bounds counted once."""


@dataclass(slots=True, eq=False)
class _Mark:
    """A span as far as it was read. `pieces` are the rows it is on; `handle` is what refers to it: its event's id,
    where it has slots."""

    id: str
    layer: Layer
    line: int
    pieces: list[Row] = field(default_factory=list)
    values: dict[int, tuple[str, int]] = field(default_factory=dict)
    clashes: list[tuple[Column, int, str]] = field(default_factory=list)
    roles: dict[str, list[str]] = field(default_factory=dict)
    fillers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def span_id(self) -> str:
        return f"{self.id}.trigger" if self.layer.has_slots else self.id

    def on(self, row: Row) -> None:
        if not self.pieces or self.pieces[-1] is not row:
            self.pieces.append(row)

    def says(self, column: Column, value: str, line: int) -> None:
        """Take in a feature's value: every row of a span repeats it."""
        if not value:
            return
        said, _ = self.values.setdefault(column.place, (value, line))
        if said != value and all(known is not column for known, _, _ in self.clashes):
            self.clashes.append((column, line, f"is {said!r} on one row and {value!r} on another"))


@dataclass(slots=True, eq=False)
class _Arrow:
    """A relation: the row it goes to, and where it comes from."""

    id: str
    layer: Layer
    row: Row
    type: str
    source: Reference
    values: dict[int, tuple[str, int]]


class _Lost(Exception):
    """What is referred to is not there, or cannot be told."""


class Annotations:
    """Reads the cells of one file into a document."""

    def __init__(self, document: SourceDocument, content: Content, file: str) -> None:
        self._document = document
        self._header: Header = content.header
        nothing = [NOTHING] * content.header.width
        self._bare = (nothing, [*nothing, ""])
        self._content = content
        self._file = file
        self._marks: list[_Mark] = []
        self._arrows: list[_Arrow] = []
        self._rows: dict[str, Row] = {}
        self._on_row: dict[str, dict[str, list[_Mark]]] = {}
        self._numbered: dict[tuple[str, int], _Mark] = {}
        self._by_number: dict[int, list[_Mark]] = {}
        self._members: dict[tuple[str, int], dict[int, _Mark]] = {}
        self._tokens: dict[str, Span] = {}
        self._covered: dict[tuple[int, int], str] = {}
        self._size = 0

    def read(self) -> None:
        """Add every annotation to the document, or reject it there."""
        for lost in self._content.unreadable:
            self._unreadable(lost.line, lost.unit, lost.reason)
        for sentence in self._content.sentences:
            for row in sentence.rows:
                self._row(row)
        for mark in self._marks:
            self._span(mark)
        for mark in self._marks:
            if mark.layer.has_slots:
                self._event(mark)
        for arrow in self._arrows:
            self._relation(arrow)
        self._chains()

    # -- rows

    def _row(self, row: Row) -> None:
        self._rows[row.unit] = row
        width = self._header.width
        if row.cells in self._bare:  # as most
            return
        if len(row.cells) < width:
            reason = f"has {len(row.cells)} cells behind its word; the header declares {width}"
            self._unreadable(row.line, row.unit, reason)
            return
        if any(cell not in ("", NOTHING) for cell in row.cells[width:]):
            self._unreadable(row.line, row.unit, f"has more cells than the {width} that the header declares")
        for layer in self._header.layers:
            if all(row.cells[column.place] == NOTHING for column in layer.columns):
                continue
            if layer.kind == "span":
                self._spans_on(row, layer)
            elif layer.kind == "relation":
                self._relations_on(row, layer)
            else:
                self._members_on(row, layer)

    def _spans_on(self, row: Row, layer: Layer) -> None:
        stacks = [(column, _items(row, column)) for column in layer.columns]
        # Which annotation a value without id belongs to is told by its place in the stack.
        order = max((items for _, items in stacks if any(i.id for i in items)), key=len, default=[])
        marks: dict[int | str, _Mark] = {}
        for column, items in stacks:
            for place, item in enumerate(items):
                number = item.id or (order[place].id if place < len(order) else None)
                if item.value == NOTHING and item.id is None:
                    continue
                key: int | str = number if number is not None else f"/{place + 1}"
                mark = marks.get(key)
                if mark is None:
                    mark = marks[key] = self._mark(row, layer, number, place)
                _take(mark, column, item.value, row.line)

    def _mark(self, row: Row, layer: Layer, number: int | None, place: int) -> _Mark:
        known = self._numbered.get((layer.name, number)) if number is not None else None
        if known is None:
            end = f"[{number}]" if number is not None else f"/{place + 1}" if place else ""
            known = _Mark(f"{layer.prefix}:{row.unit}{end}", layer, row.line)
            self._marks.append(known)
            if number is not None:
                self._numbered[layer.name, number] = known
                self._by_number.setdefault(number, []).append(known)
        self._put_on(row, known)
        return known

    def _put_on(self, row: Row, mark: _Mark) -> None:
        mark.on(row)
        self._on_row.setdefault(row.unit, {}).setdefault(mark.layer.name, []).append(mark)

    def _relations_on(self, row: Row, layer: Layer) -> None:
        source = layer.the("source")
        sources = [] if (cell := row.cells[source.place]) == NOTHING else cells.stacked(cell)
        values: list[dict[int, tuple[str, int]]] = [{} for _ in sources]
        ids = [f"{layer.prefix}:{row.unit}" + (f"/{n}" if n > 1 else "") for n in range(1, len(sources) + 1)]
        for column in layer.columns:
            for place, item in enumerate(_items(row, column) if column is not source else ()):
                value = cells.plain(item.value)
                if place < len(sources):
                    values[place][column.place] = (value, row.line)
                elif item.value != NOTHING:
                    lost = Link(label=layer.label, file=self._file, line=row.line, arguments=())
                    self._document.reject(
                        lost, f"{column.feature} is {value!r}, but where it comes from is not said"
                    )
        for id, written, said in zip(ids, sources, values, strict=True):
            reference = cells.reference(written)
            if reference is None:
                lost = Link(id=id, label=layer.label, file=self._file, line=row.line, arguments=())
                self._document.reject(
                    lost, f"comes from {written[:60]!r}; expected a token's number such as 1-2[3_4]"
                )
                self._attributes(id, layer, said)
            else:
                self._arrows.append(_Arrow(id, layer, row, source.type, reference, said))

    def _members_on(self, row: Row, layer: Layer) -> None:
        links, types = layer.the("member"), layer.the("member type")
        on_row: list[tuple[int, _Mark] | None] = []
        for written in cells.stacked(row.cells[links.place]):
            member = cells.member(written)
            if member is None:
                if written != NOTHING:
                    self._lost_member(
                        row, layer, f"says {written[:60]!r}; expected chain and place such as *->1-2"
                    )
                on_row.append(None)
                continue
            chain = self._members.setdefault((layer.name, member.chain), {})
            mark = chain.get(member.place)
            if mark is None:
                mark = _Mark(f"{layer.prefix}->{member.chain}-{member.place}", layer, row.line)
                chain[member.place] = mark
                self._marks.append(mark)
            self._put_on(row, mark)
            mark.says(links, cells.plain(member.value), row.line)
            on_row.append((member.chain, mark))
        for place, item in enumerate(_items(row, types)):
            at = on_row[place] if place < len(on_row) else None
            if item.id is not None and (at is None or at[0] != item.id):
                at = next((one for one in on_row if one is not None and one[0] == item.id), None)
            if at is not None:
                at[1].says(types, cells.plain(item.value), row.line)
            elif item.value != NOTHING and place >= len(on_row):
                self._lost_member(row, layer, "has a type, but no place in a chain")

    def _lost_member(self, row: Row, layer: Layer, reason: str) -> None:
        self._document.reject(Span(label=layer.label, file=self._file, line=row.line, fragments=()), reason)

    def _unreadable(self, line: int, unit: str, reason: str) -> None:
        self._document.rejected.append(Rejection(self._file, reason, line, unit or None))

    # -- annotations

    def _span(self, mark: _Mark) -> None:
        span = Span(
            id=mark.span_id,
            label=mark.layer.label,
            file=self._file,
            line=mark.line,
            fragments=self._fragments(mark),
        )
        wrong = next((row.wrong for row in mark.pieces if row.wrong), "")
        if not wrong and not span.fragments:
            wrong = "covers so much that all spans together are too large"
        if wrong:
            self._document.reject(span, wrong)
        else:
            self._document.add(span)
        self._attributes(mark.id, mark.layer, mark.values, mark.clashes)

    def _attributes(
        self,
        target: str,
        layer: Layer,
        values: dict[int, tuple[str, int]],
        clashes: Iterable[tuple[Column, int, str]] = (),
    ) -> None:
        wrong = {column.place: reason for column, _, reason in clashes}
        for column in layer.columns:
            value, line = values.get(column.place, ("", 0))
            if value:
                attribute = Attribute(
                    label=column.feature, file=self._file, line=line, target=target, value=value
                )
                if column.place in wrong:
                    self._document.reject(attribute, wrong[column.place])
                else:
                    self._document.add(attribute)

    def _fragments(self, mark: _Mark) -> tuple[Fragment, ...]:
        """The words of a span: from its first row to its last, as far as these are next to each other."""
        found: list[Fragment] = []
        for start, end in _ranges(mark.pieces):
            if (start, end) not in self._covered:
                self._size += end - start
                if self._size > _MOST_COVERED:
                    return ()
                self._covered[start, end] = self._document.text[start:end]
            found.append(Fragment(start, end, self._covered[start, end]))
        return tuple(found)

    def _event(self, mark: _Mark) -> None:
        link = Link(
            id=mark.id,
            label=mark.layer.label,
            file=self._file,
            line=mark.line,
            arguments=(),
            trigger=mark.span_id,
        )
        try:
            link.arguments = tuple(self._arguments(mark))
        except _Lost as error:
            self._document.reject(link, str(error))
        else:
            self._document.add(link)

    def _arguments(self, mark: _Mark) -> Iterator[Argument]:
        for column in mark.layer.columns:
            if column.holds != "fillers":
                continue
            roles = mark.roles.get(column.feature, [])
            fillers = [filler for filler in mark.fillers.get(column.feature, []) if filler != NOTHING]
            if not roles and fillers == [NO_VALUE]:
                continue
            if len(roles) != len(fillers):
                raise _Lost(f"{column.feature} has {len(roles)} roles and {len(fillers)} fillers")
            for role, filler in zip(roles, fillers, strict=True):
                if filler == NO_VALUE:
                    continue
                reference = cells.reference(filler)
                if reference is None:
                    raise _Lost(
                        f"{column.feature} is filled by {filler[:60]!r}; expected a token's number such as 1-2[3]"
                    )
                yield Argument(
                    cells.plain(role) or column.feature,
                    self._handle(reference.unit, reference.id, column.type),
                )

    def _relation(self, arrow: _Arrow) -> None:
        link = Link(id=arrow.id, label=arrow.layer.label, file=self._file, line=arrow.row.line, arguments=())
        try:
            source = self._handle(arrow.source.unit, arrow.source.id, arrow.type)
            target = self._handle(arrow.row.unit, arrow.source.to, arrow.type)
        except _Lost as error:
            self._document.reject(link, str(error))
        else:
            link.arguments = (Argument("source", source), Argument("target", target))
            self._document.add(link)
        self._attributes(arrow.id, arrow.layer, arrow.values)

    def _handle(self, unit: str, number: int, type: str) -> str:
        """The id of the annotation of a layer that a reference means."""
        if unit not in self._rows:
            raise _Lost(f"refers to {unit}, which is no token of this file")
        on_row = self._on_row.get(unit, {})
        if number:
            known = self._by_number.get(number, [])
            marks = [mark for mark in known if mark.layer.name == type]
            if not marks and len(known) > 1:
                marks = [mark for mark in known if any(row.unit == unit for row in mark.pieces)]
            marks = marks or known
            if not marks:
                raise _Lost(f"refers to {unit}[{number}], which does not exist")
            return marks[0].id
        if type in (TOKEN, PART_OF_SPEECH):
            return on_row[PART_OF_SPEECH][0].id if PART_OF_SPEECH in on_row else self._token(unit)
        if type in on_row:
            return on_row[type][0].id
        marks = [mark for layer in on_row.values() for mark in layer]
        if len(marks) != 1:
            raise _Lost(
                f"refers to {unit}, on which {'nothing' if not marks else 'more than one thing'} is marked"
            )
        return marks[0].id

    def _token(self, unit: str) -> str:
        row = self._rows[unit]
        if row.wrong:
            raise _Lost(f"refers to {unit}, whose row does not fit the text")
        if unit not in self._tokens:
            exact = self._document.text[row.start : row.end]
            fragment = Fragment(row.start, row.end, exact)
            span = Span(
                id=f"Token:{unit}", label="Token", file=self._file, line=row.line, fragments=(fragment,)
            )
            self._tokens[unit] = span
            self._document.add(span)
        return self._tokens[unit].id

    def _chains(self) -> None:
        prefixes = {layer.name: layer for layer in self._header.layers}
        for (name, number), members in self._members.items():
            layer = prefixes[name]
            in_order = [members[place] for place in sorted(members)]
            chain: Annotation = Equivalence(
                id=f"{layer.prefix}->{number}",
                label=layer.label,
                file=self._file,
                line=min(mark.line for mark in in_order),
                members=tuple(mark.id for mark in in_order),
            )
            self._document.add(chain)


def _items(row: Row, column: Column) -> list[cells.Item]:
    """The values of a cell. Behind those that fill slots an id is the filler's, not that of the annotation itself."""
    cell = row.cells[column.place]
    if cell == NOTHING:
        return []
    if column.holds == "fillers":
        return [cells.Item(value, None) for value in cells.stacked(cell)]
    return [cells.numbered(value) for value in cells.stacked(cell)]


def _take(mark: _Mark, column: Column, value: str, line: int) -> None:
    """Put a cell's value on what is marked; of slots, which every row of a span repeats, the first row's."""
    if column.holds == "roles":
        mark.roles.setdefault(column.feature, cells.slots(value))
    elif column.holds == "fillers":
        mark.fillers.setdefault(column.feature, cells.slots(value))
    elif column.holds == "feature":
        mark.says(column, cells.plain(value), line)


def _ranges(pieces: list[Row]) -> list[tuple[int, int]]:
    """The rows of a span as ranges of the text; those of one token or of tokens next to each other make one."""
    ranges: list[tuple[int, int]] = []
    last = -2
    for row in pieces:
        if ranges and row.token - last <= 1:
            start, end = ranges[-1]
            ranges[-1] = (min(start, row.start), max(end, row.end))
        else:
            ranges.append((row.start, row.end))
        last = row.token
    return ranges
