"""The articles of `benchmarks.marked` written in each format that loaders read, as its tool writes it."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from benchmarks import writing_files
from benchmarks.marked import Marked, Mention

_PEOPLE = ("Person", "Official")
_PLOVER = ("CONSULT", "AID", "DISAPPROVE", "THREATEN", "ASSAULT", "AGREE")
_RE3D = ("AlliesOf", "BelongsTo", "FightingAgainst", "CommWith", "InChargeOf")


# -- one object a line, or a list of them ----------------------------------------------------------------------------


def _lines(path: Path, values: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for value in values:
            out.write(json.dumps(value, ensure_ascii=False) + "\n")


def _array(path: Path, values: Iterable[Any]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for number, value in enumerate(values):
            out.write(",\n" if number else "[")
            out.write(json.dumps(value, ensure_ascii=False))
        out.write("]\n")


def _native(folder: Path, articles: Iterable[Marked]) -> None:
    def document(a: Marked) -> dict[str, Any]:
        entities: dict[str, Any] = {}
        by_words: dict[str, str] = {}
        for mention in a.mentions:
            words = a.words(mention)
            if words not in by_words:
                by_words[words] = f"e{len(by_words) + 1}"
                entities[by_words[words]] = {"type": mention.label, "mentions": [words]}
                if mention.identifier:
                    entities[by_words[words]]["identifiers"] = [mention.identifier]
        claims = [
            {
                "subject": by_words[a.words(a.mentions[r.source])],
                "relation": r.label,
                "object": by_words[a.words(a.mentions[r.target])],
                "quote": a.text[r.start : r.end],
                "polarity": r.polarity,
                "certainty": r.certainty,
            }
            for r in a.relations
        ]
        head = {
            "id": a.id,
            "title": a.title,
            "publisher": a.publisher,
            "published": a.published,
            "url": a.url,
        }
        return {"attest": 1, "article": head, "text": a.text, "entities": entities, "claims": claims}

    _lines(folder / "articles.jsonl", map(document, articles))


def _label_studio(folder: Path, articles: Iterable[Marked]) -> None:
    def region(a: Marked, number: int, m: Mention) -> Iterator[dict[str, Any]]:
        value = {"start": m.start, "end": m.end, "text": a.words(m)}
        place = {"id": f"r{number}", "from_name": "label", "to_name": "text", "origin": "manual"}
        yield {**place, "type": "labels", "value": {**value, "labels": [m.label]}}
        if m.identifier:
            said = {**value, "text": [m.identifier]}
            yield {**place, "from_name": "identifier", "type": "textarea", "value": said}

    def task(a: Marked) -> dict[str, Any]:
        results = [one for n, m in enumerate(a.mentions) for one in region(a, n, m)]
        results += [
            {"type": "relation", "from_id": f"r{r.source}", "to_id": f"r{r.target}", "direction": "right",
             "labels": [r.label]}
            for r in a.relations
        ]  # fmt: skip
        annotation = {"id": a.number, "completed_by": 1, "result": results, "was_cancelled": False,
                      "ground_truth": False, "lead_time": 81.5, "result_count": len(results)}  # fmt: skip
        data = {"text": a.text, "title": a.title, "url": a.url, "publisher": a.publisher, "date": a.published}
        return {
            "id": a.number + 1,
            "data": data,
            "annotations": [annotation],
            "predictions": [],
            "drafts": [],
        }

    _array(folder / "export.json", map(task, articles))


def _doccano(folder: Path, articles: Iterable[Marked]) -> None:
    _lines(
        folder / "all.jsonl",
        (
            {
                "id": a.number + 1,
                "text": a.text,
                "title": a.title,
                "url": a.url,
                "entities": [
                    {"id": 1000 * a.number + n, "label": m.label, "start_offset": m.start, "end_offset": m.end}
                    for n, m in enumerate(a.mentions)
                ],
                "relations": [
                    {"id": n, "from_id": 1000 * a.number + r.source, "to_id": 1000 * a.number + r.target,
                     "type": r.label}
                    for n, r in enumerate(a.relations)
                ],
                "Comments": [],
            }
            for a in articles
        ),
    )  # fmt: skip


def _prodigy(folder: Path, articles: Iterable[Marked]) -> None:
    def task(a: Marked) -> dict[str, Any]:
        tokens = a.tokens()
        first = {start: number for number, (start, _) in enumerate(tokens)}
        last = {end: number for number, (_, end) in enumerate(tokens)}
        spans: list[dict[str, Any]] = [
            {"start": m.start, "end": m.end, "token_start": first[m.start], "token_end": last[m.end],
             "label": m.label, **({"kb_id": m.identifier} if m.identifier else {})}
            for m in a.mentions
        ]  # fmt: skip
        relations = [
            {"head": spans[r.source]["token_end"], "child": spans[r.target]["token_end"], "label": r.label,
             "head_span": {k: spans[r.source][k] for k in ("start", "end", "token_start", "token_end", "label")},
             "child_span": {k: spans[r.target][k] for k in ("start", "end", "token_start", "token_end", "label")}}
            for r in a.relations
        ]  # fmt: skip
        return {
            "text": a.text,
            "meta": {"title": a.title, "url": a.url},
            "tokens": [
                {"text": a.text[s:e], "start": s, "end": e, "id": n, "ws": a.text[e : e + 1] == " "}
                for n, (s, e) in enumerate(tokens)
            ],
            "spans": spans,
            "relations": relations,
            "answer": "accept",
            "_input_hash": a.number,
            "_task_hash": a.number,
            "_timestamp": 1_700_000_000,
        }

    _lines(folder / "annotations.jsonl", map(task, articles))


def _web_annotation(folder: Path, articles: Iterable[Marked]) -> None:
    def page(a: Marked) -> dict[str, Any]:
        items: list[dict[str, Any]] = []
        for n, m in enumerate(a.mentions):
            bodies: list[Any] = [{"type": "TextualBody", "purpose": "tagging", "value": m.label}]
            if m.identifier:
                name = m.identifier.removeprefix("wikidata:")
                bodies.append({"source": f"http://www.wikidata.org/entity/{name}", "purpose": "identifying"})
            selectors = [
                {"type": "TextPositionSelector", "start": m.start, "end": m.end},
                {"type": "TextQuoteSelector", "exact": a.words(m), "prefix": a.text[m.start - 8 : m.start],
                 "suffix": a.text[m.end : m.end + 8]},
            ]  # fmt: skip
            items.append(
                {"id": f"{a.url}#m{n}", "type": "Annotation", "motivation": "classifying", "body": bodies,
                 "target": {"source": a.url, "selector": selectors}}
            )  # fmt: skip
        for n, r in enumerate(a.relations):
            items.append(
                {
                    "id": f"{a.url}#r{n}",
                    "type": "Annotation",
                    "motivation": "linking",
                    "body": [
                        {"type": "TextualBody", "purpose": "tagging", "value": r.label},
                        {"source": f"{a.url}#m{r.target}", "purpose": "linking"},
                    ],
                    "target": f"{a.url}#m{r.source}",
                }
            )
        text = {"id": a.url, "type": "Text", "value": a.text, "title": a.title}
        return {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": f"{a.url}/annotations",
            "type": "AnnotationPage",
            "creator": "Jane",
            "text": text,
            "items": items,
        }

    _lines(folder / "pages.jsonl", map(page, articles))


def _plover(folder: Path, articles: Iterable[Marked]) -> None:
    def records(a: Marked) -> Iterator[dict[str, Any]]:
        for n, r in enumerate(a.relations):
            sentence = next(s for s in a.sentences() if s[0] <= r.start and r.end <= s[1])
            ends = [a.words(a.mentions[end]) for end in (r.source, r.target)]
            text = a.text[slice(*sentence)]
            verb = text.partition(ends[0])[2].split()[0]
            marked = text.replace(ends[0], f"(SRC: {ends[0]})", 1).replace(ends[1], f"(TAR: {ends[1]})", 1)
            yield {
                "id": f"{a.number}-{n}",
                "date": a.published,
                "source": [{"actorText": ends[0], "code": "BOR", "sector": "GOV"}],
                "target": [{"actorText": ends[1], "code": "BOR", "sector": "REB"}],
                "event": _PLOVER[n % len(_PLOVER)],
                "eventText": verb,
                "context": "military",
                "mode": "",
                "text": text,
                "textInfo": {"markup": marked},
                "language": "en",
                "publication": a.publisher,
                "coder": "Jane",
            }

    _array(folder / "gold.json", (record for a in articles for record in records(a)))


def _re3d(folder: Path, articles: Iterable[Marked]) -> None:
    def kind(m: Mention) -> str:
        return "Person" if m.label in _PEOPLE else "Location" if m.label == "Place" else "Organisation"

    with (
        (folder / "documents.json").open("w", encoding="utf-8") as documents,
        (folder / "entities.json").open("w", encoding="utf-8") as entities,
        (folder / "relations.json").open("w", encoding="utf-8") as relations,
    ):
        for a in articles:
            name = f"doc{a.number}"
            head = {
                "_id": name,
                "title": a.title,
                "text": a.text,
                "sourceName": a.publisher,
                "sourceUrl": a.url,
            }
            documents.write(json.dumps(head, ensure_ascii=False) + "\n")
            for m in a.mentions:
                one = {"_id": f"{name}-{m.start}-{m.end}-{kind(m)}", "begin": m.start, "end": m.end,
                       "type": kind(m), "value": a.words(m), "documentId": name, "confidence": 1}  # fmt: skip
                entities.write(json.dumps(one, ensure_ascii=False) + "\n")
            for n, r in enumerate(a.relations):
                source, target = a.mentions[r.source], a.mentions[r.target]
                between = sorted((source.start, source.end, target.start, target.end))[1:3]
                start, end = between[0] + 1, between[1] - 1
                one = {
                    "_id": f"{name}-r{n}", "begin": start, "end": end, "type": _RE3D[n % len(_RE3D)],
                    "value": a.text[start:end], "documentId": name, "confidence": 1,
                    "sourceBegin": source.start, "sourceEnd": source.end, "source": a.words(source),
                    "targetBegin": target.start, "targetEnd": target.end, "target": a.words(target),
                }  # fmt: skip
                relations.write(json.dumps(one, ensure_ascii=False) + "\n")


def _stix(folder: Path, articles: Iterable[Marked]) -> None:
    for a in articles:
        when = {"created": f"{a.published}T10:00:00.000Z", "modified": f"{a.published}T10:00:00.000Z"}

        def one(a: Marked, type: str, key: str, **more: Any) -> dict[str, Any]:
            made = uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_URL, f"{a.id} {key}").bytes, version=4)
            return {"type": type, "spec_version": "2.1", "id": f"{type}--{made}", **when, **more}  # noqa: B023

        objects = [one(a, "report", "report", name=a.title, description=a.text, published=when["created"])]
        for n, m in enumerate(a.mentions):
            kind = "location" if m.label == "Place" else "threat-actor" if n % 2 else "identity"
            more = {"region": "western-asia"} if kind == "location" else {"description": f"Named {m.label}."}
            objects.append(one(a, kind, f"m{n}", name=a.words(m), **more))
        ends = [made["id"] for made in objects[1:]]
        objects[0]["object_refs"] = ends
        objects += [
            one(a, "relationship", f"r{n}", relationship_type="related-to", source_ref=ends[r.source],
                target_ref=ends[r.target], description=a.text[r.start : r.end], confidence=80)
            for n, r in enumerate(a.relations)
        ]  # fmt: skip
        bundle = {
            "type": "bundle",
            "id": f"bundle--{uuid.uuid5(uuid.NAMESPACE_URL, a.id)}",
            "objects": objects,
        }
        (folder / f"{a.number}.json").write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")


# -- others ---------------------------------------------------------------------------------------------------------

_DOCS_A_FILE = 50
"""Documents in one DocBin, which is read in one piece."""


def _spacy(folder: Path, articles: Iterable[Marked]) -> None:
    import spacy
    from spacy.tokens import Doc, DocBin

    vocab = spacy.blank("en").vocab
    kept = DocBin(store_user_data=True)
    for a in articles:
        tokens = a.tokens()
        words = [a.text[s:e] for s, e in tokens]
        spaces = [a.text[e : e + 1] == " " for _, e in tokens]
        doc = Doc(vocab, words=words, spaces=spaces)
        first = {start: number for number, (start, _) in enumerate(tokens)}
        last = {end: number for number, (_, end) in enumerate(tokens)}
        spans = [
            doc.char_span(
                doc[first[m.start]].idx,
                doc[last[m.end]].idx + len(doc[last[m.end]]),
                label=m.label,
                kb_id=m.identifier,
            )
            for m in a.mentions
        ]
        doc.spans["sc"] = [span for span in spans if span is not None]
        kept.add(doc)
        if len(kept) == _DOCS_A_FILE:
            kept.to_disk(folder / f"{a.number}.spacy")
            kept = DocBin(store_user_data=True)
    if len(kept):
        kept.to_disk(folder / "last.spacy")


def _claims_table(folder: Path, articles: Iterable[Marked]) -> None:
    with (folder / "claims.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            ["id", "subject", "subject type", "relation", "object", "object type", "quote", "polarity", "certainty",
             "url", "title", "publisher", "published"]
        )  # fmt: skip
        for a in articles:
            for n, r in enumerate(a.relations):
                source, target = a.mentions[r.source], a.mentions[r.target]
                writer.writerow(
                    [f"{a.number}-{n}", a.words(source), source.label, r.label, a.words(target), target.label,
                     a.text[r.start : r.end], r.polarity, r.certainty, a.url, a.title, a.publisher, a.published]
                )  # fmt: skip


# -- reference lists: an entry for each mention ---------------------------------------------------------------------


def _entries(articles: Iterable[Marked]) -> Iterator[tuple[str, Mention, str]]:
    for a in articles:
        for n, mention in enumerate(a.mentions):
            yield f"{a.number}-{n}", mention, a.words(mention)


def _reference(number: int) -> str:
    """A number as the UN's list has them: `ABi.004`."""
    regime, entry = divmod(number, 1000)
    return f"{chr(65 + regime // 26 % 26)}{chr(65 + regime % 26)}i.{entry:03}"


def _un_list(folder: Path, articles: Iterable[Marked]) -> None:
    with (folder / "consolidated.xml").open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2031-05-06T07:08:09-05:00">'
        )
        out.write("<INDIVIDUALS>")
        for number, (id, _, words) in enumerate(_entries(articles), 1):
            first, _, last = words.partition(" ")
            out.write(
                f"<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{escape(first)}</FIRST_NAME>"
                f"<SECOND_NAME>{escape(last)}</SECOND_NAME><REFERENCE_NUMBER>{_reference(number)}</REFERENCE_NUMBER>"
                f"<LISTED_ON>2031-02-03</LISTED_ON><COMMENTS1>Known as {id}.</COMMENTS1>"
                "<NATIONALITY><VALUE>Borrin</VALUE></NATIONALITY>"
                f"<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{escape(last)} Цапля</ALIAS_NAME>"
                "</INDIVIDUAL_ALIAS>"
                "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Heron</ALIAS_NAME></INDIVIDUAL_ALIAS>"
                "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1999-04-05</DATE>"
                "</INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>"
            )
        out.write("</INDIVIDUALS><ENTITIES></ENTITIES></CONSOLIDATED_LIST>")


def _follow_the_money(folder: Path, articles: Iterable[Marked]) -> None:
    def entity(id: str, mention: Mention, words: str) -> dict[str, Any]:
        properties = {"name": [words], "alias": [f"{words} Цапля"], "country": ["bo"], "notes": ["Made up."]}
        if mention.identifier:
            properties["wikidataId"] = [mention.identifier.removeprefix("wikidata:")]
        schema = "Person" if mention.label in _PEOPLE else "Organization"
        return {"id": f"bo-{id}", "caption": words, "schema": schema, "properties": properties}

    _lines(folder / "entities.ftm.json", (entity(*entry) for entry in _entries(articles)))


def _wikidata(folder: Path, articles: Iterable[Marked]) -> None:
    def statement(value: Any) -> dict[str, Any]:
        snak = {"snaktype": "value", "datavalue": {"value": value}}
        return {"mainsnak": snak, "rank": "normal", "type": "statement"}

    def item(number: int, mention: Mention, words: str) -> dict[str, Any]:
        kind = "Q5" if mention.label in _PEOPLE else "Q43229"
        labels = {language: {"language": language, "value": words} for language in ("en", "de", "fr", "ar")}
        time = {"time": "+2019-00-00T00:00:00Z", "precision": 9, "before": 0, "after": 0, "timezone": 0,
                "calendarmodel": "http://www.wikidata.org/entity/Q1985727"}  # fmt: skip
        return {
            "type": "item",
            "id": f"Q{900_000 + number}",
            "labels": labels,
            "aliases": {"en": [{"language": "en", "value": f"{words} Цапля"}]},
            "descriptions": {"en": {"language": "en", "value": "made up"}},
            "claims": {
                "P31": [statement({"id": kind})],
                "P571": [statement(time)],
                "P17": [statement({"id": "Q1"})],
            },
            "sitelinks": {"enwiki": {"site": "enwiki", "title": words}},
        }

    _lines(folder / "items.json", (item(n, m, words) for n, (_, m, words) in enumerate(_entries(articles))))


LISTS = ("un-list", "followthemoney", "wikidata")
"""The formats that are reference lists: of each article the mentions are entries."""

WRITERS: dict[str, Callable[[Path, Iterable[Marked]], None]] = {
    "native": _native,
    "label-studio": _label_studio,
    "doccano": _doccano,
    "prodigy": _prodigy,
    "web-annotation": _web_annotation,
    "re3d": _re3d,
    "plover": _plover,
    "stix": _stix,
    "cas-json": writing_files.cas_json,
    "cas-xmi": writing_files.cas_xmi,
    "inception": writing_files.inception,
    "gate-json": writing_files.gate_json,
    "gate-xml": writing_files.gate_xml,
    "webanno-tsv": writing_files.webanno,
    "brat": writing_files.brat,
    "spacy": _spacy,
    "claims-table": _claims_table,
    "un-list": _un_list,
    "followthemoney": _follow_the_money,
    "wikidata": _wikidata,
}
"""By the format's name: writes articles into an empty folder."""


def mapping(articles: Iterable[Marked]) -> str:
    """A mapping for the labels of some articles, in the formats that have none of their own."""
    types: set[str] = set()
    relations: set[str] = set()
    for a in articles:
        types |= {m.label for m in a.mentions}
        relations |= {r.label for r in a.relations}
    out = io.StringIO()
    out.write("labels: {Referent: value, Ties: kind}\ntypes:\n")
    out.writelines(f"  {name}: {name}\n" for name in sorted(types))
    out.writelines(f"  {name}: ignore\n" for name in ("Token", "Sentence"))
    out.write("relations:\n")
    out.writelines(f"  {name}: {name}\n" for name in sorted(relations))
    out.write("roles: {source: subject, target: object}\n")
    out.write("attributes:\n  polarity: {polarity: {affirmed: affirmed, denied: denied}}\n")
    same = ", ".join(f"{word}: {word}" for word in ("certain", "probable", "possible", "unstated"))
    out.write(f"  certainty: {{certainty: {{{same}}}}}\n")
    out.writelines(
        f"  {name}: ignore\n" for name in ("identifier", "kb_id", "wikidata", "group", "kind", "UserData")
    )
    out.write('identifiers: {Wikidata: wikidata, "http://www.wikidata.org/entity/": wikidata}\n')
    return out.getvalue()
