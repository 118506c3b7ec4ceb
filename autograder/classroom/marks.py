"""Enters marks where nbgrader keeps them: in the gradebook, and beside it the graded notebooks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.exc import OperationalError

from autograder.classroom import receipt
from autograder.classroom.course import Course
from autograder.classroom.files import write_whole
from autograder.classroom.gradebook import notebook_of
from autograder.grading.graded import Graded
from autograder.judging.assignment import Assignment

# One transaction for as many results as come within so many seconds: each one makes the disk
# turn up. What a killed grader had not entered is graded again, with the same marks.
BATCH_SECONDS = 0.5
BATCH_SIZE = 64
# How long to wait, in seconds, before each new try when the connection to a server is lost: long
# enough for the server to be started again.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)

# As nbgrader declares it. A file takes longer names all the same, and a server refuses them.
LONGEST_NAME: int = Student.__table__.c.id.type.length

_NO_RESPONSE = "No response."
_NO_PENALTY = {"late_submission_penalty": None}

_log = logging.getLogger(__name__)


def marks(gradebook: Gradebook, assignment: Assignment, student: str) -> tuple[float, float]:
    """Return what a graded submission has earned, and out of how many points.

    Answers that a person grades do not count.
    """
    notebook = gradebook.find_submission_notebook(assignment.name, assignment.name, student)
    by_hand = {answer.name for answer in assignment.written}
    grades = [grade for grade in notebook.grades if grade.name not in by_hand]
    return float(sum(g.score for g in grades)), float(sum(g.max_score for g in grades))


def refused(student: str) -> str:
    """Return what keeps a student's name, which is a folder's, out of a gradebook, or nothing."""
    if len(student) > LONGEST_NAME:
        return f"a name of more than {LONGEST_NAME} characters; rename the folder."
    try:
        student.encode()
    except UnicodeEncodeError:
        return "the folder's name is no text (UTF-8), so no gradebook can hold it; rename it."
    return ""


class Recorder:
    """Enters the results of one assignment in the gradebook, a few at a time.

    A graded notebook is put in place after its marks are safe, last and in one step: if the
    grader dies before, the submission counts as not graded and is graded again.

    Parameters
    ----------
    course, gradebook, assignment
        Where to, and of what.
    recorded
        Called with each student whose result is safe.

    Raises
    ------
    NotAssignedError
        The assignment is not in the gradebook.
    """

    def __init__(
        self,
        course: Course,
        gradebook: Gradebook,
        assignment: Assignment,
        recorded: Callable[[str], object],
    ) -> None:
        self._course = course
        self._gradebook = gradebook
        self._assignment = assignment
        self._recorded = recorded
        self._waiting: dict[str, Graded] = {}
        self._unchanged: list[str] = []
        self._since = 0.0
        self._policy = course.late_policy
        self._deadlines = course.deadlines
        self._deadlines.enter(gradebook, assignment.name)
        notebook = notebook_of(gradebook, assignment)
        self._notebook, self._entry = notebook.id, notebook.assignment.id
        self._due = notebook.assignment.duedate
        self._grade_cells = {cell.name: cell.id for cell in notebook.grade_cells}
        self._solution_cells = {cell.name: cell.id for cell in notebook.solution_cells}
        # A file's failures are no connection's, and SQLite has waited for a lock already.
        self._pauses = () if gradebook.engine.dialect.name == "sqlite" else PAUSES
        gradebook.db.rollback()  # while the judges work, nobody need wait for the gradebook

    def add(self, student: str, result: Graded) -> None:
        """Take one result, and enter all that have been taken when it is time.

        Raises
        ------
        GraderError
            A notebook cannot be written, for instance because the disk is full.
        """
        self._since = self._since if self._waiting else time.monotonic()
        self._waiting[student] = result
        if len(self._waiting) >= BATCH_SIZE or time.monotonic() - self._since > BATCH_SECONDS:
            self.flush()

    def keep(self, student: str) -> None:
        """Leave a student's marks as they are; the time of submission may have changed."""
        self._unchanged.append(student)
        if len(self._unchanged) >= BATCH_SIZE:
            self._bring_up_to_date()

    def flush(self) -> None:
        """Enter what has been taken; see `add` and `keep`."""
        self._bring_up_to_date()
        results, self._waiting = self._waiting, {}
        if not results:
            return
        self._commit(lambda: self._enter_or_amend(results))
        for student, result in results.items():
            path = self._course.autograded_path(self._assignment, student)
            receipt.keep(self._submitted(student), path.parent)
            write_whole(path, result.text)
            self._recorded(student)

    def _bring_up_to_date(self) -> None:
        students, self._unchanged = self._unchanged, []
        if not students:
            return
        self._commit(lambda: self._date_again(students))
        for student in students:
            path = self._course.autograded_path(self._assignment, student)
            receipt.keep(self._submitted(student), path.parent)

    def _commit(self, enter: Callable[[], None]) -> None:
        """Enter something as one transaction, again if the connection is lost over it.

        It may be lost when the server has entered all, and only its answer is missing: what is
        entered again is then amended, to the same marks.
        """
        db = self._gradebook.db
        for pause in self._pauses:
            try:
                enter()
                db.commit()
                return
            except OperationalError as error:
                _log.warning("The connection to the gradebook was lost: %s", error.orig)
                db.rollback()
                time.sleep(pause)
        enter()
        db.commit()

    def _enter_or_amend(self, results: dict[str, Graded]) -> None:
        known = self._known(list(results))
        self._enter({student: new for student, new in results.items() if student not in known})
        for student, submitted in known.items():
            self._amend(submitted, student, results[student])
        self._penalise(list(results))

    def _date_again(self, students: list[str]) -> None:
        for student, submitted in self._known(students).items():
            self._date(submitted, student)
        self._penalise(students)

    def _penalise(self, students: list[str]) -> None:
        """Apply the late policy to what is entered of some students."""
        db = self._gradebook.db
        db.flush()
        if self._due is None:
            # Nobody is late; to read a class back takes longer than to enter it.
            entries = select(SubmittedAssignment.id).where(self._is_of(students))
            penalised = SubmittedNotebook.assignment_id.in_(entries)
            db.execute(update(SubmittedNotebook).where(penalised).values(_NO_PENALTY))
            return
        db.expire_all()
        for submitted in self._known(students).values():
            self._policy.apply(submitted)

    def _date(self, submitted: SubmittedAssignment, student: str) -> None:
        timestamp = receipt.submitted_at(self._submitted(student))
        if timestamp is not None:
            submitted.timestamp = timestamp

    def known(self, students: list[str]) -> set[str]:
        """Return those of some students who have been graded before, by the gradebook."""
        found = set(self._known(students))
        self._gradebook.db.rollback()  # nobody need wait for it
        return found

    def _known(self, students: list[str]) -> dict[str, SubmittedAssignment]:
        """Return the entries of those who have been graded before."""
        query = select(SubmittedAssignment).where(self._is_of(students))
        return {found.student_id: found for found in self._gradebook.db.scalars(query)}

    def _is_of(self, students: list[str]) -> ColumnElement[bool]:
        """Return what is true of the entries of some students for this assignment."""
        return and_(
            SubmittedAssignment.assignment_id == self._entry,
            SubmittedAssignment.student_id.in_(students),
        )

    def _enter(self, results: dict[str, Graded]) -> None:
        """Make the entries that `Gradebook.add_submission` would make, with their marks."""
        if not results:
            return
        db = self._gradebook.db
        enrolled = set(db.scalars(select(Student.id).where(Student.id.in_(list(results)))))
        students = [{"id": student} for student in results if student not in enrolled]
        submissions, notebooks, grades, comments = [], [], [], []
        for student, result in results.items():
            entry, notebook = new_uuid(), new_uuid()
            submissions.append(
                {
                    "id": entry,
                    "assignment_id": self._entry,
                    "student_id": student,
                    "timestamp": receipt.submitted_at(self._submitted(student)),
                    "extension": self._deadlines.extension(self._assignment.name, student),
                }
            )
            notebooks.append(
                {"id": notebook, "notebook_id": self._notebook, "assignment_id": entry}
            )
            grades += [
                {
                    "id": new_uuid(),
                    "notebook_id": notebook,
                    "cell_id": cell,
                    "auto_score": result.scores[name],
                    "needs_manual_grade": result.scores[name] is None,
                }
                for name, cell in self._grade_cells.items()
            ]
            comments += [
                {
                    "id": new_uuid(),
                    "notebook_id": notebook,
                    "cell_id": cell,
                    "auto_comment": None if result.answered[name] else _NO_RESPONSE,
                }
                for name, cell in self._solution_cells.items()
            ]
        for table, rows in (
            (Student, students),
            (SubmittedAssignment, submissions),
            (SubmittedNotebook, notebooks),
            (Grade, grades),
            (Comment, comments),
        ):
            if rows:
                db.execute(insert(table), rows)

    def _amend(self, submitted: SubmittedAssignment, student: str, result: Graded) -> None:
        """Put new marks in the place of old ones; what a person has entered stays."""
        self._date(submitted, student)
        (entry,) = submitted.notebooks
        for grade in entry.grades:
            grade.auto_score = result.scores[grade.name]
            by_hand = grade.auto_score is None and grade.manual_score is None
            grade.needs_manual_grade = by_hand or grade.manual_score is not None
        for comment in entry.comments:
            comment.auto_comment = None if result.answered[comment.name] else _NO_RESPONSE

    def _submitted(self, student: str) -> Path:
        return self._course.root / "submitted" / student / self._assignment.name
