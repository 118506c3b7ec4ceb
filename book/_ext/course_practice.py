"""Lets readers practise in the page, where what it takes was fetched (`book.practise.fetching`).

Each page gets one small script; everything else is loaded when a reader presses a button. Where
nothing was fetched, the pages have neither the script nor the button, and one line says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.util import logging

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_log = logging.getLogger(__name__)


def add_script(app: Sphinx) -> None:
    """Add the script with the button to every page."""
    from book.practise import fetching

    if app.builder.name != "html":  # nobody practises on paper
        return
    if fetching.is_ready():
        app.add_js_file("practise.js")
    else:
        _log.info("No exercise can be tried in these pages: `make practise` fetches what it takes.")


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Copy what the script loads into the finished site."""
    from book.practise import fetching, site

    if exception is None and app.builder.name == "html" and fetching.is_ready():
        notebooks = sorted(Path(app.srcdir).glob("book/generated/*/practice.json"))
        site.write_site(Path(app.outdir) / "_static", notebooks)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the parts."""
    # After `course_site`, which lets us import `book`.
    app.connect("builder-inited", add_script, priority=600)
    app.connect("build-finished", write_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
