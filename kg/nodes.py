"""Which node each entity belongs to, kept right while entities come, change and go.

A chunk's contributions are counted in memory and written together; afterwards the nodes whose tokens were joined or
parted are regrouped, as are those that came to hold disjoint types, and those whose best identifier or oldest entity
changed get their new id.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from kg import identity, listed
from kg.changes import Changes
from kg.identity import DIVIDED, NAMED_FACT, Identity, Kinds
from kg.ledger import Ledger, batches, marks
from kg.regrouping import regroup
from kg.relationships import Relationships

# Tokens kept in memory up to this many; beyond, the ledger is asked.
_REMEMBERED = 200_000


@lru_cache(maxsize=4096)  # many nodes have equal types: they share the set
def _with(types: frozenset[str], one: str) -> frozenset[str]:
    return types | {one}


class Nodes:
    """Assigns entities to nodes within one run.

    `clashing` are the tokens on which the run met disjoint types; they may have been mended since. `unsettled` are
    nodes that entities of this chunk with divided tokens are in until these are divided anew: no token need lead there.
    """

    def __init__(self, ledger: Ledger, kinds: Kinds, relationships: Relationships) -> None:
        self.ledger, self.kinds, self.relationships = ledger, kinds, relationships
        self._next = ledger.highest("nodes") + 1
        self._tokens: dict[str, int] = {}
        self._identifiers_of: dict[str, set[str]] = {}
        self._types: dict[int, frozenset[str]] = {}
        self.clashing: set[str] = set()
        # While every token there is is remembered, not finding one means that it is new: no need to ask the ledger.
        self._complete = self._next == 1
        self.reset()

    def reset(self) -> None:
        """Begin a chunk."""
        self._token_uses: dict[str, int] = defaultdict(int)
        self._token_node: dict[str, int] = {}
        self._link_uses: dict[tuple[str, str], int] = defaultdict(int)
        self._fact_uses: dict[tuple[int, str, str], int] = defaultdict(int)
        self._listed_uses: dict[tuple[str, str], int] = defaultdict(int)
        self._new: dict[int, str] = {}
        self._suspects: set[int] = set()
        self.unsettled: set[int] = set()
        self._rename: set[int] = set()
        self._touched: set[int] = set()
        self._moved: set[int] = set()
        if len(self._tokens) > _REMEMBERED:
            self._forget_tokens()

    def forget(self) -> None:
        """After a chunk that failed, remember nothing of it."""
        self._forget_tokens()
        self.reset()

    def _forget_tokens(self) -> None:
        self._tokens.clear()
        self._identifiers_of.clear()
        self._types.clear()
        self._complete = False

    def make(self) -> int:
        """A node that nothing belongs to yet, written at once."""
        node = self._next
        self._next += 1
        self.ledger.db.execute("INSERT INTO nodes VALUES (?, '')", (node,))
        return node

    def assign(self, who: Identity, key: str, own: int = 0) -> int:
        """The node that an entity's tokens belong to, joining what they join.

        Without tokens it is a node of the entity's own: `own` if it had one before, else a new one.
        """
        tokens, type_name = who.tokens, who.facts[0][1]
        node, met_identifier, divided = 0, False, False
        for token in tokens:
            other = self._node_of(token)
            if other == DIVIDED:
                divided = True
                other = self._part(token, type_name)
            if not other:
                met_identifier = met_identifier or token.startswith("i:")
            elif not node:
                node = other
            elif other != node:
                self._suspects.update((node, other))
        if not tokens and own:
            node = own
            self._rename.add(node)
        if not node:
            node = self._next
            self._next += 1
            held = [value for kind, value in who.facts if kind == identity.IDENTIFIER]
            self._new[node] = min(held, key=identity.order) if held else key
        elif met_identifier:
            self._rename.add(node)
        if divided:
            self._meet_divided(tokens, type_name, node)
        if tokens:
            types = self._types.get(node)
            if types is None:
                types = self._types[node] = self._types_of(node)
            if type_name not in types:
                self._types[node] = _with(types, type_name)
                if any(self.kinds.disjoint(type_name, other) for other in types):
                    self._suspects.add(node)
        for token in tokens:
            self._token_uses[token] += 1
            self._token_node[token] = self._tokens.setdefault(token, node)
        for pair in identity.pairs(tokens):
            self._link_uses[pair] += 1
            if pair[0].startswith("i:") and pair[1].startswith("n:"):
                self._watch(pair[1], pair[0], node)
        for kind, value in who.facts:
            self._fact_uses[node, kind, value] += 1
        for pair in who.listed:
            self._listed_uses[pair] += 1
        self._touched.add(node)
        return node

    def _node_of(self, token: str) -> int:
        node = self._tokens.get(token)
        if node is None:
            if self._complete:
                return 0
            row = self.ledger.db.execute(
                "SELECT node FROM tokens WHERE token=? AND uses > 0", (token,)
            ).fetchone()
            if row is None:
                return 0
            node = self._tokens[token] = int(row[0])
        return node

    def _types_of(self, node: int) -> frozenset[str]:
        if self._complete or node in self._new:
            return frozenset()
        return frozenset(
            [
                type_name
                for (type_name,) in self.ledger.db.execute(
                    "SELECT value FROM facts WHERE node=? AND kind=? AND uses > 0", (node, identity.TYPE)
                )
            ]
        )

    def _part(self, token: str, type_name: str) -> int:
        """The node that a divided token leads to for a type; 0 if none of that type has it yet."""
        row = self.ledger.db.execute(
            "SELECT node FROM divided WHERE token=? AND type=?", (token, type_name)
        ).fetchone()
        return int(row[0]) if row else 0

    def _meet_divided(self, tokens: tuple[str, ...], type_name: str, node: int) -> None:
        """An entity with divided tokens changes nothing only if each is known for its type, and leads to its node."""
        self.clashing.update(tokens)
        if any(self._node_of(token) != DIVIDED or self._part(token, type_name) != node for token in tokens):
            self._suspect(node, tokens)
            self.unsettled.add(node)

    def _suspect(self, node: int, tokens: tuple[str, ...]) -> None:
        self._suspects.add(node)
        for token in tokens:
            held = self._node_of(token)
            self._suspects.update(self.ledger.nodes_of(token) if held == DIVIDED else (held,))

    def _watch(self, name: str, held: str, node: int) -> None:
        """A name that meets its second identifier of one scheme identifies neither: look at its node again."""
        known = self._identifiers_of.get(name)
        if known is None:
            known = set() if self._complete else identity.links_of(self.ledger, [name]).get(name, set())
            self._identifiers_of[name] = known
        if held not in known:
            known.add(held)
            if identity.ambiguous(name, known):
                self._suspects.add(node)

    def release(self, node: int, who: Identity) -> None:
        """Take back what an entity contributed to its node."""
        for token in who.tokens:
            self._token_uses[token] -= 1
            self._token_node.setdefault(token, node)
        for pair in identity.pairs(who.tokens):
            self._link_uses[pair] -= 1
        if len(who.tokens) > 1 or any(self._node_of(token) == DIVIDED for token in who.tokens):
            # A link that was cut, its name being ambiguous, has its ends in two nodes; both may change without it.
            self._suspect(node, who.tokens)
        for kind, value in who.facts:
            self._fact_uses[node, kind, value] -= 1
        for pair in who.listed:
            self._listed_uses[pair] -= 1
        self._rename.add(node)
        self._touched.add(node)

    # The end of a chunk

    def write(self, changes: Changes) -> bool:
        """Write the chunk's contributions, regroup and rename; whether entities moved between nodes."""
        many = self.ledger.many
        many(
            "INSERT INTO tokens VALUES (?,?,?) ON CONFLICT(token) DO UPDATE SET uses = uses + excluded.uses,"
            " node = CASE WHEN uses > 0 THEN node ELSE excluded.node END",
            [(token, self._token_node[token], uses) for token, uses in self._token_uses.items() if uses],
        )
        many(
            "INSERT INTO links VALUES (?,?,?) ON CONFLICT DO UPDATE SET uses = uses + excluded.uses",
            [(*pair, uses) for pair, uses in self._link_uses.items() if uses],
        )
        many(
            "INSERT INTO facts VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET uses = uses + excluded.uses",
            [(*fact, uses) for fact, uses in self._fact_uses.items() if uses],
        )
        many("INSERT INTO nodes VALUES (?,?)", list(self._new.items()))
        self._drop_unused()
        changes.facts = self._fact_uses
        self._suspects |= listed.write(self.ledger, self._listed_uses)
        self._suspects |= listed.met(self.ledger, self._token_uses, self._link_uses)
        moved = self._regroup(changes)
        self._rename_nodes(changes)
        self._count_speakers_again(changes)
        return moved

    def _drop_unused(self) -> None:
        """Drop what nothing uses any more, so that a split sees live links only."""
        many = self.ledger.many
        tokens = [(token,) for token, uses in self._token_uses.items() if uses < 0]
        many("DELETE FROM tokens WHERE token=? AND uses <= 0", tokens)
        many(
            "DELETE FROM divided WHERE token=?1 AND NOT EXISTS (SELECT 1 FROM tokens WHERE token=?1)", tokens
        )
        many(
            "DELETE FROM links WHERE a=? AND b=? AND uses <= 0",
            [pair for pair, uses in self._link_uses.items() if uses < 0],
        )
        many(
            "DELETE FROM facts WHERE node=? AND kind=? AND value=? AND uses <= 0",
            [fact for fact, uses in self._fact_uses.items() if uses < 0],
        )
        if tokens:
            self._forget_tokens()

    def _regroup(self, changes: Changes) -> bool:
        if not self._suspects:
            return False
        moved = regroup(self.ledger, self._suspects, self, changes.sequence)
        changes.nodes |= moved.nodes
        changes.relationships |= moved.relationships
        changes.stale |= moved.sets
        self.clashing |= moved.divided
        self._rename |= moved.nodes
        self._moved |= moved.nodes
        if moved.nodes:
            self._forget_tokens()
        return bool(moved.nodes)

    def _count_speakers_again(self, changes: Changes) -> None:
        """Relationships whose speakers became named or unnamed, by whatever annotation set, count them differently."""
        turned = identity.turned(
            self.ledger,
            {
                fact: change
                for fact, change in self._fact_uses.items()
                if fact[1:] == NAMED_FACT and fact[0] not in self._new
            },
        )
        for node in turned | self._moved:
            changes.relationships.update(
                number
                for (number,) in self.ledger.db.execute(
                    "SELECT DISTINCT relationship FROM claims WHERE live AND speaker IS NOT NULL"
                    " AND speaker IN (SELECT id FROM entities WHERE node=?)",
                    (node,),
                )
            )

    def reconsider_types(self) -> bool:
        """Look again at what holds disjoint types or is divided: the ontology may say otherwise than when that was
        settled. Whether there is any such node."""
        db = self.ledger.db
        several: dict[int, set[str]] = {}
        for node, type_name in db.execute(
            "SELECT node, value FROM facts WHERE kind=? AND uses > 0", (identity.TYPE,)
        ):
            several.setdefault(node, set()).add(type_name)
        self._suspects.update(
            node for node, types in several.items() if any(self.kinds.excluded(types).values())
        )
        self._suspects.update(node for (node,) in db.execute("SELECT DISTINCT node FROM divided"))
        return bool(self._suspects)

    def reconsider(self, node: int) -> None:
        """An older entity is back: the node may be called after it again."""
        self._rename.add(node)

    def _rename_nodes(self, changes: Changes) -> None:
        """Recompute the ids of nodes that gained or lost an identifier or an entity."""
        db = self.ledger.db
        # Nodes that were empty, known only by tokens of entities that are elsewhere, may have got their first entity.
        empty = db.execute("SELECT id FROM nodes WHERE canonical = ''")
        self._rename.update(node for (node,) in empty if node in self._touched)
        renamed: list[tuple[str, int]] = []
        for some in batches(sorted(self._rename)):
            rows = db.execute(f"SELECT id, canonical FROM nodes WHERE id IN ({marks(some)})", some).fetchall()
            for node, was in rows:
                now = identity.canonical_of(self.ledger, node)
                if now == was:
                    continue
                renamed.append((now or "", node))
                if node in self._new or not was:
                    continue
                changes.tombstones.append((was, node))
                changes.nodes.add(node)
                sets = db.execute("SELECT DISTINCT set_id FROM entities WHERE node=? AND live", (node,))
                changes.stale.update(one for (one,) in sets)
                changes.relationships.update(self.relationships.of(node))
        self.ledger.many("UPDATE nodes SET canonical=? WHERE id=?", renamed)
        self.ledger.many(
            "INSERT INTO tombstones VALUES ('node', ?, ?, ?)",
            [(was, node, changes.sequence) for was, node in changes.tombstones],
        )
