"""Practising in the page, in a real browser: from a disk and from a server, with no other host.

What runs there is fetched by `make book`; without it there is nothing to try.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.authoring.practice import in_a_page
from autograder.classroom.course import Course
from autograder.cli.sample_class import notebook, reference_answers
from autograder.judging.assignment import Assignment
from book.practise import cells, fetching
from tests.book import practising
from tests.book.practising import SOON
from tests.book.test_site import DESK, PHONE, WCAG

pytestmark = pytest.mark.skipif(
    not fetching.is_ready(), reason="no Python for the pages: run `make practise`"
)

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
RIGHT = reference_answers(ASSIGNMENT)
EVERY = [CONTENT.load(name) for name in CONTENT.names()]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return practising.build(tmp_path_factory.mktemp("practise"), EVERY)


@pytest.fixture(scope="module", params=["file", "http"])
def address(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    if request.param == "file":
        yield (site / "index.html").as_uri()
    else:
        with practising.served(site) as served:
            yield served


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """The page with the cards, from the disk."""
    address = (site / "index.html").as_uri()
    with practising.kept_in(browser, address, viewport=DESK) as context:
        page = context.new_page()
        page.goto(address)
        yield page


def opened(page: Page, name: str = NAME) -> Locator:
    """Press the button of a card; return the desk."""
    card = page.locator(f".practise[data-notebook={name}]")
    card.get_by_role("button", name="Try it here").click()
    desk = card.locator(".desk")
    desk.wait_for(timeout=SOON)
    return desk


def write(desk: Locator, text: str) -> None:
    """Replace what is in the editor, with the keyboard."""
    editor = desk.get_by_role("textbox", name="Your answer")
    editor.focus()
    editor.press("Control+a")
    editor.page.keyboard.insert_text(text)


def press(desk: Locator, name: str, status: str) -> str:
    """Press a button, wait for what its run comes to, and return the output."""
    desk.get_by_role("button", name=name, exact=True).click()
    expect(desk.locator(".desk-status")).to_contain_text(status, timeout=SOON)
    return desk.locator(".desk-output").inner_text()


def choose(desk: Locator, exercise: str) -> None:
    desk.get_by_role("combobox", name="Exercise").select_option(value=exercise)


# One reader, from the first click to the marks


def test_an_answer_is_written_tested_stopped_and_kept(browser: Browser, address: str) -> None:
    with practising.kept_in(browser, address, viewport=DESK) as context:
        page = context.new_page()
        page.goto(address)
        desk = opened(page)
        assert "Not answered yet" in press(desk, "Run the tests", "A test fails")

        wrong = RIGHT["clip_by_value"].replace("threshold)", "threshold + 1)")
        assert wrong != RIGHT["clip_by_value"]
        write(desk, wrong)
        told = press(desk, "Run the tests", "A test fails")
        assert "AssertionError: " in told
        assert "of the tests: assert" in told

        write(desk, "while True:\n    pass")
        desk.get_by_role("button", name="Run", exact=True).click()
        expect(desk.locator(".desk-status")).to_have_text("Running…", timeout=SOON)
        press(desk, "Stop", "Stopped.")

        write(desk, RIGHT["clip_by_value"])
        assert press(desk, "Run the tests", "All its visible tests pass.") == ""
        expect(page.locator(".practise-all")).to_contain_text("1 of your answers")

        page.reload()
        expect(page.locator(".practise-all")).to_contain_text("1 of your answers")
        desk = opened(page)
        assert desk.get_by_role("combobox").input_value() == "global_norm"
        choose(desk, "clip_by_value")
        press(desk, "Run the tests", "All its visible tests pass.")


def test_the_notebook_that_is_saved_has_full_marks_and_can_be_brought_back(
    page: Page, browser: Browser, tmp_path: Path
) -> None:
    desk = opened(page)
    for name, answer in RIGHT.items():
        choose(desk, name)
        write(desk, answer)
        press(desk, "Run the tests", "All its visible tests pass.")
    with page.expect_download() as downloading:
        desk.get_by_role("button", name="Save the notebook").click()
    course = Course.create(tmp_path / "course", "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    folder = course.root / "submitted" / "reader" / NAME
    folder.mkdir(parents=True)
    assert downloading.value.suggested_filename == f"{NAME}.ipynb"
    downloading.value.save_as(folder / f"{NAME}.ipynb")
    nbformat.validate(nbformat.read(folder / f"{NAME}.ipynb", as_version=4))
    command = [sys.executable, "-m", "autograder", "grade", NAME]
    ran = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    with course.gradebook() as gradebook:
        marks = gradebook.find_submission(NAME, "reader")
        assert (marks.score, marks.max_score) == (13, 13)

    page.once("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name="Forget my answers").click()
    expect(desk.locator(".desk-foot")).to_contain_text("forgotten")
    assert page.evaluate("localStorage.length") == page.evaluate(
        "Object.keys(localStorage).filter((key) => !key.includes('practise')).length"
    )
    desk.locator("input[type=file]").set_input_files(folder / f"{NAME}.ipynb")
    expect(desk.locator(".desk-foot")).to_contain_text("Taken from it: clip_by_value, global_norm")
    choose(desk, "clipping_angles")
    press(desk, "Run the tests", "All its visible tests pass.")


def test_what_the_page_cannot_run_is_kept_for_the_notebook(page: Page, tmp_path: Path) -> None:
    desk = opened(page, "optimisers")
    brought = notebook(CONTENT.load("optimisers"), {"NadamW": "class NadamW:\n    pass"})
    nbformat.write(brought, tmp_path / "mine.ipynb")
    desk.locator("input[type=file]").set_input_files(tmp_path / "mine.ipynb")
    expect(desk.locator(".desk-foot")).to_contain_text("Taken from it: NadamW.")
    choose(desk, "NadamW")
    expect(desk).to_contain_text("needs Keras, which no page can run: download the notebook")
    assert not desk.get_by_role("button", name="Run the tests").is_visible()
    with page.expect_download() as downloading:
        desk.get_by_role("button", name="Save the notebook").click()
    downloading.value.save_as(tmp_path / "saved.ipynb")
    saved = nbformat.read(tmp_path / "saved.ipynb", as_version=4)
    assert saved.cells == brought.cells


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("PK\x03\x04", "That file is no notebook."),
        ("[]", "That file is no notebook."),
        ("null", "That file is no notebook."),
        ('{"cells": 3}', "That file is no notebook."),
        ('{"cells": [null, {}, {"id": "clip_by_value", "source": 7}]}', "It has no answers"),
        ('{"cells": [{"id": "setup_gradient_clipping", "source": "1 / 0"}]}', "It has no answers"),
    ],
)
def test_a_file_that_is_no_notebook_changes_nothing(
    page: Page, tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "x.ipynb").write_text(content)
    desk = opened(page)
    write(desk, "mine = 1")
    desk.locator("input[type=file]").set_input_files(tmp_path / "x.ipynb")
    expect(desk.locator(".desk-foot")).to_contain_text(told)
    assert desk.get_by_role("textbox", name="Your answer").inner_text().strip() == "mine = 1"


def test_what_is_kept_is_replaced_only_if_the_reader_says_so(page: Page, tmp_path: Path) -> None:
    nbformat.write(notebook(ASSIGNMENT, RIGHT), tmp_path / "mine.ipynb")
    desk = opened(page)
    write(desk, "mine = 1")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    desk.locator("input[type=file]").set_input_files(tmp_path / "mine.ipynb")
    page.wait_for_timeout(300)
    assert asked == ["Replace what is kept here of clip_by_value?"]
    assert desk.get_by_role("textbox", name="Your answer").inner_text().strip() == "mine = 1"


# Every exercise


def natively(practice: dict, exercise: dict, answers: dict[str, str]) -> list[dict]:
    """Return what the cells of an exercise and its tests tell in this Python."""
    sources = {c["id"]: c["source"] for c in practice["notebook"]["cells"]} | answers
    kinds = [(name, "before") for name in exercise["before"]]
    kinds += [(exercise["name"], "answer"), (exercise["tests"], "tests")]
    told: list[dict] = []
    with warnings.catch_warnings():
        cells.run([{"kind": kind, "source": sources[name]} for name, kind in kinds], told.append)
    return told


@pytest.fixture(scope="module")
def running(browser: Browser, site: Path) -> Iterator[Page]:
    """A page in which Python runs: one for all exercises."""
    address = (site / "index.html").as_uri()
    with practising.kept_in(browser, address) as context:
        page = context.new_page()
        page.goto(address)
        opened(page)
        yield page


RUNNABLE = [assignment for assignment in EVERY if in_a_page(assignment)]


@pytest.mark.parametrize("each", RUNNABLE, ids=lambda assignment: assignment.name)
def test_right_answers_pass_stubs_and_mistakes_fail_as_they_do_here(
    running: Page, site: Path, each: Assignment
) -> None:
    right = reference_answers(each)
    names = in_a_page(each)
    found = practising.run_all(running, each, right)
    assert {name: result["told"] for name, result in found.items()} == {name: [] for name in names}
    assert all(result["passed"] for result in found.values())

    found = practising.run_all(running, each, {})
    assert [result["told"][-1]["stub"] for result in found.values()] == [True] * len(names)
    assert not any(result["passed"] for result in found.values())

    mistaken = {e.name: e.mistakes[0].source for e in each.exercises if e.name in names}
    found = practising.run_all(running, each, right, mistaken)
    generated = site.parent / "source/book/generated" / each.name / "practice.json"
    practice = json.loads(generated.read_text(encoding="utf-8"))
    for exercise in practice["exercises"]:
        if (name := exercise["name"]) in names:
            here = natively(practice, exercise, right | {name: mistaken[name]})
            assert [wording(one) for one in found[name]["told"]] == [wording(one) for one in here]
            assert found[name]["passed"] == (here == [])


def wording(told: dict) -> tuple:
    """Return what is told without its numbers, whose last digits are a machine's own."""
    places = [(place["kind"], place["line"]) for place in told.get("places", [])]
    return (
        told["what"],
        told.get("type"),
        re.sub(r"[-+.\d]+\S*", "", told.get("message", "")),
        places,
    )


# What a page shows


def test_a_page_loads_one_small_script_before_the_button_is_pressed(
    browser: Browser, address: str
) -> None:
    asked: list[str] = []
    with practising.kept_in(browser, address) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address, wait_until="networkidle")
    assert [url for url in asked if "practise/" in url] == []
    (script,) = {url.split("?")[0] for url in asked if "practise.js" in url}
    assert script.endswith("_static/practise.js")


def test_a_notebook_that_needs_keras_says_so_and_has_no_button(page: Page) -> None:
    card = page.locator(".practise[data-notebook=pretrained_layers]")
    assert "need Keras, which no page can run" in card.inner_text()
    assert card.get_by_role("button").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_with_the_editor_open(browser: Browser, site: Path, theme: str) -> None:
    address = (site / "index.html").as_uri()
    with practising.kept_in(browser, address, viewport=DESK) as context:
        page = context.new_page()
        page.add_init_script(f"localStorage.mode = localStorage.theme = '{theme}'")
        page.goto(address)
        desk = opened(page)
        write(
            desk,
            'def clip_by_value(g, t):\n    """A.\n\n    B."""\n    print(1)  # c\n    return 1 / 0',
        )
        assert "line 6 of your answer" in press(desk, "Run the tests", "A test fails")
        for viewport in (DESK, PHONE):
            page.set_viewport_size(viewport)
            options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
            found = Axe().run(page, options=options).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_the_editor_is_left_with_the_keyboard(page: Page) -> None:
    desk = opened(page)
    editor = desk.get_by_role("textbox", name="Your answer: clip_by_value")
    editor.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(desk.get_by_role("button", name="Run", exact=True)).to_be_focused()


def test_a_docstring_is_read_above_the_editor_and_folded_in_it(page: Page) -> None:
    desk = opened(page)
    expect(desk.locator(".desk-statement")).to_contain_text("Parameters")
    editor = desk.get_by_role("textbox", name="Your answer")
    editor.focus()  # it writes into the page what can be seen of its text, and no more
    expect(editor).to_contain_text("YOUR CODE HERE")
    expect(editor).not_to_contain_text("Parameters")


def test_what_an_answer_prints_is_text_and_a_line_leads_to_its_place(page: Page) -> None:
    desk = opened(page)
    write(desk, 'print("<img src=x", "onerror=alert(1)>")\nvalue = 3\nvalue\n\n1 / 0')
    told = press(desk, "Run", "It stopped at an error.")
    assert "<img src=x onerror=alert(1)>" in told
    assert "ZeroDivisionError: " in told
    desk.get_by_role("button", name="line 5 of your answer").click()
    expect(desk.get_by_role("textbox", name="Your answer")).to_be_focused()
    assert desk.locator(".cm-activeLine").inner_text() == "1 / 0"


def test_reset_brings_the_stub_and_undo_the_answer(page: Page) -> None:
    desk = opened(page)
    write(desk, "mine = 1")
    desk.get_by_role("button", name="Reset").click()
    editor = desk.get_by_role("textbox", name="Your answer")
    expect(editor).to_contain_text("YOUR CODE HERE")
    editor.focus()
    page.keyboard.press("Control+z")
    expect(editor).to_have_text("mine = 1")


def test_pictures_are_drawn_when_they_are_wanted(page: Page) -> None:
    desk = opened(page)
    for name in ("clip_by_value", "global_norm", "clip_by_norm", "clip_by_global_norm"):
        choose(desk, name)
        write(desk, RIGHT[name])
    press(desk, "Run", "It ran to its end.")
    assert desk.locator(".desk-output img").count() == 0
    desk.get_by_role("checkbox").check()
    press(desk, "Run", "It ran to its end.")
    assert desk.locator(".desk-output img").count() == 1
    assert desk.locator(".desk-output img").evaluate("image => image.naturalWidth") > 300
    assert desk.locator(".desk-output img").get_attribute("alt")


def test_a_run_in_another_card_ends_the_first(page: Page) -> None:
    first, second = opened(page), opened(page, "schedules")
    write(first, "while True:\n    pass")
    first.get_by_role("button", name="Run", exact=True).click()
    expect(first.locator(".desk-status")).to_have_text("Running…", timeout=SOON)
    assert "Not answered yet" in press(second, "Run the tests", "A test fails")
    expect(first.locator(".desk-status")).to_have_text("Stopped.")


def test_where_the_browser_keeps_nothing_that_is_said_and_answers_run(page: Page) -> None:
    desk = opened(page)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full') } }")
    write(desk, RIGHT["clip_by_value"])
    expect(desk.locator(".desk-foot")).to_contain_text("This browser keeps nothing")
    press(desk, "Run the tests", "All its visible tests pass.")
