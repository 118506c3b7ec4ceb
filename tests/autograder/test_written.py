"""Written answers: a person grades them, with rubric and model answer beside what was written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert import HTMLExporter

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_notebook, release_of, source_notebook
from autograder.classroom.course import Course
from autograder.classroom.grade import grade_class
from autograder.classroom.marks import marks
from autograder.cli.sample_class import notebook, reference_answers
from autograder.errors import GraderError
from autograder.grading import batch
from autograder.judging.written import read_written

NAME = "review"
ASSIGNMENT = CONTENT.load(NAME)
WRITTEN = {written.name: written for written in ASSIGNMENT.written}
FIRST, *REST = WRITTEN
MACHINE = sum(exercise.points for exercise in ASSIGNMENT.exercises)

# Each would run a script, leave the page, or load something, if it were taken for markup.
HOSTILE = """\
A right answer, up to here.

<script>document.title = 'pwned'</script>

[a link](javascript:document.title='pwned')
![a picture](https://example.com/seen.png)
<img src="https://example.com/seen.png" onerror="document.title = 'pwned'">

$\\href{javascript:document.title='pwned'}{a formula}$

</pre></div><iframe src="https://example.com"></iframe>

    <script>document.title = 'pwned'</script>
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course in which three students have handed in, graded and with feedback."""
    course = Course.create(tmp_path_factory.mktemp("written"), "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    right = reference_answers(ASSIGNMENT)
    answers = {
        "nothing-written": right,
        "one-written": right | {FIRST: "No: equal units have equal gradients.\n\nThey stay equal."},
        "hostile": dict.fromkeys(WRITTEN, HOSTILE),
    }
    for student, given in answers.items():
        folder = course.root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(notebook(ASSIGNMENT, given), folder / f"{NAME}.ipynb")
    outcomes = grade_class(
        course,
        ASSIGNMENT,
        course.submissions(ASSIGNMENT),
        course.terms(),
        graders=batch.on_this_machine(1, ASSIGNMENT.sheet, course.terms()),
        release=lambda: release_of(ASSIGNMENT),
        regrade=False,
        begin=lambda: None,
        report=lambda outcome: None,
    )
    assert [outcome.problem for outcome in outcomes] == ["", "", ""]
    for student in answers:
        course.generate_feedback(NAME, student)
    return course


def grades(course: Course, student: str) -> dict[str, Any]:
    """Return (points by machine, whether a person must grade, the most points) by cell."""
    with course.gradebook() as gradebook:
        found = gradebook.find_submission_notebook(NAME, NAME, student).grades
        return {g.name: (g.auto_score, g.needs_manual_grade, g.max_score) for g in found}


def sources(course: Course, student: str) -> list[str]:
    path = course.autograded_path(ASSIGNMENT, student)
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def as_html(course: Course, student: str) -> str:
    """Return the graded notebook as a page; formgrader shows cells as nbconvert does."""
    path = course.autograded_path(ASSIGNMENT, student)
    html: str = HTMLExporter().from_filename(str(path))[0]
    return html


# The assignment


def test_every_question_has_an_answer_worth_three_or_four_points() -> None:
    assert len(WRITTEN) == 7
    for written in WRITTEN.values():
        assert written.points in (3, 4)
        assert len(written.rubric) == written.points
        assert len(written.model_answer.split()) > 60


def test_the_model_answer_and_the_rubric_stay_with_the_instructor() -> None:
    source = json.dumps(source_notebook(ASSIGNMENT))
    release = json.dumps(release_notebook(ASSIGNMENT))
    for written in WRITTEN.values():
        start = json.dumps(written.model_answer[:60])[1:-1]
        assert start in source
        assert start not in release
        assert written.rubric[0][1] not in release


def test_students_get_a_cell_of_markdown_with_nbgraders_stub() -> None:
    cells = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in release_notebook(ASSIGNMENT).cells
        if "nbgrader" in cell.metadata
    }
    for written in WRITTEN.values():
        cell = cells[written.name]
        assert cell.cell_type == "markdown"
        assert cell.source == "YOUR ANSWER HERE"
        assert cell.metadata.nbgrader.points == written.points
        assert cell.metadata.nbgrader.grade
        assert cell.metadata.nbgrader.solution


@pytest.mark.parametrize("criteria", ["", "\n## Rubric\n", "\n## Rubric\n\n- two: says so\n"])
def test_a_section_without_a_rubric_is_the_instructors_error(criteria: str, tmp_path: Path) -> None:
    (tmp_path / "some.md").write_text(f"# why\n\nBecause.\n{criteria}")
    with pytest.raises(GraderError, match="why has no rubric"):
        read_written(tmp_path / "some.md")


def test_a_criterion_may_go_on_and_points_may_be_parts(tmp_path: Path) -> None:
    (tmp_path / "some.md").write_text(
        "# why\n\nBecause.\n\nIt is so.\n\n## Rubric\n\n- 0.5: says\n  so\n- 2: and why\n"
    )
    (written,) = read_written(tmp_path / "some.md").values()
    assert written.rubric == ((0.5, "says so"), (2.0, "and why"))
    assert (written.points, written.model_answer) == (2.5, "Because.\n\nIt is so.")


# A graded class


def test_a_person_grades_what_is_written_and_the_machine_the_rest(course: Course) -> None:
    for student, written in {
        "nothing-written": [],
        "one-written": [FIRST],
        "hostile": list(WRITTEN),
    }.items():
        found = grades(course, student)
        for name, (auto, manual, most) in found.items():
            if name in WRITTEN:
                assert most == WRITTEN[name].points
                assert manual == (name in written), (student, name)
                assert auto == (None if name in written else 0)
            else:
                assert not manual
                assert auto is not None


def test_the_machines_points_are_there_at_once(course: Course) -> None:
    with course.gradebook() as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions(NAME)}
    assert scores == {"nothing-written": MACHINE, "one-written": MACHINE, "hostile": 0}


def test_what_was_graded_before_is_told_out_of_the_machines_points(course: Course) -> None:
    with course.gradebook() as gradebook:
        assert marks(gradebook, ASSIGNMENT, "one-written") == (MACHINE, MACHINE)


def test_the_points_that_a_person_gives_are_added(course: Course) -> None:
    with course.gradebook() as gradebook:
        grade = gradebook.find_grade(FIRST, NAME, NAME, "one-written")
        assert grade.needs_manual_grade
        grade.manual_score = 2
        gradebook.db.commit()
        try:
            submission = gradebook.find_submission(NAME, "one-written")
            assert submission.score == MACHINE + 2
        finally:
            grade.manual_score = None
            gradebook.db.commit()


def test_rubric_and_model_answer_stand_below_each_answer(course: Course) -> None:
    found = sources(course, "one-written")
    for written in WRITTEN.values():
        (place,) = [n for n, text in enumerate(found) if text == written.rubric_text]
        assert written.model_answer in found[place + 1]
        above = found[place - 1]
        assert "equal gradients" in above if written.name == FIRST else above == "YOUR ANSWER HERE"


def test_the_feedback_has_answer_and_rubric_but_not_the_model_answer(course: Course) -> None:
    page = course.feedback_path(ASSIGNMENT, "one-written").read_text()
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", "", page))
    assert "No: equal units have equal gradients." in text
    for written in WRITTEN.values():
        assert written.rubric[0][1][:40] in text
    assert "Model answer" not in text
    assert "That He's rule has chosen the" not in text


@pytest.mark.parametrize("place", ["graded", "feedback"])
def test_what_is_written_is_text_and_nothing_else(course: Course, place: str) -> None:
    page = (
        as_html(course, "hostile")
        if place == "graded"
        else course.feedback_path(ASSIGNMENT, "hostile").read_text()
    )
    answers = re.findall(r'<pre style="white-space: pre-wrap">(.*?)</pre>', page, flags=re.DOTALL)
    assert len(answers) == len(WRITTEN)
    for answer in answers:
        assert "<" not in answer
        assert "&lt;script&gt;" in answer
        assert "[a link](javascript:" in answer
    outside = re.sub(r'<pre style="white-space: pre-wrap">.*?</pre>', "", page, flags=re.DOTALL)
    for sign in ("pwned", "example.com", "<iframe"):
        assert sign not in outside
