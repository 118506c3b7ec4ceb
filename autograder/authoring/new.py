"""Writes the skeleton of a new exercise into the places where its parts belong."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

from autograder.authoring.minimum import missing
from autograder.errors import InputError
from autograder.judging.content import Content

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

_PACKAGE = '"""The assignment {assignment}: its sheet, checks, mistakes and right answers."""\n'
_REFERENCES = '"""TODO: what these references are about."""\n\nimport numpy as np\n'
_REFERENCE = '''

def {name}(x: np.ndarray) -> np.ndarray:
    """TODO: say in one line what it returns.

    Parameters
    ----------
    x
        TODO: shape and dtype.

    Returns
    -------
    numpy.ndarray
        TODO: shape and dtype.
    """
    return x.copy()
'''
_SHEET = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
course:
  title: "{title}"
  preload: [numpy]
---

# {title}

TODO: what this notebook is about.

```{{code-cell}} ipython3
:setup: {topic}
```
"""
_SECTION = """
## TODO: a heading for {name}

TODO: what is asked, and why.

```{{code-cell}} ipython3
:exercise: {topic}.{name}
```

```{{code-cell}} ipython3
:tests: {name}

# TODO: asserts whose messages help.
assert {name}(np.zeros(3)).shape == (3,), "{name} should return one number for each of x"
```
"""
_CHECKS = '''\
"""What a right answer to {assignment} is."""

from __future__ import annotations

import numpy as np

from autograder.api import Student, check, expect
from {solutions} import {topic} as reference
'''
_CHECK = """

@check("{name}", "TODO: what is looked at", points=1)
def {snake}_values(student: Student, draw: np.random.Generator) -> None:
    x = draw.normal(size=int(draw.integers(2, 9)))
    expect.close(student.call("{name}", x), reference.{name}(x), rtol=1e-12)
"""
_MISTAKES = '''\
"""Wrong answers to {assignment} that people really give."""

from __future__ import annotations

from autograder.api import edited
from {solutions} import {topic} as reference
'''
_MISTAKE = """
{snake}_first_mistake = edited(
    reference.{name},
    "first-mistake",
    {{"x.copy()": "-x"}},
    "TODO: what was done, what follows from it, and what to do instead.",
)
"""
_ANSWERS = '"""Right answers that are written otherwise."""\n\nimport numpy as np\n'
_ANSWER = '''

def {name}(x):
    """TODO: another way to write it."""
    return np.array(x)
'''


def write(content: Content, topic: str, name: str, assignment: str) -> tuple[list[Path], list[str]]:
    """Write what there is nothing of yet, and say what is missing.

    Parameters
    ----------
    content
        The course that gets the exercise.
    topic, name
        The module of references, and the function or class in it.
    assignment
        The assignment that asks for it; a new one is made.

    Returns
    -------
    list of Path
        The files that were written or added to. What exists is never changed.
    list of str
        What the exercise still lacks, a sentence each.

    Raises
    ------
    InputError
        The names are no names, or the course's files cannot be written to.
    """
    for given in (topic, name, assignment):
        if not _NAME.fullmatch(given):
            raise InputError(f"{given!r} is no name that Python code could use.")
    _, solutions = content.packages
    folder, references = content.folder(assignment), solutions / f"{topic}.py"
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    title = assignment.replace("_", " ").capitalize()
    words = {
        "assignment": assignment, "name": name, "snake": snake, "topic": topic,
        "title": title, "solutions": content.solutions,
    }  # fmt: skip
    # Each file, what a new one begins with, what is added, and what shows that it is there already.
    parts = [
        (references, _REFERENCES, _REFERENCE, rf"^(?:def|class) {name}\b"),
        (folder / "__init__.py", _PACKAGE, "", ""),
        (folder / "assignment.md", _SHEET, _SECTION, rf"^:exercise: {topic}\.{name}$"),
        (folder / "checks.py", _CHECKS, _CHECK, rf'"{name}"'),
        (
            folder / "mistakes.py",
            _MISTAKES,
            _MISTAKE,
            rf"\breference\.{name}\b|\"{name}\"|\bedited\(\s*{name}\b",
        ),
        (folder / "right_answers" / "otherwise.py", _ANSWERS, _ANSWER, rf"^(?:def|class) {name}\b"),
    ]
    written = []
    try:
        for path, beginning, addition, sign in parts:
            if _add(path, beginning.format(**words), addition.format(**words), sign):
                written.append(path)
    except OSError as error:
        raise InputError(f"{error.filename} cannot be written ({error.strerror}).") from error
    return written, lacking(content, name, assignment)


def lacking(content: Content, name: str, assignment: str) -> list[str]:
    """Return what an exercise that has been begun still lacks."""
    importlib.invalidate_caches()
    whole = content.assemble(content.sheet(assignment))
    (exercise,) = (e for e in whole.exercises if e.name == name)
    return missing(whole, exercise)


def _add(path: Path, beginning: str, addition: str, sign: str) -> bool:
    """Add to a file, which is made if need be; leave one alone that has the `sign` already."""
    if path.exists():
        text = path.read_text(encoding="utf-8")
        if not sign or re.search(sign, text, re.MULTILINE):
            return False
        text = text.rstrip("\n") + "\n" + addition
        path.write_text(_with_imports(text, beginning), encoding="utf-8")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(beginning + addition, encoding="utf-8")
    return True


def _with_imports(text: str, beginning: str) -> str:
    """Return a module with the imports that a new one would have for its skeleton."""
    if not beginning.startswith('"""'):
        return text  # a sheet
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    bound = {alias.asname or alias.name for node in imports for alias in node.names}
    wanted = [node for node in ast.parse(beginning).body if isinstance(node, ast.ImportFrom)]
    lacking = [
        f"from {node.module} import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")
        for node in wanted
        for alias in node.names
        if (alias.asname or alias.name) not in bound and node.module != "__future__"
    ]
    lines = text.splitlines()
    after = max((node.end_lineno or 0 for node in imports), default=0)
    return "\n".join([*lines[:after], *lacking, *lines[after:], ""])
