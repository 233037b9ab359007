"""The mapping of labels that are the ontology's own names: what projects set up from the ontology are annotated with.

A type or relation is called by its name; roles, attributes and notes as `ROLES`, `ATTRIBUTES` and `NOTES` have them.
Articles given back to annotators (`loaders.standoff`) are labelled so, and `kg annotate config` offers these labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ontology.identifiers import SCHEMES

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

DATE, QUANTITY = "Date", "Quantity"
"""Labels of words that give a date or a number; an `AnnotatorNotes` note has the value."""

SAYS = "Says"
"""Label of an event by which someone passes on what others say."""

SAME = "Same"
"""Label of an equivalence: these words mean one thing."""

REFERENCE = "Reference"
"""Label of an identifier."""

COMMENT, FIELDS = "AnnotatorNotes", "Attest"
"""Labels of notes: values and remarks by people; what an annotation says that the tool has no place for, as JSON."""

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
    values: tuple[str, ...] = ()
    constant: str = ""
    on_nodes: bool = False


ATTRIBUTES = {
    "Denied": Mark("polarity", constant="denied"),
    "Certainty": Mark("certainty", ("certain", "probable", "possible")),
    "Modality": Mark("modality", ("pledged", "predicted", "hypothetical", "obliged")),
    "Implied": Mark("basis", constant="implied"),
    "Ended": Mark("ended", constant="true"),
    "Named": Mark("named", constant="true", on_nodes=True),
    "Unnamed": Mark("named", constant="false", on_nodes=True),
}
"""Attributes of claims' events, and of things."""


def mapping_text(ontology: Ontology) -> str:
    """The mapping as YAML, for an ontology with the user's own terms."""
    lines = [
        "about: The labels are the names of types and relations themselves.",
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
        "    roles: {Speaker: speaker, Content: content, Said: said}",
        "",
        "roles:",
        *(f"  {role}: {meaning}" for role, meaning in ROLES.items()),
        "",
        "attributes:",
    ]
    for name, mark in ATTRIBUTES.items():
        if mark.values:
            table = ", ".join(f"{value}: {value}" for value in mark.values)
            lines.append(f"  {name}: {{{mark.sets}: {{{table}}}}}")
        else:
            lines.append(f'  {name}: {{{mark.sets}: "{mark.constant}"}}')
    lines += [
        "",
        f"equivalences: {{{SAME}: same}}",
        f"notes: {{{COMMENT}: values, {FIELDS}: fields}}",
        "identifiers:",
        *(f"  {scheme}: {scheme}" for scheme in SCHEMES),
    ]
    return "\n".join(lines) + "\n"
