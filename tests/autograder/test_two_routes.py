"""`autograder grade`, `nbgrader autograde` and formgrader's button leave the same files behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import Course
from autograder.cli.sample_class import notebook, reference_answers

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
NBGRADER = str(Path(sys.executable).with_name("nbgrader"))
PRIVATE = "what only the instructor is to see"
RECEIPT = {"timestamp.txt": "2025-03-05 14:03:22.000000 UTC", "submission_secret.txt": "5ec2e7"}
HONEST = {"ada", "bob", "mallory", "soon"}
# Nobody's notebook: a link, a queue that has no end, or a link to a folder of ada's.
REFUSED = {"thief", "queue", "twin", "cousin"}
# What formgrader does when its button is pressed.
BUTTON = f"""
import json, sys
from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader

config = PyFileConfigLoader("nbgrader_config.py", sys.argv[1]).load_config()
config.CourseDirectory.root = sys.argv[1]
api = NbGraderAPI(config=config)
done = {{student: api.autograde("{NAME}", student) for student in sys.argv[2:]}}
api.generate_feedback("{NAME}")
print(json.dumps(done))
"""


def run(course: Course, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120)


def autograder(course: Course, *arguments: str) -> subprocess.CompletedProcess:
    return run(course, sys.executable, "-m", "autograder", *arguments)


def button(course: Course, *students: str) -> dict[str, dict]:
    ran = run(course, sys.executable, "-c", BUTTON, str(course.root), *students)
    assert ran.returncode == 0, ran.stderr
    done: dict[str, dict] = json.loads(ran.stdout.splitlines()[-1])
    return done


def new_course(root: Path) -> Course:
    course = Course.create(root, "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    return course


def folder_of(course: Course, student: str) -> Path:
    return course.root / "submitted" / student / NAME


def hand_in(course: Course, student: str) -> Path:
    folder = folder_of(course, student)
    folder.mkdir(parents=True)
    answers = notebook(ASSIGNMENT, reference_answers(ASSIGNMENT))
    nbformat.write(answers, folder / f"{NAME}.ipynb")
    return folder


def hand_in_all(course: Course) -> None:
    private = course.root / "private.txt"
    private.write_text(PRIVATE)
    ada, bob, mallory, soon = (hand_in(course, student) for student in sorted(HONEST))
    for name, text in RECEIPT.items():
        (ada / name).write_text(text)
    (bob / "data.csv").write_text("1,2\n")
    (bob / "help").mkdir()
    (bob / "help" / "more.py").write_text("x = 1\n")
    for name in ("notes.txt", ".netrc", "figure.png", *RECEIPT):
        (mallory / name).symlink_to(private)
    (mallory / "passwd").symlink_to("/etc/passwd")
    (mallory / "other.ipynb").symlink_to(ada / f"{NAME}.ipynb")
    (mallory / "course").symlink_to(course.root)
    (soon / "timestamp.txt").write_text("soon")

    folder_of(course, "thief").mkdir(parents=True)
    (folder_of(course, "thief") / f"{NAME}.ipynb").symlink_to(ada / f"{NAME}.ipynb")
    (folder_of(course, "thief") / "notes.txt").symlink_to(private)
    folder_of(course, "queue").mkdir(parents=True)
    os.mkfifo(folder_of(course, "queue") / f"{NAME}.ipynb")
    os.mkfifo(folder_of(course, "queue") / "timestamp.txt")
    (course.root / "submitted/twin").symlink_to("ada")
    (course.root / "submitted/cousin").mkdir()
    folder_of(course, "cousin").symlink_to(ada)


def left_behind(course: Course) -> dict[str, str]:
    """Return the kind of everything in the folders that students' results are in."""
    found = [p for step in ("autograded", "feedback") for p in (course.root / step).rglob("*")]
    return {str(path.relative_to(course.root)): _kind(path) for path in found}


def _kind(path: Path) -> str:
    if path.is_symlink():
        return "link"
    return "folder" if path.is_dir() else "file" if path.is_file() else "other"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The class, graded and fed back with our own commands."""
    course = new_course(tmp_path_factory.mktemp("ours"))
    hand_in_all(course)
    graded = autograder(course, "grade", NAME)
    assert graded.returncode == 2, graded.stderr
    assert autograder(course, "feedback", NAME).returncode == 0
    return course


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The class, graded and fed back with nbgrader's commands."""
    course = new_course(tmp_path_factory.mktemp("theirs"))
    hand_in_all(course)
    graded = run(course, NBGRADER, "autograde", NAME)
    assert graded.returncode == 1, "who cannot be graded has to be told"
    assert run(course, NBGRADER, "generate_feedback", NAME).returncode == 0
    return course


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The class, graded and fed back with formgrader's buttons."""
    course = new_course(tmp_path_factory.mktemp("pressed"))
    hand_in_all(course)
    done = button(course, *sorted(HONEST | REFUSED))
    assert {student for student, result in done.items() if result["success"]} == HONEST
    return course


def test_who_handed_in_a_notebook_has_it_back_with_the_receipt_and_nothing_else(
    ours: Course,
) -> None:
    expected = {}
    for student in HONEST:
        for step, ending in (("autograded", "ipynb"), ("feedback", "html")):
            folder = f"{step}/{student}/{NAME}"
            expected |= {f"{step}/{student}": "folder", folder: "folder"}
            names = [f"{NAME}.{ending}", *(RECEIPT if student == "ada" else ())]
            expected |= {f"{folder}/{name}": "file" for name in names}
    assert left_behind(ours) == expected


@pytest.mark.parametrize("route", ["theirs", "pressed"])
def test_every_route_leaves_the_same_files(
    ours: Course, route: str, request: pytest.FixtureRequest
) -> None:
    assert left_behind(request.getfixturevalue(route)) == left_behind(ours)


@pytest.mark.parametrize("route", ["ours", "theirs", "pressed"])
def test_nothing_that_a_link_points_to_is_in_any_result(
    route: str, request: pytest.FixtureRequest
) -> None:
    course = request.getfixturevalue(route)
    results = [course.root / path for path, kind in left_behind(course).items() if kind == "file"]
    assert results
    assert not [path for path in results if PRIVATE in path.read_text()]
    for name, text in RECEIPT.items():
        assert (course.autograded_path(ASSIGNMENT, "ada").parent / name).read_text() == text


@pytest.mark.parametrize("route", ["ours", "theirs", "pressed"])
def test_every_route_enters_the_same_times(route: str, request: pytest.FixtureRequest) -> None:
    course = request.getfixturevalue(route)
    with course.gradebook() as gradebook:
        found = gradebook.assignment_submissions(NAME)
        times = {s.student.id: s.timestamp for s in found if s.student.id in HONEST}
    assert times.pop("ada").isoformat() == "2025-03-05T14:03:22"
    assert times == dict.fromkeys(HONEST - {"ada"})


def test_feedback_can_be_released_by_the_exchange(ours: Course, tmp_path: Path) -> None:
    # Those whose submissions did not come by the exchange have no receipt there.
    ran = run(
        ours,
        *(NBGRADER, "release_feedback", NAME, "--student=ada"),
        f"--Exchange.root={tmp_path}",
        "--CourseDirectory.course_id=course",
    )
    assert ran.returncode == 0, ran.stderr
    assert len(list(tmp_path.rglob("*.html"))) == 1


def test_a_name_that_is_a_pattern_lets_no_file_through(tmp_path: Path) -> None:
    # nbgrader finds ab's notebook when it looks into the folder a[b].
    course = new_course(tmp_path)
    hand_in(course, "ab")
    (course.root / "private.txt").write_text(PRIVATE)
    (hand_in(course, "a[b]") / "notes.txt").symlink_to(course.root / "private.txt")
    run(course, NBGRADER, "autograde", NAME)
    assert f"autograded/ab/{NAME}/{NAME}.ipynb" in left_behind(course)
    assert not [path for path in left_behind(course) if "notes" in path]


def test_what_lies_in_autograded_already_is_not_fed_back(tmp_path: Path) -> None:
    course = new_course(tmp_path)
    hand_in(course, "ada")
    assert autograder(course, "grade", NAME).returncode == 0
    (course.root / "private.txt").write_text(PRIVATE)
    beside = course.autograded_path(ASSIGNMENT, "ada").with_name("notes.txt")
    beside.symlink_to(course.root / "private.txt")
    for command in (
        [sys.executable, "-m", "autograder", "feedback"],
        [NBGRADER, "generate_feedback", "--force"],
    ):
        assert run(course, *command, NAME).returncode == 0
        pages = course.feedback_path(ASSIGNMENT, "ada").parent
        assert [path.name for path in pages.iterdir()] == [f"{NAME}.html"]


# ------------------------------------------------------------------------------- without a sandbox


@pytest.fixture
def trusting(tmp_path: Path) -> Course:
    """A course whose configuration says that submissions are trusted."""
    course = new_course(tmp_path)
    hand_in(course, "ada")
    with (course.root / "nbgrader_config.py").open("a") as file:
        file.write("\nc.GradeInSandbox.trust_submissions = True\n")
    return course


def test_nbgrader_autograde_without_a_sandbox_warns_loudly(trusting: Course) -> None:
    ran = run(trusting, NBGRADER, "autograde", NAME)
    assert ran.returncode == 0, ran.stderr
    assert "WITHOUT a sandbox" in ran.stderr


def test_formgraders_button_without_a_sandbox_warns_loudly(trusting: Course) -> None:
    assert "WITHOUT a sandbox" in button(trusting, "ada")["ada"]["log"]
