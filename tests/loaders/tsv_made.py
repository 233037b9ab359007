"""Documents of our own as INCEpTION would save them as WebAnno TSV 3.3: what `cas_made` writes as XMI, in rows.

Which rows an annotation is on, and when it gets an id in brackets, is as INCEpTION's writer has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.loaders.cas_made import (
    CHAIN,
    DEPENDENCY,
    FILLER,
    GROUP,
    LINK,
    NAMED,
    POS,
    RAID,
    SENTENCE,
    TIES,
    TOKEN,
    Made,
    Structure,
)

_FEATURES = {
    POS: ("PosValue",),
    NAMED: ("identifier", "value"),
    GROUP: ("named", "size"),
    RAID: ("certainty",),
    DEPENDENCY: ("DependencyType",),
    TIES: ("kind",),
}
_SPANS, _RELATIONS = (POS, NAMED, GROUP, RAID), {DEPENDENCY: POS, TIES: GROUP}


@dataclass
class _Unit:
    """A row: a token, or a part of one."""

    begin: int
    end: int
    name: str = ""
    parts: list[_Unit] = field(default_factory=list)
    on: dict[str, list[Structure]] = field(default_factory=dict)

    def part(self, begin: int, end: int) -> _Unit:
        for part in self.parts:
            if (part.begin, part.end) == (begin, end):
                return part
        self.parts.append(_Unit(begin, end, f"{self.name}.{len(self.parts) + 1}"))
        return self.parts[-1]


def tsv(made: Made) -> str:
    """A document with one view as WebAnno TSV."""
    return _Writer(made).written()


class _Writer:
    def __init__(self, made: Made) -> None:
        self._made = made
        self._by_id = {structure.id: structure for structure in made.structures}
        self._ids: dict[int, int] = {}
        self._unit_of: dict[int, _Unit] = {}
        self._units = made.texts["_InitialView"] or ""
        self._encoded = self._units.encode("utf-16-le")
        self._sentences: list[tuple[Structure, list[_Unit]]] = []
        self._tokens: list[_Unit] = []
        for number, sentence in enumerate(self._of(SENTENCE), 1):
            own = [t for t in self._of(TOKEN) if sentence.begin <= t.begin and t.end <= sentence.end]  # type: ignore[operator]
            units = []
            for place, token in enumerate(own, 1):
                unit = _Unit(token.begin or 0, token.end or 0, f"{number}-{place}")
                self._unit_of[token.id] = unit
                units.append(unit)
            self._sentences.append((sentence, units))
            self._tokens += units
        self._chains = self._chained()
        for layer in (*_SPANS, LINK):
            for structure in self._of(layer):
                self._place(structure, ids=layer != LINK)
        for relation in _RELATIONS:
            for structure in self._of(relation):
                unit = self._unit_of[structure.refers["Dependent"]]  # type: ignore[index]
                unit.on.setdefault(relation, []).append(structure)
        for structure in self._of(RAID):
            for slot in self._slots(structure):
                self._number(self._by_id[slot.refers["target"]])  # type: ignore[index]

    def _of(self, type: str) -> list[Structure]:
        return [structure for structure in self._made.structures if structure.type == type]

    def _slots(self, host: Structure) -> list[Structure]:
        links = host.refers.get("links", [])
        return [self._by_id[link] for link in (links if isinstance(links, list) else [links])]

    def _chained(self) -> dict[int, tuple[int, int]]:
        found: dict[int, tuple[int, int]] = {}
        for number, chain in enumerate(self._of(CHAIN), 1):
            link, place = chain.refers.get("first"), 1
            while isinstance(link, int):
                found[link] = (number, place)
                link, place = self._by_id[link].refers.get("next"), place + 1
        return found

    def _number(self, structure: Structure) -> None:
        self._ids.setdefault(structure.id, len(self._ids) + 1)

    def _place(self, structure: Structure, *, ids: bool) -> None:
        begin, end = structure.begin or 0, structure.end or 0
        first = [token for token in self._tokens if token.begin <= begin][-1]
        last = next(token for token in self._tokens if token.end >= end)
        if begin == end:
            first = last
        rows: list[_Unit] = []
        if first.begin == begin and last.end == end:
            rows = [first, *([last] if last is not first else [])]
        elif begin == end:
            rows = [first.part(begin, end)]
        else:
            rows = [
                first if begin <= first.begin and first.end <= end else first.part(begin, min(first.end, end))
            ]
            if last is not first:
                rows.append(last if last.end == end else last.part(last.begin, end))
        if last is not first:
            between = self._tokens[self._tokens.index(first) + 1 : self._tokens.index(last)]
            rows += between
        self._unit_of[structure.id] = rows[0]
        for row in rows:
            stack = row.on.setdefault(structure.type, [])
            stack.append(structure)
            if ids and len(stack) > 1:
                for one in stack:
                    self._number(one)
        if ids and last is not first:
            self._number(structure)

    def written(self) -> str:
        """The file's content."""
        used = {layer for unit in self._rows() for layer in unit.on}
        layers = [layer for layer in (*_SPANS, LINK, *_RELATIONS) if layer in used]
        lines = ["#FORMAT=WebAnno TSV 3.3", *map(self._declared, layers), ""]
        for sentence, units in self._sentences:
            lines.append("")
            words = self._words(sentence.begin or 0, sentence.end or 0)
            lines += [f"#Text={_text(line)}" for line in words.split("\n")]
            for token in units:
                for unit in (token, *token.parts):
                    cells = [cell for layer in layers for cell in self._cells(unit, layer)]
                    head = [unit.name, f"{unit.begin}-{unit.end}", self._words(unit.begin, unit.end)]
                    lines.append("\t".join([*head, *cells, ""]))
        return "\n".join(lines) + "\n"

    def _rows(self) -> list[_Unit]:
        return [unit for token in self._tokens for unit in (token, *token.parts)]

    def _words(self, begin: int, end: int) -> str:
        return self._encoded[2 * begin : 2 * end].decode("utf-16-le")

    def _declared(self, layer: str) -> str:
        if layer == LINK:
            return f"#T_CH={layer}|referenceRelation|referenceType"
        features = list(_FEATURES[layer])
        if layer == RAID:
            features = [*features, f"ROLE_{layer}:links_{FILLER}", "uima.tcas.Annotation"]
        if layer in _RELATIONS:
            return "|".join([f"#T_RL={layer}", *features, f"BT_{_RELATIONS[layer]}"])
        return "|".join([f"#T_SP={layer}", *features])

    def _cells(self, unit: _Unit, layer: str) -> list[str]:
        stack = unit.on.get(layer, [])
        if layer == LINK:
            columns = [
                [f"{_value(s, 'referenceRelation')}->{'-'.join(map(str, self._chains[s.id]))}" for s in stack]
            ]
            columns.append([f"{_value(s, 'referenceType')}[{self._chains[s.id][0]}]" for s in stack])
        else:
            columns = [[_value(s, feature) + self._id(s) for s in stack] for feature in _FEATURES[layer]]
        if layer in _RELATIONS:
            columns.append([self._source(s) for s in stack])
        if layer == RAID:
            columns.append([self._roles(s) + self._id(s) for s in stack])
            columns.append([self._fillers(s) for s in stack])
        return ["|".join(column) or "_" for column in columns]

    def _id(self, structure: Structure) -> str:
        return f"[{self._ids[structure.id]}]" if structure.id in self._ids else ""

    def _source(self, relation: Structure) -> str:
        source, target = relation.refers["Governor"], relation.refers["Dependent"]
        assert isinstance(source, int)
        assert isinstance(target, int)
        ids = self._ids.get(source, 0), self._ids.get(target, 0)
        return self._unit_of[source].name + (f"[{ids[0]}_{ids[1]}]" if any(ids) else "")

    def _roles(self, host: Structure) -> str:
        return ";".join(_value(slot, "role") for slot in self._slots(host)) or "_"

    def _fillers(self, host: Structure) -> str:
        targets = [self._by_id[slot.refers["target"]] for slot in self._slots(host)]  # type: ignore[index]
        return ";".join(self._unit_of[one.id].name + self._id(one) for one in targets) or "*"


def _value(structure: Structure, feature: str) -> str:
    value = structure.has.get(feature)
    if value is None:
        return "*"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    for special in ("\\", "[", "]", "|", "_", "->", ";", "*"):
        text = text.replace(special, f"\\{special}")
    return text.replace("\t", "\\t").replace("\n", "\\n")


def _text(line: str) -> str:
    for character, escape in {"\\": "\\\\", "\t": "\\t", "\f": "\\f", "\r": "\\r", "\b": "\\b"}.items():
        line = line.replace(character, escape)
    return line
