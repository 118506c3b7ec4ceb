"""Makes a page of a template, which escapes everything that it is given."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.judging.wording import at_backquotes


def filled(template: str, **given: object) -> str:
    """Return the page that a template makes of what it is given; it needs no other file."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {
        "at_backquotes": at_backquotes,
        "number": "{:g}".format,
        "one": "{:.1f}".format,
        "share": "{:.0%}".format,
    }
    return environment.get_template(template).render(given)
