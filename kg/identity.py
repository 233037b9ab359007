"""Which entities are one actor: shared identifiers and exactly equal names of named actors, and nothing fuzzier.

Each entity carries tokens: its identifiers ("i:wikidata:Q42418") and the match keys of its full names
("n:group:taliban"). Tokens on one entity are linked; a node is a connected component of tokens, so the outcome depends
on what is live and never on the order in which it came. An entity without tokens is a node of its own.

A name that is linked to two identifiers of one scheme (two Georgias) identifies neither: its links to identifiers of
that scheme are cut, and entities known by that name alone stay together and apart from both.

Where a component holds entities of disjoint types (a Person and an ArmedGroup with one Wikidata id), it is divided:
only types that exclude the same of the others are held together in it. `kg.dividing` does that.

Records of reference lists carry identifiers as tokens, but no names: a list never puts two things together or takes
them apart by a name. Which record, if any, a name in an article means is settled afterwards, by `kg.listed`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.ledger import Ledger, batches, marks
from ontology import identifiers
from ontology.names import content_words, is_abbreviation, is_named, name_key

if TYPE_CHECKING:
    from ontology.models import Entity
    from ontology.vocabulary import Ontology

# Kinds of facts about a node. Names by quality: the first and the others that the annotator gives, a proper name in the
# text, mere words.
TYPE, SHOWN, GIVEN, PROPER, WORDS, IDENTIFIER, NAMED = "t", "n3", "n2", "n1", "n0", "i", "N"
NAMED_FACT = (NAMED, "")
# Of records: their names by quality, and the list they are on.
PREFERRED, STRONG, WEAK, LISTED = "r2", "r1", "r0", "L"
_QUALITIES = {"preferred": PREFERRED, "strong": STRONG, "weak": WEAK}
NAMES = frozenset((SHOWN, GIVEN, PROPER, WORDS, PREFERRED, STRONG))
"""Kinds of facts that are names to be called by."""

# In place of its node: a token whose component is divided, so that it leads to a node for each type.
DIVIDED = -1


class Identity(NamedTuple):
    """What one entity or record contributes to the node it belongs to.

    `listed` are of a record only: its first identifier's token with each name by which articles may mean it, and with
    "" (see `kg.listed`).
    """

    tokens: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    listed: tuple[tuple[str, str], ...] = ()


class Kinds:
    """Within which kind of thing a name means the same: a person and a group of one name are two."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._of: dict[str, str] = {}
        self._disjoint: dict[tuple[str, str], bool] = {}

    def of(self, type_name: str) -> str:
        """person, group, place or actor; empty for what no name identifies (events, positions, agreements)."""
        kind = self._of.get(type_name)
        if kind is None:
            is_a = self._ontology.is_a
            kind = next(
                (
                    kind
                    for ancestor, kind in (
                        ("Place", "place"),
                        ("Person", "person"),
                        ("Group", "group"),
                        ("Actor", "actor"),
                    )
                    if is_a(type_name, ancestor)
                ),
                "",
            )
            self._of[type_name] = kind
        return kind

    def disjoint(self, one: str, other: str) -> bool:
        """Whether nothing can be of both types."""
        found = self._disjoint.get((one, other))
        if found is None:
            found = self._disjoint[one, other] = self._ontology.disjoint(one, other)
        return found

    def excluded(self, types: Set[str]) -> dict[str, frozenset[str]]:
        """For each of some types those of them that are disjoint with it.

        Types with equal values are never disjoint with each other, which makes them the classes that a component is
        divided into. A type that goes with two which exclude each other (an Actor beside a Person and a Group) is in
        neither's class: which of the two it means, nobody said.
        """
        return {one: frozenset([other for other in types if self.disjoint(one, other)]) for one in types}


def identity_of(entity: Entity, kind: str) -> Identity:
    """The tokens and facts of an entity whose type is of a kind (see `Kinds`).

    One word does not identify a person: "Hanafi" alone stays with its own annotation set.
    """
    return _identity(
        entity.type,
        kind,
        tuple([name.text for name in entity.names]) if entity.names else (),
        tuple([mention.words for mention in entity.mentions]),
        entity.identifiers,
        entity.named,
    )


def identity_of_row(type_name: str, body: dict[str, Any], kind: str) -> Identity:
    """The same from an entity, or a record, as the ledger keeps it."""
    if "own" in body:
        return identity_of_record(type_name, body, kind)
    return _identity(
        type_name,
        kind,
        tuple(text for text, _ in body.get("names", ())),
        tuple(" ".join(f[2] for f in mention) for mention in body["mentions"]),
        tuple(body.get("identifiers", ())),
        body.get("named"),
    )


def identity_of_record(type_name: str, body: dict[str, Any], kind: str) -> Identity:
    """The tokens, facts and names of a record, from what the ledger keeps of it.

    Its identifiers identify it. Names do only of organisations and states, and neither weak ones nor aliases that are
    a few capitals: two people of one name are two, and AIG is more than one company.
    """
    facts = {(TYPE, type_name): None, NAMED_FACT: None, (LISTED, body["list"]): None}
    tokens = ["i:" + identifier for identifier in body["identifiers"]]
    facts.update(((IDENTIFIER, identifier), None) for identifier in body["identifiers"])
    facts.update(((_QUALITIES[quality], text), None) for text, _, quality in body["names"])
    listed = {(tokens[0], ""): None}
    if kind == "group" or type_name == "State":
        for text, _, quality in body["names"]:
            if quality == "preferred" or (quality == "strong" and not is_abbreviation(text)):
                listed[tokens[0], f"n:{kind}:{name_key(text)}"] = None
    return Identity(tuple(tokens), tuple(facts), tuple(listed))


@lru_cache(maxsize=16384)  # the same few actors are met again and again
def _identity(
    type_name: str,
    kind: str,
    given: tuple[str, ...],
    mentions: tuple[str, ...],
    known_as: tuple[str, ...],
    named: bool | None,
) -> Identity:
    facts: dict[tuple[str, str], None] = {(TYPE, type_name): None}
    tokens: dict[str, None] = {}
    for identifier in known_as:
        facts[IDENTIFIER, identifier] = None
        tokens["i:" + identifier] = None
    proper = () if named is False else tuple(words for words in mentions if is_named(words))
    if named is True and not proper and not given:
        proper = mentions[:1]
    for text in given:
        facts[SHOWN if text == given[0] else GIVEN, text] = None
    for text in proper:
        facts[PROPER, text] = None
    if not given and not proper:
        facts[WORDS, mentions[0]] = None
    if named is not False and (tokens or proper or given):
        facts[NAMED_FACT] = None
        if kind:
            for text in (*given, *proper):
                if kind != "person" or content_words(text) > 1:
                    tokens[f"n:{kind}:{name_key(text)}"] = None
    return Identity(tuple(tokens), tuple(facts))


def pairs(tokens: tuple[str, ...]) -> list[tuple[str, str]]:
    """The links one entity makes between its tokens, each in sorted order."""
    if len(tokens) < 2:
        return []
    first = tokens[0]
    made = {(first, other) if first < other else (other, first) for other in tokens[1:]}
    held = [token for token in tokens if token.startswith("i:")]
    # "i:" sorts before "n:", so these pairs are in order too.
    made.update((one, name) for one in held for name in tokens if name.startswith("n:"))
    return sorted(made)


def scheme(token: str) -> str:
    """The scheme of an identifier's token."""
    return token[2:].partition(":")[0]


def ambiguous(name: str, linked: Iterable[str]) -> set[str]:
    """The schemes in which a name's token is linked to more than one identifier."""
    held: dict[str, set[str]] = defaultdict(set)
    for token in linked:
        if token.startswith("i:"):
            held[scheme(token)].add(token)
    return {one for one, several in held.items() if len(several) > 1}


def joins(tokens: Iterable[str], linked: dict[str, set[str]]) -> Callable[[str, str], bool]:
    """Tells of two linked tokens whether the link holds; those of an ambiguous name to identifiers do not."""
    cut = {name: ambiguous(name, linked.get(name, ())) for name in tokens if name.startswith("n:")}

    def joined(one: str, other: str) -> bool:
        if one.startswith("i:"):
            one, other = other, one
        return not (other.startswith("i:") and scheme(other) in cut.get(one, ()))

    return joined


def components(
    tokens: Set[str], linked: dict[str, set[str]], joined: Callable[[str, str], bool]
) -> list[set[str]]:
    """The connected components of tokens, by the links that hold."""
    found: list[set[str]] = []
    left = set(tokens)
    for start in sorted(tokens):
        if start not in left:
            continue
        left.discard(start)
        component, waiting = {start}, [start]
        while waiting:
            token = waiting.pop()
            for other in linked.get(token, ()):
                if other in left and joined(token, other):
                    left.discard(other)
                    component.add(other)
                    waiting.append(other)
        found.append(component)
    return found


def links_of(ledger: Ledger, tokens: Iterable[str]) -> dict[str, set[str]]:
    """Every live link of some tokens, both ways."""
    linked: dict[str, set[str]] = defaultdict(set)
    for some in batches(list(tokens)):
        for column, other in (("a", "b"), ("b", "a")):
            for one, two in ledger.db.execute(
                f"SELECT {column}, {other} FROM links WHERE {column} IN ({marks(some)}) AND uses > 0", some
            ):
                linked[one].add(two)
                linked[two].add(one)
    return linked


def order(identifier: str) -> tuple[tuple[int, str], str]:
    """Sorts the best identifier first."""
    return identifiers.rank(identifier), identifier


def canonical_of(ledger: Ledger, node: int) -> str | None:
    """A node's id: its best identifier, else the key of its oldest live entity; None when nothing live is left.

    An identifier that is divided between nodes is the id of none of them: ids are unique.
    """
    held = [
        value
        for (value,) in ledger.db.execute(
            "SELECT value FROM facts WHERE node=? AND kind=? AND uses > 0", (node, IDENTIFIER)
        )
    ]
    for value in sorted(held, key=order):
        if len(ledger.nodes_of("i:" + value)) < 2:
            return str(value)
    row = ledger.db.execute(
        "SELECT key FROM entities WHERE node=? AND live ORDER BY id LIMIT 1", (node,)
    ).fetchone()
    return str(row[0]) if row else None


def turned(ledger: Ledger, changes: dict[tuple[int, str, str], int]) -> set[int]:
    """The nodes of which a fact became true or ceased to be, by how many more entities state each than before."""
    found: set[int] = set()
    for fact, change in changes.items():
        if change and fact[0] not in found:
            row = ledger.db.execute(
                "SELECT uses FROM facts WHERE node=? AND kind=? AND value=?", fact
            ).fetchone()
            now = row[0] if row else 0
            if (now > 0) != (now - change > 0):
                found.add(fact[0])
    return found


def altered(ledger: Ledger, changes: dict[tuple[int, str, str], int]) -> set[int]:
    """The nodes that are other than they were: those that `turned`, and those whose preferred name may be another, as
    of several names of one kind the one that most entities have is preferred.
    """
    found = turned(ledger, changes)
    for (node, kind, name), change in changes.items():
        if change and kind in NAMES and node not in found:
            rival = ledger.db.execute(
                "SELECT 1 FROM facts WHERE node=? AND kind=? AND value<>? AND uses > 0 LIMIT 1",
                (node, kind, name),
            )
            if rival.fetchone():
                found.add(node)
    return found


def load_body(text: str) -> dict[str, Any]:
    """An entity's or claim's body as the ledger keeps it."""
    body: dict[str, Any] = json.loads(text)
    return body
