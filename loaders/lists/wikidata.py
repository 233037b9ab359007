"""Wikidata items as records: a JSON dump (an array or lines of items) or an answer of the API, `{"entities": {…}}`.

Form: https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html. An item's type is read off its class (P31)
by the table below, for one item does not tell what its class is a subclass of. Items of other classes, properties,
lexemes and redirects are ignored by name. `loaders.lists.wikidata_dates` reads the dates.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from loaders.files import File
from loaders.formats import Format, Options, Read, Unit
from loaders.lists.json_entries import Entry, entries
from loaders.lists.names import distinct
from loaders.lists.telling import told
from loaders.lists.wikidata_dates import date_of
from ontology import identifiers
from ontology.identifiers import IdentifierError
from ontology.lists import LONGEST_FACT, LONGEST_NAME, ListedName, Record, ReferenceList

_CLASSES = {
    "Person": "Q5",
    "State": "Q3624078 Q6256 Q7275 Q3024240 Q112099 Q1520223",
    "ArmedGroup": "Q17149090 Q17127659",
    "IntelligenceAgency": "Q47913",
    "SecurityForce": "Q772547 Q37726 Q176799 Q732717",
    "GovernmentBody": "Q327333 Q192350 Q35749 Q2659904",
    "Government": "Q7188",
    "IntergovernmentalOrganization": "Q245065",
    "PoliticalParty": "Q7278",
    "MediaOrganization": "Q11032 Q192283 Q1110794 Q15265344 Q1193236 Q11033",
    "ResearchOrganization": "Q31855 Q3918 Q155271",
    "Company": "Q4830453 Q783794 Q6881511 Q891723 Q22687",
    "Community": "Q41710",
    "Group": "Q43229 Q163740 Q79913 Q484652",
    "Place": "Q515 Q1549591 Q5119 Q486972 Q3957 Q532 Q10864048 Q13220204 Q56061 Q35657 Q82794 Q23442",
    "Position": "Q4164871 Q294414",
    "Agreement": "Q131569 Q625298",
    "War": "Q198 Q8465",
    "Clash": "Q178561",
    "Attack": "Q2223653 Q891854",
    "Operation": "Q645883",
}
_TYPES = {item: type_name for type_name, items in _CLASSES.items() for item in items.split()}
"""What items of a class are. Of several classes that an item has, the first in this order counts."""

_ORDER = {type_name: place for place, type_name in enumerate(_CLASSES)}
_SCHEMES = {
    "P1278": "lei", "P214": "viaf", "P213": "isni", "P496": "orcid", "P1566": "geonames", "P946": "isin",
    "P300": "iso3166", "P297": "iso3166", "P10632": "opensanctions", "P402": "osm",
}  # fmt: skip
_DATES = {"P569": "born", "P570": "died", "P571": "founded", "P576": "dissolved"}
_ITEM = re.compile(r"Q[1-9][0-9]{0,11}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*", re.ASCII)
# Codes of Wikidata's own that are no languages.
_NO_LANGUAGE = frozenset(("mul", "mis", "und", "zxx"))


def recognise(file: File) -> bool:
    """Whether it begins like a dump, or is an answer of the API."""
    outline = file.outline
    if isinstance(outline, list) and outline:
        outline = outline[0]
    if not isinstance(outline, dict):
        return False
    inner = outline.get("entities")
    if isinstance(inner, dict):
        outline = next((one for one in inner.values() if isinstance(one, dict)), {})
    return isinstance(outline.get("id"), str) and (
        outline.get("type") in ("item", "property", "lexeme") or "missing" in outline
    )


def read(unit: Unit, options: Options) -> Iterator[Read]:
    """The list, its records, and the list again. The list's id is its file's path unless a sidecar gives another."""
    file = unit.lead
    made = ReferenceList(
        id=file.within,
        title=f"Wikidata ({file.base})",
        publisher="Wikimedia Foundation",
        url="https://www.wikidata.org/",
        loader=FORMAT.name,
        source=file.name,
    )
    yield from told(made, _records(entries(file, options), made))


def _records(found: Iterable[Entry], made: ReferenceList) -> Iterator[Record | None]:
    for entry in found:
        if entry.problem:
            made.reject(entry.problem, line=entry.line)
            yield None
        else:
            yield from (_record(item, entry.line, made) for item in _items(entry.data))


def _items(data: Any) -> list[Any]:
    inner = data.get("entities") if isinstance(data, dict) and "id" not in data else None
    return list(inner.values()) if isinstance(inner, dict) else [data]


def _record(item: Any, line: int, made: ReferenceList) -> Record | None:
    own = item.get("id") if isinstance(item, dict) else None
    if not isinstance(own, str):
        made.reject("is no item: expected an object with an id", line=line)
        return None
    if "missing" in item or item.get("type", "item") != "item":
        made.ignore("missing item" if "missing" in item else f"{str(item['type'])[:60]}")
        return None
    if not _ITEM.fullmatch(own):
        made.reject(f"{own[:60]!r} is no item's id", line=line)
        return None
    statements = _statements(item.get("claims"))
    classes = [value for value in _ids(statements.get("P31", ())) if value]
    types = sorted({_TYPES[one] for one in classes if one in _TYPES}, key=_ORDER.__getitem__)
    if not types:
        made.ignore(f"instance of {classes[0]}" if classes else "without a class (P31)")
        return None
    names = list(distinct(_names(item, own, made)))
    if not names:
        made.reject("has no label", line=line, id=own)
        return None
    held = [f"wikidata:{own}", *_identifiers(item, statements, own, made)]
    return Record(
        own, types[0], tuple(names), tuple(dict.fromkeys(held)), _facts(item, statements, own, made), line
    )


# Names


def _names(item: dict[str, Any], own: str, made: ReferenceList) -> Iterator[ListedName]:
    """Labels and aliases. The English label is preferred, else that of all languages, else the first there is."""
    labels = _texts(item.get("labels"))
    shown = next((code for code in ("en", "mul") if code in labels), next(iter(labels), ""))
    for quality_of_label, texts in ((True, labels), (False, _texts(item.get("aliases")))):
        for code, values in texts.items():
            for text in values:
                if len(text) > LONGEST_NAME:
                    made.note(own, f"a name of {len(text):,} characters is left out")
                    continue
                language = code if _LANGUAGE.fullmatch(code) and code not in _NO_LANGUAGE else ""
                is_shown = quality_of_label and code == shown
                yield ListedName(text, language, "preferred" if is_shown else "strong")


def _texts(data: Any) -> dict[str, list[str]]:
    """The texts of labels (one a language) or aliases (a list) by language."""
    found: dict[str, list[str]] = {}
    if isinstance(data, dict):
        for code, value in data.items():
            for one in value if isinstance(value, list) else [value]:
                text = one.get("value") if isinstance(one, dict) else None
                if isinstance(text, str) and text.split():
                    found.setdefault(code, []).append(" ".join(text.split()))
    return found


# Statements


def _statements(data: Any) -> dict[str, list[Any]]:
    """The values of each property that are known and not deprecated, preferred ones first."""
    found: dict[str, list[tuple[bool, Any]]] = defaultdict(list)
    if not isinstance(data, dict):
        return {}
    for property_, statements in data.items():
        for statement in statements if isinstance(statements, list) else ():
            if not isinstance(statement, dict) or statement.get("rank") == "deprecated":
                continue
            snak = statement.get("mainsnak")
            value = snak.get("datavalue") if isinstance(snak, dict) else None
            if isinstance(value, dict) and "value" in value:
                found[property_].append((statement.get("rank") != "preferred", value["value"]))
    return {
        property_: [value for _, value in sorted(values, key=lambda pair: pair[0])]
        for property_, values in found.items()
    }


def _ids(values: Any) -> list[str]:
    return [
        id for one in values if isinstance(one, dict) and isinstance(id := one.get("id", _numbered(one)), str)
    ]


def _numbered(value: dict[str, Any]) -> str | None:
    """The id of an item as dumps before 2017 have it, by its number alone."""
    number = value.get("numeric-id")
    item = value.get("entity-type") == "item" and isinstance(number, int) and not isinstance(number, bool)
    return f"Q{number}" if item else None


def _identifiers(
    item: dict[str, Any], statements: dict[str, list[Any]], own: str, made: ReferenceList
) -> Iterator[str]:
    wanted = [
        f"{scheme}:{'relation/' if scheme == 'osm' else ''}{value}"
        for property_, scheme in _SCHEMES.items()
        for value in statements.get(property_, ())
        if isinstance(value, str)
    ]
    links = item.get("sitelinks")
    page = links.get("enwiki") if isinstance(links, dict) else None
    if isinstance(page, dict) and isinstance(page.get("title"), str):
        wanted.append(f"wikipedia:en:{page['title']}")
    for text in wanted:
        try:
            yield identifiers.normalise(text)
        except IdentifierError as error:
            made.note(own, str(error))


def _facts(
    item: dict[str, Any], statements: dict[str, list[Any]], own: str, made: ReferenceList
) -> dict[str, tuple[str, ...]]:
    facts: dict[str, list[str]] = defaultdict(list)
    about = _texts(item.get("descriptions"))
    for text in about.get("en") or next(iter(about.values()), []):
        facts["description"].append(text[:LONGEST_FACT])
    for property_, field in _DATES.items():
        for value in statements.get(property_, ()):
            edtf, words = date_of(value)
            if edtf:
                facts[field].append(edtf)
            elif words:
                facts[f"{field} (in words)"].append(words)
            else:
                made.note(own, f"its date {property_} cannot be read")
    return {field: tuple(dict.fromkeys(values)) for field, values in facts.items()}


FORMAT = Format(
    name="wikidata",
    files='Wikidata\'s JSON: a dump (array or lines of items), or answers of its API ({"entities": …})',
    carries="people, organisations, states, places, positions, treaties and conflicts as records: labels and aliases by"
    " language, identifiers, dates with their precision, the description",
    loses="other statements and references; items of classes without a type here: ignored by name",
    recognise=recognise,
    read=read,
    needs_mapping=False,
)
