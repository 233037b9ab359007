"""What an analysis found is read back as it was written, and nothing else is taken for it."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from kg.analysis import bridges, brokers, central, change, communities, paths, snapshot
from kg.analysis.picture import as_text, read
from ontology.errors import UsageError


def test_what_is_written_is_read(examples: kg.Graph, tmp_path: Path) -> None:
    taken = snapshot(examples)
    relationships = {
        edge.id for edge in taken.network.relationships_of(one.number for one in taken.relationships).values()
    }
    for findings in (
        central(taken), communities(taken), bridges(taken), brokers(taken), brokers(taken, "constraint"),
        paths(taken, "River Guard", "Mara Quill"), change(examples, "2029", "2032"),
    ):  # fmt: skip
        file = tmp_path / "picture.json"
        file.write_text(as_text(findings.picture), "utf-8")
        assert read(file) == findings.picture
        assert findings.picture["nodes"] or findings.picture["relationships"]
        assert findings.picture["nodes"].keys() <= set(taken.ids)
        assert findings.picture["relationships"].keys() <= relationships


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"analysis": "central", "nodes": {}}',
        '{"analysis": "central", "nodes": {"x": {"score": NaN}}, "relationships": {}}',
        '{"analysis": "central", "nodes": {"x": {"score": -1}}, "relationships": {}}',
        '{"analysis": "central", "nodes": {"x": {"rank": true}}, "relationships": {}}',
        '{"analysis": "central", "nodes": {"x": {"onclick": "alert(1)"}}, "relationships": {}}',
        '{"analysis": "change", "nodes": {}, "relationships": {"r": {"change": "<b>"}}}',
        '{"analysis": "change", "nodes": {}, "relationships": {"r": {"change": []}}}',
        '{"analysis": "paths", "nodes": {}, "relationships": {"r": {"path": ["1"]}}}',
    ],
)
def test_what_is_none_is_told(content: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.json"
    file.write_text(content, "utf-8")
    with pytest.raises(UsageError, match=r"write it with `kg analyse"):
        read(file)
    with pytest.raises(UsageError, match="No such file"):
        read(tmp_path / "absent.json")
