"""The servers there are, by name."""

from __future__ import annotations

from tests.servers.contract import Server
from tests.servers.neo4j import Neo4j, Neo4jCalendar
from tests.servers.sparql import Fuseki, Oxigraph

KINDS: dict[str, type[Server]] = {one.kind: one for one in (Neo4j, Neo4jCalendar, Fuseki, Oxigraph)}
