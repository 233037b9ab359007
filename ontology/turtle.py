"""Ontology files: Turtle read into descriptions of classes and relations, each checked on its own.

What one description cannot show (parents, disjointness, names given twice) `ontology.vocabulary` checks once
all files are read. Nothing of an ontology file is passed over: what is not understood is refused, because an
axiom that looks as if it held and does not is worse than none.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple, NoReturn

import pyoxigraph as ox

from ontology.errors import OntologyError
from ontology.namespaces import ONTOLOGY, PREFIXES, shorten

LARGEST = 1_000_000
"""Bytes an ontology file may have."""

MAPPINGS = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch", "inverseMatch")
"""How a term may be mapped to another vocabulary: by SKOS, or kg:inverseMatch from object to subject."""

_RDF, _RDFS, _OWL, _SKOS = (PREFIXES[prefix] for prefix in ("rdf", "rdfs", "owl", "skos"))
_TYPE, _FIRST, _REST, _NIL = _RDF + "type", _RDF + "first", _RDF + "rest", _RDF + "nil"
_CLASS, _RELATION, _SYMMETRIC = _OWL + "Class", _OWL + "ObjectProperty", _OWL + "SymmetricProperty"
_UNION, _DISJOINT, _ALL_DISJOINT = _OWL + "unionOf", _OWL + "disjointWith", _OWL + "AllDisjointClasses"
_BYSTANDERS = {_OWL + "Ontology", _OWL + "AnnotationProperty", _SKOS + "Concept", _SKOS + "ConceptScheme"}
_MAPPING_IRIS = [(name, (ONTOLOGY if name == "inverseMatch" else _SKOS) + name) for name in MAPPINGS]
_REMARKS = {_OWL + name for name in ("versionInfo", "deprecated")}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")

_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Subjects = dict[str, dict[str, list[_Node]]]


class ClassTerm(NamedTuple):
    """A class as its file describes it; `parents` and `disjoint` are IRIs."""

    iri: str
    file: str
    label: str
    definition: str
    example: str
    parents: tuple[str, ...]
    disjoint: tuple[str, ...]
    mappings: tuple[tuple[str, str], ...]
    color: str


class RelationTerm(NamedTuple):
    """A relation as its file describes it; `domain` and `range` are IRIs, any of which fits."""

    iri: str
    file: str
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


class FamilyTerm(NamedTuple):
    """A family of relations."""

    name: str
    label: str
    color: str


class OntologyFile(NamedTuple):
    """Everything one file says. `disjoint` are groups of class IRIs no two of which share an instance."""

    file: str
    version: str
    classes: list[ClassTerm]
    relations: list[RelationTerm]
    families: list[FamilyTerm]
    disjoint: list[tuple[str, ...]]


def read_bytes(path: Path) -> bytes:
    """An ontology file's content; raises OntologyError where it is no file, unreadable or too large."""
    try:
        if not path.is_file():
            raise OntologyError(f"{path}: there is no such ontology file")
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise OntologyError(f"{path}: the ontology file cannot be read ({error})") from error
    if len(data) > LARGEST:
        raise OntologyError(f"{path}: larger than {LARGEST:,} bytes, which no ontology file needs to be")
    return data


def read_terms(data: bytes, file: str) -> OntologyFile:
    """What a Turtle file declares; raises OntologyError naming file, term (or line) and reason."""
    return _Reader(_triples(data, file), file).read()


def subjects(data: bytes, file: str) -> list[str]:
    """The IRIs a Turtle file describes, in order."""
    return [subject for subject in _triples(data, file) if not subject.startswith("_:")]


def _triples(data: bytes, file: str) -> _Subjects:
    """Subject IRI (or `_:id`) → predicate IRI → objects, all in file order."""
    found: _Subjects = {}
    try:
        for quad in ox.parse(data.removeprefix(b"\xef\xbb\xbf"), ox.RdfFormat.TURTLE):
            subject = quad.subject
            key = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
            found.setdefault(key, {}).setdefault(quad.predicate.value, []).append(quad.object)
    except SyntaxError as error:
        reason = re.sub(r"^Parser error at line \d+ (?:between columns .*?|column \d+): ", "", error.msg)
        raise OntologyError(f"{file}:{error.lineno}: not valid Turtle: {_one_line(reason)}") from error
    return found


class _Reader:
    """One file on its way from triples to terms; knows how to say which term is wrong and why."""

    def __init__(self, triples: _Subjects, file: str) -> None:
        self.triples, self.file = triples, file
        self.used: set[str] = set()  # blank nodes reached from a term

    def fail(self, term: str, reason: str) -> NoReturn:
        raise OntologyError(f"{self.file}: {_one_line(shorten(term))}: {reason}")

    def read(self) -> OntologyFile:
        result = OntologyFile(self.file, "", [], [], [], [])
        version = ""
        for subject, said in self.triples.items():
            kinds = {kind.value for kind in said.get(_TYPE, ()) if isinstance(kind, ox.NamedNode)}
            if subject.startswith("_:"):
                if _ALL_DISJOINT in kinds:
                    self.used.add(subject)
                    result.disjoint.append(
                        self.members(subject, said, _OWL + "members", "owl:AllDisjointClasses")
                    )
                continue
            if _CLASS in kinds and _RELATION in kinds:
                self.fail(subject, "is declared both a class and a relation")
            if _CLASS in kinds:
                result.classes.append(self.node_class(subject, said, kinds))
            elif _RELATION in kinds or _SYMMETRIC in kinds:
                result.relations.append(self.relation(subject, said, kinds))
            elif _OWL + "Ontology" in kinds:
                if _OWL + "imports" in said:
                    self.fail(subject, "owl:imports is not followed; give the other file too")
                version = self.text(subject, said, _OWL + "versionInfo", "owl:versionInfo")
            elif _SKOS + "Concept" in kinds and (_SKOS + "notation") in said:
                result.families.append(self.family(subject, said))
            elif not kinds & _BYSTANDERS:
                self.fail(subject, "is neither an owl:Class nor an owl:ObjectProperty")
        for subject in self.triples:
            if subject.startswith("_:") and subject not in self.used:
                raise OntologyError(
                    f"{self.file}: an anonymous class or axiom outside a domain or range is not understood"
                )
        return result._replace(version=version)

    def node_class(self, iri: str, said: dict[str, list[_Node]], kinds: set[str]) -> ClassTerm:
        self.only(iri, said, kinds, {_CLASS, _RDFS + "Class", _OWL + "NamedIndividual"}, {_DISJOINT})
        parents = self.iris(iri, said, _RDFS + "subClassOf", "rdfs:subClassOf")
        return ClassTerm(
            iri=iri,
            file=self.file,
            label=self.label(iri, said, _RDFS + "label", "rdfs:label"),
            definition=self.required(iri, said, _SKOS + "definition", "skos:definition"),
            example=self.text(iri, said, _SKOS + "example", "skos:example"),
            parents=tuple(parent for parent in parents if parent != _OWL + "Thing"),
            disjoint=self.iris(iri, said, _DISJOINT, "owl:disjointWith"),
            mappings=self.mappings(iri, said),
            color=self.color(iri, said),
        )

    def relation(self, iri: str, said: dict[str, list[_Node]], kinds: set[str]) -> RelationTerm:
        self.only(
            iri, said, kinds, {_RELATION, _SYMMETRIC, _RDF + "Property", _OWL + "NamedIndividual"}, set()
        )
        if _RDFS + "subPropertyOf" in said:
            self.fail(iri, "rdfs:subPropertyOf would upgrade one relation to another, which is never done")
        symmetric = _SYMMETRIC in kinds
        label = self.label(iri, said, _RDFS + "label", "rdfs:label")
        if symmetric and ONTOLOGY + "inverseLabel" not in said:
            inverse = label
        else:
            inverse = self.label(iri, said, ONTOLOGY + "inverseLabel", "kg:inverseLabel")
        if symmetric and inverse != label:
            self.fail(iri, "is symmetric, so its kg:inverseLabel must be its rdfs:label")
        tense = self.required(iri, said, ONTOLOGY + "tense", "kg:tense")
        if tense not in ("act", "state"):
            self.fail(iri, f'kg:tense is {tense!r}; write "act" (it happened) or "state" (it holds)')
        return RelationTerm(
            iri=iri,
            file=self.file,
            label=label,
            inverse_label=inverse,
            definition=self.required(iri, said, _SKOS + "definition", "skos:definition"),
            example=self.text(iri, said, _SKOS + "example", "skos:example"),
            family=self.required(iri, said, ONTOLOGY + "family", "kg:family"),
            tense=tense,
            symmetric=symmetric,
            domain=self.classes(iri, said, _RDFS + "domain", "rdfs:domain"),
            range=self.classes(iri, said, _RDFS + "range", "rdfs:range"),
            mappings=self.mappings(iri, said),
        )

    def family(self, iri: str, said: dict[str, list[_Node]]) -> FamilyTerm:
        return FamilyTerm(
            self.required(iri, said, _SKOS + "notation", "skos:notation"),
            self.required(iri, said, _SKOS + "prefLabel", "skos:prefLabel"),
            self.color(iri, said),
        )

    def only(
        self, iri: str, said: dict[str, list[_Node]], kinds: set[str], types: set[str], properties: set[str]
    ) -> None:
        """Refuse the OWL that Attest does not act on."""
        for kind in kinds - types:
            hint = " (no relation is transitive)" if kind == _OWL + "TransitiveProperty" else ""
            self.fail(iri, f"the type {_one_line(shorten(kind))} is not understood{hint}")
        for predicate in said:
            if predicate.startswith(_OWL) and predicate not in properties | _REMARKS:
                hint = "; write kg:inverseLabel instead" if predicate == _OWL + "inverseOf" else ""
                self.fail(iri, f"{shorten(predicate)} is not understood{hint}")

    def text(self, iri: str, said: dict[str, list[_Node]], predicate: str, name: str) -> str:
        """The one text of a property, "" if absent: without language before English before any other."""
        texts: dict[str, list[str]] = {}
        for value in said.get(predicate, ()):
            if not isinstance(value, ox.Literal):
                self.fail(iri, f"{name} must be text")
            texts.setdefault(value.language or "", []).append(value.value)
        for language in ("", "en", *sorted(texts)):
            if language in texts:
                if len(texts[language]) > 1:
                    self.fail(iri, f"has more than one {name}" + (f" in {language!r}" if language else ""))
                text = " ".join(texts[language][0].split())
                if _UNPRINTABLE.search(text):
                    self.fail(iri, f"{name} holds control characters")
                return text
        return ""

    def required(self, iri: str, said: dict[str, list[_Node]], predicate: str, name: str) -> str:
        return self.text(iri, said, predicate, name) or self.fail(iri, f"has no {name}")

    def label(self, iri: str, said: dict[str, list[_Node]], predicate: str, name: str) -> str:
        text = self.required(iri, said, predicate, name)
        if len(text) > 100:
            self.fail(iri, f"{name} is longer than 100 characters")
        return text

    def color(self, iri: str, said: dict[str, list[_Node]]) -> str:
        text = self.text(iri, said, ONTOLOGY + "color", "kg:color")
        if text and not re.fullmatch("#[0-9A-Fa-f]{6}", text):
            self.fail(iri, f"kg:color is {text!r}; write it as #RRGGBB")
        return text.upper()

    def iris(self, iri: str, said: dict[str, list[_Node]], predicate: str, name: str) -> tuple[str, ...]:
        values = []
        for value in said.get(predicate, ()):
            if not isinstance(value, ox.NamedNode):
                self.fail(iri, f"{name} must be the IRI of a named term")
            values.append(value.value)
        return tuple(values)

    def mappings(self, iri: str, said: dict[str, list[_Node]]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, target)
            for name, predicate in _MAPPING_IRIS
            if predicate in said
            for target in self.iris(iri, said, predicate, shorten(predicate))
        )

    def classes(self, iri: str, said: dict[str, list[_Node]], predicate: str, name: str) -> tuple[str, ...]:
        """A domain or range: one named class, or the members of one owl:unionOf."""
        values = said.get(predicate, [])
        if not values:
            self.fail(iri, f"has no {name}")
        if len(values) > 1:
            self.fail(iri, f"has several {name}, which together mean their intersection; use one owl:unionOf")
        value = values[0]
        if isinstance(value, ox.NamedNode):
            return (value.value,)
        blank = str(value) if isinstance(value, ox.BlankNode) else ""
        described = self.triples.get(blank, {})
        if not described.keys() <= {_TYPE, _UNION} or _UNION not in described:
            self.fail(iri, f"{name} must be a class or an owl:unionOf classes")
        self.used.add(blank)
        return self.members(iri, described, _UNION, name)

    def members(self, iri: str, said: dict[str, list[_Node]], predicate: str, name: str) -> tuple[str, ...]:
        """The IRIs of an RDF list; refuses one that is empty, forked, endless or holds anything else."""
        heads, found = said.get(predicate, []), list[str]()
        rest: _Node | None = heads[0] if len(heads) == 1 else None
        while rest != ox.NamedNode(_NIL):
            key = str(rest)
            cell = self.triples.get(key, {}) if isinstance(rest, ox.BlankNode) else {}
            firsts, rests = cell.get(_FIRST, []), cell.get(_REST, [])
            if key in self.used or len(firsts) != 1 or len(rests) != 1 or len(cell) != 2:
                self.fail(iri, f"{name} is not a well-formed list of classes")
            if not isinstance(firsts[0], ox.NamedNode):
                self.fail(iri, f"{name} must list named classes")
            self.used.add(key)
            found.append(firsts[0].value)
            rest = rests[0]
        if not found:
            self.fail(iri, f"{name} is an empty list")
        return tuple(dict.fromkeys(found))


def _one_line(text: str) -> str:
    """`text` fit for an error message: no control characters, not too long."""
    text = _UNPRINTABLE.sub(" ", text)
    return text if len(text) <= 200 else text[:199] + "…"
