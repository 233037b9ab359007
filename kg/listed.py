"""Which record of a reference list a name in an article means.

Records come together by identifiers alone, like all that has them. What is known in articles by name, without being
any record by an identifier, is a record where

- some of its names are names of that record (see `kg.identity.identity_of_record`), and of no other that is not the
  same as it by identifiers: a name that two records claim means neither;
- all its names that so mean a record mean the same one; and
- it has no identifier of a scheme in which the record, or what else is that record by name, has another one.

So a list can only add to what articles say of one thing: it puts no two records together, and takes nothing apart that
articles hold together. The outcome depends on what is live and not on the order in which it came.

The table `listed` has a row for each name of each record, by the record's first identifier, and one with the empty
name for the record itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.dividing import Reach
from kg.identity import scheme
from kg.ledger import Ledger, batches, marks

# A name that more records than this claim means none of them; who they are is not looked into.
_MANY = 20


def write(ledger: Ledger, uses: Mapping[tuple[str, str], int]) -> set[int]:
    """Write which names records gained and lost; the nodes to look at again."""
    changed = {pair: count for pair, count in uses.items() if count}
    if not changed:
        return set()
    ledger.many(
        "INSERT INTO listed VALUES (?,?,?) ON CONFLICT DO UPDATE SET uses = uses + excluded.uses",
        [(*pair, count) for pair, count in changed.items()],
    )
    ledger.many(
        "DELETE FROM listed WHERE identifier=? AND name=? AND uses <= 0",
        [pair for pair, count in changed.items() if count < 0],
    )
    names = {name for _, name in changed if name}
    return _nodes(ledger, names) | _spoken_of(
        ledger, _nodes(ledger, {one for one, name in changed if not name})
    )


def met(ledger: Ledger, tokens: Mapping[str, int], links: Mapping[tuple[str, str], int]) -> set[int]:
    """The nodes to look at again because articles brought a name that records claim, or a link to what is a record."""
    if not ledger.db.execute("SELECT EXISTS (SELECT 1 FROM listed)").fetchone()[0]:
        return set()
    new: set[str] = set()
    for token, count in tokens.items():
        if count > 0 and token.startswith("n:"):
            row = ledger.db.execute("SELECT uses FROM tokens WHERE token=?", (token,)).fetchone()
            if row is not None and row[0] == count:
                new.add(token)
    suspects: set[int] = set()
    for some in batches(sorted(new)):
        found = ledger.db.execute(f"SELECT DISTINCT name FROM listed WHERE name IN ({marks(some)})", some)
        suspects |= _nodes(ledger, {name for (name,) in found})
    linked: set[str] = set()
    for pair, count in links.items():
        row = ledger.db.execute("SELECT uses FROM links WHERE a=? AND b=?", pair).fetchone()
        if count > 0 and row is not None and row[0] == count:
            linked.update(pair)
    return suspects | _of_records(ledger, _nodes(ledger, linked))


def claims(
    ledger: Ledger, tokens: Iterable[str], claimed: dict[str, set[str]], records: set[str]
) -> set[str]:
    """Add which records claim the names among some tokens, and those they have besides; all tokens met so."""
    names = {token for token in tokens if token.startswith("n:")}
    for some in batches(sorted(token for token in tokens if token.startswith("i:"))):
        for identifier, name in ledger.db.execute(
            f"SELECT identifier, name FROM listed WHERE identifier IN ({marks(some)}) AND (name = ''"
            " OR EXISTS (SELECT 1 FROM tokens WHERE token = name))",
            some,
        ):
            if name:
                names.add(name)
            else:
                records.add(identifier)
    met: set[str] = set()
    for some in batches(sorted(names - claimed.keys())):
        rows = ledger.db.execute(
            "SELECT name, identifier FROM listed WHERE name IN (SELECT name FROM listed"
            f" WHERE name IN ({marks(some)}) GROUP BY name HAVING count(*) <= {_MANY})",
            some,
        )
        for name, identifier in rows:
            claimed.setdefault(name, set()).add(identifier)
            met.update((name, identifier))
    return met


def attach(reach: Reach, components: list[set[str]]) -> list[set[str]]:
    """The components of tokens, those known by a record's name alone joined to the record's."""
    if not reach.claimed:
        return components
    index = {token: number for number, component in enumerate(components) for token in component}
    held = {index[token] for token in reach.records if token in index}
    wishes: dict[int, list[int]] = defaultdict(list)
    for number, component in enumerate(components):
        if number in held:
            continue
        meant: set[int] = set()
        for name in component:
            those = {index[one] for one in reach.claimed.get(name, ()) if one in index}
            if len(those) == 1:
                meant |= those
        if len(meant) == 1:
            wishes[meant.pop()].append(number)
    joined: set[int] = set()
    for record, others in wishes.items():
        for number in _agreeing(reach, components, record, others):
            components[record] |= components[number]
            joined.add(number)
    return [component for number, component in enumerate(components) if number not in joined]


def _agreeing(reach: Reach, components: list[set[str]], record: int, others: list[int]) -> list[int]:
    """Those of some components that have no identifier beside which the record, or another of them, has another."""
    own = _by_scheme(components[record])
    known = {number: _by_scheme(_identifiers(reach, components[number])) for number in others}
    every: dict[str, set[str]] = defaultdict(set)
    for schemes in known.values():
        for name, values in schemes.items():
            every[name] |= values
    return [
        number
        for number, schemes in known.items()
        if all(
            values <= own[name] if name in own else len(every[name]) == 1 for name, values in schemes.items()
        )
    ]


def _identifiers(reach: Reach, component: set[str]) -> set[str]:
    """The identifiers in a component, and those that one of its names is linked to, though the link be cut."""
    return component.union(*(reach.linked.get(token, ()) for token in component))


def _by_scheme(tokens: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for token in tokens:
        if token.startswith("i:"):
            found.setdefault(scheme(token), set()).add(token)
    return found


def _nodes(ledger: Ledger, tokens: set[str]) -> set[int]:
    """The nodes that some tokens lead to."""
    return {
        node
        for some in batches(sorted(tokens))
        for (node,) in ledger.db.execute(
            f"SELECT node FROM tokens WHERE token IN ({marks(some)}) UNION"
            f" SELECT node FROM divided WHERE token IN ({marks(some)})",
            some + some,
        )
    }


def _spoken_of(ledger: Ledger, nodes: set[int]) -> set[int]:
    """Those of some nodes to which entities of articles belong."""
    return _with(ledger, nodes, "set_id > 0")


def _of_records(ledger: Ledger, nodes: set[int]) -> set[int]:
    """Those of some nodes to which records belong."""
    return _with(ledger, nodes, "set_id < 0")


def _with(ledger: Ledger, nodes: set[int], condition: str) -> set[int]:
    return {
        node
        for some in batches(sorted(nodes))
        for (node,) in ledger.db.execute(
            f"SELECT DISTINCT node FROM entities WHERE node IN ({marks(some)}) AND live AND {condition}", some
        )
    }
