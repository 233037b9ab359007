"""The articles of `benchmarks.marked` written in each format that loaders read, as its tool writes it."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from benchmarks.marked import Marked, Mention, Relation

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


# -- a document a file ----------------------------------------------------------------------------------------------


def _brat(folder: Path, articles: Iterable[Marked]) -> None:
    for a in articles:
        lines = [
            f"T{n}\t{m.label} {m.start} {m.end}\t{a.words(m)}" for n, m in enumerate(a.mentions, 1)
        ]  # fmt: skip
        for n, r in enumerate(a.relations, 1):
            if n % 2:
                lines.append(f"R{n}\t{r.label} source:T{r.source + 1} target:T{r.target + 1}\t")
                continue
            start = a.mentions[r.source].end + 1
            trigger = a.text[start:].split(None, 1)[0]
            number = len(a.mentions) + n
            lines.append(f"T{number}\t{r.label} {start} {start + len(trigger)}\t{trigger}")
            lines.append(f"E{n}\t{r.label}:T{number} source:T{r.source + 1} target:T{r.target + 1}")
            lines.append(f"A{n}\tcertainty E{n} {r.certainty}")
            if r.polarity != "affirmed":
                lines.append(f"A{len(a.relations) + n}\tpolarity E{n} {r.polarity}")
        lines += [
            f"N{n}\tReference T{n} Wikidata:{m.identifier.removeprefix('wikidata:')}\t{a.words(m)}"
            for n, m in enumerate(a.mentions, 1)
            if m.identifier
        ]
        (folder / f"{a.number}.txt").write_text(a.text, encoding="utf-8")
        (folder / f"{a.number}.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _webanno(folder: Path, articles: Iterable[Marked]) -> None:
    for a in articles:
        units = _utf16(a.text)
        lines = [
            "#FORMAT=WebAnno TSV 3.3",
            "#T_SP=webanno.custom.Referent|identifier|value",
            "#T_RL=webanno.custom.Ties|certainty|kind|polarity|BT_webanno.custom.Referent",
            "",
        ]
        tokens, rows, at = a.tokens(), {}, 0
        for number, (begin, end) in enumerate(a.sentences(), 1):
            lines += ["", f"#Text={a.text[begin:end]}"]
            place = 1
            while at < len(tokens) and tokens[at][1] <= end:
                start, stop = tokens[at]
                rows[at] = f"{number}-{place}"
                on = [(n, m) for n, m in enumerate(a.mentions) if m.start <= start and stop <= m.end]
                ids = [(m.identifier.replace("_", "\\_") or "*", m.label, n + 1) for n, m in on]
                cells = [
                    "|".join(f"{identifier}[{n}]" for identifier, _, n in ids) or "_",
                    "|".join(f"{label}[{n}]" for _, label, n in ids) or "_",
                ]
                ties = [r for n, m in on if m.start == start for r in a.relations if r.target == n]
                cells.append("|".join(r.certainty for r in ties) or "_")
                cells.append("|".join(r.label for r in ties) or "_")
                cells.append("|".join(r.polarity for r in ties) or "_")
                cells.append(
                    "|".join(
                        f"{_row_of(a, r.source, tokens, lines, rows)}[{r.source + 1}_{r.target + 1}]"
                        for r in ties
                    )
                    or "_"
                )
                head = [rows[at], f"{units[start]}-{units[stop]}", a.text[start:stop]]
                lines.append("\t".join([*head, *cells, ""]))
                at, place = at + 1, place + 1
        (folder / f"{a.number}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _row_of(
    a: Marked, mention: int, tokens: list[tuple[int, int]], _lines: list[str], rows: dict[int, str]
) -> str:
    start = a.mentions[mention].start
    at = next(n for n, token in enumerate(tokens) if token[0] == start)
    if at in rows:
        return rows[at]
    # Further on in the same sentence, which the generator's relations never leave.
    last = max(rows)
    sentence, _, place = rows[last].partition("-")
    return f"{sentence}-{int(place) + at - last}"


def _utf16(text: str) -> list[int]:
    """Of every code point its offset in UTF-16 units, and of the end."""
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if character > "\uffff" else 1))
    return units


_SEGMENTATION = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type"
_CUSTOM = "webanno.custom"
_TYPES: dict[str, dict[str, str]] = {
    f"{_SEGMENTATION}.Token": {},
    f"{_SEGMENTATION}.Sentence": {},
    f"{_CUSTOM}.Referent": {"value": "uima.cas.String", "identifier": "uima.cas.String"},
    f"{_CUSTOM}.Ties": {
        "Governor": f"{_CUSTOM}.Referent",
        "Dependent": f"{_CUSTOM}.Referent",
        "kind": "uima.cas.String",
        "polarity": "uima.cas.String",
        "certainty": "uima.cas.String",
    },
}


def type_system() -> str:
    """The type system of the CAS files, as XML."""
    types = "".join(
        f"<typeDescription><name>{name}</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>"
        "<features>"
        + "".join(
            f"<featureDescription><name>{feature}</name><description/><rangeTypeName>{range_}</rangeTypeName>"
            "</featureDescription>"
            for feature, range_ in features.items()
        )
        + "</features></typeDescription>"
        for name, features in _TYPES.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<typeSystemDescription'
        f' xmlns="http://uima.apache.org/resourceSpecifier"><types>{types}</types></typeSystemDescription>'
    )


def _structures(a: Marked) -> list[dict[str, Any]]:
    """The feature structures of an article, with UTF-16 offsets; references under keys that begin with @."""
    units = _utf16(a.text)
    made: list[dict[str, Any]] = []

    def add(type: str, start: int, end: int, **features: Any) -> int:
        id = len(made) + 2
        made.append(
            {"%ID": id, "%TYPE": type, "@sofa": 1, "begin": units[start], "end": units[end], **features}
        )
        return id

    for place in a.tokens():
        add(f"{_SEGMENTATION}.Token", *place)
    for place in a.sentences():
        add(f"{_SEGMENTATION}.Sentence", *place)
    ends = [
        add(
            f"{_CUSTOM}.Referent",
            m.start,
            m.end,
            value=m.label,
            **({"identifier": m.identifier} if m.identifier else {}),
        )
        for m in a.mentions
    ]
    for r in a.relations:
        target = a.mentions[r.target]
        add(
            f"{_CUSTOM}.Ties", target.start, target.end, kind=r.label, polarity=r.polarity, certainty=r.certainty,
            **{"@Governor": ends[r.source], "@Dependent": ends[r.target]},
        )  # fmt: skip
    return made


def xmi(a: Marked) -> str:
    """An article as XMI."""
    prefixes = {_SEGMENTATION: "type", _CUSTOM: "custom"}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"'
        + "".join(f' xmlns:{p}="http:///{n.replace(".", "/")}.ecore"' for n, p in prefixes.items())
        + ' xmi:version="2.0">',
        '<cas:NULL xmi:id="0"/>',
    ]
    structures = _structures(a)
    for one in structures:
        package, _, name = one["%TYPE"].rpartition(".")
        attributes = "".join(
            f" {key.removeprefix('@')}={quoteattr(str(value))}"
            for key, value in one.items()
            if not key.startswith("%")
        )
        lines.append(f'<{prefixes[package]}:{name} xmi:id="{one["%ID"]}"{attributes}/>')
    string = quoteattr(a.text, {"\n": "&#10;"})
    lines.append(
        f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString={string}/>'
    )
    lines.append(f'<cas:View sofa="1" members="{" ".join(str(one["%ID"]) for one in structures)}"/>')
    return "\n".join([*lines, "</xmi:XMI>"])


def _cas_xmi(folder: Path, articles: Iterable[Marked]) -> None:
    (folder / "TypeSystem.xml").write_text(type_system(), encoding="utf-8")
    for a in articles:
        (folder / f"{a.number}.xmi").write_text(xmi(a), encoding="utf-8")


def _cas_json(folder: Path, articles: Iterable[Marked]) -> None:
    types = {
        name: {"%NAME": name, "%SUPER_TYPE": "uima.tcas.Annotation"}
        | {feature: {"%NAME": feature, "%RANGE": range_} for feature, range_ in features.items()}
        for name, features in _TYPES.items()
    }
    for a in articles:
        sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView",
                "mimeType": "text", "sofaString": a.text}  # fmt: skip
        structures = _structures(a)
        views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": [one["%ID"] for one in structures]}}
        cas = {"%TYPES": types, "%FEATURE_STRUCTURES": [sofa, *structures], "%VIEWS": views}
        (folder / f"{a.number}.json").write_text(json.dumps(cas, ensure_ascii=False), encoding="utf-8")


def _inception(folder: Path, articles: Iterable[Marked]) -> None:
    names = []
    for a in articles:
        name = f"{a.number}.txt"
        names.append(name)
        place = folder / "annotation" / name
        place.mkdir(parents=True)
        with zipfile.ZipFile(place / "jane.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(f"{a.number}.xmi"), xmi(a))
            archive.writestr(zipfile.ZipInfo("TypeSystem.xml"), type_system())
    settings = {
        "name": "Borrin",
        "mode": "annotation",
        "source_documents": [{"name": name, "state": "ANNOTATION_FINISHED"} for name in names],
        "annotation_documents": [],
        "layers": [],
    }
    (folder / "exportedproject1.json").write_text(json.dumps(settings), encoding="utf-8")


def _gate_json(folder: Path, articles: Iterable[Marked]) -> None:
    for a in articles:
        places = [("Token", start, end, {"kind": "word"}) for start, end in a.tokens()]
        places += [("Sentence", start, end, {}) for start, end in a.sentences()]
        places += [
            (m.label, m.start, m.end, {"wikidata": m.identifier} if m.identifier else {}) for m in a.mentions
        ]
        document = {
            "text": a.text,
            "features": {"gate.SourceURL": a.url, "title": a.title, "date": a.published},
            "offset_type": "p",
            "name": "",
            "annotation_sets": {
                "": {
                    "name": "",
                    "annotations": [
                        {"type": type, "start": start, "end": end, "id": n, "features": features}
                        for n, (type, start, end, features) in enumerate(places)
                    ],
                    "next_annid": len(places),
                }
            },
        }
        (folder / f"{a.number}.bdocjs").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _feature(name: str, value: str) -> str:
    of = 'className="java.lang.String"'
    return f"<Feature>\n  <Name {of}>{name}</Name>\n  <Value {of}>{escape(value)}</Value>\n</Feature>"


def _gate_xml(folder: Path, articles: Iterable[Marked]) -> None:
    for a in articles:
        units = _utf16(a.text)
        places = [("Token", start, end, "") for start, end in a.tokens()]
        places += [("Sentence", start, end, "") for start, end in a.sentences()]
        places += [(m.label, m.start, m.end, m.identifier) for m in a.mentions]
        nodes = sorted({at for _, start, end, _ in places for at in (start, end)})
        pieces, before = [], 0
        for at in nodes:
            pieces.append(f'{escape(a.text[before:at])}<Node id="{units[at]}"/>')
            before = at
        pieces.append(escape(a.text[before:]))
        lines = [
            "<?xml version='1.0' encoding='UTF-8'?>",
            '<GateDocument version="3">',
            "<GateDocumentFeatures>",
        ]
        lines += [_feature("gate.SourceURL", a.url), _feature("title", a.title), "</GateDocumentFeatures>"]
        lines += [f"<TextWithNodes>{''.join(pieces)}</TextWithNodes>", "<AnnotationSet>"]
        for n, (type, start, end, identifier) in enumerate(places, 1):
            lines.append(
                f'<Annotation Id="{n}" Type="{type}" StartNode="{units[start]}" EndNode="{units[end]}">'
            )
            if identifier:
                lines.append(_feature("wikidata", identifier))
            lines.append("</Annotation>")
        lines += ["</AnnotationSet>", "<RelationSet>"]
        first = len(places) - len(a.mentions) + 1
        for n, r in enumerate(a.relations, len(places) + 1):
            lines.append(
                f'<Relation Id="{n}" Type="{r.label}" Members="{first + r.source};{first + r.target}">'
                f"<UserData/>{_feature('certainty', r.certainty)}</Relation>"
            )
        lines += ["</RelationSet>", "</GateDocument>"]
        (folder / f"{a.number}.xml").write_text("\n".join(lines), encoding="utf-8")


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


def _un_list(folder: Path, articles: Iterable[Marked]) -> None:
    with (folder / "consolidated.xml").open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2031-05-06T07:08:09-05:00">')
        out.write("<INDIVIDUALS>")
        for number, (id, _, words) in enumerate(_entries(articles), 1):
            first, _, last = words.partition(" ")
            out.write(
                f"<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{escape(first)}</FIRST_NAME>"
                f"<SECOND_NAME>{escape(last)}</SECOND_NAME><REFERENCE_NUMBER>BOi.{number:03}</REFERENCE_NUMBER>"
                f"<LISTED_ON>2031-02-03</LISTED_ON><COMMENTS1>Known as {id}.</COMMENTS1>"
                "<NATIONALITY><VALUE>Borrin</VALUE></NATIONALITY>"
                f"<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>{escape(last)} Цапля</ALIAS_NAME></INDIVIDUAL_ALIAS>"
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
            "claims": {"P31": [statement({"id": kind})], "P571": [statement(time)], "P17": [statement({"id": "Q1"})]},
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
    "cas-json": _cas_json,
    "cas-xmi": _cas_xmi,
    "inception": _inception,
    "gate-json": _gate_json,
    "gate-xml": _gate_xml,
    "webanno-tsv": _webanno,
    "brat": _brat,
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
    out.write("identifiers: {Wikidata: wikidata, www.wikidata.org: wikidata}\n")
    return out.getvalue()


__all__ = ["LISTS", "WRITERS", "Marked", "Mention", "Relation", "mapping", "type_system", "xmi"]
