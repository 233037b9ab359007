"""The commands, one module each: SUMMARY, configure(parser) and run(args) -> exit code.

A module is imported only when its command is called, so that asking costs only what asking needs. `args.graph` and
`args.format` are set for all. A module with OWN_HELP adds its --help itself.
"""

from __future__ import annotations

import argparse
import os
from typing import NoReturn

from ontology.errors import UsageError
from ontology.suggestions import did_you_mean

GROUPS = {
    "make and load": ("init", "ingest", "retract"),
    "ask": ("ask", "questions", "show", "claim", "articles", "lists", "sparql", "cypher"),
    "analyse": ("analyse",),
    "look after": ("runs", "verify", "rebuild"),
    "take out": ("export",),
    "annotate": ("annotate", "mapping", "loaders"),
    "describe": ("ontology",),
}
"""Every command, in the groups that `kg --help` shows."""

FORMATS = ("table", "json", "csv", "md")


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors are one line that says what to do."""

    def __init__(self, *, prog: str, add_help: bool = True) -> None:
        super().__init__(
            prog=prog,
            add_help=add_help,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found wrong, with the options that may have been meant."""
        prefix = "unrecognized arguments: "
        if message.startswith(prefix):
            message = self._unrecognised(message.removeprefix(prefix).split())
        command = self.prog.removeprefix("kg").strip()
        raise UsageError(f"{command + ': ' if command else ''}{message}; see `{self.prog} --help`")

    def _unrecognised(self, arguments: list[str]) -> str:
        options = [one.split("=")[0] for one in arguments if one.startswith("-")]
        if not options:
            return (
                f"{' '.join(arguments)!r} is one argument too many; put quotes around names of several words"
            )
        known = [option for action in self._actions for option in action.option_strings]
        return f"there is no option {options[0]}{did_you_mean(options[0], known)}"


def words(text: str) -> str:
    """An argument that is text and not bytes in some other encoding; for argparse."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not valid Unicode") from None
    return text


def add_shared_options(
    parser: argparse.ArgumentParser,
    given: argparse.Namespace | None = None,
    formats: tuple[str, ...] = FORMATS,
) -> None:
    """The options that every command takes, before or after its name; `given` are those from before.

    `formats` are a command's own, the first by default, where it writes for other programs than ours.
    """
    options = parser.add_argument_group("options of every command")
    options.add_argument(
        "-g", "--graph", metavar="DIR", default=given.graph if given else os.environ.get("KG_GRAPH") or "graph",
        help="the graph's folder (default: $KG_GRAPH, else ./graph)",
    )  # fmt: skip
    default = given.format if given and given.format in formats else formats[0]
    options.add_argument("--format", choices=formats, default=default, help="(default: %(default)s)")
    options.add_argument(
        "--debug", action="store_true", default=given.debug if given else False,
        help="show the traceback of an error",
    )  # fmt: skip
