"""How long a server is waited for."""

from __future__ import annotations

import os

from ontology.errors import UsageError

TIMEOUT = "KG_STORE_TIMEOUT"
_SECONDS = 120.0
_MOST = 1e6


def seconds() -> float:
    """Seconds for one answer of a store's server: from the environment, else two minutes.

    Raises UsageError where the environment gives something else than a positive number.
    """
    given = os.environ.get(TIMEOUT, "")
    if not given:
        return _SECONDS
    try:
        found = float(given)
    except ValueError:
        found = 0.0
    if not 0 < found < _MOST:
        raise UsageError(f"{TIMEOUT} is {given!r}; set it to a number of seconds")
    return found
