"""`kg annotate`: articles given back to annotators load again as what they were."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import kg
from kg.cli import main
from kg.commands.annotate import TOOLS
from kg.exports.annotated import annotated
from loaders.brat import configuration as brat_conf
from tests.conftest import ROOT

EXAMPLES = [ROOT / "examples" / name for name in ("native", "brat", "extension")]


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "graph"
    kg.Graph.create(folder)
    for own in (ROOT / "examples" / "extension").glob("*.ttl"):
        shutil.copy(own, folder / "ontology")
    with kg.Graph.open(folder, write=True) as opened:
        kg.ingest(opened, kg.load(EXAMPLES, opened))
    monkeypatch.setenv("KG_GRAPH", str(folder))
    return folder


def article_ids(graph: Path) -> list[str]:
    with kg.Graph.open(graph) as opened:
        return [key for (key,) in opened.ledger.db.execute("SELECT key FROM articles ORDER BY id")]


@pytest.mark.parametrize("format", ["brat", "web-annotation", "webannotation", "label-studio"])
def test_what_is_given_back_and_loaded_again_changes_nothing(
    graph: Path, tmp_path: Path, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = article_ids(graph)
    assert len(ids) > 8
    for number, article in enumerate(ids):
        assert (
            main(["annotate", "export", article, "--format", format, "-o", f"{tmp_path}/back/{number}"]) == 0
        )
    assert capsys.readouterr().err == ""
    assert main(["ingest", f"{tmp_path}/back", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["annotations"]["rejected"] == []
    claims = report["claims"]
    assert claims.pop("unchanged") > 100
    assert set(claims.values()) == {0}
    assert article_ids(graph) == ids


def test_what_an_annotator_changed_replaces_what_was_there(graph: Path, tmp_path: Path) -> None:
    article = "harbour-gazette/2031-10-07/one-army"
    assert main(["annotate", "export", article, "-o", str(tmp_path / "back")]) == 0
    (file,) = (tmp_path / "back").glob("*.ann")
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "\tDenied " not in line]
    assert len(kept) < len(lines)
    file.write_text("".join(kept), encoding="utf-8")
    with kg.Graph.open(graph, write=True) as opened:
        assert any(
            claim.polarity == "denied" for one in annotated(opened.ledger, article) for claim in one.claims
        )
        report = kg.ingest(opened, kg.load([tmp_path / "back"], opened))
        assert report.claims.replaced == len(lines) - len(kept)
        assert all(
            claim.polarity == "affirmed" for one in annotated(opened.ledger, article) for claim in one.claims
        )


def test_one_annotators_work_and_nothing_overwritten_unasked(
    graph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    article = "border-review/2032-01/autumn"
    export = ["annotate", "export", article, "-o", str(tmp_path)]
    assert main([*export, "--annotator", "nobody"]) == 2
    assert "'nobody' has annotated nothing of" in capsys.readouterr().err
    assert main([*export, "--annotator", "jane"]) == 0
    (file,) = tmp_path.glob("*.ann")
    assert main([*export, "--annotator", "jane"]) == 0
    file.write_text("T1\tPerson 0 1\tx\n", encoding="utf-8")
    capsys.readouterr()
    assert main([*export, "--annotator", "jane"]) == 2
    assert f"{file}: is there already; choose another --output, or --force" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "T1\tPerson 0 1\tx\n"
    assert main([*export, "--annotator", "jane", "--force"]) == 0
    assert file.read_text(encoding="utf-8") != "T1\tPerson 0 1\tx\n"


def test_articles_that_are_not_there_are_named(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", "export", "nothing/here"]) == 2
    assert capsys.readouterr().err == "kg: no article 'nothing/here'; `kg articles` lists them\n"
    article = article_ids(graph)[0]
    assert main(["retract", article]) == 0
    capsys.readouterr()
    assert main(["annotate", "export", article]) == 2
    assert "was retracted; load it again to have it back" in capsys.readouterr().err


@pytest.mark.parametrize("tool", TOOLS)
def test_a_project_has_the_users_own_terms_and_a_mapping(
    graph: Path, tmp_path: Path, tool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["annotate", "config", tool, "-o", str(tmp_path / "project")]) == 0
    files = sorted((tmp_path / "project").iterdir())
    assert sorted(capsys.readouterr().out.split()) == [str(file) for file in files]
    assert "mapping.yaml" in [file.name for file in files]
    for own in ("FerryLanding", "blockaded"):
        assert sum(own in file.read_text(encoding="utf-8") for file in files) >= 2
    assert main(["mapping", "check", str(tmp_path / "project" / "mapping.yaml")]) == 0


def test_a_tool_that_is_not_known_is_said_to_be(graph: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["annotate", "config", "incepton"]) == 2
    assert capsys.readouterr().err.endswith("for 'incepton'; did you mean inception?\n")
    assert main(["annotate", "config", "xyz"]) == 2
    assert "there are brat, inception, label-studio, doccano, prodigy" in capsys.readouterr().err
    assert main(["annotate", "config", "brat", "--annotator", "jane"]) == 2
    assert "--annotator is for export" in capsys.readouterr().err


def test_what_is_given_back_to_brat_fits_the_project_that_is_set_up(graph: Path, tmp_path: Path) -> None:
    assert main(["annotate", "config", "brat", "-o", str(tmp_path)]) == 0
    project = brat_conf.parse((tmp_path / "annotation.conf").read_text(encoding="utf-8"))
    seen = 0
    for article in article_ids(graph):
        assert main(["annotate", "export", article, "-o", str(tmp_path / "back"), "--force"]) == 0
    for file in (tmp_path / "back").glob("*.ann"):
        lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
        labels = {id: what.replace(":", " ").split(" ")[0] for id, what, *_ in lines}
        for id, what, *_ in lines:
            if id[0] in "TAE":
                known = {"T": project.entities | project.events, "A": project.attributes, "E": project.events}
                assert labels[id] in known[id[0]]
            if id[0] in "RE":
                roles = (project.relations if id[0] == "R" else project.events)[labels[id]].roles
                for argument in what.split(" ")[1:]:
                    role, _, target = argument.partition(":")
                    slot = roles[role.rstrip("0123456789")]
                    assert "<ENTITY>" in slot.types or labels[target] in slot.types or role == "Content"
                    seen += 1
    assert seen > 200
