"""The cache of executed pages: what is dropped when something that pages depend on changes."""

from pathlib import Path

import nbformat
import pytest
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from book import build


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a page that reads a file of its own, and one that does not, both cached."""
    (tmp_path / "book/data").mkdir(parents=True)
    (tmp_path / "requirements.lock").write_text("numpy==2")
    (tmp_path / "book/data/own.json").write_text("{}")
    for name, place in (("ROOT", "."), ("BUILD", "made"), ("CACHE", "made/cache")):
        monkeypatch.setattr(build, name, tmp_path / place)
    monkeypatch.setattr(build, "KEY", tmp_path / "made/keys.json")
    monkeypatch.setattr(build, "READS", {"book/reader.md": "book/data/own.json"})
    build.drop_stale_cache()
    cache = get_cache(build.CACHE)
    for name in ("reader", "other"):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(name)])
        page = str(tmp_path / f"book/{name}.md")
        cache.cache_notebook_bundle(CacheBundleIn(notebook, page), check_validity=False)
    return tmp_path


def _kept() -> set[str]:
    build.drop_stale_cache()
    return {Path(found.uri).stem for found in get_cache(build.CACHE).list_cache_records()}


def test_nothing_is_dropped_when_nothing_has_changed(project: Path) -> None:
    assert _kept() == {"reader", "other"}


def test_a_changed_file_drops_the_page_that_reads_it_alone(project: Path) -> None:
    (project / "book/data/own.json").write_text("[]")
    assert _kept() == {"other"}
    assert _kept() == {"other"}


def test_a_tool_that_computes_nothing_drops_none(project: Path) -> None:
    (project / "requirements.lock").write_text("numpy==2\nruff==1\n")
    assert _kept() == {"reader", "other"}


def test_a_changed_version_drops_every_page(project: Path) -> None:
    (project / "requirements.lock").write_text("numpy==3")
    assert _kept() == set()
