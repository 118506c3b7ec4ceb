"""Applies the course's late policy: nbgrader's plugin decides, as for `nbgrader autograde`."""

from __future__ import annotations

import logging
from typing import Any

from nbgrader.api import SubmittedAssignment
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

_log = logging.getLogger(__name__)


class LatePolicy:
    """The penalties for lateness that the configuration of a course asks for."""

    def __init__(self, config: Config) -> None:
        # nbgrader's preprocessor does this in the middle of a conversion only.
        self._assigner: Any = AssignLatePenalties(config=config, log=_log)
        self._assigner.init_plugin()

    def apply(self, submitted: SubmittedAssignment) -> None:
        """Give a submission the penalty that it deserves, and take back one that it does not."""
        late = submitted.total_seconds_late
        for notebook in submitted.notebooks:
            notebook.late_submission_penalty = None
            if late <= 0:
                continue
            penalty = self._assigner.plugin_inst.late_submission_penalty(
                submitted.student_id, notebook.score, late
            )
            if penalty is not None:
                checked = self._assigner._check_late_penalty(notebook, penalty)
                notebook.late_submission_penalty = checked
