"""Small brat documents under one mapping, for tests of what mappings mean."""

from __future__ import annotations

import re
from pathlib import Path

from loaders.brat import reading as brat
from loaders.mapping import apply, parse_mapping
from ontology.models import AnnotatedArticle, Claim
from ontology.vocabulary import load

ONTOLOGY = load()
MAPPING = """
types: {Group: Group, Army: ArmedGroup, Person: Person, Land: State, Place: Place, Event: Event, Pact: Agreement,
        When: date, Figure: quantity, Colour: ignore}
relations:
  Trained: {relation: trained, ended_if: [former, ex-]}
  Trained-by: {relation: trained, inverse: true}
  Linked: {relation: linkedTo, roles: {Party: party}}
  Strength: {relation: hasStrength, roles: {Figure: object}}
  Member: memberOf
  Part: {relation: partOf, basis: implied}
  Held: {relation: happenedAt, roles: {Agent: subject, Time: object}}
  Did: {relation: carriedOut, time_from: object}
  Raid: {type: Attack, roles: {Raider: {relation: carriedOut, as: subject}, Site: {relation: tookPlaceIn, as: object}}}
  Mention: {type: Meeting}
  Said: {speech: true, roles: {Time: said, What: content}}
  Same: same
  Before: ignore
roles: {Agent: subject, Target: object, Speaker: speaker, Via: relayed_by, Time: time, Since: from, Until: until,
        Over: ended, Where: place, In: event, On: about, With: instrument, As: role, Much: quantity, Mood: ignore}
attributes:
  Negation: {polarity: denied}
  Doubt: {certainty: {Low: possible, High: certain, Odd: ignore}}
  Unnamed: {named: "false"}
  Named: {named: "true"}
  Kind: {type: {Army: ArmedGroup, Party: PoliticalParty, Place: Place}}
  Colour: ignore
equivalences: {Alias: same, Link: ignore}
notes: {Note: values, Remark: comment, Todo: ignore}
identifiers: {WD: wikidata, Own: ignore}
article: {publisher: The Borrin Courier}
"""
TEXT = "Front Brigade Union Ipek Oren Borrin Arun attack pact spring thousands former trained said met blue 2031 scouts"
LABELS = {
    "Front": "Group", "Brigade": "Army", "Union": "Group", "Ipek": "Person", "Oren": "Person", "Borrin": "Land",
    "Arun": "Place", "attack": "Event", "pact": "Pact", "spring": "When", "thousands": "Figure", "former": "Trained",
    "trained": "Trained", "said": "Said", "met": "Mention", "blue": "Colour", "2031": "When", "scouts": "Group",
}  # fmt: skip


def annotate(folder: Path, lines: str, mapping: str = MAPPING) -> AnnotatedArticle:
    """Load brat lines, written with spaces for tabs and ` | ` before the last field.

    Spans need no line: `TFront` is the word Front under its label in LABELS, `TRaid-attack` is attack under Raid.
    """
    out = []
    for line in lines.strip().splitlines():
        head, _, rest = line.strip().partition(" ")
        label, _, rest = rest.partition(" ")
        rest = rest.replace(" | ", "\t")
        out.append(f"{head}\t{label} {rest}\t" if head[0] == "R" else f"{head}\t{label} {rest}")
    body = "\n".join(out)
    spans = {}
    for word in TEXT.split():
        start = TEXT.index(word)
        for number, label in enumerate((LABELS[word], *_labels_of_trigger(body, word))):
            id = f"T{word}" if number == 0 else f"T{label}-{word}"
            if id in body:
                spans[id] = f"{id}\t{label} {start} {start + len(word)}\t{word}"
    (folder / "x.txt").write_text(TEXT)
    (folder / "x.ann").write_text("\n".join([*spans.values(), body]) + "\n")
    (document,) = brat.find([folder])
    source = brat.read(document)
    assert not source.rejected, source.rejected
    article = apply(parse_mapping(mapping.encode(), ONTOLOGY, name="m", file="m.yaml"), source, ONTOLOGY)
    tally = article.tally
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)
    return article


def _labels_of_trigger(body: str, word: str) -> list[str]:
    """The labels that a word has besides its own: `Raid` of attack in `E1 Raid:TRaid-attack`."""
    return sorted(set(re.findall(rf"\bT(\w+)-{word}\b", body)))


def triples(article: AnnotatedArticle) -> list[tuple[str, str, object]]:
    words = {e.id: e.mentions[0].words for e in article.entities}
    return [
        (words[c.subject], c.relation, words[c.object] if isinstance(c.object, str) else c.object)
        for c in article.claims
    ]


def only(article: AnnotatedArticle) -> Claim:
    assert not article.tally.rejected, article.tally.rejected
    (claim,) = article.claims
    return claim


def why(article: AnnotatedArticle, id: str | None) -> str:
    return next(r.reason for r in article.tally.rejected if r.id == id)


EVENT = "E1 Trained:Ttrained Agent:TFront Target:TBrigade"
