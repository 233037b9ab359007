"""Runs a prepared question on a graph's store and gives its rows as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ontology.errors import QuestionError, StoreError
from ontology.namespaces import data_id, data_iri, local_name
from queries.binding import bind
from queries.catalogue import NAMED_COLUMNS, Catalogue, Question, Value

if TYPE_CHECKING:
    from kg.graph import Graph

Row = dict[str, Any]
_Wanted = tuple[str, str, int, int | None]


_XSD = "http://www.w3.org/2001/XMLSchema#"
_WHOLE = frozenset(
    _XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger", "unsignedInt")
)
SEPARATOR = "␟"
"""What joins the words of a `texts` column inside a query."""


class Runner:
    """A graph's questions, ready to be asked of its store."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.base = graph.settings.base

    @cached_property
    def catalogue(self) -> Catalogue:
        """The shipped questions and the graph's own."""
        return Catalogue.load([self.graph.path / "queries"], self.graph.store.dialect)

    def iri(self, id: str) -> str:
        """The IRI of a node."""
        return data_iri("node", id, self.base)

    def rows(
        self,
        question: Question | str,
        values: Mapping[str, Value],
        *,
        limit: int | None = None,
        after: int = 0,
        left_out: bool = False,
    ) -> list[Row]:
        """The rows of a question, each column of the type its header says; nothing is looked up besides names."""
        if isinstance(question, str):
            question = self.catalogue[question]
        bound = bind(question, values, limit=limit, after=after, left_out=left_out, base=self.base)
        store = self.graph.store
        try:
            columns, solutions = store.select(bound)
        except (SyntaxError, OSError, RuntimeError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise StoreError(f"{question.file}: the store could not answer it ({reason})") from error
        # A value is asked for by position: looking a variable up by name costs more than all the rest.
        place = {name: index for index, name in enumerate(columns)}
        for one in question.columns:
            if one.name not in place:
                raise QuestionError(
                    f"{question.file}: the header has {one.name}, but the query does not give it"
                )
        wanted = [
            (one.name, one.type, place[one.name], place.get(f"{one.name}_name")) for one in question.columns
        ]
        return self._typed(solutions, wanted, terms=store.dialect == "sparql")

    def _typed(self, solutions: Sequence[Any], wanted: Sequence[_Wanted], *, terms: bool) -> list[Row]:
        """Rows of RDF terms, or of a property graph's values: ids, strings, numbers and lists of them."""
        plain = _plain if terms else _of_value
        rows: list[Row] = []
        nameless: dict[str, list[Row]] = {}
        for solution in solutions:
            row: Row = {}
            for name, type, index, name_index in wanted:
                value = solution[index]
                if type not in NAMED_COLUMNS:
                    row[name] = plain(value, type)
                    continue
                cell = row[name] = (
                    None if value is None else {"id": self.id_of(value.value) if terms else value}
                )
                if cell is None:
                    continue
                words = None if name_index is None else solution[name_index]
                if words is not None:
                    cell["name"] = words.value if terms else words
                else:
                    nameless.setdefault(value.value if terms else self.iri(value), []).append(cell)
            rows.append(row)
        if nameless:
            self._name(nameless)
        return rows

    def id_of(self, iri: str) -> str:
        """The id of a node, value or article by its IRI."""
        found = data_id(iri, self.base)
        return found[1] if found else iri

    def _name(self, nameless: dict[str, list[Row]]) -> None:
        """Look up the names that the query did not give."""
        found = self.rows("_names", {"nodes": sorted(nameless)}) if nameless else []
        names = {row["node"]["id"]: row["node"]["name"] for row in found}
        for iri, cells in nameless.items():
            for cell in cells:
                cell["name"] = names.get(self.id_of(iri), self.id_of(iri))


def claim_ids(rows: Iterable[Row], column: str) -> list[str]:
    """The claims of all rows, each once, in order."""
    return list(dict.fromkeys(id for row in rows for id in row[column]))


def _plain(term: Any, type: str) -> Any:
    """A term as the value a column of that type holds; None where the query gave nothing."""
    if type == "claims":
        return sorted(set(term.value.split())) if term is not None else []
    if type == "texts":
        return sorted(set(term.value.split(SEPARATOR)) - {""}) if term is not None else []
    if term is None:
        return None
    if type == "relation":
        return local_name(term.value)
    if type == "boolean":
        return term.value in ("true", "1")
    if type == "integer":
        return int(term.value)
    if type == "number":
        return int(term.value) if term.datatype.value in _WHOLE else float(term.value)
    return term.value


def _of_value(value: Any, type: str) -> Any:
    """A property graph's value as a column of that type holds it."""
    if type in ("claims", "texts"):
        several = [value] if isinstance(value, str) else value or []
        return sorted({one for one in several if one})
    return value
