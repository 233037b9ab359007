"""The articles of `benchmarks.marked` in the formats that have a document a file, as their tools write them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from benchmarks.marked import Marked


def brat(folder: Path, articles: Iterable[Marked]) -> None:
    """brat: a text and its annotations, events and relations in turn."""
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


def webanno(folder: Path, articles: Iterable[Marked]) -> None:
    """WebAnno TSV 3.3."""
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


def cas_xmi(folder: Path, articles: Iterable[Marked]) -> None:
    """UIMA CAS as XMI, with its type system."""
    (folder / "TypeSystem.xml").write_text(type_system(), encoding="utf-8")
    for a in articles:
        (folder / f"{a.number}.xmi").write_text(xmi(a), encoding="utf-8")


def cas_json(folder: Path, articles: Iterable[Marked]) -> None:
    """UIMA CAS as JSON."""
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


def inception(folder: Path, articles: Iterable[Marked]) -> None:
    """An INCEpTION project, unpacked."""
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


def gate_json(folder: Path, articles: Iterable[Marked]) -> None:
    """GATE documents as bdocjs."""
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


def gate_xml(folder: Path, articles: Iterable[Marked]) -> None:
    """GATE documents as XML."""
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
