"""Written answers, which a person grades: what each is worth, and what a good one says.

``written.md`` in the folder of an assignment has a section for each::

    # why_not_constant

    The model answer, in as many paragraphs as it takes.

    ## Rubric

    - 2: says that units with equal weights stay equal
    - 1: names what breaks the symmetry
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import GraderError

_CRITERION = re.compile(r"- (\d+(?:\.\d+)?): (.+)")


@dataclass(frozen=True)
class Written:
    """A question that is answered in words.

    Attributes
    ----------
    name
        The ``grade_id`` of its cell.
    model_answer
        For the instructor, in Markdown.
    rubric
        What earns how many points.
    """

    name: str
    model_answer: str
    rubric: tuple[tuple[float, str], ...]

    @property
    def points(self) -> float:
        """What the answer is worth: the sum of the rubric."""
        return sum(points for points, _ in self.rubric)

    @property
    def rubric_text(self) -> str:
        """The rubric in Markdown."""
        # A list: nbgrader's pages have no style for tables, whose columns would touch.
        rows = [f"- **{points:g}**: {criterion}" for points, criterion in self.rubric]
        return "\n".join(["**Rubric** (points, and the answer that earns them)", "", *rows])


def read_written(path: Path) -> dict[str, Written]:
    """Return the written answers of one assignment by name.

    Raises
    ------
    GraderError
        A section of the file has no rubric.
    """
    sections = re.split(r"^# (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {}
    for name, text in zip(sections[::2], sections[1::2], strict=True):
        answer, _, criteria = text.partition("\n## Rubric\n")
        # A criterion may go on over several lines.
        lines = re.sub(r"\n +", " ", criteria).splitlines()
        matches = [_CRITERION.fullmatch(line.strip()) for line in lines if line.strip()]
        if not matches or None in matches:
            raise GraderError(
                f"{path.name}: {name} has no rubric of lines such as '- 2: says ...'."
            )
        rubric = tuple((float(match[1]), match[2]) for match in matches if match is not None)
        found[name.strip()] = Written(name.strip(), answer.strip(), rubric)
    return found
