"""The report of a run, as people read it."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from kg.rendering.characters import visible

_SHOWN = 20


def print_report(report: dict[str, Any]) -> None:
    """Say what a run read, loaded, ignored and rejected; rejections go to standard error, a line each."""
    annotations, claims = report["annotations"], report["claims"]
    ignored = sum(annotations["ignored"].values())
    documents = _number(report["documents"], "article")
    if report["documents_rejected"]:
        of_them = f"{report['documents_rejected']:,} of them " if report["documents"] > 1 else ""
        documents += f", {of_them}rejected whole"
    if lists := report.get("lists"):
        documents = (
            f"{documents}, {_number(lists, 'list')}" if report["documents"] else _number(lists, "list")
        )
    print(documents)
    print(
        f"{_number(annotations['read'], 'annotation')}: {annotations['loaded']:,} loaded, {ignored:,} ignored by name,"
        f" {annotations['rejected_count']:,} rejected"
    )
    records = report.get("records", {})
    if report["documents"] or any(claims.values()) or not any(records.values()):
        print(_changes(claims, "claim"))
    if any(records.values()):
        print(_changes(records, "record"))
    labels = Counter(annotations["ignored"]).most_common()
    for label, count in labels[:_SHOWN]:
        print(f"  ignored {visible(label)}: {count:,}")
    if len(labels) > _SHOWN:
        rest = sum(count for _, count in labels[_SHOWN:])
        print(
            f"  … and {rest:,} under {len(labels) - _SHOWN:,} more labels (kg runs {report['run']} --format json)"
        )
    for note in report["notes"][:_SHOWN]:
        print(f"  note: {visible(note)}")
    if len(report["notes"]) > _SHOWN:
        print(f"  … and {len(report['notes']) - _SHOWN:,} more notes (kg runs {report['run']} --format json)")
    rejected = annotations["rejected"]
    for rejection in rejected[:_SHOWN]:
        where = rejection["file"] + (f":{rejection['line']}" if rejection["line"] else "")
        which = f" [{rejection['id']}]" if rejection["id"] else ""
        print(visible(f"rejected {where}{which}: {rejection['reason']}"), file=sys.stderr)
    if len(rejected) > _SHOWN:
        reasons = Counter(rejection["reason"] for rejection in rejected[_SHOWN:])
        print(
            f"… and {len(rejected) - _SHOWN:,} more, for {_number(len(reasons), 'reason')}"
            f" (kg runs {report['run']} --format json lists them)",
            file=sys.stderr,
        )


def _changes(counts: dict[str, int], what: str) -> str:
    changes = ", ".join(f"{count:,} {how}" for how, count in counts.items() if count or how == "added")
    return f"{_number(sum(counts.values()), what)}: {changes}"


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
