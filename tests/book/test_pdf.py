"""What is said before the book is printed."""

import stat
from pathlib import Path

import pytest

from book import pdf


@pytest.mark.parametrize(
    ("lists", "lacks"),
    [("echo /usr/share/fonts/noto.ttc: Noto Sans CJK", False), ("true", True), ("exit 1", False)],
)
def test_a_missing_chinese_font_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lists: str, lacks: bool
) -> None:
    lister = tmp_path / "fc-list"
    lister.write_text(f"#!/bin/sh\n{lists}\n")
    lister.chmod(lister.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert pdf.lacks_chinese() is lacks


def test_where_fonts_cannot_be_listed_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdf.lacks_chinese() is False
