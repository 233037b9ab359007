"""From a validated native document to an annotated article: quotes, names, types, relations and dates are checked.

What is wrong with one entity or claim rejects that one and the claims that use it, each with its line and reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias

from loaders.native.quotes import QuotableText, QuoteError
from ontology import dates, identifiers
from ontology.errors import AttestError
from ontology.models import (
    AnnotatedArticle,
    Article,
    Claim,
    DateValue,
    Entity,
    Fragment,
    Mention,
    Name,
    Quantity,
    RejectedDocument,
    Rejection,
    Tally,
)

if TYPE_CHECKING:
    from loaders.native.models import (
        ArticleShape,
        ClaimShape,
        DocumentShape,
        EntityShape,
        QuantityShape,
        ValueShape,
    )
    from ontology.vocabulary import Ontology

Path_: TypeAlias = tuple[str | int, ...]
LineOf: TypeAlias = Callable[..., int]
Problems: TypeAlias = dict[Path_, tuple[str, Path_]]
"""What is wrong with the shape of an entity or claim, by its path: the reason, and the path of the fault."""


class _Refused(Exception):
    """An entity or claim (or its document) cannot be loaded; `step` is the key at fault."""

    def __init__(self, reason: str, step: str = "") -> None:
        super().__init__(reason)
        self.reason, self.step = reason, step


class Builder:
    """Makes the articles of one stream, and remembers what the ontology answered."""

    def __init__(self, name: str, folder: Path | None, ontology: Ontology, max_characters: int) -> None:
        self._name, self._folder = name, folder
        self._types, self._relations = ontology.types, ontology.relations
        self._ontology = ontology
        self._max_characters = max_characters
        self._misfits: dict[tuple[str, str, str], str | None] = {}

    def build(
        self, shape: DocumentShape, problems: Problems, line_of: LineOf, ordinal: int
    ) -> AnnotatedArticle | RejectedDocument:
        """The article of the `ordinal`-th document (from 1), or its rejection; `line_of` gives the line of a path."""
        entities, claims = shape.get("entities") or {}, shape.get("claims") or []
        tally = Tally(len(entities) + len(claims))
        try:
            text, path = self._text(shape, tally, ordinal)
            article = _metadata(shape, path)
        except _Refused as refused:
            line = line_of(*refused.step.split("."))
            return RejectedDocument(Rejection(self._name, refused.reason, line), tally.read, self._name)
        quotable = QuotableText(text)
        reject = tally.rejected.append

        known: dict[str, Entity] = {}
        lost: set[str] = set()
        for handle, entity in entities.items():
            try:
                if problems and (problem := problems.get(("entities", handle))):
                    lost.add(handle)
                    reject(Rejection(self._name, problem[0], line_of(*problem[1]), handle[:100]))
                    continue
                known[handle] = self._entity(handle, entity, quotable)
            except _Refused as refused:
                lost.add(handle)
                reject(
                    Rejection(self._name, refused.reason, line_of("entities", handle, refused.step), handle)
                )

        made: list[Claim] = []
        ids: set[str] = set()
        for index, claim in enumerate(claims):
            try:
                if problems and (problem := problems.get(("claims", index))):
                    reject(Rejection(self._name, problem[0], line_of(*problem[1]), _claim_id(claim, index)))
                    continue
                if (own := claim.get("id") or f"claims[{index}]") in ids:
                    raise _Refused(f"the id {own!r} is already used by another claim", "id")
                ids.add(own)
                self._claim(own, claim, known, lost, quotable, made)
            except _Refused as refused:
                line = line_of("claims", index, refused.step)
                reject(Rejection(self._name, refused.reason, line, _claim_id(claim, index)))
        tally.loaded = tally.read - len(tally.rejected)
        tally.count("entity", loaded=len(known), rejected=len(lost))
        lost_claims = len(tally.rejected) - len(lost)
        tally.count("claim", loaded=len(claims) - lost_claims, rejected=lost_claims)
        return AnnotatedArticle(
            article,
            text,
            # In reading order, as from every other format: which of several equal ones an entity is depends on it.
            sorted(known.values(), key=lambda entity: entity.mentions[0].fragments),
            made,
            shape.get("annotator") or "",
            shape.get("layer") or "",
            "native",
            "",
            self._name,
            tally,
        )

    def _text(self, shape: DocumentShape, tally: Tally, ordinal: int) -> tuple[str, str]:
        """The article's text, and its path within the feed, by which articles without an id are told apart."""
        text, file = shape.get("text"), shape.get("text_file")
        path = self._name if ordinal == 1 else f"{self._name}#{ordinal}"
        if text is not None and file:
            raise _Refused("has both text and text_file; give one", "text_file")
        if file:
            text, within = self._text_file(file)
            path = str(PurePosixPath(self._name).parent / within)
        if text is None or not text.strip():
            raise _Refused("no text: give text or text_file", "text" if text is not None else "")
        if text[0] == "\ufeff":
            text = text[1:]
            tally.notes.append("a byte order mark before the text was removed")
        if len(text) > self._max_characters:
            raise _Refused(
                f"the text has {len(text):,} characters; the limit is {self._max_characters:,}: "
                "divide it, or raise max_characters",
                "text",
            )
        return text, path

    def _text_file(self, given: str) -> tuple[str, str]:
        """The text of another file, and that file's path from the document's folder."""
        if self._folder is None:
            raise _Refused("text_file needs a document that is a file, not a stream; use text", "text_file")
        folder = self._folder.resolve()
        try:
            file = (folder / given).resolve()
            if "\\" in given or not file.is_relative_to(folder):
                raise _Refused(
                    f"text_file {given!r} is outside the document's folder; put it beside it", "text_file"
                )
            if not file.is_file():
                raise _Refused(f"text_file {given!r} does not exist or is no regular file", "text_file")
            with file.open("rb") as stream:
                content = stream.read(4 * self._max_characters + 4)
            return content.decode("utf-8"), file.relative_to(folder).as_posix()
        except UnicodeDecodeError as error:
            if len(content) > 4 * self._max_characters:
                limit = f"text_file {given!r} has more than {self._max_characters:,} characters, the limit"
                raise _Refused(f"{limit}: divide it, or raise max_characters", "text_file") from None
            bad = f"byte 0x{content[error.start]:02x} at {error.start}"
            raise _Refused(f"text_file {given!r} is not UTF-8 ({bad}): convert it", "text_file") from None
        except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links in a circle
            reason = getattr(error, "strerror", None) or error
            raise _Refused(f"text_file {given!r} cannot be read: {reason}", "text_file") from None

    def _entity(self, handle: str, shape: EntityShape, text: QuotableText) -> Entity:
        kind = shape["type"]
        if kind not in self._types:
            raise _Refused(f"{kind!r} is not a type of the ontology{_nearest(kind, self._types)}", "type")
        names = _names(shape)
        mentions: tuple[Mention, ...]
        if given := shape.get("mentions"):
            try:
                found = [_mention(quote, text) for quote in given]
            except QuoteError as error:
                raise _Refused(f"mention: {error}", "mentions") from None
            mentions = tuple(sorted(dict.fromkeys(found))) if len(found) > 1 else (found[0],)
        elif len(names) == 1:
            try:
                mentions = (Mention((text.find_word(names[0].text),)),)
            except QuoteError as error:
                raise _Refused(f"no mention of it: {error}", "name") from None
        elif names:
            mentions = _first_mentions(names, text)
        else:
            raise _Refused("has neither a name nor mentions: give one, so that it can be found in the text")
        identified: tuple[str, ...] = ()
        if codes := shape.get("identifiers"):
            try:
                identified = tuple(dict.fromkeys(identifiers.normalise(code) for code in codes))
            except (AttestError, ValueError) as error:
                raise _Refused(str(error), "identifiers") from None
        return Entity(handle, kind, mentions, names, identified, shape.get("named"))

    def _claim(
        self,
        own: str,
        shape: ClaimShape,
        known: dict[str, Entity],
        lost: set[str],
        text: QuotableText,
        made: list[Claim],
    ) -> None:
        """Append the claim, or one for each of `speakers_each`, to `made`."""
        relation = shape["relation"]
        if relation not in self._relations:
            raise _Refused(
                f"{relation!r} is not a relation of the ontology{_nearest(relation, self._relations)}",
                "relation",
            )
        subject, given = shape["subject"], shape["object"]
        try:
            subject_type = known[subject].type
            object_type = known[given].type if isinstance(given, str) else ""
        except KeyError:
            if subject not in known:
                raise _unknown("subject", subject, known, lost) from None
            raise _unknown("object", str(given), known, lost) from None
        object_: str | Quantity | DateValue
        if isinstance(given, str):
            object_ = given
        else:
            object_ = _value(given)
            object_type = "Date" if isinstance(object_, DateValue) else "Quantity"
        fit = (relation, subject_type, object_type)
        try:
            misfit = self._misfits[fit]
        except KeyError:
            misfit = self._misfits[fit] = self._ontology.accepts(*fit)
        if misfit is not None:
            raise _Refused(misfit, "relation")

        quote = shape["quote"]
        try:
            evidence = (text.find(quote),) if isinstance(quote, str) else _fragments(quote, text)
        except QuoteError as error:
            raise _Refused(str(error), "quote") from None

        chains = [_chain(shape.get("speakers"))]
        if each := shape.get("speakers_each"):
            if chains[0]:
                raise _Refused("has both speakers and speakers_each; give one", "speakers_each")
            chains = [_chain(chain) for chain in each]
        for chain in chains:
            for speaker in chain:
                if speaker not in known:
                    raise _unknown("speakers_each" if each else "speakers", speaker, known, lost)
        for key in _QUALIFIERS:
            if handle := shape.get(key):
                self._qualifier(key, str(handle), known, lost)

        start, until = _times(shape)
        said = shape.get("said")
        quantity = shape.get("quantity")
        for number, chain in enumerate(chains, 1):
            made.append(
                Claim(
                    own if len(chains) == 1 else f"{own}.{number}",
                    subject,
                    relation,
                    object_,
                    evidence,
                    (),
                    chain,
                    shape.get("polarity") or "affirmed",
                    shape.get("certainty") or "unstated",
                    shape.get("modality") or "actual",
                    shape.get("basis") or "stated",
                    start,
                    until,
                    shape.get("ended") or False,
                    None if said is None else _date(said, "said"),
                    shape.get("words") or "",
                    shape.get("place") or None,
                    shape.get("event") or None,
                    shape.get("about") or None,
                    shape.get("instrument") or None,
                    shape.get("role") or "",
                    None if quantity is None else _quantity(quantity, "quantity"),
                )
            )

    def _qualifier(self, key: str, handle: str, known: dict[str, Entity], lost: set[str]) -> None:
        if handle not in known:
            raise _unknown(key, handle, known, lost)
        kind, needed = known[handle].type, _QUALIFIERS[key]
        if needed and not self._ontology.is_a(kind, needed):
            raise _Refused(f"{key} {handle!r} is of type {kind}, which is not a kind of {needed}", key)


_QUALIFIERS = {"place": "Place", "event": "Event", "about": "", "instrument": ""}
_TOO_MANY_TO_COMPARE = 1000


# The pieces of a document --------------------------------------------------------------------------------------------


def _metadata(shape: DocumentShape, path: str) -> Article:
    meta: ArticleShape = shape.get("article") or {}
    authors = meta.get("authors") or ()
    published = meta.get("published")
    return Article(
        meta.get("id") or None,
        meta.get("title") or "",
        meta.get("publisher") or "",
        meta.get("origin") or "",
        (authors,) if isinstance(authors, str) else tuple(authors),
        None if published is None or published == "" else _date(published, "article.published"),
        meta.get("url") or "",
        meta.get("language") or "",
        path,
    )


def _names(shape: EntityShape) -> tuple[Name, ...]:
    name, more = shape.get("name"), shape.get("names")
    if not more:
        return (Name(name),) if name else ()
    names = [Name(n) if isinstance(n, str) else Name(n["name"], n.get("language") or "") for n in more]
    if name and all(n.text != name for n in names):
        names.insert(0, Name(name))
    return tuple(names)


def _mention(given: Any, text: QuotableText) -> Mention:
    if isinstance(given, str):
        return Mention((text.find_word(given),))
    return Mention(_fragments(given, text))


def _first_mentions(names: tuple[Name, ...], text: QuotableText) -> tuple[Mention, ...]:
    """The first occurrence of each name, those inside another's left out; not every name need occur."""
    found: list[Fragment] = []
    problem: QuoteError | None = None
    for name in sorted(names, key=lambda name: -len(name.text)):
        try:
            fragment = text.find_word(name.text)
        except QuoteError as error:
            problem = problem or error
            continue
        if all(fragment.end <= other.start or other.end <= fragment.start for other in found):
            found.append(fragment)
    if not found:
        raise _Refused(f"none of its names is in the text: {problem}; give mentions", "names")
    return tuple(Mention((fragment,)) for fragment in sorted(found))


def _fragments(given: Any, text: QuotableText) -> tuple[Fragment, ...]:
    """A quote's fragments in reading order."""
    parts = given if isinstance(given, list) else [given]
    fragments = [
        text.find(part)
        if isinstance(part, str)
        else text.select(
            part["quote"], part.get("prefix") or "", part.get("suffix") or "", part.get("occurrence")
        )
        for part in parts
    ]
    return tuple(sorted(set(fragments)))


def _unknown(key: str, handle: str, known: dict[str, Entity], lost: set[str]) -> _Refused:
    if handle in lost:
        return _Refused(f"{key} {handle!r} is an entity that was rejected", key)
    return _Refused(f"{key} {handle!r} is not the handle of an entity{_nearest(handle, known)}", key)


def _chain(given: str | list[str] | None) -> tuple[str, ...]:
    return () if not given else (given,) if isinstance(given, str) else tuple(given)


def _value(shape: ValueShape) -> Quantity | DateValue:
    date = shape.get("date")
    if date is None:
        return _quantity(shape, "object")
    if any(value is not None for key, value in shape.items() if key != "date"):
        raise _Refused("'object' is a date and a quantity at once; give one", "object")
    return DateValue(_date(date, "object"))


def _quantity(shape: QuantityShape, key: str) -> Quantity:
    low, high, exact = shape.get("minimum"), shape.get("maximum"), shape.get("exact")
    if exact is not None:
        if low is not None or high is not None:
            raise _Refused(f"{key!r} has exact beside minimum or maximum; give one or the other", key)
        low = high = exact
    if low is None and high is None:
        allowed = "minimum, maximum, exact" + (" or a date" if key == "object" else "")
        raise _Refused(f"{key!r} has no number; give {allowed}", key)
    if low is not None and high is not None and low > high:
        raise _Refused(f"{key!r} has a minimum of {low:g}, above its maximum of {high:g}", key)
    return Quantity(low, high, shape.get("unit") or "")


def _times(shape: ClaimShape) -> tuple[str | None, str | None]:
    """Since when and until when the claim says it held."""
    start, until, time = shape.get("start"), shape.get("until"), shape.get("time")
    if time is not None:
        if start is not None or until is not None:
            raise _Refused("has time beside from or until; give one or the other", "time")
        return dates.split(_date(time, "time"))
    first = None if start is None else _date(start, "from")
    last = None if until is None else _date(until, "until")
    for key, date in (("from", first), ("until", last)):
        if date and "/" in date:
            raise _Refused(f"'{key}' is an interval ({date}); write it as time", key)
    if first and last and dates.parse(first).earliest > dates.parse(last).latest:
        raise _Refused(f"from {first} is after until {last}", "from")
    return first, last


def _date(value: str | int, key: str) -> str:
    try:
        return dates.check(value if isinstance(value, str) else str(value))
    except ValueError as error:
        raise _Refused(f"'{key.rpartition('.')[2]}': {error}", key) from None


def _claim_id(claim: Any, index: int) -> str:
    own = claim.get("id") if isinstance(claim, dict) else None
    return f"claims[{index}] {own[:100]}" if isinstance(own, str) and own else f"claims[{index}]"


def _nearest(word: str, words: Collection[str]) -> str:
    if len(words) > _TOO_MANY_TO_COMPARE:
        return ""
    by_case = {w.casefold(): w for w in words}
    near = get_close_matches(word[:100].casefold(), by_case, 1, 0.5)
    return f"; nearest is {by_case[near[0]]!r}" if near else ""
