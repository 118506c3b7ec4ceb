"""Hands in for a small class: ``python -m autograder.cli.sample_class COURSE``.

The class has students who are right, each in another way, students who are partly right,
students whose mistakes have a name, and students whose code crashes, loops or attacks. It
shows what an instructor will see before any real student has handed anything in.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.authoring.notebooks import release_notebook
from autograder.classroom.course import Course
from autograder.errors import AutograderError
from autograder.judging.assignment import Assignment, graded_id
from autograder.judging.references import BEGIN, END, read_module

MISTAKEN_STUDENTS = 3

Answers = dict[str, str]

_CRASH = "raise RuntimeError('a cell that crashes before it defines anything')\n"
_SYNTAX = "def unfinished(:\n"
_LOOP = "while True:\n    pass\n"
_HOSTILE = """\
import gc, os, signal, subprocess, sys
import numpy as np

# Looks for the answers, spoils the comparison, and tries to outlive the sandbox.
for place in ("/", "/root", "/home", "..", "/work"):
    try:
        print(place, os.listdir(place))
    except OSError as error:
        print(place, error)
print([x for x in gc.get_objects() if type(x).__name__ in ("Check", "Exercise", "Gradebook")])
np.allclose = np.array_equal = np.testing.assert_allclose = lambda *args, **kwargs: True
subprocess.Popen(["sleep", "1000"])
for process in (1, 2, os.getppid()):
    try:
        os.kill(process, signal.SIGTERM)
    except OSError as error:
        print(process, error)


class Anything:
    def __eq__(self, other):
        return True


def NAME(*args, **kwargs):
    return Anything()
"""


def reference_answers(assignment: Assignment) -> Answers:
    """Return the reference's own source for each exercise."""
    answers = {}
    for exercise in assignment.exercises:
        module = read_module(exercise.module)
        lines = module.exercise(exercise.name).splitlines()
        kept = [line for line in lines if line.strip() not in (BEGIN, END)]
        answers[exercise.name] = "\n".join(kept)
    return answers


def answers_from_file(assignment: Assignment, path: Path) -> Answers:
    """Return the answers in a plain Python file, split into one cell an exercise.

    What the file defines besides the exercises goes into the first cell of its answers.
    """
    text = path.read_text(encoding="utf-8")
    names = [exercise.name for exercise in assignment.exercises]
    answers: Answers = {}
    rest = []
    lines = text.splitlines()
    for node in ast.parse(text).body:
        decorators = [d.lineno for d in getattr(node, "decorator_list", [])]
        source = "\n".join(lines[min([node.lineno, *decorators]) - 1 : node.end_lineno])
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in names:
            answers[node.name] = source
        else:
            rest.append(source)
    first = next(name for name in names if name in answers)
    answers[first] = "\n\n".join([*rest, answers[first]])
    return answers


def notebook(assignment: Assignment, answers: Answers) -> NotebookNode:
    """Return the release notebook with `answers` in its answer cells."""
    release = release_notebook(assignment)
    for cell in release.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]
    return release


def sample_class(assignment: Assignment, showcase: bool) -> dict[str, str]:
    """Return the text of each student's file, by the student's name.

    Loops, attacks and broken files are handed in for the `showcase`: to see them once is to have
    seen them.
    """
    right = reference_answers(assignment)
    names = [exercise.name for exercise in assignment.exercises]
    first, last = names[0], names[-1]
    answers = {
        "right-as-the-reference": right,
        "partly-first-half": {name: right[name] for name in names[: len(names) // 2]},
        "blank": {},
        "crash-in-a-cell": right | {first: _CRASH + right[first]},
    }
    if showcase:
        answers |= {
            "crash-syntax-error": right | {first: _SYNTAX},
            "loop-in-a-cell": right | {last: _LOOP},
            "hostile": right | {first: _HOSTILE.replace("NAME", first)},
        }
    for path in sorted((assignment.folder / "right_answers").glob("*.py")):
        found = answers_from_file(assignment, path)
        answers[f"right-{path.stem.replace('_', '-')}"] = right | found
    for number in range(MISTAKEN_STUDENTS):
        # The mistakes of the others are stand-ins for the judge, and no code of a student's.
        wanted = [e for e in assignment.exercises if e.replayable]
        chosen = [e.mistakes[number] for e in wanted if len(e.mistakes) > number][number::3]
        wrong = {mistake.exercise: mistake.source for mistake in chosen}
        if wrong:
            answers[f"mistaken-{number + 1}"] = right | wrong
    files = {name: nbformat.writes(notebook(assignment, given)) for name, given in answers.items()}
    files["forged-results"] = nbformat.writes(_forged(assignment))
    if showcase:
        files["broken-no-notebook"] = "This was saved as plain text by accident.\n"
        files["broken-other-notebook"] = json.dumps({"cells": [], "metadata": {}, "nbformat": 4})
    return files


def _forged(assignment: Assignment) -> NotebookNode:
    """Return a blank notebook that claims to have been graded, with full marks."""
    forged = release_notebook(assignment)
    points = {graded_id(exercise.name): exercise.points for exercise in assignment.exercises}
    for cell in forged.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in points:
            result = nbformat.v4.new_output("execute_result", {"text/plain": repr(points[name])})
            cell.outputs = [result]
            cell.source = repr(points[name])
            cell.metadata.nbgrader.points = 1000
    return forged


def main() -> int:
    """Write the files into the course's ``submitted/`` folder; return the exit status."""
    try:
        course = Course(Path(sys.argv[1]))
        names = course.content.names()
        for name in names:
            files = sample_class(course.content.load(name), showcase=name == names[0])
            for student, text in files.items():
                folder = course.root / "submitted" / student / name
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
            print(f"{len(files)} students have handed in {name}.")
    except AutograderError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
