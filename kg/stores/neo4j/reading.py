"""What the graph in Neo4j says, as the lines that `kg.rdf` writes, with whatever somebody else has put into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from kg.rdf import term
from kg.stores.neo4j.connection import Connection
from kg.stores.neo4j.items import statements
from kg.stores.neo4j.schema import EDGE_PROPERTIES, KEYS, LISTS, STATE, Names, quoted

_NODE = (
    " RETURN labels(n), properties(n), [(n)-[link]->(end) WHERE NOT type(link) IN $edges |"
    " [type(link), [label IN labels(end) WHERE label IN $keys][0], coalesce(end.id, elementId(end))]]"
)


class Reader:
    """Reads a graph's store back."""

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection, self._names = connection, names
        self._keys, self._edges = list(KEYS), list(names.edges)

    def statements(self, subjects: Sequence[str], nodes: Collection[str]) -> Mapping[str, list[str]]:
        """The lines of each subject."""
        asked: dict[tuple[str, bool], dict[str, str]] = defaultdict(dict)
        for iri in subjects:
            key, id = self._names.reference(iri)
            asked[key, key == "Thing" and iri not in nodes][id] = iri
        found: dict[str, list[str]] = {iri: [] for iri in subjects}
        for (key, whole), iris in asked.items():
            for id, *node in self._connection.stream(
                f"UNWIND $ids AS id MATCH (n:{key} {{id: id}}){_NODE.replace('RETURN', 'RETURN id,')}",
                {"ids": list(iris), "keys": self._keys, "edges": [] if whole else self._edges},
            ):
                lines = statements(self._names, *node)
                found[iris[id]] = list(dict.fromkeys(f"{iris[id]} {line} ." for line in lines))
        return found

    def edges(self, relations: Iterable[str]) -> Iterator[str]:
        """The lines of direct edges, each once, and one more for each that is not as its Relationship says."""
        wanted = {term(iri) for iri in relations}
        for type, predicate in self._names.edges.items():
            if predicate in wanted:
                yield from self._edges_of(type, predicate)

    def _edges_of(self, type: str, predicate: str) -> Iterator[str]:
        seen: set[str] = set()
        ids: set[str] = set()
        for subject_key, subject, object_key, object_, id, sound in self._connection.stream(
            f"MATCH (s)-[edge:{quoted(type)}]->(o) OPTIONAL MATCH (r:Relationship {{id: edge.id}})"
            " RETURN [label IN labels(s) WHERE label IN $keys][0], coalesce(s.id, elementId(s)),"
            " [label IN labels(o) WHERE label IN $keys][0], coalesce(o.id, elementId(o)), edge.id,"
            " all(name IN $names WHERE edge[name] = r[name] OR (edge[name] IS NULL AND r[name] IS NULL))"
            " AND all(name IN keys(edge) WHERE name IN $names)",
            {"keys": self._keys, "names": list(EDGE_PROPERTIES)},
        ):
            line = f"{self._names.iri(subject_key, subject)} {predicate} {self._names.iri(object_key, object_)} ."
            if line not in seen:
                seen.add(line)
                yield line
            if not sound or id in ids:
                yield f"{line} (its figures are not those of the relationship {id})"
            ids.add(id)
        for (id,) in self._connection.stream(
            "MATCH (r:Relationship {predicate: $predicate}) WHERE r.affirmed > 0 RETURN r.id",
            {"predicate": self._names.relations[predicate]},
        ):
            if id not in ids:
                yield f"{predicate} (the one of the relationship {id} is missing)"

    def everything(self) -> Iterator[str]:
        """Every line."""
        bound = {"keys": self._keys, "edges": self._edges}
        for key in KEYS:
            for labels, properties, links in self._connection.stream(f"MATCH (n:{key}){_NODE}", bound):
                subject = self._names.iri(key, properties.get("id", ""))
                for line in statements(self._names, labels, properties, links):
                    yield f"{subject} {line} ."
        for id, *node in self._connection.stream(
            f"MATCH (n) WHERE NOT n:{'|'.join((STATE, *KEYS))}{_NODE.replace('RETURN', 'RETURN elementId(n),')}",
            bound,
        ):
            for line in statements(self._names, *node):
                yield f"_:{id} {line} ."
        for type, predicate in self._names.edges.items():
            yield from self._lines_of(type, predicate)

    def _lines_of(self, type: str, predicate: str) -> Iterator[str]:
        for subject_key, subject, object_key, object_ in self._connection.stream(
            f"MATCH (s)-[edge:{quoted(type)}]->(o) WITH DISTINCT s, o"
            " RETURN [label IN labels(s) WHERE label IN $keys][0], coalesce(s.id, elementId(s)),"
            " [label IN labels(o) WHERE label IN $keys][0], coalesce(o.id, elementId(o))",
            {"keys": self._keys},
        ):
            yield f"{self._names.iri(subject_key, subject)} {predicate} {self._names.iri(object_key, object_)} ."

    def count(self) -> int:
        """How many lines there are."""
        [[statements]] = self._connection.stream(
            f"MATCH (n) WHERE NOT n:{STATE} WITH labels(n) AS labels, properties(n) AS held"
            " RETURN sum(size(labels) + reduce(lines = 0, name IN keys(held) | lines + CASE WHEN name IN $lists"
            " THEN size(held[name]) ELSE 1 END))",
            {"lists": sorted(LISTS)},
        )
        [[links]] = self._connection.stream("MATCH ()-[link]->() RETURN count(link)")
        for type in self._names.edges:
            [[all_, distinct]] = self._connection.stream(
                f"MATCH (s)-[edge:{quoted(type)}]->(o) WITH s, o, count(edge) AS n RETURN coalesce(sum(n), 0), count(n)"
            )
            links += distinct - all_
        return int(statements + links)
