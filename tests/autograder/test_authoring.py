"""One definition of an exercise: the stub, the source and the reference agree."""

import ast

import nbformat
import pytest
from nbgrader.utils import is_grade, is_solution

from autograder.assignments import CONTENT
from autograder.authoring.cards import card
from autograder.authoring.notebooks import release_notebook, source_notebook
from autograder.classroom.course import Course
from autograder.errors import GraderError, InputError
from autograder.judging.assignment import Assignment, graded_id
from autograder.judging.references import BEGIN, END, ReferenceModule, read_module

EVERY = [CONTENT.load(name) for name in CONTENT.names()]
named = pytest.mark.parametrize("assignment", EVERY, ids=lambda a: a.name)


def module(text: str) -> ReferenceModule:
    return ReferenceModule("solutions.made_up", "made_up.py", text, ast.parse(text))


FUNCTION = '''\
"""A module."""

import math
from os import path

Alias = int
LIMIT = 3


def first(x: int) -> int:
    """Say what it does.

    At length.
    """
    # The comment gives it away.
    return x + 1


class Second(Base):
    """A class."""

    scale = 2

    def __init__(self, a):
        self.a = a

    def step(self, theta):
        """Step."""
        if theta:
            return 1

        return theta


def only_docstring():
    """Nothing else."""
'''


def test_the_set_up_is_what_stands_before_the_first_exercise() -> None:
    assert module(FUNCTION).setup() == (
        "import math\nfrom os import path\n\nAlias = int\nLIMIT = 3"
    )


def test_a_functions_body_is_marked_with_the_comments_above_it() -> None:
    assert module(FUNCTION).exercise("first").splitlines() == [
        "def first(x: int) -> int:",
        '    """Say what it does.',
        "",
        "    At length.",
        '    """',
        f"    {BEGIN}",
        "    # The comment gives it away.",
        "    return x + 1",
        f"    {END}",
    ]


def test_every_method_of_a_class_is_marked() -> None:
    assert module(FUNCTION).exercise("Second").splitlines() == [
        "class Second(Base):",
        '    """A class."""',
        "",
        "    scale = 2",
        "",
        "    def __init__(self, a):",
        f"        {BEGIN}",
        "        self.a = a",
        f"        {END}",
        "",
        "    def step(self, theta):",
        '        """Step."""',
        f"        {BEGIN}",
        "        if theta:",
        "            return 1",
        "",
        "        return theta",
        f"        {END}",
    ]


@pytest.mark.parametrize("name", ["only_docstring", "nowhere"])
def test_what_is_no_exercise_is_refused_by_name(name: str) -> None:
    with pytest.raises(GraderError, match=name):
        module(FUNCTION).exercise(name)


def test_an_unknown_assignment_is_told_with_those_that_exist() -> None:
    with pytest.raises(InputError, match=r"no assignment 'nothing'.*initialisers"):
        CONTENT.load("nothing")


@named
def test_stub_source_and_reference_agree(assignment: Assignment) -> None:
    source = {c.metadata.nbgrader.grade_id: c.source for c in _answers(source_notebook(assignment))}
    release = {
        c.metadata.nbgrader.grade_id: c.source for c in _answers(release_notebook(assignment))
    }
    assert list(source) == list(release) == [exercise.name for exercise in assignment.exercises]
    for exercise in assignment.exercises:
        reference = read_module(exercise.module)
        whole = next(n for n in reference.tree.body if getattr(n, "name", "") == exercise.name)
        marked = source[exercise.name].splitlines()
        unmarked = "\n".join(line for line in marked if line.strip() not in (BEGIN, END))
        assert ast.dump(ast.parse(unmarked).body[0]) == ast.dump(whole)
        stub = ast.parse(release[exercise.name]).body[0]
        assert ast.get_docstring(stub) == ast.get_docstring(whole)
        assert _signatures(stub) == _signatures(whole)
        bodies = [function.body for function in _functions(stub)]
        assert all("NotImplementedError" in ast.unparse(body[-1]) for body in bodies)
        assert all(len(body) <= 2 for body in bodies)


@named
def test_the_release_tells_nothing_of_the_answers(assignment: Assignment) -> None:
    text = nbformat.writes(release_notebook(assignment))
    for secret in ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME", "autograder", "import solutions"):
        assert secret not in text


@named
def test_the_points_of_a_tests_cell_are_those_of_its_checks(assignment: Assignment) -> None:
    graded = [cell for cell in release_notebook(assignment).cells if is_grade(cell)]
    points = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in graded}
    by_hand = {answer.name: answer.points for answer in assignment.written}
    assert points == {graded_id(e.name): e.points for e in assignment.exercises} | by_hand


@named
def test_nbgrader_releases_the_very_notebook_that_is_rebuilt_from(
    assignment: Assignment, tmp_path
) -> None:
    course = Course.create(tmp_path, "autograder.assignments")
    course.assign(assignment, source_notebook(assignment))
    path = tmp_path / "release" / assignment.name / f"{assignment.name}.ipynb"
    released = nbformat.read(path, as_version=4)
    built = release_notebook(assignment)
    assert [c.source for c in released.cells] == [c.source for c in built.cells]
    assert [c.metadata for c in released.cells] == [c.metadata for c in built.cells]


@named
def test_the_card_names_every_exercise_and_the_notebook(assignment: Assignment) -> None:
    text = card(assignment)
    for exercise in assignment.exercises:
        assert f"`{exercise.name}`" in text
        assert f"{exercise.points:g} |" in text
    assert f"/book/generated/{assignment.name}/{assignment.name}.ipynb" in text


@named
def test_a_notebook_is_the_same_each_time_it_is_built(assignment: Assignment) -> None:
    assert source_notebook(assignment) == source_notebook(assignment)


def _answers(notebook):
    return [c for c in notebook.cells if is_solution(c) and c.cell_type == "code"]


def _functions(node: ast.stmt) -> list[ast.FunctionDef]:
    if isinstance(node, ast.FunctionDef):
        return [node]
    return [child for child in node.body if isinstance(child, ast.FunctionDef)]


def _signatures(node: ast.stmt) -> list[str]:
    return [
        f"{f.name}({ast.unparse(f.args)}) -> {f.returns and ast.unparse(f.returns)}"
        for f in _functions(node)
    ]


def test_the_markers_are_those_that_nbgrader_looks_for() -> None:
    from nbgrader.preprocessors import ClearSolutions

    assert ClearSolutions().begin_solution_delimeter in BEGIN
    assert ClearSolutions().end_solution_delimeter in END
