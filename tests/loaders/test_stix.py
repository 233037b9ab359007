"""STIX bundles: the text that is written for them, and what its relationships say, of whom, when and how surely."""

from __future__ import annotations

import json
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from ontology.models import AnnotatedArticle, RejectedDocument
from tests.loaders.accounted import check, damaged, damaged_bytes, read_all

pytest.importorskip("stix2", reason="needs the extra 'stix'")

TIME = "2031-03-04T10:00:00.000Z"


def made(type: str, name: str, **more: Any) -> dict[str, Any]:
    # Version 4, as STIX 2.0 wants it, and the same on every run.
    id = f"{type}--{uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_URL, type + name).bytes, version=4)}"
    return {
        "type": type,
        "spec_version": "2.1",
        "id": id,
        "created": TIME,
        "modified": TIME,
        "name": name,
        **more,
    }


def related(source: dict[str, Any], type: str, target: dict[str, Any], **more: Any) -> dict[str, Any]:
    one = made("relationship", f"{source['id']}{type}{target['id']}", **more)
    del one["name"]
    return {**one, "relationship_type": type, "source_ref": source["id"], "target_ref": target["id"], **more}


UNION = made("identity", "Five Rivers Union", identity_class="organization")
COURIER = made("identity", "Ilse Varn", identity_class="individual")
MINISTRY = made("identity", "وزارة الأنهار", identity_class="organization", sectors=["government"])
HERON = made(
    "threat-actor",
    "Red Heron 🦩",
    aliases=["RH-7", "Grey Heron"],
    threat_actor_types=["activist"],
    description="Active since the flood.\r\nNobody knows more.",
    external_references=[{"source_name": "union", "external_id": "17", "url": "https://union.example/17"}],
)
NIGHT = made("intrusion-set", "Night Ferry", description="Night Ferry")
FLOOD = made("campaign", "Spring Flood")
BORRIN = made("location", "Borrin", country="BR")
ARUN = made("location", "Arun", country="BR", city="Arun")
RAFT = made("malware", "Raft", is_family=True)
TARGETS = related(
    HERON,
    "targets",
    MINISTRY,
    description="Since March.",
    confidence=40,
    start_time="2031-03-01T00:00:00Z",
    stop_time="2031-04-01T00:00:00Z",
)
OBJECTS = [
    UNION, MINISTRY, HERON, NIGHT, FLOOD, BORRIN, ARUN, RAFT, TARGETS,
    related(FLOOD, "attributed-to", HERON, confidence=10),
    related(NIGHT, "attributed-to", HERON),
    related(UNION, "located-at", ARUN),
    related(HERON, "uses", RAFT),
    made("marking-definition", "TLP:WHITE", definition_type="tlp", definition={"tlp": "white"}),
]  # fmt: skip


def bundle(*objects: Any) -> dict[str, Any]:
    return {
        "type": "bundle",
        "id": f"bundle--{uuid.uuid5(uuid.NAMESPACE_URL, 'b')}",
        "objects": list(objects),
    }


def save(folder: Path, *objects: Any) -> Path:
    path = folder / "bundle.json"
    path.write_text(json.dumps(bundle(*objects), ensure_ascii=False))
    return path


def only(path: Path) -> AnnotatedArticle:
    (article,) = read_all([path])
    assert isinstance(article, AnnotatedArticle)
    return article


def said(article: AnnotatedArticle) -> dict[tuple[str, str, str], Any]:
    words = {e.id: e.mentions[0].words for e in article.entities}
    return {(words[c.subject], c.relation, words[str(c.object)]): c for c in article.claims}


def why(article: AnnotatedArticle) -> list[str]:
    return [rejection.reason for rejection in article.tally.rejected]


def test_a_bundle_becomes_an_article_with_a_line_for_each_relationship(tmp_path: Path) -> None:
    article = only(save(tmp_path, *OBJECTS))
    claims = said(article)
    assert list(claims) == [
        ("Red Heron 🦩", "threatens", "وزارة الأنهار"),
        ("Red Heron 🦩", "carriedOut", "Spring Flood"),
        ("Night Ferry", "linkedTo", "Red Heron 🦩"),
        ("Five Rivers Union", "basedIn", "Arun"),
    ]
    first, second, *_ = claims.values()
    assert [f.exact for f in first.evidence] == ["Red Heron 🦩 targets وزارة الأنهار. Since March."]
    assert (first.start, first.until, first.certainty) == ("2031-03-01", "2031-04-01", "probable")
    assert (second.start, second.certainty, second.speakers) == (None, "possible", ())
    assert "Active since the flood.\r\nNobody knows more.\n\nNight Ferry\n\nSpring Flood" in article.text
    assert not article.tally.rejected
    assert article.tally.ignored == {
        "malware": 3, "uses": 1, "threat_actor_types": 1, "sectors": 1, "marking-definition": 1,
    }  # fmt: skip


def test_names_identifiers_and_kinds_come_from_the_objects(tmp_path: Path) -> None:
    article = only(save(tmp_path, *OBJECTS, COURIER))
    known = {e.mentions[0].words: e for e in article.entities}
    assert [name.text for name in known["Red Heron 🦩"].names] == ["Red Heron 🦩", "RH-7", "Grey Heron"]
    assert known["Red Heron 🦩"].identifiers == (f"stix:{HERON['id']}",)
    assert "iso3166:BR" in known["Borrin"].identifiers
    assert len(known["Arun"].identifiers) == 1
    assert {
        words: known[words].type for words in ("Ilse Varn", "Five Rivers Union", "Spring Flood", "Borrin")
    } == {
        "Ilse Varn": "Person",
        "Five Rivers Union": "Group",
        "Spring Flood": "Event",
        "Borrin": "Place",
    }


def test_one_report_and_one_producer_describe_the_article(tmp_path: Path) -> None:
    report = made(
        "report", "The spring", published="2031-05-01T00:00:00Z", object_refs=[HERON["id"]], lang="en"
    )
    by = {"created_by_ref": UNION["id"]}
    article = only(save(tmp_path, UNION, {**HERON, **by}, MINISTRY, {**TARGETS, **by}, report))
    about = article.article
    assert (about.title, about.publisher, about.published) == (
        "The spring",
        "Five Rivers Union",
        "2031-05-01",
    )
    assert about.language == "en"
    assert article.claims[0].speakers == ()
    assert only(save(tmp_path, HERON)).article.published == "2031-03-04"


def test_several_producers_speak_for_themselves(tmp_path: Path) -> None:
    theirs = related(HERON, "targets", BORRIN, created_by_ref=COURIER["id"])
    mine = {**TARGETS, "created_by_ref": UNION["id"]}
    article = only(save(tmp_path, UNION, COURIER, HERON, MINISTRY, BORRIN, mine, theirs))
    words = {e.id: e.mentions[0].words for e in article.entities}
    assert [[words[s] for s in c.speakers] for c in article.claims] == [["Five Rivers Union"], ["Ilse Varn"]]
    assert article.article.publisher == ""
    # The report is one's own; what others say in it, they say.
    report = made("report", "R", published=TIME, object_refs=[HERON["id"]], created_by_ref=COURIER["id"])
    article = only(save(tmp_path, UNION, COURIER, HERON, MINISTRY, BORRIN, mine, theirs, report))
    words = {e.id: e.mentions[0].words for e in article.entities}
    assert [[words[s] for s in c.speakers] for c in article.claims] == [["Five Rivers Union"], []]
    assert article.article.publisher == "Ilse Varn"


def test_what_is_revoked_or_out_of_date_is_ignored_by_name(tmp_path: Path) -> None:
    newer = {**MINISTRY, "name": "Ministry of Floods", "modified": "2032-01-01T00:00:00.000Z"}
    article = only(
        save(
            tmp_path,
            newer,
            MINISTRY,
            {**HERON, "revoked": True},
            NIGHT,
            TARGETS,
            {**related(NIGHT, "targets", MINISTRY), "revoked": True},
        )
    )
    assert [e.mentions[0].words for e in article.entities] == ["Ministry of Floods", "Night Ferry"]
    assert article.claims == []
    # A revoked actor takes with it its names, type, identifier and notes; what it targets is not said of anybody.
    assert article.tally.ignored["earlier version"] == 1
    assert article.tally.ignored["targets"] == 3  # the relationship, its confidence and its time
    assert article.tally.ignored["revoked"] >= 2
    assert not article.tally.rejected


def test_references_out_of_the_bundle_and_what_the_library_refuses_are_rejected(tmp_path: Path) -> None:
    article = only(
        save(
            tmp_path,
            HERON,
            TARGETS,
            "x",
            {"type": "threat-actor"},
            {**NIGHT, "created": "yesterday"},
            made("x-borrin-raft", "Raft", length=7),
        )
    )
    reasons = why(article)
    assert any(reason.startswith("its target identity--") for reason in reasons)
    assert "is no object" in reasons
    assert "has no type and id of the form type--UUID" in reasons
    assert any(reason.startswith("is no STIX: ") for reason in reasons)
    assert "label x-borrin-raft is not in mapping stix" in reasons


def test_stix_2_0_and_envelopes_are_read(tmp_path: Path) -> None:
    old = [{k: v for k, v in o.items() if k not in ("spec_version", "confidence", "start_time", "stop_time")}
           for o in (HERON, {**MINISTRY, "identity_class": "organization"}, TARGETS)]  # fmt: skip
    for one in old:
        one["labels"] = ["activist"]
    del old[0]["threat_actor_types"]
    path = save(tmp_path, *old)
    assert [key[1] for key in said(only(path))] == ["threatens"], why(only(path))
    path.write_text(json.dumps({"more": False, "objects": OBJECTS}))
    assert len(said(only(path))) == 4


def test_other_json_is_not_taken_for_it(tmp_path: Path) -> None:
    from loaders.files import folders
    from loaders.formats import named

    (tmp_path / "a.json").write_text('{"type": "bundle", "name": "x"}')
    (tmp_path / "b.json").write_text('{"objects": [{"type": "x", "id": "1"}]}')
    (tmp_path / "c.json").write_text('[{"type": "bundle", "objects": []}]')
    (folder,) = folders([tmp_path])
    assert not any(named("stix").recognise(file) for file in folder.files)


@pytest.mark.parametrize(
    "content", ['{"type": "bundle", "objects": []}', "[", '{"type": "bundle", "objects": 7}', "[" * 10**5]
)
def test_what_is_no_bundle_is_refused_whole(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    (found,) = read_all([path], format="stix")
    assert isinstance(found, RejectedDocument)


def test_a_text_beyond_the_limit_is_refused_before_it_is_written(tmp_path: Path) -> None:
    heavy = made("threat-actor", "X" * 50_000)
    many = [
        related(heavy, "targets", MINISTRY, lang=str(n), id=f"relationship--{uuid.uuid4()}")
        for n in range(2_000)
    ]
    (found,) = read_all([save(tmp_path, heavy, MINISTRY, *many)])
    assert isinstance(found, RejectedDocument)
    assert "200,000 characters" in found.rejection.reason
    assert found.read == 2_002


@settings(max_examples=80)
@given(objects=damaged(OBJECTS))
def test_whatever_the_values_are_each_object_is_accounted_for(objects: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = save_escaped(Path(folder), objects)
        for found in read_all([path], format="stix"):
            if isinstance(found, AnnotatedArticle):
                mine = found.tally.kinds
                counted = [
                    sum(mine.get(kind, [0])) for kind in ("mention", "relation", "structure", "unreadable")
                ]
                assert sum(counted) == len(objects)


def save_escaped(folder: Path, objects: Any) -> Path:
    path = folder / "bundle.json"
    path.write_text(json.dumps({**bundle(), "objects": objects}))
    return path


@settings(max_examples=60)
@given(content=damaged_bytes(json.dumps(bundle(*OBJECTS), ensure_ascii=False).encode()))
def test_damaged_files_are_refused_in_our_own_words(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.json"
        path.write_bytes(content)
        read_all([path], format="stix", use="stix")


@pytest.mark.slow
def test_many_objects_take_seconds(tmp_path: Path) -> None:
    from loaders import reading
    from loaders.formats import Options
    from tests.loaders.accounted import ONTOLOGY, mapping

    actors = [made("threat-actor", f"Heron {n}") for n in range(5_000)]
    links = [related(one, "targets", MINISTRY) for one in actors]
    path = save(tmp_path, MINISTRY, *actors, *links)
    started = time.monotonic()
    (article,) = reading.read([path], Options(ONTOLOGY), mapping)
    assert time.monotonic() - started < 30
    assert isinstance(article, AnnotatedArticle)
    check(article)
    assert len(article.claims) == 5_000


def test_what_the_library_itself_writes_is_read(tmp_path: Path) -> None:
    import stix2

    union = stix2.v21.Identity(name="Five Rivers Union", identity_class="organization")
    heron = stix2.v21.ThreatActor(name="Red Heron", created_by_ref=union.id)
    targets = stix2.v21.Relationship(heron, "targets", union, created_by_ref=union.id)
    path = tmp_path / "own.json"
    path.write_text(stix2.v21.Bundle(union, heron, targets).serialize(pretty=True))
    article = only(path)
    assert list(said(article)) == [("Red Heron", "threatens", "Five Rivers Union")]
    assert article.article.publisher == "Five Rivers Union"


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text(json.dumps(bundle({**HERON, "description": "\ud83e"}, BORRIN)))
    (refused,) = read_all([tmp_path / "b.json"])
    assert isinstance(refused, RejectedDocument)
    assert "half a surrogate pair" in refused.rejection.reason
