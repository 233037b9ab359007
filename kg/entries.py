"""Reference lists and their records, read back from the ledger."""

from __future__ import annotations

import json
from typing import Any

from kg.ledger import Ledger

_OF_NODE = (
    "SELECT node FROM tokens WHERE token=:token UNION SELECT node FROM divided WHERE token=:token"
    " UNION SELECT node FROM entities WHERE key=:id"
)


def records_of(ledger: Ledger, node: str) -> list[dict[str, Any]]:
    """The records that a node is, by its canonical id: each with its list, own id, names, identifiers and facts."""
    found = []
    for number, title, type_name, stored in ledger.db.execute(
        "SELECT l.key, l.body, e.type, e.body FROM nodes n JOIN entities e ON e.node = n.id"
        " JOIN lists l ON l.id = -e.set_id"
        f" WHERE n.id IN ({_OF_NODE}) AND n.canonical = :id AND e.set_id < 0 AND e.live ORDER BY l.key, e.id",
        {"token": "i:" + node, "id": node},
    ):
        body = json.loads(stored)
        names = [dict(zip(("name", "language", "quality"), name, strict=True)) for name in body["names"]]
        found.append(
            {
                "list": _list(number, title),
                "id": body["own"],
                "type": type_name,
                "names": names,
                "identifiers": body["identifiers"],
                "facts": body.get("facts", {}),
            }
        )
    return found


def lists(ledger: Ledger) -> list[dict[str, Any]]:
    """The reference lists that are loaded, with how many records each has."""
    return [
        {**_list(key, body), "records": count}
        for key, body, count in ledger.db.execute(
            "SELECT key, body, (SELECT count(*) FROM entities e WHERE e.set_id = -l.id AND e.live) FROM lists l"
            " WHERE live ORDER BY key"
        )
    ]


def _list(key: str, stored: str) -> dict[str, Any]:
    body = json.loads(stored)
    return {
        "id": key,
        "title": body.get("title", ""),
        "publisher": body.get("publisher", ""),
        "edition": body.get("edition"),
        "url": body.get("url", ""),
    }
