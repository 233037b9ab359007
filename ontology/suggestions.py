"""What someone may have meant who wrote a name that is not known."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 100
"""Characters compared: comparing takes time by the square."""


def nearest(given: str, known: Iterable[str], most: int = 3) -> list[str]:
    """Those of the known names that are written most like the given one, whatever their case, nearest first."""
    from difflib import get_close_matches

    by_case = {name.casefold(): name for name in known}
    return [by_case[match] for match in get_close_matches(given.casefold()[:_LONGEST], by_case, n=most)]


def did_you_mean(given: str, known: Iterable[str], otherwise: str = "") -> str:
    """The end of a message: "; did you mean … or …?", or what to do where nothing known is near."""
    near = nearest(given, known)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; {otherwise}" if otherwise else ""
