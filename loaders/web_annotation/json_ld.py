"""How JSON-LD writes things, as far as web annotations do: one or several, by id, source or themselves."""

from __future__ import annotations

from typing import Any

_LONGEST = 1000


def many(value: Any) -> list[Any]:
    """One value, or several, or none, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def types(record: Any) -> list[str]:
    """The types of a resource."""
    if not isinstance(record, dict):
        return []
    if isinstance(own := record.get("type"), str):
        return [own]
    return [one for one in many(record.get("type", record.get("@type"))) if isinstance(one, str)]


def id_of(record: Any) -> str:
    """A resource's own id, or ""."""
    own = record.get("id", record.get("@id")) if isinstance(record, dict) else None
    return own[:_LONGEST] if isinstance(own, str) else ""


def iri_of(resource: Any) -> str:
    """What a target or body is called: itself, or its source or id, or theirs."""
    for _ in range(4):
        if isinstance(resource, str):
            return resource[:_LONGEST]
        if not isinstance(resource, dict):
            return ""
        resource = resource.get("source", resource.get("id", resource.get("@id")))
    return ""


def words(value: object) -> str:
    """A string without white space around it, or ""."""
    return value.strip()[:_LONGEST] if isinstance(value, str) else ""


def flat(value: Any) -> list[Any]:
    """The targets or bodies of an annotation, those of a choice or set among them."""
    if isinstance(value, dict) and "items" not in value:
        return [value]
    found: list[Any] = []
    for one in many(value):
        inner = one.get("items") if isinstance(one, dict) else None
        found += inner if isinstance(inner, list) else [one]
    return found


def targets(item: Any) -> list[Any]:
    """What an annotation is about."""
    return flat(item.get("target")) if isinstance(item, dict) else []
