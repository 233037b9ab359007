"""The command `kg`: finds the command's module, runs it, and turns what goes wrong into one line and an exit code.

Exit codes: 0 done (also when nothing matched), 1 done but something was rejected, 2 used wrongly, 3 failed and nothing
changed, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from kg.commands import FORMATS, GROUPS, CommandParser, add_shared_options
from ontology.errors import AttestError, UsageError
from ontology.suggestions import did_you_mean

_COMMANDS = tuple(name for names in GROUPS.values() for name in names)

_FIRST_SESSION = """\
a first session:
  kg init                               an empty graph in ./graph
  kg ingest articles/                   load annotated articles, with who says what
  kg questions                          what can be asked
  kg ask between 'First actor' Second   every relationship, its status, and the sentences behind it

`kg COMMAND --help` says more. Exit codes: 0 done, also when nothing matched; 1 done, but something was rejected;
2 used wrongly; 3 failed, nothing changed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = _debug(arguments)
    try:
        for stream in (sys.stdout, sys.stderr):
            # A terminal that cannot show a character shows its number instead of failing.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except AttestError as error:
        return _fail(str(error), error.exit_code, debug)
    except KeyboardInterrupt:
        return _fail("interrupted", 130, debug)
    except BrokenPipeError:
        # Whoever read our output has seen enough. What is still buffered must not fail again at exit.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        return _fail(f"{about}{error.strerror or error}", 3, debug)
    except Exception as error:  # noqa: BLE001 - the last resort, so that a stranger sees one line and not thirty
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return _fail(f"unexpected {reason}; --debug shows the rest", 3, debug)


def program() -> NoReturn:
    """Run one command as the whole of this process.

    Leaves without taking the interpreter apart, which takes longer than many an answer; commands close what they open.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(arguments: list[str]) -> int:
    parser = _top_parser()
    try:
        given = parser.parse_args(arguments)
        if given.version:
            from kg import __version__

            print(f"kg {__version__}")
            return 0
        if given.help or given.command is None:
            _print_help(parser)
            return 0
        if given.command not in _COMMANDS:
            near = did_you_mean(given.command, _COMMANDS, f"there are {', '.join(_COMMANDS)}")
            raise UsageError(f"there is no command {given.command!r}{near}")
        command = _module(given.command)
        own = CommandParser(prog=f"kg {given.command}", add_help=not getattr(command, "OWN_HELP", False))
        command.configure(own)
        add_shared_options(own, given, getattr(command, "FORMATS", FORMATS))
        args = own.parse_args(given.arguments)
        if args.format in FORMATS[1:] and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")
        return int(command.run(args))
    except SystemExit as stop:  # argparse has printed the help it was asked for
        return int(stop.code or 0)


def _top_parser() -> CommandParser:
    parser = CommandParser(prog="kg", add_help=False)
    parser.add_argument("-h", "--help", action="store_true")
    parser.add_argument("--version", action="store_true")
    parser.add_argument("command", nargs="?")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    add_shared_options(parser)
    return parser


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"kg.commands.{name}")


def _print_help(parser: CommandParser) -> None:
    lines = [
        "usage: kg [-g DIR] [--format FORMAT] COMMAND …",
        "",
        "A knowledge graph in which every edge can say who said so, where, and when.",
    ]
    for group, names in GROUPS.items():
        lines += ["", f"{group}:", *(f"  {name:<11} {_module(name).SUMMARY}" for name in names)]
    lines += [
        "",
        "options of every command:",
        "  -g, --graph DIR  the graph's folder (default: $KG_GRAPH, else ./graph)",
        "  --format FORMAT  table (default), json, csv or md",
        "  --debug          show the traceback of an error",
        "  -h, --help       this; after a command, that command's",
        "  --version        this program's version",
        "",
        _FIRST_SESSION,
    ]
    print("\n".join(lines))


def _debug(arguments: list[str]) -> bool:
    """Whether tracebacks are wanted; found without parsing, which may be what goes wrong."""
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--debug" in before


def _fail(message: str, code: int, debug: bool) -> int:
    """Say on one line what went wrong, with the traceback where it is wanted."""
    from kg.rendering.characters import visible

    with contextlib.suppress(OSError):
        sys.stdout.flush()
    if debug:
        import traceback

        traceback.print_exc()
    with contextlib.suppress(OSError):
        print(f"kg: {visible(message)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    program()
