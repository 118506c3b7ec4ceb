"""Builds the HTML book: ``python -m book.build``.

Pages are executed side by side before Sphinx sees them, each once: the results are cached by
the page's own cells. The cache cannot know that a helper module, the data or a library has
changed, so it is dropped when any of these did.

A cell that raises fails the build: page, cell and traceback are named. A claim that does not hold
on this machine (`book.support.claims`) does not take the book away: the page says so, the build
lists it at the end, and fails only where that is asked for, with ``STRICT=1`` or ``CI=true`` in the
environment.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jupytext
import yaml
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

from book.pins import pinned
from book.support import claims

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
KEY = BUILD / ".cache-keys.json"
LOG = BUILD / "execution.log"

# What a page's results depend on besides its own cells: all pages, and some of them. (What the mind
# map is drawn from is watched by `course_site`, for builds by Jupyter Book alone too.)
DEPENDENCIES = ("book/support/*.py", "book/data/*.npz")
COMPUTING = ("ipykernel", "keras", "matplotlib", "numpy", "scipy", "tensorflow")
READS = {
    "book/exercises/capstone.md": "book/data/capstone.json",
    "book/quality.md": "book/data/quality.json",
    "book/claims.md": "book/data/claims.json",
}

# Generous: a page takes a minute or two where it was written, and far longer on a busy machine.
CELL_SECONDS = 1200

# One thread a page, for there are as many at work as cores; and no chatter.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
}


def pages() -> list[Path]:
    """Return the pages of the table of contents that have cells to run."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    named = [contents["root"]]
    for part in contents.get("parts", [contents]):
        named += [chapter["file"] for chapter in part.get("chapters", [])]
    paths = [ROOT / f"{name}.md" for name in named]
    return [path for path in paths if "{code-cell}" in path.read_text(encoding="utf-8")]


def drop_stale_cache() -> None:
    """Delete what is cached of the pages that depend on something that has changed."""
    every = digest(path for pattern in DEPENDENCIES for path in sorted(ROOT.glob(pattern)))
    keys = {"": f"{every} {digest_of_versions()}"}
    keys |= {page: digest(ROOT.glob(file)) for page, file in READS.items()}
    known = json.loads(KEY.read_text()) if KEY.exists() else {}
    if known.get("") != keys[""]:
        shutil.rmtree(CACHE, ignore_errors=True)
    changed = {str(ROOT / page) for page in READS if known.get(page) != keys[page]}
    cache = get_cache(CACHE)
    for record in cache.list_cache_records():
        if record.uri in changed:
            cache.remove_cache(record.pk)
    BUILD.mkdir(exist_ok=True)
    KEY.write_text(json.dumps(keys, indent=1))


def digest(paths: Iterable[Path]) -> str:
    """Return what changes with the names or the contents of some files of the project."""
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()


def digest_of_versions() -> str:
    """Return what changes with the version of anything that computes or draws."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return hashlib.sha256(pinned(lock, *COMPUTING).encode()).hexdigest()


def execute_pages() -> bool:
    """Execute the pages that are not cached, side by side; return whether all succeeded."""
    cache = get_cache(CACHE)
    reader = {"name": "myst_nb_md", "type": "plugin"}
    records = [cache.add_nb_to_project(str(path), read_data=reader) for path in pages()]
    waiting = [record.uri for record in cache.list_unexecuted([r.uri for r in records])]
    if waiting:
        print(
            f"Executing {len(waiting)} of {len(records)} pages, as many at once as there are cores."
        )
        os.environ |= ENVIRONMENT
        progress = logging.getLogger("book")
        progress.setLevel(logging.INFO)
        with _chatter_kept(LOG):
            executor = load_executor("local-parallel", cache, progress)
            executor.run_and_cache(filter_uris=waiting, timeout=CELL_SECONDS)
    succeeded = True
    for uri in waiting:
        name = Path(uri).relative_to(ROOT)
        done = cache.get_cached_project_nb(uri)
        if done is not None:
            print(f"executed {name} in {done.data['execution_seconds']:.0f} s", flush=True)
            continue
        succeeded = False
        told = cache.get_project_record(uri).traceback or f"see {LOG.relative_to(ROOT)}"
        print(f"\nThe page {name} failed{_where(ROOT / name, told)}:", file=sys.stderr)
        print(told, file=sys.stderr)
    return succeeded


@contextlib.contextmanager
def _chatter_kept(log: Path) -> Iterator[None]:
    """Keep what kernels and their libraries write to standard error in a file; we still write."""
    screen, ours = os.dup(2), sys.stderr
    sys.stderr = os.fdopen(screen, "w", buffering=1)
    with log.open("ab") as kept:
        os.dup2(kept.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(screen, 2)
        sys.stderr.close()
        sys.stderr = ours


def _where(page: Path, traceback: str) -> str:
    """Say which cell of a page a traceback speaks of."""
    codes = [cell.source for cell in jupytext.read(page).cells if cell.cell_type == "code"]
    for number, code in enumerate(codes, 1):
        if code.strip() and code.strip() in traceback:
            return f" in its code cell {number}, which begins “{code.strip().splitlines()[0]}”"
    return ""


def missed_claims() -> dict[str, list[dict[str, Any]]]:
    """Return, by page, the claims that do not hold on this machine, as their boxes tell them."""
    cache = get_cache(CACHE)
    found = {}
    for path in pages():
        record = cache.get_cached_project_nb(str(path))
        if record is None:
            continue
        cells = cache.get_cache_bundle(record.pk).nb.cells
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        boxes = [output.get("metadata", {}).get(claims.KEY) for output in outputs]
        if any(boxes):
            found[path.relative_to(ROOT).as_posix()] = [box for box in boxes if box]
    return found


def list_missed(missed: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Print the claims that do not hold here, with what was found."""
    number = sum(map(len, missed.values()))
    print(f"\nOn this machine {number} of the book's claims did not hold; the pages say so:")
    for page, boxes in missed.items():
        for box in boxes:
            print(f"  {page}: {box['sentence']}")
            for part in box["parts"]:
                if not part["held"]:
                    print(f"      {part['text']}: {part['found']}")


def build(builder: str) -> bool:
    """Build the cached pages with one of Jupyter Book's builders, warnings taken for errors."""
    jupyter_book = str(Path(sys.executable).with_name("jupyter-book"))
    command = [jupyter_book, "build", ".", "--all", "-W", "-n", "--keep-going"]
    return subprocess.run([*command, "--builder", builder], cwd=ROOT).returncode == 0


def main() -> int:
    """Build the book and return the exit status."""
    drop_stale_cache()
    if not execute_pages():
        print("\nThe book was not built: mend the cell above and run `make book` again; the other")
        print("pages are kept.")
        return 1
    if not build("html"):
        print("\nThe book was not built: Sphinx's warnings above say which page to mend.")
        return 1
    missed = missed_claims()
    if missed:
        list_missed(missed)
    strict = os.environ.get("STRICT") == "1" or os.environ.get("CI") == "true"
    return 1 if missed and strict else 0


if __name__ == "__main__":
    # --help, and no other
    ArgumentParser("python -m book.build", description=__doc__).parse_args()
    sys.exit(main())
