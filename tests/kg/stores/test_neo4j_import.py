"""What `kg export neo4j-csv` writes is taken by Neo4j's own importer, and the result is the same graph."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import kg
from kg.cli import main
from kg.verification import canonical_dump, verify
from ontology.errors import GraphError
from ontology.models import Quantity
from tests.kg.made import Writer
from tests.kg.stores.conftest import as_user, run
from tests.kg.stores.test_neo4j import HOSTILE, article
from tests.servers.contract import Server
from tests.servers.java import jars
from tests.servers.neo4j import JAVA_OPTIONS, Neo4j

LOADED = [
    article("one", *HOSTILE),
    article("two 'quoted' \"id\"", "Tessaly Front", "Karsk, Front", relation="alliedWith"),
]


def figures() -> Writer:
    """Whole numbers and others, for one place and another."""
    writer = Writer("figures")
    group, place = writer.entity("Tessaly Front", "ArmedGroup"), writer.entity("Karsk", "Place")
    writer.claim(group, "hasStrength", Quantity(10, 20, "fighters"), place=place)
    writer.claim(group, "hasStrength", Quantity(0.5, 2, "battalions"))
    writer.claim(group, "hasStrength", Quantity(None, 2.25, "battalions"))
    return writer


def test_the_importer_makes_the_same_graph(
    tmp_path: Path, own_server: Callable[[Server], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "graph"
    kg.Graph.create(path)
    with kg.Graph.open(path, write=True) as graph:
        kg.ingest(graph, [*LOADED, figures().done()])
        expected = list(canonical_dump(graph))
    assert main(["-g", str(path), "export", "neo4j-csv", "-o", str(tmp_path / "files")]) == 0
    server = Neo4j(tmp_path / "server", auth=False)
    # Its settings and its folders, made by a start, which leaves a database to be replaced.
    server.start()
    server.stop()
    admin = tmp_path / "bin" / "neo4j-admin"
    admin.parent.mkdir()
    options = " ".join(JAVA_OPTIONS)
    admin.write_text(
        f'#!/bin/sh\nexec java -Xmx256m {options} -cp "{jars("neo4j")}/*" org.neo4j.cli.AdminTool "$@"\n'
    )
    admin.chmod(0o755)
    done = subprocess.run(
        [tmp_path / "files" / "import.sh", "--overwrite-destination=true"],
        env={
            **os.environ,
            "PATH": f"{admin.parent}:{os.environ['PATH']}",
            "NEO4J_HOME": str(server.folder),
            "NEO4J_CONF": str(server.folder / "conf"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    own_server(server)
    as_user(monkeypatch, server.address)
    settings = json.loads((path / "settings.json").read_text())
    (path / "settings.json").write_text(json.dumps({**settings, "store": server.address.url}))
    with kg.Graph.open(path, write=True) as graph:
        assert list(canonical_dump(graph)) == expected
        assert verify(graph) == []
        kg.ingest(graph, [article("three", "Tessaly Front", "Karsk, Front")])
        assert verify(graph) == []
    indexes = run(server.address, "SHOW INDEXES YIELD name WHERE name STARTS WITH 'attest_' RETURN count(*)")
    with kg.Graph.open(path, write=True) as graph:
        graph.rebuild()
    assert indexes == run(
        server.address, "SHOW INDEXES YIELD name WHERE name STARTS WITH 'attest_' RETURN count(*)"
    )


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    from kg.exports.neo4j_csv import write

    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph") as graph, pytest.raises(GraphError, match="not an empty folder"):
        write(graph, tmp_path)


def test_lists_are_divided_by_what_no_value_holds(tmp_path: Path) -> None:
    from kg.exports.neo4j_csv import write

    writer = Writer("one")
    writer.entity("Tessaly Front", given=("A front", "Tess\x1faly"))
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as graph:
        kg.ingest(graph, [writer.done()])
        command = write(graph, tmp_path / "files")
    assert "Tess\x1faly" in (tmp_path / "files" / "Thing.csv").read_text()
    assert "--array-delimiter=U+001E" in command
