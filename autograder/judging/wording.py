"""Puts a verdict into words and pictures for the student's feedback page.

The HTML is a template's, which escapes everything that it is given; nothing there is a script.
"""

from __future__ import annotations

import base64
import functools
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.dialogue.pictures import Picture
from autograder.judging.drawing import draw
from autograder.judging.verdict import ExerciseVerdict

_RAISED = " raised "

if TYPE_CHECKING:
    from jinja2 import Template


def as_text(exercise: ExerciseVerdict) -> str:
    """Return the report on one exercise as plain text."""
    told, messages = _told_once(exercise)
    lines = [f"{exercise.name}: {exercise.score:g} of {exercise.max_score:g} points"]
    lines += [f"  {text}" for text in (exercise.explanation, told) if text]
    lines += [
        f"  {'passed' if check.passed else 'FAILED'} ({check.earned:g}/{check.points:g})"
        f" {check.title}" + (f": {message}" if message else "")
        for check, message in zip(exercise.checks, messages, strict=True)
    ]
    return "\n".join(lines)


def as_html(exercise: ExerciseVerdict) -> str:
    """Return the report on one exercise as HTML that needs no style sheet and no script."""
    told, messages = _told_once(exercise)
    return _template().render(exercise=exercise, told=told, messages=messages)


def _told_once(exercise: ExerciseVerdict) -> tuple[str, list[str]]:
    """Return what all checks say, and else the message of each; none is told twice."""
    messages = [check.message for check in exercise.checks]
    if len(messages) > 1 and len(set(messages)) == 1:
        return messages[0], [""] * len(messages)
    told: set[str] = set()
    return "", [_without_repeating(message, told) for message in messages]


def _without_repeating(message: str, told: set[str]) -> str:
    """Return a message, or less where the exception it tells of is among what was `told`."""
    asked, raised, what = message.partition(_RAISED)
    news = what if raised else message
    if not news or news not in told:
        told.add(news)
        return message
    return f"{asked} raised the same" if raised else "as above"


@functools.cache
def _template() -> Template:
    # Importing Jinja2 takes a command that writes no report longer than it can spare.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def escaped(value: object) -> Markup:
        # Jinja2's own escaping spells quotation marks otherwise than graded notebooks have them.
        return Markup(html.escape(str(value)))  # noqa: S704 - nothing is left to escape

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=escaped,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "as_address": _as_address,
        "at_backquotes": at_backquotes,
        "number": "{:g}".format,
    }
    return environment.get_template("report.html.j2")


def _as_address(picture: Picture) -> str:
    """Return the address of a picture that is within it, so that the page needs no other file."""
    data = base64.b64encode(draw(picture).encode()).decode()
    return f"data:image/svg+xml;base64,{data}"


def at_backquotes(text: str) -> list[str]:
    """Split `text`: every second part stood between backquotes, and is code."""
    return re.split(r"`([^`]+)`", text)
