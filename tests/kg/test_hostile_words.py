"""What is read may be hostile: it travels unharmed, and is shown harmlessly."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.kg.desk import UNSAFE, Desk, Said, claim, document

FORMATS = ("table", "json", "csv", "md")
NAMES = {
    "formula": "=cmd()|'/C calc'!A0",
    "escape": "\u202e\u2066Front\x1b[31m\x9b2J\x07",
    "sparql": 'Bob\'s "Brig\\ade" } UNION { ?s ?p ?o } # ${x} $actor <urn:x>',
    "html": "<script>alert(1)</script> | ![x](javascript:1) `y` **z** [^1]",
    "nul": "Nul\x00Group",
    "plus": "+1 Front",
    "emoji": "Фронт 甲 👩‍👩‍👧 \U000e0041",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A graph of one article whose every word is hostile."""
    desk = Desk(tmp_path_factory.mktemp("hostile"))
    said = "\n".join(f"Begin {name} and {NAMES['formula']}; DROP ALL; End." for name in NAMES.values())
    entities = {
        handle: {"type": "Group", "named": True, "mentions": [{"quote": name, "occurrence": 1}]}
        for handle, name in NAMES.items()
    }
    claims = [
        {"subject": "formula", "relation": "alliedWith", "object": handle, "speakers": "sparql",
         "role": "=role | <b>", "quote": f"Begin {name} and {NAMES['formula']}; DROP ALL; End."}
        for handle, name in NAMES.items() if handle != "formula"
    ]  # fmt: skip
    article = {
        "id": "id} \"'\\ <x>|=1;{",
        "title": "=cmd|'x'!A0 | <b>title</b> ![i](javascript:1)",
        "publisher": '@Press "q" \\ {x} | `y` $HOME',
        "authors": ["=author"],
        "url": "https://x.example/a%20b?c=%3Cscript%3E&d='(1)'#=e",
        "published": "2031-03-04",
    }
    document = {"attest": 1, "article": article, "text": said, "annotator": "=a'\"}"}
    desk.write(a__json=json.dumps(document | {"entities": entities, "claims": claims}))
    assert desk.kg("init").code == 0
    loaded = desk.kg("ingest", "a.json")
    assert (loaded.code, loaded.err) == (0, "")
    return desk


def shown(name: str) -> str:
    """A name as people are shown it."""
    return UNSAFE.sub(
        lambda match: (
            f"\\x{ord(match[0]):02x}"
            if ord(match[0]) < 0x100
            else f"\\u{ord(match[0]):04x}"
            if ord(match[0]) < 0x10000
            else f"\\U{ord(match[0]):08x}"
        ),
        name,
    )


def test_hostile_words_come_out_as_they_went_in(hostile: Desk) -> None:
    allies = {name for handle, name in NAMES.items() if handle != "formula"}
    said = {format: hostile.kg("ask", "allies", NAMES["formula"], "--format", format) for format in FORMATS}
    assert {one.code for one in said.values()} == {0}

    answer = json.loads(said["json"].out)
    assert {row["ally"]["name"] for row in answer["rows"]} == allies
    for citation in answer["citations"].values():
        assert citation["article"] == "id} \"'\\ <x>|=1;{"
        assert citation["url"] == "https://x.example/a%20b?c=%3Cscript%3E&d='(1)'#=e"
        assert citation["role"] == "=role | <b>"
        assert citation["speakers"][0]["name"] == NAMES["sparql"]
        (fragment,) = citation["fragments"]
        assert fragment["exact"].startswith(f"Begin {citation['object']['name']} and") or fragment[
            "exact"
        ].startswith(f"Begin {citation['subject']['name']} and")

    table = said["table"].out
    assert all(shown(name) in table for name in allies)

    rows = list(csv.DictReader(io.StringIO(said["csv"].out)))
    assert {row["ally"] for row in rows} == {
        ("'" if name.startswith("+") else "") + shown(name) for name in allies
    }
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())

    lines = said["md"].out.splitlines()
    cells = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines if line.startswith("|")}
    assert len(cells) == 1, "no pipe divides a cell"
    assert not re.search(r"(?<!\\)(?:\\\\)*[<`]", said["md"].out)
    assert not re.search(r"(?<!\\)\]\(", said["md"].out)


@pytest.mark.parametrize("name", [name for name in NAMES.values() if "\x00" not in name])
def test_hostile_names_can_be_asked_for(hostile: Desk, name: str) -> None:
    answer = json.loads(hostile.kg("ask", "allies", "--format", "json", "--", name).out)
    assert answer["parameters"]["actor"]["name"] == name
    assert hostile.kg("show", "--", name).code == 0


def test_hostile_ids_are_found_listed_and_withdrawn(hostile: Desk, tmp_path: Path) -> None:
    id = "id} \"'\\ <x>|=1;{"
    for format in FORMATS:
        assert hostile.kg("articles", "--format", format).code == 0
        assert hostile.kg("ask", "article", id, "--format", format).code == 0
        assert hostile.kg("ask", "sources", "--format", format).code == 0
    assert json.loads(hostile.kg("articles", "--format", "json").out)[0]["id"] == id
    (claim, *_) = json.loads(hostile.kg("ask", "article", id, "--format", "json").out)["citations"]
    assert "Begin" in hostile.kg("claim", claim).out
    assert hostile.kg("verify").code == 0
    assert hostile.kg("rebuild").code == 0
    assert hostile.kg("verify").code == 0
    shutil.copytree(hostile.graph, tmp_path / "graph")
    desk = Desk(tmp_path)
    assert "6 retracted" in desk.kg("retract", id).out
    assert desk.kg("verify").code == 0


def test_hostile_file_names_are_shown_harmlessly(desk: Desk) -> None:
    new = document()
    del new["article"]["id"]
    bad = json.dumps(new | {"claims": [claim(quote="no such words at all")]}).encode()
    names = [b"a\x1b[2J\n.json", b"caf\xe9.json", "\u202egnp.json".encode(), b"=cmd()|x.json"]
    (desk.folder / "in").mkdir()
    for name in names:
        try:
            with open(os.path.join(os.fsencode(desk.folder / "in"), name), "wb") as file:
                file.write(bad)
        except OSError:
            pytest.skip("this file system does not allow such names")
    for arguments in (("in",), ("in", "--format", "json")):
        said = desk.kg("ingest", *arguments)
        assert said.code == 1
    assert json.loads(said.out)["documents"] == 4
    said = desk.kg("ingest", "in")
    assert len(said.lines) == 4
    assert any(line.startswith("rejected in/a\\x1b[2J .json:1 [claims[0]]: quote") for line in said.lines)
    assert desk.kg("ingest", b"in/caf\xe9.json").code == 1
    for command in (("runs",), ("runs", "2"), ("runs", "2", "--format", "json"), ("articles",)):
        assert desk.kg(*command).code == 0
    assert len(json.loads(desk.kg("articles", "--format", "json").out)) >= 5
    assert desk.kg("verify") == Said("graph: sound\n", "", 0)
