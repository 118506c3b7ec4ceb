"""The commands that an instructor types."""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import json
import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from autograder import logs
from autograder.cli import overview
from autograder.cli.platforms import add_collect, collect_for, export_for, pack_feedback
from autograder.cli.screen import console as _console
from autograder.cli.screen import errors as _errors
from autograder.cli.screen import plain as _plain
from autograder.cli.screen import printable as _printable
from autograder.cli.screen import progress as _progress
from autograder.cli.screen import tell as _tell
from autograder.errors import AutograderError, GraderError, InputError, NotAssignedError
from autograder.grading.terms import Patience, Terms
from autograder.judging.assignment import Assignment
from autograder.judging.content import Content, named_content
from autograder.judging.verdict import Verdict
from autograder.judging.wording import as_text

if TYPE_CHECKING:
    from autograder.classroom.course import Course
    from autograder.classroom.grade import Outcome
    from autograder.grading.batch import Grade
    from autograder.grading.release import Release
    from autograder.grading.submission import Submission

_EPILOG = """\
exit status:
  0  done: graded, whatever the marks
  2  some input is missing or could not be used; one line says which and why
  3  the grader or its sandbox failed, or the course is being graded already
"""

_CURRENT = Path(".")
_AT_THE_ROOT = Path("classroom")

_PACKAGE = "training-deep-networks"
_THIS_COURSE = "autograder.assignments"
_SEE_BELOW = "not graded, see below"
_OLDER = "graded with an older version"

_log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    logs.begin(None, options.debug)
    try:
        status: int = options.run(options)
    except AutograderError as error:
        _log.debug("The command failed.", exc_info=error)
        _errors.print(str(error), style="red", markup=False, highlight=False)
        return error.exit_status
    except OSError as error:  # a disk that is full, a folder that is not ours
        _log.debug("The command failed.", exc_info=error)
        where = f": {error.filename}" if error.filename else ""
        told = f"{error.strerror or error}{where}. What was done before is kept."
        _errors.print(told, style="red", markup=False, highlight=False)
        return GraderError.exit_status
    except KeyboardInterrupt:
        _errors.print("Interrupted; what was graded is recorded.", style="red")
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m autograder",
        description="Releases, grades and returns the exercises of the course.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and end")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: object, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name,
            help=text,
            description=text,
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        added.set_defaults(run=run)
        added.add_argument("--debug", action="store_true", help="tell all that is done and fails")
        return added

    init = command("init", _init, "Make a new course directory in nbgrader's layout.")
    init.add_argument("directory", metavar="DIR", type=_directory)
    init.add_argument(
        "--content",
        metavar="PACKAGE",
        default=_THIS_COURSE,
        help="the package that has the course's exercises (default: %(default)s)",
    )

    assign = command("assign", _assign, "Build source/ and release/ notebooks of assignments.")
    _add_names(assign)
    _add_course(assign)

    collect = command(
        "collect", _collect, "Take what a learning platform hands out into submitted/."
    )
    add_collect(collect)
    _add_course(collect)

    grade = command("grade", _grade, "Grade what is in submitted/ and record the marks.")
    _add_names(grade)
    _add_course(grade)
    grade.add_argument("--student", metavar="ID", help="grade this student only")
    _add_workers(grade)
    grade.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="have the workers of this Dask scheduler grade: tls://HOST:PORT, or tcp://HOST:PORT "
        "where nobody else can reach it (the instructor's guide says how to start them)",
    )
    grade.add_argument(
        "--regrade", action="store_true", help="grade again what has not changed since"
    )
    _add_trust(grade)

    check = command(
        "check", _check, "Grade one notebook or plain Python file; no course is needed."
    )
    check.add_argument("name", metavar="NAME", help="the assignment")
    check.add_argument("file", metavar="FILE", type=Path, help="FILE.ipynb or FILE.py")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    _add_course(check)
    _add_trust(check)

    feedback = command("feedback", _feedback, "Write the feedback pages of graded submissions.")
    _add_names(feedback)
    _add_course(feedback)
    feedback.add_argument("--student", metavar="ID", help="this student only")
    feedback.add_argument(
        "--zip",
        metavar="FILE",
        type=Path,
        help="put the pages on one assignment into an archive too, as Moodle and Canvas take them",
    )
    _add_workers(feedback)

    overview.add_commands(command, _add_course, _course)

    export = command("export", _export, "Write all marks to a CSV file.")
    _add_course(export)
    export.add_argument(
        "--for",
        dest="platform",
        choices=("moodle", "canvas"),
        help="in the columns that it imports (Moodle: a file for each assignment)",
    )
    export.add_argument(
        "--to",
        metavar="FILE",
        type=Path,
        help="the file, or the folder of Moodle's files (default: grades*.csv in the course)",
    )

    new = command("new", _new, "Begin an exercise: write its skeleton, and say what is missing.")
    new.add_argument(
        "exercise", metavar="TOPIC.NAME", help="the module and the name of its reference"
    )
    new.add_argument(
        "--assignment", metavar="NAME", help="the assignment that asks for it (default: TOPIC)"
    )
    _add_course(new)

    cards = command("cards", _cards, "Write the exercise cards and notebooks that the book shows.")
    cards.add_argument("directory", metavar="DIR", type=Path)
    _add_course(cards)
    return parser


def _add_names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", help="assignments (default: all)")


def _add_course(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--course",
        metavar="DIR",
        type=_directory,
        help="the course directory (default: this one, or classroom/ in it)",
    )


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers",
        metavar="N",
        type=_positive,
        help="how many submissions to work on at once (default: as configured, or one per core)",
    )


def _add_trust(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust-submissions",
        action="store_true",
        help="run the code WITHOUT a sandbox: it can then read and change everything you can",
    )


class _Version(argparse.Action):
    """Prints the version, which only a command that asks for it takes the time to look up."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"autograder {importlib.metadata.version(_PACKAGE)}")
        parser.exit()


def _directory(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("the name of a directory is empty")
    return Path(text)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _chosen(options: argparse.Namespace, content: Content) -> list[Assignment]:
    return [content.load(name) for name in options.names or content.names()]


def _init(options: argparse.Namespace) -> int:
    from autograder.classroom.course import Course

    course = Course.create(options.directory, options.content)
    _console.print(f"The course directory {course.root} is ready.", highlight=False)
    _tell_what_is_missing(course)
    return 0


def _assign(options: argparse.Namespace) -> int:
    from autograder.authoring.notebooks import source_notebook

    course = _course(options)
    _tell_what_is_missing(course)
    with course.turn("assign", _tell):
        for assignment in _chosen(options, course.content):
            course.assign(assignment, source_notebook(assignment, course.settings.patience))
            _console.print(
                f"release/{assignment.name}/{assignment.name}.ipynb: "
                f"{len(assignment.exercises)} exercises",
                highlight=False,
            )
    return 0


def _collect(options: argparse.Namespace) -> int:
    return collect_for(_course(options), options)


def _grade(options: argparse.Namespace) -> int:
    from autograder.classroom.turns import GRADE
    from autograder.grading import pool

    if options.scheduler is None:
        pool.warm_up()
    elif options.trust_submissions:
        raise InputError("--trust-submissions is for this machine; a worker always has a sandbox.")
    course = _course(options)
    with course.turn(GRADE, _tell):
        return _grade_all(options, course)


def _grade_all(options: argparse.Namespace, course: Course) -> int:
    terms = course.terms(isolated=_isolated(options), debug=options.debug)
    status = 0
    for assignment in _chosen(options, course.content):
        try:
            outcomes = _graded(options, course, assignment, terms)
        except NotAssignedError:
            if options.names:
                raise
            continue
        absent = {} if options.student else course.absent(assignment)
        _console.print(_marks_table(assignment, outcomes, absent))
        _tell_of_older(assignment, sum(outcome.older for outcome in outcomes))
        for outcome in outcomes:
            for note in outcome.verdict.notes if outcome.verdict is not None else ():
                told = _printable(f"{outcome.student}: {note}")
                _errors.print(told, style="dim", markup=False, highlight=False)
            if outcome.problem:
                status = max(status, outcome.status)
                told = _printable(f"{outcome.student}: {outcome.problem}")
                _errors.print(told, markup=False, highlight=False)
        for student, problem in absent.items():
            if problem:
                status = max(status, InputError.exit_status)
                told = _printable(f"{student}: {problem}")
                _errors.print(told, markup=False, highlight=False)
    return status


def _graded(
    options: argparse.Namespace, course: Course, assignment: Assignment, terms: Terms
) -> list[Outcome]:
    from autograder.classroom.grade import grade_class

    found = course.submissions(assignment, options.student)
    if not found:
        course.check_assigned(assignment)
        if options.student:
            raise InputError(f"{options.student} has submitted nothing for {assignment.name}.")
    progress = _progress(f"Grading {assignment.name}")
    task = progress.add_task(assignment.name, total=len(found))
    with contextlib.ExitStack() as shown:
        return grade_class(
            course,
            assignment,
            found,
            terms,
            graders=_graders(options, course, assignment, terms, len(found)),
            release=lambda: _release_of(assignment, terms.patience),
            regrade=options.regrade,
            begin=lambda: shown.enter_context(progress),
            report=lambda outcome: progress.advance(task),
        )


def _graders(
    options: argparse.Namespace, course: Course, assignment: Assignment, terms: Terms, jobs: int
) -> AbstractContextManager[Grade]:
    """Return who grades: the processors of this machine, or the workers of a scheduler."""
    if options.scheduler is None:
        from autograder.grading.batch import on_this_machine

        number = min(options.workers or course.settings.processes, max(1, jobs))
        return on_this_machine(number, assignment.sheet, terms)
    try:
        from autograder.grading.cluster import on_a_cluster
    except ModuleNotFoundError as error:
        raise InputError(
            f'--scheduler needs the Python package {error.name!r}: pip install ".[cluster]"'
        ) from error
    return on_a_cluster(options.scheduler, assignment.sheet, terms, _tell)


def _release_of(assignment: Assignment, patience: Patience) -> Release:
    # Imported here: nbgrader takes seconds, in which the workers become ready.
    from autograder.authoring.notebooks import release_of

    return release_of(assignment, patience)


def _marks_table(assignment: Assignment, outcomes: list[Outcome], absent: dict[str, str]) -> Table:
    table = Table("student", "marks", "of", "remarks", title=assignment.title)
    for outcome in outcomes:
        if outcome.verdict is not None:
            score, most = outcome.verdict.score, outcome.verdict.max_score
            remarks = _remarks(outcome.verdict)
        elif outcome.marks is not None:
            score, most = outcome.marks
            remarks = _OLDER if outcome.older else "unchanged since it was graded"
        else:
            table.add_row(_plain(outcome.student), "-", "-", _SEE_BELOW)
            continue
        table.add_row(_plain(outcome.student), f"{score:g}", f"{most:g}", remarks)
    for student, problem in absent.items():
        table.add_row(_plain(student), "-", "-", _SEE_BELOW if problem else "handed nothing in")
    if assignment.written:
        points = sum(answer.points for answer in assignment.written)
        table.caption = f"{points:g} points more for written answers, to be graded in formgrader"
    return table


def _tell_of_older(assignment: Assignment, number: int) -> None:
    if number:
        _errors.print(
            f"Since {number} of these were graded, something that the marks depend on has changed: "
            "the checks, the engine or what they compute with. To bring them up to date: "
            f"python -m autograder grade {assignment.name} --regrade",
            style="yellow",
            highlight=False,
        )


def _remarks(verdict: Verdict) -> str:
    named = [f"{e.name}: {e.mistake}" for e in verdict.exercises if e.mistake]
    failed = sum(not exercise.passed for exercise in verdict.exercises)
    if not failed:
        return "all right"
    return "; ".join([f"{failed} to look at", *named])


def _check(options: argparse.Namespace) -> int:
    from autograder.classroom.secret import personal_secret
    from autograder.grading.engine import Engine
    from autograder.grading.rebuild import from_notebook
    from autograder.grading.submission import from_python

    content = _content(options)
    assignment = content.load(options.name)
    terms = Terms(content, personal_secret(content.course_id), _isolated(options))
    release = None
    if options.file.suffix.lower() == ".py":
        submission = from_python(assignment, options.file)
    else:
        release = _release_of(assignment, terms.patience)
        submission = from_notebook(release, options.file)
    engine = Engine(assignment, terms)
    with contextlib.closing(engine):
        engine.open()
        verdict = engine.grade(submission)
    if options.json:
        for note in verdict.notes:
            _tell(_printable(note))
        print(json.dumps(verdict.as_json(), indent=2))
        return 0
    for line in _as_on_the_page(verdict):
        _console.print(_printable(line), markup=False, highlight=False, soft_wrap=True)
    if release is not None:
        for line in _in_words(release, submission):
            _console.print(line, markup=False, highlight=False, soft_wrap=True)
    _console.print(
        f"{assignment.title}: {verdict.score:g} of {verdict.max_score:g} points", highlight=False
    )
    return 0


def _as_on_the_page(verdict: Verdict) -> Iterator[str]:
    """Yield what a feedback page says of a submission, line by line."""
    if verdict.notes:
        yield "About your notebook"
        yield from (f"- {note}" for note in verdict.notes)
        yield ""
    for exercise in verdict.exercises:
        yield from as_text(exercise).split("\n")
        for output in verdict.outputs.get(exercise.name, ()):
            if output["output_type"] == "error":
                yield f"  The cell was ended by {output['ename']}: {output['evalue']}"


def _in_words(release: Release, submission: Submission) -> Iterator[str]:
    """Yield what is to be said of the answers that a person grades."""
    texts = {cell.name: cell.source for cell in submission.answers}
    for answer in release.written:
        empty = texts.get(answer.name, release.answers[answer.name]) == release.answers[answer.name]
        told = "nothing is written yet" if empty else "a person grades it"
        yield f"{answer.name}: {told} ({answer.points:g} points)"


def _feedback(options: argparse.Namespace) -> int:
    course = _course(options)
    if options.zip and len(options.names) != 1:
        raise InputError("--zip is for the feedback on one assignment: name it.")
    with course.turn("feedback", _tell):
        return _feedback_on_all(options, course)


def _feedback_on_all(options: argparse.Namespace, course: Course) -> int:
    from autograder.classroom.feedback import write_feedback

    status = 0
    for assignment in _chosen(options, course.content):
        problems = []
        found = course.submissions(assignment, options.student)
        graded = [f for f in found if course.autograded_path(assignment, f.student).exists()]
        with _progress(f"Feedback on {assignment.name}") as progress:
            students = [item.student for item in graded]
            written = write_feedback(
                course, assignment, students, options.workers or course.settings.processes
            )
            for student, problem in progress.track(written, total=len(graded)):
                if problem is not None:
                    problems.append((student, problem))
        if graded:
            _console.print(
                f"{len(graded) - len(problems)} feedback pages on {assignment.name} in "
                f"{course.root}/feedback",
                highlight=False,
                soft_wrap=True,
            )
        for student, problem in sorted(problems, key=lambda item: item[0]):
            status = max(status, problem.exit_status)
            told = _printable(f"{student}: {problem}")
            _errors.print(told, markup=False, highlight=False)
        if options.zip:
            failed = {student for student, _ in problems}
            done = [found.student for found in graded if found.student not in failed]
            status = max(status, pack_feedback(course, assignment, done, options.zip))
        waiting = course.waiting_for_a_person(assignment) if assignment.written else []
        if waiting:
            _errors.print(
                f"{len(waiting)} students have written answers on {assignment.name} that nobody "
                "has graded yet: their feedback shows 0 points for them. Grade them in "
                "formgrader, and run this again.",
                style="yellow",
            )
    return status


def _export(options: argparse.Namespace) -> int:
    course = _course(options)
    if options.platform:
        return export_for(course, options.platform, options.to)
    to = options.to or course.root / "grades.csv"
    with course.turn("export", _tell):
        course.export(to)
    _console.print(f"Marks written to {to}", highlight=False, soft_wrap=True)
    return 0


def _cards(options: argparse.Namespace) -> int:
    from autograder.authoring.cards import write_for_book

    content = _content(options)
    for name in content.names():
        write_for_book(content.load(name), options.directory)
    return 0


def _new(options: argparse.Namespace) -> int:
    from autograder.authoring.new import write

    topic, _, name = options.exercise.rpartition(".")
    if not topic:
        raise InputError(f"{options.exercise!r} is not of the form TOPIC.NAME.")
    written, lacks = write(_content(options), topic, name, options.assignment or topic)
    for path in written:
        _console.print(f"written: {path}", markup=False, highlight=False, soft_wrap=True)
    for sentence in lacks:
        _console.print(f"missing: {sentence}", markup=False, highlight=False, soft_wrap=True)
    if not lacks:
        _console.print(f"{options.exercise} has all that an exercise needs.", highlight=False)
    return 0


def _course(options: argparse.Namespace) -> Course:
    from autograder.classroom.course import CONFIG, Course

    root = options.course
    if root is None:
        root = _CURRENT if (_CURRENT / CONFIG).exists() else _AT_THE_ROOT
    course = Course(root)
    logs.begin(course.log, options.debug)
    return course


def _content(options: argparse.Namespace) -> Content:
    """Return the content of the course that is asked for, or that we are in, or else this one."""
    from autograder.classroom.course import CONFIG

    if options.course is None and not (_CURRENT / CONFIG).exists():
        return named_content(_THIS_COURSE)
    return _course(options).content


def _tell_what_is_missing(course: Course) -> None:
    """Say what the configuration of a course that an earlier version has made lacks."""
    from autograder.classroom.course import CONFIG

    if course.missing:
        lines = "\n  ".join(course.missing)
        _tell(
            f"{course.root / CONFIG} is of an earlier version: nbgrader's own commands lack what "
            f"these lines give them. Add them:\n  {lines}"
        )


def _isolated(options: argparse.Namespace) -> bool:
    if options.trust_submissions:
        _errors.print(
            "WARNING: --trust-submissions is set. Students' code runs WITHOUT a sandbox: it can "
            "read and change every file of yours, the gradebook included.",
            style="bold white on red",
        )
    return not options.trust_submissions
