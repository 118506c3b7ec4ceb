"""Writes what the book shows of an assignment: a card for the page, and the notebook itself."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat

from autograder.authoring.notebooks import release_notebook
from autograder.authoring.practice import in_a_page, practice
from autograder.judging.assignment import Assignment
from autograder.judging.references import read_module

# Where the book finds the files, from the root of the Sphinx project.
BOOK_FOLDER = "book/generated"


def card(assignment: Assignment) -> str:
    """Return the card in MyST: what is asked, for how many points, and where to get it.

    Its last element is empty: where the page has a Python of its own, readers practise there.
    """
    points = sum(exercise.points for exercise in assignment.exercises)
    points += sum(answer.points for answer in assignment.written)
    rows = [
        f"| `{exercise.name}` | {read_module(exercise.module).summary(exercise.name)} | "
        f"{exercise.points:g} |"
        for exercise in assignment.exercises
    ]
    rows += [
        f"| `{answer.name}` | An answer in words, graded by a person. | {answer.points:g} |"
        for answer in assignment.written
    ]
    notebook = f"/{BOOK_FOLDER}/{assignment.name}/{assignment.name}.ipynb"
    return "\n".join(
        [
            f":::{{admonition}} Exercises: {assignment.title} ({points:g} points)",
            ":class: exercise-card",
            "",
            f"{{download}}`Download the notebook <{notebook}>`, complete its answer cells in",
            "Jupyter, and run its tests as often as you like. With a copy of the course installed,",
            f"`autograder check {assignment.name} {assignment.name}.ipynb` says before you hand it",
            "in what the feedback would say.",
            "",
            "| Exercise | What you write | Points |",
            "| --- | --- | ---: |",
            *rows,
            "",
            "```{raw} html",
            f'<div class="practise" data-notebook="{assignment.name}"',
            f'     data-exercises="{" ".join(in_a_page(assignment))}" hidden></div>',
            "```",
            ":::",
            "",
        ]
    )


def write_for_book(assignment: Assignment, folder: Path) -> None:
    """Write the card, the student's notebook and what a page runs into ``folder/NAME/``."""
    place = folder / assignment.name
    place.mkdir(parents=True, exist_ok=True)
    (place / "card.md").write_text(card(assignment), encoding="utf-8")
    nbformat.write(release_notebook(assignment), place / f"{assignment.name}.ipynb")
    text = json.dumps(practice(assignment), ensure_ascii=False)
    (place / "practice.json").write_text(text, encoding="utf-8")
