"""What a student wrote, in a real browser: shown, and inert, in the feedback and in formgrader."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import Course
from autograder.cli.sample_class import notebook, reference_answers
from benchmarks.formgrader import formgrader as served

NAME = "initialisers"
ASSIGNMENT = CONTENT.load(NAME)

# Each of these would change the page's title if it were run.
ATTACK = "document.title = 'pwned'"
PAYLOADS = (
    f"<script>{ATTACK}</script>",
    f'<img src=x onerror="{ATTACK}">',
    f'<svg onload="{ATTACK}"></svg>',
    f"</pre></div><script>{ATTACK}</script>",
    f'<iframe srcdoc="<script>parent.{ATTACK}</script>"></iframe>',
    f"[link](javascript:{ATTACK})",
    f"\\u001b]8;;javascript:{ATTACK}\\u0007click\\u001b]8;;\\u0007",
)

SOURCE = f"""
from IPython.display import HTML, Javascript, Markdown, display
# {PAYLOADS[0]}
payloads = {PAYLOADS!r}
for payload in payloads:
    print(payload)
    display(HTML(payload), Markdown(payload))
display(Javascript({ATTACK!r}))


class Shown:
    def _repr_html_(self):
        return payloads[0]

    def __repr__(self):
        return payloads[1]


display(Shown())


def compute_fans(shape):
    raise type(payloads[2], (ValueError,), {{}})("".join(payloads))


Shown()
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with one attacking submission, graded and with feedback."""
    root = tmp_path_factory.mktemp("browser")
    course = Course.create(root, "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    folder = root / "submitted" / "attacker" / NAME
    folder.mkdir(parents=True)
    answers = reference_answers(ASSIGNMENT) | {"compute_fans": SOURCE}
    nbformat.write(notebook(ASSIGNMENT, answers), folder / f"{NAME}.ipynb")
    for command in ("grade", "feedback"):
        ran = subprocess.run(
            [sys.executable, "-m", "autograder", command, NAME],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert ran.returncode == 0, ran.stderr
    return course


def is_inert(browser: Browser, address: str) -> str:
    """Open a page, let its scripts run, click what can be clicked; return its text."""
    page = browser.new_page()
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_timeout(1000)
    links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    assert not [link for link in links if link.strip().lower().startswith("javascript:")]
    assert page.locator("iframe").count() == 0
    assert page.title() != "pwned"
    assert told == []
    text = page.inner_text("body")
    page.close()
    return text


def test_the_feedback_shows_what_the_student_wrote_and_runs_none_of_it(
    course: Course, browser: Browser
) -> None:
    text = is_inert(browser, course.feedback_path(ASSIGNMENT, "attacker").as_uri())
    assert "<script>" in text
    assert "compute_fans" in text


@pytest.fixture(scope="module")
def formgrader(course: Course) -> Iterator[str]:
    """The address of a running formgrader."""
    with served(course) as address:
        yield address


def test_formgrader_shows_what_the_student_wrote_and_runs_none_of_it(
    course: Course, formgrader: str, browser: Browser
) -> None:
    with course.gradebook() as gradebook:
        number = gradebook.find_submission_notebook(NAME, NAME, "attacker").id
    text = is_inert(browser, f"{formgrader}/submissions/{number}")
    assert re.search(r"compute_fans: 0 of \d points", text)
    assert "<script>" in text


def test_the_attack_works_where_nothing_stops_it(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<title>page</title>{PAYLOADS[0]}")
    with pytest.raises(AssertionError):
        is_inert(browser, page.as_uri())
