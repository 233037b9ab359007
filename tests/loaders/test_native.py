"""The native format: what a document says is what is loaded, and what is wrong with it is said and nothing more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.native import reading as native
from ontology.errors import SourceError
from ontology.models import (
    AnnotatedArticle,
    Article,
    Claim,
    DateValue,
    Entity,
    Fragment,
    Mention,
    Name,
    Quantity,
    RejectedDocument,
)
from ontology.vocabulary import load as load_ontology

ONTOLOGY = load_ontology()

DOCUMENT = """\
attest: 1
article:
  id: borrin-courier/2031-03-04
  title: Front denies training militia
  publisher: The Borrin Courier
  origin: Lantern Wire
  authors: [Ana Velt, Joss Arden]
  published: 2031-03-04
  url: https://courier.example/a/1
  language: en
text: >-
  The Harn Front trained the River Guard until last spring, an aide to the minister said, according
  to Lantern Wire. The Front denies it. It has 400 to 600 fighters in Tarn; the talks began in June.
annotator: mk
layer: claims
entities:
  front: {type: ArmedGroup, names: [Harn Front, {name: الجبهة, language: ar}, Front], identifiers: [wikidata:q1]}
  guard: {type: ArmedGroup, name: River Guard}
  aide: {type: Official, mentions: [an aide to the minister], named: false}
  wire: {type: MediaOrganization, name: Lantern Wire}
  tarn: {type: Place, name: Tarn}
  talks: {type: Negotiation, mentions: [the talks]}
claims:
  - id: training
    subject: front
    relation: trained
    object: guard
    speakers: [wire, aide]
    quote: [The Harn Front trained, {quote: the River Guard, occurrence: 1}]
    until: 2030-21
    said: 2031-03-03
    words: until last spring
    certainty: probable
  - {subject: front, relation: trained, object: guard, speakers: front, quote: denies it, polarity: denied}
  - subject: front
    relation: hasStrength
    object: {minimum: 400, maximum: 600, unit: fighters}
    place: tarn
    quote: It has 400 to 600 fighters in Tarn
  - {subject: talks, relation: happenedAt, object: {date: XXXX-06}, quote: the talks began in June}
"""


def load(path: Path, **options: Any) -> list[AnnotatedArticle | RejectedDocument]:
    return list(native.load(path, name=path.name, ontology=ONTOLOGY, **options))


def article(path: Path, content: str | bytes | dict[str, Any], **options: Any) -> AnnotatedArticle:
    [loaded] = load(write(path, content), **options)
    assert isinstance(loaded, AnnotatedArticle), loaded
    assert loaded.tally.read == loaded.tally.loaded + len(loaded.tally.rejected)
    return loaded


def rejection(path: Path, content: str | bytes | dict[str, Any], **options: Any) -> str:
    [loaded] = load(write(path, content), **options)
    assert isinstance(loaded, RejectedDocument), loaded
    assert loaded.rejection.file == path.name
    assert "\n" not in loaded.rejection.reason
    return loaded.rejection.reason


def write(path: Path, content: str | bytes | dict[str, Any]) -> Path:
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def small(**changes: Any) -> dict[str, Any]:
    """A sound document of two people and one claim, with changes."""
    return {
        "attest": 1,
        "text": "Ana Velt met Joss Arden in Tarn. Ana Velt left.",
        "entities": {
            "ana": {"type": "Person", "name": "Ana Velt"},
            "joss": {"type": "Person", "name": "Joss Arden"},
        },
        "claims": [{"subject": "ana", "relation": "metWith", "object": "joss", "quote": "met"}],
        **changes,
    }


def claim(**changes: Any) -> dict[str, Any]:
    made = {"subject": "ana", "relation": "metWith", "object": "joss", "quote": "met", **changes}
    return small(claims=[made])


def test_a_document_is_loaded_as_written(tmp_path: Path) -> None:
    loaded = article(tmp_path / "front.attest.yaml", DOCUMENT)
    text = loaded.text

    def at(words: str) -> Fragment:
        start = text.index(words)
        return Fragment(start, start + len(words), words)

    assert loaded.article == Article(
        "borrin-courier/2031-03-04",
        "Front denies training militia",
        "The Borrin Courier",
        "Lantern Wire",
        ("Ana Velt", "Joss Arden"),
        "2031-03-04",
        "https://courier.example/a/1",
        "en",
        "front.attest.yaml",
    )
    assert (loaded.annotator, loaded.layer, loaded.loader) == ("mk", "claims", "native")
    assert (loaded.tally.read, loaded.tally.loaded, loaded.tally.rejected) == (10, 10, [])
    front, guard, aide = loaded.entities[:3]
    assert front == Entity(
        "front",
        "ArmedGroup",
        (Mention((at("Harn Front"),)),),
        (Name("Harn Front"), Name("الجبهة", "ar"), Name("Front")),
        ("wikidata:Q1",),
    )
    assert guard.mentions == (Mention((at("River Guard"),)),)
    assert (aide.names, aide.named, aide.mentions[0].words) == ((), False, "an aide to the minister")
    training, denial, strength, begun = loaded.claims
    assert training == Claim(
        "training",
        "front",
        "trained",
        "guard",
        (at("The Harn Front trained"), at("the River Guard")),
        speakers=("wire", "aide"),
        certainty="probable",
        until="2030-21",
        said="2031-03-03",
        words="until last spring",
    )
    assert (denial.id, denial.polarity, denial.speakers) == ("claims[1]", "denied", ("front",))
    assert (strength.object, strength.place) == (Quantity(400, 600, "fighters"), "tarn")
    assert begun.object == DateValue("XXXX-06")


def test_json_and_yaml_say_the_same(tmp_path: Path) -> None:
    from loaders.yaml_reader import load as load_yaml

    data: Any = load_yaml(DOCUMENT, name="x").data
    data["attest"] = 1
    data["entities"]["aide"]["named"] = False
    data["claims"][0]["quote"][1]["occurrence"] = 1
    data["claims"][2]["object"] |= {"minimum": 400, "maximum": 600.0}
    from_json = article(tmp_path / "x", data)
    from_yaml = article(tmp_path / "x", DOCUMENT)
    assert from_json == from_yaml


def test_null_is_as_good_as_left_out(tmp_path: Path) -> None:
    from loaders.native.models import ArticleShape, ClaimShape, EntityShape, keys_of

    document = small()
    document |= dict.fromkeys(("text_file", "annotator", "layer"))
    document["article"] = dict.fromkeys(keys_of(ArticleShape))
    for part, shape in ((document["claims"][0], ClaimShape), (document["entities"]["ana"], EntityShape)):
        part |= {key: None for key in keys_of(shape) if key not in part}
    assert article(tmp_path / "x.json", document) == article(tmp_path / "x.json", small())


# One bad part costs itself and what uses it


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"relation": "metWiht"}, "'metWiht' is not a relation of the ontology; nearest is 'metWith'"),
        ({"relation": "happenedAt"}, "happenedAt takes"),
        ({"subject": "anna"}, "subject 'anna' is not the handle of an entity; nearest is 'ana'"),
        ({"object": {"exact": 3, "minimum": 2}}, "'object' has exact beside minimum or maximum"),
        ({"object": {"minimum": 3, "maximum": 2}}, "'object' has a minimum of 3, above its maximum of 2"),
        ({"object": {"unit": "men"}}, "'object' has no number; give minimum, maximum, exact or a date"),
        ({"object": {"date": "2031", "unit": "men"}}, "'object' is a date and a quantity at once"),
        ({"object": {"maximun": 2}}, "unknown key 'maximun' (did you mean 'maximum'?); allowed: "),
        ({"object": 5}, "'object' must be text or a mapping, not 5"),
        ({"object": {"exact": "many"}}, "'object.exact' must be a number, not 'many'"),
        ({"object": {"exact": 10**300}}, "'object.exact' must be less than or equal to"),
        ({"quote": "Met"}, 'quote "Met" is not in the text; nearest is "met"'),
        ({"quote": "Ana Velt"}, 'quote "Ana Velt" occurs twice: 1 "[Ana Velt] met Joss'),
        ({"quote": {"quote": "met", "sufix": " "}}, "unknown key 'sufix' (did you mean 'suffix'?)"),
        (
            {"quote": {"quote": "met", "occurrence": 0}},
            "'quote.occurrence' must be greater than or equal to 1",
        ),
        ({"quote": ""}, "'quote' is empty"),
        ({"quote": []}, "'quote' is empty"),
        ({"quote": None}, "'quote' must be text or a mapping or a list, not nothing"),
        ({"from": "last week"}, "'from': 'last week' is not a date: expected EDTF"),
        ({"from": 2032, "until": 2031}, "from 2032 is after until 2031"),
        ({"from": "2031/2032"}, "'from' is an interval (2031/2032); write it as time"),
        ({"time": "2031", "until": "2032"}, "has time beside from or until"),
        ({"polarity": "negative"}, "'polarity' is 'negative'; it must be affirmed or denied"),
        ({"ended": "yes"}, "'ended' must be true or false, not 'yes'"),
        ({"speakers": ["joss", "nobody"]}, "speakers 'nobody' is not the handle of an entity"),
        ({"speakers": "ana", "speakers_each": ["joss"]}, "has both speakers and speakers_each"),
        ({"place": "joss"}, "place 'joss' is of type Person, which is not a kind of Place"),
        ({"words": "two\nlines"}, "'words' must be on one line"),
        ({"quantity": {}}, "'quantity' has no number; give minimum, maximum, exact"),
        ({"says": "joss"}, "unknown key 'says'"),
    ],
)
def test_a_wrong_claim_is_rejected_alone(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    document = claim(**change)
    document["claims"].append(small()["claims"][0])
    loaded = article(tmp_path / "x.jsonl", document)
    [rejected] = loaded.tally.rejected
    assert rejected.reason.startswith(reason)
    assert "\n" not in rejected.reason
    assert (rejected.file, rejected.line, rejected.id) == ("x.jsonl", 1, "claims[0]")
    assert [c.id for c in loaded.claims] == ["claims[1]"]
    assert len(loaded.entities) == 2


@pytest.mark.parametrize("wrong", [5, None, "ana", [], {}])
def test_what_is_no_claim_at_all_is_rejected_alone(tmp_path: Path, wrong: Any) -> None:
    loaded = article(tmp_path / "x.json", small(claims=[wrong, *small()["claims"]]))
    assert [r.id for r in loaded.tally.rejected] == ["claims[0]"]
    assert len(loaded.claims) == 1


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        ({"type": "Persn", "name": "Ana Velt"}, "'Persn' is not a type of the ontology; nearest is 'Person'"),
        ({"type": "Quantity", "name": "Ana Velt"}, "'Quantity' is not a type of the ontology"),
        ({"type": "Person"}, "has neither a name nor mentions"),
        (
            {"type": "Person", "name": "Anna Velt"},
            'no mention of it: quote "Anna Velt" is not in the text; nearest',
        ),
        ({"type": "Person", "name": "Vel"}, 'no mention of it: "Vel" occurs only inside longer words'),
        ({"type": "Person", "names": ["Anna", "Vel"]}, "none of its names is in the text"),
        ({"type": "Person", "mentions": ["she"]}, 'mention: quote "she" is not in the text'),
        ({"type": "Person", "mentions": [{"quote": "Ana"}]}, 'mention: quote "Ana" occurs twice'),
        ({"type": "Person", "name": "Ana", "identifiers": ["Q5"]}, "'Q5'"),
        ({"type": "Person", "name": 5}, "'name' must be text, not 5 (put it in quotation marks)"),
        ({"name": "Ana"}, "'type' is missing"),
        ("Ana", "must be a mapping, not 'Ana'"),
    ],
)
def test_a_wrong_entity_takes_only_its_claims_along(tmp_path: Path, entity: Any, reason: str) -> None:
    document = small()
    document["entities"] = {"ana": entity, "joss": {"type": "Person", "name": "Joss Arden"}}
    document["claims"].append({"subject": "joss", "relation": "metWith", "object": "joss", "quote": "met"})
    loaded = article(tmp_path / "x.json", document)
    first, second = loaded.tally.rejected
    assert first.id == "ana"
    assert first.reason.startswith(reason)
    assert (second.id, second.reason) == ("claims[0]", "subject 'ana' is an entity that was rejected")
    assert [c.id for c in loaded.claims] == ["claims[1]"]


def test_rejections_in_yaml_name_the_line(tmp_path: Path) -> None:
    content = DOCUMENT.replace("type: Place", "type: Plaice").replace("said: 2031-03-03", "said: yesterday")
    loaded = article(tmp_path / "x.yaml", content)
    lines = content.splitlines()
    by_id = {r.id: r for r in loaded.tally.rejected}
    assert list(by_id) == ["tarn", "claims[0] training", "claims[2]"]
    for name, words in (
        ("tarn", "Plaice"),
        ("claims[0] training", "yesterday"),
        ("claims[2]", "place: tarn"),
    ):
        line = by_id[name].line
        assert line is not None
        assert words in lines[line - 1]


def test_equal_claim_ids_are_refused(tmp_path: Path) -> None:
    twice = [{**small()["claims"][0], "id": "x"}] * 2
    loaded = article(tmp_path / "x.json", small(claims=twice))
    assert [r.reason for r in loaded.tally.rejected] == ["the id 'x' is already used by another claim"]


# What a document can say


def test_each_of_several_speakers_makes_a_claim(tmp_path: Path) -> None:
    loaded = article(tmp_path / "x.json", claim(speakers_each=["ana", ["ana", "joss"]], id="m"))
    assert [(c.id, c.speakers) for c in loaded.claims] == [("m.1", ("ana",)), ("m.2", ("ana", "joss"))]
    assert loaded.tally.read == 3


@pytest.mark.parametrize(
    ("given", "start", "until"),
    [
        ({"time": "2031-03-04"}, "2031-03-04", "2031-03-04"),
        ({"time": "2031-03/.."}, "2031-03", None),
        ({"time": "2030/2031-02"}, "2030", "2031-02"),
        ({"from": 2031}, "2031", None),
        ({"until": " 203X "}, None, "203X"),
        ({}, None, None),
    ],
)
def test_when_it_held(tmp_path: Path, given: dict[str, Any], start: str | None, until: str | None) -> None:
    [made] = article(tmp_path / "x.json", claim(**given)).claims
    assert (made.start, made.until) == (start, until)


def test_mentions_are_in_reading_order_and_nested_names_make_one(tmp_path: Path) -> None:
    document = small(text="Velt the elder. Ana Velt met Joss Arden.", claims=[])
    document["entities"] = {
        "ana": {"type": "Person", "names": ["Arden", "Ana Velt", "Velt", "Ana"]},
        "joss": {"type": "Person", "mentions": ["Joss Arden", ["Velt the", "elder"], "Joss Arden"]},
    }
    ana, joss = article(tmp_path / "x.json", document).entities
    assert [m.words for m in ana.mentions] == ["Velt", "Ana Velt", "Arden"]
    assert [m.words for m in joss.mentions] == ["Velt the elder", "Joss Arden"]
    assert [n.text for n in ana.names] == ["Arden", "Ana Velt", "Velt", "Ana"]


TEXTS = st.text(st.sampled_from("ab \n😀é\u0301طل字👩\u200d"), min_size=1, max_size=60).filter(str.strip)


@given(TEXTS, st.data())
def test_quotes_keep_their_place_through_json(words: str, data: st.DataObject) -> None:
    import io

    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    text = words + "\nAna Velt, Joss Arden"
    quote = {"quote": words[start:end], "prefix": words[:start], "suffix": text[end:]}
    raw = json.dumps({**claim(quote=quote), "text": text}, ensure_ascii=data.draw(st.booleans())).encode()
    [loaded] = native.load(io.BytesIO(raw), name="x.jsonl", ontology=ONTOLOGY)
    assert isinstance(loaded, AnnotatedArticle)
    assert loaded.text == text
    assert loaded.claims[0].evidence == (Fragment(start, end, words[start:end]),)


# Whole documents


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"attest": 2, "future": True}, "written in version 2 of the format; this program reads version 1"),
        ({"attest": 0, "text": "x"}, "'attest' must be greater than or equal to 1"),
        ({"attest": True, "text": "x"}, "'attest' must be a whole number, not true"),
        ({"text": "x"}, "not an annotated article: the first key must be attest: 1"),
        ({"attest": 1}, "no text: give text or text_file"),
        ({"attest": 1, "text": " \n"}, "no text: give text or text_file"),
        (small(article={"published": "yesterday"}), "'published': 'yesterday' is not a date: expected EDTF"),
        (small(article={"titel": "x"}), "unknown key 'titel' (did you mean 'title'?); allowed: id, title,"),
        (small(article={"url": "javascript:alert(1)"}), "'article.url' must be a web address"),
        (small(article={"language": "English, mostly"}), "'article.language' must be a language tag"),
        (small(article={"id": "a\nb"}), "'article.id' must be on one line"),
        (small(claim=[]), "unknown key 'claim' (did you mean 'claims'?)"),
        (small(claims={}), "'claims' must be a list, not a mapping"),
        (small(entities=[]), "'entities' must be a mapping, not a list"),
        (small(text="x" * 2001), "the text has 2,001 characters; the limit is 2,000"),
        (small(text="half \ud83d"), r"\ud83d is half a surrogate pair"),
        (small(text_file="x.txt"), "has both text and text_file"),
    ],
)
def test_a_document_that_cannot_be_loaded(tmp_path: Path, document: dict[str, Any], reason: str) -> None:
    assert rejection(tmp_path / "x.json", document, max_characters=2000).startswith(reason)


def test_a_rejected_document_tells_how_many_annotations_it_had(tmp_path: Path) -> None:
    [rejected] = load(write(tmp_path / "x.json", small(text="")))
    assert isinstance(rejected, RejectedDocument)
    assert rejected.read == 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"attest": 1, "attest": 1, "text": "x"}', "not JSON: the key 'attest' occurs twice"),
        (b'{"attest": 1, "text": "x", "claims": NaN}', "not JSON: NaN is not a number"),
        (b'{"attest": 1, "text": "\xe9"}', "is not UTF-8 (byte 0xe9): convert it"),
        (b'{"attest": 1, "x": ' + b"[" * 200_000, "nested too deeply"),
        (b'{"attest": ' + b"1" * 5000 + b"}", "a number has too many digits"),
        (b'{"attest": 1, "text": ', "not JSON: Expecting value"),
        (b"", "the file is empty"),
        ('{"attest": 1}'.encode("utf-16"), "is UTF-16: save it as UTF-8"),
        (b'"attest"', "not an annotated article"),
    ],
)
def test_what_is_no_sound_json(tmp_path: Path, content: bytes, reason: str) -> None:
    assert rejection(tmp_path / "x.json", content).startswith(reason)


@pytest.mark.parametrize(
    "content",
    [
        "attest: 1\ntext: !!python/object/apply:os.system [id]\n",
        "attest: 1\ntext: &a [x]\nlayer: *a\n",
        "attest: 1\ntext: x\ntext: y\n",
        "attest: 1\ntext: 'x\n",
        "- attest: 1\n",
        "",
    ],
)
def test_what_is_no_sound_yaml(tmp_path: Path, content: str) -> None:
    assert rejection(tmp_path / "x.yaml", content)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.json: cannot be read: No such file"):
        load(tmp_path / "gone.json")


# The text in a file of its own


def test_a_text_file_keeps_its_characters_and_names_the_article(tmp_path: Path) -> None:
    document = small(text_file="texts/story.txt")
    del document["text"]
    (tmp_path / "texts").mkdir()
    write(tmp_path / "texts" / "story.txt", "\ufeffAna Velt\r\nmet Joss Arden\r\n")
    loaded = article(tmp_path / "x.json", document)
    assert loaded.text == "Ana Velt\r\nmet Joss Arden\r\n"
    assert loaded.claims[0].evidence == ((10, 13, "met"),)
    assert loaded.article.path == "texts/story.txt"
    assert loaded.tally.notes == ["a byte order mark before the text was removed"]


@pytest.mark.parametrize(
    "name",
    ["../secret.txt", "/etc/passwd", "a/../../secret.txt", "..\\secret.txt", "link.txt", "loop", ".", "no"],
)
def test_a_text_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "feed"
    folder.mkdir()
    write(tmp_path / "secret.txt", "secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "loop").symlink_to(folder / "loop")
    assert f"text_file {name!r} " in rejection(folder / "x.json", {"attest": 1, "text_file": name})


def test_a_text_file_in_another_encoding_or_too_long_is_refused(tmp_path: Path) -> None:
    document = {"attest": 1, "text_file": "x.txt"}
    write(tmp_path / "x.txt", "caf\u00e9".encode("latin-1"))
    assert "is not UTF-8 (byte 0xe9 at 3)" in rejection(tmp_path / "x.json", document)
    write(tmp_path / "x.txt", "é" * 3000)
    assert "the limit is 100" in rejection(tmp_path / "x.json", document, max_characters=100)
    write(tmp_path / "x.txt", "字" * 3000)
    assert "more than 100 characters" in rejection(tmp_path / "x.json", document, max_characters=100)


# Which files are ours


@pytest.mark.parametrize(
    ("name", "head", "is_native"),
    [
        ("x.attest.yaml", b"attest: 1\ntext: x", True),
        ("x.yml", b"\xef\xbb\xbf# a note\nattest: 1\n", True),
        ("x.yaml", b"mapping: 1\n  attest: 1\n", False),
        ("x.json", b'[\n {"attest": 1, ', True),
        ("x.jsonl", b'{"annotator":"a","article":{},"attest":1', True),
        ("x.json", b'{"text": "the attest: key"}', False),
        ("x.ann", b"T1\tattest: 1", False),
    ],
)
def test_files_are_recognised(name: str, head: bytes, is_native: bool) -> None:
    assert native.recognise(head, name) is is_native
