"""The consolidated list of the UN Security Council: its individuals and entities as records.

Form: https://www.un.org/sc/resources/sc-sanctions.xsd, CONSOLIDATED_LIST with INDIVIDUAL and ENTITY elements, each with
a permanent REFERENCE_NUMBER, up to four NAME parts, graded aliases and free text. `loaders.lists.names` takes names
apart that share one string.
"""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator
from xml.etree.ElementTree import Element
from xml.parsers import expat

from loaders import xml_stream
from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.lists.names import distinct, is_quoted, taken_apart
from loaders.lists.telling import told
from ontology import dates, identifiers
from ontology.errors import DateError
from ontology.identifiers import IdentifierError
from ontology.lists import ListedName, Quality, Record, ReferenceList

ID = "un-list"
ROOT = "CONSOLIDATED_LIST"
_TYPES = {"INDIVIDUAL": "Person", "ENTITY": "Group"}
_NAME_PARTS = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_QUALITIES: dict[str, Quality] = {"low": "weak"}

# Elements of words: what they are called as facts. DATAID, VERSIONNUM and the sort keys are the list's own business.
_FACTS = {
    "TITLE": "title",
    "DESIGNATION": "function",
    "NATIONALITY": "nationality",
    "NATIONALITY2": "nationality",
    "GENDER": "gender",
    "UN_LIST_TYPE": "regime",
    "LISTED_ON": "listed",
    "LAST_DAY_UPDATED": "updated",
    "SUBMITTED_BY": "submitted by",
    "SUBMITTED_ON": "submitted",
    "COMMENTS1": "comment",
}
# Elements of parts: what they are called, and the parts in the order in which people write them.
_PLACES = ("NOTE", "STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
_PARTS = {
    "INDIVIDUAL_ADDRESS": ("address", _PLACES),
    "ENTITY_ADDRESS": ("address", _PLACES),
    "INDIVIDUAL_PLACE_OF_BIRTH": ("birthplace", _PLACES),
    "INDIVIDUAL_DOCUMENT": (
        "document",
        ("TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2", "NUMBER", "COUNTRY_OF_ISSUE", "ISSUING_COUNTRY", "CITY_OF_ISSUE",
         "DATE_OF_ISSUE", "NOTE"),
    ),
}  # fmt: skip
_PRINTED = re.compile(r"\d{4}-\d{2}-\d{2}")
_ORIGINAL_SCRIPT = re.compile(r"(?:in arabic|original script):\s*", re.IGNORECASE)


def recognise(file: File) -> bool:
    """Whether it is an edition of the list."""
    return file.root_element[1] == ROOT


def read(unit: Unit, options: Options) -> Iterator[Read]:
    """The list, its records, and the list again. Raises SourceError where the file is damaged or foreign."""
    file = unit.lead
    made = ReferenceList(
        id=ID,
        title="Consolidated list of the United Nations Security Council",
        publisher="United Nations Security Council",
        edition=_edition(file),
        url="https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list",
        loader=FORMAT.name,
        source=file.name,
    )
    yield from told(made, (_record(element, made) for element in xml_stream.elements(file, _TYPES)))


def _edition(file: File) -> str | None:
    """The day on which the file was made, from its root element."""
    found: list[str] = []
    parser = expat.ParserCreate()

    def start(_name: str, attributes: dict[str, str]) -> None:
        if not found:
            found.append(attributes.get("dateGenerated", ""))

    parser.StartElementHandler = start
    # What is wrong with it, reading it will tell.
    with contextlib.suppress(expat.ExpatError, ValueError, LookupError):
        parser.Parse(file.head, False)
    printed = _PRINTED.match(found[0]) if found else None
    return _date(printed[0]) if printed else None


def _record(element: Element, made: ReferenceList) -> Record | None:
    reference = _words(element, "REFERENCE_NUMBER")
    number = _words(element, "DATAID")
    own = reference or number
    try:
        held = (identifiers.normalise(f"un-list:{reference}"),) if reference else ()
    except IdentifierError as error:
        made.note(own, f"{error}; its number is kept as it stands")
        held = ()
    if held:
        own = held[0].partition(":")[2]
    if not own:
        made.reject("has no REFERENCE_NUMBER and no DATAID: nothing tells which record it is")
        return None
    facts: dict[str, list[str]] = defaultdict(list)
    names = list(distinct(_names(element, facts)))
    if not names:
        made.reject("has no name", id=own)
        return None
    for child in element:
        _add_facts(child, facts, own, made)
    return Record(
        own, _TYPES[element.tag], tuple(names), held, {field: tuple(dict.fromkeys(v)) for field, v in facts.items()}
    )  # fmt: skip


# Names


def _names(element: Element, facts: dict[str, list[str]]) -> Iterator[ListedName]:
    whole = " ".join(part for name in _NAME_PARTS if (part := _words(element, name)))
    yield from taken_apart(whole, "preferred", facts["name note"])
    for child in element.iterfind("NAME_ORIGINAL_SCRIPT"):
        yield from taken_apart("".join(child.itertext()), "strong", facts["name note"])
    for alias in element:
        if alias.tag.endswith("_ALIAS"):
            yield from _aliases(alias, facts["name note"])
    if not facts["name note"]:
        del facts["name note"]


def _aliases(alias: Element, notes: list[str]) -> Iterator[ListedName]:
    text = _words(alias, "ALIAS_NAME")
    if not text:
        return
    quality = _QUALITIES.get(_words(alias, "QUALITY").lower(), "strong")
    if is_quoted(text):
        quality = "weak"  # a nickname: "The Base"
    names = list(taken_apart(text, quality, notes))
    yield from names
    about = _words(alias, "NOTE")
    if _ORIGINAL_SCRIPT.search(about):
        yield from taken_apart(_ORIGINAL_SCRIPT.split(about)[-1], quality, notes)
    rest = [about, *(_words(alias, tag) for tag in ("DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH"))]
    if remark := ", ".join(part for part in rest if part):
        notes.append(f"{names[0].text if names else text}: {remark}")


# Facts


def _add_facts(child: Element, facts: dict[str, list[str]], own: str, made: ReferenceList) -> None:
    tag = child.tag
    if tag == "INDIVIDUAL_DATE_OF_BIRTH":
        born, rest = _birth(child)
        if born:
            facts["born"].append(born)
        if rest:
            facts["birth note"].append(rest)
    elif tag in _FACTS:
        values = child.findall("VALUE")
        texts = (_tidy("".join(one.itertext())) for one in values or [child])
        facts[_FACTS[tag]].extend(text for text in texts if text)
    elif tag in _PARTS:
        name, parts = _PARTS[tag]
        words = dict.fromkeys(part for one in parts if (part := _words(child, one)))
        if words:
            facts[name].append(", ".join(words))
    if tag in _FACTS and not facts[_FACTS[tag]]:
        del facts[_FACTS[tag]]


def _birth(child: Element) -> tuple[str, str]:
    """A date of birth in EDTF, "" where it is none, and what is said about it in words."""
    kind, note = _words(child, "TYPE_OF_DATE").upper(), _words(child, "NOTE")
    about = "~" if kind == "APPROXIMATELY" or note.casefold().startswith("approximately") else ""
    year, day = _words(child, "YEAR"), _words(child, "DATE")
    low, high = _words(child, "FROM_YEAR"), _words(child, "TO_YEAR")
    if low or high:
        printed = (
            f"{low}{about}/{high}{about}"
            if low and high
            else f"{low}{about}/.."
            if low
            else f"../{high}{about}"
        )
    elif day:
        # Newer editions write a time zone behind the day.
        whole = _PRINTED.match(day)
        printed = (whole[0] if whole else day) + about
    else:
        printed = year + about if year else ""
    edtf = _date(printed) if printed else None
    if edtf is None and printed:
        note = ", ".join(part for part in (printed, note) if part)
    if about and note.casefold() == "approximately":
        note = ""
    return edtf or "", note


def _date(text: str) -> str | None:
    try:
        return dates.check(text)
    except DateError:
        return None


def _words(element: Element, tag: str) -> str:
    """The words of the first child of that name, single spaces between them; "" where it has none."""
    child = element.find(tag)
    return _tidy("".join(child.itertext())) if child is not None else ""


def _tidy(text: str) -> str:
    return " ".join(text.split())


FORMAT = Format(
    name="un-list",
    files="consolidated.xml of the UN Security Council",
    carries="individuals and entities as records: names by quality, original script, reference numbers, dates of birth,"
    " and the rest as words",
    loses="the list's own sort keys and version numbers",
    recognise=recognise,
    read=read,
    needs_mapping=False,
)
