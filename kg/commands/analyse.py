"""`kg analyse`: what the network is like, each row with the claims that carry it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.commands import CommandParser, add_shared_options, words
from kg.commands.selecting import add_selection_options, selection_of
from kg.rendering.answers import remarks, rendered
from kg.rendering.characters import Style, visible
from ontology.errors import UsageError
from ontology.suggestions import did_you_mean

if TYPE_CHECKING:
    from kg.analysis import Findings, Snapshot
    from kg.graph import Graph
    from kg.network import Selection

SUMMARY = "who is central, communities, bridges, paths, brokers, what changed; every row cites"
OWN_HELP = True

ANALYSES = {
    "central": "who stands at the centre",
    "communities": "who stands together, and what is disputed among them",
    "bridges": "what holds the network together: without it, something is cut off",
    "paths": "all shortest paths between two actors, and who says so of each step",
    "brokers": "who stands between others, or between communities",
    "change": "what appeared, ended, was denied or changed between two dates",
}
_USAGE = {"paths": "FROM TO", "change": "FROM-DATE TO-DATE"}
_EXAMPLES = {
    "central": "--metric betweenness --family alliance",
    "communities": "--without disputed",
    "bridges": "--actor 'Red Heron Front' --hops 2",
    "paths": "'River Guard' 'Republic of Velden'",
    "brokers": "--metric constraint",
    "change": "2029 2032 --by actor",
}
_NOTES = """\
The network: actors, linked by relationships that some claim affirms or hedges. What is only denied, pledged or
predicted links nobody, nor does taking part in the same event. Figures and dates are never in it. A tie's weight is
the number of independent sources that affirm or hedge it: named ones, articles' own voices, and unnamed ones, one an
origin.

--sentences N shows the sentences under a table's rows, as `kg ask` does; json has all claims and citations; --picture
FILE writes what may be drawn: scores, communities, paths."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options; those of an analysis come with its name."""
    parser.usage = "kg analyse WHAT [ARGUMENT …] [--OPTION …]"
    size = max(map(len, ANALYSES))
    parser.description = "Analyses the network that the graph is.\n\nanalyses:\n" + "\n".join(
        f"  {name:<{size}}  {help}" for name, help in ANALYSES.items()
    )
    parser.epilog = f"`kg analyse WHAT --help` shows an analysis's arguments and options.\n\n{_NOTES}"
    parser.add_argument("what", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.add_argument("-h", "--help", action="help", help="list the analyses")


def run(args: argparse.Namespace) -> int:
    """Analyse, and show what was found."""
    if args.what is None:
        raise UsageError(
            f"name an analysis: {', '.join(ANALYSES)}; `kg analyse --help` tells what each finds"
        )
    if args.what not in ANALYSES:
        near = did_you_mean(args.what, ANALYSES, f"there are {', '.join(ANALYSES)}")
        raise UsageError(f"there is no analysis {args.what!r}{near}")
    given = _parser(args.what, args).parse_intermixed_args(args.rest)
    from kg.graph import Graph

    with Graph.open(given.graph) as graph:
        findings = _analysed(graph, args.what, given)
    after = getattr(given, "after", 0)
    sys.stdout.write(
        rendered(findings, given.format, Style.of(sys.stdout), sentences=given.sentences, after=after)
    )
    if given.format == "csv":
        for remark in remarks(findings, after):
            print(remark, file=sys.stderr)
    if given.picture:
        _draw(findings, Path(given.picture))
    return 0


def _draw(findings: Findings, path: Path) -> None:
    from kg.analysis.picture import as_text
    from kg.exports.writing import whole

    whole([as_text(findings.picture)], path, "a picture's analysis", "--picture")
    print(f"{visible(str(path))}: for `kg export html|svg|png --analysis`", file=sys.stderr)


def _analysed(graph: Graph, what: str, given: argparse.Namespace) -> Findings:
    from kg import analysis

    selection: Selection = selection_of(given)
    how: dict[str, Any] = {"among": given.among, "without": given.without}
    if what == "change":
        return analysis.change(
            graph,
            given.before,
            given.later,
            selection,
            by=given.by,
            limit=given.limit or None,
            after=given.after,
            **how,
        )
    taken: Snapshot = analysis.snapshot(graph, selection, **how)
    limit = given.limit or None
    if what == "central":
        return analysis.central(
            taken, given.metric, directed=given.directed, weight=given.weight, sample=given.sample, limit=limit,
            after=given.after,
        )  # fmt: skip
    if what == "paths":
        return analysis.paths(
            taken, given.start, given.end, length=given.length, directed=given.directed, limit=limit
        )
    if what == "communities":
        return analysis.communities(
            taken, given.method, weight=given.weight, resolution=given.resolution, seed=given.seed,
            members=given.members or None, limit=limit, after=given.after,
        )  # fmt: skip
    if what == "brokers":
        return analysis.brokers(
            taken,
            given.metric,
            weight=given.weight,
            sample=given.sample,
            seed=given.seed,
            limit=limit,
            after=given.after,
        )
    return analysis.bridges(taken, least=given.least, limit=limit, after=given.after)


def _parser(what: str, args: argparse.Namespace) -> CommandParser:
    """The parser of one analysis."""
    parser = CommandParser(prog=f"kg analyse {what}")
    parser.usage = f"kg analyse {what}{' ' + _USAGE[what] if what in _USAGE else ''} [--OPTION …]"
    parser.description = f"Finds {ANALYSES[what]}."
    parser.epilog = f"example: kg analyse {what} {_EXAMPLES[what]}\n\n{_NOTES}"
    own = parser.add_argument_group("options of this analysis")
    _OWN[what](parser, own)
    shown = parser.add_argument_group("options of every analysis")
    rows = "paths" if what == "paths" else "rows"
    shown.add_argument("--limit", type=_count, default=10 if what == "paths" else 20, metavar="N",
                       help=f"at most N {rows}, 0 for all (default %(default)s)")  # fmt: skip
    if what != "paths":
        shown.add_argument("--after", type=_count, default=0, metavar="N", help="leave out the first N rows")
    shown.add_argument("--sentences", type=_all_or_count, default=1 if what in ("paths", "change") else 0, metavar="N",
                       help="in a table, at most N claims a row, or all (default %(default)s)")  # fmt: skip
    shown.add_argument("--picture", type=words, metavar="FILE",
                       help="also write what was found, for `kg export html|svg|png --analysis FILE`")  # fmt: skip
    shown.add_argument("--among", default="actors", metavar="WHAT",
                       help="actors; named, without those called only by what they are; or all, with events, places and"
                       " other things (default %(default)s)")  # fmt: skip
    shown.add_argument("--without", action="append", default=[], metavar="DOUBT",
                       help="leave out relationships that are hedged (nobody affirms them outright), disputed, or"
                       " denied by anybody; may be given more than once")  # fmt: skip
    add_selection_options(parser, nodes=False)
    add_shared_options(parser, args)
    return parser


def _central(parser: argparse.ArgumentParser, own: Any) -> None:
    own.add_argument("--metric", default="degree", metavar="NAME",
                     help="degree, weighted-degree, betweenness, closeness, harmonic, pagerank or eigenvector (default"
                     " %(default)s)")  # fmt: skip
    own.add_argument(
        "--directed", action="store_true", help="relationships count from subject to object only"
    )
    _weight(own)
    _sample(own)


def _communities(parser: argparse.ArgumentParser, own: Any) -> None:
    own.add_argument(
        "--method", default="leiden", metavar="NAME", help="leiden or louvain (default %(default)s)"
    )
    own.add_argument("--resolution", type=float, default=1.0, metavar="X",
                     help="more than 1 for more and smaller communities (default %(default)s)")  # fmt: skip
    own.add_argument("--members", type=_count, default=8, metavar="N",
                     help="name at most N members, 0 for all (default %(default)s)")  # fmt: skip
    _seed(own)
    _weight(own)


def _bridges(parser: argparse.ArgumentParser, own: Any) -> None:
    own.add_argument("--least", type=_count, default=2, metavar="N",
                     help="only what cuts off at least so many (default %(default)s)")  # fmt: skip


def _paths(parser: argparse.ArgumentParser, own: Any) -> None:
    parser.add_argument("start", type=words, metavar="FROM", help="an actor: name, alias or id")
    parser.add_argument("end", type=words, metavar="TO", help="another")
    own.add_argument(
        "--length", type=_count, default=6, metavar="N", help="at most so many steps (default %(default)s)"
    )
    own.add_argument("--directed", action="store_true", help="steps go from subject to object only")


def _brokers(parser: argparse.ArgumentParser, own: Any) -> None:
    own.add_argument("--metric", default="between", metavar="NAME",
                     help="between (communities) or constraint (structural holes) (default %(default)s)")  # fmt: skip
    _seed(own)
    _weight(own)
    _sample(own)


def _change(parser: argparse.ArgumentParser, own: Any) -> None:
    parser.add_argument(
        "before", type=words, metavar="FROM-DATE", help="a day, month or year, such as 2029 (EDTF)"
    )
    parser.add_argument("later", type=words, metavar="TO-DATE", help="a later one")
    own.add_argument("--by", default="relationship", metavar="WHAT",
                     help="a row a relationship, or an actor (default %(default)s)")  # fmt: skip


_OWN = {
    "central": _central,
    "communities": _communities,
    "bridges": _bridges,
    "paths": _paths,
    "brokers": _brokers,
    "change": _change,
}


def _weight(own: Any) -> None:
    own.add_argument("--weight", metavar="BY",
                     help="speakers: a tie of more independent sources counts more, and is shorter; none: all alike"
                     " (default: what is usual for the metric)")  # fmt: skip


def _sample(own: Any) -> None:
    own.add_argument(
        "--sample",
        type=_count,
        metavar="N",
        help="estimate betweenness from N nodes, 0 for all (default: 1000 where there are more than 5000)",
    )


def _seed(own: Any) -> None:
    own.add_argument("--seed", type=int, default=1, metavar="N",
                     help="where chance begins; the same gives the same communities (default %(default)s)")  # fmt: skip


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return int(text)


def _all_or_count(text: str) -> int | None:
    return None if text == "all" else _count(text)
