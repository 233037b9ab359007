"""`kg annotate`: set up an annotation project, and give articles back to annotators."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.commands import words
from kg.folder import own_ontology
from kg.rendering.characters import visible
from ontology import vocabulary
from ontology.errors import GraphError, UsageError
from ontology.suggestions import did_you_mean

if TYPE_CHECKING:
    from loaders.given_back import Written
    from loaders.source import SourceDocument
    from ontology.models import AnnotatedArticle
    from ontology.vocabulary import Ontology

SUMMARY = "set up an annotation tool, and give articles back to annotators"

FORMATS = ("brat", "label-studio", "web-annotation", "webannotation")
"""What `--format` may be here: the tools' own."""

TOOLS = ("brat", "inception", "label-studio", "doccano", "prodigy")
"""The tools that `config` sets up."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "config TOOL writes a project's settings made from the ontology, your own terms included: labels, colours,"
        " roles with what may take them, attributes; and mapping.yaml, by which what is annotated is loaded.\n\n"
        "export ARTICLE writes an article with its annotations in the files of a tool, and that mapping: loading them"
        " again changes nothing, and what an annotator has changed since replaces what was there. What a format cannot"
        " carry is named."
    )
    parser.epilog = (
        "examples: kg annotate config brat --output project/\n"
        "          kg annotate export borrin-courier/2031/03/garrison --format brat --output back/"
    )
    parser.add_argument("what", choices=("config", "export"))
    which = f"the tool ({', '.join(TOOLS)}), or the article's id, as `kg articles` lists it"
    parser.add_argument("name", type=words, help=which)
    parser.add_argument("-o", "--output", type=words, default=".", metavar="DIR",
                        help="the folder for the files (default: this one)")  # fmt: skip
    parser.add_argument("--annotator", type=words, default=None, metavar="NAME",
                        help="one annotator's work only")  # fmt: skip
    parser.add_argument("--force", action="store_true", help="overwrite files that are there")


def run(args: argparse.Namespace) -> int:
    """Write the files."""
    files, lost = _config(args) if args.what == "config" else _export(args)
    save(Path(args.output), files, overwrite=args.force)
    for name in files:
        print(Path(args.output) / name)
    for what in lost:
        print(visible(f"left out: {what}"), file=sys.stderr)
    return 1 if lost else 0


def _config(args: argparse.Namespace) -> tuple[dict[str, bytes], list[str]]:
    if args.name not in TOOLS:
        near = did_you_mean(args.name, TOOLS, f"there are {', '.join(TOOLS)}")
        raise UsageError(f"annotate: no project can be set up for {args.name!r}{near}")
    if args.annotator is not None:
        raise UsageError("annotate: --annotator is for export; a project is set up for everyone")
    ontology = vocabulary.load(own_ontology(args.graph))
    project = importlib.import_module(f"loaders.projects.{args.name.replace('-', '_')}")
    files: dict[str, bytes] = project.files(ontology)
    return files, []


def _export(args: argparse.Namespace) -> tuple[dict[str, bytes], list[str]]:
    from kg.exports.annotated import annotated
    from kg.graph import Graph

    with Graph.open(args.graph) as graph:
        sets = annotated(graph.ledger, args.name)
        ontology = graph.ontology
    if args.annotator is not None:
        sets = [one for one in sets if one.annotator == args.annotator]
        if not sets:
            raise UsageError(f"{args.annotator!r} has annotated nothing of {args.name!r}")
    return _written(args.format, sets, ontology)


def _written(
    format: str, sets: list[AnnotatedArticle], ontology: Ontology
) -> tuple[dict[str, bytes], list[str]]:
    from loaders.own_labels import mapping_text
    from loaders.standoff import standoff

    files = {"mapping.yaml": mapping_text(ontology).encode()}
    lost: list[str] = []
    stem = _stem(sets[0].article.id or "article")
    for number, one in enumerate(sets, 1):
        made = standoff(one, ontology, plain_relations=format == "label-studio")
        written = _write(format, made.document, stem if number == 1 else f"{stem}.{number}")
        files |= written.files
        lost += [*made.lost, *written.lost]
    return files, lost


def _write(format: str, document: SourceDocument, stem: str) -> Written:
    from loaders.brat import writing as brat_writing
    from loaders.label_studio import writing as label_studio_writing
    from loaders.web_annotation import writing as web_annotation_writing

    match format:
        case "brat":
            return brat_writing.write(document, stem)
        case "label-studio":
            return label_studio_writing.write(document, stem)
        case _:
            return web_annotation_writing.write(document, stem)


def _stem(article: str) -> str:
    """A file's name for an article: its id without what file systems or shells do not like."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", re.sub(r"^https?://", "", article)).strip("-")[-80:] or "article"


def save(folder: Path, files: dict[str, bytes], *, overwrite: bool) -> None:
    """Write files into a folder, all or none of them; raises UsageError where one is there already."""
    there = sorted(
        name for name in files if (folder / name).exists() and (folder / name).read_bytes() != files[name]
    )
    if there and not overwrite:
        raise UsageError(f"{folder / there[0]}: is there already; choose another --output, or --force")
    beside = f".{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / (name + beside)).write_bytes(content)
        for name in files:
            os.replace(folder / (name + beside), folder / name)
    except OSError as error:
        for name in files:
            (folder / (name + beside)).unlink(missing_ok=True)
        raise GraphError(
            f"{folder}: cannot be written ({error.strerror or error}); choose another --output"
        ) from None
