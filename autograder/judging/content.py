"""Where a course keeps its assignments and its references, and how one is put together.

The engine knows no exercise. It is given a `Content`, which names two packages: in the first, each
assignment has a folder::

    optimisers/
        __init__.py
        assignment.md      what students are asked; see `autograder.judging.sheet`
        checks.py          see `autograder.judging.checks`
        mistakes.py        see `autograder.judging.mistakes`
        right_answers/     files of answers that are written otherwise than the reference
        probes.py          where something cannot cross; see `autograder.inside.probing`
        promises.md        what notices when a promise of a docstring is broken
        written.md         where a person grades; see `autograder.judging.written`
        equivalent.toml    changes of the reference that make no difference, with the reason

In the second, each topic has a module with the references.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.errors import AutograderError, GraderError, InputError, place_of
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.checks import Check, checks_of
from autograder.judging.mistakes import Mistake, mistakes_of
from autograder.judging.sheet import Sheet, read_sheet
from autograder.judging.written import Written, read_written


@dataclass(frozen=True)
class Content:
    """The content of a course.

    Attributes
    ----------
    assignments
        The package that has a folder for each assignment.
    solutions
        The package that has the references.
    course_id
        What nbgrader calls the course.
    without
        The packages that references may import and the judge does without, because they take long
        to import or start threads. A mistake about such a reference is a stand-in, which answers
        as a student's code would. An exercise whose reference imports none of them is judged where
        they are not, and where nothing else is but what its assignment preloads.
    """

    assignments: str
    solutions: str
    course_id: str
    without: tuple[str, ...] = ()

    @property
    def packages(self) -> list[Path]:
        """The directories of its packages, which students' code must not see."""
        return [_directory(package) for package in (self.assignments, self.solutions)]

    def folder(self, name: str) -> Path:
        """Return the folder of the assignment called `name`."""
        return _directory(self.assignments) / name

    def names(self) -> list[str]:
        """Return the names of all assignments, sorted.

        Raises
        ------
        GraderError
            There are none: the course is not installed whole.
        """
        place = _directory(self.assignments)
        found = sorted(path.parent.name for path in place.glob("*/assignment.md"))
        if not found:
            raise GraderError(f"There are no assignments in {place}: install the course again.")
        return found

    def sheet(self, name: str) -> Sheet:
        """Read the sheet of the assignment called `name`; see `load`."""
        if name not in self.names():
            raise InputError(f"There is no assignment {name!r}; there are: {self._listed()}.")
        return _sheet(name, self.folder(name) / "assignment.md")

    def load(self, name: str) -> Assignment:
        """Return the assignment called `name`, whole.

        Raises
        ------
        InputError
            There is no such assignment.
        GraderError
            Some of its parts are missing, or do not fit together.
        """
        return self.whole(self.sheet(name))

    def whole(self, sheet: Sheet) -> Assignment:
        """Put the assignment of a sheet together; see `load`."""
        assignment = self.assemble(sheet)
        missing = self.missing(sheet)
        if missing:
            raise GraderError(f"The assignment {sheet.name} is not whole: {' '.join(missing)}")
        return assignment

    def assemble(self, sheet: Sheet) -> Assignment:
        """Put together what there is of an assignment, whole or not.

        Raises
        ------
        GraderError
            A file of it cannot be read at all.
        """
        return _assemble(self, sheet)

    def missing(self, sheet: Sheet) -> list[str]:
        """Return what an assignment lacks to be graded, a sentence each."""
        folder = self.folder(sheet.name)
        assignment = self.assemble(sheet)
        found = []
        for exercise in assignment.exercises:
            if not exercise.checks:
                found.append(f"{folder / 'checks.py'} has no check of {exercise.name}.")
        asked = {exercise.name for exercise in assignment.exercises}
        for file, declared in (
            ("checks", _checks(self, sheet)),
            ("mistakes", _mistakes(self, sheet)),
        ):
            found += [
                f"{folder / file}.py has {name}, which assignment.md does not ask for."
                for name in declared
                if name not in asked
            ]
        answered = {answer.name for answer in assignment.written}
        found += [
            f"{folder / 'written.md'} has no section {name}."
            for name in sheet.written
            if name not in answered
        ]
        return found

    def _listed(self) -> str:
        return ", ".join(self.names())


def named_content(package: str) -> Content:
    """Return the `CONTENT` of a package.

    Raises
    ------
    InputError
        There is no such package, or it has none.
    """
    try:
        found = importlib.import_module(package)
    except ImportError as error:
        raise InputError(
            f"The course's content {package!r} cannot be imported ({error}); install it where "
            "the grader is, or mend `c.Autograder.content`."
        ) from error
    content = getattr(found, "CONTENT", None)
    if not isinstance(content, Content):
        raise InputError(f"The package {package!r} has no CONTENT: it is no content of a course.")
    return content


@cache
def _directory(package: str) -> Path:
    specification = importlib.util.find_spec(package)
    places = None if specification is None else specification.submodule_search_locations
    if not places:
        raise GraderError(f"There is no package {package}.")
    return Path(next(iter(places))).resolve()


@cache
def _sheet(name: str, path: Path) -> Sheet:
    return read_sheet(name, path)


@cache
def _assemble(content: Content, sheet: Sheet) -> Assignment:
    folder = content.folder(sheet.name)
    checks, mistakes = _checks(content, sheet), _mistakes(content, sheet)
    probes = folder / "probes.py"
    source = probes.read_text(encoding="utf-8") if probes.exists() else ""
    exercises = tuple(
        Exercise(
            sheet.name,
            name,
            f"{content.solutions}.{module}",
            tuple(checks.get(name, ())),
            tuple(mistakes.get(name, ())),
            source,
            content.without,
        )
        for module, name in sheet.exercises
    )
    written = _written(folder)
    answers = tuple(written[name] for name in sheet.written if name in written)
    return Assignment(sheet, folder, content.solutions, exercises, answers, source)


def _checks(content: Content, sheet: Sheet) -> dict[str, list[Check]]:
    module = _module(content, sheet, "checks")
    return {} if module is None else checks_of(module)


def _mistakes(content: Content, sheet: Sheet) -> dict[str, list[Mistake]]:
    module = _module(content, sheet, "mistakes")
    return {} if module is None else mistakes_of(module)


def _written(folder: Path) -> dict[str, Written]:
    path = folder / "written.md"
    return read_written(path) if path.exists() else {}


def _module(content: Content, sheet: Sheet, part: str) -> ModuleType | None:
    """Return one of an assignment's modules, or None where there is no such file."""
    file = content.folder(sheet.name) / f"{part}.py"
    if not file.exists():
        return None
    try:
        return importlib.import_module(f"{content.assignments}.{sheet.name}.{part}")
    except AutograderError:
        raise
    except Exception as error:
        raise GraderError(
            f"{file} cannot be imported ({place_of(error)}): {type(error).__name__}: {error}."
        ) from error
