"""Writes feedback pages, several at once: nbgrader's converter takes its time over each."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from autograder.classroom.course import Course
from autograder.judging.assignment import Assignment


def write_feedback(
    course: Course, assignment: Assignment, students: list[str], workers: int
) -> Iterator[str]:
    """Write the feedback page of each student, and yield the student when it is there.

    Raises
    ------
    GraderError
        nbgrader could not convert a notebook.
    """
    if not students:
        return
    pool = ProcessPoolExecutor(
        min(workers, len(students)), mp_context=multiprocessing.get_context("spawn")
    )
    try:
        futures = {pool.submit(_write, course.root, assignment.name, s): s for s in students}
        for future in as_completed(futures):
            future.result()
            yield futures[future]
    finally:
        pool.shutdown(cancel_futures=True)


def _write(root: Path, assignment: str, student: str) -> None:
    Course(root).generate_feedback(assignment, student)
