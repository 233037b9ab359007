"""Who a store is opened as: from the environment, else from a keyring, and never told to anybody."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from kg.stores.credentials import Credentials, credentials
from ontology.errors import StoreError

ADDRESS = "bolt://graph.example:7687"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KG_STORE_USER", "KG_STORE_PASSWORD", "KG_STORE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)  # type: ignore[arg-type]


def keyring(monkeypatch: pytest.MonkeyPatch, held: dict[tuple[str, str | None], tuple[str, str]]) -> None:
    def get_credential(service: str, user: str | None) -> SimpleNamespace | None:
        found = held.get((service, user))
        return SimpleNamespace(username=found[0], password=found[1]) if found else None

    module = ModuleType("keyring")
    module.get_credential = get_credential  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)


def test_without_any_a_store_is_opened_without() -> None:
    assert not credentials(ADDRESS)


def test_the_environment_gives_a_user_and_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE_USER", "mira")
    monkeypatch.setenv("KG_STORE_PASSWORD", "öl & salz")
    assert credentials(ADDRESS) == Credentials("mira", "öl & salz")


def test_the_environment_gives_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE_TOKEN", "abc")
    assert credentials(ADDRESS) == Credentials(token="abc")


@pytest.mark.parametrize(
    "given",
    [
        {"KG_STORE_USER": "mira"},
        {"KG_STORE_PASSWORD": "geheim"},
        {"KG_STORE_TOKEN": "geheim", "KG_STORE_USER": "mira"},
        {"KG_STORE_TOKEN": "geheim", "KG_STORE_PASSWORD": "geheim"},
    ],
)
def test_half_or_both_are_refused_without_telling_them(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreError) as raised:
        credentials(ADDRESS)
    assert "KG_STORE_" in str(raised.value)
    assert "geheim" not in str(raised.value)


def test_a_keyring_is_asked_by_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, {(ADDRESS, None): ("mira", "one"), (ADDRESS, "tomas"): ("tomas", "two")})
    assert credentials(ADDRESS) == Credentials("mira", "one")
    assert not credentials("bolt://elsewhere.example:7687")
    monkeypatch.setenv("KG_STORE_USER", "tomas")
    assert credentials(ADDRESS) == Credentials("tomas", "two")


def test_a_keyring_that_cannot_be_opened_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("keyring")

    def get_credential(service: str, user: str | None) -> None:
        raise RuntimeError("locked")

    module.get_credential = get_credential  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)
    assert not credentials(ADDRESS)


def test_secrets_show_in_no_representation_and_are_taken_out_of_others_words() -> None:
    held = Credentials("mira", "geheim", "")
    assert "geheim" not in repr(held)
    assert held.hidden("refused: mira/geheim") == "refused: mira/…"
