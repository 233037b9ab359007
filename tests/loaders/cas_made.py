"""Documents of our own as UIMA would save them: one description, written as XMI with its type system and as JSON."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from loaders.formats import Options
from loaders.reading import documents
from loaders.source import Annotation, SourceDocument
from ontology.models import RejectedDocument
from ontology.vocabulary import load

ONTOLOGY = load()

TEXT = "🦩 Red Heron Front trained by the Lantern Brigade near Aldwater. جبهة النهر denied it."
"""Behind the flamingo every offset in UTF-16 units is one too high for characters."""

DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
TOKEN, SENTENCE = DKPRO + "segmentation.type.Token", DKPRO + "segmentation.type.Sentence"
POS, NAMED = DKPRO + "lexmorph.type.pos.POS", DKPRO + "ner.type.NamedEntity"
META = DKPRO + "metadata.type.DocumentMetaData"
DEPENDENCY = DKPRO + "syntax.type.dependency.Dependency"
LINK, CHAIN = DKPRO + "coref.type.CoreferenceLink", DKPRO + "coref.type.CoreferenceChain"
GROUP, TIES, RAID, FILLER = (
    "borrin.layers.Group",
    "borrin.layers.Ties",
    "borrin.layers.Raid",
    "borrin.layers.RaidLink",
)

_STRING, _SPAN = "uima.cas.String", "uima.tcas.Annotation"
TYPES: dict[str, tuple[str, dict[str, str]]] = {
    TOKEN: (_SPAN, {"pos": POS, "order": "uima.cas.Integer"}),
    SENTENCE: (_SPAN, {}),
    POS: (_SPAN, {"PosValue": _STRING, "coarseValue": _STRING}),
    NAMED: (_SPAN, {"value": _STRING, "identifier": _STRING}),
    META: ("uima.tcas.DocumentAnnotation", {"documentTitle": _STRING, "documentId": _STRING}),
    DEPENDENCY: (_SPAN, {"Governor": TOKEN, "Dependent": TOKEN, "DependencyType": _STRING}),
    LINK: (_SPAN, {"next": LINK, "referenceType": _STRING, "referenceRelation": _STRING}),
    CHAIN: ("uima.cas.AnnotationBase", {"first": LINK}),
    GROUP: (
        _SPAN,
        {"named": "uima.cas.Boolean", "size": "uima.cas.Integer", "aliases": "uima.cas.StringArray"},
    ),
    TIES: (_SPAN, {"Governor": GROUP, "Dependent": GROUP, "kind": _STRING}),
    FILLER: ("uima.cas.TOP", {"role": _STRING, "target": _SPAN}),
    RAID: (_SPAN, {"links": FILLER + "[]", "place": GROUP, "certainty": _STRING}),
}


def units(text: str, words: str) -> tuple[int, int]:
    """Where some words of a text are, in UTF-16 units."""
    start = len(text[: text.index(words)].encode("utf-16-le")) // 2
    return start, start + len(words.encode("utf-16-le")) // 2


@dataclass
class Structure:
    """A feature structure; `refers` names others by their ids, a list for an array."""

    id: int
    type: str
    begin: int | None = None
    end: int | None = None
    has: dict[str, object] = field(default_factory=dict)
    refers: dict[str, int | list[int]] = field(default_factory=dict)
    sofa: int | None = 1
    indexed: bool = True


@dataclass
class Made:
    """A CAS with one view or several, to be filled and written."""

    texts: dict[str, str | None] = field(default_factory=lambda: {"_InitialView": TEXT})
    structures: list[Structure] = field(default_factory=list)

    def sofas(self) -> dict[str, int]:
        """The ids of the views by name: 1, 2, …"""
        return {name: number for number, name in enumerate(self.texts, 1)}

    def add(self, type_: str, words: str | tuple[int, int] | None = None, **given: object) -> int:
        """A structure over some words (or at an offset), with `has`, `refers`, `sofa`, `indexed`; its id."""
        id = 10 + len(self.structures)
        sofa = given.get("sofa", 1)
        text = next(
            (t for t, s in zip(self.texts.values(), self.sofas().values(), strict=True) if s == sofa), ""
        )
        place = units(text or "", words) if isinstance(words, str) else words or (None, None)
        self.structures.append(Structure(id, type_, *place, **given))  # type: ignore[arg-type]
        return id

    def type_system(self) -> str:
        """The type system as XML."""
        types = []
        for name, (parent, features) in TYPES.items():
            described = []
            for feature, range_ in features.items():
                element = range_.removesuffix("[]")
                one = f"<name>{feature}</name><description/>"
                if element != range_:
                    one += "<rangeTypeName>uima.cas.FSArray</rangeTypeName>"
                    one += f"<elementType>{element}</elementType>"
                else:
                    one += f"<rangeTypeName>{range_}</rangeTypeName>"
                described.append(f"<featureDescription>{one}</featureDescription>")
            head = f"<name>{name}</name><description/><supertypeName>{parent}</supertypeName>"
            types.append(
                f"<typeDescription>{head}<features>{''.join(described)}</features></typeDescription>"
            )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">'
            f"<types>{''.join(types)}</types></typeSystemDescription>"
        )

    def xmi(self) -> str:
        """The document as XMI."""
        packages = sorted({s.type.rpartition(".")[0] for s in self.structures})
        prefixes = {package: f"p{number}" for number, package in enumerate(packages)}
        names = "".join(
            f' xmlns:{prefix}="http:///{package.replace(".", "/")}.ecore"'
            for package, prefix in prefixes.items()
        )
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"'
            f'{names} xmi:version="2.0">',
            '<cas:NULL xmi:id="0"/>',
        ]
        for s in self.structures:
            package, _, local = s.type.rpartition(".")
            attributes: dict[str, object] = {"xmi:id": s.id, "sofa": s.sofa, "begin": s.begin, "end": s.end}
            children = ""
            for name, value in (s.has | s.refers).items():
                if name in s.has and isinstance(value, list):
                    children += "".join(f"<{name}>{one}</{name}>" for one in value)
                elif isinstance(value, list):
                    attributes[name] = " ".join(map(str, value))
                else:
                    attributes[name] = str(value).lower() if isinstance(value, bool) else value
            written = "".join(f" {k}={_quoted(v)}" for k, v in attributes.items() if v is not None)
            tag = f"{prefixes[package]}:{local}"
            lines.append(f"<{tag}{written}>{children}</{tag}>")
        for name, id in self.sofas().items():
            text = self.texts[name]
            string = f" sofaString={_quoted(text)}" if text is not None else ""
            lines.append(f'<cas:Sofa xmi:id="{id}" sofaNum="{id}" sofaID="{name}" mimeType="text"{string}/>')
            lines.append(f'<cas:View sofa="{id}" members="{" ".join(map(str, self._members(id)))}"/>')
        return "\n".join([*lines, "</xmi:XMI>"])

    def json(self) -> str:
        """The document as JSON."""
        types = {
            name: {"%NAME": name, "%SUPER_TYPE": parent}
            | {feature: {"%NAME": feature, "%RANGE": _range(range_)} for feature, range_ in features.items()}
            for name, (parent, features) in TYPES.items()
        }
        found: list[dict[str, object]] = []
        for name, id in self.sofas().items():
            sofa = {"%ID": id, "%TYPE": "uima.cas.Sofa", "sofaNum": id, "sofaID": name}
            found.append(sofa | ({"sofaString": self.texts[name]} if self.texts[name] is not None else {}))
        arrays = 1000
        for s in self.structures:
            one: dict[str, object] = {
                "%ID": s.id,
                "%TYPE": s.type,
                "@sofa": s.sofa,
                "begin": s.begin,
                "end": s.end,
            }
            for name, value in (s.has | s.refers).items():
                if isinstance(value, list):
                    arrays += 1
                    kind = "uima.cas.StringArray" if name in s.has else "uima.cas.FSArray"
                    found.append({"%ID": arrays, "%TYPE": kind, "%ELEMENTS": value})
                    one[f"@{name}"] = arrays
                else:
                    one[name if name in s.has else f"@{name}"] = value
            found.append({key: value for key, value in one.items() if value is not None})
        views = {name: {"%SOFA": id, "%MEMBERS": self._members(id)} for name, id in self.sofas().items()}
        return json.dumps(
            {"%TYPES": types, "%FEATURE_STRUCTURES": found, "%VIEWS": views}, ensure_ascii=False
        )

    def _members(self, sofa: int) -> list[int]:
        return [s.id for s in self.structures if s.indexed and s.sofa in (sofa, None)]

    def zipped(self) -> bytes:
        """What INCEpTION exports of one document: a ZIP of the XMI and its type system."""
        return zipped({"report.xmi": self.xmi(), "TypeSystem.xml": self.type_system()})


def _range(range_: str) -> str:
    return "uima.cas.String[]" if range_ == "uima.cas.StringArray" else range_


def _quoted(value: object) -> str:
    return quoteattr(str(value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;", "\f": "&#12;"})


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A ZIP archive of some files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def full() -> Made:
    """A document with one of everything."""
    made = Made()
    made.add(
        META, (0, units(TEXT, TEXT)[1]), has={"documentTitle": "Front denies it", "documentId": "report.txt"}
    )
    pos = made.add(POS, "trained", has={"PosValue": "VBD"})
    token = made.add(TOKEN, "trained", refers={"pos": pos}, has={"order": 3})
    bare = made.add(TOKEN, "Aldwater")
    made.add(TOKEN, "near")
    made.add(SENTENCE, TEXT[: TEXT.index(".") + 1])
    made.add(
        DEPENDENCY, "Aldwater", refers={"Governor": token, "Dependent": bare}, has={"DependencyType": "obl"}
    )
    made.add(NAMED, "Aldwater", has={"value": "LOC", "identifier": "http://borrin.example/Q7"})
    front = made.add(
        GROUP, "Red Heron Front", has={"named": True, "size": 900, "aliases": ["the Front", "RHF"]}
    )
    brigade = made.add(GROUP, "the Lantern Brigade", has={"named": False})
    made.add(
        TIES, "Red Heron Front", refers={"Governor": brigade, "Dependent": front}, has={"kind": "trained"}
    )
    first = made.add(FILLER, sofa=None, has={"role": "raider"}, refers={"target": brigade})
    second = made.add(FILLER, sofa=None, refers={"target": front})
    made.add(RAID, "denied", refers={"links": [first, second], "place": front}, has={"certainty": "low"})
    made.add(RAID, "it", has={})
    last = made.add(LINK, "جبهة النهر", has={"referenceType": "name"})
    head = made.add(
        LINK,
        "Red Heron Front",
        refers={"next": last},
        has={"referenceType": "name", "referenceRelation": "same"},
    )
    made.add(CHAIN, refers={"first": head})
    return made


def read(path: Path, annotator: str = "") -> list[SourceDocument | RejectedDocument]:
    """Everything that is read from a file or folder, before any mapping."""
    found = [f.document for f in documents([path], Options(ONTOLOGY, annotator=annotator))]
    assert all(isinstance(one, SourceDocument | RejectedDocument) for one in found)
    return found  # type: ignore[return-value]


def one(path: Path) -> SourceDocument:
    """The only document of a file or folder."""
    (document,) = read(path)
    assert isinstance(document, SourceDocument), document
    return document


def saved(folder: Path, made: Made, *, types: bool = True) -> Path:
    """A document written as XMI, with its type system beside it."""
    (folder / "report.xmi").write_text(made.xmi(), encoding="utf-8")
    if types:
        (folder / "TypeSystem.xml").write_text(made.type_system(), encoding="utf-8")
    return folder / "report.xmi"


def told(document: SourceDocument) -> list[str]:
    """What a document says, annotation by annotation, in words instead of ids: what any file of it must give."""
    words: dict[str, str] = {}
    for span in document.spans:
        words[span.id] = f"{span.label} {' … '.join(f.exact for f in span.fragments)!r}"
    for link in document.links:
        words[link.id] = f"the {link.label} of {words[link.trigger]}" if link.trigger else f"the {link.label}"
    return sorted(line for annotation in document.annotations() for line in _lines(annotation, words))


def _lines(annotation: Annotation, words: dict[str, str]) -> Iterator[str]:
    match annotation.kind:
        case "mention":
            yield words[annotation.id]
        case "event" | "relation":
            arguments = ", ".join(f"{a.role} {words[a.target]}" for a in annotation.arguments)  # type: ignore[attr-defined]
            yield f"{words[annotation.id]}: {arguments}"
        case "attribute":
            yield f"{words[annotation.target]} has {annotation.label} {annotation.value}"  # type: ignore[attr-defined]
        case "equivalence":
            yield f"{annotation.label} = {', '.join(words[m] for m in annotation.members)}"  # type: ignore[attr-defined]
