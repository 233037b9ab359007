"""FollowTheMoney entities, held against the model's own schemata as its JavaScript package ships them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.cli import main
from kg.exports.columns import Form
from kg.network import Network
from tests.kg.exports.conftest import NAMES, Exported
from tests.kg.exports.elements import FORMS, edges_of
from tests.kg.exports.readers import ask_node

READ = """
const { Model, defaultModel } = require('@alephdata/followthemoney');
const model = new Model(defaultModel);
const lines = require('fs').readFileSync(process.argv[1], 'utf8').split('\\n').filter(line => line);
for (const line of lines) {
  const raw = JSON.parse(line);
  const entity = model.getEntity(raw);
  const unknown = Object.keys(raw.properties).filter(name => !entity.schema.hasProperty(name));
  const missing = entity.schema.required.filter(name => !(raw.properties[name] || []).length);
  const properties = {}, ranges = {};
  for (const property of entity.schema.getProperties().values())
    if (entity.hasProperty(property)) {
      properties[property.name] = entity.getProperty(property).map(String);
      if (property.hasRange) ranges[property.name] = property.getRange().name;
    }
  const schemata = entity.schema.isA ? ['Thing','Interval','LegalEntity','Organization','Person','Position']
    .filter(name => entity.schema.isA(name)) : [];
  console.log(JSON.stringify({ id: entity.id, schema: entity.schema.name, caption: entity.getCaption(),
    edge: entity.schema.isEdge, unknown, missing, properties, ranges, schemata }));
}
"""


@pytest.mark.network
@pytest.mark.parametrize("form", FORMS)
def test_the_model_takes_every_entity(network: Network, exported: Exported, form: Form) -> None:
    path = exported("followthemoney", "--edges", form)
    found = ask_node(READ, path, packages=("@alephdata/followthemoney",))
    assert [one["unknown"] for one in found if one["unknown"]] == []
    assert [one for one in found if one["missing"]] == []
    by_id = {one["id"]: one for one in found}
    assert len(by_id) == len(found) == len(path.read_text("utf-8").splitlines())
    for one in found:
        for name, range in one["ranges"].items():
            for id in one["properties"][name]:
                assert range == "Thing" or range in by_id[id]["schemata"], (one, name, by_id[id])
    things = {one["id"]: one["caption"] for one in found if not one["edge"]}
    wanted = {
        node.id: node.name
        for node in network.nodes()
        if {"Actor", "Place", "Event", "Position"} & set(node.classes)
    }
    assert things == wanted
    assert {one["id"] for one in found if one["edge"]} == {
        edge.id
        for edge in edges_of(network, form)
        if _told(edge) and {edge.subject, edge.object} <= set(wanted)
    }


def _told(edge: Any) -> bool:
    if hasattr(edge, "standing"):
        return edge.standing in ("affirmed", "hedged")
    return bool(edge.affirmed + edge.hedged)


@pytest.mark.parametrize("form", FORMS)
def test_no_denial_becomes_a_link_and_all_are_counted(
    network: Network, folder: Path, tmp_path: Path, form: Form, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "a.ftm.json"
    assert main(["-g", str(folder), "export", "followthemoney", "--edges", form, "-o", str(target)]) == 0
    untold = sum(not _told(edge) for edge in edges_of(network, form))
    assert re.search(
        rf"^note: {untold} edges that deny, pledge or predict are left out", capsys.readouterr().err, re.M
    )
    entities = [json.loads(line) for line in target.read_text("utf-8").split("\n") if line]
    assert {*NAMES} <= {name for one in entities for name in one["properties"].get("name", ())}
    denied = {edge.id for edge in edges_of(network, form) if edge.type.startswith("denied")}
    assert denied
    assert not denied & {one["id"] for one in entities}


def test_our_own_loader_reads_actors_back(exported: Exported, tmp_path: Path) -> None:
    target = tmp_path / "entities.ftm.json"
    target.write_bytes(exported("followthemoney").read_bytes())
    kg.Graph.create(tmp_path / "graph")
    with kg.Graph.open(tmp_path / "graph", write=True) as opened:
        kg.ingest(opened, kg.load([target], opened))
        assert kg.ask(opened, "actor", "Red Heron Front").rows
