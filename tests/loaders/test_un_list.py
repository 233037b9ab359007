"""The UN Security Council's list: records as it prints them, and what a damaged file gives."""

from __future__ import annotations

import re
import tempfile
import tracemalloc
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from ontology.lists import ListedName
from tests.loaders.lists import damaged, listed

PERSON = """<INDIVIDUAL><DATAID>17</DATAID><FIRST_NAME> MIRA </FIRST_NAME><SECOND_NAME>OREN</SECOND_NAME><THIRD_NAME/>
<UN_LIST_TYPE>Borrin</UN_LIST_TYPE><REFERENCE_NUMBER>BOi.017 </REFERENCE_NUMBER><LISTED_ON>2031-02-03</LISTED_ON>
<NAME_ORIGINAL_SCRIPT>ميرا أورين</NAME_ORIGINAL_SCRIPT><COMMENTS1>Sister of Pell Orrin (BOi.018). 🙂</COMMENTS1>
<TITLE><VALUE>Dr</VALUE></TITLE><DESIGNATION><VALUE>Envoy </VALUE><VALUE>Quartermaster</VALUE></DESIGNATION>
<NATIONALITY><VALUE>Borrin</VALUE></NATIONALITY><LAST_DAY_UPDATED><VALUE/></LAST_DAY_UPDATED>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Myra Oren</ALIAS_NAME>
<NOTE>previously listed as</NOTE></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Heron (original script: Цапля)</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ADDRESS><COUNTRY/></INDIVIDUAL_ADDRESS>
<INDIVIDUAL_ADDRESS><STREET>4 Mill Lane</STREET><CITY>Sarne</CITY><COUNTRY>Borrin</COUNTRY></INDIVIDUAL_ADDRESS>
{births}<INDIVIDUAL_PLACE_OF_BIRTH/><INDIVIDUAL_DOCUMENT/><SORT_KEY/></INDIVIDUAL>"""
GROUP = """<ENTITY><DATAID>18</DATAID><FIRST_NAME>RED HERON FRONT (RHF)</FIRST_NAME>
<REFERENCE_NUMBER>BOe.002.</REFERENCE_NUMBER>
<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>"The Herons"</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Heron Movement</ALIAS_NAME></ENTITY_ALIAS></ENTITY>"""


def birth(kind: str, **parts: str) -> str:
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts.items())
    return f"<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>{kind}</TYPE_OF_DATE>{inner}</INDIVIDUAL_DATE_OF_BIRTH>"


def whole(*entries: str) -> str:
    individuals = "".join(one for one in entries if one.startswith("<IND"))
    entities = "".join(one for one in entries if one.startswith("<ENT"))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2031-05-06T07:08:09-05:00">'
        f"<INDIVIDUALS>{individuals}</INDIVIDUALS><ENTITIES>{entities}</ENTITIES></CONSOLIDATED_LIST>"
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.xml"


def test_a_list_with_a_person_and_a_group(file: Path) -> None:
    file.write_text(whole(PERSON.format(births=birth("EXACT", DATE="1999-04-05")), GROUP), "utf-8")
    found = listed(file)
    assert (found.made.id, found.made.edition, found.complete) == ("un-list", "2031-05-06", True)
    person = found.record("BOi.017")
    assert person.type == "Person"
    assert person.identifiers == ("un-list:BOi.017",)
    assert person.names == (
        ListedName("MIRA OREN", "", "preferred"),
        ListedName("ميرا أورين", "und-Arab", "strong"),
        ListedName("Myra Oren", "", "strong"),
        ListedName("Heron", "", "weak"),
        ListedName("Цапля", "und-Cyrl", "weak"),
    )
    assert person.facts == {
        "name note": ("Myra Oren: previously listed as",),
        "regime": ("Borrin",),
        "listed": ("2031-02-03",),
        "comment": ("Sister of Pell Orrin (BOi.018). 🙂",),
        "title": ("Dr",),
        "function": ("Envoy", "Quartermaster"),
        "nationality": ("Borrin",),
        "address": ("4 Mill Lane, Sarne, Borrin",),
        "born": ("1999-04-05",),
    }
    group = found.record("BOe.002")
    assert (group.type, group.identifiers) == ("Group", ("un-list:BOe.002",))
    assert [(name.text, name.quality) for name in group.names] == [
        ("RED HERON FRONT", "preferred"),
        ("RHF", "weak"),
        ("The Herons", "weak"),
        ("Heron Movement", "strong"),
    ]


@pytest.mark.parametrize(
    ("printed", "born", "note"),
    [
        (birth("EXACT", DATE="1964-07-17"), "1964-07-17", None),
        (birth("EXACT", DATE="1964-07-17-05:00"), "1964-07-17", None),
        (birth("EXACT", YEAR="1964"), "1964", None),
        (birth("EXACT", NOTE="Sep.", YEAR="1958"), "1958", "Sep."),
        (birth("APPROXIMATELY", YEAR="1968"), "1968~", None),
        (birth("BETWEEN", FROM_YEAR="1965", TO_YEAR="1969"), "1965/1969", None),
        (birth("BETWEEN", NOTE="Approximately ", FROM_YEAR="1965", TO_YEAR="1969"), "1965~/1969~", None),
        (birth("BETWEEN", FROM_YEAR="1969", TO_YEAR="1965"), None, "1969/1965"),
        (birth("EXACT", NOTE="24/06/1402 (Hijri)"), None, "24/06/1402 (Hijri)"),
        (birth("EXACT", DATE="1964-02-31"), None, "1964-02-31"),
        (birth(""), None, None),
    ],
)
def test_dates_of_birth_keep_their_precision(
    file: Path, printed: str, born: str | None, note: str | None
) -> None:
    file.write_text(whole(PERSON.format(births=printed)), "utf-8")
    facts = listed(file).record("BOi.017").facts
    assert facts.get("born") == (born and (born,))
    assert facts.get("birth note") == (note and (note,))


def test_what_cannot_be_used_is_told(file: Path) -> None:
    nameless = re.sub(
        r"<(FIRST|SECOND)_NAME>.*?</\1_NAME>|<NAME_ORI.*SCRIPT>|<INDIVIDUAL_ALIAS.*ALIAS>",
        "",
        PERSON,
        flags=re.DOTALL,
    )
    wrong = GROUP.replace("BOe.002.", "BO/2")
    numberless = re.sub(r"<(DATAID|REFERENCE_NUMBER)>.*?</\1>", "", GROUP)
    file.write_text(whole(nameless.format(births=""), wrong, numberless), "utf-8")
    found = listed(file)
    assert [record.id for record in found.records] == ["BO/2"]
    assert found.record("BO/2").identifiers == ()
    assert "BO/2" in found.made.tally.notes[0]
    assert found.rejected == [
        ("BOi.017", "has no name"),
        (None, "has no REFERENCE_NUMBER and no DATAID: nothing tells which record it is"),
    ]


def test_a_file_cut_off_gives_the_records_before_and_no_end(file: Path) -> None:
    content = whole(PERSON.format(births=""), GROUP).encode()
    file.write_bytes(content[: content.index(b"<ENTITY_ALIAS")])
    found = listed(file)
    assert [record.id for record in found.records] == ["BOi.017"]
    assert not found.complete
    assert "no well-formed XML" in found.problems[0].rejection.reason


def test_entities_of_xml_are_refused(file: Path) -> None:
    file.write_text('<!DOCTYPE x [<!ENTITY a "b">]>' + whole(GROUP).partition("?>")[2], "utf-8")
    found = listed(file)
    assert not found.records
    assert "declares the entity" in found.problems[0].rejection.reason


@settings(max_examples=150)
@given(damaged(whole(PERSON.format(births=birth("EXACT", DATE="1999-04-05")), GROUP).encode()))
def test_whatever_the_bytes_only_our_errors_come(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xml"
        path.write_bytes(content)
        listed(path, "un-list")


def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    from loaders.formats import Options
    from loaders.reading import read
    from ontology import vocabulary

    peaks = []
    for count in (200, 2_000):
        path = tmp_path / f"{count}.xml"
        path.write_text(
            whole(*(GROUP.replace("BOe.002.", f"BOe.{number}") for number in range(count))), "utf-8"
        )
        tracemalloc.start()
        assert sum(1 for _ in read([path], Options(vocabulary.load()), lambda _: None)) > count  # type: ignore[arg-type, return-value]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 2_000_000


# The real list


@pytest.fixture(scope="module")
def real(shared_dir: Path) -> Path:
    path = shared_dir / "corpora" / "un-sanctions" / "consolidated.xml"
    if not path.is_file():
        pytest.skip("needs the UN's list in shared/corpora, which is not there")
    return path


def test_every_entry_of_the_real_list_is_a_record(real: Path) -> None:
    root = ElementTree.parse(real).getroot()
    found = listed(real)
    assert found.complete
    assert not found.problems
    assert not found.rejected
    counted = Counter(record.type for record in found.records)
    assert counted == {
        "Person": len(root.findall(".//INDIVIDUAL")),
        "Group": len(root.findall(".//ENTITY")),
    }
    numbers = {(one.text or "").strip(" .") for one in root.iter("REFERENCE_NUMBER")}
    assert {record.id for record in found.records} == numbers
    assert all(record.identifiers == (f"un-list:{record.id}",) for record in found.records)


def test_every_alias_and_date_of_the_real_list_is_kept(real: Path) -> None:
    found = {record.id: record for record in listed(real).records}
    for entry in (
        one for tag in ("INDIVIDUAL", "ENTITY") for one in ElementTree.parse(real).getroot().iter(tag)
    ):
        record = found[(entry.findtext("REFERENCE_NUMBER") or "").strip(" .")]
        held = " ".join([*(name.text for name in record.names), *record.facts.get("name note", ())])
        words = set(re.findall(r"\w+", held))
        for alias in entry.iter():
            if alias.tag == "ALIAS_NAME" and alias.text:
                missing = set(re.findall(r"\w+", alias.text)) - words
                assert not missing - {"original", "script", "sub", "unit", "name"}, (record.id, alias.text)
        printed = [one.text for tag in ("DATE", "YEAR", "FROM_YEAR", "TO_YEAR")
                   for one in entry.iterfind(f"INDIVIDUAL_DATE_OF_BIRTH/{tag}")]  # fmt: skip
        born = " ".join(record.facts.get("born", ()))
        assert all(text and text[:10] in born for text in printed), (record.id, printed, born)
