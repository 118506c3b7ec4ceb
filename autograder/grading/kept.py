"""What is kept with a grade, in the graded notebook's metadata: so nothing is graded twice.

It says which text was graded, with what, and the verdict: data, for whoever wants to count.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.grading.submission import Submission
from autograder.judging.verdict import CheckVerdict, ExerciseVerdict, Verdict

_DIGEST = "autograder_digest"
_VERSION = "autograder_version"
_VERDICT = "autograder_verdict"


@dataclass(frozen=True)
class Kept:
    """What a graded notebook says of its grade.

    Attributes
    ----------
    digest
        That of the text that was graded.
    version
        What it was graded with; see `autograder.grading.version.version_of`.
    verdict
        What was said of it, without pictures and outputs. None if an earlier version has graded
        it, which did not keep the verdict.
    """

    digest: str
    version: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Unchanged:
    """A submission that was left alone: its text has been graded, by this `version`."""

    version: str


def metadata_of(submission: Submission, verdict: Verdict, version: str) -> dict[str, Any]:
    """Return what a graded notebook's metadata has besides that of the release."""
    record = dataclasses.asdict(verdict.summary())
    for check in (check for exercise in record["exercises"] for check in exercise["checks"]):
        del check["picture"]
    del record["outputs"]
    record |= {"exercises": list(record["exercises"]), "notes": list(record["notes"])}
    return {_DIGEST: submission.digest.hex(), _VERSION: version, _VERDICT: record}


def kept_in(path: Path) -> Kept | None:
    """Return what the graded notebook at `path` says of its grade, if there is one."""
    try:
        metadata = json.loads(path.read_bytes())["metadata"]
        digest, version = metadata[_DIGEST], metadata.get(_VERSION, "")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not (isinstance(digest, str) and isinstance(version, str)):
        return None
    return Kept(digest, version, _verdict(metadata.get(_VERDICT)))


def _verdict(record: Any) -> Verdict | None:
    try:
        exercises = tuple(
            ExerciseVerdict(
                exercise["name"],
                tuple(CheckVerdict(**check) for check in exercise["checks"]),
                exercise["mistake"],
                exercise["explanation"],
            )
            for exercise in record["exercises"]
        )
        return Verdict(record["assignment"], exercises, tuple(record["notes"]))
    except (KeyError, TypeError):
        return None
