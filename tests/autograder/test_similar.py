"""Answers that are alike are found whatever they were dressed up as, and none that are not."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_of, source_notebook
from autograder.classroom.course import Course, Found
from autograder.classroom.similar import compared as comparing
from autograder.classroom.similar.alike import LEAST, alike
from autograder.classroom.similar.compared import LONGEST, Compared, compare
from autograder.classroom.similar.shape import Shape, shape_of
from autograder.cli.commands import main
from autograder.cli.sample_class import Answers, answers_from_file, notebook, reference_answers

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
RELEASE = release_of(ASSIGNMENT)
REFERENCE = reference_answers(ASSIGNMENT)
STYLES = {
    path.stem: answers_from_file(ASSIGNMENT, path)
    for path in sorted((ASSIGNMENT.folder / "right_answers").glob("*.py"))
}
FIRST = next(iter(REFERENCE))
HOSTILE = "<img src=x onerror=\"document.title='pwned'\">"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

OWN = """\
def spread(values, power):
    # How far they lie apart.
    total = 0.0
    for place, value in enumerate(values):
        total += abs(value - place) ** power
    return total / len(values)


def smallest(values, among=3):
    kept = sorted(values, key=abs)[:among]
    return [value if value > 0 else -value for value in kept if value != 0]


def answer(values, power=2, among=3):
    if power < 1:
        raise ValueError("the power is too small")
    widths = {power: spread(values, power) for power in range(1, power + 1)}
    return max(widths.values()) - min(smallest(values, among), default=0.0)
"""
DISGUISED = """\
def few(xs, n=3):
    "The few that are least."
    best = sorted(xs, key=abs)[:n]  # the first ones

    return [x if x > 0 else -x for x in best if x != 0]

def far(xs: list[float], p: int) -> float:
    acc = 0.
    for i, x in enumerate(xs):
        acc += (abs(x - i)
                ** p)
    # then the mean
    return acc / len(xs)
def answer(xs, p = 2, n = 3):
    '''My own work.'''
    if p < 1: raise ValueError(f'{p} will not do')
    table = {p: far(xs, p) for p in range(1, p + 1)}
    return max(table.values()) - min(few(xs, n), default=0)
"""
OTHERWISE = [
    """\
import math

def answer(values, power=2, among=3):
    if power < 1:
        raise ValueError("power")
    best = -math.inf
    for p in range(1, power + 1):
        best = max(best, sum(abs(v - i) ** p for i, v in enumerate(values)) / len(values))
    least = math.inf
    for v in sorted(map(abs, values))[:among]:
        if v:
            least = min(least, v)
    return best - (0.0 if math.isinf(least) else least)
""",
    """\
import numpy as np

def answer(values, power=2, among=3):
    assert power >= 1
    x = np.asarray(values, float)
    away = np.abs(x - np.arange(x.size))
    powers = np.arange(1, power + 1)[:, None]
    widths = np.mean(away[None] ** powers, axis=1)
    small = np.sort(np.abs(x))[:among]
    small = small[small != 0]
    return float(widths.max() - (small.min() if small.size else 0.0))
""",
]


def shape(text: str) -> Shape:
    found = shape_of(text)
    assert found is not None
    return found


def pairs(answers: dict[str, str], given: str = "") -> list[tuple[str, str]]:
    known = set(shape(given).numbers())
    own = {student: shape(text).numbers(known) for student, text in answers.items()}
    return [one.students for one in alike(own)]


class Renamed(ast.NodeTransformer):
    """Gives all that an answer names itself another name."""

    def __init__(self, tree: ast.AST) -> None:
        stored = [n for n in ast.walk(tree) if isinstance(getattr(n, "ctx", None), ast.Store)]
        names = {getattr(node, "id", getattr(node, "attr", None)) for node in stored} - {None}
        self._new = {str(name): f"mine_{n}" for n, name in enumerate(sorted(map(str, names)))}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._new.get(node.id, node.id), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.Attribute:
        return ast.Attribute(self.visit(node.value), self._new.get(node.attr, node.attr), node.ctx)


def copied(answers: Answers) -> Answers:
    """Return answers under other names, in another layout and without comments."""
    trees = {exercise: ast.parse(text) for exercise, text in answers.items()}
    return {exercise: ast.unparse(Renamed(tree).visit(tree)) for exercise, tree in trees.items()}


def hand_in(root: Path, student: str, answers: Answers) -> Found:
    path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook(ASSIGNMENT, answers), path)
    return Found(student, path)


def compared(place: Path, handed_in: dict[str, Answers]) -> Compared:
    course = Course.create(place, "autograder.assignments")
    found = [hand_in(place, student, answers) for student, answers in handed_in.items()]
    return compare(course, ASSIGNMENT, RELEASE, found)


# ------------------------------------------------------------------------------- what is one shape


def test_a_disguise_is_seen_through() -> None:
    others = dict(zip("cd", OTHERWISE, strict=True))
    assert pairs({"a": OWN, "b": DISGUISED} | others) == [("a", "b")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# How far they lie apart.", "# Nothing."),
        ("total", "x"),
        ("spread", "far"),
        ("def answer", '\n\n\n"A text."\ndef answer'),
        ("power=2", "power: float=2.0"),
        ("the power is too small", "no"),
        ("    total = 0.0", "    total: float = 0"),
    ],
)
def test_what_is_changed_first_does_not_count(old: str, new: str) -> None:
    changed = re.sub(rf"{re.escape(old)}(?!\w)", new, OWN)
    assert changed != OWN
    assert shape(changed).numbers() == shape(OWN).numbers()


def test_the_names_of_an_object_s_own_do_not_count_and_those_of_others_do() -> None:
    own = "class A:\n    def f(self, a):\n        self.m = a.sum() + {} * self.m\n" * 2
    one, other = own.format("2", "2"), own.format("2", "2").replace(".m", ".velocity")
    assert shape(one).numbers() == shape(other).numbers()
    assert shape(one).numbers() != shape(one.replace(".sum", ".mean")).numbers()


def test_functions_in_another_order_are_alike() -> None:
    spread, smallest, answer = OWN.split("\n\n\n")
    turned = "\n\n\n".join([answer, smallest, spread])
    assert set(shape(OWN).numbers()) == set(shape(turned).numbers())
    assert pairs({"a": OWN, "b": turned}) == [("a", "b")]


def test_a_copy_that_was_added_to_is_found() -> None:
    more = "\n".join(f"def more_{n}(x):\n    return [x + {n}] * {n} + [{n}, x]" for n in range(40))
    assert pairs({"a": OWN, "b": f"{more}\n{OWN}"}) == [("a", "b")]


def test_the_lines_that_are_alike_are_those_that_stand_in_both() -> None:
    _, smallest, _ = OWN.split("\n\n\n")
    other = f"import math\n\n{smallest}"
    shared = set(shape(OWN).numbers()) & set(shape(other).numbers())
    assert shape(OWN).lines_in(shared) == {9, 10, 11}
    assert shape(other).lines_in(shared) == {3, 4, 5}
    assert shape(OWN).lines_in(set()) == set()


# -------------------------------------------------------------------------------- what is no copy


def test_short_answers_are_never_shown() -> None:
    short = "def answer(x):\n    return x * 0.5 if x > 0 else x * 0.25\n"
    assert len(shape(short).runs) < LEAST
    assert pairs({"a": short, "b": short}) == []
    assert len(shape("x = 1").runs) == 0


def test_what_was_given_does_not_count() -> None:
    assert pairs({"a": OWN, "b": DISGUISED}, given=OWN) == []


def test_what_the_class_writes_does_not_count_and_a_ring_does() -> None:
    everybody = {f"s{n:02}": OWN for n in range(30)}
    assert pairs(everybody) == []
    ring = {f"s{n:02}": OWN if n < 4 else OTHERWISE[n % 2] for n in range(30)}
    assert len(pairs(ring)) == 6, "each with each of four"


def test_a_small_edit_of_what_was_given_is_not_alike() -> None:
    edited = OWN.replace("value - place", "place - value * 3")
    assert edited != OWN
    assert pairs({"a": edited, "b": edited}, given=OWN) == []


@pytest.mark.parametrize("name", ["gradient_clipping", "activations", "schedules"])
def test_right_answers_by_different_hands_are_not_alike_and_their_copies_are(name: str) -> None:
    assignment = CONTENT.load(name)
    files = sorted((assignment.folder / "right_answers").glob("*.py"))
    by_style = {path.stem: answers_from_file(assignment, path) for path in files}
    texts_given = comparing._given(assignment, release_of(assignment))
    given = {run for text in texts_given for run in shape(text).numbers()}
    seen = 0
    for exercise in assignment.exercises:
        texts = {s: answers[exercise.name] for s, answers in by_style.items()
                 if exercise.name in answers}  # fmt: skip
        own = {style: shape(text).numbers(given) for style, text in texts.items()}
        assert alike(own) == []
        for style, text in texts.items():
            copy = copied({exercise.name: text})[exercise.name]
            found = [one.students for one in alike(own | {"~copy": shape(copy).numbers(given)})]
            assert found in ([(style, "~copy")], []), f"{exercise.name}: {found}"
            seen += bool(found)
    assert seen >= 3, "copies of what is long enough to tell"


def test_mistakes_that_have_a_name_and_references_are_not_alike(tmp_path: Path) -> None:
    mistakes = {e.name: e.mistakes[0].source for e in ASSIGNMENT.exercises}
    handed_in: dict[str, Answers] = {"a": REFERENCE, "b": REFERENCE, "c": mistakes, "d": mistakes}
    handed_in |= {"e": {}, "f": {}, "g": {FIRST: "\n"}, "h": copied(REFERENCE)}
    found = compared(tmp_path / "course", handed_in)
    assert found.pairs == ()
    assert set(found.answers.values()) == {5}, "stubs are no answers"


# ------------------------------------------------------------------------------- what a class is


def test_a_copy_in_a_class_is_what_is_found(tmp_path: Path) -> None:
    handed_in = STYLES | {"~copy": copied(STYLES["loops"]), "~right": REFERENCE}
    found = compared(tmp_path / "course", handed_in)
    assert [pair.students for pair in found.pairs] == [("loops", "~copy")]
    (pair,) = found.pairs
    assert len(pair.passages) >= 2
    weights = [passage.weight for passage in pair.passages]
    assert weights == sorted(weights, reverse=True)
    for passage in pair.passages:
        assert passage.share == pytest.approx(1)
        assert passage.texts[0] == STYLES["loops"][passage.exercise]
        assert all(passage.lines)


STRANGE = [
    "a" + ".a" * 499_000,
    "a = b\n" * 3_000,
    "a;" * 9_000,
    "(" * 19_000,
    "x = '\\N{DIGIT ONE}'\0",
    "".join(" " * n + "if a:\n" for n in range(99)) + " " * 99 + "pass",
    "x = 0x" + "f" * 19_000,
    "x = 1e999 + 1e999j + ...",
    "def unfinished(:",
    "%%bash\nrm -rf /\n",
    "\u202ex = 1\n" * 99,
]


def test_hostile_answers_keep_nobody_out(tmp_path: Path) -> None:
    handed_in = {"a": {FIRST: OWN}, "b": {FIRST: DISGUISED}}
    handed_in |= {f"h{number:02}": {FIRST: text} for number, text in enumerate(STRANGE)}
    found = compared(tmp_path / "course", handed_in)
    assert [pair.students for pair in found.pairs] == [("a", "b")]
    assert found.problems == {}
    assert set(found.unread[FIRST]) >= {"h00", "h03", "h08"}
    assert found.answers[FIRST] + len(found.unread[FIRST]) == len(handed_in)
    assert json.loads(found.as_json())["answers"] == found.answers


def test_what_is_too_long_is_told_and_not_compared(tmp_path: Path) -> None:
    long = f"{OWN}\n# " + "x" * LONGEST
    found = compared(tmp_path / "c", {"a": {FIRST: OWN}, "b": {FIRST: OWN}, "c": {FIRST: long}})
    assert found.unread == {FIRST: ["c"]}
    assert found.answers[FIRST] == 2


def test_an_answer_of_very_many_parts_is_compared_by_its_beginning() -> None:
    assert len(shape("a = b\n" * 3_000).parts) == 2_000


def test_of_a_group_each_is_shown_with_one_other(tmp_path: Path) -> None:
    ring = {name: {FIRST: OWN} for name in "abcdefg"}
    others = {f"o{n}": {FIRST: REFERENCE[FIRST]} for n in range(20)}
    found = compared(tmp_path / "course", ring | others)
    assert [pair.students for pair in found.pairs] == [("a", other) for other in "bcdefg"]
    assert found.more == 7 * 6 // 2 - 6


def test_several_answers_are_more_striking_than_a_long_one(tmp_path: Path) -> None:
    long = "\n".join(f"v = f.a{n}(g.h{n}, {n})" for n in range(300))
    loops = STYLES["loops"]
    handed_in = {"a": {FIRST: long}, "b": {FIRST: long}, "y": loops, "z": copied(loops)}
    found = compared(tmp_path / "course", handed_in)
    assert [pair.students for pair in found.pairs] == [("y", "z"), ("a", "b")]


def test_no_more_pairs_are_shown_than_anybody_looks_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "MOST_PAIRS", 1)
    one, other = {FIRST: OWN}, STYLES["loops"]
    found = compared(tmp_path / "course", {"a": one, "b": one, "c": other, "d": other})
    assert [pair.students for pair in found.pairs] == [("c", "d")]
    assert found.more == 1


def test_a_reader_that_fails_over_one_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = comparing.from_submitted

    def reading(release: Any, path: Path) -> Any:
        return 1 / 0 if path.parent.parent.name == "c" else real(release, path)

    monkeypatch.setattr(comparing, "from_submitted", reading)
    found = compared(tmp_path / "course", {name: {FIRST: OWN} for name in "abc"})
    assert [pair.students for pair in found.pairs] == [("a", "b")]
    assert "ZeroDivisionError" in found.problems["c"]


# --------------------------------------------------------------------------- the command, the page


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class with a copy, a hostile answer under a hostile name, and what cannot be read."""
    course = Course.create(tmp_path_factory.mktemp("similar") / "course", "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    for style, answers in STYLES.items():
        hand_in(course.root, style, answers)
    hostile = {FIRST: f"# {HOSTILE}\n{OWN}"}
    hand_in(course.root, "[bold]ada", copied(STYLES["loops"]) | hostile)
    hand_in(course.root, HOSTILE.replace("/", ""), {FIRST: f"{DISGUISED}# {HOSTILE}"})
    hand_in(course.root, "zoe", {FIRST: "def unfinished(:"})
    broken = course.root / "submitted/gus" / NAME
    broken.mkdir(parents=True)
    (broken / f"{NAME}.ipynb").write_text(HOSTILE)
    return course


def run(course: Course, *options: str) -> int:
    return main(["similar", NAME, "--course", str(course.root), *options])


def test_the_table_shows_where_to_look_first(
    course: Course, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(course) == 2, "one submission cannot be read"
    out, err = capfd.readouterr()
    assert "[bold]ada and loops" in out
    assert "A place to look, not a verdict" in out
    assert str(course.root / f"reports/{NAME}-similar.html") in out
    (line,) = (line for line in err.splitlines() if line.startswith("gus: "))
    assert "is not a notebook" in line


def test_json_says_the_same_and_quotes_nobody(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(course, "--json") == 2
    out, _ = capfd.readouterr()
    found = json.loads(out)
    assert sorted(map(str, found)) == sorted(vars(compared_of(course)))
    assert ["[bold]ada", "loops"] in [pair["students"] for pair in found["pairs"]]
    assert found["unread"] == {FIRST: ["zoe"]}
    assert list(found["problems"]) == ["gus"]
    assert str(course.root) not in out
    assert "onerror" not in json.dumps([pair["exercises"] for pair in found["pairs"]])


def compared_of(course: Course) -> Compared:
    return compare(course, ASSIGNMENT, RELEASE, course.submissions(ASSIGNMENT))


def test_nothing_is_written_but_the_page(course: Course) -> None:
    def files() -> dict[Path, int]:
        return {p: p.stat().st_mtime_ns for p in course.root.rglob("*") if p.is_file()}

    page = course.root / f"reports/{NAME}-similar.html"
    before = files()
    run(course)
    after = files()
    assert page in after
    kept = {path for path in before if path != page and path.suffix != ".log"}
    assert {path: after[path] for path in kept} == {path: before[path] for path in kept}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_can_be_read_by_everybody(
    course: Course, browser: Browser, theme: Any, viewport: Any
) -> None:
    run(course)
    page = browser.new_page(viewport=viewport, color_scheme=theme)
    page.goto((course.root / f"reports/{NAME}-similar.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    beside = page.evaluate(
        "(() => { const [a, b] = document.querySelectorAll('.two figure');"
        " return a.getBoundingClientRect().top === b.getBoundingClientRect().top })()"
    )
    page.close()
    assert [violation["id"] for violation in found] == []
    assert not wide
    assert beside == (viewport == DESK)


def test_what_students_wrote_is_shown_and_inert(course: Course, browser: Browser) -> None:
    run(course)
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((course.root / f"reports/{NAME}-similar.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    text, title = page.inner_text("body"), page.title()
    marked = page.locator("mark").all_inner_texts()
    page.close()
    assert len(asked) == 1, "the page needs nothing else"
    assert title == f"{ASSIGNMENT.title}: answers that are alike"
    assert f"# {HOSTILE}" in text
    assert "[bold]ada" in text
    assert "        total += abs(value - place) ** power" in marked
    assert not [line for line in marked if HOSTILE in line], "a comment is not alike"


@pytest.mark.parametrize(
    ("name", "told"), [("initialisers", "autograder assign"), ("nothing", "no assignment")]
)
def test_what_is_not_assigned_is_one_line(
    course: Course, capfd: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    assert main(["similar", name, "--course", str(course.root)]) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert told in line


def test_one_submission_alone_is_not_compared(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    course = Course.create(tmp_path / "course", "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    hand_in(course.root, "ada", REFERENCE)
    bob = hand_in(course.root, "bob", REFERENCE)
    bob.path.write_text("no notebook")
    assert run(course) == 2
    *_, problem, told = capfd.readouterr().err.splitlines()
    assert problem.startswith("bob: ")
    assert told.startswith("It takes two submissions")


def test_a_class_without_copies_has_nothing_to_look_at(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    course = Course.create(tmp_path / "course", "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    for style, answers in STYLES.items():
        hand_in(course.root, style, answers)
    assert run(course) == 0
    assert "No two answers are more alike" in capfd.readouterr().out
    page = (course.root / f"reports/{NAME}-similar.html").read_text()
    assert "Nothing to look at first" in page


def test_json_goes_into_a_file_where_one_is_named(
    course: Course, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "alike.json"
    assert run(course, "--json", "--to", str(to)) == 2
    assert json.loads(to.read_text())["name"] == NAME
    assert "A place to look, not a verdict" in capfd.readouterr().out


def test_a_long_name_is_shown_whole(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    course = Course.create(tmp_path / "course", "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    name = "a-student-with-a-very-long-name-at-some-university.example.edu"
    hand_in(course.root, name, STYLES["loops"])
    hand_in(course.root, "bob", STYLES["loops"])
    hand_in(course.root, "cyd", STYLES["linalg"])
    assert run(course) == 0
    shown = capfd.readouterr().out
    assert "bob" in shown
    assert "\N{HORIZONTAL ELLIPSIS}" not in shown


def test_an_impossible_place_is_one_line(course: Course, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(course, "--to", "/proc/nowhere.html") == 2
    assert "/proc/nowhere.html cannot be written" in capfd.readouterr().err
