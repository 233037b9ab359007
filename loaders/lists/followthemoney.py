"""FollowTheMoney entities as records: JSON objects `{"id": …, "schema": …, "properties": {…: […]}}`, one a line.

The form of OpenSanctions' `entities.ftm.json` and of Aleph's exports; https://followthemoney.tech describes it. What
the schemata mean here is the table below. Relations among entities (Ownership, Directorship, Family …) are no claims,
for no text says them: they are ignored by name, as are vessels, documents and other things the ontology lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.lists.json_entries import Entry, entries, words
from loaders.lists.names import distinct
from loaders.lists.telling import told
from ontology import dates, identifiers
from ontology.errors import DateError
from ontology.identifiers import IdentifierError
from ontology.lists import LONGEST_FACT, LONGEST_NAME, ListedName, Quality, Record, ReferenceList

_TYPES = {
    "Person": "Person",
    "LegalEntity": "Actor",
    "Organization": "Group",
    "Company": "Company",
    "PublicBody": "GovernmentBody",
    "Position": "Position",
}
"""The schemata that become records, with their types. A LegalEntity may be a person or an organisation."""

_LEFT_OUT = frozenset(
    """
    Address Airplane Article Assessment Asset Associate Audio BankAccount Call CallForTenders Contract ContractAward
    CourtCase CourtCaseParty CryptoWallet Debt Directorship Document Documentation EconomicActivity Email Employment
    Event Family Folder HyperText Identification Image Interest Interval License Membership Mention Message Note
    Occupancy Ownership Package Page Pages Passport Payment PlainText Post Project ProjectParticipant RealEstate
    Representation Risk Sanction Security Similar Succession Table TaxRoll Thing Trip UnknownLink UserAccount Value
    Vehicle Vessel Video Workbook
    """.split()
)
"""The other schemata there are: ignored by name."""

_NAMES: dict[str, Quality] = {
    "name": "preferred",
    "alias": "strong",
    "previousName": "strong",
    "abbreviation": "weak",
    "weakAlias": "weak",
}
# Properties that hold identifiers we have schemes for.
_IDENTIFIERS = {
    "wikidataId": "wikidata",
    "leiCode": "lei",
    "imoNumber": "imo",
    "isin": "isin",
    "isinCode": "isin",
}
_ADDRESSES = ("wikipediaUrl",)
# What is told of a record besides: other properties of words are kept under their own names.
_FACTS = {
    "birthDate": "born",
    "deathDate": "died",
    "birthPlace": "birthplace",
    "nationality": "nationality",
    "citizenship": "citizenship",
    "country": "country",
    "gender": "gender",
    "title": "title",
    "position": "function",
    "address": "address",
    "notes": "comment",
    "summary": "comment",
    "topics": "topic",
    "program": "regime",
}
# What only serves a database: indexes, other entities by id, times of processing.
_INTERNAL = frozenset(("indexText", "processedAt", "addressEntity", "modifiedAt", "keywords"))
_LIST = 50


def recognise(file: File) -> bool:
    """Whether its first object is a FollowTheMoney entity."""
    outline = file.outline
    if isinstance(outline, list) and outline:
        outline = outline[0]
    return isinstance(outline, dict) and _is_entity(outline)


def _is_entity(data: dict[str, Any]) -> bool:
    return all(isinstance(data.get(key), str) for key in ("id", "schema")) and isinstance(
        data.get("properties"), dict
    )


def read(unit: Unit, options: Options) -> Iterator[Read]:
    """The list, its records, and the list again. The list's id is its file's path unless a sidecar gives another."""
    file = unit.lead
    made = ReferenceList(id=file.within, title=file.base, loader=FORMAT.name, source=file.name)
    yield from told(made, (_record(entry, made) for entry in entries(file, options)))


def _record(entry: Entry, made: ReferenceList) -> Record | None:
    data, line = entry.data, entry.line
    if entry.problem:
        made.reject(entry.problem, line=line)
        return None
    if not isinstance(data, dict) or not _is_entity(data):
        made.reject("is no entity: expected an object with id, schema and properties", line=line)
        return None
    own, schema = " ".join(data["id"].split()), data["schema"]
    if schema in _LEFT_OUT:
        made.ignore(schema)
        return None
    if schema not in _TYPES or not own:
        reason = f"{schema[:60]!r} is no schema that is known" if own else "its id is empty"
        made.reject(reason, line=line, id=own[:200])
        return None
    properties = data["properties"]
    names = list(distinct(_names(properties, own, made)))
    if not names:
        made.reject("has no name", line=line, id=own)
        return None
    held = tuple(dict.fromkeys(_identifiers(properties, own, _is_from_open_sanctions(data), made)))
    return Record(own, _TYPES[schema], tuple(names), held, _facts(properties, own, made), line)


def _names(properties: dict[str, Any], own: str, made: ReferenceList) -> Iterator[ListedName]:
    first = True
    for key, quality in _NAMES.items():
        for text in words(properties.get(key)):
            if len(text) > LONGEST_NAME:
                made.note(own, f"a name of {len(text):,} characters is left out")
                continue
            # Many transliterations may all be called names: one is shown.
            yield ListedName(text, "", quality if quality != "preferred" or first else "strong")
            first = False


def _identifiers(properties: dict[str, Any], own: str, is_its: bool, made: ReferenceList) -> Iterator[str]:
    wanted = [
        (f"{scheme}:{value}", False)
        for key, scheme in _IDENTIFIERS.items()
        for value in words(properties.get(key))
    ]
    wanted += [(value, False) for key in _ADDRESSES for value in words(properties.get(key))]
    if is_its:
        wanted.append((f"opensanctions:{own}", False))
        if own.startswith("Q") and own[1:].isdigit():
            wanted.append((f"wikidata:{own}", False))
    for text, _ in wanted:
        try:
            yield identifiers.normalise(text)
        except IdentifierError as error:
            made.note(own, str(error))


def _is_from_open_sanctions(data: dict[str, Any]) -> bool:
    """Whether an entity's id is OpenSanctions': only their exports say when they first saw it, and from which lists."""
    return "first_seen" in data and isinstance(data.get("datasets"), list)


def _facts(properties: dict[str, Any], own: str, made: ReferenceList) -> dict[str, tuple[str, ...]]:
    facts: dict[str, list[str]] = {}
    for key, value in properties.items():
        if key in _NAMES or key in _INTERNAL or key in _ADDRESSES:
            continue
        field = _FACTS.get(key, key)
        for text in words(value)[:_LIST]:
            kept = field
            if field in ("born", "died") and not _is_date(text):
                kept = {"born": "birth note", "died": "death note"}[field]
            if len(text) > LONGEST_FACT:
                made.note(own, f"{field} of {len(text):,} characters is cut short")
                text = text[: LONGEST_FACT - 1] + "…"
            facts.setdefault(kept[:60], []).append(text)
        if isinstance(value, list) and len(value) > _LIST:
            made.note(own, f"{len(value) - _LIST:,} further values of {field[:60]} are left out")
    return {field: tuple(dict.fromkeys(values)) for field, values in facts.items()}


def _is_date(text: str) -> bool:
    try:
        dates.check(text)
    except DateError:
        return False
    return True


FORMAT = Format(
    name="followthemoney",
    files="*.ftm.json and other FollowTheMoney entities, one JSON object a line (OpenSanctions, Aleph)",
    carries="people, organisations, companies, public bodies and positions as records: names by quality, identifiers,"
    " dates of birth, the other properties as words",
    loses="relations among entities (Ownership, Directorship …), vessels and documents: ignored by name",
    recognise=recognise,
    read=read,
    needs_mapping=False,
)
