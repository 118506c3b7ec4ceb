"""The rooms of the project: what each may import, as the design says."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"solutions", "autograder", "book", "tests", "benchmarks"}

# The engine's rooms, from the lowest up: each may import itself and those before it.
ROOMS = (
    *("inside", "dialogue", "sandbox", "judging"),
    *("grading", "classroom", "authoring", "cli"),
)
GROUND = {"autograder.errors", "autograder.logs"}

# Which of our own packages the files of a room may import.
ARROWS = {
    "solutions": {"solutions"},
    "autograder/inside": {"autograder.inside"},
    **{
        f"autograder/{room}": GROUND | {f"autograder.{below}" for below in ROOMS[: number + 1]}
        for number, room in enumerate(ROOMS)
        if room != "inside"
    },
    "autograder/sandbox/attempts.py": set(),
    "autograder/errors.py": set(),
    "autograder/logs.py": set(),
    "autograder/api.py": {"autograder.inside", "autograder.dialogue", "autograder.judging"},
    "autograder/assignments": {
        "solutions",
        "autograder.api",
        "autograder.assignments",
        "autograder.judging.content",  # for the CONTENT itself: the rest of the face takes a second
    },
    "autograder": {"solutions", "autograder"},
    "book": {"book"},
}
CONTENT = sorted((ROOT / "autograder/assignments").glob("*/assignment.md"))


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


def test_the_engine_knows_no_assignment() -> None:
    """Its only mention of this course is the default of what content a course has."""
    names = {path.parent.name for path in CONTENT}
    for room in ROOMS:
        for path in (ROOT / "autograder" / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            strings = {
                node.value
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
            assert not strings & names, f"{path} knows of an assignment"
            assert "import solutions" not in text


@pytest.mark.parametrize("sheet", CONTENT, ids=lambda path: path.parent.name)
def test_the_parts_of_an_assignment_import_what_they_may(sheet: Path) -> None:
    """Right answers are what students could write, and probes run beside students' code."""
    for path in (sheet.parent / "probes.py", *(sheet.parent / "right_answers").glob("*.py")):
        if path.exists():
            assert not _imports(path), path
    for part in ("checks.py", "mistakes.py"):
        own = f"autograder.assignments.{sheet.parent.name}"
        others = {f"autograder.assignments.{other.parent.name}" for other in CONTENT} - {own}
        assert not _imports(sheet.parent / part) & others


def test_there_is_an_arrow_that_is_refused() -> None:
    allowed = ARROWS["autograder/sandbox"]
    assert _is_allowed("autograder.dialogue.remote", allowed)
    assert not _is_allowed("autograder.judging.judge", allowed)
