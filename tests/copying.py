"""A copy of the project's own files, without what is made of them."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_MADE = {"_build", "build", "classroom"}  # at the top: there is a room called classroom


def copy_project(to: Path) -> None:
    """Copy the project into the directory `to`, which must not be there yet."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        made = _MADE if Path(folder) == ROOT else {"__pycache__"}
        return {name for name in names if name in made or name.startswith(".")}

    shutil.copytree(ROOT, to, ignore=left_out)
