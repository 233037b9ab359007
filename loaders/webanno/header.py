"""The header of a WebAnno TSV file: its version, its layers, and what each column of its rows holds.

    #FORMAT=WebAnno TSV 3.3
    #T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|identifier|value
    #T_SP=webanno.custom.Frame|FE|ROLE_webanno.custom.Frame:Roles_webanno.custom.FrameRolesLink|webanno.custom.Lu
    #T_CH=de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink|referenceType|referenceRelation
    #T_RL=webanno.custom.Relation|value|BT_webanno.custom.Span

A layer without features has one column, which says where its annotations are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from ontology.errors import SourceError

Kind = Literal["span", "relation", "chain"]
Holds = Literal["place", "feature", "roles", "fillers", "source", "member type", "member"]

FORMAT = "#FORMAT="
_VERSION = re.compile(r"#FORMAT=\s*WebAnno TSV (?P<major>[0-9]{1,3})(?:\.(?P<minor>[0-9]{1,3}))?\s*")
_LAYER = re.compile(r"#T_(?P<kind>SP|CH|RL)=(?P<declaration>.*)", re.DOTALL)
_KINDS: dict[str, Kind] = {"SP": "span", "CH": "chain", "RL": "relation"}
# `ROLE_host:feature_linktype`: features and hosts may have underscores, the package of a type begins without.
_ROLES = re.compile(r"ROLE_(?:[^:]*:)?(?P<feature>.+?)_(?P<type>[A-Za-z0-9]+(?:\.\w+)+)")
_ROLES_WITHOUT_PACKAGE = re.compile(r"ROLE_(?:[^:]*:)?(?P<feature>.+)_(?P<type>[^_]+)")

TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
PART_OF_SPEECH = "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS"
"""What relations between tokens, such as dependencies, are drawn between in WebAnno and INCEpTION."""

LATEST = (3, 3)

MOST_COLUMNS = 2_000
_LONGEST = 1 << 16


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `place` counts from 0 behind those of the token; `feature` is a feature's name; `type` the full name
    of the layer that a reference in it points at."""

    place: int
    holds: Holds
    feature: str = ""
    type: str = ""


@dataclass(slots=True)
class Layer:
    """One layer: `name` is its full name, `label` the short one, `prefix` what ids of its annotations begin with."""

    name: str
    kind: Kind
    label: str
    prefix: str
    columns: list[Column] = field(default_factory=list)

    @property
    def has_slots(self) -> bool:
        """Whether its spans are triggers of events."""
        return any(column.holds == "fillers" for column in self.columns)

    def the(self, holds: Holds) -> Column:
        """Its only column of a sort; the header was checked for it."""
        return next(column for column in self.columns if column.holds == holds)


@dataclass(slots=True)
class Header:
    """Version and layers. Without a `#FORMAT=` line the version is taken to be the latest."""

    version: tuple[int, int] = LATEST
    layers: list[Layer] = field(default_factory=list)
    width: int = 0

    def read(self, line: str, number: int, file: str) -> bool:
        """Take in a line of the header; False where it is none. Raises SourceError where it cannot be understood."""
        if line.startswith(FORMAT):
            self.version = _version(line, number, file)
            return True
        match = _LAYER.fullmatch(line)
        if match is None:
            return False
        try:
            self._layer(_KINDS[match["kind"]], match["declaration"].strip())
        except _Wrong as error:
            raise SourceError(str(error), file=file, line=number) from None
        return True

    def _layer(self, kind: Kind, declaration: str) -> None:
        name, *declared = [part for part in declaration.split("|") if part] or [""]
        if not name:
            raise _Wrong("declares a layer without a name")
        if self.width + len(declared) > MOST_COLUMNS or len(declaration) > _LONGEST:
            raise _Wrong(f"declares more than {MOST_COLUMNS:,} columns")
        if any(layer.name == name for layer in self.layers):
            raise _Wrong(f"declares the layer {name[:80]} a second time")
        label = name.rpartition(".")[2] or name
        if kind == "chain":
            label = _of_chain(label)
        taken = any(layer.label == label for layer in self.layers)
        layer = Layer(name, kind, label, f"{label}#{len(self.layers) + 1}" if taken else label)
        for part in declared or [""]:
            layer.columns.append(self._column(layer, part))
        _check(layer)
        self.layers.append(layer)

    def _column(self, layer: Layer, declared: str) -> Column:
        place = self.width
        self.width += 1
        before = layer.columns[-1] if layer.columns else None
        if not declared:
            return Column(place, "place")
        if layer.kind == "span" and declared.startswith("ROLE_"):
            return Column(place, "roles", _role_feature(declared))
        if layer.kind == "span" and before is not None and before.holds == "roles":
            return Column(place, "fillers", before.feature, declared)
        if layer.kind == "relation" and declared.startswith("BT_"):
            return Column(place, "source", type=declared.removeprefix("BT_"))
        if layer.kind == "chain" and declared == "referenceType":
            return Column(place, "member type", declared)
        if layer.kind == "chain" and declared == "referenceRelation":
            return Column(place, "member", declared)
        return Column(place, "feature", declared)


class _Wrong(Exception):
    """The header is not of the documented form."""


def _version(line: str, number: int, file: str) -> tuple[int, int]:
    match = _VERSION.fullmatch(line)
    version = (int(match["major"]), int(match["minor"] or 0)) if match else (0, 0)
    if version[0] != 3:
        said = line.removeprefix(FORMAT)[:60]
        raise SourceError(f"is {said!r}; what can be read is WebAnno TSV 3.x", file=file, line=number)
    return version


def _role_feature(declared: str) -> str:
    match = _ROLES.fullmatch(declared) or _ROLES_WITHOUT_PACKAGE.fullmatch(declared)
    if match is None:
        raise _Wrong(f"declares {declared[:80]!r}; expected `ROLE_layer:feature_linktype`")
    return match["feature"]


def _check(layer: Layer) -> None:
    kinds = [column.holds for column in layer.columns]
    if kinds.count("roles") != kinds.count("fillers"):
        raise _Wrong(f"declares a slot feature of {layer.name} without the layer that fills it")
    if layer.kind == "relation" and kinds.count("source") != 1:
        raise _Wrong(
            f"declares the relation {layer.name} without one `BT_` column, which says where it comes from"
        )
    if layer.kind == "chain" and sorted(kinds) != ["member", "member type"]:
        raise _Wrong(f"declares the chain {layer.name}; expected `referenceType|referenceRelation`")


def _of_chain(label: str) -> str:
    """What a chain layer's members and chains are called: `CoreferenceLink` → `Coreference`."""
    for ending in ("Link", "Chain"):
        if label.endswith(ending) and label != ending:
            return label.removesuffix(ending)
    return label
