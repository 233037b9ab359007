"""Damaged files read for as long as wished: nothing but documents, rejections and exact sums may come of them.

    python -m benchmarks.fuzzing brat --seconds 300 --seed 1
    python -m benchmarks.fuzzing brat --seed 1 --only 4711        # one input again

Samples are those of tests/loaders/samples, the examples, and made-up articles. Each input is a sample with a file
damaged (`benchmarks.damaging`), told by seed and number. What must hold of each, whatever it is:

- no error comes out;
- what was read is what was loaded, ignored and rejected, by kind as well; every fragment is its text;
- it takes less than 2 seconds of the processor, and the memory does not grow by more than 400 MB.

An input of which this is not so is kept in the folder named by `--keep`, and the way to get it again is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count, islice
from pathlib import Path
from random import Random
from types import FrameType

from benchmarks.damaging import damaged
from benchmarks.marked import articles
from benchmarks.measuring import ROOT, peak_megabytes
from benchmarks.writing import WRITERS, mapping
from loaders import mapping as mappings
from loaders import reading
from loaders.formats import Options, formats
from loaders.mapping import Mapping, load_mapping, parse_mapping
from loaders.source import SourceDocument
from ontology.lists import Record, ReferenceList
from ontology.models import AnnotatedArticle, RejectedDocument
from ontology.vocabulary import Ontology, load

SAMPLES = ROOT / "tests/loaders/samples"
_SLOW = 2.0
"""Seconds of the processor that reading one damaged file may take."""
_STUCK = 30
_GROWTH = 400.0
_MOST_CHARACTERS = 200_000

Sample = dict[str, bytes]
"""The files of a sample by their path."""


class Stuck(BaseException):
    """Reading took so long that it was broken off; no `except Exception` may stop it."""


@dataclass
class Outcome:
    """What came of a run: how many inputs, how they were read, and what went wrong."""

    inputs: int = 0
    documents: int = 0
    refused: int = 0
    slowest: float = 0.0
    findings: dict[str, list[str]] = field(default_factory=dict)
    """What went wrong, each with the ways to see it again."""


def samples(format: str, folder: Path = SAMPLES) -> list[Sample]:
    """Whole files of a format: the tests' own, the examples, and made-up ones."""
    found = []
    places = [folder / format]
    if format in ("brat", "native"):
        places.append(ROOT / "examples" / format)
    for place in places:
        if place.is_dir():
            found += [_files(place, place)] if format == "brat" else list(_divided(place))
    if format in WRITERS:
        with tempfile.TemporaryDirectory() as made:
            WRITERS[format](Path(made), islice(articles(40, seed=2), 2))
            whole = _files(Path(made), Path(made))
            found.append(whole)
    return found


def _divided(place: Path) -> Iterator[Sample]:
    """The files of a folder by themselves; those of one stem, and those in a folder below it, together."""
    own: dict[str, Sample] = {}
    for path in sorted(place.rglob("*")):
        if path.is_file():
            folder = path.parent.relative_to(place)
            key = str(folder) if folder.parts else path.name.partition(".")[0]
            own.setdefault(key, {})[path.name] = path.read_bytes()
    yield from own.values()


def _files(folder: Path, root: Path) -> Sample:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def run(format: str, seconds: float, seed: int, *, keep: Path | None = None, only: int | None = None,
        samples_in: Path = SAMPLES, most: int | None = None) -> Outcome:  # fmt: skip
    """Damaged inputs of a format, one after the other, until the seconds are over or there were `most`."""
    known = samples(format, samples_in)
    if not known:
        raise SystemExit(f"there is no sample of {format}")
    outcome = Outcome()
    until = time.monotonic() + seconds
    base = 0.0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as made:
        place = Path(made)
        for number in count() if only is None else (only,):
            if only is None and (time.monotonic() > until or number == most):
                break
            rng = Random(f"{seed} {format} {number}")
            sample = dict(rng.choice(known))
            name = rng.choice(sorted(sample))
            # The first is whole: what a good file takes is no growth.
            sample[name] = damaged(rng, sample[name], name) if number else sample[name]
            folder = place / str(number)
            for path, content in sample.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            problem = _tried(folder, format, rng, outcome)
            grown = peak_megabytes() - base
            if number < 20:
                base = peak_megabytes()
            elif grown > _GROWTH and not problem:
                problem = f"the memory grew by {grown:,.0f} MB"
                base = peak_megabytes()
            if problem:
                again = f"python -m benchmarks.fuzzing {format} --seed {seed} --only {number}"
                outcome.findings.setdefault(problem, []).append(again)
                if keep is not None:
                    shutil.copytree(folder, keep / f"{format}-{seed}-{number}", dirs_exist_ok=True)
            shutil.rmtree(folder)
    return outcome


def _tried(folder: Path, format: str, rng: Random, outcome: Outcome) -> str:
    """Read one input; what is wrong with how it was read, or ""."""
    outcome.inputs += 1
    ontology = _ontology()
    options = Options(ontology, max_characters=_MOST_CHARACTERS)
    whole = rng.random() < 0.7 or format in ("re3d", "inception", "brat")
    paths = [folder] if whole else sorted(path for path in folder.rglob("*") if path.is_file())
    named = format if not whole or _is_one(folder, format) else ""
    chosen = _mappings(format)[rng.randrange(len(_mappings(format)))]
    start = time.process_time()
    try:
        with _limited(_STUCK):
            for found in reading.documents(paths, options, format=named if rng.random() < 0.7 else ""):
                _checked(found.document, chosen, ontology)
                outcome.documents += 1
                outcome.refused += isinstance(found.document, RejectedDocument)
    except Stuck as stuck:
        return f"took more than {_STUCK} seconds, in {stuck}"
    except Exception:  # noqa: BLE001 -- that is what is looked for
        return traceback.format_exc(limit=-6).strip()
    taken = time.process_time() - start
    outcome.slowest = max(outcome.slowest, taken)
    return f"took {taken:.1f} seconds of the processor" if taken > _SLOW else ""


def _is_one(folder: Path, format: str) -> bool:
    """Whether nothing of the folder would be misread if all its files are said to be of the format."""
    return format in ("brat", "re3d") or len(list(folder.rglob("*"))) == 1


def _checked(document: object, chosen: Mapping, ontology: Ontology) -> None:
    if isinstance(document, SourceDocument):
        for span in document.spans:
            assert span.fragments, "a span without words"
            for start, end, exact in span.fragments:
                assert 0 <= start <= end, "a fragment that ends before it starts"
                assert document.text[start:end] == exact, "a fragment that is not the text's"
        for link in document.links:
            assert all(document.text[start:end] == exact for start, end, exact in link.words), (
                "words of a link"
            )
        read = document.read
        document = mappings.apply(chosen, document, ontology)
        assert document.tally.read == read, "what was read is not what was counted"
    if isinstance(document, AnnotatedArticle):
        _sums(document)
    elif isinstance(document, ReferenceList):
        tally = document.told()
        assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected), (
            "the sum is not exact"
        )
        assert sum(map(sum, tally.kinds.values())) == tally.read, "the sums by kind"
    elif isinstance(document, Record):
        assert document.names, "a record without names"
        assert all(name.text.strip() for name in document.names), "an empty name"
        repr(document).encode()
    elif isinstance(document, RejectedDocument):
        assert document.rejection.reason, "rejected without a reason"
        assert "\n" not in document.rejection.reason, "a reason of several lines"
        assert document.read >= 0, "less than nothing"
        str(document.rejection).encode()


def _sums(article: AnnotatedArticle) -> None:
    tally, text = article.tally, article.text
    text.encode()
    assert tally.read == tally.loaded + sum(tally.ignored.values()) + len(tally.rejected), (
        "the sum is not exact"
    )
    by_kind = [sum(column) for column in zip(*tally.kinds.values(), strict=True)] or [0, 0, 0]
    assert by_kind == [tally.loaded, sum(tally.ignored.values()), len(tally.rejected)], "the sums by kind"
    for claim in article.claims:
        assert claim.evidence, "a claim without evidence"
        assert all(text[start:end] == exact for start, end, exact in claim.evidence), (
            "evidence not in the text"
        )
    for entity in article.entities:
        for mention in entity.mentions:
            assert all(text[s:e] == exact for s, e, exact in mention.fragments), "a mention not in the text"


@cache
def _ontology() -> Ontology:
    return load()


@cache
def _mappings(format: str) -> tuple[Mapping, ...]:
    """One that knows no label, one that knows those of made-up articles, and the format's own."""
    ontology = _ontology()
    made = [
        parse_mapping(content, ontology, name="made", file="made.yaml")
        for content in (b"types: {}\n", mapping(articles(40, seed=2)).encode())
    ]
    if own := formats()[format].mapping:
        made.append(load_mapping(own, ontology))
    beside = ROOT / "examples" / format / "mapping.yaml"
    if beside.is_file():
        made.append(load_mapping(str(beside), ontology))
    return tuple(made)


@contextlib.contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Breaks off what takes longer; only where signals can (not in threads)."""

    def stop(_signal: int, frame: FrameType | None) -> None:
        where = "".join(traceback.format_stack(frame, 4)) if frame else "?"
        raise Stuck(where)

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def main() -> int:
    """Run as told and print what came of it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fuzzing", description=__doc__.partition(":")[0]
    )
    parser.add_argument("format", choices=sorted(formats()))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="N", help="the N-th input alone")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzzed")
    parser.add_argument("--samples", type=Path, default=SAMPLES)
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    start = time.monotonic()
    outcome = run(chosen.format, chosen.seconds, chosen.seed, keep=chosen.keep, only=chosen.only,
                  samples_in=chosen.samples)  # fmt: skip
    minutes = (time.monotonic() - start) / 60
    print(
        f"{chosen.format}: {outcome.inputs:,} inputs in {minutes:.1f} minutes, {outcome.documents:,} documents of which"
        f" {outcome.refused:,} rejected, slowest {outcome.slowest:.2f} s, {len(outcome.findings)} findings"
    )
    for problem, ways in outcome.findings.items():
        print(f"\n{len(ways)} times: {problem}\n  again: {ways[0]}")
    if outcome.findings:
        print(f"The inputs are kept in {chosen.keep}.")
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
