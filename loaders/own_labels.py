"""The mapping of labels that are the ontology's own names: what projects set up from the ontology are annotated with.

A type or relation is called by its name; roles, attributes and notes as `ROLES`, `ATTRIBUTES` and `NOTES` have them.
Articles given back to annotators (`loaders.standoff`) are labelled so, and `kg annotate config` offers these labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ontology.identifiers import SCHEMES

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

DATE, QUANTITY = "Date", "Quantity"
"""Labels of words that give a date or a number; an `AnnotatorNotes` note has the value."""

SAYS = "Says"
"""Label of an event by which someone passes on what others say."""

CONTENT = "Content"
"""Role of what is passed on."""

SAME = "Same"
"""Label of an equivalence: these words mean one thing."""

REFERENCE = "Reference"
"""Label of an identifier."""

CONTINUED = "Continued"
"""Label of a relation from the first part of a span to each other one, in tools whose spans are one stretch each."""

COMMENT, FIELDS = "AnnotatorNotes", "Attest"
"""Labels of notes: values and remarks by people; what an annotation says that the tool has no place for, as JSON."""

TEXT, THING, CLAIM, MARKED = "text", "thing", "claim", "yes"
"""What a Label Studio project calls its text, the labels of things, those of claims, and the choice that is a mark."""

META = "meta"
"""Label of notes that a tool has on every annotation; they are read as values and remarks."""

ENDS = {"source": "subject", "target": "object", "party": "party"}
"""Roles of the ends of relations where a tool does not have them named."""

ROLES = {
    "Subject": "subject",
    "Object": "object",
    "Speaker": "speaker",
    "Relayed-by": "relayed_by",
    "Time": "time",
    "From": "from",
    "Until": "until",
    "Said": "said",
    "Place": "place",
    "Event": "event",
    "About": "about",
    "Instrument": "instrument",
    "Role": "role",
    "Number": "quantity",
}
"""Roles of a claim's event, with what they mean."""


class Mark(NamedTuple):
    """An attribute: what it sets, to one of `values`; without these it is a mark that sets `constant`."""

    sets: str
    definition: str
    values: tuple[str, ...] = ()
    constant: str = ""
    on_nodes: bool = False


ATTRIBUTES = {
    "Denied": Mark("polarity", "The article, or who speaks in it, denies this.", constant="denied"),
    "Certainty": Mark("certainty", "How sure the speaker claims to be.", ("certain", "probable", "possible")),
    "Modality": Mark(
        "modality",
        "It is not said to be so, but pledged, predicted, supposed or demanded.",
        ("pledged", "predicted", "hypothetical", "obliged"),
    ),
    "Implied": Mark(
        "basis",
        "Not said in so many words; a reader takes it from them.",
        constant="implied",
    ),
    "Ended": Mark("ended", "It was over by the time it was said.", constant="true"),
    "Named": Mark("named", "These words are a name.", constant="true", on_nodes=True),
    "Unnamed": Mark("named", "Nobody says who or what this is.", constant="false", on_nodes=True),
}
"""Attributes of claims' events, and of things."""


def mapping_text(ontology: Ontology, *, layers: Mapping[str, str] | None = None) -> str:
    """The mapping as YAML, for an ontology with the user's own terms.

    `layers`: which feature of a layer has the label, in tools with layers.
    """
    lines = ["about: The labels are the names of types and relations themselves.", ""]
    if layers:
        lines += ["labels:", *(f"  {layer}: {feature}" for layer, feature in layers.items()), ""]
    lines += [
        f"parts: [{CONTINUED}]",
        f"slots: [{', '.join((*ROLES, CONTENT))}]",
        "",
        "types:",
        *(f"  {name}: {name}" for name in ontology.types),
        f"  {DATE}: date",
        f"  {QUANTITY}: quantity",
        "",
        "relations:",
        *(f"  {name}: {name}" for name in ontology.relations),
        f"  {SAYS}:",
        "    speech: true",
        f"    roles: {{Speaker: speaker, {CONTENT}: content, Said: said}}",
        f"  {SAME}: same",
        "",
        "roles:",
        *(f"  {role}: {meaning}" for role, meaning in (ROLES | ENDS).items()),
        "",
        "attributes:",
        *(f"  {name}: {{{mark.sets}: {_meaning(mark)}}}" for name, mark in ATTRIBUTES.items()),
        f"  {REFERENCE}: {{identifier: any}}",
        "",
        f"equivalences: {{{SAME}: same}}",
        f"notes: {{{COMMENT}: values, {META}: values, {FIELDS}: fields}}",
        "identifiers:",
        *(f"  {scheme}: {scheme}" for scheme in SCHEMES),
    ]
    return "\n".join(lines) + "\n"


def _meaning(mark: Mark) -> str:
    if mark.values:
        return f"{{{', '.join(f'{value}: {value}' for value in mark.values)}}}"
    return f'"{mark.constant}"'
