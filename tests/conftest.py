"""What several rooms of tests share."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from book.pdf import FLAGS, find_chromium

# No start-up messages of TensorFlow's, in tests that import it and in what they start.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what one process has to do: a file, or what a file asks of one assignment.

    The assignments are what takes long, so that processes share them out.
    """
    for item in items:
        given = getattr(item, "callspec", None)
        assignment = given.params.get("assignment") if given else None
        name = getattr(assignment, "name", "")
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {name}".strip()))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser; where none is installed, the test is skipped."""
    path = find_chromium()
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
