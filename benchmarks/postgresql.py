"""Starts a PostgreSQL server of one's own, for as long as it is needed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HOW_TO_GET_IT = "PostgreSQL is not installed; on Debian and Ubuntu: apt-get install postgresql"
# Of the server's start, in seconds.
_PATIENCE = 60.0


def binaries() -> Path | None:
    """Return the folder with the programs of the newest PostgreSQL server on this machine."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    found = shutil.which("initdb")
    places = [*([Path(found).resolve().parent] if found else []), *debian]
    return next((place for place in reversed(places) if (place / "postgres").exists()), None)


@contextmanager
def server() -> Iterator[str]:
    """Start a server with an empty database, and yield what ``db_url`` has to be for it.

    It listens at a socket in a folder that nobody else may enter, and at no port. It sorts words
    as people do, and not by their bytes as SQLite does.

    Raises
    ------
    RuntimeError
        There is no PostgreSQL, or it does not start.
    """
    place = binaries()
    if place is None:
        raise RuntimeError(HOW_TO_GET_IT)
    # Not in a longer path: a socket's name has room for a hundred characters.
    with tempfile.TemporaryDirectory(prefix="postgresql-", dir="/tmp") as made:
        folder, user = Path(made), _somebody()
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        _run([place / "initdb", "--pgdata", data, "--username=grader", "--auth=trust",
              "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu",
              "--icu-locale=en", "--no-sync"], folder, user)  # fmt: skip
        with _running(place, data, folder, user):
            yield f"postgresql+psycopg://grader@/postgres?host={folder}"


def _somebody() -> str | None:
    """Return who is to run the server: root may not, and Debian's package has a user for it."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: Sequence[str | Path], folder: Path, user: str | None) -> None:
    ran = subprocess.run(
        command, cwd=folder, user=user, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {ran.stderr.strip()}")


@contextmanager
def _running(place: Path, data: Path, folder: Path, user: str | None) -> Iterator[None]:
    command = [str(place / "postgres"), f"-D{data}", f"-k{folder}", "-c", "listen_addresses="]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, user=user, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + _PATIENCE
        while not _is_ready(place, folder):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"postgres failed: {(folder / 'log').read_text()}")
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # ends at once what is connected, then in good order
        process.wait()


def _is_ready(place: Path, folder: Path) -> bool:
    command = [str(place / "pg_isready"), "--quiet", f"--host={folder}"]
    return subprocess.run(command, check=False).returncode == 0
