"""spaCy's DocBin (`.spacy`): many documents in one file, as `spacy train` reads and `data-to-spacy` writes them.

The file is zlib over msgpack: a table of strings, and per document an array of token attributes, in which strings are
named by their 64-bit hash; its span groups, categories and user data. It is unpacked here within bounds, and only what
is needed of it is looked at: spaCy itself hands offsets and heads to C code that does not check them, which is no place
for files of strangers. spaCy's string store is used for the strings. Nothing in the format is code, and nothing is run.

https://spacy.io/api/docbin
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from loaders import metadata
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.source import Attribute, Equivalence, SourceDocument, Span, check_references
from ontology.errors import SourceError
from ontology.extras import needs
from ontology.models import Fragment, RejectedDocument, Rejection

_NAME = "spacy"
_ABOUT_ALL = "is about the whole document"
_FIRST_KEYS = (b"\xa7version", b"\xa5attrs")
_MOST_PARTS = 5_000_000
"""Elements of lists and maps that a file may have: an empty map is one byte in the file and 64 in memory."""

_MOST_COLUMNS = 1000

_SPAN = struct.Struct(">QQQllll")
_BEGINS, _INSIDE = 3, 1
_CHAIN = re.compile(r"(coref(?:_head)?_clusters)(?:_\d+)?")
"""The groups in which spaCy's coreference component keeps its chains, one a group."""


def _recognise(file: File) -> bool:
    head = file.head
    if len(head) < 2 or head[0] & 15 != 8 or (head[0] << 8 | head[1]) % 31:
        return False
    try:
        beginning = zlib.decompressobj().decompress(head, 64)
    except zlib.error:
        beginning = b""
    return beginning[1:].startswith(_FIRST_KEYS) or file.suffix == ".spacy"


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    strings = needs("spacy.strings", "spacy", "reading this format")
    attributes: dict[str, int] = needs("spacy.attrs", "spacy", "reading this format").IDS
    unpackb = needs("srsly.msgpack", "spacy", "reading this format").unpackb
    name = unit.lead.name

    def unpack(content: bytes) -> Any:
        return _unpacked(content, unpackb)

    packed = _decompressed(unit.lead.read(options.max_bytes), name, options.max_bytes)
    try:
        data = unpack(packed)
        store = strings.StringStore([one for one in _list(data, "strings") if isinstance(one, str)])
        bin = _Bin(data, store, attributes)
    except _Damaged as error:
        raise SourceError(f"is no DocBin that can be read: {error}", file=name) from None
    for number in range(len(bin.lengths)):
        path = f"{unit.lead.within}#{number + 1}"
        try:
            yield _Reader(bin, number, name, path, unpack, options).document()
        except _Damaged as error:
            where = Rejection(name, f"document {number + 1} {error}", id=str(number + 1))
            yield RejectedDocument(where, source=name)


class _Damaged(Exception):
    """The file, or one document of it, is not as spaCy writes it."""


def _decompressed(content: bytes, name: str, limit: int) -> bytes:
    decompressor = zlib.decompressobj()
    try:
        packed = decompressor.decompress(content, limit + 1)
    except zlib.error as error:
        raise SourceError(f"is no DocBin that can be read: {error}", file=name) from None
    if len(packed) > limit:
        reason = f"unpacks to more than {limit:,} bytes, the limit of what is read in one piece: divide it"
        raise SourceError(reason, file=name)
    if not decompressor.eof:
        raise SourceError("is cut off; copy it again", file=name)
    return packed


def _unpacked(content: bytes, unpackb: Callable[..., Any]) -> Any:
    """A msgpack value, with tuples for lists; without the hooks by which arrays and other types would be made."""
    parts = 0

    def count(part: Sequence[Any]) -> Sequence[Any]:
        nonlocal parts
        parts += len(part) + 1
        if parts > _MOST_PARTS:
            raise ValueError(f"it has more than {_MOST_PARTS:,} parts")
        return part

    try:
        return unpackb(
            content,
            raw=False,
            use_list=False,
            list_hook=count,
            object_pairs_hook=lambda pairs: dict(count(pairs)),
        )
    except RecursionError:
        raise _Damaged("nested too deeply") from None
    except Exception as error:  # noqa: BLE001  (of many kinds, some of them spaCy's own)
        raise _Damaged(str(error)[:200] or type(error).__name__) from None


def _list(data: object, key: str) -> tuple[Any, ...]:
    value = data.get(key, ()) if isinstance(data, dict) else None
    if not isinstance(value, tuple):
        raise _Damaged(f"expected a list of {key}")
    return value


def _bytes(data: object, key: str) -> bytes:
    value = data.get(key) if isinstance(data, dict) else None
    if not isinstance(value, bytes):
        raise _Damaged(f"expected {key} as bytes")
    return value


class _Tokens(NamedTuple):
    """The tokens of one document: their first row in the file's array, and how many."""

    first: int
    many: int


class _Bin:
    """A DocBin, unpacked: columns of token attributes, and what each document has besides."""

    def __init__(self, data: object, store: Any, ids: dict[str, int]) -> None:
        self._store = store
        attributes = _list(data, "attrs")
        assert isinstance(data, dict)
        tokens, lengths = _bytes(data, "tokens"), _bytes(data, "lengths")
        self.spaces = _bytes(data, "spaces")
        width = len(attributes)
        if not 0 < width <= _MOST_COLUMNS or len(tokens) % (8 * width) or len(lengths) % 4:
            raise _Damaged("its arrays are cut off")
        self._cells = memoryview(tokens).cast("Q")
        self._width = width
        self._columns = {
            name: attributes.index(id) for name, id in ids.items() if id and id in attributes
        }  # the first, should one be there twice
        if "ORTH" not in self._columns:
            raise _Damaged("its tokens have no words")
        self.lengths: list[_Tokens] = []
        row = 0
        for length in memoryview(lengths).cast("i"):
            if length < 0:
                raise _Damaged("a document has a negative length")
            self.lengths.append(_Tokens(row, length))
            row += length
        if row * width != len(self._cells) or row != len(self.spaces):
            raise _Damaged(f"its documents have {row:,} tokens together, its arrays another number")
        self._parts = {
            key: value if isinstance(value := data.get(key), tuple) else ()
            for key in ("cats", "flags", "span_groups", "user_data")
        }

    def column(self, name: str, tokens: _Tokens) -> Sequence[int] | None:
        """An attribute of some tokens; None where the file does not have it."""
        column = self._columns.get(name)
        if column is None:
            return None
        start = tokens.first * self._width + column
        return self._cells[start : start + tokens.many * self._width : self._width] if tokens.many else ()

    def part(self, key: str, number: int) -> Any:
        """What a document has under a key, None where it has nothing."""
        parts = self._parts[key]
        return parts[number] if number < len(parts) else None

    def string(self, hash: int) -> str | None:
        """The string that a hash stands for; None where the file does not have it."""
        try:
            return str(self._store[hash])
        except (KeyError, ValueError, OverflowError):
            return None


class _Reader:
    """Reads one document of a DocBin."""

    def __init__(
        self, bin: _Bin, number: int, name: str, path: str, unpack: Callable[[bytes], Any], options: Options
    ) -> None:
        self._bin, self._number, self._name, self._unpack = bin, number, name, unpack
        self._tokens = bin.lengths[number]
        self._starts, self._ends, text = self._text(options)
        self._document = SourceDocument(text, name, _NAME)
        self._document.article.path = path
        self._spans: dict[tuple[int, int], str] = {}

    def document(self) -> SourceDocument:
        """The document with all that is marked on it."""
        document = self._document
        document.structure["Token"] = self._tokens.many
        starts = self._bin.column("SENT_START", self._tokens)
        if starts is not None and (sentences := sum(start == 1 for start in starts)):
            document.structure["Sentence"] = sentences
        if self._unknown_spaces():
            document.remarks.append(
                f"{document.article.path}: the space between its words is unknown; one was put after each"
            )
        self._entities()
        self._groups()
        self._categories()
        self._user_data()
        check_references(document)
        return document

    def _text(self, options: Options) -> tuple[list[int], list[int], str]:
        """Where each token starts and ends, and the text."""
        unknown = self._unknown_spaces()
        spaces = self._bin.spaces[self._tokens.first : self._tokens.first + self._tokens.many]
        starts, ends, pieces, position = [], [], [], 0
        for hash, space in zip(self._bin.column("ORTH", self._tokens) or (), spaces, strict=True):
            word = self._bin.string(hash)
            if word is None:
                raise _Damaged(f"has a word that is not in the file ({hash})")
            starts.append(position)
            position += len(word)
            ends.append(position)
            pieces.append(word)
            if space or unknown:
                pieces.append(" ")
                position += 1
            # Before it is put together: one long word may be named by many tokens.
            if position > options.max_characters:
                raise _Damaged(f"has more than {options.max_characters:,} characters, the limit: divide it")
        text = "".join(pieces)
        if not text.strip():
            raise _Damaged("has no text")
        return starts, ends, text

    def _unknown_spaces(self) -> bool:
        flags = self._bin.part("flags", self._number)
        return isinstance(flags, dict) and bool(flags.get("has_unknown_spaces"))

    # -- spans

    def _entities(self) -> None:
        columns = [self._bin.column(name, self._tokens) for name in ("ENT_IOB", "ENT_TYPE")]
        marks, types = columns
        if marks is None or types is None:
            return
        bases = self._bin.column("ENT_KB_ID", self._tokens)
        ids = self._bin.column("ENT_ID", self._tokens)
        first: int | None = None
        for at in range(self._tokens.many + 1):
            mark = marks[at] if at < self._tokens.many else 0
            if mark == _INSIDE and first is not None:
                continue
            # A beginning without a type says that here is none.
            if first is not None and types[first]:
                more = (bases[first] if bases else 0, ids[first] if ids else 0)
                self._span(f"e{first}", types[first], first, at, more)
            first = at if mark == _BEGINS else None
            if mark == _INSIDE and not (at and marks[at - 1] == _INSIDE):
                span = Span(id=f"e{at}", label=self._words(types[at]) or "?", file=self._name, fragments=())
                self._document.reject(span, "goes on without having begun")

    def _span(
        self, own: str, label: int, start: int, end: int, more: tuple[int, int], *, group: str = ""
    ) -> None:
        """Add the span of the tokens from `start` up to `end`, with its knowledge base id and own id."""
        words = self._words(label)
        span = Span(id=own, label=words or _chain(group) or "?", file=self._name, fragments=())
        count = self._tokens.many
        if not 0 <= start <= end <= count:
            reason = f"lies outside the document, which has {count:,} tokens"
            self._document.reject(span, reason)
        else:
            first = self._starts[start] if start < count else len(self._document.text)
            last = self._ends[end - 1] if end > start else first
            span.fragments = (Fragment(first, last, self._document.text[first:last]),)
            self._spans.setdefault((first, last), own)
            self._document.add(span)
        for name, value in (("kb_id", more[0]), ("id", more[1])):
            if value:
                self._attribute(own, name, self._words(value) or str(value))
        if words and group:
            self._attribute(own, "group", group)

    def _words(self, hash: int) -> str:
        return self._bin.string(hash) or ""

    def _attribute(self, target: str, label: str, value: str) -> None:
        self._document.add(Attribute(label=label, file=self._name, target=target, value=value))

    def _groups(self) -> None:
        packed = self._bin.part("span_groups", self._number)
        if not isinstance(packed, bytes) or not packed:
            return
        number = 0
        for key, group in self._each_group(packed):
            members = []
            for content in group:
                number += 1
                own = f"s{number}"
                members.append(own)
                if not isinstance(content, bytes) or len(content) != _SPAN.size:
                    damaged = Span(id=own, label=_chain(key) or "?", file=self._name, fragments=())
                    self._document.reject(damaged, "is no span that can be read")
                    continue
                id, base, label, start, end, _, _ = _SPAN.unpack(content)
                self._span(own, label, start, end, (base, id), group=key)
            if _CHAIN.fullmatch(key) and members:
                self._document.add(Equivalence(label=_chain(key), file=self._name, members=tuple(members)))

    def _each_group(self, packed: bytes) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The groups by key. Up to spaCy 3.2 they were a list and had their names inside; since then a table."""
        groups = self._unpack(packed)
        pairs = groups.items() if isinstance(groups, dict) else [(one, None) for one in _tuple(groups)]
        for content, keys in pairs:
            group = self._unpack(content) if isinstance(content, bytes) else None
            if not isinstance(group, dict):
                raise _Damaged("has span groups that cannot be read")
            for key in _tuple(keys) if keys is not None else (group.get("name"),):
                yield str(key), _tuple(group.get("spans"))

    # -- what is about the whole document, and what users added

    def _categories(self) -> None:
        categories = self._bin.part("cats", self._number)
        for label, value in categories.items() if isinstance(categories, dict) else ():
            self._about_all(f"cats.{label}", value)

    def _about_all(self, label: str, value: object) -> None:
        own = label[:200] or "?"
        self._document.reject(
            Attribute(id=own, label=own, file=self._name, target="", value=_text_of(value)), _ABOUT_ALL
        )

    def _user_data(self) -> None:
        packed = self._bin.part("user_data", self._number)
        data = self._unpack(packed) if isinstance(packed, bytes) and packed else {}
        if not isinstance(data, dict):
            raise _Damaged("has user data that cannot be read")
        for key, value in data.items():
            if isinstance(key, tuple) and len(key) >= 4 and key[0] == "._.":
                name, start, end = str(key[1]), key[2], key[3]
            else:
                name, start, end = key if isinstance(key, str) else _text_of(key), None, None
            if value is None:
                continue
            if start is None:
                self._of_document(name, value)
                continue
            target = self._spans.get((start, end)) if _is_number(start) and _is_number(end) else None
            attribute = Attribute(label=name, file=self._name, target=target or "", value=_text_of(value))
            if target is None:
                self._document.reject(attribute, f"is about the words at {start}, which are no span")
            else:
                self._document.add(attribute)

    def _of_document(self, name: str, value: object) -> None:
        article = self._document.article
        if isinstance(value, str) and metadata.take(article, name, value):
            return
        self._about_all(name, value)


def _chain(group: str) -> str:
    """What spans of a group without labels are called: coreference chains without their number."""
    match = _CHAIN.fullmatch(group)
    return match[1] if match else group


def _tuple(value: object) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise _Damaged("has span groups that cannot be read")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text_of(value: object) -> str:
    if isinstance(value, str):
        return value
    try:
        try:
            return json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):  # bytes, keys that are tuples
            return repr(value)
    except RecursionError:
        raise _Damaged("has user data that is nested too deeply") from None


FORMAT = Format(
    name=_NAME,
    files="*.spacy: spaCy's DocBin",
    carries="entities and span groups with their knowledge base ids and ids, custom attributes of them; coreference"
    " groups; title, URL, date, authors and publisher of the user data",
    loses="what spaCy says of single tokens (tags, heads, lemmas); categories of the whole document, which are"
    " rejected",
    recognise=_recognise,
    read=_read,
    extra="spacy",
)
