"""What the feature structures of a CAS are, by their types: annotations, relations, slots, chains, tokens."""

from __future__ import annotations

from typing import NamedTuple

from loaders.cas.documents import Cas, Sofa, Structure
from loaders.cas.typesystems import ANNOTATION, DOCUMENT_ANNOTATION

_SEGMENTS = frozenset(
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type." + name
    for name in "Token Sentence Paragraph Heading Div Document TokenForm Compound CompoundPart LinkingMorpheme"
    " Split".split()
)
_RECORDS = (
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",
    "org.dkpro.core.api.metadata.type.",
    "org.dkpro.core.api.pdf.type.",
    "org.dkpro.core.api.xml.type.",
)
"""Where types are that record something of the file and were not annotated: tag sets, layers, HTML elements."""

_LAYERS = {
    f"de.tudarmstadt.ukp.dkpro.core.api.{package}.{label}": label
    for package, label in (
        ("lexmorph.type.pos", "POS"),
        ("ner.type", "NamedEntity"),
        ("syntax.type.chunk", "Chunk"),
        ("syntax.type.constituent", "Constituent"),
        ("syntax.type.dependency", "Dependency"),
    )
}
"""DKPro's layers of which it has a type for every tag: `POS_NOUN` is a POS, whose features say which."""


class Kind(NamedTuple):
    """What the structures of a type are."""

    label: str
    structure: bool = False
    relation: bool = False
    chain: bool = False
    slot: bool = False
    annotation: bool = False
    """Whether it has a place in the text."""

    record: bool = False
    """Whether it has none and is nothing else: what refers to it has its features."""

    hosts: bool = False
    """Whether it has slots, filled or not."""

    document: bool = False
    """Whether it is the record of the whole document."""


class Index:
    """What the views of a CAS have in common: its types, and which structure has which id."""

    def __init__(self, cas: Cas, file: str, loader: str) -> None:
        self.cas, self.file, self.loader = cas, file, loader
        self._kinds: dict[str, Kind] = {}
        self.by_id: dict[int, Structure] = {}
        self.double: set[int] = set()
        for structure in cas.structures:
            if self.by_id.setdefault(structure.id, structure) is not structure:
                self.double.add(id(structure))
        self.links = self._chain_links()

    def _chain_links(self) -> set[str]:
        """The types whose structures are the links of chains."""
        of_chains = set()
        for structure in self.cas.structures:
            for feature, ids in structure.references:
                if feature == "next" and structure.type.endswith("Link"):
                    of_chains.add(structure.type)
                elif feature == "first" and structure.begin is None and ids[0] in self.by_id:
                    of_chains.add(self.by_id[ids[0]].type)
        return of_chains

    def kind(self, type_: str) -> Kind:
        """What the structures of that type are."""
        found = self._kinds.get(type_)
        if found is None:
            found = self._kinds[type_] = self._kind(type_)
        return found

    def _kind(self, type_: str) -> Kind:
        types = self.cas.types
        features = types.features(type_)

        def refers(feature: str) -> bool:
            return feature in features and features[feature].kind == "reference"

        lineage = list(types.lineage(type_))
        label = next((_LAYERS[a] for a in lineage if a in _LAYERS), type_.rpartition(".")[2] or type_)
        annotation = ANNOTATION in lineage
        if (
            DOCUMENT_ANNOTATION in lineage
            or label in ("Token", "Sentence")
            or any(ancestor in _SEGMENTS or ancestor.startswith(_RECORDS) for ancestor in lineage)
        ):
            whole = DOCUMENT_ANNOTATION in lineage
            return Kind(label, structure=True, annotation=annotation, document=whole)
        if refers("Governor") and refers("Dependent"):
            return Kind(label, relation=True)
        if refers("first") and not annotation and label.endswith("Chain"):
            return Kind(label.removesuffix("Chain") or label, chain=True)
        if refers("target") and not annotation:
            return Kind(label, slot=True)
        if annotation and (type_ in self.links or (refers("next") and label.endswith("Link"))):
            return Kind(label.removesuffix("Link").removesuffix("Chain") or label, annotation=True)
        hosts = annotation and any(feature.kind == "slots" for feature in features.values())
        return Kind(label, annotation=annotation, hosts=hosts, record=not annotation)

    def placed(self, sofas: list[Sofa]) -> dict[int, list[Structure]]:
        """The structures of each sofa by its id; those of none are the first's."""
        view_of: dict[int, int] = {}
        for sofa, members in self.cas.members.items():
            for member in members:
                view_of.setdefault(member, sofa)
        known = {sofa.id for sofa in self.cas.sofas}
        default = sofas[0].id if sofas else -1
        placed: dict[int, list[Structure]] = {}
        for structure in self.cas.structures:
            sofa = structure.sofa if structure.sofa is not None else view_of.get(structure.id, default)
            placed.setdefault(sofa if sofa in known else default, []).append(structure)
        return placed
