"""What is written by hand is watched, and nothing that the build itself writes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from book import build, preview


def test_every_page_is_watched_and_nothing_that_is_built() -> None:
    seen = {path for pattern in preview.PAGES for path in build.ROOT.glob(pattern)}
    assert set(build.pages()) <= seen
    assert not any("generated" in path.parts or "_build" in path.parts for path in seen)


@pytest.mark.parametrize("pattern", [*preview.PAGES, *preview.EXERCISES])
def test_each_pattern_finds_something(pattern: str) -> None:
    assert list(build.ROOT.glob(pattern))


def test_a_fault_keeps_what_comes_after_it_from_being_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "mark"
    fails = [sys.executable, "-c", "raise SystemExit(1)"]
    writes = [sys.executable, "-c", f"open({str(mark)!r}, 'w')"]
    preview.rebuild(fails, writes)
    assert not mark.exists()
    assert "mend what is named above" in capsys.readouterr().out
    preview.rebuild(writes)
    assert mark.exists()


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A project of one file that is shown; returns its address, and the file."""
    (tmp_path / "_build/html").mkdir(parents=True)
    (tmp_path / "_config.yml").write_text("first")
    port = free_port()
    script = f"""
import pathlib, sys
from book import build, preview

build.ROOT = pathlib.Path({str(tmp_path)!r})
build.BUILD = build.ROOT / "_build"
copy = "import shutil; shutil.copy('_config.yml', '_build/html/index.html')"
preview._CARDS, preview._BUILD = [sys.executable, "-c", ""], [sys.executable, "-c", copy]
sys.argv = ["preview", "--port", "{port}"]
preview.main()
"""
    process = subprocess.Popen([sys.executable, "-c", script], cwd=build.ROOT)
    yield f"http://127.0.0.1:{port}/", tmp_path / "_config.yml"
    process.kill()
    process.wait()


def test_what_is_saved_is_built_and_shown(shown: tuple[str, Path]) -> None:
    address, file = shown

    def wait_for(text: str) -> str:
        for _ in range(600):
            with suppress(urllib.error.URLError), urllib.request.urlopen(address) as reply:
                found: str = reply.read().decode()
                if text in found:
                    return found
            time.sleep(0.1)
        return ""

    assert "first" in wait_for("first")
    file.write_text("<html><head></head><body>second</body></html>")
    assert "livereload.js" in wait_for("second")
