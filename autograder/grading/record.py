"""Writes a verdict where nbgrader keeps it: the graded notebook, and the gradebook."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import dateutil.parser
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.utils import compute_checksum, is_grade, is_solution

from autograder.assignment import Assignment
from autograder.authoring.notebooks import graded_id
from autograder.course import Course
from autograder.errors import GraderError, InputError
from autograder.feedback import as_html, as_text
from autograder.grading.rebuild import rebuilt_notebook
from autograder.grading.submission import Submission, read_file
from autograder.verdict import ExerciseVerdict, Verdict

# The graded notebook's metadata says which text was graded, so a rerun can leave it alone.
DIGEST = "autograder_digest"


def graded_notebook(
    assignment: Assignment, submission: Submission, verdict: Verdict
) -> NotebookNode:
    """Return the rebuilt notebook with the verdict in its test cells' outputs.

    The outputs have the form that `nbgrader.utils.determine_grade` reads.
    """
    notebook = rebuilt_notebook(assignment, submission)
    notebook.metadata[DIGEST] = submission.digest.hex()
    exercises = {graded_id(exercise.name): exercise for exercise in verdict.exercises}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        if name in exercises:
            cell.outputs = _verdict_outputs(exercises[name])
        else:
            cell.outputs = [nbformat.from_dict(output) for output in verdict.outputs.get(name, [])]
    return notebook


def is_recorded(course: Course, assignment: Assignment, student: str, digest: bytes) -> bool:
    """Whether this very text of the student's has been graded already."""
    path = course.autograded_path(assignment, student)
    try:
        recorded = nbformat.read(path, as_version=4).metadata.get(DIGEST)
    except (OSError, ValueError):
        return False
    return bool(recorded == digest.hex())


def marks(gradebook: Gradebook, assignment: Assignment, student: str) -> tuple[float, float]:
    """Return what a graded submission has earned, and out of how many points."""
    submission = gradebook.find_submission(assignment.name, student)
    return float(submission.score), float(submission.max_score)


def record(
    course: Course,
    gradebook: Gradebook,
    assignment: Assignment,
    student: str,
    submission: Submission,
    verdict: Verdict,
) -> None:
    """Enter a verdict's marks in the gradebook, all at once, and write the graded notebook.

    The notebook is put in place last and in one step: if the grader dies before, the
    submission counts as not graded and is graded again with the same result.

    Raises
    ------
    GraderError
        The notebook cannot be written, for instance because the disk is full.
    """
    notebook = graded_notebook(assignment, submission, verdict)
    name = assignment.name
    gradebook.update_or_create_student(student)
    timestamp = _timestamp(course.root / "submitted" / student / name / "timestamp.txt")
    known = {} if timestamp is None else {"timestamp": timestamp}
    submitted = gradebook.update_or_create_submission(name, student, **known)
    (entry,) = submitted.notebooks
    grades = {grade.name: grade for grade in entry.grades}
    comments = {comment.name: comment for comment in entry.comments}
    scores = {graded_id(exercise.name): exercise.score for exercise in verdict.exercises}
    for cell in notebook.cells:
        if is_grade(cell):
            grade_id = cell.metadata.nbgrader.grade_id
            grade = grades[grade_id]
            grade.auto_score = scores.get(grade_id)
            grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
        if is_solution(cell):
            comment = comments[cell.metadata.nbgrader.grade_id]
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            comment.auto_comment = "No response." if untouched else None
    gradebook.db.commit()
    _write(course.autograded_path(assignment, student), notebook)


def _verdict_outputs(exercise: ExerciseVerdict) -> list[NotebookNode]:
    """Return a test cell's outputs: the report to read, then the score for nbgrader.

    nbgrader takes the score from the last output and understands only a plain number's text.
    """
    report = {"text/html": as_html(exercise), "text/plain": as_text(exercise)}
    score = {"text/plain": repr(float(exercise.score))}
    return [
        new_output("display_data", report),
        new_output("execute_result", score, execution_count=None),
    ]


def _timestamp(path: Path) -> datetime | None:
    """Return the time of submission, in UTC, if the file that says it is sound."""
    try:
        text = read_file(path, 1000).decode().strip()
        moment: datetime = dateutil.parser.parse(text)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (InputError, ValueError, OverflowError):
        return None


def _write(path: Path, notebook: NotebookNode) -> None:
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, draft)
        os.replace(draft, path)
    except OSError as error:
        raise GraderError(
            f"{path} cannot be written ({error.strerror}). Mend that and run the command again: "
            "what has been graded stays graded."
        ) from error
