"""A draft of a mapping from the labels that files use: with counts, and the ontology's nearest terms.

    labels = Labels()
    for document in …: labels.add(document)
    print(draft(labels, ontology, "files"))

The draft is a mapping that loads: what is plainly a term of the ontology is mapped, everything else is ignored by name
with the nearest terms beside it, for a person to decide.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import yaml

from loaders.mapping_schema import FIELDS, IGNORE, ROLES
from loaders.source import SourceDocument

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_. -]*[A-Za-z0-9_]|[A-Za-z]")
_YAML_WORDS = frozenset("true false yes no on off null y n".split())
_MOST_VALUES = 40
# What most taggers call the kinds of names, beyond the ontology's own words.
_TYPES = {
    "per": "Person", "pers": "Person", "person": "Person", "people": "Group", "norp": "Group", "org": "Group",
    "organization": "Group", "organisation": "Group", "gpe": "State", "country": "State", "loc": "Place",
    "location": "Place", "fac": "Place", "facility": "Place", "militant group": "ArmedGroup", "militia": "ArmedGroup",
    "date": "date", "time": "date", "timex": "date", "temporal": "date", "time expression": "date",
    "quantity": "quantity", "money": "quantity", "cardinal": "quantity", "number": "quantity", "percent": "quantity",
    "evt": "Event", "title": "Position", "role": "Position", "law": "Document", "work of art": "Document",
}  # fmt: skip
_OFTEN = {"gpe": "or Place: cities and provinces are often among them"}
_ROLES = {
    "source": "subject", "from": "subject", "head": "subject", "agent": "subject", "arg 1": "subject",
    "arg 0": "subject",
    "actor": "subject", "subj": "subject", "attacker": "subject", "target": "object", "to": "object", "child": "object",
    "patient": "object", "theme": "object", "arg 2": "object", "obj": "object", "victim": "object", "date": "time",
    "when": "time", "location": "place", "where": "place", "says": "speaker", "reporter": "speaker", "since": "from",
    "said on": "said", "said at": "said", "during": "event", "count": "quantity", "amount": "quantity",
}  # fmt: skip
_ATTRIBUTES = {
    "negation": ("polarity", "denied"), "negated": ("polarity", "denied"), "speculation": ("certainty", "possible"),
    "confidence": ("certainty", ""), "uncertain": ("certainty", "possible"), "mood": ("modality", ""),
    "anonymous": ("named", "false"), "unnamed": ("named", "false"),
}  # fmt: skip
_VALUES = {
    "negative": "denied", "positive": "affirmed", "no": "denied", "yes": "affirmed", "high": "certain",
    "medium": "probable", "low": "possible", "pledge": "pledged", "prediction": "predicted", "realis": "actual",
}  # fmt: skip
_SAME = frozenset("same coref coreference alias synonym identity is synonym of".split()) | {
    "is synonym of",
    "same as",
}
_SURE, _NEAR = 0.86, 0.55


@dataclass
class Labels:
    """What labels some documents use, and how often."""

    documents: int = 0
    spans: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    roles: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    attributes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    of_layer: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    values: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    starts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    equivalences: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    schemes: Counter[str] = field(default_factory=Counter)

    def add(self, document: SourceDocument) -> None:
        """Count one document's labels."""
        self.documents += 1
        triggers = {link.trigger for link in document.links if link.trigger is not None}
        self.spans.update(span.label for span in document.spans if span.id not in triggers)
        for link in document.links:
            self.links[link.label] += 1
            self.roles[link.label].update(argument.role for argument in link.arguments)
        on = {one.id: one.label for one in (*document.spans, *document.links)}
        for link in document.links:
            if link.trigger is None and len(link.arguments) == 2:
                self.starts[link.label][on.get(link.arguments[0].target, "")] += 1
        for attribute in document.attributes:
            layer, name, value = on.get(attribute.target, ""), attribute.label, attribute.value or ""
            for values in (self.attributes[name], self.values[layer, name]):
                if value in values or len(values) < _MOST_VALUES:
                    values[value] += 1
            self.of_layer[layer][name] += 1
        self.equivalences.update(one.label for one in document.equivalences)
        self.notes.update(one.label for one in document.notes)
        self.schemes.update(one.scheme for one in document.normalisations)

    def layers(self) -> dict[str, str]:
        """The layers whose label is in a feature, as `labels` in a mapping has them.

        Such a feature is on nearly every annotation of its layer, has few values and they are words; where several are
        like that, one that is called after what it is.
        """
        found = {}
        for layer, features in self.of_layer.items():
            count = self.spans[layer] + self.links[layer]
            fit = [
                name
                for name, uses in features.items()
                if uses >= 0.8 * count > 0
                and 1 < len(self.attributes[name]) < _MOST_VALUES
                and all(re.fullmatch(r"[^\W\d][\w:/ -]{0,40}", value) for value in self.values[layer, name])
            ]
            if named := [name for name in _LABEL_FEATURES if name in fit]:
                found[layer] = named[0]
        return found

    def slots(self) -> list[str]:
        """The relations that are drawn from the words of an event to what takes part in it, as `slots` has them.

        They are called after roles, and there is one for the subject and one for the object.
        """
        meanings = {label: _role(label) for label in self.starts if self.links[label] and self.starts[label]}
        if not {"subject", "object"} <= set(meanings.values()):
            return []
        return [label for label, meaning in meanings.items() if meaning]


_LABEL_FEATURES = ("value", "entity", "type", "label", "class", "kind", "category", "neType", "majorType")


def nearest(label: str, names: Iterable[tuple[str, str]], most: int = 3) -> list[tuple[float, str]]:
    """The names most like a label, best first with their likeness (0 to 1); `names` pair a name with its own label."""
    own = _spelled(label)
    scored = [
        (max(_likeness(own, _spelled(name)), _likeness(own, _spelled(words))), name) for name, words in names
    ]
    return sorted((one for one in scored if one[0] >= _NEAR), key=lambda one: (-one[0], one[1]))[:most]


def _likeness(left: str, right: str) -> float:
    if left == right:
        return 1.0
    shared = set(left.split()) & set(right.split())
    ratio = SequenceMatcher(None, left, right).ratio()
    return max(ratio, 0.6 if shared and min(map(len, shared)) > 3 else 0.0) if ratio < 1 else ratio


def _spelled(label: str) -> str:
    """A label as words in lower case: `AlliedWith` and `Allied-with` are both "allied with"."""
    words = [word.casefold() for word in _WORDS.findall(label)]
    while len(words) > 1 and words[0] in ("is", "was", "are", "were", "has", "the"):
        del words[0]
    return " ".join(words) if words else label.casefold()


def draft(labels: Labels, ontology: Ontology, about: str) -> str:
    """A mapping as YAML for these labels, to be finished by a person."""
    layers, slots = labels.layers(), labels.slots()
    spans, links, roles = _relabelled(labels, layers)
    events = _gathered(labels, slots, spans, links, roles)
    types = [(kind.name, kind.label) for kind in ontology.types.values()]
    documents = f"{labels.documents:,} document{'' if labels.documents == 1 else 's'}"
    what = f"A draft for {about} ({documents}): look at every `ignore` and every guess."
    sections = {
        "labels": [_line(layer, _word(feature), "") for layer, feature in layers.items()],
        "types": [_line(label, *_type(label, types), count) for label, count in _by_count(spans)],
        "relations": [_link(label, count, roles[label], ontology) for label, count in _by_count(links)],
        "roles": _roles(
            {**{label: labels.roles[label] for label in labels.links if label not in slots}, **events}
        ),
        "attributes": [
            _attribute(name, values) for name, values in sorted(_plain_attributes(labels, layers).items())
        ],
        "equivalences": [_line(label, "same", "", count) for label, count in _by_count(labels.equivalences)],
        "notes": [
            _line(label, "comment", "or values, for dates and numbers", count)
            for label, count in _by_count(labels.notes)
        ],
        "identifiers": [_line(name, *_scheme(name), count) for name, count in _by_count(labels.schemes)],
    }
    out = [f"about: {_word(what)}"]
    if slots:
        out += ["", f"slots: [{', '.join(_word(label) for label in slots)}]"]
    for section, lines in sections.items():
        if lines:
            out += ["", f"{section}:", *lines]
    return "\n".join(out) + "\n"


def _relabelled(
    labels: Labels, layers: dict[str, str]
) -> tuple[Counter[str], Counter[str], dict[str, Counter[str]]]:
    """Labels of spans and links, and roles of links, once the features of `layers` are the labels."""
    spans, links, roles = Counter(labels.spans), Counter(labels.links), dict(labels.roles)
    for layer, feature in layers.items():
        target = spans if spans[layer] else links
        del target[layer]
        for value, count in labels.values[layer, feature].items():
            target[value] += count
            if target is links:
                roles[value] = labels.roles[layer]
    return spans, links, roles


def _gathered(
    labels: Labels,
    slots: list[str],
    spans: Counter[str],
    links: Counter[str],
    roles: dict[str, Counter[str]],
) -> dict[str, Counter[str]]:
    """The roles of the events that relations called `slots` make; the events are moved from spans to links."""
    events: dict[str, Counter[str]] = defaultdict(Counter)
    for label in slots:
        del links[label]
        for start, count in labels.starts[label].items():
            events[start][label] += count
    for label, theirs in events.items():
        if spans[label]:
            links[label] += spans.pop(label)
            roles[label] = theirs
    return events


def _plain_attributes(labels: Labels, layers: dict[str, str]) -> dict[str, Counter[str]]:
    """The attributes but for those that are their layer's label."""
    plain: dict[str, Counter[str]] = defaultdict(Counter)
    for (layer, name), values in labels.values.items():
        if layers.get(layer) != name:
            plain[name].update(values)
    return plain


def _type(label: str, types: list[tuple[str, str]]) -> tuple[str, str]:
    known = _TYPES.get(_spelled(label))
    near = nearest(label, types)
    if near and near[0][0] == 1.0:
        return near[0][1], ""
    if known:
        return known, _OFTEN.get(_spelled(label), "")
    if near and near[0][0] >= _SURE:
        return near[0][1], "a guess"
    return IGNORE, _hint(near)


def _link(label: str, count: int, roles: Counter[str], ontology: Ontology) -> str:
    if _spelled(label) in _SAME:
        return _line(label, "same", "", count)
    relations = ontology.relations.values()
    near = nearest(label, [(one.name, one.label) for one in relations])
    inverse = nearest(label, [(one.name, one.inverse_label) for one in relations if not one.symmetric])
    hint = "a guess"
    if inverse and inverse[0][0] >= _SURE and (not near or inverse[0][0] > near[0][0]):
        meaning = f"{{relation: {inverse[0][1]}, inverse: true}}"
    elif near and near[0][0] >= _SURE:
        meaning, hint = near[0][1], "" if near[0][0] == 1.0 else hint
    else:
        meaning, hint = IGNORE, _hint(near)
    shown = ", ".join(role for role, _ in roles.most_common(6))
    return _line(label, meaning, "; ".join(filter(None, (hint, shown and f"roles: {shown}"))), count)


def _role(role: str) -> str:
    """What a role is plainly called in a mapping; "" where it is not plain."""
    spelled = _spelled(role)
    return _ROLES.get(spelled) or next((one for one in ROLES if spelled == one.replace("_", " ")), "")


def _is_end(role: str) -> bool:
    """Whether a role may only say which end of an arrow this is."""
    return _spelled(role) in ("source", "from", "head", "target", "to", "child", "arg 1", "arg 2")


def _is_beside_subject(role: str, roles: dict[str, Counter[str]]) -> bool:
    """Whether wherever it stands another role is the subject, so that a "source" is who says it."""
    beside = [some for some in roles.values() if role in some]
    return bool(beside) and all(
        any(_role(other) == "subject" and not _is_end(other) for other in some) for some in beside
    )


def _roles(roles: dict[str, Counter[str]]) -> list[str]:
    counts: Counter[str] = Counter()
    for some in roles.values():
        for role, count in some.items():
            # A numbered role is the same role again, if there is one without number.
            base = role.rstrip("0123456789")
            counts[base if any(base in others for others in roles.values()) else role] += count
    lines = []
    for role, count in _by_count(counts):
        meaning = _role(role)
        hint = "" if meaning else _hint(nearest(role, [(one, one) for one in ROLES]))
        if _spelled(role) == "source" and _is_beside_subject(role, roles):
            meaning, hint = "speaker", "a guess"
        lines.append(_line(role, meaning or IGNORE, hint, count))
    return lines


def _attribute(name: str, values: Counter[str]) -> str:
    count = sum(values.values())
    sets, constant = _ATTRIBUTES.get(_spelled(name), (name.casefold(), ""))
    if constant and set(values) <= {"", "true"}:
        return _line(name, f"{{{sets}: {_quoted(constant)}}}", "", count)
    if sets in FIELDS:
        allowed = FIELDS[sets]
        table = []
        for value in values:
            near = nearest(value, [(one, one) for one in allowed], 1)
            meant = near[0][1] if near and near[0][0] >= _SURE else _VALUES.get(value.casefold(), IGNORE)
            table.append(f"{_word(value)}: {_quoted(meant) if meant in allowed else IGNORE}")
        return _line(name, f"{{{sets}: {{{', '.join(table)}}}}}", " | ".join(allowed), count)
    shown = ", ".join(f"{value[:30] or '(no value)'} {uses:,}×" for value, uses in values.most_common(6))
    return _line(name, IGNORE, shown, count)


def _scheme(scheme: str) -> tuple[str, str]:
    from ontology.identifiers import SCHEMES

    spelled = scheme.casefold()
    near = nearest(scheme, [(name, name) for name in SCHEMES])
    return (spelled, "") if spelled in SCHEMES else (IGNORE, _hint(near))


def _hint(near: list[tuple[float, str]]) -> str:
    return f"nearest: {', '.join(name for _, name in near)}" if near else "nothing like it"


def _by_count(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(
        ((label, count) for label, count in counts.items() if count > 0), key=lambda one: (-one[1], one[0])
    )


def _line(label: str, meaning: str, hint: str, count: int | None = None) -> str:
    """One line of a section, with how often the label occurs and a hint behind it."""
    about = "; ".join(part for part in (f"{count:,}×" if count is not None else "", hint) if part)
    about = "".join(character if character.isprintable() else " " for character in about)
    return f"  {_word(label)}: {meaning}" + (f"  # {about}" if about else "")


def _quoted(value: str) -> str:
    return f'"{value}"' if value in ("true", "false") else value


def _word(text: str) -> str:
    """A text as a YAML scalar on one line: bare where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _YAML_WORDS:
        return text
    quoted: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**9)
    return quoted.rstrip("\n")
