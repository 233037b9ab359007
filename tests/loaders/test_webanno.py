"""WebAnno TSV, as WebAnno and INCEpTION write it and as it is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.files import File
from loaders.formats import Options, Unit, recognised
from loaders.source import Attribute, SourceDocument
from loaders.webanno import reading as webanno
from ontology.errors import SourceError
from ontology.models import RejectedDocument
from ontology.vocabulary import load

ONTOLOGY = load()
HEADER = "#FORMAT=WebAnno TSV 3.3\n"
SPAN = "#T_SP=custom.Actor|kind|note\n"
PLAIN = "#T_SP=custom.Mark|\n"
RELATION = "#T_RL=custom.Ties|sort|BT_custom.Actor\n"
CHAIN = "#T_CH=dkpro.CoreferenceLink|referenceType|referenceRelation\n"
SLOTS = "#T_SP=custom.Raid|ROLE_custom.Raid:who_did_custom.RaidWho_didLink|custom.Actor|mood\n"


def read(folder: Path, content: str | bytes, *, limit: int = 5_000_000) -> SourceDocument | RejectedDocument:
    path = folder / "post.tsv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    file = File(str(path), "post.tsv", path, folder)
    (document,) = webanno.FORMAT.read(Unit(file), Options(ONTOLOGY, limit))
    assert isinstance(document, SourceDocument | RejectedDocument)
    if isinstance(document, SourceDocument):
        for span in document.spans:
            assert all(document.text[start:end] == exact for start, end, exact in span.fragments)
    return document


def document(folder: Path, content: str | bytes) -> SourceDocument:
    found = read(folder, content)
    assert isinstance(found, SourceDocument)
    return found


def spans(found: SourceDocument) -> list[tuple[str, str]]:
    return [(span.label, " … ".join(f.exact for f in span.fragments)) for span in found.spans]


def attributes(found: SourceDocument, id: str) -> dict[str, str | None]:
    return {a.label: a.value for a in found.attributes if a.target == id}


def reasons(found: SourceDocument) -> list[str]:
    return [rejection.reason for rejection in found.rejected]


def only(found: list[Attribute]) -> Attribute:
    (one,) = found
    return one


# -- text and offsets


def test_sentences_stand_where_their_tokens_say(tmp_path: Path) -> None:
    content = (
        HEADER
        + "\n\n#Sentence.id=s-1\n#Text=Vela spoke .\n1-1\t2-6\tVela\t\n1-2\t7-12\tspoke\t\n1-3\t13-14\t.\t\n"
    )
    content += "\n#Text=Oren\n#Text=left\n2-1\t14-18\tOren\t\n2-2\t19-23\tleft\t\n"
    content += "\n#Text=No\n3-1\t24-26\tNo\t\n\n#Text=one\n4-1\t29-32\tone\t\n"
    found = document(tmp_path, content)
    assert found.text == "  Vela spoke .Oren\nleft\nNo\n  one"
    assert not found.rejected
    assert not found.remarks
    assert found.read == 0


def test_offsets_count_utf16_units(tmp_path: Path) -> None:
    content = (
        HEADER + SPAN + "\n\n#Text=🚢🚢 Küste مينا e\u0301\n1-1\t0-2\t🚢\ta\t*\t\n1-1.1\t0-2\t🚢\t_\t_\t\n"
    )
    content += "1-2\t2-4\t🚢\t_\t_\t\n1-3\t5-10\tKüste\tland[7]\t*[7]\t\n1-4\t11-15\tمينا\tland[7]\t*[7]\t\n"
    content += "1-5\t16-18\te\u0301\tx\t*\t\n"
    found = document(tmp_path, content)
    assert spans(found) == [("Actor", "🚢"), ("Actor", "Küste مينا"), ("Actor", "e\u0301")]
    assert found.spans[1].fragments[0].start == 3
    assert not found.rejected


def test_offsets_of_writers_that_count_characters(tmp_path: Path) -> None:
    content = (
        HEADER + SPAN + "\n\n#Text=🚢 Port of Arun\n1-1\t0-1\t🚢\t_\t_\t\n1-2\t2-6\tPort\tland[1]\t*[1]\t\n"
    )
    content += "1-3\t7-9\tof\tland[1]\t*[1]\t\n1-4\t10-14\tArun\tland[1]\t*[1]\t\n"
    found = document(tmp_path, content)
    assert spans(found) == [("Actor", "Port of Arun")]
    assert any("count characters" in remark for remark in found.remarks)


def test_an_offset_within_a_character_is_no_place(tmp_path: Path) -> None:
    found = document(tmp_path, HEADER + SPAN + "\n\n#Text=🚢\n1-1\t0-2\t🚢\t_\t_\t\n1-1.1\t1-2\t?\tx\t*\t\n")
    assert reasons(found) == [
        "its offsets 1-2 are no place in the text",
        "refers to Actor:1-1.1, which was rejected",
    ]


def test_words_that_are_not_in_the_text_are_rejected(tmp_path: Path) -> None:
    content = HEADER + SPAN + "\n\n#Text=Vela left\n1-1\t0-4\tVela\tperson\t*\t\n1-2\t5-9\tstayed\tact\t*\t\n"
    found = document(tmp_path, content)
    assert spans(found) == [("Actor", "Vela")]
    assert reasons(found) == [
        "says 'stayed', but the text there is 'left'",
        "refers to Actor:1-2, which was rejected",
    ]
    assert found.rejected[0].line == 7
    assert "1 of 2 rows do not fit the text" in found.remarks[0]


def test_a_sentence_in_the_place_of_another_is_not_guessed_at(tmp_path: Path) -> None:
    content = HEADER + SPAN + "\n\n#Text=Vela left\n1-1\t0-4\tVela\t_\t_\t\n1-2\t5-9\tleft\t_\t_\t\n"
    content += "\n#Text=left\n2-1\t5-9\tleft\tact\t*\t\n\n#Text=Oren\n3-1\t20-24\tOren\tperson\t*\t\n"
    found = document(tmp_path, content)
    assert spans(found) == [("Actor", "Oren")]
    assert reasons(found)[0] == "its sentence begins at 5, but the text before it goes on to 9"


@pytest.mark.parametrize(
    ("version", "written", "meant"),
    [
        ("3.3", r"a\tb \\t \r \f \u00e9", "a\tb \\t \r \f \\u00e9"),
        ("3.2", "a\\\x01b", "a\x01b"),
        ("3.1", r"a\tb \u00e9 \"q\" \ud83d\ude0a \101", 'a\tb é "q" 😊 A'),
        ("3.0", r"half \ud83d of one", "half \ufffd of one"),
        ("3", r"\'s", "'s"),
    ],
)
def test_escapes_in_the_text(tmp_path: Path, version: str, written: str, meant: str) -> None:
    content = f"#FORMAT=WebAnno TSV {version}\n\n\n#Text={written}\n1-1\t0-1\t{meant[0]}\t\n"
    assert document(tmp_path, content).text == meant


def test_a_token_may_have_tabs(tmp_path: Path) -> None:
    content = HEADER + SPAN + "\n\n#Text=a\\tb c\n1-1\t0-3\ta\tb\tx\t*\t\n1-2\t4-5\tc\ty\t*\t\n"
    found = document(tmp_path, content)
    assert spans(found) == [("Actor", "a\tb"), ("Actor", "c")]
    assert [a.value for a in found.attributes] == ["x", "y"]


def test_white_space_before_the_first_token(tmp_path: Path) -> None:
    content = (
        HEADER + PLAIN + "\n\n#Text= Vela\n1-1\t1-5\tVela\t*\t\n\n#Text=\t Oren \n2-1\t8-12\tOren\t*\t\n"
    )
    found = document(tmp_path, content)
    assert found.text == " Vela\n\t\x20Oren "
    assert spans(found) == [("Mark", "Vela"), ("Mark", "Oren")]


def test_sentences_without_tokens(tmp_path: Path) -> None:
    content = (
        HEADER
        + PLAIN
        + "\n\n#Text=Vela\n1-1\t0-4\tVela\t*\t\n\n#Text= \n\n#Text=Oren\n3-1\t7-11\tOren\t*\t\n"
    )
    found = document(tmp_path, content + "\n#Text=lost\n\n#Text=x\n5-1\t13-14\tx\t*\t\n\n#Text=end\n")
    assert found.text == "Vela\n \nOren\n x\nend"
    assert not found.rejected
    assert found.remarks == [
        f"{found.source}: line 13: a sentence without tokens has no place in the text and is left out"
    ]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_windows_line_ends_and_missing_tabs(tmp_path: Path, mark: bytes) -> None:
    content = (
        HEADER + SPAN + "\n\n#Text=Vela left\n1-1\t0-4\tVela\tperson\t*\n1-2\t5-9\tleft\t_\t_"
    ).replace("\n", "\r\n")
    found = document(tmp_path, mark + content.encode())
    assert spans(found) == [("Actor", "Vela")]
    assert found.text == "Vela left"
    assert bool(found.remarks) == bool(mark)


# -- spans


def test_stacks_ids_and_parts_of_tokens(tmp_path: Path) -> None:
    content = HEADER + SPAN + PLAIN + "\n\n#Text=North Arun port .\n"
    content += "1-1\t0-5\tNorth\tland[1]|group[2]\t*[1]|old[2]\t_\t\n"
    content += "1-2\t6-10\tArun\tland[1]|group[2]\t*[1]|old[2]\t*|*\t\n"
    content += (
        "1-3\t11-15\tport\tgroup[2]\told[2]\t_\t\n1-3.1\t11-13\tpo\t_\t_\t*\t\n1-3.2\t15-15\t\tend\t*\t_\t\n"
    )
    content += "1-4\t16-17\t.\t*\t*\t_\t\n"
    found = document(tmp_path, content)
    assert spans(found) == [
        ("Actor", "North Arun"),
        ("Actor", "North Arun port"),
        ("Mark", "Arun"),
        ("Mark", "Arun"),
        ("Mark", "po"),
        ("Actor", ""),
        ("Actor", "."),
    ]
    assert attributes(found, "Actor:1-1[2]") == {"kind": "group", "note": "old"}
    assert attributes(found, "Actor:1-4") == {}
    assert [span.id for span in found.spans][2:4] == ["Mark:1-2", "Mark:1-2/2"]
    assert not found.rejected


def test_a_value_belongs_to_the_annotation_whose_id_it_has(tmp_path: Path) -> None:
    content = HEADER + SPAN + "\n\n#Text=Arun\n1-1\t0-4\tArun\tland[1]|group[2]\tonly[2]\t\n"
    found = document(tmp_path, content)
    assert attributes(found, "Actor:1-1[1]") == {"kind": "land"}
    assert attributes(found, "Actor:1-1[2]") == {"kind": "group", "note": "only"}


def test_tokens_apart_make_fragments(tmp_path: Path) -> None:
    content = (
        HEADER + PLAIN + "\n\n#Text=the Vela or Oren group\n1-1\t0-3\tthe\t_\t\n1-2\t4-8\tVela\t*[1]\t\n"
    )
    content += "1-3\t9-11\tor\t_\t\n1-4\t12-16\tOren\t_\t\n1-5\t17-22\tgroup\t*[1]\t\n"
    assert spans(document(tmp_path, content)) == [("Mark", "Vela … group")]


def test_a_span_over_two_sentences(tmp_path: Path) -> None:
    content = HEADER + PLAIN + "\n\n#Text=One\n1-1\t0-3\tOne\t*[1]\t\n\n#Text=Two\n2-1\t4-7\tTwo\t*[1]\t\n"
    assert spans(document(tmp_path, content)) == [("Mark", "One\nTwo")]


def test_values_are_unescaped(tmp_path: Path) -> None:
    written = r"\*\|\[1\]\_\;\->\\\t\n"
    content = (
        HEADER
        + SPAN
        + f"\n\n#Text=a b\n1-1\t0-1\ta\t{written}[1]|x\\\\[2]\t\\*[1]|\\_[2]\t\n1-2\t2-3\tb\ta\\\\|b\t*|*\t\n"
    )
    found = document(tmp_path, content)
    assert attributes(found, "Actor:1-1[1]") == {"kind": "*|[1]_;->\\\t\n", "note": "*"}
    assert attributes(found, "Actor:1-1[2]") == {"kind": "x\\", "note": "_"}
    assert attributes(found, "Actor:1-2") == {"kind": "a\\"}
    assert attributes(found, "Actor:1-2/2") == {"kind": "b"}


def test_a_feature_with_two_values_is_rejected(tmp_path: Path) -> None:
    content = (
        HEADER
        + SPAN
        + "\n\n#Text=Port Arun\n1-1\t0-4\tPort\tland[1]\t*[1]\t\n1-2\t5-9\tArun\tsea[1]\t*[1]\t\n"
    )
    found = document(tmp_path, content)
    assert spans(found) == [("Actor", "Port Arun")]
    assert reasons(found) == ["is 'land' on one row and 'sea' on another"]
    assert found.rejected[0].kind == "attribute"
    assert not found.attributes


# -- relations, slots, chains

TWO = "\n\n#Text=Vela met Oren\n"


def test_a_relation_comes_from_the_row_that_its_cell_names(tmp_path: Path) -> None:
    content = (
        HEADER
        + SPAN
        + RELATION
        + TWO
        + "1-1\t0-4\tVela\tp[1]|q[2]\t*[1]|*[2]\tally|\\_|*\t1-3[3_2]|1-3[3_1]|1-3[3_1]\t\n"
    )
    content += "1-2\t5-8\tmet\tverb\t*\t*\t1-2\t\n1-3\t9-13\tOren\tp[3]|q[4]\t*[3]|*[4]\t_\t1-2[0_4]\t\n"
    found = document(tmp_path, content)
    links = [
        (link.id, [tuple(a) for a in link.arguments], attributes(found, link.id)) for link in found.links
    ]
    assert links == [
        ("Ties:1-1", [("source", "Actor:1-3[3]"), ("target", "Actor:1-1[2]")], {"sort": "ally"}),
        ("Ties:1-1/2", [("source", "Actor:1-3[3]"), ("target", "Actor:1-1[1]")], {"sort": "_"}),
        ("Ties:1-1/3", [("source", "Actor:1-3[3]"), ("target", "Actor:1-1[1]")], {}),
        ("Ties:1-2", [("source", "Actor:1-2"), ("target", "Actor:1-2")], {}),
        ("Ties:1-3", [("source", "Actor:1-2"), ("target", "Actor:1-3[4]")], {}),
    ]
    assert all(link.trigger is None for link in found.links)
    assert not found.rejected


def test_relations_between_tokens(tmp_path: Path) -> None:
    segmentation = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
    speech = "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS"
    content = HEADER + f"#T_SP={speech}|PosValue\n#T_RL=custom.Dep|sort|BT_{segmentation}\n" + TWO
    content += (
        "1-1\t0-4\tVela\tN\tsubj\t1-2\t\n1-2\t5-8\tmet\t_\troot\t1-2\t\n1-3\t9-13\tOren\tN\tobj\t1-2\t\n"
    )
    found = document(tmp_path, content)
    assert spans(found) == [("POS", "Vela"), ("POS", "Oren"), ("Token", "met")]
    assert [tuple(a) for a in found.links[0].arguments] == [("source", "Token:1-2"), ("target", "POS:1-1")]


def test_slots_make_an_event(tmp_path: Path) -> None:
    content = HEADER + SPAN + SLOTS + TWO
    content += "1-1\t0-4\tVela\tp\t*\t_\t_\t_\t\n"
    content += "1-2\t5-8\tmet\t_\t_\tleader\\;1;*[1]|_[2]\t1-1;1-3[9]|*\tsad[1]|*[2]\t\n"
    content += "1-3\t9-13\tOren\tp[8]|q[9]\t*[8]|*[9]\t_\t_\t_\t\n"
    found = document(tmp_path, content)
    first, second = found.links
    assert (first.label, first.trigger) == ("Raid", "Raid:1-2[1].trigger")
    assert [tuple(a) for a in first.arguments] == [("leader;1", "Actor:1-1"), ("who_did", "Actor:1-3[9]")]
    assert attributes(found, first.id) == {"mood": "sad"}
    assert second.arguments == ()
    assert [s.id for s in found.spans if s.label == "Raid"] == [first.trigger, second.trigger]
    assert not found.rejected


def test_slots_of_any_type(tmp_path: Path) -> None:
    slots = "#T_SP=c.Host|ROLE_c.Host:links_c.HostLinksLink|uima.tcas.Annotation\n"
    content = HEADER + SPAN + slots + TWO + "1-1\t0-4\tVela\tp[2]\t*[2]\tx\t1-2[1]\t\n"
    content += "1-2\t5-8\tmet\t_\t_\ta;b;c[1]\t1-1[2];1-3;1-9\t\n1-3\t9-13\tOren\tp\t*\t_\t_\t\n"
    found = document(tmp_path, content)
    assert sorted(reasons(found)) == [
        "refers to 1-9, which is no token of this file",
        "refers to Host:1-2[1], which was rejected",
    ]
    found = document(tmp_path, content.replace("1-9", "1-1[2]").replace("x\t1-2[1]", "_\t_"))
    (link,) = found.links
    assert [tuple(a) for a in link.arguments] == [
        ("a", "Actor:1-1[2]"),
        ("b", "Actor:1-3"),
        ("c", "Actor:1-1[2]"),
    ]


def test_chains(tmp_path: Path) -> None:
    content = HEADER + CHAIN + "\n\n#Text=Port Arun , it grew , they say\n"
    content += "1-1\t0-4\tPort\tname[1]\tcoref->1-1\t\n"
    content += "1-2\t5-9\tArun\tname[1]|*[2]\tcoref->1-1|*->2-1\t\n1-3\t10-11\t,\t_\t_\t\n"
    content += (
        "1-4\t12-14\tit\tpr\\[[1]\t*->1-3\t\n1-5\t15-19\tgrew\t*[1]\tx\\->y->1-2\t\n1-6\t20-21\t,\t_\t_\t\n"
    )
    content += "1-7\t22-26\tthey\t_\t_\t\n1-7.1\t22-24\tth\t*[2]\t*->2-2\t\n1-8\t27-30\tsay\tt\tno\t\n"
    found = document(tmp_path, content)
    assert [(s.id, s.label, s.mention.words) for s in found.spans] == [
        ("Coreference->1-1", "Coreference", "Port Arun"),
        ("Coreference->2-1", "Coreference", "Arun"),
        ("Coreference->1-3", "Coreference", "it"),
        ("Coreference->1-2", "Coreference", "grew"),
        ("Coreference->2-2", "Coreference", "th"),
    ]
    assert attributes(found, "Coreference->1-1") == {"referenceType": "name", "referenceRelation": "coref"}
    assert attributes(found, "Coreference->1-3") == {"referenceType": "pr["}
    assert attributes(found, "Coreference->1-2") == {"referenceRelation": "x->y"}
    assert [(e.label, e.members) for e in found.equivalences] == [
        ("Coreference", ("Coreference->1-1", "Coreference->1-2", "Coreference->1-3")),
        ("Coreference", ("Coreference->2-1", "Coreference->2-2")),
    ]
    assert reasons(found) == ["says 'no'; expected chain and place such as *->1-2"]


def test_two_layers_of_one_name(tmp_path: Path) -> None:
    content = HEADER + "#T_SP=a.Mark|\n#T_SP=b.Mark|\n\n\n#Text=x\n1-1\t0-1\tx\t*\t*\t\n"
    found = document(tmp_path, content)
    assert spans(found) == [("Mark", "x"), ("Mark", "x")]
    assert not found.rejected


# -- what is wrong


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("1-1\t0-4\tVela\tp\n", "has 1 cells behind its word; the header declares 4"),
        ("1-1\t0-4\tVela\t_\t_\t_\t_\tmore\t\n", "has more cells than the 4 that the header declares"),
        ("Vela\tp\n", "is no row: it does not begin with a token's number, such as 1-1"),
        ("1-1\t0-x\tVela\t_\t_\t_\t_\t\n", "is no row: expected number, offsets such as 0-4, and word"),
        ("1-1\n", "is no row: expected number, offsets such as 0-4, and word"),
        ("1-1\t0-4\tVela\t_\t_\t_\t_\t\n1-1\t5-8\tmet\tp\t*\t_\t_\t\n", "the token 1-1 is already on line 7"),
        ("1-1\t0-4\tVela\tp\t*\tally\t_\t\n", "sort is 'ally', but where it comes from is not said"),
        ("1-1\t0-4\tVela\tp\t*\t*\thim\t\n", "comes from 'him'; expected a token's number such as 1-2[3_4]"),
        ("1-1\t0-4\tVela\tp\t*\t*\t7-7\t\n", "refers to 7-7, which is no token of this file"),
        ("1-1\t0-4\tVela\tp\t*\t*\t1-1[5_0]\t\n", "refers to 1-1[5], which does not exist"),
        ("1-1\t0-4\tVela\t_\t_\t*\t1-1\t\n", "refers to 1-1, on which nothing is marked"),
        ("1-1\t9-4\tVela\tp\t_\t_\t_\t\n", "its offsets 9-4 are no place in the text"),
        ("1-1\t0-99\tVela\tp\t_\t_\t_\t\n", "its offsets 0-99 are no place in the text"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_reason(tmp_path: Path, rows: str, expected: str) -> None:
    found = document(tmp_path, HEADER + SPAN + RELATION + TWO + rows)
    assert expected in reasons(found)
    assert all(rejection.line for rejection in found.rejected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "#FORMAT=WebAnno TSV 4.0\n\n\n#Text=x\n1-1\t0-1\tx\t\n",
            ":1: is 'WebAnno TSV 4.0'; what can be read is WebAnno TSV 3.x",
        ),
        ("#FORMAT=WebAnno TSV 99999999999.1\n", "what can be read is"),
        (HEADER, "has no sentence"),
        (HEADER + "\n\n1-1\t0-1\tx\t\n", ":4: has no `#Text=` line above 1-1"),
        (HEADER + "#T_SP=\n", ":2: declares a layer without a name"),
        (HEADER + PLAIN + PLAIN, ":3: declares the layer custom.Mark a second time"),
        (HEADER + "#T_RL=a.B|c\n", "declares the relation a.B without one `BT_` column"),
        (HEADER + "#T_CH=a.BLink|referenceType\n", "declares the chain a.BLink; expected"),
        (
            HEADER + "#T_SP=a.B|ROLE_a.B:c_d.E\n",
            "declares a slot feature of a.B without the layer that fills it",
        ),
        (HEADER + "#T_SP=a.B|ROLE_x|y\n", "expected `ROLE_layer:feature_linktype`"),
        (HEADER + "#T_SP=a.B" + "|f" * 3000, "declares more than 2,000 columns"),
        (HEADER + "\n\n#Text=x\n1-1\t0-1\tx\t\n" + HEADER, ":6: declares layers behind its first sentence"),
        (HEADER.encode("utf-16"), "is UTF-16"),
        (HEADER.encode() + b"\xe9", "is not UTF-8"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: str | bytes, expected: str) -> None:
    with pytest.raises(SourceError) as error:
        read(tmp_path, content)
    assert expected in str(error.value)


@pytest.mark.parametrize("offset", ["101-102", "999999999-999999999"])
def test_a_text_that_is_too_long_is_refused_before_it_is_made(tmp_path: Path, offset: str) -> None:
    found = read(tmp_path, HEADER + f"\n\n#Text=x\n1-1\t{offset}\tx\t\n", limit=100)
    assert isinstance(found, RejectedDocument)
    assert found.rejection.reason == "the text has more than 100 characters, the limit"


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (HEADER, True),
        ("\ufeff" + HEADER, True),
        ("#T_SP=custom.Mark|\n\n\n#Text=x\n1-1\t0-1\tx\t*\t\n", True),
        ("#Summary=…\n#T_RL=custom.Ties|BT_custom.Mark\n", True),
        ("#Text=x\n1-1\t0-1\tx\t\n", True),
        ("#Text=x\r\n1-1\t0-1\tx\t\r\n", True),
        ("#Text=x\n1\tx\t_\tNOUN\n", False),
        ("# a comment\nkey\tvalue\n", False),
        ("Vela said: #FORMAT=WebAnno TSV 3.3\n", False),
        ("", False),
    ],
)
def test_recognition_is_by_content(tmp_path: Path, content: str, is_one: bool) -> None:
    path = tmp_path / "post.dat"
    path.write_text(content)
    assert (recognised(File("post.dat", "post.dat", path, tmp_path)) is webanno.FORMAT) == is_one
