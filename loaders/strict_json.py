"""JSON from strangers, read whole: what Python's parser lets pass and JSON does not is refused, as is what would be
lost in silence (a key that occurs twice) or could not be stored (half a surrogate pair).
"""

from __future__ import annotations

import json
from typing import Any

from loaders.files import decoded
from ontology.errors import SourceError


class _NotJson(ValueError):
    """What Python's parser lets pass."""


def parse(content: bytes, name: str, *, line: int = 1) -> Any:
    """The value of a JSON text that begins on `line` of the file `name`; raises SourceError with the line at fault."""
    text, _ = decoded(content, name)
    try:
        data = _DECODER.decode(text)
    except RecursionError:
        reason, at = "nested too deeply", line
    except json.JSONDecodeError as error:
        reason, at = f"not JSON: {error.msg} (column {error.colno})", line + error.lineno - 1
    except _NotJson as error:
        reason, at = f"not JSON: {error}", line
    except ValueError:  # Python's guard against converting thousands of digits
        reason, at = "a number has too many digits", line
    else:
        if b"\\ud" in content or b"\\uD" in content:
            _check_surrogates(data, name, line)
        return data
    raise SourceError(reason, file=name, line=at)


def _check_surrogates(data: object, name: str, line: int) -> None:
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        reason = f"{half} is half a surrogate pair: write the whole character"
        raise SourceError(reason, file=name, line=line) from None
    except RecursionError:
        raise SourceError("nested too deeply", file=name, line=line) from None


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _NotJson(f"the key {twice[:100]!r} occurs twice")
    return made


def _no_constant(name: str) -> Any:
    raise _NotJson(f"{name} is not a number")


_DECODER = json.JSONDecoder(object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
