"""From what a person types to what a query takes: actors and articles by name or id, relations and types by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kg.answering.running import Row, Runner
from ontology import dates
from ontology.errors import DateError, UsageError
from ontology.names import name_key
from ontology.namespaces import data_iri
from queries.catalogue import RANGES, Parameter, Value

_LISTED = 8


def resolve(runner: Runner, parameter: Parameter, given: Any) -> tuple[Value, Any]:
    """(what the query takes, how the answer repeats it) for one parameter as a person gave it.

    Raises UsageError saying what is expected, which candidates there are, or what comes near.
    """
    kind = parameter.type
    if kind == "boolean":
        return bool(given), bool(given)
    if kind == "integer":
        try:
            number = int(given)
        except (TypeError, ValueError):
            raise UsageError(f"{parameter.name}: {given!r} is not a whole number") from None
        least, most = RANGES.get(parameter.name, (number, number))
        if not least <= number <= most:
            raise UsageError(f"{parameter.name}: {number} is not from {least} to {most}")
        return number, number
    text = str(given).strip()
    if not text:
        raise UsageError(f"{parameter.name}: is empty; give {parameter.help}")
    if kind in ("actor", "node"):
        cell = find_node(runner, text, parameter.name)
        return (runner.iri(cell["id"]),), cell
    if kind == "article":
        cell = find_article(runner, text)
        return (data_iri("article", cell["id"], runner.base),), cell
    if kind == "relation":
        relation = runner.graph.ontology.relation(
            local_name_of(text, runner.graph.ontology.relations.values())
        )
        return (relation.iri,), relation.name
    if kind == "type":
        found = runner.graph.ontology.type(local_name_of(text, runner.graph.ontology.types.values()))
        return (found.iri,), found.name
    if kind == "date":
        try:
            return dates.parse(dates.check(text)), dates.check(text)
        except DateError as error:
            raise UsageError(f"{parameter.name}: {error}") from None
    if kind == "name":
        return name_key(text), text
    return text, text


def find_node(runner: Runner, text: str, parameter: str = "actor") -> Row:
    """The node that an id or a name stands for, as {id, name}.

    An id may be a former one. A list's weak alias counts where nothing else is called so. Of several nodes with one
    name a named one is preferred; where that does not decide,
    UsageError lists them.
    """
    if found := _by_id(runner, text, parameter):
        return found
    key: dict[str, Value] = {"key": name_key(text)}
    candidates = runner.rows("_node-by-key", key) or runner.rows("_node-by-weak-key", key)
    named = [row for row in candidates if row["named"]]
    chosen = named if len(named) == 1 else candidates
    if len(chosen) == 1:
        node: Row = chosen[0]["node"]
        return node
    if candidates:
        raise UsageError(_ambiguous(runner, text, named or candidates, parameter))
    raise UsageError(_nothing(runner, text, parameter))


def _by_id(runner: Runner, text: str, parameter: str) -> Row | None:
    """The node of an id; UsageError lists those of an identifier that entities of disjoint types have."""
    if found := runner.rows("_node-by-id", {"ids": [text]}):
        node: Row = found[0]["node"]
        return node
    ids = runner.graph.ledger.resolve(text)
    if not ids and ":" in text:
        from ontology.identifiers import IdentifierError, normalise

        try:
            ids = runner.graph.ledger.resolve(normalise(text))
        except IdentifierError:
            return None
    found = runner.rows("_node-by-id", {"ids": ids}) if ids else []
    if len(found) > 1:
        raise UsageError(_ambiguous(runner, text, found, parameter))
    return found[0]["node"] if found else None


def _ambiguous(runner: Runner, text: str, candidates: list[Row], parameter: str) -> str:
    counts = _claims_of(runner, candidates)
    candidates = sorted(candidates, key=lambda row: (-counts[row["node"]["id"]], row["node"]["id"]))
    listed = "; ".join(
        f"{row['node']['id']} ({row['node']['name']}, {' and '.join(row['kinds'])}, "
        f"{_number(counts[row['node']['id']], 'claim')})"
        for row in candidates[:_LISTED]
    )
    more = f"; and {len(candidates) - _LISTED} more" if len(candidates) > _LISTED else ""
    return f"{parameter}: {text!r} may be any of {len(candidates)}: {listed}{more}; give the id of one"


def _nothing(runner: Runner, text: str, parameter: str) -> str:
    """That there is no such name, with the names that come near: those that hold it, else those of its words."""
    words = [word for word in sorted(name_key(text).split(), key=len, reverse=True) if len(word) > 2]
    for part in dict.fromkeys([name_key(text), *words]):
        values: dict[str, Value] = {"words": part, "kind": "urn:attest:ontology:Thing"}
        near = [row["actor"] for row in runner.rows("actor-search", values, limit=6)]
        if near:
            names = "; ".join(f"{cell['name']} ({cell['id']})" for cell in near[:5])
            return (
                f"{parameter}: nothing is called {text!r}; near it: {names}{'; …' if len(near) > 5 else ''}"
            )
    return f"{parameter}: nothing is called {text!r}; `kg ask actor-search WORDS` looks for part of a name"


def _claims_of(runner: Runner, candidates: Iterable[Row]) -> dict[str, int]:
    ids = [row["node"]["id"] for row in candidates]
    found = runner.rows("_claim-counts", {"nodes": [runner.iri(id) for id in ids]})
    return dict.fromkeys(ids, 0) | {row["node"]["id"]: row["claims_made"] for row in found}


def find_article(runner: Runner, text: str) -> Row:
    """The article of an id, or the only one with these words in its title, as {id, name}."""
    if found := runner.rows("_article-by-id", {"ids": [text]}):
        return dict(found[0]["article"])
    found = runner.rows("_articles-by-name", {"words": name_key(text)}, limit=_LISTED + 1)
    exact = [row for row in found if row["article"]["name"].casefold() == text.casefold()]
    found = exact or found
    if len(found) == 1:
        return dict(found[0]["article"])
    if not found:
        raise UsageError(f"no article has the id or words in its title {text!r}; `kg articles` lists them")
    listed = "; ".join(f"{row['article']['id']} ({row['article']['name']})" for row in found[:_LISTED])
    raise UsageError(
        f"{text!r} may be any of these articles: {listed}{'; …' if len(found) > _LISTED else ''}. Give the id"
    )


def local_name_of(text: str, terms: Iterable[Any]) -> str:
    """A term's name from its name or label, in any case and joined in any way: "allied with", "Allied-With"."""
    plain = _squeezed(text)
    for term in terms:
        if plain in (_squeezed(term.name), _squeezed(term.label)):
            return str(term.name)
    return text


def _squeezed(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
