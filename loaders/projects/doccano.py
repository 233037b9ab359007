"""A doccano project for sequence labelling with relations: its label types, as Labels → Import takes them."""

from __future__ import annotations

import json
import string
from itertools import chain
from typing import TYPE_CHECKING

from loaders.own_labels import CONTENT, CONTINUED, ROLES, SAME, mapping_text
from loaders.projects.terms import FALLBACK, MAPPING, claims, ink, things

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ontology.vocabulary import Ontology

_KEYS = string.digits[1:] + string.digits[0] + string.ascii_lowercase
_LONGEST = 100


def files(ontology: Ontology) -> dict[str, bytes]:
    """The project's files by name."""
    terms = [*things(ontology), *claims(ontology)]
    spans = [(term.name, term.color) for term in terms]
    relations = [*((role, FALLBACK) for role in (*ROLES, CONTENT, SAME, CONTINUED))]
    relations += [(one.name, one.color or FALLBACK) for one in ontology.relations.values()]
    return {
        "span_types.json": _label_types(spans),
        "relation_types.json": _label_types(relations),
        MAPPING: mapping_text(ontology).encode(),
    }


def _label_types(labels: Iterable[tuple[str, str]]) -> bytes:
    """Label types, as many of them with a key as there are keys."""
    keys = chain(((None, key) for key in _KEYS), (("shift", key) for key in _KEYS))
    types = []
    for name, color in labels:
        prefix, suffix = next(keys, (None, None))
        types.append(
            {
                "text": name[:_LONGEST],
                "prefix_key": prefix,
                "suffix_key": suffix,
                "background_color": color,
                "text_color": ink(color),
            }
        )
    return (json.dumps(types, ensure_ascii=False, indent=1) + "\n").encode()
