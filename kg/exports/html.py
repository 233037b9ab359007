"""The graph as one page that needs nothing else: drawn, searched and filtered in a browser, each edge with its claims.

The program in the page is made from `page/` by `make page` and comes with the package. What was read is given to
it as data, never as markup, and the page's policy lets nothing run but that program, and nothing be fetched at all.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import count
from types import MappingProxyType
from typing import Any, NamedTuple

from kg.exports.captions import recorded, said, selected, title
from kg.exports.formats import Export, Format
from kg.network import ArticleEntry, ClaimEdge, Network, Node, Ref, Standing
from kg.rendering.characters import visible
from ontology.errors import GraphError


class Overlay(NamedTuple):
    """What an analysis found, to be laid over the picture; everything by id.

    `values` make nodes larger, `groups` colour them, `relationships` are lit, as the steps of a path are. `title` says
    what was measured.
    """

    title: str
    values: Mapping[str, float] = MappingProxyType({})
    groups: Mapping[str, str] = MappingProxyType({})
    relationships: Collection[str] = ()


MANY_CLAIMS = 50_000
"""Above this a page is still whole, and takes patience."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def write(what: Export, overlay: Overlay | None = None) -> Iterator[str]:
    """The page, piece by piece."""
    style, program, licences = (_built(name) for name in ("page.css", "page.js", "licences.txt"))
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(program)}",
            f"style-src {_hash(style)}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    network = what.network
    if network.claim_count > MANY_CLAIMS:
        network.notes.append(
            f"{network.claim_count:,} claims make a page that browsers are slow with; choose a part, as with --actor"
        )
    before, after = _template().split("<!-- graph -->")
    heading = html.escape(title(network.selection))
    for place, text in (
        ("<!-- policy -->", html.escape(policy)),
        ("<!-- title -->", heading),
        ("<!-- selection -->", html.escape(_told(network))),
        ("<!-- notes -->", _notes(what.notes)),
        ("<!-- style -->", style),
    ):
        before = before.replace(place, text)
    yield before
    for piece in _graph(network, overlay):
        yield piece.translate(_IN_SCRIPT)
    # A comment could be ended by the words in it, a script of an unknown type only by its own end.
    yield after.replace("<!-- program -->", program).replace(
        "<!-- licences -->", licences.replace("</", "<\\/")
    )


def _built(name: str) -> str:
    """A file of the page's program; raises GraphError where it was not made."""
    try:
        return (files("kg.exports") / "page" / "dist" / name).read_text("utf-8")
    except FileNotFoundError:
        raise GraphError(
            f"the page's program is not there (kg/exports/page/dist/{name}); make it with: make page"
        ) from None


def _template() -> str:
    return (files("kg.exports") / "page" / "page.html").read_text("utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _told(network: Network) -> str:
    """What is in the page, in one line."""
    known = (selected(network.selection), said(network), recorded(network))
    return " · ".join(part for part in known if part)


def _notes(notes: list[str]) -> str:
    if not notes:
        return ""
    items = "".join(f"<li>{html.escape(visible(note))}</li>" for note in notes)
    return f"<details open><summary>Left out</summary><ul>{items}</ul></details>"


# The data, in the shape of page/src/data.ts


def _graph(network: Network, overlay: Overlay | None) -> Iterator[str]:
    """The graph as JSON; nodes, relationships and articles are known by their places in their lists."""
    ontology = network.ontology
    nodes: dict[str, int] = {}
    relationships: dict[str, int] = {}
    articles: dict[str, int] = {}
    types: dict[str, None] = {}
    relations: dict[str, None] = {}
    yield '{"nodes":['
    for node in network.nodes():
        separator = ",\n" if nodes else "\n"
        nodes[node.id] = len(nodes)
        types.update(dict.fromkeys(node.types))
        yield separator + _encode(_node(node))
    yield '],\n"relationships":['
    for edge in network.relationships():
        separator = ",\n" if relationships else "\n"
        relationships[edge.id] = len(relationships)
        relations[edge.relation] = None
        yield separator + _encode(
            _known(
                id=edge.id,
                subject=nodes[edge.subject],
                object=nodes[edge.object],
                relation=edge.relation,
                place=visible(edge.place_name),
            )
        )
    yield '],\n"articles":['
    for article in network.articles():
        separator = ",\n" if articles else "\n"
        articles[article.id] = len(articles)
        yield separator + _encode(_article(article))
    yield '],\n"claims":['
    sources = _Sources(network.standings())
    separator = "\n"
    for claim in network.claims():
        known = _claim(claim, nodes) | sources.of(claim.id)
        ends = {"relationship": relationships[claim.relationship], "article": articles[claim.article]}
        yield separator + _encode(known | ends)
        separator = ",\n"
    families = dict.fromkeys(ontology.relations[name].family for name in relations)
    yield "],\n" + _encode(
        {
            "families": [
                {"name": one.name, "label": one.label, "color": one.color}
                for one in ontology.families.values()
                if one.name in families
            ],
            "types": {
                name: {"label": kind.label, "color": kind.color}
                for name in sorted(types)
                if (kind := ontology.types.get(name))
            },
            "relations": {name: _relation(network, name) for name in sorted(relations)},
            **({"overlay": _laid(overlay, nodes, relationships)} if overlay else {}),
        }
    ).removeprefix("{")


def _laid(overlay: Overlay, nodes: dict[str, int], relationships: dict[str, int]) -> dict[str, Any]:
    return {"title": visible(overlay.title)} | _known(
        values={nodes[id]: value for id, value in overlay.values.items() if id in nodes},
        groups={nodes[id]: visible(group) for id, group in overlay.groups.items() if id in nodes},
        relationships=sorted(relationships[id] for id in overlay.relationships if id in relationships),
    )


def _known(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value or (value == 0 and value is not False)}


def _node(node: Node) -> dict[str, Any]:
    return {"id": visible(node.id), "name": visible(node.name), "types": node.types} | _known(
        named=node.named,
        value=node.is_value,
        identifiers=[visible(one) for one in node.identifiers],
        aliases=[visible(one) for one in node.aliases],
    )


def _relation(network: Network, name: str) -> dict[str, Any]:
    one = network.ontology.relations[name]
    return {"label": one.label, "inverse": one.inverse_label or one.label, "family": one.family} | _known(
        symmetric=one.symmetric
    )


def _article(article: ArticleEntry) -> dict[str, Any]:
    return {"id": visible(article.id), "title": visible(article.title)} | _known(
        publisher=visible(article.publisher),
        origin=visible(article.origin),
        published=article.published,
        url=visible(article.url),
        authors=[visible(one) for one in article.authors],
    )


def _claim(claim: ClaimEdge, nodes: dict[str, int]) -> dict[str, Any]:
    def ref(one: Ref | None) -> dict[str, Any] | None:
        return one and {"name": visible(one.name)} | _known(unnamed=not one.named) | (
            {"node": nodes[one.id]} if one.id in nodes else {}
        )

    return {
        "id": claim.id,
        "standing": claim.standing,
        "text": _turns(claim.sentence or claim.quote, claim.marked),
        "scope": claim.spell,
    } | _known(
        certainty="" if claim.certainty == "unstated" else claim.certainty,
        modality="" if claim.modality == "actual" else claim.modality,
        implied=claim.basis == "implied",
        speakers=[ref(one) for one in claim.speakers],
        said=claim.said,
        start=claim.start,
        until=claim.until,
        ended=claim.ended,
        words=visible(claim.words),
        role=visible(claim.role),
        place=ref(claim.place),
        event=ref(claim.event),
        about=ref(claim.about),
        instrument=ref(claim.instrument),
        quantity=visible(claim.quantity),
    )


def _turns(text: str, marked: Iterable[tuple[int, int]]) -> list[str]:
    """The text in turns beside what is marked and within it."""
    found: list[str] = []
    at = 0
    for start, end in marked:
        found += [visible(text[at:start]), visible(text[start:end])]
        at = end
    return [*found, visible(text[at:])]


class _Sources:
    """Who stands behind each claim, as small numbers: equal where speaker, origin or sentence are."""

    def __init__(self, standings: Iterable[Standing]) -> None:
        self._by_claim = {one.claim: one for one in standings}
        self._speakers, self._origins, self._sentences = _Numbers(1), _Numbers(0), _Numbers(0)

    def of(self, claim: str) -> dict[str, Any]:
        one = self._by_claim[claim]
        speaker = 0 if one.speaker is None else self._speakers.of(one.speaker)
        # Articles keep the ledger's numbers: the older of two is the smaller.
        return {
            "holds": (one.first, one.last),
            "source": (
                speaker,
                int(one.named),
                self._origins.of(one.origin),
                self._sentences.of(one.sentence),
                one.article,
            ),
        }


class _Numbers:
    """Numbers in the order of first meeting."""

    def __init__(self, first: int) -> None:
        self._next = count(first)
        self._known: dict[object, int] = {}

    def of(self, value: object) -> int:
        if value not in self._known:
            self._known[value] = next(self._next)
        return self._known[value]


FORMAT = Format(
    name="html",
    title="a page to look at: drawn, searched, filtered, with the claims behind each edge",
    suffix=".html",
    opens="any browser, without a network",
    loses="nothing but the text around the sentences",
    write=write,
    forms=(),
)
