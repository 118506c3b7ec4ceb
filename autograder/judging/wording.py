"""Puts a verdict into words and pictures for the student's feedback page.

Everything that could come from a student's code is escaped; nothing here is a script.
"""

from __future__ import annotations

import base64
import html
import re

from autograder.dialogue.pictures import Picture
from autograder.judging.drawing import draw
from autograder.judging.verdict import CheckVerdict, ExerciseVerdict


def as_text(exercise: ExerciseVerdict) -> str:
    """Return the report on one exercise as plain text."""
    lines = [f"{exercise.name}: {exercise.score:g} of {exercise.max_score:g} points"]
    if exercise.explanation:
        lines.append(f"  {exercise.explanation}")
    lines += [
        f"  {'passed' if check.passed else 'FAILED'} ({check.earned:g}/{check.points:g})"
        f" {check.title}" + (f": {check.message}" if check.message else "")
        for check in exercise.checks
    ]
    return "\n".join(lines)


def as_html(exercise: ExerciseVerdict) -> str:
    """Return the report on one exercise as HTML that needs no style sheet and no script."""
    colour = "#00664b" if exercise.passed else "#8a3b00"
    parts = [
        f'<div style="border-left:4px solid {colour};padding:0.2em 0.8em;margin:0.4em 0">',
        f"<p><strong>{html.escape(exercise.name)}: {exercise.score:g} of "
        f"{exercise.max_score:g} points</strong></p>",
    ]
    if exercise.explanation:
        title = "A known mistake." if exercise.mistake else "Look here first."
        parts.append(
            '<p style="background:#fff4e5;color:#3d2600;padding:0.5em 0.8em">'
            f"<strong>{title}</strong> {_prose(exercise.explanation)}</p>"
        )
    items = "".join(_item(check) for check in exercise.checks)
    return "".join([*parts, f'<ul style="list-style:none;padding-left:0">{items}</ul></div>'])


def _item(check: CheckVerdict) -> str:
    mark = "&#10003; passed" if check.passed else "&#10007; failed"
    colour = "#00664b" if check.passed else "#8a3b00"
    text = f": {html.escape(check.message)}" if check.message else ""
    picture = "" if check.picture is None else _image(check.picture)
    return (
        f'<li style="margin:0.3em 0"><span style="color:{colour};font-weight:bold">{mark}</span> '
        f"({check.earned:g}/{check.points:g}) {html.escape(check.title)}{text}{picture}</li>"
    )


def _prose(text: str) -> str:
    """Return our own text as HTML, what stands between backquotes as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def _image(picture: Picture) -> str:
    data = base64.b64encode(draw(picture).encode()).decode()
    alt = html.escape(picture.alt, quote=True)
    source = f"data:image/svg+xml;base64,{data}"
    return f'<br><img alt="{alt}" style="max-width:100%;border:0" src="{source}">'
