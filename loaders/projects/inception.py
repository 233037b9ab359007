"""An INCEpTION project's layers with their tag sets, as Settings → Layers → Import takes them.

Three layers: `Mention` (spans; the type in the feature `value`), `Claim` (spans on the words that claim something; the
relation in the feature `relation`, who takes part in the slots `arguments`, reports in the slots `Content`), and
`Relation` (drawn between two mentions). The mapping beside them reads what is annotated.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from loaders.own_labels import (
    ATTRIBUTES,
    COMMENT,
    CONTENT,
    CONTINUED,
    FIELDS,
    MARKED,
    REFERENCE,
    ROLES,
    SAME,
    SAYS,
    mapping_text,
)
from loaders.projects.terms import MAPPING, ROLE_MEANINGS, Term, claims, things

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

PACKAGE = "webanno.custom"
MENTION, CLAIM, RELATION = (f"{PACKAGE}.{name}" for name in ("Mention", "Claim", "Relation"))
LAYERS = {"Mention": "value", "Claim": "relation", "Relation": "relation"}
"""The feature of each layer that has the label."""

ARGUMENTS = "arguments"


def files(ontology: Ontology) -> dict[str, bytes]:
    """The project's files by name."""
    return {
        "layers.json": (json.dumps(layers(ontology), ensure_ascii=False, indent=1) + "\n").encode(),
        MAPPING: mapping_text(ontology, layers=LAYERS).encode(),
    }


def layers(ontology: Ontology) -> list[dict[str, Any]]:
    """The layers, as INCEpTION exports its own."""
    of_things, of_claims = things(ontology), claims(ontology)
    plain = [term for term in of_claims if term.name != SAYS]
    plain += [
        Term(SAME, SAME, "These words mean the same thing.", "#808080"),
        Term(CONTINUED, CONTINUED, "The second is a further part of the first.", "#808080"),
    ]
    roles = [Term(role, role, ROLE_MEANINGS[role], "") for role in ROLES]
    mention = _layer(
        MENTION,
        "span",
        "Words that stand for a person, group, place, event, date or number.",
        of_things,
        [
            _string("value", "Type", _tags("Attest types", of_things), hover=True),
            *_marks(on_nodes=True),
            _string(REFERENCE, "Identifier, such as wikidata:Q42"),
            *_notes(),
        ],
    )
    claim = _layer(
        CLAIM,
        "span",
        "Words that claim something; say of whom and what in the arguments.",
        of_claims,
        [
            _string("relation", "Relation", _tags("Attest relations", of_claims), hover=True),
            _slots(ARGUMENTS, "Arguments", MENTION, _tags("Attest roles", roles)),
            _slots(CONTENT, "Content, of a report", CLAIM, None),
            *_marks(on_nodes=False),
            *_notes(),
        ],
    )
    relation = _layer(
        RELATION,
        "relation",
        "A claim that two mentions make between them, or that they are the same.",
        plain,
        [
            _string("relation", "Relation", _tags("Attest plain relations", plain), hover=True),
            *_marks(on_nodes=False),
            *_notes(),
        ],
    )
    relation["attach_type"] = {"name": MENTION}
    return [mention, claim, relation]


def _layer(
    name: str, kind: str, description: str, terms: list[Term], features: list[dict[str, Any]]
) -> dict[str, Any]:
    # A layer's colours go by what its annotations show: the label, and what follows it.
    rules = [{"pattern": rf"{re.escape(term.name)}( .*)?", "color": term.color} for term in terms]
    for rank, feature in enumerate(features):
        feature["rank"] = rank
    return {
        "name": name,
        "features": features,
        "uiName": name.rpartition(".")[2],
        "type": kind,
        "description": description,
        "enabled": True,
        "built_in": False,
        "readonly": False,
        "attach_type": None,
        "attach_feature": None,
        "allow_stacking": True,
        "cross_sentence": True,
        "show_hover": True,
        "anchoring_mode": "CHARACTERS",
        "overlap_mode": "ANY_OVERLAP",
        "validation_mode": "ALWAYS",
        "lock_to_token_offset": False,
        "multiple_tokens": False,
        "linked_list_behavior": False,
        "traits": json.dumps({"coloringRules": {"rules": rules}}, ensure_ascii=False),
    }


def _feature(name: str, title: str, type: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "tag_set": None,
        "uiName": title,
        "type": type,
        "enabled": True,
        "visible": False,
        "include_in_hover": False,
        "required": False,
        "remember": False,
        "hideUnconstraintFeature": False,
        "description": title,
        "multi_value_mode": "NONE",
        "link_mode": "NONE",
        "link_type_name": None,
        "link_type_role_feature_name": None,
        "link_type_target_feature_name": None,
        "traits": None,
        "curatable": True,
        **more,
    }


def _string(
    name: str, title: str, tags: dict[str, Any] | None = None, *, hover: bool = False
) -> dict[str, Any]:
    return _feature(
        name, title, "uima.cas.String", tag_set=tags, visible=hover, include_in_hover=True, required=hover
    )


def _slots(name: str, title: str, target: str, tags: dict[str, Any] | None) -> dict[str, Any]:
    """A feature that points at any number of annotations, each in a role where there are tags for it."""
    return _feature(
        name,
        title,
        target,
        tag_set=tags,
        multi_value_mode="ARRAY",
        link_mode="WITH_ROLE",
        link_type_name=f"{CLAIM}{name[0].upper()}{name[1:]}Link",
        link_type_role_feature_name="role",
        link_type_target_feature_name="target",
        traits=json.dumps({"enableRoleLabels": tags is not None}),
    )


def _marks(*, on_nodes: bool) -> list[dict[str, Any]]:
    found = []
    for name, mark in ATTRIBUTES.items():
        if mark.on_nodes == on_nodes:
            # A Boolean would be written as false wherever nobody has ticked it.
            terms = [Term(value, value, "", "") for value in mark.values or (MARKED,)]
            feature = _string(name, name, _tags(f"Attest {name.lower()}", terms))
            found.append(feature | {"description": mark.definition})
    return found


def _notes() -> list[dict[str, Any]]:
    return [
        _string(COMMENT, "Date (2031-10), number (400..600 fighters), or remark"),
        _string(FIELDS, "What has no place elsewhere, as JSON"),
    ]


def _tags(name: str, terms: list[Term]) -> dict[str, Any]:
    return {
        "name": name,
        "description": "",
        "language": "en",
        "tags": [{"tag_name": term.name, "tag_description": term.meaning} for term in terms],
        "create_tag": False,
    }
