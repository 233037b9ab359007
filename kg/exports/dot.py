"""DOT, the language of Graphviz. What is not outright affirmed is drawn dashed or dotted and says so; a symmetric
relation has no arrowhead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kg.exports.columns import NODE, Column
from kg.exports.formats import Export, Format
from kg.network import ClaimEdge

_STYLES = {"denied": "dotted", "hedged": "dashed", "prospective": "dashed", "notActual": "dashed"}
_DISPUTED = "#C00000"
REPLACED = "characters that DOT cannot hold are replaced"


def write(what: Export) -> Iterator[str]:
    """The file, piece by piece."""
    quote = _Quote(what.left_out)
    yield 'digraph attest {\n  graph [charset="UTF-8"];\n  node [shape=box, style="rounded"];\n'
    for node in what.network.nodes():
        drawn = f", color={quote.raw(node.color)}" if node.color else ""
        yield f"  {quote.raw(node.id)} [label={quote.label(node.name)}{drawn}{_told(node, NODE, quote)}];\n"
    for edge in what.edges():
        standing = edge.standing if isinstance(edge, ClaimEdge) else edge.status
        drawn = f", style={_STYLES[standing]}" if standing in _STYLES else ""
        drawn += ", dir=none" if edge.symmetric else ""
        drawn += f', color="{_DISPUTED if edge.status == "disputed" else edge.color}"'
        yield (
            f"  {quote.raw(edge.subject)} -> {quote.raw(edge.object)} [label={quote.label(edge.label)}{drawn},"
            f" id={quote.raw(edge.id)}{_told(edge, what.columns, quote)}];\n"
        )
    yield "}\n"


def _told(element: Any, columns: tuple[Column, ...], quote: _Quote) -> str:
    """What is told of it beside what is drawn, under a prefix that tells it from Graphviz's own attributes."""
    found = ""
    for column in columns:
        value = column.flat(element)
        if column.name in ("label", "color") or value is None or value == "":
            continue
        words = ("true" if value else "false") if isinstance(value, bool) else str(value)
        found += f", kg_{column.name}={quote.raw(words)}"
    return found


class _Quote:
    """Quoted strings. Within them only a quote needs an escape; labels are read once more, for \\n, \\N and &amp;."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts

    def raw(self, text: str) -> str:
        """An id or attribute, as it is."""
        if text.endswith("\\") or '\\"' in text or "\\\n" in text:
            # A backslash before a quote or a line's end would be read with it; no escape keeps it.
            text = text.replace("\\", "\uff3c")
            self._counts[REPLACED] += 1
        return '"' + self._clean(text).replace('"', '\\"') + '"'

    def label(self, text: str) -> str:
        """Words that are drawn."""
        text = self._clean(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
        return '"' + text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n") + '"'

    def _clean(self, text: str) -> str:
        if "\0" in text:
            self._counts[REPLACED] += text.count("\0")
            text = text.replace("\0", "\ufffd")
        return text


FORMAT = Format(
    name="dot",
    title="DOT",
    suffix=".dot",
    opens="Graphviz",
    loses="lists are joined by semicolons; the character NUL is replaced, and a backslash before a quote; no time line",
    write=write,
)
