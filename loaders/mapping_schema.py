"""A mapping file as data: which labels of a corpus mean which types and relations of the ontology.

`load_mapping` reads one, checks every name in it against the ontology, and says file and line where it is wrong.
The form of the file is documented in docs/mapping.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from loaders import sidecar, yaml_reader
from loaders.yaml_reader import Data, Node
from ontology.errors import MappingError, SourceError
from ontology.models import Article, Basis, Certainty, Modality, Polarity
from ontology.suggestions import did_you_mean

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

IGNORE = "ignore"
LITERALS = ("date", "quantity")
ANY = "*"

ROLES = (
    "subject",
    "object",
    "party",
    "speaker",
    "relayed_by",
    "content",
    "time",
    "from",
    "until",
    "ended",
    "said",
    "place",
    "event",
    "about",
    "instrument",
    "role",
    "quantity",
)
"""What a role may mean. `party`: each pair of parties is subject and object; `content`: the event a speaker reports."""

SPEECH_ROLES = ("speaker", "relayed_by", "content", "said", "time")

FIELDS: dict[str, tuple[str, ...]] = {
    "polarity": get_args(Polarity),
    "certainty": get_args(Certainty),
    "modality": get_args(Modality),
    "basis": get_args(Basis),
    "ended": ("true", "false"),
    "named": ("true", "false"),
}
"""What an attribute may set, and to what; besides these `type`, to a node type, and `identifier` and `name`, to the
attribute's own value."""

OWN_VALUE = ("identifier", "name")

ANY_SCHEME = "any"
"""The scheme of identifiers that name it themselves: `wikidata:Q42`."""

CLAIM_FIELDS = ("polarity", "certainty", "modality", "basis", "ended")

SECTIONS = (
    "about",
    "labels",
    "parts",
    "slots",
    "types",
    "relations",
    "roles",
    "attributes",
    "equivalences",
    "notes",
    "identifiers",
    "ended_if",
    "article",
)

LINK_KEYS = ("relation", "inverse", "type", "speech", "roles", "ended_if", "time_from", *CLAIM_FIELDS)

_WITH_ENDS = re.compile(r"(?P<label>[^()]+?)\s*\(\s*(?P<first>[^(),]+?)\s*,\s*(?P<second>[^(),]+?)\s*\)")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RoleRelation:
    """A role of an event that is a node: it makes a claim of its own, the role's filler being subject or object."""

    relation: str
    filler: Literal["subject", "object"]


@dataclass(frozen=True, slots=True)
class LinkRule:
    """What a relation or event label means.

    `relation` is claimed of subject and object, exchanged if `inverse`. `type` makes the event itself a node. `speech`
    says that its speaker claims its content. `same` says that its arguments are one thing. `constants` are the claim
    fields that the label itself fixes.
    """

    relation: str | None = None
    inverse: bool = False
    type: str | None = None
    speech: bool = False
    same: bool = False
    ignore: bool = False
    roles: Table[str, str | RoleRelation] = field(default_factory=dict)
    ended_if: re.Pattern[str] | None = None
    time_from: str | None = None
    constants: Table[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """What an attribute label sets: the field `sets`, to what `values` has for its value, or always to `constant`.

    An `identifier` is the attribute's value in the scheme `constant`, a `name` the value in the language `constant`.
    """

    sets: str = IGNORE
    values: Table[str, str] = field(default_factory=dict)
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping file, read and checked. `digest` changes whenever what it says does."""

    name: str
    digest: str
    labels: Table[str, str] = field(default_factory=dict)
    slots: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    types: Table[str, str] = field(default_factory=dict)
    named: Table[str, bool] = field(default_factory=dict)
    links: Table[str, LinkRule] = field(default_factory=dict)
    roles: Table[str, str] = field(default_factory=dict)
    attributes: Table[str, AttributeRule] = field(default_factory=dict)
    equivalences: Table[str, str] = field(default_factory=dict)
    notes: Table[str, str] = field(default_factory=dict)
    identifiers: Table[str, str] = field(default_factory=dict)
    article: Article = field(default_factory=Article)

    def link_label(self, label: str, first: str, second: str) -> str:
        """The label under which `links` has a relation from a span labelled `first` to one labelled `second`:
        `Has(Person, Place)` before `Has(Person, *)`, `Has(*, Place)` and `Has`."""
        for ends in ((first, second), (first, ANY), (ANY, second)):
            if (qualified := f"{label}({ends[0]}, {ends[1]})") in self.links:
                return qualified
        return label

    def role(self, rule: LinkRule, role: str) -> str | RoleRelation | None:
        """What a role means under a label: by the label's own table, else by the common one, numbered or not."""
        tables: tuple[Table[str, str | RoleRelation], ...] = (rule.roles, self.roles)
        for table in tables:
            for name in (role, role.rstrip("0123456789")):
                if name in table:
                    return table[name]
        return None


def shipped() -> tuple[str, ...]:
    """The names of the mappings that come with Attest."""
    folder = resources.files("loaders") / "mappings"
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def load_mapping(path_or_name: str | Path, ontology: Ontology) -> Mapping:
    """The mapping in a file, or the shipped one of that name. Raises MappingError with file and line."""
    path = Path(path_or_name)
    if path.suffix not in (".yaml", ".yml") and str(path_or_name) in (names := shipped()):
        content = (resources.files("loaders") / "mappings" / f"{path_or_name}.yaml").read_bytes()
        return parse_mapping(content, ontology, name=str(path_or_name), file=f"{path_or_name}.yaml")
    if path.suffix not in (".yaml", ".yml"):
        raise MappingError(
            f"no mapping {str(path_or_name)!r}: give a .yaml file or one of {', '.join(names)}"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MappingError(f"{path}: cannot be read: {error.strerror or error}") from None
    return parse_mapping(content, ontology, name=path.stem, file=str(path))


def parse_mapping(content: bytes, ontology: Ontology, *, name: str, file: str) -> Mapping:
    """A mapping from the content of its file. Raises MappingError with file and line."""
    try:
        node = yaml_reader.load(content, name=file)
    except SourceError as error:
        raise MappingError(str(error)) from None
    return _Reader(node, file, ontology).mapping(name, sha256(content).hexdigest()[:16])


class _Reader:
    """Walks one mapping file; every method takes the path of the value it reads, so that errors know their line."""

    def __init__(self, node: Node, file: str, ontology: Ontology) -> None:
        self._node = node
        self._file = file
        self._ontology = ontology
        self._ended_if: re.Pattern[str] | None = None

    def mapping(self, name: str, digest: str) -> Mapping:
        data = self._table(self._node.data)
        for key in data:
            self._one_of(key, SECTIONS, "section", key)
        if "ended_if" in data:
            self._ended_if = self._marks(data["ended_if"], "ended_if")
        notes = self._section(
            "notes", lambda v, *at: self._one_of(v, ("values", "fields", "comment", IGNORE), "use", *at)
        )
        result = Mapping(
            name=name,
            digest=digest,
            labels=self._section("labels", self._feature),
            slots=self._relation_labels("slots", "[Subject, Object]"),
            parts=self._relation_labels("parts", "[Continued]"),
            types=self._section("types", self._type_or_literal),
            named=self._named(),
            links={_tidy(label): rule for label, rule in self._section("relations", self._link).items()},
            roles=self._section("roles", lambda v, *at: self._one_of(v, (*ROLES, IGNORE), "role", *at)),
            attributes=self._section("attributes", self._attribute),
            equivalences=self._section(
                "equivalences", lambda v, *at: self._one_of(v, ("same", IGNORE), "equivalence", *at)
            ),
            notes=notes,
            identifiers=self._section("identifiers", self._scheme),
            article=self._article(),
        )
        for label in self._table(data.get("relations")):
            self._check_roles(label, result.links[_tidy(label)])
        return result

    # -- sections

    def _section(self, name: str, read: Callable[..., T]) -> dict[str, T]:
        section = self._table(self._table(self._node.data).get(name), name)
        return {label: read(value, name, label) for label, value in section.items()}

    def _type_or_literal(self, value: Data, *at: str) -> str:
        if value in (IGNORE, *LITERALS):
            return str(value)
        if isinstance(value, dict):
            for key in value:
                self._one_of(key, ("type", "named"), "key", *at, key)
            return self._type(value.get("type"), *at, "type")
        return self._type(value, *at)

    def _named(self) -> dict[str, bool]:
        """Whether words under a label are names, for the labels that say so."""
        types = self._table(self._table(self._node.data).get("types"), "types")
        return {
            label: self._flag(value["named"], "types", label, "named")
            for label, value in types.items()
            if isinstance(value, dict) and "named" in value
        }

    def _type(self, value: Data, *at: str) -> str:
        return self._one_of(value, tuple(self._ontology.types), "type", *at)

    def _relation(self, value: Data, *at: str) -> str:
        return self._one_of(value, tuple(self._ontology.relations), "relation", *at)

    def _link(self, value: Data, *at: str) -> LinkRule:
        if value == IGNORE:
            return LinkRule(ignore=True)
        if value == "same":
            return LinkRule(same=True)
        if isinstance(value, str):
            return LinkRule(relation=self._relation(value, *at), ended_if=self._ended_if)
        data = self._table(value, *at)
        for key in data:
            self._one_of(key, LINK_KEYS, "key", *at, key)
        speech = self._flag(data.get("speech"), *at, "speech")
        rule = LinkRule(
            relation=self._relation(data["relation"], *at, "relation") if "relation" in data else None,
            inverse=self._flag(data.get("inverse"), *at, "inverse"),
            type=self._type(data["type"], *at, "type") if "type" in data else None,
            speech=speech,
            roles={
                role: self._role(target, *at, "roles", role)
                for role, target in self._table(data.get("roles"), *at, "roles").items()
            },
            ended_if=self._marks(data["ended_if"], *at, "ended_if") if "ended_if" in data else self._ended_if,
            constants={
                key: self._one_of(data[key], FIELDS[key], key, *at, key)
                for key in CLAIM_FIELDS
                if key in data
            },
        )
        if "time_from" in data:
            wanted = ("subject", "object", "event")
            rule = replace(rule, time_from=self._one_of(data["time_from"], wanted, "end", *at, "time_from"))
        if speech and set(data) - {"speech", "roles"}:
            raise self._wrong("a speech label has roles and nothing else", *at)
        if not speech and rule.relation is None and rule.type is None:
            raise self._wrong("needs a relation, a type, or `speech: true`", *at)
        if rule.relation is None and (rule.inverse or rule.time_from):
            raise self._wrong("`inverse` and `time_from` need a relation", *at)
        return rule

    def _role(self, value: Data, *at: str) -> str | RoleRelation:
        if not isinstance(value, dict):
            return self._one_of(value, (*ROLES, IGNORE), "role", *at)
        for key in value:
            self._one_of(key, ("relation", "as"), "key", *at, key)
        relation = self._relation(value.get("relation"), *at, "relation")
        filler = self._one_of(value.get("as"), ("subject", "object"), "end", *at, "as")
        return RoleRelation(relation, "subject" if filler == "subject" else "object")

    def _check_roles(self, label: str, rule: LinkRule) -> None:
        targets = set(rule.roles.values())
        for role, target in rule.roles.items():
            at = ("relations", label, "roles", role)
            if isinstance(target, RoleRelation) and rule.type is None:
                raise self._wrong(f"a role that makes a claim of its own needs a `type` for {label}", *at)
            if rule.speech and target not in (*SPEECH_ROLES, IGNORE):
                raise self._wrong(f"a speech label's roles are {', '.join(SPEECH_ROLES)}", *at)
            if not rule.speech and target == "content":
                raise self._wrong("`content` is for labels with `speech: true`", *at)
        if "party" in targets and targets & {"subject", "object"}:
            raise self._wrong(
                "`party` is both subject and object: use it or them", "relations", label, "roles"
            )

    def _attribute(self, value: Data, *at: str) -> AttributeRule:
        if value == IGNORE:
            return AttributeRule()
        data = self._table(value, *at)
        if len(data) != 1:
            raise self._wrong("expected one field, such as `polarity: denied`", *at)
        ((name, meant),) = data.items()
        self._one_of(name, (*FIELDS, "type", *OWN_VALUE), "field", *at, name)
        if name == "identifier":
            return AttributeRule(name, constant="" if meant == ANY_SCHEME else self._scheme(meant, *at, name))
        if name == "name":
            return AttributeRule(name, constant=self._language(meant, *at, name))
        allowed = tuple(self._ontology.types) if name == "type" else FIELDS[name]
        if isinstance(meant, dict):
            values = {
                own: self._one_of(to, (*allowed, IGNORE), name, *at, name, own) for own, to in meant.items()
            }
            return AttributeRule(name, values)
        return AttributeRule(name, constant=self._one_of(meant, allowed, name, *at, name))

    def _relation_labels(self, section: str, example: str) -> frozenset[str]:
        data = self._table(self._node.data).get(section)
        if data is None:
            return frozenset()
        if not isinstance(data, list) or not all(isinstance(label, str) and label for label in data):
            raise self._wrong(f"expected the labels of relations, such as {example}", section)
        return frozenset(str(label) for label in data)

    def _feature(self, value: Data, *at: str) -> str:
        if not isinstance(value, str) or not value:
            raise self._wrong("expected the name of an attribute, such as `value`", *at)
        return value

    def _language(self, value: Data, *at: str) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"und|[a-z]{2,3}(-[A-Za-z0-9]+)*", value):
            raise self._wrong("expected a language, such as `en`, or `und` where it is not known", *at)
        return "" if value == "und" else value

    def _scheme(self, value: Data, *at: str) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[a-z][a-z0-9-]*", value):
            raise self._wrong("expected an identifier scheme in lower case, or `ignore`", *at)
        return value

    def _article(self) -> Article:
        if self._table(self._node.data).get("article") is None:
            return Article()
        try:
            return sidecar.article_from(self._node, self._file, "article")
        except SourceError as error:
            raise MappingError(str(error)) from None

    # -- values

    def _marks(self, value: Data, *at: str) -> re.Pattern[str]:
        marks = value if isinstance(value, list) else [value]
        if not marks or not all(isinstance(mark, str) and mark.strip() for mark in marks):
            raise self._wrong("expected words, such as [former, ex-]", *at)
        words = (str(mark).strip() for mark in marks)
        patterns = (re.escape(word) + (r"(?!\w)" if word[-1].isalnum() else "") for word in words)
        return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})", re.IGNORECASE)

    def _flag(self, value: Data, *at: str) -> bool:
        return value is not None and self._one_of(value, ("true", "false"), "value", *at) == "true"

    def _table(self, value: Data, *at: str) -> dict[str, Data]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._wrong("expected `label: meaning` lines", *at)
        return value

    def _one_of(self, value: Data, allowed: tuple[str, ...], what: str, *at: str) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        if value is None:
            raise self._wrong(f"a {what} is missing", *at)
        said = repr(value[:60]) if isinstance(value, str) else "this"
        raise self._wrong(f"{said} is no {what}{_nearest(value, allowed)}", *at)

    def _wrong(self, reason: str, *at: str) -> MappingError:
        where = ".".join(at[:3])
        return MappingError(f"{self._file}:{self._node.line(*at)}: {where + ': ' if where else ''}{reason}")


def _tidy(label: str) -> str:
    """A relation's label with the labels of its ends, if it has any, written as `Mapping.link_label` looks for them."""
    match = _WITH_ENDS.fullmatch(label)
    return f"{match['label']}({match['first']}, {match['second']})" if match else label


def _nearest(value: Any, allowed: tuple[str, ...]) -> str:
    if len(allowed) <= 12:
        return f"; expected {', '.join(allowed)}"
    return did_you_mean(str(value), allowed)
