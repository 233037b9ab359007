"""From what a tool saved to what it says: a source document becomes an annotated article by way of a mapping.

    mapping = load_mapping("brat-news", ontology)
    article = apply(mapping, source_document, ontology)

The mapping's file (docs/mapping.md) says what the corpus's labels mean; `loaders.things` and `loaders.claims` do it.
Every annotation is loaded, ignored by name, or rejected with a reason, and the article's tally has the sums.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from loaders import parts, slots
from loaders.claims import ClaimMaker
from loaders.layers import relabel
from loaders.mapping_schema import Mapping, load_mapping, parse_mapping, shipped
from loaders.sidecar import merge
from loaders.source import Account, SourceDocument
from loaders.things import Things
from ontology.models import AnnotatedArticle, Tally

if TYPE_CHECKING:
    from ontology.vocabulary import Ontology

__all__ = ["Mapping", "apply", "load_mapping", "parse_mapping", "shipped"]


def apply(mapping: Mapping, document: SourceDocument, ontology: Ontology) -> AnnotatedArticle:
    """What a source document says, in the ontology's terms."""
    labelled = relabel(document, mapping.labels)
    if mapping.parts:
        parts.join(document, mapping.parts)
    if mapping.slots:
        slots.gather(document, mapping.slots, mapping.types.keys())
    account = Account(document)
    things = Things(mapping, document, ontology, account, labelled)
    maker = ClaimMaker(mapping, document, ontology, things, account)
    claims = maker.claims()
    things.finish(document)
    tally = account.tally()
    tally.notes += _unmapped(tally, mapping)
    return AnnotatedArticle(
        article=merge(document.article, mapping.article),
        text=document.text,
        entities=things.entities(),
        claims=claims,
        annotator=document.annotator,
        layer=document.layer,
        loader=document.loader,
        mapping=mapping.name,
        source=document.source,
        tally=tally,
    )


def _unmapped(tally: Tally, mapping: Mapping) -> list[str]:
    """The labels that the mapping does not know, with how often they occur, most frequent first."""
    phrase = f" is not in mapping {mapping.name}"
    counts = Counter(r.reason.removesuffix(phrase) for r in tally.rejected if r.reason.endswith(phrase))
    return [f"{what}{phrase}: {count}×" for what, count in counts.most_common()]
