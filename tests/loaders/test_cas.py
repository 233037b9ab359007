"""What UIMA CAS files say, as XMI and as JSON: the same document either way."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from loaders.source import SourceDocument
from ontology.errors import UsageError
from ontology.models import RejectedDocument
from tests.loaders import cas_made as made_up
from tests.loaders.cas_made import (
    CHAIN,
    FILLER,
    GROUP,
    LINK,
    NAMED,
    RAID,
    TEXT,
    TIES,
    TOKEN,
    Made,
    full,
    one,
    read,
    saved,
    told,
)

Write = Callable[[Path, Made], Path]


def as_json(folder: Path, made: Made) -> Path:
    path = folder / "report.json"
    path.write_text(made.json(), encoding="utf-8")
    return path


@pytest.fixture(params=[saved, as_json], ids=["XMI", "JSON"])
def write(request: pytest.FixtureRequest) -> Write:
    return request.param  # type: ignore[no-any-return]


FULL = sorted(
    [
        "POS 'trained'",
        "POS 'trained' has PosValue VBD",
        "Token 'Aldwater'",
        "the Dependency: source POS 'trained', target Token 'Aldwater'",
        "the Dependency has DependencyType obl",
        "NamedEntity 'Aldwater'",
        "NamedEntity 'Aldwater' has value LOC",
        "NamedEntity 'Aldwater' has identifier http://borrin.example/Q7",
        "Group 'Red Heron Front'",
        "Group 'Red Heron Front' has named true",
        "Group 'Red Heron Front' has size 900",
        "Group 'Red Heron Front' has aliases the Front",
        "Group 'Red Heron Front' has aliases RHF",
        "Group 'the Lantern Brigade'",
        "Group 'the Lantern Brigade' has named false",
        "the Ties: source Group 'the Lantern Brigade', target Group 'Red Heron Front'",
        "the Ties has kind trained",
        "Raid 'denied'",
        "the Raid of Raid 'denied': raider Group 'the Lantern Brigade', links Group 'Red Heron Front',"
        " place Group 'Red Heron Front'",
        "the Raid of Raid 'denied' has certainty low",
        "Raid 'it'",
        "the Raid of Raid 'it': ",
        "Coreference 'Red Heron Front'",
        "Coreference 'Red Heron Front' has referenceType name",
        "Coreference 'Red Heron Front' has referenceRelation same",
        "Coreference 'جبهة النهر'",
        "Coreference 'جبهة النهر' has referenceType name",
        "Coreference = Coreference 'Red Heron Front', Coreference 'جبهة النهر'",
    ]
)


def test_everything_that_a_cas_can_say(tmp_path: Path, write: Write) -> None:
    document = one(write(tmp_path, full()))
    assert told(document) == FULL
    assert document.structure == {"DocumentMetaData": 1, "Token": 2, "Sentence": 1}
    assert document.read == len(FULL) + 4
    assert not document.rejected
    assert not document.remarks
    assert document.text == TEXT
    assert document.article.title == "Front denies it"


def test_without_a_type_system_references_are_told_by_their_names(tmp_path: Path) -> None:
    document = one(saved(tmp_path, full(), types=False))
    # `place` might as well be a number, and nothing shows that the second raid could have had slots.
    lost = {line for line in FULL if " of Raid" in line}
    guessed = {
        "the Raid of Raid 'denied': raider Group 'the Lantern Brigade', links Group 'Red Heron Front'",
        "the Raid of Raid 'denied' has place 18",
        "the Raid of Raid 'denied' has certainty low",
        "the Raid of Raid 'it': ",
    }
    assert set(told(document)) == (set(FULL) - lost) | guessed
    assert "no type system lies beside it" in " ".join(document.remarks)


@pytest.mark.parametrize(
    "name", ["report.typesystem.xml", "report-typesystem.xml", "typesystem.xml", "my-types.xml"]
)
def test_the_type_system_is_found_beside_the_file(tmp_path: Path, name: str) -> None:
    path = saved(tmp_path, full(), types=False)
    (tmp_path / name).write_text(full().type_system(), encoding="utf-8")
    assert told(one(path)) == FULL
    assert told(one(tmp_path)) == FULL


def test_several_views_are_several_documents(tmp_path: Path, write: Write) -> None:
    made = Made({"_InitialView": "The Front 🦩 fled.", "translation": "🦩🦩 La Grue a fui.", "empty": None})
    made.add(GROUP, "Front")
    made.add(GROUP, "fled")
    made.add(GROUP, "La Grue", sofa=2)
    first, second = read(write(tmp_path, made))
    assert isinstance(first, SourceDocument)
    assert isinstance(second, SourceDocument)
    assert told(first) == ["Group 'Front'", "Group 'fled'"]
    assert told(second) == ["Group 'La Grue'"]
    assert (first.layer, second.layer) == ("", "translation")
    assert second.article.path == first.article.path + "#translation"
    assert any("the view empty has no text" in remark for remark in first.remarks)


def test_a_view_without_text_is_rejected_with_its_count(tmp_path: Path, write: Write) -> None:
    made = Made({"_InitialView": None})
    made.add(GROUP, (0, 4))
    (lost,) = read(write(tmp_path, made))
    assert isinstance(lost, RejectedDocument)
    assert (lost.rejection.reason, lost.read) == ("has no text", 1)


def reasons(document: SourceDocument) -> list[str]:
    return [f"{lost.id}: {lost.reason}" for lost in document.rejected]


def test_each_broken_annotation_is_rejected_alone(tmp_path: Path, write: Write) -> None:
    made = Made()
    group = made.add(GROUP, "Aldwater")
    far = made.add(GROUP, (5, 5000), has={"size": 3})
    inside = made.add(GROUP, (1, 6))
    turned = made.add(GROUP, (9, 3))
    below = made.add(GROUP, (-4, 3))
    missing = made.add(TIES, "near", refers={"Governor": group, "Dependent": 999})
    half = made.add(TIES, "near", refers={"Governor": group})
    to_lost = made.add(TIES, "near", refers={"Governor": group, "Dependent": far})
    gone = made.add(GROUP, "denied", indexed=False)
    document = one(write(tmp_path, made))
    assert told(document) == ["Group 'Aldwater'"]
    units = len(TEXT.encode("utf-16-le")) // 2
    assert sorted(reasons(document)) == sorted(
        [
            f"{far}: lies outside the text, which has {units} UTF-16 units: 5 to 5000",
            f"None: refers to {far}, which was rejected",
            f"{inside}: begins or ends within a character",
            f"{turned}: ends at 3, before it begins at 9",
            f"{below}: lies outside the text, which has {units} UTF-16 units: -4 to 3",
            f"{missing}: refers to 999, which does not exist",
            f"{half}: lacks one of its two ends",
            f"{to_lost}: refers to {far}, which was rejected",
            f"{gone}: is in no index of its view: it was deleted, or never added",
        ]
    )
    assert document.read == 10


def test_an_id_used_twice_takes_nothing_from_the_first(tmp_path: Path, write: Write) -> None:
    made = Made()
    made.add(GROUP, "Aldwater", has={"size": 1})
    made.add(GROUP, "near", has={"size": 2})
    made.structures[1].id = made.structures[0].id
    document = one(write(tmp_path, made))
    assert told(document) == ["Group 'Aldwater'", "Group 'Aldwater' has size 1"]
    assert reasons(document) == ["10: the id 10 is already used"] * 2


def test_what_is_not_about_a_part_of_the_text_is_rejected(tmp_path: Path, write: Write) -> None:
    made = Made()
    made.add(CHAIN)
    made.add(FILLER, sofa=None, has={"role": "raider"})
    assert reasons(one(write(tmp_path, made))) == [
        "10: has no links",
        *["11: is a slot of no annotation"] * 2,
    ]


def test_slots_that_nothing_fills_are_remarked_on(tmp_path: Path, write: Write) -> None:
    made = Made()
    empty = made.add(FILLER, sofa=None, has={"role": "raider"})
    made.add(RAID, "denied", refers={"links": [empty]})
    document = one(write(tmp_path, made))
    assert told(document) == ["Raid 'denied'", "the Raid of Raid 'denied': "]
    assert any("1 slots that nothing fills" in remark for remark in document.remarks)


def test_chains_that_run_in_circles_or_into_each_other_end(tmp_path: Path, write: Write) -> None:
    made = Made()
    made.add(LINK, "Aldwater", refers={"next": 11})
    made.add(LINK, "near", refers={"next": 10})
    circle = made.add(CHAIN, refers={"first": 10})
    second = made.add(CHAIN, refers={"first": 11})
    document = one(write(tmp_path, made))
    assert told(document) == ["Coreference 'Aldwater'", "Coreference 'near'"]
    assert reasons(document) == [
        f"{circle}: has the link 10, which is already in a chain",
        f"{second}: has the link 11, which is already in a chain",
    ]


def test_a_program_that_counts_characters_is_found_out(tmp_path: Path, write: Write) -> None:
    made = Made()
    start = TEXT.index("Aldwater")
    made.add(made_up.META, (0, len(TEXT)))
    made.add(GROUP, (start, start + 8))
    document = one(write(tmp_path, made))
    assert told(document) == ["Group 'Aldwater'"]
    assert any("count characters" in remark for remark in document.remarks)


def test_spans_of_no_words_are_kept(tmp_path: Path, write: Write) -> None:
    made = Made()
    made.add(GROUP, (0, 0))
    assert [s.fragments for s in one(write(tmp_path, made)).spans] == [((0, 0, ""),)]


def test_line_ends_and_form_feeds_are_kept(tmp_path: Path) -> None:
    text = "Ald\r\nwater\f\tnear\n the e\u0301tang 🦩 end"
    made = Made({"_InitialView": text})
    made.add(GROUP, "end", has={"named": True})
    path = saved(tmp_path, made)
    path.write_text(made.xmi().replace('version="1.0" enc', 'version="1.1" enc'), encoding="utf-8")
    document = one(path)
    assert document.text == text
    assert told(document) == ["Group 'end'", "Group 'end' has named true"]


def test_a_tag_type_of_dkpro_is_of_its_layer(tmp_path: Path, write: Write) -> None:
    made = Made()
    made.add(made_up.DKPRO + "lexmorph.type.pos.POS_NOUN", "Aldwater", has={"PosValue": "NN"})
    assert told(one(write(tmp_path, made))) == ["POS 'Aldwater'", "POS 'Aldwater' has PosValue NN"]


def test_json_may_have_its_structures_by_id(tmp_path: Path) -> None:
    content = json.loads(full().json())
    listed = content["%FEATURE_STRUCTURES"]
    content["%FEATURE_STRUCTURES"] = {str(one.pop("%ID")): one for one in listed}
    (tmp_path / "report.json").write_text(json.dumps(content), encoding="utf-8")
    assert told(one(tmp_path)) == FULL


LISTS = {
    "numbers": ("IntegerArray", "", 'numbers="1 2"'),
    "apart": ("IntegerArray", "true", 'apart="20"'),
    "chained": ("StringList", "true", 'chained="21"'),
    "inline": ("FloatList", "", 'inline="1.5 NaN"'),
    "bytes": ("ByteArray", "", 'bytes="42DB"'),
    "others": ("FSArray", "", 'others="11 12"'),
    "apart_too": ("FSArray", "true", 'apart_too="23"'),
    "in_turn": ("FSList", "true", 'in_turn="24"'),
}


def test_arrays_and_lists_however_they_are_written(tmp_path: Path) -> None:
    features = "".join(
        f"<featureDescription><name>{name}</name><rangeTypeName>uima.cas.{range_}</rangeTypeName>"
        + (f"<multipleReferencesAllowed>{shared}</multipleReferencesAllowed>" if shared else "")
        + "</featureDescription>"
        for name, (range_, shared, _) in LISTS.items()
    )
    (tmp_path / "TypeSystem.xml").write_text(
        "<typeSystemDescription><types><typeDescription><name>x.Has</name>"
        f"<supertypeName>uima.tcas.Annotation</supertypeName><features>{features}</features>"
        "</typeDescription></types></typeSystemDescription>"
    )
    spans = "".join(
        f'<x:Has xmi:id="{id}" sofa="1" begin="{at}" end="{at + 1}"/>'
        for id, at in ((11, 1), (12, 2), (13, 3))
    )
    (tmp_path / "report.xmi").write_text(
        '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"'
        ' xmlns:x="http:///x.ecore" xmi:version="2.0"><cas:NULL xmi:id="0"/>'
        f'<x:Has xmi:id="10" sofa="1" begin="0" end="1" {" ".join(text for _, _, text in LISTS.values())}/>{spans}'
        '<cas:IntegerArray xmi:id="20" elements="3 4"/>'
        '<cas:NonEmptyStringList xmi:id="21" head="a b" tail="22"/>'
        '<cas:NonEmptyStringList xmi:id="22" head="c" tail="21"/>'
        '<cas:FSArray xmi:id="23" elements="12 0 13"/>'
        '<cas:NonEmptyFSList xmi:id="24" head="13" tail="25"/><cas:EmptyFSList xmi:id="25"/>'
        '<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="abcd"/>'
        '<cas:View sofa="1" members="10 11 12 13"/></xmi:XMI>'
    )
    document = one(tmp_path)
    assert not document.rejected
    values = [("numbers", "1"), ("numbers", "2"), ("apart", "3"), ("apart", "4"), ("chained", "a b")]
    values += [("chained", "c"), ("inline", "1.5"), ("inline", "NaN"), ("bytes", "42DB")]
    expected = [f"the Has of Has 'a' has {name} {value}" for name, value in values]
    assert [line for line in told(document) if " has " in line] == sorted(expected)
    assert (
        "the Has of Has 'a': others Has 'b', others Has 'c', apart_too Has 'c', apart_too Has 'd', in_turn Has 'd'"
    ) in told(document)


def test_what_a_record_says_is_said_of_the_annotation(tmp_path: Path) -> None:
    content = json.loads(Made().json())
    content["%TYPES"]["x.Entry"] = {"%SUPER_TYPE": "uima.cas.TOP", "key": {"%RANGE": "uima.cas.String"}}
    content["%TYPES"]["x.Known"] = {"%SUPER_TYPE": "uima.tcas.Annotation", "entry": {"%RANGE": "x.Entry"}}
    content["%FEATURE_STRUCTURES"] += [
        {"%ID": 5, "%TYPE": "x.Entry", "key": "Q7"},
        {"%ID": 6, "%TYPE": "x.Known", "@sofa": 1, "begin": 3, "end": 6, "@entry": 5},
        {"%ID": 7, "%TYPE": "x.Entry", "key": "Q8"},
    ]
    content["%VIEWS"]["_InitialView"]["%MEMBERS"] = [6]
    (tmp_path / "report.json").write_text(json.dumps(content))
    document = one(tmp_path)
    assert told(document) == ["Known 'Red'", "Known 'Red' has key Q7"]
    assert reasons(document) == ["7: is not about a part of the text"] * 2


def test_a_second_view_of_one_name_is_rejected(tmp_path: Path) -> None:
    path = saved(tmp_path, full())
    sofa = re.search(r"<cas:Sofa[^>]*>", path.read_text(encoding="utf-8"))
    assert sofa is not None
    again = sofa[0] + sofa[0].replace('xmi:id="1"', 'xmi:id="99"')
    path.write_text(path.read_text(encoding="utf-8").replace(sofa[0], again), encoding="utf-8")
    document = one(path)
    assert told(document) == FULL
    assert reasons(document) == ["99: is a second view _InitialView"]


def test_the_extra_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    path = write(tmp_path, full())
    monkeypatch.setitem(sys.modules, "cassis", None)
    with pytest.raises(UsageError, match=r"attest-kg\[cas\]"):
        read(path)


def rejection(path: Path) -> str:
    (lost,) = read(path)
    assert isinstance(lost, RejectedDocument)
    return lost.rejection.reason


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("which", ["report.xmi", "TypeSystem.xml"])
def test_entities_are_refused(tmp_path: Path, which: str) -> None:
    path = saved(tmp_path, full())
    content = (tmp_path / which).read_text(encoding="utf-8")
    (tmp_path / which).write_text(re.sub(r"(\?>)", rf"\1{BOMB}", content, count=1), encoding="utf-8")
    assert "declares the entity 'a', which is refused" in rejection(path)


def test_files_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    path = saved(tmp_path, full())
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:2000], encoding="utf-8")
    assert "is no well-formed XML" in rejection(path)
    path.write_text(whole, encoding="utf-8")
    (tmp_path / "TypeSystem.xml").write_text("<typeSystemDescription><types>", encoding="utf-8")
    assert "is no type system that can be read" in rejection(path)
    circle = "".join(
        f"<typeDescription><name>{a}</name><supertypeName>{b}</supertypeName></typeDescription>"
        for a, b in (("x.A", "x.B"), ("x.B", "x.A"))
    )
    (tmp_path / "TypeSystem.xml").write_text(
        f"<typeSystemDescription><types>{circle}</types></typeSystemDescription>", encoding="utf-8"
    )
    assert "is no type system that can be read" in rejection(path)
    assert "describes types" in rejection(tmp_path / "TypeSystem.xml")
    (tmp_path / "cut.json").write_text(full().json()[:-30], encoding="utf-8")
    assert "is no JSON" in rejection(tmp_path / "cut.json")
    (tmp_path / "half.json").write_text(full().json().replace("denied", "\\ud83e"), encoding="utf-8")
    assert "half a surrogate pair" in rejection(tmp_path / "half.json")


@pytest.mark.parametrize(
    "kind", ["spans", "relations", "circle", "chain", "beyond the text", "the whole text"]
)
def test_fifty_thousand_annotations_take_seconds(tmp_path: Path, kind: str) -> None:
    number = 50_000
    made = Made({"_InitialView": "🦩" + "word " * number})
    for n in range(number):
        place = (n * 5 + 2, n * 5 + 6)
        match kind:
            case "spans":
                made.add(NAMED, place, has={"value": "LOC"})
            case "relations":
                made.add(NAMED, place)
            case "circle":
                made.add(TIES, place, refers={"Governor": 10 + n, "Dependent": 10 + (n + 1) % number})
            case "chain":
                made.add(LINK, place, refers={"next": 11 + n} if n < number - 1 else {})
            case "beyond the text":
                made.add(NAMED, (10**7 + n, 10**7 + n + 1))
            case _:
                made.add(NAMED, (n * 5 + 2, number * 5))
    for n in range(number if kind == "relations" else 0):
        made.add(TIES, (0, 0), refers={"Governor": 10 + n, "Dependent": 10 + (n + 1) % number})
    if kind == "chain":
        made.add(CHAIN, refers={"first": 10})
    path = saved(tmp_path, made)
    began = time.monotonic()
    document = one(path)
    assert time.monotonic() - began < 30  # on a busy machine; alone it takes three
    assert document.read >= number
    if kind == "the whole text":
        assert sum(len(s.fragments[0].exact) for s in document.spans) <= 1 << 24


def test_tokens_of_any_package_are_structure(tmp_path: Path, write: Write) -> None:
    made = Made()
    made.add("borrin.words.Token", "near")
    made.add(TOKEN, "near")
    assert one(write(tmp_path, made)).structure == {"Token": 2}
