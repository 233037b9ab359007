"""A graph owner's own questions: asked wherever there is one in the store's language, refused by name elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
from ontology.errors import QuestionError
from queries.catalogue import SUFFIXES
from tests.contract.backends import TRIED, Backend
from tests.contract.corpora import OWN_CYPHER, OWN_SPARQL
from tests.kg.made import Writer

TEXTS = {"sparql": OWN_SPARQL, "cypher": OWN_CYPHER}


@pytest.mark.parametrize("backend", TRIED, indirect=True)
def test_an_own_question_is_asked_in_the_stores_language_or_refused(backend: Backend, tmp_path: Path) -> None:
    writer = Writer("a")
    writer.claim(writer.entity("Karsk Front", "Group"), "trained", writer.entity("Marsh Guard", "Group"))
    with backend.place() as place:
        kg.Graph.create(tmp_path / "graph", store=place)
        files = {
            dialect: tmp_path / "graph" / "queries" / f"ferry-talk{suffix}"
            for dialect, suffix in SUFFIXES.items()
        }
        for dialect, file in files.items():
            file.write_text(TEXTS[dialect], "utf-8")
        with kg.Graph.open(tmp_path / "graph", write=True) as graph:
            kg.ingest(graph, [writer.done()])
            (row,) = kg.ask(graph, "ferry-talk", "Karsk Front", least=1).rows
            assert (row["relation"], row["other"]["name"], row["affirmed"]) == ("trained", "Marsh Guard", 1)
            assert len(row["claims"]) == 1
            assert kg.ask(graph, "ferry-talk", "Karsk Front", relation="armed").rows == []
            files[backend.dialect].unlink()
            with pytest.raises(QuestionError, match=f"ferry-talk.*only.*{SUFFIXES[backend.dialect]}"):
                kg.ask(graph, "ferry-talk", "Karsk Front")
            assert kg.ask(graph, "between", "Karsk Front", "Marsh Guard").rows
