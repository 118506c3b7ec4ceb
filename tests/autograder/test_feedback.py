"""Feedback pages: what of a stranger's text is shown how, and whose page depends on whose."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter
from nbconvert.filters import Highlight2HTML
from traitlets.config import PyFileConfigLoader

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_of, source_notebook
from autograder.classroom import feedback
from autograder.classroom.bounds import (
    HIGHLIGHTED,
    LONGEST_LINE,
    SHOWN,
    bound,
    is_highlighted,
)
from autograder.classroom.course import CONFIG, Course
from autograder.classroom.marks import Recorder
from autograder.cli.sample_class import answers_from_file, reference_answers
from autograder.errors import GraderError
from autograder.grading.graded import graded
from autograder.grading.rebuild import from_answers
from autograder.judging.verdict import CheckVerdict, ExerciseVerdict, Verdict

NAME = "review"
ASSIGNMENT = CONTENT.load(NAME)
RIGHT = reference_answers(ASSIGNMENT)
FIRST, SECOND, THIRD, *_ = RIGHT
ESSAY, *_ = (written.name for written in ASSIGNMENT.written)

# Each costs Pygments time that grows with the square of its length, or more.
HOSTILE = {
    "dots": "a." * HIGHLIGHTED,
    "digits": "'%" + "0" * (LONGEST_LINE + 1),
    "blanks": "x" + " \n" * LONGEST_LINE + "x",
    "names": "'''" + "\\N{" * LONGEST_LINE,
    "lines": "x = 1\n" * (HIGHLIGHTED // 5),
}
# nbconvert looks for links in all of it, with the cube of its length.
BRACKETS = "[" * 300 + "](files/" * 60
# nbconvert fails over a colour that is not said.
PRINTED = "\x1b[1mbold\x1b[0m and \x1b[38m\x1b]<none>"
Make = Callable[[Course, str], str]

ENDLESS = [f"piece {number}\n" for number in range(1000)]


def entered(course: Course, student: str, answers: dict, outputs: dict | None = None) -> None:
    """Enter a submission in the gradebook as if it had been run and was right."""
    release = release_of(ASSIGNMENT)
    submission = from_answers(release, RIGHT | answers)
    exercises = tuple(
        ExerciseVerdict(e.name, (CheckVerdict("all", e.points, e.points),))
        for e in ASSIGNMENT.exercises
    )
    verdict = Verdict(NAME, exercises, outputs=outputs or {})
    (course.root / "submitted" / student / NAME).mkdir(parents=True)
    with course.gradebook() as gradebook:
        recorder = Recorder(course, gradebook, ASSIGNMENT, lambda student: None)
        recorder.add(student, graded(release, submission, verdict))
        recorder.flush()


def streams(*texts: str) -> list[dict]:
    return [{"output_type": "stream", "name": "stdout", "text": text} for text in texts]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with an ordinary student, and one who means harm."""
    course = Course.create(tmp_path_factory.mktemp("feedback"), "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    entered(course, "ada", {ESSAY: "Read [the paper] & compare."})
    error = {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["E: \x1b[38mend"]}
    answers = {FIRST: HOSTILE["dots"], SECOND: "y" * 2 * SHOWN, ESSAY: BRACKETS}
    outputs = {FIRST: [*streams(PRINTED), error], THIRD: [*streams(*ENDLESS), error]}
    entered(course, "mallory", answers, outputs)
    for student in ("ada", "mallory"):
        course.generate_feedback(NAME, student)
    return course


def page(course: Course, student: str) -> str:
    return course.feedback_path(ASSIGNMENT, student).read_text()


def formgraders_page(course: Course, student: str) -> str:
    """Return what formgrader's exporter makes of a graded notebook."""
    config = PyFileConfigLoader(CONFIG, str(course.root)).load_config()
    path = course.autograded_path(ASSIGNMENT, student)
    text: str = HTMLExporter(config=config).from_filename(str(path))[0]
    return text


def highlighted(source: str) -> str:
    """Return what nbconvert by itself makes of an answer."""
    return str(BeautifulSoup(Highlight2HTML(pygments_lexer="python")(source), "html.parser"))


# What is shown, and how


@pytest.mark.parametrize("name", CONTENT.names())
def test_every_right_answer_is_highlighted(name: str) -> None:
    assignment = CONTENT.load(name)
    answers = list(reference_answers(assignment).values())
    for path in (assignment.folder / "right_answers").glob("*.py"):
        answers += answers_from_file(assignment, path).values()
    for answer in answers:
        assert is_highlighted(answer)


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_would_cost_more_than_its_length_is_not(kind: str) -> None:
    assert not is_highlighted(HOSTILE[kind])


def test_the_bounds_leave_room_for_what_is_just_within_them() -> None:
    line = "x" * LONGEST_LINE
    assert is_highlighted(f"{line}\n" * (HIGHLIGHTED // (LONGEST_LINE + 1)))
    assert not is_highlighted(f"x{line}")


def test_an_ordinary_answer_looks_as_nbconvert_makes_it(course: Course) -> None:
    shown = page(course, "ada")
    for answer in RIGHT.values():
        assert highlighted(answer) in shown


@pytest.mark.parametrize("make", [page, formgraders_page])
def test_a_hostile_answer_is_shown_as_plain_text(course: Course, make: Make) -> None:
    shown = make(course, "mallory")
    assert HOSTILE["dots"] in shown
    assert "y" * SHOWN + f" [{SHOWN} more characters are not shown here.]" in shown
    assert "y" * (SHOWN + 1) not in shown
    assert highlighted(RIGHT[THIRD]) in shown


@pytest.mark.parametrize("make", [page, formgraders_page])
def test_what_is_written_is_shown_with_its_brackets(course: Course, make: Make) -> None:
    assert "Read [the paper] &amp; compare." in make(course, "ada")
    assert BRACKETS in html.unescape(make(course, "mallory"))


def test_no_bracket_of_a_stranger_reaches_the_search_for_links() -> None:
    cell = {"cell_type": "markdown", "metadata": {"nbgrader": {"solution": True}}}
    cell["source"] = f"<pre>{BRACKETS}</pre>"
    bound(cell)
    assert "[" not in cell["source"]
    assert html.unescape(cell["source"]) == f"<pre>{BRACKETS}</pre>"
    ours = {"cell_type": "markdown", "metadata": {}, "source": "[a link](https://example.com)"}
    bound(ours)
    assert ours["source"] == "[a link](https://example.com)"


@pytest.mark.parametrize("make", [page, formgraders_page])
def test_what_was_printed_is_text_and_no_more_of_it_than_can_be_read(
    course: Course, make: Make
) -> None:
    shown = make(course, "mallory")
    assert "bold and ]&lt;none&gt;" in shown
    assert "E: end" in shown
    assert ENDLESS[0] in shown
    assert ENDLESS[-1] not in shown
    assert len(re.findall(r"piece \d+\n", shown)) <= 50
    assert shown.count("More was printed than is shown here.") == 1


# Whose page depends on whose


def run_feedback(course: Course) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "autograder", "feedback", NAME, "--workers", "1"]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=300)


def test_a_page_that_cannot_be_written_is_one_line_and_everybody_else_has_theirs(
    course: Course, tmp_path: Path
) -> None:
    other = Course.create(tmp_path, "autograder.assignments")
    other.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    for student in ("a-damaged", "b-fine", "c-kills", "d-fine"):
        entered(other, student, {})
    other.autograded_path(ASSIGNMENT, "a-damaged").write_text("no notebook")
    with (tmp_path / CONFIG).open("a") as config:
        config.write(
            "import os\n"
            "c.GenerateFeedback.pre_convert_hook = (\n"
            "    lambda student, **_: student == 'c-kills' and os._exit(9)\n"
            ")\n"
        )
    ran = run_feedback(other)
    assert ran.returncode == 3, ran.stderr
    told = [line for line in ran.stderr.splitlines() if re.match("[a-d]-", line)]
    assert [line.split(":")[0] for line in told] == ["a-damaged", "c-kills"]
    assert "NotJSONError" in told[0]
    assert "died" in told[1]
    assert "2 feedback pages" in ran.stdout
    there = [other.feedback_path(ASSIGNMENT, student).exists() for student in ("b-fine", "d-fine")]
    assert there == [True, True]
    assert "a-damaged" in other.log.read_text()


def test_a_page_has_its_time_and_no_more(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    def for_ever(*_: object) -> None:
        while True:
            try:
                re.match("(a*)*b", "a" * 100)
            except Exception:  # as nbgrader goes on after an error
                continue

    monkeypatch.setattr(Course, "generate_feedback", for_ever)
    monkeypatch.setattr(feedback, "SECONDS", 0.2)
    with pytest.raises(GraderError, match=r"not ready after 0\.2 s"):
        feedback.write_page(course.root, NAME, "ada")
