"""Where files come from: folders, ZIP archives, gzip, standard input; and what is refused."""

from __future__ import annotations

import gzip
import io
import json
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import archives, reading
from loaders.archives import unpacked
from loaders.files import File, Folder, folders
from loaders.formats import Options
from loaders.recognition import json_outline, xml_root
from loaders.xml_stream import check_prolog, elements
from ontology.errors import SourceError, UsageError
from ontology.vocabulary import load


def zipped(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def contents(walk: Iterator[Folder]) -> dict[str, tuple[str, bytes]]:
    """Name → path within the feed and content, read while the walk is there."""
    found = {}
    for folder in walk:
        for file in folder.files:
            with file.open() as stream:
                found[file.name] = (file.within, stream.read())
    return found


def problems(walk: Iterator[Folder]) -> list[str]:
    return [
        f"{problem.rejection.file}: {problem.rejection.reason}"
        for folder in walk
        for problem in folder.problems
    ]


def test_folders_archives_and_gzip_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"a")
    (tmp_path / "in" / ".hidden").write_bytes(b"h")
    (tmp_path / "in" / "b.json.gz").write_bytes(gzip.compress(b"[1]"))
    inner = zipped(tmp_path / "inner.zip", {"deep/x.txt": "x"}).read_bytes()
    zipped(tmp_path / "in" / "c.zip", {"one/two.txt": "2", "nested.zip": inner})
    root = f"{tmp_path}/in"
    assert contents(folders([tmp_path / "in"])) == {
        f"{root}/a.txt": ("a.txt", b"a"),
        f"{root}/b.json": ("b.json", b"[1]"),
        f"{root}/c.zip/one/two.txt": ("c.zip/one/two.txt", b"2"),
        f"{root}/c.zip/nested.zip/deep/x.txt": ("c.zip/nested.zip/deep/x.txt", b"x"),
    }
    with pytest.raises(UsageError, match="no such file or folder"):
        list(folders([tmp_path / "away"]))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_can_be_looked_at_and_then_read(
    pack: type[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"x" * 200_000
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pack(content))))
    ((file,),) = [folder.files for folder in folders(["-"])]
    assert file.head == content[: 1 << 16]
    with file.open() as stream:
        assert stream.read() == content


def test_an_archive_on_standard_input_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = zipped(tmp_path / "a.zip", {"a.txt": "a"}).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert contents(folders(["-"])) == {"standard input/a.txt": ("standard input/a.txt", b"a")}


@pytest.mark.parametrize(
    "name", ["../out.txt", "a/../../out.txt", "/etc/out.txt", "C:/out.txt", "a\\..\\out.txt", "a\x01b"]
)
def test_a_name_that_leads_out_refuses_the_whole_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    archive = zipped(tmp_path / "in" / "a.zip", {"fine.txt": "fine", name: "out"})
    (problem,) = problems(folders([archive]))
    assert "leads out of its folder" in problem
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "in"]


def test_links_bombs_and_damage_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "a link or a device" in problems(folders([tmp_path / "link.zip"]))[0]

    monkeypatch.setattr(archives, "_SMALL", 1 << 20)
    bomb = zipped(tmp_path / "bomb.zip", {"zeros": b"\0" * (8 << 20)})
    assert "would unpack to 8,388,608 bytes" in problems(folders([bomb]))[0]

    many = zipped(tmp_path / "many.zip", {f"{n}": "" for n in range(20)})
    monkeypatch.setattr(archives, "MOST_FILES", 10)
    assert "holds 20 files; the limit is 10" in problems(folders([many]))[0]

    whole = zipped(tmp_path / "whole.zip", {"a.txt": "a" * 1000}).read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-30])
    assert "no readable ZIP archive" in problems(folders([tmp_path / "cut.zip"]))[0]


def test_an_archive_that_lies_about_sizes_is_stopped(tmp_path: Path) -> None:
    content = zipped(tmp_path / "a.zip", {"a.txt": b"\0" * 5000}).read_bytes()
    lying = content.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    (tmp_path / "lying.zip").write_bytes(lying)
    with pytest.raises(SourceError), unpacked(tmp_path / "lying.zip", "lying.zip"):
        pass


@given(st.binary(max_size=300), st.integers(0, 300))
def test_damaged_archives_and_gzip_raise_nothing_but_our_errors(noise: bytes, at: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        whole = zipped(folder / "whole.zip", {"a.txt": "words " * 50, "b/c.txt": "more"}).read_bytes()
        (folder / "damaged.zip").write_bytes(whole[:at] + noise + whole[at + len(noise) :])
        packed = gzip.compress(b"words " * 50)
        (folder / "damaged.gz").write_bytes(packed[:at] + noise + packed[at + len(noise) :])
        named: set[str] = set()
        for walked in folders([folder]):
            for file in walked.files:
                try:
                    with file.open() as stream:
                        stream.read()
                except SourceError as error:
                    named.add(error.file)
        assert named <= {f"{made}/damaged"}


# What the first bytes show


@pytest.mark.parametrize(
    ("head", "outline"),
    [
        (b'{"a": 1}\n{"b": 2}\n', {"a": 1}),
        (b'\xef\xbb\xbf [{"a": "x", "b": [1, 2', [{"a": "x", "b": [1]}]),
        (b'[{"a": {"b": "unfinished', [{"a": {}}]),
        (b'{"a": "with \\" and } in it", "c": tr', {"a": 'with " and } in it'}),
        (b"[[[[", [[[[]]]]),
        (b"plain", None),
        (b"", None),
        (b'{"a": "\xff\xfe"}', None),
        (b"[" * 70_000, None),
    ],
)
def test_a_json_outline_is_what_is_whole_of_the_first_value(head: bytes, outline: object) -> None:
    assert json_outline(head) == outline


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.integers(0, 400))
def test_an_outline_never_fails_wherever_it_is_cut(value: object, at: int) -> None:
    text = json.dumps([value, value], ensure_ascii=False).encode()
    whole = json_outline(text)
    assert whole == [value, value]
    json_outline(text[:at])


def test_an_xml_root_is_found_behind_comments_and_instructions() -> None:
    xml = b'<?xml version="1.0"?><!-- <no/> -->\n<x:Doc xmlns:x="urn:x" a="1"><y/>'
    assert xml_root(xml) == ("urn:x", "Doc")
    assert xml_root(b"<Doc><half") == ("", "Doc")
    assert xml_root(b"plain < text") == ("", "")
    assert xml_root("<Doc/>".encode("utf-16")) == ("", "Doc")


# XML


def xml(folder: Path, content: bytes) -> File:
    (folder / "a.xml").write_bytes(content)
    return File("a.xml", "a.xml", folder / "a.xml")


def test_elements_come_one_at_a_time_without_namespace(tmp_path: Path) -> None:
    file = xml(tmp_path, b'<r xmlns="urn:x"><i n="1"><i n="2"/></i><j/><i n="3">text</i></r>')
    assert [(one.tag, one.get("n"), len(one)) for one in elements(file, {"i"})] == [
        ("i", "1", 1),
        ("i", "3", 0),
    ]


def test_entities_are_refused_before_anything_is_parsed(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'
    for content in (bomb, b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>'):
        with pytest.raises(SourceError, match="declares the entity"):
            list(elements(xml(tmp_path, content), {"r"}))
    with pytest.raises(SourceError, match="has no element in its first"):
        check_prolog(xml(tmp_path, b"<!--" + b" " * 70_000 + b"--><r/>"))


def test_broken_xml_says_where_after_what_came_before(tmp_path: Path) -> None:
    walk = elements(xml(tmp_path, b"<r>\n<i/>\n<i><k></i></r>"), {"i"})
    assert next(walk).tag == "i"
    with pytest.raises(SourceError, match=r"a\.xml:3: is no well-formed XML"):
        next(walk)


def test_archives_within_archives_end_somewhere(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"x.txt": "x"})
    for _ in range(30):
        zipped(path, {"a.zip": path.read_bytes()})
    (problem,) = problems(folders([path]))
    assert problem.endswith("lies in 20 archives, one within the other: unpack it yourself")


def test_whoever_takes_a_folder_as_a_whole_takes_what_is_below(tmp_path: Path) -> None:
    (tmp_path / "one" / "deep").mkdir(parents=True)
    (tmp_path / "two").mkdir()
    zipped(tmp_path / "one" / "b.zip", {"x.txt": "x"})
    zipped(tmp_path / "c.zip", {"x.txt": "x"})
    names = []
    for folder in folders([tmp_path]):
        names.append(folder.path.name if not folder.name.endswith(".zip") else folder.name.rpartition("/")[2])
        if folder.path.name == "one":
            assert folder.below == ["deep", "b.zip"]
            folder.below.clear()
    assert names == [tmp_path.name, "c.zip", "one", "two"]


def test_an_archive_with_a_nameless_file_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": "a"})
    content = path.read_bytes()
    at = content.rindex(b"a.txt")  # its name in the list of files
    path.write_bytes(content[:at] + b"\0" + content[at + 1 :])
    assert problems(folders([path])) == [f"{path}: holds a file without a name: it is damaged"]


def test_what_is_kept_of_a_file_is_let_go_of_with_its_document(tmp_path: Path) -> None:
    """A folder of many files, each with some memory of its own, would not fit into any."""
    for number in range(3):
        (tmp_path / f"{number}.json").write_text(json.dumps({"text": "x" * 70_000, "label": [[0, 1, "A"]]}))
    (folder,) = folders([tmp_path])
    found = list(reading.in_folder(folder, Options(load())))
    assert [one.format and one.format.name for one in found] == ["doccano"] * 3
    assert not any({"head", "outline", "records"} & file.__dict__.keys() for file in folder.files)
