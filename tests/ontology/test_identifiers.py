"""An identifier is taken only as its scheme writes it, so that a slip of the pen never makes two actors one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.identifiers import SCHEMES, IdentifierError, Scheme, normalise, rank, url_of


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Wikidata:Q42418", "wikidata:Q42418"),
        ("wd:q42418", "wikidata:Q42418"),
        (" wikidata: Q1 ", "wikidata:Q1"),
        ("https://www.wikidata.org/wiki/Q42418", "wikidata:Q42418"),
        ("http://www.wikidata.org/entity/Q42418", "wikidata:Q42418"),
        ("https://en.wikipedia.org/wiki/Port_of_call", "wikipedia:en:Port_of_call"),
        ("https://de.m.wikipedia.org/wiki/Hafen%20der%20Welt", "wikipedia:de:Hafen_der_Welt"),
        ("wikipedia:port of call", "wikipedia:en:Port_of_call"),
        ("wikipedia:ar:ميناء", "wikipedia:ar:ميناء"),
        ("wikipedia:Al%2DMajra%27_%28Borrin%29", "wikipedia:en:Al-Majra'_(Borrin)"),
        ("wikipedia:100%_Proof", "wikipedia:en:100%_Proof"),
        ("UN:qde.004", "un-list:QDe.004"),
        ("un-list:TAi.013.", "un-list:TAi.013"),
        ("lei:5493001kjtiigc8y1r12", "lei:5493001KJTIIGC8Y1R12"),
        ("imo:IMO 9074729", "imo:9074729"),
        ("isin:US0378331005", "isin:US0378331005"),
        ("orcid:0000000218250097", "orcid:0000-0002-1825-0097"),
        ("isni:0000 0001 2146 438X", "isni:000000012146438X"),
        ("iso3166:af-gha", "iso3166:AF-GHA"),
        ("geonames:1138958", "geonames:1138958"),
        ("doi:10.1000/ABC", "doi:10.1000/abc"),
        (
            "stix:intrusion-set--F3BDEC95-3D62-42D9-A840-29630F6CDC1A",
            "stix:intrusion-set--f3bdec95-3d62-42d9-a840-29630f6cdc1a",
        ),
        ("HTTPS://Example.org:443/Actor/17?x=1", "url:https://example.org/Actor/17?x=1"),
        ("url:http://example.org", "url:http://example.org/"),
        ("local:borrin-registry/17", "local:borrin-registry/17"),
    ],
)
def test_one_written_form(written: str, meant: str) -> None:
    assert normalise(written) == meant
    assert normalise(meant) == meant


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "names no scheme"),
        ("Q42", "names no scheme"),
        ("wikidta:Q1", "did you mean wikidata:?"),
        ("acme:17", "local:"),
        ("wikidata:", "a Wikidata item"),
        ("wikidata:P31", "a Wikidata item"),
        ("wikidata:Q0", "a Wikidata item"),
        ("wikidata:Q٤٢", "a Wikidata item"),
        ("wikidata:Q42\nQ43", "a Wikidata item"),
        ("un-list:QDe004", "UN Security Council"),
        ("lei:5493001KJTIIGC8Y1R13", "check digits"),
        ("isin:US0378331006", "check digit"),
        ("imo:9074728", "check digit"),
        ("orcid:0000-0002-1825-0098", "check digit"),
        ("iso3166:ß", "ISO 3166"),
        ("stix:intrusion-set", "type--UUID"),
        ("geonames:12a", "GeoNames"),
        ("wikipedia:en:a<b", "Wikipedia page"),
        ("wikipedia:en:", "Wikipedia page"),
        ("wikipedia:en:a%3Cb", "Wikipedia page"),
        ("wikipedia:en:a%252Db", "Wikipedia page"),
        ("url:javascript:alert(1)", "http or https"),
        ("url:file:///etc/passwd", "http or https"),
        ("https://", "http or https"),
        ("https://exa mple.org/", "http or https"),
        ("http://[::1/x", "http or https"),
        ("http://example.org:99999/", "http or https"),
        ("https://user:secret@example.org/", "leave it out"),
        ("local:17", "list/entry"),
        ("wikidata:Q" + "1" * 600, "the limit is 500"),
    ],
)
def test_what_is_not_of_its_scheme_is_refused_in_one_line(written: str, reason: str) -> None:
    with pytest.raises(IdentifierError) as refusal:
        normalise(written)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=list(SCHEMES))
def test_every_scheme_takes_its_own_example(scheme: Scheme) -> None:
    identifier = normalise(f"{scheme.name}:{scheme.example}")
    assert identifier == f"{scheme.name}:{scheme.example}"
    page = url_of(identifier)
    assert page is None or page.startswith("https://")


def test_pages() -> None:
    assert url_of("wikidata:Q42418") == "https://www.wikidata.org/wiki/Q42418"
    assert url_of("wikipedia:en:What?") == "https://en.wikipedia.org/wiki/What%3F"
    assert url_of("url:https://example.org/a") == "https://example.org/a"
    assert url_of("stix:intrusion-set--f3bdec95-3d62-42d9-a840-29630f6cdc1a") is None


def test_the_best_identifier_is_of_the_most_telling_scheme() -> None:
    written = [
        "url:https://example.org/",
        "wikipedia:en:Borrin",
        "un-list:QDe.004",
        "wikidata:Q42",
        "wikidata:Q41",
    ]
    assert sorted(written, key=rank) == [
        "wikidata:Q41",
        "wikidata:Q42",
        "un-list:QDe.004",
        "wikipedia:en:Borrin",
        "url:https://example.org/",
    ]
    assert rank("acme:1") > rank("url:https://example.org/")


@given(st.sampled_from([*SCHEMES, "https"]), st.text(max_size=40) | st.from_regex(r"[A-Z0-9:/.-]{1,24}"))
def test_normalising_twice_is_normalising_once(scheme: str, value: str) -> None:
    try:
        identifier = normalise(f"{scheme}:{value}")
    except IdentifierError:
        return
    assert normalise(identifier) == identifier
    url_of(identifier)


def test_every_number_of_the_un_list_is_one_of_the_scheme(shared_dir: Path) -> None:
    (path,) = (shared_dir / "corpora" / "un-sanctions").glob("*.xml")
    numbers = re.findall(r"<REFERENCE_NUMBER>([^<]*)<", path.read_text(encoding="utf-8"))
    assert len(numbers) == 1018
    assert all(normalise(f"un-list:{number}") == f"un-list:{number.strip()}" for number in numbers)
