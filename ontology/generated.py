"""Files made from the ontology: written with `--write`, compared with `--check`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(module: str, path: Path, text: str, arguments: Sequence[str] | None = None) -> int:
    """Write `text` to `path`, or say whether it is there already (0) or not (1)."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=f"Keep {path.name} up to date.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true", help="exit with 1 if the file is not up to date")
    what.add_argument("--write", action="store_true", help="write the file")
    if parser.parse_args(arguments).write:
        path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if path.is_file() and path.read_bytes() == text.encode():
        return 0
    sys.stderr.write(f"{path}: not what the ontology gives; run python -m {module} --write\n")
    return 1
