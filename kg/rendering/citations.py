"""A citation in words: the sentence with the words that say it, and who says so, where and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kg.rendering.characters import BEGIN, END, visible

Citation = Mapping[str, Any]
Clean = Callable[[str], str]

_SHORT_ID = 9
_SEASON = re.compile(r"\d{4}-2[1-4]")
_ALTERNATIVES = re.compile(r"\[[\d-]+(,[\d-]+)+\]")
_SEASONS = ("spring", "summer", "autumn", "winter")


def short_id(claim: str) -> str:
    """The beginning of a claim's id, which `kg claim` takes for the whole."""
    return visible(claim[:_SHORT_ID])


def quotation(citation: Citation, clean: Clean = visible) -> str:
    """The sentences in quotation marks, the evidence between marks of emphasis."""
    sentences = citation["sentences"]
    starts = citation["sentence_starts"]
    spans = [
        _marks(start, sentence, citation["fragments"])
        for start, sentence in zip(starts, sentences, strict=True)
    ]
    # Between sentences that do not follow each other, something is left out.
    joint = " " if len(citation["fragments"]) == 1 else " … "
    if all(map(_covered, sentences, spans)):
        spans = [[] for _ in sentences]  # what is marked throughout is not marked at all
    text = joint.join(_marked(sentence, some, clean) for sentence, some in zip(sentences, spans, strict=True))
    return f"‘{text}’" if re.search('[“”"]', text) else f"“{text}”"


def in_marks(text: str) -> str:
    """The quotation where there is no bold: evidence between guillemets."""
    return text.replace(BEGIN, "«").replace(END, "»")


def attribution(citation: Citation, clean: Clean = visible) -> str:
    """Who says it, where and when: `Speaker (relayed by …), Publisher (from Origin), 2020-12-08; denied, probable`."""
    parts = [speaker(citation, clean)]
    if said := _said_apart(citation):
        parts.append(f"said {clean(date_in_words(said))}")
    parts.append(outlet(citation, clean))
    parts.append(clean(citation["published"]) if citation.get("published") else "no date")
    words = ", ".join(parts)
    how = manner(citation, clean)
    return f"{words}; {', '.join(how)}" if how else words


def speaker(citation: Citation, clean: Clean = visible) -> str:
    """Who makes the claim, and through whom: the innermost speaker first, then those who relay it."""
    names = [clean(one["name"]) for one in citation["speakers"]]
    if not names:
        return "the article's own voice"
    return names[-1] + (f" (relayed by {', '.join(reversed(names[:-1]))})" if names[1:] else "")


def outlet(citation: Citation, clean: Clean = visible) -> str:
    """Who published the article, and where it was taken from, if elsewhere."""
    publisher, origin = citation.get("publisher") or "", citation.get("origin") or ""
    name = clean(publisher or citation.get("title") or citation["article"])
    return f"{name} (from {clean(origin)})" if origin and origin != publisher else name


def manner(citation: Citation, clean: Clean = visible) -> list[str]:
    """How it is put: denied, hedged, not yet actual, implied; and when it held."""
    how: list[str] = []
    if citation["polarity"] != "affirmed":
        # What turns a sentence round must not be overlooked.
        how.append(f"{BEGIN}{clean(citation['polarity'])}{END}")
    if citation["certainty"] != "unstated":
        how.append(clean(citation["certainty"]))
    if citation["modality"] != "actual":
        how.append(clean(citation["modality"]))
    if citation.get("basis", "stated") != "stated":
        how.append(clean(citation["basis"]))
    if when := held(citation):
        how.append(clean(when))
    if citation.get("ended"):
        how.append("over by then")
    if ended := citation.get("no_longer_live"):
        how.append(clean(ended))
    return how


def held(citation: Citation) -> str:
    """When it held or happened, as precisely as it was printed; "" where nothing is said of it."""
    start, until = citation.get("from"), citation.get("until")
    if start and start == until:
        return f"dated {date_in_words(start)}"
    if start and until:
        return f"from {date_in_words(start)} until {date_in_words(until)}"
    return date_in_words(f"{start}/.." if start else f"../{until}" if until else "")


def date_in_words(edtf: str) -> str:
    """An EDTF date as people write it where they would stumble: seasons, alternatives, open and closed intervals."""
    if _SEASON.fullmatch(edtf):
        return f"{_SEASONS[int(edtf[5:]) - 21]} {edtf[:4]}"
    if _ALTERNATIVES.fullmatch(edtf):
        return " or ".join(date_in_words(one) for one in edtf[1:-1].split(","))
    if edtf.count("/") == 1:
        start, until = edtf.split("/")
        if start in ("", ".."):
            return f"until {date_in_words(until)}" if until not in ("", "..") else edtf
        return (
            f"since {date_in_words(start)}"
            if until in ("", "..")
            else (f"{date_in_words(start)} – {date_in_words(until)}")
        )
    return edtf


def in_rows(
    claims: Sequence[str], citations: Mapping[str, Citation], limit: int | None
) -> tuple[list[str], int]:
    """At most `limit` claims of a row (None: all), and how many are left out.

    What is left out must not change the picture: the first affirmed, hedged, denied and not actual one come first.
    """
    known = [claim for claim in dict.fromkeys(claims) if claim in citations]
    if limit is None or len(known) <= limit:
        return known, 0
    first: dict[tuple[str, str, bool], str] = {}
    for claim in known:
        one = citations[claim]
        first.setdefault(
            (one["polarity"], one["modality"], one["certainty"] in ("probable", "possible")), claim
        )
    chosen = [*first.values(), *known]
    wanted = set(list(dict.fromkeys(chosen))[:limit])
    return [claim for claim in known if claim in wanted], len(known) - limit


def _said_apart(citation: Citation) -> str:
    """When it was said, where that is another day than the article's."""
    said = citation.get("said") or ""
    return "" if said == citation.get("published") else said


def _marks(begins: int, sentence: str, fragments: Iterable[Mapping[str, Any]]) -> list[tuple[int, int]]:
    """The parts of a sentence, which begins at that character of the article, that are evidence."""
    spans = (
        (max(fragment["start"] - begins, 0), min(fragment["end"] - begins, len(sentence)))
        for fragment in fragments
    )
    return _merged((start, end) for start, end in spans if start < end)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _covered(sentence: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the spans are all of the sentence but punctuation."""
    return sum(end - start for start, end in spans) >= len(sentence.strip(" .!?“”\"'‘’"))


def _marked(sentence: str, spans: Sequence[tuple[int, int]], clean: Clean) -> str:
    """The sentence with marks of emphasis around the spans."""
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts += [clean(sentence[position:start]), BEGIN, clean(sentence[start:end]), END]
        position = end
    return "".join([*parts, clean(sentence[position:])])
