"""What a course's ``nbgrader_config.py`` may say about grading: traits, as nbgrader's own."""

from __future__ import annotations

import os

from traitlets import Dict, Float, Integer, Unicode
from traitlets.config import Configurable

from autograder.grading.terms import Patience
from autograder.inside.isolation import Limits


class Autograder(Configurable):
    """How the submissions of a course are graded; set with ``c.Autograder.NAME = VALUE``."""

    content = Unicode(
        "autograder.assignments",
        help="The package with the course's content: it has a CONTENT, which says where the "
        "assignments and the references are.",
    ).tag(config=True)
    due = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="When each assignment is due, as 2026-11-02 23:59 in the time zone of "
        "c.Exchange.timezone.",
    ).tag(config=True)
    extensions = Dict(
        key_trait=Unicode(),
        value_trait=Dict(key_trait=Unicode(), value_trait=Unicode()),
        help="Until when students have longer, by assignment and by student.",
    ).tag(config=True)
    cell_seconds = Float(
        Patience.cell, min=1.0, help="How long one cell of a student's notebook may run."
    ).tag(config=True)
    call_seconds = Float(
        Patience.call, min=0.1, help="How long a student's function may take over one answer."
    ).tag(config=True)
    plain_call_seconds = Float(
        Patience.plain_call,
        min=0.1,
        help="The same in exercises that need none of the packages that the content names in its "
        "`without`.",
    ).tag(config=True)
    submission_seconds = Float(
        Patience.submission, min=1.0, help="How long one submission may take as a whole."
    ).tag(config=True)
    memory = Integer(
        Limits.memory, min=64, help="How much memory a student's code may use, in MiB."
    ).tag(config=True)
    workers = Integer(
        0, min=0, help="How many submissions are graded at the same time; 0 is one per core."
    ).tag(config=True)

    @property
    def patience(self) -> Patience:
        """How long a student's code may take."""
        return Patience(
            self.cell_seconds, self.call_seconds, self.plain_call_seconds, self.submission_seconds
        )

    @property
    def limits(self) -> Limits:
        """What a student's code may use."""
        return Limits(memory=self.memory)

    @property
    def processes(self) -> int:
        """How many submissions are graded at the same time."""
        return self.workers or os.cpu_count() or 1
