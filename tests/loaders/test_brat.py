"""brat standoff line by line: what each kind of line gives, and why a line is rejected."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.brat import reading as brat
from loaders.source import SourceDocument

TEXT = "The Red Heron Front trained Varnak fighters, Minister Dalo Ipek said. Aides denied it."


def save(folder: Path, annotations: str | bytes, text: str | bytes = TEXT) -> Path:
    for name, content in (("x.txt", text), ("x.ann", annotations)):
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / "x.ann"


def read(folder: Path, annotations: str | bytes, text: str | bytes = TEXT) -> SourceDocument:
    (document,) = brat.find([save(folder, annotations, text)])
    return brat.read(document)


def span(id: str, label: str, words: str, text: str = TEXT, after: int = 0) -> str:
    start = text.index(words, after)
    return f"{id}\t{label} {start} {start + len(words)}\t{words}\n"


FRONT, FIGHTERS, IPEK = (
    span("T1", "Group", "Red Heron Front"),
    span("T2", "Group", "Varnak fighters"),
    span("T3", "Official", "Dalo Ipek"),
)
TRAINED, SAID = span("T4", "Trained", "trained"), span("T5", "Report", "said")


def reasons(document: SourceDocument) -> dict[str | int | None, str]:
    """By id, or by line where there is none."""
    return {r.id or r.line: r.reason for r in document.rejected}


def test_every_kind_of_line(tmp_path: Path) -> None:
    lines = (
        FRONT + FIGHTERS + IPEK + TRAINED + SAID
        + "E1\tTrained:T4 Agent:T1 Target:T2\n"
        + "E2\tReport:T5 Speaker:T3 Content:E1\n"
        + "R1\tPart-of Arg1:T2 Arg2:T1\t\n"
        + "A1\tCertainty E1 Probable\nM1\tNegation E1\n"
        + "*\tAlias T1 T2\n"
        + "N1\tReference T3 Wikidata:Q42\tIpek, Dalo\n"
        + "#1\tAnnotatorNotes E1\t2031-03; the spring course\n"
    )  # fmt: skip
    document = read(tmp_path, lines)
    assert not document.rejected
    assert document.read == 13
    assert [s.mention.words for s in document.spans[:2]] == ["Red Heron Front", "Varnak fighters"]
    trained, report, part = document.links
    assert (trained.label, trained.trigger, trained.arguments) == (
        "Trained",
        "T4",
        (("Agent", "T1"), ("Target", "T2")),
    )
    assert report.arguments[1] == ("Content", "E1")
    assert (part.trigger, part.line) == (None, 8)
    assert [(a.label, a.target, a.value) for a in document.attributes] == [
        ("Certainty", "E1", "Probable"),
        ("Negation", "E1", None),
    ]
    assert document.equivalences[0].members == ("T1", "T2")
    (reference,) = document.normalisations
    assert (reference.scheme, reference.value, reference.text) == ("Wikidata", "Q42", "Ipek, Dalo")
    assert document.notes[0].text == "2031-03; the spring course"


def test_numbered_and_repeated_roles_and_two_events_on_one_trigger(tmp_path: Path) -> None:
    lines = FRONT + FIGHTERS + IPEK + TRAINED
    lines += "E1\tTrained:T4 Agent:T1 Agent2:T3 Target:T2\nE2\tTrained:T4 Agent:T1 Agent:T3\n"
    first, second = read(tmp_path, lines).links
    assert [a.role for a in first.arguments] == ["Agent", "Agent2", "Target"]
    assert [a.role for a in second.arguments] == ["Agent", "Agent"]


def test_a_discontinuous_span_is_read_in_order(tmp_path: Path) -> None:
    text = "Varnak and Ossian fighters"
    (found,) = read(tmp_path, "T1\tGroup 0 6;18 26\tVarnak fighters\n", text).spans
    assert [f.exact for f in found.fragments] == ["Varnak", "fighters"]
    assert found.mention.words == "Varnak fighters"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("written", ["Red Heron{}\nFront", "Red Heron Front", "Red Heron\r Front"])
def test_covered_text_with_a_line_end(tmp_path: Path, line_end: str, written: str) -> None:
    text = f"The Red Heron{line_end}Front met."
    end = text.index(" met")
    annotations = f"T1\tGroup 4 {end}\t{written.format('')}\nT2\tMeeting {end + 1} {end + 4}\tmet\n"
    document = read(tmp_path, annotations, text)
    assert not document.rejected
    assert document.read == 2
    assert document.spans[0].mention.words == f"Red Heron{line_end}Front"


def test_lines_after_a_span_that_are_not_its_words_are_malformed(tmp_path: Path) -> None:
    document = read(tmp_path, FRONT + "stray words\n\n" + FIGHTERS)
    assert reasons(document) == {2: "is not a brat annotation"}
    assert document.read == 3


def test_spaces_and_tabs_at_line_ends_are_forgiven(tmp_path: Path) -> None:
    lines = (
        FRONT[:-1]
        + "  \r\n"
        + FIGHTERS
        + "R1\tPart-of Arg1:T2 Arg2:T1 \t \n"
        + TRAINED
        + "E1\tTrained:T4 Agent:T1 \t\n"
    )
    assert not read(tmp_path, lines).rejected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("T9\tGroup\tRed", "expected `Label start end`"),
        ("T9\tGroup four 7\tRed", "expected `Label start end`"),
        ("T9\tGroup 4 7", "expected the covered text"),
        ("T9\tGroup 7 4\tRed", "must end after its start"),
        ("T9\tGroup 4 4\t", "must end after its start"),
        ("T9\tGroup 4 7;6 9\tRed d H", "must not overlap"),
        ("T9\tGroup 4 7\tBlue", "says 'Blue', but the text there is 'Red'"),
        ("T9\tGroup 5000 5004\tRed", "lies outside the text, which has 86 characters"),
        ("T9 Group 4 7 Red", "expected an id and a tab"),
        ("E9\tTrained Agent:T1", "expected `Label:trigger`"),
        ("E9\tTrained:T1 Agent", "expected an argument like `Agent:T1`, not 'Agent'"),
        ("E9\tTrained:T77 Agent:T1", "refers to T77, which does not exist"),
        ("E9\tTrained:T1", "is Trained, but its trigger T1 is Group"),
        ("R9\tPart-of Arg1:T1", "expected `Label Arg1:T1 Arg2:T2`"),
        ("R9\tPart-of Arg1:T1 Arg2:T77", "refers to T77, which does not exist"),
        ("A9\tCertainty", "expected `Label target`"),
        ("A9\tCertainty E77", "refers to E77, which does not exist"),
        ("N9\tReference T1 Wikidata", "expected `Label target scheme:value`"),
        ("#9\tAnnotatorNotes", "expected `Label target`"),
        ("#9\tAnnotatorNotes T77\tx", "refers to T77, which does not exist"),
        ("T1\tGroup 4 7\tRed", "the id T1 is already used on line 1"),
        ("X9\tGroup T1", "is not a brat annotation"),
    ],
)
def test_a_wrong_line_is_rejected_alone(tmp_path: Path, line: str, reason: str) -> None:
    document = read(tmp_path, FRONT + "R1\tSame Arg1:T1 Arg2:T1\n" + line + "\n")
    (rejected,) = document.rejected
    assert reason in rejected.reason
    assert (rejected.line, rejected.file) == (3, str(tmp_path / "x.ann"))
    assert document.read == 3
    assert len(list(document.annotations())) == 2


def test_the_alias_line_needs_two_members(tmp_path: Path) -> None:
    document = read(tmp_path, FRONT + "*\tAlias T1\n")
    assert reasons(document) == {2: "expected a label and at least two ids"}


def test_what_refers_to_something_rejected_goes_with_it(tmp_path: Path) -> None:
    lines = (
        "T1\tGroup 4 9\tBlue Heron\n" + FIGHTERS + TRAINED + SAID
        + "E1\tTrained:T4 Agent:T1 Target:T2\nE2\tReport:T5 Content:E1\n"
        + "A1\tCertainty E2 High\n#1\tAnnotatorNotes A1\tsure\n"
    )  # fmt: skip
    found = reasons(read(tmp_path, lines))
    assert found["E1"] == "refers to T1, which was rejected"
    assert found["E2"] == "refers to E1, which was rejected"
    assert found["A1"] == "refers to E2, which was rejected"
    assert found["#1"] == "refers to A1, which was rejected"


def test_events_in_a_circle_are_rejected_each(tmp_path: Path) -> None:
    lines = TRAINED + SAID + FRONT
    lines += "E1\tTrained:T4 Target:E2\nE2\tReport:T5 Content:E1\nE3\tTrained:T4 Agent:T1\nE4\tReport:T5 Content:E4\n"
    document = read(tmp_path, lines)
    found = reasons(document)
    assert set(found) == {"E1", "E2", "E4"}
    assert found["E1"].startswith("its arguments go round in a circle: E")
    assert [link.id for link in document.links] == ["E3"]


def test_a_long_chain_of_events_is_no_circle(tmp_path: Path) -> None:
    lines = SAID + "E1\tReport:T5\n" + "".join(f"E{n}\tReport:T5 Content:E{n - 1}\n" for n in range(2, 5000))
    assert not read(tmp_path, lines).rejected


@pytest.mark.parametrize(
    ("text", "count", "how"),
    [
        (
            "One.\r\nTwo.\r\nThe Front met.",
            lambda t: t.replace("\r\n", "\n"),
            "a CRLF line end as one character",
        ),
        ("One.\nTwo.\nThe Front met.", lambda t: t.replace("\n", "\r\n"), "a line end as two characters"),
        ("🦩🦩 The Front met.", lambda t: t.replace("🦩", "xx"), "UTF-16 units"),
        ("é 🦩 The Front met.", lambda t: t.encode().decode("latin-1"), "UTF-8 bytes"),
        ("\ufeffOne. The Front met.", lambda t: t, "the byte order mark"),
    ],
)
def test_offsets_counted_another_way_are_converted(tmp_path: Path, text: str, count, how: str) -> None:  # type: ignore[no-untyped-def]
    start = count(text).index("Front")
    document = read(tmp_path, f"T1\tGroup {start} {start + 5}\tFront\n", text)
    (fragment,) = document.spans[0].fragments
    assert document.text[fragment.start : fragment.end] == fragment.exact == "Front"
    assert any(how in remark for remark in document.remarks)
    assert document.text == text.removeprefix("\ufeff")


def test_crlf_counted_as_two_is_the_text_as_it_is(tmp_path: Path) -> None:
    text = "One.\r\nThe Front met."
    document = read(tmp_path, f"T1\tGroup {text.index('Front')} {text.index('Front') + 5}\tFront\r\n", text)
    assert (document.text, document.remarks) == (text, [])
    assert document.spans[0].mention.words == "Front"
