"""Who a store is opened as: from the environment, else from the user's keyring; never from a file of the graph's.

KG_STORE_TOKEN (bearer), or KG_STORE_USER and KG_STORE_PASSWORD. What is secret is in no message and no `repr`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from ontology.errors import StoreError

USER, PASSWORD, TOKEN = "KG_STORE_USER", "KG_STORE_PASSWORD", "KG_STORE_TOKEN"


@dataclass(frozen=True)
class Credentials:
    """A user with a password, or a bearer token, or neither: then the store is opened without."""

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)

    def hidden(self, text: str) -> str:
        """The text without the secrets, should somebody else have put one into it."""
        for secret in (self.password, self.token):
            if secret:
                text = text.replace(secret, "…")
        return text


def credentials(address: str) -> Credentials:
    """Those for a store's address.

    A keyring is asked, where there is one, under the address as the service's name. Raises StoreError where the
    environment gives half of them.
    """
    user, password, token = (os.environ.get(name, "") for name in (USER, PASSWORD, TOKEN))
    if token:
        if user or password:
            raise StoreError(f"{TOKEN} and {USER} or {PASSWORD} are both set; set one or the other")
        return Credentials(token=token)
    if user and password:
        return Credentials(user, password)
    if password:
        raise StoreError(f"{PASSWORD} is set without {USER}; set both")
    found = _from_keyring(address, user)
    if user and not found:
        raise StoreError(f"{USER} is set without {PASSWORD}, and no keyring has one for {address}; set both")
    return found


def _from_keyring(address: str, user: str) -> Credentials:
    """What the keyring has for an address; nothing where there is no keyring, or none that can be opened."""
    try:
        import keyring
    except ImportError:
        return Credentials()
    try:
        found = keyring.get_credential(address, user or None)
    except Exception:  # noqa: BLE001 - each backend fails in its own way; a locked keyring is as none
        return Credentials()
    return Credentials(found.username, found.password) if found else Credentials()
