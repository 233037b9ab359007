"""`kg ask`: ask a prepared question."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from kg.commands import CommandParser, add_shared_options
from kg.rendering.answers import SENTENCES, remarks, rendered
from kg.rendering.characters import Style, visible
from ontology.errors import UsageError

if TYPE_CHECKING:
    from queries.catalogue import Parameter, Question

SUMMARY = "ask a prepared question; every row comes with the sentences behind it"
OWN_HELP = True

LIMIT = 50
_EXAMPLES = {
    "actor": "'Red Heron Front'",
    "node": "'Red Heron Front'",
    "article": "kestrin-herald/2032-02-03/linn",
    "relation": "alliedWith",
    "type": "ArmedGroup",
    "date": "2020-10",
    "name": "heron",
    "text": "'The Kestrin Herald'",
    "integer": "1",
    "ids": "ID",
}
# What columns hold that several questions share.
_MEANINGS = {
    "status": "disputed, changed, asserted, hedged, denied or prospective",
    "affirmed": "claims that affirm it",
    "hedged": "claims that call it probable or possible",
    "denied": "claims that deny it",
    "prospective": "claims that pledge, predict or suppose it",
    "speakers": "independent named sources that affirm it",
    "unnamed": "unnamed sources that affirm it, one an origin",
    "deniers": "independent named sources that deny it",
    "first": "when it was first said",
    "last": "when it was last said",
    "undated": "claims that do not say when",
    "standing": "affirmed, hedged, denied or notActual",
    "said": "when it was said",
    "date": "when it happened or held",
    "speaker": "who says it; nobody: the article's own voice",
    "source": "who affirms it: speakers, or the origin in its own voice",
    "origins": "where the articles were taken from",
    "within": "what the position is in",
    "held": "when it was held",
    "ended": "claims that say it was over by then",
    "earlier": "claims recorded before that day",
    "distance": "hops away: 1 for its own relationships, 2 for its neighbours'",
    "common": "what both are related to",
    "claims_made": "how many claims",
}
_NOTES = """\
Actors are given by name, alias or id; where a name fits several, they are listed with their ids. Dates are EDTF: a day
(2020-10-05), a month (2020-10) or a year (2020).

Formats: table shows the sentences under the rows; md has them as footnotes; json has everything (parameters, rows,
citations with offsets); csv has a line a row, NAME_id beside each name, claims as ids, and an apostrophe before text
that a spreadsheet would run as a formula (it begins with =, +, -, @, a tab or a line break). Control characters are
shown as escapes such as \\x1b."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options; those of a question come with its name."""
    parser.usage = "kg ask NAME [ARGUMENT …] [--OPTION …]"
    parser.add_argument("name", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    # The questions are listed only when that is wanted: it reads every question's file.
    parser.add_argument("-h", "--help", action=_ListQuestions, nargs=0, help="list the questions")


class _ListQuestions(argparse.Action):
    """`kg ask --help`: the questions, a line each."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, *_: Any) -> None:
        from kg.commands.questions import catalogue

        known = catalogue(getattr(namespace, "graph", None))
        questions = list(known)
        size = max(len(question.name) for question in questions)
        parser.description = "Asks a prepared question of the graph.\n\nquestions:\n" + "\n".join(
            f"  {question.name:<{size}}  {visible(question.question)}" for question in questions
        )
        parser.epilog = "`kg ask NAME --help` shows a question's arguments, options and columns.\n\n" + _NOTES
        parser.print_help()
        parser.exit()


def run(args: argparse.Namespace) -> int:
    """Ask, and show the answer."""
    from kg.commands.questions import catalogue

    if args.name is None:
        raise UsageError("name a question: kg ask NAME …; `kg questions` lists them")
    # The graph may have questions of its own, and -g may stand after the question's name.
    shared = CommandParser(prog="kg ask", add_help=False)
    add_shared_options(shared, args)
    question = catalogue(shared.parse_known_args(args.rest)[0].graph).any_language(args.name)
    parser = _parser(question, args)
    given = parser.parse_intermixed_args(args.rest)
    required = [one for one in question.parameters if one.required]
    if len(given.arguments) < len(required):
        missing = required[len(given.arguments)]
        raise UsageError(
            f"{question.name} needs {_metavar(missing)}: {missing.help}; {parser.format_usage().strip()}"
        )
    options = {
        one.name: value
        for one in question.parameters
        if not one.required and (value := getattr(given, one.name)) not in (None, False)
    }
    return _answer(given, question, options)


def _answer(given: argparse.Namespace, question: Question, options: dict[str, Any]) -> int:
    from kg.answer import ask
    from kg.graph import Graph

    with Graph.open(given.graph) as graph:
        answer = ask(
            graph, question.name, *given.arguments, limit=given.limit or None, after=given.after, **options
        )
    sys.stdout.write(
        rendered(answer, given.format, Style.of(sys.stdout), sentences=given.sentences, after=given.after)
    )
    if given.format == "csv":
        for remark in remarks(answer, given.after):
            print(remark, file=sys.stderr)
    return 0


def _parser(question: Question, args: argparse.Namespace) -> CommandParser:
    """The parser of one question, made from its header."""
    parser = CommandParser(prog=f"kg ask {question.name}")
    required = [one for one in question.parameters if one.required]
    optional = [one for one in question.parameters if not one.required]
    names = " ".join(_metavar(one) for one in required)
    parser.usage = f"kg ask {question.name}{' ' + names if names else ''} [--OPTION …]"
    parser.description = "\n".join(
        [visible(question.question), "", *_arguments(required), *_columns(question)]
    )
    parser.epilog = f"example: {example(question)}\n\n{_NOTES}"
    parser.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    own = parser.add_argument_group("options of this question")
    for one in optional:
        flag = "--" + one.name.replace("_", "-")
        if one.type == "boolean":
            own.add_argument(flag, dest=one.name, action="store_true", help=one.help)
        else:
            own.add_argument(flag, dest=one.name, metavar=one.type.upper(), help=one.help,
                             type=int if one.type == "integer" else str)  # fmt: skip
    every = parser.add_argument_group("options of every question")
    every.add_argument("--limit", type=_count, default=LIMIT, metavar="N",
                       help="at most N rows, 0 for all (default %(default)s)")  # fmt: skip
    every.add_argument("--after", type=_count, default=0, metavar="N", help="leave out the first N rows")
    every.add_argument("--sentences", type=_all_or_count, default=SENTENCES, metavar="N",
                       help="in a table, at most N claims a row, or all (default %(default)s)")  # fmt: skip
    add_shared_options(parser, args)
    return parser


def example(question: Question) -> str:
    """A call of the question."""
    words = ["kg ask", question.name]
    taken = [_EXAMPLES.get(one.type, one.name.upper()) for one in question.parameters if one.required]
    actors = iter(("'Red Heron Front'", "'Lantern Brigade'", "Velden"))
    words += [next(actors) if word == _EXAMPLES["actor"] else word for word in taken]
    for one in question.parameters:
        if one.name in ("as_of", "since", "said_since"):
            return " ".join([*words, f"--{one.name.replace('_', '-')} 2031"])
    return " ".join(words)


def _arguments(required: list[Parameter]) -> list[str]:
    if not required:
        return []
    size = max(len(_metavar(one)) for one in required)
    return ["arguments:", *(f"  {_metavar(one):<{size}}  {one.help}" for one in required), ""]


def _columns(question: Question) -> list[str]:
    from queries.catalogue import COLUMN_TYPES

    size = max(len(column.name) for column in question.columns)
    return [
        "columns:",
        *(
            f"  {one.name:<{size}}  {_MEANINGS.get(one.name) or COLUMN_TYPES[one.type]}"
            for one in question.columns
        ),
    ]


def _metavar(parameter: Parameter) -> str:
    return parameter.name.upper().replace("_", "-")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rows")
    return int(text)


def _all_or_count(text: str) -> int | None:
    return None if text == "all" else _count(text)
