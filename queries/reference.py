"""docs/questions.md: the prepared questions as people read about them, made from their headers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ontology import generated
from queries.catalogue import COLUMN_TYPES, Catalogue, Parameter, Question

PATH = Path(__file__).resolve().parent.parent / "docs" / "questions.md"

_INTRODUCTION = """\
# Questions

What `kg ask NAME …` answers, made from the headers of the questions themselves (`python -m queries.catalogue --write`).

Required parameters are given in order, optional ones as options. An actor is given by name, alias or id; a name that
fits several is refused with a list of their ids. Dates are EDTF: `2020-10-05`, `2020-10`, `2020`, `1990/1999`,
`2020-02-29/..`.
Every question takes `--limit N` (50) and `--after N` to page, and `--format table|json|csv|md`.

- **as_of** asks what held on a day: it restricts states (alliedWith, memberOf). A dated claim counts where its bounds
  contain the day, an undated one where it was said on or before it; those said later are left out, and the answer says
  how many. **since** and **until** restrict acts (trained, killed). With any of them, counts and status are of the
  claims in scope alone.
- **status** is disputed, changed, asserted, hedged, denied or prospective; `affirmed`, `hedged` and `denied` count
  claims, `speakers` independent named sources that affirm, `unnamed` the unnamed ones, `deniers` those that deny,
  `undated` the claims without a date of their own; `first` and `last` are when it was said.
- **with_parts** and **with_members** add what is said of parts (members) of the actors, one affirmed step of partOf
  (memberOf) away. `via` names the parts; `status` stays that of the row, `status_with_parts` is that of all rows
  which say the same of the same wholes.

CSV is safe to open in a spreadsheet: a text that begins with `=`, `+`, `-`, `@`, a tab or a line break gets an
apostrophe before it. Use JSON where every character counts.

Each is there in SPARQL (`queries/sparql/`) and in Cypher (`queries/cypher/`), and gives the same rows in the same order
whichever store a graph has.

Questions of your own go into the graph's `queries/` folder, as files of the same form: `NAME.rq` in SPARQL,
`NAME.cypher` in Cypher, which a Neo4j store takes, or both, with the same header, for a graph that may move;
`kg questions` shows which there are. How a file takes its parameters is told at the top of `queries/binding.py`, what
the graph looks like on [a page of its own](graph.md). A question only reads: clauses that write, files and procedures,
but for those of full-text indexes, are refused.
"""


def reference(catalogue: Catalogue) -> str:
    """The page."""
    parts = [_INTRODUCTION]
    parts.append("\n".join(f"- [{one.name}](#{one.name}): {one.question}" for one in catalogue) + "\n")
    parts.extend(_section(one) for one in catalogue)
    return "\n".join(parts)


def example(question: Question) -> str:
    """A call of the question with its required parameters, and one that is optional."""
    words = ["kg ask", question.name]
    words += [_sample(one) for one in question.required]
    for one in question.parameters:
        if not one.required:
            words.append(
                f"--{one.name.replace('_', '-')}" + ("" if one.type == "boolean" else f" {_sample(one)}")
            )
            break
    return " ".join(words)


def _sample(parameter: Parameter) -> str:
    samples = {
        "relation": "trained", "type": "ArmedGroup", "date": "2020-10", "integer": "10", "name": "harbour",
        "article": "ID", "text": "'Some Words'",
    }  # fmt: skip
    return samples.get(parameter.type, f"'Some {parameter.name.title()}'")


def _section(question: Question) -> str:
    lines = [f"## {question.name}", "", question.question, "", f"    {example(question)}", ""]
    if question.parameters:
        lines += ["| parameter | type | |", "|---|---|---|"]
        lines += [
            f"| {one.name} | {one.type}{'' if one.required else ', optional'} | {one.help} |"
            for one in question.parameters
        ]
        lines.append("")
    lines += ["| column | type | |", "|---|---|---|"]
    lines += [f"| {one.name} | {one.type} | {COLUMN_TYPES[one.type]} |" for one in question.columns]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or say whether it is up to date."""
    return generated.main("queries.catalogue", PATH, reference(Catalogue.load()), arguments)
