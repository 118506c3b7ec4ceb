"""Builds the HTML book: ``python -m book.build``.

Pages are executed side by side before Sphinx sees them, each once: the results are cached by
the page's own cells. The cache cannot know that a helper module, the data or a library has
changed, so it is dropped when any of these did. A page that fails is named, with the cell
and the traceback, and the build fails.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import yaml
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
KEY = BUILD / ".cache-keys.json"
LOG = BUILD / "execution.log"

# What a page's results depend on besides its own cells: all pages, and some of them. (The map's
# table of contents is watched by `course_site`, for builds by Jupyter Book alone too.)
DEPENDENCIES = ("requirements.lock", "book/support/*.py", "book/data/*.npz")
READS = {
    "book/exercises/capstone.md": "book/data/capstone.json",
    "book/quality.md": "book/data/quality.json",
}

CELL_SECONDS = 300


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
    keys = {"": _digest(path for pattern in DEPENDENCIES for path in sorted(ROOT.glob(pattern)))}
    keys |= {page: _digest(ROOT.glob(file)) for page, file in READS.items()}
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


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def execute_pages() -> bool:
    """Execute the pages that are not cached, side by side; return whether all succeeded."""
    cache = get_cache(CACHE)
    reader = {"name": "myst_nb_md", "type": "plugin"}
    records = [cache.add_nb_to_project(str(path), read_data=reader) for path in pages()]
    waiting = [record.uri for record in cache.list_unexecuted([r.uri for r in records])]
    succeeded = True
    workers = max(1, min(os.cpu_count() or 1, len(waiting)))
    with ProcessPoolExecutor(workers, get_context("spawn"), _prepare_worker) as pool:
        running = {pool.submit(_execute, uri): uri for uri in waiting}
        for number, done in enumerate(as_completed(running), 1):
            name = Path(running[done]).relative_to(ROOT)
            print(f"[{number}/{len(waiting)}] executed {name} in {done.result():.0f} s", flush=True)
            record = cache.get_project_record(running[done])
            if cache.get_cached_project_nb(running[done]) is None:
                succeeded = False
                print(f"\nThe page {name} failed:", file=sys.stderr)
                print(record.traceback or f"see {LOG.relative_to(ROOT)}", file=sys.stderr)
    return succeeded


def _prepare_worker() -> None:
    """Give each page one thread, for there are as many at work as cores, and keep its chatter."""
    os.environ |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    os.environ |= {"OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, sys.stderr.fileno())


def _execute(uri: str) -> float:
    """Execute one page, put its results into the cache and return how many seconds it took."""
    started = time.monotonic()
    executor = load_executor("local-serial", get_cache(CACHE))
    executor.run_and_cache(filter_uris=[uri], timeout=CELL_SECONDS)
    return time.monotonic() - started


def build(builder: str) -> bool:
    """Build the cached pages with one of Jupyter Book's builders, warnings taken for errors."""
    jupyter_book = str(Path(sys.executable).with_name("jupyter-book"))
    command = [jupyter_book, "build", ".", "--all", "-W", "-n", "--keep-going"]
    return subprocess.run([*command, "--builder", builder], cwd=ROOT).returncode == 0


def main() -> int:
    """Build the book and return the exit status."""
    drop_stale_cache()
    if not execute_pages():
        print("\nThe book was not built: mend the cell above and run `make book` again.")
        return 1
    if not build("html"):
        print("\nThe book was not built: Sphinx's warnings above say which page to mend.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
