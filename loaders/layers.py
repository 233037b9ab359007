"""Labels of tools with layers: what a span or relation is, is in a feature of its layer.

A mapping's section `labels` names that feature. What has it takes its value for its label.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from loaders.source import Annotation, SourceDocument


class Relabelled(NamedTuple):
    """The layers that annotations had for labels, by id, and which attributes (`id(attribute)`) gave the labels."""

    layers: dict[str, str]
    by: set[int]


def relabel(document: SourceDocument, features: Mapping[str, str]) -> Relabelled:
    """Give the spans and links of layers whose labels are in an attribute that label; the first one counts."""
    done = Relabelled({}, set())
    if not features:
        return done
    by_id: dict[str, Annotation] = {a.id: a for a in document.annotations() if a.id}
    for attribute in document.attributes:
        target = by_id.get(attribute.target)
        if target is None or not attribute.value or attribute.target in done.layers:
            continue
        if features.get(target.label) == attribute.label:
            done.layers[attribute.target] = target.label
            target.label = attribute.value
            done.by.add(id(attribute))
    return done
