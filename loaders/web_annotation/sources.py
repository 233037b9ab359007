"""The texts that web annotations are about: given in the collection, in a target, or in a file beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from loaders.files import File
from loaders.formats import Options
from loaders.web_annotation.json_ld import flat, iri_of, many
from ontology.errors import SourceError

_LONGEST_NAME = 200
_UNNAMED = "text "


class Sources:
    """The texts of a batch of annotations, by their IRIs.

    A text is, in this order: a resource with a `value` under the collection's key `text`; the `value` of a target's
    `source`, which may have an id by which other targets name it; the file of that name in the same folder. A text that
    the targets do not name is the page's only one, or in the file called like that of the annotations.
    """

    def __init__(self, file: File, options: Options, items: Iterable[Any], page: dict[str, Any]) -> None:
        self._file, self._limit = file, options.max_bytes
        self._about: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, str] = {}
        self._beside_known: dict[str, File | None] = {}
        self._unnamed: dict[str, str] = {}
        self._only: str | None = None
        for resource in many(page.get("text")):
            if isinstance(resource, str):
                self._only = resource
            else:
                self._keep(resource)
        for item in items:
            target = item.get("target") if isinstance(item, dict) else None
            for one in flat(target):
                if isinstance(one, dict):
                    self._keep(one.get("source"))

    def _keep(self, resource: Any) -> None:
        if isinstance(resource, dict) and isinstance(value := resource.get("value"), str):
            key = self.key(resource)
            if key not in self._texts:
                self._texts[key] = value
                self._about[key] = resource

    def given(self) -> list[str]:
        """The texts that the file itself has."""
        return list(self._texts) or ([""] if self._only is not None else [])

    def key(self, target: Any) -> str:
        """By what the text of a target is known: its IRI, else a number."""
        if name := iri_of(target):
            return name
        source = target.get("source", target) if isinstance(target, dict) else None
        value = source.get("value") if isinstance(source, dict) else None
        if not isinstance(value, str):
            return ""
        return self._unnamed.setdefault(value, f"{_UNNAMED}{len(self._unnamed) + 1}")

    def name(self, source: str) -> str:
        """What a text is called among those of its file."""
        return source.removeprefix(_UNNAMED)[:_LONGEST_NAME]

    def about(self, source: str) -> dict[str, Any]:
        """What else is said of a text: title, publisher, date."""
        return self._about.get(source, {})

    def text(self, source: str) -> str:
        """The text under an IRI; raises SourceError where there is none."""
        if source in self._texts:
            return self._texts[source]
        beside = self._beside(source)
        if beside is not None:
            text, _ = beside.text(self._limit)
            self._texts[source] = text
            return text
        if self._only is not None:
            return self._only
        if not source and len(self._texts) == 1:
            return next(iter(self._texts.values()))
        own = self._file.base.partition(".")[0]
        if not source and own and (beside := self._file.beside(own + ".txt")) is not None:
            return beside.text(self._limit)[0]
        what = (
            f"the text {' '.join(source[:200].split())}"
            if source
            else "a text that its annotations do not name"
        )
        raise SourceError(f"{what} is neither in the file nor beside it: put it there, or give it as `text`")

    def _beside(self, source: str) -> File | None:
        """The file in the same folder that an IRI names by its last part, with or without `.txt`."""
        if source not in self._beside_known:
            self._beside_known[source] = self._look_beside(source)
        return self._beside_known[source]

    def _look_beside(self, source: str) -> File | None:
        try:
            name = PurePosixPath(unquote(urlsplit(source).path)).name.rpartition(":")[2]
            if not name or len(name) > _LONGEST_NAME or "\0" in name:
                return None
            return self._file.beside(name if name.endswith(".txt") else name + ".txt")
        except (OSError, ValueError):
            return None
