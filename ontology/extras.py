"""Optional dependencies: packages of others that only some of what Attest does needs."""

from __future__ import annotations

import importlib
from typing import Any

from ontology.errors import UsageError


def needs(module: str, extra: str, what: str = "this") -> Any:
    """A module of an optional dependency, imported; raises UsageError that says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UsageError(
            f"{what} needs {module.partition('.')[0]} ({error}); install it with: pip install 'attest-kg[{extra}]'"
        ) from None
