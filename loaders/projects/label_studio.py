"""A Label Studio project: the labelling configuration that its settings take. https://labelstud.io/tags

Claims are regions on the words that claim something, with a relation to each that takes part, labelled with its role.
Attributes, notes and identifiers are asked for when a region is selected.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from loaders.own_labels import (
    ATTRIBUTES,
    CLAIM,
    COMMENT,
    CONTENT,
    CONTINUED,
    FIELDS,
    MARKED,
    REFERENCE,
    ROLES,
    SAME,
    TEXT,
    THING,
    Mark,
    mapping_text,
)
from loaders.projects.terms import FALLBACK, MAPPING, ROLE_MEANINGS, Term, claims, ink, things

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology


def files(ontology: Ontology) -> dict[str, bytes]:
    """The project's files by name."""
    return {
        "labeling-config.xml": config(ontology).encode(),
        MAPPING: mapping_text(ontology).encode(),
    }


def config(ontology: Ontology) -> str:
    """The labelling configuration."""
    of_things, of_claims = things(ontology), claims(ontology)
    relations = [(name, FALLBACK) for name in (*ROLES, CONTENT, SAME, CONTINUED)]
    relations += [(one.name, one.color or FALLBACK) for one in ontology.relations.values()]
    lines = [
        "<View>",
        "  <!-- Made from the ontology by `kg annotate config label-studio`. -->",
        '  <Relations choice="multiple">',
        *(f"    {_tag('Relation', value=name, background=color)}" for name, color in relations),
        "  </Relations>",
        *_labels(THING, "What the words stand for", of_things),
        *_labels(CLAIM, "What the words claim", of_claims),
        f"  {_tag('Text', name=TEXT, value='$' + TEXT, granularity='symbol')}",
        *_questions(of_things, [m for m in ATTRIBUTES.items() if m[1].on_nodes], with_reference=True),
        *_questions(of_claims, [m for m in ATTRIBUTES.items() if not m[1].on_nodes]),
        '  <View visibleWhen="region-selected">',
        *_area(COMMENT, "A date (2031-10), a number (400..600 fighters), or a remark"),
        *_area(FIELDS, "What has no place elsewhere, as JSON"),
        "  </View>",
        f"  {_tag('Header', value=_HELP, size='6')}",
        "</View>",
    ]
    return "\n".join(lines) + "\n"


_HELP = (
    "A claim: label the words that make it, then draw a relation from them to each that takes part, by its role: "
    + "; ".join(f"{role}: {meaning}" for role, meaning in ROLE_MEANINGS.items())
    + f" Of words in several parts label each part and draw {CONTINUED} from the first to each other."
)


def _labels(name: str, title: str, terms: list[Term]) -> list[str]:
    return [
        f"  {_tag('Header', value=title, size='6')}",
        f"  {_tag('Filter', name=name + '-filter', toName=name, minlength='0', placeholder='Find a label')}",
        f"  {_open('Labels', name=name, toName=TEXT, showInline='true')}",
        *(
            f"    {_tag('Label', value=one.name, background=one.color, selectedColor=ink(one.color), hint=one.meaning)}"
            for one in terms
        ),
        "  </Labels>",
    ]


def _questions(
    terms: list[Term], marks: Iterable[tuple[str, Mark]], *, with_reference: bool = False
) -> list[str]:
    """What is asked of a region with one of these labels."""
    labels = ",".join(term.name for term in terms)
    lines = [f"  {_open('View', visibleWhen='region-selected', whenLabelValue=labels)}"]
    for name, mark in marks:
        lines.append(
            f"    {_open('Choices', name=name, toName=TEXT, perRegion='true', choice='single', showInline='true')}"
        )
        for value in mark.values or (MARKED,):
            shown = value if mark.values else name.lower()
            hint = mark.definition
            alias = {} if value == shown else {"html": shown}
            lines.append(f"      {_tag('Choice', value=value, hint=hint, **alias)}")
        lines.append("    </Choices>")
    if with_reference:
        lines += ["  " + line for line in _area(REFERENCE, "An identifier, such as wikidata:Q42")]
    return [*lines, "  </View>"]


def _area(name: str, placeholder: str) -> list[str]:
    about = {"perRegion": "true", "editable": "true", "rows": "1", "placeholder": placeholder}
    return [f"    {_tag('TextArea', name=name, toName=TEXT, **about)}"]


def _open(tag: str, **attributes: str) -> str:
    return f"<{tag} {' '.join(f'{name}={quoteattr(value)}' for name, value in attributes.items())}>"


def _tag(tag: str, **attributes: str) -> str:
    return _open(tag, **attributes)[:-1] + "/>"
