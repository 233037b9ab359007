"""Where a graph's store is: in its folder, or at an address of the owner's Neo4j or SPARQL endpoint.

Addresses hold no credentials: those come from the environment or a keyring (`kg.stores.credentials`).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from ontology.errors import GraphError, StoreError

NEO4J_SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
SPARQL_SCHEMES = ("http", "https")


class Place(NamedTuple):
    """Where a store is. `url` is "oxigraph" for the one in the graph's folder, "memory" for one that ends with its
    process, a Neo4j address, or a SPARQL 1.1 endpoint's query address; `update` is where that takes updates, `data`
    where it takes whole graphs (the graph store protocol), `named` the named graph to use (none: the default graph).
    """

    url: str = "oxigraph"
    database: str = ""
    update: str = ""
    data: str = ""
    named: str = ""

    @property
    def kind(self) -> str:
        """oxigraph, memory, neo4j or sparql."""
        scheme = urlsplit(self.url).scheme
        return "neo4j" if scheme in NEO4J_SCHEMES else "sparql" if scheme in SPARQL_SCHEMES else self.url

    @property
    def embedded(self) -> bool:
        """Whether it is part of the graph's folder or of this process."""
        return self.kind in ("oxigraph", "memory")

    def to_json(self) -> Any:
        """As the settings keep it."""
        given = {name: value for name, value in self._asdict().items() if value}
        return given["url"] if len(given) == 1 else given

    @classmethod
    def from_json(cls, stored: Any) -> Place:
        """From what the settings hold; raises GraphError where that is no place."""
        given = {"url": stored} if isinstance(stored, str) else stored
        if not isinstance(given, dict) or not all(
            name in cls._fields and isinstance(value, str) for name, value in given.items()
        ):
            raise GraphError(f"settings.json: {stored!r} is no store; see docs/stores.md")
        return cls(**given).checked()

    def checked(self) -> Place:
        """This place, if it is one; raises GraphError saying what is wrong with it."""
        if self.kind not in ("oxigraph", "memory", "neo4j", "sparql"):
            raise GraphError(
                f"{self.url!r}: not a store; give oxigraph, an address such as neo4j://host:7687 or"
                " bolt://host:7687, or a SPARQL endpoint's such as https://host/dataset/query"
            )
        for address in (self.url, self.update, self.data):
            try:
                parts = urlsplit(address)
                parts.port  # noqa: B018 - raises where it is none
            except ValueError as error:
                raise GraphError(f"{address!r}: not an address ({error})") from None
            if parts.username is not None or parts.password is not None:
                raise GraphError(
                    f"an address with a user or password ({parts.scheme}://…@{parts.hostname}): leave them out, and set"
                    " KG_STORE_USER and KG_STORE_PASSWORD, or KG_STORE_TOKEN"
                )
            if self.kind != "oxigraph" and self.kind != "memory" and address and not parts.hostname:
                raise GraphError(f"{address!r}: has no host")
        if self.named and not _is_iri(self.named):
            raise GraphError(f"{self.named!r}: not an IRI, which the name of a graph is")
        for option, given in (("update", self.update), ("data", self.data), ("named", self.named)):
            if given and self.kind != "sparql":
                raise GraphError(f"{self.url}: takes no {option}; that is for a SPARQL endpoint")
        if self.database and self.kind != "neo4j":
            raise GraphError(f"{self.url}: takes no database; that is for Neo4j")
        return self

    def update_address(self) -> str:
        """Where a SPARQL endpoint takes updates: as given, else beside the query address, as many servers have it.

        Raises StoreError where it was not given and cannot be told from the query address.
        """
        if self.update:
            return self.update
        parts = urlsplit(self.url)
        before, slash, last = parts.path.rpartition("/")
        if last not in ("query", "sparql"):
            raise StoreError(
                f"{self.url}: where it takes updates cannot be told from this address; give it with --update-url"
            )
        return urlunsplit(parts._replace(path=f"{before}{slash}update"))


def _is_iri(text: str) -> bool:
    """Whether it is an absolute IRI, of characters that need no escape in a query."""
    return bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\x7f-\xa0\ud800-\udfff]+", text))


EMBEDDED = Place()
