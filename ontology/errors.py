"""Every error Attest raises on purpose, in one hierarchy.

AttestError                 exit 3: failed, nothing changed
├── UsageError              exit 2: the call itself is wrong (unknown name, bad option, ambiguous actor)
├── OntologyError           an ontology file is contradictory or incomplete
├── DateError               a date is not EDTF (also a ValueError)
├── SourceError             an input file or article cannot be read; carries file, line, id, reason
├── MappingError            a mapping file is wrong
├── ConformanceError        a loader does not keep the contract of loaders
├── QuestionError           a prepared question file is wrong
├── StoppedError            a query of the user's own ran into its limit of time, memory or size
└── GraphError              a graph folder is not one, is locked, newer than this program, or damaged
    ├── LockedError
    └── StoreError          a store refused or lost what was written to it
"""

from __future__ import annotations


class AttestError(Exception):
    """Something went wrong that the user can act on: the message is one line saying what, where and what to do."""

    exit_code = 3


class UsageError(AttestError):
    """The call is wrong: an unknown name, a bad option, an actor that is ambiguous or absent."""

    exit_code = 2


class OntologyError(AttestError):
    """An ontology file contradicts itself or leaves out what a type or relation must have."""


class DateError(AttestError, ValueError):
    """A date is not a valid EDTF date or interval."""


class SourceError(AttestError):
    """An input document cannot be read as what it claims to be.

    `file` as the user named it, `line` counted from 1, `id` the annotation's own id where it has one.
    """

    def __init__(
        self, reason: str, *, file: str = "", line: int | None = None, id: str | None = None
    ) -> None:
        self.file, self.line, self.id, self.reason = file, line, id, reason
        where = file + (f":{line}" if line is not None else "") + (f" [{id}]" if id else "")
        super().__init__(f"{where}: {reason}" if where else reason)


class MappingError(AttestError):
    """A mapping file names what the ontology does not have, or is not of the documented shape."""


class ConformanceError(AttestError):
    """A loader does not keep the contract of loaders; the message names the rule, the sample and what was found."""


class QuestionError(AttestError):
    """A prepared question's file is not of the documented shape."""


class StoppedError(AttestError):
    """A query of the user's own was stopped by its limit of time, memory or size; the rows before are good."""


class GraphError(AttestError):
    """A graph folder is missing, foreign, damaged, or written by a newer version."""


class LockedError(GraphError):
    """Another process is writing to the graph."""


class StoreError(GraphError):
    """A store could not be opened, read or written."""
