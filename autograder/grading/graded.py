"""Writes a verdict into the rebuilt notebook, in the form that nbgrader reads and shows."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import Any

from autograder.grading.kept import metadata_of
from autograder.grading.rebuild import rebuilt_notebook
from autograder.grading.release import Notebook, RawCell, Release, id_of, is_graded
from autograder.grading.submission import Submission
from autograder.judging.assignment import graded_id
from autograder.judging.verdict import ExerciseVerdict, Verdict
from autograder.judging.wording import as_html, as_text
from autograder.judging.written import Written

# The tag of cells that feedback leaves out.
INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class Graded:
    """A graded notebook as JSON, and what the gradebook is told of it.

    Attributes
    ----------
    text
        The notebook.
    scores
        The points of each graded cell, by ``grade_id``; None where a person has to grade.
    answered
        For each answer cell, by ``grade_id``, whether the student has changed it at all.
    """

    text: str
    scores: dict[str, float | None]
    answered: dict[str, bool]


def graded(release: Release, submission: Submission, verdict: Verdict, version: str = "") -> Graded:
    """Return the graded notebook of `submission` and its points; see `graded_notebook`."""
    notebook = graded_notebook(release, submission, verdict, version)
    texts = {cell.name: cell.source for cell in submission.answers}
    answered = {
        name: not release.is_untouched(name, texts.get(name, stub))
        for name, stub in release.answers.items()
    }
    earned = {graded_id(exercise.name): exercise.score for exercise in verdict.exercises}
    scores = {
        name: earned[name] if name in earned else None if answered[name] else 0.0
        for name in map(id_of, filter(is_graded, notebook["cells"]))
    }
    # Without indents json writes ten times as fast.
    text = json.dumps(notebook, ensure_ascii=False, sort_keys=True) + "\n"
    return Graded(text, scores, answered)


def graded_notebook(
    release: Release, submission: Submission, verdict: Verdict, version: str = ""
) -> Notebook:
    """Return the rebuilt notebook with the verdict in its test cells' outputs.

    The outputs have the form that `nbgrader.utils.determine_grade` reads. What was graded, with
    which version, and the verdict as data are in its metadata.
    """
    notebook = rebuilt_notebook(release, submission)
    notebook["metadata"] |= metadata_of(submission, verdict, version)
    exercises = {graded_id(exercise.name): exercise for exercise in verdict.exercises}
    written = {answer.name: answer for answer in release.written}
    cells = [_notes(submission.notes)] if submission.notes else []
    for cell in notebook["cells"]:
        name = id_of(cell)
        cells.append(cell)
        if name in written:
            if cell["source"] != release.answers[name]:
                cell["source"] = _inert(cell["source"])
            cells += _for_the_grader(written[name])
        elif cell["cell_type"] != "code":
            continue
        elif name in exercises:
            cell["outputs"] = _verdict_outputs(exercises[name])
        else:
            cell["outputs"] = verdict.outputs.get(name, [])
    notebook["cells"] = cells
    return notebook


def _notes(notes: tuple[str, ...]) -> RawCell:
    """Return what a student is told of the submission before anything else."""
    told = "".join(f"<li>{_escaped(note)}</li>" for note in notes)
    text = f"<b>About your notebook</b>\n<ul>{told}</ul>"
    return _markdown("about_the_notebook", text, [])


def _for_the_grader(written: Written) -> list[RawCell]:
    """Return what stands below a written answer when it is graded: rubric and model answer."""
    model_answer = f"**Model answer** (students do not see it)\n\n{written.model_answer}"
    return [
        _markdown(f"rubric_{written.name}", written.rubric_text, []),
        _markdown(f"model_{written.name}", model_answer, [INSTRUCTOR]),
    ]


def _markdown(name: str, text: str, tags: list[str]) -> RawCell:
    return {"cell_type": "markdown", "id": name[:64], "metadata": {"tags": tags}, "source": text}


def _inert(text: str) -> str:
    """Return what a student wrote as text to read: no markup of it, and no formula, is obeyed.

    Markdown lets HTML through, and formulas can carry links that run scripts.
    """
    return f'<pre style="white-space: pre-wrap">{_escaped(text)}</pre>'


def _escaped(text: str) -> str:
    # A blank line would end the HTML block, and what follows it would be Markdown again.
    lines = html.escape(text).splitlines()
    return "\n".join(line if line.strip() else "&nbsp;" for line in lines)


def _verdict_outputs(exercise: ExerciseVerdict) -> list[dict[str, Any]]:
    """Return a test cell's outputs: the report to read, then the score for nbgrader.

    nbgrader takes the score from the last output and understands only a plain number's text.
    """
    report = {"text/html": as_html(exercise), "text/plain": as_text(exercise)}
    score = {"text/plain": repr(float(exercise.score))}
    return [
        {"output_type": "display_data", "data": report, "metadata": {}},
        {
            "output_type": "execute_result",
            "data": score,
            "metadata": {},
            "execution_count": None,
        },
    ]
