"""The types and relations of a graph: what Attest ships (actors.ttl) and what the user's own Turtle adds.

    ontology = load([Path("drones.ttl")])
    ontology.types["ArmedGroup"].ancestors      # ("ArmedGroup", "Group", "Actor", "Thing")
    ontology.accepts("trained", "Group", "Place")  # "trained takes Actor as its object, not Place"

Inside Attest a term is called by its local name, which is therefore unique across all namespaces; its IRI is
kept beside it. This module is on the path of every command and imports little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, NoReturn

from ontology import turtle
from ontology.errors import OntologyError, UsageError
from ontology.namespaces import ONTOLOGY, edge_name, local_name
from ontology.suggestions import did_you_mean

ROOT = "Thing"
"""The type above all types."""

VALUES = ("Quantity", "Date")
"""What a relation may take as object besides nodes."""

DEEPEST = 100
"""Types a type may have above it: each of its nodes carries them all."""


class NodeType(NamedTuple):
    """A type of node, such as "armed group": a class of the ontology.

    `parents` are the direct ones, `ancestors` all of them with the type itself first; `disjoint` are the
    types no node may have beside this one (its own and its ancestors' declarations). `mappings` pair a
    property ("exactMatch") with an IRI. `color` is #RRGGBB, a parent's where it has none of its own.
    `shipped` tells Attest's from the user's.
    """

    name: str
    iri: str
    label: str
    definition: str
    example: str
    parents: tuple[str, ...]
    ancestors: tuple[str, ...]
    disjoint: frozenset[str]
    mappings: tuple[tuple[str, str], ...]
    color: str
    shipped: bool


class Relation(NamedTuple):
    """A relation, such as "trained": what a claim says of its subject and object.

    `domain` and `range` name types, any of which (or of their subtypes) fits; `range` may name values too.
    `tense` is "act" (it happened) or "state" (it holds). `edge` is its relationship type in a property graph.
    """

    name: str
    iri: str
    label: str
    inverse_label: str
    definition: str
    example: str
    family: str
    tense: str
    symmetric: bool
    domain: tuple[str, ...]
    range: tuple[str, ...]
    mappings: tuple[tuple[str, str], ...]
    edge: str
    color: str
    shipped: bool


class Family(NamedTuple):
    """A family of relations, such as "alliance", with the color it is drawn in."""

    name: str
    label: str
    color: str


class Ontology:
    """What can be said: types, relations and families by name, in the order of the files; immutable."""

    __slots__ = ("_kinds", "families", "relations", "types", "version")

    def __init__(
        self,
        types: dict[str, NodeType],
        relations: dict[str, Relation],
        families: dict[str, Family],
        version: str,
    ) -> None:
        self.types, self.relations, self.families, self.version = types, relations, families, version
        self._kinds = {name: frozenset(kind.ancestors) for name, kind in types.items()}
        self._kinds |= {name: frozenset((name, "Value")) for name in VALUES}

    def is_a(self, type: str, ancestor: str) -> bool:
        """Whether `type` is `ancestor` or one of its subtypes; False where either is unknown."""
        return ancestor in self._kinds.get(type, ())

    def subtypes(self, name: str) -> tuple[str, ...]:
        """`name` and every type below it."""
        return tuple(kind for kind in self.types if name in self._kinds[kind])

    def disjoint(self, first: str, second: str) -> bool:
        """Whether nothing can be of both types."""
        known = self.types.get(first)
        return known is not None and not known.disjoint.isdisjoint(self._kinds.get(second, ()))

    def accepts(self, relation: str, subject_type: str, object_type: str) -> str | None:
        """Why a claim cannot relate such a subject to such an object, or None where it can."""
        known = self.relations.get(relation)
        if known is None:
            return f"there is no relation {relation!r}"
        for role, given, allowed in (
            ("subject", subject_type, known.domain),
            ("object", object_type, known.range),
        ):
            kinds = self._kinds.get(given)
            if kinds is None:
                return f"there is no type {given!r}"
            if kinds.isdisjoint(allowed):
                return f"{relation} takes {' or '.join(allowed)} as its {role}, not {given}"
        return None

    def type(self, name: str) -> NodeType:
        """The type of that name; raises UsageError with the nearest names where there is none."""
        return self.types.get(name) or _unknown("type", name, self.types)

    def relation(self, name: str) -> Relation:
        """The relation of that name; raises UsageError with the nearest names where there is none."""
        return self.relations.get(name) or _unknown("relation", name, self.relations)


def load(extra: Sequence[Path] = ()) -> Ontology:
    """The shipped ontology with the user's files added; raises OntologyError naming file, term and reason.

    User files may build on each other, in any order; none may redefine a term. The result is cached for as
    long as the files stay as they are.
    """
    if not extra:
        return _shipped()
    contents = {path.absolute(): (str(path), turtle.read_bytes(path)) for path in extra}
    return _extended(tuple(contents.values()))


def source(name: str = "actors.ttl") -> bytes:
    """A Turtle file of this package: actors.ttl (types and relations) or claims.ttl (claims and sources)."""
    # importlib.resources would do the same and cost 10 ms at every start.
    loader = __loader__  # type: ignore[name-defined]
    data: bytes = loader.get_data(str(Path(__file__).with_name(name)))
    return data


@lru_cache(maxsize=1)
def _shipped() -> Ontology:
    return _assemble(turtle.read_terms(source(), "actors.ttl"), [])


@lru_cache(maxsize=4)
def _extended(files: tuple[tuple[str, bytes], ...]) -> Ontology:
    extras = [turtle.read_terms(data, name) for name, data in files]
    return _assemble(turtle.read_terms(source(), "actors.ttl"), extras)


def _assemble(own: turtle.OntologyFile, extras: list[turtle.OntologyFile]) -> Ontology:
    """One ontology from Attest's own file and the user's."""
    classes = {term.iri: term for term in own.classes}
    relations = {term.iri: term for term in own.relations}
    families = {term.name: Family(term.name, term.label, term.color) for term in own.families}
    if extras:
        _add(extras, classes, relations)

    value_iris = {ONTOLOGY + name for name in ("Value", *VALUES)}
    ancestors = _ancestors(classes, value_iris)
    names = {iri: local_name(iri) for iri in classes}
    disjoint = _disjoint([own, *extras], classes, ancestors)
    types: dict[str, NodeType] = {}
    for iri, term in classes.items():
        if iri in value_iris:
            continue
        above = ancestors[iri]
        types[names[iri]] = NodeType(
            name=names[iri],
            iri=iri,
            label=term.label,
            definition=term.definition,
            example=term.example,
            parents=tuple(names[parent] for parent in term.parents),
            ancestors=tuple(names[ancestor] for ancestor in above),
            disjoint=frozenset(names[other] for ancestor in above for other in disjoint.get(ancestor, ())),
            mappings=term.mappings,
            color=next((classes[ancestor].color for ancestor in above if classes[ancestor].color), ""),
            shipped=term.file == own.file,
        )
    return Ontology(
        types,
        {
            local_name(term.iri): _relation(term, types, families, shipped=term.file == own.file)
            for term in relations.values()
        },
        families,
        own.version,
    )


def _fail(file: str, term: str, reason: str) -> NoReturn:
    raise OntologyError(f"{file}: {term}: {reason}")


def _add(
    extras: Iterable[turtle.OntologyFile],
    classes: dict[str, turtle.ClassTerm],
    relations: dict[str, turtle.RelationTerm],
) -> None:
    """Add the user's terms, each under a name that is safe everywhere and given to nothing else."""
    shipped = {
        *turtle.subjects(source("actors.ttl"), "actors.ttl"),
        *turtle.subjects(source("claims.ttl"), "claims.ttl"),
    }
    taken = {local_name(iri): ("the shipped ontology", iri) for iri in shipped}
    # Relationship types that a property graph uses for claims.
    edges = {edge_name(name): name for name in ("subject", "object", "predicate", "inArticle", "of")}
    edges |= {edge_name(local_name(iri)): local_name(iri) for iri in shipped if local_name(iri)[:1].islower()}
    for file in extras:
        terms: list[turtle.ClassTerm | turtle.RelationTerm] = [*file.classes, *file.relations]
        for term in terms:
            name = local_name(term.iri)
            if term.iri in shipped:
                _fail(file.file, name, "a shipped term cannot be redefined; choose another name")
            if term.iri in classes or term.iri in relations:
                _fail(file.file, name, f"is already defined in {taken[name][0]}")
            if name in taken:
                where, iri = taken[name]
                _fail(file.file, name, f"<{term.iri}> has the local name of <{iri}> in {where}; rename one")
            is_class = isinstance(term, turtle.ClassTerm)
            first = "A-Z" if is_class else "a-z"
            if not re.fullmatch(f"[{first}][A-Za-z0-9]{{0,63}}", name):
                case = "an upper-case" if is_class else "a lower-case"
                _fail(
                    file.file, ascii(name)[1:-1][:100] or f"<{term.iri}>",
                    f"the name is not {case} ASCII letter followed by up to 63 letters and digits",
                )  # fmt: skip
            taken[name] = (file.file, term.iri)
            if isinstance(term, turtle.ClassTerm):
                classes[term.iri] = term
            else:
                edge = edge_name(name)
                if edge in edges:
                    _fail(
                        file.file,
                        name,
                        f"gives the relationship type {edge}, as {edges[edge]} does; rename it",
                    )
                edges[edge] = name
                relations[term.iri] = term


def _ancestors(classes: dict[str, turtle.ClassTerm], values: set[str]) -> dict[str, tuple[str, ...]]:
    """Each class and all above it, nearest first; refuses unknown parents, circles, other roots than kg:Thing."""
    root = ONTOLOGY + ROOT
    found: dict[str, tuple[str, ...]] = {}
    for start in classes:
        # Depth first with a stack of our own: a hostile file may nest deeper than Python recurses.
        path = [start]
        while path:
            term = classes[path[-1]]
            name = local_name(term.iri)
            waiting = None
            for parent in term.parents:
                if parent in path:
                    circle = [local_name(iri) for iri in path[path.index(parent) :]]
                    _fail(term.file, name, "is above itself: " + " → ".join([*circle, circle[0]]))
                if parent not in classes:
                    _fail(term.file, name, f"its parent <{parent}> is not defined")
                if parent not in found:
                    waiting = parent
                    break
            if waiting is not None:
                path.append(waiting)
                continue
            path.pop()
            above = (ancestor for parent in term.parents for ancestor in found[parent])
            found[term.iri] = _nearest_first(term.iri, above, classes)
            if len(found[term.iri]) > DEEPEST + 1:
                _fail(
                    term.file,
                    name,
                    f"has more than {DEEPEST} types above it, all of which each node would carry",
                )
            if root not in found[term.iri] and term.iri not in values:
                _fail(term.file, name, "has no rdfs:subClassOf that leads up to kg:Thing")
            if root in found[term.iri] and not values.isdisjoint(found[term.iri]):
                _fail(term.file, name, "is both a node and a value")
    return found


def _nearest_first(iri: str, above: Iterable[str], classes: dict[str, turtle.ClassTerm]) -> tuple[str, ...]:
    """`iri` and its ancestors in order of distance, so that nearer declarations come before farther ones."""
    wanted, ordered, level = set(above), [iri], [iri]
    seen = {iri}
    while level:
        parents = (parent for child in level for parent in classes[child].parents)
        level = list(dict.fromkeys(parent for parent in parents if parent in wanted and parent not in seen))
        seen.update(level)
        ordered.extend(level)
    return tuple(ordered)


def _disjoint(
    files: list[turtle.OntologyFile],
    classes: dict[str, turtle.ClassTerm],
    ancestors: dict[str, tuple[str, ...]],
) -> dict[str, dict[str, str]]:
    """Which classes exclude which, both ways; refuses a class that is under two of them."""
    groups: list[tuple[str, str, tuple[str, ...]]] = [
        (term.file, local_name(term.iri), (term.iri, other))
        for term in classes.values()
        for other in term.disjoint
    ]
    groups += [(file.file, "owl:AllDisjointClasses", group) for file in files for group in file.disjoint]
    excludes: dict[str, dict[str, str]] = {}  # class → the classes it excludes → the file that says so
    for file, name, group in groups:
        for iri in group:
            if iri not in classes:
                _fail(file, name, f"is declared disjoint with <{iri}>, which is not defined")
            excludes.setdefault(iri, {}).update((other, file) for other in group if other != iri)
        if len(set(group)) < 2:
            _fail(file, name, "is declared disjoint with itself")
    for iri, above in ancestors.items():
        for ancestor in above:
            for other in above if ancestor in excludes else ():
                if file := excludes[ancestor].get(other, ""):
                    own = classes[iri].file == files[0].file
                    _fail(
                        file if own else classes[iri].file, local_name(iri),
                        f"is both {local_name(ancestor)} and {local_name(other)}, which are disjoint",
                    )  # fmt: skip
    return excludes


def _relation(
    term: turtle.RelationTerm, types: dict[str, NodeType], families: dict[str, Family], *, shipped: bool
) -> Relation:
    """A relation whose domain, range and family exist and agree."""
    name = local_name(term.iri)
    by_iri = {kind.iri: kind.name for kind in types.values()}
    values = {ONTOLOGY + value: value for value in VALUES}
    for iri in term.domain:
        if iri not in by_iri:
            _fail(term.file, name, f"its rdfs:domain <{iri}> is no type of node")
    for iri in term.range:
        if iri not in by_iri and iri not in values:
            _fail(term.file, name, f"its rdfs:range <{iri}> is no type of node, nor kg:Quantity or kg:Date")
    if term.symmetric and set(term.domain) != set(term.range):
        _fail(term.file, name, "is symmetric, so its rdfs:domain and rdfs:range must be the same")
    if term.family not in families:
        _fail(term.file, name, f"kg:family is {term.family!r}; write one of {', '.join(families)}")
    return Relation(
        name=name,
        iri=term.iri,
        label=term.label,
        inverse_label=term.inverse_label,
        definition=term.definition,
        example=term.example,
        family=term.family,
        tense=term.tense,
        symmetric=term.symmetric,
        domain=tuple(by_iri[iri] for iri in term.domain),
        range=tuple(by_iri.get(iri) or values[iri] for iri in term.range),
        mappings=term.mappings,
        edge=edge_name(name),
        color=families[term.family].color,
        shipped=shipped,
    )


def _unknown(what: str, name: str, known: Iterable[str]) -> NoReturn:
    hint = did_you_mean(name, known, "`kg ontology` lists them")
    raise UsageError(f"there is no {what} {name[:100]!r}{hint}")
