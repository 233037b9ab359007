"""Label Studio's `JSON_MIN`: a task's data and one annotation's results side by side, without their ids and controls.

    {"id": 7, "text": "…", "label": [{"start": 4, "end": 9, "text": "Front", "labels": ["Group"]}],
     "topic": "war", "annotator": 1, "annotation_id": 3, "created_at": "…", "updated_at": "…", "lead_time": 8.4}

Relations are not in it. What is a plain string may be data or a choice; nobody can tell, so it is taken for data.
"""

from __future__ import annotations

from typing import Any

_OWN = frozenset(("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"))
_ANSWERS = ("choices", "taxonomy", "rating", "number", "datetime")


def is_minimal(record: dict[str, Any]) -> bool:
    """Whether a record is of this form."""
    return "annotation_id" in record and "annotator" in record and "lead_time" in record


def as_task(record: dict[str, Any]) -> dict[str, Any]:
    """The record as the task it was made from, as far as it can be had again."""
    data: dict[str, Any] = {}
    results: list[dict[str, Any]] = []
    for key, value in record.items():
        if key in _OWN:
            continue
        if _is_result(value):
            results += [_result(key, one) for one in (value if isinstance(value, list) else [value])]
        else:
            data[key] = value
    _join_answers(results)
    annotation = {"id": record["annotation_id"], "completed_by": record["annotator"], "result": results}
    return {"id": record.get("id"), "data": data, "annotations": [annotation]}


def _is_result(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return False
    return any(key.endswith("labels") or key in _ANSWERS for key in first) or "globalOffsets" in first


def _result(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        return {"type": "choices", "from_name": name, "value": {"choices": [value]}}
    what = next((key for key in value if key.endswith("labels")), None)
    what = what or next((key for key in _ANSWERS if key in value), "textarea")
    return {"type": what, "from_name": name, "value": value}


def _join_answers(results: list[dict[str, Any]]) -> None:
    """Give the regions ids, and the answers in the same place theirs: that they were about them is all that is left."""
    regions: dict[str, str] = {}
    for number, result in enumerate(results, 1):
        if result["type"].endswith("labels"):
            result["id"] = regions.setdefault(_place(result), f"region {number}")
    for result in results:
        if not result["type"].endswith("labels"):
            result["id"] = regions.get(_place(result), "")


def _place(result: dict[str, Any]) -> str:
    value = result["value"]
    keys = ("start", "startOffset", "end", "endOffset")
    return repr([value.get(key) for key in keys]) if "start" in value else ""
