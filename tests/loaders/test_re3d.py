"""re3d's folders: three exports read as one, relations found by offsets, what the crowd rejected left out by name."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ontology.models import AnnotatedArticle, RejectedDocument
from tests.loaders.accounted import damaged, damaged_bytes, kinds, read_all

TEXT = (
    "Die “Front”\r\n fights the River Guard near Arun. 🦩 Ilse Varn leads the Guard; جبهة النهر and the "
    "Bri\u0301gade are allies. The Front holds the mill."
)
NAME = "D1"


def entity(words: str, type: str, confidence: float = 1, nth: int = 0, **more: Any) -> dict[str, Any]:
    start = [m.start() for m in re.finditer(re.escape(words), TEXT)][nth]
    return {
        "_id": f"{NAME}-{start}-{type}",
        "documentId": NAME,
        "begin": start,
        "end": start + len(words),
        "type": type,
        "value": words,
        "confidence": confidence,
        **more,
    }


def relation(
    type: str,
    source: dict[str, Any],
    target: dict[str, Any],
    words: str = "",
    confidence: float = 1,
    **more: Any,
) -> dict[str, Any]:
    start = TEXT.index(words) if words else source["end"]
    return {
        "_id": f"{source['_id']}-{target['_id']}-{type}",
        "documentId": NAME,
        "begin": start,
        "end": start + len(words),
        "sourceBegin": source["begin"],
        "sourceEnd": source["end"],
        "source": source["value"],
        "targetBegin": target["begin"],
        "targetEnd": target["end"],
        "target": target["value"],
        "type": type,
        "value": words,
        "confidence": confidence,
        **more,
    }


FRONT = entity("Front", "Organisation")
GUARD = entity("River Guard", "Organisation")
ARUN = entity("Arun", "Location")
VARN = entity("Ilse Varn", "Person")
SECOND = entity("Guard", "Organisation", nth=1)
NAHR = entity("جبهة النهر", "Organisation")
BRIGADE = entity("Bri\u0301gade", "Organisation")
MILL = entity("mill", "Weapon", 0)
DOCUMENT = {
    "_id": NAME,
    "title": "A day in Arun",
    "text": TEXT,
    "sourceName": "The Borrin Courier",
    "sourceUrl": "https://courier.example/arun",
    "wordCount": 20,
    "sentenceCount": 3,
}
ENTITIES = [FRONT, GUARD, ARUN, VARN, SECOND, NAHR, BRIGADE, MILL]
RELATIONS = [
    relation("FightingAgainst", FRONT, GUARD, "fights"),
    relation("CoLocated", GUARD, ARUN, " near "),
    relation("InChargeOf", VARN, SECOND, "leads"),
    relation("AlliesOf", NAHR, BRIGADE),
    relation("InChargeOf", FRONT, ARUN, "holds", 0),
]


def save(
    folder: Path,
    documents: list[Any] | None = None,
    entities: list[Any] | None = None,
    relations: list[Any] | None = None,
    *,
    escaped: bool = False,
) -> Path:
    parts = {"documents": [DOCUMENT] if documents is None else documents,
             "entities": ENTITIES if entities is None else entities,
             "relations": RELATIONS if relations is None else relations}  # fmt: skip
    for name, values in parts.items():
        lines = "".join(json.dumps(value, ensure_ascii=escaped) + "\n" for value in values)
        (folder / f"{name}.json").write_text("\ufeff" + lines, "utf-8")
    return folder


def only(folder: Path) -> AnnotatedArticle:
    (article,) = read_all([folder])
    assert isinstance(article, AnnotatedArticle)
    return article


def said(article: AnnotatedArticle) -> dict[tuple[str, str, str], str]:
    words = {e.id: e.mentions[0].words for e in article.entities}
    return {
        (words[c.subject], c.relation, words[str(c.object)]): " … ".join(f.exact for f in c.evidence)
        for c in article.claims
    }


def why(article: AnnotatedArticle) -> list[str]:
    return [rejection.reason for rejection in article.tally.rejected]


def test_three_files_make_one_article(tmp_path: Path) -> None:
    article = only(save(tmp_path))
    assert said(article) == {
        ("Front", "fightsAgainst", "River Guard"): "fights",
        ("River Guard", "operatesIn", "Arun"): "near",
        ("Ilse Varn", "leads", "Guard"): "leads",
        ("جبهة النهر", "alliedWith", "Bri\u0301gade"): "جبهة النهر … Bri\u0301gade",
    }
    assert (article.article.title, article.article.publisher) == ("A day in Arun", "The Borrin Courier")
    assert article.article.url == "https://courier.example/arun"
    assert article.article.path.endswith(f"documents.json#{NAME}")
    assert (article.tally.read, article.tally.rejected) == (len(ENTITIES) + len(RELATIONS), [])
    assert article.tally.ignored == {"confidence 0": 2}
    assert article.text == TEXT


def test_renamed_gzipped_and_single_files(tmp_path: Path) -> None:
    import gzip

    whole = said(only(save(tmp_path)))
    assert said(only(tmp_path / "documents.json")) == whole
    for name, new in (("documents", "texte"), ("entities", "a"), ("relations", "b")):
        content = (tmp_path / f"{name}.json").read_bytes()
        (tmp_path / f"{name}.json").unlink()
        (tmp_path / f"{new}.json.gz").write_bytes(gzip.compress(content))
    assert said(only(tmp_path)) == whole


@pytest.mark.parametrize("indent", [None, 2])
def test_arrays_are_read_as_lines_are(tmp_path: Path, indent: int | None) -> None:
    whole = said(only(save(tmp_path)))
    for name, values in (("documents", [DOCUMENT]), ("entities", ENTITIES), ("relations", RELATIONS)):
        (tmp_path / f"{name}.json").write_text(json.dumps(values, indent=indent))
    assert said(only(tmp_path)) == whole
    for name, values in (("documents", [DOCUMENT]), ("entities", ENTITIES), ("relations", RELATIONS)):
        (tmp_path / f"{name}.json").write_text("\n".join(json.dumps(v, indent=indent) for v in values))
    assert said(only(tmp_path)) == whole


def test_a_relation_means_the_entity_that_can_be_its_end(tmp_path: Path) -> None:
    twins = [
        entity("Arun", "Location", 0.7),
        entity("Arun", "Organisation", 0.9),
        entity("Arun", "Quantity", 1),
    ]
    fights = relation("FightingAgainst", FRONT, ARUN, "fights")
    # Both a group and a place can be fought against: the likelier one is meant.
    assert list(said(only(save(tmp_path, None, [FRONT, *twins], [fights])))) == [
        ("Front", "fightsAgainst", "Arun")
    ]
    # Only a group can be an ally, however likely the place.
    twins[0]["confidence"] = 1
    allies = relation("AlliesOf", FRONT, ARUN)
    assert list(said(only(save(tmp_path, None, [FRONT, *twins], [allies])))) == [
        ("Front", "alliedWith", "Arun")
    ]


def test_a_relation_to_rejected_or_missing_words_is_rejected(tmp_path: Path) -> None:
    relations = [
        relation("FightingAgainst", FRONT, MILL),
        relation("FightingAgainst", FRONT, FRONT),
        relation("FightingAgainst", FRONT, entity("Die", "Person")),
        relation("FightingAgainst", FRONT, GUARD, targetBegin="1"),
        {**relation("FightingAgainst", FRONT, GUARD), "type": None},
        relation("Weds", FRONT, GUARD),
        relation("AlliesOf", FRONT, GUARD, confidence=0.2),
    ]
    for number, one in enumerate(relations):
        one["_id"] = str(number)
    article = only(save(tmp_path, relations=relations))
    assert sorted(why(article)) == [
        "has no targetBegin and targetEnd",
        "has no type",
        "its source and its target are the same words",
        "its target is the words from 0 to 3, which are no entity",
        f"its target is the words from {MILL['begin']} to {MILL['end']}, which the crowd rejected as an entity",
        "label Weds is not in mapping re3d",
    ]
    assert article.tally.ignored == {"confidence 0": 1, "confidence below 0.5": 1}
    assert article.tally.kinds["relation"] == [0, 1, 6]


def test_values_may_differ_in_quotes_and_white_space(tmp_path: Path) -> None:
    words = TEXT[4:20]
    entities = [
        entity(words, "Organisation", value="'Front' fights"),
        entity("River", "Organisation", value="Guard"),
        entity("Arun", "Location", begin=10**9, end=10**9 + 4),
        entity("Varn", "Person", value=None),
    ]
    article = only(save(tmp_path, None, entities, RELATIONS[-1:]))
    assert [m.words for e in article.entities for m in e.mentions] == [words]
    assert sorted(why(article)) == [
        "has no value, by which its offsets could be checked",
        f"lies outside the text, which has {len(TEXT)} characters",
        "says 'Guard', but the text there is 'River'",
    ]


def test_offsets_in_utf_16_units_are_found_out(tmp_path: Path) -> None:
    def shifted(one: dict[str, Any]) -> dict[str, Any]:
        after = lambda offset: offset + (offset > TEXT.index("🦩"))  # noqa: E731
        return {k: after(v) if k.lower().endswith(("begin", "end")) else v for k, v in one.items()}

    article = only(save(tmp_path, None, [*map(shifted, ENTITIES)], [*map(shifted, RELATIONS)]))
    assert ("Ilse Varn", "leads", "Guard") in said(article)
    assert not article.tally.rejected
    assert any("UTF-16" in note for note in article.tally.notes)


def test_annotations_of_no_document_are_told(tmp_path: Path) -> None:
    save(
        tmp_path,
        documents=[{**DOCUMENT, "_id": "D2"}, {**DOCUMENT, "_id": "D2"}, {"_id": "D3", "sourceUrl": 1}],
    )
    with (tmp_path / "entities.json").open("a") as file:
        file.write('{"documentId": \n{"type": "Person"}\n')
    found = read_all([tmp_path])
    reasons = [found.rejection.reason for found in found if isinstance(found, RejectedDocument)]
    assert len(found) == 6
    assert sum(found.read for found in found if isinstance(found, RejectedDocument)) == 15
    assert any("13 annotations are about the document D1" in reason for reason in reasons)
    assert any("was there before" in reason for reason in reasons)
    assert any("has no text" in reason for reason in reasons)


def test_without_documents_the_missing_file_is_named(tmp_path: Path) -> None:
    save(tmp_path)
    (tmp_path / "documents.json").unlink()
    (found,) = read_all([tmp_path])
    assert isinstance(found, RejectedDocument)
    assert "give the folder with all three files" in found.rejection.reason


def test_long_texts_are_recognised(tmp_path: Path) -> None:
    text = DOCUMENT.pop("text") + " The Front holds the mill." * 5_000
    try:
        article = only(save(tmp_path, [{**DOCUMENT, "text": text}]))
    finally:
        DOCUMENT["text"] = TEXT
    assert article.text == text
    assert len(article.claims) == 4


def test_other_files_of_json_lines_are_not_taken_for_it(tmp_path: Path) -> None:
    from loaders.files import folders
    from loaders.formats import named

    (tmp_path / "a.jsonl").write_text('{"text": "x", "_id": "1", "label": [[0, 1, "A"]]}\n')
    (tmp_path / "b.json").write_text('{"text": "x", "spans": [{"begin": 0, "end": 1, "type": "A"}]}\n')
    (tmp_path / "c.txt").write_text("documentId begin end type\n")
    (folder,) = folders([tmp_path])
    assert not any(named("re3d").recognise(file) for file in folder.files)


@settings(max_examples=60)
@given(
    parts=st.tuples(damaged([DOCUMENT]), damaged(ENTITIES), damaged(RELATIONS)),
    spoil=st.sampled_from((0, 1, 2)),
)
def test_whatever_the_values_are_each_annotation_is_accounted_for(parts: tuple[Any, ...], spoil: int) -> None:
    clean: list[list[Any]] = [[DOCUMENT], ENTITIES, RELATIONS]
    clean[spoil] = parts[spoil]
    # The first line of a file tells what it has: that of another document stays whole.
    other = {"documentId": "D0", "_id": "D0", "text": "Arun", "sourceUrl": "", "value": "Arun"}
    first = [other, {**other, "type": "Location", "begin": 0, "end": 4}]
    first.append({**first[1], "sourceBegin": 0, "targetBegin": 4})
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder), *([one, *rest] for one, rest in zip(first, clean, strict=True)), escaped=True)
        found = read_all([Path(folder)])
    read = sum(f.tally.read if isinstance(f, AnnotatedArticle) else f.read for f in found)
    assert read == len(clean[1]) + len(clean[2]) + 2


@settings(max_examples=60)
@given(data=st.data(), spoil=st.sampled_from(("documents", "entities", "relations")))
def test_damaged_files_are_refused_in_our_own_words(data: st.DataObject, spoil: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = save(Path(folder)) / f"{spoil}.json"
        path.write_bytes(data.draw(damaged_bytes(path.read_bytes())))
        read_all([Path(folder)], format="re3d", use="re3d")


def test_fifty_thousand_annotations_on_the_same_words_take_seconds(tmp_path: Path) -> None:
    entities = [{**FRONT, "_id": str(n), "type": f"T{n}"} for n in range(25_000)] + [FRONT, GUARD]
    relations = [{**RELATIONS[0], "_id": f"r{n}", "end": len(TEXT)} for n in range(25_000)]
    started = time.monotonic()
    article = only(save(tmp_path, None, entities, relations))
    assert time.monotonic() - started < 20
    assert article.tally.read == 50_002


@pytest.mark.parametrize(
    "name", ["CENTCOM", "UK Government", "Australian Department of Foreign Affairs", "Wikipedia"]
)
def test_the_real_corpus_is_counted_as_a_plain_count_counts_it(shared_dir: Path, name: str) -> None:
    folder = shared_dir / "corpora" / "re3d" / name

    def lines(kind: str) -> list[dict[str, Any]]:
        content = (folder / f"{kind}.json").read_text("utf-8-sig")
        return [json.loads(line) for line in content.splitlines()]

    documents, entities, relations = map(lines, ("documents", "entities", "relations"))
    found = read_all([folder])
    assert len(found) == len(documents)
    assert all(isinstance(article, AnnotatedArticle) for article in found)

    kept = Counter((e["documentId"], e["begin"], e["end"]) for e in entities if e["confidence"] > 0)
    ends = [
        [(r["documentId"], r[f"{end}Begin"], r[f"{end}End"]) for end in ("source", "target")]
        for r in relations
        if r["confidence"] >= 0.5
    ]
    lost = sum(a == b or not kept[a] or not kept[b] for a, b in ends)
    counts = kinds(found)
    assert counts["mention"][0] + counts["mention"][1] == len(entities)
    assert counts["mention"][1] >= sum(e["confidence"] == 0 for e in entities)
    assert counts["mention"][2] == 0
    assert (sum(counts["relation"]), counts["relation"][2]) == (len(relations), lost)
    loaded = [e for e in entities if e["confidence"] > 0 and e["type"] in
              ("Organisation", "Person", "Location", "DocumentReference")]  # fmt: skip
    assert counts["mention"][0] == len(loaded)


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    folder = save(tmp_path, [DOCUMENT, {**DOCUMENT, "_id": "second", "text": "\ud83e"}],
                  [FRONT, {**GUARD, "type": "\ud83e"}], [], escaped=True)  # fmt: skip
    found = read_all([folder])
    (article,) = [one for one in found if isinstance(one, AnnotatedArticle)]
    assert [r.reason for r in article.tally.rejected if "half a surrogate pair" in r.reason] or any(
        "half a surrogate pair" in one.rejection.reason for one in found if isinstance(one, RejectedDocument)
    )
    assert len(article.entities) == 1


def test_an_id_with_a_line_end_is_told_in_one_line(tmp_path: Path) -> None:
    folder = save(tmp_path, None, [FRONT, {**GUARD, "documentId": "a\nb"}], [])
    reasons = [one.rejection.reason for one in read_all([folder]) if isinstance(one, RejectedDocument)]
    assert any("the document a b, which is not" in reason for reason in reasons)
    assert not any("\n" in reason for reason in reasons)
