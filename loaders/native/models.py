"""What a native document may hold: the shapes that are validated, their published JSON Schema, and plain errors.

`python -m loaders.native.models --write` writes `loaders/schema/attest-article.schema.json` from these shapes;
`--check` fails where it differs. docs/formats/native.md explains each key in prose.

The shapes are TypedDicts because pydantic checks them at the speed of parsing; what depends on the text or the
ontology (quotes, names, types, domains and ranges, dates) is checked in `loaders.native.reading`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Required,  # pydantic refuses typing.TypedDict before Python 3.12
    TypeAlias,
)

from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

VERSION = 1
SCHEMA_FILE = Path(__file__).parents[1] / "schema" / "attest-article.schema.json"

_CLOSED = ConfigDict(extra="forbid")
_MOST = 20_000

Line = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00-\x1f\x7f]*$")]
NameWords = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
# Handles and ontology names are looked up, never stored.
Handle = Annotated[str, Field(min_length=1, max_length=500)]
Words = Annotated[str, Field(min_length=1)]
# 2031 is a date too, and YAML and JSON writers leave off its quotation marks.
Edtf = Annotated[
    str | int,
    Field(description="An EDTF date: 2031-03-04, 2031-03, 2031, 203X, 2031-03-04~, 2031/2032, 2031-03/.."),
]
# Above 1e15 neighbouring integers are the same double.
Number = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class QuoteShape(TypedDict, total=False):
    """Words of the text and, where they occur more than once, which of them (a W3C TextQuoteSelector)."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    quote: Required[Annotated[Words, Field(description="The words exactly as the text has them.")]]
    prefix: Annotated[str | None, Field(description="What comes right before the quote, spaces included.")]
    suffix: Annotated[str | None, Field(description="What comes right after the quote, spaces included.")]
    occurrence: Annotated[
        Annotated[int, Field(ge=1, le=1000)] | None,
        Field(
            description="Which occurrence is meant, counted from 1 (among those that prefix and suffix leave)."
        ),
    ]


OneQuote: TypeAlias = Words | QuoteShape
Parts = Annotated[list[OneQuote], Field(min_length=1, max_length=50)]
Quote: TypeAlias = OneQuote | Parts


class NameShape(TypedDict, total=False):
    """A name in a stated language."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    name: Required[NameWords]
    language: Annotated[Line | None, Field(description="BCP 47: en, ar, zh-Hant.")]


class EntityShape(TypedDict, total=False):
    """Someone or something that the article names or describes."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    type: Required[
        Annotated[Handle, Field(description="A type of the ontology: ArmedGroup, Official, Place …")]
    ]
    name: Annotated[NameWords | None, Field(description="Its name; `names` takes several.")]
    names: Annotated[list[NameWords | NameShape] | None, Field(max_length=500)]
    mentions: Annotated[
        list[Quote] | None,
        Field(
            max_length=5000,
            description="Where the text speaks of it: words (their first occurrence as whole words), a quote object, "
            "or a list of these for a mention in several pieces. Left out: the first occurrence of each name.",
        ),
    ]
    identifiers: Annotated[
        list[NameWords] | None, Field(max_length=500, description="scheme:value, as wikidata:Q42.")
    ]
    named: Annotated[
        bool | None, Field(description="Whether it is known by name; left out, the words decide.")
    ]


class QuantityShape(TypedDict, total=False):
    """A number as claimed: exact, a range, or a bound open at one end."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    minimum: Number | None
    maximum: Number | None
    exact: Number | None
    unit: Annotated[Line | None, Field(description="What is counted: fighters, euros.")]


class ValueShape(QuantityShape, total=False):
    """A quantity or a date as the object of a claim."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    date: Edtf | None


Chain = Annotated[list[Handle], Field(max_length=20)]


class ClaimShape(TypedDict, total=False):
    """One proposition as one speaker put it: SPEAKERS say that SUBJECT RELATION OBJECT, in the words of QUOTE."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    id: Annotated[
        Handle | None, Field(description="For your own reference in reports; left out, claims[index].")
    ]
    subject: Required[Annotated[Handle, Field(description="The handle of an entity.")]]
    relation: Required[
        Annotated[Handle, Field(description="A relation of the ontology: trained, alliedWith …")]
    ]
    object: Required[
        Annotated[
            Handle | ValueShape, Field(description="The handle of an entity, or a quantity, or a date.")
        ]
    ]
    quote: Required[
        Annotated[Quote, Field(description="The words that say so; a list for words in several pieces.")]
    ]
    speakers: Annotated[
        Chain | Handle | None,
        Field(
            description="Who says so, outermost first: the last said it, those before relay it. "
            "Left out: the article says so in its own voice."
        ),
    ]
    speakers_each: Annotated[
        Annotated[list[Handle | Chain], Field(min_length=1, max_length=50)] | None,
        Field(
            description="Several who say the same, each making a claim: handles, or chains as in `speakers`."
        ),
    ]
    polarity: Annotated[Literal["affirmed", "denied"] | None, Field(description="Default: affirmed.")]
    certainty: Annotated[
        Literal["certain", "probable", "possible", "unstated"] | None, Field(description="Default: unstated.")
    ]
    modality: Annotated[
        Literal["actual", "pledged", "predicted", "hypothetical", "obliged"] | None,
        Field(description="Default: actual."),
    ]
    basis: Annotated[
        Literal["stated", "implied"] | None,
        Field(description="implied: read off a description ('the Pentagon' is part of …). Default: stated."),
    ]
    start: Annotated[Edtf | None, Field(alias="from", description="Since when it held.")]
    until: Annotated[Edtf | None, Field(description="Until when it held.")]
    time: Annotated[
        Edtf | None, Field(description="When it happened, or an interval; instead of from and until.")
    ]
    ended: Annotated[bool | None, Field(description="Over by the day it was said ('a former …').")]
    said: Annotated[
        Edtf | None, Field(description="When it was said; left out, when the article was published.")
    ]
    words: Annotated[Line | None, Field(description="The words of the date as printed: 'since spring'.")]
    place: Annotated[Handle | None, Field(description="The handle of a place.")]
    event: Annotated[Handle | None, Field(description="The handle of an event during which it happened.")]
    about: Annotated[Handle | None, Field(description="The handle of what it was about.")]
    instrument: Annotated[Handle | None, Field(description="The handle of what it was done with.")]
    role: Annotated[Line | None, Field(description="In what role, in words: 'as military advisers'.")]
    quantity: Annotated[QuantityShape | None, Field(description="How many or how much.")]


class ArticleShape(TypedDict, total=False):
    """The article as published."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    id: Annotated[
        Line | None, Field(description="Its identity; left out, the URL, else the path of the file.")
    ]
    title: Line | None
    publisher: Line | None
    origin: Annotated[Line | None, Field(description="The agency or paper the text was taken from.")]
    authors: Annotated[list[Line] | Line | None, Field()]
    published: Edtf | None
    url: Annotated[
        Annotated[str, Field(max_length=4000, pattern=r"^(https?://[^\s\x00-\x1f\x7f<>\"]+)?$")] | None,
        Field(description="http or https."),
    ]
    language: Annotated[
        Annotated[str, Field(pattern=r"^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$")] | None,
        Field(description="BCP 47: en, ar, zh-Hant."),
    ]


class _Head(TypedDict, total=False):
    attest: Required[Annotated[int, Field(ge=1, description="The version of this format: 1.")]]
    article: ArticleShape | None
    text: Annotated[str | None, Field(description="The article's text.")]
    text_file: Annotated[
        Line | None, Field(description="Instead of text: a UTF-8 file in the same folder or below.")
    ]
    annotator: Annotated[Line | None, Field(description="Who or what annotated: a person, a tool, a model.")]
    layer: Annotated[Line | None, Field(description="Which annotation of the article by that annotator.")]


class DocumentShape(_Head, total=False):
    """An annotated article: its text, whom and what it speaks of, and who claims what in it."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    entities: Annotated[
        dict[Handle, EntityShape] | None,
        Field(max_length=_MOST, description="By handle, a word of your own that the claims refer to."),
    ]
    claims: Annotated[list[ClaimShape] | None, Field(max_length=_MOST)]


class OutlineShape(_Head, total=False):
    """A document whose entities and claims are still to be checked one by one."""

    __pydantic_config__ = _CLOSED  # type: ignore[misc]

    entities: Annotated[dict[str, Any] | None, Field(max_length=_MOST)]
    claims: Annotated[list[Any] | None, Field(max_length=_MOST)]


DOCUMENT: TypeAdapter[DocumentShape] = TypeAdapter(DocumentShape)
OUTLINE: TypeAdapter[OutlineShape] = TypeAdapter(OutlineShape)
ENTITY: TypeAdapter[EntityShape] = TypeAdapter(EntityShape)
CLAIM: TypeAdapter[ClaimShape] = TypeAdapter(ClaimShape)
HANDLE: TypeAdapter[str] = TypeAdapter(Handle)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one native document."""
    made = _untitled(DOCUMENT.json_schema())
    made["properties"]["attest"]["const"] = VERSION
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:attest:schema:article:{VERSION}",
        "title": "Attest annotated article",
        **made,
    }


def _untitled(part: Any) -> Any:
    """A generated schema without the titles that only repeat the keys, and with plain names for its parts."""
    if isinstance(part, dict):
        return {
            key.removesuffix("Shape"): _untitled(value)
            for key, value in part.items()
            if key != "title" or not isinstance(value, str)
        }
    if isinstance(part, list):
        return [_untitled(value) for value in part]
    return part.removesuffix("Shape") if isinstance(part, str) else part


# Errors ---------------------------------------------------------------------------------------------------------

_SHAPES: dict[str, type] = {
    "article": ArticleShape,
    "quote": QuoteShape,
    "mentions": QuoteShape,
    "names": NameShape,
    "object": ValueShape,
    "quantity": QuantityShape,
    "entities": EntityShape,
    "claims": ClaimShape,
}
_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
}
_PATTERNS = {
    "url": "must be a web address that begins with http:// or https://",
    "language": "must be a language tag such as en, ar or zh-Hant",
}


def keys_of(shape: type) -> list[str]:
    """The keys a shape allows, as they are written."""
    return ["from" if key == "start" else key for key in shape.__annotations__ if not key.startswith("__")]


def explain(
    error: ValidationError, data: object, root: tuple[str | int, ...] = ()
) -> tuple[str, tuple[str | int, ...]]:
    """The first thing wrong with `data`, in words on one line, and the path to it from the document's top.

    `root` is where `data` sits in its document.
    """
    found = [(_path(e["loc"], data), e) for e in error.errors(include_url=False)]
    # Of the branches of a union, the one that got furthest into the data is the one that was meant.
    first = found[0][0][:1]
    path, chosen = max(
        (f for f in found if f[0][:1] == first), key=lambda f: (len(f[0]), f[1]["type"] not in _EXPECTED)
    )
    kind, where = chosen["type"], root + path
    if kind == "missing":
        return f"{str(chosen['loc'][-1])!r} is missing", where
    if kind == "extra_forbidden":
        key, allowed = str(path[-1])[:100], _allowed(where[:-1])
        return f"unknown key {key!r}{_near(key, allowed)}; allowed: {', '.join(allowed)}", where
    expected = [_EXPECTED[e["type"]] for p, e in found if p == path and e["type"] in _EXPECTED]
    reason = _fault(chosen, str(path[-1]) if path else "", " or ".join(dict.fromkeys(expected)))
    return (f"{written(path)!r} {reason}" if path else reason), where


def _fault(error: ErrorDetails, key: str, expected: str) -> str:
    """What is wrong with one value, to be read after its name."""
    value = error["input"]
    match error["type"]:
        case "literal_error":
            allowed = error["ctx"]["expected"].replace("'", "")
            return f"is {_value(value)}; it must be {allowed}"
        case kind if kind in _EXPECTED:
            is_unquoted = "text" in expected and isinstance(value, int | float)
            return f"must be {expected}, not {_value(value)}" + " (put it in quotation marks)" * is_unquoted
        case "string_pattern_mismatch":
            return _PATTERNS.get(key, "must be on one line, without control characters")
        case "string_unicode":
            return "contains half a surrogate pair: write the whole character"
        case "string_too_short" | "too_short":
            return "is empty"
        case "too_long":
            return f"has too many entries; the limit is {error['ctx']['max_length']:,}"
        case "string_too_long":
            return f"is too long; the limit is {error['ctx']['max_length']:,} characters"
        case _:
            message = error["msg"].replace("Input should be", "must be")
            return message[:1].lower() + message[1:]


def written(path: Sequence[str | int]) -> str:
    """A path as it would be written: claims[2].quote."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def _path(location: Sequence[str | int], data: Any) -> tuple[str | int, ...]:
    """A pydantic location without the names of union branches: only steps that lead somewhere in the data."""
    path: list[str | int] = []
    for step in location:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            continue
        path.append(step)
    return tuple(path)


def _allowed(path: Sequence[str | int]) -> list[str]:
    """The keys allowed in the mapping at a path from the document's top."""
    if len(path) == 2 and path[0] == "entities":
        return keys_of(EntityShape)
    names = [step for step in path if isinstance(step, str)]
    return keys_of(_SHAPES.get(names[-1], DocumentShape) if names else DocumentShape)


def _near(word: str, words: Sequence[str]) -> str:
    close = get_close_matches(word, words, 1, 0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _value(value: object) -> str:
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "…")
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value) if abs(value) < 1e30 else "a huge number"
    return (
        "a mapping"
        if isinstance(value, dict)
        else "a list"
        if isinstance(value, list)
        else type(value).__name__
    )


def main(arguments: Sequence[str]) -> int:
    """Write the published schema, or check that it is up to date."""
    made = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if arguments == ["--write"]:
        SCHEMA_FILE.parent.mkdir(exist_ok=True)
        SCHEMA_FILE.write_text(made, encoding="utf-8")
        return 0
    if arguments == ["--check"]:
        if SCHEMA_FILE.is_file() and SCHEMA_FILE.read_text(encoding="utf-8") == made:
            return 0
        print(f"{SCHEMA_FILE}: out of date; run python -m loaders.native.models --write", file=sys.stderr)
        return 1
    print("usage: python -m loaders.native.models --write | --check", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
