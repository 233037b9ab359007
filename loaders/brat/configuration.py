"""brat's annotation.conf: which labels a project has, and what may stand in which role.

    [entities]
    Actor
        Person
    [events]
    <WHO>=Actor|Person
    !Life
        Die  Person-Arg:Person, Place-Arg?:GPE

A tab or space more of indentation is a level more; `!` marks a heading that is no label; `<NAME>=…` is a macro.
https://brat.nlplab.org/configuration.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ontology.errors import SourceError

SECTIONS = ("entities", "relations", "events", "attributes")
_ALIASES = {"spans": "entities"}
RESERVED = frozenset(
    f"<{name}>"
    for name in (
        "ANY", "ENTITY", "RELATION", "EVENT", "NONE", "EMPTY", "REL-TYPE", "URL", "URLBASE", "UNICODE", "GLYPH-POS",
        "DEFAULT", "NORM", "OVERLAP", "OVL-TYPE", "INHERIT",
    )
)  # fmt: skip
_STORED = re.compile(r"[A-Za-z0-9_-]+")
_REPEAT = re.compile(r"(\S+?)(\{(\d+)(?:-(\d+))?\}|\?|\*|\+|)")
_MOST = 1_000_000


class Slot(NamedTuple):
    """What may stand in a role, and how often at least and at most (None: any number)."""

    types: tuple[str, ...]
    least: int = 1
    most: int | None = 1


@dataclass(slots=True)
class Label:
    """A label: the one above it, its roles, its special settings (`<REL-TYPE>`), and whether it is only a heading."""

    name: str
    line: int
    parent: str = ""
    roles: dict[str, Slot] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    is_heading: bool = False
    _arguments: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Project:
    """The labels of each section by name."""

    entities: dict[str, Label] = field(default_factory=dict)
    relations: dict[str, Label] = field(default_factory=dict)
    events: dict[str, Label] = field(default_factory=dict)
    attributes: dict[str, Label] = field(default_factory=dict)

    def undefined(self) -> Iterator[tuple[Label, str]]:
        """Every type that a role names and no section defines, with the label whose role it is."""
        known = self.entities.keys() | self.events.keys() | self.relations.keys()
        for section in (self.relations, self.events, self.attributes):
            for label in section.values():
                for role, slot in label.roles.items():
                    if role != "Value":
                        yield from (
                            (label, one) for one in slot.types if one not in known and one not in RESERVED
                        )


def parse(text: str, name: str = "annotation.conf") -> Project:
    """The project that a configuration's text describes; raises SourceError with the line that brat would refuse."""
    project = Project()
    sections: dict[str, dict[str, Label]] = {section: getattr(project, section) for section in SECTIONS}
    labels: dict[str, Label] | None = None
    reader: _Section | None = None
    is_headed = False
    for number, line in enumerate(text.split("\n"), 1):
        if heading := re.fullmatch(r"\s*\[(.*)\]\s*", line):
            is_headed = True
            section = _ALIASES.get(heading[1], heading[1])
            labels = sections.get(section)
            reader = _Section(labels, name) if labels is not None else None
        elif reader is not None and line.strip() and not re.match(r"\s*(#|-+\s*$)", line):
            reader.line(line.rstrip("\r"), number)
        elif not is_headed and line.strip() and not line.lstrip().startswith("#"):
            raise SourceError(f"stands in no section: expected {', '.join(SECTIONS)}", file=name, line=number)
    return project


class _Section:
    """Reads the lines of one section."""

    def __init__(self, labels: dict[str, Label], file: str) -> None:
        self._labels, self._file = labels, file
        self._macros: dict[str, str] = {}
        self._above: list[Label] = []

    def line(self, line: str, number: int) -> None:
        """Read one line that is neither empty nor a comment."""

        def wrong(reason: str) -> SourceError:
            return SourceError(reason, file=self._file, line=number)

        if macro := re.match(r"<([A-Za-z_-]+)>=\s*(.*?)\s*$", line):
            if f"<{macro[1]}>" in RESERVED:
                raise wrong(f"<{macro[1]}> is brat's own and cannot be given another meaning")
            self._macros[f"<{macro[1]}>"] = macro[2]
            return
        for macro_name, value in self._macros.items():
            if len(line) + line.count(macro_name) * len(value) > _MOST:
                raise wrong("its macros make it too long")
            line = line.replace(macro_name, value)
        for used in re.findall(r"<.*?>", line):
            if used not in RESERVED:
                raise wrong(f"{used[:60]} is no macro of this section")
        match = re.match(r"(\s*)(\S+)(?:\s+(.*))?$", line)
        assert match is not None  # the line is not empty
        depth = len(match[1])
        if depth > len(self._above):
            raise wrong("is indented further than one level below the line before it")
        label = self._label(match[2], number, self._above[depth - 1] if depth else None)
        arguments = [one.strip() for one in (match[3] or "").split(",") if one.strip()]
        for argument in arguments:
            inherited = self._above[depth - 1]._arguments if argument == "<INHERIT>" and depth else [argument]
            label._arguments += inherited
        for argument in label._arguments:
            self._argument(label, argument)
        del self._above[depth:]
        self._above.append(label)
        self._labels[label.name] = label

    def _label(self, terms: str, number: int, above: Label | None) -> Label:
        name = next((term for term in terms.split("|") if term), "")
        is_heading = name.startswith("!")
        name = name.removeprefix("!")
        if not _STORED.fullmatch(name) and name not in RESERVED:
            reason = f"{name[:60]!r} is no label: letters, digits, - and _ make one"
            raise SourceError(reason, file=self._file, line=number)
        if name in self._labels and name not in RESERVED:
            reason = f"{name} is already defined on line {self._labels[name].line}"
            raise SourceError(reason, file=self._file, line=number)
        return Label(name, number, above.name if above is not None else "", is_heading=is_heading)

    def _argument(self, label: Label, argument: str) -> None:
        def fail(reason: str) -> SourceError:
            return SourceError(f"{argument[:60]!r} {reason}", file=self._file, line=label.line)

        match = re.fullmatch(r"(\S*?):(\S*)", argument)
        if match is None:
            raise fail("is no role with its types, such as Agent:Person|Group")
        key, types = match[1], match[2]
        if key in RESERVED:
            label.settings[key] = types
            return
        repeat = _REPEAT.fullmatch(key)
        if repeat is None:
            raise fail("has no role")
        role, mark = repeat[1], repeat[2]
        if not all(types.split("|")):
            raise fail("has an empty type")
        if role in label.roles:
            raise fail(f"is the role {role} once more")
        least, most = _bounds(mark, repeat[3], repeat[4])
        if most is not None and (least > most or most == 0):
            raise fail("has a range that nothing fits")
        if most != 1 and role[-1].isdigit():
            raise fail("may be there several times, so its role cannot end in a digit")
        label.roles[role] = Slot(tuple(types.split("|")), least, most)


def _bounds(mark: str, low: str | None, high: str | None) -> tuple[int, int | None]:
    if mark in ("", "?", "*", "+"):
        return (0 if mark in ("?", "*") else 1), (1 if mark in ("", "?") else None)
    least = int((low or "0")[:9])
    return least, int(high[:9]) if high is not None else least
