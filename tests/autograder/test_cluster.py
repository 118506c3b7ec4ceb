"""Grading by the workers of a scheduler: the marks of a local run, whatever is lost on the way."""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from autograder.authoring.notebooks import release_of, source_notebook
from autograder.classroom.course import Course
from autograder.classroom.grade import Outcome, grade_class
from autograder.errors import GraderError, InputError
from autograder.grading import edition
from autograder.grading.batch import on_this_machine
from autograder.judging.content import Content, named_content
from benchmarks.cluster import Cluster, is_installed
from tests.copying import ROOT

if not os.environ.get("CI") and not is_installed():
    pytest.skip("the extra is not installed: make cluster", allow_module_level=True)

from distributed import Client

from autograder.grading import cluster

PACKAGE, NAME = "statistics_course", "robust"
PLACE = ROOT / "examples/statistics"
RIGHT = (
    "def trimmed_mean(x, share):\n"
    "    if not 0 <= share < 0.5:\n"
    "        raise ValueError('share')\n"
    "    n = int(share * len(x))\n"
    "    return float(np.sort(x)[n : len(x) - n].mean())\n"
)
ANSWERS = (
    RIGHT,
    RIGHT.replace("np.sort(x)", "x"),
    "",
    "raise SystemExit",
    "import os; os._exit(3)",
)
HONEST = [f"student-{number:02}" for number in range(12)]
PRINTS_A_PICKLE = (
    "import pickle\n"
    "class Trap:\n"
    "    def __reduce__(self):\n"
    "        return (open, ('TRAP', 'w'))\n"
    "print(pickle.dumps(Trap()))\n"
    "def trimmed_mean(x, share):\n"
    "    return Trap()\n"
)


@pytest.fixture(scope="module", autouse=True)
def content() -> Iterator[Content]:
    """The second course, which has a tiny assignment in NumPy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PLACE)
        importlib.invalidate_caches()
        yield named_content(PACKAGE)


def environment(**more: str) -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), str(PLACE), os.environ.get("PYTHONPATH", "")])
    return {"PYTHONPATH": path, **more}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for workers that are started again on a machine that has much else to do."""
    monkeypatch.setattr(cluster, "CONNECT", 300.0)
    monkeypatch.setattr(cluster, "PATIENCE", 600.0)


@pytest.fixture(scope="module")
def no_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """While this file is there, no worker that begins a run has a sandbox."""
    return tmp_path_factory.mktemp("switch") / "no-sandbox"


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory, no_sandbox: Path) -> Iterator[Cluster]:
    """A scheduler and two workers, which some submissions make faulty."""
    settings = environment(
        NO_SANDBOX=str(no_sandbox),
        # A submission may take so many workers along, and one more.
        DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1",
    )
    # The last preload is the one that is given the argument.
    arguments = ["--preload=tests.autograder.faulty_worker", "--content", PACKAGE]
    with Cluster(tmp_path_factory.mktemp("cluster"), 2, arguments, settings) as started:
        yield started


def hand_in(course: Course, student: str, answer: str) -> None:
    release = nbformat.read(course.root / f"release/{NAME}/{NAME}.ipynb", as_version=4)
    for cell in release.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "trimmed_mean":
            cell.source = answer or cell.source
    folder = course.root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    nbformat.write(release, folder / f"{NAME}.ipynb")


def new_course(root: Path, students: list[str], answers: tuple[str, ...] = (RIGHT,)) -> Course:
    course = Course.create(root, PACKAGE)
    assignment = course.content.load(NAME)
    course.assign(assignment, source_notebook(assignment))
    for number, student in enumerate(students):
        hand_in(course, student, answers[number % len(answers)])
    return course


def graded(
    course: Course,
    graders: Any,
    report: Callable[[Outcome], None] = lambda outcome: None,
) -> dict[str, float | str]:
    """Grade all and return each student's score, or why there is none."""
    assignment = course.content.load(NAME)
    outcomes = grade_class(
        course,
        assignment,
        course.submissions(assignment),
        course.terms(),
        graders=graders,
        release=lambda: release_of(assignment),
        regrade=True,
        begin=lambda: None,
        report=report,
    )
    with course.gradebook() as gradebook:
        entered = {s.student_id: s.score for s in gradebook.assignment_submissions(NAME)}
    found = {o.student: o.verdict.score if o.verdict else o.problem for o in outcomes}
    assert entered == {
        student: score for student, score in found.items() if score in (0.0, 2.0, 4.0)
    }
    return found


def by(workers: Cluster, course: Course, tell: Callable[[str], object] = print) -> Any:
    sheet = course.content.load(NAME).sheet
    return cluster.on_a_cluster(workers.address, sheet, course.terms(), tell)


def here(course: Course) -> Any:
    return on_this_machine(2, course.content.load(NAME).sheet, course.terms())


def notebooks(course: Course) -> dict[str, bytes]:
    found = (course.root / "autograded").rglob("*")
    return {str(p.relative_to(course.root)): p.read_bytes() for p in found if p.is_file()}


def test_marks_and_notebooks_are_those_of_a_local_run(workers: Cluster, tmp_path: Path) -> None:
    course = new_course(tmp_path / "course", HONEST, ANSWERS)
    hand_in(course, "no-notebook", "")
    (course.root / f"submitted/no-notebook/{NAME}/{NAME}.ipynb").write_text("{")
    local = graded(course, here(course)), notebooks(course)
    (course.root / "autograded").rename(tmp_path / "before")
    assert (graded(course, by(workers, course)), notebooks(course)) == local
    assert len(local[1]) == len(HONEST)
    assert "is not a notebook" in str(local[0]["no-notebook"])
    assert len(set(local[0].values())) > 2


def test_what_a_student_pickled_is_unpickled_nowhere(workers: Cluster, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    answer = PRINTS_A_PICKLE.replace("TRAP", str(trap))
    course = new_course(tmp_path / "course", HONEST[:2], (answer,))
    assert set(graded(course, by(workers, course)).values()) == {0.0}
    assert not trap.exists()


def test_nothing_is_kept_of_a_run(workers: Cluster, tmp_path: Path) -> None:
    course = new_course(tmp_path, HONEST[:2])
    graded(course, by(workers, course))
    deadline = time.monotonic() + 30
    while judges(workers):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert str(course.secret) not in workers.log()
    assert course.secret.hex() not in workers.log()


def judges(workers: Cluster) -> list[psutil.Process]:
    """Return the sandboxes that workers have."""
    found = [p for w in workers.workers for p in psutil.Process(w.pid).children(recursive=True)]
    return [process for process in found if "warm_parent" in " ".join(process.cmdline())]


def test_a_submission_that_kills_its_process_is_tried_three_times_and_named(
    workers: Cluster, tmp_path: Path
) -> None:
    course = new_course(tmp_path, [*HONEST[:6], "kills its process"])
    before = workers.restarts
    found = graded(course, by(workers, course))
    assert "died over it 3 times" in str(found.pop("kills its process"))
    assert set(found.values()) == {4.0}
    assert workers.restarts == before, "the workers themselves live on"


def test_a_submission_that_kills_its_worker_is_tried_a_few_times_and_named(
    workers: Cluster, tmp_path: Path
) -> None:
    course = new_course(tmp_path, [*HONEST[:6], "kills its worker"])
    before = workers.restarts
    found = graded(course, by(workers, course))
    assert "every worker that had it was lost" in str(found.pop("kills its worker"))
    assert set(found.values()) == {4.0}
    assert workers.restarts - before >= 3, "it was tried among others, and then alone"


@pytest.mark.parametrize("which", ["a worker", "the scheduler", "the scheduler, in good order"])
def test_what_is_lost_in_the_middle_costs_nobody_a_mark(
    workers: Cluster, tmp_path: Path, which: str
) -> None:
    students = [f"slow {number:02}" for number in range(14)]
    course = new_course(tmp_path, students)
    told: list[str] = []

    def lose(outcome: Outcome) -> None:
        told.append(outcome.student)
        if len(told) != 3:
            return
        if which == "a worker":
            workers.workers[0].kill()
            return
        assert workers.scheduler is not None
        workers.scheduler.send_signal(
            signal.SIGKILL if which == "the scheduler" else signal.SIGTERM
        )
        workers.scheduler.wait()
        threading.Timer(0.5, workers.start_scheduler).start()

    found = graded(course, by(workers, course), lose)
    assert found == dict.fromkeys(students, 4.0)
    assert sorted(told) == students, "each is graded once"


def test_a_worker_whose_sandbox_does_not_hold_takes_no_work(
    workers: Cluster, tmp_path: Path, no_sandbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 20.0)
    course = new_course(tmp_path, HONEST[:4])
    told: list[str] = []
    no_sandbox.touch()
    try:
        with pytest.raises(GraderError, match="sandbox does not hold"):
            graded(course, by(workers, course, told.append))
    finally:
        no_sandbox.unlink()
    assert len(told) == 2, "one line for each worker"
    assert not notebooks(course)
    restart(workers)
    assert set(graded(course, by(workers, course)).values()) == {4.0}


def restart(workers: Cluster) -> None:
    count = workers.restarts
    for process in workers.workers:
        process.kill()
    while workers.restarts < count + 2:
        time.sleep(0.1)


def test_a_worker_that_cannot_prove_its_sandbox_does_not_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dask", "worker", "tcp://127.0.0.1:1", "--no-nanny"]
    command += [f"--local-directory={tmp_path}", "--preload=autograder.grading.serving"]
    settings = environment(PATH=str(tmp_path))  # there is no setpriv there, nor bubblewrap
    if os.getuid() != 0:
        pytest.skip("only root steps down first")
    ran = subprocess.run(
        command, env=os.environ | settings, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 3, ran.stderr
    assert "setpriv" in ran.stderr


def test_workers_of_another_version_are_given_nothing(
    workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = new_course(tmp_path, HONEST[:2])
    with Client(workers.address) as client:
        client.wait_for_workers(2, timeout=600)
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    monkeypatch.setattr(cluster, "edition_of", lambda content: "0" * 64)
    with pytest.raises(GraderError, match="has this version"):
        graded(course, by(workers, course))
    assert not notebooks(course)


def test_there_is_no_scheduler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 1.0)
    course = new_course(tmp_path, HONEST[:1])
    sheet = course.content.load(NAME).sheet
    with pytest.raises(GraderError, match=r"scheduler .* cannot be used"):
        graded(course, cluster.on_a_cluster("tcp://127.0.0.1:1", sheet, course.terms(), print))


@pytest.mark.parametrize("address", ["", "localhost", "http://localhost:8786", "tls://:8786"])
def test_what_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    course = new_course(tmp_path, HONEST[:1])
    with pytest.raises(InputError, match="no scheduler's address"):
        graded(
            course,
            cluster.on_a_cluster(address, course.content.load(NAME).sheet, course.terms(), print),
        )


def test_a_connection_without_keys_is_warned_of() -> None:
    told: list[str] = []
    cluster._look_at("tcp://127.0.0.1:8786", told.append)
    with pytest.raises(InputError, match="no keys"):
        cluster._look_at("tls://graders.example:8786", told.append)
    assert told == []
    cluster._look_at("tcp://graders.example:8786", told.append)
    assert "neither encrypted nor authenticated" in told[0]


def test_the_command_grades_on_a_cluster(workers: Cluster, tmp_path: Path) -> None:
    course = new_course(tmp_path, HONEST[:3])

    def run(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "autograder", "grade", NAME, *arguments],
            cwd=course.root,
            env=os.environ | environment(),
            capture_output=True,
            text=True,
        )

    ran = run("--scheduler", workers.address)
    assert ran.returncode == 0, ran.stderr
    assert len(notebooks(course)) == 3
    again = run("--scheduler", workers.address)
    assert again.stdout.count("unchanged since") == 3
    trusting = run("--scheduler", workers.address, "--trust-submissions")
    assert trusting.returncode == 2
    assert "always has a sandbox" in trusting.stderr


# ------------------------------------------------------------------------------------- versions


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A folder with the keys and the configuration that the guide tells to make."""
    guide = (ROOT / "book/instructors-guide.md").read_text()
    folder = tmp_path / "keys"
    folder.mkdir()
    (command,) = re.findall(r"^openssl req .*$", guide, re.MULTILINE)
    subprocess.run(command, shell=True, cwd=folder, check=True, capture_output=True)
    (yaml,) = re.findall(r"```yaml\n(distributed:.*?)```", guide, re.DOTALL)
    assert "/etc/graders/" in yaml
    (folder / "tls.yaml").write_text(yaml.replace("/etc/graders/", f"{folder}/"))
    return folder


def test_with_the_keys_of_the_guide_who_has_none_is_told_nothing(
    keys: Path, tmp_path: Path
) -> None:
    course = new_course(tmp_path / "course", HONEST[:2])
    settings = environment(DASK_CONFIG=str(keys))
    arguments = ["--content", PACKAGE]
    with Cluster(tmp_path / "cluster", 1, arguments, settings, protocol="tls") as encrypted:
        command = [sys.executable, "-m", "autograder", "grade", NAME, "--scheduler"]

        def ran(address: str, **more: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*command, address],
                cwd=course.root,
                env=os.environ
                | environment(DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT="5s", **more),
                capture_output=True,
                text=True,
            )

        plain = encrypted.address.replace("tls", "tcp")
        others = ran(encrypted.address), ran(plain), ran(plain, DASK_CONFIG=str(keys))
        assert [other.returncode for other in others] == [2, 3, 2], [o.stderr for o in others]
        assert [len(o.stderr.strip().splitlines()) for o in others] == [1] * 3, [
            o.stderr for o in others
        ]
        assert not notebooks(course)
        right = ran(encrypted.address, DASK_CONFIG=str(keys))
    assert right.returncode == 0, right.stderr
    assert "WARNING" not in right.stderr
    assert len(notebooks(course)) == 2


@pytest.mark.parametrize("what", ["engine", "content", "package"])
def test_a_version_changes_with_whatever_could_change_a_mark(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: Content
) -> None:
    before = edition.edition_of(content)
    assert edition.edition_of(content) == before
    if what == "package":
        monkeypatch.setattr(edition, "_locked", lambda name: iter(["numpy==0"]))
    elif what == "engine":
        monkeypatch.setattr(edition, "_ROOMS", ("judging",))
    else:
        content = named_content("autograder.assignments")
    assert edition.edition_of(content) != before


def test_what_a_worker_logs_of_a_brief_has_no_secret(content: Content, tmp_path: Path) -> None:
    course = new_course(tmp_path, [])
    assignment = content.load(NAME)
    brief = cluster.serving.Brief(
        "0", "1", assignment.sheet, course.terms(), release_of(assignment)
    )
    assert "secret" not in repr(brief)
    assert json.dumps(repr(brief)).count(NAME) == 0
