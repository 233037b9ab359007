"""`kg mapping`: what a corpus's labels mean."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.commands import words
from kg.folder import own_mapping, own_ontology
from kg.rendering.characters import Style, visible
from kg.rendering.listings import as_json, counted, listed
from ontology import vocabulary
from ontology.errors import UsageError
from ontology.models import AnnotatedArticle, RejectedDocument
from ontology.vocabulary import Ontology

if TYPE_CHECKING:
    from loaders.mapping import Mapping
    from loaders.suggesting import Labels

SUMMARY = "draft a mapping for a corpus's labels, or see what one leaves out"

_SHOWN = 200


def configure(parser: argparse.ArgumentParser) -> None:
    """Add this command's options."""
    parser.description = (
        "suggest drafts a mapping from the labels that files use: with counts and the ontology's nearest terms. The"
        " draft loads as it is; what is not plain is `ignore`d in it, for you to decide.\n"
        "check says what a mapping leaves out of some files: labels it does not know, labels it ignores, and entries"
        " that no file uses. Nothing is loaded into a graph. Exit code 1 says that something is left out unnamed.\n"
        "list names the mappings that there are."
    )
    parser.epilog = (
        "examples: kg mapping suggest corpus/ > mapping.yaml; kg mapping check mapping.yaml corpus/"
    )
    parser.add_argument("what", choices=("suggest", "check", "list"))
    parser.add_argument("names", nargs="*", metavar="NAME", type=words,
                        help="for suggest the files; for check the mapping and the files")  # fmt: skip
    parser.add_argument("--input-format", type=words, default="", metavar="NAME",
                        help="the format of all the files, where their content does not tell")  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Draft, check or list."""
    ontology = vocabulary.load(own_ontology(args.graph))
    if args.what == "list":
        return _list(args)
    if args.what == "suggest":
        return _suggest(args, ontology)
    return _check(args, ontology)


def _list(args: argparse.Namespace) -> int:
    from kg.commands.loaders import mapping_names

    rows = [{"name": name} for name in mapping_names(args.graph)]
    if args.format == "json":
        sys.stdout.write(as_json({"mappings": [row["name"] for row in rows]}))
    else:
        sys.stdout.write(listed(("name",), rows, args.format, Style.of(sys.stdout)))
    return 0


def _suggest(args: argparse.Namespace, ontology: Ontology) -> int:
    from loaders.formats import Options
    from loaders.reading import documents
    from loaders.source import SourceDocument
    from loaders.suggesting import Labels, draft

    if not args.names:
        raise UsageError("name the files whose labels are wanted: kg mapping suggest FILES")
    labels = Labels()
    unread = 0
    for found in documents(args.names, Options(ontology), format=args.input_format, skip=Path(args.graph)):
        if isinstance(found.document, SourceDocument):
            labels.add(found.document)
        elif isinstance(found.document, RejectedDocument):
            unread += 1
            rejection = found.document.rejection
            print(visible(f"rejected {rejection.file}: {rejection.reason}"), file=sys.stderr)
    if not labels.documents:
        raise UsageError("these files have no labels of their own to be mapped")
    about = ", ".join("standard input" if name == "-" else name for name in args.names)
    sys.stdout.write(draft(labels, ontology, about))
    return 1 if unread else 0


def _check(args: argparse.Namespace, ontology: Ontology) -> int:
    from loaders import mapping as mappings
    from loaders.formats import Options
    from loaders.reading import documents
    from loaders.source import SourceDocument
    from loaders.suggesting import Labels

    if not args.names:
        raise UsageError("name the mapping, then the files: kg mapping check MAPPING FILES")
    name, *paths = args.names
    mapping = mappings.load_mapping(own_mapping(args.graph, name), ontology)
    if not paths:
        print(f"{name}: every name in it is in the ontology; give files to see what it leaves out of them")
        return 0
    found, labels = _Findings(), Labels()
    met: set[str] = set()
    roles: set[str] = set()
    for one in documents(paths, Options(ontology), format=args.input_format, skip=Path(args.graph)):
        document = one.document
        if isinstance(document, SourceDocument):
            labels.add(document)
            found.add(mappings.apply(mapping, document, ontology))
            # Relations that the mapping tells apart by their ends are now labelled with them, and those that it calls
            # slots are now roles.
            met.update(link.label for link in document.links)
            roles.update(argument.role for link in document.links for argument in link.arguments)
        elif isinstance(document, RejectedDocument):
            found.add(document)
    rows = [*found.rows(), *_unused(mapping, labels, met, roles)]
    if args.format == "json":
        sys.stdout.write(as_json({"mapping": name, "documents": found.documents, "left_out": rows}))
    else:
        shown = listed(
            ("what", "count", "why"),
            rows[:_SHOWN],
            args.format,
            Style.of(sys.stdout),
            empty="nothing is left out",
        )
        sys.stdout.write(shown)
        if args.format == "table":
            if len(rows) > _SHOWN:
                print(f"… and {len(rows) - _SHOWN:,} more (--format json lists them)")
            print(
                f"{counted(found.read, 'annotation')} of {counted(found.documents, 'article')}:"
                f" {found.loaded:,} loaded, {sum(found.ignored.values()):,} ignored by name,"
                f" {sum(found.rejected.values()):,} rejected"
            )
    return 1 if found.rejected else 0


class _Findings:
    """What became of the annotations of some documents, by reason."""

    def __init__(self) -> None:
        self.documents = self.read = self.loaded = 0
        self.ignored: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()

    def add(self, document: AnnotatedArticle | RejectedDocument) -> None:
        self.documents += 1
        if isinstance(document, RejectedDocument):
            self.rejected[document.rejection.reason] += max(1, document.read)
            self.read += document.read
            return
        tally = document.tally
        self.read += tally.read
        self.loaded += tally.loaded
        self.ignored.update(tally.ignored)
        self.rejected.update(one.reason for one in tally.rejected)

    def rows(self) -> Iterator[dict[str, Any]]:
        for reason, count in self.rejected.most_common():
            yield {"what": "rejected", "count": count, "why": reason}
        for label, count in self.ignored.most_common():
            yield {"what": "ignored", "count": count, "why": label}


def _unused(mapping: Mapping, labels: Labels, met: set[str], roles: set[str]) -> Iterator[dict[str, Any]]:
    """The entries of a mapping that no annotation of the documents has; `met` are the labels relations were given, and
    `roles` their roles."""
    met = {
        *met,
        *labels.spans,
        *labels.links,
        *(value for values in labels.attributes.values() for value in values),
    }
    for section, entries, known in (
        ("labels", mapping.labels, {*labels.spans, *labels.links}),
        ("slots", sorted(mapping.slots), set(labels.links)),
        ("types", mapping.types, met),
        ("relations", mapping.links, met),
        ("roles", mapping.roles, {*roles, *(role for some in labels.roles.values() for role in some)}),
        ("attributes", {name.rpartition(".")[2] for name in mapping.attributes}, set(labels.attributes)),
        ("equivalences", mapping.equivalences, set(labels.equivalences)),
        ("notes", mapping.notes, set(labels.notes)),
        ("identifiers", mapping.identifiers, set(labels.schemes)),
    ):
        for entry in entries:
            if entry not in known:
                yield {"what": "unused", "count": 0, "why": f"{section}: {entry}"}
