"""PLOVER's records: where actors and events stand in their sentence, and what an event says of them."""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from loaders.plover import event_of
from ontology.models import AnnotatedArticle, RejectedDocument
from tests.loaders.accounted import damaged, damaged_bytes, kinds, read_all

SENTENCE = (
    "🦩 The River Guard and the Front attacked the Front's mill in Arun on Monday; جبهة النهر denied it."
)
RECORD: dict[str, Any] = {
    "id": "B-1",
    "date": "2031-03-04",
    "source": [{"actorText": "River Guard", "code": "BOR", "sector": "MIL"}],
    "target": [{"actorText": "Front", "code": "BOR", "sector": "REB"}],
    "event": "ASSAULT",
    "eventText": "attacked mill",
    "eventLoc": {"name": "Arun", "country code": "BOR"},
    "context": "military",
    "mode": "",
    "dead": 2,
    "text": SENTENCE,
    "textInfo": {
        "markup": "🦩 The (SRC: River Guard) and the Front (EVT: attacked) the (TAR: Front)'s (EVT: mill)"
        " (LOC: in Arun) on Monday; جبهة النهر denied it."
    },
    "language": "en",
    "publication": "The Borrin Courier",
    "coder": "Jane",
    "comment": "Nobody else saw it.",
}
DOCUMENTATION = {"id": "B-0", "event": "DOCUMENT", "eventText": "About this file"}


def save(folder: Path, *records: Any, name: str = "gold.txt") -> Path:
    (folder / name).write_text(json.dumps(records))
    return folder / name


def only(path: Path) -> AnnotatedArticle:
    (article,) = read_all([path])
    assert isinstance(article, AnnotatedArticle)
    return article


def said(article: AnnotatedArticle) -> list[tuple[str, str, str]]:
    words = {e.id: e.mentions[0].words for e in article.entities}
    return [(words[c.subject], c.relation, words[str(c.object)]) for c in article.claims]


def why(article: AnnotatedArticle) -> list[str]:
    return [rejection.reason for rejection in article.tally.rejected]


def test_a_record_becomes_an_article_with_one_event(tmp_path: Path) -> None:
    article = only(save(tmp_path, DOCUMENTATION, RECORD))
    (claim,) = article.claims
    assert said(article) == [("River Guard", "attacked", "Front")]
    assert [f.exact for f in claim.evidence] == ["attacked", "mill"]
    # The second Front is meant, as the markup says, not the first.
    assert [m.fragments[0].start for m in claim.arguments if m.words == "Front"] == [SENTENCE.rindex("Front")]
    assert claim.place is not None
    about = article.article
    assert (about.publisher, about.published, about.language) == ("The Borrin Courier", "2031-03-04", "en")
    assert (article.annotator, about.path) == ("Jane", "gold.txt#B-1")
    assert article.tally.ignored == {
        "DOCUMENT": 1, "code": 2, "sector": 2, "context": 1, "dead": 1, "country code": 1,
    }  # fmt: skip
    assert not article.tally.rejected


def test_marks_may_lie_in_each_other_and_differ_from_the_sentence(tmp_path: Path) -> None:
    markup = "The (SRC: River Guard) then (EVT: attacked) (LOC: the (TAR: Front)'s mill (the old one) in Arun"
    article = only(save(tmp_path, {**RECORD, "eventText": "attacked", "textInfo": {"markup": markup}}))
    assert said(article) == [("River Guard", "attacked", "Front")]
    assert article.claims[0].evidence[0].exact == "attacked"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("attacked the Front's mill", ["attacked the Front's mill"]),
        ("attacked Front's", ["attacked", "Front's"]),
        ("attacked ... mill", ["attacked", "mill"]),
        ("attacked  the", ["attacked the"]),
        ("mill attacked", None),
        ("attack", None),
    ],
)
def test_the_words_of_an_event_are_found_in_their_order(
    tmp_path: Path, words: str, found: list[str] | None
) -> None:
    article = only(save(tmp_path, {**RECORD, "eventText": words, "textInfo": {}}))
    (claim,) = article.claims
    if found:
        assert [f.exact for f in claim.evidence] == found
    else:
        assert any("are not in this order in the sentence" in reason for reason in why(article))
        assert claim.evidence[0].exact == "River Guard"


def test_several_sources_without_target_did_it_with_each_other(tmp_path: Path) -> None:
    sources = [{"actorText": words} for words in ("River Guard", "Front", "جبهة النهر")]
    talks = {**RECORD, "source": sources, "target": "", "event": "CONSULT"}
    assert len(said(only(save(tmp_path, talks)))) == 3
    # Who attacked whom is not said.
    article = only(save(tmp_path, {**talks, "event": "ASSAULT"}))
    assert said(article) == []
    assert "has no role that gives a subject" in why(article)


def test_an_actor_s_words_may_stand_apart(tmp_path: Path) -> None:
    apart = [
        {"actorText": "River ... Front"},
        {"actorText": "Front ... River"},
        {"actorText": "River  Guard"},
    ]
    article = only(save(tmp_path, {**RECORD, "source": apart, "target": "mill"}))
    assert [pair[0] for pair in said(article)] == ["River Front", "River Guard"]
    assert why(article) == ["'Front ... River' is not in the sentence"]


def test_actors_may_be_bare_words_and_missing_ones_are_told(tmp_path: Path) -> None:
    article = only(save(tmp_path, {**RECORD, "target": "Front", "source": ["River Guard", "Nobody", ""]}))
    assert said(article) == [("River Guard", "attacked", "Front")]
    assert why(article) == ["'Nobody' is not in the sentence"]
    article = only(save(tmp_path, {**RECORD, "target": ["ront"]}))
    assert "'ront' is not in the sentence" in why(article)
    assert article.claims == []


@pytest.mark.parametrize(
    ("code", "event"),
    [("18", "ASSAULT"), ("190", "ASSAULT"), ("191", "COERCE"), ("0841", "RETREAT"), ("0831", "CONCEDE"),
     ("1712", "ASSAULT"), ("1711", "COERCE"), ("012", "CAMEO 01"), ("99", "CAMEO 99")],
)  # fmt: skip
def test_cameo_codes_become_plover_events(code: str, event: str) -> None:
    assert event_of(code) == event


def test_cameo_records_are_read(tmp_path: Path) -> None:
    record = {key: value for key, value in RECORD.items() if key != "event"}
    article = only(save(tmp_path, {**record, "root": "18", "cameo": "183"}, name="a.json"))
    assert said(article) == [("River Guard", "attacked", "Front")]
    assert article.tally.ignored["cameo"] == 1


def test_every_cameo_category_of_the_crosswalk_is_ours(shared_dir: Path) -> None:
    crosswalk = shared_dir / "corpora" / "plover" / "CAMEO2PLOVER-2021.txt"
    renamed = {"090", "091", "092", "093", "094", "09"}  # ACCUSE with a mode; see the loader
    for line in crosswalk.read_text().splitlines():
        code, colon, rest = line.partition(":")
        # 08 stands for two; the codes of mass violence are in ASSAULT whichever their heading.
        if colon and code.isdigit() and code not in ("08", *renamed):
            assert event_of(code) == rest.split(",")[0].strip(), line


def test_what_is_no_record_is_refused(tmp_path: Path) -> None:
    path = save(
        tmp_path,
        RECORD,
        RECORD,
        {**RECORD, "id": "B-2", "text": 7},
        "x",
        {**RECORD, "id": "B-3", "event": ""},
    )
    found = read_all([path])
    reasons = [f.rejection.reason for f in found if isinstance(f, RejectedDocument)]
    assert reasons == [
        "has no text",
        "is no JSON object: expected a record of an event",
    ]
    first, second, *_, last = [f for f in found if isinstance(f, AnnotatedArticle)]
    assert [first.article.path, second.article.path] == ["gold.txt#B-1", "gold.txt#B-1~2"]
    assert any("the id B-1 was there before" in note for note in second.tally.notes)
    assert "has no event" in why(last)


def test_other_texts_are_not_taken_for_it(tmp_path: Path) -> None:
    from loaders.files import folders
    from loaders.formats import recognised

    (tmp_path / "a.json").write_text('[{"event": "x", "text": "y", "label": []}]')
    (tmp_path / "b.txt").write_text("event eventText")
    save(tmp_path, RECORD, name="c.txt")
    (folder,) = folders([tmp_path])
    formats = [recognised(file) for file in folder.files]
    assert [format.name if format else "" for format in formats] == ["", "brat", "plover"]


@settings(max_examples=100)
@given(records=damaged([DOCUMENTATION, RECORD, {**RECORD, "id": "B-2", "event": "CONSULT", "target": ""}]))
def test_whatever_the_values_are_each_annotation_is_accounted_for(records: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gold.json"
        path.write_text(json.dumps(records))
        read_all([path], format="plover", use="plover")


@settings(max_examples=60)
@given(content=damaged_bytes(json.dumps([DOCUMENTATION, RECORD], ensure_ascii=False).encode()))
def test_damaged_files_are_refused_in_our_own_words(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gold.json"
        path.write_bytes(content)
        read_all([path], format="plover", use="plover")


def test_long_records_take_seconds(tmp_path: Path) -> None:
    text = "Front " * 30_000
    many = {
        **RECORD, "text": text, "source": ["Front"] * 50_000, "target": ["no such"] * 10, "event": "AGREE",
        "eventText": "Front " * 25_000, "textInfo": {"markup": "(SRC: Front" * 10_000 + ") " * 20_000},
    }  # fmt: skip
    started = time.monotonic()
    _, article = read_all([save(tmp_path, {**RECORD, "id": ""}, many)])
    assert isinstance(article, AnnotatedArticle)
    assert time.monotonic() - started < 20
    assert article.tally.kinds["mention"][2] > 49_000


def test_the_real_records_are_counted_as_a_plain_count_counts_them(shared_dir: Path) -> None:
    path = shared_dir / "corpora" / "plover" / "PLOVER_GSR_CAMEO.txt"
    records = [r for r in json.loads(path.read_text("utf-8-sig")) if r["event"] != "DOCUMENT"]
    found = read_all([path])
    assert len(found) == len(records)

    def actors(record: dict[str, Any]) -> list[dict[str, Any]]:
        sides = [record.get("source") or [], record.get("target") or []]
        return [
            {"actorText": actor} if isinstance(actor, str) else actor
            for side in sides
            for actor in ([side] if isinstance(side, str) else side)
        ]

    every = [(record, actor) for record in records for actor in actors(record)]
    places = [record for record in records if record.get("eventLoc", {}).get("name")]
    lists = [actor.get(key) for _, actor in every for key in ("code", "sector")]
    lists += [record.get(key) for record in records for key in ("context", "mode", "dead", "injured", "size")]
    lists += [record["eventLoc"].get("country code") for record in places]
    counts = kinds(found)
    read = {kind: sum(three) for kind, three in counts.items()}
    total = len(every) + len(places) + 2 * len(records) + sum(map(bool, lists))
    total += sum(bool(record.get("comment")) for record in records) + 1  # the record that is documentation
    assert sum(read.values()) == total
    assert read["attribute"] == sum(map(bool, lists))
    assert read["mention"] == len(every) + len(places) + len(records)
    rejected = [r.reason for f in found if isinstance(f, AnnotatedArticle) for r in f.tally.rejected]
    missing = sum(
        any(" ".join(piece.split()) not in record["text"] for piece in re.split(r"\.\.+", actor["actorText"]))
        for record, actor in every
    )
    missing += sum(record["eventLoc"]["name"] not in record["text"] for record in places)
    assert sum("is not in the sentence" in reason for reason in rejected) >= missing


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    refused, read = read_all(
        [save(tmp_path, {**RECORD, "text": "\ud83e" + SENTENCE}, {**RECORD, "id": "B-3"})]
    )
    assert isinstance(refused, RejectedDocument)
    assert "half a surrogate pair" in refused.rejection.reason
    assert isinstance(read, AnnotatedArticle)
