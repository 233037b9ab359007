"""A table of claims, as people keep them in a spreadsheet: a row a claim, in the ontology's own terms.

    subject,relation,object,quote,speaker,url,published
    Red Heron Front,allied with,Lantern Brigade,"The Front and the Brigade are allies",Pell Orrin,https://…,2031-10-07

Rows of one article need not be adjacent: they are put down in a temporary database and come back article by article, so
that memory holds one article whatever the size of the file. docs/formats/claims-table.md names the columns.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from loaders.files import STANDARD_INPUT, File, decoded
from loaders.formats import Format, Options, Read, Unit
from loaders.table import columns as claims_columns
from loaders.table import delimited
from loaders.table.columns import Header
from loaders.table.delimited import Row
from loaders.table.rows import Rows, Statement, Terms, Unfit, place_quotes, statement, types_given
from ontology import dates
from ontology.errors import DateError, SourceError
from ontology.models import AnnotatedArticle, Article, Fragment, RejectedDocument, Rejection, Tally

_NAME = "claims-table"
_GROUPED_BY = ("url", "article", "text_file", "title")
"""What tells the rows of one article from those of another: the first of these columns that a row fills."""

_NAMES = ("article", "title")
_LONGEST_NAME = 200
_WORDS = ("title", "publisher", "origin", "language", "url")
_NOT_OURS = (b"{", b"[", b"<", b"#", b"%", b"---")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ENOUGH = 2
"""Required columns by which a table is known as one of claims: one that lacks others is told so."""


def _recognise(file: File) -> bool:
    head = file.head
    if head.startswith(_UTF_16):  # Excel's "Unicode text": to be told so, not that it is in no known format
        head = head.decode("utf-16", "ignore").encode("utf-8", "ignore")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_NOT_OURS) or b"\0" in head[:1000]:
        return False
    cells = delimited.first_row(head, delimited.delimiter(head, claims_columns.known))
    return claims_columns.known(cells) >= _ENOUGH


def _read(unit: Unit, options: Options) -> Iterator[Read]:
    lead = unit.lead
    delimiter = delimited.delimiter(lead.head, claims_columns.known)
    try:
        with lead.open() as stream, closing(sqlite3.connect("")) as database:
            table = _Table(database, lead.name, options.annotator)
            table.fill(stream, delimiter)
            yield from _Articles(unit, options, table).each()
    except sqlite3.Error as error:
        reason = f"its rows cannot be put down ({error}); make room where temporary files are kept"
        raise SourceError(reason, file=lead.name) from None


class _Table:
    """The rows of a file in a temporary database, which SQLite keeps in memory while it is small."""

    def __init__(self, database: sqlite3.Connection, name: str, annotator: str) -> None:
        self._database, self._name, self._annotator = database, name, annotator
        self.header = Header({}, 0, [])
        database.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, key TEXT UNIQUE)")
        database.execute("CREATE TABLE types (name TEXT, words TEXT, PRIMARY KEY (name, words))")
        database.execute("CREATE TABLE rows (article INTEGER, line INTEGER, cells TEXT, problem TEXT)")

    def fill(self, stream: IO[bytes], delimiter: str) -> None:
        """Put down every row; raises SourceError where the file has no header that will do."""
        rows = delimited.rows(stream, self._name, delimiter)
        first = next(rows, None)
        if first is None:
            raise SourceError("the file is empty", file=self._name)
        parsed = first.problem or claims_columns.parse(first.cells)
        if isinstance(parsed, str):
            raise SourceError(f"its first row {parsed}", file=self._name, line=first.line)
        self.header = parsed
        known = ("", -1)
        for row in rows:
            cells = self._cells(row)
            if self._annotator and cells.get("annotator", "") not in ("", self._annotator):
                continue
            for given in types_given(cells):
                self._database.execute("INSERT OR IGNORE INTO types VALUES (?, ?)", given)
            key = _key(cells)
            if key != known[0]:
                known = (key, self._article(key))
            self._database.execute(
                "INSERT INTO rows VALUES (?, ?, ?, ?)",
                (known[1], row.line, json.dumps(cells), row.problem or self._problem(row)),
            )
        self._database.execute("CREATE INDEX by_article ON rows (article, line)")

    def articles(self) -> Iterator[tuple[int, int, int]]:
        """Each article in the order in which they begin: its number, how many rows and characters it has."""
        yield from self._database.execute(
            "SELECT article, count(*), sum(length(cells)) FROM rows GROUP BY article ORDER BY article"
        )

    def rows(self, article: int) -> Iterator[tuple[int, dict[str, str], str]]:
        """The rows of an article: line, cells by column, and why it cannot be read, if it cannot."""
        query = "SELECT line, cells, problem FROM rows WHERE article = ? ORDER BY line"
        for line, cells, problem in self._database.execute(query, (article,)):
            yield line, json.loads(cells), problem

    def types(self, name: str) -> list[str]:
        """The words for its types that rows have beside a name."""
        query = "SELECT words FROM types WHERE name = ? ORDER BY words LIMIT 20"
        return [words for (words,) in self._database.execute(query, (name,))]

    def _cells(self, row: Row) -> dict[str, str]:
        cells = row.cells
        filled = {
            column: cells[place].strip() for column, place in self.header.places.items() if place < len(cells)
        }
        return {column: cell for column, cell in filled.items() if cell}

    def _problem(self, row: Row) -> str:
        if any(cell.strip() for cell in row.cells[self.header.width :]):
            return (
                f"has {len(row.cells)} cells, the header {self.header.width}: is one not in quotation marks?"
            )
        return ""

    def _article(self, key: str) -> int:
        self._database.execute("INSERT OR IGNORE INTO articles (key) VALUES (?)", (key,))
        (number,) = self._database.execute("SELECT id FROM articles WHERE key = ?", (key,)).fetchone()
        return int(number)


def _key(cells: dict[str, str]) -> str:
    """What the rows of one article and annotator have in common."""
    column = next((column for column in _GROUPED_BY if column in cells), "")
    value = cells.get(column, "")
    kind = "name" if column in _NAMES else column
    return json.dumps([cells.get("annotator", ""), kind, _address(value) if kind == "url" else value])


def _address(url: str) -> str:
    """An address without what makes no other page of it: case of the host, fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))


def _named(within: str, name: str) -> str:
    """The path of an article that is known by a name in a table; long names are shortened, and still tell apart."""
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}… {sha256(name.encode()).hexdigest()[:12]}"
    return f"{within}#{name}"


class _Articles:
    """Makes the articles of one file."""

    def __init__(self, unit: Unit, options: Options, table: _Table) -> None:
        self._unit, self._options, self._table = unit, options, table
        self._terms = Terms(options.ontology)
        self._name = unit.lead.name
        self._said_quotes_only = False

    def each(self) -> Iterator[Read]:
        """Every article, and what could not be read of it."""
        others = self._table.header.others
        for article, count, size in self._table.articles():
            if size > self._options.max_bytes:
                reason = f"an article of {size:,} characters in {count:,} rows; divide it"
                yield RejectedDocument(Rejection(self._name, reason), count, self._name)
                continue
            try:
                made = self._article(article, count)
            except SourceError as error:
                where = Rejection(error.file or self._name, error.reason, error.line)
                yield RejectedDocument(where, count, self._name)
                continue
            if others:
                some = ", ".join(others[:20]) + (" …" if len(others) > 20 else "")
                made.tally.notes.append(f"{self._name}: columns that are not read: {some}")
                others = []
            yield made

    def _article(self, article: int, count: int) -> AnnotatedArticle:
        tally = Tally(read=count)
        statements: list[Statement] = []
        quotes: list[str] = []
        about: dict[str, tuple[str, int]] = {}
        for line, cells, problem in self._table.rows(article):
            self._gather(cells, line, about, tally)
            if quote := cells.get("quote"):
                quotes.append(quote)  # of a row that is rejected too: mending it moves no other
            try:
                if problem:
                    raise Unfit(problem)
                if differs := self._other_text(cells, about):
                    raise Unfit(differs)
                statements.append(statement(cells, line, self._terms))
            except Unfit as unfit:
                self._reject(tally, line, cells.get("id"), str(unfit))
        own, path = self._text(about, tally)
        text, places = place_quotes(quotes, own)
        if not text:
            raise SourceError("none of the rows has a quote", file=self._name, line=tally.rejected[0].line)
        limit = self._options.max_characters
        if len(text) > limit:
            reason = f"the text has {len(text):,} characters; the limit is {limit:,}: divide it"
            raise SourceError(reason, file=self._name)
        rows = Rows(self._terms, statements, self._types_elsewhere)
        for one in statements:
            try:
                place = places[one.quote]
                if not isinstance(place, Fragment):
                    raise Unfit(place)
                rows.add(one, place)
            except Unfit as unfit:
                self._reject(tally, one.line, one.id, str(unfit))
        tally.rejected.sort(key=lambda r: r.line or 0)
        tally.loaded = tally.read - len(tally.rejected)
        tally.count("claim", loaded=tally.loaded, rejected=len(tally.rejected))
        return AnnotatedArticle(
            article=self._metadata(about, path, tally),
            text=text,
            entities=rows.entities(),
            claims=rows.claims,
            annotator=about.get("annotator", ("", 0))[0],
            loader=_NAME,
            source=self._name,
            tally=tally,
        )

    def _types_elsewhere(self, name: str) -> set[str]:
        types = set()
        for words in self._table.types(name):
            with suppress(Unfit):
                types.add(self._terms.type(words, "type"))
        return types

    def _reject(self, tally: Tally, line: int, id: str | None, reason: str) -> None:
        tally.rejected.append(Rejection(self._name, reason, line, id or f"row {line}", "claim"))

    def _gather(
        self, cells: dict[str, str], line: int, about: dict[str, tuple[str, int]], tally: Tally
    ) -> None:
        """What a row says of the article: the first row to say it counts."""
        for column in (*_WORDS, "article", "authors", "published", "text_file", "annotator"):
            if cell := cells.get(column):
                first = about.setdefault(column, (cell, line))
                if first[0] != cell and column != "text_file" and len(tally.notes) < 20:
                    tally.notes.append(
                        f"{self._name}:{line}: {column} {cell[:60]!r} differs from line {first[1]}, which is used"
                    )

    def _other_text(self, cells: dict[str, str], about: dict[str, tuple[str, int]]) -> str:
        given, first = cells.get("text_file"), about.get("text_file")
        if given and first and given != first[0]:
            return f"its text_file is not that of line {first[1]}, of the same article"
        return ""

    def _text(self, about: dict[str, tuple[str, int]], tally: Tally) -> tuple[str | None, str]:
        """The article's own text, None where it has only its quotes, and its path in the feed."""
        lead = self._unit.lead
        if "text_file" not in about:
            if not self._said_quotes_only:
                self._said_quotes_only = True
                tally.notes.append(
                    f"{self._name}: without text_file the text of an article is its quotes, in which characters count"
                )
            column = next((c for c in _NAMES if c in about), "")
            return None, _named(lead.within, about[column][0]) if column else lead.within
        given, line = about["text_file"]
        file = self._beside(given, line)
        text, marked = decoded(file.read(4 * self._options.max_characters + 3), file.name)
        if marked:
            tally.notes.append(f"{file.name}: a byte order mark was removed")
        if not text.strip():
            raise SourceError("has no text", file=file.name)
        return text, file.within

    def _beside(self, given: str, line: int) -> File:
        lead = self._unit.lead

        def fail(reason: str) -> SourceError:
            return SourceError(f"text_file {given[:100]!r} {reason}", file=self._name, line=line)

        if lead.path is None:
            raise fail(f"cannot be found from {STANDARD_INPUT}; name the table's file")
        try:
            folder = lead.folder.resolve()
            path = (folder / given).resolve()
            if "\\" in given or not path.is_relative_to(folder):
                raise fail("is outside the table's folder; put it beside it")
            if not path.is_file():
                raise fail("does not exist or is no regular file")
        except (OSError, RuntimeError, ValueError) as error:
            raise fail(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
        below = path.relative_to(folder).as_posix()
        name, within = (str(PurePosixPath(one).parent / below) for one in (lead.name, lead.within))
        return File(name, within, path, lead.root)

    def _metadata(self, about: dict[str, tuple[str, int]], path: str, tally: Tally) -> Article:
        article = Article(path=path)
        for column in _WORDS:
            setattr(article, column, about.get(column, ("", 0))[0])
        article.authors = tuple(
            name for name in (one.strip() for one in about.get("authors", ("", 0))[0].split(";")) if name
        )
        published, line = about.get("published", ("", 0))
        if published:
            try:
                article.published = dates.check(published)
            except DateError as error:
                tally.notes.append(f"{self._name}:{line}: published is left out: {error}")
        return article


FORMAT = Format(
    name=_NAME,
    files="*.csv, *.tsv with the columns subject, relation, object and quote",
    carries="claims with speakers, dates, hedges, denials, quantities and identifiers; article, title, publisher, date;"
    " types and relations are the ontology's own, by name or label",
    loses="columns that are not known, which the report names; the text between the quotes where no text_file is given",
    recognise=_recognise,
    read=_read,
    needs_mapping=False,
)
