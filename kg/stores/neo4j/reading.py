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

_ENDS = (
    " RETURN type(edge), [label IN labels(s) WHERE label IN $keys][0], coalesce(s.id, elementId(s)),"
    " [label IN labels(o) WHERE label IN $keys][0], coalesce(o.id, elementId(o))"
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
                lines = statements(self._names, iris[id], *node)
                found[iris[id]] = list(dict.fromkeys(f"{iris[id]} {line} ." for line in lines))
        return found

    def edges(self, relations: Iterable[str]) -> Iterator[str]:
        """The lines of direct edges, each once, and one more for each that is not as its Relationship says."""
        wanted = {term(iri) for iri in relations}
        types = {type: predicate for type, predicate in self._names.edges.items() if predicate in wanted}
        if not types:
            return
        seen: set[str] = set()
        ids: set[str] = set()
        for type, *ends, id, sound in self._connection.stream(
            f"MATCH (s)-[edge:{_any(types)}]->(o) OPTIONAL MATCH (r:Relationship {{id: edge.id}}){_ENDS}, edge.id,"
            " all(name IN $names WHERE edge[name] = r[name] OR (edge[name] IS NULL AND r[name] IS NULL))"
            " AND all(name IN keys(edge) WHERE name IN $names)",
            {"keys": self._keys, "names": list(EDGE_PROPERTIES)},
        ):
            line = self._line(type, *ends)
            if line not in seen:
                seen.add(line)
                yield line
            if not sound or id in ids:
                yield f"{line} (its figures are not those of the relationship {id})"
            ids.add(id)
        for (id,) in self._connection.stream(
            "MATCH (r:Relationship) WHERE r.affirmed > 0 AND r.predicate IN $predicates RETURN r.id",
            {"predicates": [self._names.relations[predicate] for predicate in types.values()]},
        ):
            if id not in ids:
                yield f"(that of the relationship {id}, which is missing)"

    def everything(self) -> Iterator[str]:
        """Every line."""
        bound = {"keys": self._keys, "edges": self._edges}
        for key in KEYS:
            for labels, properties, links in self._connection.stream(f"MATCH (n:{key}){_NODE}", bound):
                subject = self._names.iri(key, properties.get("id", ""))
                for line in statements(self._names, subject, labels, properties, links):
                    yield f"{subject} {line} ."
        for id, *node in self._connection.stream(
            f"MATCH (n) WHERE NOT n:{'|'.join((STATE, *KEYS))}{_NODE.replace('RETURN', 'RETURN elementId(n),')}",
            bound,
        ):
            for line in statements(self._names, f"_:{id}", *node):
                yield f"_:{id} {line} ."
        for text in self._direct(
            "WITH DISTINCT type(edge) AS type, s, o", _ENDS.replace("type(edge)", "type")
        ):
            for type, *ends in self._connection.stream(text, {"keys": self._keys}):
                yield self._line(type, *ends)

    def count(self) -> int:
        """How many lines there are."""
        counts = [
            f"MATCH (n) WHERE NOT n:{STATE} WITH labels(n) AS labels, properties(n) AS held"
            " RETURN sum(size(labels) + reduce(lines = 0, name IN keys(held) | lines + CASE WHEN name IN $lists"
            " THEN size(held[name]) WHEN name = 'iri' THEN 0 ELSE 1 END))",
            "MATCH (n)-[link]->() WHERE NOT type(link) IN $edges RETURN count(link)",
            *self._direct("WITH DISTINCT type(edge) AS type, s, o", " RETURN count(*)"),
        ]
        bound = {"lists": sorted(LISTS), "edges": self._edges}
        return sum(int(row[0]) for text in counts for row in self._connection.stream(text, bound))

    def _direct(self, distinct: str, then: str) -> Iterator[str]:
        """Queries for the direct edges: of those that lead to values, several may amount to one line."""
        if self._edges:
            match = f"MATCH (s)-[edge:{_any(self._edges)}]->(o)"
            yield f"{match} WHERE o:Value {distinct}{then}"
            yield f"{match} WHERE NOT o:Value WITH type(edge) AS type, s, o{then}"

    def _line(
        self, type: str, subject_key: str | None, subject: str, object_key: str | None, object_: str
    ) -> str:
        names = self._names
        return f"{names.iri(subject_key, subject)} {names.edges[type]} {names.iri(object_key, object_)} ."


def _any(types: Iterable[str]) -> str:
    return "|".join(map(quoted, types))
