"""A small site with the exercise cards, made as the book is, and a browser that is kept in it."""

from __future__ import annotations

import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Route

from autograder.authoring.cards import write_for_book
from autograder.judging.assignment import Assignment
from tests.book.prose import ROOT

CONFIGURATION = f"""\
import sys
sys.path.insert(0, {str(ROOT / "book/_ext")!r})
extensions = ["myst_nb", "sphinx_book_theme", "course_practice"]
myst_enable_extensions = ["colon_fence"]
html_theme = "sphinx_book_theme"
html_static_path = [{str(ROOT / "book/_static")!r}]
html_css_files = ["course.css"]
html_js_files = ["frames.js", "deeper.js"]
exclude_patterns = ["book/generated/**"]
language = "en_GB"
"""

SOON = 180_000
"""Milliseconds, for what takes four seconds on a machine that is not busy."""

# One request after another in one page, as a reader's would be, but without the clicks.
RUN = """async ([name, answers, changed, testing]) => {
    const packed = await practise.file(`notebook-${name}`);
    const notebook = new Notebook(JSON.parse(await packed.text()));
    localStorage.clear();
    for (const [exercise, text] of Object.entries(answers)) notebook.keep(exercise, text);
    const results = {};
    for (const exercise of notebook.exercises.filter((exercise) => !exercise.needs.length)) {
        if (!testing && !exercise.looks.length) continue;
        const told = [];
        const kept = notebook.text(exercise.name);
        notebook.keep(exercise.name, changed[exercise.name] ?? kept);
        const cells = notebook.cellsToRun(exercise, testing);
        const answer = await practise.engine.run(cells, !testing, (one) => told.push(one));
        notebook.keep(exercise.name, kept);
        results[exercise.name] = { ...answer, told };
    }
    return results;
}"""


def build(folder: Path, assignments: list[Assignment]) -> Path:
    """Build a page with the cards of some assignments; return the site's folder."""
    source, site = folder / "source", folder / "site"
    for assignment in assignments:
        write_for_book(assignment, source / "book/generated")
    cards = [
        f"## {a.title}\n\n```{{include}} book/generated/{a.name}/card.md\n```" for a in assignments
    ]
    top = '# Exercises\n\n```{raw} html\n<p class="practise-all" hidden></p>\n```'
    (source / "index.md").write_text("\n\n".join([top, *cards]), encoding="utf-8")
    (source / "conf.py").write_text(CONFIGURATION, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", str(source), str(site)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return site


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site on this machine; yield its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@contextmanager
def kept_in(browser: Browser, address: str, **options: Any) -> Iterator[BrowserContext]:
    """Yield a browser in which every request to another host is aborted, and fails the test."""
    context, elsewhere = browser.new_context(**options), []
    context.set_default_timeout(SOON)
    own = urlsplit(address)[:2]

    def decide(route: Route) -> None:
        if urlsplit(route.request.url)[:2] == own:
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route(lambda url: not url.startswith(("data:", "blob:")), decide)
    try:
        yield context
    finally:
        context.close()
    assert elsewhere == []


def run_all(
    page: Page,
    assignment: Assignment,
    answers: Mapping[str, str],
    changed: Mapping[str, str] | None = None,
    testing: bool = True,
) -> Any:
    """Run every exercise of a notebook in the page; return what was told, by exercise.

    Each is run with `answers`, and with its own of `changed` if it has one there.
    """
    given = [assignment.name, dict(answers), dict(changed or {}), testing]
    return page.evaluate(RUN, given)
