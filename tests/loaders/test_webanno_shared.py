"""Real WebAnno TSV, read where it is: INCEpTION's own samples beside the same documents as XMI, and GUM's news.

INCEpTION's samples are a differential oracle: a document must come out the same from both formats, but for what
`DIFFERENCES` lists. GUM's coreference is compared with its CoNLL files, its counts with the bare cells.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest

from loaders import reading
from loaders.files import File
from loaders.formats import Options, recognised
from loaders.mapping import Mapping, apply, load_mapping, parse_mapping
from loaders.source import SourceDocument
from loaders.webanno import reading as webanno
from ontology.models import AnnotatedArticle, Mention
from ontology.vocabulary import load
from tests.conftest import ROOT
from tests.loaders.described import described

ONTOLOGY = load()
OPTIONS = Options(ONTOLOGY)


class Difference(NamedTuple):
    """How the two formats of one document differ, in the lines of `described`, and why they may."""

    tsv: tuple[str, ...]
    xmi: tuple[str, ...]
    reason: str


# The same table is in docs/formats/webanno-tsv.md.
_NO_ROW = "a span begins and ends with a row; white space between tokens has none, and the writer cuts it off"
_MOVED = "a span without width between tokens goes to the edge of a token, as white space has no row"
_HOST = "without a type system beside it, XMI does not say that a span whose slots are all unfilled has slots"
DIFFERENCES = {
    "testAnnotationWithLeadingWhitespaceAtStart": Difference(("span Span 1-4",), ("span Span 0-4",), _NO_ROW),
    "testAnnotationWithTrailingWhitespace": Difference(("span Span 0-3",), ("span Span 0-4",), _NO_ROW),
    "testZeroWidthAnnotationBeforeFirstTokenIsMovedToBeginOfFirstToken": Difference(
        ("span Span 2-2",), ("span Span 1-1",), _MOVED
    ),
    "testZeroWidthAnnotationBetweenTokenIsMovedToEndOfPreviousToken": Difference(
        ("span Span 3-3",), ("span Span 4-4",), _MOVED
    ),
    "testUnsetSlotFeature": Difference(("event FlexLinkHost (FlexLinkHost 0-4)",), (), _HOST),
    "testStackedComplexSlotFeatureWithoutSlotFillers": Difference(
        (
            "event ComplexLinkHost (ComplexLinkHost 0-4) value=val1",
            "event ComplexLinkHost (ComplexLinkHost 0-4) value=val2",
            "span ComplexLinkHost 0-4",
            "span ComplexLinkHost 0-4",
        ),
        ("span ComplexLinkHost 0-4 value=val1", "span ComplexLinkHost 0-4 value=val2"),
        _HOST,
    ),
}

MAPPING = """
types: {Span: Group, NamedEntity: Group, SimpleSpan: Group, Simple: Group, POS: Group, Token: Group}
relations:
  Relation: {relation: trained}
  ComplexRelation: {relation: trained}
  Dependency: {relation: trained}
  SimpleLinkHost: {relation: linkedTo}
  ComplexLinkHost: {relation: linkedTo}
  FlexLinkHost: ignore
roles: {source: subject, target: object, p: party, links: party}
attributes:
  boolValue: {polarity: {"true": affirmed, "false": denied}}
  PosValue: {name: und}
  value: ignore
  coarseValue: ignore
  intValue: ignore
  integerValue: ignore
equivalences: {Simple: same}
"""

TYPE_SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>webanno.custom.SimpleSpan</name><supertypeName>uima.tcas.Annotation</supertypeName></typeDescription>
{hosts}</types></typeSystemDescription>"""
HOST = """<typeDescription><name>webanno.custom.{0}Type</name><supertypeName>uima.cas.TOP</supertypeName><features>
<featureDescription><name>role</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>target</name><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.{0}Host</name><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>links</name><rangeTypeName>uima.cas.FSArray</rangeTypeName>
<elementType>webanno.custom.{0}Type</elementType></featureDescription>
<featureDescription><name>value</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>"""


def documents(path: Path) -> list[SourceDocument]:
    file = File(path.name, path.name, path, path.parent)
    format = recognised(file)
    assert format is not None
    found = [one for unit in format.gather([file], whole=False) for one in format.read(unit, OPTIONS)]
    assert all(isinstance(one, SourceDocument) for one in found)
    return [one for one in found if isinstance(one, SourceDocument)]


def said(article: AnnotatedArticle) -> Counter[str]:
    """An article's entities and claims as lines without ids."""

    def where(mentions: tuple[Mention, ...]) -> str:
        return " ".join(
            ";".join(f"{start}-{end}" for start, end, _ in mention.fragments) for mention in mentions
        )

    by_id = {entity.id: f"{entity.type} {where(entity.mentions)}" for entity in article.entities}
    lines = Counter(
        f"{by_id[entity.id]} {[name.text for name in entity.names]} {entity.identifiers}"
        for entity in article.entities
    )
    for claim in article.claims:
        ends = [by_id[claim.subject], by_id[str(claim.object)]]
        evidence = " ".join(f"{start}-{end}" for start, end, _ in claim.evidence)
        lines[f"{ends[0]} {claim.relation} {ends[1]} {claim.polarity} at {evidence}"] += 1
    return lines


def exact(article: AnnotatedArticle) -> bool:
    tally = article.tally
    return tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected)


def pairs(shared_dir: Path) -> list[Path]:
    found = sorted(path.parent for path in (shared_dir / "corpora" / "webanno-tsv3").glob("*/reference.xmi"))
    if not found:
        pytest.skip("needs shared/corpora/webanno-tsv3, which is not there")
    return found


# -- the same document as TSV and XMI


def test_tsv_and_xmi_of_a_document_are_one_source_document(shared_dir: Path) -> None:
    listed = set()
    for folder in pairs(shared_dir):
        (tsv,), (xmi,) = documents(folder / "reference.tsv"), documents(folder / "reference.xmi")
        assert tsv.text == xmi.text, folder.name
        mine, theirs = described(tsv), described(xmi)
        found = tuple(sorted((mine - theirs).elements())), tuple(sorted((theirs - mine).elements()))
        allowed = DIFFERENCES.get(folder.name)
        assert found == (allowed[:2] if allowed else ((), ())), folder.name
        listed |= {folder.name} if allowed else set()
    assert listed == set(DIFFERENCES)


def test_tsv_and_xmi_of_a_document_say_the_same(shared_dir: Path) -> None:
    mapping = parse_mapping(MAPPING.encode(), ONTOLOGY, name="m", file="m.yaml")
    claims = entities = 0
    for folder in pairs(shared_dir):
        (tsv,), (xmi,) = documents(folder / "reference.tsv"), documents(folder / "reference.xmi")
        mine, theirs = apply(mapping, tsv, ONTOLOGY), apply(mapping, xmi, ONTOLOGY)
        assert exact(mine), folder.name
        assert exact(theirs), folder.name
        claims, entities = claims + len(mine.claims), entities + len(mine.entities)
        if DIFFERENCES.get(folder.name, Difference((), (), "")).reason != _NO_ROW:
            assert said(mine) == said(theirs), folder.name
    assert claims
    assert entities


def test_with_its_type_system_xmi_has_unfilled_slots_too(shared_dir: Path, tmp_path: Path) -> None:
    hosts = "".join(HOST.format(name) for name in ("FlexLink", "ComplexLink"))
    (tmp_path / "TypeSystem.xml").write_text(TYPE_SYSTEM.format(hosts=hosts))
    folders = [
        folder for folder in pairs(shared_dir) if DIFFERENCES.get(folder.name, ("", "", ""))[2] == _HOST
    ]
    for folder in folders:
        shutil.copy(folder / "reference.xmi", tmp_path)
        (tsv,), (xmi,) = documents(folder / "reference.tsv"), documents(tmp_path / "reference.xmi")
        assert described(tsv) == described(xmi), folder.name
    assert folders


def test_the_documentation_has_the_differences() -> None:
    page = (ROOT / "docs" / "formats" / "webanno-tsv.md").read_text()
    for name, difference in DIFFERENCES.items():
        (line,) = [line for line in page.splitlines() if name in line]
        assert difference.reason in line


def test_every_sample_is_read_without_a_loss(shared_dir: Path) -> None:
    paths = sorted((shared_dir / "corpora" / "webanno-tsv3").glob("*/reference.tsv"))
    for path in paths:
        (document,) = documents(path)
        assert not document.rejected, path
        assert not document.remarks, path
    assert paths or not (shared_dir / "corpora").is_dir()


# -- GUM


@pytest.fixture(scope="module")
def gum_files(shared_dir: Path) -> list[Path]:
    found = sorted((shared_dir / "corpora" / "gum-news" / "tsv").glob("*.tsv"))
    if not found:
        pytest.skip("needs shared/corpora/gum-news, which is not there")
    return found


@pytest.fixture(scope="module")
def gum() -> Mapping:
    return load_mapping("gum", ONTOLOGY)


def rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        if re.match(r"\d", line):
            yield line.split("\t")


def numbered(cell: str) -> dict[str, str]:
    """The values of a cell by the ids behind them."""
    found = (re.fullmatch(r"(.*)\[(\d+)\]", value) for value in cell.split("|") if value != "_")
    return {match[2]: match[1] for match in found if match}


def counted(path: Path) -> Counter[str]:
    """How many annotations the bare cells of one of GUM's files have, by kind."""
    kind: Counter[str] = Counter()
    features: set[tuple[int, str]] = set()
    for row in rows(path):
        features |= {(column, id) for column in range(3, 8) for id in numbered(row[column])}
        kind["relation"] += row[9].count("|") + 1 if row[9] != "_" else 0
        kind["attribute"] += sum(value not in ("_", "*") for value in row[8].split("|"))
    kind["mention"] = len({id for _, id in features})
    kind["attribute"] += len(features)
    return kind


def test_gum_counts_are_those_of_the_cells(gum_files: list[Path], gum: Mapping) -> None:
    read = reading.read(gum_files, OPTIONS, lambda _: gum, mapping="gum")
    for path, article in zip(gum_files, read, strict=True):
        assert isinstance(article, AnnotatedArticle), path
        tally = article.tally
        assert exact(article)
        assert not tally.rejected
        assert {kind: sum(counts) for kind, counts in tally.kinds.items()} == counted(path), path
        assert tally.read == sum(counted(path).values())
        assert article.loader == webanno.NAME


def test_gum_entities_have_their_titles(gum_files: list[Path], gum: Mapping) -> None:
    """Every title of a mention that makes an entity is on an entity, and only those."""
    kept = {label for label, meaning in gum.types.items() if meaning not in ("ignore", "date")}
    for path in gum_files:
        titles: dict[str, str] = {}
        labels: dict[str, str] = {}
        for row in rows(path):
            labels |= numbered(row[3])
            titles |= numbered(row[6])
        wanted = {unquote(title) for id, title in titles.items() if labels[id] in kept}
        (document,) = documents(path)
        found = [i for e in apply(gum, document, ONTOLOGY).entities for i in e.identifiers]
        assert all(i.startswith("wikipedia:en:") for i in found)
        assert {i.removeprefix("wikipedia:en:").lower() for i in found} == {title.lower() for title in wanted}


def conll_groups(path: Path) -> set[frozenset[tuple[int, int]]]:
    """The coreference groups of one of GUM's CoNLL files, as ranges of tokens."""
    groups: dict[str, set[tuple[int, int]]] = {}
    begun: dict[tuple[str, str], list[int]] = {}
    mark = re.compile(
        r"\((?P<opens>[a-z]+)-(?P<id>\d+)[^()]*(?P<shut>\))?|(?P<closes>[a-z]+)-(?P<of>\d+)[^()]*\)"
    )
    tokens = [line.split("\t") for line in path.read_text().splitlines() if re.match(r"\d", line)]
    for number, (_, _, cell) in enumerate(tokens):
        for match in mark.finditer(cell):
            if match["closes"]:
                start = begun[match["closes"], match["of"]].pop()
                groups.setdefault(match["of"], set()).add((start, number))
            elif match["shut"]:
                groups.setdefault(match["id"], set()).add((number, number))
            else:
                begun.setdefault((match["opens"], match["id"]), []).append(number)
    return {frozenset(group) for group in groups.values()}


def tokens_of(path: Path, document: SourceDocument) -> dict[str, tuple[int, int]]:
    """Each span as a range of tokens, by its id."""
    starts, ends = {}, {}
    for number, row in enumerate(rows(path)):
        start, end = map(int, row[1].split("-"))
        starts[start], ends[end] = number, number
    assert max(document.text) < "\U00010000"
    return {s.id: (starts[s.fragments[0].start], ends[s.fragments[0].end]) for s in document.spans}


def linked(document: SourceDocument, sorts: set[str]) -> list[set[str]]:
    """The groups of spans that links of some sorts bind."""
    sort = {a.target: a.value for a in document.attributes if a.label == "type"}
    group = {span.id: {span.id} for span in document.spans}
    for link in document.links:
        if sort[link.id] in sorts:
            first, second = (group[argument.target] for argument in link.arguments)
            if first is not second:
                first |= second
                group.update(dict.fromkeys(second, first))
    return list({id(one): one for one in group.values()}.values())


def test_gum_coreference_is_that_of_its_conll_files(gum_files: list[Path], gum: Mapping) -> None:
    """CoNLL's groups are those of every link but bridging. The mapping leaves out `pred` and `disc` besides, so that
    its entities are parts of those groups; where neither binds, the same groups."""
    identical = 0
    for path in gum_files:
        beside = path.parents[1] / "conll" / path.with_suffix(".conll").name
        if not beside.exists():
            continue
        expected = conll_groups(beside)
        (document,) = documents(path)
        assert all(len(span.fragments) == 1 for span in document.spans)
        tokens = tokens_of(path, document)
        kinds = {rule for rule, meaning in gum.links.items() if meaning.same}
        full = {frozenset(tokens[id] for id in one) for one in linked(document, {*kinds, "pred", "disc"})}
        assert full == expected
        place = {(s.fragments[0].start, s.fragments[0].end): tokens[s.id] for s in document.spans}
        for entity in apply(gum, document, ONTOLOGY).entities:
            words = frozenset(place[m.fragments[0].start, m.fragments[0].end] for m in entity.mentions)
            assert any(words <= group for group in expected)
            identical += words in expected
    assert identical
