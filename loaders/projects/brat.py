"""A brat project: annotation.conf, visual.conf and tools.conf. https://brat.nlplab.org/configuration.html

Types are entities, in a tree; a relation is both a plain relation, between its subject and object, and an event, whose
trigger are the words that claim it and whose other roles say who speaks, when, where. brat allows the types that a role
names and none below them, so every subtype is written out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loaders.own_labels import ATTRIBUTES, CONTENT, SAME, SAYS, mapping_text
from loaders.projects.terms import MAPPING, OF_ROLES, SEVERAL, Term, claims, fitting, ink, things

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology, Relation

_FAMILY = "family-"


def files(ontology: Ontology) -> dict[str, bytes]:
    """The project's files by name."""
    return {
        "annotation.conf": _annotation(ontology).encode(),
        "visual.conf": _visual(ontology).encode(),
        "tools.conf": _TOOLS.encode(),
        MAPPING: mapping_text(ontology).encode(),
    }


def _annotation(ontology: Ontology) -> str:
    lines = ["# Made from the ontology by `kg annotate config brat`.", "", "[entities]", ""]
    depths: dict[str, int] = {"": -1}
    for term in things(ontology):
        depths[term.name] = depths[term.parent] + 1
        lines.append("\t" * depths[term.name] + term.name)
    lines += ["", "[relations]", ""]
    for relation in ontology.relations.values():
        lines.append(f"{relation.name}\t{', '.join(_ends(ontology, relation))}")
    anything = "Arg1:<ENTITY>, Arg2:<ENTITY>"
    lines.append(f"{SAME}\t{anything}, <REL-TYPE>:symmetric-transitive")
    lines.append("<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>")
    lines += ["", "[events]", ""]
    family = ""
    common = [_argument(role, fitting(ontology, types)) for role, types in OF_ROLES.items()]
    for term in claims(ontology):
        if term.name == SAYS:
            speaker = "|".join(fitting(ontology, OF_ROLES["Speaker"]))
            said = _argument("Said", OF_ROLES["Said"])
            lines.append(f"{SAYS}\tSpeaker+:{speaker}, {CONTENT}+:<EVENT>, {said}")
            continue
        if term.parent != family:
            family = term.parent
            lines.append(f"!{_FAMILY}{_name(family)}")
        relation = ontology.relations[term.name]
        subject, object_ = (
            f"{role}+:{'|'.join(fitting(ontology, types))}"
            for role, types in (("Subject", relation.domain), ("Object", relation.range))
        )
        lines.append(f"\t{term.name}\t{', '.join([subject, object_, *common])}")
    lines += ["", "[attributes]", ""]
    for name, mark in ATTRIBUTES.items():
        values = f", Value:{'|'.join(mark.values)}" if mark.values else ""
        lines.append(f"{name}\tArg:{'<ENTITY>' if mark.on_nodes else '<EVENT>|<RELATION>'}{values}")
    return "\n".join(lines) + "\n"


def _ends(ontology: Ontology, relation: Relation) -> list[str]:
    ends = [
        f"{role}:{'|'.join(fitting(ontology, types))}"
        for role, types in (("Subject", relation.domain), ("Object", relation.range))
    ]
    return [*ends, "<REL-TYPE>:symmetric"] if relation.symmetric else ends


def _argument(role: str, types: tuple[str, ...]) -> str:
    return f"{role}{'*' if role in SEVERAL else '?'}:{'|'.join(types) or '<ENTITY>'}"


def _visual(ontology: Ontology) -> str:
    terms = [*things(ontology), *claims(ontology)]
    lines = ["# Made from the ontology by `kg annotate config brat`.", "", "[labels]", ""]
    lines += [f"{_FAMILY}{_name(one.name)} | {_label(one.label)}" for one in ontology.families.values()]
    for term in terms:
        label = _label(term.label)
        if label and label != term.name:
            lines.append(f"{term.name} | {label}")
    lines += [
        "",
        "[drawing]",
        "",
        "SPAN_DEFAULT\tfgColor:#000000, bgColor:#e6e6e6, borderColor:darken",
        "ARC_DEFAULT\tcolor:#404040, arrowHead:triangle-5",
        "ATTRIBUTE_DEFAULT\tglyph:*",
        *(_drawing(term) for term in terms),
        f"{SAME}\tcolor:#404040, dashArray:3-3, arrowHead:none",
        "Denied\tbox:crossed, glyph:<NONE>, dashArray:<NONE>",
        "Implied\tbox:<NONE>, glyph:<NONE>, dashArray:3-3",
        "Certainty\tglyph:!|~|?, position:right",
        "Modality\tglyph:→|»|∗|§, position:right",
        "Ended\tglyph:†, position:right",
        "Named\tglyph:N, position:left",
        "Unnamed\tglyph:–, position:left",
    ]
    return "\n".join(lines) + "\n"


def _drawing(term: Term) -> str:
    return (
        f"{term.name}\tfgColor:{ink(term.color)}, bgColor:{term.color}, borderColor:darken,"
        f" color:{term.color}, arrowHead:triangle-5"
    )


def _label(words: str) -> str:
    """Words without what brat takes for something else."""
    return re.sub(r"\s*\|\s*", "/", words).translate({ord("<"): "(", ord(">"): ")"}).lstrip("#!").strip()


def _name(words: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", words)


_TOOLS = """# Made by `kg annotate config brat`.

[options]

Tokens\ttokenizer:whitespace
Sentences\tsplitter:newline
Validation\tvalidate:all

[search]

Wikidata\t<URL>:https://www.wikidata.org/w/index.php?search=%s
Wikipedia\t<URL>:https://en.wikipedia.org/w/index.php?search=%s

[annotators]

[disambiguators]

[normalization]
"""
