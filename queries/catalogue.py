"""The prepared questions: one file each and language, which says what it asks, what it takes and what its answer holds.

    # allies
    # Question:   Who is said to be allied with this actor, by whom, and who denies it?
    # Parameters: actor (actor), as_of (date, optional)
    # Columns:    ally (actor), status (text), claims (claims)

    SELECT …

The header is everything up to the first line that is no comment; a line that starts with four or more spaces after
its `#` continues the one before. In Cypher `//` stands for `#`; a question's two files have the same header. How the
text below it takes its parameters is told in `queries.binding`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeAlias

from ontology.dates import Bounds
from ontology.errors import QuestionError, UsageError
from ontology.suggestions import did_you_mean

PARAMETER_TYPES = {
    "actor": "a person, group or state: name, alias or id",
    "node": "an actor, event, place or other node: name, alias or id",
    "article": "an article: id or title",
    "relation": "a relation of the ontology, such as alliedWith",
    "type": "a type of the ontology, such as ArmedGroup",
    "date": "a day, month or year, such as 2020-10 (EDTF)",
    "name": "words of a name, in any case and with or without accents",
    "text": "words, exactly as stored",
    "integer": "a whole number",
    "boolean": "a switch",
    "ids": "ids",
}
"""What a parameter may be, each with what a person gives for it."""

COLUMN_TYPES = {
    "actor": "an actor: id and name",
    "node": "any node or value: id and name",
    "event": "an event: id and name",
    "place": "a place: id and name",
    "value": "a quantity or date: id and name",
    "article": "an article: id and title (as name)",
    "relation": "a relation's name",
    "text": "words",
    "texts": "several words, sorted",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date as precise as it was printed (EDTF)",
    "claims": "the ids of the claims that back the row, each with its citation",
}
"""What a column may hold. Of a node, event, place, value or article `x` the query gives `?x` and, where the pattern
has it at hand, `?x_name`; names it does not give are looked up."""

Value: TypeAlias = str | int | bool | Bounds | Sequence[str]
"""What a parameter is given as: IRIs for actor, node, article, relation and type (one or several), strings for ids,
bounds for date, text for name and text."""

IRI_TYPES = ("actor", "node", "article", "relation", "type")
NAMED_COLUMNS = frozenset({"actor", "node", "event", "place", "value", "article"})
BOUNDS = ("as_of", "since", "until")
"""The parameters that say which time is asked about; a query takes them by a `#scope` line."""
WIDENING = {"with_parts": "partOf", "with_members": "memberOf"}
"""The parameters that widen an actor by one step, and the relation that the step follows."""

HELP = {
    "as_of": "what held on this day: states only, such as alliedWith or memberOf",
    "since": "what happened on this day or later",
    "until": "what happened on this day or earlier",
    "said_since": "said on this day or later",
    "said_until": "said on this day or earlier",
    "recorded_since": "recorded in this graph on this day (UTC) or later",
    "hops": "1 for its own relationships, 2 for those of its neighbours too; 1 unless given",
    "with_parts": "also what is said of parts of the actors named, one partOf step away",
    "with_members": "also what is said of members of the actors named, one memberOf step away",
}
"""What the parameters that several questions share mean."""

SUFFIXES = {"sparql": ".rq", "cypher": ".cypher"}
"""The languages that questions are written in, each with how its files end."""

_HOMES = {dialect: Path(__file__).with_name(dialect) for dialect in SUFFIXES}
_COMMENTS = {"sparql": "#", "cypher": "//"}
_LANGUAGE_NAMES = {"sparql": "SPARQL", "cypher": "Cypher"}

RANGES = {"hops": (1, 2)}
"""What whole numbers may be, by the parameter's name: least and most."""
_NAME = re.compile(r"_?[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ITEM = re.compile(r"([a-z][a-z0-9_]*) \(([a-z]+)(, optional)?\)")
_KEYS = ("Question", "Parameters", "Columns")
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a question takes; `type` is a key of PARAMETER_TYPES."""

    name: str
    type: str
    required: bool

    @property
    def help(self) -> str:
        """What a person gives for it."""
        return HELP.get(self.name) or PARAMETER_TYPES[self.type]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer; `type` is a key of COLUMN_TYPES."""

    name: str
    type: str


@dataclass(frozen=True)
class Question:
    """A prepared question: "Who is said to be allied with this actor, by whom, and who denies it?"

    `text` is the query below the header in the language `dialect`, `line` where in `file` it starts (counted from 1).
    """

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    text: str
    file: str
    line: int = 1
    dialect: str = "sparql"

    @cached_property
    def required(self) -> tuple[Parameter, ...]:
        """The parameters that must be given, in order."""
        return tuple(one for one in self.parameters if one.required)

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name; raises UsageError naming those there are."""
        for one in self.parameters:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.parameters) or "none"
        raise UsageError(f"{self.name} has no parameter {name!r}; it has: {known}")

    def has(self, name: str) -> bool:
        """Whether it takes that parameter."""
        return any(one.name == name for one in self.parameters)

    def column(self, type: str) -> str | None:
        """The name of the first column of that type."""
        return next((one.name for one in self.columns if one.type == type), None)


class Catalogue:
    """The shipped questions and a graph owner's own, in one language; a file is read when it is first asked for."""

    def __init__(self, files: dict[str, dict[str, Path]], dialect: str) -> None:
        self._files, self.dialect = files, dialect
        self._read: dict[str, Question] = {}

    @classmethod
    def load(cls, extra: Sequence[Path] = (), dialect: str = "sparql") -> Catalogue:
        """The catalogue of the shipped folder and further ones; a name may be given only once."""
        files = {name: dict(paths) for name, paths in _shipped().items()}
        own: dict[str, dict[str, Path]] = {}
        for language, suffix in SUFFIXES.items():
            for path in [path for folder in extra for path in sorted(folder.glob(f"*{suffix}"))]:
                if path.stem in files or language in own.get(path.stem, ()):
                    taken = next(iter(files.get(path.stem, {}).values()), None) or own[path.stem][language]
                    raise QuestionError(f"{path}: the name {path.stem!r} is taken by {taken}; rename it")
                if not _NAME.fullmatch(path.stem) or path.stem.startswith("_"):
                    raise QuestionError(
                        f"{path}: name it in lower-case words joined by hyphens, as allies-since{suffix}"
                    )
                own.setdefault(path.stem, {})[language] = path
        return cls(files | own, dialect)

    @property
    def names(self) -> list[str]:
        """The names of the questions a person may ask, sorted."""
        return sorted(name for name in self._files if not name.startswith("_"))

    def languages(self, name: str) -> list[str]:
        """The languages in which there is a question of that name."""
        return sorted(self._files[name])

    def is_own(self, name: str) -> bool:
        """Whether it is one of the graph owner's."""
        return name not in _shipped()

    def __getitem__(self, name: str) -> Question:
        """The question of that name; raises UsageError with the nearest names, QuestionError if its file is wrong."""
        if name not in self._files:
            hint = did_you_mean(name, self.names, "`kg questions` lists them")
            raise UsageError(f"no question {name[:100]!r}{hint}")
        if name not in self._read:
            self._read[name] = self._question(self._files[name])
        return self._read[name]

    def _question(self, paths: dict[str, Path]) -> Question:
        path = paths.get(self.dialect)
        if path is None:
            there, here = next(iter(paths.items())), _LANGUAGE_NAMES[self.dialect]
            raise QuestionError(
                f"{there[1]}: is in {_LANGUAGE_NAMES[there[0]]} only, and this graph's store is asked in {here}; write"
                f" {there[1].stem}{SUFFIXES[self.dialect]} beside it"
            )
        if path.parent == _HOMES[self.dialect]:
            return _shipped_question(path, self.dialect)
        question = _own_question(path, self.dialect)
        for dialect, other in paths.items():
            if dialect != self.dialect:
                _agree(question, parse(_read(other), other.stem, str(other), dialect))
        return question

    def any_language(self, name: str) -> Question:
        """The question in the catalogue's language, else in the one there is: for those who list or describe it."""
        if name in self._files and self.dialect not in self._files[name]:
            dialect, path = next(iter(self._files[name].items()))
            return _own_question(path, dialect)
        return self[name]

    def __iter__(self) -> Iterator[Question]:
        """Every question a person may ask, by name, in whichever language it is."""
        return iter([self.any_language(name) for name in self.names])


@lru_cache(maxsize=1)
def _shipped() -> dict[str, dict[str, Path]]:
    found: dict[str, dict[str, Path]] = {}
    for dialect, home in _HOMES.items():
        for path in sorted(home.glob(f"*{SUFFIXES[dialect]}")):
            found.setdefault(path.stem, {})[dialect] = path
    return found


@lru_cache(maxsize=256)
def _shipped_question(path: Path, dialect: str) -> Question:
    return parse(_read(path), path.stem, str(path), dialect)


def _own_question(path: Path, dialect: str) -> Question:
    from queries.binding import check_query

    question = parse(_read(path), path.stem, str(path), dialect)
    check_query(question)
    return question


def _agree(one: Question, other: Question) -> None:
    """Refuse two files of one name that ask, take or give different things."""
    for what, mine, its in (
        ("Question", one.question, other.question),
        ("Parameters", one.parameters, other.parameters),
        ("Columns", one.columns, other.columns),
    ):
        if mine != its:
            raise QuestionError(f"{one.file}: its {what} differ from those of {other.file}; make them agree")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST + 1)
    except OSError as error:
        raise QuestionError(f"{path}: cannot be read ({error.strerror})") from None
    if len(data) > _LONGEST:
        raise QuestionError(f"{path}: longer than {_LONGEST:,} bytes, which no question is")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise QuestionError(f"{path}:{line}: not UTF-8; save it in that encoding") from None


def parse(text: str, name: str, file: str, dialect: str = "sparql") -> Question:
    """A question from its file's text; raises QuestionError with file and line where the header is not in order."""
    lines = text.removeprefix("\ufeff").splitlines()
    mark = _COMMENTS[dialect]
    first = next((number for number, line in enumerate(lines) if not line.startswith(mark)), len(lines))
    if first == 0:
        raise QuestionError(
            f"{file}:1: no header; start with '{mark} {name}' and the lines Question, Parameters, Columns"
        )
    title = lines[0].removeprefix(mark).strip()
    if title != name:
        raise QuestionError(
            f"{file}:1: is called {title!r}, but the file's name says {name!r}; make them agree"
        )
    fields: dict[str, str] = {}
    where: dict[str, int] = {}
    current = ""
    for number, line in enumerate(lines[1:first], 2):
        line = line.removeprefix(mark)
        if line[:4] == "    " and current:
            fields[current] += " " + line.strip()
            continue
        key, colon, value = line.strip().partition(":")
        if not colon or key not in _KEYS:
            raise QuestionError(f"{file}:{number}: not a header line; it knows {', '.join(_KEYS)}")
        if key in fields:
            raise QuestionError(f"{file}:{number}: a second {key}; join the two")
        current, fields[key], where[key] = key, value.strip(), number
    for key in _KEYS:
        if not fields.get(key):
            raise QuestionError(f"{file}:{where.get(key, 1)}: no {key}; add '{mark} {key}: …' to the header")
    parameters = tuple(
        Parameter(*_known(item, PARAMETER_TYPES, f"{file}:{where['Parameters']}"))
        for item in _items(fields["Parameters"], f"{file}:{where['Parameters']}", optional=True)
    )
    columns = tuple(
        Column(*_known(item, COLUMN_TYPES, f"{file}:{where['Columns']}")[:2])
        for item in _items(fields["Columns"], f"{file}:{where['Columns']}", optional=False)
    )
    _check(parameters, columns, file, where)
    body = "\n".join(lines[first:])
    question = Question(name, fields["Question"], parameters, columns, body, file, first + 1, dialect)
    from queries.binding import check_template

    check_template(question)
    return question


def _items(text: str, where: str, *, optional: bool) -> list[tuple[str, str, bool]]:
    """`a (actor), b (date, optional)` as (name, type, required)."""
    if text == "none" and optional:
        return []
    found: list[tuple[str, str, bool]] = []
    for part in re.split(r",\s+(?![^(]*\))", text):
        match = _ITEM.fullmatch(part.strip())
        if not match or (match[3] and not optional):
            shape = "name (type) or name (type, optional)" if optional else "name (type)"
            raise QuestionError(f"{where}: {part.strip()!r} is not {shape}")
        found.append((match[1], match[2], not match[3]))
    return found


def _known(item: tuple[str, str, bool], types: dict[str, str], where: str) -> tuple[str, str, bool]:
    if item[1] not in types:
        raise QuestionError(
            f"{where}: {item[0]} has the unknown type {item[1]!r}; there are {', '.join(types)}"
        )
    return item


def _check(
    parameters: tuple[Parameter, ...], columns: tuple[Column, ...], file: str, where: dict[str, int]
) -> None:
    at = f"{file}:{where['Parameters']}"
    names = [one.name for one in parameters]
    taken = {"limit", "after", "graph", "format", "debug", "help", "sentences", "left_out"}
    for position, one in enumerate(parameters):
        if one.name in names[:position] or one.name in taken:
            raise QuestionError(f"{at}: the name {one.name} is taken; choose another")
        if one.required and not all(before.required for before in parameters[:position]):
            raise QuestionError(f"{at}: {one.name} is required but follows an optional one; put it first")
        if one.name in BOUNDS and (one.type != "date" or one.required):
            raise QuestionError(f"{at}: {one.name} must be (date, optional)")
        if one.name in WIDENING and (
            one.type != "boolean" or "actor" not in {other.type for other in parameters}
        ):
            raise QuestionError(f"{at}: {one.name} must be (boolean, optional), beside an actor")
        if one.type == "boolean" and one.required:
            raise QuestionError(f"{at}: {one.name} is a switch and so must be optional")
    at = f"{file}:{where['Columns']}"
    outputs: set[str] = set()
    for column in columns:
        for output in outputs_of(column):
            if output in outputs:
                raise QuestionError(f"{at}: two columns give {output}; rename one")
            outputs.add(output)
    if sum(column.type == "claims" for column in columns) > 1:
        raise QuestionError(f"{at}: two columns of claims; a row has one")
    if any(name in (*BOUNDS, *WIDENING) for name in names) and not any(
        one.type == "claims" for one in columns
    ):
        raise QuestionError(f"{at}: as_of, since, until, with_parts and with_members need a column of claims")


def outputs_of(column: Column) -> tuple[str, ...]:
    """The variables by which a query may give a column."""
    return (column.name, f"{column.name}_name") if column.type in NAMED_COLUMNS else (column.name,)


if __name__ == "__main__":
    from queries.reference import main

    raise SystemExit(main())
