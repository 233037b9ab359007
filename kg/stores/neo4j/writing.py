"""What a transaction does to the graph in Neo4j: batches of nodes and relationships, by UNWIND.

Each statement's text depends on labels and relationship types alone, so that the server plans it once; values are
parameters. Everything may be done twice: a transaction whose outcome stayed unknown is done again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from kg.stores.neo4j.items import Item
from kg.stores.neo4j.schema import ALWAYS, KEYS, LINKS, STATE, Reference, quoted
from ontology.errors import StoreError
from ontology.namespaces import edge_name

if TYPE_CHECKING:
    from neo4j import ManagedTransaction

Shape: TypeAlias = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]
"""Labels of a node, and (type, key label of its end) of the relationships that it cannot be without."""

_ROWS = 5000
_ORDER = {key: place for place, key in enumerate(KEYS)}


class EndMissing(Exception):
    """A relationship leads to a node that is not there."""


def create(transaction: ManagedTransaction, items: Sequence[Item]) -> None:
    """Make nodes that are not there yet, with the relationships that start from them; raises EndMissing."""
    shapes: dict[Shape, list[list[Any]]] = defaultdict(list)
    loose: dict[tuple[str, str, str], list[list[str]]] = defaultdict(list)
    edges: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    for one in sorted(items, key=lambda item: _ORDER[item.key]):
        fixed = [link for link in one.links if link.type in ALWAYS]
        fixed.sort()
        shapes[one.labels, tuple((link.type, link.key) for link in fixed)].append(
            [one.properties, *(link.id for link in fixed)]
        )
        for link in one.links:
            if link.type not in ALWAYS:
                loose[one.key, link.type, link.key].append([one.id, link.id])
        _add_edge(edges, one)
    for (labels, fixed_links), rows in shapes.items():
        ends = "".join(
            f"MATCH (end{place}:{key} {{id: row[{place}]}}) "
            for place, (_, key) in enumerate(fixed_links, start=1)
        )
        made = "".join(
            f", (n)-[:{type}]->(end{place})" for place, (type, _) in enumerate(fixed_links, start=1)
        )
        _unwind(
            transaction,
            f"{ends}CREATE (n:{':'.join(map(quoted, labels))}){made} SET n += row[0]",
            rows,
        )
    _link(transaction, loose)
    _make_edges(transaction, edges)


def change(
    transaction: ManagedTransaction,
    items: Sequence[Item],
    removed: Iterable[Reference],
    graph: str,
    sequence: int,
) -> None:
    """Bring nodes to what they are now, remove others, and the sequence with them; raises EndMissing."""
    took = transaction.run(
        f"MATCH (s:{STATE} {{id: 'attest', graph: $graph}}) SET s.sequence = $sequence RETURN count(s)",
        graph=graph,
        sequence=sequence,
    ).value()
    if took != [1]:
        raise StoreError("holds another graph by now; run `kg rebuild` once it is this graph's again")
    gone: dict[str, list[str]] = defaultdict(list)
    for reference in removed:
        gone[reference.key].append(reference.id)
    claims = [one for one in items if one.key == "Claim"]
    others = [one for one in items if one.key != "Claim"]
    _drop_edges(
        transaction, [*gone["Relationship"], *(one.id for one in others if one.key == "Relationship")]
    )
    # Nothing leads to a claim, so a changed one is made anew.
    gone["Claim"] += [one.id for one in claims]
    for key, ids in gone.items():
        for some in _parts(ids):
            transaction.run(
                f"UNWIND $ids AS id MATCH (n:{key} {{id: id}}) DETACH DELETE n", ids=some
            ).consume()
    _update(transaction, others)
    create(transaction, claims)


def _update(transaction: ManagedTransaction, items: Sequence[Item]) -> None:
    """Bring nodes and what starts from them to what they are now; what leads to them stays."""
    nodes: dict[str, list[list[Any]]] = defaultdict(list)
    links: dict[tuple[str, str, str], list[list[str]]] = defaultdict(list)
    edges: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    for one in sorted(items, key=lambda item: _ORDER[item.key]):
        nodes[one.key].append([one.properties, list(one.labels)])
        for link in one.links:
            links[one.key, link.type, link.key].append([one.id, link.id])
        _add_edge(edges, one)
    for key, rows in nodes.items():
        _unwind(
            transaction,
            f"MERGE (n:{key} {{id: row[0].id}}) SET n = row[0] WITH n, row,"
            " [label IN labels(n) WHERE NOT label IN row[1]] AS former REMOVE n:$(former) SET n:$(row[1])",
            rows,
        )
        for some in _parts([row[0]["id"] for row in rows]):
            transaction.run(
                f"UNWIND $ids AS id MATCH (n:{key} {{id: id}})-[link:{'|'.join(LINKS.values())}]->() DELETE link",
                ids=some,
            ).consume()
    _link(transaction, links)
    _make_edges(transaction, edges)


def _link(transaction: ManagedTransaction, links: dict[tuple[str, str, str], list[list[str]]]) -> None:
    for (key, type, end), rows in links.items():
        _unwind(
            transaction,
            f"MATCH (n:{key} {{id: row[0]}}) MATCH (end:{end} {{id: row[1]}}) CREATE (n)-[:{type}]->(end)",
            rows,
        )


def _add_edge(edges: dict[tuple[str, str], list[list[Any]]], item: Item) -> None:
    if (properties := item.edge) is not None:
        ends = {link.type: link for link in item.links}
        subject, object_ = ends["SUBJECT"], ends["OBJECT"]
        edges[edge_name(item.properties["predicate"]), object_.key].append(
            [subject.id, object_.id, properties]
        )


def _make_edges(transaction: ManagedTransaction, edges: dict[tuple[str, str], list[list[Any]]]) -> None:
    for (type, end), rows in edges.items():
        _unwind(
            transaction,
            f"MATCH (s:Thing {{id: row[0]}}) MATCH (o:{end} {{id: row[1]}})"
            f" CREATE (s)-[n:{quoted(type)}]->(o) SET n = row[2]",
            rows,
        )


def _drop_edges(transaction: ManagedTransaction, relationships: Sequence[str]) -> None:
    """Remove the direct edges of relationships, as the graph has them now."""
    types: dict[str, list[str]] = defaultdict(list)
    for some in _parts(relationships):
        for id, predicate in transaction.run(
            "UNWIND $ids AS id MATCH (r:Relationship {id: id}) RETURN id, r.predicate", ids=some
        ).values():
            types[edge_name(predicate)].append(id)
    for type, ids in types.items():
        transaction.run(
            "UNWIND $ids AS id MATCH (r:Relationship {id: id}) MATCH (r)-[:SUBJECT]->(s) MATCH (r)-[:OBJECT]->(o)"
            f" MATCH (s)-[edge:{quoted(type)} {{id: id}}]->(o) DELETE edge",
            ids=ids,
        ).consume()


def _unwind(transaction: ManagedTransaction, text: str, rows: Sequence[Any]) -> None:
    """Run a statement for each row; all of them must find what they look for."""
    for some in _parts(rows):
        done = transaction.run(f"UNWIND $rows AS row {text} RETURN count(n)", rows=some).value()
        if done != [len(some)]:
            raise EndMissing


def _parts(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS]
