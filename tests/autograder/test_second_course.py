"""Another course, of another subject, is graded by the installed engine: as the guide says."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.copying import ROOT, copy_project

GUIDE = ROOT / "book/instructors-guide.md"
RIGHT = {
    "trimmed_mean": "def trimmed_mean(x, share):\n"
    "    if not 0 <= share < 0.5:\n"
    "        raise ValueError('share')\n"
    "    n = int(share * len(x))\n"
    "    return float(np.sort(x)[n : len(x) - n].mean())\n",
    "bootstrap_interval": "def bootstrap_interval(x, level, resamples, rng):\n"
    "    means = [rng.choice(x, len(x)).mean() for _ in range(resamples)]\n"
    "    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])\n"
    "    return float(low), float(high)\n",
}
WRONG = RIGHT | {"trimmed_mean": RIGHT["trimmed_mean"].replace("np.sort(x)", "x")}
# Looks for the references and the other course's, and answers with what it has found.
HOSTILE = RIGHT | {
    "trimmed_mean": "def trimmed_mean(x, share):\n"
    "    import sys\n"
    "    sys.path.append(PLACE)\n"
    "    from statistics_course.solutions import robust\n"
    "    return robust.trimmed_mean(x, share)\n",
}


def commands(section: str) -> list[list[str]]:
    """Return the commands that a section of the guide tells to type, block by block."""
    text = GUIDE.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    return [
        block.strip().splitlines() for block in re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the project, and a Python that has its packages and not ours."""
    folder = tmp_path_factory.mktemp("second")
    copy_project(folder / "training-deep-networks")
    try:
        shutil.copytree(sys.prefix, folder / "python", symlinks=True, copy_function=os.link)
    except OSError:  # on another file system
        shutil.rmtree(folder / "python")
        shutil.copytree(sys.prefix, folder / "python", symlinks=True)
    return folder


def test_the_guides_own_exercises_word_by_word(place: Path) -> None:
    begin, finish = commands("Your own exercises")
    environment = os.environ | {
        "PATH": f"{place / 'python/bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's way of saying yes: what builds it is there
        "PIP_QUIET": "1",
        "COLUMNS": "200",
    }
    environment.pop("PYTHONPATH", None)
    at = place

    def run(line: str, status: int = 0) -> str:
        ran = subprocess.run(
            line, shell=True, cwd=at, env=environment, capture_output=True, text=True
        )
        assert ran.returncode == status, f"{line}: {ran.stdout}{ran.stderr}"
        return ran.stdout

    for line in begin:
        if line.startswith("cd "):
            at = at / line.removeprefix("cd ")
            continue
        if not line.startswith("pip "):  # no checkout from here on
            shutil.rmtree(place / "training-deep-networks", ignore_errors=True)
        run(line.replace("pip ", "python -m pip ", 1))
    where = run('python -P -c "import autograder, sys; print(autograder.__file__, sys.prefix)"')
    assert where.count(str(place / "python")) == 2

    released = at / "release/robust/robust.ipynb"
    packages = next((place / "python/lib").glob("python3.*")) / "site-packages"
    class_ = {"right": RIGHT, "wrong": WRONG, "hostile": HOSTILE, "blank": {}}
    for student, answers in class_.items():
        notebook = nbformat.read(released, as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in answers:
                cell.source = answers[name].replace("PLACE", repr(str(packages)))
        folder = at / "submitted" / student / "robust"
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / "robust.ipynb")

    for line in finish:
        run(line)
    with (at / "grades.csv").open(encoding="utf-8") as file:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert marks == {"right": 7.0, "wrong": 5.0, "hostile": 3.0, "blank": 0.0}
    told = (at / "feedback/wrong/robust/robust.html").read_text(encoding="utf-8")
    assert "the smallest and the largest" in told
    answer = place / "answer.py"
    answer.write_text("import numpy as np\n" + RIGHT["trimmed_mean"])
    checked = json.loads(run(f"autograder check robust {answer} --json"))
    assert checked["exercises"][0]["passed"]
    missing = run("autograder new robust.winsorised_mean")
    assert missing.count("written: ") == 5
    assert missing.count("missing: ") == 5
    assert "winsorised_mean" in run("autograder new robust.winsorised_mean")
