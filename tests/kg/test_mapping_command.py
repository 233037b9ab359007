"""`kg mapping`: a draft that can be used at once, and what a mapping leaves out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kg.cli import main
from tests.conftest import ROOT

BRAT = str(ROOT / "examples" / "brat")


def test_a_draft_is_a_mapping_that_leaves_nothing_unnamed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mapping", "suggest", BRAT]) == 0
    draft = tmp_path / "draft.yaml"
    draft.write_text(capsys.readouterr().out, encoding="utf-8")
    main(["mapping", "check", str(draft), BRAT])
    said = capsys.readouterr().out
    assert re.search(r"[1-9]\d+ loaded, [1-9]\d+ ignored by name", said)
    # What it cannot guess (who is a "Via"?) it ignores, and claims that need it are rejected; but no label is unknown.
    assert "not in mapping" not in said


def test_what_a_mapping_leaves_out_is_named_with_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (ROOT / "examples" / "brat" / "mapping.yaml").read_text(encoding="utf-8")
    assert main(["mapping", "check", str(ROOT / "examples" / "brat" / "mapping.yaml"), BRAT]) == 0
    capsys.readouterr()
    lesser = tmp_path / "lesser.yaml"
    lines = [line for line in whole.splitlines() if not line.startswith("  Person:")]
    assert len(lines) == len(whole.splitlines()) - 1
    lesser.write_text(
        "\n".join([*lines, ""]).replace("types:\n", "types:\n  Dragon: Actor\n", 1), encoding="utf-8"
    )
    assert main(["mapping", "check", str(lesser), BRAT, "--format", "json"]) == 1
    left_out = json.loads(capsys.readouterr().out)["left_out"]
    reasons = {row["why"]: (row["what"], row["count"]) for row in left_out}
    assert reasons["types: Dragon"] == ("unused", 0)
    what, count = reasons["label Person is not in mapping lesser"]
    assert what == "rejected"
    assert count > 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["suggest"], "name the files whose labels are wanted: kg mapping suggest FILES"),
        (["check"], "name the mapping, then the files: kg mapping check MAPPING FILES"),
        (["suggest", "nowhere"], "nowhere: no such file or folder"),
        (["check", "sed"], "no mapping 'sed': give a .yaml file or one of "),
        (
            ["suggest", str(ROOT / "examples" / "native")],
            "these files have no labels of their own to be mapped",
        ),
        (["suggest", BRAT, "--input-format", "brut"], "there is no input format 'brut'; did you mean brat?"),
    ],
)
def test_wrong_calls_say_what_to_do(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mapping", *arguments]) in (2, 3)
    said = capsys.readouterr().err
    assert said.startswith(f"kg: {reason}")
    assert said.count("\n") == 1


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_drafted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("The Front", encoding="utf-8")
    (tmp_path / "a.ann").write_text("T1\tGroup 4 9\tFront\n", encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(b"\x00\x01")
    assert main(["mapping", "suggest", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "  Group: Group  # 1×\n" in said.out
    assert said.err == f"rejected {tmp_path}/b.bin: in no known format; `kg loaders` lists those there are\n"


SLOTS = """
slots: [Subject, Object, Speaker]
types: {Group: ArmedGroup}
relations: {Trained: trained}
roles: {Subject: subject, Object: object, Speaker: speaker}
"""


def test_roles_that_slots_make_are_used_and_a_slot_that_nothing_has_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("Front trained Guard", encoding="utf-8")
    lines = ("T1\tGroup 0 5\tFront", "T2\tTrained 6 13\ttrained", "T3\tGroup 14 19\tGuard")
    drawn = ("R1\tSubject Arg1:T2 Arg2:T1", "R2\tObject Arg1:T2 Arg2:T3", "")
    (tmp_path / "a.ann").write_text("\n".join((*lines, *drawn)), encoding="utf-8")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(SLOTS, encoding="utf-8")
    assert main(["mapping", "check", str(mapping), str(tmp_path / "a.ann"), "--format", "json"]) == 0
    left_out = json.loads(capsys.readouterr().out)["left_out"]
    assert [row["why"] for row in left_out] == ["slots: Speaker", "roles: Speaker"]
    mapping.write_text(SLOTS.replace(", Speaker]", "]").replace(", Speaker: speaker", ""), encoding="utf-8")
    assert main(["mapping", "check", str(mapping), str(tmp_path / "a.ann")]) == 0
    assert capsys.readouterr().out == (
        "nothing is left out\n5 annotations of 1 article: 5 loaded, 0 ignored by name, 0 rejected\n"
    )


def test_relations_told_apart_by_their_ends_are_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text("Front Guard", encoding="utf-8")
    lines = ("T1\tGroup 0 5\tFront", "T2\tGroup 6 11\tGuard", "R1\tOf Arg1:T1 Arg2:T2", "")
    (tmp_path / "a.ann").write_text("\n".join(lines), encoding="utf-8")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "types: {Group: Group}\n"
        "relations:\n  Of(Group, Group): partOf\n  Of(Group, Place): ignore\n"
        "roles: {Arg1: subject, Arg2: object}\n",
        encoding="utf-8",
    )
    assert main(["mapping", "check", str(mapping), str(tmp_path / "a.ann"), "--format", "json"]) == 0
    left_out = json.loads(capsys.readouterr().out)["left_out"]
    assert [row["why"] for row in left_out] == ["relations: Of(Group, Place)"]
