"""The rooms of the project: what each may import, as the design says."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"solutions", "autograder", "book", "tests", "benchmarks"}

# Which of our own packages the files of a room may import.
ARROWS = {
    "solutions": set(),
    "autograder/inside": {"autograder.inside"},
    "autograder/sandbox/probes.py": set(),
    "autograder/checks": {
        "solutions",
        "autograder.checks",
        "autograder.inside.wire",
    },
    "autograder/right_answers": set(),
    "autograder/mistakes": {"solutions", "autograder.mistakes"},
    "autograder": {"solutions", "autograder"},
    "book": {"book"},
}


def _imports(path: Path) -> set[str]:
    package = ".".join(path.relative_to(ROOT).parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.split(".")[0] in OURS}


def _is_allowed(name: str, allowed: set[str]) -> bool:
    # `from autograder import checks` imports the parent package too: that is its empty __init__.
    return any(name == a or name.startswith(f"{a}.") or a.startswith(f"{name}.") for a in allowed)


@pytest.mark.parametrize("room", ARROWS)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    place = ROOT / room
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    assert files
    for path in files:
        wrong = {name for name in _imports(path) if not _is_allowed(name, ARROWS[room])}
        assert not wrong, f"{path.relative_to(ROOT)} must not import {wrong}"


def test_the_pages_of_the_book_import_only_the_books_helper() -> None:
    pages = sorted((ROOT / "book").rglob("*.md"))
    assert pages
    for page in pages:
        for line in page.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if words[:1] in (["import"], ["from"]) and len(words) > 1:
                assert words[1].split(".")[0] not in OURS - {"book"}, f"{page}: {line}"
