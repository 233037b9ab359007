"""Identifiers that others have given to actors, places, events and documents, as `scheme:value`.

Each scheme's syntax (and check digit, where it has one) is verified, because a shared identifier merges
nodes: a mistyped one would make two actors one. Lists without a scheme here go under `local:`, as in
`local:borrin-registry/17`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from ontology.errors import AttestError
from ontology.suggestions import nearest

LONGEST = 500
"""Characters an identifier may have."""


class IdentifierError(AttestError, ValueError):
    """An identifier is not `scheme:value` with a known scheme and a value of its form."""


class Scheme(NamedTuple):
    """A system of identifiers. `tidy` gives a value's one written form, or None where it is not of the scheme."""

    name: str
    label: str
    example: str
    tidy: Callable[[str], str | None]
    url: str = ""  # with {} for the value; "" where there is no page


def normalise(identifier: str) -> str:
    """The one written form of an identifier: `normalise("Wikidata:q42")` is `wikidata:Q42`.

    A bare http(s) address counts as `url:`, and the address of a Wikidata or Wikipedia page as what it names.
    Raises IdentifierError saying what is wrong and what the scheme expects.
    """
    text = identifier.strip()
    if len(text) > LONGEST:
        raise IdentifierError(f"an identifier of {len(text)} characters; the limit is {LONGEST}")
    if _ADDRESS.match(text):
        return _address(text)
    name, colon, value = text.partition(":")
    scheme = SCHEMES.get(_SYNONYMS.get(name.casefold(), name.casefold()))
    if not colon:
        raise IdentifierError(f"{text!r} names no scheme; write scheme:value, such as wikidata:Q42")
    if scheme is None:
        _unknown(text, name)
    if scheme.name == "url":
        return _address(value.strip())
    value = value.strip()
    # Upper case makes ASCII letters of others ("ß" becomes "SS"), so those are refused first.
    tidied = scheme.tidy(value) if value.isascii() or scheme.name == "wikipedia" else None
    if tidied is None:
        raise IdentifierError(f"{text!r} is not {scheme.label}, such as {scheme.name}:{scheme.example}")
    return f"{scheme.name}:{tidied}"


def url_of(identifier: str) -> str | None:
    """Where an identifier's page is, or None where its scheme has none."""
    name, _, value = normalise(identifier).partition(":")
    if name == "url":
        return value
    if name == "wikipedia":
        language, _, title = value.partition(":")
        return f"https://{language}.wikipedia.org/wiki/{_quoted(title)}"
    page = SCHEMES[name].url
    return page.format(_quoted(value)) if page else None


def rank(identifier: str) -> tuple[int, str]:
    """Sort key by which the least of a node's identifiers is its best: by scheme first, then by text."""
    name = identifier.partition(":")[0]
    return _RANKS.get(name, len(_RANKS)), identifier


# ------------------------------------------------------------------ check digits


def _luhn(digits: str) -> bool:
    """The check digit of ISINs and bank cards, letters counting as two digits from 10."""
    numbers = "".join(str(int(character, 36)) for character in digits)
    total = 0
    for position, digit in enumerate(reversed(numbers)):
        doubled = int(digit) * (1 + position % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def _lei(value: str) -> str | None:
    text = value.upper().replace(" ", "")
    if not re.fullmatch(r"[0-9A-Z]{18}[0-9]{2}", text):
        return None
    return text if int("".join(str(int(character, 36)) for character in text)) % 97 == 1 else None


def _isin(value: str) -> str | None:
    text = value.upper().replace(" ", "")
    return text if re.fullmatch(r"[A-Z]{2}[0-9A-Z]{9}[0-9]", text) and _luhn(text) else None


def _imo(value: str) -> str | None:
    """A ship's number; those of companies and owners share the form and weigh the digits otherwise."""
    text = re.sub(r"^IMO\s*", "", value, flags=re.IGNORECASE)
    if not re.fullmatch(r"[0-9]{7}", text):
        return None
    digits = [int(character) for character in text]
    ship = sum(digit * weight for digit, weight in zip(digits, (7, 6, 5, 4, 3, 2), strict=False)) % 10
    owner = (
        11 - sum(digit * weight for digit, weight in zip(digits, (8, 6, 4, 2, 9, 7), strict=False)) % 11
    ) % 10
    return text if digits[6] in (ship, owner) else None


def _isni(value: str) -> str | None:
    """ISNI and ORCID: 16 characters, the last a check digit by ISO 7064 (11-2)."""
    text = re.sub(r"[\s-]", "", value).upper()
    if not re.fullmatch(r"[0-9]{15}[0-9X]", text):
        return None
    total = 0
    for character in text[:15]:
        total = (total + int(character)) * 2
    check = (12 - total % 11) % 11
    return text if text[15] == ("X" if check == 10 else str(check)) else None


def _orcid(value: str) -> str | None:
    text = _isni(value)
    return "-".join(text[start : start + 4] for start in range(0, 16, 4)) if text else None


# ------------------------------------------------------------------ forms


def _form(pattern: str, tidy: Callable[[str], str] = str) -> Callable[[str], str | None]:
    """A scheme whose values fit a pattern once `tidy` has been applied."""

    def check(value: str) -> str | None:
        text = tidy(value)
        return text if re.fullmatch(pattern, text, re.ASCII) else None

    return check


def _un_list(value: str) -> str | None:
    """A permanent reference number of the UN Security Council's list: two letters, i or e, and three digits."""
    match = re.fullmatch(r"([A-Za-z]{2})([ieIE])\.([0-9]{3})", value.rstrip("."))
    return f"{match[1].upper()}{match[2].lower()}.{match[3]}" if match else None


_QUOTED = re.compile("%[0-9A-Fa-f]{2}")


def _wikipedia(value: str) -> str | None:
    """`language:Title`; without a language, English. Titles have underscores and begin with a capital.

    No title has a percent sign before two hexadecimal digits, so that what has one is quoted as in an address.
    """
    if _QUOTED.search(value):
        from urllib.parse import unquote

        value = unquote(value)
        if _QUOTED.search(value) or "\ufffd" in value:
            return None
    language, _, title = value.partition(":")
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z]+)*|simple", language):
        language, title = "en", value
    title = re.sub(r"[\s_]+", "_", title).strip("_")
    if not title or re.search(r"[#<>\[\]{}|]", title) or _CONTROL.search(value):
        return None
    return f"{language}:{title[0].upper()}{title[1:]}"


def _address(text: str) -> str:
    """A web address; one of Wikidata or Wikipedia becomes the identifier it stands for."""
    from urllib.parse import unquote, urlsplit, urlunsplit

    try:
        parts = urlsplit(text)
        valid = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or re.search(r'[\s<>"{}|\\^`]', text) or _CONTROL.search(text):
        raise IdentifierError(f"{text!r} is not an http or https address")
    if parts.username is not None or parts.password is not None:
        raise IdentifierError("the address holds a user name or password; leave it out")
    host = (parts.hostname or "").lower()
    if host in ("wikidata.org", "www.wikidata.org") and (match := _ENTITY.fullmatch(parts.path)):
        return f"wikidata:{match[1]}"
    wiki = re.fullmatch(r"([a-z]{2,3}(?:-[a-z]+)*|simple)(?:\.m)?\.wikipedia\.org", host)
    if wiki and parts.path.startswith("/wiki/") and not parts.query:
        title = _wikipedia(f"{wiki[1]}:{unquote(parts.path.removeprefix('/wiki/'))}")
        if title:
            return f"wikipedia:{title}"
    netloc = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme.lower()]
    if parts.port and parts.port != default:
        netloc += f":{parts.port}"
    return "url:" + urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", parts.query, parts.fragment))


def _quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value, safe="/:@!$&'()*+,;=~")


def _unknown(text: str, name: str) -> NoReturn:
    near = nearest(name, SCHEMES, 1)
    hint = (
        f"did you mean {near[0]}:?"
        if near
        else "a list of your own goes under local:, as in local:registry/17"
    )
    raise IdentifierError(f"{text!r}: there is no scheme {name!r}; {hint}")


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ADDRESS = re.compile("https?://", re.IGNORECASE)
_ENTITY = re.compile(r"/(?:wiki|entity)/(?:Special:EntityPage/)?(Q[1-9][0-9]{0,11})", re.ASCII)
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SYNONYMS = {
    "wd": "wikidata",
    "un": "un-list",
    "unsc": "un-list",
    "https": "url",
    "http": "url",
    "wp": "wikipedia",
}

SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("wikidata", "a Wikidata item", "Q42", _form("Q[1-9][0-9]{0,11}", str.upper),
               "https://www.wikidata.org/wiki/{}"),
        Scheme("un-list", "a reference number of the UN Security Council's list", "QDe.004", _un_list,
               "https://scsanctions.un.org/search/?keywords={}"),
        Scheme("lei", "a legal entity identifier (20 characters, the last two check digits)",
               "5493001KJTIIGC8Y1R12", _lei, "https://search.gleif.org/#/record/{}"),
        Scheme("imo", "an IMO ship or company number (seven digits, the last a check digit)", "9074729", _imo),
        Scheme("isni", "an ISNI (16 characters, the last a check digit)", "000000012146438X", _isni,
               "https://isni.org/isni/{}"),
        Scheme("orcid", "an ORCID (16 characters, the last a check digit)", "0000-0002-1825-0097", _orcid,
               "https://orcid.org/{}"),
        Scheme("iso3166", "an ISO 3166 code of a country or a part of one", "AF-GHA",
               _form("[A-Z]{2}(?:-[A-Z0-9]{1,3})?", str.upper)),
        Scheme("geonames", "a GeoNames number", "1138958", _form("[1-9][0-9]{0,11}"),
               "https://www.geonames.org/{}"),
        Scheme("osm", "an OpenStreetMap element", "relation/303427", _form("(?:node|way|relation)/[1-9][0-9]{0,15}"),
               "https://www.openstreetmap.org/{}"),
        Scheme("viaf", "a VIAF number", "75121530", _form("[1-9][0-9]{1,21}"), "https://viaf.org/viaf/{}"),
        Scheme("ofac", "an entry number of the US Treasury's list", "6366", _form("[1-9][0-9]{0,9}"),
               "https://sanctionssearch.ofac.treas.gov/Details.aspx?id={}"),
        Scheme("opensanctions", "an OpenSanctions entity", "NK-2wRJGMgKHtKxkUNuiBWwqN",
               _form("[A-Za-z0-9][A-Za-z0-9._-]{0,254}"), "https://www.opensanctions.org/entities/{}/"),
        Scheme("isin", "an ISIN (12 characters, the last a check digit)", "US0378331005", _isin),
        Scheme("doi", "a DOI", "10.1000/182", _form(r"10\.[0-9]{4,9}/[!-~]+", str.lower), "https://doi.org/{}"),
        Scheme("gtd", "an event of the Global Terrorism Database (12 digits)", "200109110004", _form("[0-9]{12}")),
        Scheme("stix", "a STIX object (type--UUID)", "intrusion-set--f3bdec95-3d62-42d9-a840-29630f6cdc1a",
               _form(f"[a-z][a-z0-9-]{{1,248}}--{_UUID}", str.lower)),
        Scheme("wikipedia", "a Wikipedia page (language:Title)", "en:Port_of_call", _wikipedia),
        Scheme("local", "an entry of a list of your own (list/entry)", "borrin-registry/17",
               _form("[A-Za-z0-9][A-Za-z0-9._-]{0,63}/[A-Za-z0-9][A-Za-z0-9._~:/-]{0,199}")),
        Scheme("url", "an http or https address", "https://example.org/actor/17", lambda value: value),
    )
}  # fmt: skip
"""Every scheme, the most telling first: the best identifier of a node is of the first scheme it has one of."""

_RANKS = {name: position for position, name in enumerate(SCHEMES)}
