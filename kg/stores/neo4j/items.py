"""Subjects with their statements as nodes with labels, properties and links, and back into the same lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kg.rdf import boolean, number, text
from kg.stores.neo4j.schema import EDGE_PROPERTIES, LINKS, LISTS, Names, foreign

_ESCAPE = re.compile(r"\\(?:u([0-9A-F]{4})|(.))")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_PREDICATES = {type: predicate for predicate, type in LINKS.items()}


class Link(NamedTuple):
    """A relationship that starts from a node."""

    type: str
    key: str
    id: str


class Item(NamedTuple):
    """A node: its key label, the others, its properties, and the relationships that belong to it."""

    key: str
    labels: tuple[str, ...]
    properties: dict[str, Any]
    links: list[Link]

    @property
    def id(self) -> str:
        """Its id, unique under its key label."""
        return str(self.properties["id"])

    @property
    def edge(self) -> dict[str, Any] | None:
        """The properties of the direct edge, for a Relationship that is affirmed."""
        if self.key != "Relationship" or not self.properties.get("affirmed"):
            return None
        return {name: self.properties[name] for name in EDGE_PROPERTIES if name in self.properties}


def item(names: Names, iri: str, statements: str) -> Item:
    """A subject as a node; it holds its IRI too, which is ASCII, so that every engine sorts it alike."""
    reference = names.reference(iri)
    labels: list[str] = []
    properties: dict[str, Any] = {"id": reference.id, "iri": iri[1:-1]}
    links: list[Link] = []
    for line in statements.split("\n"):
        predicate, _, object_ = line.partition(" ")
        if predicate == "a":
            labels.append(names.label(object_))
        elif predicate in LINKS:
            links.append(Link(LINKS[predicate], *names.reference(object_)))
        elif predicate == "rdf:predicate":
            properties["predicate"] = names.relations[object_]
        else:
            name = predicate[3:]
            if name in LISTS:
                properties.setdefault(name, []).append(_value(object_))
            else:
                properties[name] = _value(object_)
    for name in LISTS & properties.keys():
        properties[name].sort()
    return Item(reference.key, tuple(sorted(labels)), properties, links)


def _value(object_: str) -> Any:
    """The value of a literal."""
    if object_[0] != '"':
        return object_ == "true" if object_ in ("true", "false") else int(object_)
    if object_[-1] != '"':  # of the literals with a datatype there are decimals alone
        return float(object_[1 : object_.rindex('"')])
    return _ESCAPE.sub(_unescaped, object_[1:-1]) if "\\" in object_ else object_[1:-1]


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPED.get(match[2], match[2])


def statements(
    names: Names,
    iri: str,
    labels: Sequence[str],
    properties: Mapping[str, Any],
    links: Sequence[tuple[str, str | None, str]],
) -> Iterator[str]:
    """A subject's statements; what nobody wrote has some too, which no subject of the ledger has."""
    for label in labels:
        yield f"a {names.class_(label)}"
    for name, value in properties.items():
        if name == "iri" and value == iri[1:-1]:
            continue
        if name == "predicate":
            yield f"rdf:predicate {names.predicates.get(value) or text(str(value))}"
        elif (name in LISTS) == isinstance(value, list):
            for one in value if isinstance(value, list) else [value]:
                yield f"{foreign(name)} {_literal(one)}"
        else:
            yield f"{foreign(name)} {text(repr(value))}"
    for type, key, id in links:
        predicate = _PREDICATES.get(type) or names.edges.get(type) or foreign(type)
        yield f"{predicate} {names.iri(key, id)}"


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return boolean(value)
    if isinstance(value, int | float):
        return number(value)
    return text(str(value))
