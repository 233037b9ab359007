"""Documents in words, so that what two formats of one document say can be compared."""

from __future__ import annotations

from collections import Counter

from loaders.source import Link, SourceDocument

# INCEpTION's samples were written with other names in the one format than in the other.
RENAMED = {"NamedEntity": "Span", "intValue": "integerValue"}


def described(document: SourceDocument) -> Counter[str]:
    """A document's annotations as lines without ids, so that those of two formats can be compared."""
    features: dict[str, list[str]] = {}
    for attribute in document.attributes:
        label = RENAMED.get(attribute.label, attribute.label)
        features.setdefault(attribute.target, []).append(f"{label}={attribute.value}")
    by_id = {annotation.id: annotation for annotation in document.annotations() if annotation.id}

    def name(id: str, *, whole: bool = True) -> str:
        target = by_id[id]
        label = RENAMED.get(target.label, target.label)
        own = " ".join(["", *sorted(features.get(id, []))]) if whole else ""
        if isinstance(target, Link):
            trigger = f" ({name(target.trigger)})" if target.trigger else ""
            return f"{label}{trigger}{own}"
        places = ";".join(f"{start}-{end}" for start, end, _ in getattr(target, "fragments", ()))
        return f"{label} {places}{own}"

    lines = Counter(f"span {name(span.id)}" for span in document.spans)
    for link in document.links:
        arguments = sorted(f", {role} {name(target)}" for role, target in link.arguments)
        lines[f"{link.kind} {name(link.id)}{''.join(arguments)}"] += 1
    for chain in document.equivalences:
        lines[f"same {chain.label}: {', '.join(sorted(map(name, chain.members)))}"] += 1
    for rejection in document.rejected:
        lines[f"rejected {rejection.kind} {rejection.reason}"] += 1
    return lines
