"""A Prodigy project: the labels that its recipe `rel.manual` takes, their colours, and the command that starts it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loaders.own_labels import CONTENT, CONTINUED, ROLES, SAME, mapping_text
from loaders.projects.terms import FALLBACK, MAPPING, claims, things

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

_COMMAND = """\
prodigy rel.manual attest blank:xx articles.jsonl --label {relations} --span-label {spans} --wrap

Start it in this folder: prodigy.json has the colours. articles.jsonl has a text a line: {{"text": "…", "meta":
{{"article_id": "…", "title": "…", "url": "…"}}}}. `prodigy db-out attest > annotated.jsonl` gives what was annotated;
put it here, beside mapping.yaml, and load this folder.
"""


def files(ontology: Ontology) -> dict[str, bytes]:
    """The project's files by name."""
    terms = [*things(ontology), *claims(ontology)]
    relations = [*ROLES, CONTENT, SAME, CONTINUED, *ontology.relations]
    colors = dict.fromkeys(relations, FALLBACK) | {term.name: term.color for term in terms}
    settings = {"custom_theme": {"labels": colors}}
    command = _COMMAND.format(relations=",".join(relations), spans=",".join(str(term.name) for term in terms))
    return {
        "prodigy.json": (json.dumps(settings, ensure_ascii=False, indent=1) + "\n").encode(),
        "command.txt": command.encode(),
        MAPPING: mapping_text(ontology).encode(),
    }
