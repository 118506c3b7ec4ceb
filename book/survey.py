"""Measures every claim of the book under other seeds and numerics: ``make claims``.

Each page is executed once in each of the `VARIANTS`, and the margin of each comparison that its
claims make goes into ``book/data/claims.json``, which a page of the book shows and a test holds to
the book: every claim held in every run. The record is also the cache. A run stays in it until what
the page executes changes, so the work can be stopped at any time and goes on where it was; a
sentence may be reworded without a run, for sentences are not executed.
"""

from __future__ import annotations

import ast
import hashlib
import json
import math
import os
import re
import statistics
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress, TimeElapsedColumn

from book import build, trial
from book.support import claims

RECORD: Final[Path] = build.ROOT / "book/data/claims.json"

DRAWING: Final = frozenset({"aside.py", "frames.py", "mindmap.py", "report.py", "style.py"})
"""The helper modules that show things and have no part in what is claimed."""

FEWEST_SEEDS: Final[int] = 3
"""With fewer a spread says nothing."""

_TOGETHER: Final[int] = 6
"""So many pages are executed by one process of `book.trial`, which imports TensorFlow once."""


@dataclass(frozen=True)
class Variant:
    """Circumstances in which a page is executed.

    Attributes
    ----------
    name
        What it is called in the record.
    told
        What it is called on the page.
    shift
        What is added to every seed.
    environment
        Variables of the environment that differ from the build's.
    """

    name: str
    told: str
    shift: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)


VARIANTS: Final[tuple[Variant, ...]] = (
    Variant("own", "the page's own seeds"),
    *(Variant(f"seeds-{by}", f"every seed plus {by:,}", by) for by in range(1000, 6000, 1000)),
    Variant("sse41", "oneDNN held to SSE4.1", 0, {"ONEDNN_MAX_CPU_ISA": "SSE41"}),
    Variant("avx2", "oneDNN held to AVX2", 0, {"ONEDNN_MAX_CPU_ISA": "AVX2"}),
    Variant("no-onednn", "TensorFlow without oneDNN", 0, {"TF_ENABLE_ONEDNN_OPTS": "0"}),
    # Groups of instructions that a processor lacks may be named: they are off already.
    Variant(
        "numpy", "NumPy's dispatch cut down", 0,
        {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
    ),
    Variant(
        "two-threads", "two threads", 0,
        {"TF_NUM_INTRAOP_THREADS": "2", "TF_NUM_INTEROP_THREADS": "2", "OMP_NUM_THREADS": "2"},
    ),
)  # fmt: skip
"""The seeds are enough to tell a margin's spread; the numerics are those that readers have."""


def pages() -> dict[str, Path]:
    """Return the pages that make claims, by the names that the record knows them by."""
    named = {
        p.relative_to(build.ROOT / "book").with_suffix("").as_posix(): p for p in build.pages()
    }
    return {
        name: path for name, path in named.items() if any("assert " in c for c in trial.cells(path))
    }


def written(page: Path) -> dict[str, str]:
    """Return the claims of a page: what each asserts, and its sentence."""
    return {test: told for cell in trial.cells(page) for test, told in claims.written(cell).items()}


def key(page: Path) -> str:
    """Return what changes with anything that the page executes, and with nothing else."""
    digest = hashlib.sha256()
    for cell in trial.cells(page):
        digest.update(ast.dump(_Unsaid().visit(ast.parse(cell))).encode())
    read = build.READS.get(page.relative_to(build.ROOT).as_posix())
    patterns = (*build.DEPENDENCIES, *([read] if read else []))
    found = sorted(file for pattern in patterns for file in build.ROOT.glob(pattern))
    digest.update(build.digest(file for file in found if file.name not in DRAWING).encode())
    digest.update(build.digest_of_versions().encode())
    return digest.hexdigest()


class _Unsaid(ast.NodeTransformer):
    """Takes the sentences off a page's claims."""

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        """Take off one."""
        return ast.Assert(node.test)


class Record:
    """The runs that are known, kept in a file that is written anew after each.

    ``pages[NAME]`` has the page's ``claims`` (what each asserts, and its sentence), the ``key`` of
    what was executed, the seconds of each of its ``runs``, and under ``margins`` for each test and
    each of its comparisons what every run found: whether it held, and its margin.
    """

    def __init__(self, file: Path = RECORD) -> None:
        self.file = file
        self.pages: dict[str, Any] = {}
        if file.exists():
            self.pages = json.loads(file.read_text(encoding="utf-8"))["pages"]
        self._lock = threading.Lock()

    def keep_only(self, pages: Mapping[str, Path]) -> None:
        """Take these pages' claims as they are, and forget the runs of what is no longer so."""
        nothing: dict[str, Any] = {"key": None, "runs": {}, "margins": {}}
        known, self.pages = self.pages, {}
        for name, path in pages.items():
            now = {"key": key(path), "claims": written(path)}
            kept = known.get(name, nothing)
            self.pages[name] = (kept if kept["key"] == now["key"] else nothing) | now

    def missing(self) -> dict[str, list[str]]:
        """Return for each variant the pages that have not been executed in it."""
        return {
            variant.name: [page for page, kept in self.pages.items()
                           if variant.name not in kept["runs"]]
            for variant in VARIANTS
        }  # fmt: skip

    def add(self, page: str, variant: str, run: Mapping[str, Any]) -> None:
        """Keep what the claims of a page found in one variant."""
        with self._lock:
            kept = self.pages[page]
            kept["runs"] = kept["runs"] | {variant: run["seconds"]}
            margins = {test: dict(parts) for test, parts in kept["margins"].items()}
            for claim in run["claims"]:
                parts = margins.setdefault(claim["test"], {})
                for part in claim["parts"]:
                    found = [part["held"], _rounded(part["margin"])]
                    parts[part["text"]] = parts.get(part["text"], {}) | {variant: found}
            kept["margins"] = margins
            self.save()

    def save(self) -> None:
        """Write the file, whole or not at all, one comparison a line."""
        text = json.dumps({"pages": self.pages}, indent=1, ensure_ascii=False)
        for innermost in (r"\[[^\[\]{}]*\]", r"\{[^{}]*\}"):
            text = re.sub(innermost, lambda found: re.sub(r"\n\s*", " ", found[0]), text)
        aside = self.file.with_suffix(".tmp")
        aside.write_text(text + "\n", encoding="utf-8")
        aside.replace(self.file)


def _rounded(margin: float | None) -> float | None:
    if margin is None or not math.isfinite(margin):
        return None
    return float(f"{margin:.4g}")


# What the record says of a claim


@dataclass(frozen=True)
class Standing:
    """How a claim fared.

    Attributes
    ----------
    sentence
        What is claimed.
    held, runs
        In how many runs all of its comparisons held, of how many.
    seeds
        How many of the runs had seeds of their own.
    least
        Its smallest margin in units of the margin's own spread (the standard deviation over the
        seeds), taken of the comparison for which that is least. None if no margin depends on a
        seed (then every run found the same), or if there are fewer than `FEWEST_SEEDS`.
    """

    sentence: str
    held: int
    runs: int
    seeds: int
    least: float | None


def standings(kept: Mapping[str, Any]) -> list[Standing]:
    """Return how the claims of a page, as the record keeps it, fared."""
    found = []
    seeds = sum(not v.environment and v.name in kept["runs"] for v in VARIANTS)
    for test, sentence in kept["claims"].items():
        parts = kept["margins"].get(test, {})
        missed = {variant for part in parts.values() for variant, (held, _) in part.items()
                  if not held}  # fmt: skip
        ratios = [ratio for part in parts.values() if (ratio := _least(part)) is not None]
        asked = {variant for part in parts.values() for variant in part}
        least = min(ratios, default=None)
        held = len(asked) - len(missed)
        found.append(Standing(sentence, held, len(kept["runs"]), seeds, least))
    return found


def _least(part: Mapping[str, tuple[bool, float | None]]) -> float | None:
    """Return the smallest margin of one comparison in units of its spread over the seeds."""
    by_seed = [part[v.name][1] for v in VARIANTS if not v.environment and v.name in part]
    seeds = [margin for margin in by_seed if margin is not None]
    spread = statistics.stdev(seeds) if len(seeds) >= FEWEST_SEEDS else 0.0
    # What differs in the last digits only does not depend on the seed.
    if spread <= 1e-6 * max(map(abs, seeds), default=0.0):
        return None
    return min(margin for _, margin in part.values() if margin is not None) / spread


# The runs


def measure(record: Record, tell: Callable[[str], object], done: Callable[[], object]) -> bool:
    """Execute what is missing, as many processes at once as there are cores.

    Parameters
    ----------
    record
        Where the runs go.
    tell
        Is told, a line each, of pages that could not be executed.
    done
        Is called after each page.

    Returns
    -------
    bool
        Whether every page could be executed in every variant.
    """
    missing = record.missing()
    jobs = [
        (variant, missing[variant.name][start : start + _TOGETHER])
        for variant in VARIANTS
        for start in range(0, len(missing[variant.name]), _TOGETHER)
    ]
    places = pages()
    running: set[subprocess.Popen[str]] = set()

    def work(variant: Variant, names: Sequence[str]) -> bool:
        complete = True
        for name, run in executed(variant, {name: places[name] for name in names}, running):
            if run["error"]:
                complete = False
                tell(f"{name}, {variant.told}: {run['error']}")
            else:
                record.add(name, variant.name, run)
            done()
        return complete

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            complete = [future.result() for future in [pool.submit(work, *job) for job in jobs]]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in list(running):
                process.kill()
            raise
    return all(complete)


def executed(
    variant: Variant, places: Mapping[str, Path], running: set[subprocess.Popen[str]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Execute some pages in one variant, one after another.

    Parameters
    ----------
    variant
        The circumstances.
    places
        The pages, by their names.
    running
        Has the process while it runs, so that it can be killed.

    Yields
    ------
    tuple
        The name of a page, and what `book.trial.execute` returns of it.
    """
    command = [sys.executable, "-m", "book.trial", str(variant.shift), *map(str, places.values())]
    with subprocess.Popen(
        command,
        cwd=Path(__file__).parents[1],
        env=os.environ | build.ENVIRONMENT | dict(variant.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        running.add(process)
        assert process.stdout is not None
        for name in places:
            told = process.stdout.readline()
            yield name, json.loads(told) if told else {"error": "the process ended early"}
    running.discard(process)


def main() -> int:
    """Measure what is not known, say what did not hold, and return 1 if anything did not."""
    console = Console()
    record = Record()
    try:
        record.keep_only(pages())
    except ValueError as error:
        console.print(f"A claim of the book lacks its sentence: {error}", markup=False)
        return 1
    record.save()
    total = sum(map(len, record.missing().values()))
    console.print(f"{len(record.pages) * len(VARIANTS) - total} runs are known, {total} to do.")
    columns = (*Progress.get_default_columns(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Pages executed", total=total)
            complete = measure(record, progress.console.print, lambda: progress.advance(task))
    except KeyboardInterrupt:
        console.print("Stopped. What was measured is kept: the same command goes on from here.")
        return 130
    held = True
    for name, kept in record.pages.items():
        for claim in standings(kept):
            if claim.held < claim.runs:
                held = False
                console.print(
                    f"{name}: held in {claim.held} of {claim.runs} runs: {claim.sentence}"
                )
    if held and complete:
        console.print(f"Every claim held in every run: see {RECORD.relative_to(build.ROOT)}.")
    return 0 if held and complete else 1


if __name__ == "__main__":
    # --help, and no other
    ArgumentParser("python -m book.survey", description=__doc__).parse_args()
    sys.exit(main())
